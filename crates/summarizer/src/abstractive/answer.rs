//! From what a model writes to the sentences of a summary.

use std::collections::HashSet;

use standfirst_core::{
    article::Span,
    plugin::{
        Budget, Form, Origin, PluginError, Style, SummarySentence, count_characters, count_words,
    },
};
use standfirst_text::sentence;

use super::Generation;

/// Ends of a line that announces an answer instead of giving one.
const ANNOUNCED: [&str; 6] = ["summary", "sentences", "article", "points", "summarized", "follows"];
/// Longest such line, in words.
const ANNOUNCEMENT_WORDS: usize = 14;
/// What models write before an answer in a form.
const LABELS: [&str; 7] =
    ["headline", "title", "post", "tweet", "points", "in one sentence", "sentence"];
/// What marks the entry of a list.
const BULLETS: [&str; 5] = ["- ", "* ", "• ", "– ", "+ "];
/// What stands before and behind what is in bold print.
const BOLD: &str = "**";

/// What is told of a sentence that quotes somebody and does not say whom.
pub const NOBODY: &str = "it quotes somebody, and does not name who said so";

/// What is told of a text that is longer than `form`.
pub fn too_long(form: Form, text: &str) -> String {
    let (words, characters) = (count_words(text), count_characters(text));
    format!("it has {words} words and {characters} characters, and has to be {form}")
}

/// The sentences of an answer, in order: without announcements, marks of lists and headings, each
/// once, and without the last where it breaks off, unless there is no other.
pub fn sentences(answer: &Generation) -> Vec<String> {
    sentences_of(answer, Style::Standfirst)
}

/// The same of an answer that is in a form: without what names the form, and with each line of a list as one
/// point, however many sentences it has.
pub fn sentences_of(answer: &Generation, style: Style) -> Vec<String> {
    let mut seen = HashSet::new();
    let lines: Vec<String> =
        lines(&answer.text, style).map(|line| unlabelled(line, style)).collect();
    // A model that wrote a text where a list was asked for has put its points into one line.
    let listed = style.is_list() && (lines.len() > 1 || has_mark(&answer.text));
    let parts = |line: &String| if listed { vec![folded(line)] } else { split(line) };
    let mut found: Vec<String> = lines.iter().flat_map(parts).collect();
    found.retain(|text| text.contains(char::is_alphanumeric));
    if !answer.ended && found.len() > 1 {
        found.pop();
    }
    found.retain(|sentence| seen.insert(sentence.clone()));
    found
}

/// As many sentences as the budget allows, and what a reader should know of them.
///
/// # Errors
/// [`PluginError::Empty`] if there is none.
pub fn cut(
    answer: &Generation,
    form: Form,
) -> Result<(Vec<SummarySentence>, Vec<String>), PluginError> {
    let (all, budget) = (sentences_of(answer, form.style), form.budget);
    if all.is_empty() {
        return Err(PluginError::Empty);
    }
    let kept = budget.first_of(all.iter().map(String::as_str));
    let notes = note(answer, budget, all.len()).into_iter().collect();
    let sentence = |text| SummarySentence { text, origin: Origin::Generated };
    Ok((all.into_iter().take(kept).map(sentence).collect(), notes))
}

/// Why the summary is shorter than asked for, or not whole.
fn note(answer: &Generation, budget: Budget, found: usize) -> Option<String> {
    let why = if answer.ended {
        "the model ended there"
    } else {
        "its answer ran into the limit of its card"
    };
    match budget.short_of(found) {
        Some(asked) => Some(format!("{found} of {asked} sentences: {why}")),
        None if found == 1 && !answer.ended => {
            Some(format!("the sentence may be unfinished: {why}"))
        }
        None => None,
    }
}

/// The lines that say something.
fn lines(text: &str, style: Style) -> impl Iterator<Item = &str> {
    let mut first = true;
    text.lines().filter_map(move |line| {
        let line = unmarked(line.trim());
        let announced = std::mem::take(&mut first) && announces(line);
        let line = heading(line, style).unwrap_or(line);
        (!line.is_empty() && !announced).then_some(line)
    })
}

/// Of a line that is a heading what it says of the answer: nothing, but where a headline was asked for, which some
/// models mark as one. `None` if it is no heading.
fn heading(line: &str, style: Style) -> Option<&str> {
    let text = line.trim_start_matches('#');
    let marked = text.len() < line.len() && (text.is_empty() || text.starts_with([' ', '\t']));
    // In a post "#Orm" is a word.
    if !marked && (line.len() == text.len() || !style.is_usual()) {
        return None;
    }
    let text = text.trim();
    let name = text.trim_matches(['*', ':']).to_lowercase();
    let names_form = LABELS.contains(&name.as_str()) || ANNOUNCED.contains(&name.as_str());
    Some(if style == Style::Headline && !names_form { text } else { "" })
}

/// Whether a text is marked as a list.
fn has_mark(text: &str) -> bool {
    text.lines().any(|line| {
        let line = line.trim();
        BULLETS.iter().any(|mark| line.starts_with(mark)) || unnumbered(line).is_some()
    })
}

/// Whether a line only says that a summary comes.
fn announces(line: &str) -> bool {
    let Some(words) = line.strip_suffix(':') else { return false };
    let lower = words.to_lowercase();
    count_words(words) <= ANNOUNCEMENT_WORDS && ANNOUNCED.iter().any(|word| lower.contains(word))
}

/// A line without the mark of a list's entry, and without quotation marks round all of it.
fn unmarked(line: &str) -> &str {
    let bullet = BULLETS.iter().find_map(|bullet| line.strip_prefix(bullet));
    let line = bullet.or_else(|| unnumbered(line)).unwrap_or(line).trim();
    let inner = line.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    inner.filter(|inner| !inner.contains('"')).unwrap_or(line)
}

/// A line without what names the form that was asked for, and without the marks of bold print.
fn unlabelled(line: &str, style: Style) -> String {
    if style.is_usual() {
        return line.to_owned();
    }
    let line = not_bold(line);
    let label = line.split_once(':').filter(|(label, _)| {
        let label = label.trim().to_lowercase();
        LABELS.contains(&label.as_str())
    });
    unmarked(label.map_or(line.as_str(), |(_, rest)| rest.trim_matches(['*', ' ']))).to_owned()
}

/// A line without the marks of bold print: those in pairs, wherever they stand, and one alone at either end.
fn not_bold(line: &str) -> String {
    let marks = line.matches(BOLD).count();
    let line = line.replacen(BOLD, "", marks / 2 * 2);
    let line = line.strip_prefix(BOLD).unwrap_or(&line);
    line.strip_suffix(BOLD).unwrap_or(line).trim().to_owned()
}

/// A line without the number of a list's entry: `1. `, `2) `.
fn unnumbered(line: &str) -> Option<&str> {
    let rest = line.trim_start_matches(|c: char| c.is_ascii_digit());
    let digits = line.len() - rest.len();
    let rest = rest.strip_prefix(". ").or_else(|| rest.strip_prefix(") "))?;
    (1..=2).contains(&digits).then_some(rest)
}

/// The sentences of a line, white space folded.
fn split(line: &str) -> Vec<String> {
    let spans = sentence::split(line, Span::new(0, line.len()));
    spans.into_iter().map(|span| folded(&line[span.range()])).collect()
}

/// A text with its white space folded.
fn folded(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroUsize;

    use super::*;

    fn found(text: &str) -> Vec<String> {
        sentences(&Generation { text: text.to_owned(), ended: true, usage: None })
    }

    #[test]
    fn what_only_frames_an_answer_is_dropped() {
        let two = ["Rain fell.", "The bridge held."];
        for text in [
            "Rain fell. The bridge held.",
            "Here is a summary of the article in two sentences:\n\nRain fell. The bridge held.",
            "**\n- Rain fell.\n- The bridge held.",
            "1. Rain fell.\n2) The bridge held.",
            "# Summary\n\nRain fell.\n\nThe bridge   held.",
            "\"Rain fell.\"\nThe bridge held.",
            "Rain fell. Rain fell. The bridge held.\n…",
        ] {
            assert_eq!(found(text), two, "{text:?}");
        }
    }

    #[test]
    fn what_belongs_to_the_answer_stays() {
        assert_eq!(found("1853 was a year of rain."), ["1853 was a year of rain."]);
        assert_eq!(found("The mayor said: \"No.\""), ["The mayor said: \"No.\""]);
        assert_eq!(
            found("Three towns voted:\nAll said no."),
            ["Three towns voted:", "All said no."]
        );
        assert_eq!(found("\"No,\" he said, \"never.\""), ["\"No,\" he said, \"never.\""]);
    }

    #[test]
    fn what_names_a_form_is_no_part_of_it() {
        let of = |text: &str, style| {
            sentences_of(&Generation { text: text.to_owned(), ended: true, usage: None }, style)
        };
        for text in ["Headline: Bridge holds", "**Bridge holds**", "**Headline:** \"Bridge holds\""]
        {
            assert_eq!(of(text, Style::Headline), ["Bridge holds"], "{text}");
        }
        let points =
            of("Here are the points:\n\n- Rain fell.\n- **The bridge held.**", Style::Bullets);
        assert_eq!(points, ["Rain fell.", "The bridge held."]);
        assert_eq!(of("Quill: no more tolls", Style::Headline), ["Quill: no more tolls"]);
        let bold = of("- **Strike ends:** Dockers returned.\n- Rain **fell**.", Style::Bullets);
        assert_eq!(bold, ["Strike ends: Dockers returned.", "Rain fell."]);
        assert_eq!(of("** Rain fell.", Style::Brief), ["Rain fell."]);
    }

    #[test]
    fn a_heading_is_a_headline_and_nothing_else() {
        let of = |text: &str, style| {
            sentences_of(&Generation { text: text.to_owned(), ended: true, usage: None }, style)
        };
        for text in ["# Bridge holds", "## **Bridge holds**", "# Headline\n\nBridge holds"] {
            assert_eq!(of(text, Style::Headline), ["Bridge holds"], "{text}");
        }
        assert_eq!(of("# Points\n- Rain fell.", Style::Bullets), ["Rain fell."]);
        assert_eq!(of("# Orm\nRain fell.", Style::Social), ["Rain fell."]);
        assert_eq!(of("#Orm is flooded.", Style::Social), ["#Orm is flooded."]);
        assert_eq!(found("#Summary\nRain fell."), ["Rain fell."], "as ever");
    }

    #[test]
    fn a_line_of_a_list_is_one_point() {
        let of = |text: &str, ended, style| {
            sentences_of(&Generation { text: text.to_owned(), ended, usage: None }, style)
        };
        let two = "- Rain fell. It was cold.\n- The bridge   held.";
        assert_eq!(of(two, true, Style::Bullets), ["Rain fell. It was cold.", "The bridge held."]);
        assert_eq!(of("- Rain fell. It was cold.", true, Style::Bullets).len(), 1);
        assert_eq!(of("Rain fell. The bridge held.", true, Style::Bullets).len(), 2, "no list");
        assert_eq!(of(two, true, Style::Social).len(), 3);
        let broken = of("- Rain fell.\n- It was cold. The bri", false, Style::Bullets);
        assert_eq!(broken, ["Rain fell."]);
    }

    #[test]
    fn an_answer_that_breaks_off_loses_its_last_sentence() {
        let broken = |text: &str| Generation { text: text.to_owned(), ended: false, usage: None };
        assert_eq!(sentences(&broken("Rain fell. The bri")), ["Rain fell."]);
        assert_eq!(sentences(&broken("Rain fe")), ["Rain fe"]);
    }

    #[test]
    fn the_budget_holds_and_shortfalls_are_told() {
        let answer = |text: &str, ended| Generation { text: text.to_owned(), ended, usage: None };
        let sentences = |n| Budget::Sentences(NonZeroUsize::new(n).unwrap());
        let words = |n| Budget::Words(NonZeroUsize::new(n).unwrap());
        let usual = |budget| Form { style: Style::Standfirst, budget };
        let three = answer("Rain fell. The bridge held. All slept.", true);
        let texts = |budget| {
            let (found, notes) = cut(&three, usual(budget)).unwrap();
            (found.into_iter().map(|s| s.text).collect::<Vec<_>>().join(" "), notes)
        };
        assert_eq!(texts(sentences(2)), ("Rain fell. The bridge held.".to_owned(), vec![]));
        assert_eq!(texts(words(5)).0, "Rain fell. The bridge held.");
        assert_eq!(texts(words(1)).0, "Rain fell.");
        let note = &texts(sentences(4)).1[0];
        assert_eq!(note, "3 of 4 sentences: the model ended there");
        let (_, notes) = cut(&answer("Rain fe", false), usual(sentences(1))).unwrap();
        assert!(notes[0].contains("unfinished"), "{notes:?}");
        assert!(matches!(cut(&answer(" \n ", true), usual(sentences(1))), Err(PluginError::Empty)));
    }
}

//! Names in a sentence: runs of capitalised words, without the titles and the adjectives before them.

use std::ops::Range;

use super::{
    capital,
    gazetteer::{
        country, is_body, is_demonym, is_front, is_given, is_ordinary, is_organisation_word,
        is_place, is_thing, is_title,
    },
    token::{Shape, Token},
};
use crate::lexicon::{Role, SPEECH, english};
use standfirst_core::article::Span;

/// A name as it stands in a sentence, and what the words around it say of its bearer.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "independent observations, none a state")]
pub(crate) struct Name<'a> {
    /// Its words, titles left out; never empty.
    pub words: Vec<&'a str>,
    /// Where the words stand.
    pub span: Span,
    /// Which tokens of the sentence the words are.
    pub tokens: Range<usize>,
    /// The titles before it, lower-cased.
    pub title: Vec<String>,
    /// The words around it say that it is a person.
    pub personal: bool,
    /// `the` stands before it.
    pub definite: bool,
    /// A preposition of place stands before it.
    pub placed: bool,
    /// A *The* of its own stands before it, as in the names of newspapers.
    pub masthead: bool,
    /// It ends as the names of things do: *Mill Street*.
    pub thing: bool,
    /// It opens a sentence and is a word, too: a name only if the article has it elsewhere.
    pub doubtful: bool,
}

/// Share of capital letters from which a line is taken for a headline in capitals, which tells
/// nothing about names.
const SHOUTED: f64 = 0.6;

/// The names among the `tokens` of a sentence, in order. `asks` says whether it is a question.
pub(crate) fn names<'a>(tokens: &[Token<'a>], asks: bool) -> Vec<Name<'a>> {
    if is_shouted(tokens) {
        return Vec::new();
    }
    let (mut found, mut at) = (Vec::new(), 0);
    while at < tokens.len() {
        if !capital::begins(tokens, at) {
            at += 1;
            continue;
        }
        let end = run_end(tokens, at);
        let opener = usize::from(capital::asks(tokens, &(at..end), asks));
        found.extend(name(tokens, at + opener..end));
        at = end;
    }
    found
}

fn is_shouted(tokens: &[Token<'_>]) -> bool {
    let letters: usize = tokens.iter().map(|token| token.word.len()).sum();
    let capitals: usize =
        tokens.iter().filter(|t| t.shape == Shape::Acronym).map(|t| t.word.len()).sum();
    tokens.len() > 3 && capitals as f64 > SHOUTED * letters as f64
}

/// One past the run of words that begins at `start`.
fn run_end(tokens: &[Token<'_>], start: usize) -> usize {
    let mut end = start + 1;
    while !tokens[end - 1].possessive {
        match tokens.get(end) {
            Some(next) if next.follows_closely() && capital::goes_on(tokens, start, end) => {
                if meet(tokens, start..end) {
                    break;
                }
                end += 1;
            }
            Some(_) => match after_link(tokens, start..end) {
                Some(further) => end = further,
                None => break,
            },
            None => break,
        }
    }
    end
}

/// Whether the given name after the run begins another name: "the envoy to NATO Ivan Petrov", "in London
/// Ann Cole".
fn meet(tokens: &[Token<'_>], run: Range<usize>) -> bool {
    if !is_given(tokens[run.end].word) {
        return false;
    }
    let surname = tokens.get(run.end + 1).is_some_and(|t| t.follows_closely() && t.is_capital());
    tokens[run.end - 1].shape == Shape::Acronym || surname && is_somewhere(tokens, run)
}

/// Whether the run is a place, and no more.
fn is_somewhere(tokens: &[Token<'_>], run: Range<usize>) -> bool {
    let opener = run.start == 0
        && run.len() > 1
        && english().is(&tokens[0].word.to_lowercase(), Role::Function | Role::Of);
    let words: Vec<&str> =
        tokens[run.start + usize::from(opener)..run.end].iter().map(|t| t.word).collect();
    let name = words.join(" ");
    is_place(&name) || country(&name).is_some() && !is_given(&name)
}

/// One past the capital after the small words that follow the run, if they belong to a name.
fn after_link(tokens: &[Token<'_>], run: Range<usize>) -> Option<usize> {
    let link = tokens.get(run.end).filter(|token| token.follows_closely())?;
    if capital::front(tokens[run.end - 1].word).is_some() {
        return None;
    }
    let closely = |at: usize| {
        tokens.get(at).is_some_and(|t| t.follows_closely() && capital::begins(tokens, at))
    };
    if english().is(link.word, Role::Particle) && !is_somewhere(tokens, run.clone()) {
        let next = run.end + 1;
        let second = tokens.get(next).is_some_and(|t| english().is(t.word, Role::Particle));
        let at = if second { next + 1 } else { next };
        return closely(at).then_some(at + 1);
    }
    if !english().is(link.word, Role::Link) || !links(tokens, &run, link.word) {
        return None;
    }
    // "Department and Congress" are two: what `and` joins must end in a word of organisations.
    let the = tokens.get(run.end + 1).is_some_and(|token| token.word == "the");
    let at = run.end + 1 + usize::from(the && link.word != "and");
    let joined = link.word != "and"
        || is_portfolio(tokens, &run)
        || tokens[at.min(tokens.len())..]
            .iter()
            .take_while(|t| t.is_capital() && t.follows_closely())
            .any(|t| is_organisation_word(t.word) && !is_body(t.word));
    (joined && closely(at)).then_some(at + 1)
}

/// Whether the small word after the run may go on with it: *Department of …*, but not *Secretary Holt of …*.
fn links(tokens: &[Token<'_>], run: &Range<usize>, link: &str) -> bool {
    let last = &tokens[run.end - 1];
    if is_somewhere(tokens, run.clone()) {
        return false;
    }
    match link {
        "of" => is_official(last.word),
        // "Democracy for America".
        "for" if run.len() == 1 && run.start > 0 => {
            is_official(last.word) || is_ordinary(last.word)
        }
        // "Duke University and …" is whole.
        "and" if is_organisation_word(last.word) => false,
        _ => !is_body(last.word) && tokens[run.clone()].iter().any(|t| is_official(t.word)),
    }
}

/// Whether the run ends with what a department is of, and `and` and another such word follow: *Department
/// of Trade and Industry*.
fn is_portfolio(tokens: &[Token<'_>], run: &Range<usize>) -> bool {
    let of = tokens[run.clone()].iter().any(|t| english().is(t.word, Role::Link));
    let field = |at: usize| {
        tokens.get(at).is_some_and(|t| is_ordinary(t.word) && !is_organisation_word(t.word))
    };
    of && field(run.end - 1) && field(run.end + 1)
}

/// Whether `of` after this word goes on with the name: `Department of …`, `Secretary of …`.
fn is_official(word: &str) -> bool {
    is_organisation_word(word) || is_title(word)
}

/// The name in a run of tokens, if there is one.
fn name<'a>(tokens: &[Token<'a>], run: Range<usize>) -> Option<Name<'a>> {
    let doubtful = capital::is_doubtful(tokens, &run);
    if doubtful && capital::is_governed(tokens, &run) {
        return None;
    }
    let office = run.end;
    let run = run.start..without_offices(tokens, &run);
    let mut start = if doubtful { run.start } else { without_opener(tokens, run.clone()) };
    let masthead = start < run.end && start > 0 && tokens[start].word == "The";
    start += usize::from(masthead && run.end - start > 2);
    if start >= run.end {
        return None;
    }
    let mut title: Vec<String> = Vec::new();
    let organised = tokens[start..run.end].iter().any(|t| is_organisation_word(t.word));
    if let Some(after) = after_titles(tokens, start..run.end) {
        title = tokens[start..after].iter().map(|t| t.word.to_lowercase()).collect();
        start = after;
    } else if !organised || is_person_like(tokens, start..run.end) {
        start = without_demonyms(tokens, start..run.end);
    }
    let mut words: Vec<&str> = tokens[start..run.end].iter().map(|t| t.word).collect();
    let mut end = tokens[run.end - 1].span.end;
    if let Some(last) = words.pop() {
        let front = capital::front(last).unwrap_or(last);
        end -= last.len() - front.len();
        words.push(front);
    }
    let given = !title.is_empty() || tokens[run.end - 1].possessive;
    let adjective = |word: &str| is_demonym(word) && !(given && is_given(word));
    let empty = words.iter().all(|w| is_title(w) || adjective(w));
    // "the Department", "a": what is left says nothing by itself.
    let stray =
        |word: &str| word.trim_end_matches('.').chars().count() < 2 || is_organisation_word(word);
    let held = run.end < office && !is_seat(&words);
    let degree = words.iter().all(|word| english().is(word, Role::Degree));
    let bare = empty || held || degree || matches!(words[..], [word] if stray(word));
    if bare && !words.iter().any(|w| is_body(w)) {
        return None;
    }
    let before = start.checked_sub(1).map(|at| tokens[at]);
    if title.is_empty() {
        title.extend(small_title(before, &tokens[start]));
    }
    let personal = !title.is_empty() || looks_personal(tokens, start..run.end);
    let skip = before.filter(|t| t.word.eq_ignore_ascii_case("the")).map_or(1, |_| 2);
    let near = start.checked_sub(skip).map(|at| tokens[at].word);
    let modifies = tokens
        .get(run.end)
        .is_some_and(|t| t.follows_closely() && english().is(t.word, Role::Attached));
    let thing = words.len() > 1 && words.last().is_some_and(|word| is_thing(word))
        || is_quoted(tokens, start..run.end);
    Some(Name {
        thing,
        doubtful,
        span: Span::new(tokens[start].span.start, end),
        tokens: start..run.end,
        words,
        personal,
        definite: before.is_some_and(|t| t.word.eq_ignore_ascii_case("the"))
            && tokens[start].follows_closely()
            && !modifies,
        masthead,
        placed: near.is_some_and(|word| english().is(word, Role::Placing)),
        title,
    })
}

/// Whether an office may be named by it: a place, a country or a body. "Prime" is none.
fn is_seat(words: &[&str]) -> bool {
    let name = words.join(" ");
    is_place(&name) || country(&name).is_some() || words.iter().any(|w| is_organisation_word(w))
}

/// The end of the run without the offices that end it: "Maryland Gov.". "Larry King" has none.
fn without_offices(tokens: &[Token<'_>], run: &Range<usize>) -> usize {
    let member = |t: &Token<'_>| is_body(t.word) && is_demonym(t.word);
    let office = |t: &&Token<'_>| {
        (is_title(t.word) && !is_given(t.word) || member(t) && run.len() > 1) && !t.possessive
    };
    let offices = tokens[run.clone()].iter().rev().take_while(office).count();
    let given = |t: &Token<'_>| is_given(t.word) && !is_place(t.word);
    let named = tokens[run.clone()].iter().any(given);
    if offices == run.len() || named { run.end } else { run.end - offices }
}

/// The start of the run without ordinary words that have a capital because they open the sentence
/// or a quotation.
fn without_opener(tokens: &[Token<'_>], run: Range<usize>) -> usize {
    let opens = |at: usize| at == 0 || capital::opens(&tokens[at]);
    if run.len() == 1 && capital::speaks(tokens, run.start) {
        return run.start;
    }
    let mut at = run.start;
    while at < run.end
        && is_common(tokens[at].word)
        && tokens[at].shape == Shape::Capital
        && (opens(at) || at > run.start)
        && !(is_title(tokens[at].word) && at + 1 < run.end)
        && !(is_given(tokens[at].word) && (at + 1 < run.end || capital::has_partner(tokens, &run)))
    {
        at += 1;
        // A second ordinary word belongs to a name: "The White House".
        if at < run.end && !matches!(tokens[at].word, "The" | "A" | "An") {
            break;
        }
    }
    at
}

/// Whether the word is mostly written small, or has hardly any other meaning so than a capital gives it.
fn is_common(word: &str) -> bool {
    is_ordinary(word) || matches!(word, "A" | "An")
}

/// One past the last title at the start of the run, if a name is left after it.
fn after_titles(tokens: &[Token<'_>], run: Range<usize>) -> Option<usize> {
    let words = &tokens[run.clone()];
    let last = words.iter().rposition(|t| is_title(t.word) && !is_given(t.word))?;
    let mut after = run.start + last + 1;
    // "Martin Luther King Jr." has no title; "Austin Mayor Ann Cole" is nobody called Austin.
    let given = words[..last].iter().any(|t| is_given(t.word) && !is_place(t.word));
    if given && !tokens.get(after).is_some_and(|t| is_given(t.word)) {
        return None;
    }
    if tokens.get(after).is_some_and(|t| english().is(t.word, Role::Link)) {
        // "Secretary of State John Kerry": what the office is of ends where two words are left.
        after = run.end.saturating_sub(2).max(after + 2);
    }
    let rest = tokens.get(after..run.end).filter(|rest| !rest.is_empty())?;
    // "President Bank" would be an organisation; "Captain Cook University" is one.
    (!rest.iter().any(|t| is_organisation_word(t.word))).then_some(after)
}

fn without_demonyms(tokens: &[Token<'_>], run: Range<usize>) -> usize {
    // "Christian Moreau", but not "Christian Aid".
    let named = run.len() > 1 && is_given(tokens[run.start].word);
    if named && !is_ordinary(tokens[run.start + 1].word) && !is_demonym(tokens[run.start + 1].word)
    {
        return run.start;
    }
    let demonyms = tokens[run.clone()].iter().take_while(|t| is_demonym(t.word)).count();
    let whole: Vec<&str> = tokens[run.clone()].iter().map(|t| t.word).collect();
    let whole = whole.join(" ");
    // "Northern Rail", but not "northern Syria" at the start of a sentence.
    let rest = tokens[run.start + demonyms.min(run.len() - 1)].word;
    let part = is_front(tokens[run.start].word)
        && demonyms + 1 == run.len()
        && !(is_place(rest) || country(rest).is_some() || is_given(rest));
    let kept = demonyms == run.len() || part || country(&whole).is_some() || is_place(&whole);
    if kept { run.start } else { run.start + demonyms }
}

fn is_person_like(tokens: &[Token<'_>], run: Range<usize>) -> bool {
    tokens[run].iter().any(|t| is_given(t.word))
}

/// A title written small right before the name: "former director James Comey".
fn small_title(before: Option<Token<'_>>, first: &Token<'_>) -> Option<String> {
    let before = before.filter(|t| t.shape == Shape::Lower && first.follows_closely())?;
    is_title(before.word).then(|| before.word.to_owned())
}

/// Whether the run, and no more, stands in quotation marks: the name of a work, or an odd word.
fn is_quoted(tokens: &[Token<'_>], run: Range<usize>) -> bool {
    const MARKS: [char; 5] = ['"', '“', '”', '‘', '«'];
    tokens[run.start].gap.ends_with(MARKS)
        && tokens.get(run.end).is_some_and(|t| t.gap.starts_with(['"', '”', '’', '»']))
}

/// Whether the run begins with a given name, or what stands beside it is said of people only: an age,
/// *who*, a verb of speech.
fn looks_personal(tokens: &[Token<'_>], run: Range<usize>) -> bool {
    let given =
        run.len() > 1 && is_given(tokens[run.start].word) && !is_thing(tokens[run.end - 1].word)
            || capital::has_partner(tokens, &run);
    let next = tokens.get(run.end);
    let aged = next.is_some_and(|t| {
        t.gap.starts_with(',') && t.shape == Shape::Number && (1..=2).contains(&t.word.len())
    });
    let who = next.is_some_and(|t| t.gap.starts_with(',') && matches!(t.word, "who" | "whose"));
    let speaks = next.is_some_and(|t| t.follows_closely() && english().is(t.word, SPEECH));
    let word = |t: &Token<'_>| is_organisation_word(capital::front(t.word).unwrap_or(t.word));
    let plain = !tokens[run.clone()].iter().any(word);
    if run.len() == 1 && capital::is_speaker(tokens, run.start) {
        return true;
    }
    plain && (given || aged || who || (speaks && tokens[run.start].shape == Shape::Capital))
}

#[cfg(test)]
mod tests {
    use super::{super::token, *};

    fn found(text: &str) -> Vec<String> {
        let tokens = token::tokens(text, 0);
        names(&tokens, false).iter().map(|name| name.words.join(" ")).collect()
    }

    #[test]
    fn names_lose_titles_adjectives_and_openers() {
        assert_eq!(
            found(
                "When Russian Foreign Minister Ivan Petrov met Secretary of State Mary Holt, nobody smiled."
            ),
            ["Ivan Petrov", "Mary Holt"]
        );
        assert_eq!(found("Mr. Hale's lawyer, former judge Ann Cole, left."), ["Hale", "Ann Cole"]);
        assert_eq!(found("The White House said nothing."), ["White House"]);
        assert_eq!(found("Nina Berg, M.D., met Tom Reed, PhD."), ["Nina Berg", "Tom Reed"]);
    }

    #[test]
    fn organisations_keep_their_links() {
        assert_eq!(
            found("Officials of the Department of Health and the Bank of England met on Monday."),
            ["Department of Health", "Bank of England"]
        );
        assert_eq!(found("She works for Lane and Sons in Oslo."), ["Lane", "Sons", "Oslo"]);
        assert_eq!(
            found("The envoy to NATO Ivan Petrov left the Czech Republic."),
            ["NATO", "Ivan Petrov", "Czech Republic"]
        );
    }

    #[test]
    fn days_adjectives_and_headlines_name_nobody() {
        assert!(found("On Monday the Russian minister spoke.").is_empty());
        assert!(found("PRESIDENT HALE RESIGNS AFTER VOTE").is_empty());
        assert!(found("The President spoke.").is_empty());
    }

    #[test]
    fn the_words_around_tell_a_person() {
        let text = "Petrov said that Lindqvist, 42, knew Abadi, who left the Kremlin.";
        let tokens = token::tokens(text, 0);
        let personal: Vec<bool> = names(&tokens, false).iter().map(|name| name.personal).collect();
        assert_eq!(personal, [true, true, true, false]);
        assert!(names(&tokens, false)[3].definite);
    }
}

//! Quotations that go over several sentences: one of them alone shows a reader half of what was said, or what
//! was said as if the author had.

mod speaker;

use std::{collections::HashMap, ops::RangeInclusive};

use standfirst_core::{
    analysis::Finding,
    article::{Article, Span},
    report::{Flag, Verdict},
};

pub use self::speaker::{names_somebody, names_speaker};

/// Sentences over which the other mark is looked for where the article has no layout to tell by.
const REACH: usize = 4;
/// Marks that open a quotation, and those that close one.
const OPENING: &[char] = &['“', '”', '"', '„', '«', '»', '‘', '\''];
const CLOSING: &[char] = &['”', '“', '"', '»', '«', '’', '\''];

/// The sentences that share a quotation with sentence `index`, itself among them; `None` if all that is quoted
/// in it opens and closes in it. A mark that is never answered is a slip of the pen, and shares nothing.
pub fn shared(article: &Article, index: usize) -> Option<RangeInclusive<usize>> {
    article.derived(Shared::of).0.get(&index).cloned()
}

/// For the sentences of an article that share a quotation with others, which these are; kept with the article.
struct Shared(HashMap<usize, RangeInclusive<usize>>);

impl Shared {
    fn of(article: &Article) -> Self {
        let runs =
            if article.quotations().is_empty() { by_marks(article) } else { by_spans(article) };
        let mut shared: HashMap<usize, RangeInclusive<usize>> = HashMap::new();
        for run in runs {
            for index in run.clone() {
                let own = shared.entry(index).or_insert_with(|| run.clone());
                *own = *own.start().min(run.start())..=*own.end().max(run.end());
            }
        }
        Self(shared)
    }
}

/// The runs of sentences that the quotations of the article go over.
fn by_spans(article: &Article) -> Vec<RangeInclusive<usize>> {
    let sentences = article.sentences();
    let run = |quotation: &Span| {
        let first = sentences.partition_point(|own| own.span.end <= quotation.start);
        let last =
            sentences.partition_point(|own| own.span.start < quotation.end).checked_sub(1)?;
        (first < last && is_whole(&article.document().text[quotation.range()]))
            .then_some(first..=last)
    };
    article.quotations().iter().filter_map(run).collect()
}

/// Whether both marks are there.
fn is_whole(quotation: &str) -> bool {
    quotation.starts_with(OPENING) && quotation.ends_with(CLOSING)
}

/// The same where only the marks of each sentence tell.
fn by_marks(article: &Article) -> Vec<RangeInclusive<usize>> {
    let (mut runs, mut open) = (Vec::new(), None);
    for (index, sentence) in article.sentences().iter().enumerate() {
        match leans(&sentence.text) {
            Leans::Not => {}
            Leans::Forward => open = Some(index),
            Leans::Back => {
                runs.extend(
                    open.take().filter(|&first| index - first <= REACH).map(|first| first..=index),
                );
            }
        }
    }
    runs
}

/// Where the other mark of a quotation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Leans {
    /// All marks are in pairs.
    Not,
    /// In a later sentence.
    Forward,
    /// In an earlier one.
    Back,
}

/// Whether `text` has a quotation mark without its other.
fn leans(text: &str) -> Leans {
    let (opened, closed) = (text.matches('“').count(), text.matches('”').count());
    match opened.cmp(&closed) {
        std::cmp::Ordering::Greater => return Leans::Forward,
        std::cmp::Ordering::Less => return Leans::Back,
        std::cmp::Ordering::Equal => {}
    }
    if text.matches('"').count().is_multiple_of(2) {
        return Leans::Not;
    }
    // An odd mark: the first closes if it stands after a word, else the last one opens.
    let first = text.find('"').unwrap_or(0);
    let opens = text[first + 1..].starts_with(char::is_alphanumeric)
        && !text[..first].ends_with(char::is_alphanumeric);
    if opens { Leans::Forward } else { Leans::Back }
}

/// Flags the copied sentences of one summary whose quotation opens or closes where the summary does not have
/// it. `findings` are those of its sentences `texts`, in order. A single sentence is a claim, of which nothing
/// can be wanted but that its own marks are in pairs.
pub(crate) fn flag(article: &Article, texts: &[&str], findings: &mut [Finding]) {
    let places: Vec<Option<RangeInclusive<usize>>> =
        findings.iter().map(|finding| place(article, finding)).collect();
    for (at, finding) in findings.iter_mut().enumerate() {
        let Some(own) = &places[at] else { continue };
        let alone = texts.len() == 1 && leans(texts[at]) == Leans::Not;
        let read = read_around(&places, at, own);
        let halved = own.clone().any(|index| {
            shared(article, index)
                .is_some_and(|run| run.start() < read.start() || run.end() > read.end())
        });
        if halved && !alone && !finding.flags.contains(&Flag::Quote) {
            finding.flags.push(Flag::Quote);
        }
    }
}

/// The sentences of the article that a copied sentence is.
fn place(article: &Article, finding: &Finding) -> Option<RangeInclusive<usize>> {
    if finding.verdict != Verdict::Copied {
        return None;
    }
    let index = |span: &Span| article.sentences().iter().position(|own| own.span.overlaps(*span));
    let (first, last) = (finding.evidence.first()?, finding.evidence.last()?);
    Some(index(first)?..=index(last)?)
}

/// What a reader of the summary reads in one go around its sentence `at`, which is `own` of the article.
fn read_around(
    places: &[Option<RangeInclusive<usize>>],
    at: usize,
    own: &RangeInclusive<usize>,
) -> RangeInclusive<usize> {
    let (mut first, mut last) = (*own.start(), *own.end());
    for before in places[..at].iter().rev().map_while(Option::as_ref) {
        if before.end() + 1 != first {
            break;
        }
        first = *before.start();
    }
    for after in places[at + 1..].iter().map_while(Option::as_ref) {
        if *after.start() != last + 1 {
            break;
        }
        last = *after.end();
    }
    first..=last
}

#[cfg(test)]
mod tests {
    use standfirst_core::{analysis::Analyzer, article::Document};

    use super::*;
    use crate::{NewsAnalyzer, repair::clean, sentence::from_sentences};

    #[test]
    fn marks_without_their_other_lean_to_where_it_is() {
        for (text, expected) in [
            ("He said: \"It is over.\"", Leans::Not),
            ("No marks at all.", Leans::Not),
            ("\"We waited for hours.", Leans::Forward),
            ("He said: \"It is over.", Leans::Forward),
            ("Then it came,\" he said.", Leans::Back),
            ("“We waited for hours.", Leans::Forward),
            ("Then it came,” he said.", Leans::Back),
            ("“Yes,” he said. “No.”", Leans::Not),
            ("\"", Leans::Back),
        ] {
            assert_eq!(leans(text), expected, "{text}");
        }
    }

    /// Which sentences of an article share a quotation, by their first words.
    fn runs(text: &str) -> Vec<(String, String)> {
        let article = clean(Document::from_text("t", text)).unwrap();
        let opening = |index: usize| {
            let words = article.sentences()[index].text.split_whitespace();
            let mut words = words.map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()));
            words.find(|word| !word.is_empty()).unwrap().to_owned()
        };
        let all = (0..article.sentences().len()).filter_map(|index| shared(&article, index));
        let mut found: Vec<_> =
            all.map(|run| (opening(*run.start()), opening(*run.end()))).collect();
        found.dedup();
        found
    }

    fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
        expected.iter().map(|&(one, other)| (one.to_owned(), other.to_owned())).collect()
    }

    const LEAD: &str = "The ferry to the island did not sail on Monday because of the storm.";

    #[test]
    fn marks_of_every_kind_hold_sentences_together() {
        for quoted in [
            "\"Nobody told us anything. We sat there for nine hours,\" Marta Ruiz said.",
            "“Nobody told us anything. We sat there for nine hours,” Marta Ruiz said.",
            "„Nobody told us anything. We sat there for nine hours“, Marta Ruiz said.",
            "« Nobody told us anything. We sat there for nine hours », Marta Ruiz said.",
            "‘Nobody told us anything. We sat there for nine hours,’ Marta Ruiz said.",
            "“Nobody told us ‘wait’. We sat there for nine hours,” Marta Ruiz said.",
            "“Nobody told us anything. He said ‘go home’ and we sat there,” Marta Ruiz said.",
        ] {
            let text = format!("{LEAD}\n\n{quoted} The harbour office gave no reason for it.");
            let second = if quoted.contains("He said") { "He" } else { "We" };
            assert_eq!(runs(&text), pairs(&[("Nobody", second)]), "{quoted}");
        }
    }

    #[test]
    fn whole_quotations_and_apostrophes_hold_nothing_together() {
        for whole in [
            "“Nobody told us anything,” Marta Ruiz said. “We sat there for nine hours.”",
            "It was the passengers' fault, the office said. The crews' hours were over by then.",
            "They called it ‘an act of God’. Nobody believed it in the '90s or today.",
            "“Nobody told us anything, Marta Ruiz said. They sat there for nine hours.",
        ] {
            let text = format!("{LEAD}\n\n{whole}\n\nThe harbour office gave no reason for it.");
            assert!(runs(&text).is_empty(), "{whole}");
        }
    }

    #[test]
    fn a_quotation_over_paragraphs_is_one() {
        let text = format!(
            "{LEAD}\n\n“Nobody told us anything. Children cried on the deck.\n\n“Officials came at noon \
             and left again,” Marta Ruiz said.\n\nThe harbour office gave no reason for it."
        );
        assert_eq!(runs(&text), pairs(&[("Nobody", "Officials")]));
    }

    fn flagged(text: &str, summary: &[usize]) -> Vec<bool> {
        let article = clean(Document::from_text("t", text)).unwrap();
        let texts: Vec<&str> =
            summary.iter().map(|&index| article.sentences()[index].text.as_str()).collect();
        let checked = NewsAnalyzer.check(&article, &texts, None).unwrap();
        checked.findings.iter().map(|finding| finding.flags.contains(&Flag::Quote)).collect()
    }

    #[test]
    fn what_a_reader_has_half_of_is_flagged() {
        let text = format!(
            "{LEAD} “Nobody told us anything. Children cried on the deck. We sat there for nine hours,” \
             Marta Ruiz said. The harbour office gave no reason for it."
        );
        assert_eq!(flagged(&text, &[0, 4]), [false, false]);
        assert_eq!(flagged(&text, &[0, 1]), [false, true], "it opens and does not close");
        assert_eq!(flagged(&text, &[0, 2]), [false, true], "it has no mark at all");
        assert_eq!(flagged(&text, &[0, 3]), [false, true], "it closes and was not opened");
        assert_eq!(flagged(&text, &[1, 3]), [true, true], "the middle is missing");
        assert_eq!(flagged(&text, &[0, 1, 2, 3]), [false; 4], "it is whole");
        assert_eq!(flagged(&text, &[1]), [true], "a claim with a single mark");
        assert_eq!(flagged(&text, &[2]), [false], "a claim without marks");
    }

    #[test]
    fn sentences_without_a_layout_are_told_by_their_marks() {
        let article =
            from_sentences("t", &["“We waited.", "It was cold.", "It came,” he said.", "“Yes.”"]);
        let article = article.unwrap();
        assert_eq!(shared(&article, 1), Some(0..=2));
        assert_eq!(shared(&article, 3), None);
    }
}

//! Numbers and counts in words.

use standfirst_core::{
    article::{Cut, Reason, Span},
    report::{
        AbstractReport, AbstractSentence, ArticleReport, Author, Edit, Fault, Flag, Part, Verdict,
        unsaid,
    },
};
use standfirst_text::faithfulness;

/// With a comma every three digits: `12,310`.
pub fn thousands(number: usize) -> String {
    let digits = number.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// `1 article`, `12,310 articles`.
pub fn count(number: usize, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{} {noun}{plural}", thousands(number))
}

/// A size in decimal units: `91 MB`, `612 bytes`.
pub fn size(bytes: u64) -> String {
    let units = [(1_000_000_000, "GB"), (1_000_000, "MB"), (1_000, "kB")];
    match units.into_iter().find(|&(unit, _)| bytes >= unit) {
        Some((unit, name)) if bytes < 10 * unit => {
            format!("{:.1} {name}", bytes as f64 / unit as f64)
        }
        Some((unit, name)) => format!("{} {name}", bytes.div_ceil(unit)),
        None => format!("{bytes} bytes"),
    }
}

/// The same, if it is known: a card need not say how large its files are.
pub fn known_size(bytes: u64) -> Option<String> {
    (bytes > 0).then(|| size(bytes))
}

/// A polarity with its sign and two decimals; never `-0.00`.
pub fn score(score: f64) -> String {
    let shown = format!("{score:+.2}");
    if shown == "-0.00" || shown == "+0.00" { "0.00".to_owned() } else { shown }
}

/// A share as a whole percentage.
pub fn percent(share: f64) -> String {
    format!("{:.0} %", share * 100.0)
}

/// What was cut, counted by reason: `1 duplicate (2,310 bytes), 4 teasers (812 bytes)`. Headings are
/// kept as structure and do not count. `None` if nothing was cut.
pub fn cuts(cuts: &[Cut]) -> Option<String> {
    let counted: Vec<String> = Reason::ALL
        .into_iter()
        .filter(|&reason| reason != Reason::Heading)
        .filter_map(|reason| cuts_for(cuts, reason))
        .collect();
    (!counted.is_empty()).then(|| counted.join(", "))
}

/// The cuts for one reason.
fn cuts_for(cuts: &[Cut], reason: Reason) -> Option<String> {
    let lengths: Vec<usize> =
        cuts.iter().filter(|cut| cut.reason == reason).map(|cut| cut.span.len()).collect();
    let noun = match reason {
        Reason::Boilerplate => "boilerplate line",
        Reason::Comments => "comment block",
        Reason::Navigation => "navigation block",
        other => other.name(),
    };
    (!lengths.is_empty()).then(|| {
        let bytes = count(lengths.iter().sum(), "byte");
        format!("{} ({bytes})", count(lengths.len(), noun))
    })
}

/// What is wrong with a sentence of an abstract, in words; `None` if nothing is.
pub fn doubt(sentence: &AbstractSentence) -> Option<String> {
    let verdict = match sentence.verdict {
        // That nobody has checked is said once, of the whole: see `unchecked`.
        None | Some(Verdict::Copied | Verdict::Supported) => None,
        Some(verdict) => Some(verdict.name()),
    };
    let flags = flags(&sentence.flags);
    match (verdict, flags.is_empty()) {
        (None, true) => None,
        (Some(verdict), true) => Some(verdict.to_owned()),
        (None, false) => Some(flags),
        (Some(verdict), false) => Some(format!("{verdict}: {flags}")),
    }
}

/// What is said of a sentence behind it: whose words it is in, if not those of the model that was to
/// write it, and what is wrong with it.
pub fn aside(sentence: &AbstractSentence) -> Option<String> {
    let own = (sentence.by == Some(Author::Article)).then(|| "the article's words".to_owned());
    let asides: Vec<String> = own.into_iter().chain(doubt(sentence)).collect();
    (!asides.is_empty()).then(|| asides.join("; "))
}

/// How much of an abstract nobody has checked, in words; `None` if all of it was.
pub fn unchecked(cell: &AbstractReport) -> Option<String> {
    let count = cell.sentences.iter().filter(|sentence| sentence.verdict.is_none()).count();
    let of = cell.sentences.len();
    (count > 0).then(|| {
        format!("not checked: {count} of {} in the model's own words", self::count(of, "sentence"))
    })
}

/// What was done to the sentences of an abstract so that they can stand alone, in words: `left out
/// “But” (bytes 12–16); put in [Hale] (bytes 4–8)`. `None` if nothing was done.
pub fn edits(cell: &AbstractReport) -> Option<String> {
    let words = |edit: &Edit| {
        let (what, text, at) = match edit {
            Edit::Dropped { text, evidence } | Edit::Ended { text, evidence } => {
                ("left out", format!("“{text}”"), evidence)
            }
            Edit::Named { text, evidence } => ("put in", format!("[{text}]"), evidence),
        };
        format!("{what} {text} (bytes {}–{})", at.start, at.end)
    };
    let all: Vec<String> = cell.sentences.iter().flat_map(|s| &s.edits).map(words).collect();
    (!all.is_empty()).then(|| all.join("; "))
}

/// `number, name`.
pub fn flags(flags: &[Flag]) -> String {
    flags.iter().map(|flag| flag.name()).collect::<Vec<_>>().join(", ")
}

/// The words that are wrong, and what the article has in their place: `number: “2010”, article: “2009”`; and the
/// statements that it does not say, where it says others of the sentence: `unsupported: “the mayor resigned”`.
pub fn faults(sentence: &AbstractSentence) -> Vec<String> {
    let ours = |span: Span| sentence.text.get(span.range()).unwrap_or_default();
    let words = |fault: &Fault| {
        let theirs = fault.expected.as_ref().map(|theirs| format!(", article: “{theirs}”"));
        format!("{}: “{}”{}", fault.kind.name(), ours(fault.summary), theirs.unwrap_or_default())
    };
    let part = |part: &Part| format!("{}: “{}”", part.verdict.name(), ours(part.summary));
    sentence.faults.iter().map(words).chain(unsaid(&sentence.parts).map(part)).collect()
}

/// Collects what verdicts were shown, to say at the end how far they can be trusted.
#[derive(Clone, Debug, Default)]
pub struct Trust {
    estimated: bool,
    /// The model of entailment that was asked.
    check: Option<String>,
}

impl Trust {
    /// Takes note of a report that was shown.
    pub fn add(&mut self, report: &ArticleReport) {
        let sentences = report.abstracts.iter().flat_map(|cell| &cell.sentences);
        let mut verdicts = sentences.filter_map(|sentence| sentence.verdict);
        self.estimated |= verdicts.any(|verdict| verdict != Verdict::Copied);
        if self.check.is_none() {
            self.check = report.abstracts.iter().find_map(|cell| cell.check.clone());
        }
    }

    /// How far, in a line; `None` if no verdict was an estimate: there were only copies.
    pub fn line(&self) -> Option<&'static str> {
        self.estimated.then(|| faithfulness::measured(self.check.as_deref()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_well() {
        assert_eq!(thousands(7), "7");
        assert_eq!(thousands(1_234_567), "1,234,567");
        assert_eq!(count(1, "byte"), "1 byte");
        assert_eq!(count(0, "byte"), "0 bytes");
        assert_eq!(size(612), "612 bytes");
        assert_eq!(size(1_500_000), "1.5 MB");
        assert_eq!(size(90_868_376), "91 MB");
        assert_eq!(score(-0.31), "-0.31");
        assert_eq!(score(-0.001), "0.00");
        assert_eq!(percent(0.984), "98 %");
    }

    #[test]
    fn headings_are_no_cuts() {
        let cut = |reason, end| Cut { span: Span::new(0, end), reason, confidence: 1.0 };
        assert_eq!(cuts(&[cut(Reason::Heading, 5)]), None);
        let mixed = [cut(Reason::Teaser, 900), cut(Reason::Heading, 9), cut(Reason::Teaser, 1_100)];
        assert_eq!(cuts(&mixed).as_deref(), Some("2 teasers (2,000 bytes)"));
    }

    #[test]
    fn the_half_of_a_sentence_that_is_not_said_is_told() {
        let mut reports = super::super::fixture::reports();
        let sentence = &mut reports[0].abstracts[0].sentences[0];
        sentence.text = "Hale left, and Bell came.".to_owned();
        let part =
            |start, end, verdict| Part { summary: Span::new(start, end), verdict, support: 0.5 };
        sentence.parts = vec![part(0, 9, Verdict::Copied), part(15, 24, Verdict::Contradicted)];
        assert_eq!(faults(sentence), ["contradicted: “Bell came”"]);
    }

    #[test]
    fn edits_are_told_with_their_place() {
        let mut reports = super::super::fixture::reports();
        let cell = &mut reports[0].abstracts[0];
        assert_eq!(edits(cell), None);
        cell.sentences[0].edits = vec![
            Edit::Dropped { text: "But".to_owned(), evidence: Span::new(60, 63) },
            Edit::Named { text: "Hale".to_owned(), evidence: Span::new(20, 24) },
        ];
        assert_eq!(
            edits(cell).as_deref(),
            Some("left out “But” (bytes 60–63); put in [Hale] (bytes 20–24)")
        );
    }
}

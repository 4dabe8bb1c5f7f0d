//! Who wrote it, where and when: lines of their own, and what stands before the first sentence.

use std::sync::{LazyLock, OnceLock};

use regex::Regex;

use crate::{
    language,
    lexicon::{Date, Lexicon, english},
};
use standfirst_core::article::Reason;

use super::{
    block::Block,
    draft::Mark,
    heading,
    page::Page,
    phrasebook::{self, Phrasebook},
    phrases,
};

/// A byline has at most this many words.
const MAX_LINE: usize = 16;
/// Confidence in an agency or a place before the first sentence.
const PREFIX: f64 = 0.95;
/// The same in a place alone, which might be a word that stands as a sentence.
const GERMAN_PLACE: f64 = 0.8;
/// The name of a German place has at most this many words.
const MAX_PLACE_WORDS: usize = 7;
/// Confidence in the line that names the writer.
const WRITER: f64 = 0.9;

/// Whole lines.
static LINES: LazyLock<Phrasebook> = LazyLock::new(|| {
    Phrasebook::new(&[
        ("jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec", &date_line()),
        (
            "posted|published|updated|modified|created",
            r"^(posted|published|updated|last updated|last modified|first published|created)( on| at| by)?\s*:?\s[^!?]*(\b\d{4}|\d{1,2}[:.]\d{2}[^.]*)$",
        ),
        (
            "^written|^reported|^reporting|^edited|^story|^text|^words",
            r"^(written|reported|reporting|edited|story|text|words) by:?\s[^.!?]*\.?$",
        ),
        (
            "^by |^the |^associated|^reuters|^agence|^afp|^ap|^upi|^dpa|^xinhua|^staff ",
            r"^(by )?(the )?(associated press|reuters|agence france-presse|afp|ap|upi|dpa|xinhua|staff (writer|reporter|correspondent)s?)$",
        ),
        ("correspondent|reporter", r"^([\w-]+ ){1,3}(correspondent|reporter)$"),
    ])
});

/// A line that is a date, with or without the day of the week and the time of day.
fn date_line() -> String {
    let written = |wanted: fn(&Date) -> bool| {
        let dates = english().calendar().all().filter(|(_, date)| wanted(date));
        let mut words: Vec<String> = dates.map(|(word, _)| word.to_lowercase()).collect();
        words.sort_unstable();
        words.join("|")
    };
    let weekday = written(|date| !date.month && !date.short);
    let month = written(|date| date.month);
    format!(
        r"^(({weekday}),? )?(\d{{1,2}}(st|nd|rd|th)? )?({month})\.?( \d{{1,2}}(st|nd|rd|th)?)?,? \d{{4}}([ ,:;|/()-]+\d{{1,2}}[:.]\d{{2}}(:\d{{2}})? ?([ap]\.?m\.?)?( [a-z]{{2,4}})?)?$"
    )
}

/// Sentences among others.
static SENTENCES: LazyLock<Phrasebook> = LazyLock::new(|| {
    Phrasebook::new(&[
        ("contribut", r"\b(contributed|contributing) to this (report|story|article|post)\b.*$"),
        (
            "^additional |^reporting|^editing|^writing",
            r"^(additional )?(reporting|editing|writing) by [^.!?]*\.?$",
        ),
        ("last updated at ", r"^last updated at .*\d{4}$"),
    ])
});

/// A line that is the names of writers, after "By".
static WRITERS: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"^(?:By|BY|by)\.?:? (?:(?:[A-Z][\w.'’-]*|and|AND|for|FOR|of|the|in|&|\||de|van|von|der|la|al|bin)[,.;]?(?: |$))+(?:(?:[\w'’-]+ ){0,4}(?:reporter|correspondent|editor|writer|columnist|critic))?$",
    )
});

/// What may stand before the first sentence.
struct Prefix {
    /// Whether a text may begin with it: a quick look, so that few articles have the pattern compiled.
    may: fn(&str) -> bool,
    pattern: &'static str,
    compiled: OnceLock<Regex>,
}

impl Prefix {
    const fn new(may: fn(&str) -> bool, pattern: &'static str) -> Self {
        Self { may, pattern, compiled: OnceLock::new() }
    }

    /// Where it ends, if the text begins with it.
    fn end(&self, text: &str) -> Option<usize> {
        let compiled = || self.compiled.get_or_init(|| regex(self.pattern));
        (self.may)(text).then(compiled)?.find(text).map(|found| found.end())
    }
}

static PREFIXES: [Prefix; 6] = [
    // By . Jane Doe . PUBLISHED: . 05:21 EST, 1 May 2013 . | . UPDATED: . 06:00 EST, 1 May 2013 .
    Prefix::new(
        stamped,
        r"^(?:By\b.{1,90}?)?(?:PUBLISHED|UPDATED|CREATED):[ .]*\d{1,2}:\d{2}[^|]{0,40}?\b\d{4}\b(?:[ .|]*(?:UPDATED|CREATED):[ .]*\d{1,2}:\d{2}.{0,40}?\b\d{4}\b)?[ .|]*",
    ),
    // By. Jane Doe. / By . Jane Doe and John Doe .
    Prefix::new(
        |text| text.starts_with("By"),
        r"^By ?\. (?:[A-Z][\w'’-]*|and|in|for|,)(?: ?,? (?:[A-Z][\w'’-]*|and|in|for)){0,8} ?\. ",
    ),
    // Last updated at 3:31 PM on 1st May 2013.
    Prefix::new(
        |text| text.starts_with("Last updated at "),
        r"^Last updated at .{4,40}?\b\d{4}\b[ .]*",
    ),
    // Dhaka, Bangladesh (CNN) / (RFE/RL) -- / LONDON, March 3 (Reuters) -
    Prefix::new(
        names_before_bracket,
        r"^(?:[A-ZÀ-ÖØ-Þ][\w.'’/-]*(?:,? [A-ZÀ-ÖØ-Þ][\w.'’/-]*){0,5}(?:,? \d{1,2})? ?)?\((?:AP|AFP|CNN|CNN Business|Reuters|UPI|RFE/RL|PTI|ANI|IANS|Xinhua|DPA|dpa|EFE|TASS|VOA|Bloomberg|KNA|ANSA|The [A-Z][\w .]{3,30})\) ?(?:--|—|–|-)? ?",
    ),
    // PORT ELLERY, March 3 (any agency) --: capitals and a dash make up for an unknown name
    Prefix::new(
        |text| in_capitals(text) && names_before_bracket(text),
        r"^[A-ZÀ-ÖØ-Þ][A-ZÀ-ÖØ-Þ .'’-]{2,30}(?:, [A-ZÀ-ÖØ-Þ][\w.]*){0,2}(?:,? \d{1,2})? ?\([A-ZÀ-ÖØ-Þ][^()]{0,40}\) ?(?:--|—|–|-) ",
    ),
    // LONDON — / NEW YORK, March 3 --
    Prefix::new(
        in_capitals,
        r"^[A-ZÀ-ÖØ-Þ][A-ZÀ-ÖØ-Þ .'’-]{2,30}(?:, [A-ZÀ-ÖØ-Þ][\w.]*){0,2}(?:,? \d{1,2})? (?:--|—|–|-) ",
    ),
];

/// Whether a text begins with a time stamp, or with "By" and a name before one; what stands further in does neither.
fn stamped(text: &str) -> bool {
    let front = &text[..text.floor_char_boundary(STAMP_REACH)];
    ["PUBLISHED:", "UPDATED:", "CREATED:"].iter().any(|word| front.contains(word))
}

/// The bytes of "By", of 90 characters and of the word after them, at most.
const STAMP_REACH: usize = 2 + 90 * 4 + "PUBLISHED:".len();

/// Whether a text begins in capitals.
fn in_capitals(text: &str) -> bool {
    text.starts_with(char::is_uppercase) && !text.chars().take(3).any(char::is_lowercase)
}

/// Whether only names and figures, and not many of them, stand before the first bracket; blanks are single in a block.
fn names_before_bracket(text: &str) -> bool {
    let Some((before, _)) = text.split_once('(') else { return false };
    let mut words = before.split(' ');
    words.by_ref().take(24).all(|word| !word.starts_with(char::is_lowercase))
        && words.next().is_none()
}

/// # Panics
/// If the constant pattern is none; a test compiles all.
fn regex(pattern: &str) -> Regex {
    Regex::new(&phrasebook::plain(pattern)).expect("constant pattern")
}

/// The bylines and datelines.
pub(super) fn find(page: &Page<'_>) -> Vec<Mark> {
    let mut marks = phrases::find(page, &LINES, MAX_LINE, &SENTENCES, Reason::Byline);
    marks.extend(
        page.iter()
            .enumerate()
            .filter(|(_, block)| names_writers(block.text()))
            .map(|(index, block)| Mark::whole(index, block, Reason::Byline, WRITER)),
    );
    // A line with a cut in it is no heading here, but it is one when the repaired text is read again.
    let first =
        page.iter().position(|block| !block.is_heading() && !heading::is_like(block.text()));
    marks.extend(first.and_then(|index| dateline(index, &page[index])));
    marks
}

/// Whether a line is "By" and names.
fn names_writers(text: &str) -> bool {
    let by = ["By", "BY", "by"].iter().any(|by| text.starts_with(by));
    by && (2..=MAX_LINE).contains(&text.split(' ').count()) && WRITERS.is_match(text)
}

/// What stands before the first sentence of the article, if a sentence comes after it.
fn dateline(index: usize, block: &Block) -> Option<Mark> {
    let text = block.text();
    let (end, confidence) = match PREFIXES.iter().find_map(|prefix| prefix.end(text)) {
        Some(end) => (end, PREFIX),
        None => (german_place(text)?, GERMAN_PLACE),
    };
    let starts = |c: char| c.is_uppercase() || c.is_numeric() || "\"“‘'[".contains(c);
    let goes_on = text[end..].starts_with(starts);
    goes_on.then_some(Mark { block: index, range: 0..end, reason: Reason::Byline, confidence })
}

/// The end of the place that German newspapers put before the first sentence, as if it were one itself:
/// "Duisburg. Der Rat …". A word of the language is none.
fn german_place(text: &str) -> Option<usize> {
    static PLACE: LazyLock<Regex> = LazyLock::new(|| {
        regex(
            r"^[A-ZÄÖÜ][A-Za-zÄÖÜäöüß]{2,}(?:[-/ ](?:am |an der |im )?[A-ZÄÖÜ][A-Za-zÄÖÜäöüß]+){0,2}\. ",
        )
    });
    // Not looked for, nor compiled, before an ordinary sentence.
    let (first, _) = text.split_once(". ")?;
    if first.split(' ').count() > MAX_PLACE_WORDS {
        return None;
    }
    let found = PLACE.find(text)?;
    let german = language::detect_text(&text[found.end()..])?;
    let place = found.as_str().trim_end_matches(['.', ' ']);
    let word = Lexicon::of(Some(german)).is_stop_word(&place.to_lowercase());
    (german.code() == "de" && !word).then_some(found.end())
}

#[cfg(test)]
mod tests {
    use proptest::{
        strategy::{Strategy, ValueTree},
        string::string_regex,
        test_runner::TestRunner,
    };

    use super::super::{phrasebook::tests::assert_sound, phrases::tests::left};
    use super::*;

    #[test]
    fn no_wording_goes_unlooked_at() {
        assert_sound(&LINES);
        assert_sound(&SENTENCES);
    }

    #[test]
    fn lines_that_name_writers_and_dates_go() {
        for line in [
            "By Jane Doe",
            "BY JANE DOE AND JOHN DOE",
            "By Jane Doe, local government reporter",
            "Business correspondent",
            "By Jane Doe for the Ardmoor Courier",
            "Published: 1 May 2013, 10:15 GMT",
            "Tuesday, 3 March 2015",
            "March 3, 2015 10:15 am",
            "Reporting by Jane Doe; editing by John Doe",
            "The Associated Press",
            "Jane Doe contributed to this report from Ardmoor.",
        ] {
            assert_eq!(
                left(find, &format!("{line}\nThe bridge fell.")),
                ["The bridge fell."],
                "{line}"
            );
        }
    }

    #[test]
    fn only_the_agency_and_the_place_go_from_the_first_sentence() {
        for prefix in [
            "(RFE/RL) -- ",
            "(CNN)",
            "ARDMOOR, March 3 (Reuters) - ",
            "Ardmoor, Scotland (CNN)",
            "LONDON — ",
            "PORT ARDMOOR (Northern Wire) -- ",
            "ARDMOOR, Aug. 12 (Wire) - ",
            "By. Jane Doe. PUBLISHED:. 05:21 EST, 1 May 2013. |. UPDATED:. 06:00 EST, 1 May 2013. ",
            "By . Jane Doe . ",
            "Last updated at 3:31 PM on 1st May 2013. ",
        ] {
            assert_eq!(
                left(find, &format!("{prefix}The bridge fell.")),
                ["The bridge fell."],
                "{prefix}"
            );
        }
    }

    #[test]
    fn a_place_before_a_german_report_is_no_sentence() {
        let report = "Der Rat der Stadt hat am Montag beschlossen, die alte Brücke für den Winter zu sperren.";
        for place in ["Duisburg. ", "Bad Homburg. ", "Frankfurt/Main. ", "DÜSSELDORF. "] {
            assert_eq!(left(find, &format!("{place}{report}")), [report], "{place}");
        }
        for text in [
            format!("Aber. {report}"),
            "Silence. The council of the old port voted on Tuesday to close the bridge.".to_owned(),
        ] {
            assert_eq!(left(find, &text), [text]);
        }
    }

    #[test]
    fn sentences_that_start_alike_stay() {
        for text in [
            "By Tuesday night the bridge had fallen.",
            "By Monday",
            "Ardmoor (a town of four thousand) has no bridge.",
            "BBC - the broadcaster - said so.",
            "He contributed to the report.",
            "The party (SNP) won.",
        ] {
            assert_eq!(
                left(find, &format!("{text} It rained.")).join(" "),
                format!("{text} It rained.")
            );
        }
    }

    /// Texts of the pattern.
    fn texts(pattern: &str) -> impl Strategy<Value = String> + use<> {
        let plain =
            phrasebook::plain(&pattern.replace(r"\b", "").replace('^', "").replace("[|]", "[^|]"));
        string_regex(&plain.replace("[()]", "[^()]")).unwrap()
    }

    #[test]
    fn whatever_begins_with_a_prefix_may() {
        let mut runner = TestRunner::deterministic();
        for prefix in &PREFIXES {
            let (texts, pattern) = (texts(prefix.pattern), regex(prefix.pattern));
            let mut tried = 0;
            for _ in 0..500 {
                let text = texts.new_tree(&mut runner).unwrap().current();
                // Without its word boundaries the pattern gives others, too.
                if pattern.is_match(&text) {
                    tried += 1;
                    assert!((prefix.may)(&text), "{text:?} of {}", prefix.pattern);
                }
            }
            assert!(tried > 50, "{tried} of {}", prefix.pattern);
        }
    }
}

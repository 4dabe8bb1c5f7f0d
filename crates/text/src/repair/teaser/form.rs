//! The forms that the entries of a list share: times of a ticker, days of a timeline, numbers, bullets,
//! labels. What shares one with the paragraphs around it is one of them, however little its words have to
//! do with theirs.

use std::sync::LazyLock;

use regex::Regex;

use crate::{
    lexicon::{english, lowered},
    repair::{block::Block, phrasebook},
};

/// So many other entries make a list.
const MIN_OTHERS: usize = 2;

/// How an entry begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// With a time, a day, a year: `15 September: …`, `14:05 …`.
    Dated,
    /// With a number: `3. …`.
    Numbered,
    /// With a sign, or declared by the file format.
    Bulleted,
    /// With a few words and a colon: `Northgate: …`.
    Labelled,
}

/// Whether block `index` is an entry of a list. A label is also what kickers of teasers look like, so
/// that other labels count only where they stand before the last `tail` blocks.
pub(super) fn is_listed(blocks: &[Block], index: usize, tail: usize) -> bool {
    let Some(form) = form(&blocks[index]) else { return false };
    let before = blocks.len().saturating_sub(tail).min(index);
    let others = if form == Form::Labelled { &blocks[..before] } else { blocks };
    let alike = others.iter().filter(|other| self::form(other) == Some(form)).count();
    alike >= MIN_OTHERS + usize::from(form != Form::Labelled)
}

fn form(block: &Block) -> Option<Form> {
    let text = block.text();
    match () {
        () if block.is_item() => Some(Form::Bulleted),
        () if is_dated(text) => Some(Form::Dated),
        () if is_numbered(text) => Some(Form::Numbered),
        () if is_bulleted(text) => Some(Form::Bulleted),
        () if is_labelled(text) => Some(Form::Labelled),
        () => None,
    }
}

/// Whether a text begins with a time or a date. Only one that begins with a figure or a word of the calendar has it
/// looked for closely.
fn is_dated(text: &str) -> bool {
    static DATES: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(&phrasebook::plain(&dates())).expect("constant pattern"));
    let word = text.split(|c: char| !c.is_alphabetic()).next().unwrap_or_default();
    let begins = text.starts_with(|c: char| c.is_ascii_digit())
        || word == "Day"
        || english().calendar().lower(&lowered(word)).is_some();
    begins && DATES.is_match(text)
}

/// Whether a text begins with a number of up to three figures, a stop or a bracket, and a blank.
fn is_numbered(text: &str) -> bool {
    let text = text.strip_prefix('(').unwrap_or(text);
    let rest = text.trim_start_matches(|c: char| c.is_ascii_digit());
    (1..=3).contains(&(text.len() - rest.len()))
        && (rest.starts_with(". ") || rest.starts_with(") "))
}

/// Whether a text begins with a sign that items of lists have before them.
fn is_bulleted(text: &str) -> bool {
    let Some(rest) = text.strip_prefix(['•', '·', '▪', '*', '–', '—', '-']) else {
        return false;
    };
    rest.strip_prefix(' ').unwrap_or(rest).starts_with(|c| c != ' ')
}

/// Whether a text begins with a few words that are no sentence, and a colon.
fn is_labelled(text: &str) -> bool {
    let end = text.find(['.', ':', '!', '?', '"', '“', '”']);
    end.is_some_and(|end| {
        let goes_on =
            text[end..].strip_prefix(": ").is_some_and(|rest| rest.starts_with(|c| c != ' '));
        goes_on && (2..=40).contains(&text[..end].chars().count())
    })
}

/// A time or a date, and what divides it from the entry.
fn dates() -> String {
    let written = |month: bool| {
        let dates = english().calendar().all().filter(|(_, date)| date.month == month);
        let mut words: Vec<&str> = dates.map(|(word, _)| word).collect();
        words.sort_unstable();
        words.join("|")
    };
    let (month, day) = (written(true), written(false));
    let divided = r" ?[:–—|-]";
    format!(
        r"^(?:\d{{1,2}}[.:h]\d{{2}}(?: ?[ap]\.?m\.?| [A-Z]{{2,4}})?[ :–—|-]|\d{{4}} (?:GMT|BST|CET|CEST|EST|EDT|PST|PDT|UTC|IST)\b|(?:(?:{day})\.?,? )?(?:\d{{1,2}}(?:st|nd|rd|th)? )?(?:{month})\.?(?: \d{{1,2}}(?:st|nd|rd|th)?)?(?:,? \d{{4}})?{divided}|(?:19|20)\d\d{divided}|(?:{day})\.?{divided}|Day \d)"
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use standfirst_core::article::Document;

    use super::*;
    use crate::repair::layout;

    fn listed(lines: &[&str], index: usize) -> bool {
        let blocks = layout::read(Document::from_text("t", lines.join("\n\n"))).blocks;
        is_listed(&blocks, index, 3)
    }

    #[test]
    fn entries_that_begin_alike_are_a_list() {
        for entries in [
            [
                "15 September: The slip closed.",
                "2 October: Crews met.",
                "Nov. 3, 2024 – It opened.",
            ],
            ["14:05 The slip closed.", "9.30am: Crews met.", "0915 GMT The slip opened."],
            ["1. Close the slip.", "2. Mend it.", "3) Open it."],
            ["2019: The slip closed.", "2021 - Crews met.", "2024: It opened."],
            ["• Close the slip.", "• Mend it.", "- Open it."],
        ] {
            assert!(listed(&entries, 2), "{entries:?}");
            assert!(!listed(&entries[1..], 1), "two are no list: {entries:?}");
        }
    }

    #[test]
    fn labels_count_before_the_tail_only() {
        let lines =
            ["Pier: shut.", "Mill: open.", "Text one.", "Text two.", "Text three.", "Hill: open."];
        assert!(listed(&lines, 5));
        let kickers =
            ["Text one.", "RIGHTS ROW: It began.", "TRADE: It ended.", "WOES: It rained."];
        assert!(!listed(&kickers, 3));
    }

    proptest! {
        #[test]
        fn forms_are_what_their_patterns_say(
            text in "(([0-9]{1,2}[.:h])?[0-9]{0,4}|\\PC)[ap.m]{0,3} ?(GMT|Day|Monday|Mon|May|Sept)?[•·▪*–—() .:!?\"“”|0-9a-cA-C-]{0,9}"
        ) {
            let is = |pattern: &str| Regex::new(&phrasebook::plain(pattern)).unwrap().is_match(&text);
            prop_assert_eq!(is_dated(&text), is(&dates()));
            prop_assert_eq!(is_numbered(&text), is(r"^\(?\d{1,3}[.)] "));
            prop_assert_eq!(is_bulleted(&text), is(r"^[•·▪*–—-] ?[^ ]"));
            prop_assert_eq!(is_labelled(&text), is(r"^[^.:!?\x22“”]{2,40}: [^ ]"));
        }
    }
}

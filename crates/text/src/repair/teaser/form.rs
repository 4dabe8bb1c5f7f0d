//! The forms that the entries of a list share: times of a ticker, days of a timeline, numbers, bullets,
//! labels. What shares one with the paragraphs around it is one of them, however little its words have to
//! do with theirs.

use std::sync::LazyLock;

use regex::Regex;

use crate::{
    lexicon::english,
    repair::{block::Block, phrases},
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
    static FORMS: LazyLock<[(Regex, Form); 4]> = LazyLock::new(|| {
        [
            (dates(), Form::Dated),
            (r"^\(?\d{1,3}[.)] ".to_owned(), Form::Numbered),
            (r"^[•·▪*–—-] ?[^ ]".to_owned(), Form::Bulleted),
            (r"^[^.:!?\x22“”]{2,40}: [^ ]".to_owned(), Form::Labelled),
        ]
        .map(|(pattern, form)| {
            (Regex::new(&phrases::plain(&pattern)).expect("constant pattern"), form)
        })
    });
    if block.is_item() {
        return Some(Form::Bulleted);
    }
    FORMS.iter().find(|(pattern, _)| pattern.is_match(block.text())).map(|&(_, form)| form)
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
}

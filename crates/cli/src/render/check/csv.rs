//! Findings as rows, one per sentence of a summary.

use std::{
    borrow::Cow,
    io::{self, Write},
};

use standfirst_core::report::{AbstractSentence, ArticleReport, Verdict};

use crate::render::{
    csv::{text, write_row},
    figures,
};

/// The columns. `wrong` has the words that the flags are about, and statements that are not said beside others; `evidence` the bytes of the article.
pub(super) const HEADER: [&str; 9] =
    ["id", "sentence", "text", "verdict", "support", "flags", "wrong", "evidence", "error"];

/// The names of the columns.
pub fn header(out: &mut dyn Write) -> io::Result<()> {
    write_row(&HEADER.map(Cow::from), out)
}

/// The rows of one summary: its sentences, or the error in their place.
pub fn rows(report: &ArticleReport, error: Option<&str>, out: &mut dyn Write) -> io::Result<()> {
    let sentences = report.abstracts.iter().flat_map(|cell| &cell.sentences);
    for (at, sentence) in sentences.enumerate() {
        write_row(&row(&report.id, at + 1, sentence), out)?;
    }
    let Some(error) = error else { return Ok(()) };
    let mut row = HEADER.map(|_| Cow::from(""));
    (row[0], row[HEADER.len() - 1]) = (text(&report.id), text(error));
    write_row(&row, out)
}

fn row(id: &str, number: usize, sentence: &AbstractSentence) -> [Cow<'static, str>; HEADER.len()] {
    let evidence = sentence.evidence.iter().map(|span| format!("{}-{}", span.start, span.end));
    [
        text(id),
        number.to_string().into(),
        text(&sentence.text),
        sentence.verdict.map_or("", Verdict::name).into(),
        sentence.support.map(|support| support.to_string()).unwrap_or_default().into(),
        figures::flags(&sentence.flags).into(),
        text(&figures::faults(sentence).join("; ")),
        evidence.collect::<Vec<_>>().join(" ").into(),
        "".into(),
    ]
}

//! An article in the list: what it can be found, filtered and sorted by without being opened.

use serde::Serialize;
use standfirst_core::{
    article::Reason,
    plugin::Label,
    report::{AbstractReport, ArticleReport, Verdict},
};
use standfirst_eval::compare::Row;

use super::{super::safe, headline};

/// Words that stand for a title where there is none.
const OPENING: usize = 9;

/// An article in the list.
#[derive(Serialize)]
pub struct Entry {
    id: String,
    title: String,
    /// How the body begins, where there is no title.
    opening: String,
    source: String,
    /// How many words the text has, cuts included.
    words: usize,
    /// Share of the text that was cut.
    cut: f64,
    /// Lowest support of a sentence, over all models.
    support: Option<f64>,
    /// Flags, over all models.
    flags: usize,
    /// Models that gave different abstracts.
    distinct: usize,
    /// Models that failed.
    failed: usize,
    error: bool,
    /// Tone of the article, by the first model that has one.
    tone: Option<Label>,
    /// One per model.
    answers: Vec<Answer>,
}

/// What one model made of it.
#[derive(Serialize)]
struct Answer {
    failed: bool,
    words: usize,
    flags: usize,
    /// The worst of its sentences.
    worst: Option<Verdict>,
    /// One per measure of the first table, as exact as it is shown.
    scores: Vec<Option<f64>>,
}

impl Entry {
    /// What the list has of `report`, of which `row` was measured.
    pub fn of(report: &ArticleReport, row: &Row) -> Self {
        let sentences = || report.abstracts.iter().flat_map(|cell| &cell.sentences);
        let mut texts: Vec<&str> =
            report.abstracts.iter().filter_map(|cell| cell.text.as_deref()).collect();
        let failed = report.abstracts.len() - texts.len();
        texts.sort_unstable();
        texts.dedup();
        let text = report.text.as_deref().unwrap_or_default();
        let cut: usize = report.cuts.iter().map(|cut| cut.span.len()).sum();
        let title = safe::line(report.title.as_deref().unwrap_or_default());
        Self {
            id: safe::line(&report.id),
            opening: if title.is_empty() { opening(report) } else { String::new() },
            title,
            source: safe::line(&report.source),
            words: text.split_whitespace().count(),
            cut: cut as f64 / text.len().max(1) as f64,
            support: sentences().filter_map(|sentence| sentence.support).reduce(f64::min),
            flags: sentences().map(|sentence| sentence.flags.len()).sum(),
            distinct: texts.len(),
            failed,
            error: report.error.is_some(),
            tone: report.sentiment.iter().find_map(|tone| tone.label),
            answers: report
                .abstracts
                .iter()
                .enumerate()
                .map(|(model, cell)| Answer::of(cell, model, row))
                .collect(),
        }
    }
}

impl Answer {
    fn of(cell: &AbstractReport, model: usize, row: &Row) -> Self {
        let shown = |value: f64, decimals: usize| {
            let unit = 10_f64.powi(i32::try_from(decimals).unwrap_or(0));
            (value * unit).round() / unit
        };
        Self {
            failed: cell.error.is_some(),
            words: cell.text.as_deref().map_or(0, |text| text.split_whitespace().count()),
            flags: cell.sentences.iter().map(|sentence| sentence.flags.len()).sum(),
            worst: cell.sentences.iter().filter_map(|sentence| sentence.verdict).max_by_key(
                |verdict| match verdict {
                    Verdict::Copied => 0,
                    Verdict::Supported => 1,
                    Verdict::Stitched => 2,
                    Verdict::Unsupported => 3,
                    Verdict::Contradicted => 4,
                },
            ),
            scores: headline()
                .map(|metric| Some(shown(row.value(model, metric.name)?, metric.decimals)))
                .collect(),
        }
    }
}

/// The first words of the body, or else of the first abstract.
fn opening(report: &ArticleReport) -> String {
    let text = report.text.as_deref().unwrap_or_default();
    let mut body = 0;
    for cut in report.cuts.iter().filter(|cut| cut.reason != Reason::Heading) {
        let begins = text.get(body..cut.span.start).is_none_or(|between| between.trim().is_empty());
        if begins {
            body = body.max(cut.span.end);
        }
    }
    let written = || report.abstracts.iter().find_map(|cell| cell.text.as_deref());
    let body = text.get(body..).filter(|body| !body.trim().is_empty()).or_else(written);
    let mut words = body.unwrap_or_default().split_whitespace();
    let first: Vec<&str> = words.by_ref().take(OPENING).collect();
    let more = if words.next().is_some() { " …" } else { "" };
    safe::line(&format!("{}{more}", first.join(" ")))
}

#[cfg(test)]
mod tests {
    use super::{super::super::fixture, *};

    #[test]
    fn an_article_without_a_title_is_called_by_its_first_words() {
        let mut report = fixture::reports().remove(0);
        report.title = None;
        report.text = Some(
            "By Ada Quill\nThe slip is shut. It will stay shut until the board has met.".into(),
        );
        report.cuts.truncate(1);
        report.cuts.iter_mut().for_each(|cut| {
            cut.reason = Reason::Byline;
            cut.span = standfirst_core::article::Span { start: 0, end: 13 };
        });
        let entry = Entry::of(&report, &Row::Unreadable);
        let cut = !report.cuts.is_empty();
        assert_eq!(
            entry.opening,
            if cut {
                "The slip is shut. It will stay shut until …"
            } else {
                "By Ada Quill The slip is shut. It will …"
            }
        );
        report.title = Some("Slip shut".into());
        assert_eq!(Entry::of(&report, &Row::Unreadable).opening, "");
    }
}

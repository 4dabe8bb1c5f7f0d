//! What a report says of a summary that people have judged.

use serde_json::Value;

use standfirst_core::{
    annotations::{ALL_REFERENCES, SCORES, SUMMARY, SYSTEM},
    report::{AbstractReport, ArticleReport, FailureKind},
};

/// Why a summary does not count of which no measure can be told.
pub(super) const NOT_CHECKED: &str = "its check failed";

/// A summary, and what people say.
pub(super) struct Judged<'a> {
    pub(super) summary: &'a AbstractReport,
    pub(super) system: Option<&'a str>,
    pub(super) references: Vec<&'a str>,
    /// Finite, by what was asked.
    pub(super) scores: Vec<(&'a str, f64)>,
}

/// The summary of a report; else what it lacks, or nothing if it could not be read at all.
pub(super) fn of(report: &ArticleReport) -> Result<Judged<'_>, Option<&'static str>> {
    match &report.error {
        None => {}
        Some(error) if error.kind() == FailureKind::NothingLeft => {
            return Err(Some("nothing of its article is left after the repair"));
        }
        Some(_) => return Err(None),
    }
    let given = report.annotations.given();
    if !given.contains_key(SUMMARY) {
        return Err(Some("no summary"));
    }
    let scores = scores(given.get(SCORES));
    if scores.is_empty() {
        return Err(Some("no score by people"));
    }
    let summary = report.abstracts.first().ok_or(Some(NOT_CHECKED))?;
    if let Some(error) = &summary.error {
        return Err(Some(match error.kind() {
            FailureKind::NoSummary => "its summary holds no sentence",
            FailureKind::TooSlow => "its check took too long",
            _ => NOT_CHECKED,
        }));
    }
    if summary.is_half_checked() {
        return Err(Some("the model of its check failed"));
    }
    let references = given.get(ALL_REFERENCES).and_then(Value::as_array);
    Ok(Judged {
        summary,
        system: given.get(SYSTEM).and_then(Value::as_str),
        references: references.into_iter().flatten().filter_map(Value::as_str).collect(),
        scores,
    })
}

fn scores(given: Option<&Value>) -> Vec<(&str, f64)> {
    let given = given.and_then(Value::as_object).into_iter().flatten();
    let numbers = given.filter_map(|(name, score)| Some((name.as_str(), score.as_f64()?)));
    numbers.filter(|(_, score)| score.is_finite()).collect()
}

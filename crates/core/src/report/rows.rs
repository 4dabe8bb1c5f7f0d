//! A report as rows of a table.

use super::{AbstractReport, ArticleReport, Failure, SentimentReport};

/// What one summariser and one sentiment model say of an article.
#[derive(Clone, Copy, Debug)]
pub struct Row<'a> {
    /// All that was found.
    pub report: &'a ArticleReport,
    /// The summariser's; `None` if none was asked.
    pub cell: Option<&'a AbstractReport>,
    /// The sentiment model's; `None` if none was asked.
    pub tone: Option<&'a SentimentReport>,
}

impl ArticleReport {
    /// A row for every pair of a summariser and a sentiment model, in the order asked for; every article has one.
    pub fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        options(&self.abstracts).flat_map(move |cell| {
            options(&self.sentiment).map(move |tone| Row { report: self, cell, tone })
        })
    }
}

impl Row<'_> {
    /// What went wrong with the article and with these two models, between semicolons; `None` if nothing did.
    pub fn error(&self) -> Option<String> {
        let errors = [
            self.report.error.as_ref(),
            self.cell.and_then(|cell| cell.error.as_ref()),
            self.tone.and_then(|tone| tone.error.as_ref()),
        ];
        let told: Vec<&str> = errors.into_iter().flatten().map(Failure::message).collect();
        (!told.is_empty()).then(|| told.join("; "))
    }
}

/// Every element, or a single `None` where there is none.
fn options<T>(cells: &[T]) -> impl Iterator<Item = Option<&T>> {
    cells.iter().map(Some).chain(cells.is_empty().then_some(None))
}

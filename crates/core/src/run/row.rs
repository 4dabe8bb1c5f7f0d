//! One article and what every model answered, until it becomes a report.

use std::sync::Arc;

use super::cell::Cell;
use crate::{article::Article, report::ArticleReport};

/// A row of the grid.
pub(super) enum Row {
    /// The article is being read.
    Opening,
    /// The models are at work; `None` where one has not answered yet.
    Open(Arc<Article>, Vec<Option<Cell>>),
    /// All have answered, and the report is being made.
    Closing,
    /// There is the report.
    Done(Box<ArticleReport>),
}

impl Row {
    pub(super) fn new(opened: Result<Arc<Article>, Box<ArticleReport>>, columns: usize) -> Self {
        match opened {
            Ok(article) => Self::Open(article, (0..columns).map(|_| None).collect()),
            Err(report) => Self::Done(report),
        }
    }

    pub(super) fn fill(&mut self, column: usize, cell: Cell) {
        if let Self::Open(_, cells) = self {
            cells[column] = Some(cell);
        }
    }

    /// Takes the answers out, once all are there.
    pub(super) fn close(&mut self) -> Option<(Arc<Article>, Vec<Cell>)> {
        match self {
            Self::Open(_, cells) if cells.iter().all(Option::is_some) => {}
            _ => return None,
        }
        match std::mem::replace(self, Self::Closing) {
            Self::Open(article, cells) => Some((article, cells.into_iter().flatten().collect())),
            _ => None,
        }
    }
}

//! One article and what every model answered, until it becomes a report.

use std::sync::Arc;

use super::cell::Cell;
use super::{Key, Opened};
use crate::{article::Article, report::ArticleReport};

/// A row of the grid.
pub(super) enum Row {
    /// The article is being read.
    Opening,
    /// The models are at work; `None` where one has not answered yet. The keys are those of an archive.
    Open(Arc<Article>, Vec<Key>, Vec<Option<Cell>>),
    /// All have answered, and the report is being made.
    Closing,
    /// There is the report.
    Done(Box<ArticleReport>),
}

impl Row {
    pub(super) fn new(opened: Opened, columns: usize) -> Self {
        match opened {
            Ok((article, mut found)) => {
                let mut cells = Cell::known(&mut found);
                cells.resize_with(columns, || None);
                Self::Open(article, found.keys, cells)
            }
            Err(report) => Self::Done(report),
        }
    }

    pub(super) fn fill(&mut self, column: usize, cell: Cell) {
        if let Self::Open(.., cells) = self {
            cells[column] = Some(cell);
        }
    }

    /// Takes the answers out, once all are there.
    pub(super) fn close(&mut self) -> Option<(Arc<Article>, Vec<Key>, Vec<Cell>)> {
        match self {
            Self::Open(.., cells) if cells.iter().all(Option::is_some) => {}
            _ => return None,
        }
        match std::mem::replace(self, Self::Closing) {
            Self::Open(article, keys, cells) => {
                Some((article, keys, cells.into_iter().flatten().collect()))
            }
            _ => None,
        }
    }
}

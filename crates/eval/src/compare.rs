//! The models side by side: every measure of [`METRICS`] with its interval,
//! whether models differ by more than chance, and how far they agree.
//!
//! A [`Comparer`] holds numbers and no text. What one article adds is a [`Row`], which can be written
//! down and pushed later, so that a long evaluation can be taken up again.

mod comparison;
mod row;
mod tests_of_difference;
mod tone;

use std::{collections::BTreeMap, sync::Arc};

use crate::metric::{
    METRICS,
    embedding::Embedder,
    rouge::{self, Rouge},
};
use standfirst_core::{
    plugin::{Budget, SentimentModel},
    report::ArticleReport,
};

pub use comparison::{Agreement, Comparison, Estimates, Measure, ModelFigures};
pub(crate) use row::values;
pub use row::{BINS, Row, Scored, UNSEEN, unreferenced};
pub use tests_of_difference::Difference;

/// Seed of every interval and test, so that a figure can be had again.
const SEED: u64 = 1;

/// What a comparison is to measure, beyond what the reports say.
#[derive(Clone, Default)]
pub struct Options {
    /// Whether ROUGE compares stems.
    pub stem: bool,
    /// Whether only articles count that have a reference and that every model answered, so that all
    /// rows speak of the same articles.
    pub strict: bool,
    /// Length that was asked for, where that is known.
    pub budget: Option<Budget>,
    /// Id of the model of entailment that the check asks.
    pub check: Option<String>,
    /// Who judges the tone of the abstracts; the first to judge the articles.
    pub tone: Option<Arc<dyn SentimentModel>>,
    /// Who embeds tokens and texts.
    pub embedder: Option<Arc<dyn Embedder>>,
}

/// Collects figures article by article.
pub struct Comparer {
    rouge: Rouge,
    options: Options,
    models: Vec<String>,
    columns: Columns,
    unreadable: u64,
    left_out: BTreeMap<String, u64>,
}

/// All numbers, by what they are a mean of.
struct Columns {
    /// Articles that count.
    articles: u64,
    /// How many of them have a reference.
    references: u64,
    unseen: u64,
    half_checked: u64,
    /// Per model: articles it failed on.
    failed: Vec<u64>,
    /// Per model and measure, a value for every article; NaN where there is none.
    values: Vec<Vec<Vec<f64>>>,
    /// Per pair of models `(i, j)` with `i < j`, row by row, then per measure of agreement.
    pairs: Vec<[Vec<f64>; 3]>,
    /// Per model: sentences by where in the body their evidence begins.
    positions: Vec<[u64; BINS]>,
    /// Per model: sentences by how well they are supported.
    support: Vec<[u64; BINS]>,
}

impl Columns {
    fn new(models: usize) -> Self {
        Self {
            articles: 0,
            references: 0,
            unseen: 0,
            half_checked: 0,
            failed: vec![0; models],
            values: vec![vec![Vec::new(); METRICS.len()]; models],
            pairs: vec![Default::default(); pairs(models).count()],
            positions: vec![[0; BINS]; models],
            support: vec![[0; BINS]; models],
        }
    }

    fn push(&mut self, scored: Scored) {
        self.articles += 1;
        self.references += u64::from(scored.has_reference);
        self.unseen += u64::from(scored.unseen);
        self.half_checked += u64::from(scored.half_checked);
        for (model, cell) in scored.cells.into_iter().enumerate().take(self.values.len()) {
            let Some(cell) = cell else {
                self.failed[model] += 1;
                self.values[model].iter_mut().for_each(|values| values.push(f64::NAN));
                continue;
            };
            for (values, &bits) in self.values[model].iter_mut().zip(&cell.values) {
                values.push(bits.map_or(f64::NAN, f64::from_bits));
            }
            add(&mut self.positions[model], &cell.positions);
            add(&mut self.support[model], &cell.support);
        }
        for (all, one) in self.pairs.iter_mut().zip(scored.pairs) {
            for (values, bits) in all.iter_mut().zip(one) {
                values.extend(bits.map(f64::from_bits));
            }
        }
    }
}

fn add(all: &mut [u64; BINS], one: &[u32; BINS]) {
    all.iter_mut().zip(one).for_each(|(sum, &count)| *sum += u64::from(count));
}

/// Every pair `(i, j)` with `i < j`, row by row.
fn pairs(count: usize) -> impl Iterator<Item = (usize, usize)> {
    (0..count).flat_map(move |i| (i + 1..count).map(move |j| (i, j)))
}

impl Comparer {
    /// For these models.
    pub fn new(models: Vec<String>, options: Options) -> Self {
        Self {
            rouge: Rouge::new(options.stem),
            columns: Columns::new(models.len()),
            options,
            models,
            unreadable: 0,
            left_out: BTreeMap::new(),
        }
    }

    /// Measures one article and adds what was found.
    pub fn add(&mut self, report: &ArticleReport) {
        let row = self.row(report);
        self.push(row);
    }

    /// Measures one article. What needs its text needs [`ArticleReport::text`].
    pub fn row(&self, report: &ArticleReport) -> Row {
        row::measure(report, &self.rouge, &self.options)
    }

    /// Adds what was measured before.
    pub fn push(&mut self, row: Row) {
        match row {
            Row::Unreadable => self.unreadable += 1,
            Row::LeftOut(why) => *self.left_out.entry(why).or_default() += 1,
            Row::Scored(scored) => self.columns.push(scored),
        }
    }

    /// Counts an article that is not compared, and says why.
    pub fn leave_out(&mut self, why: &str) {
        self.push(Row::LeftOut(why.to_owned()));
    }

    /// The figures.
    pub fn finish(self) -> Comparison {
        let mut comparison = comparison::of(&self.models, &self.columns);
        comparison.variant = rouge::variant(self.options.stem);
        comparison.check = self.options.check;
        comparison.unreadable = self.unreadable;
        comparison.left_out = self.left_out;
        comparison
    }
}

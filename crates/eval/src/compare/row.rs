//! What one article says about the models.

use serde::{Deserialize, Serialize};

use super::{Options, pairs, tone};
use crate::metric::{
    METRICS,
    case::Case,
    embedding,
    rouge::{self, Rouge, Score},
    source::Source,
};
use standfirst_core::{
    annotations::REFERENCE,
    report::{AbstractReport, ArticleReport},
};

/// Classes of a distribution over 0–1.
pub const BINS: usize = 10;

/// Why an article of another script has no ROUGE.
pub const UNSEEN: &str =
    "its reference is of other letters than a to z, which are all that this ROUGE knows";

/// Why an article without a reference does not count where all need one.
pub fn unreferenced() -> String {
    format!("no {REFERENCE:?} in the input")
}

/// What one article adds to a comparison.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Row {
    /// It could not be read.
    Unreadable,
    /// It does not count, for this reason.
    LeftOut(String),
    /// It counts.
    Scored(Scored),
}

impl Row {
    /// Whether it can be of a comparison of so many models: a cell for each, with a number or none for each
    /// measure, and every pair.
    pub fn fits(&self, models: usize) -> bool {
        let Self::Scored(scored) = self else { return true };
        let is_number = |bits: &u64| f64::from_bits(*bits).is_finite();
        let is_whole = |cell: &Cell| {
            cell.values.len() == METRICS.len() && cell.values.iter().flatten().all(is_number)
        };
        scored.cells.len() == models
            && scored.pairs.len() == pairs(models).count()
            && scored.cells.iter().flatten().all(is_whole)
    }
}

impl Row {
    /// The measure of this name of a model's abstract; `None` where there is none, or it could not be told.
    pub fn value(&self, model: usize, measure: &str) -> Option<f64> {
        let Self::Scored(scored) = self else { return None };
        let place = METRICS.iter().position(|metric| metric.name == measure)?;
        let bits = *scored.cells.get(model)?.as_ref()?.values.get(place)?;
        bits.map(f64::from_bits)
    }
}

/// The numbers of an article. Floating-point numbers are kept as their bits: JSON would round them,
/// and a run that was taken up again is to end with the very same figures.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Scored {
    /// Whether there is a reference that ROUGE can see.
    pub has_reference: bool,
    /// Whether there is one that it cannot.
    #[serde(default)]
    pub unseen: bool,
    /// Abstracts of which the check was to ask a model that failed.
    #[serde(default)]
    pub half_checked: u32,
    /// One per model; `None` if it failed.
    pub cells: Vec<Option<Cell>>,
    /// For every pair of models ROUGE-1 F, ROUGE-2 F and embedding similarity.
    pub pairs: Vec<[Option<u64>; 3]>,
}

/// The numbers of an abstract.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Cell {
    /// One per measure.
    pub(super) values: Vec<Option<u64>>,
    /// Sentences by where in the body their evidence begins.
    pub(super) positions: [u32; BINS],
    /// Sentences by their support.
    pub(super) support: [u32; BINS],
}

/// The row of `report`.
pub(super) fn measure(report: &ArticleReport, rouge: &Rouge, options: &Options) -> Row {
    if report.error.is_some() {
        return Row::Unreadable;
    }
    let reference = report.annotations.reference();
    if options.strict {
        if reference.is_none() {
            return Row::LeftOut(unreferenced());
        }
        if reference.is_some_and(|reference| !rouge::sees(reference)) {
            return Row::LeftOut(UNSEEN.to_owned());
        }
        if let Some(cell) = report.abstracts.iter().find(|cell| cell.text.is_none()) {
            return Row::LeftOut(format!("{} failed", cell.model));
        }
    }
    let source = Source::new(report);
    let references = reference.into_iter().collect();
    let measurer = Measurer { report, rouge, options, source: source.as_ref(), references };
    Row::Scored(Scored {
        has_reference: reference.is_some_and(rouge::sees),
        unseen: reference.is_some_and(|reference| !rouge::sees(reference)),
        half_checked: report.abstracts.iter().map(|cell| u32::from(cell.is_half_checked())).sum(),
        cells: report.abstracts.iter().map(|cell| measurer.cell(cell)).collect(),
        pairs: measurer.agreements(),
    })
}

/// Every measure of a summary of the article of `report`, in the order of [`METRICS`], against the nearest of
/// `references`; `None` where it has no text.
pub(crate) fn values(
    report: &ArticleReport,
    cell: &AbstractReport,
    references: Vec<&str>,
    rouge: &Rouge,
    options: &Options,
) -> Option<Vec<Option<f64>>> {
    let source = Source::new(report);
    let measurer = Measurer { report, rouge, options, source: source.as_ref(), references };
    Some(measurer.values(cell, cell.text.as_deref()?))
}

struct Measurer<'a> {
    report: &'a ArticleReport,
    rouge: &'a Rouge,
    options: &'a Options,
    source: Option<&'a Source>,
    references: Vec<&'a str>,
}

impl Measurer<'_> {
    fn cell(&self, cell: &AbstractReport) -> Option<Cell> {
        let values = self.values(cell, cell.text.as_deref()?);
        Some(Cell {
            values: values.into_iter().map(|value| value.map(f64::to_bits)).collect(),
            positions: self.positions(cell),
            support: histogram(cell.sentences.iter().filter_map(|sentence| sentence.support)),
        })
    }

    /// Every measure that can be told, as a finite number.
    fn values(&self, cell: &AbstractReport, text: &str) -> Vec<Option<f64>> {
        let lines: Vec<&str> = cell.sentences.iter().map(|s| s.text.as_str()).collect();
        let seen: Vec<&str> =
            self.references.iter().copied().filter(|reference| rouge::sees(reference)).collect();
        let case = Case {
            report: self.report,
            cell,
            source: self.source,
            numbers: self.source.map(|source| source.number(text)).unwrap_or_default(),
            rouge: self.rouge.score_nearest(&seen, &lines.join("\n")),
            tokens: self.tokens(text),
            budget: self.options.budget,
            drift: self
                .options
                .tone
                .as_deref()
                .map(|model| tone::drift(model, self.report, &lines))
                .unwrap_or_default(),
        };
        let value = |score: fn(&Case<'_>) -> Option<f64>| score(&case).filter(|v| v.is_finite());
        METRICS.iter().map(|metric| value(metric.score)).collect()
    }

    /// How alike the tokens are to those of the nearest reference, where that is asked for.
    fn tokens(&self, text: &str) -> Option<Score> {
        let embedder = self.options.embedder.as_deref().filter(|_| !self.references.is_empty())?;
        let ours = embedder.tokens(text)?;
        let scores = self
            .references
            .iter()
            .map(|reference| Some(embedding::greedy_match(&embedder.tokens(reference)?, &ours)));
        scores.flatten().reduce(Score::or)
    }

    fn positions(&self, cell: &AbstractReport) -> [u32; BINS] {
        let starts = cell.sentences.iter().filter_map(|sentence| sentence.evidence.first());
        histogram(starts.filter_map(|span| self.source?.position(span.start)))
    }

    fn agreements(&self) -> Vec<[Option<u64>; 3]> {
        let cells = &self.report.abstracts;
        let embedder = self.options.embedder.as_deref();
        let vectors: Vec<Option<Vec<f32>>> =
            cells.iter().map(|cell| embedder?.text(cell.text.as_deref()?)).collect();
        let agreement = |(i, j): (usize, usize)| {
            let (Some(one), Some(other)) = (&cells[i].text, &cells[j].text) else {
                return [None; 3];
            };
            let seen = rouge::sees(one) && rouge::sees(other);
            let scores = seen.then(|| self.rouge.score(one, other));
            let alike = vectors[i].as_ref().zip(vectors[j].as_ref());
            let alike = alike.map(|(one, other)| (100.0 * embedding::dot(one, other)).to_bits());
            let bits = |f: f64| (100.0 * f).to_bits();
            [scores.map(|s| bits(s.rouge1.f)), scores.map(|s| bits(s.rouge2.f)), alike]
        };
        pairs(cells.len()).map(agreement).collect()
    }
}

/// Values of 0–1 by tenths; 1 falls into the last.
fn histogram(values: impl Iterator<Item = f64>) -> [u32; BINS] {
    let mut bins = [0; BINS];
    for value in values.filter(|value| value.is_finite()) {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped")]
        let bin = (value * BINS as f64).clamp(0.0, (BINS - 1) as f64) as usize;
        bins[bin] += 1;
    }
    bins
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ends_of_a_distribution_are_in_it() {
        let bins = histogram([0.0, 0.05, 0.1, 0.999, 1.0, f64::NAN].into_iter());
        assert_eq!(bins, [2, 1, 0, 0, 0, 0, 0, 0, 0, 2]);
    }

    #[test]
    fn a_row_of_another_shape_fits_nothing() {
        let cell = |values| Some(Cell { values, positions: [0; BINS], support: [0; BINS] });
        let whole = || cell(vec![None; METRICS.len()]);
        let row = |cells, pairs| {
            Row::Scored(Scored {
                has_reference: true,
                unseen: false,
                half_checked: 0,
                cells,
                pairs: vec![[None; 3]; pairs],
            })
        };
        assert!(row(vec![whole(), None], 1).fits(2) && Row::Unreadable.fits(2));
        assert!(!row(vec![whole()], 1).fits(2) && !row(vec![whole(), None], 0).fits(2));
        assert!(!row(vec![cell(vec![None]), None], 1).fits(2), "a measure is missing");
        let endless = cell(vec![Some(f64::INFINITY.to_bits()); METRICS.len()]);
        assert!(!row(vec![endless, None], 1).fits(2));
    }

    #[test]
    fn a_row_survives_being_written_down() {
        let cell = Cell {
            values: vec![Some((0.1_f64 + 0.2).to_bits()), None],
            positions: [1; BINS],
            support: [0; BINS],
        };
        let row = Row::Scored(Scored {
            has_reference: true,
            unseen: false,
            half_checked: 0,
            cells: vec![Some(cell), None],
            pairs: vec![[Some(f64::MIN_POSITIVE.to_bits()), None, None]],
        });
        let line = serde_json::to_string(&row).unwrap();
        assert_eq!(serde_json::from_str::<Row>(&line).unwrap(), row);
    }
}

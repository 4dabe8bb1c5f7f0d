//! How far does each measure agree with people? Summaries of known systems that people have judged go through
//! every measure of [`METRICS`], and Kendall's tau-b says how alike the measure and the people order
//! them: the systems by their means, the summaries of each article among themselves (both as Fabbri et al. 2021
//! and Deutsch, Dror & Roth 2021 have it), and all summaries together.
//!
//! A [`Collector`] holds numbers and no text.

mod agreement;
mod judged;

use std::collections::{BTreeMap, HashMap};

use rayon::prelude::*;
use serde::Serialize;

use self::{agreement::Columns, judged::Judged};
use crate::{
    compare::{self, Options},
    metric::{
        Better, METRICS, Metric, bootstrap,
        rouge::{self, Rouge},
    },
};
use standfirst_core::report::ArticleReport;

pub use agreement::Agreement;

/// Questions to people whose answers are kept, the first that there are.
const MAX_DIMENSIONS: usize = 50;

/// Collects summaries with what people think of them, one report at a time.
pub struct Collector {
    rouge: Rouge,
    options: Options,
    /// Articles by their text, whatever their ids are.
    articles: HashMap<u64, usize>,
    systems: Numbered,
    dimensions: Numbered,
    /// One per summary that counts.
    article_of: Vec<usize>,
    system_of: Vec<Option<usize>>,
    /// Per measure, then per question to people, a value for every summary; NaN where there is none.
    values: Vec<Vec<f64>>,
    scores: Vec<Vec<f64>>,
    unreadable: u64,
    left_out: BTreeMap<&'static str, u64>,
    /// Scores of questions that are too many.
    too_many: u64,
}

/// Names in the order of their first mention.
#[derive(Default)]
struct Numbered {
    names: Vec<String>,
    numbers: HashMap<String, usize>,
}

impl Numbered {
    /// The number of a name, which is new if need be and if there are fewer than `limit`.
    fn number(&mut self, name: &str, limit: usize) -> Option<usize> {
        if let Some(&number) = self.numbers.get(name) {
            return Some(number);
        }
        (self.names.len() < limit).then(|| {
            self.names.push(name.to_owned());
            self.numbers.insert(name.to_owned(), self.names.len() - 1);
            self.names.len() - 1
        })
    }
}

impl Collector {
    /// Of `options` the stemming, the model of entailment and the embeddings count.
    pub fn new(options: Options) -> Self {
        Self {
            rouge: Rouge::new(options.stem),
            options,
            articles: HashMap::new(),
            systems: Numbered::default(),
            dimensions: Numbered::default(),
            article_of: Vec::new(),
            system_of: Vec::new(),
            values: vec![Vec::new(); METRICS.len()],
            scores: Vec::new(),
            unreadable: 0,
            left_out: BTreeMap::new(),
            too_many: 0,
        }
    }

    /// Measures a summary, which is the one abstract of a report with [`ArticleReport::text`], and adds what
    /// people think of it. One that lacks anything is counted, by what that is.
    pub fn add(&mut self, report: &ArticleReport) {
        let judged = match judged::of(report) {
            Ok(judged) => judged,
            Err(None) => return self.unreadable += 1,
            Err(Some(why)) => return *self.left_out.entry(why).or_default() += 1,
        };
        let references = judged.references.clone();
        let values =
            compare::values(report, judged.summary, references, &self.rouge, &self.options);
        let Some(values) = values else {
            return *self.left_out.entry(judged::NOT_CHECKED).or_default() += 1;
        };
        self.push(report, &judged, &values);
    }

    fn push(&mut self, report: &ArticleReport, judged: &Judged<'_>, values: &[Option<f64>]) {
        let next = self.articles.len();
        let text = bootstrap::cluster(report.text.as_deref().unwrap_or(&report.id));
        self.article_of.push(*self.articles.entry(text).or_insert(next));
        let system = judged.system.and_then(|name| self.systems.number(name, usize::MAX));
        self.system_of.push(system);
        for (all, value) in self.values.iter_mut().zip(values) {
            all.push(value.unwrap_or(f64::NAN));
        }
        for &(name, score) in &judged.scores {
            let Some(dimension) = self.dimensions.number(name, MAX_DIMENSIONS) else {
                self.too_many += 1;
                continue;
            };
            self.scores.resize_with(self.dimensions.names.len(), Vec::new);
            // Up to here nobody was asked this.
            self.scores[dimension].resize(self.article_of.len() - 1, f64::NAN);
            self.scores[dimension].push(score);
        }
    }

    /// The figures.
    pub fn finish(mut self) -> Evaluation {
        self.scores.iter_mut().for_each(|all| all.resize(self.article_of.len(), f64::NAN));
        let columns = Columns {
            articles: &self.article_of,
            systems: &self.system_of,
            names: &self.systems.names,
        };
        let asked: Vec<(&String, &Vec<f64>)> =
            self.dimensions.names.iter().zip(&self.scores).collect();
        let measures = METRICS.par_iter().zip(&self.values).map(|(metric, values)| {
            let agreement =
                asked.par_iter().map(|(name, scores)| columns.agreement(name, values, scores));
            measure(metric, agreement.collect())
        });
        Evaluation {
            variant: rouge::variant(self.options.stem),
            measures: measures.flatten().collect(),
            dimensions: asked
                .iter()
                .map(|(name, scores)| columns.dimension(name, scores))
                .collect(),
            summaries: self.article_of.len(),
            articles: self.articles.len(),
            systems: self.systems.names,
            check: self.options.check,
            unreadable: self.unreadable,
            left_out: self.left_out,
            scores_left_out: self.too_many,
        }
    }
}

/// `None` for a measure of which nothing can be told.
fn measure(metric: &'static Metric, agreement: Vec<Agreement>) -> Option<Measure> {
    agreement.iter().any(Agreement::tells).then_some(Measure {
        name: metric.name,
        title: metric.title,
        about: metric.about,
        better: metric.better,
        agreement,
    })
}

/// How far the measures agree with people.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Evaluation {
    /// Which ROUGE.
    pub variant: String,
    /// Id of the model of entailment that the check asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub check: Option<String>,
    /// Summaries that count.
    pub summaries: usize,
    /// Different texts that they are of.
    pub articles: usize,
    /// Who wrote them, in the order of first mention, where that is said.
    pub systems: Vec<String>,
    /// Inputs that could not be read.
    pub unreadable: u64,
    /// Summaries that do not count, by what they lack.
    pub left_out: BTreeMap<&'static str, u64>,
    /// Scores that do not count, since people were asked too many different things.
    pub scores_left_out: u64,
    /// What people were asked, in the order of first mention.
    pub dimensions: Vec<Dimension>,
    /// The measures, in the order of [`METRICS`]; those of which nothing can be told are left out.
    pub measures: Vec<Measure>,
}

/// Something that people were asked about summaries.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Dimension {
    /// What it is called.
    pub name: String,
    /// Summaries that have an answer.
    pub summaries: usize,
    /// Articles that these are of.
    pub articles: usize,
    /// Systems that wrote them.
    pub systems: usize,
    /// Whether all answers are yes or no, and both were given.
    pub binary: bool,
    /// Systems that are judged on fewer articles than there are.
    pub on_fewer: Vec<Fewer>,
}

/// A system that is judged on fewer articles than there are: its mean is not of the same ones as another's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Fewer {
    /// Its name.
    pub system: String,
    /// On how many.
    pub articles: usize,
    /// On how many any is.
    pub most: usize,
}

/// A measure and its agreement with people.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Measure {
    /// Its key.
    pub name: &'static str,
    /// Its name for people.
    pub title: &'static str,
    /// What it says.
    pub about: &'static str,
    /// Which way is better.
    pub better: Better,
    /// With the answers to each question, in the order of [`Evaluation::dimensions`].
    pub agreement: Vec<Agreement>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_numbered_up_to_a_limit() {
        let mut names = Numbered::default();
        let numbers = ["b", "a", "b", "c", "a"].map(|name| names.number(name, 2));
        assert_eq!(numbers, [Some(0), Some(1), Some(0), None, Some(1)]);
        assert_eq!(names.names, ["b", "a"]);
    }

    #[test]
    fn a_text_is_the_same_article_whatever_blanks_surround_it() {
        let number = bootstrap::cluster;
        assert_eq!(number("Rain fell.\n"), number(" Rain fell."));
        assert_ne!(number("Rain fell."), number("Rain fell"));
    }
}

//! A measure beside people's scores: at the level of systems, of the summaries of an article, and of all
//! summaries.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::{Dimension, Fewer};
use crate::metric::{
    bootstrap::{self, Estimate},
    kendall::{self, Ranked},
};

/// Seed of every interval.
const SEED: u64 = 1;

/// How far a measure agrees with people's answers to one question: Kendall's tau-b, −1 to 1, with intervals
/// over articles; `None` where it cannot be told.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Agreement {
    /// What people were asked.
    pub dimension: String,
    /// Summaries that have both a value and an answer.
    pub summaries: usize,
    /// Systems that wrote them.
    pub systems: usize,
    /// Of the systems' means.
    pub tau_system: Option<Estimate>,
    /// Articles whose summaries differ in both.
    pub articles: usize,
    /// Within an article, averaged over these articles.
    pub tau_summary: Option<Estimate>,
    /// Of all summaries, whatever they are of.
    pub tau_all: Option<Estimate>,
    /// Where people said yes or no: area under the ROC curve, 0 to 1, of all summaries.
    pub auc: Option<Estimate>,
}

impl Agreement {
    /// Whether any of it can be told.
    pub fn tells(&self) -> bool {
        [self.tau_system, self.tau_summary, self.tau_all, self.auc].iter().any(Option::is_some)
    }
}

/// Of what and by whom every summary is.
pub(super) struct Columns<'a> {
    pub(super) articles: &'a [usize],
    pub(super) systems: &'a [Option<usize>],
    pub(super) names: &'a [String],
}

/// A summary that has both a value and an answer.
#[derive(Clone, Copy)]
struct Pair {
    article: usize,
    system: Option<usize>,
    ours: f64,
    theirs: f64,
}

/// Such summaries, their articles and systems numbered from 0.
struct Pairs {
    list: Vec<Pair>,
    articles: usize,
    systems: usize,
}

impl Columns<'_> {
    /// The agreement of `values` with `scores`, NaN where there is none.
    pub(super) fn agreement(&self, name: &str, values: &[f64], scores: &[f64]) -> Agreement {
        let pairs = self.pairs(values, scores);
        let within = pairs.within_articles();
        let ranked = Ranked::new(&pairs.side(|pair| pair.ours), &pairs.side(|pair| pair.theirs));
        // A measure that is the same everywhere has an area of a half, which says nothing: no tau, no area.
        let ranked = ranked.filter(|ranked| ranked.pairs(|_| 1).tau_b().is_some());
        let sampled: Option<Vec<kendall::Pairs>> = ranked.as_ref().map(|ranked| {
            let look = |often: &[u32]| ranked.pairs(|index| often[pairs.list[index].article]);
            bootstrap::samples(pairs.articles, SEED, look).collect()
        });
        let of_all = |figure: fn(kendall::Pairs) -> Option<f64>| {
            let mean = figure(ranked.as_ref()?.pairs(|_| 1))?;
            Some(bootstrap::around(mean, sampled.iter().flatten().copied().filter_map(figure)))
        };
        Agreement {
            dimension: name.to_owned(),
            summaries: pairs.list.len(),
            systems: pairs.systems,
            tau_system: pairs.of_systems(),
            articles: within.len(),
            tau_summary: bootstrap::mean(&within, SEED),
            tau_all: of_all(kendall::Pairs::tau_b),
            auc: of_all(kendall::Pairs::auc).filter(|_| pairs.are_binary()),
        }
    }

    /// What there is of answers to a question.
    pub(super) fn dimension(&self, name: &str, scores: &[f64]) -> Dimension {
        let pairs = self.pairs(scores, scores);
        Dimension {
            name: name.to_owned(),
            summaries: pairs.list.len(),
            articles: pairs.articles,
            systems: pairs.systems,
            binary: pairs.are_binary(),
            on_fewer: self.on_fewer(scores),
        }
    }

    /// The systems that have answers on fewer articles than there are with any.
    fn on_fewer(&self, scores: &[f64]) -> Vec<Fewer> {
        let mut articles: Vec<Vec<usize>> = vec![Vec::new(); self.names.len()];
        let mut judged: BTreeSet<usize> = BTreeSet::new();
        for (index, system) in self.systems.iter().enumerate() {
            if let (Some(system), true) = (system, scores[index].is_finite()) {
                articles[*system].push(self.articles[index]);
                judged.insert(self.articles[index]);
            }
        }
        let counts: Vec<usize> = articles
            .into_iter()
            .map(|mut of| {
                of.sort_unstable();
                of.dedup();
                of.len()
            })
            .collect();
        let most = judged.len();
        let fewer = self.names.iter().zip(counts).filter(|(_, count)| (1..most).contains(count));
        let fewer = fewer.map(|(name, articles)| Fewer { system: name.clone(), articles, most });
        fewer.collect()
    }

    fn pairs(&self, values: &[f64], scores: &[f64]) -> Pairs {
        let (mut articles, mut systems) = (BTreeMap::new(), BTreeMap::new());
        let numbered = |numbers: &mut BTreeMap<usize, usize>, one| {
            let next = numbers.len();
            *numbers.entry(one).or_insert(next)
        };
        let both = |index: &usize| values[*index].is_finite() && scores[*index].is_finite();
        let pairs = (0..self.articles.len()).filter(both).map(|index| Pair {
            article: numbered(&mut articles, self.articles[index]),
            system: self.systems[index].map(|system| numbered(&mut systems, system)),
            ours: values[index],
            theirs: scores[index],
        });
        let list = pairs.collect();
        Pairs { list, articles: articles.len(), systems: systems.len() }
    }
}

impl Pairs {
    fn side(&self, get: fn(&Pair) -> f64) -> Vec<f64> {
        self.list.iter().map(get).collect()
    }

    /// Whether people said yes or no, and both.
    fn are_binary(&self) -> bool {
        let said =
            |answer: f64| self.list.iter().any(|pair| pair.theirs.total_cmp(&answer).is_eq());
        let either = |pair: &Pair| [0.0, 1.0].iter().any(|a| pair.theirs.total_cmp(a).is_eq());
        self.list.iter().all(either) && said(0.0) && said(1.0)
    }

    /// The tau of each article whose summaries differ in both.
    fn within_articles(&self) -> Vec<f64> {
        let mut lists = vec![(Vec::new(), Vec::new()); self.articles];
        for pair in &self.list {
            lists[pair.article].0.push(pair.ours);
            lists[pair.article].1.push(pair.theirs);
        }
        lists.iter().filter_map(|(ours, theirs)| kendall::tau_b(ours, theirs)).collect()
    }

    /// The tau of the systems' means.
    fn of_systems(&self) -> Option<Estimate> {
        bootstrap::of_clusters(self.articles, SEED, |often| {
            let mut sums = vec![(0.0, 0.0, 0.0); self.systems];
            for pair in &self.list {
                if let Some(system) = pair.system {
                    let (times, sum) = (f64::from(often[pair.article]), &mut sums[system]);
                    sum.0 += times * pair.ours;
                    sum.1 += times * pair.theirs;
                    sum.2 += times;
                }
            }
            sums.retain(|(_, _, count)| *count > 0.0);
            let ours: Vec<f64> = sums.iter().map(|(ours, _, count)| ours / count).collect();
            let theirs: Vec<f64> = sums.iter().map(|(_, theirs, count)| theirs / count).collect();
            kendall::tau_b(&ours, &theirs)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NONE: f64 = f64::NAN;

    fn near(found: Option<Estimate>, expected: f64) {
        let found = found.map(|estimate| estimate.mean);
        assert!(found.is_some_and(|found| (found - expected).abs() < 1e-12), "{found:?}");
    }

    fn names(count: usize) -> Vec<String> {
        (0..count).map(|number| format!("M{number}")).collect()
    }

    #[test]
    fn the_levels_by_hand() {
        // Three systems on three articles, and one on an article of its own without an answer.
        let articles = [0, 0, 0, 1, 1, 1, 2, 2, 2, 3];
        let systems = [0, 1, 2, 0, 1, 2, 0, 1, 2, 0].map(Some);
        let names = names(3);
        let columns = Columns { articles: &articles, systems: &systems, names: &names };
        let ours = [1.0, 2.0, 3.0, 3.0, 2.0, 1.0, 5.0, 5.0, 5.0, 9.0];
        let theirs = [1.0, 2.0, 3.0, 1.0, 2.0, 2.0, 1.0, 2.0, 3.0, NONE];
        let found = columns.agreement("coherence", &ours, &theirs);
        assert_eq!((found.summaries, found.systems, found.articles), (9, 3, 2));
        // Article 0: 1. Article 1: both pairs that do not tie are opposite, −2 / √(3·2). Article 2: the
        // measure says nothing.
        near(found.tau_summary, (1.0 - 2.0 / 6_f64.sqrt()) / 2.0);
        // All three systems have the mean 3 in ours.
        assert_eq!(found.tau_system, None);
        assert_eq!(found.auc, None);
        // With another article: means 3.25, 3.25, 3.5 beside 1.25, 1.75, 2.5: of three pairs one ties.
        let ours = [1.0, 2.0, 3.0, 3.0, 2.0, 1.0, 5.0, 5.0, 6.0, 9.0];
        near(columns.agreement("coherence", &ours, &theirs).tau_system, 2.0 / 6_f64.sqrt());
    }

    #[test]
    fn yes_and_no_have_an_area_and_other_answers_none() {
        let (articles, systems) = ([0, 1, 2, 3], [None; 4]);
        let columns = Columns { articles: &articles, systems: &systems, names: &[] };
        let found = columns.agreement("faithful", &[0.9, 0.4, 0.4, 0.1], &[1.0, 1.0, 0.0, 0.0]);
        near(found.auc, 3.5 / 4.0);
        // Of six pairs one ties in ours and two in theirs: 3 of √(5·4).
        near(found.tau_all, 3.0 / 20_f64.sqrt());
        assert_eq!((found.tau_system, found.tau_summary), (None, None));
        let same = columns.agreement("faithful", &[0.4; 4], &[1.0, 1.0, 0.0, 0.0]);
        assert!(!same.tells(), "{same:?}");
        let yes = columns.agreement("faithful", &[0.9, 0.4, 0.4, 0.1], &[1.0; 4]);
        assert!(yes.auc.is_none() && !yes.tells());
        let half = columns.agreement("faithful", &[0.9, 0.4, 0.4, 0.1], &[1.0, 0.0, 0.5, 0.0]);
        assert!(half.auc.is_none() && half.tells());
    }

    #[test]
    fn systems_on_fewer_articles_are_named() {
        let articles = [0, 1, 1, 0, 1, 0];
        let systems = [Some(0), Some(0), Some(0), Some(1), None, Some(2)];
        let names = names(3);
        let columns = Columns { articles: &articles, systems: &systems, names: &names };
        let found = columns.dimension("fluency", &[1.0, 2.0, 3.0, 1.0, 1.0, NONE]);
        assert_eq!((found.summaries, found.articles, found.systems), (5, 2, 2));
        assert_eq!(found.on_fewer, [Fewer { system: "M1".to_owned(), articles: 1, most: 2 }]);
        // As many, and none of them the same.
        let (articles, systems) = ([0, 1], [Some(0), Some(1)]);
        let columns = Columns { articles: &articles, systems: &systems, names: &names };
        assert_eq!(columns.dimension("fluency", &[1.0, 2.0]).on_fewer.len(), 2);
    }

    #[test]
    fn summaries_of_one_article_are_drawn_together() {
        let ours: Vec<f64> = (0..40).map(|i| f64::from(i % 10)).collect();
        let theirs: Vec<f64> = (0..40).map(|i| f64::from((i * 7 + i / 10) % 10)).collect();
        let width = |articles: Vec<usize>| {
            let systems = [None; 40];
            let columns = Columns { articles: &articles, systems: &systems, names: &[] };
            let tau = columns.agreement("x", &ours, &theirs).tau_all.unwrap();
            tau.high - tau.low
        };
        let apart = width((0..40).collect());
        assert!(width(vec![0; 40]) < 1e-12 && apart > 0.1, "{apart}");
    }
}

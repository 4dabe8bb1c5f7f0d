//! Summaries made of the article's own sentences. A method only orders the sentences, best first;
//! everything else stands here, once: passing over what is no sentence or stands twice, the budget,
//! the reading order, and what was left unread.
//!
//! A new method is one file with a `rank` function and one line in [`BUILTINS`]; [`lead`] is the
//! shortest example.

pub mod centroid;
pub mod graph;
pub mod kl;
pub mod lead;
pub mod lexrank;
pub mod lsa;
pub mod luhn;
pub mod mend;
mod ranking;
pub mod salience;
pub mod sumbasic;
pub mod terms;
pub mod textrank;

use std::{
    collections::HashSet,
    hash::{BuildHasher, RandomState},
    sync::Arc,
};

use self::ranking::Ranker;
use hashbrown::hash_table::{Entry, HashTable};

use standfirst_core::{
    article::{Article, Span},
    plugin::{
        Budget, Origin, PluginError, PluginInfo, Summarizer, Summary, SummarySentence, Threading,
    },
};
use standfirst_text::{
    lexicon::lowered,
    reading::{self, Reading},
};

/// A summariser that needs no files.
pub struct Builtin {
    /// What it is called by.
    pub id: &'static str,
    /// Makes one, ready to use.
    pub make: fn() -> Arc<dyn Summarizer>,
}

/// Every method that needs no files, in the order in which listings show them.
pub const BUILTINS: &[Builtin] = &[
    Builtin { id: lead::ID, make: lead::make },
    Builtin { id: textrank::ID, make: textrank::make },
    Builtin { id: lexrank::ID, make: lexrank::make },
    Builtin { id: lsa::ID, make: lsa::make },
    Builtin { id: sumbasic::ID, make: sumbasic::make },
    Builtin { id: kl::ID, make: kl::make },
    Builtin { id: luhn::ID, make: luhn::make },
];

/// A built-in method: who it is, and how it orders sentences.
pub struct Extractor {
    info: PluginInfo,
    rank: fn(&Article) -> Vec<usize>,
    ranker: Ranker,
}

impl Extractor {
    /// A method for any language that orders sentences by `rank`, whose answer is as [`summarize`]
    /// takes it. `about` is one line: method and paper.
    pub fn new(id: &str, about: &str, rank: fn(&Article) -> Vec<usize>) -> Self {
        let info = PluginInfo {
            id: id.to_owned(),
            about: about.to_owned(),
            threading: Threading::Caller,
            languages: Vec::new(),
            card: None,
        };
        Self { info, rank, ranker: Ranker::new() }
    }
}

impl Summarizer for Extractor {
    fn info(&self) -> &PluginInfo {
        &self.info
    }

    fn summarize(&self, article: &Article, budget: Budget) -> Result<Summary, PluginError> {
        let ranking =
            self.ranker.ranking(article, || Ok::<_, PluginError>((self.rank)(article)))?;
        Ok(summarize(article, &ranking, budget))
    }
}

/// The summary that a ranking asks for, in reading order.
///
/// `ranking` holds distinct sentence indices, best first. Indices that it lacks are sentences that
/// the method did not read: they come after all others, and are listed as unread.
///
/// `Sentences(n)` gives exactly `n` sentences, or all there are; those without a letter and those
/// whose words stand in a better one come last. `Words(n)` takes sentences in rank order and passes
/// over the ones that do not fit any more; if none fits, the shortest is the summary.
pub fn summarize(article: &Article, ranking: &[usize], budget: Budget) -> Summary {
    let chosen = choose(article, ranking, budget);
    Summary {
        unread: unread(article, ranking, &chosen),
        sentences: sentences(article, &chosen),
        ..Summary::default()
    }
}

/// The sentences of that summary, by index, ascending.
fn choose(article: &Article, ranking: &[usize], budget: Budget) -> Vec<usize> {
    let order = Order::new(article, ranking);
    let candidates = order.candidates(budget.is_exact());
    let texts: Vec<&str> =
        candidates.iter().map(|&index| article.sentences()[index].text.as_str()).collect();
    let mut chosen: Vec<usize> =
        budget.fill(&texts).into_iter().map(|place| candidates[place]).collect();
    chosen.sort_unstable();
    chosen
}

/// Indices by falling score. Scores that differ by rounding only are ties, and of a tie the earlier
/// sentence wins, so that the order is the same on every machine. NaN ranks last.
pub fn by_score(scores: &[f64]) -> Vec<usize> {
    /// Steps into which the largest score is divided; a float of 64 bits tells 10^15 apart.
    const STEPS: f64 = 1e9;
    let largest = scores.iter().fold(0.0_f64, |largest, score| largest.max(score.abs()));
    let unit = if largest > 0.0 { largest / STEPS } else { 1.0 };
    let level = |i: usize| {
        let score = scores[i];
        if score.is_nan() { f64::NEG_INFINITY } else { (score / unit).round() }
    };
    let mut order: Vec<usize> = (0..scores.len()).collect();
    order.sort_by(|&a, &b| level(b).total_cmp(&level(a)));
    order
}

/// All sentences of an article, best first, as [`summarize`] takes them: what says nothing new comes
/// last.
pub fn best_first(article: &Article, ranking: &[usize]) -> Vec<usize> {
    Order::new(article, ranking).candidates(true)
}

/// All sentences of an article, best first.
struct Order {
    /// Those that say something new.
    worthy: Vec<usize>,
    /// Those without a letter, and repeats of better ones.
    poor: Vec<usize>,
}

impl Order {
    fn new(article: &Article, ranking: &[usize]) -> Self {
        let mut ranked = vec![false; article.sentences().len()];
        for &index in ranking {
            ranked[index] = true;
        }
        let rest = (0..ranked.len()).filter(|&index| !ranked[index]);
        let reading = reading::of(article);
        let hasher = RandomState::new();
        let words = |index: usize| folded(&reading, index);
        // One of each that say the same: not what they say, which is as much as the article again.
        let mut seen: HashTable<usize> = HashTable::with_capacity(ranked.len());
        let (worthy, poor) = ranking.iter().copied().chain(rest).partition(|&index| {
            let text = &article.sentences()[index].text;
            text.contains(char::is_alphabetic) && {
                let own = words(index);
                let same = |&other: &usize| words(other) == own;
                let hash = |&other: &usize| hasher.hash_one(words(other));
                let entry = seen.entry(hasher.hash_one(&own), same, hash);
                let new = matches!(entry, Entry::Vacant(_));
                entry.or_insert(index);
                new
            }
        });
        Self { worthy, poor }
    }

    /// What a summary is chosen from: the poor only if there is nothing else, or if `all` are needed.
    fn candidates(mut self, all: bool) -> Vec<usize> {
        if all || self.worthy.is_empty() {
            self.worthy.extend(self.poor);
        }
        self.worthy
    }
}

/// The words of a sentence without case and punctuation: equal for sentences that say the same.
fn folded(reading: &Reading<'_>, index: usize) -> String {
    let mut folded = String::new();
    for word in reading.words(index) {
        if !folded.is_empty() {
            folded.push(' ');
        }
        folded.push_str(&lowered(word));
    }
    folded
}

fn sentences(article: &Article, chosen: &[usize]) -> Vec<SummarySentence> {
    chosen
        .iter()
        .map(|&index| SummarySentence {
            text: article.sentences()[index].text.clone(),
            origin: Origin::Extracted(index),
        })
        .collect()
}

/// Where the sentences stand that were neither ranked nor chosen; neighbours in one paragraph are
/// one span.
pub fn unread(article: &Article, ranking: &[usize], chosen: &[usize]) -> Vec<Span> {
    if ranking.len() == article.sentences().len() {
        return Vec::new();
    }
    let read: HashSet<usize> = ranking.iter().chain(chosen).copied().collect();
    let mut spans: Vec<Span> = Vec::new();
    let mut last = None;
    for (index, sentence) in article.sentences().iter().enumerate() {
        if read.contains(&index) {
            continue;
        }
        match spans.last_mut() {
            Some(span) if last == Some((index.wrapping_sub(1), sentence.paragraph)) => {
                span.end = sentence.span.end;
            }
            _ => spans.push(sentence.span),
        }
        last = Some((index, sentence.paragraph));
    }
    spans
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroUsize;

    use super::*;
    use standfirst_text::sentence::from_sentences;

    fn article(sentences: &[&str]) -> Article {
        from_sentences("t", sentences).unwrap()
    }

    fn chosen(summary: &Summary) -> Vec<usize> {
        summary
            .sentences
            .iter()
            .map(|s| match s.origin {
                Origin::Extracted(index) => index,
                _ => panic!("an extract of something else"),
            })
            .collect()
    }

    fn at_most(count: usize) -> Budget {
        Budget::Sentences(NonZeroUsize::new(count).unwrap())
    }

    fn words(count: usize) -> Budget {
        Budget::Words(NonZeroUsize::new(count).unwrap())
    }

    #[test]
    fn gives_the_best_in_reading_order_and_all_when_asked_for_more() {
        let article = article(&["One came.", "Two came.", "Three came."]);
        assert_eq!(chosen(&summarize(&article, &[2, 0, 1], at_most(2))), [0, 2]);
        assert_eq!(chosen(&summarize(&article, &[2, 0, 1], at_most(9))), [0, 1, 2]);
    }

    #[test]
    fn repeats_and_sentences_without_letters_come_last() {
        let article = article(&["12:30", "The ferry sank.", "the ferry sank", "Nobody was hurt."]);
        assert_eq!(chosen(&summarize(&article, &[0, 1, 2, 3], at_most(2))), [1, 3]);
        assert_eq!(chosen(&summarize(&article, &[0, 1, 2, 3], at_most(3))), [0, 1, 3]);
    }

    #[test]
    fn a_word_limit_is_filled_in_rank_order_and_never_passed() {
        let article = article(&["One two three four.", "Five six.", "Seven — eight nine."]);
        assert_eq!(chosen(&summarize(&article, &[0, 1, 2], words(6))), [0, 1]);
        assert_eq!(chosen(&summarize(&article, &[2, 0, 1], words(5))), [2], "the dash counts");
        assert_eq!(chosen(&summarize(&article, &[0, 1, 2], words(1))), [1], "none fits");
    }

    #[test]
    fn what_the_ranking_lacks_is_unread_unless_it_is_needed() {
        let article = article(&["One came.", "Two came.", "Three came."]);
        let summary = summarize(&article, &[0], at_most(2));
        assert_eq!(chosen(&summary), [0, 1]);
        assert_eq!(summary.unread, [article.sentences()[2].span]);
        assert!(summarize(&article, &[0, 1, 2], at_most(1)).unread.is_empty());
    }

    #[test]
    fn scores_that_differ_by_rounding_are_ties() {
        assert_eq!(by_score(&[0.1 + 0.2, 0.3, 0.5, f64::NAN, 0.3 + 1e-15]), [2, 0, 1, 4, 3]);
        assert_eq!(by_score(&[0.0, 0.0]), [0, 1]);
    }
}

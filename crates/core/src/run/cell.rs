//! One model on one article: the answer or why there is none, and how long it took.

use std::{
    any::Any,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    time::{Duration, Instant},
};

use super::{Found, Plan, column::Model};
use crate::{
    analysis::Tones,
    article::{Article, Halt},
    plugin::{Budget, PluginError, Summarizer, Summary},
    report::{AbstractReport, Failure, FailureKind, SentimentReport, Words},
};

/// A cell of the grid.
pub(super) struct Cell {
    pub(super) answer: Answer,
    /// The article's share of the time that its batch took.
    pub(super) took: Duration,
}

/// What a model answered.
pub(super) enum Answer {
    Summary(Result<Summary, PluginError>),
    Tone(Result<Tones, PluginError>),
    /// An earlier run has asked.
    KnownSummary(Box<AbstractReport>),
    /// The same of the tone.
    KnownTone(Box<SentimentReport>),
}

impl Cell {
    /// What is known of an article, model by model.
    pub(super) fn known(found: &mut Found) -> Vec<Option<Self>> {
        let cell = |answer| Self { answer, took: Duration::ZERO };
        let abstracts = found
            .abstracts
            .drain(..)
            .map(|known| known.map(|known| cell(Answer::KnownSummary(Box::new(known)))));
        let tones = found
            .sentiment
            .drain(..)
            .map(|known| known.map(|known| cell(Answer::KnownTone(Box::new(known)))));
        abstracts.chain(tones).collect()
    }
}

/// Asks the model about `articles`: a cell for each, in their order. A panic of the model is its
/// error, not ours.
pub(super) fn compute(plan: &Plan, model: &Model, articles: &[Arc<Article>]) -> Vec<Cell> {
    let started = Instant::now();
    let _at_work: Vec<_> =
        articles.iter().map(|article| article.limits().work(articles.len())).collect();
    let answers: Vec<Answer> = match model {
        Model::Summarizer(model) => {
            summaries(&**model, articles, plan.budget).into_iter().map(Answer::Summary).collect()
        }
        Model::Sentiment(model) => articles
            .iter()
            .map(|article| {
                Answer::Tone(caught(|| {
                    article.limits().check()?;
                    plan.analyzer.tones(article, &**model)
                }))
            })
            .collect(),
    };
    let took = started.elapsed() / u32::try_from(articles.len().max(1)).unwrap_or(u32::MAX);
    answers.into_iter().map(|answer| Cell { answer, took }).collect()
}

fn summaries(
    model: &dyn Summarizer,
    articles: &[Arc<Article>],
    budget: Budget,
) -> Vec<Result<Summary, PluginError>> {
    let may = |article: &Arc<Article>| {
        article.limits().check()?;
        model.info().check_language(article.language())
    };
    let known: Vec<Result<(), PluginError>> = articles.iter().map(may).collect();
    let asked: Vec<&Article> = articles
        .iter()
        .zip(&known)
        .filter(|(_, known)| known.is_ok())
        .map(|(article, _)| &**article)
        .collect();
    let mut answers = together(model, &asked, budget).into_iter();
    known
        .into_iter()
        .map(|known| known.and_then(|()| answers.next().unwrap_or(Err(PluginError::Silent))))
        .collect()
}

/// One call for all. A panic leaves nobody an answer, so each article is then put alone, and the one
/// at fault is told from the others.
fn together(
    model: &dyn Summarizer,
    articles: &[&Article],
    budget: Budget,
) -> Vec<Result<Summary, PluginError>> {
    let alone = |article: &&Article| caught(|| model.summarize(article, budget));
    match articles {
        [] => Vec::new(),
        [article] => vec![alone(article)],
        _ => catch_unwind(AssertUnwindSafe(|| model.summarize_all(articles, budget)))
            .unwrap_or_else(|_| articles.iter().map(alone).collect()),
    }
}

fn caught<T>(call: impl FnOnce() -> Result<T, PluginError>) -> Result<T, PluginError> {
    catch_unwind(AssertUnwindSafe(call))
        .unwrap_or_else(|panic| Err(PluginError::Panicked(panic_message(&*panic))))
}

/// Why something other than a model, `who`, gave up.
pub(super) fn halted(who: &str, halt: Halt, words: Words) -> Failure {
    match halt {
        Halt::Stopped => Failure::new(FailureKind::Stopped, words(&halt)),
        Halt::TooSlow { .. } => {
            Failure::new(FailureKind::TooSlow, format!("{who} was {}", words(&halt)))
        }
    }
}

/// What a panic says, if it says it in words.
pub(super) fn panic_message(panic: &(dyn Any + Send)) -> String {
    panic
        .downcast_ref::<&str>()
        .map(|&s| s.to_owned())
        .or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "no message".to_owned())
}

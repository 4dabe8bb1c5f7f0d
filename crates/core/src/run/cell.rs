//! One model on one article: the answer or why there is none, and how long it took.

use std::{
    any::Any,
    panic::{AssertUnwindSafe, catch_unwind},
    time::{Duration, Instant},
};

use super::Plan;
use crate::{
    article::Article,
    plugin::{Passage, PluginError, Sentiment, Summary},
};

/// A cell of the grid.
pub(super) struct Cell {
    pub(super) answer: Answer,
    pub(super) took: Duration,
}

/// What a model answered.
pub(super) enum Answer {
    Summary(Result<Summary, PluginError>),
    /// One sentiment per sentence of the article.
    Tone(Result<Vec<Sentiment>, PluginError>),
}

/// Asks the model of `column` about `article`. A panic of the model is its error, not ours.
pub(super) fn compute(plan: &Plan, column: usize, article: &Article) -> Cell {
    let started = Instant::now();
    let known = plan.info(column).check_language(article.language());
    let answer = if let Some(model) = plan.summarizers.get(column) {
        Answer::Summary(known.and_then(|()| caught(|| model.summarize(article, plan.budget))))
    } else {
        let model = &plan.sentiment[column - plan.summarizers.len()];
        let passages: Vec<Passage<'_>> = article
            .sentences()
            .iter()
            .map(|sentence| Passage { text: &sentence.text, target: None })
            .collect();
        Answer::Tone(known.and_then(|()| caught(|| model.score(&passages))))
    };
    Cell { answer, took: started.elapsed() }
}

fn caught<T>(call: impl FnOnce() -> Result<T, PluginError>) -> Result<T, PluginError> {
    catch_unwind(AssertUnwindSafe(call))
        .unwrap_or_else(|panic| Err(PluginError::Panicked(panic_message(&*panic))))
}

/// What a panic says, if it says it in words.
pub(super) fn panic_message(panic: &(dyn Any + Send)) -> String {
    panic
        .downcast_ref::<&str>()
        .map(|&s| s.to_owned())
        .or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "no message".to_owned())
}

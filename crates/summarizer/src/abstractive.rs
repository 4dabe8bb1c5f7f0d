//! Summaries in a model's own words: a [`Generator`] as a summariser.
//!
//! What the engine does not do stands here, once for all engines: what of an article is shown to a
//! network whose window is too small for it, and how its answer becomes the sentences asked for.
//! Nothing is left out silently: what no pass saw is `unread`, and an answer that is shorter than
//! asked for has a note that says why.

mod again;
pub(crate) mod answer;
pub mod rewrite;
mod speaker;
mod window;

use std::{collections::BTreeMap, num::NonZeroUsize, sync::Arc};

use standfirst_core::{
    article::{Article, Limits},
    plugin::{Budget, Form, PluginError, PluginInfo, Style, Summarizer, Summary},
    usage::Usage,
};

use self::window::{Part, Reading};
use crate::engine::{EngineError, Generation, Generator, Request};

/// What a model that writes is asked to do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// It rewrites the sentences that say most, and what the check does not support of its answer is
    /// replaced by the article's own: see [`rewrite`].
    #[default]
    Rewrite,
    /// It summarises the article, and what it writes stands, checked.
    Generate,
    /// Nothing: the sentences that say most are the abstract.
    Extract,
}

/// What becomes of an article that is longer than a model reads.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Long {
    /// Its first sentences are read, as many as fit.
    First,
    /// It is read in parts, and the abstracts of the parts are summarised again.
    Split,
    /// The sentences that say most are read, as many as fit: those that LexRank puts first.
    #[default]
    Pick,
}

/// The body of an article as models that write are shown it: sentences of a paragraph joined by a
/// blank, paragraphs by a line's end.
pub fn body(article: &Article) -> String {
    let all: Vec<usize> = (0..article.sentences().len()).collect();
    window::text(article, &all)
}

/// A generator that summarises.
pub struct Abstractive {
    info: PluginInfo,
    generator: Arc<dyn Generator>,
    long: Long,
    style: Style,
}

impl Abstractive {
    /// A summariser called as `info` says.
    pub fn new(info: PluginInfo, generator: Arc<dyn Generator>, long: Long) -> Self {
        Self { info, generator, long, style: Style::Standfirst }
    }

    /// The same, asked for `style`; whether the answers keep to it is for
    /// [`Styled`](crate::styled::Styled) to see.
    #[must_use]
    pub fn with_style(self, style: Style) -> Self {
        Self { style, ..self }
    }

    /// One pass over all `readings` that still have something to be read: all their parts in one
    /// call, since requests share each read of the weights.
    fn pass(
        &self,
        articles: &[&Article],
        readings: &mut Readings,
        budget: Budget,
        failed: &mut Failures,
    ) {
        let parts: Vec<(usize, Part, Form)> = readings
            .iter_mut()
            .flat_map(|(index, reading)| {
                let form = self.form_of(reading, budget);
                std::mem::take(&mut reading.parts).into_iter().map(move |part| (*index, part, form))
            })
            .collect();
        let sentences = budget.wanted();
        let requests: Vec<Request<'_>> = parts
            .iter()
            .map(|(_, part, form)| Request {
                text: &part.text,
                sentences,
                form: *form,
                ..Request::default()
            })
            .collect();
        let limits: Vec<&Limits> =
            parts.iter().map(|(index, ..)| articles[*index].limits()).collect();
        let mut answers = self.generator.generate_within(&requests, &limits).into_iter();
        for (index, ..) in &parts {
            let answer = answers.next().unwrap_or(Err(EngineError::Silent));
            match (answer, readings.get_mut(index)) {
                (Ok(answer), Some(reading)) => {
                    reading.usage = Usage::sum(reading.usage, answer.usage);
                    reading.answers.push(answer);
                }
                (Err(error), Some(_)) => {
                    failed.insert(*index, error.into());
                    readings.remove(index);
                }
                (_, None) => {}
            }
        }
        for (index, part, _) in parts {
            if let Some(reading) = readings.get_mut(&index) {
                reading.shown = Some(part.text);
            }
        }
    }

    /// The form to ask for: what is made of one of several parts is read again, and is no abstract yet.
    fn form_of(&self, reading: &Reading, budget: Budget) -> Form {
        let style = if reading.parts.len() == 1 { self.style } else { Style::Standfirst };
        Form { style, budget }
    }

    /// Turns answers to several parts into a text to be read again, if that is less to read; `false`
    /// if it is not, or if all is one answer.
    fn join(&self, reading: &mut Reading) -> Result<bool, PluginError> {
        if reading.answers.len() < 2 {
            return Ok(false);
        }
        let sentences: Vec<String> = reading.answers.iter().flat_map(answer::sentences).collect();
        let parts = window::split(&sentences, &*self.generator)?;
        if parts.is_empty() || parts.len() >= reading.answers.len() {
            return Ok(false);
        }
        reading.answers.clear();
        reading.parts = parts;
        Ok(true)
    }

    fn read_all(&self, articles: &[&Article], budget: Budget) -> (Readings, Failures) {
        let (mut readings, mut failed) = (BTreeMap::new(), BTreeMap::new());
        for (index, article) in articles.iter().enumerate() {
            match window::read(article, self.long, &*self.generator) {
                Ok(reading) => _ = readings.insert(index, reading),
                Err(error) => _ = failed.insert(index, error),
            }
        }
        loop {
            self.pass(articles, &mut readings, budget, &mut failed);
            let mut again = false;
            for (index, reading) in &mut readings {
                match self.join(reading) {
                    Ok(more) => again |= more,
                    Err(error) => _ = failed.insert(*index, error),
                }
            }
            readings.retain(|index, _| !failed.contains_key(index));
            // Every join leaves fewer parts, so there is an end.
            if !again {
                break;
            }
        }
        self.write_anew(articles, &mut readings, budget, &mut failed);
        (readings, failed)
    }
}

/// How far articles are read, by their index.
type Readings = BTreeMap<usize, Reading>;

/// Why articles have no summary, by their index.
type Failures = BTreeMap<usize, PluginError>;

impl Summarizer for Abstractive {
    fn info(&self) -> &PluginInfo {
        &self.info
    }

    fn summarize(&self, article: &Article, budget: Budget) -> Result<Summary, PluginError> {
        let mut answers = self.summarize_all(&[article], budget);
        answers.pop().unwrap_or(Err(PluginError::Silent))
    }

    fn batch(&self) -> NonZeroUsize {
        self.generator.batch()
    }

    fn style(&self) -> Style {
        self.style
    }

    fn spent(&self) -> Option<Usage> {
        self.generator.spent()
    }

    fn summarize_all(
        &self,
        articles: &[&Article],
        budget: Budget,
    ) -> Vec<Result<Summary, PluginError>> {
        let (mut readings, mut failed) = self.read_all(articles, budget);
        let summary = |index: usize| match (readings.remove(&index), failed.remove(&index)) {
            (Some(reading), None) => {
                let form = Form { style: self.style, budget };
                speaker::settle(articles[index], form, finish(reading, self.style, budget)?)
            }
            (_, Some(error)) => Err(error),
            (None, None) => Err(PluginError::Silent),
        };
        (0..articles.len()).map(summary).collect()
    }
}

/// The summary that the last answer makes; or the last answers, where a model does not shorten enough
/// for them to be joined.
fn finish(reading: Reading, style: Style, budget: Budget) -> Result<Summary, PluginError> {
    let Reading { mut answers, unread, usage, notes: told, .. } = reading;
    let parts = answers.len();
    let Some(last) = answers.pop() else { return Err(PluginError::Empty) };
    if parts == 1 {
        let (sentences, notes) = answer::cut(&last, Form { style, budget })?;
        return Ok(Summary { sentences, unread, notes: [told, notes].concat(), usage });
    }
    let ended = last.ended;
    answers.push(last);
    let texts: Vec<String> = answers.iter().flat_map(answer::sentences).collect();
    let all = Generation { text: texts.join("\n"), ended, usage: None };
    let (sentences, mut notes) = answer::cut(&all, Form { style, budget })?;
    notes.push(format!("read in {parts} parts whose abstracts are too long to be read together"));
    Ok(Summary { sentences, unread, notes, usage })
}

#[cfg(test)]
mod tests;

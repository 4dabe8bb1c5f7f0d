//! Abstracts in the form that a newsroom asked for: a summariser whose answers keep to a [`Style`].
//!
//! A model that picks sentences is asked for more of them until one fits; one that writes has been asked for
//! the form ([`Style::question`]), and what of its answer does not fit is ended at a sentence, or gives way to
//! what was picked. A sentence is never cut, and never longer than the form allows: where nothing fits, the
//! article's own title stands in, and where that does not either, there is an error. What was done is in the
//! notes.

mod clause;
mod line;
mod points;
mod post;
mod title;

use std::{num::NonZeroUsize, sync::Arc};

use standfirst_core::{
    article::Article,
    card::Sha256,
    plugin::{
        Budget, Form, Origin, PluginError, PluginInfo, Style, Summarizer, Summary, SummarySentence,
    },
};

/// Sentences of a ranking that are looked at for one that fits, beyond those asked for.
const REACH: usize = 8;

/// A summariser whose answers are in a form.
pub struct Styled {
    inner: Arc<dyn Summarizer>,
    style: Style,
    manner: Manner,
}

/// How the summariser works.
enum Manner {
    /// It picks the article's own sentences.
    Picks,
    /// It writes, and was told the form; what fits where its answer does not comes from the other one, if
    /// there is such.
    Writes(Option<Arc<Styled>>),
}

impl Styled {
    /// `inner`, which picks the article's own sentences, in `style`.
    pub fn picks(inner: Arc<dyn Summarizer>, style: Style) -> Self {
        Self { inner, style, manner: Manner::Picks }
    }

    /// `inner`, which writes and knows of `style`; `otherwise` picks in its place.
    pub fn writes(
        inner: Arc<dyn Summarizer>,
        style: Style,
        otherwise: Option<Arc<dyn Summarizer>>,
    ) -> Self {
        let otherwise = otherwise.map(|other| Arc::new(Self::picks(other, style)));
        Self { inner, style, manner: Manner::Writes(otherwise) }
    }

    fn form(&self, budget: Budget) -> Form {
        Form { style: self.style, budget }
    }

    /// What `inner` picks, in the form.
    fn picked(&self, article: &Article, budget: Budget) -> Result<Summary, PluginError> {
        let (inner, form) = (&*self.inner, self.form(budget));
        match self.style {
            Style::Standfirst => inner.summarize(article, budget),
            Style::Headline | Style::Brief => line::pick(inner, article, form),
            Style::Bullets => points::pick(inner, article, form),
            Style::Social => post::pick(inner, article, form),
        }
    }

    /// What `inner` wrote, in the form.
    fn written(
        &self,
        article: &Article,
        budget: Budget,
        mut summary: Summary,
    ) -> Result<Summary, PluginError> {
        let form = self.form(budget);
        match self.style {
            Style::Standfirst => return Ok(summary),
            Style::Headline | Style::Brief => line::trim(article, form, &mut summary),
            Style::Bullets => points::trim(article, form, &mut summary),
            Style::Social => post::trim(form, &mut summary),
        }
        if !summary.sentences.is_empty() {
            return Ok(summary);
        }
        self.in_place_of(article, form, summary, "nothing that was written fits")
    }

    /// What `inner` answered, in the form. That it wrote nothing, or nothing that the check supports, is no reason
    /// to have nothing where the article's own can stand in.
    fn answered(
        &self,
        article: &Article,
        budget: Budget,
        answer: Result<Summary, PluginError>,
    ) -> Result<Summary, PluginError> {
        let (why, error) = match answer {
            Ok(summary) => return self.written(article, budget, summary),
            Err(error) if self.style.is_usual() => return Err(error),
            Err(error @ PluginError::Empty) => ("nothing was written that fits", error),
            Err(error @ PluginError::Unsupported { .. }) => {
                ("nothing that was written is supported and fits", error)
            }
            Err(error) => return Err(error),
        };
        match self.in_place_of(article, self.form(budget), Summary::default(), why) {
            Err(PluginError::NoFit(_)) => Err(error),
            other => other,
        }
    }

    /// What is the article's own, where there is nothing that was written; `why` says why, before the form.
    fn in_place_of(
        &self,
        article: &Article,
        form: Form,
        written: Summary,
        why: &str,
    ) -> Result<Summary, PluginError> {
        let Manner::Writes(Some(otherwise)) = &self.manner else {
            let title = title::stand_in(article, form, why).ok_or(PluginError::NoFit(form))?;
            return Ok(Summary {
                notes: [written.notes, title.notes].concat(),
                sentences: title.sentences,
                ..written
            });
        };
        let Summary { mut sentences, unread, notes, .. } =
            otherwise.picked(article, form.budget)?;
        for sentence in &mut sentences {
            sentence.origin = standing_in(sentence.origin);
        }
        let told = format!("{why} {form}; the article's own in its place");
        let notes = [written.notes, vec![told], notes].concat();
        let unread = if written.unread.is_empty() { unread } else { written.unread };
        Ok(Summary { sentences, unread, notes, usage: written.usage })
    }
}

impl Summarizer for Styled {
    fn info(&self) -> &PluginInfo {
        self.inner.info()
    }

    fn style(&self) -> Style {
        self.style
    }

    fn spent(&self) -> Option<standfirst_core::usage::Usage> {
        self.inner.spent()
    }

    fn shares(&self) -> Option<Sha256> {
        self.inner.shares()
    }

    fn batch(&self) -> NonZeroUsize {
        self.inner.batch()
    }

    fn summarize(&self, article: &Article, budget: Budget) -> Result<Summary, PluginError> {
        match self.manner {
            Manner::Picks => self.picked(article, budget),
            Manner::Writes(_) => {
                let answer = self.inner.summarize(article, budget);
                self.answered(article, budget, answer)
            }
        }
    }

    fn summarize_all(
        &self,
        articles: &[&Article],
        budget: Budget,
    ) -> Vec<Result<Summary, PluginError>> {
        if matches!(self.manner, Manner::Picks) {
            return articles.iter().map(|article| self.picked(article, budget)).collect();
        }
        let answers = self.inner.summarize_all(articles, budget);
        let answers = articles.iter().zip(answers);
        answers.map(|(article, answer)| self.answered(article, budget, answer)).collect()
    }
}

/// The origin of a sentence that was picked because none was written.
pub(crate) fn standing_in(origin: Origin) -> Origin {
    match origin {
        Origin::Extracted(index) => Origin::StandIn(index),
        Origin::Mended { index, dropped, name, ended, .. } => {
            Origin::Mended { index, dropped, name, ended, stands_in: true }
        }
        other => other,
    }
}

/// The texts of sentences.
fn texts(sentences: &[SummarySentence]) -> Vec<&str> {
    sentences.iter().map(|sentence| sentence.text.as_str()).collect()
}

#[cfg(test)]
mod tests;

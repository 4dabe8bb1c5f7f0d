//! Extract, then rewrite, then check: a [`Generator`] that is not believed.
//!
//! It is shown only the sentences that a [`Ranker`] picked and what they lean on, so that there is little
//! to invent from and the tokens are few; what the check does not support of its answer is asked for
//! once more, with the reason, where the generator is told why; what is rejected again is dropped, and
//! the article's own sentence stands in ([`Origin::StandIn`]). So an abstract is as long as asked for, and
//! says nothing that the check would not let pass, whatever the model wrote.
//!
//! What the model was not shown is `unread`, though the ranker has read it; a note says so.
//!
//! [`Origin::StandIn`]: standfirst_core::plugin::Origin::StandIn

mod order;
mod pick;
mod ranker;
mod settle;

use std::{num::NonZeroUsize, sync::Arc};

use standfirst_core::{
    article::{Article, Limits},
    card::Sha256,
    entailment::EntailmentModel,
    plugin::{Budget, Form, PluginError, PluginInfo, Style, Summarizer, Summary},
    usage::Usage,
};

pub use self::ranker::{Picker, Ranker, Ranking};
pub(super) use self::settle::{is_said_in, is_told, sources};
use self::{
    pick::Picked,
    settle::{Again, Draft, Settled},
};
use super::answer;
use crate::engine::{EngineError, Generation, Generator, Request};

/// A generator that rewrites what a ranker picked.
pub struct Rewriter {
    info: PluginInfo,
    generator: Arc<dyn Generator>,
    ranker: Arc<dyn Ranker>,
    style: Style,
    check: Option<Arc<dyn EntailmentModel>>,
}

/// Sentences that a writer of one line or post is shown, so that it has something to choose from.
const SHOWN: usize = 3;

impl Rewriter {
    /// A summariser called as `info` says.
    pub fn new(info: PluginInfo, generator: Arc<dyn Generator>, ranker: Arc<dyn Ranker>) -> Self {
        Self { info, generator, ranker, style: Style::Standfirst, check: None }
    }

    /// The same, asked for `style`; whether the answers keep to it is for
    /// [`Styled`](crate::styled::Styled) to see.
    #[must_use]
    pub fn with_style(self, style: Style) -> Self {
        Self { style, ..self }
    }

    /// The same; the check asks `model` about what was written.
    #[must_use]
    pub fn with_check(self, model: Option<Arc<dyn EntailmentModel>>) -> Self {
        Self { check: model, ..self }
    }

    fn pick(&self, article: &Article, budget: Budget) -> Result<Picked, PluginError> {
        let least = if self.style.limit().is_some() { SHOWN } else { 0 };
        let wanted = budget.wanted().max(least);
        pick::pick(article, self.ranker.rank(article)?, wanted, &*self.generator)
    }

    fn form(&self, budget: Budget) -> Form {
        Form { style: self.style, budget }
    }

    /// What the first answer makes of an article.
    fn begin<'a>(
        &self,
        article: &'a Article,
        picked: Picked,
        answer: &Generation,
        budget: Budget,
    ) -> Result<Begun<'a>, PluginError> {
        let form = self.form(budget);
        let (written, check) = (answer::sentences_of(answer, form.style), self.check.as_deref());
        let draft = Draft::begin(
            article,
            &written,
            &picked.order,
            (form, self.generator.is_told_why()),
            check,
        )?;
        Ok(Begun { picked, draft, usage: answer.usage })
    }

    /// Has written anew what was rejected of all articles, where the generator is told why.
    fn write_anew(&self, begun: &mut [Result<Begun<'_>, PluginError>]) {
        if !self.generator.is_told_why() {
            return;
        }
        let again = |begun: &mut Result<Begun<'_>, _>| begun.as_mut().ok()?.draft.again();
        let again: Vec<Option<Again>> = begun.iter_mut().map(again).collect();
        let requests: Vec<Request<'_>> = again.iter().flatten().map(Again::request).collect();
        if requests.is_empty() {
            return;
        }
        let limits: Vec<&Limits> = begun
            .iter()
            .zip(&again)
            .filter(|(_, again)| again.is_some())
            .filter_map(|(begun, _)| Some(begun.as_ref().ok()?.draft.article().limits()))
            .collect();
        let mut answers = self.generator.generate_within(&requests, &limits).into_iter();
        for (begun, again) in begun.iter_mut().zip(&again) {
            let (Ok(Begun { draft, usage, .. }), Some(again)) = (&mut *begun, again) else {
                continue;
            };
            let answer = answers.next().unwrap_or(Err(EngineError::Silent));
            *usage = Usage::sum(*usage, answer.as_ref().ok().and_then(|answer| answer.usage));
            if let Err(error) = draft.take(again, answer, self.check.as_deref()) {
                *begun = Err(error);
            }
        }
    }
}

/// An abstract on its way.
struct Begun<'a> {
    picked: Picked,
    draft: Draft<'a>,
    /// What a server charged for it.
    usage: Option<Usage>,
}

impl Begun<'_> {
    /// The abstract.
    fn finish(self) -> Result<Summary, PluginError> {
        let Self { picked, draft, usage } = self;
        let all = draft.article().sentences().len();
        let Settled { sentences, mut notes } = draft.finish();
        if sentences.is_empty() {
            return Err(PluginError::Empty);
        }
        if !picked.unread.is_empty() {
            let (shown, by) = (picked.order.len(), &picked.by);
            notes.insert(0, format!("shown {shown} of {all} sentences, picked by {by}"));
        }
        Ok(Summary { sentences, unread: picked.unread, notes, usage })
    }
}

impl Summarizer for Rewriter {
    fn info(&self) -> &PluginInfo {
        &self.info
    }

    fn style(&self) -> Style {
        self.style
    }

    fn spent(&self) -> Option<Usage> {
        self.generator.spent()
    }

    fn summarize(&self, article: &Article, budget: Budget) -> Result<Summary, PluginError> {
        let mut answers = self.summarize_all(&[article], budget);
        answers.pop().unwrap_or(Err(PluginError::Silent))
    }

    fn batch(&self) -> NonZeroUsize {
        self.generator.batch()
    }

    fn summarize_all(
        &self,
        articles: &[&Article],
        budget: Budget,
    ) -> Vec<Result<Summary, PluginError>> {
        let picked: Vec<_> = articles.iter().map(|article| self.pick(article, budget)).collect();
        let requests: Vec<Request<'_>> = picked
            .iter()
            .flatten()
            .map(|picked| Request {
                text: &picked.text,
                sentences: budget.wanted().min(picked.order.len()),
                picked: true,
                form: self.form(budget),
                ..Request::default()
            })
            .collect();
        let limits: Vec<&Limits> = articles
            .iter()
            .zip(&picked)
            .filter(|(_, picked)| picked.is_ok())
            .map(|(article, _)| article.limits())
            .collect();
        let mut answers = self.generator.generate_within(&requests, &limits).into_iter();
        let mut begun: Vec<Result<Begun<'_>, PluginError>> = Vec::with_capacity(articles.len());
        for (&article, picked) in articles.iter().zip(picked) {
            begun.push(picked.and_then(|picked| {
                let answer = answers.next().unwrap_or(Err(EngineError::Silent))?;
                self.begin(article, picked, &answer, budget)
            }));
        }
        self.write_anew(&mut begun);
        begun.into_iter().map(|begun| begun?.finish()).collect()
    }
}

/// A summariser that writes without being shown anything picked, such as a program of the user's: what
/// the check does not support of its answer is replaced by the sentence that it came from, or left out.
pub struct Checked {
    inner: Arc<dyn Summarizer>,
    check: Option<Arc<dyn EntailmentModel>>,
}

impl Checked {
    /// `inner`, under its own name.
    pub fn new(inner: Arc<dyn Summarizer>) -> Self {
        Self { inner, check: None }
    }

    /// The same; the check asks `model` about what was written.
    #[must_use]
    pub fn with_check(self, model: Option<Arc<dyn EntailmentModel>>) -> Self {
        Self { check: model, ..self }
    }
}

impl Summarizer for Checked {
    fn info(&self) -> &PluginInfo {
        self.inner.info()
    }

    fn style(&self) -> Style {
        self.inner.style()
    }

    fn summarize(&self, article: &Article, budget: Budget) -> Result<Summary, PluginError> {
        let Summary { sentences, unread, mut notes, usage } =
            self.inner.summarize(article, budget)?;
        let form = Form { style: self.inner.style(), budget };
        let written: Vec<String> = sentences.into_iter().map(|sentence| sentence.text).collect();
        let settled = settle::only_traced(article, &written, form, self.check.as_deref())?;
        if settled.sentences.is_empty() {
            return Err(PluginError::Unsupported { count: written.len() });
        }
        notes.extend(settled.notes);
        Ok(Summary { sentences: settled.sentences, unread, notes, usage })
    }
}

/// A summariser under another's name: what a model that writes answers where it is not asked to write.
pub struct Renamed {
    info: PluginInfo,
    inner: Arc<dyn Summarizer>,
}

impl Renamed {
    /// `inner`, called as `info` says.
    pub fn new(info: PluginInfo, inner: Arc<dyn Summarizer>) -> Self {
        Self { info, inner }
    }
}

impl Summarizer for Renamed {
    fn info(&self) -> &PluginInfo {
        &self.info
    }

    fn style(&self) -> Style {
        self.inner.style()
    }

    fn shares(&self) -> Option<Sha256> {
        self.inner.shares()
    }

    fn summarize(&self, article: &Article, budget: Budget) -> Result<Summary, PluginError> {
        self.inner.summarize(article, budget)
    }
}

#[cfg(test)]
mod tests;

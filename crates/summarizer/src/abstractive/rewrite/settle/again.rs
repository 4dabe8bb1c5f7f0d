//! The second try: what was rejected is asked for once more, out of the sentences that it came from.

use std::num::NonZeroUsize;

use standfirst_core::{
    entailment::EntailmentModel,
    plugin::{Budget, Form, PluginError},
};

use super::Draft;
use crate::{
    abstractive::{answer, window},
    engine::{EngineError, Generation, Rejected, Request},
};

/// What is to be written anew for one abstract.
pub struct Again {
    text: String,
    /// How many sentences there are in `text`: one for each that was rejected, and for each that was not
    /// written at all.
    sentences: usize,
    rejected: Vec<Rejected>,
    form: Form,
}

impl Again {
    /// As a generator is asked.
    pub fn request(&self) -> Request<'_> {
        let (text, rejected) = (self.text.as_str(), self.rejected.as_slice());
        Request { text, sentences: self.sentences, picked: true, rejected, form: self.missing() }
    }

    /// The form of what is missing: of a list as many points as there are sentences in the text, since those that
    /// were kept are not asked for again.
    fn missing(&self) -> Form {
        let count = NonZeroUsize::new(self.sentences);
        match count.filter(|_| self.form.style.is_list()) {
            Some(count) => Form { budget: Budget::Sentences(count), ..self.form },
            None => self.form,
        }
    }
}

impl Draft<'_> {
    /// What a generator should write anew: for each rejected sentence the picked one that would stand in for
    /// it, as long as there is room for these. `None` if there is nothing.
    pub fn again(&mut self) -> Option<Again> {
        let own = self.article.sentences();
        let mut room = self.form.budget.room();
        self.sentences.iter().for_each(|(_, kept)| room.add(&kept.text));
        let (mut targets, mut rejected) = (Vec::new(), Vec::new());
        for rejection in &mut self.rejected {
            let is_open = |source: &&usize| {
                let free = !self.used.contains(source) && !targets.contains(*source);
                free && self.order.contains(source) && room.has_room(&own[**source].text)
            };
            let target = rejection.sources.iter().chain(&self.order).find(is_open).copied();
            rejection.target = target;
            if let Some(target) = target {
                room.add(&own[target].text);
                targets.push(target);
                let (text, reason) = (rejection.text.clone(), rejection.reason.clone());
                rejected.push(Rejected { text, reason });
            }
        }
        let lacking = self.lacking(targets.len());
        for &target in &self.order {
            let free = !self.used.contains(&target) && !targets.contains(&target);
            if free && targets.len() < rejected.len() + lacking {
                targets.push(target);
            }
        }
        targets.sort_unstable();
        let sentences = targets.len();
        let text = window::text(self.article, &targets);
        (!targets.is_empty()).then_some(Again { text, sentences, rejected, form: self.form })
    }

    /// How many sentences of a number that was asked for were not written, beside `more` that are asked for
    /// once more.
    fn lacking(&self, more: usize) -> usize {
        let there = self.sentences.len() + more;
        self.form.budget.short_of(there).map_or(0, |asked| asked.get() - there)
    }

    /// Takes up what the check supports of the second `answer`, in the place of what it was to be for; the
    /// rest, and all of it if there is none, stays as it was. A note says so.
    ///
    /// # Errors
    /// [`PluginError::Halted`] if generator or check was to give up.
    pub fn take(
        &mut self,
        again: &Again,
        answer: Result<Generation, EngineError>,
        check: Option<&dyn EntailmentModel>,
    ) -> Result<(), PluginError> {
        let answer = match answer {
            Ok(answer) => answer,
            Err(EngineError::Halted(halt)) => return Err(halt.into()),
            Err(error) => {
                self.notes.push(format!("not written anew: {error}"));
                return Ok(());
            }
        };
        let mut written = answer::sentences_of(&answer, self.form.style);
        written.truncate(again.sentences);
        let before = self.sentences.len();
        let failed = self.keep(&written, check)?.len();
        let kept = self.sentences.len() - before;
        let used = &self.used;
        self.rejected
            .retain(|rejection| rejection.target.is_none_or(|target| !used.contains(&target)));
        self.notes.push(format!("{} written anew, {kept} of them kept", kept + failed));
        Ok(())
    }
}

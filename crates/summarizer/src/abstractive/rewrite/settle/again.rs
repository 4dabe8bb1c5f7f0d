//! The second try: what was rejected is asked for once more, out of the sentences that it came from.

use standfirst_core::{entailment::EntailmentModel, plugin::PluginError};

use super::Draft;
use crate::{
    abstractive::{answer, window},
    engine::{EngineError, Generation, Rejected, Request},
};

/// What is to be written anew for one abstract.
pub struct Again {
    text: String,
    /// As many as there are sentences in `text`.
    rejected: Vec<Rejected>,
}

impl Again {
    /// As a generator is asked.
    pub fn request(&self) -> Request<'_> {
        let (text, rejected) = (self.text.as_str(), self.rejected.as_slice());
        Request { text, sentences: rejected.len(), picked: true, rejected }
    }
}

impl Draft<'_> {
    /// What a generator should write anew: for each rejected sentence the picked one that would stand in for
    /// it, as long as there is room for these. `None` if there is nothing.
    pub fn again(&mut self) -> Option<Again> {
        let sentences = self.article.sentences();
        let mut room = self.budget.room();
        self.sentences.iter().for_each(|(_, kept)| room.add(&kept.text));
        let (mut targets, mut rejected) = (Vec::new(), Vec::new());
        for rejection in &mut self.rejected {
            let is_open = |source: &&usize| {
                let free = !self.used.contains(source) && !targets.contains(*source);
                free && self.order.contains(source) && room.has_room(&sentences[**source].text)
            };
            let target = rejection.sources.iter().chain(&self.order).find(is_open).copied();
            rejection.target = target;
            if let Some(target) = target {
                room.add(&sentences[target].text);
                targets.push(target);
                let (text, reason) = (rejection.text.clone(), rejection.reason.clone());
                rejected.push(Rejected { text, reason });
            }
        }
        targets.sort_unstable();
        let text = window::text(self.article, &targets);
        (!targets.is_empty()).then_some(Again { text, rejected })
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
        let mut written = answer::sentences(&answer);
        written.truncate(again.rejected.len());
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

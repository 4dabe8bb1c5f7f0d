//! A model behind a server as a model of entailment: one question for each claim.

use std::{
    num::NonZeroUsize,
    sync::atomic::{AtomicBool, AtomicUsize, Ordering},
};

use standfirst_core::{
    article::{Article, Limits},
    card::Endpoint,
    entailment::{Claim, Entailment, EntailmentModel},
    plugin::{PluginError, PluginInfo},
    usage::{Price, Usage},
};

use super::{
    BYTES_PER_TOKEN, DEFAULT_CONTEXT, EndpointError, TEMPLATE_TOKENS, message,
    meter::Meter,
    queue::Queue,
    verdict::{self, Manner, Said},
};
use crate::engine::EngineError;

/// A chat model that is asked for one word about each claim. Where its server gives the probabilities of
/// tokens, they are the answer's.
pub struct OpenAiJudge {
    info: PluginInfo,
    queue: Queue,
    price: Option<Price>,
    meter: Meter,
    model: String,
    /// Tokens of a premise and its claim.
    window: usize,
    /// Set when the server has refused to give probabilities, and answered without.
    refused: AtomicBool,
}

impl OpenAiJudge {
    /// The model behind `endpoint`, which is not asked anything yet. Where `offline`, only this machine
    /// will be.
    ///
    /// # Errors
    /// [`EngineError::Endpoint`] if the address or the key cannot be used; [`EngineError::Crowded`] if the
    /// question fills what the server reads.
    pub fn new(
        info: PluginInfo,
        endpoint: &Endpoint,
        max_input_tokens: Option<NonZeroUsize>,
        offline: bool,
    ) -> Result<Self, EngineError> {
        let context = max_input_tokens.map_or(DEFAULT_CONTEXT, NonZeroUsize::get);
        let window = context.saturating_sub(verdict::frame_tokens() + TEMPLATE_TOKENS);
        if window == 0 {
            return Err(EngineError::Crowded { context });
        }
        Ok(Self {
            info,
            queue: Queue::new(endpoint, offline)?,
            price: endpoint.price.clone(),
            meter: Meter::default(),
            model: endpoint.model.clone(),
            window,
            refused: AtomicBool::new(false),
        })
    }

    fn judge_within(
        &self,
        claims: &[Claim<'_>],
        limits: &Limits,
    ) -> Result<Vec<Entailment>, PluginError> {
        let numbered = claims.iter().copied().enumerate();
        let asked: Vec<_> = numbered.map(|claim| (claim, limits)).collect();
        // One that fails spoils all: those behind it need not be asked. Those before it are, so that the
        // first failure is the same whoever was quicker.
        let failed = AtomicUsize::new(usize::MAX);
        let judged = self.queue.all(&asked, |(number, claim), limits| {
            if *number > failed.load(Ordering::Relaxed) {
                return Err(EngineError::Silent);
            }
            let judged = self.one(*claim, limits);
            if judged.is_err() {
                failed.fetch_min(*number, Ordering::Relaxed);
            }
            judged
        });
        Ok(judged.into_iter().collect::<Result<_, _>>()?)
    }

    /// The answer about `claim`; one that is none is asked for once more.
    fn one(&self, claim: Claim<'_>, limits: &Limits) -> Result<Entailment, EngineError> {
        let claim = self.fitting(claim)?;
        let mut said = String::new();
        for again in [false, true] {
            match self.ask(claim, again, limits)? {
                Said::Word(found) => return Ok(found),
                Said::Other(other) => said = other,
            }
        }
        Err(EndpointError::Word { url: self.queue.url().to_owned(), said }.into())
    }

    /// Asks for probabilities, unless the server is known to refuse a request for them.
    fn ask(&self, claim: Claim<'_>, again: bool, limits: &Limits) -> Result<Said, EngineError> {
        if !self.refused.load(Ordering::Relaxed) {
            match self.send(claim, Manner { again, probabilities: true }, limits) {
                Err(error) if refuses(&error) => {
                    // Otherwise it may have been this one claim, and the next is answered in full.
                    self.refused.fetch_or(names_them(&error), Ordering::Relaxed);
                }
                answer => return answer,
            }
        }
        self.send(claim, Manner { again, probabilities: false }, limits)
    }

    fn send(&self, claim: Claim<'_>, manner: Manner, limits: &Limits) -> Result<Said, EngineError> {
        let answer = self.queue.ask(&verdict::question(&self.model, claim, manner), limits)?;
        self.meter.add(message::usage(&answer, None));
        Ok(verdict::said(self.queue.url(), &answer)?)
    }

    /// The claim with as much of its premise as there is room for beside the hypothesis.
    fn fitting<'a>(&self, claim: Claim<'a>) -> Result<Claim<'a>, EngineError> {
        let hypothesis: usize = claim.hypothesis.chars().map(sent).sum();
        let (tokens, limit) = (hypothesis.div_ceil(BYTES_PER_TOKEN), self.window / 2);
        if tokens > limit {
            return Err(EngineError::TooLong { tokens, limit });
        }
        let mut left = (self.window - tokens) * BYTES_PER_TOKEN;
        let fits = |(_, c): &(usize, char)| {
            let rest = left.checked_sub(sent(*c));
            left = rest.unwrap_or_default();
            rest.is_some()
        };
        let taken = claim.premise.char_indices().take_while(fits).last();
        let end = taken.map_or(0, |(at, c)| at + c.len_utf8());
        Ok(Claim { premise: &claim.premise[..end], ..claim })
    }
}

/// Bytes of a character in a string of JSON.
fn sent(c: char) -> usize {
    match c {
        '"' | '\\' | '\n' | '\r' | '\t' | '\u{8}' | '\u{c}' => 2,
        c if c.is_ascii_control() => 6,
        c => c.len_utf8(),
    }
}

/// Whether the server says that it does not know what it was asked.
fn refuses(error: &EngineError) -> bool {
    matches!(error, EngineError::Endpoint(EndpointError::Status { status: 400 | 422, .. }))
}

/// Whether it says that this was the probabilities.
fn names_them(error: &EngineError) -> bool {
    matches!(error, EngineError::Endpoint(EndpointError::Status { said, .. }) if said.contains("logprobs"))
}

impl EntailmentModel for OpenAiJudge {
    fn info(&self) -> &PluginInfo {
        &self.info
    }

    fn spent(&self) -> Option<Usage> {
        self.meter.read(self.price.as_ref())
    }

    fn judge(&self, claims: &[Claim<'_>]) -> Result<Vec<Entailment>, PluginError> {
        self.judge_within(claims, &Limits::default())
    }

    /// What is on its way when the run is stopped is cut off.
    fn judge_of(
        &self,
        article: &Article,
        claims: &[Claim<'_>],
    ) -> Result<Vec<Entailment>, PluginError> {
        article.limits().check()?;
        self.judge_within(claims, article.limits())
    }
}

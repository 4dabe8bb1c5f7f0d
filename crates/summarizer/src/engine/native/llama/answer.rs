//! A request and its answer, token by token.

use std::sync::Arc;

use standfirst_core::article::Halt;

use super::{Frame, cache::Cache, choice::Chooser, grounding::Grounding, lookup::Lookup};
use crate::engine::{EngineError, Generation, native::tokens::Vocabulary};

/// A request in tokens.
pub struct Prepared<'a> {
    pub frame: Arc<Frame>,
    /// What comes after the frame's cache: its last token, the article, and the rest of the frame.
    pub tokens: Vec<u32>,
    /// Tokens that there may be in the end.
    pub most: usize,
    /// What the answer is held to, if it is.
    pub grounding: Option<Grounding<'a>>,
}

/// An answer on its way.
pub struct Answer<'a> {
    pub cache: Cache,
    chooser: Chooser<'a>,
    lookup: Lookup,
    /// What has been written.
    tokens: Vec<u32>,
    state: State,
    /// The last token and what may follow it, for the next pass.
    next: Vec<u32>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Open,
    /// The network ended it.
    Ended,
    /// It is as long as it may be.
    Full,
    /// The network gave no number.
    Broken,
    /// It is not wanted any more.
    Halted(Halt),
}

/// When an answer is over.
#[derive(Clone, Copy)]
pub struct Limits<'a> {
    /// The tokens that end it.
    pub ends: &'a [u32],
    /// Most tokens.
    pub most: usize,
}

impl<'a> Answer<'a> {
    /// Before its first token, after a prompt that ends with `prompt`.
    pub fn new(cache: Cache, chooser: Chooser<'a>, prompt: &[u32]) -> Self {
        let lookup = Lookup::new(prompt);
        Self { cache, chooser, lookup, tokens: Vec::new(), state: State::Open, next: Vec::new() }
    }

    /// Whether it goes on.
    pub fn is_open(&self) -> bool {
        self.state == State::Open
    }

    /// Prepares the next pass: the last token and at most `drafts` that may follow it.
    pub fn draft(&mut self, drafts: usize, limits: Limits<'_>) {
        self.next.clear();
        self.next.extend(self.tokens.last());
        let left = limits.most.saturating_sub(self.tokens.len() + 1);
        self.next.extend(self.lookup.draft(drafts.min(left)));
    }

    /// The cache, and the tokens of the next pass.
    pub fn parts(&mut self) -> (&mut Cache, &[u32]) {
        (&mut self.cache, &self.next)
    }

    /// Takes up what a pass found: a row of `width` logits for each of its tokens. What was drafted
    /// and would not have been chosen is forgotten, so that the answer is what it is without drafts.
    pub fn verify(&mut self, logits: &mut [f32], width: usize, limits: Limits<'_>) {
        let before = self.cache.length() - self.next.len();
        let drafts = self.next.len() - 1;
        let mut used = 0;
        for row in logits.chunks_exact_mut(width) {
            used += 1;
            let chosen = self.take(row, limits);
            if !self.is_open() || chosen.is_none() || chosen != self.next.get(used).copied() {
                break;
            }
        }
        self.cache.truncate(before + used);
        self.lookup.learn(drafts, used - 1);
    }

    /// The next token, by `logits`; `None` where there is none.
    pub fn take(&mut self, logits: &mut [f32], limits: Limits<'_>) -> Option<u32> {
        let token = self.chooser.choose(logits, &self.tokens);
        match token {
            // Held to its source, an answer may come to where nothing goes on: that is its end.
            None if self.chooser.is_stuck() => self.state = State::Full,
            None => self.state = State::Broken,
            Some(token) if limits.ends.contains(&token) => self.state = State::Ended,
            Some(token) => {
                self.tokens.push(token);
                self.lookup.push(token);
                if self.tokens.len() == limits.most {
                    self.state = State::Full;
                }
            }
        }
        token.filter(|_| self.state != State::Ended)
    }

    /// Ends it where it is.
    pub fn give_up(&mut self, halt: Halt) {
        self.state = State::Halted(halt);
    }

    /// What it came to.
    pub fn result(self, vocabulary: &Vocabulary) -> Result<Generation, EngineError> {
        match self.state {
            State::Broken => return Err(EngineError::NoToken { after: self.tokens.len() }),
            State::Halted(halt) => return Err(halt.into()),
            State::Open | State::Ended | State::Full => {}
        }
        let text = vocabulary.decode(&self.tokens);
        Ok(Generation { text, ended: self.state == State::Ended, usage: None })
    }

    /// What has been written.
    #[cfg(test)]
    pub fn tokens(&self) -> &[u32] {
        &self.tokens
    }
}

//! Grounded decoding: an answer names, counts and quotes nothing but what its source does.
//!
//! A number in digits or words, a word with a capital that does not open a sentence, and what stands
//! in quotation marks may be written only if they stand in the source; names that follow each other
//! only if they do so there, or with others between them. Other words are free, and so are ordinary
//! ones that a sentence opens with. What is known of an answer is a [`walk::Walk`]: a token is allowed if
//! its letters lead somewhere, so a name that takes several tokens is bound from its first letter on,
//! and every byte being a token, there is always a way to its end. Nothing is decided beforehand about
//! all tokens: the likeliest is tried, then the next, which is all that a choice costs.

mod counts;
mod quote;
mod source;
mod walk;

use std::{collections::BTreeSet, sync::LazyLock};

use standfirst_text::lexicon::{Role, english};

use self::{source::Source, walk::Walk};
use crate::engine::native::tokens::Vocabulary;

/// Longest UTF-8 sequence.
const MAX_BYTES: usize = 4;
/// Characters beside the source's own that may come in several bytes.
const MARKS: [char; 6] = ['’', '‘', '“', '”', '–', '—'];

/// What may open a sentence though the source does not say it: English words without content, in small
/// letters.
fn openers() -> &'static BTreeSet<String> {
    static WORDS: LazyLock<BTreeSet<String>> = LazyLock::new(|| {
        english().stop_words().chain(english().words(Role::Free)).map(str::to_owned).collect()
    });
    &WORDS
}

/// Holds one answer to its source.
pub struct Grounding<'a> {
    vocabulary: &'a Vocabulary,
    source: Source,
    state: State,
}

#[derive(Clone, Debug, Default)]
struct State {
    walk: Walk,
    /// The first bytes of a character whose last are not there yet.
    begun: Vec<u8>,
}

impl<'a> Grounding<'a> {
    /// For an answer to `text`.
    pub fn new(vocabulary: &'a Vocabulary, text: &str) -> Self {
        Self { vocabulary, source: Source::new(text), state: State::default() }
    }

    /// Whether `token` may come next.
    pub fn allows(&self, token: u32) -> bool {
        if self.vocabulary.end_of_generation().contains(&token) {
            return self.state.begun.is_empty() && self.state.walk.may_end(&self.source);
        }
        self.after(token).is_some()
    }

    /// Goes on by `token`.
    pub fn take(&mut self, token: u32) {
        if let Some(state) = self.after(token) {
            self.state = state;
        }
    }

    /// Where `token` leads; `None` if nowhere.
    fn after(&self, token: u32) -> Option<State> {
        let bytes = self.vocabulary.bytes(token).filter(|bytes| !bytes.is_empty())?;
        let mut state = self.state.clone();
        for &byte in bytes {
            state.begun.push(byte);
            match str::from_utf8(&state.begun) {
                Ok(text) => {
                    let c = text.chars().next()?;
                    if !state.walk.step(c, &self.source) {
                        return None;
                    }
                    state.begun.clear();
                }
                Err(error) if error.error_len().is_some() || state.begun.len() >= MAX_BYTES => {
                    return None;
                }
                Err(_) => {}
            }
        }
        let rests = state.begun.is_empty() && state.walk.may_rest(&self.source);
        (rests || self.leads_on(&state)).then_some(state)
    }

    /// Whether a character that has begun can be ended.
    fn leads_on(&self, state: &State) -> bool {
        if state.begun.is_empty() || !state.walk.is_bound() {
            return !state.begun.is_empty();
        }
        let own = self.source.quoted.iter().copied();
        let names = self.source.names.iter().flat_map(|name| name.chars());
        let capitals = names.flat_map(|c| c.to_uppercase().chain([c]));
        own.chain(capitals).chain(MARKS).any(|c| {
            let mut bytes = [0; MAX_BYTES];
            c.encode_utf8(&mut bytes).as_bytes().starts_with(&state.begun)
                && state.walk.clone().step(c, &self.source)
        })
    }
}

#[cfg(test)]
mod tests;

//! Encoder-decoder networks that were trained to summarise: BART (Lewis et al. 2020) and what was distilled from
//! it, PEGASUS (Zhang et al. 2020), T5 (Raffel et al. 2020), FLAN-T5 (Chung et al. 2022) and `LongT5` (Guo et al.
//! 2022), from the files that transformers has.
//!
//! Articles are answered together: each is read, and then a token of every beam of each is chosen at a time, so
//! that all share one read of the weights, which is what bounds a step. Nothing of that changes an answer, since
//! neither kind of products lets a row depend on its company.

mod attention;
mod config;
mod decoder;
mod encoder;
mod full;
mod layers;
mod need;
mod network;
mod positions;
mod reach;
mod rules;
mod search;
mod spiece;
mod tokenizer;

use std::num::NonZeroUsize;

use standfirst_core::{
    article::Limits,
    card::{Decoding, Precision, Prompt},
};

pub use self::config::Kind;
pub(super) use self::spiece::{is_sound, longest_exchange};
use self::{
    config::Config,
    decoder::{State, Work},
    network::Network,
    rules::Rules,
    search::{Beams, Search},
    tokenizer::{Files, Tokenizer},
};
use super::requests::{self, Answered, allowed};
use crate::engine::{
    EngineError, Generation, Generator, MANY_SENTENCES, Request,
    seq2seq::{LONGT5_TOKENS, SEAM, Seq2SeqFiles, T5_TOKENS, frame},
};

/// Requests that are answered together.
const BATCH: NonZeroUsize = NonZeroUsize::new(16).unwrap();
/// Most that keys and values of requests that are answered together take, in bytes.
const CACHE_BYTES: usize = 1 << 30;

/// An encoder-decoder network with its card's prompt and decoding.
pub struct Seq2SeqGenerator {
    network: Network,
    tokenizer: Tokenizer,
    prompt: Option<Prompt>,
    window: usize,
    rules: Rules,
    beams: Beams,
    start: u32,
}

/// A request that is being answered.
struct Answer<'a> {
    index: usize,
    search: Search<'a>,
    state: State,
    /// Why there is none.
    failed: Option<EngineError>,
}

impl Seq2SeqGenerator {
    /// Loads a network of `kind`, to compute as `precision` says.
    ///
    /// # Errors
    /// [`EngineError`] for files that are missing, damaged or of another network, and for settings that this
    /// engine does not know.
    pub fn load(
        kind: Kind,
        files: &Seq2SeqFiles,
        prompt: Option<&Prompt>,
        decoding: &Decoding,
        max_input_tokens: Option<NonZeroUsize>,
        precision: Precision,
    ) -> Result<Self, EngineError> {
        check_decoding(decoding)?;
        if prompt.is_some_and(|prompt| prompt.system.is_some()) {
            return Err(EngineError::System);
        }
        let config = Config::open(kind, &files.config, files.generation_config.as_deref())?;
        let vocabulary = Files { vocabulary: &files.vocabulary, merges: files.merges.as_deref() };
        let tokenizer = Tokenizer::open(vocabulary, &config)?;
        let context = context(&config, max_input_tokens);
        let mut framed = 0;
        for picked in [false, true] {
            let (before, after) = frame(prompt, MANY_SENTENCES, picked);
            framed = framed.max(tokenizer.spell(&[before, after].concat())?.len());
        }
        let window = context.saturating_sub(tokenizer.around() + framed + SEAM);
        if window == 0 {
            return Err(EngineError::NoRoom { path: files.config.clone(), context });
        }
        let most = decoding.max_new_tokens.get();
        if config.positions.count().is_some_and(|count| most >= count) {
            let (key, found) = ("max_new_tokens", most.to_string());
            let allowed = "fewer tokens than the network has positions";
            return Err(EngineError::SettingRange { key, found, allowed });
        }
        Ok(Self {
            network: Network::load(&files.weights, &config, precision)?,
            tokenizer,
            prompt: prompt.cloned(),
            window,
            rules: rules(decoding, &config),
            beams: Beams {
                count: decoding.beams.map_or(1, NonZeroUsize::get),
                penalty: decoding.length_penalty.unwrap_or(1.0),
                early: decoding.early_stopping.unwrap_or(false),
            },
            start: config.special.start,
        })
    }

    fn prepare(&self, request: &Request<'_>) -> Result<Vec<u32>, EngineError> {
        let tokens = self.count_tokens(request.text)?;
        if tokens > self.window {
            return Err(EngineError::TooLong { tokens, limit: self.window });
        }
        let sentences = request.sentences.min(MANY_SENTENCES);
        let (before, after) = frame(self.prompt.as_ref(), sentences, request.picked);
        self.tokenizer.encode(&[&before, request.text, &after].concat())
    }

    /// How many of `prepared`, the first, are answered together.
    fn fitting(&self, prepared: &[(usize, Vec<u32>)]) -> usize {
        let mut bytes = 0_usize;
        let fitting = prepared.iter().take(BATCH.get()).take_while(|(_, tokens)| {
            let (length, most) = (tokens.len(), self.rules.most);
            let more = self.network.decoder.bytes(length, self.beams.count, most);
            bytes = bytes.saturating_add(more);
            bytes <= CACHE_BYTES
        });
        fitting.count().max(1)
    }

    /// Answers `prepared` together.
    fn answer(
        &self,
        prepared: impl Iterator<Item = (usize, Vec<u32>)>,
        limits: &[&Limits],
        work: &mut Work,
    ) -> Vec<Answered> {
        let (mut done, mut open) = (Vec::new(), Vec::new());
        for (index, tokens) in prepared {
            let read = self.network.read(&tokens, work, || allowed(limits, index));
            match read {
                Ok(state) => {
                    let search = Search::new(&self.rules, self.beams, self.start);
                    open.push(Answer { index, search, state, failed: None });
                }
                Err(error) => done.push((index, Err(error))),
            }
        }
        let mut logits = Vec::new();
        while !open.is_empty() {
            self.step(&mut open, limits, work, &mut logits);
            for answer in open.extract_if(.., |answer| answer.is_over()) {
                done.push((answer.index, self.result(answer)));
            }
        }
        done
    }

    /// Goes on by a token in each beam of each answer.
    fn step(
        &self,
        open: &mut [Answer<'_>],
        limits: &[&Limits],
        work: &mut Work,
        logits: &mut Vec<f32>,
    ) {
        let beams = open.iter().flat_map(|answer| answer.search.open());
        let tokens: Vec<u32> = beams.map(search::Beam::last).collect();
        let mut states: Vec<&mut State> = open.iter_mut().map(|answer| &mut answer.state).collect();
        self.network.decoder.step(&mut states, &tokens, work, logits);
        let mut rest = logits.as_mut_slice();
        for answer in open {
            let rows = answer.state.beams() * self.network.decoder.vocabulary();
            let (own, others) = std::mem::take(&mut rest).split_at_mut(rows);
            answer.take(own);
            if let Err(halt) = allowed(limits, answer.index) {
                answer.failed = Some(halt);
            }
            rest = others;
        }
    }

    fn result(&self, answer: Answer<'_>) -> Result<Generation, EngineError> {
        if let Some(error) = answer.failed {
            return Err(error);
        }
        let found = answer.search.finish();
        Ok(Generation {
            text: self.tokenizer.decode(&found.tokens),
            ended: found.ended,
            usage: None,
        })
    }
}

impl Answer<'_> {
    fn take(&mut self, logits: &mut [f32]) {
        let after = self.search.length();
        match self.search.advance(logits) {
            Ok(()) => self.state.follow(self.search.open()),
            Err(search::NotANumber) => self.failed = Some(EngineError::NoToken { after }),
        }
    }

    fn is_over(&self) -> bool {
        self.failed.is_some() || self.search.open().is_empty()
    }
}

impl Generator for Seq2SeqGenerator {
    fn window(&self) -> usize {
        self.window
    }

    fn count_tokens(&self, text: &str) -> Result<usize, EngineError> {
        Ok(self.tokenizer.spell(text)?.len())
    }

    fn batch(&self) -> NonZeroUsize {
        BATCH
    }

    fn generate(&self, requests: &[Request<'_>]) -> Vec<Result<Generation, EngineError>> {
        self.generate_within(requests, &[])
    }

    fn generate_within(
        &self,
        requests: &[Request<'_>],
        limits: &[&Limits],
    ) -> Vec<Result<Generation, EngineError>> {
        requests::answer(
            requests,
            limits,
            &mut Work::default(),
            |request, _| self.prepare(request),
            |prepared, work| {
                let count = self.fitting(prepared);
                self.answer(prepared.drain(..count), limits, work)
            },
        )
    }
}

/// Tokens of one input, special tokens included.
fn context(config: &Config, asked: Option<NonZeroUsize>) -> usize {
    let usual = if config.kind == Kind::LongT5 { LONGT5_TOKENS } else { T5_TOKENS };
    let asked = asked.map(NonZeroUsize::get);
    match config.positions.count() {
        Some(count) => asked.map_or(count, |asked| asked.min(count)),
        None => asked.unwrap_or(usual),
    }
}

#[expect(clippy::cast_possible_truncation, reason = "the network computes in f32")]
fn rules(decoding: &Decoding, config: &Config) -> Rules {
    Rules {
        end: config.special.end,
        least: decoding.min_new_tokens.unwrap_or(0),
        most: decoding.max_new_tokens.get(),
        no_repeat: decoding.no_repeat_ngram.unwrap_or(0),
        repetition: decoding.repetition_penalty.unwrap_or(1.0) as f32,
        first: config.special.first,
        last: config.special.last,
    }
}

/// Refuses settings that this engine does not know.
fn check_decoding(decoding: &Decoding) -> Result<(), EngineError> {
    let unknown = [
        ("temperature", decoding.draws()),
        ("top_p", decoding.top_p.is_some()),
        ("seed", decoding.seed.is_some()),
        ("grounded", decoding.grounded == Some(true)),
    ];
    match unknown.into_iter().find(|(_, set)| *set) {
        Some((key, _)) => Err(EngineError::Setting { key }),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests;

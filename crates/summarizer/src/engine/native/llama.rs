//! Text generation by decoders of the `LLaMA` kind from a GGUF file: network, tokenizer and chat
//! template in one.
//!
//! Requests are answered together: prompts one after the other, then a token of each at a time, so
//! that all share one read of the weights, which is what bounds a step. What the prompts have in
//! common before the article is computed once. Nothing of that changes an answer.

mod answer;
mod architecture;
mod attention;
mod cache;
mod choice;
mod config;
mod grounding;
mod lookup;
mod need;
mod network;
mod rope;

use std::{
    collections::{BTreeMap, HashMap},
    num::NonZeroUsize,
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};

use standfirst_core::{
    article,
    card::{Asking, Decoding, Prompt},
    plugin::Style,
};

use self::{
    answer::{Answer, Limits, Prepared},
    cache::Cache,
    choice::Chooser,
    grounding::Grounding,
    network::{Network, Room, Step},
};
use super::{
    chat::Chat,
    gguf::Gguf,
    requests::{self, Answered},
    tokens::Vocabulary,
};
use crate::engine::{EngineError, Generation, Generator, MANY_SENTENCES, Request};

/// Requests that are answered together: beyond that, attention, which nobody shares, takes most of
/// the time of a step.
const BATCH: NonZeroUsize = NonZeroUsize::new(16).unwrap();
/// Tokens of a prompt in one forward pass: rows enough for the products to run at full speed, few
/// enough for their intermediate results to stay in a core's cache.
const PASS_TOKENS: usize = 128;
/// Most that the keys and values of requests answered together take, in bytes.
const CACHE_BYTES: usize = 192 << 20;
/// Questions whose keys and values are kept: who asks for lengths of their own may ask for any number. When there
/// are so many, all are forgotten, so that those asked now are kept whatever was asked before.
const FRAMES: usize = 32;
/// Drafted tokens that all answers together may have in a pass.
const DRAFTED: usize = 16;

/// A decoder with its card's prompt and decoding.
pub struct LlamaGenerator {
    network: Network,
    vocabulary: Vocabulary,
    chat: Chat,
    prompt: Prompt,
    decoding: Decoding,
    /// Tokens of an article beside the question for each style.
    windows: BTreeMap<Style, usize>,
    /// What comes before and after an article, by the number of sentences asked for and whether they
    /// were picked.
    frames: Mutex<HashMap<Asking, Arc<Frame>>>,
    /// [`DRAFTED`], but for tests.
    drafted: usize,
}

/// The parts of a prompt that do not depend on the article.
struct Frame {
    /// Keys and values of what comes before the article, but for its last token: what is read for
    /// each article then is never nothing.
    before: Cache,
    /// That token.
    last: Option<u32>,
    after: Vec<u32>,
}

impl LlamaGenerator {
    /// Loads the file at `path`. A prompt, the article in it, is at most `max_input_tokens` long, and
    /// with the answer no longer than what the network was trained with.
    ///
    /// # Errors
    /// [`EngineError`] if the file cannot be read, is damaged, or is of a network or a tokenizer that
    /// this engine does not know; or if `decoding` asks for what it cannot do.
    pub fn load(
        path: &Path,
        prompt: Prompt,
        decoding: Decoding,
        max_input_tokens: Option<NonZeroUsize>,
    ) -> Result<Self, EngineError> {
        Self::from_gguf(&Gguf::read(path)?, prompt, decoding, max_input_tokens)
    }

    fn from_gguf(
        gguf: &Gguf,
        prompt: Prompt,
        decoding: Decoding,
        max_input_tokens: Option<NonZeroUsize>,
    ) -> Result<Self, EngineError> {
        check_decoding(&decoding)?;
        let network = Network::load(gguf)?;
        let vocabulary = Vocabulary::from_gguf(gguf)?;
        let (tokens, known) = (vocabulary.len(), network.vocabulary());
        if tokens > known {
            let path = gguf.path().into();
            return Err(EngineError::Vocabulary { path, tokens, vocabulary: known });
        }
        let chat = Chat::from_gguf(gguf)?;
        let context = network.config().context;
        let input = longest_input(context, &decoding, max_input_tokens);
        let mut windows = BTreeMap::new();
        for style in Style::ALL {
            let mut framed = 0;
            for asked in Asking::both(style, MANY_SENTENCES) {
                let (before, after) = chat.around(&vocabulary, &prompt, asked)?;
                framed = framed.max(before.len() + after.len());
            }
            windows.insert(style, input.saturating_sub(framed));
        }
        if windows[&Style::Standfirst] == 0 {
            return Err(EngineError::NoRoom { path: gguf.path().into(), context });
        }
        Ok(Self {
            network,
            vocabulary,
            chat,
            prompt,
            decoding,
            windows,
            frames: Mutex::default(),
            drafted: DRAFTED,
        })
    }

    /// The frame of `request`, computed when it is first asked for.
    fn frame(&self, request: &Request<'_>, room: &mut Room) -> Result<Arc<Frame>, EngineError> {
        let asked = Asking { sentences: request.sentences.min(MANY_SENTENCES), ..request.asking() };
        let known = || self.frames.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(frame) = known().get(&asked) {
            return Ok(Arc::clone(frame));
        }
        let (before, after) = self.chat.around(&self.vocabulary, &self.prompt, asked)?;
        let mut cache = Cache::new(self.network.config().cache_shape(), before.len());
        let (last, rest) = match before.split_last() {
            Some((last, rest)) => (Some(*last), rest),
            None => (None, before.as_slice()),
        };
        self.read(&mut cache, rest, room, None);
        let frame = Arc::new(Frame { before: cache, last, after });
        let mut kept = known();
        if kept.len() >= FRAMES {
            kept.clear();
        }
        kept.insert(asked, Arc::clone(&frame));
        drop(kept);
        Ok(frame)
    }

    /// Takes up `tokens`, some at a time; the logits are those after the last.
    fn read(
        &self,
        cache: &mut Cache,
        tokens: &[u32],
        room: &mut Room,
        logits: Option<&mut Vec<f32>>,
    ) {
        let last = tokens.len().saturating_sub(1) / PASS_TOKENS * PASS_TOKENS;
        let (mut none, wanted) = (Vec::new(), usize::from(logits.is_some()));
        for tokens in tokens[..last].chunks(PASS_TOKENS) {
            self.network.forward(&mut [Step { cache, tokens, wanted: 0 }], room, &mut none);
        }
        if last < tokens.len() {
            let step = Step { cache, tokens: &tokens[last..], wanted };
            self.network.forward(&mut [step], room, logits.unwrap_or(&mut none));
        }
    }

    /// The tokens of a request after its frame's, or why there is no answer to it.
    fn prepare(&self, request: &Request<'_>, room: &mut Room) -> Result<Prepared<'_>, EngineError> {
        let text = self.vocabulary.encode_text(&request.shown())?;
        let limit = self.window_in(request.form.style);
        if text.len() > limit {
            return Err(EngineError::TooLong { tokens: text.len(), limit });
        }
        let frame = self.frame(request, room)?;
        let parts = frame.last.as_slice().iter().chain(&text).chain(&frame.after);
        let tokens: Vec<u32> = parts.copied().collect();
        let most = frame.before.length() + tokens.len() + self.decoding.max_new_tokens.get();
        let grounded = self.decoding.grounded.unwrap_or(request.picked);
        let grounding = grounded.then(|| Grounding::new(&self.vocabulary, request.text));
        Ok(Prepared { frame, tokens, most, grounding })
    }

    /// Answers as many of `prepared` as fit, in their order, and takes them out of it.
    fn answer_some<'a>(
        &'a self,
        prepared: &mut Vec<(usize, Prepared<'a>)>,
        limits: &[&article::Limits],
        room: &mut Room,
    ) -> Vec<Answered> {
        let per_token = self.network.config().cache_shape().bytes_per_token();
        let mut tokens = 0;
        let fitting = prepared.iter().take(BATCH.get()).take_while(|(_, next)| {
            tokens += next.most;
            tokens.saturating_mul(per_token) <= CACHE_BYTES
        });
        let count = fitting.count().max(1);
        let mut answers: Vec<(usize, Answer<'_>)> = Vec::with_capacity(count);
        for (index, prepared) in prepared.drain(..count) {
            answers.push((index, self.begin(prepared, room)));
            give_up(&mut answers, limits);
        }
        self.finish(&mut answers, limits, room);
        answers
            .into_iter()
            .map(|(index, answer)| (index, answer.result(&self.vocabulary)))
            .collect()
    }

    fn limits(&self) -> Limits<'_> {
        let most = self.decoding.max_new_tokens.get();
        Limits { ends: self.vocabulary.end_of_generation(), most }
    }

    /// Reads the prompt and chooses the first token.
    fn begin<'a>(&'a self, prepared: Prepared<'a>, room: &mut Room) -> Answer<'a> {
        let mut cache = prepared.frame.before.with_room(prepared.most);
        let mut logits = Vec::new();
        self.read(&mut cache, &prepared.tokens, room, Some(&mut logits));
        let limits = self.limits();
        let chooser = Chooser::new(&self.decoding, limits.ends, prepared.grounding);
        let mut answer = Answer::new(cache, chooser, &prepared.tokens);
        answer.take(&mut logits, limits);
        answer
    }

    /// One pass for every open answer at a time, until none is open.
    fn finish(
        &self,
        answers: &mut [(usize, Answer<'_>)],
        allowed: &[&article::Limits],
        room: &mut Room,
    ) {
        let (limits, width) = (self.limits(), self.network.vocabulary());
        let mut logits = Vec::new();
        loop {
            give_up(answers, allowed);
            let mut open: Vec<&mut Answer<'_>> = answers
                .iter_mut()
                .map(|(_, answer)| answer)
                .filter(|answer| answer.is_open())
                .collect();
            if open.is_empty() {
                return;
            }
            let drafts = self.drafted / open.len();
            for answer in &mut open {
                answer.draft(drafts, limits);
            }
            let mut steps: Vec<Step<'_>> = open
                .iter_mut()
                .map(|answer| {
                    let (cache, tokens) = answer.parts();
                    Step { cache, tokens, wanted: tokens.len() }
                })
                .collect();
            self.network.forward(&mut steps, room, &mut logits);
            let mut rest = logits.as_mut_slice();
            for answer in open {
                let rows = answer.parts().1.len() * width;
                let (own, others) = std::mem::take(&mut rest).split_at_mut(rows);
                answer.verify(own, width, limits);
                rest = others;
            }
        }
    }
}

impl Generator for LlamaGenerator {
    fn window(&self) -> usize {
        self.window_in(Style::Standfirst)
    }

    fn window_in(&self, style: Style) -> usize {
        self.windows.get(&style).copied().unwrap_or_default()
    }

    fn is_told_why(&self) -> bool {
        self.prompt.again.unwrap_or(false)
    }

    fn count_tokens(&self, text: &str) -> Result<usize, EngineError> {
        Ok(self.vocabulary.encode_text(text)?.len())
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
        limits: &[&article::Limits],
    ) -> Vec<Result<Generation, EngineError>> {
        requests::answer(
            requests,
            limits,
            &mut Room::default(),
            |request, room| self.prepare(request, room),
            |prepared, room| self.answer_some(prepared, limits, room),
        )
    }
}

/// Tokens of the longest prompt: what answers leave of the `context`, and no more than the card allows.
fn longest_input(context: usize, decoding: &Decoding, allowed: Option<NonZeroUsize>) -> usize {
    let left = context.saturating_sub(decoding.max_new_tokens.get());
    allowed.map_or(left, |most| left.min(most.get()))
}

/// Ends the answers that are not wanted any more; `limits` are those of the requests, or none.
fn give_up(answers: &mut [(usize, Answer<'_>)], limits: &[&article::Limits]) {
    for (index, answer) in answers {
        if let (true, Some(Err(halt))) = (answer.is_open(), limits.get(*index).map(|l| l.check())) {
            answer.give_up(halt);
        }
    }
}

/// Refuses settings that this engine does not know.
fn check_decoding(decoding: &Decoding) -> Result<(), EngineError> {
    let unknown = [
        ("beams", decoding.beams.is_some_and(|beams| beams.get() > 1)),
        ("length_penalty", decoding.length_penalty.is_some()),
        ("early_stopping", decoding.early_stopping.is_some()),
    ];
    match unknown.into_iter().find(|(_, set)| *set) {
        Some((key, _)) => Err(EngineError::Setting { key }),
        None => Ok(()),
    }
}

#[cfg(test)]
mod kin;
#[cfg(test)]
mod tests;

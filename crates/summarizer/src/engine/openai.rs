//! Servers that speak the `OpenAI` protocol for chat: llama-server, ollama, vLLM and the like.
//!
//! Nothing is sent before a card of this engine is named, and nothing beyond this machine where the
//! network is forbidden. A key comes from the environment, goes to no address but the card's, and
//! into no message. What may pass, such as a busy server, is tried again; what will not is told with
//! the server's own words.

#[cfg(any(test, fuzzing))]
pub mod door;
mod exchange;
mod judge;
mod message;
mod meter;
mod queue;
mod verdict;

use std::{
    collections::BTreeMap,
    num::NonZeroUsize,
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use standfirst_core::{
    article::Limits,
    card::{Asking, Decoding, Endpoint, Prompt, TokenLimit},
    plugin::Style,
    usage::{Price, Usage},
};

pub use self::judge::OpenAiJudge;
use self::{meter::Meter, queue::Queue};
use super::{EngineError, Generation, Generator, MANY_SENTENCES, Request};

/// Tokens that a server is taken to read if the card does not say: what the common ones start with.
const DEFAULT_CONTEXT: usize = 4_096;
/// Bytes of a token at the least: an estimate on the safe side, since no server tells its tokens
/// beforehand. English has 4 to 5; scripts of three bytes a character about one character.
const BYTES_PER_TOKEN: usize = 3;
/// Room for what a chat template puts around two messages, in tokens.
const TEMPLATE_TOKENS: usize = 32;
/// How often who waits looks whether the run was stopped.
const LOOK: Duration = Duration::from_millis(50);

/// Why a server gave no answer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EndpointError {
    /// The card's address is none that can be asked.
    #[error(
        "{url} is no address that can be asked; mend `endpoint.url` or `endpoint.proxy` in the card"
    )]
    Address {
        /// As in the card.
        url: String,
        /// What is wrong with it.
        source: Box<ureq::Error>,
    },
    /// The network is forbidden.
    #[error("{url} is not on this machine, and the network is forbidden")]
    Offline {
        /// Where the request would have gone.
        url: String,
    },
    /// The variable with the key is not set.
    #[error(
        "the environment variable {variable} is not set, and the card's `endpoint.key_env` says that it holds the key; set it, or take it out of the card"
    )]
    NoKey {
        /// Its name.
        variable: String,
    },
    /// The key cannot stand in a header.
    #[error(
        "what {variable} holds is no key: it has characters that no header takes, such as a line's end"
    )]
    BadKey {
        /// Name of the variable.
        variable: String,
    },
    /// The key would travel for all to read.
    #[error(
        "the key would go to {url} without encryption; use https, or take `endpoint.key_env` out of the card"
    )]
    OpenKey {
        /// Where to.
        url: String,
    },
    /// No connection, or one that broke, or no answer in time.
    #[error(
        "no answer from {url} ({tries}); check that the server runs, and `endpoint` in the card"
    )]
    Unreachable {
        /// Who was asked.
        url: String,
        /// How often it was tried.
        tries: Tries,
        /// The last failure.
        source: Box<ureq::Error>,
    },
    /// The server refused.
    #[error("{url} answered {status} ({tries}){said}")]
    Status {
        /// Who was asked.
        url: String,
        /// HTTP status.
        status: u16,
        /// How often it was tried.
        tries: Tries,
        /// What the server said of it, with a blank before it; may be empty.
        said: String,
    },
    /// The server wants to be left alone for long.
    #[error(
        "{url} answered {status} and asks to wait {seconds} s, longer than the {limit} s that are waited; try later"
    )]
    Wait {
        /// Who was asked.
        url: String,
        /// HTTP status.
        status: u16,
        /// How long.
        seconds: u64,
        /// The longest that is waited.
        limit: u64,
    },
    /// The answer is longer than any.
    #[error("{url} answered with more than {limit} bytes")]
    TooLong {
        /// Who was asked.
        url: String,
        /// The limit.
        limit: u64,
    },
    /// The answer is not of the protocol.
    #[error("{url} answered {found:?}, which {what}")]
    Answer {
        /// Who was asked.
        url: String,
        /// Its start.
        found: String,
        /// What is wrong with it.
        what: String,
    },
    /// The answer about a claim is none of the words that were asked for.
    #[error(
        "{url} answered {said:?} (tried twice), and was asked for one of {}; take another model in the card",
        verdict::WORDS.join(", ")
    )]
    Word {
        /// Who was asked.
        url: String,
        /// The start of what it said.
        said: String,
    },
}

/// How often something was tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tries(pub u32);

impl std::fmt::Display for Tries {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.0 {
            1 => f.write_str("tried once"),
            count => write!(f, "tried {count} times"),
        }
    }
}

/// A model behind a server, with its card's prompt and decoding.
pub struct OpenAi {
    queue: Queue,
    model: String,
    prompt: Prompt,
    decoding: Decoding,
    /// Tokens of an article beside the question for each style.
    windows: BTreeMap<Style, usize>,
    /// What the server calls the limit of an answer, if that is known.
    token_limit: Option<TokenLimit>,
    /// Set when the server has refused `max_tokens`, and answered to the other name of it.
    renamed: AtomicBool,
    price: Option<Price>,
    meter: Meter,
}

impl OpenAi {
    /// The model behind `endpoint`, which is not asked anything yet. Where `offline`, only this
    /// machine will be.
    ///
    /// # Errors
    /// [`EngineError::Endpoint`] if the address or the key cannot be used; [`EngineError::Setting`]
    /// if `decoding` asks for what the protocol has no word for; [`EngineError::Crowded`] if prompt
    /// and answer fill what the server reads.
    pub fn new(
        endpoint: &Endpoint,
        prompt: Prompt,
        decoding: Decoding,
        max_input_tokens: Option<NonZeroUsize>,
        offline: bool,
    ) -> Result<Self, EngineError> {
        message::check_decoding(&decoding)?;
        let context = max_input_tokens.map_or(DEFAULT_CONTEXT, NonZeroUsize::get);
        let frame = |asked| -> usize {
            let (before, after) = prompt.around(asked);
            [prompt.system.as_deref().unwrap_or(""), &before, &after].map(estimate).iter().sum()
        };
        let window = |style| {
            let frame =
                Asking::both(style, MANY_SENTENCES).map(frame).into_iter().fold(0, usize::max);
            context.saturating_sub(frame + TEMPLATE_TOKENS + decoding.max_new_tokens.get())
        };
        let windows: BTreeMap<Style, usize> =
            Style::ALL.into_iter().map(|style| (style, window(style))).collect();
        if windows[&Style::Standfirst] == 0 {
            return Err(EngineError::Crowded { context });
        }
        Ok(Self {
            queue: Queue::new(endpoint, offline)?,
            model: endpoint.model.clone(),
            prompt,
            decoding,
            windows,
            token_limit: endpoint.token_limit,
            renamed: AtomicBool::new(false),
            price: endpoint.price.clone(),
            meter: Meter::default(),
        })
    }

    fn answer(&self, request: &Request<'_>, limits: &Limits) -> Result<Generation, EngineError> {
        let (tokens, limit) = (estimate(&request.shown()), self.window_in(request.form.style));
        if tokens > limit {
            return Err(EngineError::TooLong { tokens, limit });
        }
        let answer = self.ask(request, limits)?;
        let usage = message::usage(&answer, self.price.as_ref());
        self.meter.add(usage);
        let generation = message::generation(self.queue.url(), &answer)?;
        Ok(Generation { usage, ..generation })
    }

    /// The body of the answer. A server that refuses `max_tokens`, and demands `max_completion_tokens` in its
    /// place, is asked so from then on, unless the card says what it is called.
    fn ask(&self, request: &Request<'_>, limits: &Limits) -> Result<Vec<u8>, EngineError> {
        let renamed = self.renamed.load(Ordering::Relaxed);
        let usual = if renamed { TokenLimit::MaxCompletionTokens } else { TokenLimit::MaxTokens };
        let question =
            |limit| message::question(&self.model, &self.prompt, &self.decoding, limit, request);
        let answer = self.queue.ask(&question(self.token_limit.unwrap_or(usual)), limits);
        match answer {
            Err(EngineError::Endpoint(error))
                if self.token_limit.is_none() && is_renaming(&error) =>
            {
                let answer = self.queue.ask(&question(TokenLimit::MaxCompletionTokens), limits)?;
                self.renamed.store(true, Ordering::Relaxed);
                Ok(answer)
            }
            answer => answer,
        }
    }
}

impl Generator for OpenAi {
    fn window(&self) -> usize {
        self.window_in(Style::Standfirst)
    }

    fn window_in(&self, style: Style) -> usize {
        self.windows.get(&style).copied().unwrap_or_default()
    }

    fn spent(&self) -> Option<Usage> {
        self.meter.read(self.price.as_ref())
    }

    fn is_told_why(&self) -> bool {
        self.prompt.again.unwrap_or(true)
    }

    /// An estimate, on the safe side.
    fn count_tokens(&self, text: &str) -> Result<usize, EngineError> {
        Ok(estimate(text))
    }

    /// As many as may be on their way at once: waiting takes no core.
    fn batch(&self) -> NonZeroUsize {
        self.queue.concurrency()
    }

    fn generate(&self, requests: &[Request<'_>]) -> Vec<Result<Generation, EngineError>> {
        let unlimited = Limits::default();
        self.generate_within(requests, &vec![&unlimited; requests.len()])
    }

    /// What is on its way when the run is stopped is cut off; an article whose time is over has no answer.
    fn generate_within(
        &self,
        requests: &[Request<'_>],
        limits: &[&Limits],
    ) -> Vec<Result<Generation, EngineError>> {
        let asked: Vec<_> = requests.iter().zip(limits.iter().copied()).collect();
        self.queue.all(&asked, |request, limits| self.answer(request, limits))
    }
}

/// Whether a server refuses `max_tokens` and names what it takes in its place.
fn is_renaming(error: &EndpointError) -> bool {
    let demanded = TokenLimit::MaxCompletionTokens.key();
    matches!(error, EndpointError::Status { status: 400 | 422, said, .. } if said.contains(demanded))
}

/// At most how many tokens `text` has.
fn estimate(text: &str) -> usize {
    text.len().div_ceil(BYTES_PER_TOKEN)
}

/// How long to wait before try number `tries` + 1, where the server does not say: 1 s, then twice as
/// long each time, up to `most`.
fn pause(tries: u32, most: Duration) -> Duration {
    Duration::from_secs(1 << tries.saturating_sub(1).min(16)).min(most)
}

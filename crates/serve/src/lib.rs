//! The same work as the program does on files, for who asks over HTTP, and for assistants by the Model
//! Context Protocol.
//!
//! ```text
//! socket ─▶ http ─▶ service ─▶ queue ─▶ pool of --jobs threads ─▶ answers in their order ─▶ http
//! stdio ──▶ mcp ──▶    ┘
//! ```
//!
//! [`service`] says what can be asked and keeps the models, each loaded once; [`queue`] how much of it is
//! done at a time; [`drive`] puts the articles of a request through and keeps their order. Those three know
//! no protocol. [`http`] and [`mcp`] know one each, and nothing of how articles are read or judged.
//!
//! A request is no more trusted than an article: what it may cost is bounded in bytes, articles and time,
//! and one whose asker has gone stops working. What goes wrong is told as JSON, with the way out.
//!
//! There is no TLS and there are no accounts: beyond this machine, a proxy in front has those.

// They panic where the stream is full or closed.
#![cfg_attr(not(test), deny(clippy::print_stderr, clippy::print_stdout))]

pub mod drive;
pub mod http;
mod log;
pub mod mcp;
pub mod queue;
pub mod service;

use standfirst_core::report::FailureKind;

/// Why a request is not done: told to who asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Refusal {
    /// What kind of reason it is.
    pub kind: RefusalKind,
    /// What is wrong, and the way out.
    pub message: String,
}

/// The kinds of reasons for which a request is not done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefusalKind {
    /// It cannot be understood.
    Malformed,
    /// It is understood, and nothing can be made of it.
    Unanswerable,
    /// There is no such path.
    Nowhere,
    /// The path is asked in another way.
    Method,
    /// It is more than is taken.
    TooLarge,
    /// It is in a form that is not read.
    Form,
    /// It came too slowly.
    Slow,
    /// There is too much to do; it may come again after so many seconds.
    Busy(u64),
    /// It took too long.
    TooLong,
    /// Who asked may not.
    Forbidden,
    /// Who asked has not said who they are.
    Unauthorized,
    /// The fault is here.
    Internal,
}

impl Refusal {
    /// A reason of this kind in these words.
    pub fn new(kind: RefusalKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into() }
    }
}

impl From<FailureKind> for RefusalKind {
    /// Of a request whose one article has no answer for this reason.
    fn from(kind: FailureKind) -> Self {
        match kind {
            FailureKind::Unreadable => Self::Malformed,
            FailureKind::TooSlow | FailureKind::Stopped => Self::TooLong,
            FailureKind::Panicked | FailureKind::Silent => Self::Internal,
            _ => Self::Unanswerable,
        }
    }
}

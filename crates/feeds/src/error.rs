//! Why a feed could not be polled.

use std::{io, path::PathBuf};

/// Why a feed, or the list of feeds, could not be had.
#[derive(Debug, thiserror::Error)]
pub enum FeedError {
    /// The list holds no feed.
    #[error("there is no feed in it; it is OPML, or a list of addresses, one a line")]
    NoFeed,
    /// An address is none.
    #[error("line {line}: {address:?} is no address of a feed; it begins with http:// or https://")]
    Address {
        /// 1-based.
        line: usize,
        /// What stands there.
        address: String,
    },
    /// OPML that cannot be parsed.
    #[error("this is no OPML: {0}")]
    Opml(String),
    /// `robots.txt` says that we may not.
    #[error("its robots.txt does not allow it")]
    Robots,
    /// The host asks to be left alone for a time.
    #[error("its host asks to be left alone until {0}")]
    NotYet(jiff::Timestamp),
    /// The host asks for a pause that is too long to wait for.
    #[error("its host asks for a pause of {0} s between requests; poll it alone")]
    Pause(u64),
    /// The address is of this machine, or of its network.
    #[error("{0} is an address of this machine or its network, and was not named by you")]
    Private(String),
    /// The server said no.
    #[error("the server answered {0}")]
    Status(u16),
    /// More bytes than are taken.
    #[error("it is larger than {0} bytes")]
    TooLarge(u64),
    /// Too many redirections.
    #[error("it is redirected too often")]
    Redirected,
    /// The network.
    #[error("it cannot be reached")]
    Network(#[source] Box<ureq::Error>),
    /// What came is no feed.
    #[error("what is there is no feed: {0}")]
    NotAFeed(String),
    /// The disk.
    #[error("cannot write {path}")]
    Io {
        /// Where.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Another process polls into this folder.
    #[error("another process polls into {0}")]
    Busy(PathBuf),
}

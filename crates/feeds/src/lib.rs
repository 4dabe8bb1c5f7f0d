//! Polls news feeds politely, and keeps what is new in them as files that standfirst reads.
//!
//! A feed has a folder. What a poll finds there that was not there before is one file of JSON Feed, named by the moment;
//! an entry that has changed is new. What is known of a feed is kept beside them, so that a feed that has not changed costs
//! one small request, and a poll that is killed at any moment neither loses an entry nor has one twice.
//!
//! Polite means: a host is asked one thing at a time with a pause between, by what its `robots.txt` says (RFC 9309), and
//! not before the time that it has asked for; nothing is longer or takes longer than a limit. Addresses that only this
//! machine or its network has are left alone, unless the user names their host.
//!
//! When to poll is for others to say: cron, a timer.

mod client;
mod entries;
mod error;
mod keep;
mod list;
mod poll;
mod resolver;

use std::time::Duration;

pub use self::{
    error::FeedError,
    list::{Feed, parse},
    poll::{Polled, poll},
};

/// How feeds are polled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// Whether the pages of new entries are fetched, too.
    pub pages: bool,
    /// Largest feed, page or `robots.txt`, in bytes.
    pub max_bytes: u64,
    /// How long one request may take in all.
    pub timeout: Duration,
    /// Pause between two requests to a host, at least; `robots.txt` may ask for more, up to [`Options::MAX_PAUSE`].
    pub pause: Duration,
    /// Hosts that are asked at once.
    pub hosts: usize,
    /// New entries of a feed that are taken in one poll.
    pub max_entries: usize,
}

impl Options {
    /// A host that asks for a longer pause than this is left alone after one request.
    pub const MAX_PAUSE: Duration = Duration::from_mins(1);
}

impl Default for Options {
    fn default() -> Self {
        Self {
            pages: false,
            max_bytes: 10_000_000,
            timeout: Duration::from_secs(30),
            pause: Duration::from_secs(1),
            hosts: 8,
            max_entries: 1_000,
        }
    }
}

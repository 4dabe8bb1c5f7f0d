//! `standfirst fetch-feeds`.

use std::{
    num::{NonZeroU64, NonZeroUsize},
    path::PathBuf,
};

use clap::Args;

/// `standfirst fetch-feeds`.
#[derive(Args, Debug)]
pub struct FetchFeeds {
    /// Lists of feeds: OPML, or addresses one a line; `-` reads one from standard input
    #[arg(value_name = "LIST", required = true)]
    pub lists: Vec<PathBuf>,
    /// Folder for what is new, a folder a feed; it is made if need be
    #[arg(long, value_name = "DIR")]
    pub into: PathBuf,
    /// Fetch the pages of new entries, too, where their hosts allow it: most feeds have teasers only
    #[arg(long)]
    pub pages: bool,
    /// Largest feed or page, in bytes
    #[arg(long, value_name = "BYTES", default_value = "10000000")]
    pub max_bytes: NonZeroU64,
    /// How long a request may take, in seconds
    #[arg(long, value_name = "SECONDS", default_value = "30")]
    pub timeout: NonZeroU64,
    /// Hosts that are asked at once; each is asked one thing at a time
    #[arg(long, value_name = "N", default_value = "8")]
    pub hosts: NonZeroUsize,
    /// New entries of a feed that are taken at most
    #[arg(long, value_name = "N", default_value = "1000")]
    pub max_entries: NonZeroUsize,
}

/// Under `standfirst fetch-feeds --help`.
pub const EXAMPLES: &str = "\
Examples:
  standfirst fetch-feeds feeds.opml --into news/           what is new since the last time
  standfirst fetch-feeds feeds.opml --into news/ --pages   and the whole articles
  standfirst summarize news/ --watch --out today.jsonl     as they come, in another terminal

Only what is new or has changed is kept, each poll of a feed in a file of its own that every command reads. A feed that has
not changed costs one small request. Hosts are asked one thing at a time, a second apart or as their robots.txt says, and
left alone as long as they ask. When to poll is cron's. `--offline` forbids this command.";

//! The commands that others ask, rather than read.

use std::{
    net::SocketAddr,
    num::{NonZeroU64, NonZeroUsize},
    path::PathBuf,
};

use clap::{Args, Subcommand};
use standfirst_ingest as ingest;
use standfirst_serve::service::Settings;

use super::{Judge, Length, Mode, Run, help, seconds, size};

/// The commands that others ask.
#[derive(Debug, Subcommand)]
pub enum Served {
    /// Answer over HTTP what the other commands answer on files
    #[command(after_long_help = help::SERVE)]
    Serve(Serve),
    /// Answer an assistant over the Model Context Protocol, on standard input and output
    #[command(after_long_help = help::MCP)]
    Mcp(Mcp),
}

/// `standfirst serve`.
#[derive(Args, Debug)]
pub struct Serve {
    /// Address and port; port 0 for any that is free. Where other machines reach it, `STANDFIRST_TOKEN` has to
    /// be set
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8080", help_heading = "Server")]
    pub listen: SocketAddr,
    /// Requests that may wait for their turn; those that come after are told to come again (429)
    #[arg(long, value_name = "N", default_value_t = Settings::QUEUE, help_heading = "Server")]
    pub queue: usize,
    /// Largest article, and largest request of a kind that is read before it is worked on
    #[arg(long, value_name = "SIZE", value_parser = size::parse,
          default_value_t = ingest::Options::MAX_BYTES, help_heading = "Server")]
    pub max_body: u64,
    /// Articles of a request
    #[arg(long, value_name = "N", default_value_t = Settings::MAX_ARTICLES, help_heading = "Server")]
    pub max_articles: NonZeroUsize,
    /// How long a request may take
    #[arg(long, value_name = "SECONDS", default_value_t = seconds(Settings::TIME), help_heading = "Server")]
    pub max_seconds_per_request: NonZeroU64,
    /// Models that may be asked for, several with commas or by repeating the flag [default: all that are on
    /// this machine, but programs and servers]
    #[arg(long, short, value_name = "ID", value_delimiter = ',', help_heading = "Models")]
    pub model: Vec<String>,
    /// Who checks.
    #[command(flatten)]
    pub judge: Judge,
    /// What models that write are asked to do; no effect on others [default: rewrite]
    #[arg(long, value_name = "MODE", help_heading = "Models")]
    pub mode: Option<Mode>,
    /// How to work.
    #[command(flatten)]
    pub run: Run,
}

impl Serve {
    /// The part of the length of abstracts that is not for those who ask to say.
    pub fn length(&self) -> Length {
        Length {
            sentences: None,
            words: None,
            chars: None,
            style: None,
            mode: self.mode,
            long: None,
        }
    }
}

/// `standfirst mcp`.
#[derive(Args, Debug)]
pub struct Mcp {
    /// A folder whose files the assistant may ask about by their paths; may be repeated [default: no files, only
    /// texts]
    #[arg(long, value_name = "DIR", help_heading = "Input")]
    pub root: Vec<PathBuf>,
    /// Largest article
    #[arg(long, value_name = "SIZE", value_parser = size::parse,
          default_value_t = ingest::Options::MAX_BYTES, help_heading = "Input")]
    pub max_bytes: u64,
    /// Models that may be asked for, several with commas or by repeating the flag [default: all that are on
    /// this machine, but programs and servers]
    #[arg(long, short, value_name = "ID", value_delimiter = ',', help_heading = "Models")]
    pub model: Vec<String>,
    /// Who checks.
    #[command(flatten)]
    pub judge: Judge,
    /// How to work.
    #[command(flatten)]
    pub run: Run,
}

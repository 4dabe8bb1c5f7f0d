//! `standfirst`: abstracts and tone for messy news articles, from the command line.

// They panic where the stream is full or closed: `messages` and `output` write what there is to write.
#![cfg_attr(not(test), deny(clippy::print_stderr, clippy::print_stdout))]

mod advice;
mod archive;
mod args;
mod commands;
mod config;
mod exit;
mod format;
mod in_order;
mod interrupt;
mod messages;
mod output;
mod progress;
mod render;
mod revision;
mod settings;
mod watch;

use std::{env, panic, process::ExitCode, thread};

use anyhow::Result;

#[cfg(feature = "serve")]
use args::served::Served;
use args::{Cli, Command};
use config::Refused;
use exit::Outcome;

fn main() -> ExitCode {
    hush_worker_panics();
    match config::parse(&env::args_os().collect::<Vec<_>>()) {
        Ok(cli) => exit::status(dispatch(cli)),
        Err(Refused::Line(error, from)) => exit::help(&error, from.as_deref()),
        Err(Refused::Config(error)) => exit::status(Err(error)),
    }
}

/// One arm per command.
fn dispatch(Cli { command, global }: Cli) -> Result<Outcome> {
    match command {
        Command::Summarize(args) => commands::summarize::run(&args, &global),
        Command::Sentiment(args) => commands::sentiment::run(&args, &global),
        Command::Compare(args) => commands::compare::run(&args, &global),
        Command::Evaluate(args) => commands::evaluate::run(&args, &global),
        Command::Train(args) => commands::train::run(&args, &global),
        Command::Check(args) => commands::check::run(&args, &global),
        Command::Clean(args) => commands::clean::run(&args, &global),
        Command::Storylines(args) => commands::storylines::run(&args, &global),
        Command::Quotes(args) => commands::quotes::run(&args, &global),
        Command::FetchFeeds(args) => commands::fetch_feeds::run(&args, &global),
        Command::Models(args) => commands::models::run(&args.command, &global),
        Command::Runs(args) => commands::runs::run(&args.command, &global),
        Command::Config(args) => commands::config::run(&args.command, &global),
        Command::Doctor => commands::doctor::run(&global),
        Command::Completions { shell } => commands::completions::run(shell, &global),
        Command::Man { dir } => commands::man::run(dir.as_deref()),
        #[cfg(feature = "serve")]
        Command::Served(Served::Serve(args)) => commands::serve::run(&args, &global),
        #[cfg(feature = "serve")]
        Command::Served(Served::Mcp(args)) => commands::mcp::run(&args, &global),
    }
}

/// A panic on a worker thread is caught there and becomes the error of one article or model, which
/// is reported with the rest; only one on the main thread is a crash to be told about at once.
fn hush_worker_panics() {
    let tell = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        if thread::current().name() == Some("main") {
            tell(info);
        }
    }));
}

//! `standfirst fetch-feeds`.

use std::{
    fs::File,
    io::{self, Read},
    path::Path,
    time::Duration,
};

use anyhow::{Context as _, Result, ensure};
use standfirst_feeds::{Feed, Options, Polled, parse, poll};

use crate::{
    args::{self, Global},
    exit::Outcome,
    interrupt, messages,
    render::figures::count,
    settings,
};

/// Largest list, in bytes.
const MAX_LIST: u64 = 64 << 20;

/// Polls the feeds of all lists, and tells what is new.
pub fn run(args: &args::FetchFeeds, global: &Global) -> Result<Outcome> {
    ensure!(
        !settings::offline(global),
        "feeds cannot be polled without the network, which --offline or STANDFIRST_OFFLINE forbids"
    );
    let mut feeds: Vec<Feed> = Vec::new();
    for list in &args.lists {
        let named = || format!("cannot use {}", list.display());
        feeds.extend(parse(&read(list).with_context(named)?).with_context(named)?);
    }
    let options = Options {
        pages: args.pages,
        max_bytes: args.max_bytes.get(),
        timeout: Duration::from_secs(args.timeout.get()),
        hosts: args.hosts.get(),
        max_entries: args.max_entries.get(),
        ..Options::default()
    };
    interrupt::listen(global.quiet)?;
    let mut tally = Tally::default();
    let all = feeds.len();
    poll(feeds, &args.into, &options, &interrupt::STOP, |polled| tally.add(&polled, global.quiet))?;
    if !global.quiet {
        messages::notice(&tally.told(all, &args.into));
    }
    Ok(Outcome::skipped_if(tally.failed > 0 || tally.polled + tally.failed < all))
}

fn read(list: &Path) -> Result<String> {
    let mut bytes = Vec::new();
    let reader: Box<dyn Read> =
        if list == Path::new("-") { Box::new(io::stdin()) } else { Box::new(File::open(list)?) };
    reader.take(MAX_LIST + 1).read_to_end(&mut bytes)?;
    ensure!(bytes.len() as u64 <= MAX_LIST, "it is larger than {MAX_LIST} bytes");
    String::from_utf8(bytes).context("it is not UTF-8")
}

/// What all feeds have brought.
#[derive(Default)]
struct Tally {
    polled: usize,
    failed: usize,
    new: usize,
    missed: usize,
}

impl Tally {
    fn add(&mut self, polled: &Polled, quiet: bool) {
        let url = polled.feed.url.as_str();
        match &polled.new {
            Ok(new) => {
                self.polled += 1;
                self.new += new;
                if *new > 0 && !quiet {
                    messages::notice(&format!("{url}: {new} new"));
                }
            }
            Err(error) => {
                self.failed += 1;
                messages::failure(url, &messages::words(error));
            }
        }
        self.missed += polled.pages.len();
        for (page, error) in polled.pages.iter().filter(|_| !quiet) {
            messages::notice(&format!(
                "{page}: the entry is kept as the feed has it: {}",
                messages::words(error)
            ));
        }
    }

    fn told(&self, all: usize, into: &Path) -> String {
        let left = all - self.polled - self.failed;
        let rest: Vec<String> = [(self.failed, "failed"), (left, "left for the next time")]
            .into_iter()
            .filter(|(number, _)| *number > 0)
            .map(|(number, what)| format!("; {number} {what}"))
            .collect();
        format!(
            "{} of {} polled; new entries, now in {}: {}{}",
            self.polled,
            count(all, "feed"),
            into.display(),
            self.new,
            rest.concat()
        )
    }
}

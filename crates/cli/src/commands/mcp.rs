//! `standfirst mcp`.

use anyhow::Result;
use standfirst_serve::{
    mcp::{self, Root},
    service::{Service, Settings},
};

use crate::{
    args::{Global, served::Mcp},
    exit::Outcome,
    messages, settings,
};

/// Answers one assistant until it goes.
pub fn run(args: &Mcp, global: &Global) -> Result<Outcome> {
    let roots = args.root.iter().map(|path| Root::open(path)).collect::<Result<_, _>>()?;
    let settings = Settings {
        jobs: settings::jobs(&args.run),
        queue: Settings::QUEUE,
        max_body: args.max_bytes,
        max_articles: Settings::MAX_ARTICLES,
        time: Settings::TIME,
        allowance: settings::allowance(&args.run),
        memory: settings::memory(global),
        models: args.model.clone(),
        words: messages::words,
    };
    let registry = settings::registry(global, None)?;
    let entailment = settings::entailment(&registry, &args.judge)?;
    mcp::run(Service::new(registry.with_check(entailment), settings)?, roots)?;
    Ok(Outcome::Fine)
}

//! `standfirst serve`.

use std::{env, time::Duration};

use anyhow::{Context as _, Result};
use standfirst_serve::{
    http::server::{self, Options},
    service::{Service, Settings},
};
use standfirst_summarizer::engine::command::TOKEN_VARIABLE;

use crate::{
    args::{Global, served::Serve},
    exit::Outcome,
    messages, settings,
};

/// Serves until it is told to stop.
pub fn run(args: &Serve, global: &Global) -> Result<Outcome> {
    let token = match env::var(TOKEN_VARIABLE) {
        Ok(token) => Some(token).filter(|token| !token.is_empty()),
        Err(env::VarError::NotPresent) => None,
        Err(error) => return Err(error).context(TOKEN_VARIABLE),
    };
    let settings = Settings {
        jobs: settings::jobs(&args.run),
        queue: args.queue,
        max_body: args.max_body,
        max_articles: args.max_articles,
        time: Duration::from_secs(args.max_seconds_per_request.get()),
        allowance: settings::allowance(&args.run),
        memory: settings::memory(global),
        models: args.model.clone(),
        words: messages::words,
    };
    let registry = settings::registry(global, Some(&args.length()))?;
    let entailment = settings::entailment(&registry, &args.judge)?;
    let service = Service::new(registry.with_check(entailment), settings)?;
    let options = Options { listen: args.listen, token, quiet: global.quiet };
    server::run(service, &options, |address| {
        messages::notice(&format!("listening on http://{address}"));
    })?;
    Ok(Outcome::Fine)
}

//! `standfirst config show`: which settings hold, and where each comes from.

use std::{env, fmt::Write as _};

use anyhow::{Result, ensure};
use clap::CommandFactory as _;

use crate::{
    args::{self, Cli, ConfigCommand, Global},
    config::{self, COMMANDS, ENDPOINTS, KEYS, VARIABLES},
    exit::Outcome,
    output,
};

/// Every setting of a command that may stand in a configuration.
pub fn run(command: &ConfigCommand, global: &Global) -> Result<Outcome> {
    let ConfigCommand::Show { command } = command;
    ensure!(
        COMMANDS.contains(&command.as_str()),
        "{command:?} takes no settings of its own; name one of {}",
        COMMANDS.join(", ")
    );
    let found = config::of(global)?;
    let settings = match &found {
        Some(config) => config.settings(command, global.profile.as_deref())?,
        None => Vec::new(),
    };
    let mut page = match &found {
        Some(config) => format!("# {}\n", config.path().display()),
        None => format!("# no {}\n", config::FILE),
    };
    let _ = writeln!(page, "[{command}]");
    for (key, default) in defaults(command) {
        let variable = VARIABLES.iter().find(|(name, _)| *name == key);
        let variable = variable
            .and_then(|(_, name)| Some((*name, env::var(name).ok().filter(|v| !v.is_empty())?)));
        let setting = settings.iter().find(|setting| setting.key == key);
        let (value, from) = match (typed(global, &key), variable, setting) {
            (Some(value), ..) => (value, "the command line".to_owned()),
            (_, Some((name, value)), _) => (format!("{name}={value}"), name.to_owned()),
            (.., Some(setting)) => {
                let values = &setting.values;
                let value = match values.as_slice() {
                    [] => "true".to_owned(),
                    [one] => format!("{one:?}"),
                    several => format!("{several:?}"),
                };
                (value, setting.table.clone())
            }
            _ => (default.unwrap_or_else(|| "-".to_owned()), "default".to_owned()),
        };
        let _ = writeln!(page, "{key:<24} = {value:<24} # {from}");
    }
    let servers = found.map(|config| config.endpoints(global.profile.as_deref())).transpose()?;
    for server in servers.iter().flatten() {
        let _ = writeln!(page, "\n[{ENDPOINTS}.{}]", server.id);
        for said in &server.said {
            let (key, value) = (&said.key, said.shown());
            let _ = writeln!(page, "{key:<24} = {value:<24} # {}{}", said.table, said.remark());
        }
    }
    output::print(page.as_bytes())?;
    Ok(Outcome::Fine)
}

/// What was typed of the flags that every command takes.
fn typed(global: &Global, key: &str) -> Option<String> {
    match key {
        "quiet" => global.quiet.then(|| "true".to_owned()),
        "offline" => global.offline.then(|| "true".to_owned()),
        "color" => (global.color != args::Color::Auto).then(|| format!("{:?}", global.color)),
        "store" => global.store.as_ref().map(|folder| folder.display().to_string()),
        "cards" => (!global.cards.is_empty()).then(|| format!("{:?}", global.cards)),
        "max-memory" => global.max_memory.map(|bytes| bytes.to_string()),
        _ => None,
    }
}

/// Keys that a command has, with what holds if nobody says anything.
fn defaults(command: &str) -> Vec<(String, Option<String>)> {
    let mut program = Cli::command();
    program.build();
    let Some(found) = program.find_subcommand(command) else { return Vec::new() };
    let flag = |key: &&str| {
        let arg = found.get_arguments().find(|arg| arg.get_long() == Some(*key))?;
        let default = arg.get_default_values().first();
        Some(((*key).to_owned(), default.map(|value| value.to_string_lossy().into_owned())))
    };
    KEYS.iter().filter_map(flag).collect()
}

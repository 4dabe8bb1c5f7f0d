//! `standfirst.toml`: what would be typed every day, written down once. Its keys are the long names of flags, and
//! what they hold is handed to the parser of the command line as if it had been typed, but for what was: so a
//! value means the same in both places, and is refused in the same words.
//!
//! A file that was found, not named, may have been put there by a stranger, in an archive that was unpacked or a
//! folder that was cloned. It names no output, only paths beneath its own folder, no model that runs a program or
//! sends articles away, and no server.

mod endpoints;
mod file;
mod found;

use std::{
    env,
    ffi::{OsStr, OsString},
    path::{Path, PathBuf},
};

use anyhow::Result;
use clap::{ArgMatches, CommandFactory as _, FromArgMatches as _, parser::ValueSource};
use standfirst_core::plugin;

pub use self::endpoints::ENDPOINTS;
pub use self::file::{Config, Setting};
pub use self::found::Found;
use crate::{
    args::{self, Cli, Global, WITHOUT_META},
    format, settings,
};

/// What a configuration is called where it is looked for.
pub const FILE: &str = "standfirst.toml";
/// Flags that may stand in it. None says where results go, or names an article.
pub const KEYS: [&str; 32] = [
    "model",
    "sentiment-model",
    "no-sentiment",
    "no-targets",
    "check-model",
    "sentences",
    "words",
    "chars",
    "style",
    "mode",
    "long",
    "format",
    "include-text",
    "no-timings",
    "show-cuts",
    "strict",
    "embeddings",
    "no-stemming",
    "jobs",
    "max-seconds-per-article",
    "max-sentences",
    "max-bytes",
    "max-memory",
    "text-field",
    "reference-field",
    "id-field",
    "input-format",
    "color",
    "quiet",
    "offline",
    "cards",
    "store",
];
/// Keys that hold paths.
pub const PATHS: [&str; 2] = ["cards", STORE];
/// The one of them that is written to.
const STORE: &str = "store";
/// Keys that hold ids of models.
pub const MODELS: [&str; 3] = ["model", "sentiment-model", "check-model"];
/// Commands that may have a table of their own.
pub const COMMANDS: [&str; 6] = ["summarize", "sentiment", "compare", "evaluate", "check", "clean"];
/// Keys of which at most one holds: the one that was given closest to the command line.
const EXCLUSIVE: [&[&str]; 2] =
    [&["sentences", "words", "chars"], &["sentiment-model", "no-sentiment"]];
/// Variables of the environment that come before what a file says.
pub const VARIABLES: [(&str, &str); 2] = [("color", "NO_COLOR"), (STORE, settings::STORE_VARIABLE)];

/// Why there is nothing to do.
pub enum Refused {
    /// The command line is wrong, or asks for help; so many flags are from the configuration.
    Line(Box<clap::Error>, Option<String>),
    /// The configuration is wrong.
    Config(anyhow::Error),
}

impl From<anyhow::Error> for Refused {
    fn from(error: anyhow::Error) -> Self {
        Self::Config(error)
    }
}

/// What was typed, and what a configuration adds to it.
///
/// # Errors
/// [`Refused`].
pub fn parse(line: &[OsString]) -> Result<Cli, Refused> {
    let of_line = |error| Refused::Line(Box::new(error), None);
    let matches = Cli::command().try_get_matches_from(line).map_err(of_line)?;
    let mut cli = Cli::from_arg_matches(&matches).map_err(of_line)?;
    let Some((command, typed)) = matches.subcommand() else { return Ok(cli) };
    if matches!(command, "completions" | "man" | "config") {
        return Ok(cli);
    }
    let Some(config) = of(&cli.global)? else { return Ok(cli) };
    let settings = config.settings(command, cli.global.profile.as_deref())?;
    let settings = left(settings, typed);
    let servers = config.endpoints(cli.global.profile.as_deref())?;
    let mut found = Found { servers, ..Found::default() };
    let mut flags: Vec<String> = Vec::new();
    for setting in &settings {
        if !config.is_named() && PATHS.contains(&setting.key.as_str()) && setting.key != STORE {
            found.cards.extend(setting.values.iter().map(PathBuf::from));
            continue;
        }
        if !config.is_named() && MODELS.contains(&setting.key.as_str()) {
            found.models.extend(setting.values.iter().cloned());
        }
        flags.extend(setting.flags());
    }
    let line = inserted(line, flags.iter().map(OsString::from));
    let of_both = |error| {
        let told = format!("from {}: {}", config.path().display(), flags.join(" "));
        Refused::Line(Box::new(error), Some(told))
    };
    if !flags.is_empty() {
        let matches = Cli::command().try_get_matches_from(line).map_err(of_both)?;
        cli = Cli::from_arg_matches(&matches).map_err(of_both)?;
    }
    found.config = Some(config.path().to_owned());
    found.named = config.is_named();
    cli.global.found = found;
    Ok(cli)
}

/// The configuration that holds: the one that was named, or else the one that is found; `None` if there is none.
///
/// # Errors
/// If it cannot be read, or anything in it is not known.
pub fn of(global: &Global) -> Result<Option<Config>> {
    let config = match (&global.config, global.no_config) {
        (_, true) => None,
        (Some(path), false) => Some(Config::named(path)?),
        (None, false) => Config::found(&env::current_dir()?, global.quiet)?,
    };
    if config.is_none() && global.profile.is_some() {
        anyhow::bail!(
            "--profile names a part of a {FILE}, and there is none here or in a folder above; name one with \
             --config"
        );
    }
    Ok(config)
}

/// The settings that neither a flag nor the environment takes the place of.
fn left(settings: Vec<Setting>, typed: &ArgMatches) -> Vec<Setting> {
    let given = |key: &str| {
        // A field's flag has its long name for an id, others have underscores.
        let ids = [key.to_owned(), key.replace('-', "_"), id_of(key).to_owned()];
        let source = ids.iter().find_map(|id| {
            typed.try_contains_id(id).is_ok().then(|| typed.value_source(id)).flatten()
        });
        source == Some(ValueSource::CommandLine)
    };
    let by_ending = typed.try_get_one::<PathBuf>("out").ok().flatten();
    let by_ending = by_ending.is_some_and(|out| names_a_form(out));
    // A number of sentences that is written down is of abstracts that have several.
    let single = given("style") && has_one_sentence(typed);
    settings
        .into_iter()
        .filter(|setting| {
            let key = setting.key.as_str();
            let rivals = EXCLUSIVE.iter().find(|rivals| rivals.contains(&key));
            let rivals = rivals.copied().unwrap_or_default();
            let of_environment = VARIABLES.iter().any(|(name, variable)| {
                *name == key && env::var_os(variable).is_some_and(|value| !value.is_empty())
            });
            // What `--meta` goes without is of other runs of the command.
            let taken = (given(key) && key != "cards")
                || (given("meta") && WITHOUT_META.contains(&key))
                || rivals.iter().any(|rival| given(rival))
                || (key == "format" && by_ending)
                || (key == "sentences" && single);
            !taken && !of_environment
        })
        .collect()
}

/// Ids of flags that are called otherwise.
fn id_of(key: &str) -> &str {
    match key {
        "input-format" => "read_as",
        key => key,
    }
}

/// Whether an abstract in the style that was asked for is one sentence.
fn has_one_sentence(typed: &ArgMatches) -> bool {
    let style = typed.try_get_one::<args::Style>("style").ok().flatten();
    style.is_some_and(|style| plugin::Style::from(*style).is_single())
}

fn names_a_form(out: &Path) -> bool {
    out.extension().and_then(OsStr::to_str).is_some_and(format::is_foreign)
}

/// The line with flags behind what was typed, but before what is no flag whatever it looks like.
fn inserted(line: &[OsString], flags: impl Iterator<Item = OsString>) -> Vec<OsString> {
    let end = line.iter().position(|word| word == "--").unwrap_or(line.len());
    let (before, after) = line.split_at(end);
    before.iter().cloned().chain(flags).chain(after.iter().cloned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_is_a_flag_and_every_table_a_command() {
        let mut program = Cli::command();
        program.build();
        let flags = |name: &str| {
            let command = program.find_subcommand(name).unwrap_or_else(|| panic!("{name}"));
            command.get_arguments().filter_map(|arg| arg.get_long()).collect::<Vec<_>>()
        };
        let all: Vec<&str> = COMMANDS.iter().flat_map(|name| flags(name)).collect();
        for key in KEYS {
            assert!(all.contains(&key), "{key} is no flag");
        }
        for never in ["out", "resume", "page", "predictions", "votes", "articles", "config"] {
            assert!(!KEYS.contains(&never), "{never} says where something is written or read");
        }
        for key in PATHS.iter().chain(&MODELS).chain(EXCLUSIVE.iter().flat_map(|keys| keys.iter()))
        {
            assert!(KEYS.contains(key), "{key}");
        }
    }

    #[test]
    fn flags_stand_before_what_is_no_flag() {
        let words = |line: &[&str]| line.iter().map(OsString::from).collect::<Vec<_>>();
        let flags = || words(&["--quiet"]).into_iter();
        assert_eq!(inserted(&words(&["s", "a"]), flags()), words(&["s", "a", "--quiet"]));
        let line = words(&["s", "--", "-a"]);
        assert_eq!(inserted(&line, flags()), words(&["s", "--quiet", "--", "-a"]));
    }
}

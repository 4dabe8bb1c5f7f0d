//! `standfirst completions`.

use anyhow::Result;
use clap::{
    Arg, Command, CommandFactory as _,
    builder::{PossibleValue, PossibleValuesParser},
};
use clap_complete::Shell;
use standfirst_core::card::Task;
use standfirst_summarizer::registry::{EMBEDDER, Listing};

use super::storylines::NO_ENCODER;
use crate::{
    args::{Cli, Global},
    exit::Outcome,
    output, settings,
};

/// Prints the completion script of `shell`, which knows the models that there are now.
pub fn run(shell: Shell, global: &Global) -> Result<Outcome> {
    let registry = settings::registry(global, None)?;
    let mut command = with_models(Cli::command(), &registry.models());
    // Into memory first: the generator panics where it cannot write, and a pipe may be closed.
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut command, "standfirst", &mut script);
    output::print(&script)?;
    Ok(Outcome::Fine)
}

/// The same command, whose arguments that name models have the ids of `models` for values.
fn with_models(command: Command, models: &[Listing]) -> Command {
    let name = command.get_name().to_owned();
    command
        .mut_args(|arg| {
            let ids = values(&name, &arg, models);
            if ids.is_empty() { arg } else { arg.value_parser(PossibleValuesParser::new(ids)) }
        })
        .mut_subcommands(|command| with_models(command, models))
}

/// What an argument of `command` may name; nothing if it names no models.
fn values(command: &str, arg: &Arg, models: &[Listing]) -> Vec<PossibleValue> {
    let (tasks, words): (&[Task], &[&'static str]) = match (arg.get_id().as_str(), command) {
        ("model", "evaluate") => (&[Task::Summarize, Task::Sentiment], &[]),
        ("sentiment_model", _) | ("model", "sentiment") => (&[Task::Sentiment], &[]),
        ("model", _) => (&[Task::Summarize], &[]),
        ("check_model", _) => (&[Task::Entail], &[]),
        // Any card with a network that gives vectors; most of them are there for something else.
        ("encoder", _) => (&[Task::Encode], &[EMBEDDER, NO_ENCODER]),
        ("id" | "ids", "show" | "fetch" | "test" | "verify") => (&Task::ALL, &[]),
        _ => (&[], &[]),
    };
    let named = models.iter().filter(|model| tasks.contains(&model.task));
    named
        .map(|model| PossibleValue::new(model.id.clone()).help(model.about.clone()))
        .chain(words.iter().copied().map(PossibleValue::new))
        .collect()
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;

    fn offered(command: &Command, path: &[&str], arg: &str) -> Vec<String> {
        let command = path.iter().fold(command, |command, name| {
            command.find_subcommand(name).expect("a command of this name")
        });
        let arg = command.get_arguments().find(|found| found.get_id() == arg).expect("an argument");
        arg.get_possible_values().iter().map(|value| value.get_name().to_owned()).collect()
    }

    #[test]
    fn every_argument_that_names_models_knows_those_of_its_kind() {
        let cli = Cli::try_parse_from(["standfirst", "doctor"]).unwrap();
        let models = settings::registry(&cli.global, None).unwrap().models();
        let command = with_models(Cli::command(), &models);
        let of = |path: &[&str], arg| offered(&command, path, arg);
        assert!(of(&["summarize"], "model").contains(&"lexrank".to_owned()));
        assert!(!of(&["summarize"], "model").contains(&"vader".to_owned()));
        assert!(of(&["sentiment"], "model").contains(&"vader".to_owned()));
        assert!(of(&["summarize"], "sentiment_model").contains(&"news-tone".to_owned()));
        assert!(of(&["storylines"], "encoder").contains(&"none".to_owned()));
        assert_eq!(of(&["models", "fetch"], "ids").len(), models.len());
        assert!(of(&["completions"], "shell").contains(&"bash".to_owned()));
    }
}

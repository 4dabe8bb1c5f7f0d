//! The `[command]` table: a program of the user's as a model.

use std::{num::NonZeroU64, time::Duration};

use serde::{Deserialize, Serialize};

use super::{CardProblem, check};

/// Which program, and what it may take. `docs/plugins/README.md` says what is asked of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CommandLine {
    /// Program and arguments, one each; no shell reads them. A program with a `/` in it and no `/` at
    /// its start, and an argument that begins with `./`, is found from the card's folder.
    pub program: Vec<String>,
    /// Longest that it may take over one article; [`timeout`](Self::timeout) has the default.
    pub timeout_seconds: Option<NonZeroU64>,
    /// Most memory that a process of it may ask for, in megabytes of address space; no limit if left
    /// out.
    pub memory_mb: Option<NonZeroU64>,
    /// Whether it is kept from the network and from files of others: it must be, must not be, or, if left
    /// out, is as far as the system can.
    pub sandbox: Option<bool>,
    /// Whether it may use the network though it is in a sandbox.
    #[serde(default)]
    pub network: bool,
    /// Where it may write though it is in a sandbox: absolute paths, or such as begin with `./`, the card's
    /// folder, or `~/`, the user's.
    #[serde(default)]
    pub write: Vec<String>,
}

impl CommandLine {
    /// Longest that a program may take over one article.
    pub fn timeout(&self) -> Duration {
        /// Enough for a network on a slow machine; a program that hangs holds up one thread so long.
        const DEFAULT: u64 = 120;
        Duration::from_secs(self.timeout_seconds.map_or(DEFAULT, NonZeroU64::get))
    }

    /// Refuses what names no program, or could harm a terminal.
    pub(super) fn check(&self) -> Result<(), CardProblem> {
        let count = self.program.len();
        check::require(
            (1..=64).contains(&count),
            "command.program",
            &count.to_string(),
            "a list of 1 to 64 words: the program and its arguments",
        )?;
        for (i, word) in self.program.iter().enumerate() {
            let fits = word.len() <= 4_096 && !word.contains('\0') && (i > 0 || !word.is_empty());
            let key = format!("command.program[{i}]");
            check::require(fits, &key, word, "a word of at most 4,096 bytes")?;
            check::prose(&key, word)?;
        }
        self.check_places()?;
        let seconds = self.timeout().as_secs();
        check::require(
            seconds <= 86_400,
            "command.timeout_seconds",
            &seconds.to_string(),
            "at most a day, 86,400",
        )?;
        let megabytes = self.memory_mb.map_or(1, NonZeroU64::get);
        check::require(
            megabytes <= 1 << 24,
            "command.memory_mb",
            &megabytes.to_string(),
            "at most 16,777,216",
        )
    }

    /// Refuses places that nobody could tell which they are.
    fn check_places(&self) -> Result<(), CardProblem> {
        let count = self.write.len();
        let few = "a list of at most 32 paths";
        check::require(count <= 32, "command.write", &count.to_string(), few)?;
        for (i, path) in self.write.iter().enumerate() {
            let from = ["/", "./", "~/"].iter().any(|start| path.starts_with(start));
            let fits = path.len() <= 4_096 && !path.contains('\0');
            let key = format!("command.write[{i}]");
            let expected = "an absolute path, or one that begins with `./` or `~/`";
            check::require(fits && (from || is_absolute(path)), &key, path, expected)?;
            check::prose(&key, path)?;
        }
        Ok(())
    }
}

fn is_absolute(path: &str) -> bool {
    std::path::Path::new(path).is_absolute()
}

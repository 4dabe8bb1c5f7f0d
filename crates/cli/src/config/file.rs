//! The file itself: where it is found, what may stand in it, and which of its tables hold.

use std::{
    fs::{self, File},
    io::Read as _,
    path::{Component, Path, PathBuf},
};

use anyhow::{Context as _, Result, anyhow, bail, ensure};
use clap::{ArgAction, CommandFactory as _};
use toml::{Table, Value};

use super::{
    COMMANDS, EXCLUSIVE, FILE, KEYS, PATHS,
    endpoints::{self, ENDPOINTS, Server},
};
use crate::{args::Cli, messages};

/// Largest configuration, in bytes.
const MAX_BYTES: u64 = 1 << 20;
/// The key of the table of profiles.
const PROFILE: &str = "profile";
/// Likeness, 0–1, from which a name counts as misspelt.
const NEAR: f64 = 0.7;

/// A configuration in which everything is known.
#[derive(Debug)]
pub struct Config {
    path: PathBuf,
    named: bool,
    table: Table,
}

/// A flag that a configuration gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    /// Its long name.
    pub key: String,
    /// Its values; none for one that is only there.
    pub values: Vec<String>,
    /// The table that it stands in, as a reader finds it: `[summarize]`, or `the top`.
    pub table: String,
}

impl Setting {
    /// As it would be typed.
    pub fn flags(&self) -> Vec<String> {
        let key = &self.key;
        match self.values.as_slice() {
            [] => vec![format!("--{key}")],
            values => values.iter().map(|value| format!("--{key}={value}")).collect(),
        }
    }
}

impl Config {
    /// The one at `path`.
    ///
    /// # Errors
    /// If it cannot be read, or anything in it is not known.
    pub fn named(path: &Path) -> Result<Self> {
        let file = File::open(path);
        let file = file.with_context(|| format!("cannot read {}", path.display()))?;
        Self::read(path, file, true)
    }

    /// The one in `folder`, or in the nearest folder above that has one; `None` if none has. One that belongs to
    /// somebody else is passed over, aloud.
    ///
    /// # Errors
    /// If it cannot be read, or anything in it is not known.
    pub fn found(folder: &Path, quiet: bool) -> Result<Option<Self>> {
        for folder in folder.ancestors() {
            let path = folder.join(FILE);
            let Ok(metadata) = fs::metadata(&path) else { continue };
            if !metadata.is_file() {
                continue;
            }
            let file = File::open(&path);
            let file = file.with_context(|| format!("cannot read {}", path.display()))?;
            if !is_ours(&file) {
                if !quiet {
                    messages::notice(&format!(
                        "{} belongs to somebody else, and is not used; name it with --config to use it",
                        path.display()
                    ));
                }
                return Ok(None);
            }
            return Self::read(&path, file, false).map(Some);
        }
        Ok(None)
    }

    fn read(path: &Path, file: File, named: bool) -> Result<Self> {
        let mut text = String::new();
        let cannot = || format!("cannot use {}", path.display());
        file.take(MAX_BYTES + 1).read_to_string(&mut text).with_context(cannot)?;
        ensure!(text.len() as u64 <= MAX_BYTES, "{}: it is larger than 1 MiB", cannot());
        let table: Table = text.parse().with_context(cannot)?;
        let config = Self { path: path.to_owned(), named, table };
        config.check().with_context(cannot)?;
        Ok(config)
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Whether the user named it; else it was found.
    pub fn is_named(&self) -> bool {
        self.named
    }

    /// Everything in it, whether it holds now or not.
    fn check(&self) -> Result<()> {
        self.check_layer(&self.table, "", true)?;
        for (name, profile) in self.profiles()? {
            let profile = profile
                .as_table()
                .ok_or_else(|| anyhow!("[{PROFILE}] has {name:?}, and a profile is a table"))?;
            self.check_layer(profile, &format!("{PROFILE}.{name}"), false)?;
        }
        Ok(())
    }

    fn check_layer(&self, layer: &Table, name: &str, top: bool) -> Result<()> {
        for (key, value) in layer {
            if top && key == PROFILE {
                continue;
            }
            if let (Value::Table(table), true) = (value, COMMANDS.contains(&key.as_str())) {
                let name = joined(name, key);
                let known = flags_of(key);
                for (key, value) in table {
                    let known: Vec<&str> = known.iter().map(|(flag, _)| flag.as_str()).collect();
                    ensure!(known.contains(&key.as_str()), unknown(key, &shown(&name), &known));
                    self.values(key, value, &shown(&name))?;
                }
                continue;
            }
            if key == ENDPOINTS {
                endpoints::check(value, &joined(name, key))?;
                continue;
            }
            let tables = COMMANDS.iter().chain([&ENDPOINTS]).chain(top.then_some(&PROFILE));
            let known: Vec<&str> = KEYS.iter().chain(tables).copied().collect();
            ensure!(KEYS.contains(&key.as_str()), unknown(key, &shown(name), &known));
            self.values(key, value, &shown(name))?;
        }
        Ok(())
    }

    fn profiles(&self) -> Result<Vec<(&String, &Value)>> {
        match self.table.get(PROFILE) {
            None => Ok(Vec::new()),
            Some(Value::Table(profiles)) => Ok(profiles.iter().collect()),
            Some(_) => bail!("{PROFILE:?} is a table of tables, such as [{PROFILE}.daily]"),
        }
    }

    /// What it gives a command: of a key that several tables have, and of keys that exclude each other, the
    /// table that is meant most closely. A profile comes before the rest, and in both the table of the command
    /// before what stands at the top.
    ///
    /// # Errors
    /// If there is no such profile.
    pub fn settings(&self, command: &str, profile: Option<&str>) -> Result<Vec<Setting>> {
        let profile = profile.map(|name| self.profile(name).map(|table| (name, table)));
        let mut layers = vec![(String::new(), Some(&self.table))];
        layers.push((command.to_owned(), of_command(&self.table, command)));
        if let Some((name, table)) = profile.transpose()? {
            let name = joined(PROFILE, name);
            layers.push((name.clone(), Some(table)));
            layers.push((joined(&name, command), of_command(table, command)));
        }
        let known = flags_of(command);
        let mut settings: Vec<Setting> = Vec::new();
        for (name, layer) in layers {
            for (key, value) in layer.into_iter().flatten() {
                let Some((_, is_switch)) = known.iter().find(|(flag, _)| flag == key) else {
                    continue;
                };
                let rivals = EXCLUSIVE.iter().find(|keys| keys.contains(&key.as_str()));
                settings.retain(|other| {
                    let rival = rivals.is_some_and(|keys| keys.contains(&other.key.as_str()));
                    // The same table may not hold both: the parser says so.
                    other.key != *key && !(rival && other.table != shown(&name))
                });
                let values = self.values(key, value, &shown(&name))?;
                if !(*is_switch && *value == Value::Boolean(false)) {
                    settings.push(Setting { key: key.clone(), values, table: shown(&name) });
                }
            }
        }
        Ok(settings)
    }

    /// What it says of servers, by the id of the card; a profile before the rest.
    ///
    /// # Errors
    /// If there is no such profile.
    pub fn endpoints(&self, profile: Option<&str>) -> Result<Vec<Server>> {
        let mut layers = vec![(String::new(), &self.table)];
        if let Some(name) = profile {
            layers.push((joined(PROFILE, name), self.profile(name)?));
        }
        endpoints::merged(&layers)
    }

    fn profile(&self, name: &str) -> Result<&Table> {
        let profiles = self.profiles()?;
        let found = profiles.iter().find(|(key, _)| *key == name);
        found.and_then(|(_, table)| table.as_table()).ok_or_else(|| {
            let known: Vec<&str> = profiles.iter().map(|(key, _)| key.as_str()).collect();
            let instead = instead(name, &known);
            anyhow!("{} has no profile {name:?}; {instead}", self.path.display())
        })
    }

    /// What would be typed for a value.
    fn values(&self, key: &str, value: &Value, table: &str) -> Result<Vec<String>> {
        let (is_switch, is_list) = kind(key);
        let wrong = |expected: &str| {
            anyhow!("{key} of {table} is {}, and {expected} is expected", value.type_str())
        };
        if is_switch {
            return value.as_bool().map(|_| Vec::new()).ok_or_else(|| wrong("true or false"));
        }
        let one = |value: &Value| match value {
            Value::String(text) => Some(text.clone()),
            Value::Integer(number) => Some(number.to_string()),
            _ => None,
        };
        let values = match value {
            Value::Array(values) if is_list => values.iter().map(one).collect(),
            other => one(other).map(|value| vec![value]),
        };
        let expected = if is_list { "a text or a list of texts" } else { "a text or a number" };
        let values: Vec<String> = values.ok_or_else(|| wrong(expected))?;
        if !PATHS.contains(&key) {
            return Ok(values);
        }
        values.iter().map(|path| self.resolve(key, path)).collect()
    }

    /// A path, from the folder of the file. Only the user may name one elsewhere.
    fn resolve(&self, key: &str, path: &str) -> Result<String> {
        let folder = self.path.parent().unwrap_or(Path::new(""));
        let resolved = folder.join(path);
        let within = || {
            Path::new(path)
                .components()
                .all(|part| matches!(part, Component::Normal(_) | Component::CurDir))
                && stays_in(&resolved, folder)
        };
        ensure!(
            self.named || within(),
            "{key} is {path:?}, which is not beneath the folder of the file, and the file was found, not named; \
             name it with --config if you trust it"
        );
        let text = resolved.into_os_string().into_string();
        text.map_err(|path| anyhow!("{} is no path in Unicode", path.display()))
    }
}

/// Whether no link leads out of `folder` on the way to `path`, as far as that is there.
fn stays_in(path: &Path, folder: &Path) -> bool {
    let Ok(folder) = fs::canonicalize(folder) else { return false };
    let there = path.ancestors().find_map(|part| fs::canonicalize(part).ok());
    // A link to nothing would be followed when something is made there.
    let dangling = path.ancestors().any(|part| part.is_symlink() && !part.exists());
    there.is_some_and(|there| there.starts_with(folder)) && !dangling
}

fn of_command<'a>(table: &'a Table, command: &str) -> Option<&'a Table> {
    table.get(command).and_then(Value::as_table)
}

/// Flags of a command that may stand in a configuration, and whether they are only there or not. Commands
/// without a table of their own take the flags that every command takes.
pub fn flags_of(command: &str) -> Vec<(String, bool)> {
    let mut program = Cli::command();
    program.build();
    let Some(found) = program.find_subcommand(command) else { return Vec::new() };
    let has_table = COMMANDS.contains(&command);
    found
        .get_arguments()
        .filter(|arg| has_table || arg.is_global_set())
        .filter_map(|arg| Some((arg.get_long()?, arg.get_action())))
        .filter(|(flag, _)| KEYS.contains(flag))
        .map(|(flag, action)| (flag.to_owned(), matches!(action, ArgAction::SetTrue)))
        .collect()
}

/// Whether a key is only there or not, and whether it holds a list.
fn kind(key: &str) -> (bool, bool) {
    let mut program = Cli::command();
    program.build();
    let mut args = COMMANDS
        .iter()
        .filter_map(|command| program.find_subcommand(command))
        .flat_map(clap::Command::get_arguments);
    let action = args.find(|arg| arg.get_long() == Some(key)).map(clap::Arg::get_action);
    (matches!(action, Some(ArgAction::SetTrue)), matches!(action, Some(ArgAction::Append)))
}

pub(super) fn joined(table: &str, key: &str) -> String {
    if table.is_empty() { key.to_owned() } else { format!("{table}.{key}") }
}

/// A table as a reader finds it.
pub(super) fn shown(table: &str) -> String {
    if table.is_empty() { "the top".to_owned() } else { format!("[{table}]") }
}

fn unknown(key: &str, table: &str, known: &[&str]) -> String {
    format!("there is no setting {key:?} at {table}; {}", instead(key, known))
}

/// What may have been meant.
pub(super) fn instead(name: &str, known: &[&str]) -> String {
    let likeness = |other: &&&str| strsim::jaro_winkler(name, other);
    // Of equals the first: those that are given most stand first.
    let nearest = known.iter().rev().max_by(|a, b| likeness(a).total_cmp(&likeness(b)));
    match nearest.filter(|nearest| likeness(nearest) >= NEAR) {
        Some(nearest) => format!("did you mean {nearest:?}?"),
        None if known.is_empty() => "there are none".to_owned(),
        None => format!("there are {}", known.join(", ")),
    }
}

#[cfg(unix)]
fn is_ours(file: &File) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    file.metadata()
        .is_ok_and(|found| found.uid() == rustix::process::geteuid().as_raw() || found.uid() == 0)
}

#[cfg(not(unix))]
fn is_ours(_: &File) -> bool {
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A configuration with this text, in a folder of its own.
    fn config(text: &str, named: bool) -> Result<(tempfile::TempDir, Config)> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(FILE);
        fs::write(&path, text).unwrap();
        let file = File::open(&path).unwrap();
        Ok((folder, Config::read(&path, file, named)?))
    }

    fn refused(text: &str) -> String {
        format!("{:#}", config(text, false).err().unwrap_or_else(|| panic!("taken: {text}")))
    }

    fn flags(text: &str, command: &str, profile: Option<&str>) -> Vec<String> {
        let (_folder, config) = config(text, true).unwrap();
        let settings = config.settings(command, profile).unwrap();
        let mut flags: Vec<String> = settings.iter().flat_map(Setting::flags).collect();
        flags.sort();
        flags
    }

    const DAILY: &str = "
        model = [\"lead\", \"kl\"]
        sentences = 2
        quiet = true
        [summarize]
        format = \"jsonl\"
        [profile.daily]
        words = 40
        quiet = false
        [profile.daily.summarize]
        format = \"csv\"
    ";

    #[test]
    fn the_closest_table_holds() {
        let plain = flags(DAILY, "summarize", None);
        let expected = ["--format=jsonl", "--model=kl", "--model=lead", "--quiet", "--sentences=2"];
        assert_eq!(plain, expected);
        let daily = flags(DAILY, "summarize", Some("daily"));
        assert_eq!(daily, ["--format=csv", "--model=kl", "--model=lead", "--words=40"]);
        assert_eq!(flags(DAILY, "doctor", None), ["--quiet"]);
    }

    #[test]
    fn what_is_not_known_is_refused_with_what_may_be_meant() {
        for (text, words) in [
            ("modle = \"lead\"", "did you mean \"model\"?"),
            ("[sumarize]\nmodel = \"lead\"", "did you mean \"summarize\"?"),
            ("[check]\nmodle = \"lead\"", "at [check]"),
            ("[profile.a]\nsentense = 3", "at [profile.a]; did you mean \"sentences\"?"),
            ("out = \"x\"", "there is no setting \"out\""),
            ("[summarize]\nquiet = \"yes\"", "true or false is expected"),
            ("sentences = [1]", "a text or a number is expected"),
            ("model = 3.5", "a list of texts is expected"),
            ("profile = 1", "a table of tables"),
            ("x = [", "cannot use"),
            ("[endpoint.far]\nurl = \"http://a\"", "did you mean \"endpoints\"?"),
            ("endpoints = 1", "such as [endpoints.far]"),
            ("[endpoints]\nurl = \"http://a\"", "url of [endpoints] is string, and a table"),
            ("[endpoints.far]\nurl_ = \"http://a\"", "at [endpoints.far]; did you mean \"url\"?"),
            ("[endpoints.far]\nretries = \"2\"", "at [endpoints.far]"),
            ("[endpoints.far]\nurl = \"a\"", "`endpoint.url`"),
            (
                "[profile.a.endpoints.far]\nmdel = \"m\"",
                "at [profile.a.endpoints.far]; did you mean",
            ),
            ("[summarize.endpoints.far]\nmodel = \"m\"", "no setting \"endpoints\" at [summarize]"),
        ] {
            let told = refused(text);
            assert!(told.contains(words) && told.contains(FILE), "{text}: {told}");
        }
        let (_folder, known) = config(DAILY, true).unwrap();
        let told = known.settings("summarize", Some("dayly")).unwrap_err().to_string();
        assert!(told.contains("did you mean \"daily\"?"), "{told}");
    }

    #[test]
    fn a_key_in_the_file_is_refused_and_not_shown() {
        let key = "gsk_Ab3dEfGh1jKlMn0pQrStUv";
        for name in ["key_env", "key", "api_key", "token", "Secret"] {
            let told = refused(&format!("[endpoints.far]\n{name} = {key:?}"));
            assert!(told.contains("variable") && !told.contains(key), "{name}: {told}");
        }
    }

    #[test]
    fn a_profile_says_more_closely_where_a_server_is() {
        let text = "[endpoints.far]\nurl = \"http://a\"\nkey_env = \"A_KEY\"\n\
                    [profile.b.endpoints.far]\nurl = \"http://b\"\n[profile.b.endpoints.near]\nretries = 1";
        let (_folder, config) = config(text, true).unwrap();
        let urls = |profile| {
            let servers = config.endpoints(profile).unwrap();
            let of = |server: &Server| (server.id.clone(), server.change().unwrap());
            servers.iter().map(of).collect::<Vec<_>>()
        };
        let plain = urls(None);
        assert_eq!(plain.len(), 1);
        assert_eq!(plain[0].1.url.as_deref(), Some("http://a"));
        let profile = urls(Some("b"));
        assert_eq!(profile.iter().map(|(id, _)| id.as_str()).collect::<Vec<_>>(), ["far", "near"]);
        let far = &profile[0].1;
        assert_eq!((far.url.as_deref(), far.key_env.as_deref()), (Some("http://b"), Some("A_KEY")));
        assert_eq!(profile[1].1.retries, Some(1));
    }

    #[test]
    fn what_was_found_stays_in_its_folder() {
        for path in ["/etc", "../cards", "a/../../b"] {
            let told = refused(&format!("cards = {path:?}"));
            assert!(told.contains("not beneath") && told.contains("--config"), "{told}");
            assert!(config(&format!("cards = {path:?}"), true).is_ok(), "named, {path} is fine");
        }
        assert!(config("cards = \"cards\"", false).is_ok());
    }

    #[cfg(unix)]
    #[test]
    fn a_link_does_not_lead_out_of_the_folder() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(FILE);
        for target in ["/", "/nowhere/at/all"] {
            let _ = fs::remove_file(folder.path().join("away"));
            std::os::unix::fs::symlink(target, folder.path().join("away")).unwrap();
            fs::write(&path, "cards = \"away/cards\"").unwrap();
            let read = Config::read(&path, File::open(&path).unwrap(), false);
            assert!(read.is_err(), "{target}");
        }
    }

    #[test]
    fn the_nearest_one_above_is_found() {
        let (folder, _) = config(DAILY, true).unwrap();
        let deep = folder.path().join("a/b");
        fs::create_dir_all(&deep).unwrap();
        let found = Config::found(&deep, true).unwrap().unwrap();
        assert_eq!((found.path(), found.is_named()), (&*folder.path().join(FILE), false));
    }
}

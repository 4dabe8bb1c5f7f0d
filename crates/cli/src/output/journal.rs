//! What an unfinished result was made of and with, step by step, in a file beside it: a later run goes on
//! from there, and keeps no byte that it cannot vouch for.
//!
//! The first line says what the result is made with, and every other one is a step: the articles whose results
//! were written since the step before, what those inputs were, and where in the result that ends. A step is
//! written after the bytes that it speaks of, so one that was killed in between is only done again.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::{self, BufRead, BufReader, Read as _, Write as _},
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::render::State;

/// The version of the file.
const SCHEMA: &str = "standfirst-journal/1";
/// Longest line, in bytes.
const MAX_LINE: u64 = 8 << 20;
/// Longest piece of a result that one step may stand for, in bytes.
const MAX_PIECE: u64 = 1 << 30;
/// What the name of a journal ends with, in the place of the ending of its result.
pub const ENDING: &str = ".journal";

/// All that the bytes of a result depend on beside the articles.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MadeWith {
    schema: String,
    program: String,
    command: String,
    /// Flags and what they come to.
    settings: BTreeMap<String, String>,
    /// Checksums of cards and weights.
    models: BTreeMap<String, String>,
}

impl MadeWith {
    /// Of this program's `command`.
    pub fn new(
        command: &str,
        settings: BTreeMap<String, String>,
        models: BTreeMap<String, String>,
    ) -> Self {
        Self {
            schema: SCHEMA.to_owned(),
            program: env!("CARGO_PKG_VERSION").to_owned(),
            command: command.to_owned(),
            settings,
            models,
        }
    }

    /// The command.
    pub fn command(&self) -> &str {
        &self.command
    }

    /// Flags and what they come to.
    pub fn settings(&self) -> &BTreeMap<String, String> {
        &self.settings
    }

    /// Models with their revisions.
    pub fn models(&self) -> &BTreeMap<String, String> {
        &self.models
    }

    /// What was other when a result was made with `self`, in words; `None` if all is as `now`.
    pub fn differs(&self, now: &Self) -> Option<String> {
        let of = |what: &str, then: &str, now: &str| {
            (then != now).then(|| format!("{what} ({then} then, {now} now)"))
        };
        let mut found: Vec<String> = [
            of("another version of the program", &self.program, &now.program),
            of("another command", &self.command, &now.command),
        ]
        .into_iter()
        .flatten()
        .collect();
        for (name, then, now) in differences(&self.settings, &now.settings) {
            found.push(format!("{name} ({then} then, {now} now)"));
        }
        let same_models = found.is_empty();
        for (name, ..) in differences(&self.models, &now.models).filter(|_| same_models) {
            found.push(format!("other files or another card of {name}"));
        }
        (!found.is_empty()).then(|| found.join("; "))
    }
}

/// Keys with other values, and both of these.
fn differences<'a>(
    then: &'a BTreeMap<String, String>,
    now: &'a BTreeMap<String, String>,
) -> impl Iterator<Item = (&'a str, &'a str, &'a str)> {
    let mut keys: Vec<&String> = then.keys().chain(now.keys()).collect();
    keys.sort();
    keys.dedup();
    keys.into_iter().filter_map(move |key| {
        let value = |map: &'a BTreeMap<String, String>| map.get(key).map_or("none", String::as_str);
        (then.get(key) != now.get(key)).then(|| (key.as_str(), value(then), value(now)))
    })
}

/// An input and what became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// Where it came from.
    pub source: String,
    /// SHA-256 of it as it is stored, in hexadecimal.
    pub input: String,
    /// Whether its report has an error in it.
    pub failed: bool,
    /// Whether any model answered.
    pub answered: bool,
    /// Sentences that the article does not support.
    pub unsupported: usize,
}

/// A line: what was written since the one before.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Step {
    /// The articles.
    pub articles: Vec<Mark>,
    /// Where their results end in the file, in bytes.
    end: u64,
    /// SHA-256 of the bytes written for them, in hexadecimal.
    written: String,
    /// What the renderer knows then.
    pub state: State,
}

/// The journal of a result that is being written.
pub struct Journal {
    file: File,
    path: PathBuf,
    /// Of what was written since the last step.
    hasher: Sha256,
    /// Articles whose results a renderer still holds back.
    waiting: Vec<Mark>,
}

impl Journal {
    /// A new one for the result at `partial`.
    ///
    /// # Errors
    /// If it cannot be written, or its name is taken.
    pub fn create(partial: &Path, made_with: &MadeWith) -> io::Result<Self> {
        let path = path_for(partial);
        let file = File::options().write(true).create_new(true).open(&path)?;
        let mut journal = Self { file, path, hasher: Sha256::new(), waiting: Vec::new() };
        let begun = journal.line(made_with);
        // Half of its first line is worth nothing.
        begun.inspect_err(|_| journal.remove())?;
        Ok(journal)
    }

    /// Takes note of bytes of the result.
    pub fn written(&mut self, bytes: &[u8]) {
        self.hasher.update(bytes);
    }

    /// An article is done, and the result ends at `end`; without a `state` its renderer holds something back,
    /// and the article belongs to the next step.
    pub fn article(&mut self, mark: Mark, end: u64, state: Option<State>) -> io::Result<()> {
        self.waiting.push(mark);
        let Some(state) = state else { return Ok(()) };
        let done = std::mem::take(&mut self.waiting);
        self.step(done, end, state)
    }

    /// Articles are done, and the result ends at `end`.
    pub fn step(&mut self, articles: Vec<Mark>, end: u64, state: State) -> io::Result<()> {
        let written = hexadecimal(&std::mem::take(&mut self.hasher).finalize());
        self.line(&Step { articles, end, written, state })
    }

    fn line(&mut self, value: &impl Serialize) -> io::Result<()> {
        let mut line = serde_json::to_vec(value)?;
        line.push(b'\n');
        self.file.write_all(&line)
    }

    /// Makes it last through a power cut.
    pub fn sync(&self) -> io::Result<()> {
        self.file.sync_all()
    }

    /// Takes it away: its result is whole, or there is none.
    pub fn remove(&self) {
        // What stays behind speaks of a file that is not there, and is cleared away by the next run.
        let _ = fs::remove_file(&self.path);
    }
}

/// Takes away what stands at `path` if it is the journal of a result that is there no more, of whoever owns
/// `own`: its run was killed between the last two steps of its end.
pub fn clear_orphan(path: &Path, own: &File) {
    if path.with_extension("partial").exists() {
        return;
    }
    let is_journal = |file: File| first_line(&mut BufReader::new(file)).is_some();
    let is_worthless = ours(path, own).is_some_and(is_journal)
        || ours(path, own).is_some_and(|file| holds_nothing(&file));
    if is_worthless {
        let _ = fs::remove_file(path);
    }
}

/// Takes away the result at `partial`, the name of what is open and locked as `file`, if there is nothing in it: its run, of
/// whoever owns `own`, was killed before its first step. Whether it did.
pub fn clear_empty(partial: &Path, file: &File, own: &File) -> bool {
    let is_empty = file.metadata().is_ok_and(|metadata| metadata.len() == 0);
    if !is_empty || ours(partial, own).is_none() {
        return false;
    }
    let journal = path_for(partial);
    match ours(&journal, own) {
        Some(found) if holds_nothing(&found) => {
            let _ = fs::remove_file(journal);
        }
        None if !journal.exists() => {}
        // It speaks of results, or is not ours.
        _ => return false,
    }
    fs::remove_file(partial).is_ok()
}

/// Whether a journal's run was killed before it had written a step, or so much as its first line.
fn holds_nothing(journal: &File) -> bool {
    let mut text = Vec::new();
    if journal.take(MAX_LINE).read_to_end(&mut text).is_err() {
        return false;
    }
    // How every first line begins.
    let beginning = format!("{{\"schema\":\"{SCHEMA}\"");
    let begins = text.iter().zip(beginning.as_bytes()).all(|(found, known)| found == known);
    begins && text.split(|byte| *byte == b'\n').count() < 3
}

/// What a journal says first: how its result is made.
fn first_line(journal: &mut impl BufRead) -> Option<MadeWith> {
    serde_json::from_slice(&line(journal)?).ok()
}

/// Where the journal of the result at `partial` is.
pub fn path_for(partial: &Path) -> PathBuf {
    partial.with_extension(&ENDING[1..])
}

/// What a run that was cut short has left, read from its beginning.
pub struct Unfinished {
    result: BufReader<File>,
    journal: BufReader<File>,
    /// Its own, and those of others that hold no more than its beginning.
    paths: Vec<[PathBuf; 2]>,
    made_with: MadeWith,
    at: u64,
    /// Length of the journal, in bytes.
    size: u64,
}

impl Unfinished {
    /// What stands at `partial`, if it has a journal and both are files of whoever owns `own`. None of them is
    /// written to.
    pub fn open(partial: &Path, own: &File) -> Option<Self> {
        let journal_path = path_for(partial);
        let result = ours(partial, own)?;
        let journal = ours(&journal_path, own)?;
        let size = journal.metadata().ok()?.len();
        let mut journal = BufReader::new(journal);
        let made_with = first_line(&mut journal)?;
        let paths = vec![[partial.to_owned(), journal_path]];
        let known = made_with.schema == SCHEMA;
        let result = BufReader::new(result);
        known.then_some(Self { result, journal, paths, made_with, at: 0, size })
    }

    /// What it was made with.
    pub fn made_with(&self) -> &MadeWith {
        &self.made_with
    }

    /// Where it stands.
    pub fn path(&self) -> &Path {
        &self.paths[0][0]
    }

    /// Whether it is what stands at `partial`, or holds all that does.
    pub fn holds(&self, partial: &Path) -> bool {
        self.paths.iter().any(|[path, _]| path == partial)
    }

    /// Takes in `others` that hold no more than its beginning, such as what a run has left that was killed while
    /// it took this one over.
    pub fn take_in(&mut self, others: impl Iterator<Item = Self>) {
        for other in others {
            if is_beginning(&other.paths[0][1], &self.paths[0][1]) {
                self.paths.extend(other.paths);
            }
        }
    }

    /// The length of its journal: the longer, the more there is of it.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Whether no step was written.
    pub fn is_empty(&self) -> bool {
        serde_json::to_vec(&self.made_with).is_ok_and(|line| self.size <= line.len() as u64 + 1)
    }

    /// The next step and the bytes of the result that it stands for; `None` where there is no more, or the
    /// bytes are not those that were written.
    pub fn next_step(&mut self) -> Option<(Step, Vec<u8>)> {
        let step: Step = serde_json::from_slice(&line(&mut self.journal)?).ok()?;
        let length = step.end.checked_sub(self.at).filter(|length| *length <= MAX_PIECE)?;
        let mut bytes = Vec::new();
        self.result.by_ref().take(length).read_to_end(&mut bytes).ok()?;
        let same = bytes.len() as u64 == length
            && hexadecimal(&Sha256::digest(&bytes)) == step.written
            && !step.articles.is_empty();
        self.at = step.end;
        same.then_some((step, bytes))
    }

    /// Takes it away, now that all of it stands elsewhere.
    pub fn remove(self) {
        for path in self.paths.iter().flatten() {
            // One that stays is told of by the next run.
            let _ = fs::remove_file(path);
        }
    }
}

/// Whether the whole lines of the journal at `one` are the first of that at `other`.
fn is_beginning(one: &Path, other: &Path) -> bool {
    let (Ok(one), Ok(other)) = (File::open(one), File::open(other)) else { return false };
    let (mut one, mut other) = (BufReader::new(one), BufReader::new(other));
    while let Some(found) = line(&mut one) {
        if line(&mut other) != Some(found) {
            return false;
        }
    }
    true
}

/// The line that comes next, without its end; `None` for one that is torn or too long.
fn line(from: &mut impl BufRead) -> Option<Vec<u8>> {
    let mut line = Vec::new();
    from.take(MAX_LINE).read_until(b'\n', &mut line).ok()?;
    line.ends_with(b"\n").then_some(line)
}

/// Opens a regular file that belongs to whoever owns `own` and that no link leads to.
pub fn ours(path: &Path, own: &File) -> Option<File> {
    let file = open_unlinked(path).ok()?;
    let (found, own) = (file.metadata().ok()?, own.metadata().ok()?);
    (found.is_file() && same_owner(&found, &own)).then_some(file)
}

#[cfg(unix)]
fn open_unlinked(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt as _;
    let flags = rustix::fs::OFlags::NOFOLLOW | rustix::fs::OFlags::NONBLOCK;
    let flags = flags.bits().try_into().unwrap_or_default();
    File::options().read(true).custom_flags(flags).open(path)
}

#[cfg(unix)]
fn same_owner(found: &fs::Metadata, own: &fs::Metadata) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    found.uid() == own.uid() && found.nlink() == 1
}

#[cfg(not(unix))]
fn open_unlinked(path: &Path) -> io::Result<File> {
    File::open(path)
}

#[cfg(not(unix))]
fn same_owner(_: &fs::Metadata, _: &fs::Metadata) -> bool {
    true
}

/// Bytes as people write them.
pub fn hexadecimal(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made_with(sentences: &str) -> MadeWith {
        let settings = BTreeMap::from([("--sentences".to_owned(), sentences.to_owned())]);
        let models = BTreeMap::from([("salience".to_owned(), "ab".to_owned())]);
        MadeWith::new("summarize", settings, models)
    }

    fn mark(source: &str) -> Mark {
        let source = source.to_owned();
        Mark { source, input: "00".to_owned(), failed: false, answered: true, unsupported: 0 }
    }

    /// A result with two steps, and what stands in it.
    fn two_steps(folder: &Path) -> PathBuf {
        let partial = folder.join("out.jsonl.abcdef.partial");
        fs::write(&partial, "one\ntwo\nth").unwrap();
        let mut journal = Journal::create(&partial, &made_with("3")).unwrap();
        journal.written(b"one\n");
        journal.article(mark("a"), 4, Some(State::default())).unwrap();
        journal.written(b"two\n");
        journal.article(mark("b"), 4, None).unwrap();
        journal.article(mark("c"), 8, Some(State::default())).unwrap();
        partial
    }

    #[test]
    fn a_journal_whose_result_is_gone_is_cleared_away_and_nothing_else_is() {
        let folder = tempfile::tempdir().unwrap();
        let partial = two_steps(folder.path());
        let own = File::open(&partial).unwrap();
        let journal = path_for(&partial);
        clear_orphan(&journal, &own);
        assert!(journal.exists(), "its result is there");
        fs::remove_file(&partial).unwrap();
        let mine = folder.path().join("out.jsonl.mynote.journal");
        fs::write(&mine, "what I had for dinner\n").unwrap();
        clear_orphan(&mine, &own);
        clear_orphan(&journal, &own);
        assert!(mine.exists() && !journal.exists());
    }

    #[test]
    fn what_was_killed_before_its_first_step_is_cleared_away_and_nothing_else_is() {
        let folder = tempfile::tempdir().unwrap();
        let partial = two_steps(folder.path());
        let journal = path_for(&partial);
        let whole = fs::read(&journal).unwrap();
        let header = whole.iter().position(|byte| *byte == b'\n').unwrap() + 1;
        let clears = |result: &[u8], begun: Option<&[u8]>| {
            fs::write(&partial, result).unwrap();
            let _ = fs::remove_file(&journal);
            if let Some(begun) = begun {
                fs::write(&journal, begun).unwrap();
            }
            let own = File::open(&partial).unwrap();
            let cleared = clear_empty(&partial, &own, &own);
            assert_eq!(partial.exists(), !cleared);
            assert_eq!(journal.exists(), !cleared && begun.is_some());
            cleared
        };
        assert!(clears(b"", None));
        for length in 0..whole.len() {
            let begun = Some(&whole[..length]);
            let steps = whole[..length].split(|byte| *byte == b'\n').count() - 1;
            assert_eq!(
                clears(b"", begun),
                steps < 2,
                "{length} bytes of which {header} are the header"
            );
            assert!(!clears(b"o", begun), "a result was taken away");
        }
        assert!(!clears(b"o", None), "a result was taken away");
        assert!(!clears(b"", Some(b"what I had for dinner")), "somebody's notes were taken away");
        fs::remove_file(&partial).unwrap();
        let own = File::open(&journal).unwrap();
        for length in 0..header {
            fs::write(&journal, &whole[..length]).unwrap();
            clear_orphan(&journal, &own);
            assert!(!journal.exists(), "{length} bytes of the first line stay");
        }
    }

    fn steps(partial: &Path) -> Vec<(usize, Vec<u8>)> {
        let own = File::open(partial).unwrap();
        let mut found = Unfinished::open(partial, &own).unwrap();
        std::iter::from_fn(|| found.next_step())
            .map(|(step, bytes)| (step.articles.len(), bytes))
            .collect()
    }

    #[test]
    fn what_was_finished_is_found_and_what_was_torn_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let partial = two_steps(folder.path());
        assert_eq!(steps(&partial), [(1, b"one\n".to_vec()), (2, b"two\n".to_vec())]);
        let journal = path_for(&partial);
        let text = fs::read(&journal).unwrap();
        fs::write(&journal, &text[..text.len() - 1]).unwrap();
        assert_eq!(steps(&partial).len(), 1, "a torn step counts");
        fs::write(&journal, &text).unwrap();
        fs::write(&partial, "one\ntWo\n").unwrap();
        assert_eq!(steps(&partial).len(), 1, "bytes that nobody wrote count");
        fs::write(&partial, "one\ntw").unwrap();
        assert_eq!(steps(&partial).len(), 1, "bytes that are not there count");
    }

    #[cfg(unix)]
    #[test]
    fn links_are_not_followed() {
        let folder = tempfile::tempdir().unwrap();
        let partial = two_steps(folder.path());
        let other = folder.path().join("other.partial");
        std::os::unix::fs::symlink(&partial, &other).unwrap();
        fs::copy(path_for(&partial), path_for(&other)).unwrap();
        let own = File::open(&partial).unwrap();
        assert!(Unfinished::open(&partial, &own).is_some());
        assert!(Unfinished::open(&other, &own).is_none());
        fs::hard_link(&partial, folder.path().join("hard")).unwrap();
        assert!(Unfinished::open(&partial, &own).is_none(), "somebody may have linked it there");
    }

    #[test]
    fn what_differs_is_named() {
        assert_eq!(made_with("3").differs(&made_with("3")), None);
        let told = made_with("3").differs(&made_with("5")).unwrap();
        assert_eq!(told, "--sentences (3 then, 5 now)");
        let mut trained = made_with("3");
        trained.models.insert("salience".to_owned(), "cd".to_owned());
        let told = made_with("3").differs(&trained).unwrap();
        assert_eq!(told, "other files or another card of salience");
    }
}

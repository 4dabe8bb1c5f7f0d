//! Records of runs: what was done when, with what, and what became of every article. A file of JSON Lines for each,
//! written as the run goes: one that was killed has all that it finished, and no end.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::{self, BufRead, BufReader, Read as _, Write as _},
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{Key, Store, StoreError};

/// The folder of the records.
pub(crate) const FOLDER: &str = "runs";
/// Ending of a record.
const ENDING: &str = "jsonl";
/// Longest line of a record, in bytes.
const MAX_LINE: u64 = 64 << 20;
/// How the line of an article begins.
const ARTICLE: &[u8] = b"{\"article\":";
/// Longest that a line waits in memory before it is written.
const PATIENCE: Duration = Duration::from_millis(200);
/// Bytes that wait at most.
const BUFFER: usize = 1 << 16;

/// How a run began.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Began {
    /// When, as RFC 3339 has it.
    pub at: String,
    /// The command.
    pub command: String,
    /// The version of the program.
    pub version: String,
    /// Models with their revisions: checksums of cards and weights.
    pub models: BTreeMap<String, String>,
    /// Flags and what they came to.
    pub settings: BTreeMap<String, String>,
    /// How many of the keys of an article are of abstracts; the first is of the repair, the rest are of tones.
    pub abstracts: usize,
}

/// What became of an article.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Article {
    /// Its id.
    pub id: String,
    /// By what its findings are kept, in hexadecimal; none for one that could not be read.
    pub keys: Vec<String>,
    /// Its report without them.
    pub report: Value,
}

impl Article {
    /// The keys.
    pub fn keys(&self) -> Vec<Key> {
        self.keys.iter().filter_map(|key| from_hex(key)).collect()
    }
}

/// How a run ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Ended {
    /// Articles.
    pub articles: u64,
    /// How many of them had an error.
    pub failed: u64,
    /// Of how many everything was known.
    pub known: u64,
    /// How long it took, in seconds.
    pub seconds: f64,
    /// Whether it was stopped before the input ended.
    pub interrupted: bool,
}

/// A line of a record.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Line {
    Began(Began),
    Article(Article),
    Ended(Ended),
}

/// Writes the record of a run.
pub struct Recorder {
    id: String,
    path: PathBuf,
    file: File,
    waiting: Vec<u8>,
    since: Instant,
}

impl Recorder {
    /// Begins a record in `store`.
    ///
    /// # Errors
    /// [`StoreError`] if it cannot be written.
    pub fn begin(store: &Store, began: Began) -> Result<Self, StoreError> {
        let folder = store.folder().join(FOLDER);
        let when: String = began.at.chars().filter(char::is_ascii_alphanumeric).take(15).collect();
        let cannot = |source| StoreError::Io { path: folder.clone(), source };
        let (prefix, suffix) = (format!("{when}-"), format!(".{ENDING}"));
        let mut name = tempfile::Builder::new();
        name.prefix(&prefix).suffix(&suffix).rand_bytes(4);
        #[cfg(unix)]
        name.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        let made = name.tempfile_in(&folder).map_err(cannot)?;
        let (file, path) = made.keep().map_err(|error| cannot(error.error))?;
        let id = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let since = Instant::now();
        let mut recorder = Self { id, path, file, waiting: Vec::new(), since };
        recorder.line(&Line::Began(began))?;
        recorder.flush()?;
        Ok(recorder)
    }

    /// What the run is called.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// An article is done.
    ///
    /// # Errors
    /// [`StoreError`] if the disk is full.
    pub fn article(&mut self, article: Article) -> Result<(), StoreError> {
        self.line(&Line::Article(article))?;
        if self.waiting.len() > BUFFER || self.since.elapsed() > PATIENCE {
            self.flush()?;
        }
        Ok(())
    }

    /// The run is over.
    ///
    /// # Errors
    /// [`StoreError`] if the disk is full.
    pub fn end(mut self, ended: Ended) -> Result<(), StoreError> {
        self.line(&Line::Ended(ended))?;
        self.flush()
    }

    fn line(&mut self, line: &Line) -> Result<(), StoreError> {
        let path = self.path.clone();
        serde_json::to_writer(&mut self.waiting, line)
            .map_err(|error| StoreError::Io { path, source: error.into() })?;
        self.waiting.push(b'\n');
        Ok(())
    }

    fn flush(&mut self) -> Result<(), StoreError> {
        let written = self.file.write_all(&self.waiting);
        self.waiting.clear();
        self.since = Instant::now();
        written.map_err(|source| StoreError::Io { path: self.path.clone(), source })
    }
}

/// A run, without its articles.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Run {
    /// What it is called.
    pub id: String,
    /// How it began.
    pub began: Began,
    /// Articles that its record has.
    pub articles: u64,
    /// How it ended; `None` if it was killed, or goes on.
    pub ended: Option<Ended>,
}

/// A run, and where its articles are read from.
pub struct Recorded {
    /// The run.
    pub run: Run,
    path: PathBuf,
}

impl Recorded {
    /// Its articles in their order, each read when it is asked for: there may be millions.
    ///
    /// # Errors
    /// [`StoreError`] if the record cannot be read; of an article, if it cannot be read on.
    pub fn articles(
        &self,
    ) -> Result<impl Iterator<Item = Result<Article, StoreError>> + use<>, StoreError> {
        let path = self.path.clone();
        let cannot = move |source| StoreError::Io { path: path.clone(), source };
        let mut reader = BufReader::new(File::open(&self.path).map_err(&cannot)?);
        line(&mut reader).map_err(&cannot)?;
        let mut is_over = false;
        Ok(std::iter::from_fn(move || {
            let found = if is_over { Ok(None) } else { line(&mut reader) };
            is_over = !matches!(found, Ok(Some(Line::Article(_))));
            match found {
                Ok(Some(Line::Article(article))) => Some(Ok(article)),
                Ok(_) => None,
                Err(error) => Some(Err(cannot(error))),
            }
        }))
    }
}

/// All runs of the store at `folder`, the earliest first.
///
/// # Errors
/// [`StoreError`] if it is no store, or cannot be read.
pub fn list(folder: &Path) -> Result<Vec<Run>, StoreError> {
    let runs = paths(folder)?.into_iter();
    Ok(runs.filter_map(|path| read(&path).ok().flatten()).collect())
}

/// The run of this name, or the only one whose name begins so; `latest` for the last that began.
///
/// # Errors
/// [`StoreError::NoRun`], or if it cannot be read.
pub fn find(folder: &Path, name: &str) -> Result<Recorded, StoreError> {
    let paths = paths(folder)?;
    let called = |path: &Path| path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let mut found: Vec<&PathBuf> = match name {
        "latest" => paths.last().into_iter().collect(),
        name => paths.iter().filter(|path| called(path).starts_with(name)).collect(),
    };
    if let Some(exact) = found.iter().find(|path| called(path) == name) {
        found = vec![exact];
    }
    let [path] = found[..] else {
        let near = found.iter().map(|path| called(path)).collect();
        return Err(StoreError::NoRun { name: name.to_owned(), near });
    };
    let run = read(path).map_err(|source| StoreError::Io { path: path.clone(), source })?;
    let run = run.ok_or_else(|| StoreError::NoRun { name: name.to_owned(), near: Vec::new() })?;
    Ok(Recorded { run, path: path.clone() })
}

/// Takes the record of a run away. What it found stays until it is collected.
///
/// # Errors
/// [`StoreError`] if it cannot be.
pub fn forget(folder: &Path, id: &str) -> Result<(), StoreError> {
    let path = folder.join(FOLDER).join(id).with_extension(ENDING);
    fs::remove_file(&path).map_err(|source| StoreError::Io { path, source })
}

fn paths(folder: &Path) -> Result<Vec<PathBuf>, StoreError> {
    if !folder.join(crate::MARK).is_file() {
        return Err(StoreError::Foreign(folder.to_owned()));
    }
    let cannot = |source| StoreError::Io { path: folder.to_owned(), source };
    let entries = fs::read_dir(folder.join(FOLDER)).map_err(cannot)?;
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.retain(|path| path.extension().is_some_and(|ending| ending == ENDING));
    paths.sort();
    Ok(paths)
}

/// Reads a record as far as it is whole, without its articles; `None` if it has no beginning.
fn read(path: &Path) -> io::Result<Option<Run>> {
    let mut reader = BufReader::with_capacity(BUFFER, File::open(path)?);
    let id = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let Some(Line::Began(began)) = line(&mut reader)? else { return Ok(None) };
    let mut run = Run { id, began, articles: 0, ended: None };
    let mut text = Vec::new();
    while text_of_line(&mut reader, &mut text)? {
        if text.starts_with(ARTICLE) {
            run.articles += 1;
        } else if let Ok(Line::Ended(ended)) = serde_json::from_slice(&text) {
            run.ended = Some(ended);
        } else {
            break;
        }
    }
    Ok(Some(run))
}

/// The line that comes next; `None` at the end and where one is torn.
fn line(reader: &mut impl BufRead) -> io::Result<Option<Line>> {
    let mut text = Vec::new();
    let is_whole = text_of_line(reader, &mut text)?;
    Ok(serde_json::from_slice(&text).ok().filter(|_| is_whole))
}

/// Puts the next line into `text`. Whether it is whole.
fn text_of_line(reader: &mut impl BufRead, text: &mut Vec<u8>) -> io::Result<bool> {
    text.clear();
    reader.take(MAX_LINE).read_until(b'\n', text)?;
    Ok(text.ends_with(b"\n"))
}

/// A key as it stands in a record.
pub fn to_hex(key: &Key) -> String {
    use std::fmt::Write as _;
    key.iter().fold(String::with_capacity(64), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn from_hex(text: &str) -> Option<Key> {
    let mut key = Key::default();
    (text.len() == 2 * key.len() && text.is_ascii()).then_some(())?;
    for (at, byte) in key.iter_mut().enumerate() {
        *byte = u8::from_str_radix(text.get(2 * at..2 * at + 2)?, 16).ok()?;
    }
    Some(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn began(at: &str) -> Began {
        Began {
            at: at.to_owned(),
            command: "summarize".to_owned(),
            version: "1".to_owned(),
            models: BTreeMap::new(),
            settings: BTreeMap::new(),
            abstracts: 1,
        }
    }

    fn article(id: &str) -> Article {
        Article { id: id.to_owned(), keys: vec![to_hex(&[7; 32])], report: Value::Null }
    }

    #[test]
    fn runs_are_listed_in_order_found_by_name_and_read_as_far_as_they_go() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("store");
        let store = Store::open(&place).unwrap();
        let mut first = Recorder::begin(&store, began("2026-01-02T03:04:05Z")).unwrap();
        first.article(article("a")).unwrap();
        let ended = Ended { articles: 1, seconds: 0.5, ..Ended::default() };
        let id = first.id().to_owned();
        first.end(ended).unwrap();
        let mut killed = Recorder::begin(&store, began("2026-02-02T03:04:05Z")).unwrap();
        killed.article(article("b")).unwrap();
        killed.flush().unwrap();
        killed.file.write_all(b"{\"article\":{\"id\":").unwrap();
        drop(killed);
        let runs = list(&place).unwrap();
        assert_eq!(runs.iter().map(|run| run.articles).collect::<Vec<_>>(), [1, 1]);
        assert_eq!((runs[0].ended, runs[1].ended), (Some(ended), None));
        assert!(id.starts_with("20260102T030405-"), "{id}");
        assert_eq!(find(&place, "202601").unwrap().run.id, id);
        let articles = |name: &str| {
            let found = find(&place, name).unwrap().articles().unwrap();
            found.collect::<Result<Vec<_>, _>>().unwrap()
        };
        assert_eq!(articles("latest"), [article("b")]);
        assert_eq!(articles(&id)[0].keys(), [[7; 32]]);
        assert!(
            matches!(find(&place, "2026"), Err(StoreError::NoRun { near, .. }) if near.len() == 2)
        );
        assert!(
            matches!(find(&place, "x"), Err(StoreError::NoRun { near, .. }) if near.is_empty())
        );
        forget(&place, &id).unwrap();
        assert_eq!(list(&place).unwrap().len(), 1);
    }
}

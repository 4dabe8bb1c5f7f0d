//! What is known of a feed, in its folder, and how new entries get there: each exactly once, whatever is killed.
//!
//! First the new entries are written under a name that nobody reads. Then the state says that these are known, and where
//! they wait. Then they get their name. Whoever opens the folder next finds either no such name in the state, and the
//! entries are new again, or one, and the entries get it then.

use std::{
    collections::{BTreeMap, HashSet},
    fs::{self, File},
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tempfile::NamedTempFile;
use url::Url;

use crate::{
    FeedError,
    entries::{Item, short},
};

/// The file of the state. Its name begins so that nobody takes it for an article.
const STATE: &str = ".standfirst-feed.json";
/// How names of files begin that are not read yet.
const WAITING: &str = ".new-";
/// Entries that are remembered beyond those that the feed has: a feed may drop one and bring it back.
const REMEMBERED: usize = 5_000;
/// Largest state that is read, in bytes.
const MAX_STATE: u64 = 64 << 20;

/// What is known of a feed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct State {
    pub url: String,
    #[serde(default)]
    pub etag: Option<String>,
    #[serde(default)]
    pub modified: Option<String>,
    /// Checksums of entries by id.
    #[serde(default)]
    seen: BTreeMap<String, String>,
    /// Until when the host asked to be left alone, in seconds since 1970.
    #[serde(default)]
    not_before: Option<i64>,
    /// Names of files that are to get theirs, without what they wait under.
    #[serde(default)]
    waiting: Vec<String>,
}

/// The folder of a feed.
#[derive(Debug)]
pub(crate) struct Folder {
    path: PathBuf,
    pub state: State,
}

impl Folder {
    /// That of the feed at `url` in `into`; it is made if need be. What a killed poll has left is finished or cleared.
    pub fn open(into: &Path, url: &Url) -> Result<Self, FeedError> {
        let path = into.join(name(url));
        let cannot = |source| FeedError::Io { path: path.clone(), source };
        fs::create_dir_all(&path).map_err(cannot)?;
        let known = state(&path.join(STATE)).filter(|state| state.url == url.as_str());
        let state = known.unwrap_or_else(|| State { url: url.to_string(), ..State::default() });
        let mut folder = Self { path, state };
        folder.settle()?;
        Ok(folder)
    }

    /// Until when its host is to be left alone.
    pub fn rests_until(&self) -> Option<Timestamp> {
        self.state.not_before.and_then(|second| Timestamp::from_second(second).ok())
    }

    /// Notes until when its host is to be left alone.
    pub fn rest(&mut self, until: Option<Timestamp>) {
        self.state.not_before = until.map(Timestamp::as_second);
    }

    /// The entries that are new or have changed, `most` at most.
    pub fn new_ones(&self, items: Vec<Item>, most: usize) -> Vec<Item> {
        let mut ids = HashSet::new();
        let is_new = |item: &Item| self.state.seen.get(&item.id) != Some(&item.sum);
        let new = items.into_iter().filter(|item| is_new(item) && ids.insert(item.id.clone()));
        new.take(most).collect()
    }

    /// Keeps new entries, of which those with pages [wait](Self::wait) under the names `pages`; then the state holds.
    pub fn keep(
        &mut self,
        title: Option<&str>,
        new: &[Item],
        pages: Vec<String>,
        at: Timestamp,
    ) -> Result<(), FeedError> {
        let mut names = pages;
        let rest: Vec<&Item> =
            new.iter().filter(|item| !names.contains(&page_name(item))).collect();
        if !rest.is_empty() {
            let entries: Vec<&Value> = rest.iter().map(|item| &item.json).collect();
            let feed = json!({
                "version": "https://jsonfeed.org/version/1.1",
                "title": title.unwrap_or(&self.state.url),
                "feed_url": self.state.url,
                "items": entries,
            });
            let sums: String = rest.iter().map(|item| item.sum.as_str()).collect();
            let name = format!("{}-{}.json", at.strftime("%Y%m%dT%H%M%SZ"), short(sums.as_bytes()));
            self.wait(&name, feed.to_string().as_bytes())?;
            names.push(name);
        }
        for item in new {
            self.state.seen.insert(item.id.clone(), item.sum.clone());
        }
        self.state.waiting = names;
        self.write()?;
        self.settle()
    }

    /// Writes a file that is not read until [`keep`](Self::keep) gives it its name.
    pub fn wait(&self, name: &str, bytes: &[u8]) -> Result<(), FeedError> {
        self.put(&format!("{WAITING}{name}"), bytes)
    }

    /// Writes the state.
    pub fn write(&self) -> Result<(), FeedError> {
        let bytes = serde_json::to_vec(&self.state).unwrap_or_default();
        self.put(STATE, &bytes)
    }

    /// Forgets entries that the feed does not have any more, where there are too many.
    pub fn forget(&mut self, there: &HashSet<String>) {
        let mut over = self.state.seen.len().saturating_sub(REMEMBERED + there.len());
        self.state.seen.retain(|id, _| {
            let goes = over > 0 && !there.contains(id);
            over -= usize::from(goes);
            !goes
        });
    }

    /// Gives their names to files that wait, and clears what waits for nothing.
    fn settle(&mut self) -> Result<(), FeedError> {
        for name in std::mem::take(&mut self.state.waiting) {
            let from = self.path.join(format!("{WAITING}{name}"));
            // Not there any more: it has its name already.
            if from.exists() {
                let to = self.path.join(&name);
                fs::rename(&from, &to).map_err(|source| FeedError::Io { path: to, source })?;
            }
        }
        for entry in fs::read_dir(&self.path).into_iter().flatten().flatten() {
            if entry.file_name().to_string_lossy().starts_with(WAITING) {
                let _ = fs::remove_file(entry.path());
            }
        }
        Ok(())
    }

    fn put(&self, name: &str, bytes: &[u8]) -> Result<(), FeedError> {
        let path = self.path.join(name);
        let write = || -> io::Result<()> {
            let mut file = NamedTempFile::with_prefix_in(WAITING, &self.path)?;
            file.write_all(bytes)?;
            file.as_file().sync_all()?;
            #[cfg(unix)]
            {
                use std::os::unix::fs::PermissionsExt as _;
                file.as_file().set_permissions(fs::Permissions::from_mode(0o644))?;
            }
            file.persist(&path).map_err(|error| error.error)?;
            Ok(())
        };
        write().map_err(|source| FeedError::Io { path: path.clone(), source })
    }
}

/// What the page of an entry is called.
pub(crate) fn page_name(item: &Item) -> String {
    format!("{}.html", short(format!("{} {}", item.id, item.sum).as_bytes()))
}

/// What the folder of a feed is called: its host, and a checksum of all.
fn name(url: &Url) -> String {
    let host: String = url
        .host_str()
        .unwrap_or_default()
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || c == '.' || c == '-' { c } else { '_' })
        .take(80)
        .collect();
    format!("{}-{}", host.trim_start_matches('.'), &short(url.as_str().as_bytes())[..10])
}

fn state(path: &Path) -> Option<State> {
    let file = File::open(path).ok()?;
    if file.metadata().ok()?.len() > MAX_STATE {
        return None;
    }
    serde_json::from_reader(io::BufReader::new(file)).ok().map(|mut state: State| {
        // A name is one that we give; another could leave the folder.
        state.waiting.retain(|name| !name.contains(['/', '\\']) && !name.starts_with('.'));
        state
    })
}

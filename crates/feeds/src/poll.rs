//! All feeds, a host at a time and several hosts at once.

use std::{
    collections::{BTreeMap, HashSet, VecDeque},
    fs::{self, File, TryLockError},
    path::Path,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
        mpsc,
    },
    thread,
};

use jiff::Timestamp;

use crate::{
    Feed, FeedError, Options,
    client::{Client, Known},
    entries::{self, Item},
    keep::{Folder, page_name},
};

/// The file that whoever polls into a folder holds the lock of.
const LOCK: &str = ".standfirst-feeds.lock";

/// What became of a feed.
#[derive(Debug)]
pub struct Polled {
    /// Which one.
    pub feed: Feed,
    /// Entries that were new or had changed; or why there are none.
    pub new: Result<usize, FeedError>,
    /// Pages of these that could not be had, and why; the entries are kept as the feed has them.
    pub pages: Vec<(String, FeedError)>,
}

/// Polls `feeds` into the folder `into`, which is made if need be; `tell` is told of each as it is done. When `stop`
/// becomes true no more are begun.
///
/// # Errors
/// [`FeedError`] if the folder cannot be used, or somebody else polls into it.
pub fn poll(
    feeds: Vec<Feed>,
    into: &Path,
    options: &Options,
    stop: &AtomicBool,
    mut tell: impl FnMut(Polled),
) -> Result<(), FeedError> {
    let cannot = |source| FeedError::Io { path: into.to_owned(), source };
    fs::create_dir_all(into).map_err(cannot)?;
    let lock = File::options().create(true).append(true).open(into.join(LOCK)).map_err(cannot)?;
    if let Err(TryLockError::WouldBlock) = lock.try_lock() {
        return Err(FeedError::Busy(into.to_owned()));
    }
    let named: Vec<String> =
        feeds.iter().filter_map(|feed| feed.url.host_str()).map(str::to_owned).collect();
    let mut by_host: BTreeMap<String, Vec<Feed>> = BTreeMap::new();
    for feed in feeds {
        by_host.entry(feed.url.host_str().unwrap_or_default().to_owned()).or_default().push(feed);
    }
    let client = Client::new(options, named);
    let hosts = Mutex::new(by_host.into_values().collect::<VecDeque<_>>());
    let (to, done) = mpsc::channel();
    thread::scope(|scope| {
        for _ in 0..options.hosts.max(1) {
            let (to, hosts, client) = (to.clone(), &hosts, &client);
            scope.spawn(move || {
                let next = || hosts.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
                while let Some(feeds) = next() {
                    for feed in feeds {
                        if stop.load(Ordering::Relaxed) {
                            return;
                        }
                        // Whoever is told is there until all is done.
                        let _ = to.send(one(feed, into, options, client));
                    }
                }
            });
        }
        drop(to);
        done.into_iter().for_each(&mut tell);
    });
    Ok(())
}

fn one(feed: Feed, into: &Path, options: &Options, client: &Client<'_>) -> Polled {
    let mut pages = Vec::new();
    let new = refresh(&feed, into, options, client, &mut pages);
    Polled { feed, new, pages }
}

fn refresh(
    feed: &Feed,
    into: &Path,
    options: &Options,
    client: &Client<'_>,
    missed: &mut Vec<(String, FeedError)>,
) -> Result<usize, FeedError> {
    let mut folder = Folder::open(into, &feed.url)?;
    let now = Timestamp::now();
    if let Some(until) = folder.rests_until().filter(|until| *until > now) {
        return Err(FeedError::NotYet(until));
    }
    let state = &folder.state;
    let known = Known { etag: state.etag.as_deref(), modified: state.modified.as_deref() };
    let answer = match client.get(&feed.url, known) {
        Err(FeedError::NotYet(until)) => {
            folder.rest(Some(until));
            folder.write()?;
            return Err(FeedError::NotYet(until));
        }
        answer => answer?,
    };
    folder.rest(None);
    let Some(body) = answer.body else {
        folder.write()?;
        return Ok(0);
    };
    let (title, items) = entries::parse(&body, &feed.url)?;
    let there: HashSet<String> = items.iter().map(|item| item.id.clone()).collect();
    let count = items.len();
    let new = folder.new_ones(items, options.max_entries);
    // With entries left for the next poll the feed is to come once more, though it has not changed.
    let all = new.len() < options.max_entries || count <= options.max_entries;
    folder.state.etag = answer.etag.filter(|_| all);
    folder.state.modified = answer.modified.filter(|_| all);
    folder.forget(&there);
    let fetched = if options.pages { fetch(&new, &folder, client, missed)? } else { Vec::new() };
    folder.keep(title.or_else(|| feed.title.clone()).as_deref(), &new, fetched, now)?;
    Ok(new.len())
}

/// Has the pages of new entries wait, as far as they can be had; gives their names.
fn fetch(
    new: &[Item],
    folder: &Folder,
    client: &Client<'_>,
    missed: &mut Vec<(String, FeedError)>,
) -> Result<Vec<String>, FeedError> {
    let mut names = Vec::new();
    for item in new {
        let Some(url) = &item.page else { continue };
        match client.get(url, Known::default()) {
            Ok(answer) => {
                let name = page_name(item);
                folder.wait(&name, &answer.body.unwrap_or_default())?;
                names.push(name);
            }
            Err(error) => missed.push((url.to_string(), error)),
        }
    }
    Ok(names)
}

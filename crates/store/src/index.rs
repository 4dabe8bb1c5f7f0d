//! Where every finding is, in memory: 64 bytes or so for each.

use std::{
    collections::HashMap,
    fs::File,
    io::{self, Read as _, Seek as _, SeekFrom},
    path::{Path, PathBuf},
    sync::Arc,
};

use crate::{
    Key,
    segment::{self, PLACE, Place, Segment},
};

/// The places of all findings that are known.
#[derive(Default)]
pub(crate) struct Index {
    /// By the first half of the key, which tells as many findings apart as there can ever be; the checksum at the
    /// place has the whole of it.
    places: HashMap<[u8; 16], (u32, Place)>,
    segments: Vec<Known>,
}

/// A segment of which so much is known.
struct Known {
    path: PathBuf,
    segment: Arc<Segment>,
    /// Bytes of its places that were read.
    read: u64,
}

impl Index {
    pub(crate) fn len(&self) -> usize {
        self.places.len()
    }

    /// Where the finding by `key` is.
    pub(crate) fn place(&self, key: &Key) -> Option<(Arc<Segment>, Place)> {
        let (segment, place) = self.places.get(&half(key))?;
        let known = self.segments.get(*segment as usize)?;
        Some((Arc::clone(&known.segment), *place))
    }

    /// Takes note of findings that this process has just written.
    pub(crate) fn add(&mut self, segment: &(PathBuf, Arc<Segment>), places: Vec<(Key, Place)>) {
        let length = (places.len() * PLACE) as u64;
        let (path, segment) = segment;
        let at = self.position(path).unwrap_or_else(|| self.known(path, Arc::clone(segment)));
        self.segments[at].read += length;
        self.insert(at, places);
    }

    fn position(&self, path: &Path) -> Option<usize> {
        self.segments.iter().position(|known| known.path == path)
    }

    /// Takes note of a segment of which nothing was read, and gives its place.
    fn known(&mut self, path: &Path, segment: Arc<Segment>) -> usize {
        self.segments.push(Known { path: path.to_owned(), segment, read: 0 });
        self.segments.len() - 1
    }

    fn insert(&mut self, segment: usize, places: Vec<(Key, Place)>) {
        let Ok(segment) = u32::try_from(segment) else { return };
        for (key, place) in places {
            self.places.entry(half(&key)).or_insert((segment, place));
        }
    }

    /// Reads what has come to `folder` since.
    pub(crate) fn refresh(&mut self, folder: &Path) -> io::Result<()> {
        for path in segment::all(folder)? {
            let found = self.position(&path).or_else(|| {
                // Its findings are made after its places, by another process.
                let segment = Segment::open(&path).ok()?;
                Some(self.known(&path, Arc::new(segment)))
            });
            let Some(at) = found else { continue };
            let read = self.segments[at].read;
            let mut file = File::open(&path)?;
            if file.metadata()?.len() < read + PLACE as u64 {
                continue;
            }
            file.seek(SeekFrom::Start(read))?;
            let mut bytes = Vec::new();
            file.read_to_end(&mut bytes)?;
            let places: Vec<_> = bytes.chunks_exact(PLACE).filter_map(Place::from_bytes).collect();
            self.segments[at].read = read + (places.len() * PLACE) as u64;
            self.insert(at, places);
        }
        Ok(())
    }
}

fn half(key: &Key) -> [u8; 16] {
    std::array::from_fn(|at| key[at])
}

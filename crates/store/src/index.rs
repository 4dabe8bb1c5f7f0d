//! Where every finding is, in memory: 64 bytes or so for each.

use std::{
    collections::HashMap,
    fs::File,
    io::{self, BufReader, ErrorKind, Read as _, Seek as _, SeekFrom},
    path::{Path, PathBuf},
    sync::Arc,
};

use crate::{
    Key,
    segment::{self, PLACE, Place, Segment},
};

/// Bytes of places that are read at once.
const CHUNK: usize = 1 << 16;

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

    /// Of two places of one finding the later: it was written because the earlier could not be read.
    fn insert(&mut self, segment: usize, places: impl IntoIterator<Item = (Key, Place)>) {
        let Ok(segment) = u32::try_from(segment) else { return };
        let places = places.into_iter().map(|(key, place)| (half(&key), (segment, place)));
        self.places.extend(places);
    }

    /// Takes note that there is nothing at a place that the index has.
    pub(crate) fn forget(&mut self, key: &Key, place: Place) {
        if self.places.get(&half(key)).is_some_and(|(_, found)| *found == place) {
            self.places.remove(&half(key));
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
            let length = file.metadata()?.len().saturating_sub(read) / PLACE as u64;
            if length == 0 {
                continue;
            }
            file.seek(SeekFrom::Start(read))?;
            let mut reader = BufReader::with_capacity(CHUNK, file.take(length * PLACE as u64));
            let mut bytes = [0; PLACE];
            let mut failed = None;
            self.places.reserve(usize::try_from(length).unwrap_or_default());
            let next = || {
                failed = reader.read_exact(&mut bytes).err();
                failed.is_none().then(|| Place::from_bytes(&bytes)).flatten()
            };
            let mut count = 0;
            let places = std::iter::from_fn(next).inspect(|_| count += 1);
            self.insert(at, places);
            self.segments[at].read = read + count * PLACE as u64;
            if let Some(error) = failed.filter(|error| error.kind() != ErrorKind::UnexpectedEof) {
                return Err(error);
            }
        }
        Ok(())
    }
}

fn half(key: &Key) -> [u8; 16] {
    std::array::from_fn(|at| key[at])
}

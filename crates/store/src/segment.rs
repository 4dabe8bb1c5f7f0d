//! A segment: findings one after the other, and beside it their places.
//!
//! `NAME.data` holds findings, packed. `NAME.places` has for each of them, once it is there, its key, where it begins,
//! how long it is and a checksum: so that an index is read without reading the findings, and what was torn when a
//! process was killed, or a machine lost its power, is not taken for one.

use std::{
    fs::{self, File, TryLockError},
    io::{self, BufReader, Read as _, Seek as _, SeekFrom, Write as _},
    path::{Path, PathBuf},
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use flate2::{Compression, read::DeflateDecoder, write::DeflateEncoder};
use sha2::{Digest as _, Sha256};

use crate::{BUFFER, Collected, Key};

/// Ending of findings.
const DATA: &str = "data";
/// Ending of their places.
pub(crate) const PLACES: &str = "places";
/// Length of a place on disk, in bytes.
pub(crate) const PLACE: usize = 32 + 8 + 4 + 8;
/// Length from which a segment is not appended to any more, in bytes.
const FULL: u64 = 1 << 30;
/// How long a new segment waits for those who look at it to let go.
const PATIENCE: Duration = Duration::from_secs(2);
/// Largest finding, as packed and as unpacked, in bytes.
const MAX_FINDING: usize = 256 << 20;

/// Where a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    start: u64,
    length: u32,
    sum: [u8; 8],
}

impl Place {
    fn to_bytes(self, key: &Key) -> [u8; PLACE] {
        let mut bytes = [0; PLACE];
        bytes[..32].copy_from_slice(key);
        bytes[32..40].copy_from_slice(&self.start.to_le_bytes());
        bytes[40..44].copy_from_slice(&self.length.to_le_bytes());
        bytes[44..].copy_from_slice(&self.sum);
        bytes
    }

    /// The key and the place that `bytes` are; `None` if there are too few.
    pub(crate) fn from_bytes(bytes: &[u8]) -> Option<(Key, Self)> {
        let key = bytes.get(..32)?.try_into().ok()?;
        let start = u64::from_le_bytes(bytes.get(32..40)?.try_into().ok()?);
        let length = u32::from_le_bytes(bytes.get(40..44)?.try_into().ok()?);
        let sum = bytes.get(44..PLACE)?.try_into().ok()?;
        Some((key, Self { start, length, sum }))
    }
}

/// A segment that is read.
#[derive(Debug)]
pub(crate) struct Segment {
    data: File,
}

impl Segment {
    /// Opens the segment whose places are at `places`.
    pub(crate) fn open(places: &Path) -> io::Result<Self> {
        Ok(Self { data: File::open(places.with_extension(DATA))? })
    }

    /// The finding at a place; `None` if it is not what was written by this key.
    pub(crate) fn read(&self, key: &Key, place: Place) -> Option<Vec<u8>> {
        unpacked(&self.packed(key, place)?)
    }

    fn packed(&self, key: &Key, place: Place) -> Option<Vec<u8>> {
        let length = usize::try_from(place.length).ok().filter(|length| *length <= MAX_FINDING)?;
        let mut packed = vec![0; length];
        read_at(&self.data, &mut packed, place.start).ok()?;
        (sum(key, &packed) == place.sum).then_some(packed)
    }
}

#[cfg(unix)]
fn read_at(file: &File, bytes: &mut [u8], start: u64) -> io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, bytes, start)
}

#[cfg(not(unix))]
fn read_at(file: &File, bytes: &mut [u8], start: u64) -> io::Result<()> {
    // A handle of its own: others share the place that reading goes on from.
    let mut file = file.try_clone()?;
    file.seek(SeekFrom::Start(start))?;
    file.read_exact(bytes)
}

fn sum(key: &Key, packed: &[u8]) -> [u8; 8] {
    let digest = Sha256::new().chain_update(key).chain_update(packed).finalize();
    std::array::from_fn(|at| digest[at])
}

/// A finding as it is written.
pub(crate) fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::fast());
    // Writing to memory does not fail.
    let _ = encoder.write_all(bytes);
    encoder.finish().unwrap_or_default()
}

/// The finding that was written.
pub(crate) fn unpacked(packed: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    DeflateDecoder::new(packed).take(MAX_FINDING as u64).read_to_end(&mut bytes).ok()?;
    Some(bytes)
}

/// The one process that appends to a segment.
pub(crate) struct Writer {
    segment: Arc<Segment>,
    /// Locked as long as this is.
    places: File,
    data: File,
    end: u64,
    path: PathBuf,
}

impl Writer {
    /// Takes a segment in `folder` that nobody appends to, or makes one.
    pub(crate) fn open(folder: &Path) -> io::Result<Self> {
        for path in all(folder)? {
            let Ok(places) = File::options().read(true).append(true).open(&path) else { continue };
            if places.try_lock().is_err() {
                continue;
            }
            let data = path.with_extension(DATA);
            let Ok(mut data) = File::options().read(true).write(true).open(data) else { continue };
            let end = data.seek(SeekFrom::End(0))?;
            if end >= FULL {
                continue;
            }
            // What was torn when its last process was killed.
            let length = places.metadata()?.len();
            places.set_len(length - length % PLACE as u64)?;
            return Self::new(path, places, data, end);
        }
        let suffix = format!(".{PLACES}");
        let mut name = tempfile::Builder::new();
        name.suffix(&suffix).prefix("").rand_bytes(12);
        #[cfg(unix)]
        name.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        let (places, path) = name.tempfile_in(folder)?.keep().map_err(|error| error.error)?;
        // Whoever looks for a segment holds the lock for a moment, until it finds that this one has no findings
        // yet. A file system that knows no locks gives none.
        let since = Instant::now();
        while let Err(TryLockError::WouldBlock) = places.try_lock() {
            if since.elapsed() > PATIENCE {
                return Err(io::Error::other("a new segment is locked by somebody else"));
            }
            thread::sleep(Duration::from_millis(2));
        }
        let data = path.with_extension(DATA);
        let data = File::options().read(true).write(true).create_new(true).open(data)?;
        Self::new(path, places, data, 0)
    }

    fn new(path: PathBuf, places: File, data: File, end: u64) -> io::Result<Self> {
        let segment = Arc::new(Segment::open(&path)?);
        Ok(Self { segment, places, data, end, path })
    }

    /// What it appends to, as it is read.
    pub(crate) fn segment(&self) -> (PathBuf, Arc<Segment>) {
        (self.path.clone(), Arc::clone(&self.segment))
    }

    /// Writes packed findings, and then where they are.
    pub(crate) fn append(&mut self, findings: &[(Key, Vec<u8>)]) -> io::Result<Vec<(Key, Place)>> {
        let mut bytes = Vec::new();
        let mut places = Vec::with_capacity(findings.len());
        for (key, packed) in findings {
            let start = self.end + bytes.len() as u64;
            let length = u32::try_from(packed.len()).map_err(io::Error::other)?;
            places.push((*key, Place { start, length, sum: sum(key, packed) }));
            bytes.extend_from_slice(packed);
        }
        self.data.seek(SeekFrom::Start(self.end))?;
        self.data.write_all(&bytes)?;
        let told: Vec<u8> = places.iter().flat_map(|(key, place)| place.to_bytes(key)).collect();
        self.places.write_all(&told)?;
        self.end += bytes.len() as u64;
        Ok(places)
    }

    pub(crate) fn sync(&self) -> io::Result<()> {
        self.data.sync_all()?;
        self.places.sync_all()
    }
}

/// The places of all segments in `folder`, in an order that is always the same.
pub(crate) fn all(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder)?.collect::<io::Result<Vec<_>>>()?;
    let mut paths: Vec<PathBuf> = entries.into_iter().map(|entry| entry.path()).collect();
    paths.retain(|path| path.extension().is_some_and(|ending| ending == PLACES));
    paths.sort();
    Ok(paths)
}

/// Findings that are to stay.
pub(crate) struct Wanted {
    /// In order, each once.
    keys: Vec<Key>,
    /// Which of them are in the new segments.
    kept: Vec<bool>,
}

impl Wanted {
    pub(crate) fn new(mut keys: Vec<Key>) -> Self {
        keys.sort_unstable();
        keys.dedup();
        Self { kept: vec![false; keys.len()], keys }
    }
}

/// Writes what is wanted anew, and then takes the old segments away. Nobody else may use them.
pub(crate) fn collect(folder: &Path, mut wanted: Wanted) -> io::Result<Collected> {
    let old = all(folder)?;
    let mut done = Collected { before: size(folder)?, ..Collected::default() };
    let mut writer: Option<Writer> = None;
    let mut waiting: Vec<(Key, Vec<u8>)> = Vec::new();
    let mut bytes = 0;
    for path in &old {
        let segment = Segment::open(path)?;
        let mut places = BufReader::new(File::open(path)?);
        let mut place = [0; PLACE];
        while filled(&mut places, &mut place)? {
            let Some((key, place)) = Place::from_bytes(&place) else { continue };
            let at = wanted.keys.binary_search(&key);
            if at.is_ok_and(|at| wanted.kept[at]) {
                continue;
            }
            let packed = at.ok().and_then(|at| Some((at, segment.packed(&key, place)?)));
            let Some((at, packed)) = packed else {
                done.dropped += 1;
                continue;
            };
            done.kept += 1;
            wanted.kept[at] = true;
            bytes += packed.len();
            waiting.push((key, packed));
            if bytes > BUFFER {
                moved(folder, &mut writer, &mut waiting)?;
                bytes = 0;
            }
        }
    }
    moved(folder, &mut writer, &mut waiting)?;
    if let Some(writer) = &writer {
        writer.sync()?;
    }
    for path in old {
        fs::remove_file(path)?;
    }
    // Those without places are nobody's.
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let is_data = path.extension().is_some_and(|ending| ending == DATA);
        if is_data && !path.with_extension(PLACES).exists() {
            fs::remove_file(path)?;
        }
    }
    done.after = size(folder)?;
    Ok(done)
}

/// Appends what waits to the newest of the new segments.
fn moved(
    folder: &Path,
    writer: &mut Option<Writer>,
    waiting: &mut Vec<(Key, Vec<u8>)>,
) -> io::Result<()> {
    if waiting.is_empty() {
        return Ok(());
    }
    if writer.as_ref().is_none_or(|writer| writer.end >= FULL) {
        if let Some(full) = writer.take() {
            full.sync()?;
        }
        *writer = Some(fresh(folder)?);
    }
    if let Some(writer) = writer {
        writer.append(waiting)?;
    }
    waiting.clear();
    Ok(())
}

/// Whether there is one more place to read.
fn filled(places: &mut impl io::Read, place: &mut [u8; PLACE]) -> io::Result<bool> {
    match places.read_exact(place) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(false),
        Err(error) => Err(error),
    }
}

/// A writer of a segment that has nothing in it.
fn fresh(folder: &Path) -> io::Result<Writer> {
    let place = tempfile::Builder::new().prefix(".new").tempdir_in(folder)?;
    let made = Writer::open(place.path())?;
    let name = made.path.file_name().unwrap_or_default();
    let path = folder.join(name);
    fs::rename(made.path.with_extension(DATA), path.with_extension(DATA))?;
    fs::rename(&made.path, &path)?;
    Ok(Writer { path, ..made })
}

fn size(folder: &Path) -> io::Result<u64> {
    fs::read_dir(folder)?.map(|entry| Ok(entry?.metadata()?.len())).sum()
}

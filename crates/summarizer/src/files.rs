//! Where the files of models lie on this machine, and whether they are what their cards say.
//!
//! The cache is one folder, and a file in it is named by its own SHA-256 (and keeps the extension
//! that some loaders go by): cards that share a network share its files, two versions of a model
//! lie side by side, and no name in a card ever decides where something is written.
//!
//! ```text
//! ~/.cache/standfirst/models/
//!   53aa…d9db.safetensors         a file, there only under its right sum
//!   53aa…d9db.safetensors.stamp   what it looked like when its sum was last taken
//!   53aa…d9db.safetensors.part    a download that was broken off and will be resumed
//!   pins.json                     size and sum of files whose cards do not know them
//!   fetch.lock                    held by the one process that fetches
//!   fetch-XXXXXX/                 its packages and archives while it does
//! ```
//!
//! Nothing is loaded unchecked. Taking the sum of 90 MB at every start would cost more than the
//! summary of a short article, so the sum is taken once and a stamp beside the file keeps its size,
//! times and inode number of that moment; a file that still looks the same is taken to be the same.
//! That finds every accident: a truncated copy, a full disk, a file edited or replaced, even with its
//! times set back, because the change time of the inode cannot be set. It is no fence against
//! someone who may write to the folder; they could as well replace the program. `models verify`
//! looks at no stamp and takes every sum again.

pub(crate) mod carried;
pub(crate) mod pins;

use std::{
    env, fmt,
    fs::{self, File, Metadata},
    io::{self, Read},
    path::{Path, PathBuf},
    time::UNIX_EPOCH,
};

use sha2::{Digest, Sha256 as Hasher};
use standfirst_core::card::{CardFile, Sha256};

/// Names the folder itself.
pub const CACHE_VARIABLE: &str = "STANDFIRST_MODELS";
/// Bytes read at once while a sum is taken.
const CHUNK: usize = 256 * 1024;

/// The folder that holds the files of all models.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cache {
    dir: PathBuf,
}

/// No folder to keep models in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no home folder to keep models in; set {CACHE_VARIABLE} to a folder")]
pub struct NoCache;

impl Cache {
    /// `STANDFIRST_MODELS`; else `standfirst/models` in `XDG_CACHE_HOME`, in the `.cache` of the
    /// home folder, or in `LOCALAPPDATA` where there is neither. The folder need not exist.
    ///
    /// # Errors
    /// [`NoCache`] if none of these is set.
    pub fn from_env() -> Result<Self, NoCache> {
        locate(|name| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from))
            .map(Self::at)
            .ok_or(NoCache)
    }

    /// The cache in `dir`.
    pub fn at(dir: impl Into<PathBuf>) -> Self {
        Self { dir: dir.into() }
    }

    /// The folder.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Where `file` lies, or would.
    pub fn path(&self, file: &CardFile) -> PathBuf {
        self.dir.join(file_name(file))
    }

    /// The path of `file` if it is there and right. Its sum is taken only if it no longer looks as
    /// it did when that was last done. A file that the program carries is laid out first.
    ///
    /// # Errors
    /// [`FileProblem`].
    pub fn check(&self, file: &CardFile) -> Result<PathBuf, FileProblem> {
        let path = self.path(file);
        if let Some(bytes) = carried::of(file)
            && !path.exists()
        {
            // Where it cannot be written it is missing, and fetching says why.
            let _ = carried::lay_out(bytes, &path);
        }
        let found = open(&path, file)?;
        let now = found.metadata().map_err(|source| unreadable(&path, source))?;
        match fs::read_to_string(stamp_path(&path)) {
            Ok(stamp) if stamp == Stamp::new(&now, file.sha256).to_string() => Ok(path),
            _ => self.verify(file),
        }
    }

    /// The path of `file` if it is there and right, by taking its sum.
    ///
    /// # Errors
    /// [`FileProblem`].
    pub fn verify(&self, file: &CardFile) -> Result<PathBuf, FileProblem> {
        let path = self.path(file);
        let mut opened = open(&path, file)?;
        let io = |source| unreadable(&path, source);
        let before = Stamp::new(&opened.metadata().map_err(io)?, file.sha256);
        let found = sum(&mut opened).map_err(io)?;
        if found != file.sha256 {
            return Err(FileProblem::Checksum { path, expected: file.sha256, found });
        }
        let after = Stamp::new(&opened.metadata().map_err(io)?, file.sha256);
        if before == after {
            // A cache that may only be read works as well, only slower.
            let _ = fs::write(stamp_path(&path), after.to_string());
        }
        Ok(path)
    }
}

/// Why a file cannot be loaded.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FileProblem {
    /// It is not there.
    #[error("{} is not there", path.display())]
    Missing {
        /// Where it would be.
        path: PathBuf,
    },
    /// It has another size.
    #[error("{} has {found} bytes, and should have {expected}", path.display())]
    Size {
        /// The file.
        path: PathBuf,
        /// By the card.
        expected: u64,
        /// On the disk.
        found: u64,
    },
    /// It has another sum.
    #[error("{} has the SHA-256 {found}, and should have {expected}", path.display())]
    Checksum {
        /// The file.
        path: PathBuf,
        /// By the card.
        expected: Sha256,
        /// On the disk.
        found: Sha256,
    },
    /// It cannot be read.
    #[error("{} cannot be read", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

/// The name of a file in the cache.
pub(crate) fn file_name(file: &CardFile) -> String {
    match file.path.extension() {
        Some(extension) => format!("{}.{extension}", file.sha256),
        None => file.sha256.to_string(),
    }
}

/// SHA-256 of all that is left in `reader`.
pub(crate) fn sum(reader: &mut impl Read) -> io::Result<Sha256> {
    let mut hasher = Hasher::new();
    let mut chunk = vec![0; CHUNK];
    loop {
        match reader.read(&mut chunk)? {
            0 => return Ok(Sha256(hasher.finalize().into())),
            n => hasher.update(&chunk[..n]),
        }
    }
}

/// The first of the places that a cache may be; `variable` looks one up, empty ones are not set.
fn locate(variable: impl Fn(&str) -> Option<PathBuf>) -> Option<PathBuf> {
    if let Some(dir) = variable(CACHE_VARIABLE) {
        return Some(dir);
    }
    let xdg = variable("XDG_CACHE_HOME").filter(|dir| dir.is_absolute());
    let home = || variable("HOME").map(|home| home.join(".cache"));
    let base = xdg.or_else(home).or_else(|| variable("LOCALAPPDATA"))?;
    Some(base.join("standfirst").join("models"))
}

/// Opens the file at `path` if it is there and has the right size.
fn open(path: &Path, file: &CardFile) -> Result<File, FileProblem> {
    let opened = File::open(path).map_err(|source| unreadable(path, source))?;
    let metadata = opened.metadata().map_err(|source| unreadable(path, source))?;
    if metadata.len() != file.bytes {
        return Err(FileProblem::Size {
            path: path.to_owned(),
            expected: file.bytes,
            found: metadata.len(),
        });
    }
    Ok(opened)
}

/// The problem for a failed system call on `path`.
fn unreadable(path: &Path, source: io::Error) -> FileProblem {
    let path = path.to_owned();
    match source.kind() {
        io::ErrorKind::NotFound => FileProblem::Missing { path },
        _ => FileProblem::Io { path, source },
    }
}

/// Where the stamp of the file at `path` lies.
fn stamp_path(path: &Path) -> PathBuf {
    path.with_added_extension("stamp")
}

/// What a file looked like when its sum was taken. Compared as text, so a stamp of another form is
/// simply not equal.
#[derive(PartialEq, Eq)]
struct Stamp {
    bytes: u64,
    modified: u128,
    inode: Inode,
    sha256: Sha256,
}

impl Stamp {
    fn new(metadata: &Metadata, sha256: Sha256) -> Self {
        let modified = metadata.modified().ok().and_then(|at| at.duration_since(UNIX_EPOCH).ok());
        Self {
            bytes: metadata.len(),
            modified: modified.map_or(0, |since| since.as_nanos()),
            inode: Inode::of(metadata),
            sha256,
        }
    }
}

impl fmt::Display for Stamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { bytes, modified, inode: Inode { number, changed }, sha256 } = self;
        write!(f, "1 {bytes} {modified} {number} {changed} {sha256}")
    }
}

/// What only a Unix file system tells; zeros elsewhere.
#[derive(Default, PartialEq, Eq)]
struct Inode {
    number: u64,
    changed: i128,
}

impl Inode {
    #[cfg(unix)]
    fn of(metadata: &Metadata) -> Self {
        use std::os::unix::fs::MetadataExt;
        let changed =
            i128::from(metadata.ctime()) * 1_000_000_000 + i128::from(metadata.ctime_nsec());
        Self { number: metadata.ino(), changed }
    }

    #[cfg(not(unix))]
    fn of(_: &Metadata) -> Self {
        Self::default()
    }
}

#[cfg(test)]
mod tests {
    use standfirst_core::card::{CardPath, Source};

    use super::*;

    const TEXT: &[u8] = b"weights of a kind";

    fn card_file() -> CardFile {
        CardFile {
            role: "weights".into(),
            path: CardPath::new("model.safetensors").unwrap(),
            bytes: TEXT.len() as u64,
            sha256: sum(&mut &*TEXT).unwrap(),
            sources: vec![Source::parse("wheel:demo==1!model.safetensors").unwrap()],
        }
    }

    #[test]
    fn the_folder_is_found_in_the_documented_order() {
        let all = [
            ("STANDFIRST_MODELS", "/models"),
            ("XDG_CACHE_HOME", "/xdg"),
            ("HOME", "/home/me"),
            ("LOCALAPPDATA", "/local"),
        ];
        let expected = [
            "/models",
            "/xdg/standfirst/models",
            "/home/me/.cache/standfirst/models",
            "/local/standfirst/models",
        ];
        for (skip, expected) in expected.iter().enumerate() {
            let set = &all[skip..];
            let found = locate(|name| set.iter().find(|(n, _)| *n == name).map(|(_, v)| v.into()));
            assert_eq!(found, Some(PathBuf::from(expected)));
        }
        assert_eq!(locate(|_| None), None);
        assert_eq!(locate(|name| (name == "XDG_CACHE_HOME").then(|| "relative".into())), None);
    }

    #[test]
    fn a_file_is_taken_only_if_it_is_there_and_right() {
        let folder = tempfile::tempdir().unwrap();
        let (cache, file) = (Cache::at(folder.path()), card_file());
        let path = cache.path(&file);
        assert!(matches!(cache.check(&file), Err(FileProblem::Missing { .. })));
        fs::write(&path, &TEXT[1..]).unwrap();
        assert!(matches!(cache.check(&file), Err(FileProblem::Size { found: 16, .. })));
        fs::write(&path, TEXT.to_ascii_uppercase()).unwrap();
        assert!(matches!(cache.check(&file), Err(FileProblem::Checksum { .. })));
        assert!(!stamp_path(&path).exists(), "a wrong file must leave no stamp");
        fs::write(&path, TEXT).unwrap();
        assert_eq!(cache.check(&file).unwrap(), path);
        assert!(stamp_path(&path).exists());
    }

    #[test]
    fn a_stamp_saves_the_second_sum_and_falls_with_any_change() {
        let folder = tempfile::tempdir().unwrap();
        let (cache, file) = (Cache::at(folder.path()), card_file());
        let path = cache.path(&file);
        fs::write(&path, TEXT).unwrap();
        cache.verify(&file).unwrap();
        let modified = fs::metadata(&path).unwrap().modified().unwrap();

        // The stamp of this very file is believed: a sum that was never taken passes.
        let lying = CardFile { sha256: Sha256([7; 32]), ..card_file() };
        fs::rename(&path, cache.path(&lying)).unwrap();
        let now = fs::metadata(cache.path(&lying)).unwrap();
        fs::write(stamp_path(&cache.path(&lying)), Stamp::new(&now, lying.sha256).to_string())
            .unwrap();
        assert!(cache.check(&lying).is_ok());
        assert!(matches!(cache.verify(&lying), Err(FileProblem::Checksum { .. })));

        // Other bytes of the same length with the time set back are seen by the change time.
        fs::rename(cache.path(&lying), &path).unwrap();
        cache.verify(&file).unwrap();
        let mut other = TEXT.to_vec();
        other[0] ^= 1;
        fs::write(&path, other).unwrap();
        File::options().write(true).open(&path).unwrap().set_modified(modified).unwrap();
        if cfg!(unix) {
            assert!(matches!(cache.check(&file), Err(FileProblem::Checksum { .. })));
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_folder_in_place_of_a_file_is_no_file() {
        let folder = tempfile::tempdir().unwrap();
        let (cache, file) = (Cache::at(folder.path()), card_file());
        fs::create_dir(cache.path(&file)).unwrap();
        assert!(cache.check(&file).is_err());
    }
}

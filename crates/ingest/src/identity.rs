//! Which file it is, whatever name it goes by: so that no run reads what it writes.

use std::{
    fs::{self, Metadata},
    io,
    path::Path,
};

/// A regular file, told from all others by device and inode (where there are none, by its canonical
/// path).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct FileId(Inner);

#[cfg(unix)]
type Inner = (u64, u64);
#[cfg(not(unix))]
type Inner = std::path::PathBuf;

impl FileId {
    /// Of the file at `path`, links followed; nothing is opened. `None` if there is none, or it is no
    /// regular file.
    pub fn of_path(path: &Path) -> Option<Self> {
        Self::of(&fs::metadata(path).ok()?, path)
    }

    /// Of an open file. `None` if it is no regular one, and where the system tells files apart by name alone.
    pub fn of_file(file: &fs::File) -> Option<Self> {
        of_open(&file.metadata().ok()?)
    }

    /// Of the file that standard output goes into, if it is one.
    pub fn of_stdout() -> Option<Self> {
        of_stream(&io::stdout())
    }

    /// Of the file that standard input comes from, if it is one.
    pub fn of_stdin() -> Option<Self> {
        of_stream(&io::stdin())
    }

    #[cfg(unix)]
    fn of(metadata: &Metadata, _: &Path) -> Option<Self> {
        use std::os::unix::fs::MetadataExt as _;
        metadata.is_file().then(|| Self((metadata.dev(), metadata.ino())))
    }

    #[cfg(not(unix))]
    fn of(metadata: &Metadata, path: &Path) -> Option<Self> {
        let canonical = fs::canonicalize(path).ok().filter(|_| metadata.is_file());
        canonical.map(Self)
    }
}

#[cfg(unix)]
fn of_stream(stream: &impl std::os::fd::AsFd) -> Option<FileId> {
    FileId::of_file(&fs::File::from(stream.as_fd().try_clone_to_owned().ok()?))
}

#[cfg(unix)]
fn of_open(metadata: &Metadata) -> Option<FileId> {
    FileId::of(metadata, Path::new("-"))
}

/// An open file tells no path here.
#[cfg(not(unix))]
fn of_open(_: &Metadata) -> Option<FileId> {
    None
}

/// A stream tells no path here.
#[cfg(not(unix))]
fn of_stream<T>(_: &T) -> Option<FileId> {
    None
}

/// Files that results go into. They are not read where a folder or a glob holds them.
#[derive(Clone, Debug, Default)]
pub struct Outputs {
    /// Which ones.
    pub files: Vec<FileId>,
    /// Who is told that one was passed over.
    pub passed_over: Option<fn(&Path)>,
}

impl Outputs {
    /// Whether the file at `path` is one of them; that it is passed over is told.
    pub(super) fn pass_over(&self, path: &Path) -> bool {
        let one = !self.files.is_empty()
            && FileId::of_path(path).is_some_and(|file| self.files.contains(&file));
        if let (true, Some(tell)) = (one, self.passed_over) {
            tell(path);
        }
        one
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_the_same_by_any_name() {
        let folder = tempfile::tempdir().unwrap();
        let (one, other) = (folder.path().join("one"), folder.path().join("other"));
        fs::write(&one, "x").unwrap();
        fs::write(&other, "x").unwrap();
        let roundabout = folder.path().join(".").join("one");
        assert_eq!(FileId::of_path(&one), FileId::of_path(&roundabout));
        assert_ne!(FileId::of_path(&one), FileId::of_path(&other));
        assert_eq!(FileId::of_path(folder.path()), None);
        #[cfg(unix)]
        {
            let hard = folder.path().join("hard");
            fs::hard_link(&one, &hard).unwrap();
            assert_eq!(FileId::of_path(&one), FileId::of_path(&hard));
        }
    }
}

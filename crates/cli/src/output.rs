//! Where results go: standard output, or a file that appears only when it is complete.

use std::{
    ffi::OsString,
    fs::{self, File},
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
};

use anyhow::Context as _;

/// A place for results.
pub enum Sink {
    /// Standard output.
    Stdout(BufWriter<io::Stdout>),
    /// Something that cannot be replaced by renaming, such as a named pipe or a device.
    Direct(BufWriter<File>),
    /// A file under a temporary name beside its own.
    Partial {
        /// What is written.
        file: BufWriter<File>,
        /// Its name while it is written; left there if the run is killed.
        partial: PathBuf,
        /// Its name afterwards.
        target: PathBuf,
    },
}

impl Sink {
    /// The file named by `out`, or standard output for none and for `-`.
    ///
    /// # Errors
    /// If the file cannot be made.
    pub fn open(out: Option<&Path>) -> anyhow::Result<Self> {
        match out {
            None => Ok(Self::Stdout(BufWriter::new(io::stdout()))),
            Some(path) if path == Path::new("-") => Self::open(None),
            Some(path) => Self::file(path).with_context(|| {
                format!(
                    "cannot write {}; does its folder exist, and may you write there?",
                    path.display()
                )
            }),
        }
    }

    /// A link is followed, so that its target is what gets replaced.
    fn file(path: &Path) -> io::Result<Self> {
        let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        if target.exists() && !target.is_file() {
            let file = File::options().write(true).open(&target)?;
            return Ok(Self::Direct(BufWriter::new(file)));
        }
        let partial = partial_name(&target);
        let file = BufWriter::new(File::create(&partial)?);
        Ok(Self::Partial { file, partial, target })
    }

    /// Puts the results under their own name.
    ///
    /// # Errors
    /// If the disk is full or the file cannot be renamed.
    pub fn finish(mut self) -> anyhow::Result<()> {
        self.flush()?;
        if let Self::Partial { file, partial, target } = self {
            file.get_ref().sync_all()?;
            fs::rename(&partial, &target).with_context(|| {
                format!("cannot rename {} to {}", partial.display(), target.display())
            })?;
        }
        Ok(())
    }

    /// What is written to at present.
    fn writer(&mut self) -> &mut dyn Write {
        match self {
            Self::Stdout(stdout) => stdout,
            Self::Direct(file) | Self::Partial { file, .. } => file,
        }
    }
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.writer().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.writer().flush()
    }
}

/// `FILE.partial`.
fn partial_name(target: &Path) -> PathBuf {
    let mut name = OsString::from(target);
    name.push(".partial");
    PathBuf::from(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_appears_when_it_is_complete() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out.txt");
        fs::write(&path, "old").unwrap();
        let mut sink = Sink::open(Some(&path)).unwrap();
        sink.write_all(b"new").unwrap();
        sink.flush().unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "old");
        assert_eq!(fs::read_to_string(partial_name(&path)).unwrap(), "new");
        sink.finish().unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "new");
        assert!(!partial_name(&path).exists());
    }

    #[test]
    fn an_impossible_place_is_named() {
        let error = Sink::open(Some(Path::new("no/such/folder/x"))).err().unwrap();
        assert!(error.to_string().contains("no/such/folder/x"), "{error}");
    }

    #[cfg(unix)]
    #[test]
    fn a_device_is_written_to_and_a_link_followed() {
        let mut sink = Sink::open(Some(Path::new("/dev/null"))).unwrap();
        assert!(matches!(sink, Sink::Direct(_)));
        sink.write_all(b"x").unwrap();
        sink.finish().unwrap();

        let folder = tempfile::tempdir().unwrap();
        let (real, link) = (folder.path().join("real"), folder.path().join("link"));
        fs::write(&real, "old").unwrap();
        std::os::unix::fs::symlink(&real, &link).unwrap();
        let mut sink = Sink::open(Some(&link)).unwrap();
        sink.write_all(b"new").unwrap();
        sink.finish().unwrap();
        assert!(link.is_symlink());
        assert_eq!(fs::read_to_string(&real).unwrap(), "new");
    }
}

//! Folders whose files an assistant may ask about, and nothing beside them: a path is followed from the folder's
//! handle, so that neither `..` nor a link leads out, whoever changes the folder meanwhile.

use std::{
    fs::File,
    io,
    path::{Component, Path, PathBuf},
};

use cap_std::{
    ambient_authority,
    fs::{Dir, OpenOptions},
};

/// A folder that the user named.
#[derive(Debug)]
pub struct Root {
    path: PathBuf,
    dir: Dir,
}

/// A folder cannot be opened.
#[derive(Debug, thiserror::Error)]
#[error("cannot open the folder {path}")]
pub struct RootError {
    path: PathBuf,
    #[source]
    source: io::Error,
}

impl Root {
    /// The folder at `path`.
    ///
    /// # Errors
    /// If there is none, or it may not be read.
    pub fn open(path: &Path) -> Result<Self, RootError> {
        let failed = |source| RootError { path: path.to_owned(), source };
        let dir = Dir::open_ambient_dir(path, ambient_authority()).map_err(failed)?;
        let path = path.canonicalize().map_err(failed)?;
        Ok(Self { path, dir })
    }

    /// `path` as seen from here; `None` if it does not lead in.
    fn relative<'a>(&self, path: &'a Path) -> Option<&'a Path> {
        if path.is_absolute() { path.strip_prefix(&self.path).ok() } else { Some(path) }
    }
}

/// The file at `path`, absolute or seen from one of `roots`.
///
/// # Errors
/// Why it is not read, in words.
pub fn open(roots: &[Root], path: &Path) -> Result<File, String> {
    let shown = path.display();
    if roots.is_empty() {
        return Err(format!(
            "{shown}: no files are read here; give the text itself, or start `standfirst mcp` with --root DIR"
        ));
    }
    if path.components().any(|part| part == Component::ParentDir) {
        return Err(format!("{shown}: a path with .. is not followed; name the file without it"));
    }
    let outside = || {
        let folders: Vec<_> = roots.iter().map(|root| root.path.display().to_string()).collect();
        format!("{shown}: there is no such file in {}", folders.join(", "))
    };
    let mut found = Err(outside());
    for (root, relative) in roots.iter().filter_map(|root| Some((root, root.relative(path)?))) {
        match root.dir.open_with(relative, &options()) {
            Ok(file) => return regular(file.into_std(), path),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            // Links that lead out are among these, and the system's words say no more than that.
            Err(error) => found = Err(format!("{shown}: cannot be read: {error}")),
        }
    }
    found
}

/// A pipe, a device or a folder is no article, and is not waited for.
fn regular(file: File, path: &Path) -> Result<File, String> {
    match file.metadata() {
        Ok(metadata) if metadata.is_file() => Ok(file),
        _ => Err(format!("{}: is not a file", path.display())),
    }
}

#[cfg(unix)]
fn options() -> OpenOptions {
    use cap_std::fs::OpenOptionsExt as _;
    let mut options = OpenOptions::new();
    let flag = rustix::fs::OFlags::NONBLOCK.bits();
    options.read(true).custom_flags(flag.try_into().unwrap_or_default());
    options
}

#[cfg(not(unix))]
fn options() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true);
    options
}

#[cfg(all(test, unix))]
mod tests {
    use std::{fs, io::Read as _, os::unix::fs::symlink};

    use super::*;

    #[test]
    fn files_beneath_are_read_and_no_way_leads_out() {
        let around = tempfile::tempdir().unwrap();
        let (folder, secret) = (around.path().join("in"), around.path().join("secret.txt"));
        fs::create_dir_all(folder.join("sub")).unwrap();
        fs::write(folder.join("sub/a.txt"), "inside").unwrap();
        fs::write(&secret, "outside").unwrap();
        symlink(folder.join("sub"), folder.join("absolute")).unwrap();
        symlink("sub", folder.join("relative")).unwrap();
        symlink("../secret.txt", folder.join("out.txt")).unwrap();
        symlink("..", folder.join("up")).unwrap();
        let roots = [Root::open(&folder).unwrap()];
        let read = |path: &Path| {
            open(&roots, path).map(|mut file| {
                let mut text = String::new();
                file.read_to_string(&mut text).unwrap();
                text
            })
        };
        let inside = Ok("inside".to_owned());
        assert_eq!(read(Path::new("sub/a.txt")), inside);
        assert_eq!(read(Path::new("relative/a.txt")), inside);
        assert_eq!(read(&roots[0].path.join("sub/a.txt")), inside);
        for out in
            ["../secret.txt", "sub/../../secret.txt", "out.txt", "up/secret.txt", "absolute/a.txt"]
        {
            assert!(read(Path::new(out)).is_err(), "{out}");
        }
        assert!(read(&secret).unwrap_err().contains("no such file in"));
        assert!(read(Path::new("sub")).unwrap_err().contains("is not a file"));
        assert!(read(Path::new("/etc/passwd")).is_err());
        assert!(open(&[], Path::new("a.txt")).unwrap_err().contains("--root DIR"));
    }

    #[test]
    fn a_pipe_is_not_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("pipe");
        let made = std::process::Command::new("mkfifo").arg(&pipe).status().unwrap();
        assert!(made.success());
        let roots = [Root::open(folder.path()).unwrap()];
        assert!(open(&roots, Path::new("pipe")).unwrap_err().contains("is not a file"));
    }
}

//! A result file while it is written: beside its own name, under one that nobody can have foreseen,
//! and locked, so that no other run writes to the same place.

use std::{
    ffi::{OsStr, OsString},
    fs::{self, File, TryLockError},
    io::{self, Read as _, Seek as _, SeekFrom, Write as _},
    path::{Path, PathBuf},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail, ensure};
use standfirst_ingest::FileId;
use tempfile::NamedTempFile;

use super::{
    Run,
    journal::{self, Journal, MadeWith, Mark, Step, Unfinished},
};
use crate::render::State;

/// What the name of an unfinished file ends with.
const ENDING: &str = ".partial";
/// What the name of a table ends with that is made of an unfinished file.
const TABLE: &str = ".table";
/// What a table begins with, whatever became of its run.
const PARQUET: &[u8] = b"PAR1";
/// Characters between the name of the result and the ending.
const RANDOM: usize = 6;
/// Longest part of the result's name that the temporary one begins with, in bytes: a file's name has at
/// most 255.
const STEM: usize = 200;
/// Bytes that wait in memory at most.
const BUFFER: usize = 1 << 20;

/// How long a run waits for another one that began at the same moment to give way.
const GIVING_WAY: Duration = Duration::from_secs(2);
/// How often it looks.
const LOOK: Duration = Duration::from_millis(5);

/// An unfinished result.
pub struct Partial {
    file: NamedTempFile,
    target: PathBuf,
    /// Whether a result stood there before.
    older: bool,
    /// What an earlier run that was killed has left.
    leftovers: Vec<PathBuf>,
    /// What is not on disk yet.
    buffer: Vec<u8>,
    /// Where the buffer goes. What lies behind is an ending that was written in case the run is killed.
    end: u64,
    /// Whether there is something in it that should not be lost.
    precious: bool,
    /// What it was made of, where a later run can go on with it.
    journal: Option<Journal>,
    /// What stands in its place at the end, if it is not itself the result.
    table: Option<NamedTempFile>,
}

/// What became of an unfinished result.
pub enum Kept {
    /// It stands under its own name.
    InPlace,
    /// What stood there, if anything, was left in its place, and this one stands here.
    Beside(PathBuf),
    /// The same, and there was nothing to keep of this one.
    Nothing,
}

impl Partial {
    /// An empty one beside `target`, which is left as it is.
    ///
    /// # Errors
    /// If no file can be made there, the one that is there may not be written, or another run is writing
    /// it.
    pub fn create(target: PathBuf) -> Result<Self> {
        let older = target.exists();
        if older {
            // Renaming would replace even what may not be written.
            File::options().write(true).open(&target)?;
        }
        let (file, leftovers) = claim(&target, older)?;
        clear_orphans(&target, file.as_file());
        let buffer = Vec::new();
        let (end, precious, journal, table) = (0, false, None, None);
        Ok(Self { file, target, older, leftovers, buffer, end, precious, journal, table })
    }

    /// Keeps a journal, so that a later run can go on with what this one finished.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn keep_journal(&mut self, made_with: &MadeWith) -> io::Result<()> {
        self.journal = Some(Journal::create(self.file.path(), made_with)?);
        Ok(())
    }

    /// What earlier runs have left that can be gone on with: of those made with the same, the one with most
    /// in it; of no other.
    ///
    /// # Errors
    /// If there are only others; what differs is named.
    pub fn unfinished(&self, made_with: &MadeWith) -> Result<Option<Unfinished>> {
        let left = self.leftovers.iter();
        let left = left.filter_map(|path| Unfinished::open(path, self.file.as_file()));
        let (same, others): (Vec<_>, Vec<_>) =
            left.partition(|left| left.made_with().differs(made_with).is_none());
        let mut same = same;
        same.sort_by_key(Unfinished::size);
        let mut most = same.pop();
        if let Some(most) = &mut most {
            most.take_in(same.into_iter());
        }
        if let (None, Some(other)) = (&most, others.first()) {
            let path = other.path().display();
            bail!(
                "cannot go on with {path}, which was made with {}; make these the same, or delete it to \
                 begin anew",
                other.made_with().differs(made_with).unwrap_or_default()
            );
        }
        Ok(most)
    }

    /// Whether a result stood there before.
    pub fn has_older(&self) -> bool {
        self.older
    }

    /// Its own name.
    pub fn target(&self) -> &Path {
        &self.target
    }

    /// What earlier runs to the same place have left that were killed.
    pub fn leftovers(&self) -> &[PathBuf] {
        &self.leftovers
    }

    /// All files that belong to this result: itself, the earlier one, and what was left of others.
    pub fn files(&self) -> Vec<FileId> {
        let partials = [self.file.path()].into_iter();
        let partials = partials.chain(self.leftovers.iter().map(PathBuf::as_path));
        let paths = partials.flat_map(|path| [path.to_owned(), journal::path_for(path)]);
        paths.chain([self.target.clone()]).filter_map(|path| FileId::of_path(&path)).collect()
    }

    /// Takes bytes.
    pub fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.buffer.extend_from_slice(bytes);
        if let Some(journal) = &mut self.journal {
            journal.written(bytes);
        }
        if self.buffer.len() > BUFFER { self.write_out(&[]) } else { Ok(()) }
    }

    /// Puts what was taken on disk and, behind it, `closing`, which the next bytes replace.
    pub fn write_out(&mut self, closing: &[u8]) -> io::Result<()> {
        let length = self.buffer.len();
        self.buffer.extend_from_slice(closing);
        let file = self.file.as_file_mut();
        // In one piece: a run that is killed leaves all of it or nothing.
        let written = file
            .seek(SeekFrom::Start(self.end))
            .and_then(|_| file.write_all(&self.buffer))
            .and_then(|()| file.set_len(self.end + self.buffer.len() as u64));
        self.buffer.clear();
        written?;
        self.end += length as u64;
        Ok(())
    }

    /// As [`write_out`](Self::write_out); from here on the file stays, however the run ends.
    pub fn checkpoint(&mut self, closing: &[u8]) -> io::Result<()> {
        self.write_out(closing)?;
        if !self.precious && !leads_to(self.file.path(), self.file.as_file()) {
            // Another machine may have taken it for one that was left empty, where they share a folder and no locks.
            // Better now than when all is done.
            let gone = format!("somebody has taken {} away", self.file.path().display());
            return Err(io::Error::new(io::ErrorKind::NotFound, gone));
        }
        self.precious = true;
        Ok(())
    }

    /// As [`checkpoint`](Self::checkpoint), and an article is done; without a `state` its renderer holds
    /// something back.
    pub fn article(&mut self, closing: &[u8], mark: Mark, state: Option<State>) -> io::Result<()> {
        self.checkpoint(closing)?;
        match &mut self.journal {
            Some(journal) => journal.article(mark, self.end, state),
            None => Ok(()),
        }
    }

    /// Takes over a step of an earlier run.
    pub fn take_over(&mut self, step: Step, bytes: &[u8], closing: &[u8]) -> io::Result<()> {
        self.write(bytes)?;
        self.checkpoint(closing)?;
        match &mut self.journal {
            Some(journal) => journal.step(step.articles, self.end, step.state),
            None => Ok(()),
        }
    }

    /// Makes what was checked in last through a power cut.
    pub fn sync(&self) -> io::Result<()> {
        self.file.as_file().sync_all()?;
        self.journal.as_ref().map_or(Ok(()), Journal::sync)
    }

    /// Whether a later run can go on with it.
    pub fn has_journal(&self) -> bool {
        self.journal.is_some()
    }

    /// Where the file is, if there is something in it that should not be lost.
    pub fn precious(&self) -> Option<&Path> {
        self.precious.then(|| self.file.path())
    }

    /// Has `make` read all that was written and write a table of it, which is the result then.
    ///
    /// # Errors
    /// If the disk is full, or what was written cannot be read; that stays as it is.
    pub fn tabulate(
        &mut self,
        make: impl FnOnce(&mut File, &mut (dyn io::Write + Send)) -> io::Result<()>,
    ) -> io::Result<()> {
        self.write_out(&[])?;
        let mut table = named(&self.target, self.older, TABLE)?;
        make(&mut self.file.as_file().try_clone()?, table.as_file_mut())?;
        table.as_file().sync_all()?;
        self.table = Some(table);
        Ok(())
    }

    /// Puts it under its own name; not if the run was interrupted, nor if it was fruitless and an earlier
    /// result stands there.
    ///
    /// # Errors
    /// If the disk is full or the file cannot be renamed; it stays under its temporary name then.
    pub fn finish(mut self, run: Run) -> io::Result<Kept> {
        self.write_out(&[])?;
        self.file.as_file().sync_all()?;
        let stays = match run {
            Run::Whole => false,
            Run::Fruitless => self.older,
            Run::Interrupted => true,
        };
        if stays {
            let path = self.precious.then(|| self.file.path().to_owned());
            return Ok(path.map_or(Kept::Nothing, Kept::Beside));
        }
        self.precious = true;
        let result = self.table.as_mut().unwrap_or(&mut self.file);
        fs::rename(result.path(), &self.target)?;
        // Nothing is left under the temporary name; whoever takes that name now keeps it.
        result.disable_cleanup(true);
        // What a table was made of is not needed any more.
        self.precious = self.table.is_none();
        if let Some(journal) = self.journal.take() {
            journal.remove();
        }
        sync_folder(&self.target);
        Ok(Kept::InPlace)
    }
}

impl Drop for Partial {
    fn drop(&mut self) {
        if self.precious {
            self.file.disable_cleanup(true);
        } else if let Some(journal) = &self.journal {
            journal.remove();
        }
    }
}

/// A new file beside `target` that is locked for this run alone, and what other runs have left there.
fn claim(target: &Path, older: bool) -> Result<(NamedTempFile, Vec<PathBuf>)> {
    loop {
        let file = beside(target, older)?;
        let leftovers = alone(target, &file)?;
        // Before it was locked, another run may have taken it for one that was left empty.
        if leads_to(file.path(), file.as_file()) {
            return Ok((file, leftovers));
        }
        file.into_temp_path().disable_cleanup(true);
    }
}

/// A new file beside `target` for its results.
fn beside(target: &Path, older: bool) -> io::Result<NamedTempFile> {
    named(target, older, ENDING)
}

/// A new file beside `target` whose name ends with `ending`, with its permissions if there is one.
fn named(target: &Path, older: bool, ending: &str) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    let prefix = prefix(target);
    builder.prefix(&prefix).suffix(ending).rand_bytes(RANDOM);
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let file = builder.tempfile_in(folder(target))?;
    if older {
        // Somebody else's file system may refuse, which is no reason to lose results.
        let _ =
            fs::metadata(target).and_then(|old| file.as_file().set_permissions(old.permissions()));
    }
    Ok(file)
}

fn folder(target: &Path) -> &Path {
    target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// `FILE.`, shortened so that the whole name is not too long.
fn prefix(target: &Path) -> OsString {
    let name = target.file_name().unwrap_or_default();
    let mut prefix = if name.len() > STEM {
        let lossy = name.to_string_lossy();
        OsString::from(&lossy[..lossy.floor_char_boundary(STEM)])
    } else {
        name.to_owned()
    };
    prefix.push(".");
    prefix
}

/// Locks `file` for the run that alone writes to `target`, and gives what other runs have left there. It is
/// locked before the others are looked at, so that of two runs that begin at once at most one goes on; and
/// as each sees the other then, the one whose file has the greater name gives way, and the other waits for it
/// to do so.
fn alone(target: &Path, file: &NamedTempFile) -> Result<Vec<PathBuf>> {
    let deadline = Instant::now() + GIVING_WAY;
    // Another run that looks whether this one is at work holds the lock for a moment. A file system that knows
    // no locks gives none.
    while let Err(TryLockError::WouldBlock) = file.as_file().try_lock() {
        ensure!(Instant::now() < deadline, "{} is locked by somebody else", file.path().display());
        thread::sleep(LOOK);
    }
    let mut seen = None;
    loop {
        let (busy, leftovers) = others(target, file);
        let Some(other) = busy else { return Ok(leftovers) };
        // What is busy for one look only may be a leftover that a third run looks at.
        let is_first_look = seen.as_ref() != Some(&other);
        let gives_way = file.path() >= other.as_path() && !is_first_look;
        let may_wait = !gives_way && Instant::now() < deadline;
        seen = Some(other.clone());
        ensure!(
            may_wait,
            "another run is writing it, and what that has finished stands in {}; wait for its end, or \
             give these results another name",
            other.display()
        );
        thread::sleep(LOOK);
    }
}

/// Unfinished files of the same result: the first that a run is at work on, and those that no run is and that
/// hold something. None in a folder that may be written and not read.
fn others(target: &Path, own: &NamedTempFile) -> (Option<PathBuf>, Vec<PathBuf>) {
    let prefix = prefix(target);
    let mut leftovers = Vec::new();
    for entry in fs::read_dir(folder(target)).into_iter().flatten().flatten() {
        let path = entry.path();
        let is_file = entry.file_type().is_ok_and(|kind| kind.is_file());
        let ours = is_file && is_named(&entry.file_name(), &prefix, ENDING);
        if !ours || path.file_name() == own.path().file_name() {
            continue;
        }
        // It is gone by now, or somebody else's.
        let Ok(file) = File::open(&path) else { continue };
        match file.try_lock() {
            Err(TryLockError::WouldBlock) => return (Some(path), leftovers),
            // The lock is held until it is gone, so that its run, if it only just begins, makes another.
            Ok(())
                if leads_to(&path, &file) && journal::clear_empty(&path, &file, own.as_file()) => {}
            _ => leftovers.push(path),
        }
    }
    leftovers.sort();
    (None, leftovers)
}

/// Takes away journals of results of `target` that have got their name, or were cleared away, and tables whose run was
/// killed while it made them: what they were made of is there.
fn clear_orphans(target: &Path, own: &File) {
    let prefix = prefix(target);
    for entry in fs::read_dir(folder(target)).into_iter().flatten().flatten() {
        if is_named(&entry.file_name(), &prefix, journal::ENDING) {
            journal::clear_orphan(&entry.path(), own);
        }
        let is_table = is_named(&entry.file_name(), &prefix, TABLE);
        if is_table && journal::ours(&entry.path(), own).is_some_and(|file| begins_table(&file)) {
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// Whether a file is empty or begins as a table does; another one is somebody's own, whatever its name.
fn begins_table(file: &File) -> bool {
    let mut beginning = Vec::new();
    let read = file.take(PARQUET.len() as u64).read_to_end(&mut beginning);
    read.is_ok() && (beginning.is_empty() || beginning == PARQUET)
}

/// Whether a name is one that [`beside`] gives, or that of a journal of such a file, as `ending` says.
fn is_named(name: &OsStr, prefix: &OsStr, ending: &str) -> bool {
    let random = name
        .as_encoded_bytes()
        .strip_prefix(prefix.as_encoded_bytes())
        .and_then(|rest| rest.strip_suffix(ending.as_bytes()));
    random.is_some_and(|random| {
        random.len() == RANDOM && random.iter().all(u8::is_ascii_alphanumeric)
    })
}

/// Whether `path` still is the name of `file`; where the system tells files not apart, whether it is one.
fn leads_to(path: &Path, file: &File) -> bool {
    match (FileId::of_path(path), FileId::of_file(file)) {
        (Some(there), Some(own)) => there == own,
        (there, _) => there.is_some(),
    }
}

/// Makes the renaming last through a power cut, where the system lets folders be opened.
fn sync_folder(target: &Path) {
    if let Ok(folder) = File::open(folder(target)) {
        let _ = folder.sync_all();
    }
}

/// Locks the file of a run that is to be gone on with.
///
/// # Errors
/// If another run holds it.
pub fn lock(file: &File, path: &Path) -> Result<()> {
    match file.try_lock() {
        Err(TryLockError::WouldBlock) => {
            bail!("another run is writing {}; wait for its end, or name another", path.display())
        }
        Err(TryLockError::Error(error)) if error.kind() != io::ErrorKind::Unsupported => {
            Err(error).with_context(|| format!("cannot lock {}", path.display()))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_takes_the_place_of_what_it_was_made_of() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("out.parquet");
        // Of a run that was killed while it made one.
        fs::write(folder.path().join("out.parquet.aB3dE6.table"), "PAR1 half").unwrap();
        fs::write(folder.path().join("out.parquet.aB3dE7.table"), "").unwrap();
        let mut partial = Partial::create(target.clone()).unwrap();
        partial.write(b"lines").unwrap();
        partial.checkpoint(b"").unwrap();
        partial
            .tabulate(|lines, out| {
                lines.seek(SeekFrom::Start(0))?;
                io::copy(lines, out)?;
                out.write_all(b" as a table")
            })
            .unwrap();
        assert!(matches!(partial.finish(Run::Whole), Ok(Kept::InPlace)));
        assert_eq!(fs::read_to_string(&target).unwrap(), "lines as a table");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn what_is_only_named_like_a_table_is_left() {
        let folder = tempfile::tempdir().unwrap();
        let mine = folder.path().join("out.parquet.mynote.table");
        fs::write(&mine, "what I had for dinner\n").unwrap();
        drop(Partial::create(folder.path().join("out.parquet")).unwrap());
        assert_eq!(fs::read_to_string(mine).unwrap(), "what I had for dinner\n");
    }

    #[test]
    fn a_table_that_cannot_be_made_leaves_what_it_was_to_be_made_of() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("out.parquet");
        let mut partial = Partial::create(target.clone()).unwrap();
        partial.write(b"lines").unwrap();
        partial.checkpoint(b"").unwrap();
        let broken = partial.tabulate(|_, _| Err(io::Error::other("no")));
        assert!(broken.is_err() && !target.exists());
        let kept = partial.file.path().to_owned();
        drop(partial);
        assert_eq!(fs::read_to_string(kept).unwrap(), "lines");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_file_that_lost_its_name_is_known_by_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        let file = File::create(&path).unwrap();
        assert!(leads_to(&path, &file));
        fs::remove_file(&path).unwrap();
        assert!(!leads_to(&path, &file), "its name leads nowhere");
        // The inode of the first is still in use.
        File::create(&path).unwrap();
        #[cfg(unix)]
        assert!(!leads_to(&path, &file), "another file has its name");
    }

    #[test]
    fn what_was_taken_away_is_told_at_the_first_checkpoint() {
        let folder = tempfile::tempdir().unwrap();
        let mut partial = Partial::create(folder.path().join("out.txt")).unwrap();
        fs::remove_file(partial.file.path()).unwrap();
        partial.write(b"x").unwrap();
        let error = partial.checkpoint(b"").unwrap_err();
        assert!(error.to_string().contains("taken"), "{error}");
        assert!(!partial.precious, "nothing is kept where no name leads");
    }
}

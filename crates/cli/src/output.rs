//! Where results go: standard output, or a file that appears only when it is complete.

mod journal;
mod partial;

use std::{
    fmt,
    fs::{self, File},
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result};
use standfirst_ingest::FileId;

pub use self::journal::{MadeWith, Mark, Unfinished, hexadecimal};
pub use self::partial::lock;
use self::{
    journal::Step,
    partial::{Kept, Partial},
};
use crate::{messages, render::State};

/// How messages call standard output.
const STDOUT: &str = "standard output";
/// How to go on with what a journal was kept of.
const GO_ON: &str = "; the same command with --resume goes on from there";

/// A place for results.
pub struct Sink {
    to: To,
    /// What messages call it.
    name: String,
}

/// What is written to.
enum To {
    Stdout(BufWriter<io::Stdout>),
    /// Something that cannot be replaced by renaming, such as a named pipe or a device.
    Direct(BufWriter<File>),
    Partial(Box<Partial>),
}

/// How a run ended, for its results.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Run {
    /// All of the input was worked on.
    Whole,
    /// The same, and it gave no result at all: what stood there before is worth more.
    Fruitless,
    /// It was stopped before the input ended: what is unfinished does not get the name of a result.
    Interrupted,
}

impl Run {
    /// One that was `interrupted`, or else whether it has `answered` anything.
    pub fn ended(interrupted: bool, answered: bool) -> Self {
        match (interrupted, answered) {
            (true, _) => Self::Interrupted,
            (false, true) => Self::Whole,
            (false, false) => Self::Fruitless,
        }
    }
}

impl Sink {
    /// Standard output.
    pub fn stdout() -> Self {
        Self { to: To::Stdout(BufWriter::new(io::stdout())), name: STDOUT.to_owned() }
    }

    /// The file named by `out`, or standard output for none and for `-`.
    ///
    /// # Errors
    /// If the file cannot be made, or another run is writing it.
    pub fn open(out: Option<&Path>) -> Result<Self> {
        match out {
            None => Ok(Self::stdout()),
            Some(path) if path == Path::new("-") => Ok(Self::stdout()),
            Some(path) => {
                let to = Self::file(path).map_err(|error| {
                    let hint = if error.is::<io::Error>() {
                        "; does its folder exist, and may you write there?"
                    } else {
                        ""
                    };
                    error.context(format!("cannot write {}{hint}", path.display()))
                })?;
                Ok(Self { to, name: path.display().to_string() })
            }
        }
    }

    /// A link is followed, so that its target is what gets replaced.
    fn file(path: &Path) -> Result<To> {
        let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        if target.exists() && !target.is_file() {
            let file = File::options().write(true).open(&target)?;
            return Ok(To::Direct(BufWriter::new(file)));
        }
        Ok(To::Partial(Box::new(Partial::create(target)?)))
    }

    /// The regular files that are written, and what earlier runs to the same place have left: none of
    /// them is to be read.
    pub fn files(&self) -> Vec<FileId> {
        match &self.to {
            To::Stdout(_) => FileId::of_stdout().into_iter().collect(),
            To::Direct(_) => Vec::new(),
            To::Partial(partial) => partial.files(),
        }
    }

    /// Says what killed runs to the same place have left, but for what is `known`.
    pub fn tell_leftovers(&self, known: Option<&Unfinished>) {
        let To::Partial(partial) = &self.to else { return };
        let is_known = |left: &&PathBuf| known.is_some_and(|known| known.holds(left));
        for left in partial.leftovers().iter().filter(|left| !is_known(left)) {
            let resumable = partial.has_journal() && journal::path_for(left).is_file();
            let way_on = if resumable { GO_ON } else { "" };
            messages::notice(&format!(
                "an earlier run to {} was cut short, and what it had finished stands in {}{way_on}",
                self.name,
                left.display()
            ));
        }
    }

    /// Puts what was written so far beyond the reach of whatever ends the run. In a file `closing`
    /// follows, which makes it whole as it stands; the next bytes take its place.
    ///
    /// # Errors
    /// If the place is full.
    pub fn checkpoint(&mut self, closing: &[u8]) -> io::Result<()> {
        let done = match &mut self.to {
            To::Stdout(out) => out.flush(),
            To::Direct(out) => out.flush(),
            To::Partial(partial) => partial.checkpoint(closing),
        };
        done.map_err(|error| self.broke_off(error))
    }

    /// Whether there is a file that a later run could go on with.
    pub fn is_file(&self) -> bool {
        matches!(self.to, To::Partial(_))
    }

    /// In a file, keeps a journal of what is written, so that a later run can go on with it.
    ///
    /// # Errors
    /// If the journal cannot be written.
    pub fn keep_journal(&mut self, made_with: &MadeWith) -> Result<()> {
        let To::Partial(partial) = &mut self.to else { return Ok(()) };
        partial.keep_journal(made_with).with_context(|| {
            format!("cannot write a journal beside {}; may you write there?", self.name)
        })
    }

    /// What an earlier run to the same place has left that can be gone on with.
    ///
    /// # Errors
    /// If all that there is was made with something else.
    pub fn unfinished(&self, made_with: &MadeWith) -> Result<Option<Unfinished>> {
        match &self.to {
            To::Partial(partial) => partial.unfinished(made_with),
            To::Stdout(_) | To::Direct(_) => Ok(None),
        }
    }

    /// Takes over the next step of an earlier run.
    ///
    /// # Errors
    /// If the place is full.
    pub fn take_over(&mut self, step: Step, bytes: &[u8], closing: &[u8]) -> io::Result<()> {
        let done = match &mut self.to {
            To::Partial(partial) => partial.take_over(step, bytes, closing),
            To::Stdout(_) | To::Direct(_) => Ok(()),
        };
        done.map_err(|error| self.broke_off(error))
    }

    /// Makes what was written last through a power cut.
    ///
    /// # Errors
    /// If the place is full.
    pub fn sync(&self) -> io::Result<()> {
        let done = match &self.to {
            To::Partial(partial) => partial.sync(),
            To::Stdout(_) | To::Direct(_) => Ok(()),
        };
        done.map_err(|error| self.broke_off(error))
    }

    /// As [`checkpoint`](Self::checkpoint), after an article, which is noted in the journal where one is kept.
    /// Without a `state` its renderer holds something back.
    ///
    /// # Errors
    /// If the place is full.
    pub fn article(
        &mut self,
        closing: &[u8],
        mark: Option<Mark>,
        state: Option<State>,
    ) -> io::Result<()> {
        let (To::Partial(partial), Some(mark)) = (&mut self.to, mark) else {
            return self.checkpoint(closing);
        };
        let done = partial.article(closing, mark, state);
        done.map_err(|error| self.broke_off(error))
    }

    /// Has `make` write a table of all lines that were written, which takes their place as the result of `run`; those of
    /// a run that was cut short stay what they are, so that a later run can go on with them.
    ///
    /// # Errors
    /// If the disk is full; the lines stay then.
    pub fn tabulate(
        &mut self,
        run: Run,
        make: impl FnOnce(&mut File, &mut (dyn Write + Send)) -> io::Result<()>,
    ) -> io::Result<()> {
        let done = match &mut self.to {
            To::Partial(partial) if run != Run::Interrupted => partial.tabulate(make),
            // `settings` lets tables go into files alone.
            To::Partial(_) | To::Stdout(_) | To::Direct(_) => Ok(()),
        };
        done.map_err(|error| self.broke_off(error))
    }

    /// Puts the results under their own name. Those of a run that was cut short do not take the place
    /// of earlier ones; where they are is told then.
    ///
    /// # Errors
    /// If the disk is full or the file cannot be renamed.
    pub fn finish(mut self, run: Run) -> Result<()> {
        self.flush()?;
        let Self { to, name } = self;
        let To::Partial(partial) = to else { return Ok(()) };
        let stays = partial.precious().map(Path::to_owned);
        let target = partial.target().to_owned();
        let fate = if partial.has_older() { "is left as it was" } else { "is not written" };
        let left = format!("{} {fate}", target.display());
        let way_on = if partial.has_journal() { GO_ON } else { "" };
        match partial.finish(run) {
            Ok(Kept::InPlace) => {}
            Ok(Kept::Nothing) => messages::notice(&left),
            Ok(Kept::Beside(path)) => messages::notice(&format!(
                "{left}; what this run finished stands in {}{way_on}",
                path.display()
            )),
            Err(error) => return Err(broke_off(&name, stays, error).into()),
        }
        Ok(())
    }

    fn broke_off(&self, error: io::Error) -> io::Error {
        let kept = match &self.to {
            To::Partial(partial) => partial.precious().map(Path::to_owned),
            To::Stdout(_) | To::Direct(_) => None,
        };
        broke_off(&self.name, kept, error)
    }
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = match &mut self.to {
            To::Stdout(out) => out.write(bytes),
            To::Direct(out) => out.write(bytes),
            To::Partial(partial) => partial.write(bytes).map(|()| bytes.len()),
        };
        written.map_err(|error| self.broke_off(error))
    }

    fn flush(&mut self) -> io::Result<()> {
        let flushed = match &mut self.to {
            To::Stdout(out) => out.flush(),
            To::Direct(out) => out.flush(),
            To::Partial(partial) => partial.write_out(&[]),
        };
        flushed.map_err(|error| self.broke_off(error))
    }
}

/// Writes a page to standard output.
///
/// # Errors
/// If it is full or closed.
pub fn print(page: &[u8]) -> io::Result<()> {
    let mut out = Sink::stdout();
    out.write_all(page)?;
    out.flush()
}

/// Results could not be written on. The run had begun, so it is not one that could not start.
#[derive(Debug)]
pub struct BrokeOff {
    /// Writing what.
    place: String,
    /// Where that stands which was finished.
    kept: Option<PathBuf>,
    source: io::Error,
}

impl fmt::Display for BrokeOff {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "broke off writing {}", self.place)?;
        match &self.kept {
            Some(kept) => write!(f, "; what was finished stands in {}", kept.display()),
            None => Ok(()),
        }
    }
}

impl std::error::Error for BrokeOff {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.source)
    }
}

/// `source`, with what was being written; its kind stays.
pub fn broke_off(place: &str, kept: Option<PathBuf>, source: io::Error) -> io::Error {
    io::Error::new(source.kind(), BrokeOff { place: place.to_owned(), kept, source })
}

/// The same of standard output.
pub fn broke_off_stdout(source: io::Error) -> io::Error {
    broke_off(STDOUT, None, source)
}

#[cfg(test)]
mod tests {
    use std::{sync::Barrier, thread};

    use super::*;

    /// Names of the files in `folder`.
    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let mut names: Vec<String> = names.collect();
        names.sort();
        names
    }

    /// The one unfinished file in `folder`.
    fn partial(folder: &Path) -> PathBuf {
        let names = names(folder);
        let mut partial = names.iter().filter(|name| name.ends_with(".partial"));
        let only = folder.join(partial.next().unwrap());
        assert_eq!(partial.next(), None);
        only
    }

    #[test]
    fn a_file_appears_when_it_is_complete() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out.txt");
        fs::write(&path, "old").unwrap();
        let mut sink = Sink::open(Some(&path)).unwrap();
        sink.write_all(b"new").unwrap();
        sink.flush().unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "old");
        assert_eq!(fs::read_to_string(partial(folder.path())).unwrap(), "new");
        sink.finish(Run::Whole).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "new");
        assert_eq!(names(folder.path()), ["out.txt"]);
    }

    #[test]
    fn a_run_that_was_cut_short_replaces_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out.txt");
        let write = |text: &[u8], run| {
            let mut sink = Sink::open(Some(&path)).unwrap();
            sink.write_all(text).unwrap();
            sink.checkpoint(b"").unwrap();
            sink.finish(run).unwrap();
        };
        write(b"first", Run::Fruitless);
        assert_eq!(fs::read_to_string(&path).unwrap(), "first");
        write(b"second", Run::Interrupted);
        assert_eq!(fs::read_to_string(&path).unwrap(), "first");
        let kept = partial(folder.path());
        assert_eq!(fs::read_to_string(&kept).unwrap(), "second");
        write(b"third", Run::Whole);
        assert_eq!(fs::read_to_string(&path).unwrap(), "third");
        assert_eq!(fs::read_to_string(&kept).unwrap(), "second");
        fs::remove_file(&kept).unwrap();
        fs::remove_file(&path).unwrap();
        write(b"fourth", Run::Interrupted);
        assert!(!path.exists(), "what is unfinished has the name of a result");
        assert_eq!(fs::read_to_string(partial(folder.path())).unwrap(), "fourth");
    }

    #[test]
    fn what_broke_before_anything_was_finished_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out.txt");
        let mut sink = Sink::open(Some(&path)).unwrap();
        sink.write_all(b"header").unwrap();
        drop(sink);
        assert!(names(folder.path()).is_empty());
        let mut sink = Sink::open(Some(&path)).unwrap();
        sink.write_all(b"article").unwrap();
        sink.checkpoint(b"").unwrap();
        drop(sink);
        assert_eq!(fs::read_to_string(partial(folder.path())).unwrap(), "article");
    }

    #[test]
    fn what_stands_there_at_any_moment_is_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out.json");
        let mut sink = Sink::open(Some(&path)).unwrap();
        sink.write_all(b"[").unwrap();
        for (element, all) in [("\n1", "[\n1\n]\n"), (",\n2", "[\n1,\n2\n]\n")] {
            sink.write_all(element.as_bytes()).unwrap();
            sink.checkpoint(b"\n]\n").unwrap();
            assert_eq!(fs::read_to_string(partial(folder.path())).unwrap(), all);
        }
        sink.write_all(b"]").unwrap();
        sink.finish(Run::Whole).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "[\n1,\n2]");
    }

    #[test]
    fn one_run_writes_a_file_at_a_time() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out.txt");
        let theirs = Sink::open(Some(&path)).unwrap();
        let refused = Sink::open(Some(&path)).err().unwrap();
        assert!(format!("{refused:#}").contains("another run is writing it"), "{refused:#}");
        assert!(Sink::open(Some(&folder.path().join("out"))).is_ok(), "another name is free");
        drop(theirs);
        assert!(Sink::open(Some(&path)).is_ok());
    }

    #[test]
    fn of_runs_that_begin_at_once_exactly_one_goes_on() {
        let folder = tempfile::tempdir().unwrap();
        for round in 0..30 {
            let path = folder.path().join(format!("out-{round}.txt"));
            let start = Barrier::new(3);
            let begin = || {
                start.wait();
                let sink = Sink::open(Some(&path));
                // Nobody ends before all have begun.
                start.wait();
                sink.map(|_| ()).map_err(|error| format!("{error:#}"))
            };
            let ended: Vec<_> = thread::scope(|scope| {
                let runs = [begin; 3].map(|begin| scope.spawn(begin));
                runs.map(|run| run.join().unwrap()).into()
            });
            let refused: Vec<_> = ended.into_iter().filter_map(Result::err).collect();
            assert_eq!(refused.len(), 2, "{refused:?}");
            assert!(refused.iter().all(|why| why.contains("another run is writing it")));
        }
    }

    #[test]
    fn what_runs_that_finished_nothing_have_left_is_cleared_away() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out.txt");
        let left = folder.path().join("out.txt.abcdef.partial");
        fs::write(&left, "").unwrap();
        fs::write(left.with_extension("journal"), "{\"schema\":\"stand").unwrap();
        drop(Sink::open(Some(&path)).unwrap());
        assert!(names(folder.path()).is_empty(), "{:?}", names(folder.path()));
    }

    #[test]
    fn of_an_empty_file_that_a_run_has_locked_nothing_is_cleared_away() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out.txt");
        let theirs = Sink::open(Some(&path)).unwrap();
        let before = names(folder.path());
        assert!(Sink::open(Some(&path)).is_err());
        assert_eq!(names(folder.path()), before);
        theirs.finish(Run::Whole).unwrap();
        assert_eq!(names(folder.path()), ["out.txt"]);
    }

    #[test]
    fn files_that_only_look_unfinished_are_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("k.jsonl");
        let mine = folder.path().join("k.jsonl.partial");
        fs::write(&mine, "mine").unwrap();
        let mut sink = Sink::open(Some(&path)).unwrap();
        sink.write_all(b"x").unwrap();
        sink.finish(Run::Whole).unwrap();
        assert_eq!(fs::read_to_string(&mine).unwrap(), "mine");
    }

    #[test]
    fn a_long_name_has_room_for_its_temporary_one() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("é".repeat(120));
        let mut sink = Sink::open(Some(&path)).unwrap();
        sink.write_all(b"x").unwrap();
        sink.finish(Run::Whole).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "x");
    }

    #[test]
    fn an_impossible_place_is_named() {
        let error = Sink::open(Some(Path::new("no/such/folder/x"))).err().unwrap();
        assert!(error.to_string().contains("no/such/folder/x"), "{error}");
    }

    #[cfg(unix)]
    #[test]
    fn permissions_stay_and_what_may_not_be_written_is_not_replaced() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out.txt");
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        let write = || {
            let mut sink = Sink::open(Some(&path))?;
            sink.write_all(b"x")?;
            sink.finish(Run::Whole)
        };
        write().unwrap();
        let plain = folder.path().join("plain");
        fs::write(&plain, "x").unwrap();
        assert_eq!(mode(&path), mode(&plain), "not what any other program would give it");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        write().unwrap();
        assert_eq!(mode(&path), 0o640);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o440)).unwrap();
        // Root may write anything.
        if File::options().write(true).open(&path).is_err() {
            assert!(write().is_err());
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_device_is_written_to_and_a_link_followed() {
        let mut sink = Sink::open(Some(Path::new("/dev/null"))).unwrap();
        assert!(matches!(sink.to, To::Direct(_)));
        sink.write_all(b"x").unwrap();
        sink.finish(Run::Whole).unwrap();

        let folder = tempfile::tempdir().unwrap();
        let (real, link) = (folder.path().join("real"), folder.path().join("link"));
        fs::write(&real, "old").unwrap();
        std::os::unix::fs::symlink(&real, &link).unwrap();
        let mut sink = Sink::open(Some(&link)).unwrap();
        sink.write_all(b"new").unwrap();
        sink.finish(Run::Whole).unwrap();
        assert!(link.is_symlink());
        assert_eq!(fs::read_to_string(&real).unwrap(), "new");
    }
}

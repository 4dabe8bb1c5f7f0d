//! One process: started, asked, put away.

use std::{
    io::{self, BufRead, BufReader, Read, Write},
    process::{Child, ChildStderr, ChildStdin, ChildStdout, Command, Stdio},
    sync::{Arc, Mutex, PoisonError, mpsc},
    thread,
    time::{Duration, Instant},
};

use standfirst_core::article::Limits;
use tempfile::TempDir;

use super::{CommandError, Launch, Said, TOKEN_VARIABLE, tag::Tag, watchdog::Watchdog};

/// Longest line that is taken for an answer, in bytes.
const MAX_LINE: usize = 16 << 20;
/// What is kept of standard error, in bytes.
const KEPT: usize = 2_000;
/// How long a process may take to end by itself once nobody asks it any more.
const GRACE: Duration = Duration::from_millis(500);
/// Lines of a process that wait to be taken; it has to wait itself while there are more.
const WAITING: usize = 1;
/// How often it is asked whether an answer is still wanted.
const ASK: Duration = Duration::from_millis(50);
/// How often it is looked whether it has.
const LOOK: Duration = Duration::from_millis(5);

/// A running process. Three threads carry its streams, so that neither side ever waits for the other
/// to read.
pub(super) struct Worker {
    launch: Launch,
    child: Child,
    tag: Tag,
    /// Ends the process if we are killed; none on a system without a shell.
    _watchdog: Option<Watchdog>,
    /// `None` only while it is put away.
    questions: Option<mpsc::Sender<String>>,
    answers: mpsc::Receiver<Result<String, Silence>>,
    errors: Arc<Mutex<Vec<u8>>>,
    /// Disconnected once standard error has been read to its end.
    last_word: mpsc::Receiver<()>,
    /// Its own, in a sandbox; goes with it.
    _scratch: Option<TempDir>,
}

/// Why no line comes.
enum Silence {
    End,
    TooLong,
}

impl Worker {
    pub(super) fn start(launch: &Launch) -> Result<Self, CommandError> {
        let program = launch.words[0].clone();
        let mut command = Command::new(&program);
        command.args(&launch.words[1..]).env_remove(TOKEN_VARIABLE);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        // A group of its own: Ctrl-C is for us to answer, and all its children can be ended with it.
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let tag = Tag::new();
        tag.put(&mut command);
        let (mut child, scratch) = match &launch.sandbox {
            Some(sandbox) => {
                let (child, scratch) = sandbox.start(command)?;
                (child, Some(scratch))
            }
            None => {
                (command.spawn().map_err(|source| CommandError::Start { program, source })?, None)
            }
        };
        if let Some(megabytes) = launch.memory_mb
            && let Err(error) = limit_memory(&child, megabytes)
        {
            end(&mut child, &tag);
            return Err(CommandError::Memory(error));
        }
        let (questions, to_write) = mpsc::channel();
        let watchdog = Watchdog::over(&child, &tag, scratch.as_ref().map(TempDir::path)).ok();
        let (to_answer, answers) = mpsc::sync_channel(WAITING);
        let (speaking, last_word) = mpsc::channel();
        let errors = Arc::<Mutex<Vec<u8>>>::default();
        if let (Some(stdin), Some(stdout), Some(stderr)) =
            (child.stdin.take(), child.stdout.take(), child.stderr.take())
        {
            thread::spawn(move || write_lines(stdin, &to_write));
            thread::spawn(move || read_lines(stdout, &to_answer));
            let kept = Arc::clone(&errors);
            thread::spawn(move || {
                let _until_the_end = speaking;
                keep_end(stderr, &kept);
            });
        }
        Ok(Self {
            launch: launch.clone(),
            child,
            tag,
            _watchdog: watchdog,
            questions: Some(questions),
            answers,
            errors,
            last_word,
            _scratch: scratch,
        })
    }

    fn program(&self) -> String {
        self.launch.words[0].clone()
    }

    /// Writes a line and waits for one, as long as `limits` allow.
    pub(super) fn ask(&mut self, line: &str, limits: &Limits) -> Result<String, CommandError> {
        if let Ok(Ok(_)) = self.answers.try_recv() {
            return Err(CommandError::Unasked { program: self.program() });
        }
        if let Some(questions) = &self.questions {
            // Fails if the process has closed its input: then its end is the answer.
            let _ = questions.send(format!("{line}\n"));
        }
        match self.answer(limits)? {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(Silence::TooLong)) => {
                Err(CommandError::TooLong { program: self.program(), limit: MAX_LINE })
            }
            Err(mpsc::RecvTimeoutError::Timeout) => Err(CommandError::Timeout {
                program: self.program(),
                limit: self.launch.timeout,
                said: self.said(),
            }),
            Ok(Err(Silence::End)) | Err(mpsc::RecvTimeoutError::Disconnected) => {
                let how = match self.wait(GRACE) {
                    Some(status) => status.to_string(),
                    None => "it closed its output and goes on".to_owned(),
                };
                // What it said last may still be on its way; a child of its may hold the stream open.
                let _ = self.last_word.recv_timeout(GRACE);
                Err(CommandError::Ended { program: self.program(), how, said: self.said() })
            }
        }
    }

    /// The next line, or that none comes in time.
    fn answer(
        &self,
        limits: &Limits,
    ) -> Result<Result<Result<String, Silence>, mpsc::RecvTimeoutError>, CommandError> {
        let asked = Instant::now();
        loop {
            let left = self.launch.timeout.saturating_sub(asked.elapsed());
            match self.answers.recv_timeout(left.min(ASK)) {
                Err(mpsc::RecvTimeoutError::Timeout) if !left.is_zero() => {
                    limits.check().map_err(CommandError::Halted)?;
                }
                answer => return Ok(answer),
            }
        }
    }

    fn said(&self) -> Said {
        let bytes = self.errors.lock().unwrap_or_else(PoisonError::into_inner);
        let text = String::from_utf8_lossy(&bytes);
        let lines: Vec<String> = text
            .lines()
            .map(|line| line.chars().filter(|c| !c.is_control()).collect::<String>())
            .filter(|line| !line.trim().is_empty())
            .collect();
        let words = lines[lines.len().saturating_sub(3)..].join(" / ");
        Said { hint: self.launch.hint(&words), words }
    }

    /// How it ended, if it does within `limit`.
    fn wait(&mut self, limit: Duration) -> Option<std::process::ExitStatus> {
        let started = Instant::now();
        loop {
            match self.child.try_wait() {
                Ok(Some(status)) => return Some(status),
                Ok(None) if started.elapsed() < limit => thread::sleep(LOOK),
                _ => return None,
            }
        }
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        // Its input ends, and with it a program that reads it to the end.
        self.questions = None;
        self.wait(GRACE);
        // Also where it has ended by itself: its children may not have.
        end(&mut self.child, &self.tag);
    }
}

/// Ends a process and all that it has started, and takes notice of its end.
fn end(child: &mut Child, tag: &Tag) {
    #[cfg(unix)]
    {
        use rustix::process::{Pid, Signal, kill_process_group};
        if let Some(group) = i32::try_from(child.id()).ok().and_then(Pid::from_raw) {
            let _ = kill_process_group(group, Signal::KILL);
        }
    }
    let _ = child.kill();
    let _ = child.wait();
    tag.end_all();
}

/// Limits the address space of a process that has just been started.
#[cfg(target_os = "linux")]
fn limit_memory(child: &Child, megabytes: u64) -> io::Result<()> {
    use rustix::process::{Pid, Resource, Rlimit, prlimit};
    let bytes = Some(megabytes.saturating_mul(1_000_000));
    let pid = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
    prlimit(pid, Resource::As, Rlimit { current: bytes, maximum: bytes })?;
    Ok(())
}

#[cfg(not(target_os = "linux"))]
fn limit_memory(_: &Child, _: u64) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

fn write_lines(mut stdin: ChildStdin, lines: &mpsc::Receiver<String>) {
    for line in lines {
        if stdin.write_all(line.as_bytes()).and_then(|()| stdin.flush()).is_err() {
            return;
        }
    }
}

fn read_lines(stdout: ChildStdout, answers: &mpsc::SyncSender<Result<String, Silence>>) {
    let mut stdout = BufReader::new(stdout);
    loop {
        let mut line = Vec::new();
        let read = (&mut stdout).take(MAX_LINE as u64 + 1).read_until(b'\n', &mut line);
        let answer = match read {
            Ok(0) | Err(_) => Err(Silence::End),
            Ok(_) if line.len() > MAX_LINE => Err(Silence::TooLong),
            Ok(_) => Ok(String::from_utf8_lossy(&line).trim().to_owned()),
        };
        let over = answer.is_err();
        if answers.send(answer).is_err() || over {
            return;
        }
    }
}

fn keep_end(mut stderr: ChildStderr, kept: &Mutex<Vec<u8>>) {
    let mut chunk = [0; 4096];
    while let Ok(count @ 1..) = stderr.read(&mut chunk) {
        let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.extend_from_slice(&chunk[..count]);
        let surplus = kept.len().saturating_sub(KEPT);
        kept.drain(..surplus);
    }
}

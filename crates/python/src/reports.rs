//! Reports as they become ready, in the order of their articles.

use std::{
    io,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
        mpsc::{self, Receiver, RecvTimeoutError, Sender, TryRecvError},
    },
    thread,
    time::Duration,
};

use pyo3::{exceptions::PyRuntimeError, prelude::*};
use standfirst::{
    Pipeline,
    ingest::{IngestError, Pending},
};

use crate::articles::Articles;

/// Reports that wait for whoever asks; with as many again at work, all that is held at once.
const WAITING: usize = 32;
/// Articles that may be between their input and their report, for every thread, so that a slow one does not leave
/// the others idle behind it.
const WINDOW: usize = 8;
/// How often it is asked whether the user has had enough.
const SIGNALS: Duration = Duration::from_millis(100);

/// A line of JSON for every article, or how the run ended.
enum Message {
    Report(String),
    Ended(io::Result<()>),
}

/// What is fed to a run by the thread that asks for its reports.
struct Feed {
    articles: Articles,
    to: Sender<Result<Pending, IngestError>>,
    at_work: usize,
    window: usize,
}

/// An iterator over reports. Dropped, it stops the work.
#[pyclass(module = "standfirst._native")]
pub struct Reports {
    /// `None` when all is fed, or nothing is.
    feed: Option<Feed>,
    found: Mutex<Receiver<Message>>,
    stop: Arc<AtomicBool>,
    ended: bool,
}

impl Reports {
    /// Reports on what Python code hands over.
    pub fn fed(pipeline: Arc<Pipeline>, jobs: usize, articles: Articles) -> Self {
        let (to, inputs) = mpsc::channel();
        let mut reports = Self::of(pipeline, inputs.into_iter());
        reports.feed = Some(Feed { articles, to, at_work: 0, window: jobs.saturating_mul(WINDOW) });
        reports
    }

    /// Reports on `inputs`.
    pub fn of(
        pipeline: Arc<Pipeline>,
        inputs: impl Iterator<Item = Result<Pending, IngestError>> + Send + 'static,
    ) -> Self {
        let (to, found) = mpsc::sync_channel(WAITING);
        let stop = Arc::new(AtomicBool::new(false));
        let asked = Arc::clone(&stop);
        thread::spawn(move || {
            let done = pipeline.run(inputs, &asked, |report| {
                let line = serde_json::to_string(&report)?;
                let gone = |_| io::Error::from(io::ErrorKind::BrokenPipe);
                to.send(Message::Report(line)).map_err(gone)
            });
            // Whoever would be told has gone.
            let _ = to.send(Message::Ended(done.map(|_| ())));
        });
        Self { feed: None, found: Mutex::new(found), stop, ended: false }
    }

    /// What is there already; `None` if nothing is.
    fn ready(&self) -> Option<Message> {
        let found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        match found.try_recv() {
            Ok(message) => Some(message),
            Err(TryRecvError::Empty) => None,
            Err(TryRecvError::Disconnected) => Some(Message::Ended(Err(lost()))),
        }
    }

    /// The next message, waited for without the interpreter's lock.
    fn waited(&self, py: Python<'_>) -> PyResult<Message> {
        loop {
            let message = py.detach(|| {
                let found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
                found.recv_timeout(SIGNALS)
            });
            match message {
                Ok(message) => return Ok(message),
                Err(RecvTimeoutError::Disconnected) => return Ok(Message::Ended(Err(lost()))),
                Err(RecvTimeoutError::Timeout) => py.check_signals()?,
            }
        }
    }

    /// Hands on one more article, if there is room for it. `false` if there is nothing to be done.
    fn feed(&mut self, py: Python<'_>) -> PyResult<bool> {
        let Some(feed) = self.feed.as_mut().filter(|feed| feed.at_work < feed.window) else {
            return Ok(false);
        };
        let next = feed.articles.next(py);
        match next {
            Ok(Some(article)) => {
                feed.at_work += 1;
                // A run that has ended says so itself.
                let _ = feed.to.send(article);
            }
            Ok(None) => self.feed = None,
            Err(error) => {
                self.close();
                return Err(error);
            }
        }
        Ok(true)
    }

    /// The next line; `None` after the last.
    pub fn next(&mut self, py: Python<'_>) -> PyResult<Option<String>> {
        while !self.ended {
            let message = match self.ready() {
                Some(message) => message,
                None if self.feed(py)? => continue,
                None => self.waited(py)?,
            };
            match message {
                Message::Report(line) => {
                    if let Some(feed) = &mut self.feed {
                        feed.at_work -= 1;
                    }
                    return Ok(Some(line));
                }
                Message::Ended(done) => {
                    self.close();
                    done.map_err(|error| PyRuntimeError::new_err(error.to_string()))?;
                }
            }
        }
        Ok(None)
    }
}

/// That the thread of a run has panicked.
fn lost() -> io::Error {
    io::Error::other("the run broke off; this is a bug, please report it")
}

#[pymethods]
impl Reports {
    fn __iter__(this: PyRef<'_, Self>) -> PyRef<'_, Self> {
        this
    }

    fn __next__(&mut self, py: Python<'_>) -> PyResult<Option<String>> {
        self.next(py)
    }

    /// Stops the work; what is not handed on yet is not done.
    fn close(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        self.feed = None;
        self.ended = true;
    }
}

impl Drop for Reports {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}

/// The support of an abstract whose sentences have these: one answer here and in tables.
#[pyfunction]
#[allow(clippy::needless_pass_by_value, reason = "what Python hands over is owned")]
pub fn mean_support(found: Vec<f64>) -> Option<f64> {
    standfirst::core::report::mean_support(&found)
}

//! Progress on standard error, for somebody who watches.

mod total;

use std::{
    sync::{Mutex, PoisonError},
    thread,
    time::Duration,
};

use indicatif::{HumanDuration, ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};
use standfirst_summarizer::fetch::Progress;

pub use self::total::Total;
use crate::messages;

/// A run shorter than this shows nothing.
const PATIENCE: Duration = Duration::from_secs(1);
/// How often the bar moves.
const TICK: Duration = Duration::from_millis(100);

/// How far a run is.
pub struct RunBar(ProgressBar);

impl RunBar {
    /// A bar that appears when the run has lasted a while, if anybody is to see it. It gets a length, and the
    /// time that is left, as soon as the `total` is counted, which nobody asks for otherwise.
    pub fn start(shown: bool, total: impl FnOnce() -> Option<Total>) -> Self {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
        bar.set_style(style("{spinner} {human_pos} articles  {per_sec}  {elapsed}"));
        if shown {
            let total = total();
            show_later(bar.clone(), move |bar| {
                let counted = total.and_then(|total| total.count(|| !bar.is_finished()));
                if let Some(length) = counted {
                    bar.set_length(length);
                    bar.set_style(measured("{wide_bar} {human_pos}/{human_len} articles  {left}"));
                }
            });
        }
        Self(bar)
    }

    /// So many articles were done by an earlier run.
    pub fn done_before(&self, articles: u64) {
        self.0.set_position(articles);
        self.0.reset_eta();
    }

    /// One article more; `write` may use the terminal meanwhile.
    pub fn article<T>(&self, write: impl FnOnce() -> T) -> T {
        self.0.inc(1);
        self.0.suspend(write)
    }

    /// Takes the bar away.
    pub fn finish(&self) {
        self.0.finish_and_clear();
    }
}

/// How far something is whose length is known.
pub struct Steps(ProgressBar);

impl Steps {
    /// A bar of `count` steps that appears when it has lasted a while, if anybody is to see it.
    pub fn start(count: usize, what: &'static str, shown: bool) -> Self {
        let bar = ProgressBar::with_draw_target(Some(count as u64), ProgressDrawTarget::hidden());
        bar.set_style(style("{msg}  {bar:30} {human_pos}/{human_len}  {eta}"));
        bar.set_message(what);
        if shown {
            show_later(bar.clone(), |_| ());
        }
        Self(bar)
    }

    /// One step more.
    pub fn step(&self) {
        self.0.inc(1);
    }

    /// Takes the bar away.
    pub fn finish(&self) {
        self.0.finish_and_clear();
    }
}

/// Lets the bar appear, unless the run is over by then, and does what there is to do `afterwards`.
fn show_later(bar: ProgressBar, afterwards: impl FnOnce(&ProgressBar) + Send + 'static) {
    thread::spawn(move || {
        thread::sleep(PATIENCE);
        if !bar.is_finished() {
            bar.set_draw_target(ProgressDrawTarget::stderr());
            bar.enable_steady_tick(TICK);
            afterwards(&bar);
        }
    });
}

/// How far a download is: a bar for somebody who watches, a line a stage elsewhere, or nothing.
pub struct Download {
    quiet: bool,
    watched: bool,
    bar: Mutex<Option<ProgressBar>>,
}

impl Download {
    /// Nothing is shown if `quiet`; a bar only if the terminal is `watched`.
    pub fn new(quiet: bool, watched: bool) -> Self {
        Self { quiet, watched, bar: Mutex::new(None) }
    }

    /// Puts `bar` in the place of the one before.
    fn replace(&self, bar: Option<ProgressBar>) {
        let mut current = self.bar.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(before) = std::mem::replace(&mut *current, bar) {
            before.finish_and_clear();
        }
    }
}

impl Progress for Download {
    fn start(&self, what: &str, bytes: u64) {
        if !self.watched {
            if !self.quiet {
                messages::notice(what);
            }
            return;
        }
        let bar = if bytes == 0 { ProgressBar::new_spinner() } else { ProgressBar::new(bytes) };
        bar.set_style(style(if bytes == 0 {
            "{spinner} {msg}  {elapsed}"
        } else {
            "{msg}  {bar:30} {bytes}/{total_bytes}  {binary_bytes_per_sec}  {eta}"
        }));
        bar.set_message(what.to_owned());
        bar.enable_steady_tick(TICK);
        self.replace(Some(bar));
    }

    fn advance(&self, bytes: u64) {
        let bar = self.bar.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(bar) = bar.as_ref() {
            bar.inc(bytes);
        }
    }

    fn finish(&self) {
        self.replace(None);
    }
}

/// A style from one of the templates above; the plain one if it were wrong, which the test rules out.
fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}

/// A style that tells the time that is left, once there is anything to tell it by.
fn measured(template: &str) -> ProgressStyle {
    style(template).with_key("left", |state: &ProgressState, out: &mut dyn std::fmt::Write| {
        let _ = match state.pos() {
            0 => write!(out, "{} so far", HumanDuration(state.elapsed())),
            _ => write!(out, "{} left", HumanDuration(state.eta())),
        };
    })
}

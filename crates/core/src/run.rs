//! Models × articles over threads, answers in input order.
//!
//! Every cell of the grid — one model on one article — is a task of its own in a rayon pool of
//! `jobs` threads, so one slow model never holds up the others. A model that likes company is given
//! what waits for it, up to the number it likes; models that share a computation are one task, which
//! asks them one after another. A reader thread stays a bounded
//! number of articles ahead; the calling thread puts the cells together and hands finished reports
//! on in input order, each as soon as all before it are done. Nothing depends on which thread was
//! first: the same input gives the same reports at any `jobs`.

mod archive;
mod assemble;
mod cell;
mod column;
mod flight;
mod reader;
mod room;
mod row;
mod sync;
mod task;

use std::{
    collections::{BTreeMap, VecDeque},
    io,
    num::NonZeroUsize,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc::{self, RecvTimeoutError},
    },
    time::{Duration, Instant},
};

use rayon::{Scope, ThreadPoolBuilder};

use crate::{
    analysis::{Analyzer, Unrepaired},
    article::{Allowance, Article, EmptyArticle, Limits},
    entailment::EntailmentModel,
    input::{Input, InputError},
    plugin::{Budget, SentimentModel, Summarizer},
    report::{ArticleReport, Failure, FailureKind, Words},
};
pub use archive::{Archive, Found, Key, Repaired};
use cell::Cell;
use column::Column;
use flight::{Bounds, Permits};
use row::Row;
use task::Spawner;

/// How many articles may be between the reader and the output, for every thread; or twice what the
/// most sociable model likes at once, so that a second batch waits while the first is at work.
const READ_AHEAD: usize = 8;
/// How long what is in flight may go on when the run is to stop.
const GRACE: Duration = Duration::from_secs(2);
/// How often the run looks whether it should stop while nothing else happens.
const STOP_CHECK: Duration = Duration::from_millis(50);

/// What to do with every article.
pub struct Plan {
    /// Who repairs, checks and reads the articles.
    pub analyzer: Arc<dyn Analyzer>,
    /// One abstract from each, in this order.
    pub summarizers: Vec<Arc<dyn Summarizer>>,
    /// One tone from each, in this order.
    pub sentiment: Vec<Arc<dyn SentimentModel>>,
    /// Asked about the sentences of abstracts that are not the article's own; `None` to check by words alone.
    pub entailment: Option<Arc<dyn EntailmentModel>>,
    /// Whether nobody asked for the tone by a model's name: an article in a language that the model
    /// does not know is then no failure, though its place in the report says so.
    pub tone_is_offered: bool,
    /// Length of an abstract.
    pub budget: Budget,
    /// How much work an article may be.
    pub allowance: Allowance,
    /// Bytes of memory that articles in flight may take together, as far as can be told beforehand: one
    /// that would take more by itself is worked on alone. `None` for as many as they take.
    pub memory: Option<u64>,
    /// Threads.
    pub jobs: NonZeroUsize,
    /// Whether reports carry wall-clock times. Without them the same input gives the same bytes.
    pub timings: bool,
    /// Whether reports carry the text that their spans point into.
    pub include_text: bool,
    /// How errors in reports are put into words: by [`chain`](crate::report::chain), unless the caller can
    /// say more of a way out than a library can.
    pub words: Words,
}

/// What a run came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Reports handed on.
    pub articles: u64,
    /// How many of them have an error in them.
    pub failed: u64,
    /// How many of these gave no article at all.
    pub unread: u64,
    /// Whether it was stopped before the input ended.
    pub interrupted: bool,
}

/// Something that a thread tells the one that keeps order.
enum Event<I> {
    /// The reader found an input.
    Input(Result<I, InputError>),
    /// There is no more input.
    End,
    /// An article was read and repaired, or could not be.
    Opened(usize, Opened),
    /// A model answered.
    Answered(usize, usize, Cell),
    /// All models have answered, and their answers are checked.
    Reported(usize, Box<ArticleReport>),
}

/// An article that models are to be asked about, with what is known of it already; or its report.
type Opened = Result<(Arc<Article>, Found), Box<ArticleReport>>;

/// Runs every model of `plan` on every input and hands the reports to `emit` in input order.
///
/// When `stop` becomes true no further input is taken, and what is in flight has two seconds to be
/// finished and handed on; models that are not done by then are asked to give up, and the first article
/// that they leave undone ends the reports, so that these are the first of a whole run.
/// `inputs` is read on a thread of its own, which is left behind if it is still blocked then.
///
/// # Errors
/// What `emit` returns, at once; or that no threads can be had.
pub fn run<I: Input, E: Into<InputError>>(
    inputs: impl Iterator<Item = Result<I, E>> + Send + 'static,
    plan: &Plan,
    stop: &AtomicBool,
    emit: impl FnMut(ArticleReport) -> io::Result<()>,
) -> io::Result<Totals> {
    run_with(inputs, plan, None, stop, emit)
}

/// As [`run`]; what `archive` knows is not computed again, and what is computed is kept there. The reports are
/// the same but for the times, which are those that the models took when they were asked.
///
/// # Errors
/// As there.
pub fn run_with<I: Input, E: Into<InputError>>(
    inputs: impl Iterator<Item = Result<I, E>> + Send + 'static,
    plan: &Plan,
    archive: Option<&dyn Archive>,
    stop: &AtomicBool,
    emit: impl FnMut(ArticleReport) -> io::Result<()>,
) -> io::Result<Totals> {
    let pool =
        ThreadPoolBuilder::new().num_threads(plan.jobs.get()).build().map_err(io::Error::other)?;
    let columns = Column::all(plan);
    let groups = column::groups(&columns);
    let (events, inbox) = mpsc::channel();
    let inputs = inputs.map(|input| input.map_err(Into::into));
    let bounds = Bounds { articles: read_ahead(plan, &columns), memory: plan.memory };
    let permits = reader::spawn(inputs, bounds, events.clone())?;
    let halt = Arc::<AtomicBool>::default();
    let spawner = Spawner { plan, archive, columns: &columns, groups: &groups, events, halt };
    let keeper = Keeper::new(spawner, permits, emit);
    pool.in_place_scope(|scope| keeper.keep_order(scope, &inbox, stop))
}

/// Runs every model of `plan` on one input, on the thread that calls. The report is the one that [`run`]
/// gives. A model with [`Threading::OwnPool`](crate::plugin::Threading::OwnPool) allows one call at a time.
pub fn one<I: Input>(input: I, plan: &Plan) -> ArticleReport {
    one_within(Ok(input), plan, Limits::new(plan.allowance, Arc::default()))
}

/// The same within `limits`, in place of those of the plan, and for an input that may not have been found:
/// for a caller who decides from another thread when to give up. A report of work that was given up holds
/// failures of the kind [`FailureKind::Stopped`].
pub fn one_within<I: Input>(
    input: Result<I, InputError>,
    plan: &Plan,
    limits: Limits,
) -> ArticleReport {
    let article = match open(input, plan, None, limits) {
        Ok((article, _)) => article,
        Err(report) => return *report,
    };
    let columns = Column::all(plan);
    let alone = std::slice::from_ref(&article);
    let cells = columns.iter().flat_map(|column| cell::compute(plan, &column.model, alone));
    let mut report = assemble::report(&article, cells.collect(), plan, &columns);
    assemble::hide_times(&mut report, plan);
    report
}

/// How many articles may be between the reader and the output.
fn read_ahead(plan: &Plan, columns: &[Column]) -> usize {
    let most = columns.iter().map(|column| column.model.batch()).max().unwrap_or(1);
    plan.jobs.get() * READ_AHEAD.max(2 * most)
}

/// Keeps the rows of the grid until they can be handed on in input order.
struct Keeper<'a, I, F> {
    spawner: Spawner<'a, I>,
    emit: F,
    permits: Permits,
    rows: BTreeMap<usize, Row>,
    /// Memory of each row, in order.
    weights: VecDeque<u64>,
    /// Inputs that became rows.
    taken: usize,
    /// Rows that became reports.
    handed_on: usize,
    ended: bool,
    /// When the run was asked to stop.
    stopped: Option<Instant>,
    /// Whether a row was left undone for that; those after it are not handed on.
    undone: bool,
    /// Whether an input that was read already was not taken any more for that.
    passed_over: bool,
    totals: Totals,
}

impl<'a, I: Input, F: FnMut(ArticleReport) -> io::Result<()>> Keeper<'a, I, F> {
    fn new(spawner: Spawner<'a, I>, permits: Permits, emit: F) -> Self {
        Self {
            spawner,
            emit,
            permits,
            rows: BTreeMap::new(),
            weights: VecDeque::new(),
            taken: 0,
            handed_on: 0,
            ended: false,
            stopped: None,
            undone: false,
            passed_over: false,
            totals: Totals::default(),
        }
    }

    fn keep_order<'s>(
        mut self,
        scope: &Scope<'s>,
        inbox: &mpsc::Receiver<Event<I>>,
        stop: &AtomicBool,
    ) -> io::Result<Totals>
    where
        'a: 's,
    {
        loop {
            let stopped = stop.load(Ordering::Relaxed);
            if stopped && self.stopped.get_or_insert_with(Instant::now).elapsed() > GRACE {
                self.spawner.halt.store(true, Ordering::Relaxed);
            }
            if (self.ended || stopped) && self.handed_on == self.taken {
                self.totals.interrupted = !self.ended || self.undone || self.passed_over;
                return Ok(self.totals);
            }
            match inbox.recv_timeout(STOP_CHECK) {
                Ok(Event::Input(_)) if stopped => self.passed_over = true,
                Ok(event) => self.take(scope, event),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => self.ended = true,
            }
            self.hand_on_finished()?;
        }
    }

    fn take<'s>(&mut self, scope: &Scope<'s>, event: Event<I>)
    where
        'a: 's,
    {
        match event {
            Event::Input(input) => {
                self.rows.insert(self.taken, Row::Opening);
                self.weights.push_back(reader::weight(&input));
                self.spawner.open(scope, self.taken, input);
                self.taken += 1;
            }
            Event::End => self.ended = true,
            Event::Opened(index, opened) => {
                if let Ok((article, found)) = &opened {
                    self.spawner.answer(scope, index, article, found);
                }
                self.rows.insert(index, Row::new(opened, self.spawner.columns.len()));
                self.close(scope, index);
            }
            Event::Answered(index, column, answer) => {
                if let Some(row) = self.rows.get_mut(&index) {
                    row.fill(column, answer);
                }
                self.close(scope, index);
            }
            Event::Reported(index, report) => _ = self.rows.insert(index, Row::Done(report)),
        }
    }

    /// Has the report of a row made, once every model has answered.
    fn close<'s>(&mut self, scope: &Scope<'s>, index: usize)
    where
        'a: 's,
    {
        if let Some((article, keys, cells)) = self.rows.get_mut(&index).and_then(Row::close) {
            self.spawner.report(scope, index, article, keys, cells);
        }
    }

    fn hand_on_finished(&mut self) -> io::Result<()> {
        while let Some(Row::Done(_)) = self.rows.get(&self.handed_on) {
            let Some(Row::Done(report)) = self.rows.remove(&self.handed_on) else { break };
            self.handed_on += 1;
            let weight = self.weights.pop_front().unwrap_or_default();
            self.undone |= was_stopped(&report);
            if self.undone {
                continue;
            }
            self.totals.articles += 1;
            self.totals.unread += u64::from(report.error.is_some());
            self.totals.failed += u64::from(report.has_failure(self.spawner.plan.tone_is_offered));
            (self.emit)(*report)?;
            self.permits.release(weight);
        }
        Ok(())
    }
}

/// Whether any answer is lacking because the run was stopped.
fn was_stopped(report: &ArticleReport) -> bool {
    let abstracts = report.abstracts.iter().filter_map(|cell| cell.error.as_ref());
    let tones = report.sentiment.iter().filter_map(|tone| tone.error.as_ref());
    let mut errors = report.error.iter().chain(abstracts).chain(tones);
    errors.any(|error| error.kind() == FailureKind::Stopped)
}

/// Reads and repairs one input; what goes wrong becomes its report, and so does what is known already.
fn open<I: Input>(
    input: Result<I, InputError>,
    plan: &Plan,
    archive: Option<&dyn Archive>,
    limits: Limits,
) -> Opened {
    let words = plan.words;
    let source = match &input {
        Ok(input) => input.source().to_string(),
        Err(error) => error.from.to_string(),
    };
    let failed =
        |error: Failure| Box::new(ArticleReport::failed(source.clone(), source.clone(), error));
    if let Err(halt) = limits.check() {
        return Err(failed(cell::halted("the reading", halt, words)));
    }
    let opened = catch_unwind(AssertUnwindSafe(|| {
        let unreadable = |error: InputError| {
            failed(Failure::new(FailureKind::Unreadable, words(&*error.reason)))
        };
        let document = input.and_then(room::asked).and_then(Input::read).map_err(unreadable)?;
        let found = archive.map(|archive| archive.find(&document)).unwrap_or_default();
        if archive.is_some() && found.is_all() {
            return Err(Box::new(assemble::recalled(&document, found, plan)));
        }
        let nothing = Failure::new(FailureKind::NothingLeft, words(&EmptyArticle));
        let mut kept = ArticleReport::failed(document.id.clone(), source.clone(), nothing);
        kept.title.clone_from(&document.title);
        kept.facts.clone_from(&document.facts);
        kept.notes.clone_from(&document.notes);
        kept.annotations.clone_from(&document.annotations);
        kept.text = plan.include_text.then(|| document.text.clone());
        let repaired = {
            let _at_work = limits.work(1);
            plan.analyzer.repair(document, &limits)
        };
        match repaired {
            Ok(article) => Ok((Arc::new(article.limited(limits)), found)),
            Err(why) => {
                if let Unrepaired::Halted(halt) = why {
                    kept.error = Some(cell::halted("the repair", halt, words));
                }
                Err(Box::new(kept))
            }
        }
    }));
    opened.unwrap_or_else(|panic| {
        let what = cell::panic_message(&*panic);
        let told =
            format!("reading it failed with a panic: {what}; this is a bug, please report it");
        Err(failed(Failure::new(FailureKind::Panicked, told)))
    })
}

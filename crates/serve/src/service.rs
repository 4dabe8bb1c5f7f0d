//! What can be asked, whatever the protocol: operations on articles, whose answers are the lines of the
//! JSONL contracts that the program writes.

mod answer;
mod asked;
mod models;
pub mod words;

use std::{
    num::NonZeroUsize,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use rayon::{ThreadPool, ThreadPoolBuilder};
use standfirst_core::{
    article::{Allowance, Limits},
    report::Words,
};
use standfirst_storylines::events::Vectors;
use standfirst_summarizer::registry::{Listing, Registry};
use tokio::sync::oneshot;

pub use self::{
    answer::{Answer, Job},
    asked::{Asked, Operation},
    models::Models,
};
use crate::{
    Refusal, RefusalKind,
    queue::{Hand, Queue},
};

/// Articles that the pool has in hand for each of its threads: one at work, and one that waits so that the
/// thread need not.
const HANDS: usize = 2;

/// What whoever runs the service decides.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Threads that work on articles.
    pub jobs: NonZeroUsize,
    /// Requests that may wait to begin.
    pub queue: usize,
    /// Largest article, and largest body of a request that is read before it is worked on, in bytes.
    pub max_body: u64,
    /// Articles of a request.
    pub max_articles: NonZeroUsize,
    /// How long a request may take.
    pub time: Duration,
    /// How much work an article may be.
    pub allowance: Allowance,
    /// Bytes of memory that articles in hand may take together.
    pub memory: u64,
    /// Ids of the models that may be asked for; empty for all that are on this machine but those that are
    /// programs or servers.
    pub models: Vec<String>,
    /// How errors are put into words.
    pub words: Words,
}

impl Settings {
    /// Requests that may wait if nobody says otherwise.
    pub const QUEUE: usize = 64;
    /// Articles of a request if nobody says otherwise.
    pub const MAX_ARTICLES: NonZeroUsize = NonZeroUsize::new(1_000).unwrap();
    /// How long a request may take if nobody says otherwise.
    pub const TIME: Duration = Duration::from_mins(10);
}

/// Models, threads and a queue: built once, and shared by all who ask.
pub struct Service {
    settings: Settings,
    models: Models,
    pool: ThreadPool,
    queue: Arc<Queue>,
}

impl Service {
    /// A service of the models of `registry`, whose every check asks its [`Registry::check`]. Nothing is loaded yet.
    ///
    /// # Errors
    /// If no threads can be had, or [`Settings::models`] names one that is not there.
    pub fn new(registry: Registry, settings: Settings) -> Result<Self, Refusal> {
        let pool = ThreadPoolBuilder::new()
            .num_threads(settings.jobs.get())
            .thread_name(|index| format!("article-{index}"))
            .build()
            .map_err(|error| Refusal::new(RefusalKind::Internal, error.to_string()))?;
        let hands = settings.jobs.saturating_mul(NonZeroUsize::new(HANDS).unwrap_or(settings.jobs));
        let queue = Arc::new(Queue::new(hands, settings.queue, settings.memory));
        let models = Models::new(registry, settings.models.clone(), settings.words)?;
        Ok(Self { settings, models, pool, queue })
    }

    /// What whoever runs it decided.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Who waits for their turn.
    pub fn queue(&self) -> &Arc<Queue> {
        &self.queue
    }

    /// The models that may be asked for, and what of them is on this machine.
    pub fn listing(&self) -> Vec<Listing> {
        self.models.listing()
    }

    /// Loads the models that are taken when nobody names any. What is missing is handed to `tell`, in words.
    ///
    /// # Errors
    /// If one cannot be loaded for another reason than that its files are not there.
    pub fn warm_up(&self, tell: impl Fn(&str)) -> Result<(), Refusal> {
        self.models.warm_up(tell)
    }

    /// Whether all models that are asked for are loaded, so that nobody waits for [`job`](Self::job).
    pub fn has_loaded(&self, asked: &Asked) -> bool {
        self.models.has_loaded(asked)
    }

    /// What gives articles their vectors, loaded; `None` where it cannot be had. Call it where waiting is no harm.
    pub fn vectors(&self) -> Option<Arc<dyn Vectors + Send>> {
        self.models.vectors()
    }

    /// Loads what is asked for, and says how an article is to be answered. Call it where waiting is no harm.
    ///
    /// # Errors
    /// If a model is not there, or nothing is asked for.
    pub fn job(&self, asked: &Asked) -> Result<Job, Refusal> {
        Job::new(asked, &self.models, &self.settings)
    }

    /// Has `work` on one article done, until `halt` is set. The answer does not come if it was, or if the work
    /// panicked.
    pub fn submit<T: Send + 'static>(
        &self,
        hand: Hand,
        halt: Arc<AtomicBool>,
        work: impl FnOnce(Limits) -> T + Send + 'static,
    ) -> oneshot::Receiver<T> {
        let (tell, told) = oneshot::channel();
        let (allowance, queue) = (self.settings.allowance, Arc::clone(&self.queue));
        self.pool.spawn_fifo(move || {
            // Held until the work is done, whoever still waits for it.
            let _hand = hand;
            if halt.load(Ordering::Relaxed) {
                return;
            }
            let began = Instant::now();
            let limits = Limits::new(allowance, Arc::clone(&halt));
            let done = catch_unwind(AssertUnwindSafe(|| work(limits)));
            queue.took(began.elapsed());
            if let (Ok(done), false) = (done, halt.load(Ordering::Relaxed)) {
                let _ = tell.send(done);
            }
        });
        told
    }

    /// Runs `work` on the pool, for what comes after the articles.
    pub async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Option<T> {
        let (tell, told) = oneshot::channel();
        self.pool.spawn_fifo(move || {
            if let Ok(done) = catch_unwind(AssertUnwindSafe(work)) {
                let _ = tell.send(done);
            }
        });
        told.await.ok()
    }
}

//! What is found out about one article before it is laid beside others.

use std::{
    num::NonZeroUsize,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use rayon::prelude::*;
use standfirst_core::{
    analysis::Unrepaired,
    article::{Allowance, Article, Document, Limits},
    input::{Input, InputError},
    plugin::PluginError,
};
use standfirst_text::repair;

use crate::{
    copies::{Sketch, agency},
    dates::{Published, published},
    events::{Features, Vectors, features},
};

/// An article and what was found out about it.
#[derive(Clone, Debug)]
pub struct Studied {
    /// The article.
    pub article: Article,
    /// When it was published, if anything tells.
    pub published: Option<Published>,
    /// Where it was published: the outlet that its row names, else the host of its address.
    pub outlet: Option<String>,
    /// The agency that it credits.
    pub agency: Option<&'static str>,
    /// What tells its copies.
    pub sketch: Sketch,
    /// What tells its event.
    pub features: Features,
}

/// Why an article could not be studied.
#[derive(Debug, thiserror::Error)]
pub enum Unstudied {
    /// The repair left nothing, or was to give up.
    #[error(transparent)]
    Repair(#[from] Unrepaired),
    /// The encoder failed.
    #[error(transparent)]
    Encoder(#[from] PluginError),
}

/// Keys of a row that may name its outlet, in the order in which they are tried.
const OUTLETS: [&str; 5] = ["outlet", "publisher", "source", "site", "publication"];
/// Longest name of an outlet, in bytes.
const LONGEST_OUTLET: usize = 80;

/// Repairs and reads `document`, as long as `limits` allow.
///
/// # Errors
/// [`Unstudied`], if nothing is left of it or the encoder fails.
pub fn study(
    document: Document,
    limits: &Limits,
    vectors: Option<&dyn Vectors>,
) -> Result<Studied, Unstudied> {
    let article = repair::clean_within(document, limits)?.limited(limits.clone());
    let published = published(&article);
    let sketch = Sketch::of(article.sentences().iter().map(|sentence| sentence.text.as_str()));
    let mut features = features(&article, published.as_ref());
    if let Some(vectors) = vectors {
        features.vector = vectors.vector(&article)?.unwrap_or_default();
    }
    let (outlet, agency) = (outlet(article.document()), agency(&article));
    // What was read of it is read again if it comes into a story: thousands of articles are held.
    let language = article.language();
    let article = article.in_language(language);
    Ok(Studied { article, published, outlet, agency, sketch, features })
}

fn outlet(document: &Document) -> Option<String> {
    let given = document.annotations.given();
    let named = OUTLETS.iter().find_map(|key| given.get(*key)?.as_str());
    let host = || {
        let rest = document.url.as_deref()?.split("://").nth(1)?;
        let host = rest.split(['/', '?', '#', ':']).next()?;
        Some(host.strip_prefix("www.").unwrap_or(host))
    };
    let short = |name: &&str| !name.trim().is_empty() && name.len() <= LONGEST_OUTLET;
    named.filter(short).or_else(host).filter(short).map(|name| name.trim().to_owned())
}

/// An input that could not be studied.
#[derive(Debug)]
pub struct Failed {
    /// Which one.
    pub source: String,
    /// Why.
    pub error: Box<dyn std::error::Error + Send + Sync>,
}

/// Inputs that are read before the first of them is done, for each thread.
const AHEAD: usize = 16;

/// How many inputs are studied.
pub struct Work<'a> {
    /// At once.
    pub jobs: NonZeroUsize,
    /// How much work each may be.
    pub allowance: Allowance,
    /// Gives vectors, if anything does.
    pub vectors: Option<&'a dyn Vectors>,
    /// Asked before each article whether the run is to stop.
    pub stop: &'a AtomicBool,
}

/// Studies all `inputs`, on as many threads as are asked for; `each` is given the results in their order, until
/// the run is to stop.
///
/// # Errors
/// Those of `each`, which end it, and if no threads can be had.
pub fn study_all<I: Input, E: Into<InputError>, F: From<std::io::Error>>(
    inputs: impl Iterator<Item = Result<I, E>>,
    work: &Work<'_>,
    mut each: impl FnMut(Result<Studied, Failed>) -> Result<(), F>,
) -> Result<(), F> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(work.jobs.get()).build();
    let pool = pool.map_err(std::io::Error::other)?;
    let mut inputs = inputs.peekable();
    while inputs.peek().is_some() && !work.stop.load(Ordering::Relaxed) {
        let ahead: Vec<Result<I, InputError>> = inputs
            .by_ref()
            .take(work.jobs.get() * AHEAD)
            .map(|input| input.map_err(Into::into))
            .collect();
        let done: Vec<Result<Studied, Failed>> =
            pool.install(|| ahead.into_par_iter().map(|input| one(input, work)).collect());
        done.into_iter().try_for_each(&mut each)?;
    }
    Ok(())
}

fn one<I: Input>(input: Result<I, InputError>, work: &Work<'_>) -> Result<Studied, Failed> {
    let input =
        input.map_err(|error| Failed { source: error.from.to_string(), error: error.reason })?;
    let source = input.source().to_string();
    let failed =
        |error: Box<dyn std::error::Error + Send + Sync>| Failed { source: source.clone(), error };
    let document = input.read().map_err(|error| failed(error.reason))?;
    let limits = Limits::new(work.allowance, Arc::default());
    let at_work = limits.work(1);
    let studied = study(document, &limits, work.vectors);
    drop(at_work);
    studied.map_err(|error| failed(error.into()))
}

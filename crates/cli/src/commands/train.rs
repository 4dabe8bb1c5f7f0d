//! `standfirst train salience`: a head of the user's own, from articles with references.

use std::{
    fs,
    num::NonZeroUsize,
    path::{Path, PathBuf},
    sync::Mutex,
    thread,
};

use anyhow::{Context as _, Result, bail, ensure};
use standfirst_core::{annotations::REFERENCE, article::Document, card::ModelCard, plugin::Budget};
use standfirst_eval::metric::bootstrap::Estimate;
use standfirst_ingest as ingest;
use standfirst_summarizer::{
    extractive::salience::METHOD as SALIENCE,
    registry::Registry,
    train::{self, Example, Recipe, Trial},
};
use standfirst_text::repair;

use crate::{
    args::{self, Global},
    exit::Outcome,
    messages,
    progress::Steps,
    settings,
};

/// Of all examples, one in so many is held out if no file is named for it.
const HELD_OUT: usize = 10;
/// The file of the head, beside its card.
const HEAD: &str = "head.safetensors";

/// Trains, tells the score, writes head and card.
pub fn run(args: &args::Train, global: &Global) -> Result<Outcome> {
    let args::TrainWhat::Salience(args) = &args.what;
    ensure!(args.id != SALIENCE, "{SALIENCE} is the model that ships; give yours another --id");
    let registry = settings::registry(global, None)?;
    let examples = read(&registry, &args.data, args, global)?;
    let (train, dev) = if args.dev.is_empty() {
        train::hold_out(examples, HELD_OUT, args.seed)
    } else {
        (examples, read(&registry, &args.dev, args, global)?)
    };
    let recipe = Recipe { seed: args.seed, sentences: args.sentences.get(), ..Recipe::default() };
    let rounds = recipe.networks * (recipe.first_epochs + recipe.second_epochs);
    let bar = Steps::start(rounds, "training", settings::shows_progress(global.quiet));
    let head = train::train(&train, &recipe, &mut || bar.step())?;
    bar.finish();
    let trial = train::trial(&head, &dev, Budget::Sentences(args.sentences));
    let scores = trial.as_ref().map(|trial| tell(trial, args.sentences));
    match &scores {
        Some(scores) => println!("{scores}"),
        None => messages::notice("nothing was held out, so the head has no score"),
    }
    let bytes = head.to_bytes()?;
    fs::create_dir_all(&args.out)
        .with_context(|| format!("cannot make the folder {}", args.out.display()))?;
    let card = card(&registry, args, train.len(), scores.as_deref(), &bytes)?;
    write(&args.out.join(HEAD), &bytes)?;
    write(&args.out.join(format!("{}.toml", args.id)), card.as_bytes())?;
    messages::notice(&format!(
        "wrote {0}; `standfirst models fetch {1} --cards {0}`, then `standfirst summarize PATH --cards {0} --model {1}`",
        args.out.display(),
        args.id
    ));
    Ok(Outcome::skipped_if(false))
}

fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    fs::write(path, bytes).with_context(|| format!("cannot write {}", path.display()))
}

/// The examples of `paths`, in their order, embedded on all threads.
fn read(
    registry: &Registry,
    paths: &[PathBuf],
    args: &args::TrainSalience,
    global: &Global,
) -> Result<Vec<Example>> {
    let inputs: Vec<_> = ingest::open(paths.to_vec(), ingest::Options::default()).collect();
    let encoder = registry.encoder(SALIENCE)?;
    let bar = Steps::start(inputs.len(), "reading", settings::shows_progress(global.quiet));
    let queue = Mutex::new(inputs.into_iter().enumerate());
    let work = || {
        let mut done = Vec::new();
        loop {
            let next = queue.lock().ok().and_then(|mut queue| queue.next());
            let Some((place, input)) = next else { return done };
            let document = input.and_then(ingest::Pending::read);
            let example = document
                .map_err(anyhow::Error::from)
                .and_then(|document| example(&*encoder, document));
            done.push((place, example));
            bar.step();
        }
    };
    let mut done: Vec<(usize, Result<Option<Example>>)> = thread::scope(|scope| {
        let threads: Vec<_> =
            (0..settings::jobs(&args.run).get()).map(|_| scope.spawn(work)).collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap_or_default()).collect()
    });
    bar.finish();
    done.sort_by_key(|&(place, _)| place);
    let mut examples = Vec::new();
    for (_, example) in done {
        match example {
            Ok(Some(example)) => examples.push(example),
            Ok(None) => {}
            Err(error) => {
                messages::notice(&format!("left out: {}", messages::words(error.as_ref())));
            }
        }
    }
    if examples.is_empty() {
        bail!(
            "nothing to learn from: each line needs the article's \"text\" and a \"{REFERENCE}\""
        );
    }
    Ok(examples)
}

/// The example of a document; `None` without a reference or without a sentence.
fn example(
    encoder: &dyn standfirst_summarizer::engine::Encoder,
    document: Document,
) -> Result<Option<Example>> {
    let reference = document.annotations.reference();
    let Some(reference) = reference.map(str::to_owned) else { return Ok(None) };
    let Ok(article) = repair::clean(document) else { return Ok(None) };
    Ok(Some(Example::new(encoder, article, &reference)?))
}

/// The score in a line.
fn tell(trial: &Trial, sentences: NonZeroUsize) -> String {
    let interval = |e: &Estimate| format!("{:+.2} [{:+.2}, {:+.2}]", e.mean, e.low, e.high);
    format!(
        "{} articles held out, {sentences} sentences: ROUGE-1 {:.2}, ROUGE-2 {:.2}; over the first \
         sentences {} and {} (95 % bootstrap intervals)",
        trial.articles,
        trial.ours[0].mean,
        trial.ours[1].mean,
        interval(&trial.gain[0]),
        interval(&trial.gain[1]),
    )
}

/// The card of the head: that of the model that ships, with another head.
fn card(
    registry: &Registry,
    args: &args::TrainSalience,
    articles: usize,
    scores: Option<&str>,
    head: &[u8],
) -> Result<String> {
    let names: Vec<String> = args.data.iter().map(|path| file_name(path)).collect();
    let trained_on = format!(
        "{articles} articles of {}; seed {}, {} sentences",
        names.join(", "),
        args.seed,
        args.sentences
    );
    let base = registry.card(SALIENCE)?.context("the card of the model that ships is missing")?;
    let text =
        train::card(base, &args.id, &trained_on, scores.unwrap_or("not measured"), HEAD, head);
    // Read back at once: an --id that no card may have is better told now.
    ModelCard::parse(&format!("{}.toml", args.id), &text)?;
    Ok(text)
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

//! How long an encoder-decoder takes to summarise articles, on this machine.
//!
//!     cargo bench --bench seq2seq -- FOLDER ARTICLES.json PRECISION BEAMS TOKENS THREADS
//!
//! FOLDER holds a BART with the names that the hub has, ARTICLES.json a list of texts, PRECISION is `int8` or `f32`,
//! TOKENS how many are written of each. Articles are shared out among threads as a run does it. What comes out is a
//! line of JSON, for `tests/bench`, which runs another program on the same files.

use std::{
    env, error::Error, fs, io::Write as _, num::NonZeroUsize, path::Path, sync::Mutex, thread,
    time::Instant,
};

use serde_json::json;
use standfirst_core::card::{Decoding, Precision};
use standfirst_summarizer::engine::{
    Generator, Request, Seq2SeqFiles,
    native::{Seq2SeqGenerator, Seq2SeqKind},
};

fn main() -> Result<(), Box<dyn Error>> {
    // What cargo adds is no argument of ours.
    let arguments: Vec<_> = env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let [folder, articles, precision, beams, tokens, threads] = &arguments[..] else {
        return Ok(());
    };
    let texts: Vec<String> = serde_json::from_slice(&fs::read(articles)?)?;
    let precision = if precision == "f32" { Precision::F32 } else { Precision::Int8 };
    let (tokens, threads) = (tokens.parse::<NonZeroUsize>()?, threads.parse::<usize>()?);
    let started = Instant::now();
    let generator = load(Path::new(folder), precision, beams.parse()?, tokens)?;
    let loading = started.elapsed().as_secs_f64();
    let (started, before) = (Instant::now(), processor_seconds()?);
    let written = answer(&generator, &texts, threads)?;
    let seconds = started.elapsed().as_secs_f64();
    let found = json!({
        "seconds": seconds,
        "processor_seconds": processor_seconds()? - before,
        "loading": loading,
        "texts": written,
    });
    writeln!(std::io::stdout(), "{found}")?;
    Ok(())
}

/// What all threads have worked so far, in a hundredth of a second, as Linux counts it.
fn processor_seconds() -> Result<f64, Box<dyn Error>> {
    let told = fs::read_to_string("/proc/self/stat")?;
    // The name of the program may hold anything; after it come the state and ten numbers before these two.
    let (_, fields) = told.rsplit_once(')').ok_or("not what Linux tells")?;
    let ticks = fields.split_whitespace().skip(11).take(2).map(str::parse::<f64>);
    Ok(ticks.sum::<Result<f64, _>>()? / 100.0)
}

/// The network in `folder`, which writes exactly so many tokens.
fn load(
    folder: &Path,
    precision: Precision,
    beams: NonZeroUsize,
    tokens: NonZeroUsize,
) -> Result<Seq2SeqGenerator, Box<dyn Error>> {
    let files = Seq2SeqFiles {
        config: folder.join("config.json"),
        generation_config: None,
        weights: folder.join("model.safetensors"),
        vocabulary: folder.join("vocab.json"),
        merges: Some(folder.join("merges.txt")),
    };
    let decoding = Decoding {
        max_new_tokens: tokens,
        min_new_tokens: Some(tokens.get()),
        beams: Some(beams),
        length_penalty: Some(2.0),
        early_stopping: Some(true),
        no_repeat_ngram: Some(3),
        repetition_penalty: None,
        temperature: None,
        top_p: None,
        seed: None,
        grounded: None,
    };
    Ok(Seq2SeqGenerator::load(Seq2SeqKind::Bart, &files, None, &decoding, None, precision)?)
}

/// What it writes of each of `texts`: each thread takes its fair share of those that are left, but no more than the
/// generator likes.
fn answer(
    generator: &Seq2SeqGenerator,
    texts: &[String],
    threads: usize,
) -> Result<Vec<String>, Box<dyn Error>> {
    let share = generator.batch().get().min(texts.len().div_ceil(threads.max(1)));
    let left = Mutex::new(texts.chunks(share.max(1)).enumerate());
    let done = Mutex::new(Vec::new());
    let next = || left.lock().ok()?.next();
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some((index, texts)) = next() {
                    let requests = texts.iter().map(|text| Request { text, ..Request::default() });
                    let written = generator.generate(&requests.collect::<Vec<_>>());
                    if let Ok(mut done) = done.lock() {
                        done.push((index, written));
                    }
                }
            });
        }
    });
    let mut done = done.into_inner()?;
    done.sort_by_key(|(index, _)| *index);
    let written = done.into_iter().flat_map(|(_, written)| written);
    Ok(written.map(|written| written.map(|written| written.text)).collect::<Result<_, _>>()?)
}

//! How many tokens a second an encoder reads, and its products alone, on this machine.
//!
//!     cargo bench --bench encoder -- SENTENCES.txt [THREADS]
//!
//! A sentence a line. The files of `centroid` have to be there. What comes out is a line of JSON, for
//! `tests/bench`, which runs others on the same sentences. Tokenising is not counted: the others' is not.

use std::{cmp::Ordering, env, error::Error, fs, io::Write as _, sync::Arc, thread, time::Instant};

use serde_json::json;
use standfirst_core::card::Precision;
use standfirst_summarizer::{
    engine::{
        Encoder, Tokens,
        native::{BertEncoder, BertFiles, Kernel, dense},
    },
    registry::Registry,
};

/// Tokens of a sentence that are read.
const MAX_TOKENS: usize = 256;
/// Sentences that a thread takes at once, as models do.
const STEP: usize = 256;
/// Passes over all sentences; the median counts.
const RUNS: usize = 5;

fn main() -> Result<(), Box<dyn Error>> {
    // What cargo adds is no argument of ours.
    let mut arguments = env::args().skip(1).filter(|argument| argument != "--bench");
    let Some(path) = arguments.next() else {
        return Ok(());
    };
    let threads = arguments.next().map_or(Ok(2), |threads| threads.parse())?;
    let text = fs::read_to_string(path)?;
    let texts: Vec<&str> = text.lines().filter(|line| !line.is_empty()).collect();
    let files = files()?;
    let load = |precision| BertEncoder::load_as(&files, MAX_TOKENS, precision).map(Arc::new);
    let (full, int8) = (load(Precision::F32)?, load(Precision::Int8)?);
    let inputs = texts.iter().map(|text| full.tokenize(text)).collect::<Result<Vec<_>, _>>()?;
    let tokens: usize = inputs.iter().map(|input| input.ids.len()).sum();
    let mut seconds = [Vec::new(), Vec::new()];
    for _ in 0..RUNS {
        for (encoder, seconds) in [&full, &int8].into_iter().zip(&mut seconds) {
            seconds.push(pass(encoder, &inputs, threads)?);
        }
    }
    let [full, int8] = seconds.map(|mut seconds| {
        seconds.sort_by(f64::total_cmp);
        tokens as f64 / seconds[RUNS / 2]
    });
    let found = json!({
        "sentences": texts.len(), "tokens": tokens, "threads": threads,
        "f32_tokens_per_second": full, "int8_tokens_per_second": int8,
        "int8_products_per_second": {
            "384": products(384, 1_536), "1536": products(1_536, 384),
            "768": products(768, 3_072), "3072": products(3_072, 768),
        },
        "int8_products_per_second_at_best": at_best(),
    });
    writeln!(std::io::stdout(), "{found}")?;
    Ok(())
}

fn files() -> Result<BertFiles, Box<dyn Error>> {
    let registry = Registry::from_env(&[])?;
    let card = registry.card("centroid")?.ok_or("no card")?;
    let path = |role| -> Result<_, Box<dyn Error>> {
        Ok(registry.cache().check(card.file(role).ok_or("no such file")?)?)
    };
    Ok(BertFiles {
        config: path("config")?,
        tokenizer: path("tokenizer")?,
        weights: path("weights")?,
        adapter: None,
    })
}

/// Products of two numbers a second, on one thread, of a layer of this shape with as many rows as stay
/// near the processor: the best of many tries, since other work can only slow one down.
fn products(columns: usize, rows: usize) -> f64 {
    const TOKENS: usize = 64;
    const TRIES: usize = 200;
    let noise = |i: usize| ((i * 7_919 % 1_009) as f32 / 500.0) - 1.0;
    let weights: Vec<f32> = (0..rows * columns).map(noise).collect();
    let layer = dense::Dense::new(&weights, columns);
    let x: Vec<f32> = (0..TOKENS * columns).map(noise).collect();
    let mut codes = dense::Codes::default();
    codes.load(&x, columns);
    let mut out = vec![0.0; TOKENS * rows];
    let mut best = f64::INFINITY;
    for _ in 0..TRIES {
        let started = Instant::now();
        dense::multiply(Kernel::best(), &layer, &codes, &mut out);
        best = best.min(started.elapsed().as_secs_f64());
    }
    (TOKENS * columns * rows) as f64 / best
}

/// Products of two numbers a second, on one thread, that the machine could do if it had nothing else to do.
fn at_best() -> Option<f64> {
    const ROUNDS: usize = 200_000;
    const TRIES: usize = 50;
    let speeds = (0..TRIES).map(|_| {
        let started = Instant::now();
        let products = dense::at_best(Kernel::best(), ROUNDS)?;
        Some(products as f64 / started.elapsed().as_secs_f64())
    });
    speeds.max_by(|a, b| a.partial_cmp(b).unwrap_or(Ordering::Equal)).flatten()
}

/// Seconds that `threads` take for all inputs.
fn pass(encoder: &BertEncoder, inputs: &[Tokens], threads: usize) -> Result<f64, Box<dyn Error>> {
    let steps: Vec<Vec<&Tokens>> =
        inputs.chunks(STEP / threads.max(1)).map(|step| step.iter().collect()).collect();
    let started = Instant::now();
    thread::scope(|scope| {
        let workers: Vec<_> = (0..threads)
            .map(|first| {
                let own = steps.iter().skip(first).step_by(threads);
                scope
                    .spawn(move || own.map(|step| encoder.encode_tokens(step)).find(Result::is_err))
            })
            .collect();
        workers.into_iter().find_map(|worker| worker.join().ok().flatten())
    })
    .map_or(Ok(()), |error| error.map(|_| ()))?;
    Ok(started.elapsed().as_secs_f64())
}

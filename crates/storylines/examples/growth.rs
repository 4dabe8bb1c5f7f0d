//! How the search for events grows: `cargo run --release --example growth -- 10000 100000`. Prints the seconds and the
//! memory that so many articles take, their words, names and vectors being given.

use std::{env, error::Error, io::Write as _, time::Instant};

use standfirst_core::random::SplitMix64;
use standfirst_storylines::events::{Features, Settings, cluster};

/// Numbers of a vector, as of a small sentence encoder.
const DIMENSIONS: usize = 384;

fn main() -> Result<(), Box<dyn Error>> {
    let mut out = std::io::stdout().lock();
    for count in env::args().skip(1) {
        let count: usize = count.parse()?;
        let articles = generated(count);
        let start = Instant::now();
        let events = cluster(&articles, &Settings { vectors: 0.3, ..Settings::default() });
        let seconds = start.elapsed().as_secs_f64();
        let most = events.iter().map(|event| event.articles.len()).max().unwrap_or(0);
        writeln!(
            out,
            "{count} articles: {seconds:.2} s, {} events, the largest of {most}, {} at most",
            events.len(),
            peak()
        )?;
    }
    Ok(())
}

/// Most memory that this program has held, as Linux tells it.
fn peak() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.map_or_else(|| "memory not known".to_owned(), |line| line.trim().to_owned())
}

/// Events of five articles; each has words and names of its own beside words that all share.
fn generated(count: usize) -> Vec<Features> {
    let mut random = SplitMix64::new(1);
    (0..count).map(|at| article(at, at % (count / 5).max(1), &mut random)).collect()
}

fn article(key: usize, event: usize, random: &mut SplitMix64) -> Features {
    let mut own = SplitMix64::new(event as u64 ^ 0x5eed);
    let mut terms: Vec<(u32, f32)> = (0..16)
        .map(|_| (below(&mut own, 3_000_000), 2.0))
        .filter(|_| random.below(4) > 0)
        .collect();
    terms.extend((0..60).map(|_| {
        let limit = 1 + random.below(20_000);
        (5_000_000 + below(random, limit), 1.0)
    }));
    let names = (0..4).map(|_| (10_000_000 + below(&mut own, 200_000), 2.0)).collect();
    let vector: Vec<f32> = (0..DIMENSIONS).map(|_| own.weight() + 0.5 * random.weight()).collect();
    let length = vector.iter().map(|value| value * value).sum::<f32>().sqrt();
    let vector = vector.into_iter().map(|value| value / length).collect();
    Features {
        key: key as u64,
        terms: tidy(terms),
        names: tidy(names),
        vector,
        ..Features::default()
    }
}

fn below(random: &mut SplitMix64, limit: usize) -> u32 {
    u32::try_from(random.below(limit)).unwrap_or(u32::MAX)
}

fn tidy(mut words: Vec<(u32, f32)>) -> Vec<(u32, f32)> {
    words.sort_by_key(|(word, _)| *word);
    words.dedup_by_key(|(word, _)| *word);
    words
}

//! Abstracts and tones of files, one line each: `cargo run --example summarize -- samples/*.txt`.

use std::{env, error::Error, io, io::Write, path::PathBuf, sync::atomic::AtomicBool};

use standfirst::{Pipeline, ingest};

fn main() -> Result<(), Box<dyn Error>> {
    run(env::args_os().skip(1).map(Into::into).collect(), &mut io::stdout())
}

/// Writes what there is to say of each article. One that cannot be read has its reason in its place.
pub fn run(paths: Vec<PathBuf>, out: &mut dyn Write) -> Result<(), Box<dyn Error>> {
    let pipeline = Pipeline::builder().model("lexrank").tone("vader").build()?;
    let inputs = ingest::open(paths, ingest::Options::default());
    pipeline.run(inputs, &AtomicBool::new(false), |report| {
        let from = &report.source;
        if let Some(error) = &report.error {
            writeln!(out, "{from}: {error}")?;
        }
        for cell in &report.abstracts {
            writeln!(out, "{from}: {}", cell.text.as_deref().unwrap_or("no abstract"))?;
        }
        for tone in &report.sentiment {
            let label = tone.label.map_or("unknown", |label| label.name());
            writeln!(out, "{from}: {label} {:+.2}", tone.score.unwrap_or_default())?;
        }
        Ok(())
    })?;
    Ok(())
}

//! Does the article say what the summary says? `cargo run --example check`.

use std::{error::Error, io, io::Write};

use standfirst::{Document, check};

const ARTICLE: &str = "The ferry to Sark was cancelled on Friday after its engine failed. \
    The operator said that 140 passengers had been given rooms for the night. \
    A replacement will sail on Saturday morning.";
const SUMMARY: &str = "The ferry to Sark was cancelled on Friday. It carried 240 passengers.";

fn main() -> Result<(), Box<dyn Error>> {
    run(&mut io::stdout())
}

/// Writes each sentence with its verdict, what it rests on, and what is wrong with it.
pub(crate) fn run(out: &mut dyn Write) -> Result<(), Box<dyn Error>> {
    let checked = check(Document::from_text("ferry", ARTICLE), SUMMARY, None)?;
    for sentence in &checked.sentences {
        let verdict = sentence.verdict.map_or("unchecked", |verdict| verdict.name());
        writeln!(out, "{verdict}: {}", sentence.text)?;
        for span in &sentence.evidence {
            writeln!(out, "  rests on: {}", &ARTICLE[span.range()])?;
        }
        for flag in &sentence.flags {
            writeln!(out, "  see its {}", flag.name())?;
        }
    }
    Ok(())
}

//! The file of `evaluate --resume`: what was scored, an article a line, so that a run that was
//! stopped or killed goes on where it was.

use std::{
    fs::File,
    io::{self, BufRead as _, BufReader, Seek as _, SeekFrom, Write as _},
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result, bail, ensure};
use serde::{Deserialize, Serialize};
use standfirst_eval::compare::{Comparer, Row};
use standfirst_ingest::{IngestError, Pending};

use crate::args;

/// The version of the file.
const SCHEMA: &str = "standfirst-scores/1";

/// What the scores were made with: the first line of the file.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub struct Header {
    schema: String,
    program: String,
    models: Vec<String>,
    length: String,
    stemming: bool,
    embeddings: bool,
}

impl Header {
    /// Of this command.
    pub fn new(models: Vec<String>, args: &args::Evaluate) -> Self {
        Self {
            schema: SCHEMA.to_owned(),
            program: env!("CARGO_PKG_VERSION").to_owned(),
            models,
            length: format!("{:?}", args.survey.length),
            stemming: !args.no_stemming,
            embeddings: args.survey.embeddings,
        }
    }
}

/// A line: one article.
#[derive(Serialize, Deserialize)]
struct Line {
    source: String,
    row: Row,
}

/// Scores on disk.
pub struct Scores {
    path: PathBuf,
    file: File,
    lines: Vec<Line>,
    known: u64,
}

impl Scores {
    /// Opens or makes the file.
    ///
    /// # Errors
    /// If it cannot be read or written, or was made by something else.
    pub fn open(path: &Path, made_with: &Header) -> Result<Self> {
        let cannot = || format!("cannot use {} for --resume", path.display());
        let mut file = File::options()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(path)
            .with_context(cannot)?;
        let (lines, end) = read(&mut file, made_with).with_context(cannot)?;
        // A line that was cut off by the end of the program is scored again.
        file.set_len(end).with_context(cannot)?;
        file.seek(SeekFrom::End(0)).with_context(cannot)?;
        if end == 0 {
            write_line(&mut file, made_with).with_context(cannot)?;
        }
        Ok(Self { path: path.to_owned(), file, known: lines.len() as u64, lines })
    }

    /// Articles that were scored before.
    pub fn known(&self) -> u64 {
        self.known
    }

    /// Gives what is known to `comparer` and takes those inputs from `inputs`.
    ///
    /// # Errors
    /// If the inputs are not those that were scored.
    pub fn take_up(
        &mut self,
        inputs: &mut impl Iterator<Item = Result<Pending, IngestError>>,
        comparer: &mut Comparer,
    ) -> Result<u64> {
        for line in self.lines.drain(..) {
            let found = match inputs.next() {
                Some(Ok(pending)) => pending.source().to_string(),
                Some(Err(error)) => error.source.to_string(),
                None => "nothing".to_owned(),
            };
            ensure!(
                found == line.source,
                "{} goes on after other articles: it has {} where the input has {found}; give another \
                 file, or delete it",
                self.path.display(),
                line.source
            );
            comparer.push(line.row);
        }
        Ok(self.known)
    }

    /// Writes a row through.
    ///
    /// # Errors
    /// If the disk is full.
    pub fn keep(&mut self, source: &str, row: &Row) -> io::Result<()> {
        write_line(&mut self.file, &Line { source: source.to_owned(), row: row.clone() })
    }
}

fn write_line(file: &mut File, value: &impl Serialize) -> io::Result<()> {
    let mut line = serde_json::to_vec(value)?;
    line.push(b'\n');
    file.write_all(&line)
}

/// The lines of a file and where the last whole one ends.
fn read(file: &mut File, made_with: &Header) -> Result<(Vec<Line>, u64)> {
    let mut reader = BufReader::new(file);
    let (mut lines, mut end, mut text) = (Vec::new(), 0, String::new());
    while reader.read_line(&mut text)? > 0 && text.ends_with('\n') {
        if end == 0 {
            let header: Header = serde_json::from_str(&text)
                .context("its first line is not what `evaluate --resume` writes")?;
            if header != *made_with {
                bail!(
                    "it was made with other models, another length or another version; give another file"
                );
            }
        } else {
            lines.push(serde_json::from_str(&text).context("a line of it is no row of scores")?);
        }
        end += text.len() as u64;
        text.clear();
    }
    Ok((lines, end))
}

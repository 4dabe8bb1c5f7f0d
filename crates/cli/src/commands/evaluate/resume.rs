//! The file of `evaluate --resume`: what was scored, an article a line, so that a run that was
//! stopped or killed goes on where it was.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs::File,
    io::{self, BufRead as _, BufReader, Seek as _, SeekFrom, Write as _},
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result, bail, ensure};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use standfirst_eval::{
    compare::{Comparer, Row},
    metric::METRICS,
};
use standfirst_ingest::{IngestError, Pending};
use standfirst_summarizer::registry::{self, Registry};

use crate::{
    args,
    output::{self, broke_off},
};

/// The version of the file.
const SCHEMA: &str = "standfirst-scores/2";
/// How to go on where a file cannot be used.
const WAY_OUT: &str = "give another file, or delete it to score all articles again";
/// What the scores were made with: the first line of the file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Header {
    schema: String,
    program: String,
    models: Vec<String>,
    length: String,
    stemming: bool,
    embeddings: bool,
    /// The model of entailment that the check asked.
    #[serde(default)]
    check: Option<String>,
    /// Names of the measures, in the order of the numbers in a row.
    metrics: Vec<String>,
    /// Checksums of all files that the numbers depend on.
    weights: BTreeMap<String, String>,
}

impl Header {
    /// Of this command, on the models of `registry`.
    pub fn new(
        models: Vec<String>,
        check: Option<String>,
        args: &args::Evaluate,
        registry: &Registry,
    ) -> Self {
        let embeddings = args.survey.embeddings;
        let embedder = embeddings.then_some(registry::EMBEDDER);
        let files = models.iter().map(String::as_str).chain(embedder).chain(check.as_deref());
        let weights = files.flat_map(|id| registry.checksums(id));
        let weights = weights.map(|(file, sum)| (file, sum.to_string())).collect();
        Self {
            schema: SCHEMA.to_owned(),
            program: env!("CARGO_PKG_VERSION").to_owned(),
            length: length(&args.survey.length),
            stemming: !args.no_stemming,
            embeddings,
            check,
            metrics: METRICS.iter().map(|metric| metric.name.to_owned()).collect(),
            weights,
            models,
        }
    }

    /// What was other when the scores were made with `self`; `None` if all is as `now`.
    fn differs(&self, now: &Self) -> Option<String> {
        let changed = |what: &str, then: &[String], now: &[String]| {
            (then != now)
                .then(|| format!("{what} ({} then, {} now)", then.join(","), now.join(",")))
        };
        let with = |is: bool| if is { "with" } else { "without" };
        let files: BTreeSet<&String> = self.weights.keys().chain(now.weights.keys()).collect();
        let weights: Vec<&str> = files
            .into_iter()
            .filter(|file| self.weights.get(*file) != now.weights.get(*file))
            .map(String::as_str)
            .collect();
        let others = self.models != now.models
            || self.embeddings != now.embeddings
            || self.check != now.check;
        let differences = [
            (self.program != now.program)
                .then(|| format!("version {} of the program", self.program)),
            changed("other models", &self.models, &now.models),
            (self.length != now.length).then(|| {
                "another --sentences, --words, --chars, --style, --mode or --long".to_owned()
            }),
            (self.stemming != now.stemming)
                .then(|| format!("words compared {} the stemmer", with(self.stemming))),
            (self.embeddings != now.embeddings)
                .then(|| format!("texts compared {} embeddings", with(self.embeddings))),
            (self.check != now.check).then(|| {
                let name = |model: &Option<String>| model.clone().unwrap_or("none".to_owned());
                let (then, now) = (name(&self.check), name(&now.check));
                format!("another model of the check ({then} then, {now} now)")
            }),
            changed("other measures", &self.metrics, &now.metrics),
            (!others && !weights.is_empty())
                .then(|| format!("other weights ({})", weights.join(", "))),
        ];
        let differences: Vec<String> = differences.into_iter().flatten().collect();
        (!differences.is_empty()).then(|| differences.join("; "))
    }
}

/// The flags that say how abstracts are made, as they have been written since before there were styles: scores of
/// then can still be gone on with. A style is written where it is another than that of then.
fn length(args: &args::Length) -> String {
    let args::Length { sentences, words, chars, style, mode, long } = args;
    let style = style.filter(|style| *style != args::Style::Standfirst);
    let style = style.map(|style| format!("style: {style:?}, ")).unwrap_or_default();
    format!(
        "Length {{ sentences: {sentences:?}, words: {words:?}, chars: {chars:?}, {style}mode: {mode:?}, \
         long: {long:?} }}"
    )
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
        output::lock(&file, path)?;
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
                "{} goes on after other articles: it has {} where the input has {found}; {WAY_OUT}",
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
        let line = Line { source: source.to_owned(), row: row.clone() };
        let place = || self.path.display().to_string();
        write_line(&mut self.file, &line).map_err(|error| broke_off(&place(), None, error))
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
            check(&text, made_with)?;
        } else {
            let no_row = || format!("a line of it is no row of such scores; {WAY_OUT}");
            let line: Line = serde_json::from_str(&text).with_context(no_row)?;
            ensure!(line.row.fits(made_with.models.len()), no_row());
            lines.push(line);
        }
        end += text.len() as u64;
        text.clear();
    }
    Ok((lines, end))
}

/// Refuses scores whose first line says that they were made with something else.
fn check(first: &str, made_with: &Header) -> Result<()> {
    let foreign = "its first line is not what `evaluate --resume` writes";
    let header: Value = serde_json::from_str(first).context(foreign)?;
    match header["schema"].as_str() {
        Some(SCHEMA) => {}
        Some("standfirst-scores/1") => bail!(
            "it is of an earlier version, which did not keep the measures and the weights that the scores \
             were made with; {WAY_OUT}"
        ),
        _ => bail!(foreign),
    }
    let header: Header = serde_json::from_value(header).context(foreign)?;
    if let Some(differences) = header.differs(made_with) {
        bail!("its scores were made with {differences}; {WAY_OUT}");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header() -> Header {
        Header {
            schema: SCHEMA.to_owned(),
            program: "1.0.0".to_owned(),
            models: vec!["lead".to_owned(), "salience".to_owned()],
            length: "3".to_owned(),
            stemming: true,
            embeddings: false,
            check: None,
            metrics: vec!["rouge1".to_owned(), "rouge2".to_owned()],
            weights: BTreeMap::from([("salience/head".to_owned(), "ab12".to_owned())]),
        }
    }

    #[test]
    fn a_length_is_written_as_before_there_were_styles() {
        let of = |style| {
            let sentences = std::num::NonZeroUsize::new(3);
            let (words, chars, mode, long) = (None, None, None, None);
            length(&args::Length { sentences, words, chars, style, mode, long })
        };
        let before =
            "Length { sentences: Some(3), words: None, chars: None, mode: None, long: None }";
        assert_eq!(of(None), before);
        assert_eq!(of(Some(args::Style::Standfirst)), before);
        assert!(of(Some(args::Style::Bullets)).contains("style: Bullets, mode"));
    }

    fn refused(first: &Header) -> String {
        let line = serde_json::to_string(first).unwrap();
        check(&line, &header()).unwrap_err().to_string()
    }

    #[test]
    fn scores_of_the_same_making_are_taken_up() {
        check(&serde_json::to_string(&header()).unwrap(), &header()).unwrap();
    }

    #[test]
    fn what_differs_is_named_and_the_way_out_told() {
        let mut trained = header();
        trained.weights.insert("salience/head".to_owned(), "cd34".to_owned());
        let other_weights = refused(&trained);
        assert!(other_weights.contains("other weights (salience/head); give"), "{other_weights}");
        let fewer = Header { metrics: vec!["rouge1".to_owned()], ..header() };
        let fewer = refused(&fewer);
        assert!(fewer.contains("other measures (rouge1 then, rouge1,rouge2 now)"), "{fewer}");
        let judged = Header { check: Some("entail".to_owned()), ..header() };
        assert!(refused(&judged).contains("another model of the check (entail then, none now)"));
        let several = Header { stemming: false, program: "0.9.0".to_owned(), ..header() };
        let several = refused(&several);
        assert!(
            several.contains("version 0.9.0 of the program; words compared without the stemmer"),
            "{several}"
        );
        assert!(several.ends_with(WAY_OUT), "{several}");
    }

    #[test]
    fn what_does_not_say_with_which_measures_and_weights_is_refused() {
        let old = r#"{"schema":"standfirst-scores/1","models":["lead"],"stemming":true}"#;
        let error = check(old, &header()).unwrap_err().to_string();
        assert!(error.contains("an earlier version") && error.ends_with(WAY_OUT), "{error}");
        for foreign in ["[1]", "{}", "text", r#"{"schema":"standfirst-scores/2"}"#] {
            let error = check(foreign, &header()).unwrap_err().to_string();
            assert!(error.contains("not what `evaluate --resume` writes"), "{foreign}: {error}");
        }
    }
}

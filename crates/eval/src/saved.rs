//! Runs that were written to a file: `summarize --format jsonl` or `json`, read back and set side by
//! side. An array need not have been closed: one that was killed is read as far as it goes.

mod join;

use std::{
    fmt,
    fs::File,
    io::{self, BufRead, BufReader, Read},
    path::{Path, PathBuf},
};

use serde::de::{Deserializer as _, SeqAccess, Visitor};
use serde_json::Value;

use standfirst_core::{
    article::Span,
    report::{ArticleReport, Edit, SCHEMA},
};

pub use join::{Change, Joined, join};

/// Longest line that is read; an article of the largest size has shorter ones.
const MAX_LINE: u64 = 256 << 20;
/// How much of a file is looked at to tell whether it is a saved run.
const SNIFFED: u64 = 64 << 10;

/// A run as it was saved.
#[derive(Clone, Debug, PartialEq)]
pub struct Saved {
    /// Name of the file without its ending.
    pub name: String,
    /// What it holds, in its order.
    pub reports: Vec<ArticleReport>,
    /// Lines (of JSON: elements of the array) that are no result, 1-based, and what is wrong with each.
    pub broken: Vec<(u64, String)>,
}

/// Why a saved run cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SavedError {
    /// It cannot be read.
    #[error("cannot read {}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// It holds no result at all.
    #[error("{} holds no result of a run", path.display())]
    Empty {
        /// The file.
        path: PathBuf,
    },
    /// The runs were made of different articles.
    #[error("the runs have no article in common: their ids are {}", ids.join(", "))]
    NothingInCommon {
        /// The first id of each run, with the run's name.
        ids: Vec<String>,
    },
    /// There are too many models to lay each beside each.
    #[error(
        "the runs have {models} models, and at most {limit} are compared; compare fewer runs at once"
    )]
    TooManyModels {
        /// How many.
        models: usize,
        /// The limit.
        limit: usize,
    },
}

/// Whether a file is a saved run: its first line, or its array's first element, is an object with our
/// schema. A file that cannot be read is none; whoever reads it as an article will tell why.
pub fn is_saved(path: &Path) -> bool {
    let Ok(file) = File::open(path) else { return false };
    let is_file = file.metadata().is_ok_and(|metadata| metadata.is_file());
    let mut start = Vec::new();
    if !is_file || file.take(SNIFFED).read_to_end(&mut start).is_err() {
        return false;
    }
    // The key comes first in what we write; the line may be longer than what was read of it.
    let start = String::from_utf8_lossy(&start);
    let rest = start.trim_start_matches('\u{feff}').trim_start();
    let rest = rest.strip_prefix('[').map_or(rest, str::trim_start);
    let rest = rest.strip_prefix('{').map(str::trim_start);
    let value = rest.and_then(|rest| rest.strip_prefix("\"schema\"")).map(str::trim_start);
    let value = value.and_then(|rest| rest.strip_prefix(':')).map(str::trim_start);
    value.is_some_and(|value| value.starts_with(&format!("\"{SCHEMA}\"")))
}

/// Reads a saved run. A line that is no result is remembered and passed over.
///
/// # Errors
/// [`SavedError::Read`], [`SavedError::Empty`].
pub fn read(path: &Path) -> Result<Saved, SavedError> {
    let name =
        path.file_stem().map_or_else(String::new, |stem| stem.to_string_lossy().into_owned());
    let mut saved = Saved { name, reports: Vec::new(), broken: Vec::new() };
    let failed = |source| SavedError::Read { path: path.to_owned(), source };
    let mut file = BufReader::new(File::open(path).map_err(failed)?);
    if file.fill_buf().map_err(failed)?.trim_ascii_start().first() == Some(&b'[') {
        let mut array = serde_json::Deserializer::from_reader(file);
        if let Err(error) = array.deserialize_seq(Elements(&mut saved)) {
            if error.is_io() {
                return Err(failed(error.into()));
            }
            let next = saved.reports.len() + saved.broken.len() + 1;
            saved.broken.push((next as u64, format!("the array ends or breaks here: {error}")));
        }
        return whole(saved, path);
    }
    let mut line = Vec::new();
    for number in 1.. {
        line.clear();
        if file.by_ref().take(MAX_LINE).read_until(b'\n', &mut line).map_err(failed)? == 0 {
            break;
        }
        if line.trim_ascii().is_empty() {
            continue;
        }
        match parse(&line) {
            Ok(report) => saved.reports.push(report),
            Err(why) => saved.broken.push((number, why)),
        }
    }
    whole(saved, path)
}

/// Refuses a file without a single result.
fn whole(saved: Saved, path: &Path) -> Result<Saved, SavedError> {
    if saved.reports.is_empty() {
        Err(SavedError::Empty { path: path.to_owned() })
    } else {
        Ok(saved)
    }
}

/// Puts the elements of an array where they belong, each as soon as it is read.
struct Elements<'a>(&'a mut Saved);

impl<'de> Visitor<'de> for Elements<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array of results")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut array: A) -> Result<(), A::Error> {
        let Self(saved) = self;
        for number in 1.. {
            let Some(value) = array.next_element()? else { break };
            match report(value) {
                Ok(report) => saved.reports.push(report),
                Err(why) => saved.broken.push((number, why)),
            }
        }
        Ok(())
    }
}

fn parse(line: &[u8]) -> Result<ArticleReport, String> {
    report(serde_json::from_slice(line).map_err(|error| error.to_string())?)
}

/// The report that a value is.
fn report(value: Value) -> Result<ArticleReport, String> {
    match value.get("schema").and_then(Value::as_str) {
        Some(SCHEMA) => {}
        found => return Err(format!("its schema is {found:?}, and {SCHEMA:?} is read here")),
    }
    let report: ArticleReport = serde_json::from_value(value).map_err(|error| error.to_string())?;
    if is_sound(&report) { Ok(report) } else { Err("its offsets do not fit its text".to_owned()) }
}

/// Whether every span runs forwards and, where the text is there, lies in it and between characters.
fn is_sound(report: &ArticleReport) -> bool {
    let fits = |span: Span| {
        let text = report.text.as_deref();
        span.start <= span.end && text.is_none_or(|text| text.get(span.start..span.end).is_some())
    };
    let abstracts = report.abstracts.iter().flat_map(|cell| {
        let evidence = cell.sentences.iter().flat_map(|sentence| &sentence.evidence);
        let edits = cell.sentences.iter().flat_map(|sentence| &sentence.edits);
        let edits = edits.map(|edit| match edit {
            Edit::Dropped { evidence, .. }
            | Edit::Ended { evidence, .. }
            | Edit::Named { evidence, .. } => evidence,
        });
        evidence.chain(&cell.unread).chain(edits).copied()
    });
    let tones = report.sentiment.iter().flat_map(|tone| {
        let mentions = tone.targets.iter().flat_map(|target| target.mentions.iter().copied());
        tone.sentences.iter().map(|sentence| sentence.span).chain(mentions)
    });
    report.cuts.iter().map(|cut| cut.span).chain(abstracts).chain(tones).all(fits)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    const LINE: &str = r#"{"schema":"standfirst/1","id":"a","source":"a.txt","title":null,"language":"en","text":"Rain fell.","cuts":[],"abstracts":[{"model":"m","text":"Rain fell.","sentences":[{"text":"Rain fell.","verdict":"copied","support":1.0,"evidence":[{"start":0,"end":10}],"flags":["number"]}],"unread":[],"millis":1.5,"error":null}],"sentiment":[],"error":null}"#;

    #[test]
    fn what_was_written_is_read_back_and_broken_lines_are_told() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("monday.jsonl");
        let backwards = LINE.replace(r#""start":0,"end":10"#, r#""start":9,"end":3"#);
        let outside = LINE.replace(r#""end":10"#, r#""end":11"#);
        let other = LINE.replace("standfirst/1", "standfirst/9");
        let lines = [LINE, "", "{\"schema\":", &backwards, &outside, &other];
        fs::write(&path, lines.join("\n")).unwrap();
        assert!(is_saved(&path));
        let saved = read(&path).unwrap();
        assert_eq!((saved.name.as_str(), saved.reports.len()), ("monday", 1));
        assert_eq!(serde_json::to_string(&saved.reports[0]).unwrap(), LINE);
        let broken: Vec<u64> = saved.broken.iter().map(|(line, _)| *line).collect();
        assert_eq!(broken, [3, 4, 5, 6]);
    }

    #[test]
    fn an_array_is_a_saved_run_however_it_is_laid_out_and_as_far_as_it_goes() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("monday.json");
        let other = LINE.replace("standfirst/1", "standfirst/9");
        let value: Value = serde_json::from_str(LINE).unwrap();
        let pretty = serde_json::to_string_pretty(&value).unwrap();
        fs::write(&path, format!("[\n{LINE},\n{other},\n{pretty}\n]\n")).unwrap();
        assert!(is_saved(&path));
        let saved = read(&path).unwrap();
        assert_eq!((saved.name.as_str(), saved.reports.len()), ("monday", 2));
        assert_eq!(saved.reports[0], saved.reports[1]);
        assert_eq!(saved.broken.iter().map(|(at, _)| *at).collect::<Vec<_>>(), [2]);
        for cut in [format!("[\n{LINE},\n{LINE}"), format!("[{LINE},{pretty},\n{}", &LINE[..40])] {
            fs::write(&path, cut).unwrap();
            assert!(is_saved(&path));
            let saved = read(&path).unwrap();
            assert_eq!(saved.reports.len(), 2);
            assert_eq!(saved.broken.iter().map(|(at, _)| *at).collect::<Vec<_>>(), [3]);
        }
    }

    #[test]
    fn runs_of_thousands_of_models_are_not_compared() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("many.jsonl");
        let (head, rest) = LINE.split_once(r#""abstracts":["#).unwrap();
        let (cell, tail) = rest.split_once(r#"],"sentiment""#).unwrap();
        let of = |models: usize| {
            let model = |n: usize| cell.replace(r#""model":"m""#, &format!(r#""model":"m{n}""#));
            let cells: Vec<String> = (0..models).map(model).collect();
            fs::write(
                &path,
                format!("{head}\"abstracts\":[{}],\"sentiment\"{tail}", cells.join(",")),
            )
            .unwrap();
            join(vec![read(&path).unwrap()])
        };
        assert_eq!(of(200).unwrap().models.len(), 200);
        let error = of(50_000).unwrap_err();
        assert!(error.to_string().contains("50000 models, and at most 200"), "{error}");
    }

    #[test]
    fn articles_are_no_saved_run() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("articles.jsonl");
        fs::write(&path, r#"{"id":"a","text":"a \"schema\":\"standfirst/1\" in the text"}"#)
            .unwrap();
        assert!(!is_saved(&path) && !is_saved(folder.path()));
        assert!(matches!(read(&path), Err(SavedError::Empty { .. })));
        assert!(matches!(read(&folder.path().join("none")), Err(SavedError::Read { .. })));
    }
}

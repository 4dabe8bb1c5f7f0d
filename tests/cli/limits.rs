//! The limits that `SECURITY.md` tells are those in the source, and no limit is left out.

use std::{
    collections::HashSet,
    fs,
    path::{Path, PathBuf},
};

/// Crates in which every `MAX_…` is a limit on what strangers wrote, with the folders and files whose
/// `MAX_…` are not: rules of what words look like, widths of a screen.
const READERS: [(&str, &[&str]); 9] = [
    ("core", &[]),
    ("ingest", &["html/extract", "html/metadata"]),
    ("eval", &[]),
    ("feeds", &[]),
    ("standfirst", &[]),
    ("store", &[]),
    ("serve", &[]),
    ("cli", &["settings.rs"]),
    (
        "summarizer",
        // A quotation's length and a character's, a misspelling's neighbours, the largest half float.
        &[
            "engine/native/half.rs",
            "engine/native/llama/grounding",
            "engine/native/llama/grounding.rs",
            "registry/error.rs",
        ],
    ),
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// A row of a table of limits.
struct Row {
    /// `CRATE/PATH` below the crate's `src`.
    file: String,
    constant: String,
    value: u128,
    whole: String,
}

/// The rows of `SECURITY.md` that name a constant.
fn rows() -> Vec<Row> {
    let text = fs::read_to_string(root().join("SECURITY.md")).unwrap();
    let table = text.lines().skip_while(|line| *line != "## Limits");
    let rows = table.filter(|line| line.starts_with("| ")).filter_map(|line| {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let [_, limit, constant, past] = cells[..] else { panic!("{line}: not four cells") };
        let mut words = constant.split('`').filter(|word| !word.trim().is_empty());
        let (file, constant) = (words.next()?, words.next()?);
        assert!(!past.is_empty(), "{line}: does not say what happens");
        let value = told(limit).unwrap_or_else(|| panic!("{line}: {limit:?} is no number"));
        let (file, constant) = (file.to_owned(), constant.to_owned());
        Some(Row { file, constant, value, whole: line.to_owned() })
    });
    rows.collect()
}

/// A number with its unit, in bytes, milliseconds, or as it stands.
fn told(limit: &str) -> Option<u128> {
    let (number, unit) = limit.split_once(' ').unwrap_or((limit, ""));
    let scale = match unit {
        "" | "bytes" | "ms" => 1,
        "kB" | "s" => 1_000,
        "MB" => 1_000_000,
        "GB" => 1_000_000_000,
        "KiB" => 1 << 10,
        "MiB" => 1 << 20,
        "GiB" => 1 << 30,
        "min" => 60_000,
        "h" => 3_600_000,
        _ => return None,
    };
    Some(number.replace(',', "").parse::<u128>().ok()? * scale)
}

/// The value that `source` gives a constant, durations in milliseconds; `None` unless it is there once.
fn given(source: &str, constant: &str) -> Option<u128> {
    let head = format!("const {constant}: ");
    let mut found = source.match_indices(&head).map(|(at, _)| &source[at + head.len()..]);
    let (kind, rest) = found.next()?.split_once(" = ")?;
    let (expression, _) = rest.split_once(';')?;
    let value = evaluate(expression)?;
    // Seconds without a type of their own.
    let scale = if constant == "DEFAULT" && kind == "u64" { 1_000 } else { 1 };
    found.next().is_none().then_some(value * scale)
}

/// The few forms in which limits are written.
fn evaluate(expression: &str) -> Option<u128> {
    let inner = |before: &str, after: &str| {
        expression.strip_prefix(before).and_then(|rest| rest.strip_suffix(after))
    };
    if let Some(number) = inner("NonZeroUsize::new(", ").unwrap()") {
        return evaluate(number);
    }
    for (unit, scale) in [("millis", 1), ("secs", 1_000), ("mins", 60_000), ("hours", 3_600_000)] {
        if let Some(number) = inner(&format!("Duration::from_{unit}("), ")") {
            return Some(evaluate(number)? * scale);
        }
    }
    if let Some((left, right)) = expression.split_once(" << ") {
        return Some(evaluate(left)? << evaluate(right)?);
    }
    if let Some((left, right)) = expression.split_once(" * ") {
        return Some(evaluate(left)? * evaluate(right)?);
    }
    expression.replace('_', "").parse().ok()
}

fn source_of(file: &str) -> PathBuf {
    let (package, path) = file.split_once('/').unwrap_or_else(|| panic!("{file}: no crate"));
    root().join("crates").join(package).join("src").join(path)
}

#[test]
fn the_limits_that_are_told_are_those_that_hold() {
    let rows = rows();
    assert!(rows.len() > 60, "{} rows", rows.len());
    for row in rows {
        let path = source_of(&row.file);
        let source = fs::read_to_string(&path)
            .unwrap_or_else(|error| panic!("{}: {}: {error}", row.whole, path.display()));
        let value = given(&source, &row.constant);
        let value = value.unwrap_or_else(|| panic!("{}: no such constant, or two", row.whole));
        assert_eq!(row.value, value, "{}", row.whole);
    }
}

#[test]
fn no_limit_is_left_out() {
    let told: HashSet<(String, String)> =
        rows().into_iter().map(|row| (row.file, row.constant)).collect();
    let mut found = 0;
    for (package, others) in READERS {
        let folder = root().join("crates").join(package).join("src");
        for path in sources(&folder) {
            let below = path.strip_prefix(&folder).unwrap().to_str().unwrap().replace('\\', "/");
            let apart = others.iter().any(|other| {
                below == *other || below.strip_prefix(other).is_some_and(|r| r.starts_with('/'))
            });
            if apart {
                continue;
            }
            for constant in limits(&fs::read_to_string(&path).unwrap()) {
                found += 1;
                let named = (format!("{package}/{below}"), constant);
                assert!(told.contains(&named), "{named:?} is in no table of SECURITY.md");
            }
        }
    }
    assert!(found > 50, "{found} limits found");
}

/// Names of the whole numbers called `MAX…` in `source`.
fn limits(source: &str) -> Vec<String> {
    let constants = source.match_indices("const MAX").map(|(at, _)| &source[at + "const ".len()..]);
    let named = constants.filter_map(|rest| rest.split_once(": "));
    let whole = named.filter(|(_, rest)| !rest.starts_with('f'));
    whole.map(|(name, _)| name.to_owned()).collect()
}

/// All files of Rust below `folder`.
fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found
}

//! `standfirst runs`: what is in a store, what changed from one run to another, and what is no longer wanted.

use std::{collections::HashMap, fmt::Write as _, path::Path};

use anyhow::{Context as _, Result, bail};
use serde::Serialize;
use serde_json::Value;
use standfirst_core::{
    report::{AbstractReport, AbstractSentence, ArticleReport, SentimentReport, Verdict},
    run::Repaired,
};
use standfirst_store::{
    Key, Store, collect,
    runs::{self, Article, Recorded, Run},
};

use crate::{
    args::{Global, RunsCommand},
    exit::Outcome,
    format::ExportFormat,
    messages,
    output::{self, Run as Ending, Sink},
    render::{parquet, safe},
    settings,
};

/// Runs the subcommand on the store that is named.
pub fn run(command: &RunsCommand, global: &Global) -> Result<Outcome> {
    let folder = settings::store(global).context(
        "name the store with --store DIR, in STANDFIRST_STORE, or as `store` in a standfirst.toml",
    )?;
    match command {
        RunsCommand::List { json } => list(&folder, *json),
        RunsCommand::Show { run } => show(&runs::find(&folder, run)?),
        RunsCommand::Diff { before, after, json } => {
            diff(&folder, &runs::find(&folder, before)?, &runs::find(&folder, after)?, *json)
        }
        RunsCommand::Export { run, out } => {
            export(&folder, &runs::find(&folder, run)?, out.as_deref())
        }
        RunsCommand::Gc { keep } => gc(&folder, *keep),
    }
}

/// Text that is shown: names and ids are other people's.
fn print(page: &str) -> Result<Outcome> {
    output::print(safe::lines(page).as_bytes())?;
    Ok(Outcome::Fine)
}

fn json(value: &impl Serialize) -> Result<Outcome> {
    let mut text = serde_json::to_string_pretty(value)?;
    text.push('\n');
    output::print(text.as_bytes())?;
    Ok(Outcome::Fine)
}

fn list(folder: &Path, as_json: bool) -> Result<Outcome> {
    let runs = runs::list(folder)?;
    if as_json {
        return json(&runs);
    }
    let mut page = String::new();
    for run in &runs {
        let models: Vec<&str> = run.began.models.keys().map(String::as_str).collect();
        let _ = writeln!(
            page,
            "{}  {:<10} {:>7} articles  {}  {}",
            run.id,
            run.began.command,
            run.articles,
            ending(run),
            models.join(", ")
        );
    }
    if runs.is_empty() {
        messages::notice("there is no run in this store");
    }
    print(&page)
}

/// How a run ended, in a few words.
fn ending(run: &Run) -> String {
    let Some(ended) = run.ended else { return "killed, or at work".to_owned() };
    let how = if ended.interrupted { "stopped after " } else { "" };
    let mut text =
        format!("{how}{:.1} s, {} known, {} failed", ended.seconds, ended.known, ended.failed);
    if ended.articles > run.articles {
        let _ = write!(text, ", {} resumed", ended.articles - run.articles);
    }
    text
}

fn show(recorded: &Recorded) -> Result<Outcome> {
    let run = &recorded.run;
    let began = &run.began;
    let mut page = String::new();
    let _ = writeln!(page, "run       {}", run.id);
    let _ = writeln!(page, "began     {}", began.at);
    let _ = writeln!(page, "command   {} (version {})", began.command, began.version);
    let _ = writeln!(page, "articles  {}", run.articles);
    let _ = writeln!(page, "ended     {}", ending(run));
    for (model, revision) in &began.models {
        let _ = writeln!(
            page,
            "model     {model} (revision {})",
            revision.get(..12).unwrap_or(revision)
        );
    }
    for (flag, value) in &began.settings {
        let _ = writeln!(page, "setting   {flag} {value}");
    }
    for article in recorded.articles()? {
        let article = article?;
        if let Some(error) = article.report.get("error").and_then(Value::as_str) {
            let _ = writeln!(page, "failed    {}: {}", safe::line(&article.id), safe::line(error));
        }
    }
    print(&page)
}

/// The findings of an article, as far as the store has them.
struct Findings {
    repaired: Option<Repaired>,
    abstracts: Vec<Option<AbstractReport>>,
    sentiment: Vec<Option<SentimentReport>>,
}

fn findings(store: &Store, run: &Run, keys: &[Key]) -> Findings {
    let (repair, rest) = keys.split_at(keys.len().min(1));
    let (abstracts, tones) = rest.split_at(run.began.abstracts.min(rest.len()));
    Findings {
        repaired: repair.first().and_then(|key| store.get(key)),
        abstracts: abstracts.iter().map(|key| store.get(key)).collect(),
        sentiment: tones.iter().map(|key| store.get(key)).collect(),
    }
}

/// What is not the same in two runs.
#[derive(Default, Serialize)]
struct Differences {
    before: String,
    after: String,
    /// Settings and models that differ.
    made_with: Vec<String>,
    same: u64,
    /// Articles that only one of them has.
    only_before: Vec<String>,
    only_after: Vec<String>,
    changed: Vec<Changed>,
}

/// An article of which something is not the same.
#[derive(Serialize)]
struct Changed {
    id: String,
    /// `text`, or `MODEL: abstract`, `MODEL: verdicts`, `MODEL: tone (negative then, neutral now)`.
    what: Vec<String>,
}

fn diff(folder: &Path, before: &Recorded, after: &Recorded, as_json: bool) -> Result<Outcome> {
    let store = Store::open(folder)?;
    let mut found = Differences {
        before: before.run.id.clone(),
        after: after.run.id.clone(),
        made_with: made_with(&before.run, &after.run),
        ..Differences::default()
    };
    let mut earlier: HashMap<String, Outcomes> = HashMap::new();
    for article in before.articles()? {
        let article = article?;
        earlier.insert(article.id.clone(), Outcomes::of(&article));
    }
    for article in after.articles()? {
        let article = article?;
        let Some(other) = earlier.remove(&article.id) else {
            found.only_after.push(article.id);
            continue;
        };
        let now = Outcomes::of(&article);
        let what = changes((&store, &before.run, &other), (&store, &after.run, &now));
        if what.is_empty() {
            found.same += 1;
        } else {
            found.changed.push(Changed { id: article.id, what });
        }
    }
    if !earlier.is_empty() {
        for article in before.articles()? {
            let id = article?.id;
            if earlier.contains_key(&id) {
                found.only_before.push(id);
            }
        }
    }
    if as_json {
        return json(&found);
    }
    let mut page = String::new();
    for line in &found.made_with {
        let _ = writeln!(page, "made with   {line}");
    }
    for changed in &found.changed {
        let _ =
            writeln!(page, "changed     {}: {}", safe::line(&changed.id), changed.what.join("; "));
    }
    for (word, ids) in [("gone", &found.only_before), ("new", &found.only_after)] {
        for id in ids {
            let _ = writeln!(page, "{word:<11} {}", safe::line(id));
        }
    }
    let (same, changed) = (found.same, found.changed.len());
    let (gone, new) = (found.only_before.len(), found.only_after.len());
    let _ =
        writeln!(page, "{same} articles are the same, {changed} changed, {gone} gone, {new} new");
    print(&page)
}

/// Models and settings that are not the same.
fn made_with(before: &Run, after: &Run) -> Vec<String> {
    let (then, now) = (&before.began, &after.began);
    let settings = then.settings.keys().chain(now.settings.keys());
    let mut settings: Vec<&String> = settings.collect();
    settings.sort();
    settings.dedup();
    let value = |run: &runs::Began, key: &String| {
        run.settings.get(key).cloned().unwrap_or_else(|| "none".to_owned())
    };
    let settings = settings.into_iter().filter(|key| value(then, key) != value(now, key));
    let settings =
        settings.map(|key| format!("{key} ({} then, {} now)", value(then, key), value(now, key)));
    let models = then
        .models
        .iter()
        .filter(|(model, revision)| now.models.get(*model).is_some_and(|other| other != *revision));
    let models = models.map(|(model, _)| format!("other files or another card of {model}"));
    let version = (then.version != now.version)
        .then(|| format!("version ({} then, {} now)", then.version, now.version));
    version.into_iter().chain(settings).chain(models).collect()
}

/// What is remembered of an article of a run, of which there may be millions.
struct Outcomes {
    keys: Vec<Key>,
    failed: bool,
}

impl Outcomes {
    fn of(article: &Article) -> Self {
        let failed = article.report.get("error").and_then(Value::as_str).is_some();
        Self { keys: article.keys(), failed }
    }
}

/// A finding, where it is from.
type Whence<'a> = (&'a Store, &'a Run, &'a Outcomes);

fn changes(before: Whence<'_>, after: Whence<'_>) -> Vec<String> {
    if !before.2.keys.is_empty() && before.2.keys == after.2.keys {
        return Vec::new();
    }
    let of = |(store, run, article): Whence<'_>| findings(store, run, &article.keys);
    let (then, now) = (of(before), of(after));
    let mut changes = Vec::new();
    if before.2.failed != after.2.failed {
        changes.push(if after.2.failed { "failed now" } else { "failed then" }.to_owned());
    }
    if before.2.keys.first() != after.2.keys.first() && then.repaired != now.repaired {
        changes.push("cuts, title or language".to_owned());
    }
    for cell in now.abstracts.iter().flatten() {
        let other = then.abstracts.iter().flatten().find(|other| other.model == cell.model);
        let Some(other) = other else { continue };
        if other.text != cell.text {
            changes.push(format!("{}: abstract", cell.model));
        } else if verdicts(other) != verdicts(cell) {
            changes.push(format!("{}: verdicts", cell.model));
        }
    }
    for tone in now.sentiment.iter().flatten() {
        let other = then.sentiment.iter().flatten().find(|other| other.model == tone.model);
        let Some(other) = other else { continue };
        let name = |tone: &SentimentReport| tone.label.map_or("none", |label| label.name());
        if name(other) != name(tone) {
            let (then, now) = (name(other), name(tone));
            changes.push(format!("{}: tone ({then} then, {now} now)", tone.model));
        }
    }
    changes
}

fn verdicts(cell: &AbstractReport) -> Vec<Option<&'static str>> {
    let verdict = |sentence: &AbstractSentence| sentence.verdict.map(Verdict::name);
    cell.sentences.iter().map(verdict).collect()
}

fn export(folder: &Path, recorded: &Recorded, out: Option<&Path>) -> Result<Outcome> {
    let format = settings::export_format(out)?;
    let store = Store::open(folder)?;
    let mut sink = Sink::open(out)?;
    let mut lacking = 0;
    for article in recorded.articles()? {
        let article = article?;
        let keys = article.keys();
        let mut report: ArticleReport = serde_json::from_value(article.report)
            .with_context(|| format!("the record of {} cannot be read", recorded.run.id))?;
        let found = findings(&store, &recorded.run, &keys);
        let whole = found.abstracts.iter().all(Option::is_some)
            && found.sentiment.iter().all(Option::is_some)
            && found.repaired.is_some();
        lacking += u64::from(!whole && report.error.is_none());
        report.cuts = found.repaired.map(|repaired| repaired.cuts).unwrap_or_default();
        report.abstracts = found.abstracts.into_iter().flatten().collect();
        report.sentiment = found.sentiment.into_iter().flatten().collect();
        report.target = report.sentiment.first().and_then(|first| first.target.clone());
        report.abstracts.iter_mut().for_each(|cell| cell.millis = None);
        report.sentiment.iter_mut().for_each(|tone| tone.millis = None);
        serde_json::to_writer(&mut sink, &report)?;
        std::io::Write::write_all(&mut sink, b"\n")?;
        sink.checkpoint(b"")?;
    }
    if format == ExportFormat::Parquet {
        sink.tabulate(Ending::Whole, parquet::reports::tabulate)?;
    }
    sink.finish(Ending::Whole)?;
    if lacking > 0 {
        messages::notice(&format!(
            "{lacking} articles lack results: a model had failed on them, or they were cleared out"
        ));
    }
    Ok(Outcome::skipped_if(lacking > 0))
}

fn gc(folder: &Path, keep: Option<usize>) -> Result<Outcome> {
    if keep == Some(0) {
        bail!(
            "--keep 0 would clear out everything; delete the folder {} for that",
            folder.display()
        );
    }
    let (mut forgotten, mut left) = (0, 0);
    let done = collect(folder, || {
        let runs = runs::list(folder)?;
        left = keep.unwrap_or(runs.len()).min(runs.len());
        forgotten = runs.len() - left;
        let (before, after) = runs.split_at(forgotten);
        // Killed here, it leaves results that nobody asks for, and not runs without theirs.
        before.iter().try_for_each(|run| runs::forget(folder, &run.id))?;
        let mut wanted = Vec::new();
        for run in after {
            for article in runs::find(folder, &run.id)?.articles()? {
                wanted.extend(article?.keys());
            }
        }
        Ok(wanted)
    })?;
    print(&format!(
        "{} runs and {} results were cleared out; {} runs and {} results are left, {} bytes of {}\n",
        forgotten, done.dropped, left, done.kept, done.after, done.before
    ))
}

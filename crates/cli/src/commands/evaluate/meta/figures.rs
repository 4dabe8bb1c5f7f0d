//! The agreement of measures with people as tables.

use serde::Serialize;
use standfirst_eval::{
    meta::{Agreement, Dimension, Evaluation, Fewer, Measure},
    metric::{Better, bootstrap::Estimate},
};
use standfirst_text::faithfulness;

use crate::render::{
    figures::{count, thousands},
    table::{Record, Table, Tables, interval},
};

/// Systems that are named of those judged on fewer articles than another.
const NAMED: usize = 5;
/// Characters of a name that are shown.
const LONGEST: usize = 60;
/// Behind a measure of which less is better.
const LESS: &str = " ↓";
/// The figures of a measure, in the order of the columns.
const FIGURES: [Figure; 4] = [
    Figure { key: "tau_system", title: "TAU SYSTEM", get: |agreement| agreement.tau_system },
    Figure { key: "tau_summary", title: "TAU SUMMARY", get: |agreement| agreement.tau_summary },
    Figure { key: "tau_all", title: "TAU ALL", get: |agreement| agreement.tau_all },
    Figure { key: "auc", title: "AUC", get: |agreement| agreement.auc },
];

/// One way to say how far a measure agrees with people.
struct Figure {
    /// Its key in CSV, which it has in JSON, too.
    key: &'static str,
    /// The heading of its column.
    title: &'static str,
    get: fn(&Agreement) -> Option<Estimate>,
}

/// What `evaluate --meta` found.
#[derive(Serialize)]
#[serde(transparent)]
pub struct Figures(pub Evaluation);

impl Tables for Figures {
    fn tables(&self) -> Vec<Table> {
        let tables = self.0.dimensions.iter().enumerate();
        let mut tables: Vec<Table> =
            tables.map(|(index, asked)| table(&self.0, index, asked)).collect();
        if let Some(last) = tables.last_mut() {
            last.notes.extend(notes(&self.0));
        }
        tables
    }

    fn records(&self) -> Vec<Record> {
        self.0.measures.iter().flat_map(records).collect()
    }

    fn of(&self) -> &'static [&'static str] {
        &["dimension", "agreement"]
    }
}

/// Every figure of a measure that can be told.
fn records(measure: &Measure) -> impl Iterator<Item = Record> {
    measure.agreement.iter().flat_map(|agreement| {
        let record = |figure: &Figure| {
            let estimate = Some((figure.get)(agreement)?);
            Some(Record {
                measure: measure.name.to_owned(),
                better: measure.better,
                of: vec![agreement.dimension.clone(), figure.key.to_owned()],
                estimate,
                best: false,
            })
        };
        FIGURES.iter().filter_map(record).collect::<Vec<_>>()
    })
}

/// The measures beside the answers to the question of this index; figures that no measure has are left out.
fn table(evaluation: &Evaluation, index: usize, asked: &Dimension) -> Table {
    let rows: Vec<(&Measure, &Agreement)> = evaluation
        .measures
        .iter()
        .filter_map(|measure| Some((measure, measure.agreement.get(index)?)))
        .filter(|(_, agreement)| agreement.tells())
        .collect();
    let shown: Vec<_> = FIGURES
        .iter()
        .filter(|figure| rows.iter().any(|(_, agreement)| (figure.get)(agreement).is_some()))
        .collect();
    let header = ["MEASURE", "N"].into_iter().chain(shown.iter().map(|figure| figure.title));
    let cells = |&(measure, agreement): &(&Measure, &Agreement)| {
        let less = if measure.better == Better::Lower { LESS } else { "" };
        let mut cells = vec![format!("{}{less}", measure.title), thousands(agreement.summaries)];
        cells.extend(shown.iter().map(|figure| interval((figure.get)(agreement), 2)));
        cells
    };
    Table {
        title: title(asked),
        header: header.map(str::to_owned).collect(),
        rows: rows.iter().map(cells).collect(),
        notes: own_notes(asked, &rows),
        splits: true,
    }
}

/// `coherence: 1,600 summaries of 100 articles by 16 systems`.
fn title(asked: &Dimension) -> String {
    let noun = if asked.summaries == 1 { "summary" } else { "summaries" };
    let (name, summaries) = (plain(&asked.name), thousands(asked.summaries));
    let systems = count(asked.systems, "system");
    let by = if asked.systems == 0 { String::new() } else { format!(" by {systems}") };
    format!("{name}: {summaries} {noun} of {}{by}", count(asked.articles, "article"))
}

/// A name out of the input as it may stand in a line of text and of Markdown alike: without signs that mean
/// something in either, and no longer than can be read.
fn plain(name: &str) -> String {
    let harmless = |c: char| c.is_alphanumeric() || " -_./:+@()".contains(c);
    let shown = name.chars().take(LONGEST).map(|c| if harmless(c) { c } else { '\u{fffd}' });
    let more = if name.chars().nth(LONGEST).is_some() { "…" } else { "" };
    shown.collect::<String>() + more
}

/// What is to be known of this table alone.
fn own_notes(asked: &Dimension, rows: &[(&Measure, &Agreement)]) -> Vec<String> {
    let mut notes = Vec::new();
    if rows.is_empty() {
        notes.push(
            "No measure can be compared: people gave all the same score, or there is only one summary."
                .to_owned(),
        );
    }
    if asked.articles == 1 {
        notes.push("Of one article: the intervals say nothing of others.".to_owned());
    }
    if let Some(Fewer { most, .. }) = asked.on_fewer.first() {
        let named = asked.on_fewer.iter().take(NAMED);
        let named: Vec<String> =
            named.map(|one| format!("{} on {}", plain(&one.system), one.articles)).collect();
        let more = if asked.on_fewer.len() > NAMED { ", …" } else { "" };
        notes.push(format!(
            "Not all systems are judged on {most} articles, so their means are not of the same ones: {} on \
             fewer ({}{more}).",
            count(asked.on_fewer.len(), "system"),
            named.join(", ")
        ));
    }
    notes
}

/// What the figures mean.
fn notes(evaluation: &Evaluation) -> Vec<String> {
    let has = |get: fn(&Agreement) -> Option<Estimate>| {
        let mut all = evaluation.measures.iter().flat_map(|measure| &measure.agreement);
        all.any(|agreement| get(agreement).is_some())
    };
    let mut notes = vec![
        "Kendall's tau-b with people's scores: 1 the same order, 0 none, −1 the opposite. ↓: less of it is \
         better, so it agrees where tau is negative. N: summaries that have both. SYSTEM: of the systems' \
         means. SUMMARY: within an article, averaged over articles whose summaries differ in both. ALL: over \
         all summaries. 95 % bootstrap intervals over the articles."
            .to_owned(),
    ];
    if has(|agreement| agreement.auc) {
        notes.push(
            "AUC: how often a summary that people affirm has a higher value than one that they deny; .5 is \
             chance, and of ↓ what is below it is agreement."
                .to_owned(),
        );
    }
    if evaluation.measures.iter().any(|measure| measure.name.starts_with("rouge")) {
        notes.push(format!(
            "ROUGE: {}; of several references the nearest counts.",
            evaluation.variant
        ));
    }
    if evaluation.measures.iter().any(|measure| measure.name == "support") {
        let measured = faithfulness::measured(evaluation.check.as_deref());
        notes.push(format!("Of the check: {measured}."));
    }
    notes.extend(left_out(evaluation).into_iter().map(|why| format!("Left out: {why}.")));
    notes
}

/// Rows that do not count, by reason.
pub fn left_out(evaluation: &Evaluation) -> Vec<String> {
    let unreadable = (evaluation.unreadable, "could not be read");
    let too_many = (evaluation.scores_left_out, "scores of more dimensions than are kept");
    let rows = std::iter::once(unreadable)
        .chain(evaluation.left_out.iter().map(|(why, count)| (*count, *why)))
        .chain([too_many]);
    rows.filter(|(count, _)| *count > 0).map(|(count, why)| format!("{count} ({why})")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_of_a_stranger_is_text_wherever_it_stands() {
        assert_eq!(plain("polytope-cnndm/BART (large)"), "polytope-cnndm/BART (large)");
        assert_eq!(plain("a|b\n<i>\u{1b}["), "a\u{fffd}b\u{fffd}\u{fffd}i\u{fffd}\u{fffd}\u{fffd}");
        assert_eq!(plain(&"x".repeat(61)), "x".repeat(60) + "…");
    }
}

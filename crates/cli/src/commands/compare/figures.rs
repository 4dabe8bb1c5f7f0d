//! The figures of a comparison as tables.

use serde::Serialize;
use standfirst_eval::{
    compare::{Comparison, Measure, ModelFigures},
    metric::{self, Better},
    saved::Change,
    votes::Standings,
};
use standfirst_text::faithfulness;

use crate::render::{
    figures::count,
    html::Overview,
    table::{Record, Table, Tables, interval},
};

/// The mark of the best, and of what is not clearly worse.
pub const MARK: &str = " *";
/// What the mark means.
pub const MARK_MEANS: &str = "* the best, or not clearly worse than the best (paired permutation \
     test over the articles, Holm's correction for all pairs, p < .05); no mark: no model stands out.";

/// All that `compare` found.
#[derive(Serialize)]
pub struct Figures {
    /// The models on every measure.
    #[serde(flatten)]
    pub comparison: Comparison,
    /// What became of the models from one saved run to the next.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<Change>,
    /// What people preferred.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub votes: Option<Standings>,
    /// How the figures came to be, for the foot of the page.
    #[serde(skip)]
    pub made: Vec<(String, String)>,
}

impl Figures {
    /// What the page shows of it.
    pub fn overview(&self) -> Overview<'_> {
        Overview {
            comparison: &self.comparison,
            changes: &self.changes,
            votes: self.votes.as_ref(),
            made: &self.made,
        }
    }
}

impl Tables for Figures {
    fn tables(&self) -> Vec<Table> {
        let mut tables = vec![measures(&self.comparison), agreement(&self.comparison)];
        tables.extend((!self.changes.is_empty()).then(|| changes(&self.changes)));
        tables.extend(self.votes.as_ref().map(votes));
        tables
    }

    fn records(&self) -> Vec<Record> {
        records(&self.comparison)
    }
}

/// What people preferred, alone.
#[derive(Serialize)]
#[serde(transparent)]
pub struct Votes<'a>(pub &'a Standings);

impl Tables for Votes<'_> {
    fn tables(&self) -> Vec<Table> {
        vec![votes(self.0)]
    }

    fn records(&self) -> Vec<Record> {
        let record = |standing: &standfirst_eval::votes::Standing| Record {
            measure: "strength".to_owned(),
            better: Better::Higher,
            of: vec![standing.model.clone()],
            estimate: Some(standing.strength),
            best: false,
        };
        self.0.models.iter().map(record).collect()
    }
}

/// A row per headline measure, a column per model.
fn measures(comparison: &Comparison) -> Table {
    let headline = |measure: &&Measure| metric::named(measure.name).is_some_and(|m| m.headline);
    let counts = |title: &str, count: fn(&ModelFigures) -> u64| {
        std::iter::once(title.to_owned())
            .chain(comparison.models.iter().map(|row| count(row).to_string()))
            .collect::<Vec<_>>()
    };
    let mut rows = vec![counts("answered", |row| row.answered)];
    if comparison.models.iter().any(|row| row.failed > 0) {
        rows.push(counts("failed", |row| row.failed));
    }
    rows.extend(
        comparison.measures.iter().filter(headline).map(|measure| row(measure, comparison)),
    );
    Table {
        title: format!("{} articles", comparison.articles),
        header: header("MEASURE", comparison),
        rows,
        notes: notes(comparison),
        splits: true,
    }
}

fn header(first: &str, comparison: &Comparison) -> Vec<String> {
    std::iter::once(first.to_owned())
        .chain(comparison.models.iter().map(|row| row.model.clone()))
        .collect()
}

fn row(measure: &Measure, comparison: &Comparison) -> Vec<String> {
    let decimals = metric::named(measure.name).map_or(2, |metric| metric.decimals);
    let cells = comparison.models.iter().map(|row| cell(measure, row, decimals));
    std::iter::once(measure.title.to_owned()).chain(cells).collect()
}

/// A mean with its interval and, where it stands out, the mark.
pub fn cell(measure: &Measure, row: &ModelFigures, decimals: usize) -> String {
    let mark = if measure.best.contains(&row.model) { MARK } else { "" };
    format!("{}{mark}", interval(row.estimates.get(measure.name), decimals))
}

fn notes(comparison: &Comparison) -> Vec<String> {
    let mut notes = vec!["Means with 95 % bootstrap intervals over the articles.".to_owned()];
    if comparison.measures.iter().any(|measure| !measure.best.is_empty()) {
        notes.push(MARK_MEANS.to_owned());
    }
    if comparison.references > 0 {
        notes.push(format!(
            "ROUGE: F-scores 0–100, {}, on the {} articles with a reference.",
            comparison.variant, comparison.references
        ));
    }
    if comparison.references_unseen > 0 {
        notes.push(format!(
            "No ROUGE of {}: {}.",
            count(usize::try_from(comparison.references_unseen).unwrap_or(usize::MAX), "article"),
            standfirst_eval::compare::UNSEEN
        ));
    }
    let meaning = comparison
        .measures
        .iter()
        .filter(|measure| metric::named(measure.name).is_some_and(|metric| metric.headline))
        .filter(|measure| !measure.name.starts_with("rouge") && measure.name != "words")
        .map(|measure| format!("{}: {}", measure.title, measure.about));
    notes.push(format!("{}.", meaning.collect::<Vec<_>>().join("; ")));
    if comparison.measures.iter().any(|measure| measure.name == "support") {
        notes.push(format!(
            "Of the check: {}.",
            faithfulness::measured(comparison.check.as_deref())
        ));
    }
    notes.extend(half_checked(comparison));
    if comparison.models.iter().any(|row| row.failed > 0) {
        notes.push(
            "Where a model failed, its means are over fewer articles; the tests are over those that \
             both answered."
                .to_owned(),
        );
    }
    if comparison.unreadable > 0 {
        notes.push(format!("Could not be read: {} of the inputs.", comparison.unreadable));
    }
    notes.extend(left_out(comparison));
    notes
}

/// That the support of some abstracts is of words alone, though a model was to be asked.
pub fn half_checked(comparison: &Comparison) -> Option<String> {
    let abstracts = usize::try_from(comparison.half_checked).unwrap_or(usize::MAX);
    (abstracts > 0).then(|| {
        format!(
            "The model of the check failed on {}: their support is by words alone.",
            count(abstracts, "abstract")
        )
    })
}

/// Articles that do not count, by reason.
pub fn left_out(comparison: &Comparison) -> impl Iterator<Item = String> {
    comparison.left_out.iter().map(|(why, count)| format!("Left out: {count} ({why})."))
}

fn agreement(comparison: &Comparison) -> Table {
    let embedded = comparison.agreement.iter().any(|pair| pair.embedding.is_some());
    let mut header: Vec<String> = ["MODEL", "AND", "ROUGE-1 F", "ROUGE-2 F"].map(Into::into).into();
    header.extend(embedded.then(|| "EMBEDDING".to_owned()));
    let rows = comparison.agreement.iter().map(|pair| {
        let mut row = vec![
            pair.models[0].clone(),
            pair.models[1].clone(),
            interval(pair.rouge1, 1),
            interval(pair.rouge2, 1),
        ];
        row.extend(embedded.then(|| interval(pair.embedding, 1)));
        row
    });
    Table {
        title: "Agreement".to_owned(),
        header,
        rows: rows.collect(),
        notes: vec![
            "Between the abstracts of the two, stemmed, 0–100: high means that they say the same, \
             not that it is right."
                .to_owned(),
        ],
        splits: false,
    }
}

fn changes(changes: &[Change]) -> Table {
    let header =
        ["MODEL", "FROM", "TO", "SAME", "CHANGED", "NEWLY ANSWERED", "NEWLY FAILED", "FIRST IDS"];
    let rows = changes.iter().map(|change| {
        vec![
            change.model.clone(),
            change.runs[0].clone(),
            change.runs[1].clone(),
            change.same.to_string(),
            change.changed.to_string(),
            change.gained.to_string(),
            change.lost.to_string(),
            change.ids.join(" "),
        ]
    });
    Table {
        title: "What changed".to_owned(),
        header: header.map(Into::into).into(),
        rows: rows.collect(),
        notes: Vec::new(),
        splits: false,
    }
}

fn votes(standings: &Standings) -> Table {
    let rows = standings.models.iter().map(|standing| {
        vec![
            standing.model.clone(),
            interval(Some(standing.strength), 0),
            standing.wins.to_string(),
            standing.ties.to_string(),
            standing.losses.to_string(),
        ]
    });
    let mut notes = vec![
        "Strength: how likely the model is to be preferred to a middling one, 0–100, by Bradley and \
         Terry's model (a tie is half a vote for each); 95 % bootstrap intervals over the votes."
            .to_owned(),
    ];
    if standings.groups.len() > 1 {
        let groups: Vec<String> = standings.groups.iter().map(|group| group.join(", ")).collect();
        notes.push(format!(
            "No vote links these groups, and strengths compare within each only: {}.",
            groups.join(" / ")
        ));
    }
    Table {
        title: format!("{} blind votes", standings.votes),
        header: ["MODEL", "STRENGTH", "WON", "TIED", "LOST"].map(Into::into).into(),
        rows: rows.collect(),
        notes,
        splits: false,
    }
}

/// Every figure of every model.
pub fn records(comparison: &Comparison) -> Vec<Record> {
    let of_measure = |measure: &Measure| {
        let (name, better, best) = (measure.name, measure.better, measure.best.clone());
        comparison.models.iter().map(move |row| Record {
            measure: name.to_owned(),
            better,
            of: vec![row.model.clone()],
            estimate: row.estimates.get(name),
            best: best.contains(&row.model),
        })
    };
    let agreement = comparison.agreement.iter().flat_map(|pair| {
        [("rouge1", pair.rouge1), ("rouge2", pair.rouge2), ("embedding", pair.embedding)].map(
            |(name, estimate)| Record {
                measure: format!("agreement_{name}"),
                better: Better::Neither,
                of: vec![pair.models.join(" & ")],
                estimate,
                best: false,
            },
        )
    });
    comparison.measures.iter().flat_map(of_measure).chain(agreement).collect()
}

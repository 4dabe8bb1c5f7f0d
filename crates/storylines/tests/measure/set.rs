//! Articles with the groups that people put them into, and how well others agree.

use std::collections::BTreeMap;

use rayon::prelude::*;
use serde_json::Value;
use standfirst_core::article::{Document, Limits};
use standfirst_storylines::{
    events::{Features, Settings, Vectors, cluster},
    line,
    study::study,
};
use standfirst_testdata::rows;

use super::{Labels, ari, b_cubed, ceaf_e, f1, interval, labels, of_groups};

const FOLDS: usize = 5;

/// Articles with the group that people put them into, and the topic that groups are drawn by.
pub struct Set {
    pub features: Vec<Features>,
    pub gold: Labels,
    pub topics: Labels,
}

impl Set {
    /// The rows of `file`, with what of them tells the topic, and who gives them vectors.
    pub fn read(
        file: &str,
        topic: impl Fn(&Value) -> String,
        vectors: Option<&dyn Vectors>,
    ) -> Self {
        let rows = rows(file);
        let text = |row: &Value, key: &str| row[key].as_str().unwrap_or_default().to_owned();
        let features = rows.iter().map(|row| {
            let mut document = Document::from_text(text(row, "id"), text(row, "text"));
            document.title = Some(text(row, "title")).filter(|title| !title.is_empty());
            document.published =
                row.get("date").or(row.get("published")).and_then(Value::as_str).map(str::to_owned);
            study(document, &Limits::default(), vectors).unwrap().features
        });
        let gold: Vec<String> = rows.iter().map(|row| text(row, "cluster")).collect();
        let topics: Vec<String> = rows.iter().map(topic).collect();
        Self { features: features.collect(), gold: labels(&gold), topics: labels(&topics) }
    }

    /// The groups that settings find.
    pub fn events(&self, settings: &Settings) -> Labels {
        let events = cluster(&self.features, settings);
        of_groups(self.features.len(), events.iter().map(|event| event.articles.as_slice()))
    }

    /// The storylines of the events that ship.
    pub fn lines(&self, settings: &Settings) -> Labels {
        let events = cluster(&self.features, &Settings::default());
        let lines = line::link(&events, settings);
        let groups: Vec<Vec<usize>> = lines
            .iter()
            .map(|line| line.events.iter().flat_map(|at| events[*at].articles.clone()).collect())
            .collect();
        of_groups(self.features.len(), groups.iter().map(Vec::as_slice))
    }

    /// F1 of the items whose topics are in `wanted`.
    pub fn b_cubed_of(&self, found: &[usize], wanted: impl Fn(usize) -> bool) -> f64 {
        let items = b_cubed(&self.gold, found);
        f1(items
            .into_iter()
            .zip(&self.topics)
            .filter(|(_, topic)| wanted(**topic))
            .map(|(item, _)| item))
    }

    /// What settings reach on the topics of each fold that were chosen on the others: the items of all folds.
    pub fn held_out(
        &self,
        grid: &[Settings],
        group: impl Fn(&Self, &Settings) -> Labels + Sync,
    ) -> Vec<(f64, f64)> {
        let found: Vec<Labels> = grid.par_iter().map(|settings| group(self, settings)).collect();
        let mut items = vec![(0.0, 0.0); self.gold.len()];
        for fold in 0..FOLDS {
            let score = |found: &[usize]| self.b_cubed_of(found, |topic| topic % FOLDS != fold);
            let best = (0..grid.len())
                .max_by(|one, other| score(&found[*one]).total_cmp(&score(&found[*other])));
            let own = b_cubed(&self.gold, &found[best.unwrap()]);
            for (at, item) in
                own.into_iter().enumerate().filter(|(at, _)| self.topics[*at] % FOLDS == fold)
            {
                items[at] = item;
            }
        }
        let scored = grid
            .iter()
            .zip(&found)
            .map(|(settings, found)| (self.b_cubed_of(found, |_| true), settings));
        let best = scored.max_by(|one, other| one.0.total_cmp(&other.0)).unwrap();
        println!("best on all: {:.3} {:?}", best.0, best.1);
        items
    }

    /// F1 over all items with its interval over topics.
    pub fn report(&self, name: &str, items: &[(f64, f64)]) -> f64 {
        let all = f1(items.iter().copied());
        let mut by_topic: BTreeMap<usize, Vec<(f64, f64)>> = BTreeMap::new();
        for (item, topic) in items.iter().zip(&self.topics) {
            by_topic.entry(*topic).or_default().push(*item);
        }
        let topics: Vec<Vec<(f64, f64)>> = by_topic.into_values().collect();
        let (low, high) = interval(topics.len(), |drawn| {
            f1(drawn.iter().flat_map(|at| topics[*at].iter().copied()))
        });
        println!("{name}: B-cubed F1 {all:.3} [{low:.3}, {high:.3}]");
        all
    }

    /// Prints how well a grouping agrees.
    pub fn agreement(&self, name: &str, found: &[usize]) {
        let groups = found.iter().max().unwrap() + 1;
        let items = b_cubed(&self.gold, found);
        self.report(name, &items);
        let count = items.len() as f64;
        println!(
            "  precision {:.3}, recall {:.3}, CEAF-e {:.3}, ARI {:.3}, {groups} groups of {}",
            items.iter().map(|item| item.0).sum::<f64>() / count,
            items.iter().map(|item| item.1).sum::<f64>() / count,
            ceaf_e(&self.gold, found),
            ari(&self.gold, found),
            self.gold.iter().max().unwrap() + 1
        );
    }
}

/// The topic of a row of ECB+.
pub fn topic_of_ecb(row: &Value) -> String {
    row["topic"].as_str().unwrap_or_default().to_owned()
}

/// The group of a row.
pub fn cluster_of(row: &Value) -> String {
    row["cluster"].as_str().unwrap_or_default().to_owned()
}

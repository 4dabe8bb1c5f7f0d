//! Events and storylines beside those of people. Settings are chosen on some of the topics and measured on
//! others; what ships is chosen on all of them.

mod measure;

use std::collections::BTreeMap;

use measure::{Labels, ari, b_cubed, ceaf_e, f1, interval, labels, of_groups};
use serde_json::Value;
use standfirst_core::article::{Document, Limits};
use standfirst_storylines::{
    events::{Features, Settings, cluster},
    line,
    study::study,
};
use standfirst_testdata::rows;

const FOLDS: usize = 5;

/// Articles with the group that people put them into, and the topic that groups are drawn by.
struct Set {
    features: Vec<Features>,
    gold: Labels,
    topics: Labels,
}

impl Set {
    fn read(file: &str, topic: impl Fn(&Value) -> String) -> Self {
        let rows = rows(file);
        let text = |row: &Value, key: &str| row[key].as_str().unwrap_or_default().to_owned();
        let features = rows.iter().map(|row| {
            let mut document = Document::from_text(text(row, "id"), text(row, "text"));
            document.title = Some(text(row, "title")).filter(|title| !title.is_empty());
            document.published =
                row.get("date").or(row.get("published")).and_then(Value::as_str).map(str::to_owned);
            study(document, &Limits::default(), None).unwrap().features
        });
        let gold: Vec<String> = rows.iter().map(|row| text(row, "cluster")).collect();
        let topics: Vec<String> = rows.iter().map(topic).collect();
        Self { features: features.collect(), gold: labels(&gold), topics: labels(&topics) }
    }

    fn events(&self, settings: &Settings) -> Labels {
        let events = cluster(&self.features, settings);
        of_groups(self.features.len(), events.iter().map(|event| event.articles.as_slice()))
    }

    fn lines(&self, settings: &Settings) -> Labels {
        let events = cluster(&self.features, &Settings::default());
        let lines = line::link(&events, settings);
        let groups: Vec<Vec<usize>> = lines
            .iter()
            .map(|line| line.events.iter().flat_map(|at| events[*at].articles.clone()).collect())
            .collect();
        of_groups(self.features.len(), groups.iter().map(Vec::as_slice))
    }

    /// F1 of the items whose topics are in `wanted`.
    fn b_cubed_of(&self, found: &[usize], wanted: impl Fn(usize) -> bool) -> f64 {
        let items = b_cubed(&self.gold, found);
        f1(items
            .into_iter()
            .zip(&self.topics)
            .filter(|(_, topic)| wanted(**topic))
            .map(|(item, _)| item))
    }

    /// What settings reach on the topics of each fold that were chosen on the others: the items of all folds.
    fn held_out(
        &self,
        grid: &[Settings],
        group: impl Fn(&Self, &Settings) -> Labels,
    ) -> Vec<(f64, f64)> {
        let found: Vec<Labels> = grid.iter().map(|settings| group(self, settings)).collect();
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
    fn report(&self, name: &str, items: &[(f64, f64)]) -> f64 {
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

    fn agreement(&self, name: &str, found: &[usize]) {
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

fn grid(base: &Settings, thresholds: &[f32]) -> Vec<Settings> {
    let mut grid = Vec::new();
    for names in [0.3, 0.4, 0.5, 0.6, 0.7] {
        for &threshold in thresholds {
            for more in [-0.04, 0.0, 0.04, 0.08] {
                let merge = threshold + more;
                grid.push(Settings { terms: 1.0 - names, names, threshold, merge, ..base.clone() });
            }
        }
    }
    grid
}

fn topic_of_ecb(row: &Value) -> String {
    row["topic"].as_str().unwrap_or_default().to_owned()
}

fn cluster_of(row: &Value) -> String {
    row["cluster"].as_str().unwrap_or_default().to_owned()
}

#[test]
#[ignore = "needs STANDFIRST_DATA"]
fn with_data_events_of_ecb_plus() {
    let set = Set::read("data/ecbplus_clusters/dev.jsonl", topic_of_ecb);
    let thresholds = [0.14, 0.17, 0.20, 0.23, 0.26, 0.29, 0.32, 0.36, 0.40];
    let items = set.held_out(&grid(&Settings::default(), &thresholds), Set::events);
    let reached = set.report("ECB+, settings chosen on other topics", &items);
    set.agreement("ECB+, as shipped", &set.events(&Settings::default()));
    assert!(reached >= 0.80, "{reached}");
}

#[test]
#[ignore = "needs STANDFIRST_DATA"]
fn with_data_events_of_basil() {
    let set = Set::read("data/basil_clusters/dev.jsonl", cluster_of);
    let found = set.events(&Settings::default());
    set.agreement("BASIL, as shipped", &found);
    let reached = f1(b_cubed(&set.gold, &found).into_iter());
    assert!(reached >= 0.92, "{reached}");
}

#[test]
#[ignore = "needs STANDFIRST_DATA"]
fn with_data_storylines_of_tls_topics() {
    let set = Set::read("data/tls_topics/train.jsonl", cluster_of);
    let thresholds = [0.05, 0.08, 0.11, 0.14, 0.17, 0.20, 0.24];
    let items = set.held_out(&grid(&line::settings(), &thresholds), Set::lines);
    let reached = set.report("tls_topics, settings chosen on other topics", &items);
    set.agreement("tls_topics, as shipped", &set.lines(&line::settings()));
    assert!(reached >= 0.75, "{reached}");
    let other = Set::read("data/basil_clusters/dev.jsonl", cluster_of);
    for threshold in [0.05, 0.08, 0.10, 0.12, 0.14, 0.17] {
        let settings = Settings { threshold, merge: threshold + 0.06, ..line::settings() };
        let found = other.lines(&settings);
        let most = (0..=*found.iter().max().unwrap())
            .map(|label| found.iter().filter(|own| **own == label).count())
            .max();
        println!(
            "threshold {threshold}: the largest storyline of BASIL has {most:?} of 150 articles; here {:.3}",
            set.b_cubed_of(&set.lines(&settings), |_| true)
        );
    }
}

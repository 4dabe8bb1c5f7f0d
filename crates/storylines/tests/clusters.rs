//! Events and storylines beside those of people. Settings are chosen on some of the topics and measured on
//! others; what ships is chosen on all of them.

mod measure;

use measure::{
    b_cubed, f1,
    set::{Set, cluster_of, topic_of_ecb},
};
use standfirst_storylines::{events::Settings, line};

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

#[test]
#[ignore = "needs STANDFIRST_DATA"]
fn with_data_events_of_ecb_plus() {
    let set = Set::read("data/ecbplus_clusters/dev.jsonl", topic_of_ecb, None);
    let thresholds = [0.14, 0.17, 0.20, 0.23, 0.26, 0.29, 0.32, 0.36, 0.40];
    let items = set.held_out(&grid(&Settings::default(), &thresholds), Set::events);
    let reached = set.report("ECB+, settings chosen on other topics", &items);
    set.agreement("ECB+, as shipped", &set.events(&Settings::default()));
    assert!(reached >= 0.80, "{reached}");
}

#[test]
#[ignore = "needs STANDFIRST_DATA"]
fn with_data_events_of_basil() {
    let set = Set::read("data/basil_clusters/dev.jsonl", cluster_of, None);
    let found = set.events(&Settings::default());
    set.agreement("BASIL, as shipped", &found);
    let reached = f1(b_cubed(&set.gold, &found).into_iter());
    assert!(reached >= 0.92, "{reached}");
}

#[test]
#[ignore = "needs STANDFIRST_DATA"]
fn with_data_storylines_of_tls_topics() {
    let set = Set::read("data/tls_topics/train.jsonl", cluster_of, None);
    let thresholds = [0.05, 0.08, 0.11, 0.14, 0.17, 0.20, 0.24];
    let items = set.held_out(&grid(&line::settings(), &thresholds), Set::lines);
    let reached = set.report("tls_topics, settings chosen on other topics", &items);
    set.agreement("tls_topics, as shipped", &set.lines(&line::settings()));
    assert!(reached >= 0.75, "{reached}");
    let other = Set::read("data/basil_clusters/dev.jsonl", cluster_of, None);
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

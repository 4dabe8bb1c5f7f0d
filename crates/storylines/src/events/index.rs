//! Which events share a rare word with an article?

use std::collections::{HashMap, VecDeque};

use super::Centroid;

/// Words and names, of each the heaviest, under which an article is filed and looked for.
const FILED: usize = 12;
/// Most events under one word: those that came last. A word that more of them have tells none of them.
const MOST_EVENTS: usize = 96;
/// Most events that are compared with an article.
const MOST_CANDIDATES: usize = 48;

/// Events by the words that weigh most in their articles.
#[derive(Clone, Debug, Default)]
pub(super) struct Index {
    events: HashMap<u32, VecDeque<u32>>,
}

impl Index {
    /// Files `event` under the words of an article of it.
    pub fn add(&mut self, event: u32, article: &Centroid) {
        for word in article.heaviest(FILED) {
            let events = self.events.entry(word).or_default();
            if !events.contains(&event) {
                events.push_back(event);
                if events.len() > MOST_EVENTS {
                    events.pop_front();
                }
            }
        }
    }

    /// The events that share most of these words with `article`, best first.
    pub fn candidates(&self, article: &Centroid) -> Vec<u32> {
        let filed = article.heaviest(FILED).filter_map(|word| self.events.get(&word));
        let mut shared: Vec<u32> = filed.flatten().copied().collect();
        shared.sort_unstable();
        let runs = shared.chunk_by(|one, other| one == other);
        let mut found: Vec<(usize, u32)> = runs.map(|run| (run.len(), run[0])).collect();
        found.sort_unstable_by_key(|(count, event)| (std::cmp::Reverse(*count), *event));
        found.truncate(MOST_CANDIDATES);
        found.into_iter().map(|(_, event)| event).collect()
    }
}

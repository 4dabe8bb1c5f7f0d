//! Articles come one at a time and join an event, or begin one.

use std::collections::HashMap;

use super::{Centroid, Features, Frequencies, Likeness, Vectors, index::Index};

/// How like two articles have to be for a day that both speak of to count: everybody speaks of Saturday.
const ALIKE: f32 = 0.15;

/// What makes two articles tell of one event.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// Weight of the words in the score.
    pub terms: f32,
    /// Weight of the names.
    pub names: f32,
    /// Weight of the vectors, where there are any.
    pub vectors: f32,
    /// What a day that both speak of adds.
    pub day: f32,
    /// What each week between their publication takes away.
    pub week: f32,
    /// The score from which on they are one event.
    pub threshold: f32,
    /// The score from which on two events are one.
    pub merge: f32,
    /// Days between publication beyond which they are never one event.
    pub window: i32,
}

impl Default for Settings {
    /// Chosen by folds over `ecbplus_clusters`; `tests/clusters.rs` measures them.
    fn default() -> Self {
        Self {
            terms: 0.7,
            names: 0.3,
            vectors: 0.0,
            day: 0.05,
            week: 0.04,
            threshold: 0.23,
            merge: 0.31,
            window: 21,
        }
    }
}

impl Settings {
    /// Where articles have vectors of an encoder of sentences. Chosen as the default is, with `centroid`;
    /// `crates/standfirst/tests/events.rs` measures them.
    pub fn with_vectors() -> Self {
        Self {
            terms: 0.65,
            names: 0.35,
            vectors: 1.0,
            threshold: 0.44,
            merge: 0.54,
            ..Self::default()
        }
    }

    /// Those that go with articles that have `vectors`, or have none.
    pub fn of(vectors: Option<&dyn Vectors>) -> Self {
        if vectors.is_some() { Self::with_vectors() } else { Self::default() }
    }

    /// What a score by words and names counts for where one of two has no vector: as near to the threshold as by
    /// the settings without any.
    fn without_vectors(&self, likeness: &Likeness) -> f32 {
        let words = Self { window: self.window, ..Self::default() };
        words.score(likeness) * self.threshold / words.threshold
    }

    /// How much speaks for one event, about from 0 to 1; nothing where they are too far apart in time.
    pub fn score(&self, likeness: &Likeness) -> f32 {
        let apart = likeness.apart.unwrap_or(0);
        if apart > self.window {
            return 0.0;
        }
        if self.vectors > 0.0 && likeness.vectors.is_none() {
            return self.without_vectors(likeness);
        }
        let parts = [
            (self.terms, Some(likeness.terms)),
            (self.names, likeness.names),
            (self.vectors, likeness.vectors.map(|cosine| cosine.max(0.0))),
        ];
        let told = parts.iter().filter_map(|(weight, value)| value.map(|value| (weight, value)));
        let (sum, weights) = told
            .fold((0.0, 0.0), |(sum, all), (weight, value)| (sum + weight * value, all + weight));
        let near = if weights > 0.0 { sum / weights } else { 0.0 };
        near + if likeness.day && near >= ALIKE { self.day } else { 0.0 }
            - self.week * apart as f32 / 7.0
    }
}

/// Articles that tell of one event.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// Made of the article that founded it, so that it stays while others join and leave.
    pub id: u64,
    /// The articles, by the numbers that they were added under, ascending.
    pub articles: Vec<usize>,
    /// The middle of them.
    pub centroid: Centroid,
}

/// Events that articles are added to one at a time.
#[derive(Clone, Debug)]
pub struct Stream {
    frequencies: Frequencies,
    settings: Settings,
    events: Vec<Event>,
    index: Index,
    /// Where an event went that was joined with an earlier one.
    joined: HashMap<u32, u32>,
}

impl Stream {
    /// Without an article; `frequencies` hold what is known of words beforehand.
    pub fn new(frequencies: Frequencies, settings: Settings) -> Self {
        Self {
            frequencies,
            settings,
            events: Vec::new(),
            index: Index::default(),
            joined: HashMap::new(),
        }
    }

    /// Counts the words of an article, for a stream whose articles are not known beforehand.
    pub fn observe(&mut self, article: &Features) {
        self.frequencies.observe(article);
    }

    /// Adds article number `at`, and gives the id of its event.
    pub fn add(&mut self, at: usize, article: &Features) -> u64 {
        let single = self.weighed(article);
        self.place(at, article.key, &single)
    }

    /// Adds what stands under number `at`, which founds an event of the id `key` if it is like none.
    pub(crate) fn place(&mut self, at: usize, key: u64, single: &Centroid) -> u64 {
        let place = if let Some((event, _)) = self.best(single, None) {
            event
        } else {
            self.events.push(Event {
                id: key,
                articles: Vec::new(),
                centroid: Centroid::default(),
            });
            u32::try_from(self.events.len() - 1).unwrap_or(u32::MAX)
        };
        self.index.add(place, single);
        let event = &mut self.events[place as usize];
        event.centroid.add(single);
        event.articles.push(at);
        event.id
    }

    /// The events so far, those joined with others left out.
    pub fn events(&self) -> impl Iterator<Item = &Event> {
        self.events.iter().filter(|event| !event.articles.is_empty())
    }

    /// The same, for keeps: articles ascending, events in the order of their founders.
    pub fn into_events(self) -> Vec<Event> {
        let mut events: Vec<Event> =
            self.events.into_iter().filter(|event| !event.articles.is_empty()).collect();
        for event in &mut events {
            event.articles.sort_unstable();
        }
        events
    }

    /// An article with its words and names weighed.
    pub(crate) fn weighed(&self, article: &Features) -> Centroid {
        let weigh = |counts| self.frequencies.weigh(counts);
        Centroid::of(
            weigh(&article.terms),
            weigh(&article.names),
            &article.vector,
            &article.days,
            article.time,
        )
    }

    fn current(&self, mut event: u32) -> u32 {
        while let Some(next) = self.joined.get(&event) {
            event = *next;
        }
        event
    }

    /// The event that `single` is most like, if it is like enough.
    fn best(&self, single: &Centroid, without: Option<u32>) -> Option<(u32, f32)> {
        let mut candidates: Vec<u32> =
            self.index.candidates(single).into_iter().map(|event| self.current(event)).collect();
        candidates.sort_unstable();
        candidates.dedup();
        let scored = candidates.into_iter().filter(|event| Some(*event) != without).map(|event| {
            let likeness = self.events[event as usize].centroid.likeness(single);
            (event, self.settings.score(&likeness))
        });
        let best = scored.max_by(|one, other| one.1.total_cmp(&other.1).then(other.0.cmp(&one.0)));
        best.filter(|(_, score)| *score >= self.settings.threshold)
    }

    /// Looks at everything once more, now that all is known: events that are alike are joined, and an article
    /// goes where it is most like. `singles` are those that were added, by their numbers.
    pub(crate) fn settle(&mut self, singles: &[Centroid]) {
        self.merge();
        self.regroup(singles);
        self.merge();
    }

    /// Joins events that are alike, the later one with the earlier.
    fn merge(&mut self) {
        for later in (0..self.events.len()).rev() {
            if self.events[later].articles.is_empty() {
                continue;
            }
            let centroid = &self.events[later].centroid;
            let candidates = self
                .index
                .candidates(centroid)
                .into_iter()
                .map(|event| self.current(event) as usize);
            let scored = candidates
                .filter(|&earlier| earlier < later && !self.events[earlier].articles.is_empty());
            let scored = scored.map(|earlier| {
                (earlier, self.settings.score(&self.events[earlier].centroid.likeness(centroid)))
            });
            let best =
                scored.max_by(|one, other| one.1.total_cmp(&other.1).then(other.0.cmp(&one.0)));
            if let Some((earlier, _)) = best.filter(|(_, score)| *score >= self.settings.merge) {
                self.join(earlier, later);
            }
        }
    }

    fn join(&mut self, earlier: usize, later: usize) {
        let moved = std::mem::take(&mut self.events[later].articles);
        let centroid = std::mem::take(&mut self.events[later].centroid);
        self.events[earlier].articles.extend(moved);
        self.events[earlier].centroid.add(&centroid);
        let number = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        self.joined.insert(number(later), number(earlier));
    }

    /// Every article beside every event, its own included; then the middles are made anew.
    fn regroup(&mut self, singles: &[Centroid]) {
        let places: Vec<(usize, u32)> = self
            .events
            .iter()
            .zip(0..)
            .flat_map(|(event, number)| event.articles.iter().map(move |at| (*at, number)))
            .collect();
        let targets: Vec<u32> =
            places.iter().map(|(at, own)| self.target(*own, &singles[*at])).collect();
        for event in &mut self.events {
            event.articles.clear();
            event.centroid = Centroid::default();
        }
        for ((at, _), target) in places.into_iter().zip(targets) {
            let event = &mut self.events[target as usize];
            event.articles.push(at);
            event.centroid.add(&singles[at]);
        }
    }

    fn target(&self, own: u32, single: &Centroid) -> u32 {
        let event = &self.events[own as usize];
        if event.articles.len() < 3 {
            return own;
        }
        let stays = self.settings.score(&event.centroid.likeness(single));
        match self.best(single, Some(own)) {
            Some((other, score)) if score > stays => other,
            _ => own,
        }
    }
}

//! Which events are of one storyline: what goes on over months and years, with the same names and of the same
//! matter.

use crate::events::{Event, Frequencies, Settings, Stream};

/// Events that go on from one another.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// Made of the first event's.
    pub id: u64,
    /// Indices into the events, in the order of time as far as it is known.
    pub events: Vec<usize>,
}

/// How like two events of one storyline are: no time divides them, and what their articles are like counts
/// less strictly. Folds over `tls_topics` would have a threshold of 0.05, which joins a fifth of the unrelated
/// events of `basil_clusters`; `tests/clusters.rs` measures both.
pub fn settings() -> Settings {
    Settings {
        terms: 0.6,
        names: 0.4,
        vectors: 0.0,
        day: 0.05,
        week: 0.0,
        threshold: 0.08,
        merge: 0.14,
        window: i32::MAX,
    }
}

/// The storylines of all events, in the order of their first events.
pub fn link(events: &[Event], settings: &Settings) -> Vec<Line> {
    let singles: Vec<_> = events.iter().map(|event| event.centroid.clone()).collect();
    // What words weigh is in the middles of the events already.
    let mut stream = Stream::new(Frequencies::default(), settings.clone());
    let mut order: Vec<usize> = (0..events.len()).collect();
    order.sort_by_key(|at| (events[*at].centroid.time, events[*at].id));
    for &at in &order {
        stream.place(at, events[at].id, &singles[at]);
    }
    stream.settle(&singles);
    let lines = stream.into_events().into_iter().map(|line| {
        let mut own = line.articles;
        own.sort_by_key(|at| (events[*at].centroid.time, events[*at].id));
        Line { id: line.id, events: own }
    });
    lines.collect()
}

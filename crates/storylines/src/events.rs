//! Which articles tell of the same event, and which events are of one storyline.
//!
//! Articles come one at a time ([`Stream::add`]) and join the event that they are most like, or begin one of
//! their own. What an article is like is told by [`Features`]: weighted words, names, places and days that it
//! speaks of, the time of publication, and the vector of an encoder where there is one. Candidates are found
//! by the rare words and names that an article has in common with events of its time, so that the work does not grow with all events
//! there are; an event that nothing has joined for long keeps a centroid of bounded size.
//!
//! Words are weighted by how rare they are in the news at large and among the articles at hand
//! ([`Frequencies`]). In a pile of match reports everything that makes a match report is frequent, and what
//! is left to compare are the teams: a template makes no event.
//!
//! [`cluster`] knows all articles beforehand: it counts the words of all, goes through the articles by time and id, and looks
//! at every event once more, so that its answer does not depend on the order in which they are given.
//! A [`Stream`] that is fed one by one depends on the order as far as borderline articles do.

mod centroid;
mod features;
mod frequencies;
mod index;
mod stream;

pub use self::{
    centroid::{Centroid, Likeness},
    features::{Encoded, Features, Vectors, features},
    frequencies::Frequencies,
    stream::{Event, Settings, Stream},
};
pub use crate::sparse::Sparse;

/// The events of all articles: indices into `articles`, each event ascending, in the order of their ids' articles.
/// The answer is the same for any order of the articles but for the indices.
pub fn cluster(articles: &[Features], settings: &Settings) -> Vec<Event> {
    let mut frequencies = Frequencies::default();
    for article in articles {
        frequencies.observe(article);
    }
    let mut stream = Stream::new(frequencies, settings.clone());
    let singles: Vec<Centroid> = articles.iter().map(|article| stream.weighed(article)).collect();
    let mut order: Vec<usize> = (0..articles.len()).collect();
    order.sort_by_key(|at| articles[*at].order());
    for at in order {
        stream.place(at, articles[at].key, &singles[at]);
    }
    stream.settle(&singles);
    stream.into_events()
}

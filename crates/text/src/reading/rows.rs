//! What is kept of every sentence of an article, in little room: a text of a million sentences must not take a
//! million small allocations.

use std::sync::OnceLock;

use standfirst_core::article::Span;

/// Sentences whose rows are made together.
const TOGETHER: usize = 64;

/// A stretch of a sentence, in half the room of a [`Span`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    start: u32,
    end: u32,
}

impl Place {
    /// From byte `start` to byte `end` of a sentence. Beyond four billion bytes all is one place.
    pub fn new(start: usize, end: usize) -> Self {
        let bounded = |at| u32::try_from(at).unwrap_or(u32::MAX);
        Self { start: bounded(start), end: bounded(end) }
    }
}

impl From<Place> for Span {
    fn from(place: Place) -> Self {
        Self { start: place.start as usize, end: place.end as usize }
    }
}

/// A list for each sentence, made when first asked for, those of a few neighbours at once.
pub(crate) struct Rows<T> {
    count: usize,
    groups: Vec<OnceLock<Group<T>>>,
}

/// The lists of some sentences, one after the other, and where each ends.
struct Group<T> {
    items: Box<[T]>,
    ends: Box<[u32]>,
}

impl<T> Rows<T> {
    /// For so many sentences.
    pub fn new(count: usize) -> Self {
        Self { count, groups: (0..count.div_ceil(TOGETHER)).map(|_| OnceLock::new()).collect() }
    }

    /// The list of a sentence; `push` puts that of any behind the others.
    ///
    /// # Panics
    /// If there is no such sentence.
    pub fn get(&self, sentence: usize, push: impl Fn(usize, &mut Vec<T>)) -> &[T] {
        let first = sentence - sentence % TOGETHER;
        let last = self.count.min(first + TOGETHER);
        let group = self.groups[sentence / TOGETHER].get_or_init(|| Group::new(first..last, push));
        let end = |at: usize| group.ends[at] as usize;
        let at = sentence - first;
        &group.items[at.checked_sub(1).map_or(0, end)..end(at)]
    }
}

impl<T> Group<T> {
    fn new(sentences: std::ops::Range<usize>, push: impl Fn(usize, &mut Vec<T>)) -> Self {
        let mut items = Vec::new();
        let ends = sentences.map(|sentence| {
            push(sentence, &mut items);
            u32::try_from(items.len()).unwrap_or(u32::MAX)
        });
        let ends = ends.collect();
        Self { items: items.into_boxed_slice(), ends }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sentence_has_its_own_list() {
        let rows = Rows::new(TOGETHER * 2 + 3);
        let push = |sentence: usize, list: &mut Vec<usize>| {
            list.extend(std::iter::repeat_n(sentence, sentence % 5));
        };
        for sentence in [0, 1, 4, TOGETHER - 1, TOGETHER, TOGETHER * 2 + 2, 9] {
            assert_eq!(rows.get(sentence, push), vec![sentence; sentence % 5]);
        }
        assert!(std::ptr::eq(rows.get(9, push), rows.get(9, |_, _| panic!("made twice"))));
    }

    #[test]
    fn a_place_is_the_span_that_it_was_made_of() {
        assert_eq!(Span::from(Place::new(3, 7)), Span::new(3, 7));
    }
}

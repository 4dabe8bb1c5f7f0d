//! What a model is shown of an article when it is asked about a target.

use crate::{
    attribution::{self, Speaker},
    entity::Entity,
    reading::{self, Reading},
};
use standfirst_core::{
    article::{Article, Span},
    plugin::Passage,
};

use super::AUTHOR;

/// An article, who is named in it, and who says what.
pub(super) struct Scene<'a> {
    pub article: &'a Article,
    reading: Reading<'a>,
}

/// Where a target is mentioned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// Byte range into the source.
    pub mention: Span,
    /// Index of the sentence.
    pub sentence: usize,
}

/// A passage that owns its text.
pub(super) struct Shown {
    text: String,
    target: Option<Span>,
}

impl Shown {
    pub(super) fn passage(&self) -> Passage<'_> {
        Passage { text: &self.text, target: self.target }
    }
}

impl<'a> Scene<'a> {
    pub(super) fn new(article: &'a Article) -> Self {
        Self { article, reading: reading::of(article) }
    }

    /// Who is named.
    pub(super) fn entities(&self) -> &[Entity] {
        self.reading.entities()
    }

    /// The places at which an entity is judged: the first of each sentence and voice, at most `limit`.
    pub(super) fn places(&self, entity: &Entity, limit: usize) -> Vec<Place> {
        let mut places: Vec<(Place, Option<&Speaker>)> = Vec::new();
        for mention in &entity.mentions {
            let speaker = attribution::at(self.reading.statements(), mention.span.start);
            let known = |(place, other): &(Place, Option<&Speaker>)| {
                place.sentence == mention.sentence && *other == speaker
            };
            if places.len() < limit && !places.iter().rev().take(8).any(known) {
                places.push((Place { mention: mention.span, sentence: mention.sentence }, speaker));
            }
        }
        places.into_iter().map(|(place, _)| place).collect()
    }

    /// Who speaks there.
    pub(super) fn voice(&self, place: &Place) -> String {
        match attribution::at(self.reading.statements(), place.mention.start) {
            None => AUTHOR.to_owned(),
            Some(Speaker::Entity(id)) => self.entities()[*id].name.clone(),
            Some(Speaker::Unnamed(words)) => words.clone(),
        }
    }

    /// The sentence with the target marked; for a model that knows no targets, the words of it that
    /// are in the voice of the place.
    pub(super) fn shown(&self, place: &Place, knows_targets: bool) -> Shown {
        let sentence = &self.article.sentences()[place.sentence];
        if knows_targets {
            let target = self.within(place);
            return Shown { text: sentence.text.clone(), target };
        }
        let document = self.article.document();
        let spans = self.same_voice(sentence.span, place.mention.start);
        let texts: Vec<String> = spans.into_iter().map(|span| document.display(span)).collect();
        Shown { text: texts.join(" ").trim().to_owned(), target: None }
    }

    /// Where the mention stands in the sentence as it is displayed.
    fn within(&self, place: &Place) -> Option<Span> {
        let document = self.article.document();
        let sentence = &self.article.sentences()[place.sentence];
        let before = document.display(Span::new(sentence.span.start, place.mention.start));
        let mention = document.display(place.mention);
        let from = sentence.text.floor_char_boundary(before.len());
        let at = from + sentence.text[from..].find(&mention)?;
        Some(Span::new(at, at + mention.len()))
    }

    /// The parts of a sentence in the voice of byte `at`.
    fn same_voice(&self, sentence: Span, at: usize) -> Vec<Span> {
        let inside = self.reading.statements().iter().filter(|s| s.span.overlaps(sentence));
        let mut bounds: Vec<usize> = inside
            .flat_map(|s| [s.span.start, s.span.end])
            .filter(|bound| (sentence.start..sentence.end).contains(bound))
            .chain([sentence.start, sentence.end])
            .collect();
        bounds.sort_unstable();
        bounds.dedup();
        let speaker = attribution::at(self.reading.statements(), at);
        let parts = bounds.windows(2).map(|pair| Span::new(pair[0], pair[1]));
        parts
            .filter(|part| attribution::at(self.reading.statements(), part.start) == speaker)
            .collect()
    }
}

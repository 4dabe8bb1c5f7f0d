//! Where somebody who is asked about by name is mentioned.

use super::{
    MAX_PLACES,
    passage::{Place, Scene},
};
use crate::{entity::Entity, words};
use standfirst_core::article::Span;

/// The places of whoever is called `name`: of the entity that fits best, or wherever the words stand
/// if they are nobody's name. Empty if they do not.
pub(super) fn places(scene: &Scene<'_>, name: &str) -> Vec<Place> {
    let asked = folded(name);
    if asked.is_empty() {
        return Vec::new();
    }
    match entity(scene, &asked) {
        Some(entity) => scene.places(entity, MAX_PLACES),
        None => literal(scene, &asked),
    }
}

/// Whether the two names may be one person's or body's: one has all the words of the other.
pub fn alike(one: &str, other: &str) -> bool {
    let (one, other) = (folded(one), folded(other));
    is_part(&one, &other) || is_part(&other, &one)
}

fn is_part(part: &[String], whole: &[String]) -> bool {
    !part.is_empty() && part.iter().all(|word| whole.contains(word))
}

/// The words, in lower case.
fn folded(text: &str) -> Vec<String> {
    words::words(text).map(str::to_lowercase).collect()
}

/// Whose whole name it is; else who is mentioned so; else whose name has all its words, or the other
/// way round. Of several the one that is mentioned most.
fn entity<'a>(scene: &'a Scene<'_>, asked: &[String]) -> Option<&'a Entity> {
    let text = &scene.article.document().text;
    let whole = |entity: &Entity| folded(&entity.name) == asked;
    let mentioned = |entity: &Entity| {
        entity.mentions.iter().any(|mention| folded(&text[mention.span.range()]) == asked)
    };
    let part = |entity: &Entity| {
        let own = folded(&entity.name);
        is_part(asked, &own) || is_part(&own, asked)
    };
    let find = |fits: &dyn Fn(&Entity) -> bool| scene.entities().iter().find(|entity| fits(entity));
    find(&whole).or_else(|| find(&mentioned)).or_else(|| find(&part))
}

/// Where the words stand one after another, once a sentence.
fn literal(scene: &Scene<'_>, asked: &[String]) -> Vec<Place> {
    let text = &scene.article.document().text;
    let sentences = scene.article.sentences().iter().enumerate();
    let found = sentences.filter_map(|(sentence, own)| {
        let spans: Vec<Span> = words::spans(&text[own.span.range()], own.span.start).collect();
        let stands = |run: &&[Span]| {
            run.iter().zip(asked).all(|(span, word)| text[span.range()].to_lowercase() == *word)
        };
        let run = spans.windows(asked.len()).find(stands)?;
        let mention = Span::new(run.first()?.start, run.last()?.end);
        Some(Place { mention, sentence })
    });
    found.take(MAX_PLACES).collect()
}

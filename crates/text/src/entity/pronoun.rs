//! Pronouns that can mean one person only.

use std::collections::HashMap;

use super::{Form, Mention, gazetteer::Gender, join::Joined, token::Token};
use crate::lexicon::{PRONOUN, english};

/// How far back a person may have been mentioned last, in sentences.
const REACH: usize = 2;

/// Whether a sentence may mention somebody by pronoun.
pub(super) fn may_be_in(tokens: &[Token<'_>]) -> bool {
    tokens.iter().any(|token| gender(token.word).is_some())
}

/// Adds a mention for every *he* or *she* for which one person comes into question: of those who may
/// be referred to so, the only one in the sentence so far, or else the only one in the nearest
/// sentence before that has one. `sentences` are those in which that [may be](may_be_in), by index.
pub(super) fn mention<'a>(
    entities: &mut [Joined],
    sentences: impl Iterator<Item = (usize, Vec<Token<'a>>)>,
) {
    let mut people: HashMap<usize, Vec<(usize, usize)>> = HashMap::new();
    for (id, entity) in entities.iter().enumerate().filter(|(_, entity)| entity.is_person()) {
        for mention in &entity.mentions {
            people.entry(mention.sentence).or_default().push((mention.span.start, id));
        }
    }
    for (index, tokens) in sentences {
        for token in &tokens {
            let Some(gender) = gender(token.word) else { continue };
            let before = nearest(&people, entities, gender, index, token.span.start);
            if let Some(id) = before {
                entities[id].gender.get_or_insert(gender);
                entities[id].add(Mention {
                    span: token.span,
                    sentence: index,
                    form: Form::Pronoun,
                });
                people.entry(index).or_default().push((token.span.start, id));
            }
        }
    }
}

/// The one person whom a pronoun at byte `at` of sentence `index` can mean.
fn nearest(
    people: &HashMap<usize, Vec<(usize, usize)>>,
    entities: &[Joined],
    gender: Gender,
    index: usize,
    at: usize,
) -> Option<usize> {
    let fits = |id: usize| entities[id].gender.is_none_or(|known| known == gender);
    for sentence in (index.saturating_sub(REACH)..=index).rev() {
        let Some(mentioned) = people.get(&sentence) else { continue };
        let mut found: Vec<usize> = mentioned
            .iter()
            .filter(|(start, id)| *start < at && fits(*id))
            .map(|(_, id)| *id)
            .collect();
        found.sort_unstable();
        found.dedup();
        match found[..] {
            [] => {}
            [only] => return Some(only),
            _ => return None,
        }
    }
    None
}

/// The gender that a pronoun tells, if the word is one that does.
pub(super) fn gender(word: &str) -> Option<Gender> {
    let roles = english().roles(&word.to_lowercase());
    roles.gender().filter(|_| roles.meets(PRONOUN))
}

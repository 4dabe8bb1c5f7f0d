//! Openings that speak of something as if it were known, though nothing in them says which is meant: "The
//! company said", "Despite the rally it rose". The article has named it somewhere before; where exactly, these
//! rules do not ask.

use super::{openers, token::Token};
use crate::lexicon::{Role, SPEECH, english};

/// Words between "the" and its verb, at most.
const NOUN: usize = 4;
/// Words of a phrase before the subject, at most.
const FRONT: usize = 10;

/// How many words the phrase has that opens the sentence and is not explained, if there is one.
pub(super) fn opening(tokens: &[Token<'_>]) -> Option<usize> {
    definite(tokens).or_else(|| fronted(tokens))
}

/// "The", a noun with what says how it is, and a verb: nothing says which one is meant.
fn definite(tokens: &[Token<'_>]) -> Option<usize> {
    let (the, rest) = tokens.split_first()?;
    if the.lower != "the" || the.hyphen {
        return None;
    }
    let verb = rest.iter().take(NOUN + 1).skip(1).position(is_verb)? + 1;
    let (last, before) = rest[..verb].split_last()?;
    let is_told = says_which(last)
        || last.comma
        || before.iter().any(|token| says_which(token) || token.comma || grades(token));
    // "The hard left of the party": no verb after all.
    let is_noun =
        rest.get(verb + 1).is_some_and(|next| matches!(next.lower.as_str(), "of" | "between"));
    let is_known = english().is(&last.lower, Role::Known);
    let is_part = last.lower.ends_with("ly") && !english().is(&last.lower, Role::NoAdverb);
    (!is_told && !is_noun && !is_known && !is_part && !rest[verb].follows_quote).then_some(verb + 2)
}

/// Whether a word makes the noun that it belongs to one that needs nothing before it.
fn says_which(token: &Token<'_>) -> bool {
    let word = token.lower.as_str();
    token.is_capitalised()
        || token.follows_quote
        || token.contracted
        || (word.starts_with(|c: char| c.is_numeric()) && !token.hyphen)
        || english().is(word, Role::Explaining | Role::Function)
}

/// Whether a word says which of several by a degree or by its place: *the biggest yard*.
fn grades(token: &Token<'_>) -> bool {
    let word = token.lower.as_str();
    word.ends_with("est") || matches!(word, "most" | "first" | "last" | "only" | "more" | "less")
}

fn is_verb(token: &Token<'_>) -> bool {
    let word = token.lower.as_str();
    // Not "speed", nor "hundred".
    let is_regular = word.len() > 3
        && word.ends_with("ed")
        && !word.ends_with("eed")
        && word != "hundred"
        && !token.hyphen;
    !token.is_capitalised() && (is_regular || is_known_verb(word))
}

fn is_known_verb(word: &str) -> bool {
    english().is(word, SPEECH | Role::Auxiliary | Role::Alone | Role::Irregular)
}

/// A phrase before a subject that is a pronoun, in a sentence that names nobody: "Despite the rally it rose"; or one
/// that points itself: "With that in mind".
fn fronted(tokens: &[Token<'_>]) -> Option<usize> {
    let (first, rest) = tokens.split_first()?;
    let named = |token: &Token<'_>| token.is_capitalised() && token.lower != "i";
    if !english().is(&first.lower, Role::Fronting) {
        return None;
    }
    if points(first, rest) {
        return Some(2);
    }
    // "In it, the report says".
    if rest.first().is_some_and(|pronoun| pronoun.comma && is_pronoun(&pronoun.lower, Role::Object))
    {
        return Some(2);
    }
    if rest.iter().any(named) {
        return None;
    }
    let front = rest.iter().take(FRONT);
    let at = front
        .take_while(|token| !openers::is_person(&token.lower))
        .position(|token| is_pronoun(&token.lower, Role::Subject))?;
    // "In the cold it"; but "as it fell" has what it speaks of behind it.
    let pronoun = rest.get(at)?;
    (at > 0 && openers::stands_for_something(pronoun, &rest[at + 1..])).then_some(at + 2)
}

/// Whether it is a pronoun in this `case`: as a subject, or as it stands behind a preposition.
fn is_pronoun(word: &str, case: Role) -> bool {
    let roles = english().roles(word);
    roles.meets(case) && !roles.meets(Role::Reflexive)
}

/// Whether the phrase that `front` opens itself points back: "With that in mind", "Despite this"; not "Given that he
/// left", "For those who live here".
fn points(front: &Token<'_>, rest: &[Token<'_>]) -> bool {
    let [pointer, next, ..] = rest else { return false };
    let is_explained = !pointer.comma && next.is_capitalised()
        || matches!(next.lower.as_str(), "who" | "whose" | "which" | "of" | "with")
        || openers::is_time(&next.lower);
    let is_clause = matches!(front.lower.as_str(), "as" | "given")
        || openers::is_pronoun_of_people(&next.lower);
    let is_pointer = matches!(pointer.lower.as_str(), "this" | "that" | "these" | "those" | "then");
    is_pointer && !is_explained && !is_clause
}

//! The words that open a sentence and point out of it, and those that only look as if they did.

use super::{Kind, token::Token};
use crate::lexicon::{PRONOUN, Role, english};

/// How a connective hangs on what it connects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Connective {
    /// Without it the sentence says the same.
    Plain,
    /// Without it the sentence says something else.
    Conditional,
}

impl Connective {
    /// The kind of part that it is.
    pub(super) fn kind(self) -> Kind {
        match self {
            Self::Plain => Kind::Connective,
            Self::Conditional => Kind::Condition,
        }
    }
}

/// Words between "it is" and such a clause, at most.
const FAR: usize = 12;

/// The connective that opens `tokens`, if one does, and the words after it.
pub(super) fn connective<'t, 'a>(tokens: &'t [Token<'a>]) -> (Option<Connective>, &'t [Token<'a>]) {
    for known in english().connectives() {
        let Some(rest) = after(tokens, &known.words) else { continue };
        let (Some(last), Some(next)) = (tokens.get(tokens.len() - rest.len() - 1), rest.first())
        else {
            continue;
        };
        let excepted = known.except.contains(&next.lower.as_str());
        if (last.comma || !known.comma) && !last.hyphen && !excepted {
            let conditional = known.conditional;
            let kind = if conditional { Connective::Conditional } else { Connective::Plain };
            return (Some(kind), rest);
        }
    }
    (None, tokens)
}

/// The words after those of `phrase`, if `tokens` open with it.
fn after<'t, 'a>(tokens: &'t [Token<'a>], phrase: &[&str]) -> Option<&'t [Token<'a>]> {
    let mut rest = tokens;
    for word in phrase {
        let (first, others) = rest.split_first()?;
        if first.lower != *word || first.contracted {
            return None;
        }
        rest = others;
    }
    Some(rest)
}

/// Whether a word in small letters is a pronoun that stands for a person.
pub(super) fn is_pronoun_of_people(word: &str) -> bool {
    let roles = english().roles(word);
    roles.gender().is_some() && roles.meets(PRONOUN) && !roles.meets(Role::Reflexive)
}

/// Whether the sentence opens with a pronoun that stands for something.
pub(super) fn is_pronoun(tokens: &[Token<'_>]) -> bool {
    let Some(first) = tokens.first() else { return false };
    let roles = english().roles(&first.lower);
    if first.hyphen || !roles.meets(PRONOUN) || roles.meets(Role::Reflexive) {
        return false;
    }
    stands_for_something(first, &tokens[1..])
}

/// Whether a pronoun is not the "it" of "it rained".
pub(super) fn stands_for_something(pronoun: &Token<'_>, rest: &[Token<'_>]) -> bool {
    let roles = english().roles(&pronoun.lower);
    let may_be_empty = roles.meets(Role::Neuter) && roles.meets(Role::Subject);
    !may_be_empty || !is_empty_it(pronoun, rest)
}

/// Whether "it" stands for nothing: "It is thought that", "It rained", "It was Smith who".
fn is_empty_it(it: &Token<'_>, rest: &[Token<'_>]) -> bool {
    let Some(next) = rest.first() else { return false };
    let verb = next.lower.as_str();
    if english().is(verb, Role::Impersonal) {
        let onward = rest.get(1).is_some_and(|next| english().is(&next.lower, Role::Onward));
        return !(onward && english().is(verb, Role::Moving));
    }
    let is = it.contracted || english().is(verb, Role::Auxiliary);
    is && rest.iter().take(FAR).any(|token| english().is(&token.lower, Role::Cleft))
}

/// How many words the pointing phrase has that opens the sentence, if one does.
pub(super) fn demonstrative(tokens: &[Token<'_>]) -> Option<usize> {
    let [first, next, ..] = tokens else { return None };
    let (word, noun) = (first.lower.as_str(), next.lower.as_str());
    let third = tokens.get(2);
    match word {
        "this" | "these" if is_time(noun) => None,
        "this" | "these" => {
            let alone = first.contracted || is_verb(noun) || noun.ends_with("ed");
            Some(if alone { 1 } else { 2 })
        }
        "that" if first.contracted => Some(1),
        "that" | "those" | "neither" if is_verb(noun) => Some(1),
        "such" if !matches!(noun, "as" | "is" | "was" | "a" | "an") => Some(2),
        "both" if is_verb(noun) || english().is(noun, Role::Several) => {
            Some(if is_verb(noun) { 1 } else { 2 })
        }
        "another" if is_verb(noun) || is_speech(noun) => Some(1),
        "the" if english().is(noun, Role::Pointing) && !is_explained(next, third) => Some(2),
        _ => None,
    }
}

/// Whether the noun means a time, with which "this" points at the time of writing.
pub(super) fn is_time(noun: &str) -> bool {
    english().is(noun, Role::Time) || english().calendar().is_full_name(noun)
}

/// Whether the words behind a noun say which one is meant.
fn is_explained(noun: &Token<'_>, next: Option<&Token<'_>>) -> bool {
    let Some(next) = next else { return true };
    let names_it = next.is_capitalised() || next.follows_quote || noun.hyphen;
    noun.contracted || names_it || english().is(&next.lower, Role::Explaining)
}

/// Whether it is a verb that follows a pronoun standing alone.
fn is_verb(word: &str) -> bool {
    english().is(word, Role::Auxiliary | Role::Alone)
}

/// Whether it is a verb of saying.
pub(super) fn is_speech(word: &str) -> bool {
    english().is(word, Role::Remark)
}

/// Whether it is a word for a person.
pub(super) fn is_person(word: &str) -> bool {
    english().is(word, Role::Person)
}

/// Whether it opens sentences and names nobody.
pub(super) fn is_function_word(word: &str) -> bool {
    english().is(word, Role::Function)
}

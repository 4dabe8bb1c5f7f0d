//! Sentences that lean on one that is not there: "He resigned", "But the bridge held", "The decision
//! came late". In an article the sentence before answers them; in an abstract it may be gone, and a
//! reader is misled (Zhang, Wan & Bansal 2023, *Extractive is not Faithful*, find it in three of ten
//! extractive summaries).
//!
//! The rules know English, and look at the opening of a sentence and at who is said to speak a
//! quotation that opens it. They are made to be right when they speak rather than to find
//! everything: a pronoun further inside is left alone.

mod openers;
mod token;
mod vague;

use crate::{reading::rows::Place, words};
use standfirst_core::article::Span;
use token::{MAX_WORDS, Token, tokens};

/// What a sentence leans on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A pronoun whose name stands elsewhere: "He resigned."
    Pronoun,
    /// A pointing word or a noun that points back: "This angered them", "The decision came late".
    Demonstrative,
    /// A connective that answers something: "But the bridge held." Taken away, what is left says the
    /// same.
    Connective,
    /// A connective that carries a condition or a choice: "Otherwise it will fall." Taken away, what
    /// is left says something else.
    Condition,
}

/// A part of a sentence that points outside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dangling {
    /// What kind of part.
    pub kind: Kind,
    /// Bytes of the sentence: the pronoun or the noun phrase, or the connective with the comma and the
    /// blank after it, so that what follows is the sentence without it.
    pub span: Span,
}

/// A [`Dangling`] as it is kept of every sentence, in half the room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Part {
    kind: Kind,
    place: Place,
}

impl From<Dangling> for Part {
    fn from(Dangling { kind, span }: Dangling) -> Self {
        Self { kind, place: Place::new(span.start, span.end) }
    }
}

impl From<Part> for Dangling {
    fn from(Part { kind, place }: Part) -> Self {
        Self { kind, span: place.into() }
    }
}

/// The first part of `sentence` that points at something a reader has not read, if there is one.
///
/// `before` is the sentence that a reader reads immediately before it, if that is also what the writer
/// put before it; with another sentence there, or none, nothing is answered. English only: the rules
/// say nothing useful of another language.
pub fn find(sentence: &str, before: Option<&str>) -> Option<Dangling> {
    Lean::of(sentence).find(before.map(Lean::of).as_ref())
}

/// All that matters of a sentence here, read once for any question that [`find`] answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lean {
    /// The connective that opens it.
    connective: Option<Part>,
    /// The pronoun or the pointing phrase, behind the connective.
    pointer: Option<Part>,
    /// Whether that is a pronoun of people.
    of_people: bool,
    /// Whether it names or describes somebody.
    names_somebody: bool,
    /// What opens it as if it were known.
    vague: Option<Place>,
}

impl Lean {
    /// What a sentence leans on, and what one after it may lean on.
    pub fn of(sentence: &str) -> Self {
        let words: Vec<Span> = words::spans(sentence, 0).take(MAX_WORDS).collect();
        Self::view(sentence, &words)
    }

    /// The same where the [`words`](words::words) of the sentence are known.
    pub(crate) fn view(sentence: &str, words: &[Span]) -> Self {
        let tokens = tokens(sentence, words);
        let (connective, rest) = openers::connective(&tokens);
        let pointer = opening(rest).or_else(|| speaker(sentence, &tokens));
        Self {
            connective: connective.map(|connective| {
                let end = rest.first().map_or(sentence.len(), |token| token.lead);
                Part { kind: connective.kind(), place: Place::new(tokens[0].start, end) }
            }),
            pointer: pointer.map(Part::from),
            of_people: pointer.is_some_and(|pointer| is_of_people(&sentence[pointer.span.range()])),
            names_somebody: names_somebody(&tokens),
            vague: vague::opening(rest).map(|count| Place::new(rest[0].start, rest[count - 1].end)),
        }
    }

    /// Whether it names or describes somebody.
    pub fn names_somebody(&self) -> bool {
        self.names_somebody
    }

    /// Bytes of what opens it as if the reader knew what is meant, with the verb: "The company said", "Despite the
    /// rally it". Other than what [`find`](Self::find) finds, it need not be wrong to read it first: how much is lost
    /// depends on what else a reader has.
    pub fn vague(&self) -> Option<Span> {
        self.vague.map(Span::from)
    }

    /// What [`find`] finds, if `before` is the lean of the sentence before.
    pub fn find(&self, before: Option<&Self>) -> Option<Dangling> {
        let found = match before {
            None => self.connective.or(self.pointer),
            Some(before) => self.pointer.filter(|_| self.of_people && !before.names_somebody),
        };
        found.map(Dangling::from)
    }
}

/// A pronoun or a pointing phrase that opens what is left of the sentence.
fn opening(tokens: &[Token<'_>]) -> Option<Dangling> {
    let first = tokens.first()?;
    let over = |count: usize| Span::new(first.start, tokens[count - 1].end);
    if openers::is_pronoun(tokens) {
        return Some(Dangling { kind: Kind::Pronoun, span: over(1) });
    }
    let count = openers::demonstrative(tokens)?;
    Some(Dangling { kind: Kind::Demonstrative, span: over(count) })
}

/// The pronoun in `"…," he said` when the sentence names nobody outside its quotation.
fn speaker(sentence: &str, tokens: &[Token<'_>]) -> Option<Dangling> {
    let first = tokens.first()?;
    if !sentence[..first.start].contains(['"', '“', '‘', '\'']) {
        return None;
    }
    let close = sentence[first.end..].find(['"', '”', '’']).map(|at| first.end + at)?;
    let at = tokens.iter().position(|token| token.start > close && token.follows_quote)?;
    let [pronoun, verb, ..] = &tokens[at..] else { return None };
    let speaks = openers::is_pronoun_of_people(&pronoun.lower)
        && openers::is_speech(&verb.lower)
        && !tokens[at..].iter().any(Token::is_capitalised);
    speaks.then_some(Dangling { kind: Kind::Pronoun, span: Span::new(pronoun.start, pronoun.end) })
}

fn is_of_people(pronoun: &str) -> bool {
    openers::is_pronoun_of_people(&pronoun.to_lowercase())
}

/// Whether somebody is named or described: a capital inside the sentence, or a word for a person.
fn names_somebody(tokens: &[Token<'_>]) -> bool {
    let named = |(i, token): (usize, &Token<'_>)| {
        let is_name = token.is_capitalised() && token.lower != "i";
        is_name && (i > 0 || !openers::is_function_word(&token.lower))
            || openers::is_person(&token.lower)
    };
    tokens.iter().enumerate().any(named)
}

#[cfg(test)]
mod tests;

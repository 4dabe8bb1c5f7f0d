//! Mentions by office: *the foreign minister* for whoever was called foreign minister before.

use std::borrow::Cow;

use super::{Form, Kind, Mention, gazetteer::is_title, join::Joined, token::Token};
use crate::lexicon::{Role, english};
use standfirst_core::article::Span;

/// Longest office that is looked for, in words.
const MAX_WORDS: usize = 4;

/// Whether a sentence may mention somebody by office.
pub(super) fn may_be_in(tokens: &[Token<'_>]) -> bool {
    let the = tokens.iter().position(is_the);
    the.is_some_and(|at| tokens[at..].iter().any(|token| is_title(token.word)))
}

fn is_the(token: &Token<'_>) -> bool {
    token.word.eq_ignore_ascii_case("the")
}

/// Adds a mention for every `the` and office that one person only was called by. `sentences` are those in which
/// that [may be](may_be_in), by index.
pub(super) fn mention<'t, 'a: 't>(
    entities: &mut [Joined],
    sentences: impl Iterator<Item = (usize, Cow<'t, [Token<'a>]>)>,
) {
    for (index, tokens) in sentences {
        for at in 0..tokens.len() {
            if !is_the(&tokens[at]) {
                continue;
            }
            if let Some((end, phrase)) = office(&tokens, at + 1)
                && let Some(holder) = holder(entities, &phrase)
            {
                let span = Span::new(tokens[at + 1].span.start, tokens[end - 1].span.end);
                entities[holder].add(Mention { span, sentence: index, form: Form::Office });
            }
        }
    }
}

/// The office that begins at `start`: its end and its words, lower-cased. It ends with a title that
/// no name follows.
fn office(tokens: &[Token<'_>], start: usize) -> Option<(usize, String)> {
    let within = start..tokens.len().min(start + MAX_WORDS);
    let run = tokens[within].iter().take_while(|token| token.follows_closely());
    let end = start + run.take_while(|t| !t.possessive || is_title(t.word)).count();
    let last = (start..end).rev().find(|&at| is_title(tokens[at].word))?;
    let next = tokens.get(last + 1);
    let named = next.is_some_and(|t| {
        t.follows_closely() && (t.is_capital() || t.word == "of" || is_title(t.word))
    });
    let words = tokens[start..=last].iter().map(|t| t.word.to_lowercase());
    (!named).then(|| (last + 1, words.collect::<Vec<_>>().join(" ")))
}

/// The one person who was called by the office, or by one that ends with its words or that its words end with. Where
/// both have words before that the other has not, it is another office: *the Norway manager*, *assistant manager*.
fn holder(entities: &[Joined], phrase: &str) -> Option<usize> {
    let called = |title: &String| {
        title == phrase
            || title.strip_suffix(phrase).is_some_and(|before| before.ends_with(' '))
            || phrase.strip_suffix(title.as_str()).is_some_and(|before| before.ends_with(' '))
    };
    if english().is(phrase, Role::Vague) {
        return None;
    }
    let mut holders = entities.iter().enumerate().filter(|(_, entity)| {
        entity.kind == Some(Kind::Person) && entity.titles.iter().any(called)
    });
    let (first, _) = holders.next()?;
    holders.next().is_none().then_some(first)
}

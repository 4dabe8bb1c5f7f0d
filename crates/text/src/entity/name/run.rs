//! Where a run of words that are one name ends: over small words, possessives and partners.

use std::ops::Range;

use super::super::{
    capital,
    gazetteer::{
        country, is_body, is_demonym, is_front, is_given, is_ordinary, is_organisation_word,
        is_place, is_title,
    },
    token::{Shape, Token},
};
use crate::lexicon::{Role, english, lowered};

/// One past the run of words that begins at `start`.
pub(super) fn run_end(tokens: &[Token<'_>], start: usize) -> usize {
    let mut end = start + 1;
    loop {
        match tokens.get(end) {
            Some(_) if tokens[end - 1].possessive => match owned_body(tokens, end - 1) {
                Some(further) => end = further,
                None => break,
            },
            Some(next) if next.follows_closely() && capital::goes_on(tokens, start, end) => {
                if meet(tokens, start..end) {
                    break;
                }
                end += 1;
            }
            Some(_) => match after_link(tokens, start..end) {
                Some(further) => end = further,
                None => break,
            },
            None => break,
        }
    }
    end
}

/// One past the capital after the possessive `owner`, if both are of the name of a body: *Children's Hill
/// Hospital*, *Sheriff's Office*. What is somebody's own has another name: *Hale's Foreign Office*.
fn owned_body(tokens: &[Token<'_>], owner: usize) -> Option<usize> {
    let (own, next) = (&tokens[owner], owner + 1);
    let blank = tokens[next].gap.trim_start_matches(['\'', '’']);
    if own.shape != Shape::Capital || blank.is_empty() || !blank.chars().all(char::is_whitespace) {
        return None;
    }
    let words = (next..tokens.len().min(next + MAX_WORDS))
        .take_while(|&at| tokens[at].is_capital() && (at == next || tokens[at].follows_closely()));
    let body = words
        .into_iter()
        .position(|at| is_organisation_word(tokens[at].word) && !is_body(tokens[at].word))?;
    let word = own.word.to_lowercase();
    let plural = own.whole.ends_with(['\'', '’']) && is_ordinary(&word) && !is_body(own.word);
    let group = plural || english().is(&word, Role::Crowd);
    (group || body == 0 && is_title(&word) && english().is(&word, Role::Title)).then_some(next + 1)
}

/// Longest name of a body after such a possessive, in words.
const MAX_WORDS: usize = 4;

/// Whether the given name after the run begins another name: "the envoy to NATO Ivan Petrov", "in London
/// Ann Cole".
fn meet(tokens: &[Token<'_>], run: Range<usize>) -> bool {
    if !is_given(tokens[run.end].word) {
        return false;
    }
    let surname = tokens.get(run.end + 1).is_some_and(|t| t.follows_closely() && t.is_capital());
    // "Sydney Robert Lane" is somebody, too, but "in Sydney Robert Lane" is not.
    let before = run.start.checked_sub(1).map(|at| tokens[at].word.to_lowercase());
    let within = run.len() > 1
        || country(tokens[run.start].word).is_some()
        || before.is_some_and(|word| english().is(&word, Role::NoEdge));
    tokens[run.end - 1].shape == Shape::Acronym || surname && within && is_somewhere(tokens, run)
}

/// Whether the run is a place, and no more.
fn is_somewhere(tokens: &[Token<'_>], run: Range<usize>) -> bool {
    let opener = run.start == 0
        && run.len() > 1
        && english().is(&lowered(tokens[0].word), Role::Function | Role::Of);
    let words: Vec<&str> =
        tokens[run.start + usize::from(opener)..run.end].iter().map(|t| t.word).collect();
    let name = words.join(" ");
    is_place(&name) || country(&name).is_some() && !is_given(&name)
}

/// One past the capital after the small words that follow the run, if they belong to a name.
fn after_link(tokens: &[Token<'_>], run: Range<usize>) -> Option<usize> {
    let link = tokens.get(run.end)?;
    if is_ampersand(link) {
        return pairs(tokens, &run).then_some(run.end + 1);
    }
    if !link.follows_closely() {
        return None;
    }
    if capital::front(tokens[run.end - 1].word).is_some() {
        return None;
    }
    let closely = |at: usize| {
        tokens.get(at).is_some_and(|t| t.follows_closely() && capital::begins(tokens, at))
    };
    if english().is(link.word, Role::Particle) && !is_somewhere(tokens, run.clone()) {
        let next = run.end + 1;
        let second = tokens.get(next).is_some_and(|t| english().is(t.word, Role::Particle));
        let at = if second { next + 1 } else { next };
        return closely(at).then_some(at + 1);
    }
    // "An X-ray of the GP" joins two common nouns.
    let common = english().is(tokens[run.end - 1].word, Role::Generic);
    if common || !english().is(link.word, Role::Link) || !links(tokens, &run, link.word) {
        return None;
    }
    // "Department and Congress" are two: what `and` joins must end in a word of organisations.
    let the = tokens.get(run.end + 1).is_some_and(|token| token.word == "the");
    let at = run.end + 1 + usize::from(the && link.word != "and");
    let joined = link.word != "and"
        || is_portfolio(tokens, &run)
        || tokens[at.min(tokens.len())..]
            .iter()
            .take_while(|t| t.is_capital() && t.follows_closely())
            .any(|t| is_organisation_word(t.word) && !is_body(t.word));
    (joined && closely(at)).then_some(at + 1)
}

/// Whether nothing but `&` stands before it.
pub(super) fn is_ampersand(token: &Token<'_>) -> bool {
    token.gap.trim() == "&"
}

/// Whether the run and what follows after `&` are one name: *Lane & Holt*, but not *Ann Lane & Tom Holt*.
fn pairs(tokens: &[Token<'_>], run: &Range<usize>) -> bool {
    let next = run.end;
    let given = |at: usize| is_given(tokens[at].word);
    let full = tokens.get(next + 1).is_some_and(|t| t.follows_closely() && t.is_capital());
    capital::begins(tokens, next)
        && tokens[run.end - 1].word.len() > 1
        && !(given(run.start) && (run.len() > 1 || given(next)))
        && !(given(next) && full)
        && !is_somewhere(tokens, run.clone())
}

/// Whether the small word after the run may go on with it: *Department of …*, but not *Secretary Holt of …*.
fn links(tokens: &[Token<'_>], run: &Range<usize>, link: &str) -> bool {
    let last = &tokens[run.end - 1];
    if is_somewhere(tokens, run.clone()) {
        return false;
    }
    match link {
        "of" => is_official(last.word) || is_headed(tokens, run),
        // "Democracy for America".
        "for" if run.len() == 1 && run.start > 0 => {
            is_official(last.word) || is_ordinary(last.word)
        }
        // "Duke University and …" is whole.
        "and" if is_organisation_word(last.word) => false,
        "and" if is_described(tokens, run) => true,
        _ => !is_body(last.word) && tokens[run.clone()].iter().any(|t| is_official(t.word)),
    }
}

/// Whether the run is one word with *the* before it inside a sentence, which `of` goes on with: *the Isle of
/// Sheppey*. Peoples and well-known bodies are whole.
fn is_headed(tokens: &[Token<'_>], run: &Range<usize>) -> bool {
    let word = &tokens[run.start];
    let the = run.start > 0 && tokens[run.start - 1].word.eq_ignore_ascii_case("the");
    // "the State of Israel" is Israel.
    let whole = tokens
        .get(run.end + 1)
        .is_some_and(|t| is_place(t.word) || country(t.word).is_some() || is_body(t.word));
    run.len() == 1
        && !whole
        && word.shape == Shape::Capital
        && word.follows_closely()
        && (the || is_front(word.word) && run.start > 0)
        && !is_given(word.word)
        && !is_demonym(word.word)
        && !is_body(word.word)
}

/// Whether the run says with ordinary words, after *the*, what a body is for: *the Regional Water and Sewage
/// Service*.
fn is_described(tokens: &[Token<'_>], run: &Range<usize>) -> bool {
    let the = run.start.checked_sub(1).is_some_and(|at| tokens[at].word == "the");
    the && run.len() > 1
        && tokens[run.clone()].iter().all(|t| {
            t.shape == Shape::Capital
                && is_ordinary(t.word)
                && !is_given(t.word)
                && !is_title(t.word)
        })
}

/// Whether the run ends with what a department is of, and `and` and another such word follow: *Department
/// of Trade and Industry*.
fn is_portfolio(tokens: &[Token<'_>], run: &Range<usize>) -> bool {
    let of = tokens[run.clone()].iter().any(|t| english().is(t.word, Role::Link));
    let field = |at: usize| {
        tokens.get(at).is_some_and(|t| is_field(t.word) && !is_organisation_word(t.word))
    };
    of && field(run.end - 1) && field(run.end + 1)
}

/// Whether a department may be of it: an ordinary word, or one that is built as such words are.
fn is_field(word: &str) -> bool {
    const ENDINGS: [&str; 9] =
        ["tion", "sion", "ment", "ing", "ity", "ics", "ence", "ture", "ology"];
    is_ordinary(word) || !is_given(word) && ENDINGS.iter().any(|ending| word.ends_with(ending))
}

/// Whether `of` after this word goes on with the name: `Department of …`, `Secretary of …`.
fn is_official(word: &str) -> bool {
    is_organisation_word(word) || is_title(word)
}

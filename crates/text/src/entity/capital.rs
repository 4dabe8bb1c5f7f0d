//! Which words with a capital are of names. Months, streets and acts name nobody, but `April` does before a
//! surname, and `World` before *Health Organization*; `Will` and `Mark` open sentences as verbs.

use std::ops::Range;

use super::{
    gazetteer::{
        country, is_body, is_given, is_nobody, is_ordinary, is_organisation_word, is_thing,
        is_title,
    },
    token::{Shape, Token},
};
use crate::lexicon::{Role, SPEECH, english, lowered};

/// Whether a name may begin at token `at`.
pub(super) fn begins(tokens: &[Token<'_>], at: usize) -> bool {
    let token = &tokens[at];
    token.is_capital()
        && !is_shouted(tokens, at)
        && !is_tag(token.word)
        && !is_small(tokens, at)
        && !is_handle(tokens, at)
        && (!is_nobody(token.word) || names_somebody(tokens, at))
}

/// Whether it is of a handle or a hashtag (`@Ann_Cole`), or of the sign of a currency (`US$`).
fn is_handle(tokens: &[Token<'_>], at: usize) -> bool {
    tokens[at].gap.ends_with(['@', '#', '_'])
        || tokens.get(at + 1).is_some_and(|t| t.gap.starts_with(['_', '$']))
}

/// Whether it is no acronym but a word in capitals: *PHOTOS*, of a headline. Of few letters it may be one all the
/// same, if no other such word stands beside it.
fn is_shouted(tokens: &[Token<'_>], at: usize) -> bool {
    let token = &tokens[at];
    if token.shape != Shape::Acronym || is_body(token.word) || country(token.word).is_some() {
        return false;
    }
    let letters = token.word.len();
    let spelt = |other: Option<&Token<'_>>| other.is_some_and(|t| t.shape == Shape::Acronym);
    let beside = token.follows_closely() && spelt(at.checked_sub(1).map(|before| &tokens[before]))
        || spelt(tokens.get(at + 1).filter(|t| t.follows_closely()));
    let word = is_ordinary(token.word);
    (letters > MAX_ACRONYM && !is_speaker(tokens, at))
        || letters > 3 && word
        || beside && (word || english().is_stop_word(token.word))
}

/// Letters of the longest acronym.
const MAX_ACRONYM: usize = 6;

/// Whether token `at` says who speaks in a transcript: *LINDQVIST: That is so.*
pub(super) fn is_speaker(tokens: &[Token<'_>], at: usize) -> bool {
    let follows = tokens.get(at + 1).is_some_and(|t| t.gap.starts_with(':'));
    at == 0 && follows && tokens[at].word.len() > MAX_ACRONYM
}

/// Whether it says of which party and state somebody is: *D-Mass*.
fn is_tag(word: &str) -> bool {
    matches!(word.as_bytes(), [b'D' | b'R' | b'I', b'-', state, ..] if state.is_ascii_uppercase())
}

/// The name that such a word only begins with: *Hale-led*, *Qaeda-sanctioned*.
pub(super) fn front(word: &str) -> Option<&str> {
    let (front, tail) = word.rsplit_once('-')?;
    let participle = tail.len() > 4 && (tail.ends_with("ed") || tail.ends_with("ing"));
    let adjective = participle || english().is(tail, Role::Tail);
    (tail.starts_with(char::is_lowercase) && adjective).then_some(front)
}

/// Whether it is a small word inside a headline: *Weighs In On Hale*. What opens a sentence has its capital
/// from there; *The* may be of the name of a newspaper.
fn is_small(tokens: &[Token<'_>], at: usize) -> bool {
    let token = &tokens[at];
    if at == 0 || !token.follows_closely() || token.shape != Shape::Capital {
        return false;
    }
    if token.word == "The" {
        return !tokens.get(at + 1).is_some_and(|t| t.follows_closely() && t.is_capital());
    }
    // "on their licence A Lakeside Police spokesman": a sentence without its stop before it.
    if matches!(token.word, "A" | "An") {
        return tokens[at - 1].shape == Shape::Lower;
    }
    let small = Role::PhraseEnd | Role::Of | Role::Subject;
    english().is(&lowered(token.word), small) && !is_given(token.word)
}

/// Whether the name that begins at token `start` may go on with token `at`.
pub(super) fn goes_on(tokens: &[Token<'_>], start: usize, at: usize) -> bool {
    let token = &tokens[at];
    if !token.is_capital() || token.word == "The" || front(tokens[at - 1].word).is_some() {
        return false;
    }
    if begins(tokens, at) || is_thing(token.word) {
        return true;
    }
    // "Theresa May", but not "told Theresa May 3 was too late".
    let given = at == start + 1 && is_given(tokens[start].word);
    given && is_month(token.word) && !numbered(tokens, at + 1)
}

/// Whether a word that mostly names nobody is of a name at token `at`.
fn names_somebody(tokens: &[Token<'_>], at: usize) -> bool {
    let word = tokens[at].word;
    let Some(next) = tokens.get(at + 1) else { return titled(tokens, at) && is_month(word) };
    // "Hillary and Bill", but not "the Bill".
    let within = at > 0 && tokens[at].follows_closely();
    if within && is_given(word) && is_thing(word) && !determined(tokens, at) && next.word != "of" {
        return true;
    }
    if is_month(word) && titled(tokens, at) && !numbered(tokens, at + 1) {
        return true;
    }
    if tokens[at].possessive || !next.follows_closely() {
        return false;
    }
    if is_given(word) {
        let surname = next.shape == Shape::Capital
            && !is_nobody(next.word)
            && !is_organisation_word(next.word);
        return surname && !(is_month(word) && dated(tokens, at));
    }
    // "World Health Organization".
    let run = tokens[at + 1..].iter().take_while(|t| t.follows_closely() && t.is_capital());
    is_thing(word) && run.take(MAX_WORDS).any(|t| is_organisation_word(t.word))
}

/// Longest name of a body that begins with a word such as `World`, in words.
const MAX_WORDS: usize = 5;

fn is_month(word: &str) -> bool {
    english().calendar().written(word).is_some() && (is_given(word) || word == "May")
}

/// Whether a title stands before token `at`, as part of its name.
fn titled(tokens: &[Token<'_>], at: usize) -> bool {
    let before = at.checked_sub(1).map(|before| &tokens[before]);
    tokens[at].follows_closely()
        && before.is_some_and(|t| t.is_capital() && is_title(t.word) && !t.possessive)
}

/// Whether an article or another name stands before token `at`: *the Bill*, *the Health Bill*.
fn determined(tokens: &[Token<'_>], at: usize) -> bool {
    at.checked_sub(1).is_some_and(|before| {
        let before = &tokens[before];
        english().is(&lowered(before.word), Role::Determiner)
            || before.is_capital() && !is_title(before.word)
    })
}

/// Whether what stands before token `at` says when something is: *in April*, *last May*.
fn dated(tokens: &[Token<'_>], at: usize) -> bool {
    let before = at.checked_sub(1).map(|before| tokens[before].word.to_lowercase());
    before.is_some_and(|word| english().is(&word, Role::Dated))
}

fn numbered(tokens: &[Token<'_>], at: usize) -> bool {
    tokens.get(at).is_some_and(|t| t.follows_closely() && t.shape == Shape::Number)
}

/// Whether what stands right before a word lets an ordinary one have a capital: more than a comma.
pub(super) fn opens(token: &Token<'_>) -> bool {
    !token.follows_closely() && token.gap.trim() != ","
}

/// Whether a single word does what people do, so that it is a name although it is a word: *Black said*. Several
/// of a kind do so, too (*Bankers said*), and so do those whom nobody knows (*Police said*).
pub(super) fn speaks(tokens: &[Token<'_>], at: usize) -> bool {
    let word = tokens[at].word;
    let several = word.ends_with('s') || english().is(word, Role::Opener);
    let function = english().is(&lowered(word), Role::Function | Role::Subject | Role::NoHead);
    tokens[at].shape == Shape::Capital
        && !several
        && !function
        && !english().is_stop_word(word)
        && tokens.get(at + 1).is_some_and(|t| t.follows_closely() && english().is(t.word, SPEECH))
}

/// Whether the run opens its sentence with a verb that asks: *Will Hale resign?* `asks` says whether the
/// sentence is a question.
pub(super) fn asks(tokens: &[Token<'_>], run: &Range<usize>, asks: bool) -> bool {
    let verb = english().is(&lowered(tokens[run.start].word), Role::Auxiliary);
    let told = tokens.get(run.end).is_some_and(|t| {
        t.gap.starts_with(',') || t.follows_closely() && english().is(t.word, SPEECH)
    });
    asks && verb && run.start == 0 && run.len() > 1 && !told
}

/// Whether a given name that opens its sentence alone may be an ordinary word as well: *Mark the date*,
/// *Hope is fading*. What people only do or have tells otherwise.
pub(super) fn is_doubtful(tokens: &[Token<'_>], run: &Range<usize>) -> bool {
    let token = &tokens[run.start];
    let opens = run.start == 0 || opens(token);
    let word = is_ordinary(token.word) || english().is(token.word, Role::Wordlike);
    if run.len() > 1 || !opens || !is_given(token.word) || !word {
        return false;
    }
    let acts = |t: &Token<'_>| t.follows_closely() && english().is(t.word, SPEECH);
    !token.possessive && !tokens.get(run.end).is_some_and(acts) && !has_partner(tokens, run)
}

/// Whether what follows an opening word shows that it is no name: *Will the bill pass?*
pub(super) fn is_governed(tokens: &[Token<'_>], run: &Range<usize>) -> bool {
    tokens.get(run.end).is_some_and(|t| {
        t.follows_closely()
            && (english().is(t.word, Role::Determiner | Role::Subject) || t.shape == Shape::Number)
    })
}

/// Whether somebody with a surname shares it: *Ray and Pearl Haddad*.
pub(super) fn has_partner(tokens: &[Token<'_>], run: &Range<usize>) -> bool {
    let [and, given, surname] = [0, 1, 2].map(|further| tokens.get(run.end + further));
    let closely = |token: Option<&Token<'_>>| token.is_some_and(Token::follows_closely);
    run.len() == 1
        && is_given(tokens[run.start].word)
        && and.is_some_and(|t| t.word == "and")
        && given.is_some_and(|t| is_given(t.word))
        && surname.is_some_and(|t| t.is_capital() && !is_nobody(t.word))
        && [and, given, surname].into_iter().all(closely)
}

//! Does a clause tell of what was or of what is to come? The verb nearest to a time expression says which
//! *Tuesday* is meant.

use super::token::Token;

/// Where a clause looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tense {
    /// Back.
    Past,
    /// Ahead.
    Future,
    /// The verb does not tell, or there is none.
    Unknown,
}

/// Says by itself that something is to come.
const AHEAD: &[&str] = &[
    "will",
    "'ll",
    "won't",
    "shall",
    "would",
    "wouldn't",
    "should",
    "due",
    "expected",
    "expects",
    "scheduled",
    "slated",
    "forecast",
    "upcoming",
    "plans",
    "planning",
    "intends",
    "hopes",
    "hoping",
    "aims",
    "vows",
    "promises",
    "until",
    "till",
    "ahead",
    "tomorrow",
];
/// What may stand between *by* and the day that is a deadline: by others than these, something was done.
const WITHIN: &[&str] =
    &["the", "end", "close", "of", "at", "latest", "early", "late", "noon", "midnight", "next"];
/// A verb in the past after which an infinitive is still to come.
const PROSPECTIVE: &[&str] = &[
    "agreed",
    "vowed",
    "pledged",
    "promised",
    "offered",
    "planned",
    "wants",
    "wanted",
    "want",
    "decided",
    "threatened",
    "ordered",
    "agree",
    "is",
    "are",
    "ready",
    "set",
    "prepared",
    "called",
    "urged",
    "asked",
    "due",
    "expected",
    "scheduled",
    "about",
];
/// A verb after which an infinitive has happened, or has not.
const IMPLICATIVE: &[&str] = &[
    "failed",
    "managed",
    "refused",
    "had",
    "used",
    "began",
    "started",
    "continued",
    "helped",
    "declined",
    "forced",
    "went",
    "came",
    "seemed",
    "appeared",
    "happened",
];
/// Present tense that tells of an appointment.
const APPOINTED: &[&str] = &[
    "opens", "begins", "starts", "meets", "resumes", "ends", "expires", "returns", "plays",
    "faces", "convenes", "closes", "rises", "visits", "travels", "arrives", "leaves", "votes",
    "goes", "comes", "hosts", "takes", "runs", "flies", "sails", "lasts", "sits", "reopens",
    "appears", "departs", "falls",
];
/// Past tenses that do not end in *-ed*, and auxiliaries of the past.
const IRREGULAR: &[&str] = &[
    "was",
    "were",
    "had",
    "did",
    "didn't",
    "wasn't",
    "weren't",
    "said",
    "told",
    "met",
    "held",
    "began",
    "came",
    "went",
    "took",
    "made",
    "gave",
    "found",
    "won",
    "lost",
    "left",
    "fell",
    "rose",
    "shot",
    "struck",
    "sank",
    "spoke",
    "ran",
    "led",
    "sent",
    "fled",
    "broke",
    "burst",
    "became",
    "sold",
    "paid",
    "brought",
    "got",
    "saw",
    "flew",
    "drove",
    "swore",
    "sang",
    "beat",
    "fought",
    "wrote",
    "thought",
    "knew",
    "grew",
    "threw",
    "drew",
    "sued",
    "stood",
    "sat",
    "built",
    "bought",
    "taught",
    "caught",
    "sought",
    "kept",
    "felt",
    "heard",
    "hung",
    "laid",
    "lay",
    "meant",
    "rode",
    "rang",
    "sank",
    "slid",
    "spent",
    "stole",
    "swam",
    "tore",
    "woke",
    "wore",
    "withdrew",
    "froze",
    "overtook",
    "underwent",
    "oversaw",
    "arose",
    "chose",
    "ate",
    "bit",
    "blew",
    "dug",
    "forgot",
    "hid",
    "hit",
    "quit",
    "sprang",
    "swept",
    "swung",
    "been",
    "since",
    "ago",
    "dead",
    "late",
    "born",
    "done",
    "seen",
    "known",
    "shown",
];
/// Tokens before and after an expression among which its verb is looked for.
const REACH: usize = 60;
/// What ends a clause for whoever looks for its verb.
const BREAKS: &[&str] = &[";", "\"", "“", "”"];
/// Words that end in *-ed* and are no verbs of the past.
const NOT_PAST: &[&str] = &[
    "need",
    "indeed",
    "speed",
    "united",
    "hundred",
    "feed",
    "seed",
    "red",
    "bed",
    "breed",
    "proceed",
    "succeed",
    "exceed",
    "unprecedented",
    "so-called",
    "sacred",
    "creed",
    "deed",
    "greed",
    "weed",
    "shed",
];

/// The tense around tokens `first..end`: that of the nearest verb before them, else after them.
pub(super) fn around(tokens: &[Token<'_>], first: usize, end: usize) -> Tense {
    if is_attribute(tokens, first, end) {
        return Tense::Unknown;
    }
    let before =
        (first.saturating_sub(REACH)..first).rev().take_while(|&at| !is_break(&tokens[at]));
    for at in before {
        if is_deadline(tokens, at, first) {
            return Tense::Future;
        }
        if let Some(tense) = cue(tokens, at) {
            return tense;
        }
    }
    let last = tokens.len().min(end + REACH);
    let after = (end..last).take_while(|&at| !is_break(&tokens[at]));
    after.into_iter().find_map(|at| cue(tokens, at)).unwrap_or(Tense::Unknown)
}

/// *By Friday*, *by the end of May*: whether the word at `at` makes a deadline of the day at `first`.
fn is_deadline(tokens: &[Token<'_>], at: usize, first: usize) -> bool {
    tokens[at].lower == "by"
        && tokens[at + 1..first].iter().all(|token| WITHIN.contains(&token.lower.as_str()))
}

/// *The Jan. 10 meeting*: a meeting may be spoken of before and after it.
fn is_attribute(tokens: &[Token<'_>], first: usize, end: usize) -> bool {
    let before = first.checked_sub(1).map_or("", |at| tokens[at].lower.as_str());
    let noun = tokens
        .get(end)
        .is_some_and(|next| next.text.starts_with(char::is_lowercase) && next.lower != "of");
    matches!(before, "the" | "that" | "this" | "its") && noun
}

fn is_break(token: &Token<'_>) -> bool {
    BREAKS.contains(&token.text)
}

/// What the word at `at` says, if it is one that says anything.
fn cue(tokens: &[Token<'_>], at: usize) -> Option<Tense> {
    let word = tokens[at].lower.as_str();
    let next = |by: usize| tokens.get(at + by).map_or("", |token| token.lower.as_str());
    if word == "set" && next(1) == "for" || word == "planned" && next(1) == "for" {
        return Some(Tense::Unknown);
    }
    if AHEAD.contains(&word) {
        let back = back_in_time(tokens, at);
        return Some(if back { Tense::Unknown } else { Tense::Future });
    }
    if word == "to" {
        return infinitive(tokens, at);
    }
    if APPOINTED.contains(&word) {
        return Some(Tense::Future);
    }
    if is_past(word) {
        return Some(group(tokens, at));
    }
    // "is meeting", "are flying"
    let progressive = word.ends_with("ing") && word.len() > 5;
    (progressive && matches!(last(tokens, at), "is" | "are" | "'s" | "'re"))
        .then_some(Tense::Future)
}

/// *Was expected to*, *had hoped*: what was to come then may have passed or been dropped by now.
fn back_in_time(tokens: &[Token<'_>], at: usize) -> bool {
    matches!(
        tokens[at].lower.as_str(),
        "expected" | "due" | "scheduled" | "slated" | "hoping" | "planning"
    ) && (at.saturating_sub(2)..at)
        .any(|at| matches!(tokens[at].lower.as_str(), "was" | "were" | "had" | "been"))
}

fn last<'a>(tokens: &'a [Token<'_>], at: usize) -> &'a str {
    at.checked_sub(1).map_or("", |at| tokens[at].lower.as_str())
}

/// *To* with a verb: what its governing word says.
fn infinitive(tokens: &[Token<'_>], at: usize) -> Option<Tense> {
    let next = tokens.get(at + 1)?;
    let is_verb = next.text.starts_with(char::is_lowercase)
        && !matches!(
            next.lower.as_str(),
            "the"
                | "a"
                | "an"
                | "his"
                | "her"
                | "their"
                | "its"
                | "this"
                | "that"
                | "some"
                | "all"
                | "about"
        );
    if !is_verb {
        return None;
    }
    let governs = |at: usize| {
        let word = tokens[at].lower.as_str();
        if IMPLICATIVE.contains(&word) {
            return Some(Tense::Past);
        }
        let ahead = PROSPECTIVE.contains(&word) || AHEAD.contains(&word);
        ahead.then_some(if back_in_time(tokens, at) { Tense::Unknown } else { Tense::Future })
    };
    let near = at.saturating_sub(4)..at;
    Some(near.rev().find_map(governs).unwrap_or(Tense::Unknown))
}

fn is_past(word: &str) -> bool {
    IRREGULAR.contains(&word) || word.ends_with("ed") && word.len() > 3 && !NOT_PAST.contains(&word)
}

/// The tense of the group of verbs that ends at `at`: of *would be held* that of *would*.
fn group(tokens: &[Token<'_>], at: usize) -> Tense {
    for back in (at.saturating_sub(4)..at).rev() {
        match tokens[back].lower.as_str() {
            "be" | "been" | "being" | "not" | "also" | "have" | "only" | "then" => {}
            "will" | "'ll" | "would" | "should" | "shall" | "won't" => return Tense::Future,
            "may" | "might" | "could" | "can" => return Tense::Unknown,
            "to" => return infinitive(tokens, back).unwrap_or(Tense::Past),
            word if word.ends_with("ly") => {}
            _ => break,
        }
    }
    Tense::Past
}

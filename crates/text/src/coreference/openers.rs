//! The words that open a sentence and point out of it, and those that only look as if they did.

use super::{Kind, token::Token};
use crate::words;

/// Pronouns that stand for a person.
pub(super) const PRONOUNS_OF_PEOPLE: [&str; 6] = ["he", "she", "his", "her", "him", "hers"];
/// Pronouns that stand for anything else, or for several.
const OTHER_PRONOUNS: [&str; 5] = ["they", "their", "theirs", "its", "them"];

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

/// When an opener is a connective.
#[derive(Clone, Copy, PartialEq, Eq)]
enum When {
    /// Always.
    Always,
    /// With a comma after it.
    Comma,
}

/// Openers of one to four words, the longer ones before the shorter ones that begin them.
const CONNECTIVES: &[(&str, When, Connective)] = &[
    ("on the other hand", When::Always, Connective::Plain),
    ("at the same time", When::Comma, Connective::Plain),
    ("in other words", When::Always, Connective::Plain),
    ("as a result", When::Comma, Connective::Plain),
    ("for this reason", When::Comma, Connective::Plain),
    ("more than that", When::Comma, Connective::Plain),
    ("in addition", When::Comma, Connective::Plain),
    ("in contrast", When::Comma, Connective::Plain),
    ("by contrast", When::Comma, Connective::Plain),
    ("for example", When::Comma, Connective::Plain),
    ("for instance", When::Comma, Connective::Plain),
    ("in fact", When::Comma, Connective::Plain),
    ("of course", When::Comma, Connective::Plain),
    ("after all", When::Comma, Connective::Plain),
    ("even so", When::Comma, Connective::Plain),
    ("that said", When::Comma, Connective::Plain),
    ("even then", When::Comma, Connective::Plain),
    ("if so", When::Comma, Connective::Conditional),
    ("if not", When::Comma, Connective::Conditional),
    ("but", When::Always, Connective::Plain),
    ("and", When::Always, Connective::Plain),
    ("yet", When::Always, Connective::Plain),
    ("or", When::Always, Connective::Conditional),
    ("nor", When::Always, Connective::Conditional),
    ("meanwhile", When::Always, Connective::Plain),
    ("moreover", When::Always, Connective::Plain),
    ("furthermore", When::Always, Connective::Plain),
    ("nevertheless", When::Always, Connective::Plain),
    ("nonetheless", When::Always, Connective::Plain),
    ("therefore", When::Always, Connective::Plain),
    ("thus", When::Comma, Connective::Plain),
    ("hence", When::Comma, Connective::Plain),
    ("consequently", When::Always, Connective::Plain),
    ("however", When::Comma, Connective::Plain),
    ("still", When::Comma, Connective::Plain),
    ("so", When::Comma, Connective::Plain),
    ("indeed", When::Comma, Connective::Plain),
    ("also", When::Comma, Connective::Plain),
    ("besides", When::Comma, Connective::Plain),
    ("likewise", When::Comma, Connective::Plain),
    ("similarly", When::Comma, Connective::Plain),
    ("conversely", When::Comma, Connective::Plain),
    ("additionally", When::Comma, Connective::Plain),
    ("instead", When::Comma, Connective::Conditional),
    ("otherwise", When::Always, Connective::Conditional),
    ("rather", When::Comma, Connective::Conditional),
];

/// What follows a word that is then no connective: "Yet another storm", "And Then There Were None".
const NOT_CONNECTING: &[(&str, &str)] =
    &[("yet", "another"), ("yet", "more"), ("otherwise", "known"), ("but", "for")];

/// Words after "it" that make it stand for nothing: weather, time, and "it seems that".
const EMPTY_IT: &[&str] = &[
    "seems",
    "seemed",
    "appears",
    "appeared",
    "emerged",
    "emerges",
    "turns",
    "turned",
    "remains",
    "remained",
    "rained",
    "snowed",
    "transpired",
    "happens",
    "happened",
    "follows",
    "takes",
    "took",
];
/// Forms of *be* and what stands before them.
const BE: &[&str] = &[
    "is", "was", "were", "be", "been", "being", "has", "had", "have", "will", "would", "may",
    "might", "could", "can", "should", "must", "isn't", "wasn't", "isn’t", "wasn’t",
];
/// What "it is … that" runs on with.
const CLAUSES: &[&str] =
    &["that", "to", "who", "whether", "how", "why", "when", "what", "if", "because", "until"];
/// Words between "it is" and such a clause, at most.
const FAR: usize = 12;

/// Nouns with which "this" points at the time of writing, not at the text, beside days and months.
const TIMES: &[&str] = &[
    "year",
    "week",
    "month",
    "morning",
    "afternoon",
    "evening",
    "weekend",
    "season",
    "summer",
    "winter",
    "spring",
    "autumn",
    "fall",
    "time",
    "century",
    "decade",
    "days",
    "christmas",
    "easter",
];

/// Nouns that with "the" before them and no explanation behind point back into the text.
const POINTING_NOUNS: &[&str] = &[
    "accusation",
    "accusations",
    "allegation",
    "allegations",
    "announcement",
    "couple",
    "decision",
    "deal",
    "discovery",
    "duo",
    "former",
    "idea",
    "incident",
    "incidents",
    "latter",
    "move",
    "pair",
    "proposal",
    "remark",
    "remarks",
    "ruling",
    "trio",
    "verdict",
    "comment",
    "comments",
    "claim",
    "claims",
    "development",
    "findings",
    "others",
    "same",
];
/// Words behind a noun that explain it: "The decision to close", "The pair, who met in Rome".
const EXPLAINING: &[&str] = &[
    "to",
    "of",
    "by",
    "that",
    "in",
    "on",
    "from",
    "which",
    "who",
    "whose",
    "between",
    "at",
    "for",
    "about",
    "against",
    "with",
    "over",
    "under",
    "behind",
    "made",
    "involving",
    "known",
    "where",
    "when",
    "near",
    "outside",
    "and",
    "as",
];

/// Verbs of saying.
const SPEECH: &[&str] = &[
    "said",
    "says",
    "say",
    "told",
    "tells",
    "added",
    "adds",
    "wrote",
    "writes",
    "tweeted",
    "explained",
    "insisted",
    "asked",
    "replied",
    "continued",
    "recalled",
    "admitted",
    "joked",
    "claimed",
    "concluded",
    "warned",
    "declared",
    "argued",
    "posted",
    "noted",
];

/// Words for a person that stand without a name.
const PEOPLE: &[&str] = &[
    "man",
    "woman",
    "boy",
    "girl",
    "mother",
    "father",
    "son",
    "daughter",
    "wife",
    "husband",
    "brother",
    "sister",
    "teenager",
    "officer",
    "spokesman",
    "spokeswoman",
    "spokesperson",
    "minister",
    "president",
    "mayor",
    "judge",
    "suspect",
    "victim",
    "player",
    "striker",
    "coach",
    "manager",
    "driver",
    "pilot",
    "doctor",
    "teacher",
    "student",
    "actor",
    "actress",
    "singer",
    "leader",
    "director",
    "chief",
    "king",
    "queen",
    "prince",
    "princess",
    "pope",
    "he",
    "she",
    "who",
    "person",
    "baby",
    "child",
    "defender",
    "midfielder",
    "goalkeeper",
    "senator",
    "lawyer",
    "author",
    "artist",
    "star",
    "owner",
    "founder",
    "guard",
    "soldier",
    "worker",
    "resident",
    "professor",
    "scientist",
    "engineer",
    "patient",
    "pensioner",
    "toddler",
    "candidate",
];

/// Words that open sentences with a capital and name nobody.
const FUNCTION_WORDS: &[&str] = &[
    "a",
    "about",
    "after",
    "all",
    "although",
    "an",
    "and",
    "another",
    "any",
    "as",
    "at",
    "because",
    "before",
    "both",
    "but",
    "by",
    "despite",
    "during",
    "each",
    "earlier",
    "even",
    "every",
    "few",
    "first",
    "for",
    "from",
    "he",
    "her",
    "here",
    "his",
    "how",
    "however",
    "i",
    "if",
    "in",
    "it",
    "its",
    "last",
    "later",
    "many",
    "meanwhile",
    "more",
    "most",
    "my",
    "no",
    "not",
    "now",
    "of",
    "on",
    "once",
    "one",
    "only",
    "or",
    "other",
    "others",
    "our",
    "over",
    "police",
    "she",
    "since",
    "so",
    "some",
    "still",
    "such",
    "that",
    "the",
    "their",
    "then",
    "there",
    "these",
    "they",
    "this",
    "those",
    "three",
    "to",
    "two",
    "under",
    "until",
    "we",
    "what",
    "when",
    "where",
    "which",
    "while",
    "who",
    "why",
    "with",
    "yet",
    "you",
];

/// The connective that opens `tokens`, if one does, and the words after it.
pub(super) fn connective<'t, 'a>(tokens: &'t [Token<'a>]) -> (Option<Connective>, &'t [Token<'a>]) {
    for &(phrase, when, connective) in CONNECTIVES {
        let Some(rest) = after(tokens, phrase) else { continue };
        let (Some(last), Some(next)) = (tokens.get(tokens.len() - rest.len() - 1), rest.first())
        else {
            continue;
        };
        let first = tokens[0].lower.as_str();
        let excepted = NOT_CONNECTING.contains(&(first, next.lower.as_str()));
        if (last.comma || when == When::Always) && !last.hyphen && !excepted {
            return (Some(connective), rest);
        }
    }
    (None, tokens)
}

/// The words after `phrase`, if `tokens` open with it.
fn after<'t, 'a>(tokens: &'t [Token<'a>], phrase: &str) -> Option<&'t [Token<'a>]> {
    let mut rest = tokens;
    for word in phrase.split(' ') {
        let (first, others) = rest.split_first()?;
        if first.lower != word || first.contracted {
            return None;
        }
        rest = others;
    }
    Some(rest)
}

/// Whether the sentence opens with a pronoun that stands for something.
pub(super) fn is_pronoun(tokens: &[Token<'_>]) -> bool {
    let Some(first) = tokens.first() else { return false };
    let word = first.lower.as_str();
    if first.hyphen {
        return false;
    }
    PRONOUNS_OF_PEOPLE.contains(&word)
        || OTHER_PRONOUNS.contains(&word)
        || word == "it" && !is_empty_it(first, &tokens[1..])
}

/// Whether "it" stands for nothing: "It is thought that", "It rained", "It was Smith who".
fn is_empty_it(it: &Token<'_>, rest: &[Token<'_>]) -> bool {
    let Some(next) = rest.first() else { return false };
    let verb = next.lower.as_str();
    if EMPTY_IT.contains(&verb) {
        return true;
    }
    let is = it.contracted || BE.contains(&verb);
    is && rest.iter().take(FAR).any(|token| CLAUSES.contains(&token.lower.as_str()))
}

/// How many words the pointing phrase has that opens the sentence, if one does.
pub(super) fn demonstrative(tokens: &[Token<'_>]) -> Option<usize> {
    let [first, next, ..] = tokens else { return None };
    let (word, noun) = (first.lower.as_str(), next.lower.as_str());
    let third = tokens.get(2);
    match word {
        "this" | "these" if TIMES.contains(&noun) || words::is_day_or_month(noun) => None,
        "this" | "these" => {
            let alone = first.contracted || is_verb(noun) || noun.ends_with("ed");
            Some(if alone { 1 } else { 2 })
        }
        "that" if first.contracted => Some(1),
        "that" | "those" | "neither" if is_verb(noun) => Some(1),
        "such" if !matches!(noun, "as" | "is" | "was" | "a" | "an") => Some(2),
        "both" if is_verb(noun) || matches!(noun, "men" | "women" | "sides" | "teams") => {
            Some(if is_verb(noun) { 1 } else { 2 })
        }
        "another" if is_verb(noun) || is_speech(noun) => Some(1),
        "the" if POINTING_NOUNS.contains(&noun) && !is_explained(next, third) => Some(2),
        _ => None,
    }
}

/// Whether the words behind a noun say which one is meant.
fn is_explained(noun: &Token<'_>, next: Option<&Token<'_>>) -> bool {
    let Some(next) = next else { return true };
    let names_it = next.is_capitalised() || next.follows_quote || noun.hyphen;
    noun.contracted || names_it || EXPLAINING.contains(&next.lower.as_str())
}

/// Whether it is a verb that follows a pronoun standing alone.
fn is_verb(word: &str) -> bool {
    const MORE: &[&str] = &[
        "means", "meant", "comes", "came", "follows", "followed", "led", "makes", "made", "does",
        "did", "are", "includes", "included", "allows", "allowed", "left", "gave", "gives",
        "marks", "marked", "prompted", "caused", "sparked", "denied", "deny", "denies", "pleaded",
        "died", "survived", "agreed",
    ];
    BE.contains(&word) || MORE.contains(&word)
}

/// Whether it is a verb of saying.
pub(super) fn is_speech(word: &str) -> bool {
    SPEECH.contains(&word)
}

/// Whether it is a word for a person.
pub(super) fn is_person(word: &str) -> bool {
    PEOPLE.contains(&word)
}

/// Whether it opens sentences and names nobody.
pub(super) fn is_function_word(word: &str) -> bool {
    FUNCTION_WORDS.contains(&word)
}

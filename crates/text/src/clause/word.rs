//! The words of a sentence, and which of them are verbs.

use crate::{
    lexicon::{Role, SPEECH, english},
    words,
};

/// A longer sentence is not taken apart.
pub(super) const MAX_WORDS: usize = 120;

/// A word of a sentence.
#[derive(Debug)]
pub(super) struct Word<'a> {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
    /// In lower case, with straight apostrophes.
    pub lower: String,
    /// Whether it is written with a capital.
    pub capital: bool,
    /// What stands between it and the word before.
    pub before: &'a str,
    /// Whether it stands within quotation marks or parentheses.
    pub inside: bool,
}

impl Word<'_> {
    pub fn is(&self, role: impl Into<crate::lexicon::Roles>) -> bool {
        english().is(&self.lower, role)
    }

    /// Whether a comma stands before it.
    pub fn after_comma(&self) -> bool {
        self.before.trim_start().starts_with(',')
    }

    /// Whether any sign but a blank or one that clings to a word stands before it.
    pub fn after_break(&self) -> bool {
        self.before.contains([',', ';', ':', '(', ')', '–', '—']) || self.before.contains(" - ")
    }

    /// Whether it may stand between a subject and its verb.
    pub fn is_adverb(&self) -> bool {
        let adverb = self.lower.len() > 3 && self.lower.ends_with("ly") && !self.capital;
        adverb && !self.is(Role::NoAdverb)
            || self.lower == "not"
            || self.is(Role::BeforeVerb) && !self.is(Role::Finite | Role::Auxiliary)
    }

    /// Whether it looks like a form in the past or a participle.
    pub fn is_past(&self) -> bool {
        let word = self.lower.as_str();
        let regular = word.len() > 3
            && word.ends_with("ed")
            && !word.ends_with("eed")
            && !matches!(
                word,
                "hundred" | "based" | "aged" | "named" | "called" | "related" | "need"
            );
        let other = self.is(SPEECH | Role::Irregular | Role::Invariable);
        !self.capital && (regular || other && !word.ends_with('s'))
    }

    /// Whether it looks like a participle of the past, behind an auxiliary.
    pub fn is_participle(&self) -> bool {
        self.is_past()
            || !self.capital
                && self.lower.len() > 3
                && ["en", "wn", "rn"].iter().any(|end| self.lower.ends_with(end))
    }

    /// Whether it can be the verb of a clause.
    fn is_verb(&self) -> bool {
        !self.capital
            && (self.is(SPEECH | Role::Finite | Role::Alone | Role::Irregular | Role::Invariable)
                || self.is_past())
    }
}

/// The words of `sentence`.
pub(super) fn words(sentence: &str) -> Vec<Word<'_>> {
    let mut words: Vec<Word<'_>> = Vec::new();
    let (mut last, mut depth, mut quoted) = (0, 0_usize, false);
    for span in words::spans(sentence, 0).take(MAX_WORDS + 1) {
        let before = &sentence[last..span.start];
        for sign in before.chars() {
            match sign {
                '(' | '[' => depth += 1,
                ')' | ']' => depth = depth.saturating_sub(1),
                '"' => quoted = !quoted,
                '“' | '„' | '«' => quoted = true,
                '”' | '»' => quoted = false,
                _ => {}
            }
        }
        let text = &sentence[span.range()];
        let lower = text.to_lowercase().replace('’', "'");
        let capital = text.starts_with(char::is_uppercase);
        let inside = quoted || depth > 0;
        words.push(Word { start: span.start, end: span.end, lower, capital, before, inside });
        last = span.end;
    }
    words
}

/// Where the verb of the clause stands that begins with these words: not what only says how a noun is (*the burned
/// house*), nor what is under another clause.
pub(super) fn verb(words: &[Word<'_>]) -> Option<usize> {
    let first = words.iter().position(|word| word.is(Role::Binding)).unwrap_or(words.len());
    (0..first).find(|&at| is_verb_at(words, at))
}

/// Whether the word at `at` is the verb of a clause.
pub(super) fn is_verb_at(words: &[Word<'_>], at: usize) -> bool {
    let Some(word) = words.get(at).filter(|word| word.is_verb()) else { return false };
    let tied =
        word.before.contains('-') || words.get(at + 1).is_some_and(|next| next.before == "-");
    let Some(before) = at.checked_sub(1).and_then(|before| words.get(before)) else { return !tied };
    let governed = before.lower == "to" && !word.after_break();
    let modifies = before.is(Role::Determiner | Role::Possessive | Role::NoEdge);
    let sure = word.is(Role::Finite) || word.after_break() || !modifies;
    !governed && !tied && sure
}

//! Which statements does a sentence make? "Hale resigned on Monday, and the council, which met on Friday, chose Bell"
//! makes three, and one of them may be wrong while the others are right.
//!
//! A sentence is taken apart where both sides are sure to be stated: at a semicolon, at *and*, *but*, *while* and their
//! like, and at a relative clause between commas. Each part gets the subject and the auxiliary that it shares with
//! the one before, so that it can be read alone. What stands under a condition, within quotation marks or within
//! parentheses is left together, and so is everything that the rules do not know: a sentence that is not taken apart is
//! judged as a whole, which is no mistake. The rules are for English.

mod cut;
mod time;
mod word;

use standfirst_core::article::Span;

pub use self::time::{Time, time};
use crate::lexicon::Role;

/// A statement of a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clause {
    /// The bytes of the sentence that make it. What it shares with another is not among them.
    pub span: Span,
    /// The same as a sentence of its own.
    pub text: String,
}

/// So many statements of a sentence are looked at; the last has what is left.
pub const MAX_CLAUSES: usize = 4;

/// Whether an English `text` without a comma states something by itself: it opens with its subject, and not with a
/// phrase or clause that another one has to follow, and has a verb that is known to be one. What is not known to be a
/// statement counts as none.
pub fn is_statement(text: &str) -> bool {
    let words = word::words(text);
    let leans = Role::Fronting | Role::Binding | Role::Joining;
    let opens = words.first().is_some_and(|first| !first.is(leans));
    opens && words.len() <= word::MAX_WORDS && word::verb(&words).is_some_and(|verb| verb > 0)
}

/// The statements of `sentence` in their order; none if it is not to be taken apart, as none is that is longer than 120
/// words, or that quotes between single marks.
pub fn clauses(sentence: &str) -> Vec<Clause> {
    let words = word::words(sentence);
    if words.len() > word::MAX_WORDS || has_single_marks(sentence) {
        return Vec::new();
    }
    let found = cut::joined(sentence, &words);
    if found.len() > 1 { found } else { cut::relative(sentence, &words) }
}

/// Whether a sentence may quote between single marks, which nobody tells from apostrophes for sure.
pub fn has_single_marks(sentence: &str) -> bool {
    [" '", "‘"].iter().any(|mark| sentence.contains(mark)) || sentence.starts_with('\'')
}

/// `pieces` one after the other as a sentence.
fn sentence_of(pieces: &[&str]) -> String {
    let joined = pieces.iter().map(|piece| piece.trim()).filter(|piece| !piece.is_empty());
    let joined = joined.collect::<Vec<_>>().join(" ");
    let bare = joined.trim_end_matches([',', ';', ':', '.', ' ', '–', '—']);
    let mut letters = bare.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    let end = if bare.ends_with(['!', '?', '"', '”', '’']) { "" } else { "." };
    first + letters.as_str() + end
}

#[cfg(test)]
mod tests;

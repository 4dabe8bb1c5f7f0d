//! The words of a sentence as names are read from them: with their stops, apostrophes and hyphens.

use crate::{
    lexicon::{Role, english},
    reading::atom::{self, Atoms, Kind},
};
use standfirst_core::article::Span;

/// How a word is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// Begins with a capital, or with one after a short prefix (`al-Assad`).
    Capital,
    /// All capitals, two letters at least, stops between them or not: `NATO`, `U.S.`
    Acronym,
    /// Begins with a small letter.
    Lower,
    /// Begins with a digit.
    Number,
}

/// A word and where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Token<'a> {
    /// The word without a possessive ending.
    pub word: &'a str,
    /// The word with that ending.
    pub whole: &'a str,
    /// Where the word stands, the possessive ending left out.
    pub span: Span,
    /// How it is written.
    pub shape: Shape,
    /// Whether `'s` or `'` follows.
    pub possessive: bool,
    /// What stands between it and the word before, `'s` of that left out.
    pub gap: &'a str,
}

impl Token<'_> {
    /// Whether nothing but blanks stands before it.
    pub fn follows_closely(&self) -> bool {
        self.gap == " " || !self.gap.is_empty() && self.gap.chars().all(char::is_whitespace)
    }

    /// Whether it is written as names are.
    pub fn is_capital(&self) -> bool {
        matches!(self.shape, Shape::Capital | Shape::Acronym)
    }
}

/// The words of `text`, which begins at byte `offset` of the source.
pub(crate) fn tokens(text: &str, offset: usize) -> Vec<Token<'_>> {
    view(Atoms { text, list: &atom::atoms(text) }, offset)
}

/// The words that `atoms` are of, whose text begins at byte `offset` of the source.
pub(crate) fn view<'a>(atoms: Atoms<'a, '_>, offset: usize) -> Vec<Token<'a>> {
    let (text, list) = (atoms.text, atoms.list);
    let mut found = Vec::with_capacity(list.len());
    let (mut at, mut before) = (0, 0);
    while at < list.len() {
        if !list[at].is_alphanumeric() {
            at += 1;
            continue;
        }
        let start = list[at].span().start;
        at = run_end(atoms, at);
        let joined = &text[start..list[at - 1].span().end];
        let stop = text[start + joined.len()..].starts_with('.') && keeps_stop(joined);
        let end = start + joined.len() + usize::from(stop);
        let (word, ending) = split_possessive(&text[start..end]);
        let plural = plural_possessive(text, end, word);
        let mark = text[end..].chars().next().filter(|_| plural).map_or(0, char::len_utf8);
        found.push(Token {
            word,
            whole: &text[start..end + mark],
            span: Span::new(offset + start, offset + start + word.len()),
            shape: shape(word),
            possessive: !ending.is_empty() || plural,
            gap: &text[before..start],
        });
        before = end;
    }
    found
}

/// One past the atoms of the word that begins with atom `start`: marks inside a word belong to it.
fn run_end(atoms: Atoms<'_, '_>, start: usize) -> usize {
    let from = atoms.list[start].span().start;
    let mut end = start + 1;
    while let Some(atom) = atoms.touching(end) {
        let goes_on = atom.is_alphanumeric();
        let next = atoms
            .touching(end + 1)
            .filter(|next| atom.kind == Kind::Mark && next.is_alphanumeric());
        let inner = next.is_some_and(|next| {
            joins(atoms.first(atom), atoms.text_of(next), &atoms.text[from..atom.span().start])
        });
        if !goes_on && !inner {
            break;
        }
        end += 1;
    }
    end
}

/// Whether `mark` goes on with the word before it when the letters or digits `next` follow.
fn joins(mark: char, next: &str, before: &str) -> bool {
    let digit = next.starts_with(|c: char| c.is_ascii_digit());
    match mark {
        ',' => before.ends_with(|c: char| c.is_ascii_digit()) && digit,
        '.' => is_initials(before) || digit,
        '\'' | '’' => is_elision(before, next),
        '-' | '&' => true,
        _ => false,
    }
}

/// Letters before an apostrophe inside a name, at most: *O'Hara*, *Sha'Carri*.
const MAX_FRONT: usize = 3;
/// Letters of what an apostrophe shortens, at most: *DON'T*, *THEY'LL*.
const MAX_SHORTENED: usize = 2;

/// Whether an apostrophe stands within one word. A capital after a longer word begins another one: a mark of
/// quotation without its blank.
fn is_elision(before: &str, next: &str) -> bool {
    !next.starts_with(char::is_uppercase)
        || before.chars().rev().take_while(|c| *c != '-').take(MAX_FRONT + 1).count() <= MAX_FRONT
        || next.chars().count() <= MAX_SHORTENED
}

/// Whether the letters stand alone between stops so far, as in `U.S`.
fn is_initials(word: &str) -> bool {
    word.split('.').all(|part| part.chars().count() == 1 && part.starts_with(char::is_uppercase))
}

fn keeps_stop(word: &str) -> bool {
    english().is(word, Role::InName) || is_initials(word)
}

/// Cuts `'s` off.
fn split_possessive(word: &str) -> (&str, &str) {
    // As most are: of a curly apostrophe this is the last byte.
    let [.., b'\'' | 0x99, b's' | b'S'] = word.as_bytes() else { return (word, "") };
    for ending in ["'s", "’s", "'S", "’S"] {
        if let Some(stem) = word.strip_suffix(ending).filter(|stem| !stem.is_empty()) {
            return (stem, ending);
        }
    }
    (word, "")
}

/// `Democrats' plan`: an apostrophe after a final s and before a blank.
fn plural_possessive(text: &str, end: usize, word: &str) -> bool {
    let mut after = text[end..].chars();
    word.ends_with('s')
        && matches!(after.next(), Some('\'' | '’'))
        && after.next().is_some_and(char::is_whitespace)
}

fn shape(word: &str) -> Shape {
    // As most words are.
    if word.bytes().all(|byte| byte.is_ascii_lowercase()) {
        return Shape::Lower;
    }
    let mark = word.char_indices().find(|(_, c)| matches!(c, '-' | '\'' | '’'));
    let front = mark.map(|(at, mark)| word.split_at(at + mark.len_utf8()));
    let body = front.filter(|(front, _)| english().is(front, Role::Prefix));
    let body = body.map_or(word, |(_, body)| body);
    let letters = || body.chars().filter(|c| c.is_alphabetic());
    match body.chars().next() {
        Some(first) if first.is_numeric() => Shape::Number,
        Some(first) if first.is_uppercase() => {
            let acronym = letters().count() > 1 && letters().all(char::is_uppercase);
            if acronym { Shape::Acronym } else { Shape::Capital }
        }
        _ => Shape::Lower,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::reading::tests::assert_golden;

    fn words(text: &str) -> Vec<&str> {
        tokens(text, 0).into_iter().map(|token| token.word).collect()
    }

    #[test]
    fn names_keep_their_marks_and_lose_their_endings() {
        assert_eq!(
            words("Mr. O'Neill's U.S. visit, by J. B. Lane-Fox."),
            ["Mr.", "O'Neill", "U.S.", "visit", "by", "J.", "B.", "Lane-Fox"]
        );
        assert_eq!(
            words("It cost 3,500.50 dollars. A&B sold it."),
            ["It", "cost", "3,500.50", "dollars", "A&B", "sold", "it"]
        );
    }

    #[test]
    fn an_apostrophe_without_its_blank_parts_what_it_stands_between() {
        assert_eq!(words("RIGHTS'The bench"), ["RIGHTS", "The", "bench"]);
        assert_eq!(
            words("Sha'Lane of O'Dell DIDN'T call Jean-D'Arc"),
            ["Sha'Lane", "of", "O'Dell", "DIDN'T", "call", "Jean-D'Arc"]
        );
    }

    #[test]
    fn shapes_and_gaps() {
        use Shape::{Acronym, Capital, Lower, Number};
        let found = tokens("NATO and Bashar al-Assad, 48, left Miners' Hall", 100);
        let shapes: Vec<Shape> = found.iter().map(|token| token.shape).collect();
        assert_eq!(shapes, [Acronym, Lower, Capital, Capital, Number, Lower, Capital, Capital]);
        assert_eq!(found[4].gap, ", ");
        assert!(found[3].follows_closely() && !found[4].follows_closely());
        assert!(found[6].possessive);
        assert_eq!(found[0].span, Span::new(100, 104));
    }

    /// The word, how it is written, and a `+` if it is possessive.
    fn shown(token: &Token<'_>) -> String {
        let shape = match token.shape {
            Shape::Capital => "C",
            Shape::Acronym => "A",
            Shape::Lower => "l",
            Shape::Number => "n",
        };
        format!("{}/{shape}{}", token.word, if token.possessive { "+" } else { "" })
    }

    #[test]
    fn hard_cases_stay_what_they_are() {
        assert_golden("names", |text| tokens(text, 0).iter().map(shown).collect());
    }

    proptest! {
        #[test]
        fn words_and_gaps_are_the_text(text in "(\\PC|[A-Ca-cs0-9'’.,& -]){0,40}") {
            let found = tokens(&text, 0);
            let mut at = 0;
            for token in &found {
                prop_assert!(token.word.starts_with(char::is_alphanumeric));
                prop_assert_eq!(&text[token.span.range()], token.word);
                let gap = token.span.start - token.gap.len();
                prop_assert!(gap >= at && &text[gap..token.span.start] == token.gap);
                // Between word and gap only the ending of a possessive.
                prop_assert!(gap == at || matches!(&text[at..gap].to_lowercase()[..], "'s" | "’s"));
                at = token.span.end;
            }
            let rest = text[at..].to_lowercase();
            let ending = ["'s", "’s"].iter().find_map(|ending| rest.strip_prefix(ending));
            prop_assert!(!ending.unwrap_or(&rest).contains(char::is_alphanumeric));
        }
    }
}

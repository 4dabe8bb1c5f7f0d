//! The least parts of a text that every reading of it can be put together from: runs of letters and
//! digits, and single marks. Which of them make one word is for each reader to say: `U.S.` is one to
//! whoever looks for names, and `don't` two to whoever compares what is said.

use super::rows::Place;
use standfirst_core::article::Span;

/// What an atom is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Letters and digits.
    Word,
    /// Signs that combine with the letters beside them and are none themselves.
    Combining,
    /// One sign of a script without blanks between its words.
    Ideograph {
        /// Whether it is a letter, not a mark of that script.
        letter: bool,
    },
    /// One mark, or anything else that is no white space.
    Mark,
}

/// A part of a text. White space is in none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Atom {
    place: Place,
    /// What it is made of.
    pub kind: Kind,
}

impl Atom {
    /// Bytes of the text.
    pub fn span(&self) -> Span {
        self.place.into()
    }

    /// Whether it is letters and digits, of any script.
    pub fn is_alphanumeric(&self) -> bool {
        matches!(self.kind, Kind::Word | Kind::Ideograph { letter: true })
    }
}

/// The atoms of `text`, in order: runs of letters and digits, and of signs that combine with them, as
/// long as they are; everything else one by one.
pub(crate) fn atoms(text: &str) -> Vec<Atom> {
    let mut atoms = Vec::new();
    push_atoms(text, &mut atoms);
    atoms
}

/// Puts the [`atoms`] of `text` behind those of other texts.
pub(crate) fn push_atoms(text: &str, atoms: &mut Vec<Atom>) {
    let bytes = text.as_bytes();
    let mut next = 0;
    while let Some(&byte) = bytes.get(next) {
        let at = next;
        // Most of a text is words of ASCII, which end where anything else stands.
        if byte.is_ascii_alphanumeric() {
            let rest = &bytes[at + 1..];
            let more = rest.iter().position(|byte| !byte.is_ascii_alphanumeric());
            next += 1 + more.unwrap_or(rest.len());
            push(atoms, Kind::Word, at, next);
            continue;
        }
        let c = text[at..].chars().next().unwrap_or_default();
        next += c.len_utf8();
        if let Some(kind) = kind(c) {
            push(atoms, kind, at, next);
        }
    }
}

/// Puts what stands there behind other atoms, or goes on with the last of them.
fn push(atoms: &mut Vec<Atom>, kind: Kind, at: usize, end: usize) {
    // None of another text ends where this one begins.
    match atoms.last_mut() {
        Some(last) if last.kind == kind && last.span().end == at && runs(kind) => {
            last.place = Place::new(last.span().start, end);
        }
        _ => atoms.push(Atom { place: Place::new(at, end), kind }),
    }
}

/// Whether neighbours of this kind are one atom.
fn runs(kind: Kind) -> bool {
    matches!(kind, Kind::Word | Kind::Combining)
}

/// What a character is; `None` for white space.
fn kind(c: char) -> Option<Kind> {
    Some(match c {
        _ if is_ideograph(c) => Kind::Ideograph { letter: c.is_alphanumeric() },
        _ if c.is_alphanumeric() => Kind::Word,
        _ if is_combining(c) || is_invisible(c) => Kind::Combining,
        _ if c.is_whitespace() => return None,
        _ => Kind::Mark,
    })
}

/// Scripts without blanks between the words: each sign is a word of its own.
fn is_ideograph(c: char) -> bool {
    matches!(c, '\u{2e80}'..='\u{2fdf}' | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

/// Soft hyphens and joiners, which show nothing and divide no word.
pub(crate) fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{2060}' | '\u{feff}')
}

/// Accents, and the signs of the scripts of India and Thailand that are written around a letter.
fn is_combining(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{900}'..='\u{d7f}' | '\u{e30}'..='\u{e4f}')
}

/// Atoms beside the text that they are of, to put words together from.
#[derive(Clone, Copy)]
pub(crate) struct Atoms<'a, 'l> {
    /// The text.
    pub text: &'a str,
    /// Its [`atoms`].
    pub list: &'l [Atom],
}

impl<'a> Atoms<'a, '_> {
    /// Atom `at`, if it touches the one before it.
    pub fn touching(&self, at: usize) -> Option<Atom> {
        let (last, atom) = (self.list.get(at.checked_sub(1)?)?, self.list.get(at)?);
        (last.span().end == atom.span().start).then_some(*atom)
    }

    /// What stands in an atom.
    pub fn text_of(&self, atom: Atom) -> &'a str {
        &self.text[atom.span().range()]
    }

    /// The first character of an atom.
    pub fn first(&self, atom: Atom) -> char {
        self.text_of(atom).chars().next().unwrap_or_default()
    }
}

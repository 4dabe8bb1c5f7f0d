//! Stems of English words by Porter's second algorithm ("The English (Porter2) stemming algorithm", snowballstem.org), in
//! place in a few bytes. The library's stemmer, which it agrees with on every word, takes ten times as long, and there are
//! hundreds of different words in an article.

use std::borrow::Cow;

/// Words of more bytes than this are left to the library.
const LONGEST: usize = 46;
/// Shorter words are their own stems.
const SHORTEST: usize = 3;

/// The stem of a word in small letters; `None` for one that is not in the letters of ASCII, or too long.
pub(super) fn stem(word: &str) -> Option<Cow<'_, str>> {
    if word.len() > LONGEST || !word.is_ascii() {
        return None;
    }
    if word.len() < SHORTEST {
        return Some(Cow::Borrowed(word));
    }
    if let Some(stem) = irregular(word) {
        return Some(Cow::Borrowed(stem));
    }
    let mut part = Part::new(word);
    part.drop_possessive();
    part.drop_plural();
    if !is_whole(part.bytes()) {
        part.drop_past();
        part.turn_y();
        part.shorten(longer_suffix, Region::First);
        part.shorten(further_suffix, Region::First);
        part.shorten(last_suffix, Region::Second);
        part.drop_end();
    }
    let stem = part.finish();
    Some(match word.get(..stem.len()) {
        Some(front) if front.as_bytes() == stem => Cow::Borrowed(front),
        _ => Cow::Owned(String::from_utf8_lossy(stem).into_owned()),
    })
}

/// The stem of a word that no rule is for.
fn irregular(word: &str) -> Option<&str> {
    Some(match word.as_bytes() {
        b"skis" => "ski",
        b"skies" => "sky",
        b"dying" => "die",
        b"lying" => "lie",
        b"tying" => "tie",
        b"idly" => "idl",
        b"gently" => "gentl",
        b"ugly" => "ugli",
        b"early" => "earli",
        b"only" => "onli",
        b"singly" => "singl",
        b"andes" | b"atlas" | b"bias" | b"cosmos" | b"howe" | b"news" | b"sky" => word,
        _ => return None,
    })
}

/// Whether a word that has lost its plural loses no more.
fn is_whole(word: &[u8]) -> bool {
    matches!(
        word,
        b"succeed"
            | b"proceed"
            | b"exceed"
            | b"canning"
            | b"inning"
            | b"earring"
            | b"herring"
            | b"outing"
    )
}

/// Whether a letter is a vowel. A *y* that is none is written as a capital.
fn is_vowel(letter: u8) -> bool {
    VOWELS[usize::from(letter)]
}

const VOWELS: [bool; 256] = {
    let mut vowels = [false; 256];
    let letters = b"aeiouy";
    let mut at = 0;
    while at < letters.len() {
        vowels[letters[at] as usize] = true;
        at += 1;
    }
    vowels
};

/// What is left of a word.
struct Part {
    bytes: [u8; LONGEST + 1],
    length: usize,
    /// Where the regions begin: behind the first consonant after a vowel, and behind the next such one.
    regions: [usize; 2],
}

/// From where on an ending may be changed.
#[derive(Clone, Copy)]
enum Region {
    First,
    Second,
}

/// What becomes of an ending.
#[derive(Clone, Copy)]
enum Change {
    /// This stands in its place.
    To(&'static [u8]),
    /// The same, behind one of these letters.
    Behind(&'static [u8], &'static [u8]),
    /// It goes, if it is in the second region.
    Further,
}

/// How long an ending is, and what becomes of it.
type Suffix = (usize, Change);

impl Part {
    fn new(word: &str) -> Self {
        let word = word.strip_prefix('\'').unwrap_or(word).as_bytes();
        let mut bytes = [0; LONGEST + 1];
        bytes[..word.len()].copy_from_slice(word);
        let mut vowel = true;
        for letter in &mut bytes[..word.len()] {
            if *letter == b'y' && vowel {
                *letter = b'Y';
            }
            vowel = is_vowel(*letter);
        }
        let mut part = Self { bytes, length: word.len(), regions: [word.len(); 2] };
        let front = match part.bytes() {
            [b'g', b'e', b'n', b'e', b'r', ..] | [b'a', b'r', b's', b'e', b'n', ..] => Some(5),
            [b'c', b'o', b'm', b'm', b'u', b'n', ..] => Some(6),
            _ => None,
        };
        let first = front.or_else(|| part.region(0));
        if let Some(first) = first {
            part.regions = [first, part.region(first).unwrap_or(word.len())];
        }
        part
    }

    fn bytes(&self) -> &[u8] {
        &self.bytes[..self.length]
    }

    /// Where the region begins that is looked for from a letter on.
    fn region(&self, from: usize) -> Option<usize> {
        let rest = &self.bytes()[from..];
        let vowel = rest.iter().position(|&letter| is_vowel(letter))?;
        let consonant = rest[vowel..].iter().position(|&letter| !is_vowel(letter))?;
        Some(from + vowel + consonant + 1)
    }

    /// Whether a place is in a region.
    fn is_in(&self, region: Region, at: usize) -> bool {
        self.regions[region as usize] <= at
    }

    fn has_vowel_before(&self, at: usize) -> bool {
        self.bytes[..at].iter().any(|&letter| is_vowel(letter))
    }

    /// Puts something in the place of all from a letter on.
    fn replace(&mut self, at: usize, with: &[u8]) {
        self.length = at + with.len();
        self.bytes[at..self.length].copy_from_slice(with);
    }

    /// Whether the word, up to a letter, ends in a short syllable.
    fn is_short_before(&self, end: usize) -> bool {
        match self.bytes[..end] {
            [vowel, last] => is_vowel(vowel) && !is_vowel(last),
            [.., before, vowel, last] => {
                let closed = !is_vowel(last) && !matches!(last, b'w' | b'x' | b'Y');
                closed && is_vowel(vowel) && !is_vowel(before)
            }
            _ => false,
        }
    }

    fn drop_possessive(&mut self) {
        self.length -= match self.bytes() {
            [.., b'\'', b's', b'\''] => 3,
            [.., b'\'', b's'] => 2,
            [.., b'\''] => 1,
            _ => 0,
        };
    }

    fn drop_plural(&mut self) {
        match self.bytes() {
            [.., b's', b's', b'e', b's'] => self.length -= 2,
            [.., b'i', b'e', b'd' | b's'] => {
                let at = self.length - 3;
                self.replace(at, if at > 1 { b"i" } else { b"ie" });
            }
            [before @ .., last, b's']
                if !matches!(last, b'u' | b's')
                    && before.iter().any(|&letter| is_vowel(letter)) =>
            {
                self.length -= 1;
            }
            _ => {}
        }
    }

    fn drop_past(&mut self) {
        let end = match self.bytes() {
            [.., b'e', b'e', b'd'] => return self.keep_ee(3),
            [.., b'e', b'e', b'd', b'l', b'y'] => return self.keep_ee(5),
            [before @ .., b'e', b'd']
            | [before @ .., b'i', b'n', b'g']
            | [before @ .., b'e', b'd', b'l', b'y']
            | [before @ .., b'i', b'n', b'g', b'l', b'y'] => before.len(),
            _ => return,
        };
        if !self.has_vowel_before(end) {
            return;
        }
        self.length = end;
        match self.bytes() {
            [.., b'a', b't'] | [.., b'b', b'l'] | [.., b'i', b'z'] => self.replace(end, b"e"),
            [.., one, other]
                if one == other
                    && matches!(
                        one,
                        b'b' | b'd' | b'f' | b'g' | b'm' | b'n' | b'p' | b'r' | b't'
                    ) =>
            {
                self.length -= 1;
            }
            _ if self.regions[0] == end && self.is_short_before(end) => self.replace(end, b"e"),
            _ => {}
        }
    }

    /// Cuts an ending of so many letters that begins with *ee* down to that.
    fn keep_ee(&mut self, ending: usize) {
        let at = self.length - ending;
        if self.is_in(Region::First, at) {
            self.length = at + 2;
        }
    }

    fn turn_y(&mut self) {
        if let [_, .., before, b'y' | b'Y'] = self.bytes()
            && !is_vowel(*before)
        {
            self.replace(self.length - 1, b"i");
        }
    }

    /// Changes the longest ending that `suffix` finds, if it is in a region.
    fn shorten(&mut self, suffix: fn(&[u8]) -> Option<Suffix>, region: Region) {
        let Some((ending, change)) = suffix(self.bytes()) else { return };
        let at = self.length - ending;
        if !self.is_in(region, at) {
            return;
        }
        match change {
            Change::To(with) => self.replace(at, with),
            Change::Behind(letters, with) => {
                if self.bytes[..at].last().is_some_and(|letter| letters.contains(letter)) {
                    self.replace(at, with);
                }
            }
            Change::Further => {
                if self.is_in(Region::Second, at) {
                    self.length = at;
                }
            }
        }
    }

    fn drop_end(&mut self) {
        let Some(at) = self.length.checked_sub(1) else { return };
        let second = self.is_in(Region::Second, at);
        let goes = match self.bytes[at] {
            b'e' => second || self.is_in(Region::First, at) && !self.is_short_before(at),
            b'l' => second && self.bytes[..at].ends_with(b"l"),
            _ => false,
        };
        self.length -= usize::from(goes);
    }

    fn finish(&mut self) -> &[u8] {
        let stem = &mut self.bytes[..self.length];
        stem.make_ascii_lowercase();
        stem
    }
}

/// Endings of two parts or more.
fn longer_suffix(word: &[u8]) -> Option<Suffix> {
    use Change::{Behind, To};
    Some(match word {
        [.., b'a', b'n', b'c', b'i'] => (4, To(b"ance")),
        [.., b'e', b'n', b'c', b'i'] => (4, To(b"ence")),
        [.., b'o', b'g', b'i'] => (3, Behind(b"l", b"og")),
        [.., b'b', b'i', b'l', b'i', b't', b'i'] => (6, To(b"ble")),
        [.., b'i', b'v', b'i', b't', b'i'] => (5, To(b"ive")),
        [.., b'a', b'l', b'i', b't', b'i'] | [.., b'a', b'l', b'i', b's', b'm'] => (5, To(b"al")),
        [.., b'l', b'e', b's', b's', b'l', b'i'] => (6, To(b"less")),
        [.., b'f', b'u', b'l', b'l', b'i'] => (5, To(b"ful")),
        [.., b'o', b'u', b's', b'l', b'i'] => (5, To(b"ous")),
        [.., b'e', b'n', b't', b'l', b'i'] => (5, To(b"ent")),
        [.., b'a', b'b', b'l', b'i'] => (4, To(b"able")),
        [.., b'a', b'l', b'l', b'i'] => (4, To(b"al")),
        [.., b'b', b'l', b'i'] => (3, To(b"ble")),
        [.., b'l', b'i'] => (2, Behind(b"cdeghkmnrt", b"")),
        [.., b'a', b't', b'i', b'o', b'n', b'a', b'l'] => (7, To(b"ate")),
        [.., b't', b'i', b'o', b'n', b'a', b'l'] => (6, To(b"tion")),
        [.., b'i', b'z', b'a', b't', b'i', b'o', b'n'] => (7, To(b"ize")),
        [.., b'a', b't', b'i', b'o', b'n'] => (5, To(b"ate")),
        [.., b'i', b'z', b'e', b'r'] => (4, To(b"ize")),
        [.., b'a', b't', b'o', b'r'] => (4, To(b"ate")),
        [.., b'i', b'v', b'e', b'n', b'e', b's', b's'] => (7, To(b"ive")),
        [.., b'f', b'u', b'l', b'n', b'e', b's', b's'] => (7, To(b"ful")),
        [.., b'o', b'u', b's', b'n', b'e', b's', b's'] => (7, To(b"ous")),
        _ => return None,
    })
}

/// Endings that are left then.
fn further_suffix(word: &[u8]) -> Option<Suffix> {
    use Change::{Further, To};
    Some(match word {
        [.., b'a', b't', b'i', b'o', b'n', b'a', b'l'] => (7, To(b"ate")),
        [.., b't', b'i', b'o', b'n', b'a', b'l'] => (6, To(b"tion")),
        [.., b'i', b'c', b'a', b'l'] => (4, To(b"ic")),
        [.., b'f', b'u', b'l'] => (3, To(b"")),
        [.., b'i', b'c', b'a', b't', b'e'] | [.., b'i', b'c', b'i', b't', b'i'] => (5, To(b"ic")),
        [.., b'a', b't', b'i', b'v', b'e'] => (5, Further),
        [.., b'a', b'l', b'i', b'z', b'e'] => (5, To(b"al")),
        [.., b'n', b'e', b's', b's'] => (4, To(b"")),
        _ => return None,
    })
}

/// And those that go altogether.
fn last_suffix(word: &[u8]) -> Option<Suffix> {
    let length = match word {
        [.., b'e', b'm', b'e', b'n', b't'] => 5,
        [.., b'm', b'e', b'n', b't']
        | [.., b'a' | b'e', b'n', b'c', b'e']
        | [.., b'a' | b'i', b'b', b'l', b'e'] => 4,
        [.., b's' | b't', b'i', b'o', b'n']
        | [.., b'a' | b'e', b'n', b't']
        | [.., b'a', b't', b'e']
        | [.., b'i', b'v' | b'z', b'e']
        | [.., b'i', b't', b'i']
        | [.., b'i', b's', b'm']
        | [.., b'o', b'u', b's'] => 3,
        [.., b'i', b'c'] | [.., b'a', b'l'] | [.., b'e', b'r'] => 2,
        _ => return None,
    };
    Some((length, Change::To(b"")))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rust_stemmers::{Algorithm, Stemmer};

    use super::*;
    use crate::lexicon::english;

    /// Endings, and what stands before them, so that every rule is met with and without what it asks for.
    const FRONTS: [&str; 14] = [
        "", "b", "ab", "bab", "tr", "hop", "hopp", "ay", "y", "general", "commun", "arsen", "rel",
        "'n",
    ];
    const ENDINGS: [&str; 40] = [
        "s", "es", "ies", "ied", "sses", "us", "ss", "eed", "eedly", "ed", "edly", "ing", "ingly",
        "y", "ational", "tional", "ization", "izer", "ator", "alism", "iveness", "fulness",
        "ousness", "aliti", "iviti", "biliti", "bli", "ogi", "logi", "lessli", "li", "icate",
        "ative", "alize", "iciti", "ical", "ement", "ion", "tion", "'s",
    ];

    fn assert_agrees(word: &str) {
        let library = Stemmer::create(Algorithm::English);
        let lower = word.to_lowercase();
        if let Some(stem) = stem(&lower) {
            assert_eq!(stem, library.stem(&lower), "{lower}");
        }
    }

    #[test]
    fn stems_are_those_of_the_library() {
        for front in FRONTS {
            for one in ENDINGS {
                assert_agrees(&format!("{front}{one}"));
                for other in ENDINGS {
                    assert_agrees(&format!("{front}{one}{other}"));
                    assert_agrees(&format!("{front}{other}e{one}l{other}"));
                }
            }
        }
        english().stop_words().for_each(assert_agrees);
        for word in english().words.get_or_init(Default::default).keys() {
            assert_agrees(word);
        }
        for word in
            "skis skies dying early singly news sky succeed innings cannings outings proceeds"
                .split(' ')
        {
            assert_agrees(word);
        }
    }

    proptest! {
        #[test]
        fn stems_of_anything_are_those_of_the_library(
            word in "'?[a-z0-9']{0,3}([bdlstaeiouy]{0,5}|[a-z]{0,4})(ed|ing|ly|s|es|ies|e|l|ll|y|ation|ness|ful|ment|ive|ize|al|ic|ous|'s|'){0,3}",
        ) {
            assert_agrees(&word);
        }

        #[test]
        fn the_regions_of_any_letters_are_those_of_the_library(word in "[aeiouybcdwxst']{1,12}") {
            assert_agrees(&word);
        }
    }
}

//! The words of all blocks, as numbers that are equal for equal words, whatever their case: several repairs compare
//! words, and reading and hashing them takes longer than all that is done with them then.

use std::{borrow::Cow, hash::BuildHasher, ops::Range};

use hashbrown::{DefaultHashBuilder, HashTable};

use super::page::Lowered;
use crate::{lexicon::lowered, words};

/// Different words that there is room for from the start, as many as most articles have.
const ROOM: usize = 400;

/// A word of the article. There are as many as it has words, so that each byte of it counts.
#[derive(Clone, Copy, Debug)]
pub(super) struct Word {
    /// Equal for equal words; numbers are given from 0 on, in the order of the first places.
    pub number: u32,
    /// First byte of its block's text.
    pub start: u32,
    /// One past the last.
    pub end: u32,
}

impl Word {
    /// It as it is written in the `text` of its block.
    pub fn of(self, text: &str) -> &str {
        &text[self.start as usize..self.end as usize]
    }
}

/// The words of all blocks, those of one after those of another.
#[derive(Debug, Default)]
pub(super) struct Numbered {
    /// All words.
    pub words: Vec<Word>,
    /// Where those of each block start among all.
    pub starts: Vec<u32>,
    /// How many different words there are.
    pub different: usize,
}

impl Numbered {
    /// The words of all blocks; small letters part words where capitals do.
    pub fn of(lowered: &Lowered) -> Self {
        let ranges = lowered.ranges();
        let mut numbered = Self { starts: Vec::with_capacity(ranges.len()), ..Self::default() };
        let mut reader = Reader {
            text: lowered.text(),
            hasher: <_>::default(),
            firsts: HashTable::with_capacity(ROOM),
        };
        for range in ranges {
            numbered.starts.push(stored(numbered.words.len()));
            reader.read(range, &mut numbered.words);
        }
        numbered.different = reader.firsts.len();
        numbered
    }

    /// The words of a block.
    pub fn of_block(&self, block: usize) -> &[Word] {
        let start =
            |block: usize| self.starts.get(block).map_or(self.words.len(), |&at| at as usize);
        &self.words[start(block)..start(block + 1)]
    }
}

/// Gives numbers.
struct Reader<'a> {
    text: &'a str,
    hasher: DefaultHashBuilder,
    /// Where each word stands first.
    firsts: HashTable<First>,
}

/// The first place of a word, beside half of its hash: few others are looked at that are not the same.
#[derive(Clone, Copy)]
struct First {
    hash: u32,
    number: u32,
    start: u32,
    end: u32,
}

impl Reader<'_> {
    /// Puts the words of another block behind those of others.
    fn read(&mut self, block: Range<usize>, found: &mut Vec<Word>) {
        let Self { text: all, hasher, firsts } = self;
        let text = &all[block.clone()];
        let plain = text.is_ascii();
        for word in words::words(text) {
            let key = if plain { Cow::Borrowed(word) } else { lowered(word) };
            let hash = half(hasher.hash_one(&*key));
            let same = |first: &First| {
                let other = &all[first.start as usize..first.end as usize];
                first.hash == hash && (other == key || lowered(other) == key)
            };
            let start = word.as_ptr().addr() - text.as_ptr().addr();
            let end = start + word.len();
            let number = stored(firsts.len());
            let first = || First {
                hash,
                number,
                start: stored(block.start + start),
                end: stored(block.start + end),
            };
            let entry = firsts.entry(whole(hash), same, |first| whole(first.hash));
            let number = entry.or_insert_with(first).get().number;
            found.push(Word { number, start: stored(start), end: stored(end) });
        }
    }
}

/// The half of a hash that is kept.
fn half(hash: u64) -> u32 {
    u32::try_from(hash >> 32).unwrap_or_default()
}

/// A hash of which half is kept: a table looks at both ends of it.
fn whole(half: u32) -> u64 {
    u64::from(half) << 32 | u64::from(half)
}

/// A number as it is stored. Articles are far shorter than four billion bytes.
pub(super) fn stored(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use crate::repair::{
        layout,
        page::{Known, Page},
    };
    use standfirst_core::article::Document;

    #[test]
    fn words_of_equal_letters_have_equal_numbers_in_every_block() {
        let text = "The crew left; the CREW’s boat didn't.\nÉlan, élan: THE Straße 3.14";
        let blocks = layout::read(Document::from_text("t", text)).blocks;
        let known = Known::default();
        let numbered = Page::new(&blocks, &known).words();
        let told = |block: usize| -> Vec<(&str, u32)> {
            let words = numbered.of_block(block).iter();
            words.map(|word| (word.of(blocks[block].text()), word.number)).collect()
        };
        let first = [
            ("The", 0),
            ("crew", 1),
            ("left", 2),
            ("the", 0),
            ("CREW’s", 3),
            ("boat", 4),
            ("didn't", 5),
        ];
        assert_eq!(told(0), first);
        assert_eq!(told(1), [("Élan", 6), ("élan", 6), ("THE", 0), ("Straße", 7), ("3.14", 8)]);
        assert_eq!(numbered.different, 9);
    }
}

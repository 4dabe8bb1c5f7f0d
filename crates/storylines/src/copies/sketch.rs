//! What is kept of an article to tell its copies.

use standfirst_text::{lexicon::english, words};

use crate::hash;

/// Words of a shingle.
const SHINGLE: usize = 4;
/// Hashes of a signature.
const HASHES: usize = 128;
/// Hashes of a band: two articles that share a third of their shingles share one of all bands with a
/// probability of .999.
const ROWS: usize = 2;
/// Bands of a signature.
pub(super) const BANDS: usize = HASHES / ROWS;
/// Most shingles that are kept of an article: those with the smallest hashes, which are the same ones in
/// every copy.
const MOST_SHINGLES: usize = 4_096;
/// Fewest shingles that tell anything.
const FEWEST_SHINGLES: usize = 12;
/// Fewest words of a sentence that two articles share by more than chance.
const LONG_SENTENCE: usize = 8;

/// What is kept of an article to tell its copies: some kilobytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sketch {
    /// Hash of all its words.
    pub(super) whole: u64,
    /// Ascending hashes of its shingles.
    pub(super) shingles: Vec<u32>,
    /// Ascending hashes of its figures and of its words with a capital.
    pub(super) facts: Vec<u32>,
    /// Hashes of its longer sentences.
    pub(super) sentences: Vec<u32>,
    /// `MinHash` signature of the shingles; empty without any.
    signature: Vec<u32>,
}

impl Sketch {
    /// Of an article with these sentences.
    pub fn of<'a>(sentences: impl Iterator<Item = &'a str>) -> Self {
        let (mut all, mut facts, mut whole_sentences) = (Vec::new(), Vec::new(), Vec::new());
        for sentence in sentences {
            let from = all.len();
            for (place, word) in words::words(sentence).enumerate() {
                let lower = hash::of(&word.to_lowercase());
                all.push(lower);
                if is_fact(word, place) {
                    facts.push(hash::short(lower));
                }
            }
            if all.len() - from >= LONG_SENTENCE {
                whole_sentences.push(hash::short(joined(&all[from..])));
            }
        }
        let mut shingles: Vec<u32> =
            all.windows(SHINGLE).map(|words| hash::short(joined(words))).collect();
        tidy(&mut shingles);
        tidy(&mut facts);
        tidy(&mut whole_sentences);
        shingles.truncate(MOST_SHINGLES);
        let signature = signature(&shingles);
        Self { whole: joined(&all), shingles, facts, sentences: whole_sentences, signature }
    }

    /// Whether there is enough of it to compare with others.
    pub(super) fn is_comparable(&self) -> bool {
        self.shingles.len() >= FEWEST_SHINGLES
    }

    /// The key of one band; `None` if there is not enough of the article.
    pub(super) fn band(&self, band: usize) -> Option<u64> {
        let rows = self.signature.get(band * ROWS..(band + 1) * ROWS)?;
        self.is_comparable()
            .then(|| rows.iter().fold(0, |key, row| hash::mix(key ^ u64::from(*row))))
    }

    /// Hash of all its words: the same for articles that differ in marks and blanks alone.
    pub fn whole(&self) -> u64 {
        self.whole
    }

    /// Share of the shingles of the shorter of the two that both have, 0–1.
    pub fn shared(&self, other: &Self) -> f64 {
        contained(&self.shingles, &other.shingles)
    }
}

/// Whether a word tells one text from another of the same template: a name or a longer number. Days of the week and
/// months are no names here.
fn is_fact(word: &str, place: usize) -> bool {
    let number = word.starts_with(|c: char| c.is_ascii_digit()) && word.len() > 2;
    let name = place > 0 && word.starts_with(char::is_uppercase);
    number || name && english().calendar().written(word).is_none()
}

fn tidy(hashes: &mut Vec<u32>) {
    hashes.sort_unstable();
    hashes.dedup();
    hashes.shrink_to_fit();
}

fn joined(words: &[u64]) -> u64 {
    words.iter().fold(words.len() as u64, |key, word| hash::mix(key ^ *word))
}

/// For each of the hash functions the least value over all shingles.
fn signature(shingles: &[u32]) -> Vec<u32> {
    if shingles.is_empty() {
        return Vec::new();
    }
    let of = |function: usize| {
        let odd = hash::mix(function as u64 + 1) | 1;
        let values =
            shingles.iter().map(|shingle| hash::short((u64::from(*shingle) + 1).wrapping_mul(odd)));
        values.min().unwrap_or_default()
    };
    (0..HASHES).map(of).collect()
}

/// Share of the smaller of two ascending sets that both have, 0–1; 1 where one is empty.
pub(super) fn contained(one: &[u32], other: &[u32]) -> f64 {
    let (mut at, mut common) = (0, 0_usize);
    for value in one {
        while other.get(at).is_some_and(|other| other < value) {
            at += 1;
        }
        common += usize::from(other.get(at) == Some(value));
    }
    let smaller = one.len().min(other.len());
    if smaller == 0 { 1.0 } else { common as f64 / smaller as f64 }
}

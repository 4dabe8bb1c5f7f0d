//! What happens to a text before it is cut up: characters are exchanged by rules, the longest first, and
//! blanks become characters that can be seen.

use super::{BLANK, SpieceError, file::Spaces};

/// Longest text that something is exchanged for, in bytes; the longest of Unicode's compatibility forms has 33.
const MAX_EXCHANGED: usize = 256;

/// Rules of normalisation: a double-array trie (Aoe 1989, in the layout of Darts-clone) of what is exchanged, and
/// the texts that it is exchanged for, each ended by a zero.
pub struct Normalizer {
    trie: Vec<u32>,
    texts: String,
    spaces: Spaces,
    /// Pieces that are never taken apart.
    user: Vec<String>,
}

impl Normalizer {
    /// Reads the compiled rules, which may be none.
    pub fn new(rules: &[u8], spaces: Spaces, user: Vec<String>) -> Result<Self, SpieceError> {
        let (trie, texts) = halves(rules).ok_or(SpieceError::Rules)?;
        if longest(texts) > MAX_EXCHANGED {
            return Err(SpieceError::Rules);
        }
        let (trie, left) = trie.as_chunks::<4>();
        if !left.is_empty() {
            return Err(SpieceError::Rules);
        }
        let trie = trie.iter().map(|unit| u32::from_le_bytes(*unit)).collect();
        let texts = std::str::from_utf8(texts).map_err(|_| SpieceError::Rules)?.to_owned();
        let user = user.into_iter().filter(|piece| !piece.is_empty()).collect();
        Ok(Self { trie, texts, spaces, user })
    }

    /// `text` as it is cut up.
    pub fn apply(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len() + text.len() / 4);
        let mut rest = text;
        let mut after_blank = self.spaces.squeeze;
        let mut is_first = true;
        while !rest.is_empty() {
            let (mut new, length) = self.exchange(rest);
            rest = &rest[length..];
            if is_first && self.spaces.squeeze && new == " " {
                continue;
            }
            if is_first && self.spaces.prefix {
                out.push(BLANK);
            }
            is_first = false;
            while let (true, Some(shorter)) = (after_blank, new.strip_prefix(' ')) {
                new = shorter;
            }
            if !new.is_empty() {
                out.extend(new.chars().map(|c| if c == ' ' { BLANK } else { c }));
                after_blank = new.ends_with(' ');
            }
            after_blank &= self.spaces.squeeze;
        }
        if self.spaces.squeeze {
            out.truncate(out.trim_end_matches(BLANK).len());
        }
        out
    }

    /// What the beginning of `text`, which is not empty, is exchanged for, and how many bytes of it are.
    fn exchange<'a>(&'a self, text: &'a str) -> (&'a str, usize) {
        let user = self.user.iter().filter(|piece| text.starts_with(piece.as_str()));
        if let Some(length) = user.map(String::len).max() {
            return (&text[..length], length);
        }
        let one = text.chars().next().map_or(0, char::len_utf8);
        self.longest_rule(text).unwrap_or((&text[..one], one))
    }

    /// The longest rule that `text` begins with. What a damaged file leads to beyond its tables is no rule.
    fn longest_rule(&self, text: &str) -> Option<(&str, usize)> {
        let mut found = None;
        let mut node = offset(*self.trie.first()?);
        for (index, byte) in text.bytes().enumerate() {
            node ^= usize::from(byte);
            let Some(&unit) = self.trie.get(node) else { break };
            if label(unit) != u32::from(byte) {
                break;
            }
            node ^= offset(unit);
            if has_leaf(unit) {
                let leaf = self.trie.get(node).map(|unit| value(*unit));
                found = leaf.map(|leaf| (leaf, index + 1)).or(found);
            }
        }
        let (leaf, length) = found.filter(|(_, length)| text.is_char_boundary(*length))?;
        let new = self.texts.get(leaf..)?.split('\0').next()?;
        Some((new, length))
    }
}

/// The table of compiled rules and their texts; `None` where they are cut short.
fn halves(rules: &[u8]) -> Option<(&[u8], &[u8])> {
    match rules.split_first_chunk() {
        None => rules.is_empty().then_some((&[], &[])),
        Some((size, rest)) => {
            rest.split_at_checked(usize::try_from(u32::from_le_bytes(*size)).ok()?)
        }
    }
}

/// The most bytes that compiled rules exchange something for.
pub fn longest_exchange(rules: &[u8]) -> usize {
    halves(rules).map_or(0, |(_, texts)| longest(texts))
}

/// Whether compiled rules lead nowhere outside of themselves, whatever the text: there are readers that do not look.
pub fn is_sound(rules: &[u8]) -> bool {
    let Some((trie, texts)) = halves(rules) else { return false };
    let (trie, left) = trie.as_chunks::<4>();
    let (Some(root), true, Ok(texts)) = (trie.first(), left.is_empty(), str::from_utf8(texts))
    else {
        return false;
    };
    let unit = |at: usize| trie.get(at).map(|unit| u32::from_le_bytes(*unit));
    let mut seen = vec![false; trie.len()];
    let mut open = vec![offset(u32::from_le_bytes(*root))];
    while let Some(node) = open.pop() {
        for byte in 1..=u8::MAX {
            let at = node ^ usize::from(byte);
            let Some(found) = unit(at) else { return false };
            if label(found) != u32::from(byte) || std::mem::replace(&mut seen[at], true) {
                continue;
            }
            let next = at ^ offset(found);
            let leads_on =
                |leaf: Option<u32>| leaf.is_some_and(|leaf| texts.is_char_boundary(value(leaf)));
            if has_leaf(found) && !leads_on(unit(next)) {
                return false;
            }
            open.push(next);
        }
    }
    true
}

fn longest(texts: &[u8]) -> usize {
    texts.split(|byte| *byte == 0).map(<[u8]>::len).max().unwrap_or(0)
}

fn has_leaf(unit: u32) -> bool {
    unit >> 8 & 1 == 1
}

fn value(unit: u32) -> usize {
    (unit & 0x7fff_ffff) as usize
}

fn label(unit: u32) -> u32 {
    unit & 0x8000_00ff
}

fn offset(unit: u32) -> usize {
    ((unit >> 10) << ((unit & 1 << 9) >> 6)) as usize
}

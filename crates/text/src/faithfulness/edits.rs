//! What was changed where a sentence of a summary is nearly a sentence of the article.

use std::ops::Range;

use super::index::Token;

/// Longer sentences are compared up to here.
const MAX_TOKENS: usize = 400;

/// Words of the sentence in the place of words of the passage; either may be none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Edit {
    /// In the sentence.
    pub ours: Range<usize>,
    /// In the passage.
    pub theirs: Range<usize>,
}

/// A word-by-word comparison.
pub(super) struct Comparison {
    /// How many words the two have in common, in order.
    pub common: usize,
    /// Pairs of places of the same word.
    pub anchors: Vec<(usize, usize)>,
    /// What stands between, before and after the common words.
    pub edits: Vec<Edit>,
}

/// Compares a sentence with a passage by the longest common subsequence of their words. Words that tell
/// more are preferred as common ones.
pub(super) fn compare(ours: &[Token], theirs: &[Token]) -> Comparison {
    let ours = &ours[..ours.len().min(MAX_TOKENS)];
    let theirs = &theirs[..theirs.len().min(MAX_TOKENS)];
    let columns = theirs.len() + 1;
    // scores[i][j]: the best for ours[i..] and theirs[j..].
    let mut scores = vec![0u32; (ours.len() + 1) * columns];
    for i in (0..ours.len()).rev() {
        for j in (0..theirs.len()).rev() {
            let skip = scores[(i + 1) * columns + j].max(scores[i * columns + j + 1]);
            let both = match agree(&ours[i], &theirs[j]) {
                0 => 0,
                worth => worth + scores[(i + 1) * columns + j + 1],
            };
            scores[i * columns + j] = skip.max(both);
        }
    }
    let (mut i, mut j) = (0, 0);
    let mut anchors = Vec::new();
    while i < ours.len() && j < theirs.len() {
        let worth = agree(&ours[i], &theirs[j]);
        let here = scores[i * columns + j];
        if worth > 0 && here == worth + scores[(i + 1) * columns + j + 1] {
            anchors.push((i, j));
            (i, j) = (i + 1, j + 1);
        } else if here == scores[(i + 1) * columns + j] {
            i += 1;
        } else {
            j += 1;
        }
    }
    let edits = edits(&anchors, ours.len(), theirs.len());
    Comparison { common: anchors.len(), anchors, edits }
}

/// What two words are worth as a common one: nothing if they are not the same.
fn agree(one: &Token, other: &Token) -> u32 {
    match one.stem == other.stem {
        false => 0,
        true if one.stop => 2,
        true => 3,
    }
}

fn edits(anchors: &[(usize, usize)], ours: usize, theirs: usize) -> Vec<Edit> {
    let mut edits = Vec::new();
    let (mut i, mut j) = (0, 0);
    for &(a, b) in anchors.iter().chain([&(ours, theirs)]) {
        if i < a || j < b {
            edits.push(Edit { ours: i..a, theirs: j..b });
        }
        (i, j) = (a + 1, b + 1);
    }
    edits
}

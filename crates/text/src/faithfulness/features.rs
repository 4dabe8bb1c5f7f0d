//! What the classifier knows of a sentence.

use super::{
    alignment::{Alignment, MAX_EVIDENCE},
    edits::Comparison,
    index::{Id, Index, Token},
    witnesses::Witnesses,
};
use crate::logistic::features;

features! {
    /// The evidence on one sentence, or how much each part of it counts.
    pub(super) struct Features {
        /// Always one.
        bias,
        /// Share of the content, by weight, that the article lacks.
        absent_weight,
        /// Content words that the article lacks, at most four.
        absent_words,
        /// Weight of the heaviest of them, of the largest that there is.
        heaviest_absent,
        /// Share of the content that the best passage holds.
        held_by_first,
        /// What the second passage adds to it.
        held_by_second,
        /// Share that all passages hold together.
        held_by_all,
        /// Share of the pairs of neighbours that the best passage has.
        pairs_in_first,
        /// What the second passage adds to it.
        pairs_in_second,
        /// Share that all passages have together.
        pairs_in_all,
        /// Share of the pairs of neighbours that the article has.
        bigrams,
        /// Share of the triples of neighbours that the article has.
        trigrams,
        /// Length of the longest piece of the article, of that of the sentence.
        longest_run,
        /// How much of the sentence is long pieces of the article (Grusky, Naaman and Artzi 2018), 0–1.
        density,
        /// Pieces of the article for each word.
        runs,
        /// Share of the words that stand in such pieces.
        coverage,
        /// Times that a piece is from another passage than the one before, at most five.
        jumps,
        /// Share of the close pairs of content words that are close in a passage, in the same order.
        close_pairs,
        /// Share that is so only the other way round.
        reversed_pairs,
        /// Share of the words that the best passage has in the same order.
        in_order,
        /// How far apart the passages are, 0–1.
        spread,
        /// Words, of twenty; at most three.
        length,
        /// Names that the article lacks, at most three.
        absent_names,
        /// Names in the place of others, at most three.
        swapped_names,
        /// Numbers that the article lacks, at most three.
        absent_numbers,
        /// Numbers of something else, at most three.
        misplaced_numbers,
        /// Whether a quotation is not verbatim.
        wrong_quotes,
        /// Whether a quotation is given to another speaker.
        wrong_speakers,
        /// Whether a negation or a hedge was dropped or put in.
        flips,
        /// Content words that stand in it before, at most three; three without any passage.
        repeated,
    }
}

/// So far apart two words still belong together.
const WINDOW: usize = 4;
/// So far apart they may be in the article.
const WIDE: usize = 12;

/// Everything that was found out about a sentence.
pub(super) struct Findings<'a> {
    pub index: &'a Index,
    pub tokens: &'a [Token],
    pub alignment: &'a Alignment,
    pub comparison: &'a Comparison,
    pub witnesses: &'a Witnesses,
}

/// The features of a sentence that has at least one word.
pub(super) fn of(found: &Findings<'_>) -> Features {
    let (index, tokens, witnesses) = (found.index, found.tokens, found.witnesses);
    let length = tokens.len().max(1) as f64;
    let content: Vec<&Token> = tokens.iter().filter(|token| token.is_content()).collect();
    let weight: f64 = content.iter().map(|token| token.weight).sum::<f64>().max(0.1);
    let absent: Vec<&&Token> = content.iter().filter(|token| !index.has(token.stem)).collect();
    let absent_weight: f64 = absent.iter().map(|token| token.weight).sum();
    let heaviest = absent.iter().map(|token| token.weight).fold(0.0, f64::max);
    let runs = runs(index, tokens);
    let longest = runs.iter().map(|run| run.length).max().unwrap_or(0) as f64;
    let density: f64 = runs.iter().map(|run| (run.length * run.length) as f64).sum();
    let covered: usize = runs.iter().map(|run| run.length).sum();
    let jumps = runs.windows(2).filter(|pair| pair[0].passage != pair[1].passage).count();
    let (close_pairs, reversed_pairs) = pairs(found, &content);
    let spread = spread(&found.alignment.passages);
    let held = &found.alignment.held;
    let common = found.comparison.common as f64 / length;
    let has_best = !found.alignment.passages.is_empty();
    let repeated = content
        .iter()
        .enumerate()
        .filter(|(at, token)| content[..*at].iter().any(|b| b.stem == token.stem))
        .count();
    Features {
        bias: 1.0,
        absent_weight: absent_weight / weight,
        absent_words: absent.len().min(4) as f64,
        heaviest_absent: heaviest / 5.3,
        held_by_first: held[0],
        held_by_second: held[1] - held[0],
        held_by_all: held[MAX_EVIDENCE - 1],
        pairs_in_first: found.alignment.pairs[0],
        pairs_in_second: found.alignment.pairs[1] - found.alignment.pairs[0],
        pairs_in_all: found.alignment.pairs[MAX_EVIDENCE - 1],
        bigrams: bigrams(index, tokens),
        trigrams: trigrams(index, tokens),
        longest_run: longest / length,
        density: (density / (length * length)).sqrt(),
        runs: runs.len() as f64 / length,
        coverage: covered as f64 / length,
        jumps: jumps.min(5) as f64,
        close_pairs,
        reversed_pairs,
        in_order: common,
        spread,
        length: (length / 20.0).min(3.0),
        absent_names: witnesses.absent_names.len().min(3) as f64,
        swapped_names: witnesses.swapped_names.len().min(3) as f64,
        absent_numbers: witnesses.absent_numbers.len().min(3) as f64,
        misplaced_numbers: witnesses.misplaced_numbers.len().min(3) as f64,
        wrong_quotes: witnesses.wrong_quotes.len().min(1) as f64,
        wrong_speakers: witnesses.wrong_speakers.len().min(1) as f64,
        flips: witnesses.flips.len().min(1) as f64,
        repeated: if has_best { repeated.min(3) as f64 } else { 3.0 },
    }
}

/// Words of the article in a row.
struct Run {
    length: usize,
    passage: usize,
}

/// The sentence as pieces of the article, longest first where they begin (Grusky, Naaman and Artzi
/// 2018); single words are no pieces.
fn runs(index: &Index, tokens: &[Token]) -> Vec<Run> {
    let stems: Vec<Id> = tokens.iter().map(|token| token.stem).collect();
    let mut runs = Vec::new();
    let mut at = 0;
    while at < stems.len() {
        match index.longest_run(&stems[at..]) {
            Some((length, passage)) => {
                runs.push(Run { length, passage });
                at += length;
            }
            None => at += 1,
        }
    }
    runs
}

/// Share of the pairs of neighbours that the article has.
fn bigrams(index: &Index, tokens: &[Token]) -> f64 {
    let pairs =
        tokens.windows(2).filter(|pair| index.has_pair((pair[0].stem, pair[1].stem))).count();
    pairs as f64 / tokens.len().saturating_sub(1).max(1) as f64
}

/// Share of the triples of neighbours that the article has.
fn trigrams(index: &Index, tokens: &[Token]) -> f64 {
    let stems: Vec<Id> = tokens.iter().map(|token| token.stem).collect();
    let has = |triple: &&[Id]| index.longest_run(triple).is_some_and(|(length, _)| length == 3);
    let triples = stems.windows(3).filter(has).count();
    triples as f64 / stems.len().saturating_sub(2).max(1) as f64
}

/// Of the pairs of content words that are close in the sentence, the share that is close in a sentence
/// of the article, and the share that is so only the other way round.
fn pairs(found: &Findings<'_>, content: &[&Token]) -> (f64, f64) {
    let (mut whole, mut together, mut reversed) = (0.0, 0.0, 0.0);
    for (at, one) in content.iter().enumerate() {
        for other in content[at + 1..].iter().take(WINDOW).filter(|other| other.stem != one.stem) {
            let weight = one.weight + other.weight;
            whole += weight;
            match order(found, one.stem, other.stem) {
                Some(true) => together += weight,
                Some(false) => reversed += weight,
                None => {}
            }
        }
    }
    if whole == 0.0 { (0.0, 0.0) } else { (together / whole, reversed / whole) }
}

/// Whether two words are close in one of the passages in this order, or only in the other.
fn order(found: &Findings<'_>, one: Id, other: Id) -> Option<bool> {
    let mut order = None;
    for &passage in &found.alignment.passages {
        let tokens = found.index.tokens(passage);
        for (at, _) in tokens.iter().enumerate().filter(|(_, token)| token.stem == one) {
            let near = |token: &Token| token.stem == other;
            if tokens[at + 1..].iter().take(WIDE).any(near) {
                return Some(true);
            }
            if tokens[..at].iter().rev().take(WIDE).any(near) {
                order = Some(false);
            }
        }
    }
    order
}

/// How far apart the passages are: 0 for one or for neighbours, 1 for a long way.
fn spread(passages: &[usize]) -> f64 {
    let first = passages.iter().min().copied().unwrap_or_default();
    let last = passages.iter().max().copied().unwrap_or_default();
    ((last - first).saturating_sub(1) as f64 / 10.0).min(1.0)
}

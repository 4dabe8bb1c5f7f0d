//! The search for an answer: greedy, or by beams as transformers does it (its `BeamSearchScorer`).
//!
//! It knows no network. Whoever has one asks for the last token of each open beam
//! ([`Search::open`]), hands back the logits of what follows ([`Search::advance`]), and is told which
//! beam each new one goes on from.

use super::rules::Rules;
use crate::engine::native::kernels;

/// How beams are weighed against each other.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Beams {
    /// How many there are; one is a greedy search.
    pub count: usize,
    /// Exponent of the length that the score of a whole answer is divided by.
    pub penalty: f64,
    /// Whether the search ends as soon as there are as many whole answers as beams, or only when no open
    /// beam can come to more than the worst of them, as far as can be told.
    pub early: bool,
}

/// An answer on its way.
pub struct Search<'a> {
    rules: &'a Rules,
    beams: Beams,
    open: Vec<Beam>,
    whole: Vec<Whole>,
    /// No open beam is wanted any more.
    is_done: bool,
    /// So, or the answer is as long as it may be.
    is_over: bool,
}

/// The beginning of an answer.
#[derive(Clone, Debug)]
pub struct Beam {
    /// The token that starts every answer, and those that follow.
    tokens: Vec<u32>,
    /// Logarithm of its probability.
    score: f32,
    /// The index of the beam that it went on from.
    parent: usize,
}

impl Beam {
    /// The token at its end.
    pub fn last(&self) -> u32 {
        self.tokens.last().copied().unwrap_or_default()
    }

    /// Which of the beams of the step before it goes on from.
    pub fn parent(&self) -> usize {
        self.parent
    }
}

/// A whole answer.
struct Whole {
    score: f64,
    tokens: Vec<u32>,
    ended: bool,
}

/// What a search found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The tokens of the answer, without the one that starts it and the one that ends it.
    pub tokens: Vec<u32>,
    /// Whether the network ended it, and not the limit of its length.
    pub ended: bool,
}

/// A network that gave no number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotANumber;

/// The score of beams that are there for form's sake until there are different ones.
const NOBODY: f32 = -1e9;

impl<'a> Search<'a> {
    /// Before the first token. There is one open beam, which holds `start`.
    pub fn new(rules: &'a Rules, beams: Beams, start: u32) -> Self {
        let open = vec![Beam { tokens: vec![start], score: 0.0, parent: 0 }];
        Self { rules, beams, open, whole: Vec::new(), is_done: false, is_over: false }
    }

    /// The beams that want to know what follows; none when the search is over.
    pub fn open(&self) -> &[Beam] {
        if self.is_over { &[] } else { &self.open }
    }

    /// Tokens written so far.
    pub fn length(&self) -> usize {
        self.open.first().map_or(0, |beam| beam.tokens.len() - 1)
    }

    /// Goes on by a token. `logits` has a row for each open beam, and is used up.
    ///
    /// # Errors
    /// [`NotANumber`] if there is one in `logits`, or nothing at all.
    pub fn advance(&mut self, logits: &mut [f32]) -> Result<(), NotANumber> {
        let words = logits.len() / self.open.len().max(1);
        if words == 0 {
            return Err(NotANumber);
        }
        match self.beams.count {
            1 => self.take_likeliest(logits)?,
            _ => self.branch(logits, words)?,
        }
        // The token that starts an answer is not counted.
        self.is_over =
            self.is_done || self.open.iter().any(|beam| beam.tokens.len() > self.rules.most);
        Ok(())
    }

    fn take_likeliest(&mut self, logits: &mut [f32]) -> Result<(), NotANumber> {
        if logits.iter().any(|logit| logit.is_nan()) {
            return Err(NotANumber);
        }
        let beam = &mut self.open[0];
        self.rules.apply(&beam.tokens, logits);
        let Some(best) = candidates(&[0.0], logits, logits.len(), 1).pop() else {
            return Err(NotANumber);
        };
        beam.tokens.push(best.token);
        self.is_done = best.token == self.rules.end;
        Ok(())
    }

    fn branch(&mut self, logits: &mut [f32], words: usize) -> Result<(), NotANumber> {
        for (beam, row) in self.open.iter().zip(logits.chunks_exact_mut(words)) {
            kernels::log_softmax(row).ok_or(NotANumber)?;
            self.rules.apply(&beam.tokens, row);
        }
        let count = self.beams.count;
        // At first one beam stands for all, of which the others are hopeless.
        let mut before: Vec<f32> = self.open.iter().map(|beam| beam.score).collect();
        before.resize(count, NOBODY);
        let best = candidates(&before, logits, words, 2 * count);
        let highest = best.first().map_or(f32::NEG_INFINITY, |best| best.score);
        let mut next = Vec::with_capacity(count);
        for (rank, candidate) in best.iter().enumerate() {
            if candidate.token == self.rules.end {
                if rank < count {
                    self.keep(candidate.beam, candidate.score, true);
                }
            } else {
                next.push(self.longer(candidate));
            }
            if next.len() == count {
                break;
            }
        }
        // There are too few only where the vocabulary is smaller than the beams are many.
        while let (true, Some(last)) = (next.len() < count, next.last()) {
            next.push(Beam { score: NOBODY.min(last.score), ..Beam::clone(last) });
        }
        self.is_done = self.suffices(highest) || next.is_empty();
        self.open = next;
        Ok(())
    }

    fn longer(&self, candidate: &Candidate) -> Beam {
        let mut tokens = Vec::with_capacity(self.rules.most + 1);
        tokens.extend_from_slice(&self.open[candidate.beam].tokens);
        tokens.push(candidate.token);
        Beam { tokens, score: candidate.score, parent: candidate.beam }
    }

    /// Takes up what the beam `index` has as a whole answer, unless there are better ones. `ended`: its end,
    /// which is not among its tokens, counts for its length.
    fn keep(&mut self, index: usize, score: f32, ended: bool) {
        let tokens = self.open[index].tokens[1..].to_vec();
        let length = tokens.len() + usize::from(ended);
        let score = f64::from(score) / (length as f64).powf(self.beams.penalty);
        if self.whole.len() == self.beams.count {
            if score <= self.worst() {
                return;
            }
            let worst = self.worst();
            if let Some(index) = self.whole.iter().position(|whole| whole.score <= worst) {
                self.whole.remove(index);
            }
        }
        self.whole.push(Whole { score, tokens, ended });
    }

    fn worst(&self) -> f64 {
        self.whole.iter().map(|whole| whole.score).fold(f64::INFINITY, f64::min)
    }

    /// Whether no open beam can come to more, the best of which has the score `highest`.
    fn suffices(&self, highest: f32) -> bool {
        if self.whole.len() < self.beams.count {
            return false;
        }
        let length = self.length() as f64 + 1.0;
        self.beams.early || self.worst() >= f64::from(highest) / length.powf(self.beams.penalty)
    }

    /// The best answer.
    pub fn finish(mut self) -> Found {
        if self.beams.count == 1 {
            let mut tokens = self.open.swap_remove(0).tokens.split_off(1);
            let ended = tokens.last() == Some(&self.rules.end);
            tokens.truncate(tokens.len() - usize::from(ended));
            return Found { ended: self.by_itself(tokens.len(), ended), tokens };
        }
        if !self.is_done {
            for index in 0..self.open.len() {
                self.keep(index, self.open[index].score, false);
            }
        }
        // Of equals the last, which stable sorting puts last.
        self.whole.sort_by(|a, b| a.score.total_cmp(&b.score));
        match self.whole.pop() {
            Some(Whole { tokens, ended, .. }) => {
                Found { ended: self.by_itself(tokens.len(), ended), tokens }
            }
            None => Found { tokens: Vec::new(), ended: false },
        }
    }

    /// Whether an answer of so many tokens that `ended` was not made to.
    fn by_itself(&self, tokens: usize, ended: bool) -> bool {
        ended && (tokens + 1 < self.rules.most || self.rules.last.is_none())
    }
}

/// A token that may follow a beam.
#[derive(Clone, Copy, Debug)]
struct Candidate {
    beam: usize,
    token: u32,
    score: f32,
}

/// The `most` of all tokens of all beams that come to the highest scores, the highest first; of equals the
/// first. `before` is what the beams have, `scores` their rows of `words`, or one row for all.
fn candidates(before: &[f32], scores: &[f32], words: usize, most: usize) -> Vec<Candidate> {
    let mut best: Vec<Candidate> = Vec::with_capacity(most + 1);
    for (beam, before) in before.iter().enumerate() {
        let beam = beam % (scores.len() / words);
        for (chunk, part) in scores[beam * words..(beam + 1) * words].chunks(CHUNK).enumerate() {
            let least = best.get(most - 1).map_or(f32::NEG_INFINITY, |last| last.score);
            if best.len() == most && kernels::highest(part) + before <= least {
                continue;
            }
            for (i, score) in part.iter().enumerate() {
                let score = score + before;
                let place = best.partition_point(|other| other.score >= score);
                if place < most {
                    let token = u32::try_from(chunk * CHUNK + i).unwrap_or(u32::MAX);
                    best.insert(place, Candidate { beam, token, score });
                    best.truncate(most);
                }
            }
        }
    }
    best
}

/// Scores that are passed over together where none is high enough.
const CHUNK: usize = 256;

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    use serde::Deserialize;

    use super::*;

    #[derive(Deserialize)]
    struct Golden {
        words: u32,
        start: u32,
        end: u32,
        cases: Vec<Case>,
    }

    #[derive(Debug, Deserialize)]
    struct Case {
        seed: u32,
        beams: usize,
        early_stopping: bool,
        length_penalty: f64,
        max_new_tokens: usize,
        min_new_tokens: usize,
        no_repeat_ngram: usize,
        repetition_penalty: f32,
        forced_bos: Option<u32>,
        forced_eos: Option<u32>,
        tokens: Vec<u32>,
    }

    /// The finaliser of `MurmurHash3`.
    fn mixed(mut x: u32) -> u32 {
        for (shift, factor) in [(16, 0x85eb_ca6b), (13, 0xc2b2_ae35), (16, 1)] {
            x = (x ^ x >> shift).wrapping_mul(factor);
        }
        x
    }

    /// The network of `tests/golden/seq2seq.py` that is a formula.
    fn logits(seed: u32, tokens: &[u32], words: u32) -> Vec<f32> {
        let (last, before) = (tokens.last().unwrap(), tokens.iter().rev().nth(1));
        let length = u32::try_from(tokens.len()).unwrap();
        let state = seed * 40_503 + last * 1_009 + before.unwrap_or(&0) * 9_176 + length * 31;
        let logit = |word: u32| {
            let bits = mixed(mixed(state) ^ word.wrapping_mul(2_654_435_761));
            f64::from(bits) / 4_294_967_296.0 * 6.0 + if word == 2 { 1.5 } else { 0.0 }
        };
        #[expect(clippy::cast_possible_truncation, reason = "the network answers in f32")]
        (0..words).map(|word| logit(word) as f32).collect()
    }

    fn found(golden: &Golden, case: &Case) -> Found {
        let rules = Rules {
            end: golden.end,
            least: case.min_new_tokens,
            most: case.max_new_tokens,
            no_repeat: case.no_repeat_ngram,
            repetition: case.repetition_penalty,
            first: case.forced_bos,
            last: case.forced_eos,
        };
        let beams =
            Beams { count: case.beams, penalty: case.length_penalty, early: case.early_stopping };
        let mut search = Search::new(&rules, beams, golden.start);
        while !search.open().is_empty() {
            let rows = search.open().iter();
            let mut logits: Vec<f32> =
                rows.flat_map(|beam| logits(case.seed, &beam.tokens, golden.words)).collect();
            search.advance(&mut logits).unwrap();
        }
        search.finish()
    }

    #[test]
    fn it_finds_what_transformers_finds() {
        let path =
            Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/golden/seq2seq/search.json");
        let golden: Golden = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
        for case in &golden.cases {
            let found = found(&golden, case);
            let whole = case.tokens.strip_suffix(&[golden.end]);
            assert_eq!(found.tokens, whole.unwrap_or(&case.tokens), "{case:?}");
            let by_force = case.forced_eos.is_some() && case.tokens.len() == case.max_new_tokens;
            assert_eq!(found.ended, whole.is_some() && !by_force, "{case:?}");
        }
    }

    #[test]
    fn what_is_no_number_is_told() {
        let rules = Rules {
            end: 2,
            least: 0,
            most: 5,
            no_repeat: 0,
            repetition: 1.0,
            first: None,
            last: None,
        };
        for count in [1, 3] {
            for bad in [vec![], vec![0.0, f32::NAN, 1.0], vec![f32::NAN; 3]] {
                let beams = Beams { count, penalty: 1.0, early: true };
                let mut search = Search::new(&rules, beams, 0);
                assert_eq!(search.advance(&mut bad.clone()), Err(NotANumber), "{bad:?}");
            }
        }
    }

    #[test]
    fn more_beams_than_words_are_no_harm() {
        let rules = Rules {
            end: 1,
            least: 0,
            most: 4,
            no_repeat: 1,
            repetition: 1.0,
            first: None,
            last: None,
        };
        let mut search = Search::new(&rules, Beams { count: 8, penalty: 1.0, early: false }, 0);
        while !search.open().is_empty() {
            let mut logits: Vec<f32> = search.open().iter().flat_map(|_| [0.5, 0.25]).collect();
            search.advance(&mut logits).unwrap();
        }
        assert!(search.finish().tokens.len() <= 4);
    }
}

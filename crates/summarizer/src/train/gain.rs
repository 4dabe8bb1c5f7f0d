//! What selections of an article's sentences share with its reference: ROUGE-1 and ROUGE-2 F (Lin
//! 2004), fast enough for every selection of a few sentences. Pairs of words over the seam of two
//! sentences do not count, which the scores that are reported do count; for learning it is the same.

use std::collections::HashMap;

use standfirst_core::article::Article;
use standfirst_text::{lexicon::Lexicon, reading, words};

/// Counts of the grams that the reference has.
struct Counts {
    /// Index of the gram, and how often.
    held: Vec<(usize, u16)>,
    /// All grams, those that the reference lacks too.
    length: usize,
}

/// One kind of grams.
struct Grams {
    reference: Vec<u16>,
    length: usize,
    sentences: Vec<Counts>,
}

/// Scores of selections.
pub(super) struct Gain {
    kinds: [Grams; 2],
}

impl Gain {
    pub(super) fn new(article: &Article, reference: &str) -> Self {
        let lexicon = Lexicon::of(article.language());
        let reading = reading::of(article);
        let reference: Vec<String> = words::words(reference).map(|w| lexicon.stem(w)).collect();
        let sentences: Vec<Vec<String>> = (0..article.sentences().len())
            .map(|at| reading.words(at).map(|word| lexicon.stem(word)).collect())
            .collect();
        Self { kinds: [1, 2].map(|n| Grams::new(&reference, &sentences, n)) }
    }

    /// ROUGE-1 and ROUGE-2 F of these sentences, 0–1, the latter with the weight `pairs` of the whole.
    pub(super) fn of(&self, selection: &[usize], pairs: f32) -> f32 {
        let [one, two] = &self.kinds;
        (1.0 - pairs) * one.f(selection) + pairs * two.f(selection)
    }
}

impl Grams {
    fn new(reference: &[String], sentences: &[Vec<String>], n: usize) -> Self {
        let mut known: HashMap<&[String], usize> = HashMap::new();
        let mut counts: Vec<u16> = Vec::new();
        for gram in reference.windows(n) {
            let next = counts.len();
            let index = *known.entry(gram).or_insert(next);
            if index == next {
                counts.push(0);
            }
            counts[index] = counts[index].saturating_add(1);
        }
        let count = |sentence: &Vec<String>| {
            let mut held: Vec<(usize, u16)> = Vec::new();
            for index in sentence.windows(n).filter_map(|gram| known.get(gram).copied()) {
                match held.iter_mut().find(|(i, _)| *i == index) {
                    Some((_, count)) => *count = count.saturating_add(1),
                    None => held.push((index, 1)),
                }
            }
            Counts { held, length: (sentence.len() + 1).saturating_sub(n) }
        };
        Self {
            length: (reference.len() + 1).saturating_sub(n),
            sentences: sentences.iter().map(count).collect(),
            reference: counts,
        }
    }

    fn f(&self, selection: &[usize]) -> f32 {
        let mut seen = vec![0_u16; self.reference.len()];
        let mut length = 0;
        for &i in selection {
            length += self.sentences[i].length;
            for &(gram, count) in &self.sentences[i].held {
                seen[gram] = seen[gram].saturating_add(count);
            }
        }
        let common = seen.iter().zip(&self.reference).map(|(&a, &b)| f32::from(a.min(b)));
        2.0 * common.sum::<f32>() / (length + self.length).max(1) as f32
    }
}

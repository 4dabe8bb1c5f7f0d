//! What the lexical methods count: the words of each sentence as numbered stems.
//!
//! Words are those of Unicode, stems Snowball's, stop words NLTK's. The Python package sumy drops
//! every word with a digit in it and has stop words of its own; a stop word whose stem equals that of
//! a significant word counts in some of its methods, and never does here.

use hashbrown::HashMap;
use ndarray::Array2;
use standfirst_core::article::Article;
use standfirst_text::{grouped::Grouped, lexicon::Lexicon, reading};

/// The sentences of an article as stems. A stem is a number below [`Terms::vocabulary`], given in
/// order of first appearance; a stop word has none.
///
/// Stop words and stems are those of the article's language, where there are any.
pub struct Terms {
    sentences: Vec<Vec<Option<usize>>>,
    vocabulary: usize,
}

impl Terms {
    /// The words of the first `limit` sentences.
    pub fn of(article: &Article, limit: usize) -> Self {
        let lexicon = Lexicon::of(article.language());
        let reading = reading::of(article);
        // By the word as it is written, which most are in one way only.
        let mut known: HashMap<&str, Option<usize>> = HashMap::new();
        let mut stems = HashMap::new();
        let mut number = |word| {
            *known.entry(word).or_insert_with(|| {
                let next = stems.len();
                let content = !lexicon.is_stop_word(word);
                content.then(|| *stems.entry(lexicon.stem(word)).or_insert(next))
            })
        };
        let sentences = (0..article.sentences().len().min(limit))
            .map(|at| reading.words(at).map(&mut number).collect())
            .collect();
        Self { sentences, vocabulary: stems.len() }
    }

    /// Number of sentences.
    pub fn len(&self) -> usize {
        self.sentences.len()
    }

    /// Whether there is no sentence.
    pub fn is_empty(&self) -> bool {
        self.sentences.is_empty()
    }

    /// Number of different stems.
    pub fn vocabulary(&self) -> usize {
        self.vocabulary
    }

    /// Every word of a sentence in order, `None` for stop words.
    pub fn words(&self, sentence: usize) -> &[Option<usize>] {
        &self.sentences[sentence]
    }

    /// The stems of a sentence in order, stop words left out.
    pub fn content(&self, sentence: usize) -> impl Iterator<Item = usize> {
        self.sentences[sentence].iter().flatten().copied()
    }

    /// How often each stem stands in a sentence, by rising stem.
    pub fn counts(&self, sentence: usize) -> Vec<(usize, usize)> {
        let mut stems: Vec<usize> = self.content(sentence).collect();
        stems.sort_unstable();
        stems.chunk_by(|one, other| one == other).map(|same| (same[0], same.len())).collect()
    }

    /// How often each stem stands in all sentences together.
    pub fn totals(&self) -> Vec<usize> {
        let mut totals = vec![0; self.vocabulary];
        for stem in self.sentences.iter().flatten().flatten() {
            totals[*stem] += 1;
        }
        totals
    }
}

/// A weight for some stems, by rising stem: one row of a sparse matrix.
pub type Weights = Vec<(usize, f64)>;

/// The products of all pairs of sparse rows, as a symmetric matrix of `rows.len()` squared. Only
/// pairs that share a stem cost anything.
pub fn products(rows: &[Weights], vocabulary: usize) -> Array2<f64> {
    let postings = rows.iter().enumerate().flat_map(|(row, weights)| {
        weights.iter().map(move |&(stem, weight)| (stem, (row, weight)))
    });
    let postings = Grouped::new(vocabulary, postings);
    let mut products = Array2::zeros((rows.len(), rows.len()));
    for stem in 0..vocabulary {
        let posting = postings.of(stem);
        for (at, &(row, weight)) in posting.iter().enumerate() {
            for &(column, other) in &posting[at..] {
                products[(row, column)] += weight * other;
            }
        }
    }
    mirror(&mut products);
    products
}

/// Copies the upper triangle to the lower one.
fn mirror(matrix: &mut Array2<f64>) {
    for row in 0..matrix.nrows() {
        for column in row + 1..matrix.ncols() {
            matrix[(column, row)] = matrix[(row, column)];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use standfirst_text::sentence::from_sentences;

    #[test]
    fn words_become_numbered_stems_and_stop_words_none() {
        let sentences =
            ["The council voted to close the harbour.", "Voting councils close harbours."];
        let article = from_sentences("t", &sentences).unwrap();
        let terms = Terms::of(&article, 9);
        assert_eq!(
            terms.words(0),
            [None, Some(0), Some(1), None, Some(2), None, Some(3)],
            "language: {:?}",
            article.language()
        );
        assert_eq!(terms.content(1).collect::<Vec<_>>(), [1, 0, 2, 3]);
        assert_eq!(terms.totals(), [2, 2, 2, 2]);
        assert_eq!(Terms::of(&article, 1).len(), 1);
    }

    #[test]
    fn products_are_those_of_the_dense_matrix() {
        let rows = [vec![(0, 1.0), (2, 2.0)], vec![(1, 5.0)], vec![(1, 1.0), (2, 3.0)]];
        let expected = ndarray::array![[5.0, 0.0, 6.0], [0.0, 25.0, 5.0], [6.0, 5.0, 10.0]];
        assert_eq!(products(&rows, 3), expected);
    }
}

//! Likeness of texts by the embeddings of a network that somebody else runs.

use super::rouge::Score;

/// Turns texts into vectors. `None` where the network fails: the measure is then missing.
pub trait Embedder: Send + Sync {
    /// A vector of length 1 for every token of `text` that the network reads.
    fn tokens(&self, text: &str) -> Option<Vec<Vec<f32>>>;

    /// A vector of length 1 for the whole.
    fn text(&self, text: &str) -> Option<Vec<f32>>;
}

/// Greedy matching (Zhang et al. 2020, `BERTScore`, section 3): every token of one text goes with the
/// nearest of the other. Without their weights and rescaling. 0 for a text without tokens.
pub fn greedy_match(reference: &[Vec<f32>], summary: &[Vec<f32>]) -> Score {
    let precision = mean_nearest(summary, reference);
    let recall = mean_nearest(reference, summary);
    let sum = precision + recall;
    let f = if sum > 0.0 { 2.0 * precision * recall / sum } else { 0.0 };
    Score { precision, recall, f }
}

/// Mean over `of` of the highest cosine with one of `among`, not below 0.
fn mean_nearest(of: &[Vec<f32>], among: &[Vec<f32>]) -> f64 {
    if of.is_empty() || among.is_empty() {
        return 0.0;
    }
    let nearest = |row: &Vec<f32>| among.iter().map(|other| dot(row, other)).fold(0.0, f64::max);
    of.iter().map(nearest).sum::<f64>() / of.len() as f64
}

/// Cosine of two vectors of length 1.
pub fn dot(a: &[f32], b: &[f32]) -> f64 {
    a.iter().zip(b).map(|(a, b)| f64::from(a * b)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn matching_by_hand() {
        let (east, north, half) = (vec![1.0, 0.0], vec![0.0, 1.0], vec![0.6, 0.8]);
        let score = greedy_match(&[east.clone(), north.clone()], &[half]);
        assert!((score.precision - 0.8).abs() < 1e-6 && (score.recall - 0.7).abs() < 1e-6);
        let same = greedy_match(&[east.clone(), north.clone()], &[north, east.clone()]);
        assert!((same.f - 1.0).abs() < 1e-12);
        assert!(greedy_match(&[east], &[]).f.abs() < 1e-12);
    }
}

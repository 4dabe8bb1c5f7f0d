//! Centrality in a graph of sentences: where a reader ends up who keeps following links
//! (PageRank, Brin & Page 1998).

use ndarray::{Array1, Array2, Axis};

/// The most sentences that enter a graph: its matrix has their number squared, 72 MB at the limit.
pub const MAX_SENTENCES: usize = 3_000;

/// The walk stops when no more than this much of the reader moves in a step.
const TOLERANCE: f64 = 1e-13;
/// It stops here anyway. A damped walk is through far earlier: 0.85 to the power of 185 is 1e-13.
const MAX_STEPS: usize = 2_000;

/// The share of time that a reader spends at each sentence, sum 1.
///
/// `links` is symmetric and not negative. With probability `damping` (0–1) the reader follows a link
/// of the present sentence, in proportion to its weight; otherwise, and from a sentence without
/// links, the reader opens any sentence at random.
pub fn centrality(links: &Array2<f64>, damping: f64) -> Vec<f64> {
    let count = links.nrows() as f64;
    let degrees = links.sum_axis(Axis(1));
    let mut shares = Array1::from_elem(links.nrows(), 1.0 / count);
    let sparse = Sparse::of(links);
    let follow = |leaving: &Array1<f64>| match &sparse {
        Some(sparse) => sparse.dot(leaving),
        None => links.dot(leaving),
    };
    for _ in 0..MAX_STEPS {
        let followed = follow(&per_link(&shares, &degrees)) * damping;
        let jumps = (1.0 - followed.sum()) / count;
        let next = followed + jumps;
        let moved = (&next - &shares).mapv(f64::abs).sum();
        shares = next;
        if moved < TOLERANCE {
            break;
        }
    }
    shares.to_vec()
}

/// A matrix of which most is zero, without that. A step of the walk takes as long as there are links, then.
struct Sparse {
    /// Column and weight, row by row.
    links: Vec<(u32, f64)>,
    /// Where each row ends.
    ends: Vec<usize>,
}

impl Sparse {
    /// The matrix, if at most one of so many of its numbers is not zero: more would take more than half as much room again.
    const SHARE: usize = 4;

    fn of(matrix: &Array2<f64>) -> Option<Self> {
        let count = matrix.iter().filter(|link| **link != 0.0).count();
        if count * Self::SHARE > matrix.len() {
            return None;
        }
        let mut sparse =
            Self { links: Vec::with_capacity(count), ends: Vec::with_capacity(matrix.nrows()) };
        for row in matrix.rows() {
            let linked = (0..).zip(row).filter(|(_, link)| **link != 0.0);
            sparse.links.extend(linked.map(|(column, &link)| (column, link)));
            sparse.ends.push(sparse.links.len());
        }
        Some(sparse)
    }

    /// Its product with a column.
    fn dot(&self, column: &Array1<f64>) -> Array1<f64> {
        let mut start = 0;
        let rows =
            self.ends.iter().map(|&end| &self.links[std::mem::replace(&mut start, end)..end]);
        rows.map(|row| row.iter().map(|&(at, link)| link * column[at as usize]).sum()).collect()
    }
}

/// What one unit of link carries away from each sentence; nothing where there are no links.
fn per_link(shares: &Array1<f64>, degrees: &Array1<f64>) -> Array1<f64> {
    ndarray::Zip::from(shares)
        .and(degrees)
        .map_collect(|&share, &degree| if degree > 0.0 { share / degree } else { 0.0 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hub_of_a_star_is_central_and_shares_sum_to_one() {
        let star = ndarray::array![[0.0, 1.0, 1.0], [1.0, 0.0, 0.0], [1.0, 0.0, 0.0]];
        let shares = centrality(&star, 0.85);
        // By hand: hub h = 0.05 + 0.85 (1 - h), so h = 0.9 / 1.85.
        assert!((shares[0] - 0.9 / 1.85).abs() < 1e-9, "{shares:?}");
        assert!((shares.iter().sum::<f64>() - 1.0).abs() < 1e-12);
    }

    #[test]
    fn a_matrix_without_its_zeros_has_the_same_product() {
        let column = Array1::from_iter((0..9).map(|at| f64::from(at) + 0.5));
        let mut matrix = Array2::zeros((9, 9));
        for (row, other, link) in [(0, 8, 2.0), (3, 3, 0.5), (3, 7, 4.0), (8, 0, 2.0)] {
            matrix[(row, other)] = link;
        }
        assert_eq!(Sparse::of(&matrix).unwrap().dot(&column), matrix.dot(&column));
        assert!(Sparse::of(&Array2::ones((9, 9))).is_none());
    }

    #[test]
    fn sentences_without_links_are_all_alike() {
        assert_eq!(centrality(&Array2::zeros((4, 4)), 0.85), [0.25; 4]);
    }
}

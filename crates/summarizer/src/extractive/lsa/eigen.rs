//! Eigenvalues and eigenvectors of a symmetric matrix: Householder's reflections leave three
//! diagonals, implicit QR steps with Wilkinson's shift leave one (Golub & Van Loan 2013, 8.3).

use ndarray::{Array1, Array2, ArrayViewMut1, Axis, Zip, s};

/// Most steps for each value; two or three are usual.
const MAX_STEPS: usize = 64;

/// What a symmetric matrix is made of.
pub struct Eigen {
    /// In no order; exact to some 1e-15 of the largest.
    pub values: Vec<f64>,
    /// Row `i` belongs to value `i`. Rows are of length 1, and at right angles to each other.
    pub vectors: Array2<f64>,
}

impl Eigen {
    /// Of `matrix`, which is symmetric. The time grows with the third power of its size.
    pub fn of(matrix: Array2<f64>) -> Self {
        let mut reduced = Tridiagonal::of(matrix);
        reduced.diagonalize();
        Self { values: reduced.diagonal, vectors: reduced.rows }
    }
}

/// A matrix of three diagonals, and the rows that turn it into another.
struct Tridiagonal {
    diagonal: Vec<f64>,
    /// Above and below it.
    beside: Vec<f64>,
    rows: Array2<f64>,
}

impl Tridiagonal {
    /// Reflects away, column by column, what stands below the second diagonal.
    fn of(mut matrix: Array2<f64>) -> Self {
        let size = matrix.nrows();
        let (mut beside, mut mirrors) = (Vec::new(), Vec::new());
        for column in 0..size.saturating_sub(1) {
            let below = matrix.slice(s![column + 1.., column]).to_owned();
            let (mirror, length) = mirror(below);
            beside.push(length);
            let mut rest = matrix.slice_mut(s![column + 1.., column + 1..]);
            let seen = rest.dot(&mirror);
            let across = &seen - &(&mirror * mirror.dot(&seen));
            for ((mut row, m), a) in rest.axis_iter_mut(Axis(0)).zip(&mirror).zip(&across) {
                row.scaled_add(-2.0 * m, &across);
                row.scaled_add(-2.0 * a, &mirror);
            }
            mirrors.push(mirror);
        }
        let mut rows = Array2::eye(size);
        for (column, mirror) in mirrors.iter().enumerate().rev() {
            for mut row in rows.slice_mut(s![column + 1.., column + 1..]).rows_mut() {
                let along = row.dot(mirror);
                row.scaled_add(-2.0 * along, mirror);
            }
        }
        Self { diagonal: matrix.diag().to_vec(), beside, rows }
    }

    /// Takes steps until nothing is left beside the diagonal.
    fn diagonalize(&mut self) {
        let numbers = self.diagonal.iter().chain(&self.beside);
        let nothing = f64::EPSILON * numbers.fold(0.0_f64, |most, x| most.max(x.abs()));
        let mut last = self.diagonal.len().saturating_sub(1);
        for _ in 0..MAX_STEPS * self.diagonal.len() {
            let is_left = |x: &&f64| x.abs() > nothing;
            let done = self.beside[..last].iter().rev().take_while(|x| !is_left(x)).count();
            last -= done;
            if last == 0 {
                return;
            }
            let linked = self.beside[..last].iter().rev().take_while(is_left).count();
            self.step(last - linked, last);
        }
    }

    /// One QR step on the rows and columns `first..=last`, none of whose numbers beside the diagonal
    /// is 0: a turn makes a bulge, the next ones chase it out at the end.
    fn step(&mut self, first: usize, last: usize) {
        let Self { diagonal, beside, rows } = self;
        let (half, end) = ((diagonal[last - 1] - diagonal[last]) / 2.0, beside[last - 1]);
        let shift = diagonal[last] - end * end / (half + half.hypot(end).copysign(half));
        let (mut x, mut bulge) = (diagonal[first] - shift, beside[first]);
        for k in first..last {
            let length = x.hypot(bulge);
            let (c, s) = if length > 0.0 { (x / length, bulge / length) } else { (1.0, 0.0) };
            if k > first {
                beside[k - 1] = length;
            }
            let (upper, between, lower) = (diagonal[k], beside[k], diagonal[k + 1]);
            diagonal[k] = c * c * upper + 2.0 * c * s * between + s * s * lower;
            diagonal[k + 1] = s * s * upper - 2.0 * c * s * between + c * c * lower;
            beside[k] = c * s * (lower - upper) + (c * c - s * s) * between;
            if k + 1 < last {
                (x, bulge) = (beside[k], s * beside[k + 1]);
                beside[k + 1] *= c;
            }
            let (one, other) = rows.multi_slice_mut((s![k, ..], s![k + 1, ..]));
            turn(one, other, c, s);
        }
    }
}

/// The unit vector along which a reflection takes `x` to a multiple of the first axis, and that
/// multiple.
fn mirror(mut x: Array1<f64>) -> (Array1<f64>, f64) {
    let multiple = -x.dot(&x).sqrt().copysign(x[0]);
    x[0] -= multiple;
    let length = x.dot(&x).sqrt();
    if length > 0.0 {
        x /= length;
    }
    (x, multiple)
}

/// Turns two rows by the angle of this cosine and sine.
fn turn(x: ArrayViewMut1<'_, f64>, y: ArrayViewMut1<'_, f64>, c: f64, s: f64) {
    Zip::from(x).and(y).for_each(|x, y| (*x, *y) = (c * *x + s * *y, c * *y - s * *x));
}

#[cfg(test)]
mod tests {
    use standfirst_core::random::SplitMix64;

    use super::*;

    /// The product of a matrix of chance with itself, of at most this rank.
    fn matrix(size: usize, rank: usize) -> Array2<f64> {
        let mut random = SplitMix64::new(11);
        let half = Array2::from_shape_simple_fn((size, rank), || random.fraction() - 0.5);
        half.dot(&half.t())
    }

    /// How far the parts are from being those of `matrix`, at most.
    fn apart(matrix: &Array2<f64>) -> f64 {
        let Eigen { values, vectors } = Eigen::of(matrix.clone());
        let values = Array2::from_diag(&Array1::from_vec(values));
        let again = vectors.t().dot(&values).dot(&vectors) - matrix;
        let right = vectors.dot(&vectors.t()) - Array2::<f64>::eye(matrix.nrows());
        again.iter().chain(&right).fold(0.0, |most, x| most.max(x.abs()))
    }

    #[test]
    fn the_parts_make_up_the_matrix() {
        for (size, rank) in [(0, 0), (1, 1), (2, 2), (3, 1), (17, 40), (60, 20), (130, 130)] {
            let apart = apart(&matrix(size, rank));
            assert!(apart < 1e-12 * (rank + 1) as f64, "{size}, {rank}: {apart:e}");
        }
        let (zeros, ones) = (Array2::zeros((5, 5)), Array2::ones((7, 7)));
        assert!(apart(&zeros) < 1e-15 && apart(&ones) < 1e-14);
        assert!(apart(&Array2::eye(6)) < 1e-15);
    }

    #[test]
    fn the_values_are_those_that_are_known() {
        // 2 on the diagonal and −1 beside it: 2 − 2 cos(kπ / (n + 1)).
        let n = 9;
        let near = |i: usize, j: usize| if i.abs_diff(j) == 1 { -1.0 } else { 0.0 };
        let matrix = Array2::from_shape_fn((n, n), |(i, j)| if i == j { 2.0 } else { near(i, j) });
        let mut found = Eigen::of(matrix).values;
        found.sort_by(f64::total_cmp);
        for (k, found) in (1..).zip(found) {
            let angle = f64::from(k) * std::f64::consts::PI / (n + 1) as f64;
            assert!((found - (2.0 - 2.0 * angle.cos())).abs() < 1e-14, "{k}: {found}");
        }
    }
}

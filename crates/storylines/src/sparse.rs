//! Vectors of few words out of many: hashes of words, ascending, with their weights.

/// Hashes, ascending, with weights.
pub type Sparse = Vec<(u32, f32)>;

/// Sum of the products of the weights of what both have.
pub(crate) fn dot(one: &[(u32, f32)], other: &[(u32, f32)]) -> f32 {
    let (mut at, mut product) = (0, 0.0);
    for (hash, weight) in one {
        while other.get(at).is_some_and(|(other, _)| other < hash) {
            at += 1;
        }
        if let Some((_, more)) = other.get(at).filter(|(other, _)| other == hash) {
            product += weight * more;
        }
    }
    product
}

/// Euclidean length.
pub(crate) fn length(words: &[(u32, f32)]) -> f32 {
    words.iter().map(|(_, weight)| weight * weight).sum::<f32>().sqrt()
}

/// The same direction at length 1; as it is without any weight.
pub(crate) fn unit(mut words: Sparse) -> Sparse {
    let length = length(&words);
    if length > 0.0 {
        for (_, weight) in &mut words {
            *weight /= length;
        }
    }
    words
}

/// Cosine of two vectors, by their product and that of their lengths; 0 where one has no direction.
pub(crate) fn cosine(product: f32, lengths: f32) -> f32 {
    if lengths > 0.0 { product / lengths } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cosine_is_the_product_of_unit_vectors() {
        let (one, other) = (vec![(1, 3.0), (4, 4.0)], vec![(0, 9.0), (4, 2.0), (7, 1.0)]);
        assert!((dot(&one, &other) - 8.0).abs() < 1e-6 && (length(&one) - 5.0).abs() < 1e-6);
        let product = dot(&unit(one.clone()), &unit(other.clone()));
        let lengths = length(&one) * length(&other);
        assert!((cosine(dot(&one, &other), lengths) - product).abs() < 1e-6);
        assert!(
            cosine(0.0, length(&[])).abs() < f32::EPSILON && unit(vec![(1, 0.0)]) == [(1, 0.0)]
        );
    }
}

//! Rows that go through a product together.
//!
//! Eight rows are a panel, and what is left over stands in panels of four, two and one. In a panel the rows'
//! first blocks stand side by side, then their second ones, and so on.

/// Some rows next to each other, in blocks of `B`.
pub(super) struct Panel<'a, B> {
    /// Index of the first.
    pub(super) first: usize,
    /// How many: 8, 4, 2 or 1.
    pub(super) rows: usize,
    /// Block by block, row by row.
    pub(super) blocks: &'a [B],
}

/// The panels of `rows` rows of `per_row` blocks each.
pub(super) fn panels<B>(
    blocks: &[B],
    rows: usize,
    per_row: usize,
) -> impl Iterator<Item = Panel<'_, B>> {
    places(rows).map(move |(first, rows)| {
        let blocks = &blocks[first * per_row..(first + rows) * per_row];
        Panel { first, rows, blocks }
    })
}

/// First row and number of rows of each panel of `rows` rows.
pub(super) fn places(rows: usize) -> impl Iterator<Item = (usize, usize)> {
    let mut first = 0;
    std::iter::from_fn(move || {
        let count = [8, 4, 2, 1].into_iter().find(|count| first + count <= rows)?;
        first += count;
        Some((first - count, count))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn panels_take_every_row_once() {
        let found: Vec<_> = places(23).collect();
        assert_eq!(found, [(0, 8), (8, 8), (16, 4), (20, 2), (22, 1)]);
        assert_eq!(places(0).count(), 0);
    }
}

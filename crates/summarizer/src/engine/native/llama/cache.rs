//! Keys and values of the tokens that a sequence has so far, in 16 bits each, laid out for
//! [`super::attention`].

use crate::engine::native::half::narrow;

/// Keys that are compared with a query at once.
pub const TILE: usize = 16;

/// What has to be known of a network to keep its keys and values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    /// Layers.
    pub layers: usize,
    /// Heads of keys and values.
    pub heads: usize,
    /// Numbers in a key or a value.
    pub size: usize,
}

impl Shape {
    /// Room that a token takes, in bytes.
    pub fn bytes_per_token(self) -> usize {
        self.layers * self.heads * self.size * 2 * size_of::<u16>()
    }
}

/// Keys and values of one head in one layer.
#[derive(Clone, Copy)]
pub struct Head<'a> {
    /// Tile by tile, number by number: the tile's sixteen keys side by side.
    pub keys: &'a [[u16; TILE]],
    /// Token by token.
    pub values: &'a [u16],
}

/// The keys and values of one sequence, with room for all tokens that it may come to have.
#[derive(Clone)]
pub struct Cache {
    shape: Shape,
    /// Tokens there is room for, in whole tiles.
    room: usize,
    /// Tokens there are.
    length: usize,
    /// Layer by layer, head by head.
    keys: Vec<[u16; TILE]>,
    values: Vec<u16>,
}

impl Cache {
    /// No tokens, and room for `tokens`.
    pub fn new(shape: Shape, tokens: usize) -> Self {
        let room = tokens.next_multiple_of(TILE);
        let numbers = shape.layers * shape.heads * shape.size * room;
        let (keys, values) = (vec![[0; TILE]; numbers / TILE], vec![0; numbers]);
        Self { shape, room, length: 0, keys, values }
    }

    /// The same tokens, with room for `tokens`, which is no less than there are.
    pub fn with_room(&self, tokens: usize) -> Self {
        let mut copy = Self::new(self.shape, tokens);
        let (size, rows) = (self.shape.size, self.length.div_ceil(TILE) * self.shape.size);
        for (to, from) in copy
            .keys
            .chunks_exact_mut(copy.room / TILE * size)
            .zip(self.keys.chunks_exact((self.room / TILE * size).max(1)))
        {
            to[..rows].copy_from_slice(&from[..rows]);
        }
        for (to, from) in copy
            .values
            .chunks_exact_mut(copy.room * size)
            .zip(self.values.chunks_exact((self.room * size).max(1)))
        {
            to[..self.length * size].copy_from_slice(&from[..self.length * size]);
        }
        copy.length = self.length;
        copy
    }

    /// How many tokens there are.
    pub fn length(&self) -> usize {
        self.length
    }

    /// Counts `tokens` more, whose keys and values have been put in every layer.
    pub fn grow(&mut self, tokens: usize) {
        self.length += tokens;
    }

    /// Forgets all tokens but the first `tokens`, which are no more than there are.
    pub fn truncate(&mut self, tokens: usize) {
        self.length = self.length.min(tokens);
    }

    /// Puts the key and the value of all heads, one after the other, in their place.
    pub fn put(&mut self, layer: usize, position: usize, keys: &[f32], values: &[f32]) {
        let size = self.shape.size;
        for head in 0..self.shape.heads {
            let (key, value) =
                (&keys[head * size..(head + 1) * size], &values[head * size..(head + 1) * size]);
            let first = (layer * self.shape.heads + head) * self.room;
            let tile = (first + position) / TILE * size;
            for (to, x) in self.keys[tile..tile + size].iter_mut().zip(key) {
                to[position % TILE] = narrow(*x);
            }
            let start = (first + position) * size;
            for (to, x) in self.values[start..start + size].iter_mut().zip(value) {
                *to = narrow(*x);
            }
        }
    }

    /// The keys and values of a head, with what room there is behind them.
    pub fn head(&self, layer: usize, head: usize) -> Head<'_> {
        let size = self.shape.size;
        let first = (layer * self.shape.heads + head) * self.room;
        Head {
            keys: &self.keys[first / TILE * size..(first + self.room) / TILE * size],
            values: &self.values[first * size..(first + self.room) * size],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_with_more_room_has_the_same_tokens() {
        let shape = Shape { layers: 2, heads: 3, size: 4 };
        let mut cache = Cache::new(shape, 20);
        for layer in 0..2 {
            for position in 0..18 {
                let numbers: Vec<f32> =
                    (0..12_u8).map(|i| f32::from(i) + 100.0 * (position + layer) as f32).collect();
                cache.put(layer, position, &numbers, &numbers);
            }
        }
        cache.grow(18);
        let copy = cache.with_room(70);
        assert_eq!(copy.length(), 18);
        for layer in 0..2 {
            for head in 0..3 {
                let (a, b) = (cache.head(layer, head), copy.head(layer, head));
                assert_eq!(a.keys[..2 * 4], b.keys[..2 * 4]);
                assert_eq!(a.values[..18 * 4], b.values[..18 * 4]);
                assert_eq!(a.values[17 * 4], narrow((head * 4 + 100 * (17 + layer)) as f32));
            }
        }
        assert_eq!(Cache::new(shape, 0).with_room(3).length(), 0);
    }
}

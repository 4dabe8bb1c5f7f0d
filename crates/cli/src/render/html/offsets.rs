//! Byte offsets as browsers count: in UTF-16 units.

use standfirst_core::article::Span;

/// The offsets of one text.
pub struct Offsets(Vec<u32>);

impl Offsets {
    /// For `text`, of which every byte is given the units before its character.
    pub fn new(text: &str) -> Self {
        let mut units = Vec::with_capacity(text.len() + 1);
        let mut before = 0;
        for c in text.chars() {
            units.extend(std::iter::repeat_n(before, c.len_utf8()));
            before += if c.len_utf16() == 2 { 2 } else { 1 };
        }
        units.push(before);
        Self(units)
    }

    /// `[start, end]` of a span; of one that lies outside, what is inside.
    pub fn pair(&self, span: Span) -> [u32; 2] {
        [self.units(span.start), self.units(span.end)]
    }

    fn units(&self, byte: usize) -> u32 {
        self.0.get(byte).or(self.0.last()).copied().unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_those_of_utf_16() {
        let text = "aä–😀z";
        let offsets = Offsets::new(text);
        for (byte, _) in text.char_indices().chain([(text.len(), ' ')]) {
            let expected = text[..byte].encode_utf16().count();
            assert_eq!(offsets.units(byte) as usize, expected, "at {byte}");
        }
        assert_eq!(offsets.pair(Span::new(0, 900)), [0, 6]);
        assert_eq!(Offsets::new("").pair(Span::new(0, 3)), [0, 0]);
    }
}

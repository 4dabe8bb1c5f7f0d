//! A text as an encoder reads it.

use standfirst_core::article::Span;

/// The tokens of a text, as far as a network reads.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tokens {
    /// Their numbers, the special ones' around them.
    pub ids: Vec<u32>,
    /// Which bytes of the text each stands for: none for the special ones. As many as `ids`.
    pub places: Vec<Span>,
    /// How many bytes from the start of the text they stand for: all of it if it is short enough. On a
    /// character boundary.
    pub bytes_read: usize,
}

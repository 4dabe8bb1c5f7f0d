//! What can be wrong with a GGUF file.

use std::path::PathBuf;

/// A file that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{} cannot be used", path.display())]
pub struct GgufError {
    /// The file.
    pub path: PathBuf,
    /// What is wrong.
    #[source]
    pub problem: Problem,
}

/// What is wrong with a file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Problem {
    /// It ends in the middle of something.
    #[error("the file ends in the middle of its header, at a {0}")]
    Truncated(&'static str),
    /// It is something else.
    #[error("the file does not begin with \"GGUF\": it is of another kind")]
    Magic,
    /// Too old, too new, or written for a big-endian machine.
    #[error("the file is of version {0}, and versions 2 and 3 (little-endian) can be read")]
    Version(u32),
    /// A length that the rest of the file cannot hold.
    #[error("a {what} is {found}, and the file has only {left} bytes left")]
    Length {
        /// Of what.
        what: &'static str,
        /// As the header says.
        found: u64,
        /// Bytes left.
        left: usize,
    },
    /// A type of value that the specification does not have.
    #[error("a value is of the unknown type {0}")]
    ValueType(u32),
    /// Lists in lists in lists.
    #[error("lists stand in lists more than {0} deep")]
    Nesting(usize),
    /// One name for two things.
    #[error("{0:?} stands in the header twice")]
    Twice(String),
    /// Data cannot be aligned to that.
    #[error("general.alignment is {0}, and must be a power of two up to 65,536")]
    Alignment(String),
    /// Too many dimensions, or none.
    #[error("tensor {name} has {found} dimensions, and 1 to 4 are allowed")]
    Dimensions {
        /// The tensor.
        name: String,
        /// How many.
        found: u32,
    },
    /// A format of numbers that is not known here.
    #[error(
        "tensor {name} is of type {found}, which this engine does not know; take a file in Q4_0 to Q8_0, Q2_K to Q6_K, F16, BF16 or F32"
    )]
    Kind {
        /// The tensor.
        name: String,
        /// Its type.
        found: u32,
    },
    /// Sizes that cannot be.
    #[error("tensor {name} is {shape:?}, which is no whole number of blocks, or beyond all bounds")]
    Size {
        /// The tensor.
        name: String,
        /// As the file has it, innermost first.
        shape: Vec<u64>,
    },
    /// Data that do not begin where data may.
    #[error("tensor {name} begins at {offset}, which is not aligned")]
    Misaligned {
        /// The tensor.
        name: String,
        /// Its offset.
        offset: u64,
    },
    /// Data behind the end of the file.
    #[error("the data of tensor {name} lie behind the end of the file; it is cut short")]
    Outside {
        /// The tensor.
        name: String,
    },
    /// Data that two tensors share.
    #[error("the data of tensors {first} and {second} overlap; the file is damaged")]
    Overlap {
        /// The one that begins first.
        first: String,
        /// The other.
        second: String,
    },
    /// Lists that are too long.
    #[error("lists hold more than {0} values together")]
    Values(usize),
    /// A number that networks cannot compute with.
    #[error("tensor {name} holds a number that is not {allowed}")]
    Number {
        /// The tensor.
        name: String,
        /// What its numbers should be.
        allowed: &'static str,
    },
    /// No value under a key.
    #[error("the file does not say {0}")]
    MissingKey(String),
    /// A value of another type.
    #[error("{key} must be {expected}")]
    Type {
        /// Its key.
        key: String,
        /// What it should be.
        expected: &'static str,
    },
    /// No such tensor.
    #[error("the file has no tensor {0}")]
    MissingTensor(String),
}

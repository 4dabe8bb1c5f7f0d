//! Layers in 8 bits: products of integers, everything between them in `f32`.
//!
//! A row's answer depends on that row alone, and a sequence's on that sequence, whatever stands beside it
//! in the batch; see [`dense`](super::super::quant::dense).

use super::{
    network::{Pass, first_rows},
    source::Source,
};
use crate::engine::{
    EngineError,
    native::{
        kernels::{self, Norm},
        quant::{
            Kernel,
            dense::{BLOCK, Codes, Dense, multiply, multiply_rows},
        },
    },
};

/// Tokens from which on no further sequence joins those that go through a layer together: what is between
/// products of so many stays near the processor, and the weights are still read rarely.
const GROUP: usize = 128;

/// One block of attention and feed-forward.
pub struct Layer {
    /// 3·width × width: queries, keys and values in one product.
    project: Dense,
    project_bias: Vec<f32>,
    /// width × width.
    output: Dense,
    output_rows: Rows,
    /// intermediate × width.
    widen: Dense,
    widen_bias: Vec<f32>,
    /// width × intermediate.
    narrow: Dense,
    narrow_rows: Rows,
}

/// Bias of a product, scale and shift of the normalisation after it.
struct Rows {
    bias: Vec<f32>,
    scale: Vec<f32>,
    shift: Vec<f32>,
}

/// What a pass works on, kept from layer to layer.
#[derive(Default)]
struct Scratch {
    codes: Codes,
    /// Of what is in between the two products of the feed-forward part.
    inner: Codes,
    projected: Vec<f32>,
    context: Vec<f32>,
    attended: Vec<f32>,
    widened: Vec<f32>,
    attention: kernels::Scratch,
}

/// What `layers` make of `hidden`, tokens × width.
pub fn forward(layers: &[Layer], mut hidden: Vec<f32>, pass: &Pass<'_>) -> Vec<f32> {
    let (kernel, mut scratch) = (Kernel::best(), Scratch::default());
    for layer in layers {
        let mut rest = hidden.as_mut_slice();
        for lengths in groups(pass.lengths) {
            let tokens: usize = lengths.iter().sum();
            let (group, others) = rest.split_at_mut(tokens * layer.output.rows());
            layer.attend(kernel, group, &Pass { lengths, ..*pass }, &mut scratch);
            layer.feed(kernel, group, pass.epsilon, &mut scratch);
            rest = others;
        }
    }
    hidden
}

/// What `layers` make of the first token of each sequence, sequences × width: the last of them computes no other,
/// and gives the very numbers that [`forward`] would.
pub fn first_states(layers: &[Layer], hidden: Vec<f32>, width: usize, pass: &Pass<'_>) -> Vec<f32> {
    match layers.split_last() {
        Some((last, before)) => {
            last.first_states(Kernel::best(), &forward(before, hidden, pass), pass)
        }
        None => first_rows(&hidden, pass.lengths, width),
    }
}

/// The sequences that go through a layer together, by their lengths.
fn groups(lengths: &[usize]) -> impl Iterator<Item = &[usize]> {
    let mut tokens = 0;
    lengths.chunk_by(move |own, _| {
        tokens += own;
        let joins = tokens < GROUP;
        tokens = if joins { tokens } else { 0 };
        joins
    })
}

impl Layer {
    /// The layer `index` of `source`.
    pub fn load(source: &Source<'_>, index: usize) -> Result<Self, EngineError> {
        let (width, inner) = (source.config.hidden_size, source.config.intermediate_size);
        let matrix = |name: &str, rows, columns| -> Result<_, EngineError> {
            Ok(Dense::new(&source.matrix(index, name, [rows, columns])?, columns))
        };
        let row = |name: &str, part: &str, count| source.row(index, name, part, count);
        let rows = |block: &str| -> Result<_, EngineError> {
            let (product, norm) = (format!("{block}.dense"), format!("{block}.LayerNorm"));
            let (scale, shift) = (row(&norm, "weight", width)?, row(&norm, "bias", width)?);
            Ok(Rows { bias: row(&product, "bias", width)?, scale, shift })
        };
        let (mut project, mut project_bias) = (Vec::new(), Vec::new());
        for part in ["query", "key", "value"] {
            let part = format!("attention.self.{part}");
            project.extend(source.matrix(index, &part, [width, width])?);
            project_bias.extend(row(&part, "bias", width)?);
        }
        Ok(Self {
            project: Dense::new(&project, width),
            project_bias,
            output: matrix("attention.output.dense", width, width)?,
            output_rows: rows("attention.output")?,
            widen: matrix("intermediate.dense", inner, width)?,
            widen_bias: row("intermediate.dense", "bias", inner)?,
            narrow: matrix("output.dense", width, inner)?,
            narrow_rows: rows("output")?,
        })
    }

    /// Puts what attention makes of `hidden` into the context.
    fn attend(&self, kernel: Kernel, hidden: &[f32], pass: &Pass<'_>, scratch: &mut Scratch) {
        self.project(kernel, hidden, scratch);
        let Scratch { projected, context, attention, .. } = scratch;
        context.resize(hidden.len(), 0.0);
        let sequences = pass.sequences();
        kernels::attention_into(projected, &self.project_bias, sequences, context, attention);
    }

    /// Queries, keys and values of `hidden`.
    fn project(&self, kernel: Kernel, hidden: &[f32], scratch: &mut Scratch) {
        let Scratch { codes, projected, .. } = scratch;
        codes.load(hidden, self.project.columns());
        projected.resize(codes.rows() * self.project.rows(), 0.0);
        multiply(kernel, &self.project, codes, projected);
    }

    /// From `hidden` to what the layer makes of the first token of each sequence.
    fn first_states(&self, kernel: Kernel, hidden: &[f32], pass: &Pass<'_>) -> Vec<f32> {
        let (width, mut scratch) = (self.output.rows(), Scratch::default());
        let (mut rest, mut contexts) = (hidden, Vec::new());
        for lengths in groups(pass.lengths) {
            let (group, others) = rest.split_at(lengths.iter().sum::<usize>() * width);
            self.project(kernel, group, &mut scratch);
            let Scratch { projected, context, attention, .. } = &mut scratch;
            context.resize(lengths.len() * width, 0.0);
            let sequences = Pass { lengths, ..*pass }.sequences();
            kernels::first_attention_into(
                projected,
                &self.project_bias,
                sequences,
                context,
                attention,
            );
            contexts.extend_from_slice(context);
            rest = others;
        }
        scratch.context = contexts;
        let mut states = first_rows(hidden, pass.lengths, width);
        self.feed(kernel, &mut states, pass.epsilon, &mut scratch);
        states
    }

    /// What follows on attention: from the context and `hidden` to `hidden`.
    fn feed(&self, kernel: Kernel, hidden: &mut [f32], epsilon: f32, scratch: &mut Scratch) {
        let Scratch { codes, inner, context, attended, widened, .. } = scratch;
        let width = self.output.rows();
        attended.resize(hidden.len(), 0.0);
        codes.load(context, width);
        multiply(kernel, &self.output, codes, attended);
        self.output_rows.add_and_norm(attended, hidden, epsilon);
        codes.load(attended, width);
        self.widen(kernel, codes, widened, inner);
        multiply(kernel, &self.narrow, inner, hidden);
        self.narrow_rows.add_and_norm(hidden, attended, epsilon);
    }

    /// The first product of the feed-forward part and its activation, a block at a time: never more of it than
    /// stays near the processor.
    fn widen(&self, kernel: Kernel, codes: &Codes, widened: &mut Vec<f32>, inner: &mut Codes) {
        inner.resize(codes.rows(), self.widen.rows());
        for (block, bias) in self.widen_bias.chunks(BLOCK).enumerate() {
            let which = block * BLOCK..block * BLOCK + bias.len();
            widened.resize(codes.rows() * bias.len(), 0.0);
            multiply_rows(kernel, &self.widen, which, codes, widened);
            kernels::gelu(widened, bias);
            inner.load_block(block, widened);
        }
    }
}

impl Rows {
    fn add_and_norm(&self, x: &mut [f32], residual: &[f32], epsilon: f32) {
        let norm = Norm { scale: &self.scale, shift: &self.shift, epsilon };
        kernels::add_and_norm(x, residual, &self.bias, norm);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WIDTH: usize = 32;
    const INNER: usize = 160;

    fn noise(seed: usize, count: usize) -> Vec<f32> {
        (0..count).map(|i| ((i + seed) * 7_919 % 1_009) as f32 / 500.0 - 1.0).collect()
    }

    fn layer(seed: usize) -> Layer {
        let dense = |at: usize, rows: usize, columns: usize| {
            Dense::new(&noise(seed + at, rows * columns), columns)
        };
        let rows = |at: usize| Rows {
            bias: noise(seed + at, WIDTH),
            scale: noise(seed + at + 1, WIDTH),
            shift: noise(seed + at + 2, WIDTH),
        };
        Layer {
            project: dense(1, 3 * WIDTH, WIDTH),
            project_bias: noise(seed + 2, 3 * WIDTH),
            output: dense(3, WIDTH, WIDTH),
            output_rows: rows(4),
            widen: dense(7, INNER, WIDTH),
            widen_bias: noise(seed + 8, INNER),
            narrow: dense(9, WIDTH, INNER),
            narrow_rows: rows(10),
        }
    }

    #[test]
    fn first_states_are_those_of_the_whole_pass_in_any_company() {
        // Two groups, and a sequence of one token.
        let lengths = [70, 3, 1, 40, 19];
        let layers = [layer(0), layer(500)];
        let hidden = noise(77, lengths.iter().sum::<usize>() * WIDTH);
        let pass = Pass { lengths: &lengths, heads: 2, distances: None, epsilon: 1e-12 };
        let expected = first_rows(&forward(&layers, hidden.clone(), &pass), &lengths, WIDTH);
        let found = first_states(&layers, hidden.clone(), WIDTH, &pass);
        assert_eq!(found, expected);
        let mut start = 0;
        for (length, expected) in lengths.iter().zip(expected.chunks(WIDTH)) {
            let own = hidden[start * WIDTH..(start + length) * WIDTH].to_vec();
            let pass = Pass { lengths: std::slice::from_ref(length), ..pass };
            assert_eq!(first_states(&layers, own, WIDTH, &pass), expected);
            start += length;
        }
    }

    #[test]
    fn a_sequence_without_tokens_has_no_state_and_changes_no_other() {
        let layers = [layer(0), layer(500)];
        let states = |lengths: &[usize]| {
            let hidden = noise(77, lengths.iter().sum::<usize>() * WIDTH);
            let pass = Pass { lengths, heads: 2, distances: None, epsilon: 1e-12 };
            (forward(&layers, hidden.clone(), &pass), first_states(&layers, hidden, WIDTH, &pass))
        };
        let ((all, firsts), (others, two)) = (states(&[3, 0, 2]), states(&[3, 2]));
        assert_eq!(all, others);
        assert_eq!([&firsts[..WIDTH], &firsts[2 * WIDTH..]], [&two[..WIDTH], &two[WIDTH..]]);
        assert!(firsts[WIDTH..2 * WIDTH].iter().all(|x| x.is_nan()));
        let (all, firsts) = states(&[0]);
        assert!(all.is_empty() && firsts.len() == WIDTH && firsts.iter().all(|x| x.is_nan()));
    }
}

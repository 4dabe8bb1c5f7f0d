//! Layers in 8 bits: products of integers, everything between them in `f32`.
//!
//! A row's answer depends on that row alone, and a sequence's on that sequence, whatever stands beside it
//! in the batch; see [`dense`](super::super::quant::dense).

use super::{network::Pass, source::Source};
use crate::engine::{
    EngineError,
    native::{
        kernels::{self, Norm},
        quant::{
            Kernel,
            dense::{Codes, Dense, multiply},
        },
    },
};

/// Tokens that go through the feed-forward part at once: what is between its products stays near the
/// processor.
const CHUNK: usize = 32;
/// Tokens from which on no further sequence joins those that go through a layer together: queries, keys and
/// values of so many stay near the processor, too, and the weights are still read rarely.
const GROUP: usize = 64;

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
        let Scratch { codes, projected, context, attention, .. } = scratch;
        codes.load(hidden, self.project.columns());
        projected.resize(codes.rows() * self.project.rows(), 0.0);
        context.resize(hidden.len(), 0.0);
        multiply(kernel, &self.project, codes, projected);
        kernels::attention_into(
            projected,
            &self.project_bias,
            pass.sequences(),
            context,
            attention,
        );
    }

    /// What follows on attention, a few tokens at a time: from the context and `hidden` to `hidden`.
    fn feed(&self, kernel: Kernel, hidden: &mut [f32], epsilon: f32, scratch: &mut Scratch) {
        let Scratch { codes, context, attended, widened, .. } = scratch;
        let width = self.output.rows();
        let chunks = context.chunks(CHUNK * width).zip(hidden.chunks_mut(CHUNK * width));
        for (context, hidden) in chunks {
            let tokens = hidden.len() / width;
            attended.resize(tokens * width, 0.0);
            codes.load(context, width);
            multiply(kernel, &self.output, codes, attended);
            self.output_rows.add_and_norm(attended, hidden, epsilon);
            codes.load(attended, width);
            widened.resize(tokens * self.widen.rows(), 0.0);
            multiply(kernel, &self.widen, codes, widened);
            kernels::gelu(widened, &self.widen_bias);
            codes.load(widened, self.widen.rows());
            multiply(kernel, &self.narrow, codes, hidden);
            self.narrow_rows.add_and_norm(hidden, attended, epsilon);
        }
    }
}

impl Rows {
    fn add_and_norm(&self, x: &mut [f32], residual: &[f32], epsilon: f32) {
        let norm = Norm { scale: &self.scale, shift: &self.shift, epsilon };
        kernels::add_and_norm(x, residual, &self.bias, norm);
    }
}

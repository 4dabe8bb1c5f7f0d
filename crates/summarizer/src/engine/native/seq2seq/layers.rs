//! What encoders and decoders are built of: products, norms, feed-forward layers.

use std::ops::Range;

use standfirst_core::card::Precision;

use super::{
    config::{Activation, Config, Sizes},
    full::Full,
};
use crate::engine::{
    EngineError,
    native::{
        half,
        kernels::{self, Norm as Scales},
        quant::{
            Kernel,
            dense::{BLOCK, Codes, Dense, multiply, multiply_rows},
        },
        weights::Weights,
    },
};

/// Where layers are read from, and as what.
#[derive(Clone, Copy)]
pub struct Source<'a> {
    pub weights: &'a Weights,
    pub config: &'a Config,
    pub precision: Precision,
}

/// Room that products use again.
#[derive(Default)]
pub struct Room {
    codes: Codes,
    /// Of what is in between the two products of a feed-forward layer.
    inner: Codes,
}

/// A product, and what is added to it.
pub struct Linear {
    matrix: Matrix,
    bias: Option<Vec<f32>>,
}

enum Matrix {
    Full(Full),
    Int8(Dense),
}

impl Source<'_> {
    /// The products `names`, each to as many numbers as `rows` says, as one.
    pub fn linear(
        &self,
        names: &[String],
        rows: usize,
        columns: usize,
    ) -> Result<Linear, EngineError> {
        let (mut weights, mut bias) = (Vec::new(), Vec::new());
        for name in names {
            let part = self.weights.numbers(&format!("{name}.weight"), &[rows, columns])?;
            // Not before a part was seen to be of this shape: a configuration may say anything.
            self.weights.make_room(&mut weights, names.len() * part.len())?;
            weights.extend(part);
            if !self.config.kind.is_t5() {
                bias.extend(self.weights.numbers(&format!("{name}.bias"), &[rows])?);
            }
        }
        let bias = Some(bias).filter(|bias| !bias.is_empty());
        Ok(Linear { matrix: Matrix::new(&weights, columns, self.precision), bias })
    }

    /// The norm `name` of vectors of the network's width.
    pub fn norm(&self, name: &str) -> Result<Norm, EngineError> {
        let width = self.config.width;
        let scale = self.weights.numbers(&format!("{name}.weight"), &[width])?;
        let shift = if self.config.kind.is_t5() {
            None
        } else {
            Some(self.weights.numbers(&format!("{name}.bias"), &[width])?)
        };
        Ok(Norm { scale, shift, epsilon: self.config.epsilon })
    }

    /// The feed-forward layer under `name`, between names of its norm that the caller knows.
    pub fn feed(&self, name: &str, sizes: Sizes) -> Result<Feed, EngineError> {
        let Config { width, gated, activation, kind, .. } = *self.config;
        let of = |part: &str| vec![format!("{name}.{part}")];
        let (first, gate, last) = match (kind.is_t5(), gated) {
            (false, _) => ("fc1", None, "fc2"),
            (true, false) => ("wi", None, "wo"),
            (true, true) => ("wi_0", Some("wi_1"), "wo"),
        };
        Ok(Feed {
            widen: self.linear(&of(first), sizes.inner, width)?,
            gate: gate.map(|gate| self.linear(&of(gate), sizes.inner, width)).transpose()?,
            narrow: self.linear(&of(last), width, sizes.inner)?,
            activation,
        })
    }
}

impl Matrix {
    fn new(weights: &[f32], columns: usize, precision: Precision) -> Self {
        match precision {
            Precision::F32 => Self::Full(Full::new(weights, columns)),
            Precision::Int8 => Self::Int8(Dense::new(weights, columns)),
        }
    }
}

impl Linear {
    /// A product without bias.
    pub fn plain(weights: &[f32], columns: usize, precision: Precision) -> Self {
        Self { matrix: Matrix::new(weights, columns, precision), bias: None }
    }

    /// How many numbers it answers.
    pub fn rows(&self) -> usize {
        match &self.matrix {
            Matrix::Full(full) => full.rows(),
            Matrix::Int8(dense) => dense.rows(),
        }
    }

    /// What is added to the product; empty if nothing is.
    pub fn bias(&self) -> &[f32] {
        self.bias.as_deref().unwrap_or_default()
    }

    /// The product of each row of `x`, which are `columns` long, without the bias.
    pub fn product(&self, x: &[f32], columns: usize, room: &mut Room, out: &mut Vec<f32>) {
        out.resize(x.len() / columns * self.rows(), 0.0);
        match &self.matrix {
            Matrix::Full(full) => full.multiply(x, out),
            Matrix::Int8(dense) => {
                room.codes.load(x, columns);
                multiply(Kernel::best(), dense, &room.codes, out);
            }
        }
    }

    /// The same with the bias.
    pub fn apply(&self, x: &[f32], columns: usize, room: &mut Room, out: &mut Vec<f32>) {
        self.product(x, columns, room, out);
        self.add_bias(out);
    }

    fn add_bias(&self, out: &mut [f32]) {
        if let Some(bias) = &self.bias {
            out.chunks_exact_mut(bias.len()).for_each(|row| kernels::add(row, bias));
        }
    }

    /// The numbers `which` of the product of each row of `x`, with the bias. Nothing of a matrix that is not in 8 bits.
    fn some(&self, which: Range<usize>, x: &Codes, out: &mut Vec<f32>) {
        out.resize(x.rows() * which.len(), 0.0);
        if let Matrix::Int8(dense) = &self.matrix {
            multiply_rows(Kernel::best(), dense, which.clone(), x, out);
        }
        if let Some(bias) = &self.bias {
            out.chunks_exact_mut(which.len())
                .for_each(|row| kernels::add(row, &bias[which.clone()]));
        }
    }
}

/// A normalisation: of layers (Ba, Kiros & Hinton 2016), or by the root mean square alone (Zhang & Sennrich
/// 2019).
pub struct Norm {
    scale: Vec<f32>,
    shift: Option<Vec<f32>>,
    epsilon: f32,
}

impl Norm {
    /// Normalises each row of `x`.
    pub fn apply(&self, x: &mut [f32]) {
        match &self.shift {
            Some(shift) => {
                let scales = Scales { scale: &self.scale, shift, epsilon: self.epsilon };
                kernels::norm_in_place(x, scales);
            }
            None => kernels::rms_norm_in_place(x, &self.scale, self.epsilon),
        }
    }
}

/// A feed-forward layer.
pub struct Feed {
    widen: Linear,
    gate: Option<Linear>,
    narrow: Linear,
    activation: Activation,
}

/// What a feed-forward layer works on.
#[derive(Default)]
pub struct Widened {
    x: Vec<f32>,
    gate: Vec<f32>,
}

impl Feed {
    /// What it makes of each row of `x`, which are `width` long.
    pub fn apply(
        &self,
        x: &[f32],
        width: usize,
        room: &mut Room,
        widened: &mut Widened,
        out: &mut Vec<f32>,
    ) {
        if let (Matrix::Int8(widen), Matrix::Int8(narrow)) =
            (&self.widen.matrix, &self.narrow.matrix)
        {
            room.codes.load(x, width);
            self.widen_by_blocks(widen.rows(), room, widened);
            out.resize(x.len() / width * narrow.rows(), 0.0);
            multiply(Kernel::best(), narrow, &room.inner, out);
            self.narrow.add_bias(out);
            return;
        }
        self.widen.apply(x, width, room, &mut widened.x);
        self.activation.apply(&mut widened.x);
        if let Some(gate) = &self.gate {
            gate.apply(x, width, room, &mut widened.gate);
            kernels::multiply(&mut widened.x, &widened.gate);
        }
        self.narrow.apply(&widened.x, self.widen.rows(), room, out);
    }

    /// The first product of what was rounded and its activation, rounded again, a block at a time: never more of it
    /// than stays near the processor. `inner` numbers become of each row.
    fn widen_by_blocks(&self, inner: usize, room: &mut Room, widened: &mut Widened) {
        room.inner.resize(room.codes.rows(), inner);
        for (block, start) in (0..inner).step_by(BLOCK).enumerate() {
            let which = start..inner.min(start + BLOCK);
            self.widen.some(which.clone(), &room.codes, &mut widened.x);
            self.activation.apply(&mut widened.x);
            if let Some(gate) = &self.gate {
                gate.some(which, &room.codes, &mut widened.gate);
                kernels::multiply(&mut widened.x, &widened.gate);
            }
            room.inner.load_block(block, &widened.x);
        }
    }
}

impl Activation {
    fn apply(self, x: &mut [f32]) {
        match self {
            Self::Relu => kernels::relu(x),
            Self::Gelu => kernels::gelu_plain(x),
            Self::GeluTanh => kernels::gelu_tanh(x),
            Self::Silu => kernels::silu(x),
        }
    }
}

/// The vectors of tokens.
pub struct Table {
    numbers: Numbers,
    width: usize,
}

/// In 8 bits, the products that follow are far coarser than halves are.
enum Numbers {
    Full(Vec<f32>),
    Half(Vec<u16>),
}

impl Table {
    /// Of rows of `width` numbers.
    pub fn new(rows: Vec<f32>, width: usize, precision: Precision) -> Self {
        // What halves cannot hold stays as it is, and what is no number is told in the end.
        let fits = rows.iter().all(|x| x.abs() < 65_504.0);
        let numbers = match precision {
            Precision::Int8 if fits => {
                Numbers::Half(rows.iter().map(|x| half::narrow(*x)).collect())
            }
            _ => Numbers::Full(rows),
        };
        Self { numbers, width }
    }

    /// Appends row `index` to `out`, each number times `factor`.
    pub fn take(&self, index: usize, factor: f32, out: &mut Vec<f32>) {
        let range = index * self.width..(index + 1) * self.width;
        match &self.numbers {
            Numbers::Full(rows) => out.extend(rows[range].iter().map(|x| x * factor)),
            Numbers::Half(rows) => {
                out.extend(rows[range].iter().map(|bits| half::widen(*bits) * factor));
            }
        }
    }
}

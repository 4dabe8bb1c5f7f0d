//! The forward pass of `LLaMA` and its kin (Touvron et al. 2023): tokens in, logits out.
//!
//! One call takes the next tokens of any number of sequences: a long prompt of one, or one token of
//! each of many, which then share every read of the weights. All rows go through the products
//! together; attention is each sequence's own. A row's numbers depend on its sequence only.

use super::{
    attention::{self, Queries},
    cache::Cache,
    config::{Architecture, Config},
    rope::Rope,
};
use crate::engine::{
    EngineError,
    native::{
        gguf::Gguf,
        kernels,
        quant::{Activations, Kernel, Matrix, dequantize, multiply},
    },
};

/// A product and what is added to it.
struct Linear {
    matrix: Matrix,
    bias: Option<Vec<f32>>,
}

struct Layer {
    attention_norm: Vec<f32>,
    query: Linear,
    key: Linear,
    value: Linear,
    /// Scales of the norms of single queries and keys.
    head_norms: Option<(Vec<f32>, Vec<f32>)>,
    output: Linear,
    inner_norm: Vec<f32>,
    gate: Linear,
    up: Linear,
    down: Linear,
}

/// A decoder, ready to run.
pub struct Network {
    config: Config,
    kernel: Kernel,
    embedding: Matrix,
    layers: Vec<Layer>,
    norm: Vec<f32>,
    /// The last product; the embedding serves where there is none.
    head: Option<Matrix>,
    rope: Rope,
}

/// The next tokens of a sequence.
pub struct Step<'a> {
    /// The tokens before them.
    pub cache: &'a mut Cache,
    /// At least one.
    pub tokens: &'a [u32],
    /// How many of them, the last, are asked what follows.
    pub wanted: usize,
}

/// Intermediate results, kept from call to call.
#[derive(Default)]
pub struct Room {
    hidden: Vec<f32>,
    normed: Vec<f32>,
    activations: Activations,
    queries: Vec<f32>,
    keys: Vec<f32>,
    values: Vec<f32>,
    attended: Vec<f32>,
    gate: Vec<f32>,
    up: Vec<f32>,
    sum: Vec<f32>,
    attention: attention::Scratch,
}

impl Network {
    /// The network in `gguf`.
    ///
    /// # Errors
    /// [`EngineError`] if a tensor is missing or of another shape than the metadata say.
    pub fn load(gguf: &Gguf) -> Result<Self, EngineError> {
        let config = Config::from_gguf(gguf)?;
        let vocabulary = gguf.tensor("token_embd.weight")?.shape.first().copied().unwrap_or(0);
        let tensors = Tensors { gguf };
        let head = gguf
            .has_tensor("output.weight")
            .then(|| tensors.matrix("output.weight", vocabulary, config.width));
        Ok(Self {
            embedding: tensors.matrix("token_embd.weight", vocabulary, config.width)?,
            layers: (0..config.layers)
                .map(|index| tensors.layer(index, &config))
                .collect::<Result<_, _>>()?,
            norm: tensors.vector("output_norm.weight", config.width)?,
            head: head.transpose()?,
            rope: tensors.rope(&config)?,
            kernel: Kernel::best(),
            config,
        })
    }

    /// Its sizes.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// How many tokens it knows: the length of a row of logits.
    pub fn vocabulary(&self) -> usize {
        self.embedding.rows()
    }

    /// Takes up the tokens of all `steps`, each in the room of its cache. The logits of what follows
    /// each token that is asked are written to `logits`, a row for each, step by step.
    pub fn forward(&self, steps: &mut [Step<'_>], room: &mut Room, logits: &mut Vec<f32>) {
        self.embed(steps, room);
        let turns = self.rope.turns(steps.iter().flat_map(|step| {
            let first = step.cache.length();
            first..first + step.tokens.len()
        }));
        for (index, layer) in self.layers.iter().enumerate() {
            self.attend(index, layer, steps, &turns, room);
            self.feed_forward(layer, room);
        }
        self.logits(steps, room, logits);
        for step in steps {
            step.cache.grow(step.tokens.len());
        }
    }

    fn embed(&self, steps: &[Step<'_>], room: &mut Room) {
        let tokens: Vec<u32> = steps.iter().flat_map(|step| step.tokens).copied().collect();
        resize(&mut room.hidden, tokens.len() * self.config.width);
        for (token, row) in tokens.iter().zip(room.hidden.chunks_exact_mut(self.config.width)) {
            self.embedding.row(*token as usize, row);
        }
    }

    fn attend(
        &self,
        index: usize,
        layer: &Layer,
        steps: &mut [Step<'_>],
        turns: &[f32],
        room: &mut Room,
    ) {
        let config = &self.config;
        self.norm_into(&layer.attention_norm, room);
        self.product(&layer.query, &room.activations, &mut room.queries);
        self.product(&layer.key, &room.activations, &mut room.keys);
        self.product(&layer.value, &room.activations, &mut room.values);
        if let Some((query, key)) = &layer.head_norms {
            kernels::rms_norm_in_place(&mut room.queries, query, config.epsilon);
            kernels::rms_norm_in_place(&mut room.keys, key, config.epsilon);
        }
        self.rope.turn(&mut room.queries, config.heads, config.size, turns);
        self.rope.turn(&mut room.keys, config.shared, config.size, turns);
        resize(&mut room.attended, room.queries.len());
        let (wide, narrow) = (config.heads * config.size, config.shared * config.size);
        let mut row = 0;
        for step in steps {
            let (first, count) = (step.cache.length(), step.tokens.len());
            for token in 0..count {
                let at = (row + token) * narrow..(row + token + 1) * narrow;
                step.cache.put(index, first + token, &room.keys[at.clone()], &room.values[at]);
            }
            let at = row * wide..(row + count) * wide;
            let queries = Queries {
                rows: &room.queries[at.clone()],
                heads: config.heads,
                shared: config.shared,
                size: config.size,
                first,
            };
            let out = &mut room.attended[at];
            attention::attend(step.cache, index, &queries, &mut room.attention, out);
            row += count;
        }
        room.activations.load(&room.attended, wide);
        self.product(&layer.output, &room.activations, &mut room.sum);
        kernels::add(&mut room.hidden, &room.sum);
    }

    fn feed_forward(&self, layer: &Layer, room: &mut Room) {
        self.norm_into(&layer.inner_norm, room);
        self.product(&layer.gate, &room.activations, &mut room.gate);
        self.product(&layer.up, &room.activations, &mut room.up);
        kernels::gated_silu(&mut room.gate, &room.up);
        room.activations.load(&room.gate, self.config.inner);
        self.product(&layer.down, &room.activations, &mut room.sum);
        kernels::add(&mut room.hidden, &room.sum);
    }

    fn logits(&self, steps: &[Step<'_>], room: &mut Room, logits: &mut Vec<f32>) {
        let width = self.config.width;
        let (mut end, mut rows) = (0, 0);
        for step in steps {
            end += step.tokens.len();
            room.hidden.copy_within((end - step.wanted) * width..end * width, rows * width);
            rows += step.wanted;
        }
        let head = self.head.as_ref().unwrap_or(&self.embedding);
        resize(logits, rows * head.rows());
        if rows == 0 {
            return;
        }
        room.hidden.truncate(rows * width);
        self.norm_into(&self.norm, room);
        multiply(self.kernel, head, &room.activations, logits);
    }

    /// The hidden rows, normalised and rounded for a product.
    fn norm_into(&self, scale: &[f32], room: &mut Room) {
        room.normed.clear();
        room.normed.extend_from_slice(&room.hidden);
        kernels::rms_norm_in_place(&mut room.normed, scale, self.config.epsilon);
        room.activations.load(&room.normed, self.config.width);
    }

    fn product(&self, linear: &Linear, x: &Activations, out: &mut Vec<f32>) {
        resize(out, x.rows() * linear.matrix.rows());
        multiply(self.kernel, &linear.matrix, x, out);
        if let Some(bias) = &linear.bias {
            out.chunks_exact_mut(bias.len()).for_each(|row| kernels::add(row, bias));
        }
    }
}

/// `length` numbers, whatever they are.
fn resize(buffer: &mut Vec<f32>, length: usize) {
    buffer.resize(length, 0.0);
}

/// The tensors of a file, by the shapes that the configuration asks for.
struct Tensors<'a> {
    gguf: &'a Gguf,
}

impl Tensors<'_> {
    fn layer(&self, index: usize, config: &Config) -> Result<Layer, EngineError> {
        let name = |rest: &str| format!("blk.{index}.{rest}");
        let linear = |rest: &str, rows, columns| self.linear(&name(rest), rows, columns);
        let (width, inner) = (config.width, config.inner);
        let (wide, narrow) = (config.heads * config.size, config.shared * config.size);
        let head_norms = match config.architecture {
            Architecture::Qwen3 => Some((
                self.vector(&name("attn_q_norm.weight"), config.size)?,
                self.vector(&name("attn_k_norm.weight"), config.size)?,
            )),
            Architecture::Llama | Architecture::Qwen2 => None,
        };
        Ok(Layer {
            attention_norm: self.vector(&name("attn_norm.weight"), width)?,
            query: linear("attn_q", wide, width)?,
            key: linear("attn_k", narrow, width)?,
            value: linear("attn_v", narrow, width)?,
            head_norms,
            output: linear("attn_output", width, wide)?,
            inner_norm: self.vector(&name("ffn_norm.weight"), width)?,
            gate: linear("ffn_gate", inner, width)?,
            up: linear("ffn_up", inner, width)?,
            down: linear("ffn_down", width, inner)?,
        })
    }

    /// The product `name` and its bias, where the file has one.
    fn linear(&self, name: &str, rows: usize, columns: usize) -> Result<Linear, EngineError> {
        let bias = format!("{name}.bias");
        Ok(Linear {
            matrix: self.matrix(&format!("{name}.weight"), rows, columns)?,
            bias: self.gguf.has_tensor(&bias).then(|| self.vector(&bias, rows)).transpose()?,
        })
    }

    fn matrix(&self, name: &str, rows: usize, columns: usize) -> Result<Matrix, EngineError> {
        let tensor = self.gguf.tensor(name)?;
        self.check(name, &tensor.shape, &[rows, columns])?;
        Matrix::pack(&tensor).map_err(EngineError::forward)
    }

    fn vector(&self, name: &str, length: usize) -> Result<Vec<f32>, EngineError> {
        let tensor = self.gguf.tensor(name)?;
        self.check(name, &tensor.shape, &[length])?;
        dequantize(&tensor).map_err(EngineError::forward)
    }

    fn rope(&self, config: &Config) -> Result<Rope, EngineError> {
        let name = "rope_freqs.weight";
        let divisors = if self.gguf.has_tensor(name) {
            self.vector(name, config.rope_size / 2)?
        } else {
            vec![1.0; config.rope_size / 2]
        };
        Ok(Rope::new(config, divisors))
    }

    fn check(&self, name: &str, found: &[usize], expected: &[usize]) -> Result<(), EngineError> {
        if found == expected {
            return Ok(());
        }
        Err(EngineError::Shape {
            path: self.gguf.path().into(),
            name: name.to_owned(),
            found: found.to_vec(),
            expected: expected.to_vec(),
        })
    }
}

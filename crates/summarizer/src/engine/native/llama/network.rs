//! The forward pass of `LLaMA` and its kin (Touvron et al. 2023): tokens in, logits out.
//!
//! One call takes the next tokens of any number of sequences: a long prompt of one, or one token of
//! each of many, which then share every read of the weights. All rows go through the products
//! together; attention is each sequence's own. A row's numbers depend on its sequence only.

use super::{
    architecture::Gate,
    attention::{self, Queries},
    cache::Cache,
    config::{Config, Turn},
    rope::Rope,
};
use crate::engine::{
    EngineError,
    native::{
        gguf::{Gguf, GgufError, Problem},
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
    /// Scale of the norm of what attention answers.
    answer_norm: Option<Vec<f32>>,
    inner_norm: Vec<f32>,
    gate: Linear,
    up: Linear,
    down: Linear,
    /// Scale of the norm of what the feed-forward part answers.
    inner_answer_norm: Option<Vec<f32>>,
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
    /// Of layers with a window, where theirs is another.
    near_rope: Option<Rope>,
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
            layers: (0..config.layers())
                .map(|index| tensors.layer(index, &config))
                .collect::<Result<_, _>>()?,
            norm: tensors.vector("output_norm.weight", config.width)?,
            head: head.transpose()?,
            rope: tensors.rope(&config)?,
            near_rope: near_rope(&config),
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
        let positions = steps.iter().flat_map(|step| {
            let first = step.cache.length();
            first..first + step.tokens.len()
        });
        let far = self.rope.turns(positions.clone());
        let near = self.near_rope.as_ref().map(|rope| rope.turns(positions)).unwrap_or_default();
        let turns = Turns { far, near };
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
        kernels::scale(&mut room.hidden, self.config.scales.embedding);
    }

    fn attend(
        &self,
        index: usize,
        layer: &Layer,
        steps: &mut [Step<'_>],
        turns: &Turns,
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
        let place = config.places[index];
        if let Some((rope, turns)) = self.turned(place.turn, turns) {
            rope.turn(&mut room.queries, config.heads, config.size, turns);
            rope.turn(&mut room.keys, config.shared, config.size, turns);
        }
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
                window: place.window,
                scale: config.scales.attention,
            };
            let out = &mut room.attended[at];
            attention::attend(step.cache, index, &queries, &mut room.attention, out);
            row += count;
        }
        room.activations.load(&room.attended, wide);
        self.product(&layer.output, &room.activations, &mut room.sum);
        self.add_answer(layer.answer_norm.as_deref(), room);
    }

    fn feed_forward(&self, layer: &Layer, room: &mut Room) {
        self.norm_into(&layer.inner_norm, room);
        self.product(&layer.gate, &room.activations, &mut room.gate);
        self.product(&layer.up, &room.activations, &mut room.up);
        match self.config.architecture.gate() {
            Gate::Silu => kernels::gated_silu(&mut room.gate, &room.up),
            Gate::Gelu => kernels::gated_gelu(&mut room.gate, &room.up),
        }
        room.activations.load(&room.gate, self.config.inner);
        self.product(&layer.down, &room.activations, &mut room.sum);
        self.add_answer(layer.inner_answer_norm.as_deref(), room);
    }

    /// Adds what a part of a layer answered, normalised by `norm` if there is one.
    fn add_answer(&self, norm: Option<&[f32]>, room: &mut Room) {
        if let Some(norm) = norm {
            kernels::rms_norm_in_place(&mut room.sum, norm, self.config.epsilon);
        }
        kernels::scale(&mut room.sum, self.config.scales.residual);
        kernels::add(&mut room.hidden, &room.sum);
    }

    /// What turns the queries and keys of a layer, and by which angles; `None` if nothing does.
    fn turned<'a>(&'a self, turn: Turn, turns: &'a Turns) -> Option<(&'a Rope, &'a [f32])> {
        match (turn, &self.near_rope) {
            (Turn::None, _) => None,
            (Turn::Near, Some(rope)) => Some((rope, &turns.near)),
            (Turn::Near, None) | (Turn::Far, _) => Some((&self.rope, &turns.far)),
        }
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
        kernels::scale(logits, self.config.scales.logits);
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

/// The turns of a pass's tokens, by the angles of layers that see all tokens and of those with a window.
struct Turns {
    far: Vec<f32>,
    near: Vec<f32>,
}

/// What layers with a window turn by, where it is something else.
fn near_rope(config: &Config) -> Option<Rope> {
    let divisors = vec![1.0; config.rope_size / 2];
    config.near_angles.map(|angles| Rope::new(angles, divisors, config.architecture.turns_apart()))
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
        let norm_if = |wanted: bool, rest: &str, length| {
            wanted.then(|| self.vector(&name(rest), length)).transpose()
        };
        let (by_head, answers) =
            (config.architecture.norms_heads(), config.architecture.norms_answers());
        let query_norm = norm_if(by_head, "attn_q_norm.weight", config.size)?;
        let key_norm = norm_if(by_head, "attn_k_norm.weight", config.size)?;
        Ok(Layer {
            attention_norm: self.vector(&name("attn_norm.weight"), width)?,
            query: linear("attn_q", wide, width)?,
            key: linear("attn_k", narrow, width)?,
            value: linear("attn_v", narrow, width)?,
            head_norms: query_norm.zip(key_norm),
            output: linear("attn_output", width, wide)?,
            answer_norm: norm_if(answers, "post_attention_norm.weight", width)?,
            inner_norm: self.vector(&name("ffn_norm.weight"), width)?,
            gate: linear("ffn_gate", inner, width)?,
            up: linear("ffn_up", inner, width)?,
            down: linear("ffn_down", width, inner)?,
            inner_answer_norm: norm_if(answers, "post_ffw_norm.weight", width)?,
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
        let numbers = dequantize(&tensor).map_err(EngineError::forward)?;
        self.admit(name, "finite", numbers, f32::is_finite)
    }

    /// The `numbers` of the tensor `name` if each is `allowed`, which the error calls `what`.
    fn admit(
        &self,
        name: &str,
        what: &'static str,
        numbers: Vec<f32>,
        allowed: impl Fn(f32) -> bool,
    ) -> Result<Vec<f32>, EngineError> {
        if numbers.iter().all(|number| allowed(*number)) {
            return Ok(numbers);
        }
        let problem = Problem::Number { name: name.to_owned(), allowed: what };
        Err(GgufError { path: self.gguf.path().into(), problem }.into())
    }

    fn rope(&self, config: &Config) -> Result<Rope, EngineError> {
        let name = "rope_freqs.weight";
        let divisors = if self.gguf.has_tensor(name) {
            let divisors = self.vector(name, config.rope_size / 2)?;
            self.admit(name, "finite and above 0", divisors, |divisor| divisor > 0.0)?
        } else {
            vec![1.0; config.rope_size / 2]
        };
        Ok(Rope::new(config.angles, divisors, config.architecture.turns_apart()))
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

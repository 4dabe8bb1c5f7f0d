//! Sentence embeddings by BERT through libtorch: the same network, tokens and mean as those of the
//! native engine, for comparison and for machines on which libtorch is the faster of the two.

use std::sync::Arc;

use ::rust_bert::bert::{BertConfig, BertEmbeddings, BertModel};
use ndarray::Array2;
use tch::{Device, Tensor, nn::VarStore};

use super::{
    LibtorchError, Memory,
    config::{Config, Layout},
    pool::Pool,
};
use crate::engine::{
    Encoder, EngineError, Tokens,
    native::{BertFiles, Wordpiece},
};

/// A BERT that turns sentences into vectors.
pub struct LibtorchEncoder {
    pool: Pool<Network>,
    wordpiece: Wordpiece,
    width: usize,
}

/// A copy of the network with what owns its weights.
struct Network {
    model: BertModel<BertEmbeddings>,
    _weights: VarStore,
}

impl LibtorchEncoder {
    /// Loads the three files. A text is read up to `max_tokens`, the two special tokens included.
    ///
    /// # Errors
    /// [`EngineError`] for files that are missing, damaged or of another network, and for want of
    /// memory.
    pub fn load(
        files: &BertFiles,
        max_tokens: usize,
        memory: &Arc<Memory>,
    ) -> Result<Self, EngineError> {
        let config = Config::read(&files.config)?;
        let positions = Some("max_position_embeddings");
        let widths = ["hidden_size", "intermediate_size"];
        let sizes = config.sizes(&["num_hidden_layers"], widths, positions)?;
        config.heads("num_attention_heads", sizes.width)?;
        config.count("type_vocab_size", 1 << 10)?;
        let bytes = config.bytes(&sizes, &files.weights)?;
        let wordpiece = Wordpiece::open(&files.tokenizer, max_tokens.min(sizes.positions))?;
        let (tokens, vocabulary) = (wordpiece.vocabulary(), sizes.vocabulary);
        if tokens > vocabulary {
            let path = files.tokenizer.clone();
            return Err(EngineError::Vocabulary { path, tokens, vocabulary });
        }
        let layout = Layout::new(&config, &files.weights)?;
        let make = move || Network::load(&layout);
        let pool = Pool::new(Arc::clone(memory), bytes, Box::new(make))?;
        Ok(Self { pool, wordpiece, width: sizes.width })
    }
}

impl Network {
    fn load(layout: &Layout) -> Result<Self, EngineError> {
        let mut weights = VarStore::new(Device::Cpu);
        let config = <BertConfig as ::rust_bert::Config>::from_file(layout.config());
        let model = BertModel::new(weights.root(), &config);
        weights.load(layout.weights()).map_err(|error| LibtorchError::Failed {
            doing: "loading the network",
            source: Box::new(error.into()),
        })?;
        weights.float();
        Ok(Self { model, _weights: weights })
    }

    /// Mean over the last layer, scaled to length 1.
    fn encode(&self, ids: &[u32]) -> Result<Vec<f32>, ::rust_bert::RustBertError> {
        let ids: Vec<i64> = ids.iter().copied().map(i64::from).collect();
        let mean = tch::no_grad(|| {
            let input = Tensor::from_slice(&ids).unsqueeze(0);
            let mask = input.ones_like();
            let output = self.model.forward_t(
                Some(&input),
                Some(&mask),
                None,
                None,
                None,
                None,
                None,
                false,
            )?;
            let mean = output.hidden_state.mean_dim(&[1_i64][..], false, tch::Kind::Float);
            let length = mean.norm();
            Ok::<_, ::rust_bert::RustBertError>(mean / length)
        })?;
        Ok(Vec::<f32>::try_from(mean.view(-1))?)
    }
}

impl Encoder for LibtorchEncoder {
    fn dimensions(&self) -> usize {
        self.width
    }

    fn tokenize(&self, text: &str) -> Result<Tokens, EngineError> {
        self.wordpiece.tokenize(text)
    }

    fn encode_tokens(&self, inputs: &[&Tokens]) -> Result<Array2<f32>, EngineError> {
        let mut rows = Array2::zeros((inputs.len(), self.width));
        for (input, tokens) in inputs.iter().enumerate() {
            let row = self.pool.with("encoding a sentence", |network| {
                network.encode(&tokens.ids).map_err(|source| {
                    LibtorchError::Failed { doing: "encoding a sentence", source: Box::new(source) }
                        .into()
                })
            })?;
            if row.len() != self.width || row.iter().any(|x| !x.is_finite()) {
                return Err(EngineError::NotFinite { input });
            }
            rows.row_mut(input).assign(&ndarray::aview1(&row));
        }
        Ok(rows)
    }
}

//! What encoders have made of an article, kept with it: its sentences as tokens and as vectors. Models
//! with the same files find what the first of them has computed, bit for bit what they would have
//! computed, whoever is asked first and on whichever thread.

mod kept;

use std::{num::NonZeroUsize, sync::Arc};

use ndarray::{Array1, Array2};
use standfirst_core::{
    article::{Article, Span},
    card::{Engine, Sha256},
    plugin::PluginInfo,
};

use self::kept::Kept;
use super::{Encoder, EngineError, Tokens};

/// What has to be equal for two models to have the same tokens of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TokenizerKey {
    file: Sha256,
    max_tokens: Option<NonZeroUsize>,
}

impl TokenizerKey {
    /// Of the model with this card; `None` if no card fixes it.
    pub fn of(info: &PluginInfo) -> Option<Self> {
        let card = info.card.as_ref()?;
        Some(Self { file: card.file("tokenizer")?.sha256, max_tokens: card.max_input_tokens })
    }
}

/// What has to be equal for two models to have the same vectors of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EncoderKey {
    /// The last bits are an engine's own.
    engine: Engine,
    weights: Sha256,
    config: Sha256,
    tokenizer: TokenizerKey,
}

impl EncoderKey {
    /// Of the model with this card; `None` if no card fixes it.
    pub fn of(info: &PluginInfo) -> Option<Self> {
        let card = info.card.as_ref()?;
        Some(Self {
            engine: card.engine,
            weights: card.file("weights")?.sha256,
            config: card.file("config")?.sha256,
            tokenizer: TokenizerKey::of(info)?,
        })
    }
}

/// The sentences of an article as an encoder has them.
#[derive(Debug)]
pub struct Sentences {
    /// A row for each, see [`Encoder::encode_tokens`].
    pub vectors: Array2<f32>,
    /// What of them the encoder is not shown, because it reads only so many tokens of each.
    pub unread: Vec<Span>,
}

/// The title of an article as an encoder has it.
#[derive(Debug)]
pub struct Title {
    /// `None` if there is none, or no word in it.
    pub vector: Option<Array1<f32>>,
}

/// The tokens of each sentence. Without a key nothing is kept.
///
/// # Errors
/// Those of `tokenize`; then nothing is kept either.
pub fn tokens(
    article: &Article,
    key: Option<TokenizerKey>,
    tokenize: impl Fn(&str) -> Result<Tokens, EngineError>,
) -> Result<Arc<Vec<Tokens>>, EngineError> {
    kept(article, key, || article.sentences().iter().map(|s| tokenize(&s.text)).collect())
}

/// The sentences of `article` by `encoder`, which is that of `key`. Without a key nothing is kept.
///
/// # Errors
/// Those of [`Encoder`]; then nothing is kept either.
pub fn sentences(
    article: &Article,
    encoder: &dyn Encoder,
    key: Option<EncoderKey>,
) -> Result<Arc<Sentences>, EngineError> {
    kept(article, key, || {
        let tokenizer = key.map(|key| key.tokenizer);
        let tokens = tokens(article, tokenizer, |text| encoder.tokenize(text))?;
        let vectors = encoder.encode_tokens(&tokens.iter().collect::<Vec<_>>())?;
        Ok(Sentences { vectors, unread: unread(article, &tokens) })
    })
}

/// The title of `article`, as [`sentences`] gives the sentences.
///
/// # Errors
/// As there.
pub fn title(
    article: &Article,
    encoder: &dyn Encoder,
    key: Option<EncoderKey>,
) -> Result<Arc<Title>, EngineError> {
    kept(article, key, || {
        let title = article.title().filter(|title| title.contains(char::is_alphanumeric));
        let rows = title.map(|title| encoder.encode(&[&title])).transpose()?;
        Ok(Title { vector: rows.map(|rows| rows.row(0).to_owned()) })
    })
}

fn unread(article: &Article, tokens: &[Tokens]) -> Vec<Span> {
    let cut = article.sentences().iter().zip(tokens).filter(|(s, t)| t.bytes_read < s.text.len());
    cut.map(|(sentence, tokens)| {
        let start = article.document().place(sentence.span, tokens.bytes_read);
        Span::new(start, sentence.span.end)
    })
    .collect()
}

/// What is kept with the article under the key, or what `compute` gives.
fn kept<K, V>(
    article: &Article,
    key: Option<K>,
    compute: impl FnOnce() -> Result<V, EngineError>,
) -> Result<Arc<V>, EngineError>
where
    K: PartialEq + Send + 'static,
    V: Send + Sync + 'static,
{
    let Some(key) = key else { return compute().map(Arc::new) };
    article.derived(|_| Kept::default()).get_or_try_init(key, compute)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use ndarray::array;

    use super::*;
    use standfirst_text::sentence::from_sentences;

    /// Counts what it is asked, and gives each sentence its length.
    #[derive(Default)]
    struct Counting {
        tokenized: AtomicUsize,
        encoded: AtomicUsize,
    }

    impl Encoder for Counting {
        fn dimensions(&self) -> usize {
            1
        }

        fn tokenize(&self, text: &str) -> Result<Tokens, EngineError> {
            self.tokenized.fetch_add(1, Ordering::SeqCst);
            Ok(Tokens { ids: vec![0; text.len()], places: Vec::new(), bytes_read: text.len() })
        }

        fn encode_tokens(&self, inputs: &[&Tokens]) -> Result<Array2<f32>, EngineError> {
            self.encoded.fetch_add(inputs.len(), Ordering::SeqCst);
            Ok(Array2::from_shape_fn((inputs.len(), 1), |(i, _)| inputs[i].ids.len() as f32))
        }
    }

    fn key(weights: u8, max_tokens: usize) -> EncoderKey {
        let sum = |byte: u8| format!("{byte:02x}").repeat(32).parse::<Sha256>().unwrap();
        EncoderKey {
            engine: Engine::Native,
            weights: sum(weights),
            config: sum(0),
            tokenizer: TokenizerKey { file: sum(1), max_tokens: NonZeroUsize::new(max_tokens) },
        }
    }

    #[test]
    fn the_same_files_are_asked_once_and_others_do_not_meet() {
        let article = from_sentences("t", &["One came.", "Two came there."]).unwrap();
        let encoder = Counting::default();
        let counts = || {
            let count = |of: &AtomicUsize| of.load(Ordering::SeqCst);
            (count(&encoder.tokenized), count(&encoder.encoded))
        };
        let ask = |key| sentences(&article, &encoder, key).unwrap();
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| assert_eq!(ask(Some(key(1, 256))).vectors, array![[9.0], [15.0]]));
            }
        });
        assert_eq!(counts(), (2, 2), "whoever comes while it is computed waits for it");
        ask(Some(key(2, 256)));
        assert_eq!(counts(), (2, 4), "other weights, the same tokens");
        ask(Some(key(1, 128)));
        assert_eq!(counts(), (4, 6), "another limit, other tokens");
        ask(None);
        ask(None);
        assert_eq!(counts(), (8, 10), "nobody knows whether they are the same");
    }

    #[test]
    fn an_error_is_not_kept() {
        let article = from_sentences("t", &["One came."]).unwrap();
        let (key, failed) = (Some(key(1, 9).tokenizer), || Err(EngineError::Silent));
        assert!(tokens(&article, key, |_| failed()).is_err());
        assert!(tokens(&article, key, |_| Ok(Tokens::default())).is_ok());
        assert!(tokens(&article, key, |_| failed()).is_ok(), "it is there already");
    }
}

//! What encoders have made of an article, kept with it: its sentences as tokens and as vectors. Models
//! with the same files find what the first of them has computed, bit for bit what they would have
//! computed, whoever is asked first and on whichever thread.

mod kept;

use std::{num::NonZeroUsize, sync::Arc};

use ndarray::{Array1, Array2, Axis};
use standfirst_core::{
    article::{Article, Span},
    card::{Engine, Precision, Sha256},
    plugin::PluginInfo,
};

pub(crate) use self::kept::Kept;
use super::{Encoder, EngineError, Tokens};

/// Sentences that are encoded at once; between two such steps it is asked whether to go on. Seconds of
/// work on a laptop.
pub const STEP: usize = 256;

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
    precision: Precision,
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
            precision: card.precision.unwrap_or_default(),
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

/// The tokens of each sentence that a network reads. Without a key nothing is kept.
///
/// # Errors
/// Those of `tokenize`, and [`EngineError::Halted`]; then nothing is kept either.
pub fn tokens(
    article: &Article,
    key: Option<TokenizerKey>,
    tokenize: impl Fn(&str) -> Result<Tokens, EngineError>,
) -> Result<Arc<Vec<Tokens>>, EngineError> {
    kept(article, key, || {
        let limits = article.limits();
        let read = article.sentences().iter().take(limits.sentences());
        read.enumerate()
            .map(|(place, sentence)| {
                if place % STEP == 0 {
                    limits.check()?;
                }
                tokenize(&sentence.text)
            })
            .collect()
    })
}

/// The vectors of the sentences that a network reads, and what it does not. Without a key nothing is
/// kept.
///
/// # Errors
/// Those of the encoder, and [`EngineError::Halted`]; then nothing is kept either.
pub fn sentences(
    article: &Article,
    encoder: &dyn Encoder,
    key: Option<EncoderKey>,
) -> Result<Arc<Sentences>, EngineError> {
    kept(article, key, || {
        let tokenizer = key.map(|key| key.tokenizer);
        let tokens = tokens(article, tokenizer, |text| encoder.tokenize(text))?;
        let inputs: Vec<&Tokens> = tokens.iter().collect();
        let mut vectors = Array2::zeros((0, encoder.dimensions()));
        for inputs in inputs.chunks(STEP) {
            article.limits().check()?;
            let rows = encoder.encode_tokens(inputs)?;
            vectors.append(Axis(0), rows.view()).map_err(EngineError::forward)?;
        }
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

/// The ends of sentences that are longer than the network reads, and the sentences after those that it
/// reads.
fn unread(article: &Article, tokens: &[Tokens]) -> Vec<Span> {
    let cut = article.sentences().iter().zip(tokens).filter(|(s, t)| t.bytes_read < s.text.len());
    let mut unread: Vec<Span> = cut
        .map(|(sentence, tokens)| {
            let start = article.document().place(sentence.span, tokens.bytes_read);
            Span::new(start, sentence.span.end)
        })
        .collect();
    if let [first, ..] = article.sentences().get(tokens.len()..).unwrap_or_default() {
        let last = article.sentences().last().unwrap_or(first);
        unread.push(Span::new(first.span.start, last.span.end));
    }
    unread
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
    use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

    use ndarray::array;
    use standfirst_core::article::{Allowance, Halt, Limits};

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
            precision: Precision::Int8,
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
    fn a_network_reads_so_many_sentences_and_says_what_it_does_not() {
        let texts: Vec<String> = (0..700).map(|i| format!("Ship {i} came.")).collect();
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let article = from_sentences("t", &texts).unwrap();
        let all = sentences(&article, &Counting::default(), None).unwrap();
        assert_eq!((all.vectors.nrows(), all.unread.len()), (700, 0));
        let most = NonZeroUsize::new(600).unwrap();
        let allowance = Allowance { sentences: most, ..Allowance::default() };
        let article = article.limited(Limits::new(allowance, Arc::default()));
        let some = sentences(&article, &Counting::default(), None).unwrap();
        assert_eq!(some.vectors, all.vectors.slice(ndarray::s![..600, ..]));
        let (first, last) = (&article.sentences()[600], &article.sentences()[699]);
        assert_eq!(some.unread, [Span::new(first.span.start, last.span.end)]);
    }

    /// Is interrupted during the second step.
    struct Interrupted(Counting, Arc<AtomicBool>);
    impl Encoder for Interrupted {
        fn dimensions(&self) -> usize {
            1
        }
        fn tokenize(&self, text: &str) -> Result<Tokens, EngineError> {
            self.0.tokenize(text)
        }
        fn encode_tokens(&self, inputs: &[&Tokens]) -> Result<Array2<f32>, EngineError> {
            self.1.store(self.0.encoded.load(Ordering::SeqCst) > 0, Ordering::SeqCst);
            self.0.encode_tokens(inputs)
        }
    }

    #[test]
    fn whoever_is_to_give_up_does_so_before_the_next_step() {
        let texts: Vec<String> = (0..700).map(|i| format!("Ship {i} came.")).collect();
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let article = from_sentences("t", &texts).unwrap();
        let halt = Arc::new(AtomicBool::new(false));
        let article = article.limited(Limits::new(Allowance::default(), Arc::clone(&halt)));
        let encoder = Interrupted(Counting::default(), halt);
        let given_up = sentences(&article, &encoder, Some(key(1, 256)));
        assert!(matches!(given_up, Err(EngineError::Halted(Halt::Stopped))));
        assert_eq!(encoder.0.encoded.load(Ordering::SeqCst), 2 * STEP);
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

//! The plugin contract: all that the author of a summariser or of a sentiment model must read.
//!
//! A plugin is built once and shared by threads. The same input gives the same answer, whatever the
//! thread and whatever came before it. One that may take seconds asks [`Article::limits`] between the
//! steps of its work whether it may go on, and how much of the article it is to read.

use std::num::NonZeroUsize;

use crate::{
    article::{Article, Halt, Span},
    card::{ModelCard, Sha256},
    language::Language,
};
pub use crate::{
    budget::{Budget, Room, count_characters, count_words},
    polarity::{Band, Label, Polarity},
    style::{Form, Style},
    usage::Usage,
};

/// Shortens one article.
pub trait Summarizer: Send + Sync {
    /// Identity for listings and reports. No I/O, same answer every time.
    fn info(&self) -> &PluginInfo;

    /// Summarises `article` in whole sentences, in reading order. Never empty; longer than `budget`
    /// only when its single sentence is. As many sentences as asked for, or all there are; a model
    /// that writes its own may give fewer, and then says why in `notes`.
    ///
    /// # Errors
    /// [`PluginError::Language`] if the model does not know the article's language,
    /// [`PluginError::TooLong`] if one sentence alone exceeds what it reads,
    /// [`PluginError::Engine`] if the network fails.
    fn summarize(&self, article: &Article, budget: Budget) -> Result<Summary, PluginError>;

    /// The form that its summaries have. Same answer every time.
    fn style(&self) -> Style {
        Style::Standfirst
    }

    /// What a server has charged for since it was loaded, where it asks one that says so; what came to no
    /// summary is counted, too.
    fn spent(&self) -> Option<Usage> {
        None
    }

    /// How many articles it likes to be given at once; 1 if it gains nothing from company. Same
    /// answer every time.
    fn batch(&self) -> NonZeroUsize {
        NonZeroUsize::MIN
    }

    /// Checksum of the weights whose work on an article it shares with other models, where there are
    /// such: a run asks the models that give the same one about an article one after another on one
    /// thread, so that the later ones find what the first has computed. Same answer every time. Only for
    /// models that like no company and work on the thread that calls them; for others it is without
    /// effect.
    fn shares(&self) -> Option<Sha256> {
        None
    }

    /// [`summarize`](Self::summarize) for each of at most [`batch`](Self::batch) articles: as many
    /// answers, in the same order, and the same whatever the company.
    fn summarize_all(
        &self,
        articles: &[&Article],
        budget: Budget,
    ) -> Vec<Result<Summary, PluginError>> {
        articles.iter().map(|article| self.summarize(article, budget)).collect()
    }
}

/// Judges the tone of passages, each on its own.
pub trait SentimentModel: Send + Sync {
    /// Identity for listings and reports. No I/O, same answer every time.
    fn info(&self) -> &PluginInfo;

    /// Whether [`Passage::target`] makes a difference to its answers. Same answer every time.
    fn knows_targets(&self) -> bool {
        false
    }

    /// The polarities between which the mean over many passages is neutral. Same answer every time.
    fn neutral_band(&self) -> Band {
        Band::USUAL
    }

    /// As [`Summarizer::shares`].
    fn shares(&self) -> Option<Sha256> {
        None
    }

    /// `passages.len()` results in the same order; none for none.
    ///
    /// # Errors
    /// As for [`Summarizer::summarize`], but for the language: the caller checks that.
    fn score(&self, passages: &[Passage<'_>]) -> Result<Vec<Sentiment>, PluginError>;

    /// [`score`](Self::score) for passages of `article`: the same answers. A model may keep with the
    /// article what others can use ([`Article::derived`]), and find there what they have kept.
    ///
    /// # Errors
    /// As there.
    fn score_of(
        &self,
        article: &Article,
        passages: &[Passage<'_>],
    ) -> Result<Vec<Sentiment>, PluginError> {
        let _ = article;
        self.score(passages)
    }
}

/// Who a plugin is.
#[derive(Clone, Debug, PartialEq)]
pub struct PluginInfo {
    /// What it is called by.
    pub id: String,
    /// One line for listings: method and paper.
    pub about: String,
    /// How it uses threads.
    pub threading: Threading,
    /// Languages it may be asked about; empty for any.
    pub languages: Vec<Language>,
    /// Its card; `None` for built-ins that have no files.
    pub card: Option<ModelCard>,
}

impl PluginInfo {
    /// Refuses an article in a language that the model does not know. An article whose language
    /// could not be told is let through: it is short, or a list, and more often English than not.
    ///
    /// # Errors
    /// [`PluginError::Language`].
    pub fn check_language(&self, found: Option<Language>) -> Result<(), PluginError> {
        match found {
            Some(found) if !self.languages.is_empty() && !self.languages.contains(&found) => {
                Err(PluginError::Language {
                    model: self.id.clone(),
                    known: self.languages.clone(),
                    found,
                })
            }
            _ => Ok(()),
        }
    }
}

/// How a plugin uses threads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Threading {
    /// Works on the thread that calls it; many may call at once.
    Caller,
    /// Runs a pool of its own; one call at a time.
    OwnPool,
}

/// What a summariser answers.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Summary {
    /// Never empty.
    pub sentences: Vec<SummarySentence>,
    /// Parts of the article that the model was not shown, ascending and disjoint.
    pub unread: Vec<Span>,
    /// What a reader should know about how it came to be, one line each: why it is shorter than
    /// asked for, for instance.
    pub notes: Vec<String>,
    /// What a server charged for it, where one was asked and says so.
    pub usage: Option<Usage>,
}

/// One sentence of a summary.
#[derive(Clone, Debug, PartialEq)]
pub struct SummarySentence {
    /// As a reader should see it.
    pub text: String,
    /// Where it came from.
    pub origin: Origin,
}

/// Where a sentence of a summary came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Origin {
    /// It is the article's sentence of this index, word for word.
    Extracted(usize),
    /// It is the article's sentence of this index without the connective that opens it, with a name in
    /// brackets behind a pronoun, or without the clause that ends it; otherwise word for word.
    Mended {
        /// Index of the sentence.
        index: usize,
        /// Where the article has the connective that was left out, if one was.
        dropped: Option<Span>,
        /// Where the article has the name that was put in brackets, if one was.
        name: Option<Span>,
        /// Where the article has the clause before which it ends, if it ends sooner.
        ended: Option<Span>,
        /// Whether it is in place of one that the model was asked for, as with [`Self::StandIn`].
        stands_in: bool,
    },
    /// The model wrote it. Whether the article says so is another question.
    Generated,
    /// It is the article's sentence of this index, word for word, in place of one that the model was
    /// asked for: it wrote none, or one that the check does not support.
    StandIn(usize),
    /// It is the article's title, in place of a sentence, of which none fits the form asked for.
    Title,
}

impl Origin {
    /// Whether it is the article's own where the model was asked for one.
    pub fn stands_in(self) -> bool {
        matches!(self, Self::StandIn(_) | Self::Title | Self::Mended { stands_in: true, .. })
    }

    /// Index of the article's sentence that it is, as it stands or mended.
    pub fn sentence(self) -> Option<usize> {
        match self {
            Self::Extracted(index) | Self::StandIn(index) | Self::Mended { index, .. } => {
                Some(index)
            }
            Self::Generated | Self::Title => None,
        }
    }
}

/// A text and, where the tone towards someone is asked, the byte range that names them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passage<'a> {
    /// The text to judge.
    pub text: &'a str,
    /// Who is meant; a byte range into `text`.
    pub target: Option<Span>,
}

/// The tone of a passage.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sentiment {
    /// How favourable.
    pub polarity: Polarity,
    /// The class.
    pub label: Label,
    /// Probability 0–1 of the class; `None` for lexicons.
    pub confidence: Option<f32>,
}

/// Why a plugin gave no answer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PluginError {
    /// The article is in a language that the model was not made for.
    #[error(
        "{model} knows {}, and this article is in {} ({}); choose a model for that language, such as lexrank",
        names(known), found.name(), found.code()
    )]
    Language {
        /// Id of the model.
        model: String,
        /// What it knows.
        known: Vec<Language>,
        /// What the article is in.
        found: Language,
    },
    /// One sentence is longer than the model reads.
    #[error("sentence {sentence} has {tokens} tokens, and the model reads at most {limit}")]
    TooLong {
        /// 1-based index of the sentence.
        sentence: usize,
        /// Its length in the model's tokens.
        tokens: usize,
        /// The model's limit.
        limit: usize,
    },
    /// It was asked to give up.
    #[error(transparent)]
    Halted(#[from] Halt),
    /// The network or the program behind the plugin failed.
    #[error("the model failed")]
    Engine(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// There is no summary to check, or no words in it.
    #[error("there is no summary to check; {0}")]
    NoSummary(&'static str),
    /// The model wrote nothing that could be a sentence.
    #[error("the model's answer is empty")]
    Empty,
    /// The check supports nothing of what the model wrote, and there is nothing to put in its place.
    #[error("nothing of what the model wrote ({count} sentences) is supported by the article")]
    Unsupported {
        /// How many sentences it wrote.
        count: usize,
    },
    /// Nothing that could be the summary is short enough for the form that was asked for.
    #[error(
        "nothing of the article that was picked fits {0}, and it has no title that does; ask for more, or for another style"
    )]
    NoFit(Form),
    /// The plugin gave fewer answers than it was asked for: a bug in it. The run goes on.
    #[error("the model gave no answer for this article; this is a bug in the plugin")]
    Silent,
    /// The plugin panicked: a bug in it. The run goes on.
    #[error("the model panicked: {0}; this is a bug in the plugin")]
    Panicked(String),
}

/// English names, comma-separated.
fn names(languages: &[Language]) -> String {
    languages.iter().map(|language| language.name()).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_english_model_refuses_german_and_lets_the_unknown_through() {
        let info = PluginInfo {
            id: "m".into(),
            about: String::new(),
            threading: Threading::Caller,
            languages: vec![Language::ENGLISH],
            card: None,
        };
        assert!(info.check_language(None).is_ok());
        assert!(info.check_language(Some(Language::ENGLISH)).is_ok());
        let message = info.check_language("de".parse().ok()).unwrap_err().to_string();
        assert!(
            message.contains("m knows English") && message.contains("German (de)"),
            "{message}"
        );
    }
}

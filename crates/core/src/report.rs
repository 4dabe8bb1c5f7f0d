//! What a run found, in the shape of the JSONL contract `standfirst/1`: the one structure that every
//! renderer reads. Serialised as it stands, an [`ArticleReport`] is one line of `--format jsonl`.

mod failure;
mod findings;
mod repaired;
mod rows;

use serde::{Deserialize, Serialize};

use crate::{
    annotations::Annotations,
    article::{Cut, Facts, Span},
    language::Language,
    plugin::{Band, Label},
    style::Style,
    usage::Usage,
};

pub use failure::{Failure, FailureKind, Words, chain};
pub use findings::Findings;
pub use repaired::Repaired;
pub use rows::Row;

/// The version of the contract.
pub const SCHEMA: &str = "standfirst/1";

fn schema() -> &'static str {
    SCHEMA
}

/// Everything found about one article.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ArticleReport {
    /// [`SCHEMA`]. Whoever reads a report back checks the key first.
    #[serde(skip_deserializing, default = "schema")]
    pub schema: &'static str,
    /// The article's id.
    pub id: String,
    /// Path, or `path:line`.
    pub source: String,
    /// Title, where one is known.
    pub title: Option<String>,
    /// What a web page says about its article, and where.
    #[serde(default, skip_serializing_if = "Facts::is_empty")]
    pub facts: Facts,
    /// Language of the body, where it could be told.
    pub language: Option<Language>,
    /// The text that all spans point into; only when asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// What a reader should know about how it was read.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
    /// What the input says beside the article, given back.
    #[serde(default, rename = "extra", skip_serializing_if = "Annotations::is_empty")]
    pub annotations: Annotations,
    /// What is not part of the body.
    pub cuts: Vec<Cut>,
    /// One per summariser, in the order asked for.
    pub abstracts: Vec<AbstractReport>,
    /// One per sentiment model, in the order asked for.
    pub sentiment: Vec<SentimentReport>,
    /// Tone towards the target that the input asks about, by the first model.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target: Option<Asked>,
    /// Why there is nothing, if the article could not be read.
    pub error: Option<Failure>,
}

impl ArticleReport {
    /// The report of an input that could not be read or of which nothing was left.
    pub fn failed(id: String, source: String, error: Failure) -> Self {
        Self {
            schema: SCHEMA,
            id,
            source,
            title: None,
            facts: Facts::default(),
            language: None,
            text: None,
            notes: Vec::new(),
            annotations: Annotations::default(),
            cuts: Vec::new(),
            abstracts: Vec::new(),
            sentiment: Vec::new(),
            target: None,
            error: Some(error),
        }
    }

    /// Whether anything in it failed: the article or one of the models. Where the tone is only
    /// `offered`, a language that its model does not know is no failure.
    pub fn has_failure(&self, tone_is_offered: bool) -> bool {
        let fails = |cell: &SentimentReport| {
            cell.error
                .as_ref()
                .is_some_and(|error| !(tone_is_offered && error.kind() == FailureKind::Language))
        };
        self.error.is_some()
            || self.abstracts.iter().any(|cell| cell.error.is_some())
            || self.sentiment.iter().any(fails)
    }
}

/// One model's abstract of one article.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct AbstractReport {
    /// Id of the model.
    pub model: String,
    /// The form that was asked for; left out where it is the usual one.
    #[serde(default, skip_serializing_if = "Style::is_usual")]
    pub style: Style,
    /// The sentences joined by blanks, points of a list by line ends; `None` if the model failed.
    pub text: Option<String>,
    /// The sentences, each with what it rests on.
    pub sentences: Vec<AbstractSentence>,
    /// Id of the model of entailment that the check asked about sentences in other words; `None` if it asked
    /// none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub check: Option<String>,
    /// Parts of the article that the model was not shown.
    pub unread: Vec<Span>,
    /// What a reader should know about how it came to be.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
    /// Tokens that a server read and wrote for it, and what they cost; `None` for models that ask none, and
    /// for servers that do not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub usage: Option<Usage>,
    /// Wall-clock time of the model, milliseconds; `None` when timings are switched off.
    pub millis: Option<f64>,
    /// Why there is no abstract.
    pub error: Option<Failure>,
}

/// How a note begins that says that the model of a check could not be asked.
pub const CHECKED_BY_WORDS: &str = "checked by words alone";

impl AbstractReport {
    /// Whether the check was to ask a model and could not, so that its figures are of words alone.
    pub fn is_half_checked(&self) -> bool {
        self.notes.iter().any(|note| note.starts_with(CHECKED_BY_WORDS))
    }

    /// Mean support of the sentences, to four decimals; `None` if none was checked.
    pub fn support(&self) -> Option<f64> {
        let found: Vec<f64> =
            self.sentences.iter().filter_map(|sentence| sentence.support).collect();
        mean_support(&found)
    }
}

/// Mean of what sentences have as [`AbstractSentence::support`], to four decimals; `None` of none.
pub fn mean_support(found: &[f64]) -> Option<f64> {
    let mean = found.iter().sum::<f64>() / found.len() as f64;
    (!found.is_empty()).then(|| (mean * 1e4).round() / 1e4)
}

/// One sentence of an abstract.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AbstractSentence {
    /// As a reader should see it.
    pub text: String,
    /// What the check says of it; `None` if nothing has checked it.
    pub verdict: Option<Verdict>,
    /// How well the article supports it, 0–1; `None` if nothing has checked it.
    pub support: Option<f64>,
    /// The parts of the article that it rests on.
    pub evidence: Vec<Span>,
    /// What is wrong with it.
    pub flags: Vec<Flag>,
    /// The very words that are wrong.
    #[serde(default, rename = "findings", skip_serializing_if = "Vec::is_empty")]
    pub faults: Vec<Fault>,
    /// What the check says of each of its statements, in their order, where it makes several.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<Part>,
    /// Where it differs from the sentence of the article that it is otherwise a copy of.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub edits: Vec<Edit>,
    /// Whose words it is in, where the model was to write its own; `None` for models that copy.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<Author>,
}

/// A change that was made to a copied sentence, so that it can stand alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase", tag = "kind")]
pub enum Edit {
    /// A connective that opened it was left out: "But", "However,".
    Dropped {
        /// The words.
        text: String,
        /// Where the article has them.
        evidence: Span,
    },
    /// The sentence ends before these words, which were left out so that it is short enough.
    Ended {
        /// The words.
        text: String,
        /// Where the article has them.
        evidence: Span,
    },
    /// A name was put in brackets behind a pronoun: "He \[Hale\] resigned".
    Named {
        /// The name.
        text: String,
        /// Where the article names them.
        evidence: Span,
    },
}

/// Whose words a sentence of an abstract is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Author {
    /// The model wrote it.
    Model,
    /// It is the article's own, in place of what the model wrote or did not write.
    Article,
}

/// What the check says of a sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// It stands in the article, word for word.
    Copied,
    /// The article says it in other words.
    Supported,
    /// Its parts stand in the article, but not together.
    Stitched,
    /// The article does not say it.
    Unsupported,
    /// The article says otherwise.
    Contradicted,
}

impl Verdict {
    /// Whether the article says it: word for word, or in other words.
    pub fn is_supported(self) -> bool {
        matches!(self, Self::Copied | Self::Supported)
    }

    /// The word used in every output format.
    pub fn name(self) -> &'static str {
        match self {
            Self::Copied => "copied",
            Self::Supported => "supported",
            Self::Stitched => "stitched",
            Self::Unsupported => "unsupported",
            Self::Contradicted => "contradicted",
        }
    }
}

/// Words of a sentence that the article does not bear out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// In what respect.
    pub kind: Flag,
    /// Where they stand: bytes of the sentence.
    pub summary: Span,
    /// What the article has in their place: bytes of its text. `None` where it has nothing there.
    pub article: Option<Span>,
    /// That, as a reader sees it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected: Option<String>,
}

/// One of several statements that a sentence makes.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Part {
    /// The words that make it: bytes of the sentence.
    pub summary: Span,
    /// What the check says of it.
    pub verdict: Verdict,
    /// How well the article supports it, 0–1.
    pub support: f64,
}

/// Those of the `parts` of a sentence that the article does not say, where it says another: which half is wrong.
/// None of a sentence that is wrong throughout.
pub fn unsaid(parts: &[Part]) -> impl Iterator<Item = &Part> {
    let half = parts.iter().any(|part| part.verdict.is_supported());
    parts.iter().filter(move |part| half && !part.verdict.is_supported())
}

/// What is wrong with a sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Flag {
    /// A number or date that the evidence does not hold.
    Number,
    /// A name that the evidence does not hold.
    Name,
    /// A quotation that is not verbatim, or whose other half is not read beside it.
    Quote,
    /// A negation or a hedge that flipped.
    Negation,
    /// A quotation given to another speaker.
    Speaker,
    /// A pronoun or connective that points at nothing.
    Dangling,
}

impl Flag {
    /// The word used in every output format.
    pub fn name(self) -> &'static str {
        match self {
            Self::Number => "number",
            Self::Name => "name",
            Self::Quote => "quote",
            Self::Negation => "negation",
            Self::Speaker => "speaker",
            Self::Dangling => "dangling",
        }
    }
}

/// One model's view of the tone of one article.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SentimentReport {
    /// Id of the model.
    pub model: String,
    /// Class of the whole; `None` if the model failed.
    pub label: Option<Label>,
    /// Polarity of the whole, −1 to 1; `None` if the model failed.
    pub score: Option<f64>,
    /// Probability of the class, where the model gives one.
    pub confidence: Option<f64>,
    /// The means that this model calls neutral, where they are other than the usual ones. A single sentence
    /// has the likeliest class.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub neutral: Option<Band>,
    /// The sentences, in reading order.
    pub sentences: Vec<SentenceTone>,
    /// Tone towards people, organisations and countries, most mentioned first.
    pub targets: Vec<TargetTone>,
    /// Tone towards the target that the input asks about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target: Option<Asked>,
    /// Wall-clock time of the model, milliseconds; `None` when timings are switched off.
    pub millis: Option<f64>,
    /// Why there is no answer.
    pub error: Option<Failure>,
}

/// The tone of one sentence of the article.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct SentenceTone {
    /// Where it stands.
    #[serde(flatten)]
    pub span: Span,
    /// Class.
    pub label: Label,
    /// Polarity, −1 to 1.
    pub score: f64,
}

/// The tone towards one person or organisation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TargetTone {
    /// The fullest form of the name.
    pub name: String,
    /// Class.
    pub label: Label,
    /// Polarity, −1 to 1.
    pub score: f64,
    /// Where the name stands.
    pub mentions: Vec<Span>,
    /// The same, by who speaks.
    pub by: Vec<VoiceTone>,
}

/// The tone towards a target in one voice.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct VoiceTone {
    /// `author`, or the name of the speaker.
    pub voice: String,
    /// Polarity, −1 to 1.
    pub score: f64,
}

/// The answer for the target that was asked about.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Asked {
    /// Class; `None` if there is no such target.
    pub label: Option<Label>,
    /// Polarity, −1 to 1.
    pub score: Option<f64>,
    /// Probability 0–1 of the class; `None` for lexicons, and for a name with several places.
    pub confidence: Option<f64>,
    /// Why there is no answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<Failure>,
}

impl Asked {
    /// There is no answer, for this reason.
    pub fn failed(error: Failure) -> Self {
        Self { label: None, score: None, confidence: None, error: Some(error) }
    }
}

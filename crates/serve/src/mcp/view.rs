//! What tools answer: as the reports have it, with the words of the article in the place of offsets alone, since
//! an assistant counts no bytes.

use schemars::JsonSchema;
use serde::Serialize;
use standfirst_core::{
    article::{Article, Cut, Span},
    report::{AbstractReport, AbstractSentence, ArticleReport, SentimentReport, Verdict},
};

use crate::service::words;

/// A stretch of the article.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Quote {
    /// Its words.
    text: String,
    /// First byte of it in the article as it was given.
    start: usize,
    /// One past its last byte.
    end: usize,
}

impl Quote {
    fn of(text: &str, span: Span) -> Self {
        let words = text.get(span.range()).unwrap_or_default().to_owned();
        Self { text: words, start: span.start, end: span.end }
    }
}

/// A sentence, and what the article says of it.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Sentence {
    /// The sentence.
    text: String,
    /// copied, supported, stitched, unsupported or contradicted.
    verdict: Option<&'static str>,
    /// The verdict in words.
    means: &'static str,
    /// Whether the article bears it out.
    supported: bool,
    /// How well, from 0 to 1.
    support: Option<f64>,
    /// What is wrong with it, in words; empty if nothing is.
    reasons: Vec<String>,
    /// number, name, quote, negation, speaker, dangling: what the reasons are about.
    flags: Vec<&'static str>,
    /// What in the article it rests on.
    evidence: Vec<Quote>,
}

impl Sentence {
    fn of(text: &str, sentence: &AbstractSentence) -> Self {
        Self {
            text: sentence.text.clone(),
            verdict: sentence.verdict.map(Verdict::name),
            means: words::verdict(sentence.verdict),
            supported: sentence.verdict.is_some_and(Verdict::is_supported),
            support: sentence.support,
            reasons: words::reasons(sentence),
            flags: sentence.flags.iter().map(|flag| flag.name()).collect(),
            evidence: sentence.evidence.iter().map(|span| Quote::of(text, *span)).collect(),
        }
    }
}

/// An abstract or a summary, sentence by sentence.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Checked {
    /// Who wrote it: a model's id, or "given".
    by: String,
    /// The sentences.
    sentences: Vec<Sentence>,
    /// How many of them the article bears out.
    supported: usize,
    /// Mean support, from 0 to 1.
    support: Option<f64>,
    /// What else a reader should know.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    notes: Vec<String>,
    /// Why there is none, where the model could not.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
    /// How far these verdicts can be trusted.
    trust: &'static str,
}

impl Checked {
    pub(super) fn of(text: &str, cell: &AbstractReport) -> Self {
        let sentences: Vec<_> =
            cell.sentences.iter().map(|sentence| Sentence::of(text, sentence)).collect();
        Self {
            by: cell.model.clone(),
            supported: sentences.iter().filter(|sentence| sentence.supported).count(),
            sentences,
            support: cell.support(),
            notes: cell.notes.clone(),
            error: cell.error.as_ref().map(|error| error.message().to_owned()),
            trust: standfirst_text::faithfulness::measured(cell.check.as_deref()),
        }
    }
}

/// Abstracts of one article.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Summarized {
    /// Title, where one is known.
    title: Option<String>,
    /// Code of the language, where it could be told.
    language: Option<String>,
    /// One per model, in the order asked for.
    abstracts: Vec<Checked>,
    /// The tone of the whole.
    tone: Option<Tone>,
    /// What the article's repair left out: how many stretches, and bytes.
    left_out: LeftOut,
}

/// What is not part of the body.
#[derive(Debug, Serialize, JsonSchema)]
pub struct LeftOut {
    stretches: usize,
    bytes: usize,
}

impl LeftOut {
    fn of(cuts: &[Cut]) -> Self {
        Self { stretches: cuts.len(), bytes: cuts.iter().map(|cut| cut.span.len()).sum() }
    }
}

/// A tone.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Tone {
    /// Id of the model that judged.
    model: String,
    /// negative, neutral or positive.
    label: Option<&'static str>,
    /// From -1, hostile, to 1, favourable.
    score: Option<f64>,
}

impl Tone {
    fn of(tone: &SentimentReport) -> Self {
        let label = tone.label.map(standfirst_core::polarity::Label::name);
        Self { model: tone.model.clone(), label, score: tone.score }
    }
}

impl Summarized {
    pub(super) fn of(text: &str, report: &ArticleReport) -> Self {
        Self {
            title: report.title.clone(),
            language: report.language.map(|language| language.code().to_owned()),
            abstracts: report.abstracts.iter().map(|cell| Checked::of(text, cell)).collect(),
            tone: report.sentiment.first().map(Tone::of),
            left_out: LeftOut::of(&report.cuts),
        }
    }
}

/// The tone towards somebody.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Towards {
    /// As asked for.
    name: String,
    /// Id of the model that judged.
    model: String,
    /// negative, neutral or positive.
    label: Option<&'static str>,
    /// From -1, hostile, to 1, favourable.
    score: Option<f64>,
    /// Probability of the label, where the model gives one.
    confidence: Option<f64>,
    /// The same by who speaks: the author, or somebody quoted.
    voices: Vec<Voice>,
    /// Where the article names them.
    mentions: Vec<Quote>,
}

/// The tone in one voice.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Voice {
    /// "author", or who is quoted.
    voice: String,
    /// From -1 to 1.
    score: f64,
}

impl Towards {
    /// # Errors
    /// Why there is no answer, in words.
    pub(super) fn of(name: &str, text: &str, report: &ArticleReport) -> Result<Self, String> {
        let cell = report.sentiment.first().ok_or("no model was asked")?;
        if let Some(error) = &cell.error {
            return Err(error.message().to_owned());
        }
        let asked = cell.target.as_ref().or(report.target.as_ref());
        let asked = asked.ok_or("the article was not asked about them")?;
        if let Some(error) = &asked.error {
            return Err(error.message().to_owned());
        }
        let target = cell.targets.iter().find(|target| target.name == name);
        let voices = target.into_iter().flat_map(|target| &target.by);
        let mentions = target.into_iter().flat_map(|target| &target.mentions);
        Ok(Self {
            name: name.to_owned(),
            model: cell.model.clone(),
            label: asked.label.map(standfirst_core::polarity::Label::name),
            score: asked.score,
            confidence: asked.confidence,
            voices: voices.map(|by| Voice { voice: by.voice.clone(), score: by.score }).collect(),
            mentions: mentions.map(|span| Quote::of(text, *span)).collect(),
        })
    }
}

/// An article after the repair.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Cleaned {
    /// Title, where one is known.
    title: Option<String>,
    /// The body alone.
    text: String,
    /// What was left out, each with its place, the reason, and how sure that is.
    cuts: Vec<CutOut>,
    /// What else a reader should know.
    notes: Vec<String>,
}

/// What was left out.
#[derive(Debug, Serialize, JsonSchema)]
pub struct CutOut {
    /// Why.
    reason: &'static str,
    /// How sure that is, from 0 to 1.
    confidence: f64,
    /// The words.
    quote: Quote,
}

impl Cleaned {
    pub(super) fn of(article: &Article) -> Self {
        let text = &article.document().text;
        let cut = |cut: &Cut| CutOut {
            reason: cut.reason.name(),
            confidence: cut.confidence,
            quote: Quote::of(text, cut.span),
        };
        Self {
            title: article.title(),
            text: article.repaired(),
            cuts: article.cuts().iter().map(cut).collect(),
            notes: article.document().notes.clone(),
        }
    }
}

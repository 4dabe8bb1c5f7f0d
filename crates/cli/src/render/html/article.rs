//! An article as the page's script reads it.

use serde::Serialize;
use standfirst_core::{
    article::Span,
    language::Language,
    report::{
        self, AbstractReport, AbstractSentence, ArticleReport, Author, Edit, Flag, SentimentReport,
        Verdict,
    },
};

use super::{
    super::{safe, tones},
    offsets::Offsets,
};

/// An article. Ranges are in UTF-16 units of `text`.
#[derive(Serialize)]
pub struct Article {
    language: Option<&'static str>,
    /// `None` if the run was saved without it.
    text: Option<String>,
    cuts: Vec<Cut>,
    /// The sentences of the body, where a tone model found them.
    sentences: Vec<[u32; 2]>,
    abstracts: Vec<Abstract>,
    tones: Vec<Tone>,
    reference: Option<String>,
    notes: Vec<String>,
    error: Option<String>,
}

#[derive(Serialize)]
struct Cut {
    at: [u32; 2],
    reason: &'static str,
    confidence: f64,
}

#[derive(Serialize)]
struct Abstract {
    /// Whether the sentences are points of a list.
    list: bool,
    sentences: Vec<Sentence>,
    unread: Vec<[u32; 2]>,
    notes: Vec<String>,
    millis: Option<f64>,
    error: Option<String>,
}

#[derive(Serialize)]
struct Sentence {
    text: String,
    verdict: Option<Verdict>,
    support: Option<f64>,
    evidence: Vec<[u32; 2]>,
    flags: Vec<Flag>,
    faults: Vec<Fault>,
    /// The statements that the article does not say, where it says others of the sentence.
    unsaid: Vec<Part>,
    /// In words, what was changed in a copied sentence.
    edits: Vec<String>,
    by: Option<Author>,
}

#[derive(Serialize)]
struct Part {
    at: [u32; 2],
    verdict: Verdict,
}

/// Words of the sentence that are wrong, and what the article has in their place.
#[derive(Serialize)]
struct Fault {
    kind: Flag,
    at: [u32; 2],
    there: Option<[u32; 2]>,
    expected: Option<String>,
}

#[derive(Serialize)]
struct Tone {
    model: String,
    /// Class and score in words.
    told: Option<String>,
    error: Option<String>,
    targets: Vec<Target>,
}

#[derive(Serialize)]
struct Target {
    name: String,
    told: String,
    mentions: Vec<[u32; 2]>,
    by: Vec<(String, f64)>,
}

impl Article {
    /// What of `report` the page shows.
    pub fn of(report: &ArticleReport) -> Self {
        let offsets = Offsets::new(report.text.as_deref().unwrap_or_default());
        let pairs = |spans: &[Span]| -> Vec<[u32; 2]> {
            spans.iter().map(|&span| offsets.pair(span)).collect()
        };
        let has_text = report.text.is_some();
        let sentences = report.sentiment.iter().map(|tone| &tone.sentences);
        let sentences = sentences.max_by_key(|sentences| sentences.len());
        Self {
            language: report.language.map(Language::code),
            text: report.text.as_deref().map(shown),
            cuts: report
                .cuts
                .iter()
                .filter(|_| has_text)
                .map(|cut| Cut {
                    at: offsets.pair(cut.span),
                    reason: cut.reason.name(),
                    confidence: cut.confidence,
                })
                .collect(),
            sentences: sentences
                .into_iter()
                .flatten()
                .filter(|_| has_text)
                .map(|sentence| offsets.pair(sentence.span))
                .collect(),
            abstracts: report.abstracts.iter().map(|cell| abstract_of(cell, &pairs)).collect(),
            tones: report.sentiment.iter().map(|tone| tone_of(tone, &pairs)).collect(),
            reference: report.annotations.reference().map(shown),
            notes: report.notes.iter().map(|note| safe::line(note)).collect(),
            error: report.error.as_ref().map(|error| safe::line(error.message())),
        }
    }
}

/// Harmless, and as long as before in UTF-16: every stand-in is one unit for one.
fn shown(text: &str) -> String {
    safe::lines(text)
}

fn abstract_of(cell: &AbstractReport, pairs: &impl Fn(&[Span]) -> Vec<[u32; 2]>) -> Abstract {
    let sentence = |sentence: &AbstractSentence| Sentence {
        text: safe::line(&sentence.text),
        verdict: sentence.verdict,
        support: sentence.support,
        evidence: pairs(&sentence.evidence),
        flags: sentence.flags.clone(),
        faults: faults(sentence, pairs),
        unsaid: unsaid(sentence),
        edits: sentence.edits.iter().map(edit).collect(),
        by: sentence.by,
    };
    Abstract {
        list: cell.style.is_list(),
        sentences: cell.sentences.iter().map(sentence).collect(),
        unread: pairs(&cell.unread),
        notes: cell.notes.iter().map(|note| safe::line(note)).collect(),
        millis: cell.millis,
        error: cell.error.as_ref().map(|error| safe::line(error.message())),
    }
}

fn faults(sentence: &AbstractSentence, pairs: &impl Fn(&[Span]) -> Vec<[u32; 2]>) -> Vec<Fault> {
    let offsets = Offsets::new(&sentence.text);
    let fault = |fault: &report::Fault| Fault {
        kind: fault.kind,
        at: offsets.pair(fault.summary),
        there: fault.article.and_then(|span| pairs(&[span]).pop()),
        expected: fault.expected.as_deref().map(safe::line),
    };
    sentence.faults.iter().map(fault).collect()
}

fn unsaid(sentence: &AbstractSentence) -> Vec<Part> {
    let offsets = Offsets::new(&sentence.text);
    let part = |part: &report::Part| Part { at: offsets.pair(part.summary), verdict: part.verdict };
    report::unsaid(&sentence.parts).map(part).collect()
}

fn edit(edit: &Edit) -> String {
    match edit {
        Edit::Dropped { text, .. } | Edit::Ended { text, .. } => {
            format!("left out: {}", safe::line(text))
        }
        Edit::Named { text, .. } => format!("name put in: {}", safe::line(text)),
    }
}

fn tone_of(tone: &SentimentReport, pairs: &impl Fn(&[Span]) -> Vec<[u32; 2]>) -> Tone {
    let targets = tone.targets.iter().map(|target| Target {
        name: safe::line(&target.name),
        told: tones::labelled(target.label, target.score, tone.neutral),
        mentions: pairs(&target.mentions),
        by: target.by.iter().map(|voice| (safe::line(&voice.voice), voice.score)).collect(),
    });
    Tone {
        model: safe::line(&tone.model),
        told: tone
            .label
            .zip(tone.score)
            .map(|(label, score)| tones::labelled(label, score, tone.neutral)),
        error: tone.error.as_ref().map(|error| safe::line(error.message())),
        targets: targets.collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::{super::super::fixture, *};

    #[test]
    fn a_class_that_its_score_would_not_have_says_why() {
        let page = serde_json::to_value(Article::of(&fixture::banded())).unwrap();
        let tone = &page["tones"][0];
        assert_eq!(tone["told"], "neutral -0.38 [neutral: -0.40 to +0.05]");
        assert_eq!(tone["targets"][0]["told"], tone["told"]);
    }

    #[test]
    fn stand_ins_keep_the_offsets() {
        for report in fixture::reports() {
            let Some(text) = &report.text else { continue };
            assert_eq!(shown(text).encode_utf16().count(), text.encode_utf16().count());
            assert!(!shown(text).contains('\u{1b}'));
        }
    }
}

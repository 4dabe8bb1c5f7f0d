//! Reports that carry everything a renderer may meet, for the snapshots of every format.

use serde_json::json;
use standfirst_core::{
    article::{Cut, Reason, Span},
    plugin::{Band, Label},
    report::{
        AbstractReport, AbstractSentence, ArticleReport, Author, Flag, SentenceTone,
        SentimentReport, TargetTone, Verdict, VoiceTone,
    },
};

use super::Renderer;

/// All of [`reports`] through `renderer`.
pub fn render(renderer: &mut dyn Renderer) -> String {
    render_all(renderer, &reports())
}

/// `reports` through `renderer`.
pub fn render_all(renderer: &mut dyn Renderer, reports: &[ArticleReport]) -> String {
    let mut out = Vec::new();
    renderer.begin(&mut out).unwrap();
    for report in reports {
        renderer.article(report, &mut out).unwrap();
    }
    renderer.end(&mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// One plain article, one with everything in it, one that could not be read.
pub fn reports() -> Vec<ArticleReport> {
    vec![plain(), everything(), unreadable()]
}

/// An ordinary answer.
fn plain() -> ArticleReport {
    ArticleReport {
        title: Some("Ferry returns to Lake Orvane".to_owned()),
        language: "en".parse().ok(),
        abstracts: vec![AbstractReport {
            millis: Some(1.5),
            ..abstract_of(
                "lead",
                &[
                    "The ferry sailed again on Monday after nine years.",
                    "It carried forty passengers and a goat.",
                ],
            )
        }],
        sentiment: vec![tone("vader", Label::Positive, 0.42)],
        ..empty("ferry", "news/ferry.txt")
    }
}

/// Several models, doubts, cuts, notes, errors, and text that attacks every format.
fn everything() -> ArticleReport {
    let text =
        "BAD \u{1b}[31mTEASER\u{1b}[0m about another town and its very long and winding story";
    ArticleReport {
        title: Some("=SUM(A1) *Mayor* <b>\u{1b}[2Jresigns</b> \u{202e}today".to_owned()),
        language: "en".parse().ok(),
        text: Some(text.to_owned()),
        notes: vec!["read as windows-1252".to_owned()],
        annotations: json!({"desk": "local"}).as_object().cloned().unwrap_or_default().into(),
        cuts: vec![
            Cut { span: Span::new(0, 3), reason: Reason::Heading, confidence: 0.9 },
            Cut { span: Span::new(4, text.len()), reason: Reason::Teaser, confidence: 0.875 },
        ],
        abstracts: vec![doubtful(), failed()],
        sentiment: vec![
            tone("vader", Label::Negative, -0.31),
            SentimentReport {
                label: None,
                score: None,
                sentences: Vec::new(),
                targets: Vec::new(),
                target: None,
                error: Some("the model failed".to_owned().into()),
                ..tone("broken", Label::Neutral, 0.0)
            },
        ],
        ..empty("7", "news/pile.jsonl:7")
    }
}

/// An input that failed.
fn unreadable() -> ArticleReport {
    ArticleReport::failed(
        "gone".to_owned(),
        "news/gone.txt".to_owned(),
        "cannot read it: no such file".to_owned().into(),
    )
}

/// An article of which nothing is known yet.
fn empty(id: &str, source: &str) -> ArticleReport {
    ArticleReport {
        error: None,
        ..ArticleReport::failed(id.to_owned(), source.to_owned(), String::new().into())
    }
}

/// An abstract of copied sentences.
fn abstract_of(model: &str, sentences: &[&str]) -> AbstractReport {
    let mut at = 0;
    let sentence = |text: &&str| {
        let evidence = vec![Span::new(at, at + text.len())];
        at += text.len() + 1;
        AbstractSentence {
            text: (*text).to_owned(),
            verdict: Some(Verdict::Copied),
            support: Some(1.0),
            evidence,
            flags: Vec::new(),
            faults: Vec::new(),
            parts: Vec::new(),
            edits: Vec::new(),
            by: None,
        }
    };
    AbstractReport {
        model: model.to_owned(),
        text: Some(sentences.join(" ")),
        sentences: sentences.iter().map(sentence).collect(),
        ..AbstractReport::default()
    }
}

/// An abstract with a sentence that the article does not support, of an article only partly read.
fn doubtful() -> AbstractReport {
    let mut cell = abstract_of("scribe", &["- The mayor resigned.", "He had served for 40 years."]);
    cell.sentences[0].by = Some(Author::Article);
    if let Some(last) = cell.sentences.last_mut() {
        last.by = Some(Author::Model);
        last.verdict = Some(Verdict::Unsupported);
        last.support = Some(0.1);
        last.flags = vec![Flag::Number];
    }
    cell.sentences.push(AbstractSentence {
        text: "It rained *all* day.".to_owned(),
        verdict: None,
        support: None,
        evidence: Vec::new(),
        flags: Vec::new(),
        faults: Vec::new(),
        parts: Vec::new(),
        edits: Vec::new(),
        by: Some(Author::Model),
    });
    cell.notes = vec!["3 of 4 sentences: the model ended there".to_owned()];
    cell.unread = vec![Span::new(40, 1_340)];
    cell
}

/// A model that gave nothing.
fn failed() -> AbstractReport {
    AbstractReport {
        text: None,
        sentences: Vec::new(),
        error: Some("sentence 3 has 600 tokens, and the model reads at most 256".to_owned().into()),
        ..abstract_of("small", &[])
    }
}

/// A tone whose class the usual band would not give its score.
pub fn banded() -> ArticleReport {
    let neutral = Some(Band { low: -0.4, high: 0.05 });
    let tone = SentimentReport { neutral, ..tone("news-tone", Label::Neutral, -0.38) };
    ArticleReport { abstracts: Vec::new(), sentiment: vec![tone], ..reports().swap_remove(0) }
}

/// A tone with a sentence and a target.
fn tone(model: &str, label: Label, score: f64) -> SentimentReport {
    SentimentReport {
        model: model.to_owned(),
        label: Some(label),
        score: Some(score),
        confidence: None,
        neutral: None,
        sentences: vec![SentenceTone { span: Span::new(0, 20), label, score }],
        targets: vec![TargetTone {
            name: "Ada Quill".to_owned(),
            label,
            score,
            mentions: vec![Span::new(4, 13), Span::new(40, 49)],
            by: vec![
                VoiceTone { voice: "author".to_owned(), score: 0.0 },
                VoiceTone { voice: "Ben | Roe".to_owned(), score: 2.0 * score },
            ],
        }],
        target: None,
        millis: None,
        error: None,
    }
}

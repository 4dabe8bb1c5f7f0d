//! From what the models answered about an article to its report, the check of every sentence
//! included.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    time::Duration,
};

use super::{
    Found, Plan, Repaired,
    cell::{self, Answer, Cell},
    column::Column,
};
use crate::{
    analysis::{Checked, Finding, Tones, round_score},
    article::{Article, Document, Halt},
    plugin::{Band, Origin, PluginError, Style, Summary, SummarySentence},
    report::{
        AbstractReport, AbstractSentence, ArticleReport, Author, CHECKED_BY_WORDS, Edit, Failure,
        SCHEMA, SentenceTone, SentimentReport, Words,
    },
};

/// The report of an article; there is a cell for each of the columns, in their order.
pub(super) fn report(
    article: &Article,
    cells: Vec<Cell>,
    plan: &Plan,
    columns: &[Column],
) -> ArticleReport {
    let repaired = Repaired {
        title: article.title(),
        language: article.language(),
        notes: article.document().notes.clone(),
        cuts: article.cuts().to_vec(),
    };
    let mut report = frame(article.document(), repaired, plan);
    for (column, cell) in columns.iter().zip(cells) {
        let model = column.model.info().id.clone();
        let millis = Some(millis(cell.took));
        match cell.answer {
            Answer::KnownSummary(known) => report.abstracts.push(*known),
            Answer::KnownTone(known) => report.sentiment.push(*known),
            Answer::Summary(answer) => {
                let style = column.model.style();
                let found = abstract_report(article, plan, (model, style), answer, millis);
                report.abstracts.push(found);
            }
            Answer::Tone(answer) => {
                let found = sentiment_report(article, model, answer, millis, plan.words);
                report.sentiment.push(found);
            }
        }
    }
    report.target = report.sentiment.first().and_then(|first| first.target.clone());
    report
}

/// The report of a document of which all is known.
pub(super) fn recalled(document: &Document, found: Found, plan: &Plan) -> ArticleReport {
    let repaired = found.repaired.unwrap_or_default();
    let mut report = frame(document, repaired, plan);
    report.abstracts = found.abstracts.into_iter().flatten().collect();
    report.sentiment = found.sentiment.into_iter().flatten().collect();
    report.target = report.sentiment.first().and_then(|first| first.target.clone());
    hide_times(&mut report, plan);
    report
}

/// Takes the times out, unless they are to be shown.
pub(super) fn hide_times(report: &mut ArticleReport, plan: &Plan) {
    if plan.timings {
        return;
    }
    report.abstracts.iter_mut().for_each(|cell| cell.millis = None);
    report.sentiment.iter_mut().for_each(|tone| tone.millis = None);
}

/// A report that no model has answered in.
fn frame(document: &Document, repaired: Repaired, plan: &Plan) -> ArticleReport {
    ArticleReport {
        schema: SCHEMA,
        id: document.id.clone(),
        source: document.source.to_string(),
        title: repaired.title,
        facts: document.facts.clone(),
        language: repaired.language,
        text: plan.include_text.then(|| document.text.clone()),
        notes: repaired.notes,
        annotations: document.annotations.clone(),
        cuts: repaired.cuts,
        abstracts: Vec::with_capacity(plan.summarizers.len()),
        sentiment: Vec::with_capacity(plan.sentiment.len()),
        target: None,
        error: None,
    }
}

/// What the check says, which has as much time as a model has. A panic of it is a bug in it, and leaves
/// the sentences unchecked.
fn checked(
    plan: &Plan,
    article: &Article,
    style: Style,
    summary: &[&str],
) -> Result<Checked, Halt> {
    let _at_work = article.limits().work(1);
    let check = |part| plan.analyzer.check(article, part, plan.entailment.as_deref());
    let check = || {
        if !style.is_list() {
            return check(summary);
        }
        // A point is read without those before it, so none of them may answer for what it leans on.
        let mut all = Checked::default();
        for point in summary.chunks(1) {
            let found = check(point)?;
            all.findings.extend(found.findings);
            all.asked |= found.asked;
            all.failed = all.failed.or(found.failed);
        }
        Ok(all)
    };
    catch_unwind(AssertUnwindSafe(check)).unwrap_or_else(|_| Ok(Checked::default()))
}

/// What a reader should know of a check whose model could not be asked.
fn check_note(plan: &Plan, failed: &PluginError) -> String {
    let model = plan.entailment.as_ref().map_or("the model", |model| &model.info().id);
    format!("{CHECKED_BY_WORDS}, since {model} failed: {}", (plan.words)(failed))
}

/// Why a model gave no answer.
fn failure(error: &PluginError, words: Words) -> Failure {
    Failure::new(error.into(), words(error))
}

fn abstract_report(
    article: &Article,
    plan: &Plan,
    (model, style): (String, Style),
    answer: Result<Summary, PluginError>,
    millis: Option<f64>,
) -> AbstractReport {
    let answer = answer.map_err(|error| failure(&error, plan.words)).and_then(|summary| {
        let texts: Vec<&str> = summary.sentences.iter().map(|s| s.text.as_str()).collect();
        // What nobody has checked is not shown as if somebody had.
        let found = checked(plan, article, style, &texts);
        let found = found.map_err(|halt| cell::halted("the check", halt, plan.words))?;
        Ok((summary, found))
    });
    let (summary, Checked { findings, asked, failed }, error) = match answer {
        Ok((summary, found)) => (Some(summary), found, None),
        Err(error) => (None, Checked::default(), Some(error)),
    };
    let mut findings = findings.into_iter();
    let given = summary.iter().flat_map(|summary| &summary.sentences);
    let sentences = given.map(|sentence| abstract_sentence(article, sentence, findings.next()));
    let sentences: Vec<AbstractSentence> = sentences.collect();
    let texts: Vec<&str> = sentences.iter().map(|sentence| sentence.text.as_str()).collect();
    AbstractReport {
        model,
        style,
        text: summary.as_ref().map(|_| texts.join(if style.is_list() { "\n" } else { " " })),
        sentences,
        check: plan.entailment.as_ref().filter(|_| asked).map(|model| model.info().id.clone()),
        unread: summary.as_ref().map(|summary| summary.unread.clone()).unwrap_or_default(),
        notes: summary
            .iter()
            .flat_map(|summary| summary.notes.clone())
            .chain(failed.map(|failed| check_note(plan, &failed)))
            .collect(),
        usage: summary.as_ref().and_then(|summary| summary.usage),
        millis,
        error,
    }
}

fn abstract_sentence(
    article: &Article,
    sentence: &SummarySentence,
    found: Option<Finding>,
) -> AbstractSentence {
    let edits = edits(article, sentence.origin);
    let (verdict, support) = found.as_ref().map(|found| (found.verdict, found.support)).unzip();
    // The check finds what the sentence rests on; where an edit has its words from is known.
    let (mut evidence, flags, faults, parts) = found
        .map(|found| (found.evidence, found.flags, found.faults, found.parts))
        .unwrap_or_default();
    for edit in &edits {
        if let Edit::Named { evidence: name, .. } = edit
            && !evidence.iter().any(|span| span.overlaps(*name))
        {
            evidence.push(*name);
        }
    }
    AbstractSentence {
        text: sentence.text.clone(),
        verdict,
        support,
        evidence,
        flags,
        faults,
        parts,
        edits,
        by: match sentence.origin {
            Origin::Generated => Some(Author::Model),
            origin => origin.stands_in().then_some(Author::Article),
        },
    }
}

/// What was done to a sentence of the article.
fn edits(article: &Article, origin: Origin) -> Vec<Edit> {
    let Origin::Mended { dropped, name, ended, .. } = origin else { return Vec::new() };
    let text = |span| article.document().display(span);
    let dropped = dropped.map(|evidence| Edit::Dropped { text: text(evidence), evidence });
    let named = name.map(|evidence| Edit::Named { text: text(evidence), evidence });
    let ended = ended.map(|evidence| Edit::Ended { text: text(evidence), evidence });
    dropped.into_iter().chain(named).chain(ended).collect()
}

fn sentiment_report(
    article: &Article,
    model: String,
    answer: Result<Tones, PluginError>,
    millis: Option<f64>,
    words: Words,
) -> SentimentReport {
    let (tones, error) = match answer {
        Ok(tones) => (Some(tones), None),
        Err(error) => (None, Some(failure(&error, words))),
    };
    let neutral = tones.as_ref().map(|tones| tones.neutral).filter(|band| *band != Band::USUAL);
    let (whole, sentences, targets, target) = match tones {
        Some(Tones { whole, sentences, targets, asked, .. }) => (whole, sentences, targets, asked),
        None => (None, Vec::new(), Vec::new(), None),
    };
    SentimentReport {
        model,
        label: whole.map(|(label, _)| label),
        score: whole.map(|(_, score)| score),
        confidence: None,
        neutral,
        sentences: article
            .sentences()
            .iter()
            .zip(&sentences)
            .map(|(sentence, tone)| SentenceTone {
                span: sentence.span,
                label: tone.label,
                score: round_score(tone.polarity.get()),
            })
            .collect(),
        targets,
        target,
        millis,
        error,
    }
}

/// Milliseconds, to a tenth.
fn millis(took: Duration) -> f64 {
    (took.as_secs_f64() * 1e4).round() / 10.0
}

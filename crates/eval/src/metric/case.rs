//! One abstract with everything that a measure may ask for.

use super::{
    rouge::{Score, Scores},
    source::Source,
};

use standfirst_core::{
    article::Span,
    language::Language,
    plugin::Budget,
    report::{AbstractReport, ArticleReport, Verdict},
};
use standfirst_text::words;

/// What a measure is given: an abstract, its article, and what was computed for both beforehand.
pub struct Case<'a> {
    /// The article and all that was found about it.
    pub report: &'a ArticleReport,
    /// The abstract; it has a text.
    pub cell: &'a AbstractReport,
    /// The article's body; `None` if the report does not carry its text.
    pub source: Option<&'a Source>,
    /// The abstract's words by their numbers in the body; empty without a body.
    pub numbers: Vec<u32>,
    /// Against the reference, where there is one.
    pub rouge: Option<Scores>,
    /// The same by token embeddings, where that was asked for.
    pub tokens: Option<Score>,
    /// Length that was asked for, where that is known.
    pub budget: Option<Budget>,
    /// How far its tone is from the article's, by the model that judged both.
    pub drift: Drift,
}

/// How far an abstract's tone is from its article's, each 0–2.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Drift {
    /// Of the whole.
    pub whole: Option<f64>,
    /// Mean over the targets that the abstract names and the article's report tells of; `None` if there
    /// are none.
    pub targets: Option<f64>,
}

impl Case<'_> {
    /// The sentences, as text.
    pub fn sentences(&self) -> Vec<&str> {
        self.cell.sentences.iter().map(|sentence| sentence.text.as_str()).collect()
    }

    /// How many words the abstract has.
    pub fn words(&self) -> usize {
        words::words(self.cell.text.as_deref().unwrap_or_default()).count()
    }

    /// A measure of the body and the abstract's words.
    pub fn against_source(&self, score: impl Fn(&Source, &[u32]) -> Option<f64>) -> Option<f64> {
        score(self.source?, &self.numbers)
    }

    /// Mean support of the sentences that were checked.
    pub fn support(&self) -> Option<f64> {
        mean(self.cell.sentences.iter().filter_map(|sentence| sentence.support))
    }

    /// Share of the checked sentences that are copied or supported.
    pub fn supported(&self) -> Option<f64> {
        let holds =
            |verdict| f64::from(u8::from(matches!(verdict, Verdict::Copied | Verdict::Supported)));
        mean(self.cell.sentences.iter().filter_map(|sentence| sentence.verdict).map(holds))
    }

    /// Flags of the sentences that were checked.
    pub fn flags(&self) -> Option<f64> {
        let checked = || self.cell.sentences.iter().filter(|sentence| sentence.verdict.is_some());
        let flags: usize = checked().map(|sentence| sentence.flags.len()).sum();
        checked().next().map(|_| flags as f64)
    }

    /// Whether the abstract is as long as was asked for: 1 or 0. An abstract with fewer sentences
    /// keeps the contract where the article had no more, which is when its model has nothing to say
    /// about it.
    pub fn length_kept(&self) -> Option<f64> {
        let sentences = self.cell.sentences.len();
        let kept = match self.budget? {
            Budget::Sentences(asked) => {
                sentences == asked.get() || (sentences < asked.get() && self.cell.notes.is_empty())
            }
            budget @ (Budget::Words(_) | Budget::Characters(_)) => {
                budget.is_kept_by(&self.sentences())
            }
        };
        Some(f64::from(u8::from(kept)))
    }

    /// Share of the body's bytes that the model was not shown.
    pub fn unread(&self) -> Option<f64> {
        let bytes = self.source?.bytes();
        let unread: usize =
            self.cell.unread.iter().map(|span| span.end.saturating_sub(span.start)).sum();
        (bytes > 0).then(|| (unread as f64 / bytes as f64).min(1.0))
    }

    /// Coleman & Liau's grade; `None` for other languages than English.
    pub fn readability(&self) -> Option<f64> {
        let english = self.report.language == Some(Language::ENGLISH);
        english.then(|| super::wording::coleman_liau(&self.sentences())).flatten()
    }

    /// Mean place in the body where the evidence of a sentence begins, 0–1.
    pub fn position(&self) -> Option<f64> {
        mean(self.first_evidence().filter_map(|span| self.source?.position(span.start)))
    }

    /// Share of the other models that rest on the same evidence, averaged over the sentences.
    pub fn consensus(&self) -> Option<f64> {
        let others: Vec<&AbstractReport> = self
            .report
            .abstracts
            .iter()
            .filter(|other| other.text.is_some() && !std::ptr::eq(*other, self.cell))
            .collect();
        let share = |span: Span| {
            let agreeing = others.iter().filter(|other| rests_on(other, span)).count();
            agreeing as f64 / others.len() as f64
        };
        if others.is_empty() { None } else { mean(self.first_evidence().map(share)) }
    }

    fn first_evidence(&self) -> impl Iterator<Item = Span> {
        self.cell.sentences.iter().filter_map(|sentence| sentence.evidence.first().copied())
    }
}

/// Whether a sentence of the abstract has evidence in `span`.
fn rests_on(cell: &AbstractReport, span: Span) -> bool {
    cell.sentences.iter().flat_map(|sentence| &sentence.evidence).any(|own| own.overlaps(span))
}

/// `None` for no values.
fn mean(values: impl Iterator<Item = f64>) -> Option<f64> {
    let (sum, count) = values.fold((0.0, 0_u32), |(sum, count), value| (sum + value, count + 1));
    (count > 0).then(|| sum / f64::from(count))
}

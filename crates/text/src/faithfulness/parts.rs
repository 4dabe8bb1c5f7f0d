//! A sentence that makes several statements is judged by each of them: it is worth its worst.

use super::{Checker, Draft, Judged};
use crate::clause::{Clause, clauses};
use standfirst_core::{
    analysis::Finding,
    article::Span,
    language::Language,
    report::{Part, Verdict},
};

/// A statement of a sentence, before a model is asked about it.
pub(super) struct Stated {
    /// Bytes of the sentence.
    span: Span,
    /// As a sentence of its own.
    pub text: String,
    pub draft: Draft,
}

impl Checker<'_> {
    /// The statements of `text`, if it makes several and can be taken apart.
    pub(super) fn stated(&self, text: &str) -> Vec<Stated> {
        if self.article().language().is_some_and(|language| language != Language::ENGLISH) {
            return Vec::new();
        }
        let stated = |Clause { span, text }| {
            let draft = self.alone(&text);
            Stated { span, text, draft }
        };
        clauses(text).into_iter().map(stated).collect()
    }
}

impl Stated {
    /// What comes of it; `judged` has what a model says of it next, unless it is a copy.
    pub(super) fn part(&self, judged: &mut impl Iterator<Item = Judged>) -> Part {
        let (verdict, support) = match &self.draft {
            Draft::Copy(_) => (Verdict::Copied, 1.0),
            Draft::Own(study) => study.weigh_part(judged.next()),
        };
        Part { summary: self.span, verdict, support }
    }
}

/// The finding on a sentence, no better than those on its statements: the lowest support, and the gravest verdict.
pub(super) fn with_worst(mut finding: Finding) -> Finding {
    for part in &finding.parts {
        finding.support = finding.support.min(part.support);
        if gravity(part.verdict) > gravity(finding.verdict) {
            finding.verdict = part.verdict;
        }
    }
    finding
}

/// How much is wrong with what has this verdict.
fn gravity(verdict: Verdict) -> u8 {
    match verdict {
        Verdict::Copied | Verdict::Supported => 0,
        Verdict::Stitched => 1,
        Verdict::Unsupported => 2,
        Verdict::Contradicted => 3,
    }
}

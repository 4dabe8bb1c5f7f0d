//! What is known of a sentence before a model is asked about it, and the verdict that comes of both.

use std::ops::Range;

use super::{
    alignment::{Alignment, MAX_EVIDENCE},
    classifier::{self, Judged},
    features::Features,
    parts::Stated,
};
use standfirst_core::{
    entailment::Entailment,
    report::{Fault, Flag, Verdict},
};

/// A sentence before a model is asked about it.
pub(super) enum Draft {
    /// It is these passages, word for word.
    Copy(Range<usize>),
    /// It is whoever wrote it's own.
    Own(Box<Study>),
}

impl Draft {
    /// The passages that a copy is.
    pub(super) fn passages(&self) -> Option<&Range<usize>> {
        match self {
            Self::Copy(passages) => Some(passages),
            Self::Own(_) => None,
        }
    }

    /// Of a sentence that reads `text`, what a model is to be asked about: nothing of a copy; else itself and then its
    /// statements that are no copies.
    pub(super) fn open<'t>(&'t self, text: &'t str) -> impl Iterator<Item = &'t str> {
        let own = match self {
            Self::Copy(_) => None,
            Self::Own(study) => Some(&study.parts),
        };
        let parts = own.into_iter().flatten().filter(|part| matches!(part.draft, Self::Own(_)));
        own.map(|_| text).into_iter().chain(parts.map(|part| part.text.as_str()))
    }
}

/// All that was found out about a sentence.
pub(super) struct Study {
    /// Whether it has a word that carries meaning.
    pub(super) says_something: bool,
    pub(super) features: Features,
    pub(super) flags: Vec<Flag>,
    pub(super) faults: Vec<Fault>,
    pub(super) alignment: Alignment,
    /// Its statements, where it makes several.
    pub(super) parts: Vec<Stated>,
}

impl Study {
    /// The verdict on it, and its support; `firm` if nothing is wrong with its words.
    pub(super) fn weigh(&self, judged: Option<Judged>, firm: bool) -> (Verdict, f64) {
        let support =
            if self.says_something { classifier::support(&self.features, judged) } else { 0.0 };
        let verdict = self.verdict(support, judged.map(|judged| judged.entailment), firm);
        let support = (support * 1e4).round() / 1e4;
        (verdict, if verdict == Verdict::Supported { support } else { support.min(UNSUPPORTED) })
    }

    fn verdict(&self, support: f64, judged: Option<Entailment>, firm: bool) -> Verdict {
        if judged.is_some_and(|judged| classifier::contradicts(judged, !firm)) {
            Verdict::Contradicted
        } else if support >= classifier::THRESHOLD && firm {
            Verdict::Supported
        } else if firm && self.is_stitched() {
            Verdict::Stitched
        } else {
            Verdict::Unsupported
        }
    }

    /// Whether the parts of a sentence stand in the article, but not together.
    fn is_stitched(&self) -> bool {
        self.alignment.passages.len() > 1 && self.alignment.held[MAX_EVIDENCE - 1] >= STITCHED
    }
}

/// Highest support of what is not supported.
const UNSUPPORTED: f64 = 0.4999;

/// This much of what a stitched sentence says stands in the article.
const STITCHED: f64 = 0.85;

//! Does the article say it? For every sentence of a summary, whoever wrote it: the parts of the article
//! that it rests on, how well they support it, and what is wrong with it.
//!
//! A [`Checker`] reads the article once. A sentence that stands in the article word for word is
//! [`Verdict::Copied`]. Any other is laid beside the one to three passages that share most with it
//! (`faithfulness/alignment.rs`); numbers, names, quotations, speakers, negations and hedges are compared one by
//! one; and a small model (`faithfulness/classifier.rs`) turns what was found into the support.
//!
//! Supported means: these spans seem to say so. It is an estimate; [`MEASURED`] says how often people
//! agree with it.
//!
//! ```
//! use standfirst_core::report::{Flag, Verdict};
//! use standfirst_text::{faithfulness::Checker, sentence::from_sentences};
//!
//! let article = from_sentences("demo", &["The council bought 12 buses on Monday."]).unwrap();
//! let findings = Checker::new(&article).summary(&["The council bought 14 buses on Monday."]);
//! assert_eq!(findings[0].verdict, Verdict::Unsupported);
//! assert_eq!(findings[0].flags, [Flag::Number]);
//! assert_eq!(findings[0].evidence, [article.sentences()[0].span]);
//! ```

mod alignment;
mod classifier;
mod edits;
mod features;
mod figures;
#[cfg(test)]
mod fit;
pub mod given;
mod hedges;
mod index;
mod names;
mod numbers;
mod quotes;
mod raw;
mod scan;
mod speakers;

use std::{convert::Infallible, ops::Range, sync::Arc};

use crate::coreference::Lean;
use alignment::{Alignment, MAX_EVIDENCE};
use features::{Features, Findings};
use index::{Index, Token};
use standfirst_core::{
    analysis::Finding,
    article::{Article, Halt, Limits},
    report::{Flag, Verdict},
};

/// How often people agree with the verdicts, in one line; to be shown wherever verdicts are. On articles
/// that the weights were fitted without: `faithfulness/fit.rs` measures it, and holds this line to it.
pub const MEASURED: &str = "Verdicts are estimates. They agree with people's at a balanced accuracy of \
    0.76 where a summary copies (QAGS-CNN/DM) and 0.64 where it rewords (QAGS-XSUM); chance is 0.50";

/// An article prepared for checking summaries of it. Cheap to make again: what was prepared is kept with
/// the article.
pub struct Checker<'a> {
    article: &'a Article,
    index: Arc<Index>,
}

impl<'a> Checker<'a> {
    /// Reads the article, unless that was done before: time and memory are linear in its length.
    pub fn new(article: &'a Article) -> Self {
        Self { article, index: article.derived(Index::new) }
    }

    /// The article.
    pub fn article(&self) -> &'a Article {
        self.article
    }

    /// Findings for the sentences of one summary, as many and in the same order. Earlier sentences are
    /// what later ones may point back to; whether one dangles is not asked of a sentence alone.
    pub fn summary(&self, sentences: &[&str]) -> Vec<Finding> {
        let Ok(findings) = self.findings(sentences, || Ok::<(), Infallible>(()));
        findings
    }

    /// The same, as long as `limits` allow.
    ///
    /// # Errors
    /// [`Halt`] if it was to give up.
    pub fn summary_within(
        &self,
        sentences: &[&str],
        limits: &Limits,
    ) -> Result<Vec<Finding>, Halt> {
        self.findings(sentences, || limits.check())
    }

    /// Findings for the sentences of one summary; `go_on` is asked before each.
    fn findings<E>(
        &self,
        sentences: &[&str],
        mut go_on: impl FnMut() -> Result<(), E>,
    ) -> Result<Vec<Finding>, E> {
        // A sentence put forward alone is a claim, not a text: who "he" is, its reader was told before.
        let whole = sentences.len() > 1 && self.index.is_english();
        let mut findings = Vec::with_capacity(sentences.len());
        let mut last: Option<(Lean, Option<usize>)> = None;
        for &text in sentences {
            go_on()?;
            let (mut finding, place) = self.sentence(text);
            let is_next = |before: Option<usize>| match (before, &place) {
                (Some(before), Some(place)) => before == place.start,
                // Whoever wrote a sentence of their own wrote it after the one before.
                _ => true,
            };
            if whole {
                let lean = Lean::of(text);
                let before = last.filter(|(_, end)| is_next(*end)).map(|(before, _)| before);
                if lean.find(before.as_ref()).is_some() {
                    finding.flags.push(Flag::Dangling);
                }
                last = Some((lean, place.map(|place| place.end)));
            }
            findings.push(finding);
        }
        Ok(findings)
    }

    /// What is to be said of a sentence alone and, of a copy, the passages that it is.
    fn sentence(&self, text: &str) -> (Finding, Option<Range<usize>>) {
        let tokens = self.index.read(text);
        let quotations = quotes::find(&self.index, text, &tokens);
        let wrong_quotes = quotations.iter().any(quotes::Quotation::is_wrong);
        if let Some(passages) = self.copy(&tokens)
            && !wrong_quotes
        {
            let spans = passages.clone().take(MAX_EVIDENCE).map(|at| self.index.passages[at].span);
            let (verdict, evidence) = (Verdict::Copied, spans.collect());
            return (
                Finding { verdict, support: 1.0, evidence, flags: Vec::new() },
                Some(passages),
            );
        }
        // What is longer is no sentence, and its beginning has to do.
        let tokens = &tokens[..tokens.len().min(MAX_TOKENS)];
        let study = self.study(tokens, &quotations);
        (self.judge(tokens, &study), None)
    }

    /// The passages that together are the sentence, word for word.
    fn copy(&self, tokens: &[Token]) -> Option<Range<usize>> {
        let places = self.index.verbatim(tokens);
        let runs = places.into_iter().map(|start| self.index.passages_of(start, tokens.len()));
        runs.filter(|(_, whole)| *whole).map(|(passages, _)| passages).next()
    }

    fn study(&self, tokens: &[Token], quotations: &[quotes::Quotation]) -> Study {
        let index = &self.index;
        let alignment = alignment::align(index, tokens);
        let theirs: &[Token] =
            alignment.passages.first().map_or(&[], |&best| &index.passages[best].tokens);
        let comparison = edits::compare(tokens, theirs);
        let near = comparison.common as f64 >= NEAR * tokens.len() as f64;
        let mut quoted = vec![false; tokens.len()];
        for quotation in quotations {
            let end = quotation.tokens.end.min(tokens.len());
            quoted[quotation.tokens.start.min(end)..end].fill(true);
        }
        let swapped_names =
            if near { names::swapped(index, tokens, &alignment, &comparison) } else { Vec::new() };
        let speakers = speakers::find(index, tokens, &quoted);
        let wrong_speakers = speakers
            .iter()
            .filter(|speaker| swapped_names.iter().any(|at| speaker.contains(at)))
            .count();
        let findings = Findings {
            index,
            tokens,
            alignment: &alignment,
            comparison: &comparison,
            flips: if near {
                hedges::flips(tokens, theirs, &comparison)
            } else {
                hedges::Flips::default()
            },
            absent_names: names::absent(index, tokens).len(),
            swapped_names: swapped_names.len(),
            absent_numbers: numbers::absent(index, tokens).len(),
            misplaced_numbers: numbers::misplaced(index, tokens, &alignment, &comparison).len(),
            wrong_quotes: quotations
                .iter()
                .filter(|quotation| {
                    quotation.is_wrong() || (near && quotation.is_edited(&comparison))
                })
                .count(),
            wrong_speakers,
        };
        let features = features::of(&findings);
        let flags = flags(&findings);
        Study { features, flags, alignment }
    }

    fn judge(&self, tokens: &[Token], study: &Study) -> Finding {
        let says_something = tokens.iter().any(Token::is_content);
        let support = if says_something { classifier::support(&study.features) } else { 0.0 };
        let firm = study.flags.is_empty();
        let verdict = if support >= classifier::THRESHOLD && firm {
            Verdict::Supported
        } else if firm && is_stitched(study) {
            Verdict::Stitched
        } else {
            Verdict::Unsupported
        };
        let support = (support * 1e4).round() / 1e4;
        let support = if verdict == Verdict::Supported { support } else { support.min(0.4999) };
        let evidence =
            study.alignment.passages.iter().map(|&at| self.index.passages[at].span).collect();
        Finding { verdict, support, evidence, flags: study.flags.clone() }
    }
}

/// A sentence that shares this part of its words, in order, with a passage is nearly that passage.
const NEAR: f64 = 0.5;

/// So many words of a sentence are looked at, so that the work for each is bounded.
const MAX_TOKENS: usize = 400;

/// All that was found out about a sentence.
struct Study {
    features: Features,
    flags: Vec<Flag>,
    alignment: Alignment,
}

fn flags(found: &Findings<'_>) -> Vec<Flag> {
    let flags = [
        (Flag::Number, found.absent_numbers + found.misplaced_numbers),
        (Flag::Name, found.absent_names + found.swapped_names),
        (Flag::Quote, found.wrong_quotes),
        (Flag::Negation, usize::from(found.flips.negation || found.flips.hedge)),
        (Flag::Speaker, found.wrong_speakers),
    ];
    flags.into_iter().filter(|(_, count)| *count > 0).map(|(flag, _)| flag).collect()
}

/// Whether the parts of a sentence stand in the article, but not together.
fn is_stitched(study: &Study) -> bool {
    let held = &study.alignment.held;
    study.alignment.passages.len() > 1 && held[MAX_EVIDENCE - 1] >= STITCHED
}

/// This much of what a stitched sentence says stands in the article.
const STITCHED: f64 = 0.85;

#[cfg(test)]
mod tests;

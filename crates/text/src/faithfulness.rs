//! Does the article say it? For every sentence of a summary, whoever wrote it: the parts of the article
//! that it rests on, how well they support it, and what is wrong with it.
//!
//! A [`Checker`] reads the article once. A sentence that stands in the article word for word is
//! [`Verdict::Copied`]. Any other is laid beside the one to three passages that share most with it
//! (`faithfulness/alignment.rs`); numbers, names, quotations, speakers, negations and hedges are compared one by
//! one (`faithfulness/witnesses.rs`); a model of entailment, where there is one, is asked whether the evidence
//! (`faithfulness/evidence.rs`) says so; and a small model (`faithfulness/classifier.rs`) turns what was found
//! into the support.
//!
//! Supported means: these spans seem to say so. It is an estimate; [`measured`] says how often people
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
mod basis;
mod classifier;
mod draft;
mod edits;
mod evidence;
mod faults;
mod features;
mod figures;
#[cfg(test)]
mod fit;
pub mod given;
mod hedges;
mod index;
mod names;
mod numbers;
mod own;
mod parts;
mod quotes;
mod raw;
mod scan;
mod speakers;
mod witnesses;

use std::{
    ops::Range,
    sync::{Arc, OnceLock},
};

use crate::coreference::Lean;
use alignment::MAX_EVIDENCE;
pub use basis::Basis;
use classifier::Judged;
use draft::{Draft, Study};
use evidence::Evidence;
use faults::Beside;
use features::Findings;
use index::{Index, Token};
use own::Own;
use standfirst_core::{
    analysis::{Checked, Finding},
    article::{Article, Halt},
    entailment::{Claim, Entailment, EntailmentModel},
    language::Language,
    plugin::PluginError,
    report::{Flag, Verdict},
};
use witnesses::Witnesses;

/// How often people agree with the verdicts, in one line; to be shown wherever verdicts are. `check` is the id of the model
/// of entailment that was asked, if one was.
pub fn measured(check: Option<&str>) -> &'static str {
    match check {
        None => BY_WORDS,
        Some(OURS) => WITH_OURS,
        Some(_) => WITH_MODEL,
    }
}

/// The model of entailment that was trained for this program.
const OURS: &str = "entail";

/// On articles that the weights were fitted without: `faithfulness/fit.rs` measures it, and holds this line
/// to it.
const BY_WORDS: &str = "Verdicts are estimates. They agree with people's at a balanced accuracy of \
    0.76 where a summary copies (QAGS-CNN/DM) and 0.64 where it rewords (QAGS-XSUM); chance is 0.50";
/// On articles that its weights were fitted without: `crates/summarizer/tests/entail.rs` measures it.
const WITH_OURS: &str = "Verdicts are estimates, of words and of the model entail. They agree with people's \
    at a balanced accuracy of 0.73 where a summary copies (QAGS-CNN/DM; words alone 0.76), 0.62 where it \
    rewords (QAGS-XSUM; 0.64), and 0.60 of edited summaries (SummEdits; 0.54); chance is 0.50";
/// A model of the user's has not been measured by us.
const WITH_MODEL: &str = "Verdicts are estimates, of words and of a model of entailment. Words alone agree \
    with people at a balanced accuracy of 0.76 where a summary copies (QAGS-CNN/DM) and 0.64 where it \
    rewords (QAGS-XSUM), chance being 0.50; what this model adds has not been measured here";

/// An article prepared for checking summaries of it. Cheap to make again: what was prepared is kept with
/// the article.
pub struct Checker<'a> {
    article: &'a Article,
    own: Arc<Own>,
    index: OnceLock<Arc<Index>>,
}

impl<'a> Checker<'a> {
    /// Looks at the sentences of the article, unless that was done before. It is read when the first sentence comes that is
    /// none of them: time and memory are linear in its length.
    pub fn new(article: &'a Article) -> Self {
        Self { article, own: article.derived(Own::new), index: OnceLock::new() }
    }

    fn index(&self) -> &Index {
        self.index.get_or_init(|| self.article.derived(Index::new))
    }

    /// The article.
    pub fn article(&self) -> &'a Article {
        self.article
    }

    /// Findings for the sentences of one summary by words alone, as many and in the same order. Earlier
    /// sentences are what later ones may point back to; whether one dangles is not asked of a sentence alone.
    pub fn summary(&self, sentences: &[&str]) -> Vec<Finding> {
        let drafts: Vec<Draft> = sentences.iter().map(|text| self.draft(text)).collect();
        self.findings(sentences, &drafts, Vec::new())
    }

    /// The same as long as the article's limits allow, and `model` is asked about the sentences that are not
    /// the article's own, all at once. One that does not know the article's language is not asked.
    ///
    /// # Errors
    /// [`Halt`] if it was to give up.
    pub fn ask(
        &self,
        sentences: &[&str],
        model: Option<&dyn EntailmentModel>,
    ) -> Result<Checked, Halt> {
        let limits = self.article.limits();
        let draft = |text: &&str| limits.check().map(|()| self.draft(text));
        let drafts = sentences.iter().map(draft).collect::<Result<Vec<Draft>, Halt>>()?;
        let model =
            model.filter(|model| model.info().check_language(self.article.language()).is_ok());
        let judged = model.map(|model| self.entailed(model, sentences, &drafts)).transpose();
        let (judged, failed) = match judged {
            Ok(judged) => (judged.unwrap_or_default(), None),
            Err(PluginError::Halted(halt)) => return Err(halt),
            Err(error) => (Vec::new(), Some(error)),
        };
        let asked = !judged.is_empty();
        let weighing = model.and_then(EntailmentModel::weighing).copied();
        let judged = judged.into_iter().map(|entailment| Judged { entailment, weighing }).collect();
        Ok(Checked { findings: self.findings(sentences, &drafts, judged), asked, failed })
    }

    /// What comes of the drafts; `judged` has what a model says of those that are no copies.
    fn findings(&self, sentences: &[&str], drafts: &[Draft], judged: Vec<Judged>) -> Vec<Finding> {
        let mut judged = judged.into_iter();
        let finding = |draft: &Draft| match draft {
            Draft::Copy(passages) => self.copied(passages),
            Draft::Own(study) => self.judge(study, &mut judged),
        };
        let mut findings: Vec<Finding> = drafts.iter().map(finding).collect();
        self.flag_dangling(sentences, drafts, &mut findings);
        findings
    }

    /// What the model says of the sentences that are not copies and of their statements, in their order.
    fn entailed(
        &self,
        model: &dyn EntailmentModel,
        sentences: &[&str],
        drafts: &[Draft],
    ) -> Result<Vec<Entailment>, PluginError> {
        let texts = sentences.iter().zip(drafts);
        let hypotheses: Vec<&str> = texts.flat_map(|(text, draft)| draft.open(text)).collect();
        if hypotheses.is_empty() {
            return Ok(Vec::new());
        }
        let evidence = self.article.derived(Evidence::new);
        let premise = |hypothesis: &&str| {
            let chosen = evidence.sentences_for(hypothesis).into_iter();
            let texts = chosen.map(|at| self.article.sentences()[at].text.as_str());
            texts.collect::<Vec<_>>().join(" ")
        };
        let premises: Vec<String> = hypotheses.iter().map(premise).collect();
        let pairs = premises.iter().zip(&hypotheses);
        let claims: Vec<Claim<'_>> =
            pairs.map(|(premise, hypothesis)| Claim { premise, hypothesis }).collect();
        model.judge_of(self.article, &claims)
    }

    /// Flags sentences that point back at something that was not said.
    fn flag_dangling(&self, sentences: &[&str], drafts: &[Draft], findings: &mut [Finding]) {
        // A sentence put forward alone is a claim, not a text: who "he" is, its reader was told before.
        if sentences.len() < 2 || !self.article.language().is_none_or(|it| it == Language::ENGLISH)
        {
            return;
        }
        let mut last: Option<(Lean, Option<usize>)> = None;
        for ((text, draft), finding) in sentences.iter().zip(drafts).zip(findings) {
            let place = draft.passages();
            let is_next = |before: Option<usize>| match (before, place) {
                (Some(before), Some(place)) => before == place.start,
                // Whoever wrote a sentence of their own wrote it after the one before.
                _ => true,
            };
            let lean = Lean::of(text);
            let before = last.filter(|(_, end)| is_next(*end)).map(|(before, _)| before);
            if lean.find(before.as_ref()).is_some() {
                finding.flags.push(Flag::Dangling);
            }
            last = Some((lean, place.map(|place| place.end)));
        }
    }

    /// What is to be said of a sentence and of each of its statements, before a model is asked.
    fn draft(&self, text: &str) -> Draft {
        let mut draft = self.alone(text);
        if let Draft::Own(study) = &mut draft {
            study.parts = self.stated(text);
        }
        draft
    }

    /// The same of what is one statement, or taken for one.
    fn alone(&self, text: &str) -> Draft {
        // What it quotes stands in the article, too, and in quotation marks there.
        if let Some(at) = self.own.find(self.article, text) {
            return Draft::Copy(at..at + 1);
        }
        let index = self.index();
        let tokens = index.read(text);
        let quotations = quotes::find(index, text, &tokens);
        let wrong_quotes = quotations.iter().any(quotes::Quotation::is_wrong);
        if let Some(passages) = self.copy(&tokens).filter(|_| !wrong_quotes) {
            return Draft::Copy(passages);
        }
        // What is longer is no sentence, and its beginning has to do.
        let tokens = &tokens[..tokens.len().min(MAX_TOKENS)];
        Draft::Own(Box::new(self.study(tokens, &quotations)))
    }

    /// The passages that together are the sentence, word for word.
    fn copy(&self, tokens: &[Token]) -> Option<Range<usize>> {
        let index = self.index();
        let places = index.verbatim(tokens);
        let runs = places.into_iter().map(|start| index.passages_of(start, tokens.len()));
        runs.filter(|(_, whole)| *whole).map(|(passages, _)| passages).next()
    }

    fn copied(&self, passages: &Range<usize>) -> Finding {
        let sentences = self.article.sentences();
        let span = |at: usize| {
            sentences.get(at).map_or_else(|| self.index().passages[at].span, |own| own.span)
        };
        let spans = passages.clone().take(MAX_EVIDENCE).map(span);
        Finding {
            verdict: Verdict::Copied,
            support: 1.0,
            evidence: spans.collect(),
            flags: Vec::new(),
            faults: Vec::new(),
            parts: Vec::new(),
        }
    }

    fn study(&self, tokens: &[Token], quotations: &[quotes::Quotation]) -> Study {
        let index = self.index();
        let alignment = alignment::align(index, tokens);
        let comparison = edits::compare(tokens, alignment.best(index));
        let witnesses = Witnesses::of(index, tokens, quotations, &alignment, &comparison);
        let found = Findings {
            index,
            tokens,
            alignment: &alignment,
            comparison: &comparison,
            witnesses: &witnesses,
        };
        let features = features::of(&found);
        let beside = Beside {
            article: self.article,
            index,
            tokens,
            alignment: &alignment,
            comparison: &comparison,
        };
        Study {
            says_something: tokens.iter().any(Token::is_content),
            features,
            flags: witnesses.flags(),
            faults: beside.faults(&witnesses),
            alignment,
            parts: Vec::new(),
        }
    }

    /// What comes of a sentence that is not the article's own; `judged` has what a model says of it, and then of its
    /// statements that are not, either.
    fn judge(&self, study: &Study, judged: &mut impl Iterator<Item = Judged>) -> Finding {
        let (verdict, support) = study.weigh(judged.next());
        let parts = study.parts.iter().map(|stated| stated.part(judged)).collect();
        let passages = &self.index().passages;
        let evidence = study.alignment.passages.iter().map(|&at| passages[at].span).collect();
        let (flags, faults) = (study.flags.clone(), study.faults.clone());
        parts::with_worst(Finding { verdict, support, evidence, flags, faults, parts })
    }
}

/// So many words of a sentence are looked at, so that the work for each is bounded.
const MAX_TOKENS: usize = 400;

#[cfg(test)]
mod tests;

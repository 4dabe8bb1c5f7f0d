//! The one answer to what the run asks of whoever knows language.

use standfirst_core::{
    analysis::{Analyzer, Checked, Tones, Unrepaired},
    article::{Article, Document, Halt, Limits},
    entailment::EntailmentModel,
    plugin::{PluginError, SentimentModel},
};

use crate::{faithfulness::Checker, quotation, repair, tone};

/// Repairs, checks and reads news articles, by the modules of this crate.
#[derive(Clone, Copy, Debug, Default)]
pub struct NewsAnalyzer;

impl Analyzer for NewsAnalyzer {
    /// [`repair::clean_within`]; a document of which a passage is asked about is taken as it stands
    /// ([`repair::keep`]).
    fn repair(&self, document: Document, limits: &Limits) -> Result<Article, Unrepaired> {
        if document.annotations.points_into_text() {
            Ok(repair::keep(document)?)
        } else {
            repair::clean_within(document, limits)
        }
    }

    fn check(
        &self,
        article: &Article,
        summary: &[&str],
        model: Option<&dyn EntailmentModel>,
    ) -> Result<Checked, Halt> {
        let mut checked = Checker::new(article).ask(summary, model)?;
        quotation::flag(article, summary, &mut checked.findings);
        Ok(checked)
    }

    fn tones(&self, article: &Article, model: &dyn SentimentModel) -> Result<Tones, PluginError> {
        tone::judge(model, article)
    }
}

/// The same, but for the tone: of the article and its sentences alone, and of nobody whom they name unless the input
/// asks about somebody. Who is named and who says what is then not read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WithoutTargets;

impl Analyzer for WithoutTargets {
    fn repair(&self, document: Document, limits: &Limits) -> Result<Article, Unrepaired> {
        NewsAnalyzer.repair(document, limits)
    }

    fn check(
        &self,
        article: &Article,
        summary: &[&str],
        model: Option<&dyn EntailmentModel>,
    ) -> Result<Checked, Halt> {
        NewsAnalyzer.check(article, summary, model)
    }

    /// [`tone::judge_whole`].
    fn tones(&self, article: &Article, model: &dyn SentimentModel) -> Result<Tones, PluginError> {
        tone::judge_whole(model, article)
    }
}

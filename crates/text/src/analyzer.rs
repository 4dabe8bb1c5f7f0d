//! The one answer to what the run asks of whoever knows language.

use standfirst_core::{
    analysis::{Analyzer, Finding, Tones},
    article::{Article, Document, EmptyArticle},
    plugin::{PluginError, SentimentModel},
};

use crate::{faithfulness::Checker, quotation, repair, tone};

/// Repairs, checks and reads news articles, by the modules of this crate.
#[derive(Clone, Copy, Debug, Default)]
pub struct NewsAnalyzer;

impl Analyzer for NewsAnalyzer {
    /// [`repair::clean`]; a document of which a passage is asked about is taken as it stands
    /// ([`repair::keep`]).
    fn repair(&self, document: Document) -> Result<Article, EmptyArticle> {
        if document.annotations.points_into_text() {
            repair::keep(document)
        } else {
            repair::clean(document)
        }
    }

    fn check(&self, article: &Article, summary: &[&str]) -> Vec<Finding> {
        let mut findings = Checker::new(article).summary(summary);
        quotation::flag(article, summary, &mut findings);
        findings
    }

    fn tones(&self, article: &Article, model: &dyn SentimentModel) -> Result<Tones, PluginError> {
        tone::judge(model, article)
    }
}

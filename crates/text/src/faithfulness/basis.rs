//! What a support was made of, for whoever wants to weigh it otherwise, or to find out how it should be.

use super::{Checker, Draft, classifier};
use standfirst_core::{
    entailment::{Entailment, EntailmentModel},
    plugin::PluginError,
    report::Flag,
};

/// What speaks for a sentence that is not the article's own, and what against it.
#[derive(Clone, Debug, PartialEq)]
pub struct Basis {
    /// Whether it is put together from pieces of the article, so that words are weighed as for such.
    pub copies: bool,
    /// Log-odds of being supported, by words alone.
    pub words: f64,
    /// What is wrong with it.
    pub flags: Vec<Flag>,
    /// What a model of entailment says, if one was asked.
    pub judged: Option<Entailment>,
}

impl Checker<'_> {
    /// What the verdict on each of `sentences` rests on; `None` for a copy, which needs nothing else.
    ///
    /// # Errors
    /// What `model` gives.
    pub fn bases(
        &self,
        sentences: &[&str],
        model: Option<&dyn EntailmentModel>,
    ) -> Result<Vec<Option<Basis>>, PluginError> {
        let drafts: Vec<Draft> = sentences.iter().map(|text| self.draft(text)).collect();
        let judged = model.map(|model| self.entailed(model, sentences, &drafts)).transpose()?;
        let mut judged = judged.unwrap_or_default().into_iter();
        let basis = |draft: &Draft| match draft {
            Draft::Copy(_) => None,
            Draft::Own(study) => Some(Basis {
                copies: classifier::copies(&study.features),
                words: classifier::by_words(&study.features),
                flags: study.flags.clone(),
                judged: judged.next(),
            }),
        };
        Ok(drafts.iter().map(basis).collect())
    }
}

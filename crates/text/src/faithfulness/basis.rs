//! What a support was made of, for whoever wants to weigh it otherwise, or to find out how it should be.

use super::{Checker, Draft, classifier, draft::BENEFIT};
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
    /// What speaks for it beside, in log-odds: nothing for a sentence.
    pub benefit: f64,
    /// The same of its statements that are no copies either, whose words are not held against it once more: the
    /// sentence is worth the worst of all.
    pub parts: Vec<Self>,
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
        Ok(drafts.iter().map(|draft| Basis::of(draft, &mut judged)).collect())
    }
}

impl Basis {
    /// Of a draft that is no copy; `judged` has what a model says of it, and then of its statements.
    fn of(draft: &Draft, judged: &mut impl Iterator<Item = Entailment>) -> Option<Self> {
        let Draft::Own(study) = draft else { return None };
        let mut basis = Self {
            copies: classifier::copies(&study.features),
            words: classifier::by_words(&study.features),
            flags: study.flags.clone(),
            judged: judged.next(),
            benefit: 0.0,
            parts: Vec::new(),
        };
        let parts = study.parts.iter().filter_map(|stated| Self::of(&stated.draft, judged));
        basis.parts =
            parts.map(|part| Self { flags: Vec::new(), benefit: BENEFIT, ..part }).collect();
        Some(basis)
    }
}

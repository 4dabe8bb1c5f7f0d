//! A post for social media: whole sentences within a number of characters.

use std::num::NonZeroUsize;

use standfirst_core::{
    article::Article,
    plugin::{Budget, Form, Origin, PluginError, Summarizer, Summary, SummarySentence},
};

use super::{line, texts};
use crate::extractive::mend;

/// Sentences of a post where nobody asks for a number.
const USUAL: usize = 3;
/// Most sentences of a post that are asked for one less where they are too long together.
const MOST_ASKED: usize = 12;

/// What `inner` picks within the form; fewer sentences than asked for where they are too long together.
pub(super) fn pick(
    inner: &dyn Summarizer,
    article: &Article,
    form: Form,
) -> Result<Summary, PluginError> {
    for budget in budgets(form) {
        let mut summary = inner.summarize(article, budget)?;
        let indices: Vec<usize> =
            summary.sentences.iter().filter_map(|sentence| sentence.origin.sentence()).collect();
        summary.sentences = sound(article, indices, form);
        if !summary.sentences.is_empty() && form.fits(&texts(&summary.sentences)) {
            summary.notes.extend(note(form, summary.sentences.len()));
            return Ok(summary);
        }
    }
    line::pick(inner, article, form)
}

/// What to ask for in turn: the best few sentences as long as they fit, and only then whatever does. What is
/// merely short enough to fill the room up is no part of a post.
fn budgets(form: Form) -> Vec<Budget> {
    let most = match form.budget {
        Budget::Sentences(count) => count.get().min(MOST_ASKED),
        Budget::Words(_) | Budget::Characters(_) => USUAL,
    };
    let fewer = (1..=most).rev().filter_map(NonZeroUsize::new).map(Budget::Sentences);
    fewer.chain([form.budget]).chain(form.style.limit()).collect()
}

/// The sentences, mended, without those that lean on what is not there.
fn sound(article: &Article, mut indices: Vec<usize>, form: Form) -> Vec<SummarySentence> {
    loop {
        let sentences = mend::together(article, &indices, form.budget);
        match sentences.iter().position(|(_, sound)| !sound) {
            Some(leaning) => _ = indices.remove(leaning),
            None => return sentences.into_iter().map(|(sentence, _)| sentence).collect(),
        }
    }
}

/// Why there are fewer sentences than were asked for; `None` if there are as many.
fn note(form: Form, count: usize) -> Option<String> {
    let asked = form.budget.short_of(count)?;
    Some(format!("{count} of {asked} sentences: more are too long together, or cannot stand alone"))
}

/// Ends what was written at the last sentence that fits; nothing may be left of it. A note says so.
pub(super) fn trim(form: Form, summary: &mut Summary) {
    let written = summary.sentences.len();
    while !form.fits(&texts(&summary.sentences)) && summary.sentences.pop().is_some() {}
    let kept = summary.sentences.len();
    if kept > 0 && kept < written {
        summary
            .notes
            .push(format!("ended after sentence {kept} of {written}: more is no post of {form}"));
    }
    let own = |sentence: &SummarySentence| sentence.origin == Origin::Generated;
    // What stands in for nothing is only there because there was room.
    if summary.sentences.iter().any(own) {
        summary.sentences.retain(own);
    }
}

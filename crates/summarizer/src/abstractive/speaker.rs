//! A sentence of an answer that quotes somebody whom it does not name: the article's own takes its place, or
//! nothing does.

use standfirst_core::{
    article::Article,
    plugin::{Form, PluginError, Summary, SummarySentence},
};
use standfirst_text::faithfulness::Checker;

use super::rewrite;
use crate::{extractive::mend, styled};

/// Exchanges such sentences of `summary`, which was written, for those of the article that they came from and that
/// name the speaker, or leaves them out; a note says so. The only sentence stays whatever it is.
///
/// # Errors
/// [`PluginError::Halted`] if the check was to give up.
pub(super) fn settle(
    article: &Article,
    form: Form,
    mut summary: Summary,
) -> Result<Summary, PluginError> {
    let sentences = &mut summary.sentences;
    let (mut at, mut exchanged, mut left_out, mut stays) = (0, 0, 0, 0);
    while at < sentences.len() {
        let before = at.checked_sub(1).map(|before| sentences[before].text.as_str());
        if rewrite::is_told(article, form, &sentences[at].text, before) {
            at += 1;
        } else if let Some(own) = own(article, form, sentences, at)? {
            sentences[at] = own;
            (at, exchanged) = (at + 1, exchanged + 1);
        } else if sentences.len() > 1 {
            sentences.remove(at);
            left_out += 1;
        } else {
            (at, stays) = (at + 1, stays + 1);
        }
    }
    let told = [
        (exchanged, "exchanged for the article's own"),
        (left_out, "left out"),
        (stays, "kept, as there is no other"),
    ];
    let told = told.into_iter().filter(|(count, _)| *count > 0);
    let told: Vec<String> = told.map(|(count, what)| format!("{count} {what}")).collect();
    if !told.is_empty() {
        summary.notes.push(format!("quoting without a speaker: {}", told.join(", ")));
    }
    Ok(summary)
}

/// The article's sentence that the one `at` a place of an abstract came from, if it names the speaker, can be read
/// there and is not in the abstract yet.
fn own(
    article: &Article,
    form: Form,
    sentences: &[SummarySentence],
    at: usize,
) -> Result<Option<SummarySentence>, PluginError> {
    let answer = Checker::new(article).ask(&[&sentences[at].text], None)?;
    let sources = answer.findings.first().map(|found| rewrite::sources(article, found));
    let before = at.checked_sub(1).map(|before| sentences[before].text.as_str());
    let fitting = sources.unwrap_or_default().into_iter().find_map(|source| {
        let (own, sound) = mend::alone(article, source);
        let others = sentences.iter().enumerate().filter(|&(i, _)| i != at);
        let others = others.map(|(_, other)| other.text.as_str());
        let new = !rewrite::is_said_in(article, &own.text, others);
        let told = rewrite::is_told(article, form, &own.text, before);
        let texts = sentences.iter().enumerate();
        let texts = texts.map(|(i, other)| if i == at { &own.text } else { &other.text });
        let fits = form.budget.holds(texts.map(String::as_str));
        (sound && new && told && fits).then_some(own)
    });
    let standing_in =
        |own: SummarySentence| SummarySentence { origin: styled::standing_in(own.origin), ..own };
    Ok(fitting.map(standing_in))
}

//! One sentence, or one line: headline and brief.

use std::collections::HashSet;

use standfirst_core::{
    article::Article,
    plugin::{Budget, Form, Origin, PluginError, Style, Summarizer, Summary, SummarySentence},
};
use standfirst_text::lexicon::{Lexicon, Role};

use super::{REACH, title};
use crate::extractive::mend;

/// Sentences of a ranking that come before the title as a headline: those after them say too little of what
/// the article is about.
const NEAR: usize = 3;
/// What keeps its stop at the end of a headline.
const ABBREVIATIONS: [Role; 6] =
    [Role::Clock, Role::Bound, Role::Numbered, Role::Loose, Role::Foreign, Role::InName];

/// The best sentence that `inner` picks, stands alone and fits; for a headline the title where the best ones
/// do not.
pub(super) fn pick(
    inner: &dyn Summarizer,
    article: &Article,
    form: Form,
) -> Result<Summary, PluginError> {
    let (mut seen, mut passed, mut titled) = (HashSet::new(), 0, false);
    let mut shortest: Option<Summary> = None;
    for count in 1..=REACH.min(article.sentences().len()) {
        if count > NEAR && form.style == Style::Headline && !titled {
            titled = true;
            if let Some(title) = title::stand_in(article, form) {
                return Ok(title);
            }
        }
        let asked = Budget::Sentences(count.try_into().unwrap_or(std::num::NonZeroUsize::MIN));
        let summary = inner.summarize(article, asked)?;
        for index in summary.sentences.iter().filter_map(|sentence| sentence.origin.sentence()) {
            if !seen.insert(index) {
                continue;
            }
            let (sentence, sound) = mend::alone(article, index);
            let sentence = lined(article, form, sentence);
            let whole = Summary {
                sentences: vec![sentence],
                unread: summary.unread.clone(),
                notes: note(passed, form).into_iter().collect(),
                usage: None,
            };
            if sound && is_line(form, &whole.sentences[0]) {
                return Ok(whole);
            }
            passed += 1;
            let length = |summary: &Summary| form.budget.measure(&summary.sentences[0].text);
            if shortest.as_ref().is_none_or(|shortest| length(&whole) < length(shortest)) {
                shortest = Some(whole);
            }
        }
    }
    if let Some(title) = title::stand_in(article, form) {
        return Ok(title);
    }
    // A brief is a sentence of the article even where all of them are too long, as any abstract is.
    match (form.style, shortest) {
        (Style::Brief, Some(mut shortest)) => {
            shortest.notes = vec![format!("no sentence picked fits {form}; the shortest of them")];
            Ok(shortest)
        }
        _ => Err(PluginError::NoFit(form)),
    }
}

/// Leaves of a `summary` that was written the first sentence, if it fits, or nothing.
pub(super) fn trim(article: &Article, form: Form, summary: &mut Summary) {
    summary.sentences.truncate(1);
    summary.sentences = summary.sentences.drain(..).map(|s| lined(article, form, s)).collect();
    summary.sentences.retain(|sentence| is_line(form, sentence));
}

/// Why it is not the first that was picked; `None` if it is.
fn note(passed: usize, form: Form) -> Option<String> {
    let are = if passed == 1 { "one is" } else { "ones are" };
    (passed > 0).then(|| {
        format!("{passed} better {are} passed over, which cannot stand alone or do not fit {form}")
    })
}

/// Whether a sentence is in the form. A headline has no brackets.
fn is_line(form: Form, sentence: &SummarySentence) -> bool {
    let bracketed = matches!(sentence.origin, Origin::Mended { name: Some(_), .. });
    form.fits(&[&sentence.text]) && !(bracketed && form.style == Style::Headline)
}

/// A sentence as it stands in a headline: without its full stop.
fn lined(article: &Article, form: Form, mut sentence: SummarySentence) -> SummarySentence {
    if form.style == Style::Headline {
        let end = without_stop(Lexicon::of(article.language()), &sentence.text).len();
        sentence.text.truncate(end);
    }
    sentence
}

/// A text without the full stop at its end, unless that belongs to the last word.
fn without_stop<'a>(lexicon: &Lexicon, text: &'a str) -> &'a str {
    let text = text.trim_end();
    let Some(bare) = text.strip_suffix('.') else { return text };
    let last = bare.rsplit(char::is_whitespace).next().unwrap_or(bare);
    let last = last.trim_start_matches(|c: char| !c.is_alphanumeric());
    let short = last.contains('.')
        || last.chars().count() == 1
        || ABBREVIATIONS.iter().any(|&role| lexicon.is(&last.to_lowercase(), role));
    if short { text } else { bare }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_stop_goes_and_one_of_a_word_stays() {
        let bare = |text| without_stop(standfirst_text::lexicon::english(), text);
        assert_eq!(bare("The bridge held."), "The bridge held");
        assert_eq!(bare("Rain falls on the U.S."), "Rain falls on the U.S.");
        assert_eq!(bare("The bridge belongs to Quill Inc."), "The bridge belongs to Quill Inc.");
        assert_eq!(bare("Will the bridge hold?"), "Will the bridge hold?");
        assert_eq!(bare("“The bridge held.”"), "“The bridge held.”");
        assert_eq!(bare("And then …"), "And then …");
        assert_eq!(bare("And then ..."), "And then ...");
    }
}

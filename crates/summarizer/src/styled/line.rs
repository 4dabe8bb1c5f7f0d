//! One sentence, or one line: headline and brief.

use std::collections::HashSet;

use standfirst_core::{
    article::Article,
    language::Language,
    plugin::{Budget, Form, Origin, PluginError, Style, Summarizer, Summary, SummarySentence},
};
use standfirst_text::lexicon::{Lexicon, Role};

use super::{REACH, clause, title};
use crate::extractive::mend;

/// Sentences of a ranking that come before the title as a headline: those after it say too little of what the
/// article is about.
const NEAR: usize = 1;
/// Sentences of a ranking that may be a headline at all.
const FAR: usize = 5;
/// Why the title stands in for what was to be picked.
const NONE: &str = "none of the best sentences stands alone and fits";
/// What keeps its stop at the end of a headline.
const ABBREVIATIONS: [Role; 4] = [Role::Clock, Role::Bound, Role::Loose, Role::InName];

/// The best sentence that `inner` picks, stands alone and fits; for a headline the title where the best ones
/// do not.
pub(super) fn pick(
    inner: &dyn Summarizer,
    article: &Article,
    form: Form,
) -> Result<Summary, PluginError> {
    let (mut seen, mut passed) = (HashSet::new(), 0);
    let mut shortest: Option<Summary> = None;
    let reach = if form.style == Style::Headline { FAR } else { REACH };
    for count in 1..=reach.min(article.sentences().len()) {
        if count == NEAR + 1
            && form.style == Style::Headline
            && let Some(title) = title::stand_in(article, form, NONE)
        {
            return Ok(title);
        }
        let asked = Budget::Sentences(count.try_into().unwrap_or(std::num::NonZeroUsize::MIN));
        let summary = inner.summarize(article, asked)?;
        for index in summary.sentences.iter().filter_map(|sentence| sentence.origin.sentence()) {
            if !seen.insert(index) {
                continue;
            }
            let (sentence, sound) = mend::alone(article, index);
            let sentence = shortened(article, form, lined(article, form, sentence));
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
    if let Some(title) = title::stand_in(article, form, NONE) {
        return Ok(title);
    }
    // A brief is a sentence of the article even where all of them are too long, as any abstract is.
    match (form.style, shortest) {
        (Style::Brief, Some(mut shortest)) => {
            let told =
                format!("no sentence picked fits {form} and stands alone; the shortest of them");
            shortest.notes = vec![told];
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
    let plural = if passed == 1 { "" } else { "s" };
    (passed > 0).then(|| {
        format!("passed over: {passed} better sentence{plural} that cannot stand alone or does not fit {form}")
    })
}

/// Whether a sentence is in the form. A headline has no brackets.
fn is_line(form: Form, sentence: &SummarySentence) -> bool {
    let bracketed = matches!(sentence.origin, Origin::Mended { name: Some(_), .. });
    form.fits(&[&sentence.text]) && !(bracketed && form.style == Style::Headline)
}

/// A sentence as it stands in a headline: without its full stop.
pub(super) fn lined(
    article: &Article,
    form: Form,
    mut sentence: SummarySentence,
) -> SummarySentence {
    if form.style == Style::Headline {
        let end = without_stop(Lexicon::of(article.language()), &sentence.text).len();
        sentence.text.truncate(end);
    }
    sentence
}

/// A sentence of the article that is too long for a headline, ended before its last clause if that makes it
/// one.
fn shortened(article: &Article, form: Form, sentence: SummarySentence) -> SummarySentence {
    let headline = form.style == Style::Headline && article.language() == Some(Language::ENGLISH);
    if !headline || form.fits(&[&sentence.text]) {
        return sentence;
    }
    let Origin::Extracted(index) = sentence.origin else { return sentence };
    let own = &article.sentences()[index].text;
    let Some(end) = clause::first(Lexicon::of(article.language()), own) else { return sentence };
    let text = own[..end].trim_end().to_owned();
    if !form.fits(&[&text]) {
        return sentence;
    }
    let start = end + 1 + own[end + 1..].len() - own[end + 1..].trim_start().len();
    let ended = Some(mend::source(article, index, start, own.trim_end().len()));
    let origin = Origin::Mended { index, dropped: None, name: None, ended, stands_in: false };
    SummarySentence { text, origin }
}

/// A text without the full stop at its end, unless that belongs to the last word.
fn without_stop<'a>(lexicon: &Lexicon, text: &'a str) -> &'a str {
    let text = text.trim_end();
    let Some(bare) = text.strip_suffix('.') else { return text };
    let last = bare.rsplit(char::is_whitespace).next().unwrap_or(bare);
    let last = last.trim_start_matches(|c: char| !c.is_alphanumeric());
    // A number has stops that are no ends of short words: "rose by 3.5."
    let letters = last.contains(char::is_alphabetic) || !last.contains(char::is_numeric);
    let short = letters && (last.contains('.') || last.chars().count() <= 1)
        || ABBREVIATIONS.iter().any(|&role| lexicon.is(last, role));
    if short { text } else { bare }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_stop_goes_and_one_of_a_word_stays() {
        let bare = |text| without_stop(standfirst_text::lexicon::english(), text);
        assert_eq!(bare("The bridge held."), "The bridge held");
        assert_eq!(bare("Prices rose by 3.5."), "Prices rose by 3.5");
        assert_eq!(bare("Orm beat Velden by 3."), "Orm beat Velden by 3");
        assert_eq!(bare("Prices rose by 3.5%."), "Prices rose by 3.5%");
        assert_eq!(bare("Rain falls on the U.S."), "Rain falls on the U.S.");
        assert_eq!(bare("The bridge belongs to Quill Inc."), "The bridge belongs to Quill Inc.");
        assert_eq!(bare("Will the bridge hold?"), "Will the bridge hold?");
        assert_eq!(bare("“The bridge held.”"), "“The bridge held.”");
        assert_eq!(bare("And then …"), "And then …");
        assert_eq!(bare("And then ..."), "And then ...");
    }
}

//! The second try of an answer that is not as long as asked for, or quotes somebody whom it does not name.

use std::slice;

use standfirst_core::{
    article::{Article, Limits},
    plugin::{Budget, Form, PluginError},
    usage::Usage,
};

use super::{Abstractive, Failures, Readings, answer, rewrite, window::Reading};
use crate::engine::{EngineError, Generation, Rejected, Request};

impl Abstractive {
    /// Has written once more what is amiss, where the generator is told why. What is amiss again stays as it
    /// was first, and a note says that it was asked for twice.
    pub(super) fn write_anew(
        &self,
        articles: &[&Article],
        readings: &mut Readings,
        budget: Budget,
        failed: &mut Failures,
    ) {
        if !self.generator.is_told_why() {
            return;
        }
        let form = Form { style: self.style, budget };
        let again = readings.iter().filter_map(|(&index, reading)| {
            let (answer, text) = only(reading)?;
            Some((index, text.to_owned(), amiss(articles[index], answer, form)?))
        });
        let again: Vec<(usize, String, Rejected)> = again.collect();
        let requests: Vec<Request<'_>> = again
            .iter()
            .map(|(_, text, rejected)| Request {
                text,
                sentences: budget.wanted(),
                picked: false,
                rejected: slice::from_ref(rejected),
                form,
            })
            .collect();
        if requests.is_empty() {
            return;
        }
        let limits: Vec<&Limits> =
            again.iter().map(|(index, ..)| articles[*index].limits()).collect();
        let mut answers = self.generator.generate_within(&requests, &limits).into_iter();
        for (index, _, rejected) in &again {
            let Some(reading) = readings.get_mut(index) else { continue };
            let answer = answers.next().unwrap_or(Err(EngineError::Silent));
            match take(articles[*index], reading, answer, form) {
                Ok(note) => {
                    reading.notes.push(format!("asked for twice: {}{note}", rejected.reason));
                }
                Err(error) => {
                    readings.remove(index);
                    failed.insert(*index, error);
                }
            }
        }
    }
}

/// The answer of a reading and the text that it is of, if there is one of each.
fn only(reading: &Reading) -> Option<(&Generation, &str)> {
    match (&reading.answers[..], &reading.shown) {
        ([answer], Some(shown)) => Some((answer, shown)),
        _ => None,
    }
}

/// What is wrong with an answer that only a second one can set right; `None` if nothing is.
fn amiss(article: &Article, answer: &Generation, form: Form) -> Option<Rejected> {
    let sentences = answer::sentences_of(answer, form.style);
    let texts: Vec<&str> = sentences.iter().map(String::as_str).collect();
    let text = texts.join(" ");
    if let Some(reason) = wrong_length(article, &texts, form) {
        return Some(Rejected { text, reason });
    }
    let before = |at: usize| at.checked_sub(1).map(|before| texts[before]);
    let is_told = |at: &usize| rewrite::is_told(article, form, texts[*at], before(*at));
    let bare = (0..texts.len()).find(|at| !is_told(at))?;
    Some(Rejected { text: texts[bare].to_owned(), reason: answer::NOBODY.to_owned() })
}

/// Why an answer is too long or too short; `None` if it is neither.
fn wrong_length(article: &Article, texts: &[&str], form: Form) -> Option<String> {
    if let (Budget::Sentences(asked), false) = (form.budget, form.style.limit().is_some()) {
        // No model makes more sentences of an article than it has.
        let wanted = asked.get().min(article.sentences().len());
        let found = texts.len();
        return (found < wanted || found > asked.get())
            .then(|| format!("it has {found} sentences, and has to have {wanted}"));
    }
    (!form.fits(texts)).then(|| answer::too_long(form, &texts.join(" ")))
}

/// Takes up the second answer if nothing is amiss with it; what is to be said of it.
fn take(
    article: &Article,
    reading: &mut Reading,
    answer: Result<Generation, EngineError>,
    form: Form,
) -> Result<&'static str, PluginError> {
    match answer {
        Ok(answer) => {
            reading.usage = Usage::sum(reading.usage, answer.usage);
            if amiss(article, &answer, form).is_some() {
                return Ok("; so was the second answer");
            }
            reading.answers = vec![answer];
            Ok("")
        }
        Err(EngineError::Halted(halt)) => Err(halt.into()),
        Err(_) => Ok("; there was no second answer"),
    }
}

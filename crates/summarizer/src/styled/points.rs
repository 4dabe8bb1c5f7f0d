//! A list, each point of which is understood without the others.

use std::num::NonZeroUsize;

use standfirst_core::{
    article::Article,
    plugin::{Budget, Form, PluginError, Room, Summarizer, Summary, SummarySentence},
};

use super::REACH;
use crate::extractive::mend;

/// The best sentences that `inner` picks and that stand alone, as many as fit, in reading order; those that
/// do not only where there are no others.
pub(super) fn pick(
    inner: &dyn Summarizer,
    article: &Article,
    form: Form,
) -> Result<Summary, PluginError> {
    let first = inner.summarize(article, form.budget)?;
    let wanted = first.sentences.len();
    let mut list = List { article, budget: form.budget, points: Vec::new(), others: Vec::new() };
    list.add(&first, wanted);
    let all = article.sentences().len();
    for more in 1..=REACH {
        if list.points.len() >= wanted || wanted + more > all {
            break;
        }
        let count = NonZeroUsize::new(wanted + more).unwrap_or(NonZeroUsize::MIN);
        list.add(&inner.summarize(article, Budget::Sentences(count))?, wanted);
    }
    let leaning = list.fill(wanted);
    let mut notes = first.notes;
    if leaning > 0 {
        let of = list.points.len();
        notes.push(format!(
            "{leaning} of {of} points lean on what is not said in them: no others stand alone"
        ));
    }
    list.points.sort_by_key(|(index, _)| *index);
    let sentences = list.points.into_iter().map(|(_, sentence)| sentence).collect();
    Ok(Summary { sentences, notes, ..first })
}

/// Points as they come, best first.
struct List<'a> {
    article: &'a Article,
    budget: Budget,
    points: Vec<(usize, SummarySentence)>,
    /// Those that do not stand alone.
    others: Vec<(usize, SummarySentence)>,
}

impl List<'_> {
    /// Takes up what of `summary` is new, as long as fewer than `wanted` are there.
    fn add(&mut self, summary: &Summary, wanted: usize) {
        for index in summary.sentences.iter().filter_map(|sentence| sentence.origin.sentence()) {
            let known = |list: &[(usize, SummarySentence)]| list.iter().any(|(at, _)| *at == index);
            if known(&self.points) || known(&self.others) {
                continue;
            }
            let (sentence, sound) = mend::alone(self.article, index);
            if sound && self.points.len() < wanted && self.has_room(&sentence.text) {
                self.points.push((index, sentence));
            } else {
                self.others.push((index, sentence));
            }
        }
    }

    /// Takes up others until there are as many as `wanted`; how many it took.
    fn fill(&mut self, wanted: usize) -> usize {
        let before = self.points.len();
        for (index, sentence) in std::mem::take(&mut self.others) {
            let room = self.points.is_empty() || self.has_room(&sentence.text);
            if self.points.len() < wanted && room {
                self.points.push((index, sentence));
            }
        }
        self.points.len() - before
    }

    fn has_room(&self, text: &str) -> bool {
        let texts = self.points.iter().map(|(_, sentence)| sentence.text.as_str());
        self.budget.holds(texts.chain([text]))
    }
}

/// Has the article's own sentences among what was written stand alone, as far as they can and the list does not
/// become too long by it.
pub(super) fn trim(article: &Article, form: Form, summary: &mut Summary) {
    let mut room = Room::after(form.budget, super::texts(&summary.sentences));
    for sentence in &mut summary.sentences {
        let Some(index) = sentence.origin.sentence() else { continue };
        let mut alone = mend::alone(article, index).0;
        if !room.exchange(&sentence.text, &alone.text) {
            continue;
        }
        if sentence.origin.stands_in() {
            alone.origin = super::standing_in(alone.origin);
        }
        *sentence = alone;
    }
}

#[cfg(test)]
mod tests {
    use standfirst_core::plugin::{Origin, Style};
    use standfirst_text::sentence::from_sentences;

    use super::*;

    #[test]
    fn a_point_gets_its_name_only_where_the_list_still_fits() {
        const LEANS: &str = "She resigned on Monday after the report was out.";
        let texts = [
            "Marta Ruiz said the bridge was safe.",
            LEANS,
            "The people of the town were told about the work that has to be done there.",
            "It is thought that the rest of the summer will be dry and warm as well.",
        ];
        let article = from_sentences("t", &texts).unwrap();
        let trimmed = |words| {
            let budget = Budget::Words(NonZeroUsize::new(words).unwrap());
            let sentence = SummarySentence { text: LEANS.to_owned(), origin: Origin::StandIn(1) };
            let mut summary = Summary { sentences: vec![sentence], ..Summary::default() };
            trim(&article, Form { style: Style::Bullets, budget }, &mut summary);
            summary.sentences.remove(0).text
        };
        assert!(trimmed(30).contains("Marta Ruiz"), "{}", trimmed(30));
        assert_eq!(trimmed(9), LEANS);
    }
}

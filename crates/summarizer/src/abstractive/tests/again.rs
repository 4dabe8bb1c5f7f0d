//! The second try of an answer that is too long, too short, or quotes somebody without a name.

use std::num::NonZeroUsize;

use standfirst_core::{plugin::Style, usage::Usage};

use super::*;
use crate::engine::Rejected;

/// Says one thing first and another to whoever tells it what was wrong; remembers what it was told.
struct Twice {
    first: &'static str,
    second: Option<&'static str>,
    told: Mutex<Vec<Rejected>>,
}

impl Generator for Twice {
    fn window(&self) -> usize {
        WINDOW
    }

    fn count_tokens(&self, text: &str) -> Result<usize, EngineError> {
        Ok(text.split_whitespace().count())
    }

    fn batch(&self) -> NonZeroUsize {
        NonZeroUsize::MIN
    }

    fn is_told_why(&self) -> bool {
        true
    }

    fn generate(&self, requests: &[Request<'_>]) -> Vec<Result<Generation, EngineError>> {
        let answer = |request: &Request<'_>| {
            self.told.lock().unwrap().extend(request.rejected.iter().cloned());
            let text = if request.rejected.is_empty() { Some(self.first) } else { self.second };
            let usage = Some(Usage::new(10, 1, None));
            let text = text.ok_or(EngineError::NoToken { after: 0 })?.to_owned();
            Ok(Generation { text, ended: true, usage })
        };
        requests.iter().map(answer).collect()
    }
}

/// The summary of an article of three sentences, and what the model was told.
fn summary(
    style: Style,
    budget: Budget,
    first: &'static str,
    second: Option<&'static str>,
) -> (Summary, Vec<Rejected>) {
    let generator = Arc::new(Twice { first, second, told: Mutex::default() });
    let info = model(Long::Pick).1.info;
    let model =
        Abstractive::new(info, Arc::<Twice>::clone(&generator), Long::Pick).with_style(style);
    let texts = ["Rain fell on the old town.", "The bridge held all night.", "All of them slept."];
    let article = from_sentences("a", &texts).unwrap();
    let summary = model.summarize(&article, budget).unwrap();
    let told = generator.told.lock().unwrap().clone();
    (summary, told)
}

fn texts(summary: &Summary) -> Vec<&str> {
    summary.sentences.iter().map(|sentence| sentence.text.as_str()).collect()
}

fn words(count: usize) -> Budget {
    Budget::Words(NonZeroUsize::new(count).unwrap())
}

fn sentences(count: usize) -> Budget {
    Budget::Sentences(NonZeroUsize::new(count).unwrap())
}

#[test]
fn too_few_and_too_many_are_written_once_more_with_the_reason() {
    for first in ["Rain fell.", "Rain fell. The bridge held. All slept."] {
        let second = Some("Rain fell. The bridge held.");
        let (summary, told) = summary(Style::Standfirst, sentences(2), first, second);
        assert_eq!(texts(&summary), ["Rain fell.", "The bridge held."], "{first}");
        assert_eq!((told.len(), told[0].text.as_str()), (1, first));
        assert!(told[0].reason.contains("has to have 2"), "{told:?}");
        assert!(summary.notes[0].starts_with("asked for twice: it has"), "{:?}", summary.notes);
        // Both answers were paid for.
        assert_eq!(summary.usage, Some(Usage::new(20, 2, None)));
    }
}

#[test]
fn what_is_wrong_again_is_cut_at_a_sentence_as_ever() {
    let first = "Rain fell. The bridge held. All slept.";
    for second in [Some("Rain fell. All slept. Nobody woke. Nothing broke."), None] {
        let (summary, told) = summary(Style::Standfirst, sentences(2), first, second);
        assert_eq!(texts(&summary), ["Rain fell.", "The bridge held."]);
        assert_eq!(told.len(), 1, "not a third time");
        assert!(summary.notes[0].contains("second answer"), "{:?}", summary.notes);
    }
}

#[test]
fn a_length_in_words_and_a_style_are_held_to_as_well() {
    let words = Budget::Words(NonZeroUsize::new(4).unwrap());
    let (short, told) =
        summary(Style::Standfirst, words, "Rain fell on the old town.", Some("Rain fell."));
    assert_eq!(texts(&short), ["Rain fell."]);
    assert!(told[0].reason.starts_with("it has 6 words and 26 characters"), "{told:?}");
    let headline = Form::new(Style::Headline, None).unwrap().budget;
    let long = "Rain fell on the old town and the bridge held all night while everybody slept.";
    let (summary, told) = summary(Style::Headline, headline, long, Some("Headline: Bridge holds"));
    assert_eq!(texts(&summary), ["Bridge holds"]);
    assert!(told[0].reason.ends_with("one line of at most 12 words"), "{told:?}");
}

#[test]
fn a_quotation_without_a_speaker_is_written_once_more() {
    let bare = "“We will not sell the old ferry.”";
    let named = "“We will not sell the old ferry,” Ada Quill said.";
    let (summary, told) = summary(Style::Standfirst, sentences(1), bare, Some(named));
    assert_eq!(texts(&summary), [named]);
    assert_eq!(told[0].text, bare);
    assert!(told[0].reason.contains("does not name who said so"), "{told:?}");
}

#[test]
fn a_quotation_that_stays_without_a_speaker_gives_way_to_the_articles_own_or_to_nothing() {
    let own = "“We will not sell the old ferry to anybody,” Ada Quill said.";
    let article = ["Rain fell on the old town.", own, "“All of us were up all night.”"];
    let (bare, lost) = ("“We will not sell the old ferry.”", "“All of us were up all night.”");
    let written = |first: &'static str, budget| {
        let generator = Twice { first, second: None, told: Mutex::default() };
        let model = Abstractive::new(model(Long::Pick).1.info, Arc::new(generator), Long::Pick);
        let article = from_sentences("a", &article).unwrap();
        model.summarize(&article, budget).unwrap()
    };
    let both = written("It rained.\n“We will not sell the old ferry.”", sentences(2));
    assert_eq!(texts(&both), ["It rained.", own], "{:?}", both.notes);
    assert_eq!(both.sentences[1].origin, Origin::StandIn(1));
    let told = "quoting without a speaker: 1 exchanged for the article's own".to_owned();
    assert!(both.notes.contains(&told), "{:?}", both.notes);
    // There is no room for the article's own, and it is not in the article with a name.
    let short = written("It rained.\n“We will not sell the old ferry.”", words(10));
    assert_eq!(texts(&short), ["It rained."], "{bare}");
    let told = "quoting without a speaker: 1 left out".to_owned();
    assert!(short.notes.contains(&told), "{:?}", short.notes);
    // What the article's own would say is said already.
    let twice = written(
        "“We will not sell the old ferry.”\n“We will not sell the old ferry to anybody,” Ada Quill said.",
        sentences(2),
    );
    assert_eq!(texts(&twice), [own]);
    let alone = written("“All of us were up all night.”", sentences(1));
    assert_eq!(texts(&alone), [lost]);
    assert!(
        alone.notes.iter().any(|note| note.ends_with("as there is no other")),
        "{:?}",
        alone.notes
    );
}

#[test]
fn who_was_spoken_of_before_is_the_speaker_in_a_text_and_not_in_a_list() {
    let text = "Ada Quill spoke to the town.\n“We will not sell the old ferry,” she said.";
    let (_, told) = summary(Style::Standfirst, sentences(2), text, None);
    assert_eq!(told.len(), 0, "{told:?}");
    let (_, told) = summary(Style::Bullets, sentences(2), text, None);
    assert!(told[0].reason.contains("does not name who said so"), "{told:?}");
}

#[test]
fn what_is_as_asked_is_asked_for_once() {
    let (summary, told) = summary(Style::Standfirst, sentences(1), "Rain fell.", None);
    assert_eq!((texts(&summary), told.len(), summary.notes.len()), (vec!["Rain fell."], 0, 0));
    assert_eq!(summary.usage, Some(Usage::new(10, 1, None)));
}

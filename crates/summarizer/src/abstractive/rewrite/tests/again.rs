//! The second try: what was rejected is asked for once more, with the reason.

use std::{num::NonZeroUsize, sync::Mutex};

use standfirst_core::{
    article::Halt,
    plugin::{Origin, PluginError},
};
use standfirst_text::sentence::from_sentences;

use super::*;
use crate::{contract, engine::Rejected};

/// What the second answer is.
#[derive(Clone, Copy)]
enum Second {
    Says(&'static str),
    Fails,
    Halts,
    /// The text that it is shown.
    Copies,
}

/// Gives one answer to a first request, by a word in its text, and another to a second one.
struct Script {
    first: Vec<(&'static str, &'static str)>,
    second: Second,
    told: bool,
    /// The second requests: text, number of sentences, what was rejected.
    asked: Mutex<Vec<(String, usize, Vec<Rejected>)>>,
    /// Their forms, in words.
    forms: Mutex<Vec<String>>,
    /// Requests of each call.
    calls: Mutex<Vec<usize>>,
}

impl Script {
    fn answer(&self, request: &Request<'_>) -> Result<Generation, EngineError> {
        let say = |text: &str| Ok(Generation { text: text.to_owned(), ended: true, usage: None });
        if request.rejected.is_empty() {
            let known = self.first.iter().find(|(word, _)| request.text.contains(word));
            return say(known.map_or(request.text, |(_, answer)| answer));
        }
        let asked = (request.text.to_owned(), request.sentences, request.rejected.to_vec());
        self.asked.lock().unwrap().push(asked);
        self.forms.lock().unwrap().push(request.form.to_string());
        match self.second {
            Second::Says(text) => say(text),
            Second::Fails => Err(EngineError::NoToken { after: 0 }),
            Second::Halts => Err(EngineError::Halted(Halt::Stopped)),
            Second::Copies => say(request.text),
        }
    }
}

impl Generator for Script {
    fn window(&self) -> usize {
        100_000
    }

    fn count_tokens(&self, text: &str) -> Result<usize, EngineError> {
        Ok(text.split_whitespace().count())
    }

    fn batch(&self) -> NonZeroUsize {
        NonZeroUsize::new(4).unwrap()
    }

    fn is_told_why(&self) -> bool {
        self.told
    }

    fn generate(&self, requests: &[Request<'_>]) -> Vec<Result<Generation, EngineError>> {
        self.calls.lock().unwrap().push(requests.len());
        requests.iter().map(|request| self.answer(request)).collect()
    }
}

const WRONG: &str = "Repairs will cost 9 million crowns. \
     Fishermen complained that the southern harbour is too small.";

fn scripted(first: &[(&'static str, &'static str)], second: Second) -> (Arc<Script>, Rewriter) {
    let (asked, calls) = (Mutex::default(), Mutex::default());
    let (first, forms) = (first.to_vec(), Mutex::default());
    let script = Arc::new(Script { first, second, told: true, asked, forms, calls });
    let generator: Arc<dyn Generator> = Arc::<Script>::clone(&script);
    (script, Rewriter::new(info(), generator, Arc::new(Ordered(Vec::new()))))
}

fn valley() -> Article {
    let texts = [
        "The valley of Orm has one railway.",
        "The railway lost 40 passengers a day when the mill closed in 2007.",
        "Minister Ada Brandt said the line will stay open.",
    ];
    from_sentences("valley", &texts).unwrap()
}

fn texts(summary: &Summary) -> Vec<&str> {
    summary.sentences.iter().map(|sentence| sentence.text.as_str()).collect()
}

#[test]
fn what_is_right_the_second_time_takes_its_place() {
    let second = Second::Says("Repairs will cost 3 million crowns.");
    let (script, model) = scripted(&[("Repairs", WRONG)], second);
    let summary = model.summarize(&harbour(), sentences(2)).unwrap();
    assert_eq!(origins(&summary), [Origin::Generated, Origin::Generated]);
    assert_eq!(texts(&summary), ["Repairs will cost 3 million crowns.", HARBOUR[5]]);
    assert_eq!(
        summary.notes[1..],
        ["of 2 sentences written left out: 1 not supported", "1 written anew, 1 of them kept",]
    );
    let asked = script.asked.lock().unwrap();
    let [(text, 1, rejected)] = &asked[..] else { panic!("{asked:?}") };
    assert_eq!((text.as_str(), rejected.len()), (HARBOUR[3], 1));
    assert_eq!(rejected[0].text, "Repairs will cost 9 million crowns.");
    let reason = &rejected[0].reason;
    assert!(reason.starts_with("number 9") && reason.contains("the article has 3"), "{reason}");
}

#[test]
fn what_is_wrong_again_gives_way_as_ever() {
    let (_, model) =
        scripted(&[("Repairs", WRONG)], Second::Says("Repairs will cost 8 million crowns."));
    let summary = model.summarize(&harbour(), sentences(2)).unwrap();
    assert_eq!(origins(&summary), [Origin::StandIn(3), Origin::Generated]);
    assert_eq!(texts(&summary), [HARBOUR[3], HARBOUR[5]]);
    assert_eq!(summary.notes[2], "1 written anew, 0 of them kept");
}

#[test]
fn of_two_that_are_wrong_each_has_its_own_fate() {
    let first = "Repairs will cost 9 million crowns. The ferry company moved its 90 boats to the southern harbour.";
    let second = "The ferry company moved its 9 boats. Repairs will cost 8 million crowns.";
    let (script, model) = scripted(&[("Repairs", first)], Second::Says(second));
    let summary = model.summarize(&harbour(), sentences(3)).unwrap();
    let due = [Origin::StandIn(3), Origin::Generated, Origin::StandIn(5)];
    assert_eq!(origins(&summary), due, "{summary:?}");
    assert_eq!(summary.notes[2], "2 written anew, 1 of them kept");
    // The text is in reading order, and has one more, since three are wanted and two were written.
    assert_eq!(script.asked.lock().unwrap()[0].0.lines().collect::<Vec<_>>(), HARBOUR[3..6]);
}

#[test]
fn a_second_try_that_fails_costs_nothing_but_one_that_is_stopped_stops() {
    let (_, model) = scripted(&[("Repairs", WRONG)], Second::Fails);
    let summary = model.summarize(&harbour(), sentences(2)).unwrap();
    assert_eq!(origins(&summary), [Origin::StandIn(3), Origin::Generated]);
    assert!(
        summary.notes[2].starts_with("not written anew: after 0 tokens"),
        "{:?}",
        summary.notes
    );
    let (_, model) = scripted(&[("Repairs", WRONG)], Second::Halts);
    let error = model.summarize(&harbour(), sentences(2)).unwrap_err();
    assert!(matches!(error, PluginError::Halted(Halt::Stopped)), "{error}");
}

#[test]
fn only_those_who_need_it_are_asked_again_and_all_of_them_at_once() {
    let first = [("Repairs", WRONG), ("Brandt", "Minister Ada Brandt said the line will close.")];
    let (script, model) = scripted(&first, Second::Copies);
    let fine = from_sentences("fine", &["Snow fell in Orm.", "The school stayed shut."]).unwrap();
    let articles = [&fine, &harbour(), &fine, &valley()];
    let together = model.summarize_all(&articles, sentences(2));
    assert_eq!(*script.calls.lock().unwrap(), [4, 2]);
    let notes = |i: usize| together[i].as_ref().unwrap().notes.join(";");
    assert!(notes(1).contains("anew") && notes(3).contains("anew"), "{together:?}");
    assert!(!notes(0).contains("anew") && !notes(2).contains("anew"), "{together:?}");
    for (article, summary) in articles.iter().zip(&together) {
        let alone = model.summarize(article, sentences(2)).unwrap();
        assert_eq!(&alone, summary.as_ref().unwrap());
    }
}

#[test]
fn repeats_are_written_anew_from_what_nothing_says_yet() {
    let first = "Fishermen complained that the southern harbour is too small. \
                 Fishermen complained that the harbour is too small.";
    let (script, model) = scripted(&[("Fishermen", first)], Second::Copies);
    let summary = model.summarize(&harbour(), sentences(2)).unwrap();
    assert_eq!(texts(&summary), [HARBOUR[4], HARBOUR[5]]);
    let asked = script.asked.lock().unwrap();
    assert_eq!(
        (asked[0].0.as_str(), asked[0].2[0].reason.as_str()),
        (HARBOUR[4], "repeats what another sentence says")
    );
}

#[test]
fn who_is_not_told_why_is_asked_once() {
    let (script, _) = scripted(&[("Repairs", WRONG)], Second::Copies);
    let script = Arc::new(Script { told: false, ..Arc::into_inner(script).unwrap() });
    let generator: Arc<dyn Generator> = Arc::<Script>::clone(&script);
    let model = Rewriter::new(info(), generator, Arc::new(Ordered(Vec::new())));
    let summary = model.summarize(&harbour(), sentences(2)).unwrap();
    assert_eq!(origins(&summary), [Origin::StandIn(3), Origin::Generated]);
    assert_eq!(*script.calls.lock().unwrap(), [1]);
    assert!(!summary.notes.join(";").contains("anew"));
}

#[test]
fn what_was_not_written_at_all_is_asked_for_once_more() {
    let first = [
        ("Fishermen", "Fishermen complained that the southern harbour is too small."),
        ("Repairs", "Repairs will cost 3 million crowns."),
    ];
    let (script, model) = scripted(&first, Second::Fails);
    let summary = model.summarize(&harbour(), sentences(2)).unwrap();
    assert_eq!(*script.calls.lock().unwrap(), [1, 1]);
    assert_eq!(origins(&summary), [Origin::Generated, Origin::Generated], "{summary:?}");
    assert!(summary.notes.contains(&"1 written anew, 1 of them kept".to_owned()), "{summary:?}");
}

#[test]
fn of_a_list_only_the_points_that_are_missing_are_asked_for_again() {
    let first = "- Repairs will cost 9 million crowns.\n\
                 - Fishermen complained that the southern harbour is too small.";
    let second = Second::Says("- Repairs will cost 3 million crowns.");
    let (script, model) = scripted(&[("Repairs", first)], second);
    let summary = model.with_style(Style::Bullets).summarize(&harbour(), sentences(2)).unwrap();
    assert_eq!(texts(&summary), ["Repairs will cost 3 million crowns.", HARBOUR[5]]);
    assert_eq!(*script.forms.lock().unwrap(), ["1 point"]);
}

#[test]
fn only_a_style_that_is_read_by_itself_asks_for_a_speaker_and_says_so() {
    const TEXTS: [&str; 2] =
        ["Harbour chief Ines Vold spoke.", "“We will not sell the old ferry,” she said."];
    let article = from_sentences("ferry", &TEXTS).unwrap();
    let notes = |style| {
        let (script, _) = scripted(&[("ferry", TEXTS[1])], Second::Fails);
        let script = Arc::new(Script { told: false, ..Arc::into_inner(script).unwrap() });
        let model = Rewriter::new(info(), script, Arc::new(Ordered(Vec::new())));
        model.with_style(style).summarize(&article, sentences(2)).unwrap().notes.join(";")
    };
    assert!(!notes(Style::Standfirst).contains("left out"), "as ever");
    let told = notes(Style::Bullets);
    assert!(told.contains("left out: 1 ") && !told.contains("not supported"), "{told}");
}

#[test]
fn nothing_is_asked_for_where_there_is_no_room() {
    let first = "Zebras gallop. Fishermen complained that the southern harbour is too small.";
    let (script, model) = scripted(&[("Fishermen", first)], Second::Copies);
    let summary = model.summarize(&harbour(), sentences(1)).unwrap();
    assert_eq!(texts(&summary), [HARBOUR[5]]);
    assert!(script.asked.lock().unwrap().is_empty());
}

#[test]
fn the_contract_is_kept_with_a_second_try() {
    let first = [("", "Nobody wrote this in 1850. Another invention of 77 words.")];
    for second in [Second::Copies, Second::Says("Ada was arrested in Paris."), Second::Fails] {
        let (_, model) = scripted(&first, second);
        contract::check_summarizer(&model).unwrap();
    }
}

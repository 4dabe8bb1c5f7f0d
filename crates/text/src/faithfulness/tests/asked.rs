//! What a model of entailment is asked, and what becomes of its answers.

use std::sync::{Mutex, atomic::AtomicBool};

use super::*;
use standfirst_core::{
    article::{Allowance, Limits},
    entailment::{Weighing, Weights},
    language::Language,
    plugin::{PluginInfo, Threading},
};

/// Says the same of every claim, and remembers them.
pub(super) struct Says {
    info: PluginInfo,
    answer: Option<Entailment>,
    weighing: Option<Weighing>,
    pub(super) asked: Mutex<Vec<(String, String)>>,
}

impl Says {
    pub(super) fn new(answer: Option<[f32; 3]>) -> Self {
        let info = PluginInfo {
            id: "says".into(),
            about: "the same".into(),
            threading: Threading::Caller,
            languages: vec![Language::ENGLISH],
            card: None,
        };
        let answer = answer.map(|[supported, contradicted, unsaid]| Entailment {
            supported,
            contradicted,
            unsaid,
        });
        Self { info, answer, weighing: None, asked: Mutex::default() }
    }
}

impl EntailmentModel for Says {
    fn info(&self) -> &PluginInfo {
        &self.info
    }

    fn weighing(&self) -> Option<&Weighing> {
        self.weighing.as_ref()
    }

    fn judge(&self, claims: &[Claim<'_>]) -> Result<Vec<Entailment>, PluginError> {
        let asked = claims.iter().map(|c| (c.premise.to_owned(), c.hypothesis.to_owned()));
        self.asked.lock().unwrap().extend(asked);
        let answer = self.answer.ok_or_else(|| PluginError::Engine("it is broken".into()))?;
        Ok(vec![answer; claims.len()])
    }
}

const REWORDED: &str = "The operator acquired a trio of battery-powered vessels.";

pub(super) fn ask(model: &Says, sentences: &[&str]) -> Checked {
    let article = from_sentences("t", &ARTICLE).unwrap();
    Checker::new(&article).ask(sentences, Some(model)).unwrap()
}

#[test]
fn it_is_asked_about_what_is_not_the_articles_own_and_shown_the_evidence() {
    let model = Says::new(Some([0.9, 0.05, 0.05]));
    let checked = ask(&model, &[ARTICLE[0], "Tomas Reuter, the mayor, criticised the purchase."]);
    assert!(checked.asked && checked.failed.is_none());
    let asked = model.asked.into_inner().unwrap();
    assert_eq!(asked.len(), 1, "copies are not asked about");
    assert!(asked[0].0.contains(ARTICLE[2]) && asked[0].1.starts_with("Tomas Reuter"), "{asked:?}");
}

#[test]
fn its_word_is_weighed_as_it_says_itself() {
    let odds = |support: f64| (support / (1.0 - support)).ln();
    let weighing = Weighing {
        copying: Weights { bias: 0.3, words: 0.1, model: 0.8 },
        rewording: Weights { bias: -0.2, words: 0.0, model: 0.9 },
    };
    let model = Says { weighing: Some(weighing), ..Says::new(Some([0.9, 0.05, 0.05])) };
    let copying =
        "Orvane Lines bought three electric boats on Monday for $4.5 million for Lake Orvane.";
    let article = from_sentences("t", &ARTICLE).unwrap();
    let bases = Checker::new(&article).bases(&[copying, REWORDED], Some(&model)).unwrap();
    let bases: Vec<Basis> = bases.into_iter().flatten().collect();
    assert!(bases[0].copies && !bases[1].copies, "{bases:?}");
    let found = ask(&model, &[copying, REWORDED]).findings;
    // By hand.
    let expected = [0.3 + 0.1 * bases[0].words + 0.8 * odds(0.9), -0.2 + 0.9 * odds(0.9)];
    for (finding, expected) in found.iter().zip(expected) {
        assert!((odds(finding.support) - expected).abs() < 1e-2, "{finding:?}, not {expected}");
    }
}

#[test]
fn its_word_counts_as_much_as_the_words() {
    let near = "Tomas Reuter, the mayor, called the purchase reckless.";
    let odds = |support: f64| (support / (1.0 - support)).ln();
    for supported in [0.3, 0.5, 0.9_f32] {
        let rest = (1.0 - supported) / 2.0;
        let found = ask(&Says::new(Some([supported, rest, rest])), &[near]).findings[0].support;
        // By hand: the mean of the two log-odds. Below half the support of what is not supported is cut.
        let expected = f64::midpoint(odds(check(near).support), odds(f64::from(supported)));
        assert!((odds(found) - expected).abs() < 0.01, "{supported}: {found}");
    }
}

#[test]
fn it_contradicts_when_it_is_sure_or_has_a_witness() {
    let verdict = |contradicted: f32, text| {
        let rest = (1.0 - contradicted) / 2.0;
        ask(&Says::new(Some([rest, contradicted, rest])), &[text]).findings[0].verdict
    };
    assert_eq!(verdict(0.96, REWORDED), Verdict::Contradicted);
    assert_eq!(verdict(0.85, REWORDED), Verdict::Unsupported);
    // A number that the article does not have bears witness.
    let wrong = "The firm acquired 9 battery-powered vessels.";
    assert_eq!(verdict(0.85, wrong), Verdict::Contradicted);
    assert_eq!(verdict(0.7, wrong), Verdict::Unsupported);
}

#[test]
fn where_it_fails_words_decide_and_it_is_said() {
    let checked = ask(&Says::new(None), &[REWORDED]);
    assert!(!checked.asked && checked.failed.is_some());
    assert_eq!(checked.findings, [check(REWORDED)]);
}

#[test]
fn it_is_not_asked_about_languages_that_it_does_not_know() {
    let article = from_sentences("t", &ARTICLE).unwrap();
    let article = article.in_language(Language::of_tag("de"));
    let model = Says::new(Some([0.9, 0.05, 0.05]));
    let checked = Checker::new(&article).ask(&[REWORDED], Some(&model)).unwrap();
    assert!(!checked.asked && checked.failed.is_none());
    assert!(model.asked.into_inner().unwrap().is_empty());
}

#[test]
fn whoever_is_to_give_up_asks_nobody() {
    let stopped = Limits::new(Allowance::default(), Arc::new(AtomicBool::new(true)));
    let article = from_sentences("t", &ARTICLE).unwrap().limited(stopped);
    let model = Says::new(Some([0.9, 0.05, 0.05]));
    let asked = Checker::new(&article).ask(&[REWORDED], Some(&model));
    assert_eq!(asked.unwrap_err(), Halt::Stopped);
    assert!(model.asked.into_inner().unwrap().is_empty());
    // By words alone nothing is waited for, and the caller need not look.
    assert_eq!(Checker::new(&article).summary(&[REWORDED]).len(), 1);
}

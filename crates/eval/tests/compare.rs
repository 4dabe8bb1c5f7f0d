//! Comparisons of hand-made reports: what is measured, what is left out, who is best.

use serde_json::json;
use standfirst_core::{
    annotations::REFERENCE,
    article::{Cut, Reason, Span},
    plugin::Budget,
    report::{AbstractReport, AbstractSentence, ArticleReport, CHECKED_BY_WORDS, Flag, Verdict},
};
use standfirst_eval::{
    compare::{Comparer, Comparison, Options, UNSEEN},
    metric::{METRICS, bootstrap::Estimate},
    saved::{Saved, SavedError, join},
};

const TEXT: &str = "Rain fell. The bridge held all night.";

/// An abstract of one sentence, at its place in [`TEXT`] if it stands there.
fn cell(model: &str, text: &str) -> AbstractReport {
    let found = TEXT.find(text);
    AbstractReport {
        model: model.into(),
        text: Some(text.into()),
        sentences: vec![AbstractSentence {
            text: text.into(),
            verdict: Some(if found.is_some() { Verdict::Copied } else { Verdict::Unsupported }),
            support: Some(if found.is_some() { 1.0 } else { 0.25 }),
            evidence: found.iter().map(|&at| Span::new(at, at + text.len())).collect(),
            flags: if found.is_some() { Vec::new() } else { vec![Flag::Name, Flag::Number] },
            faults: Vec::new(),
            parts: Vec::new(),
            edits: Vec::new(),
            by: None,
        }],
        millis: Some(2.0),
        ..AbstractReport::default()
    }
}

fn broken(model: &str) -> AbstractReport {
    AbstractReport {
        text: None,
        sentences: Vec::new(),
        millis: None,
        error: Some("no memory".to_owned().into()),
        ..cell(model, "")
    }
}

fn report(id: &str, reference: Option<&str>, abstracts: Vec<AbstractReport>) -> ArticleReport {
    let mut report = ArticleReport::failed(id.into(), "source".into(), String::new().into());
    report.error = None;
    report.text = Some(TEXT.into());
    report.language = "en".parse().ok();
    report.abstracts = abstracts;
    if let Some(reference) = reference {
        let given = json!({ REFERENCE: reference });
        report.annotations = serde_json::from_value(given).unwrap();
    }
    report
}

fn compare(models: &[&str], options: Options, reports: &[ArticleReport]) -> Comparison {
    let models = models.iter().map(|&model| model.to_owned()).collect();
    let mut comparer = Comparer::new(models, options);
    for report in reports {
        comparer.add(report);
    }
    comparer.finish()
}

fn stemmed() -> Options {
    Options { stem: true, ..Options::default() }
}

fn close(estimate: Option<Estimate>, expected: f64) {
    let mean = estimate.expect("a value").mean;
    assert!((mean - expected).abs() < 1e-9, "{mean} is not {expected}");
}

#[test]
fn figures_by_hand() {
    let mut with_cut =
        report("1", None, vec![cell("a", "Rain fell."), cell("b", "The bridge held all night.")]);
    let reports = [
        with_cut.clone(),
        report("2", None, vec![cell("a", "Rain fell."), broken("b")]),
        ArticleReport::failed("3".into(), "source".into(), "gone".to_owned().into()),
    ];
    let options = Options { budget: Some(Budget::DEFAULT), ..stemmed() };
    let comparison = compare(&["a", "b"], options, &reports);
    assert_eq!((comparison.articles, comparison.unreadable, comparison.references), (2, 1, 0));
    let [a, b] = &comparison.models[..] else { panic!("two rows") };
    assert_eq!((a.answered, a.failed, b.answered, b.failed), (2, 0, 1, 1));
    close(a.estimates.get("compression"), 3.5);
    close(b.estimates.get("words"), 5.0);
    close(b.estimates.get("position"), 11.0 / 37.0);
    close(b.estimates.get("density"), 5.0);
    close(b.estimates.get("novel2"), 0.0);
    close(b.estimates.get("support"), 1.0);
    // One sentence where three were asked for, and no word why: the article had no more.
    close(a.estimates.get("length_kept"), 1.0);
    close(a.estimates.get("consensus"), 0.0);
    close(comparison.agreement[0].rouge1, 0.0);
    assert_eq!(a.estimates.get("rouge1"), None);
    assert!(comparison.measures.iter().all(|measure| !measure.name.starts_with("rouge")));
    assert_eq!((a.positions[0], b.positions[2]), (2, 1));

    // What was cut is no part of the body: the second sentence is then all of it.
    with_cut.cuts = vec![Cut { span: Span::new(0, 11), reason: Reason::Teaser, confidence: 1.0 }];
    let comparison = compare(&["a", "b"], stemmed(), &[with_cut]);
    close(comparison.models[1].estimates.get("compression"), 1.0);
    close(comparison.models[1].estimates.get("position"), 0.0);
    close(comparison.models[0].estimates.get("coverage"), 0.0);
}

#[test]
fn what_the_check_found_is_counted() {
    let reports =
        [report("1", None, vec![cell("a", "Snow fell on Bern."), cell("b", "Rain fell.")])];
    let comparison = compare(&["a", "b"], stemmed(), &reports);
    let a = &comparison.models[0].estimates;
    close(a.get("support"), 0.25);
    close(a.get("supported"), 0.0);
    close(a.get("flags"), 2.0);
    close(a.get("novel1"), 0.75);
    assert_eq!(comparison.models[0].support_spread[2], 1);
    assert_eq!(comparison.models[1].support_spread[9], 1);
}

#[test]
fn rouge_says_nothing_of_letters_that_it_does_not_know() {
    let reports = [report(
        "1",
        Some("桟橋は閉鎖された。"),
        vec![cell("a", "桟橋は閉鎖された。"), cell("b", "桟橋は2日に閉鎖された。")],
    )];
    let comparison = compare(&["a", "b"], stemmed(), &reports);
    assert_eq!((comparison.articles, comparison.references), (1, 0));
    assert_eq!(comparison.references_unseen, 1);
    assert_eq!(comparison.models[0].estimates.get("rouge1"), None);
    assert_eq!(comparison.agreement[0].rouge1, None);

    let strict = Options { strict: true, ..stemmed() };
    let evaluation = compare(&["a", "b"], strict, &reports);
    assert_eq!((evaluation.articles, evaluation.left_out[UNSEEN]), (0, 1));
}

#[test]
fn abstracts_of_which_the_check_could_not_ask_its_model_are_counted() {
    let mut half = cell("b", "Snow fell.");
    half.notes.push(format!("{CHECKED_BY_WORDS}, since judge failed: no answer"));
    let reports = [report("1", None, vec![cell("a", "Rain fell."), half])];
    assert_eq!(compare(&["a", "b"], stemmed(), &reports).half_checked, 1);
}

#[test]
fn strictly_models_are_compared_on_the_articles_that_all_of_them_answered() {
    let reports = [
        report(
            "1",
            Some("the bridge fell"),
            vec![cell("a", "the bridge"), cell("b", "the bridge fell")],
        ),
        report("2", Some("the bridge fell"), vec![cell("a", "the bridge fell"), broken("b")]),
        report("3", None, vec![cell("a", "x"), cell("b", "y")]),
    ];
    let strict = Options { strict: true, ..stemmed() };
    let evaluation = compare(&["a", "b"], strict, &reports);
    assert_eq!(evaluation.articles, 1);
    assert_eq!(evaluation.left_out.values().sum::<u64>(), 2);
    close(evaluation.models[0].estimates.get("rouge1"), 80.0);
    close(evaluation.models[0].estimates.get("rouge1_recall"), 200.0 / 3.0);
    close(evaluation.models[1].estimates.get("rouge1_gain"), 20.0);
    assert_eq!(evaluation.models[0].estimates.get("rouge1_gain"), None);

    // Otherwise each model is measured where it can be, and the failure is shown.
    let comparison = compare(&["a", "b"], stemmed(), &reports);
    assert_eq!((comparison.articles, comparison.references), (3, 2));
    assert_eq!(comparison.models[1].failed, 1);
    close(comparison.models[0].estimates.get("rouge1"), 90.0);
}

#[test]
fn the_best_is_named_only_if_it_stands_out() {
    let pile = |good: &str, count: usize| -> Vec<ArticleReport> {
        (0..count)
            .map(|i| {
                let abstracts = vec![cell("good", good), cell("poor", "Rain fell.")];
                report(&i.to_string(), Some("The bridge held all night."), abstracts)
            })
            .collect()
    };
    let best = |reports: &[ArticleReport]| {
        let comparison = compare(&["poor", "good"], stemmed(), &flip(reports));
        let measure = comparison.measures.iter().find(|measure| measure.name == "rouge1").unwrap();
        measure.best.clone()
    };
    assert_eq!(best(&pile("The bridge held all night.", 30)), ["good"]);
    // Two articles cannot show anything, nor can equals.
    assert!(best(&pile("The bridge held all night.", 2)).is_empty());
    assert!(best(&pile("Rain fell.", 30)).is_empty());
}

/// The abstracts in the order `poor`, `good`.
fn flip(reports: &[ArticleReport]) -> Vec<ArticleReport> {
    let mut reports = reports.to_vec();
    for report in &mut reports {
        report.abstracts.reverse();
    }
    reports
}

#[test]
fn rows_that_were_written_down_give_the_same_figures() {
    let reports: Vec<ArticleReport> = (0..7)
        .map(|i| {
            let own = format!("The bridge held {i} of nights.");
            let abstracts = vec![cell("a", &own), cell("b", "The bridge held all night.")];
            report(&i.to_string(), Some("A bridge stood."), abstracts)
        })
        .collect();
    let models = || vec!["a".to_owned(), "b".to_owned()];
    let mut direct = Comparer::new(models(), stemmed());
    let mut resumed = Comparer::new(models(), stemmed());
    for report in &reports {
        direct.add(report);
        let line = serde_json::to_string(&resumed.row(report)).unwrap();
        resumed.push(serde_json::from_str(&line).unwrap());
    }
    assert_eq!(direct.finish(), resumed.finish());
}

#[test]
fn no_article_and_one_model_are_no_reason_to_panic() {
    let comparison = compare(&["a", "b"], stemmed(), &[]);
    assert!(comparison.measures.is_empty() && comparison.differences.is_empty());
    assert_eq!(comparison.agreement[0].rouge1, None);
    let comparison =
        compare(&["a"], stemmed(), &[report("1", None, vec![cell("a", "Rain fell.")])]);
    assert!(comparison.agreement.is_empty());
    assert_eq!(comparison.models[0].answered, 1);
    let figures = serde_json::to_value(&comparison).unwrap();
    assert!(METRICS.iter().all(|metric| figures["models"][0].get(metric.name).is_some()));
}

fn saved(name: &str, reports: Vec<ArticleReport>) -> Saved {
    Saved { name: name.into(), reports, broken: Vec::new() }
}

#[test]
fn runs_are_joined_by_id_and_say_what_changed() {
    let monday = saved(
        "monday",
        vec![
            report("1", None, vec![cell("a", "Rain fell."), cell("old", "Rain fell.")]),
            report("2", None, vec![cell("a", "Rain fell."), broken("old")]),
            report("2", None, vec![cell("a", "x"), cell("old", "x")]),
            report("gone", None, vec![cell("a", "x"), cell("old", "x")]),
        ],
    );
    let mut other_text = report("3", None, vec![cell("a", "x")]);
    let tuesday = saved(
        "tuesday",
        vec![
            report("2", None, vec![cell("a", "The bridge held all night.")]),
            report("1", None, vec![cell("a", "Rain fell.")]),
            other_text.clone(),
            report("new", None, vec![cell("a", "x")]),
        ],
    );
    let mut monday_3 = other_text.clone();
    monday_3.text = Some("Another text.".into());
    let monday = Saved { reports: [monday.reports, vec![monday_3]].concat(), ..monday };
    let joined = join(vec![monday.clone(), tuesday]).unwrap();
    assert_eq!(joined.models, ["a@monday", "old", "a@tuesday"]);
    let ids: Vec<&str> = joined.reports.iter().map(|report| report.id.as_str()).collect();
    assert_eq!(ids, ["1", "2"]);
    let cells: Vec<&str> =
        joined.reports[1].abstracts.iter().map(|cell| cell.model.as_str()).collect();
    assert_eq!(cells, joined.models);
    let left_out: Vec<(&str, u64)> =
        joined.left_out.iter().map(|(why, &count)| (why.as_str(), count)).collect();
    assert_eq!(
        left_out,
        [
            ("monday: it is not in every other run", 1),
            ("monday: its id stands there twice", 1),
            ("monday: its text differs between the runs", 1),
            ("tuesday: it is in no earlier run", 1),
        ]
    );
    let [change] = &joined.changes[..] else { panic!("one model is in both runs") };
    assert_eq!((change.same, change.changed, change.gained, change.lost), (1, 1, 0, 0));
    assert_eq!(change.ids, ["2"]);

    other_text.id = "elsewhere".into();
    let strange = saved("strange", vec![other_text]);
    let error = join(vec![monday, strange]).unwrap_err();
    assert!(matches!(&error, SavedError::NothingInCommon { .. }));
    assert!(error.to_string().contains("\"1\" … in monday"), "{error}");
}

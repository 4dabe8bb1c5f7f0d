//! Every built-in plugin keeps the contract, on the samples and on any text at all; and a plugin
//! that breaks a promise is caught.

use standfirst_text::sentence::from_sentences;
use std::num::NonZeroUsize;

use proptest::prelude::*;
use standfirst_core::{
    article::{Article, Span},
    plugin::{
        Budget, Passage, PluginError, PluginInfo, Sentiment, SentimentModel, Summarizer, Summary,
    },
};
use standfirst_summarizer::{
    contract::{check_article, check_passages, check_sentiment, check_summarizer},
    extractive, sentiment,
};

#[test]
fn every_built_in_summariser_keeps_the_contract() {
    for builtin in extractive::BUILTINS {
        let model = (builtin.make)();
        assert_eq!(model.info().id, builtin.id);
        check_summarizer(&*model).unwrap();
    }
}

#[test]
fn every_built_in_sentiment_model_keeps_the_contract() {
    for builtin in sentiment::BUILTINS {
        let model = (builtin.make)();
        assert_eq!(model.info().id, builtin.id);
        check_sentiment(&*model).unwrap();
    }
}

#[test]
fn what_is_too_long_to_read_is_listed() {
    let sentences: Vec<String> =
        (0..extractive::lsa::MAX_SENTENCES + 2).map(|i| format!("Tram {i} ran.")).collect();
    let sentences: Vec<&str> = sentences.iter().map(String::as_str).collect();
    let article = from_sentences("t", &sentences).unwrap();
    let summary = extractive::lsa::make().summarize(&article, Budget::DEFAULT).unwrap();
    let unread: Vec<Span> = article.sentences()[600..].iter().map(|s| s.span).collect();
    assert_eq!(summary.unread, unread);
}

fn budgets() -> impl Strategy<Value = Budget> {
    let count = || (1_usize..30).prop_map(|n| NonZeroUsize::new(n).unwrap());
    prop_oneof![
        count().prop_map(Budget::Sentences),
        count().prop_map(Budget::Words),
        count().prop_map(|n| Budget::Characters(n.saturating_mul(n))),
    ]
}

fn sentences() -> impl Strategy<Value = Vec<String>> {
    // Any text, and text of few words, where sentences resemble one another.
    prop::collection::vec(prop_oneof![".{0,60}", "((kelp|reef|The|of|9|—) ?){1,9}"], 1..20)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_text_breaks_a_summariser(sentences in sentences(), budget in budgets()) {
        let sentences: Vec<&str> = sentences.iter().map(String::as_str).collect();
        let Ok(article) = from_sentences("random text", &sentences) else {
            return Ok(()); // nothing but white space
        };
        for builtin in extractive::BUILTINS {
            let checked = check_article(&*(builtin.make)(), &article, budget);
            prop_assert!(checked.is_ok(), "{checked:?}");
        }
    }

    #[test]
    fn no_text_breaks_a_sentiment_model(texts in sentences()) {
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        for builtin in sentiment::BUILTINS {
            let checked = check_passages(&*(builtin.make)(), &texts);
            prop_assert!(checked.is_ok(), "{checked:?}");
        }
    }
}

/// Lead with one promise broken by `spoil`.
struct Spoiled {
    info: PluginInfo,
    spoil: Spoil,
}

type Spoil = fn(&mut Summary);

impl Summarizer for Spoiled {
    fn info(&self) -> &PluginInfo {
        &self.info
    }

    fn summarize(&self, article: &Article, budget: Budget) -> Result<Summary, PluginError> {
        let mut summary = extractive::lead::make().summarize(article, budget)?;
        (self.spoil)(&mut summary);
        Ok(summary)
    }
}

#[test]
fn a_broken_promise_is_named() {
    let spoils: [(Spoil, &str); 6] = [
        (|summary| summary.sentences.clear(), "is empty"),
        (|summary| drop(summary.sentences.pop()), "are due"),
        (|summary| summary.sentences.reverse(), "comes after"),
        (|summary| summary.sentences[0].text.push('!'), "the words differ"),
        (|summary| summary.unread.push(Span::new(0, 5)), "did not read"),
        (|summary| summary.unread.push(Span::new(0, usize::MAX)), "out of order or range"),
    ];
    let article = from_sentences("t", &["One came.", "Two came.", "Three came."]).unwrap();
    for (spoil, what) in spoils {
        let model = Spoiled { info: extractive::lead::make().info().clone(), spoil };
        let breach = check_article(&model, &article, Budget::DEFAULT).unwrap_err();
        assert!(breach.what.contains(what), "{breach} lacks {what:?}");
    }
    let long: Spoil = |summary| summary.sentences.push(summary.sentences[0].clone());
    let model = Spoiled { info: extractive::lead::make().info().clone(), spoil: long };
    let budget = Budget::Words(NonZeroUsize::new(6).unwrap());
    assert!(check_article(&model, &article, budget).unwrap_err().what.contains("8 words"));
}

/// Gives one answer too few.
struct Forgetful(PluginInfo);

impl SentimentModel for Forgetful {
    fn info(&self) -> &PluginInfo {
        &self.0
    }

    fn score(&self, passages: &[Passage<'_>]) -> Result<Vec<Sentiment>, PluginError> {
        sentiment::vader::make().score(&passages[..passages.len().saturating_sub(1)])
    }
}

#[test]
fn a_missing_tone_is_noticed() {
    let model = Forgetful(sentiment::vader::make().info().clone());
    assert!(check_sentiment(&model).unwrap_err().what.contains("11 answers"));
}

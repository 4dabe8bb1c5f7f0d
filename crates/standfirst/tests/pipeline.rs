//! The façade gives what the run gives.

use std::{convert::Infallible, num::NonZeroUsize, sync::atomic::AtomicBool};

use standfirst::{
    ArticleReport, Budget, Document, LoadError, Pipeline, Registry, Verdict, check,
    core::report::FailureKind, summarizer::files::Cache,
};

const TEXTS: [&str; 3] = [
    "The bridge opened on Monday. Traffic was light. Nobody was hurt.",
    "",
    "Rain fell for nine days. The river rose by 2.4 metres. Two villages were cut off, officials said.",
];

fn documents() -> impl Iterator<Item = Result<Document, Infallible>> {
    TEXTS.iter().zip(0..).map(|(text, id)| Ok(Document::from_text(format!("{id}"), *text)))
}

fn pipeline() -> Pipeline {
    let two = Budget::Sentences(NonZeroUsize::new(2).unwrap());
    let builder = Pipeline::builder().model("lead").model("textrank").tone("vader").budget(two);
    builder.jobs(NonZeroUsize::new(2).unwrap()).build().unwrap()
}

#[test]
fn one_article_alone_has_the_report_that_it_has_in_a_run() {
    let pipeline = pipeline();
    let mut reports: Vec<ArticleReport> = Vec::new();
    let stop = AtomicBool::new(false);
    let keep = |report| {
        reports.push(report);
        Ok(())
    };
    let totals = pipeline.run(documents(), &stop, keep).unwrap();
    assert_eq!((totals.articles, totals.failed), (3, 1));
    for (document, report) in documents().zip(&reports) {
        match (pipeline.summarize(document.unwrap()), &report.error) {
            (Ok(alone), None) => {
                let json = |report| serde_json::to_value(report).unwrap();
                assert_eq!(json(&alone), json(report));
            }
            (Err(alone), Some(error)) => {
                assert_eq!(alone.kind(), FailureKind::NothingLeft);
                assert_eq!(&alone, error);
            }
            (alone, error) => panic!("{alone:?} alone, {error:?} in the run"),
        }
    }
}

#[test]
fn models_answer_in_the_order_in_which_they_were_named() {
    let report = pipeline().summarize(Document::from_text("r", TEXTS[2])).unwrap();
    let models: Vec<_> = report.abstracts.iter().map(|cell| cell.model.as_str()).collect();
    assert_eq!(models, ["lead", "textrank"]);
    assert!(report.abstracts.iter().all(|cell| cell.sentences.len() == 2));
    assert_eq!(report.sentiment.len(), 1);
}

#[test]
fn the_default_model_without_its_files_is_an_error_and_no_other_model() {
    let folder = tempfile::tempdir().unwrap();
    let registry = Registry::new(Cache::at(folder.path())).unwrap();
    let error = Pipeline::builder().registry(registry).build().err().unwrap();
    assert!(matches!(error, LoadError::MissingFiles { .. }), "{error}");
}

#[test]
fn a_summary_is_checked_sentence_by_sentence() {
    let article = || Document::from_text("rain", TEXTS[2]);
    let summary = "The river rose by 2.4 metres. The river rose by 3.4 metres.";
    let sentences = check(article(), summary, None).unwrap().sentences;
    let verdicts: Vec<_> = sentences.iter().map(|sentence| sentence.verdict).collect();
    assert_eq!(verdicts, [Some(Verdict::Copied), Some(Verdict::Unsupported)]);
    assert_eq!(check(article(), " ", None).unwrap_err().kind(), FailureKind::NoSummary);
}

//! One article and what is asked of it: the line that the program writes of it.

use std::{
    num::NonZeroUsize,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

use serde::Serialize;
use standfirst_core::{
    analysis::Unrepaired,
    article::Limits,
    input::Input,
    report::{ArticleReport, Failure, FailureKind, Findings, Repaired, Words},
    run::{self, Plan},
};
use standfirst_eval::compare::{Comparer, Options, Row};
use standfirst_ingest::{IngestError, Pending};
use standfirst_text::{NewsAnalyzer, faithfulness::given::Given, repair};

use super::{Asked, Models, Operation, Settings};
use crate::{Refusal, RefusalKind};

/// What is known of one article.
pub struct Answer {
    /// As JSON, without a line end; empty where the articles are only counted.
    pub line: Vec<u8>,
    /// Why there is nothing, if the article could not be read or what was asked could not be done at all.
    pub failure: Option<FailureKind>,
    /// What it adds to a comparison.
    row: Option<Row>,
}

/// What is to be done with the articles of a request: built once, shared by threads.
pub struct Job {
    operation: Operation,
    plan: Plan,
    comparer: Option<Comparer>,
}

impl Job {
    pub(super) fn new(
        asked: &Asked,
        models: &Models,
        settings: &Settings,
    ) -> Result<Self, Refusal> {
        use Operation::{Check, Clean, Compare, Sentiment, Summarize};
        let operation = asked.operation;
        let summarizers = match operation {
            Summarize | Compare => models.summarizers(&asked.models, asked.form.style)?,
            Check => vec![Arc::new(Given::with_article()) as _],
            Sentiment | Clean => Vec::new(),
        };
        if operation == Compare && summarizers.len() < 2 {
            let told = "nothing to compare with: name two models or more, as in model=lead,lexrank";
            return Err(Refusal::new(RefusalKind::Malformed, told));
        }
        let sentiment = match (operation, &asked.tone) {
            (Summarize, Some(ids)) => models.sentiment(ids, Some(&summarizers))?,
            (Compare, _) => models.sentiment(&[], Some(&summarizers))?,
            (Sentiment, _) => models.sentiment(&asked.models, None)?,
            _ => Vec::new(),
        };
        let comparer = (operation == Compare).then(|| {
            let ids = summarizers.iter().map(|model| model.info().id.clone()).collect();
            let (budget, tone) = (Some(asked.form.budget), sentiment.first().cloned());
            let check = models.check().map(|model| model.info().id.clone());
            Comparer::new(ids, Options { stem: true, budget, tone, check, ..Options::default() })
        });
        let named = asked.tone.as_ref().is_some_and(|ids| !ids.is_empty());
        let plan = Plan {
            analyzer: Arc::new(NewsAnalyzer),
            entailment: models.check().cloned(),
            tone_is_offered: operation != Sentiment && !named,
            summarizers,
            sentiment,
            budget: asked.form.budget,
            allowance: settings.allowance,
            memory: None,
            jobs: NonZeroUsize::MIN,
            timings: asked.timings,
            include_text: asked.include_text || operation == Compare,
            words: settings.words,
        };
        Ok(Self { operation, plan, comparer })
    }

    /// What is done.
    pub fn operation(&self) -> Operation {
        self.operation
    }

    /// The answer for one article, within `limits`. A panic is its failure.
    pub fn answer(&self, input: Result<Pending, IngestError>, limits: Limits) -> Answer {
        let source = match &input {
            Ok(input) => input.source().to_string(),
            Err(error) => error.source.to_string(),
        };
        catch_unwind(AssertUnwindSafe(|| self.try_answer(&source, input, limits)))
            .unwrap_or_else(|_| self.panicked(&source))
    }

    /// The whole report of one article, within `limits`.
    pub fn report(&self, input: impl Input, limits: Limits) -> ArticleReport {
        run::one_within(Ok(input), &self.plan, limits)
    }

    fn try_answer(
        &self,
        source: &str,
        input: Result<Pending, IngestError>,
        limits: Limits,
    ) -> Answer {
        if self.operation == Operation::Clean {
            return self.clean(source, input, &limits);
        }
        let report = run::one_within(input.map_err(Into::into), &self.plan, limits);
        self.of_report(&report)
    }

    /// The answer for the article that came from `source` and that something panicked over.
    fn panicked(&self, source: &str) -> Answer {
        let told = "something panicked over it; this is a bug, please report it";
        if self.operation == Operation::Clean {
            return failed_repair(source, told, FailureKind::Panicked);
        }
        let failure = Failure::new(FailureKind::Panicked, told);
        self.of_report(&ArticleReport::failed(source.to_owned(), source.to_owned(), failure))
    }

    /// The figures of a comparison, once all its articles are answered.
    pub fn finish(self: Arc<Self>, answers: Vec<Answer>) -> Option<Vec<u8>> {
        let mut comparer = Arc::into_inner(self)?.comparer?;
        answers.into_iter().filter_map(|answer| answer.row).for_each(|row| comparer.push(row));
        let mut figures = serde_json::to_vec_pretty(&comparer.finish()).ok()?;
        figures.push(b'\n');
        Some(figures)
    }

    fn of_report(&self, report: &ArticleReport) -> Answer {
        let failure = report.error.as_ref().map(Failure::kind);
        match self.operation {
            Operation::Check => {
                let of_check = report.abstracts.first().and_then(|cell| cell.error.as_ref());
                let failure = failure.or(of_check.map(Failure::kind));
                Answer { line: line(&Findings::of(report)), failure, row: None }
            }
            Operation::Compare => {
                let row = self.comparer.as_ref().map(|comparer| comparer.row(report));
                Answer { line: Vec::new(), failure, row }
            }
            _ => Answer { line: line(report), failure, row: None },
        }
    }

    fn clean(&self, source: &str, input: Result<Pending, IngestError>, limits: &Limits) -> Answer {
        let words = self.plan.words;
        let document = match input.and_then(Pending::read) {
            Ok(document) => document,
            Err(error) => {
                return failed_repair(source, &words(&error.kind), FailureKind::Unreadable);
            }
        };
        let _at_work = limits.work(1);
        match repair::clean_within(document, limits) {
            Ok(article) => {
                Answer { line: line(&Repaired::of(source, &article)), failure: None, row: None }
            }
            Err(why) => {
                let (told, kind) = of_repair(&why, words);
                failed_repair(source, &told, kind)
            }
        }
    }
}

/// Why a repair came to nothing.
fn of_repair(why: &Unrepaired, words: Words) -> (String, FailureKind) {
    match why {
        Unrepaired::Halted(halt) => {
            (format!("the repair was {}", words(halt)), FailureKind::TooSlow)
        }
        other => (words(other), FailureKind::NothingLeft),
    }
}

fn failed_repair(source: &str, told: &str, kind: FailureKind) -> Answer {
    Answer { line: line(&Repaired::failed(source, told)), failure: Some(kind), row: None }
}

/// As one line. The contracts hold nothing that cannot be written.
fn line(report: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(report).unwrap_or_default()
}

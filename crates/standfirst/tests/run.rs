//! The run: order, determinism, panics, interruption, bounded read-ahead.

use std::{
    fs, io,
    num::NonZeroUsize,
    path::PathBuf,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use standfirst_core::{
    analysis::{Analyzer, Checked, Tones, Unrepaired},
    article::{Allowance, Article, Document, Halt, Limits, Source},
    card::Sha256,
    entailment::EntailmentModel,
    input::{Input, InputError},
    plugin::{
        Budget, Label, Origin, Passage, PluginError, PluginInfo, Polarity, Sentiment,
        SentimentModel, Summarizer, Summary, SummarySentence, Threading,
    },
    report::{ArticleReport, Failure, FailureKind, Verdict, chain},
    run::{Plan, Totals, run},
};
use standfirst_ingest::{self as ingest, IngestError, Pending};
use standfirst_text::NewsAnalyzer;

/// Takes the first sentence; sleeps longer on early articles, so that late ones finish first;
/// panics or fails when the article says so.
struct First {
    info: PluginInfo,
    running: AtomicUsize,
    most_at_once: Arc<AtomicUsize>,
}

impl First {
    fn new(id: &str, threading: Threading) -> Self {
        Self {
            info: info(id, threading),
            running: AtomicUsize::new(0),
            most_at_once: Arc::default(),
        }
    }
}

fn info(id: &str, threading: Threading) -> PluginInfo {
    PluginInfo { id: id.into(), about: String::new(), threading, languages: Vec::new(), card: None }
}

impl Summarizer for First {
    fn info(&self) -> &PluginInfo {
        &self.info
    }

    fn summarize(&self, article: &Article, _: Budget) -> Result<Summary, PluginError> {
        let now = self.running.fetch_add(1, Ordering::SeqCst) + 1;
        self.most_at_once.fetch_max(now, Ordering::SeqCst);
        let text = article.sentences()[0].text.clone();
        let number: u64 = text.split_whitespace().nth(1).and_then(|n| n.parse().ok()).unwrap_or(0);
        thread::sleep(Duration::from_millis(12 / (number + 1)));
        self.running.fetch_sub(1, Ordering::SeqCst);
        assert!(!text.contains("panic"), "asked to panic");
        if text.contains("fail") {
            return Err(PluginError::Engine("no memory".into()));
        }
        let origin = Origin::Extracted(0);
        Ok(Summary { sentences: vec![SummarySentence { text, origin }], ..Summary::default() })
    }
}

struct Gloomy(PluginInfo);

impl SentimentModel for Gloomy {
    fn info(&self) -> &PluginInfo {
        &self.0
    }

    fn score(&self, passages: &[Passage<'_>]) -> Result<Vec<Sentiment>, PluginError> {
        let tone = |passage: &Passage<'_>| {
            let polarity = if passage.text.contains("second") { 0.0 } else { -0.5 };
            Sentiment {
                polarity: Polarity::new(polarity).unwrap(),
                label: Label::of(polarity),
                confidence: None,
            }
        };
        Ok(passages.iter().map(tone).collect())
    }
}

fn plan(jobs: usize) -> Plan {
    Plan {
        analyzer: Arc::new(NewsAnalyzer),
        entailment: None,
        summarizers: vec![
            Arc::new(First::new("a", Threading::Caller)),
            Arc::new(First::new("b", Threading::Caller)),
        ],
        sentiment: vec![Arc::new(Gloomy(info("gloomy", Threading::Caller)))],
        tone_is_offered: false,
        budget: Budget::DEFAULT,
        allowance: Allowance::default(),
        memory: None,
        jobs: NonZeroUsize::new(jobs).unwrap(),
        timings: false,
        include_text: false,
        words: chain,
    }
}

/// Files `0.txt`, `1.txt`, … with these texts; gone when the folder is dropped.
fn articles(texts: &[String]) -> (tempfile::TempDir, Vec<PathBuf>) {
    let folder = tempfile::tempdir().unwrap();
    let write = |(i, text): (usize, &String)| {
        let path = folder.path().join(format!("{i}.txt"));
        fs::write(&path, text).unwrap();
        path
    };
    let paths = texts.iter().enumerate().map(write).collect();
    (folder, paths)
}

fn inputs(
    paths: Vec<PathBuf>,
) -> impl Iterator<Item = Result<Pending, IngestError>> + Send + 'static {
    ingest::open(paths, ingest::Options::default())
}

fn collect(paths: &[PathBuf], plan: &Plan) -> (Vec<ArticleReport>, Totals) {
    let mut reports = Vec::new();
    let totals = run(inputs(paths.to_vec()), plan, &AtomicBool::new(false), |report| {
        reports.push(report);
        Ok(())
    });
    (reports, totals.unwrap())
}

fn numbered(count: usize) -> Vec<String> {
    (0..count).map(|i| format!("Article {i} begins here. The second sentence follows.")).collect()
}

#[test]
fn reports_come_in_input_order_and_do_not_depend_on_jobs() {
    let (_folder, paths) = articles(&numbered(50));
    let (one, _) = collect(&paths, &plan(1));
    let (eight, totals) = collect(&paths, &plan(8));
    assert_eq!(totals, Totals { articles: 50, failed: 0, unread: 0, interrupted: false });
    assert_eq!(serde_json::to_string(&one).unwrap(), serde_json::to_string(&eight).unwrap());
    for (i, report) in eight.iter().enumerate() {
        assert!(report.source.ends_with(&format!("{i}.txt")));
        let expected = format!("Article {i} begins here.");
        assert_eq!(report.abstracts[1].text.as_deref(), Some(&*expected));
    }
}

#[test]
fn one_bad_cell_or_file_leaves_the_rest_standing() {
    let mut texts = numbered(4);
    texts[1] = "Please panic now. It is a test.".into();
    texts[2] = "Please fail now. It is a test.".into();
    let (folder, mut paths) = articles(&texts);
    paths.insert(0, folder.path().join("missing.txt"));
    let (reports, totals) = collect(&paths, &plan(3));
    assert_eq!(totals, Totals { articles: 5, failed: 3, unread: 1, interrupted: false });
    assert!(reports[0].error.is_some() && reports[0].abstracts.is_empty());
    let panicked = reports[2].abstracts[0].error.as_ref().unwrap();
    assert!(panicked.message().contains("asked to panic"), "{panicked}");
    assert_eq!(panicked.kind(), FailureKind::Panicked);
    let failed = reports[3].abstracts[1].error.as_ref().map(Failure::message);
    assert_eq!(failed, Some("the model failed: no memory"));
    assert!(reports[3].abstracts[1].text.is_none());
    assert_eq!(reports[3].sentiment[0].score, Some(-0.5));
    assert!(!reports[4].has_failure(false));
}

#[test]
fn an_extracted_sentence_is_copied_and_points_at_its_bytes() {
    let (_folder, paths) = articles(&numbered(1));
    let (reports, _) = collect(&paths, &Plan { include_text: true, ..plan(1) });
    let sentence = &reports[0].abstracts[0].sentences[0];
    assert_eq!(sentence.verdict, Some(Verdict::Copied));
    let text = reports[0].text.as_deref().unwrap();
    assert_eq!(&text[sentence.evidence[0].range()], sentence.text);
}

#[test]
fn the_tone_of_an_article_is_the_mean_over_its_sentences() {
    let (_folder, paths) = articles(&numbered(1));
    let (reports, _) = collect(&paths, &plan(1));
    assert_eq!(reports[0].sentiment[0].score, Some(-0.25));
    assert_eq!(reports[0].sentiment[0].label, Some(Label::Negative));
    assert_eq!(reports[0].sentiment[0].sentences[1].label, Label::Neutral);
}

#[test]
fn a_language_the_tone_does_not_know_fails_only_a_model_that_was_named() {
    let german = "Der Stadtrat hat am Dienstag beschlossen, den Hafen im Winter zu schließen.";
    let (_folder, paths) = articles(&[german.into()]);
    let english = || {
        let mut info = info("gloomy", Threading::Caller);
        info.languages = vec!["en".parse().unwrap()];
        vec![Arc::new(Gloomy(info)) as Arc<dyn SentimentModel>]
    };
    let offered = Plan { sentiment: english(), tone_is_offered: true, ..plan(1) };
    let (reports, totals) = collect(&paths, &offered);
    assert_eq!(totals.failed, 0);
    let error = reports[0].sentiment[0].error.as_ref().unwrap();
    assert!(error.kind() == FailureKind::Language && error.message().contains("German"), "{error}");
    let (_, totals) = collect(&paths, &Plan { sentiment: english(), ..plan(1) });
    assert_eq!(totals.failed, 1);
}

#[test]
fn a_model_with_its_own_pool_runs_one_call_at_a_time() {
    let model = First::new("own", Threading::OwnPool);
    let most_at_once = Arc::clone(&model.most_at_once);
    let (_folder, paths) = articles(&numbered(30));
    collect(&paths, &Plan { summarizers: vec![Arc::new(model)], ..plan(8) });
    assert_eq!(most_at_once.load(Ordering::SeqCst), 1);
}

#[test]
fn read_ahead_is_bounded_when_the_output_is_slow() {
    let (_folder, paths) = articles(&numbered(1));
    let read = Arc::new(AtomicUsize::new(0));
    let counted = {
        let read = Arc::clone(&read);
        let endless = std::iter::repeat_with(move || paths.clone()).flat_map(inputs);
        endless.inspect(move |_| {
            read.fetch_add(1, Ordering::SeqCst);
        })
    };
    let mut written = 0;
    let result = run(counted, &plan(2), &AtomicBool::new(false), |_| {
        thread::sleep(Duration::from_millis(1));
        let ahead = read.load(Ordering::SeqCst) - written;
        assert!(ahead <= 16, "{ahead} articles read ahead of the output");
        written += 1;
        if written < 200 { Ok(()) } else { Err(io::Error::other("full")) }
    });
    assert_eq!(result.unwrap_err().to_string(), "full");
}

#[test]
fn stopping_finishes_what_is_in_flight_though_the_input_blocks() {
    let (_folder, paths) = articles(&numbered(3));
    let blocked = inputs(paths).chain(std::iter::from_fn(|| {
        loop {
            thread::park();
        }
    }));
    let stop = AtomicBool::new(false);
    let mut written = 0;
    let totals = run(blocked, &plan(2), &stop, |_| {
        written += 1;
        stop.store(written == 3, Ordering::SeqCst);
        Ok(())
    });
    assert_eq!(totals.unwrap(), Totals { articles: 3, failed: 0, unread: 0, interrupted: true });
}

/// A document that cannot be read before its flag is set.
struct Held(Document, Arc<AtomicBool>);

impl Input for Held {
    fn source(&self) -> &Source {
        &self.0.source
    }

    fn read(self) -> Result<Document, InputError> {
        while !self.1.load(Ordering::SeqCst) {
            thread::sleep(Duration::from_millis(1));
        }
        Ok(self.0)
    }
}

#[test]
fn a_stopped_run_that_passed_over_the_last_input_is_not_whole() {
    let (stop, over) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicBool::new(false)));
    let held = |number: usize, flag: &Arc<AtomicBool>| {
        let document = Document::from_text(number.to_string(), format!("Number {number} came."));
        Ok::<_, InputError>(Held(document, Arc::clone(flag)))
    };
    let first = [held(0, &Arc::new(AtomicBool::new(true))), held(1, &over)];
    // The last one comes when the run was stopped already, and the end of the input while the second is read.
    let mut last = Some(held(2, &over));
    let stopped = Arc::clone(&stop);
    let inputs = first.into_iter().chain(std::iter::from_fn(move || {
        while !stopped.load(Ordering::SeqCst) {
            thread::sleep(Duration::from_millis(1));
        }
        let next = last.take();
        over.store(next.is_none(), Ordering::SeqCst);
        next
    }));
    let totals = run(inputs, &plan(2), &stop, |_| {
        stop.store(true, Ordering::SeqCst);
        Ok(())
    });
    assert_eq!(totals.unwrap(), Totals { articles: 2, failed: 0, unread: 0, interrupted: true });
}

/// Likes four at once, and notes how many it was given.
struct Sociable {
    first: First,
    companies: Mutex<Vec<usize>>,
}

impl Summarizer for Sociable {
    fn info(&self) -> &PluginInfo {
        self.first.info()
    }

    fn batch(&self) -> NonZeroUsize {
        NonZeroUsize::new(4).unwrap()
    }

    fn summarize(&self, article: &Article, budget: Budget) -> Result<Summary, PluginError> {
        self.first.summarize(article, budget)
    }

    fn summarize_all(
        &self,
        articles: &[&Article],
        budget: Budget,
    ) -> Vec<Result<Summary, PluginError>> {
        self.companies.lock().unwrap().push(articles.len());
        articles.iter().map(|article| self.summarize(article, budget)).collect()
    }
}

#[test]
fn a_batch_changes_no_answer_and_one_bad_article_spoils_no_other() {
    let texts: Vec<String> = (0..40)
        .map(|i| match i {
            7 => format!("Article {i} will panic now. It has a second sentence."),
            11 => format!("Article {i} will fail now. It has a second sentence."),
            _ => format!("Article {i} says something. It has a second sentence."),
        })
        .collect();
    let (_folder, paths) = articles(&texts);
    let sociable = |jobs| {
        let model = Arc::new(Sociable {
            first: First::new("a", Threading::Caller),
            companies: Mutex::default(),
        });
        let plan = Plan {
            summarizers: vec![Arc::clone(&model) as Arc<dyn Summarizer>],
            sentiment: Vec::new(),
            ..plan(jobs)
        };
        let (reports, _) = collect(&paths, &plan);
        (reports, model.companies.lock().unwrap().clone())
    };
    let alone = Plan {
        summarizers: vec![Arc::new(First::new("a", Threading::Caller))],
        sentiment: Vec::new(),
        ..plan(1)
    };
    let (expected, _) = collect(&paths, &alone);
    for jobs in [1, 3] {
        let (reports, companies) = sociable(jobs);
        assert_eq!(reports, expected, "at {jobs} jobs");
        assert!(companies.iter().all(|&n| (1..=4).contains(&n)), "{companies:?}");
        assert!(companies.contains(&4), "{companies:?}");
    }
    let errors = expected.iter().filter(|report| report.abstracts[0].error.is_some()).count();
    assert_eq!(errors, 2);
}

/// What it was asked, by whom: the first words, the model, the thread.
type Log = Arc<Mutex<Vec<(String, &'static str, thread::ThreadId)>>>;

/// A summariser and a sentiment model on the same weights.
struct Sharing(PluginInfo, &'static str, Log);

impl Sharing {
    fn note(&self, text: &str) {
        let entry = (text.to_owned(), self.1, thread::current().id());
        self.2.lock().unwrap().push(entry);
        thread::sleep(Duration::from_millis(1));
    }
}

impl Summarizer for Sharing {
    fn info(&self) -> &PluginInfo {
        &self.0
    }

    fn shares(&self) -> Option<Sha256> {
        Some(Sha256([7; 32]))
    }

    fn summarize(&self, article: &Article, budget: Budget) -> Result<Summary, PluginError> {
        self.note(&article.sentences()[0].text);
        First::new("first", Threading::Caller).summarize(article, budget)
    }
}

impl SentimentModel for Sharing {
    fn info(&self) -> &PluginInfo {
        &self.0
    }

    fn shares(&self) -> Option<Sha256> {
        Some(Sha256([7; 32]))
    }

    fn score(&self, passages: &[Passage<'_>]) -> Result<Vec<Sentiment>, PluginError> {
        self.note(passages[0].text);
        Gloomy(self.0.clone()).score(passages)
    }
}

#[test]
fn models_on_the_same_weights_are_asked_one_after_another_on_one_thread() {
    let (_folder, paths) = articles(&numbered(30));
    let log = Log::default();
    let model = |who| Sharing(info(who, Threading::Caller), who, Arc::clone(&log));
    let sharing = Plan {
        summarizers: vec![
            Arc::new(model("one")),
            Arc::new(First::new("b", Threading::Caller)),
            Arc::new(model("two")),
        ],
        sentiment: vec![Arc::new(model("tone"))],
        ..plan(4)
    };
    let (reports, totals) = collect(&paths, &sharing);
    assert_eq!((reports.len(), totals.failed), (30, 0));
    let log = log.lock().unwrap();
    for report in &reports {
        let text = report.abstracts[0].text.as_deref().unwrap();
        let asked: Vec<_> = log.iter().filter(|(about, ..)| about == text).collect();
        let who: Vec<&str> = asked.iter().map(|(_, who, _)| *who).collect();
        assert_eq!(who, ["one", "two", "tone"]);
        assert!(asked.iter().all(|(.., thread)| *thread == asked[0].2));
    }
}

/// Takes the first sentence; works in steps without an end on an article that says so.
struct Stepping(PluginInfo);

impl Summarizer for Stepping {
    fn info(&self) -> &PluginInfo {
        &self.0
    }

    fn summarize(&self, article: &Article, budget: Budget) -> Result<Summary, PluginError> {
        while article.sentences()[0].text.contains("endless") {
            article.limits().check()?;
            thread::sleep(Duration::from_millis(10));
        }
        First::new("a", Threading::Caller).summarize(article, budget)
    }
}

fn stepping(jobs: usize, time: Option<Duration>) -> Plan {
    Plan {
        summarizers: vec![Arc::new(Stepping(info("stepping", Threading::Caller)))],
        sentiment: Vec::new(),
        allowance: Allowance { time, ..Allowance::default() },
        ..plan(jobs)
    }
}

#[test]
fn a_model_that_takes_too_long_costs_its_article_only() {
    let mut texts = numbered(5);
    texts[1] = "This one is endless. It is a test.".into();
    let (_folder, paths) = articles(&texts);
    for jobs in [1, 3] {
        let (reports, totals) = collect(&paths, &stepping(jobs, Some(Duration::from_millis(200))));
        assert_eq!(totals, Totals { articles: 5, failed: 1, unread: 0, interrupted: false });
        let error = reports[1].abstracts[0].error.as_ref().unwrap();
        assert_eq!(error.kind(), FailureKind::TooSlow);
        assert!(error.message().contains("not done with it after 0.2 s"), "{error}");
    }
}

#[test]
fn a_run_that_is_stopped_does_not_wait_for_ever_and_hands_on_the_first_of_a_whole_run() {
    let mut texts = numbered(30);
    texts[3] = "This one is endless. It is a test.".into();
    let (_folder, paths) = articles(&texts);
    let stop = AtomicBool::new(false);
    let since = Instant::now();
    let mut sources = Vec::new();
    let totals = run(inputs(paths), &stepping(2, None), &stop, |report| {
        sources.push(report.source.rsplit('/').next().unwrap().to_owned());
        stop.store(sources.len() == 3, Ordering::SeqCst);
        Ok(())
    });
    assert_eq!(totals.unwrap(), Totals { articles: 3, failed: 0, unread: 0, interrupted: true });
    assert_eq!(sources, ["0.txt", "1.txt", "2.txt"]);
    assert!(since.elapsed() < Duration::from_secs(30), "{:?}", since.elapsed());
}

/// Works in steps without an end on an article that says so: over its repair, or over its check.
struct Thorough {
    endless_repair: bool,
}

fn steps(limits: &Limits) -> Result<(), Halt> {
    loop {
        limits.check()?;
        thread::sleep(Duration::from_millis(10));
    }
}

impl Analyzer for Thorough {
    fn repair(&self, document: Document, limits: &Limits) -> Result<Article, Unrepaired> {
        if self.endless_repair && document.text.contains("endless") {
            steps(limits)?;
        }
        NewsAnalyzer.repair(document, limits)
    }

    fn check(
        &self,
        article: &Article,
        summary: &[&str],
        model: Option<&dyn EntailmentModel>,
    ) -> Result<Checked, Halt> {
        if !self.endless_repair && summary[0].contains("endless") {
            steps(article.limits())?;
        }
        NewsAnalyzer.check(article, summary, model)
    }

    fn tones(&self, article: &Article, model: &dyn SentimentModel) -> Result<Tones, PluginError> {
        NewsAnalyzer.tones(article, model)
    }
}

fn thorough(endless_repair: bool, jobs: usize, time: Option<Duration>) -> Plan {
    let analyzer = Arc::new(Thorough { endless_repair });
    let allowance = Allowance { time, ..Allowance::default() };
    Plan { analyzer, allowance, sentiment: Vec::new(), ..plan(jobs) }
}

#[test]
fn a_repair_and_a_check_that_take_too_long_cost_their_article_only() {
    let mut texts = numbered(5);
    texts[1] = "This one is endless. It is a test.".into();
    let (_folder, paths) = articles(&texts);
    for (endless_repair, who) in [(true, "the repair"), (false, "the check")] {
        for jobs in [1, 3] {
            let time = Some(Duration::from_millis(200));
            let (reports, totals) = collect(&paths, &thorough(endless_repair, jobs, time));
            assert_eq!(
                totals,
                Totals {
                    articles: 5,
                    failed: 1,
                    unread: u64::from(endless_repair),
                    interrupted: false
                }
            );
            let report = &reports[1];
            let of_check = || report.abstracts[0].error.as_ref();
            let error = if endless_repair { report.error.as_ref() } else { of_check() }.unwrap();
            assert_eq!(error.kind(), FailureKind::TooSlow);
            assert_eq!(error.message(), format!("{who} was not done with it after 0.2 s"));
            assert!(report.abstracts.iter().all(|cell| cell.text.is_none()), "not checked");
            assert!(reports[2].abstracts.iter().all(|cell| cell.error.is_none()));
        }
    }
}

#[test]
fn a_stopped_run_waits_for_no_repair_and_for_no_check() {
    let mut texts = numbered(6);
    texts[2] = "This one is endless. It is a test.".into();
    let (_folder, paths) = articles(&texts);
    for endless_repair in [true, false] {
        let stop = AtomicBool::new(false);
        let mut count = 0;
        let plan = thorough(endless_repair, 2, None);
        let totals = run(inputs(paths.clone()), &plan, &stop, |_| {
            count += 1;
            stop.store(count == 2, Ordering::SeqCst);
            Ok(())
        });
        // To be back at all is to have given up: there is no limit of time.
        assert_eq!(
            totals.unwrap(),
            Totals { articles: 2, failed: 0, unread: 0, interrupted: true }
        );
    }
}

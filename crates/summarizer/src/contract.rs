//! The promises of [`Summarizer`] and [`SentimentModel`] as checks that any plugin can be put
//! through, ours or a user's: [`check_summarizer`], [`check_sentiment`] and [`check_entailment`] bring
//! articles of their own; [`check_article`], [`check_passages`] and [`check_claims`] take the caller's.
//!
//! ```
//! use standfirst_summarizer::{contract, extractive};
//!
//! contract::check_summarizer(&*extractive::lead::make()).unwrap();
//! ```

mod entailment;
mod samples;

use std::{
    num::NonZeroUsize,
    panic::{AssertUnwindSafe, catch_unwind},
    time::{Duration, Instant},
};

use standfirst_core::{
    article::{Article, Span},
    plugin::{
        Budget, Origin, Passage, PluginError, PluginInfo, Sentiment, SentimentModel, Summarizer,
        Summary, SummarySentence, count_characters, count_words,
    },
};

pub use entailment::{check_claims, check_entailment, entailment_checks};

/// How long somebody who waits for it may find it reasonable that a model takes over the longest sample, of
/// 1,500 sentences.
pub const PATIENCE: Duration = Duration::from_mins(2);

/// Threads that ask at once.
const THREADS: usize = 8;

/// Budgets that every sample is summarised under.
const BUDGETS: [Budget; 6] = [
    Budget::DEFAULT,
    Budget::Sentences(NonZeroUsize::MIN),
    Budget::Sentences(NonZeroUsize::new(1_000).unwrap()),
    Budget::Words(NonZeroUsize::MIN),
    Budget::Words(NonZeroUsize::new(40).unwrap()),
    Budget::Characters(NonZeroUsize::new(280).unwrap()),
];

/// A promise that a plugin did not keep.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{model} breaks the plugin contract on {input}: {what}")]
pub struct Breach {
    /// Id of the plugin.
    pub model: String,
    /// What it was asked about.
    pub input: String,
    /// What it did, and what it should have done.
    pub what: String,
}

impl Breach {
    fn new(info: &PluginInfo, input: &str, what: impl Into<String>) -> Self {
        Self { model: info.id.clone(), input: input.to_owned(), what: what.into() }
    }
}

/// A check by its name, and what came of it.
pub type Outcome = (&'static str, Result<(), Breach>);

/// Puts a summariser through the whole contract: news, one sentence, repeats, text that is hardly
/// text, another language and 1,500 sentences, under several budgets; twice, from eight threads, and
/// in company. How long it takes is not looked at: that hangs on the machine and on what else it does.
///
/// # Errors
/// The first [`Breach`].
pub fn check_summarizer(model: &dyn Summarizer) -> Result<(), Breach> {
    summarizer_checks(model, Duration::MAX).try_for_each(|(_, outcome)| outcome)
}

/// The same, check by check; each runs when it is asked for. Over the longest sample the model may take
/// `patience`, such as [`PATIENCE`].
pub fn summarizer_checks(
    model: &dyn Summarizer,
    patience: Duration,
) -> impl Iterator<Item = Outcome> {
    type Check = fn(&dyn Summarizer, Duration) -> Result<(), Breach>;
    let checks: [(&'static str, Check); 5] = [
        ("says who it is", |model, _| check_info(model.info())),
        ("keeps to length, order and sources on odd articles", |model, _| check_samples(model)),
        ("summarises 1,500 sentences in time", check_patience),
        ("gives the same answer again, on every thread", |model, _| {
            check_agreement(model, &samples::news())
        }),
        ("gives the same answer in company", |model, _| check_company(model)),
    ];
    checks.into_iter().map(move |(name, check)| (name, check(model, patience)))
}

fn check_samples(model: &dyn Summarizer) -> Result<(), Breach> {
    for article in samples::articles() {
        for budget in BUDGETS {
            check_article(model, &article, budget)?;
        }
    }
    Ok(())
}

/// As many answers as articles, each as when the article stands alone.
fn check_company(model: &dyn Summarizer) -> Result<(), Breach> {
    let articles: Vec<Article> = samples::articles()
        .into_iter()
        .filter(|article| model.info().check_language(article.language()).is_ok())
        .collect();
    let all: Vec<&Article> = articles.iter().collect();
    for company in all.chunks(model.batch().get()) {
        let breach = |what: String| Breach::new(model.info(), "articles in company", what);
        let answers =
            unpanicked(|| model.summarize_all(company, Budget::DEFAULT)).map_err(breach)?;
        if answers.len() != company.len() {
            return Err(breach(format!("{} answers to {} articles", answers.len(), company.len())));
        }
        for (article, together) in company.iter().zip(answers) {
            let alone = answer(model, article, Budget::DEFAULT).map_err(breach)?;
            if together.ok() != alone {
                let id = &article.document().id;
                return Err(breach(format!("{id:?} has another answer than alone")));
            }
        }
    }
    Ok(())
}

/// Asks for one summary and checks it against every promise that concerns a single answer. A model
/// may refuse an article in a language that it does not name, and no other.
///
/// # Errors
/// The first [`Breach`].
pub fn check_article(
    model: &dyn Summarizer,
    article: &Article,
    budget: Budget,
) -> Result<(), Breach> {
    let breach = |what: String| {
        let input = format!("{:?} under {budget:?}", article.document().id);
        Breach::new(model.info(), &input, what)
    };
    let Some(summary) = answer(model, article, budget).map_err(breach)? else {
        return Ok(());
    };
    check_size(&summary, article, budget).map_err(breach)?;
    check_extracts(&summary, article).map_err(breach)?;
    check_unread(&summary, article).map_err(breach)
}

/// The model's answer; `None` if it rightly refuses the language.
fn answer(
    model: &dyn Summarizer,
    article: &Article,
    budget: Budget,
) -> Result<Option<Summary>, String> {
    let refused = model.info().check_language(article.language()).is_err();
    match unpanicked(|| model.summarize(article, budget))? {
        Ok(summary) => Ok(Some(summary)),
        Err(PluginError::Language { .. }) if refused => Ok(None),
        // Of what is hardly text, a model may make nothing, if it says so.
        Err(PluginError::Empty) if hardly_text(article) => Ok(None),
        Err(error) => Err(format!("it fails: {error}")),
    }
}

/// Whether most sentences have fewer than four words.
fn hardly_text(article: &Article) -> bool {
    let short = article.sentences().iter().filter(|sentence| count_words(&sentence.text) < 4);
    2 * short.count() > article.sentences().len()
}

/// Runs `ask`, and turns a panic into what went wrong.
fn unpanicked<T>(ask: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(ask))
        .map_err(|_| "it panics, where it should return an error".to_owned())
}

fn check_info(info: &PluginInfo) -> Result<(), Breach> {
    let breach = |what: &str| Err(Breach::new(info, "its description", what));
    if info.id.is_empty() || info.id.contains(char::is_whitespace) {
        return breach("the id is empty or has white space in it");
    }
    if info.about.is_empty() || info.about.contains('\n') {
        return breach("`about` is not one line of text");
    }
    Ok(())
}

fn check_size(summary: &Summary, article: &Article, budget: Budget) -> Result<(), String> {
    let given = summary.sentences.len();
    if given == 0 || summary.sentences.iter().any(|sentence| sentence.text.trim().is_empty()) {
        return Err("the summary or a sentence of it is empty".to_owned());
    }
    match budget {
        Budget::Sentences(asked) => {
            let due = asked.get().min(article.sentences().len());
            // A model that writes its own sentences may say why there are not as many.
            let writes = summary
                .sentences
                .iter()
                .any(|s| s.origin == Origin::Generated || s.origin.stands_in());
            let told = writes && given <= asked.get() && !summary.notes.is_empty();
            if given == due || told || (writes && given == asked.get()) {
                Ok(())
            } else {
                Err(format!("{given} sentences where {due} are due"))
            }
        }
        Budget::Words(limit) | Budget::Characters(limit) => {
            let texts: Vec<&str> = summary.sentences.iter().map(|s| s.text.as_str()).collect();
            if budget.is_kept_by(&texts) {
                return Ok(());
            }
            let (length, unit) = if let Budget::Characters(_) = budget {
                (count_characters(&texts.join(" ")), "characters")
            } else {
                (texts.into_iter().map(count_words).sum(), "words")
            };
            Err(format!("{length} {unit} in {given} sentences where {limit} are allowed"))
        }
    }
}

fn check_extracts(summary: &Summary, article: &Article) -> Result<(), String> {
    let mut last = None;
    for sentence in &summary.sentences {
        let Some(index) = sentence.origin.sentence() else { continue };
        if last.is_some_and(|last| last >= index) {
            return Err(format!("sentence {index} comes after sentence {}", last.unwrap_or(0)));
        }
        if unmended(sentence, article) != article.sentences().get(index).map(|own| own.text.clone())
        {
            return Err(format!("it says to quote sentence {index}, and the words differ"));
        }
        last = Some(index);
    }
    Ok(())
}

/// The article's sentence, as it was before the edits that `sentence` owns up to.
fn unmended(sentence: &SummarySentence, article: &Article) -> Option<String> {
    let Origin::Mended { index, dropped, name, ended, .. } = sentence.origin else {
        return Some(sentence.text.clone());
    };
    let (document, own) = (article.document(), article.sentences().get(index)?);
    if ended.is_some() {
        return own.text.starts_with(&sentence.text).then(|| own.text.clone());
    }
    let mut text = sentence.text.clone();
    if let Some(name) = name {
        text = text.replacen(&format!(" [{}]", document.display(name)), "", 1);
    }
    let kept = match dropped {
        Some(dropped) => own.text.strip_prefix(&document.display(dropped))?.trim_start(),
        None => &own.text,
    };
    // A sentence begins with a capital, so the first letter may have become one.
    let same = text.to_lowercase() == kept.to_lowercase() && (dropped.is_some() || text == kept);
    same.then(|| own.text.clone())
}

fn check_unread(summary: &Summary, article: &Article) -> Result<(), String> {
    let mut end = 0;
    for span in &summary.unread {
        if span.start < end || article.document().text.get(span.range()).is_none() {
            return Err(format!("unread {}..{} is out of order or range", span.start, span.end));
        }
        end = span.end;
    }
    for sentence in &summary.sentences {
        let Some(index) = sentence.origin.sentence() else { continue };
        let own = article.sentences()[index].span;
        if summary.unread.iter().any(|span| span.overlaps(own)) {
            return Err(format!("it quotes sentence {index}, which it says it did not read"));
        }
    }
    Ok(())
}

fn check_patience(model: &dyn Summarizer, patience: Duration) -> Result<(), Breach> {
    let start = Instant::now();
    check_article(model, &samples::long(), Budget::DEFAULT)?;
    let taken = start.elapsed();
    if taken <= patience {
        return Ok(());
    }
    let what = format!("it takes {taken:.0?}, and {patience:.0?} is the most");
    Err(Breach::new(model.info(), "1,500 sentences", what))
}

/// The same answer a second time and from every thread.
fn check_agreement(model: &dyn Summarizer, article: &Article) -> Result<(), Breach> {
    let breach = |what: String| Breach::new(model.info(), "a question put again", what);
    let ask = || answer(model, article, Budget::DEFAULT);
    let first = ask().map_err(breach)?;
    let agree = |again: &Result<Option<Summary>, String>| again.as_ref() == Ok(&first);
    if agree(&ask()) && from_all_threads(&ask).iter().all(agree) {
        Ok(())
    } else {
        Err(breach("the answers differ, or fail".to_owned()))
    }
}

/// What `ask` gives on each of several threads at once; a thread that dies gives its error.
fn from_all_threads<T: Send>(
    ask: &(impl Fn() -> Result<T, String> + Sync),
) -> Vec<Result<T, String>> {
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..THREADS).map(|_| scope.spawn(ask)).collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap_or_else(|_| Err("a thread panics".to_owned())))
            .collect()
    })
}

/// Puts a sentiment model through the whole contract: none, many, odd text; alone and together;
/// twice, and from eight threads.
///
/// # Errors
/// The first [`Breach`].
pub fn check_sentiment(model: &dyn SentimentModel) -> Result<(), Breach> {
    sentiment_checks(model).try_for_each(|(_, outcome)| outcome)
}

/// The same, check by check; each runs when it is asked for.
pub fn sentiment_checks(model: &dyn SentimentModel) -> impl Iterator<Item = Outcome> {
    type Check = fn(&dyn SentimentModel) -> Result<(), Breach>;
    let checks: [(&'static str, Check); 4] = [
        ("says who it is", |model| check_info(model.info())),
        ("answers for every passage, odd ones too", check_odd_passages),
        ("answers for a target wherever it stands", check_targets),
        ("gives the same answer again, on every thread", check_tone_agreement),
    ];
    checks.into_iter().map(move |(name, check)| (name, check(model)))
}

fn check_odd_passages(model: &dyn SentimentModel) -> Result<(), Breach> {
    check_passages(model, &[])?;
    for article in samples::articles() {
        let texts: Vec<&str> = article.sentences().iter().map(|s| s.text.as_str()).collect();
        check_passages(model, &texts)?;
    }
    Ok(())
}

/// One answer for each target: the first and the last word of every sentence.
fn check_targets(model: &dyn SentimentModel) -> Result<(), Breach> {
    for article in samples::articles() {
        let sentences = article.sentences().iter();
        let passages: Vec<Passage<'_>> = sentences
            .flat_map(|sentence| {
                let text = sentence.text.as_str();
                first_and_last_word(text).map(|target| Passage { text, target: Some(target) })
            })
            .collect();
        let input = format!("{} targets", passages.len());
        let breach = |what: String| Breach::new(model.info(), &input, what);
        let scores = scores(model, &passages).map_err(breach)?;
        check_scores(&scores, passages.len()).map_err(breach)?;
    }
    Ok(())
}

/// The same twice where there is one word; where there is none, the whole text.
fn first_and_last_word(text: &str) -> [Span; 2] {
    let letter = char::is_alphanumeric;
    let first = text.find(letter).unwrap_or(0);
    let end = text[first..].find(|c| !letter(c)).map_or(text.len(), |at| first + at);
    let last_end = text.rfind(letter).map_or(text.len(), |at| text.ceil_char_boundary(at + 1));
    let last =
        text[..last_end].rfind(|c| !letter(c)).map_or(0, |at| text.ceil_char_boundary(at + 1));
    [Span::new(first, end), Span::new(last, last_end)]
}

fn check_scores(scores: &[Sentiment], due: usize) -> Result<(), String> {
    if scores.len() != due {
        return Err(format!("{} answers", scores.len()));
    }
    let sure = |score: &Sentiment| score.confidence.is_none_or(|sure| (0.0..=1.0).contains(&sure));
    if scores.iter().all(sure) {
        Ok(())
    } else {
        Err("a confidence is not a probability".to_owned())
    }
}

/// Asks for the tone of `texts` and checks that there is one in range for each, and that the first is
/// the same without the others.
///
/// # Errors
/// The first [`Breach`].
pub fn check_passages(model: &dyn SentimentModel, texts: &[&str]) -> Result<(), Breach> {
    let breach =
        |what: String| Breach::new(model.info(), &format!("{} passages", texts.len()), what);
    let scores = tone(model, texts).map_err(breach)?;
    check_scores(&scores, texts.len()).map_err(breach)?;
    let alone = tone(model, &texts[..texts.len().min(1)]).map_err(breach)?;
    if alone.first() == scores.first() {
        return Ok(());
    }
    Err(breach("the first has another tone when it stands alone".to_owned()))
}

fn tone(model: &dyn SentimentModel, texts: &[&str]) -> Result<Vec<Sentiment>, String> {
    let passages: Vec<Passage<'_>> =
        texts.iter().map(|text| Passage { text, target: None }).collect();
    scores(model, &passages)
}

fn scores(model: &dyn SentimentModel, passages: &[Passage<'_>]) -> Result<Vec<Sentiment>, String> {
    unpanicked(|| model.score(passages))?.map_err(|error| format!("it fails: {error}"))
}

fn check_tone_agreement(model: &dyn SentimentModel) -> Result<(), Breach> {
    let breach = |what: String| Breach::new(model.info(), "a question put again", what);
    let news = samples::news();
    let texts: Vec<&str> = news.sentences().iter().map(|s| s.text.as_str()).collect();
    let ask = || tone(model, &texts);
    let first = ask().map_err(breach)?;
    let agree = |again: &Result<Vec<Sentiment>, String>| again.as_ref() == Ok(&first);
    if from_all_threads(&ask).iter().all(agree) {
        Ok(())
    } else {
        Err(breach("the answers differ, or fail".to_owned()))
    }
}

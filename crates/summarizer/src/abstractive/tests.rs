mod again;

use standfirst_text::sentence::from_sentences;
use std::sync::Mutex;

use proptest::prelude::*;
use standfirst_core::plugin::{Origin, Threading};

use super::*;
use crate::contract;

/// Reads 40 words and answers with the first three words of each sentence; remembers what it was
/// shown. "silent" makes it say nothing, "fail" fail.
#[derive(Default)]
struct Shortener {
    shown: Mutex<Vec<Vec<String>>>,
}

const WINDOW: usize = 40;

impl Generator for Shortener {
    fn window(&self) -> usize {
        WINDOW
    }

    fn count_tokens(&self, text: &str) -> Result<usize, EngineError> {
        Ok(text.split_whitespace().count())
    }

    fn batch(&self) -> NonZeroUsize {
        NonZeroUsize::new(8).unwrap()
    }

    fn generate(&self, requests: &[Request<'_>]) -> Vec<Result<Generation, EngineError>> {
        let texts = requests.iter().map(|request| request.text.to_owned()).collect();
        self.shown.lock().unwrap().push(texts);
        let answer = |request: &Request<'_>| {
            assert!(self.count_tokens(request.text).unwrap() <= WINDOW);
            if request.text.contains("fail") {
                return Err(EngineError::NoToken { after: 0 });
            }
            let sentences = request.text.split(['.', '\n']).filter(|text| !text.trim().is_empty());
            let sentences = sentences.take(request.sentences);
            let short = |sentence: &str| {
                let words: Vec<&str> = sentence.split_whitespace().take(3).collect();
                words.join(" ").trim_end_matches('.').to_owned() + ". "
            };
            let text = if request.text.contains("silent") {
                String::new()
            } else {
                sentences.map(short).collect()
            };
            Ok(Generation { text, ended: true, usage: None })
        };
        requests.iter().map(answer).collect()
    }
}

fn model(long: Long) -> (Arc<Shortener>, Abstractive) {
    let info = PluginInfo {
        id: "shortener".into(),
        about: "first words".into(),
        threading: Threading::Caller,
        languages: Vec::new(),
        card: None,
    };
    let generator = Arc::<Shortener>::default();
    (Arc::clone(&generator), Abstractive::new(info, generator, long))
}

fn article(sentences: &[String]) -> Article {
    let texts: Vec<&str> = sentences.iter().map(String::as_str).collect();
    from_sentences("a", &texts).unwrap()
}

/// `count` sentences of `words` words, the first of which names the sentence.
fn numbered(count: usize, words: usize) -> Vec<String> {
    (0..count).map(|i| format!("Number{i}{}.", " word".repeat(words - 1))).collect()
}

fn shown(generator: &Shortener) -> Vec<String> {
    generator.shown.lock().unwrap().concat()
}

#[test]
fn a_short_article_is_read_whole_and_its_paragraphs_stay_apart() {
    let (generator, model) = model(Long::Pick);
    let summary = model.summarize(&article(&numbered(3, 5)), Budget::DEFAULT).unwrap();
    assert_eq!(shown(&generator)[0].lines().count(), 3);
    assert!(summary.unread.is_empty() && summary.notes.is_empty());
    assert_eq!(summary.sentences[2].text, "Number2 word word.");
    assert!(summary.sentences.iter().all(|s| s.origin == Origin::Generated));
}

#[test]
fn first_reads_the_beginning_and_lists_the_rest() {
    let (generator, model) = model(Long::First);
    let article = article(&numbered(12, 6));
    let summary = model.summarize(&article, Budget::DEFAULT).unwrap();
    // Five sentences of six words and a seam each fit 40.
    assert_eq!(shown(&generator)[0].lines().count(), 5);
    let unread: Vec<_> = article.sentences()[5..].iter().map(|s| s.span).collect();
    assert_eq!(summary.unread, unread);
}

#[test]
fn split_reads_everything_and_joins_in_a_second_pass() {
    let (generator, model) = model(Long::Split);
    let summary = model.summarize(&article(&numbered(12, 6)), Budget::DEFAULT).unwrap();
    assert!(summary.unread.is_empty());
    let calls = generator.shown.lock().unwrap().clone();
    assert_eq!(calls.iter().map(Vec::len).collect::<Vec<_>>(), [3, 1]);
    assert!(calls[0][1].starts_with("Number4 ") && calls[0][2].starts_with("Number8 "));
    assert_eq!(summary.sentences[0].text, "Number0 word word.");
}

#[test]
fn a_sentence_beyond_the_window_is_unread_unless_it_is_all() {
    for long in [Long::First, Long::Pick, Long::Split] {
        let (_, model) = model(long);
        let mut sentences = numbered(3, 6);
        sentences.insert(1, numbered(1, 50).remove(0));
        let article = article(&sentences);
        let summary = model.summarize(&article, Budget::DEFAULT).unwrap();
        assert_eq!(summary.unread, [article.sentences()[1].span], "{long:?}");
        let alone = super::tests::article(&numbered(1, 50));
        let error = model.summarize(&alone, Budget::DEFAULT).unwrap_err();
        assert!(matches!(error, PluginError::TooLong { sentence: 1, limit: WINDOW, .. }));
    }
}

#[test]
fn a_batch_is_one_call_and_one_failure_spoils_no_other() {
    let (generator, model) = model(Long::First);
    let texts = ["Rain fell.", "They fail here.", "A silent one.", "The bridge held."];
    let articles: Vec<Article> = texts.iter().map(|text| article(&[(*text).to_owned()])).collect();
    let all: Vec<&Article> = articles.iter().collect();
    let answers = model.summarize_all(&all, Budget::DEFAULT);
    assert_eq!(generator.shown.lock().unwrap().len(), 1);
    assert_eq!(answers[0].as_ref().unwrap().sentences[0].text, "Rain fell.");
    assert!(matches!(answers[1], Err(PluginError::Engine(_))));
    assert!(matches!(answers[2], Err(PluginError::Empty)));
    assert_eq!(answers[3].as_ref().unwrap().sentences[0].text, "The bridge held.");
    assert_eq!(answers[3].as_ref().unwrap().notes, ["1 of 3 sentences: the model ended there"]);
}

#[test]
fn the_contract_is_kept() {
    for long in [Long::First, Long::Split, Long::Pick] {
        contract::check_summarizer(&model(long).1).unwrap();
    }
}

proptest! {
    #[test]
    fn what_is_shown_and_what_is_unread_is_the_article(
        lengths in proptest::collection::vec(1_usize..50, 1..60),
        long in prop_oneof![Just(Long::First), Just(Long::Split), Just(Long::Pick)],
    ) {
        let sentences: Vec<String> = lengths
            .iter()
            .enumerate()
            .map(|(i, words)| format!("Number{i}{}.", " word".repeat(words - 1)))
            .collect();
        let article = article(&sentences);
        let (generator, model) = model(long);
        let Ok(summary) = model.summarize(&article, Budget::DEFAULT) else {
            prop_assert!(lengths.iter().all(|words| words + 1 > WINDOW) && shown(&generator).is_empty());
            return Ok(());
        };
        let first_call = generator.shown.lock().unwrap()[0].join("\n");
        for (i, sentence) in article.sentences().iter().enumerate() {
            let times = first_call.lines().filter(|line| **line == sentence.text).count();
            let unread = summary.unread.iter().any(|span| span.overlaps(sentence.span));
            prop_assert!(unread != (times > 0), "sentence {}: shown {} times", i, times);
            // The overlap is shown twice.
            let most = if long == Long::Split { 2 } else { 1 };
            prop_assert!(times <= most);
        }
    }
}

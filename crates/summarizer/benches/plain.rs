//! The kernels of the path without a network, each by itself, on the articles of `samples/`.
//!
//!     cargo bench --package standfirst-summarizer --bench plain [-- NAME]
//!
//! Times hang on the machine and on who else uses it: `just instructions` counts what they hang on, and is what a
//! change is held to.

use std::{fs, path::Path};

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use standfirst_core::{
    article::{Article, Document, Span},
    plugin::Passage,
};
use standfirst_eval::metric::rouge::Rouge;
use standfirst_summarizer::{extractive::lexrank, sentiment::vader};
use standfirst_text::{entity, faithfulness::Checker, reading, repair, sentence};

criterion_group!(plain, split, clean, names, check, rank, tone, rouge);
criterion_main!(plain);

/// The articles of `samples/` that are plain text, in order.
fn texts() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../samples");
    let files = fs::read_dir(folder).expect("the samples are part of the repository");
    let mut paths: Vec<_> = files.map(|file| file.expect("a file of a folder").path()).collect();
    paths.retain(|path| path.extension().is_some_and(|ending| ending == "txt"));
    paths.sort();
    paths.iter().map(|path| fs::read_to_string(path).expect("a sample is UTF-8")).collect()
}

fn articles() -> Vec<Article> {
    let clean =
        |text| repair::clean(Document::from_text("sample", text)).expect("a sample has a body");
    texts().into_iter().map(clean).collect()
}

/// Measures `work` on all articles, of which nothing is known but their sentences.
fn each(criterion: &mut Criterion, name: &str, work: impl Fn(&Article) -> usize) {
    let articles = articles();
    let mut group = criterion.benchmark_group("plain");
    group.throughput(Throughput::Elements(articles.len() as u64));
    group.bench_function(name, |bencher| {
        // A copy begins with nothing that was derived from the article.
        let copies = || articles.clone();
        bencher.iter_batched_ref(
            copies,
            |articles| articles.iter().map(&work).sum::<usize>(),
            BatchSize::LargeInput,
        );
    });
    group.finish();
}

fn split(criterion: &mut Criterion) {
    each(criterion, "sentences", |article| {
        let text = &article.document().text;
        sentence::split(text, Span::new(0, text.len())).len()
    });
}

fn clean(criterion: &mut Criterion) {
    each(criterion, "repair", |article| {
        let document = article.document().clone();
        repair::clean(document).map_or(0, |article| article.sentences().len())
    });
}

fn names(criterion: &mut Criterion) {
    each(criterion, "names and voices", |article| {
        let reading = reading::of(article);
        let people = reading.entities().iter().filter(|one| one.kind == entity::Kind::Person);
        people.count() + reading.statements().len()
    });
}

fn check(criterion: &mut Criterion) {
    // In words that are not all the article's own: its first sentence without its second word.
    each(criterion, "check", |article| {
        let first = &article.sentences()[0].text;
        let words: Vec<&str> =
            first.split(' ').enumerate().filter(|(at, _)| *at != 1).map(|(_, word)| word).collect();
        Checker::new(article).summary(&[&words.join(" ")]).len()
    });
}

fn rank(criterion: &mut Criterion) {
    each(criterion, "LexRank", |article| lexrank::rank(article).len());
}

fn tone(criterion: &mut Criterion) {
    let model = vader::make();
    each(criterion, "VADER", |article| {
        let sentences = article.sentences().iter();
        let passages: Vec<_> =
            sentences.map(|sentence| Passage { text: &sentence.text, target: None }).collect();
        model.score(&passages).map_or(0, |tones| tones.len())
    });
}

fn rouge(criterion: &mut Criterion) {
    let scorer = Rouge::new(true);
    each(criterion, "ROUGE", |article| {
        let text = |sentence: usize| article.sentences()[sentence].text.as_str();
        let middle = article.sentences().len() / 2;
        usize::from(scorer.score(text(0), text(middle)).rouge1.f > 0.5)
    });
}

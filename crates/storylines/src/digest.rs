//! One event or storyline in a few sentences, each beside all articles that carry it.
//!
//! Extractive over articles: a sentence scores by how much of it the other articles say, too (centrality across
//! sources), by how near it is to all that is said, and by how early it stands, and loses what those have said that
//! are taken before it; what says again what one of them says is passed over. The check then asks every article about
//! every sentence: those that have it or seem to say so are its sources. A sentence of one outlet alone, though others
//! tell of the event, is marked.

use standfirst_core::report::Verdict;
use standfirst_text::faithfulness::Checker;

use crate::{
    pool::{Pooled, pool},
    report::{Line, SourceReport},
    sparse::dot,
    study::Studied,
};

/// Share of the centrality across sources, of the nearness to all sentences, and of the position in the score.
const CENTRAL: f32 = 0.5;
const NEAR: f32 = 0.25;
const EARLY: f32 = 0.25;
/// Sentences after which the position counts half as much.
const HALF_LIFE: f32 = 4.0;
/// Cosine from which on one sentence says again what another says.
const REDUNDANT: f32 = 0.32;
/// Most articles that are asked about a sentence.
const MOST_SOURCES: usize = 100;

/// The best `count` sentences of the articles numbered `places`, in the order of their articles and sentences.
/// `copies` gives each article the one whose later version it is: only that one speaks.
pub fn digest(
    articles: &[&Studied],
    places: &[usize],
    copies: &[Option<usize>],
    count: usize,
) -> Vec<Line> {
    let own: Vec<usize> = places.iter().copied().filter(|place| copies[*place].is_none()).collect();
    let sentences = pool(articles, &own);
    let scores = scores(&sentences, own.len());
    let mut order: Vec<usize> =
        (0..sentences.len()).filter(|at| sentences[*at].stands_alone).collect();
    if order.is_empty() {
        order = (0..sentences.len()).collect();
    }
    let mut taken = taken(&sentences, &scores, order, count);
    taken.sort_unstable();
    taken.into_iter().map(|at| line(&sentences[at], articles, places)).collect()
}

/// At most `count` of the sentences numbered `left`, one after the other the best one by its score and by what is new
/// in it.
fn taken(sentences: &[Pooled], scores: &[f32], mut left: Vec<usize>, count: usize) -> Vec<usize> {
    let mut taken: Vec<usize> = Vec::new();
    while taken.len() < count {
        let worth = |at: usize| scores[at] * novelty(&sentences[at], &taken, sentences).powi(2);
        let each = left.iter().map(|at| (*at, worth(*at)));
        // Of equals the first.
        let best = each.reduce(|best, next| if next.1 > best.1 { next } else { best });
        let Some((best, _)) = best else { break };
        let again =
            |other: usize| dot(&sentences[best].words, &sentences[other].words) >= REDUNDANT;
        left.retain(|other| *other != best && !again(*other));
        taken.push(best);
    }
    taken
}

/// The share of a sentence that none of those that are taken has said, by the squared weights of its stems.
fn novelty(sentence: &Pooled, taken: &[usize], sentences: &[Pooled]) -> f32 {
    let said = |hash: u32| {
        taken
            .iter()
            .any(|at| sentences[*at].words.binary_search_by_key(&hash, |(hash, _)| *hash).is_ok())
    };
    let new = sentence.words.iter().filter(|(hash, _)| !said(*hash));
    new.map(|(_, weight)| weight * weight).sum()
}

/// The score of every sentence beside those of the other articles.
fn scores(sentences: &[Pooled], articles: usize) -> Vec<f32> {
    let near = nearness(sentences);
    let score = |(at, sentence): (usize, &Pooled)| {
        let early = 0.5_f32.powf(sentence.sentence as f32 / HALF_LIFE);
        let central = if articles > 1 {
            central(sentence, sentences) / (articles - 1) as f32
        } else {
            near[at]
        };
        CENTRAL * central + NEAR * near[at] + EARLY * early
    };
    sentences.iter().enumerate().map(score).collect()
}

/// How near the best sentence of each other article is, summed.
fn central(sentence: &Pooled, sentences: &[Pooled]) -> f32 {
    let by_article = sentences.chunk_by(|one, other| one.article == other.article);
    let best = by_article
        .filter(|own| own[0].article != sentence.article)
        .map(|own| own.iter().map(|other| dot(&sentence.words, &other.words)).fold(0.0, f32::max));
    best.sum()
}

/// Cosine with the sum of all sentences.
fn nearness(sentences: &[Pooled]) -> Vec<f32> {
    let mut all: std::collections::HashMap<u32, f32> = std::collections::HashMap::new();
    for (hash, weight) in sentences.iter().flat_map(|sentence| &sentence.words) {
        *all.entry(*hash).or_default() += weight;
    }
    // Summed in order, so that equal runs give equal bits.
    let mut sorted: Vec<(u32, f32)> = all.iter().map(|(hash, weight)| (*hash, *weight)).collect();
    sorted.sort_unstable_by_key(|(hash, _)| *hash);
    let length =
        sorted.iter().map(|(_, weight)| weight * weight).sum::<f32>().sqrt().max(f32::MIN_POSITIVE);
    let near = |sentence: &Pooled| {
        let product: f32 = sentence.words.iter().map(|(hash, weight)| weight * all[hash]).sum();
        product / length
    };
    sentences.iter().map(near).collect()
}

/// A sentence with all of `places` that carry it.
pub(crate) fn line(sentence: &Pooled, articles: &[&Studied], places: &[usize]) -> Line {
    let own = SourceReport {
        article: sentence.article,
        span: sentence.span,
        verdict: Verdict::Copied,
        support: 1.0,
    };
    let others =
        places.iter().copied().filter(|place| *place != sentence.article).take(MOST_SOURCES);
    let sources: Vec<SourceReport> = std::iter::once(own)
        .chain(others.filter_map(|place| source(place, articles[place], &sentence.text)))
        .collect();
    let carrying: Vec<usize> = sources.iter().map(|source| source.article).collect();
    let outlets = outlets(articles, &carrying);
    let single_source = outlets == 1 && self::outlets(articles, places) > 1;
    Line { text: sentence.text.clone(), sources, outlets, single_source }
}

/// The place where an article says so, if it does.
fn source(place: usize, studied: &Studied, text: &str) -> Option<SourceReport> {
    let finding = Checker::new(&studied.article).summary(&[text]).into_iter().next()?;
    let carries = matches!(finding.verdict, Verdict::Copied | Verdict::Supported);
    let span = finding.evidence.first().copied().filter(|_| carries)?;
    Some(SourceReport { article: place, span, verdict: finding.verdict, support: finding.support })
}

/// How many outlets the articles numbered `places` are of; those of unknown outlets count one each.
pub(crate) fn outlets(articles: &[&Studied], places: &[usize]) -> usize {
    let mut named: Vec<&str> =
        places.iter().filter_map(|place| articles[*place].outlet.as_deref()).collect();
    let unnamed = places.len() - named.len();
    named.sort_unstable();
    named.dedup();
    named.len() + unnamed
}

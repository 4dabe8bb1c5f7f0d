//! What happened when: the days that the articles of a storyline speak of, one sentence each, the same happening
//! told once with all its sources.
//!
//! A day weighs as much as articles speak of it (Chieu & Lee 2004 and those after them rank days by how often they are
//! mentioned); what an article tells in its first sentence counts for the day of its publication. Sentences of
//! one day that are alike are one happening. Its sentence is the one most like the others.

use std::collections::BTreeMap;

use standfirst_core::article::Span;

use crate::{
    dates::{Interval, Mention, Rule, in_article},
    digest::line,
    figures::{self, Figure},
    pool::{Pooled, pool},
    report::{Disputed, Entry, FigureReport},
    sparse::dot,
    study::Studied,
};

/// Longest time that a timeline has an entry for, in days: a month.
const LONGEST: i32 = 31;
/// Cosine from which on two sentences of one day tell of the same happening.
const SAME_HAPPENING: f32 = 0.30;
/// What the first sentence of an article counts for the day of its publication.
const LEAD: f32 = 1.0;
/// What an entry counts that is not of one day.
const VAGUE: f32 = 0.4;

/// How long a timeline is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Length {
    /// Most days.
    pub days: usize,
    /// Most happenings of a day.
    pub happenings: usize,
}

impl Default for Length {
    fn default() -> Self {
        Self { days: 24, happenings: 2 }
    }
}

/// A sentence and a time that it speaks of.
struct Dated {
    sentence: usize,
    mention: Mention,
    /// Whether the time is that of the publication.
    lead: bool,
}

/// The days that weigh most, with what happened, in the order of time. `copies` as in [`digest`](crate::digest::digest).
pub fn timeline(
    articles: &[&Studied],
    places: &[usize],
    copies: &[Option<usize>],
    length: Length,
) -> Vec<Entry> {
    let own: Vec<usize> = places.iter().copied().filter(|place| copies[*place].is_none()).collect();
    let sentences = pool(articles, &own);
    let days = by_days(articles, &sentences);
    let mut weighed: Vec<(f32, Interval, &Vec<Dated>)> =
        days.iter().map(|(days, dated)| (weight(*days, dated, &sentences), *days, dated)).collect();
    weighed.sort_by(|one, other| other.0.total_cmp(&one.0).then(one.1.cmp(&other.1)));
    weighed.truncate(length.days);
    weighed.sort_by_key(|(_, days, _)| *days);
    let entries = weighed.into_iter().flat_map(|(_, days, dated)| {
        let mut happenings = happenings(dated, &sentences);
        happenings.sort_by_key(|happening| std::cmp::Reverse(happening.len()));
        happenings.truncate(length.happenings);
        let told = happenings
            .into_iter()
            .filter_map(|happening| entry(days, &happening, &sentences, articles, places));
        told.collect::<Vec<_>>()
    });
    entries.collect()
}

/// All sentences that speak of a time, by the time.
fn by_days(articles: &[&Studied], sentences: &[Pooled]) -> BTreeMap<Interval, Vec<Dated>> {
    let mut days: BTreeMap<Interval, Vec<Dated>> = BTreeMap::new();
    let mut from = 0;
    for own in sentences.chunk_by(|one, other| one.article == other.article) {
        let studied = articles[own[0].article];
        let anchor = studied.published.as_ref().map(crate::dates::Published::anchor);
        let mentions = in_article(&studied.article, anchor);
        for found in mentions.iter().filter(|found| found.sentence < own.len()) {
            let dated =
                Dated { sentence: from + found.sentence, mention: found.mention, lead: false };
            if let Some(meaning) = found.mention.meaning.filter(|meaning| meaning.days() <= LONGEST)
            {
                days.entry(meaning).or_default().push(dated);
            }
        }
        let published = studied.published.as_ref().and_then(crate::dates::Published::day);
        let undated =
            mentions.iter().all(|found| found.sentence > 0 || found.mention.meaning.is_none());
        if let Some(day) = published.filter(|_| undated) {
            let mention = Mention {
                span: own[0].span,
                meaning: Some(Interval::day(day)),
                rule: Rule::Published,
            };
            days.entry(Interval::day(day)).or_default().push(Dated {
                sentence: from,
                mention,
                lead: true,
            });
        }
        from += own.len();
    }
    days
}

/// How many articles speak of the time, those with a sentence for it only where it can be read alone.
fn weight(days: Interval, dated: &[Dated], sentences: &[Pooled]) -> f32 {
    let mut articles: Vec<(usize, bool)> =
        dated.iter().map(|dated| (sentences[dated.sentence].article, dated.lead)).collect();
    articles.sort_unstable();
    articles.dedup_by_key(|(article, _)| *article);
    let sum: f32 = articles.iter().map(|(_, lead)| if *lead { LEAD } else { 1.0 }).sum();
    let more = 0.1 * (dated.len() - articles.len()) as f32;
    (sum + more) * if days.is_day() { 1.0 } else { VAGUE }
}

/// The sentences of one time, those that tell of the same together.
fn happenings<'a>(dated: &'a [Dated], sentences: &[Pooled]) -> Vec<Vec<&'a Dated>> {
    let mut found: Vec<Vec<&Dated>> = Vec::new();
    for dated in dated {
        let words = &sentences[dated.sentence].words;
        let near = |happening: &Vec<&Dated>| {
            let all = happening.iter().map(|other| dot(words, &sentences[other.sentence].words));
            all.fold(0.0, f32::max)
        };
        let best = found
            .iter_mut()
            .map(|happening| (near(happening), happening))
            .max_by(|one, other| one.0.total_cmp(&other.0));
        match best {
            Some((near, happening)) if near >= SAME_HAPPENING => happening.push(dated),
            _ => found.push(vec![dated]),
        }
    }
    found
}

/// What is told of a happening: the sentence most like the others that can be read alone.
fn entry(
    days: Interval,
    happening: &[&Dated],
    sentences: &[Pooled],
    articles: &[&Studied],
    places: &[usize],
) -> Option<Entry> {
    let near = |at: usize| -> f32 {
        happening
            .iter()
            .map(|other| dot(&sentences[at].words, &sentences[other.sentence].words))
            .sum()
    };
    let best = happening.iter().filter(|dated| sentences[dated.sentence].stands_alone).max_by(
        |one, other| {
            near(one.sentence)
                .total_cmp(&near(other.sentence))
                .then(other.sentence.cmp(&one.sentence))
        },
    )?;
    let told = &sentences[best.sentence];
    Some(Entry {
        days,
        rule: best.mention.rule,
        expression: (!best.lead).then_some(best.mention.span),
        line: line(told, articles, places),
        disputed: disputed(told, happening, sentences, articles),
    })
}

/// The figures in which the sentences of a happening differ, those of the one that is told first. Two others are
/// compared if they are alike themselves, and not only each like a third.
fn disputed(
    told: &Pooled,
    happening: &[&Dated],
    sentences: &[Pooled],
    articles: &[&Studied],
) -> Vec<Disputed> {
    let others = happening.iter().map(|dated| &sentences[dated.sentence]);
    let others = others.filter(|other| other.article != told.article);
    let all: Vec<(&Pooled, Vec<Figure>)> = std::iter::once(told)
        .chain(others)
        .map(|sentence| (sentence, figures_of(sentence, articles)))
        .collect();
    let mut found: Vec<Disputed> = Vec::new();
    for (at, (one, ours)) in all.iter().enumerate() {
        let alike = |other: &Pooled| at == 0 || dot(&one.words, &other.words) >= SAME_HAPPENING;
        let others = all[at + 1..].iter();
        for (other, theirs) in
            others.filter(|(other, _)| other.article != one.article && alike(other))
        {
            for figure in theirs {
                let differs =
                    ours.iter().find_map(|own| Some((own, figures::disputed(own, figure)?)));
                if let Some((own, noun)) = differs {
                    let reports = [report(one, own, articles), report(other, figure, articles)];
                    add(&mut found, noun, reports);
                }
            }
        }
    }
    found
}

fn figures_of(sentence: &Pooled, articles: &[&Studied]) -> Vec<Figure> {
    let text = &articles[sentence.article].article.document().text[sentence.span.range()];
    let dates: Vec<Span> =
        crate::dates::mentions(text, None).iter().map(|mention| mention.span).collect();
    figures::figures(text, &dates)
}

fn report(sentence: &Pooled, figure: &Figure, articles: &[&Studied]) -> FigureReport {
    let start = sentence.span.start;
    let span = Span::new(start + figure.span.start, start + figure.span.end);
    let text = articles[sentence.article].article.document().text[span.range()].to_owned();
    FigureReport { article: sentence.article, span, text }
}

/// Adds figures of the same noun, each once.
fn add(found: &mut Vec<Disputed>, noun: String, figures: [FigureReport; 2]) {
    let at = found.iter().position(|known| known.of == noun).unwrap_or_else(|| {
        found.push(Disputed { of: noun, figures: Vec::new() });
        found.len() - 1
    });
    for figure in figures {
        if !found[at].figures.contains(&figure) {
            found[at].figures.push(figure);
        }
    }
}

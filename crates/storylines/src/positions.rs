//! What somebody has said about one matter on several days: positions over time.
//!
//! The statements of each named speaker, in the order of the days on which they were published, are put together by
//! what they are about: a statement joins those that it shares most with, words weighed by how rare they are in the
//! news. Nobody is said to have changed their mind: the statements stand side by side, each with its place.

use std::collections::{BTreeMap, HashSet};

use standfirst_core::language::Language;
use standfirst_text::{lexicon::Lexicon, words::words};

use crate::{
    hash,
    pool::weighed,
    report::{PositionReport, QuoteReport},
    sparse::{Sparse, dot},
    study::Studied,
};

/// Mean cosine with the statements about a matter from which on one more is about it, too.
const SAME_MATTER: f32 = 0.2;
/// Share of the words of the shorter of two statements that the other has from which on they are one, told twice.
const SAME_WORDS: f64 = 0.8;
/// Statements of a speaker that are compared with one another, the latest; the work grows with their square.
const MOST_STATEMENTS: usize = 200;
/// Words of a statement that can be held against others: fewer are a turn of phrase.
const FEWEST_WORDS: usize = 6;
/// Words, names left aside, that have to be said on several days for them to be about one matter, and words that are
/// told of those.
const FEWEST_SHARED: usize = 2;
const MOST_SHARED: usize = 3;
/// Letters of a word that says something, and how rare it is at least: one in seven articles has a commoner one.
const SHORTEST: usize = 3;
const COMMONEST: f64 = 2.0;
/// Most matters that are told of, those of most days.
const MOST: usize = 24;

/// What each named speaker of `quotes` has said about one matter on at least two days, most days first. `copies` is the
/// article that each is a later version of: it says nothing that the first did not.
pub fn positions(
    quotes: &[QuoteReport],
    articles: &[&Studied],
    copies: &[Option<usize>],
) -> Vec<PositionReport> {
    let mut speakers: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (at, quote) in quotes.iter().enumerate() {
        let long = words(&quote.text).nth(FEWEST_WORDS - 1).is_some();
        if long && quote.named && quote.published.is_some() && copies[quote.article].is_none() {
            speakers.entry(&quote.speaker).or_default().push(at);
        }
    }
    let told = speakers.into_values().filter(|own| own.len() > 1);
    let mut found: Vec<PositionReport> =
        told.flat_map(|own| of_speaker(&own, quotes, articles)).collect();
    // By speaker and first day among equals, as they come.
    found.sort_by_key(|position| std::cmp::Reverse((position.days, position.statements.len())));
    found.truncate(MOST);
    found
}

/// A statement, ready to be held against others.
struct Said {
    /// Its place among all.
    quote: usize,
    /// All its words, in small letters.
    all: HashSet<String>,
    /// Its stems by rarity, without those of the speaker's name.
    words: Sparse,
    /// The same words as written, by the hash of their stems.
    written: Vec<(u32, String)>,
}

fn of_speaker(own: &[usize], quotes: &[QuoteReport], articles: &[&Studied]) -> Vec<PositionReport> {
    let mut own = own.to_vec();
    own.sort_by_key(|at| {
        let quote = &quotes[*at];
        (quote.published, quote.article, quote.span.start)
    });
    own.drain(..own.len().saturating_sub(MOST_STATEMENTS));
    let all: Vec<Said> = own.iter().map(|at| said(*at, &quotes[*at], articles)).collect();
    let matters = matters(&all);
    matters.iter().filter_map(|matter| report(matter, &all, quotes)).collect()
}

fn said(at: usize, quote: &QuoteReport, articles: &[&Studied]) -> Said {
    let article = &articles[quote.article].article;
    // Of a short text it may not be known, and nobody is named in other languages.
    let lexicon = Lexicon::of(article.language().or(Some(Language::ENGLISH)));
    let name: HashSet<String> = words(&quote.speaker).map(|word| lexicon.stem(word)).collect();
    let telling: Vec<(String, &str)> = words(&quote.text)
        .filter(|word| word.chars().nth(SHORTEST - 1).is_some())
        .map(|word| (lexicon.stem(word), word))
        .filter(|(stem, _)| !name.contains(stem) && lexicon.rarity(stem) >= COMMONEST)
        .collect();
    let hashed = |(stem, word): &(String, &str)| (hash::short(hash::of(stem)), (*word).to_owned());
    Said {
        quote: at,
        all: words(&quote.text).map(str::to_lowercase).collect(),
        words: weighed(lexicon, telling.iter().map(|(_, word)| *word)),
        written: telling.iter().map(hashed).collect(),
    }
}

/// Which of `all` are about one matter, by their places: each joins the matter that it shares most with, unless that has
/// it already.
fn matters(all: &[Said]) -> Vec<Vec<usize>> {
    let mut matters: Vec<Vec<usize>> = Vec::new();
    for (at, said) in all.iter().enumerate() {
        let shared = |matter: &Vec<usize>| {
            let each = matter.iter().map(|other| dot(&said.words, &all[*other].words));
            each.sum::<f32>() / matter.len() as f32
        };
        let each = matters.iter().map(shared).enumerate();
        // Of equals the first.
        let best = each.reduce(|best, next| if next.1 > best.1 { next } else { best });
        match best.filter(|(_, mean)| *mean >= SAME_MATTER) {
            Some((matter, _)) => {
                if !matters[matter].iter().any(|other| same_words(said, &all[*other])) {
                    matters[matter].push(at);
                }
            }
            None => matters.push(vec![at]),
        }
    }
    matters
}

/// Whether two statements are one that two articles tell.
fn same_words(one: &Said, other: &Said) -> bool {
    let both = one.all.intersection(&other.all).count();
    both as f64 >= SAME_WORDS * one.all.len().min(other.all.len()) as f64
}

/// The matter, if it was spoken of on two days at least.
fn report(matter: &[usize], all: &[Said], quotes: &[QuoteReport]) -> Option<PositionReport> {
    let statements: Vec<usize> = matter.iter().map(|at| all[*at].quote).collect();
    let days = days(statements.iter().copied(), quotes);
    let about = about(matter, all, quotes);
    // Who speaks of one person or party twice may speak of anything.
    let common = about.iter().filter(|word| word.starts_with(char::is_lowercase)).count();
    (common >= FEWEST_SHARED).then(|| PositionReport {
        speaker: quotes[statements[0]].speaker.clone(),
        about: about.into_iter().take(MOST_SHARED).collect(),
        days,
        statements,
    })
}

/// How many days the statements are certainly of: those that may have been on one day count once.
fn days(statements: impl Iterator<Item = usize>, quotes: &[QuoteReport]) -> usize {
    let mut published: Vec<_> = statements.filter_map(|at| quotes[at].published).collect();
    published.sort_by_key(|days| days.to);
    let (mut count, mut last) = (0, None);
    for days in published {
        if last.is_none_or(|last| days.from > last) {
            (count, last) = (count + 1, Some(days.to));
        }
    }
    count
}

/// The words that say what a matter is, as the first statement has them: those that were said on several days, by
/// their weight in all statements.
fn about(matter: &[usize], all: &[Said], quotes: &[QuoteReport]) -> Vec<String> {
    let mut shared: BTreeMap<u32, (Vec<usize>, f32)> = BTreeMap::new();
    for at in matter {
        for (hash, weight) in &all[*at].words {
            let (said, sum) = shared.entry(*hash).or_default();
            said.push(all[*at].quote);
            *sum += weight;
        }
    }
    let mut shared: Vec<(u32, f32)> = shared
        .into_iter()
        .filter(|(_, (said, _))| days(said.iter().copied(), quotes) > 1)
        .map(|(hash, (_, sum))| (hash, sum))
        .collect();
    shared.sort_by(|one, other| other.1.total_cmp(&one.1));
    let written = |hash: u32| {
        let mut words = matter.iter().flat_map(|at| &all[*at].written);
        words.find(|(own, _)| *own == hash).map(|(_, word)| word.clone())
    };
    shared.iter().filter_map(|(hash, _)| written(*hash)).collect()
}

#[cfg(test)]
mod tests {
    use standfirst_core::article::{Document, Limits};

    use super::*;
    use crate::{quotes::quotes, study::study};

    fn studied(text: &str, day: &str) -> Studied {
        let mut document = Document::from_text("t", text);
        document.published = Some(day.to_owned());
        study(document, &Limits::default(), None).unwrap()
    }

    /// What each position says, by the texts of its statements.
    fn told(all: &[(&str, &str)], copies: &[Option<usize>]) -> Vec<(PositionReport, Vec<String>)> {
        let studied: Vec<Studied> = all.iter().map(|(text, day)| studied(text, day)).collect();
        let articles: Vec<&Studied> = studied.iter().collect();
        let quotes = quotes(&articles, None);
        let texts = |position: &PositionReport| {
            position.statements.iter().map(|at| quotes[*at].text.clone()).collect()
        };
        let found = positions(&quotes, &articles, copies);
        found.into_iter().map(|position| (position.clone(), texts(&position))).collect()
    }

    const FIRST: &str = "Ada Quill said that the harbour ferry would never be sold to foreign buyers. \
                         Ada Quill said that her garden needed rain before the autumn market.";
    const SECOND: &str =
        "Ada Quill said that the ferry might be sold if buyers kept the harbour open.";

    #[test]
    fn one_matter_on_two_days_is_a_position_in_the_order_of_the_days() {
        // Given the later one first.
        let found = told(&[(SECOND, "2019-06-02"), (FIRST, "2019-03-14")], &[None, None]);
        let [(position, texts)] = found.as_slice() else { panic!("{found:#?}") };
        assert_eq!((position.speaker.as_str(), position.days), ("Ada Quill", 2));
        assert!(position.about.iter().any(|word| word == "ferry"), "{:?}", position.about);
        assert!(texts[0].contains("never") && texts[1].contains("might"), "{texts:?}");
        assert_eq!(texts.len(), 2, "the garden is another matter");
    }

    #[test]
    fn one_day_another_speaker_and_a_copy_are_none() {
        assert!(told(&[(FIRST, "2019-03-14"), (SECOND, "2019-03-14")], &[None, None]).is_empty());
        let other = SECOND.replace("Ada Quill", "Tom Rusk");
        assert!(told(&[(FIRST, "2019-03-14"), (&other, "2019-06-02")], &[None, None]).is_empty());
        assert!(
            told(&[(FIRST, "2019-03-14"), (SECOND, "2019-06-02")], &[None, Some(0)]).is_empty()
        );
        // The same words in a later article are those of the first day.
        assert!(told(&[(FIRST, "2019-03-14"), (FIRST, "2019-06-02")], &[None, None]).is_empty());
    }

    #[test]
    fn days_that_may_be_one_count_once() {
        let quote = |from: &str, to: &str| QuoteReport {
            published: Some(crate::dates::Interval {
                from: from.parse().unwrap(),
                to: to.parse().unwrap(),
            }),
            speaker: String::new(),
            named: true,
            verb: None,
            direct: false,
            article: 0,
            span: standfirst_core::article::Span::new(0, 1),
            text: String::new(),
            towards: Vec::new(),
        };
        let quotes = [
            quote("2007-10-01", "2007-12-31"),
            quote("2007-11-05", "2007-11-05"),
            quote("2008-01-01", "2008-01-31"),
        ];
        assert_eq!(days(0..3, &quotes), 2);
        assert_eq!(days([0, 2].into_iter(), &quotes), 2);
        assert_eq!(days(0..2, &quotes), 1);
    }
}

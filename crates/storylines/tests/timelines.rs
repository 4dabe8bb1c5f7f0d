//! The days of timelines beside those that journalists chose, and what digests carry of what all outlets tell.

mod measure;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::civil::Date;
use measure::interval;
use serde_json::Value;
use standfirst_core::{
    article::{Document, Limits},
    report::Verdict,
};
use standfirst_storylines::{
    digest::digest,
    study::{Studied, study},
    timeline::{Length, timeline},
};
use standfirst_testdata::rows;
use standfirst_text::{lexicon::english, reading};

fn text<'a>(row: &'a Value, key: &str) -> &'a str {
    row[key].as_str().unwrap_or_default()
}

fn studied(row: &Value) -> Studied {
    let mut document = Document::from_text(text(row, "id"), text(row, "text"));
    document.published =
        row.get("published").or(row.get("date")).and_then(Value::as_str).map(str::to_owned);
    study(document, &Limits::default(), None).unwrap()
}

fn by_cluster(rows: &[Value]) -> BTreeMap<String, Vec<Studied>> {
    let mut clusters: BTreeMap<String, Vec<Studied>> = BTreeMap::new();
    for row in rows {
        clusters.entry(text(row, "cluster").to_owned()).or_default().push(studied(row));
    }
    clusters
}

/// F1 of two sets of days.
fn f1(gold: &BTreeSet<Date>, found: &BTreeSet<Date>) -> f64 {
    2.0 * gold.intersection(found).count() as f64 / (gold.len() + found.len()) as f64
}

#[test]
#[ignore = "needs STANDFIRST_DATA"]
fn with_data_days_of_timelines() {
    let clusters = by_cluster(&rows("data/tls_topics/train.jsonl"));
    let (mut figures, mut ceilings): (Vec<f64>, Vec<f64>) = Default::default();
    let (mut reachable, mut all) = (0, 0);
    for row in rows("data/tls_topics/timelines.jsonl") {
        // A few gold dates are months or years alone.
        let gold: BTreeSet<Date> = row["dates"]
            .as_array()
            .unwrap()
            .iter()
            .filter_map(|day| day.as_str()?.parse().ok())
            .collect();
        let Some(own) = clusters.get(text(&row, "cluster")) else { continue };
        let own: Vec<&Studied> = own.iter().collect();
        let places: Vec<usize> = (0..own.len()).collect();
        let told = |days| -> BTreeSet<Date> {
            let length = Length { days, happenings: 1 };
            let entries = timeline(&own, &places, &vec![None; own.len()], length);
            entries
                .iter()
                .filter(|entry| entry.days.is_day())
                .map(|entry| entry.days.from)
                .collect()
        };
        let any = gold.intersection(&told(usize::MAX)).count();
        reachable += any;
        all += gold.len();
        ceilings.push(any as f64 / gold.len() as f64);
        figures.push(f1(&gold, &told(gold.len())));
    }
    let mean =
        |drawn: &[usize]| drawn.iter().map(|at| figures[*at]).sum::<f64>() / drawn.len() as f64;
    let (low, high) = interval(figures.len(), mean);
    let reached = mean(&(0..figures.len()).collect::<Vec<_>>());
    println!(
        "date F1 {reached:.3} [{low:.3}, {high:.3}] over {} topics, as many days as the gold; {reachable} of {all} gold \
         days are told by any sentence, so that the best choice among all told days has {:.3}",
        figures.len(),
        ceilings.iter().sum::<f64>() / ceilings.len() as f64
    );
    // Few of the gold days are spoken of in the few articles that the set has of each topic.
    assert!(reached >= 0.10, "{reached}");
}

/// The rare stems and figures of each article.
fn facts(studied: &Studied) -> BTreeSet<String> {
    let reading = reading::of(&studied.article);
    let stems = (0..studied.article.sentences().len())
        .flat_map(|at| reading.words(at).map(|word| english().stem(word)));
    stems.filter(|stem| english().rarity(stem) > 3.0).collect()
}

/// How much the facts weigh that all articles have, and how much of that `texts` have.
fn coverage(common: &HashMap<String, f64>, texts: &[String]) -> f64 {
    let told: BTreeSet<String> = texts
        .iter()
        .flat_map(|text| {
            standfirst_text::words::words(text).map(|word| english().stem(word)).collect::<Vec<_>>()
        })
        .collect();
    let carried: f64 =
        common.iter().filter(|(stem, _)| told.contains(*stem)).map(|(_, weight)| weight).sum();
    carried / common.values().sum::<f64>()
}

#[test]
#[ignore = "needs STANDFIRST_DATA"]
fn with_data_digests_carry_what_all_outlets_tell() {
    const COUNT: usize = 5;
    let mut pairs = Vec::new();
    let (mut single, mut lines) = (0, 0);
    for own in by_cluster(&rows("data/basil_clusters/dev.jsonl")).into_values() {
        let articles: Vec<&Studied> = own.iter().collect();
        let sets: Vec<BTreeSet<String>> = own.iter().map(facts).collect();
        let common: HashMap<String, f64> = sets[0]
            .iter()
            .filter(|stem| sets.iter().all(|set| set.contains(*stem)))
            .map(|stem| (stem.clone(), english().rarity(stem)))
            .collect();
        let places: Vec<usize> = (0..articles.len()).collect();
        let told = digest(&articles, &places, &vec![None; articles.len()], COUNT);
        for line in &told {
            let first = line.sources[0];
            let source = &articles[first.article].article.document();
            assert_eq!(source.display(first.span), line.text, "a sentence is an article's own");
            assert_eq!(first.verdict, Verdict::Copied);
            assert!(
                line.sources
                    .iter()
                    .all(|source| matches!(source.verdict, Verdict::Copied | Verdict::Supported))
            );
        }
        single += told.iter().filter(|line| line.single_source).count();
        lines += told.len();
        let lead: Vec<String> = own[0]
            .article
            .sentences()
            .iter()
            .take(COUNT)
            .map(|sentence| sentence.text.clone())
            .collect();
        let told: Vec<String> = told.into_iter().map(|line| line.text).collect();
        pairs.push((coverage(&common, &told), coverage(&common, &lead)));
    }
    let mean = |of: fn(&(f64, f64)) -> f64, drawn: &[usize]| {
        drawn.iter().map(|at| of(&pairs[*at])).sum::<f64>() / drawn.len() as f64
    };
    let all: Vec<usize> = (0..pairs.len()).collect();
    let (low, high) = interval(pairs.len(), |drawn| mean(|pair| pair.0 - pair.1, drawn));
    println!(
        "coverage of common facts: digest {:.3}, lead of the first {:.3}, difference [{low:.3}, {high:.3}]; {single} of \
         {lines} sentences of one outlet",
        mean(|pair| pair.0, &all),
        mean(|pair| pair.1, &all)
    );
    assert!(low > 0.0, "no better than the lead");
}

#[test]
#[ignore = "needs STANDFIRST_DATA"]
fn with_data_the_seeds_are_dated_by_what_they_say() {
    let folder = standfirst_testdata::path("seeds");
    let mut files: Vec<_> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let all: Vec<Studied> = files
        .iter()
        .map(|path| {
            let name = path.file_name().unwrap().to_string_lossy()[..3].to_owned();
            let text = std::fs::read_to_string(path).unwrap();
            study(Document::from_text(name, text), &Limits::default(), None).unwrap()
        })
        .collect();
    let lines =
        standfirst_storylines::story::tell(&all, &standfirst_storylines::story::Options::default());
    for line in &lines {
        println!("{} {:?}", line.title, line.days.map(|days| days.to_string()));
        for member in &line.articles {
            let days: Vec<String> = member
                .published
                .iter()
                .flat_map(|told| &told.days)
                .map(ToString::to_string)
                .collect();
            println!("  {} event {} {days:?}", member.id, member.event);
        }
        line.timeline
            .iter()
            .for_each(|entry| println!("  {} {:?} {}", entry.days, entry.rule, entry.line.text));
        line.digest.iter().for_each(|line| println!("  * {} {}", line.outlets, line.text));
    }
    // When they were written, by what is known of these visits: 2008, 2009, 2007, 2021.
    for (studied, year) in all.iter().zip([2008, 2009, 2007, 2021]) {
        let told = studied.published.as_ref().unwrap();
        assert!(
            told.days.iter().any(|days| (days.from.year()..=days.to.year()).contains(&year)),
            "{year}: {told:?}"
        );
    }
    let mut order: Vec<usize> = (0..4).collect();
    order.sort_by_key(|at| {
        all[*at].published.as_ref().map(standfirst_storylines::dates::Published::hull)
    });
    assert_eq!(order, [2, 0, 1, 3]);
}

//! The checker against people's judgements, and against faults that we put into sentences ourselves.
//!
//! The figures are printed: `cargo test -p standfirst-text --test faithfulness -- --nocapture`. They need the
//! folder that `STANDFIRST_DATA` names.

#[path = "faithfulness/edits.rs"]
mod edits;

use std::{collections::BTreeMap, env, fs, path::PathBuf};

use edits::{Dice, Edit, Kind};
use serde_json::Value;
use standfirst_core::{
    analysis::Finding,
    article::{Article, Document},
    report::{Flag, Verdict},
};
use standfirst_text::{faithfulness::Checker, repair::clean};

/// The rows of a set, or a word on why there are none.
fn rows(set: &str) -> Option<Vec<Value>> {
    let Some(root) = env::var_os("STANDFIRST_DATA") else {
        println!("left out: STANDFIRST_DATA is not set");
        return None;
    };
    let path = PathBuf::from(root).join("data").join(set);
    let lines = fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    Some(lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect())
}

fn article(text: &str) -> Option<Article> {
    clean(Document::from_text("t", text)).ok()
}

/// What a person said of a sentence, and a score for it.
struct Judged {
    supported: bool,
    score: f64,
}

/// Mean of the shares of right answers among the supported and the unsupported.
fn balanced_accuracy(judged: &[&Judged], threshold: f64) -> f64 {
    let share = |wanted: bool| {
        let of_class = || judged.iter().filter(|one| one.supported == wanted);
        let right = of_class().filter(|one| (one.score >= threshold) == wanted).count();
        right as f64 / of_class().count().max(1) as f64
    };
    f64::midpoint(share(true), share(false))
}

/// Percentile bootstrap over sentences, 95 %.
fn interval(judged: &[&Judged], threshold: f64) -> (f64, f64) {
    let mut dice = Dice(20_261_125);
    let mut resampled: Vec<f64> = (0..1_000)
        .map(|_| {
            let sample: Vec<&Judged> =
                judged.iter().map(|_| judged[dice.below(judged.len())]).collect();
            balanced_accuracy(&sample, threshold)
        })
        .collect();
    resampled.sort_by(f64::total_cmp);
    (resampled[25], resampled[974])
}

/// The threshold that is best on these.
fn best_threshold(judged: &[&Judged]) -> f64 {
    let mut best = (0.0, 0.0);
    for one in judged {
        let reached = balanced_accuracy(judged, one.score);
        if reached > best.0 {
            best = (reached, one.score);
        }
    }
    best.1
}

/// Balanced accuracy of a bare score whose threshold is chosen on every other article and used on the
/// rest, both ways.
fn both_ways(judged: &[(usize, Judged)]) -> f64 {
    let half = |which: usize| -> Vec<&Judged> {
        judged.iter().filter(|(group, _)| group % 2 == which).map(|(_, one)| one).collect()
    };
    let (even, odd) = (half(0), half(1));
    f64::midpoint(
        balanced_accuracy(&odd, best_threshold(&even)),
        balanced_accuracy(&even, best_threshold(&odd)),
    )
}

/// Share of the n-grams of `sentence` that `text` has: what overlap alone knows.
fn overlap(text: &str, sentence: &str, n: usize) -> f64 {
    let words = |text: &str| -> Vec<String> {
        let lower = text.to_lowercase();
        lower
            .split(|c: char| !c.is_alphanumeric())
            .filter(|w| !w.is_empty())
            .map(str::to_owned)
            .collect()
    };
    let (text, sentence) = (words(text), words(sentence));
    let has: std::collections::BTreeSet<&[String]> = text.windows(n).collect();
    let grams = sentence.windows(n).count().max(1);
    sentence.windows(n).filter(|gram| has.contains(gram)).count() as f64 / grams as f64
}

fn against_people(set: &str, bar: f64) {
    let Some(rows) = rows(&format!("{set}/dev.jsonl")) else { return };
    let mut judged = Vec::new();
    let mut grams: Vec<Vec<(usize, Judged)>> = (0..3).map(|_| Vec::new()).collect();
    let (mut texts, mut flagged) = (Vec::new(), [0usize; 2]);
    for row in &rows {
        let text = row["text"].as_str().unwrap();
        let sentence = row["summary_sentence"].as_str().unwrap();
        let supported = row["supported"].as_bool().unwrap();
        if !texts.contains(&text) {
            texts.push(text);
        }
        let group = texts.iter().position(|known| *known == text).unwrap();
        let article = article(text).unwrap();
        let finding = Checker::new(&article).summary(&[sentence]).remove(0);
        let faults = finding.flags.len();
        flagged[usize::from(supported)] += usize::from(faults > 0);
        let score = f64::from(u8::from(finding.verdict.is_supported()));
        judged.push(Judged { supported, score });
        for (n, grams) in (1..).zip(&mut grams) {
            grams.push((group, Judged { supported, score: overlap(text, sentence, n) }));
        }
    }
    let judged: Vec<&Judged> = judged.iter().collect();
    let (reached, (low, high)) = (balanced_accuracy(&judged, 0.5), interval(&judged, 0.5));
    let alone: Vec<String> = grams.iter().map(|grams| format!("{:.3}", both_ways(grams))).collect();
    println!(
        "{set}: balanced accuracy {reached:.3} [{low:.3}, {high:.3}] of {}; overlap alone, n = 1, 2, 3: {}; flagged {} of the unsupported and {} of the supported",
        judged.len(),
        alone.join(", "),
        flagged[0],
        flagged[1],
    );
    assert!(reached >= bar, "{set}: {reached:.3} is below {bar}");
}

#[test]
fn agrees_with_people_on_copying_summaries() {
    against_people("qags_cnndm", 0.76);
}

#[test]
fn agrees_with_people_on_abstractive_summaries() {
    against_people("qags_xsum", 0.60);
}

/// How many edits were found.
#[derive(Default)]
struct Found {
    all: usize,
    flag: usize,
    either: usize,
}

fn has_flag(kind: Kind, finding: &Finding) -> bool {
    let has = |flag| finding.flags.contains(&flag);
    match kind {
        Kind::Quote => has(Flag::Quote),
        Kind::Number => has(Flag::Number),
        Kind::Name => has(Flag::Name) || has(Flag::Speaker),
        Kind::Speaker => has(Flag::Speaker),
        Kind::Negation => has(Flag::Negation),
    }
}

#[test]
fn finds_faults_put_into_sentences_of_the_article() {
    let sets = ["cnndm/dev.jsonl", "bbc_clean/dev.jsonl", "basil_clusters/dev.jsonl"];
    let mut found: BTreeMap<Kind, Found> = BTreeMap::new();
    let (mut untouched, mut wrong) = (0usize, 0usize);
    for set in sets {
        let Some(rows) = rows(set) else { return };
        let mut dice = Dice(7_261_125);
        for row in rows.iter().take(100) {
            let Some(article) = article(row["text"].as_str().unwrap()) else { continue };
            let checker = Checker::new(&article);
            for sentence in article.sentences() {
                let finding = checker.summary(&[&sentence.text]).remove(0);
                untouched += 1;
                wrong +=
                    usize::from(finding.verdict != Verdict::Copied || !finding.flags.is_empty());
            }
            for Edit { kind, text, was } in edits::of(&article, &mut dice) {
                let finding = checker.summary(&[&text]).remove(0);
                let tally = found.entry(kind).or_default();
                let flag = has_flag(kind, &finding);
                let either = flag || !finding.verdict.is_supported();
                tally.all += 1;
                tally.flag += usize::from(flag);
                tally.either += usize::from(either);
                if env::var_os("STANDFIRST_SHOW").is_some() && !either {
                    println!(
                        "MISSED {kind:?} {:?} {:?} {:.2}\n  was {was}\n  now {text}",
                        finding.verdict, finding.flags, finding.support
                    );
                }
            }
        }
    }
    println!("untouched: {wrong} of {untouched} found fault with");
    let bars = BTreeMap::from([
        (Kind::Quote, 0.99),
        (Kind::Number, 0.98),
        (Kind::Name, 0.90),
        (Kind::Speaker, 0.80),
    ]);
    for (kind, Found { all, flag, either }) in &found {
        let share = |part: usize| part as f64 / *all as f64;
        println!(
            "{kind:?}: flag {:.3}, flag or not supported {:.3} of {all}",
            share(*flag),
            share(*either)
        );
    }
    for (kind, bar) in bars {
        let Found { all, either, .. } = found[&kind];
        assert!(all > 100, "{kind:?}: only {all} edits");
        assert!(either as f64 >= bar * all as f64, "{kind:?}: {either} of {all}");
    }
    assert!(wrong as f64 <= 0.02 * untouched as f64, "{wrong} of {untouched}");
}

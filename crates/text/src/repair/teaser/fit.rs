//! How the weights of the model were found, and the test that they still are what is found.
//!
//! Texts come from data sets. Paragraphs of the last third of an article are the negatives, leads of
//! other articles the positives: some whole, some broken off, some with an ellipsis, some with a kicker.

use super::{
    features::{Features, Unit, Vocabulary},
    glued, model,
};
use crate::{repair::layout, sentence};
use standfirst_core::article::{Document, Span};

/// xorshift64*: the same numbers on every machine.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let roll = self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33;
        usize::try_from(roll).unwrap() % limit.max(1)
    }
}

/// Features of a block, and whether it is foreign.
type Example = (Features, bool);

fn texts(set: &str) -> Vec<String> {
    let rows = standfirst_testdata::rows(&format!("data/{set}"));
    rows.iter().map(|row| row["text"].as_str().unwrap().to_owned()).collect()
}

/// Paragraphs of one to three sentences, for articles that came without.
fn paragraphs(text: &str, dice: &mut Dice) -> String {
    let mut paragraphs = String::new();
    let mut left = 1 + dice.below(3);
    for span in sentence::split(text, Span::new(0, text.len())) {
        paragraphs.push_str(&text[span.range()]);
        left -= 1;
        paragraphs.push(if left == 0 { '\n' } else { ' ' });
        left = if left == 0 { 1 + dice.below(3) } else { left };
    }
    paragraphs
}

/// The lead of an article as the page of another one shows it.
fn teaser(text: &str, dice: &mut Dice) -> String {
    let body = text.replace('\n', " ");
    let sentences = sentence::split(&body, Span::new(0, body.len()));
    let whole = sentences[dice.below(2).min(sentences.len() - 1)].end;
    let words: Vec<&str> = body.split_whitespace().collect();
    let cut = words[..words.len().min(25 + dice.below(75))].join(" ");
    match dice.below(10) {
        0..=3 => body[..whole].to_owned(),
        4..=6 => cut,
        7 => format!("{cut}..."),
        8 => format!("{cut} …"),
        _ => format!("{}: {cut}", words[..words.len().min(2)].join(" ").to_uppercase()),
    }
}

fn split(text: &str) -> Vec<Span> {
    sentence::split(text, Span::new(0, text.len()))
}

/// Examples from every article of a set.
fn examples(texts: &[String], dice: &mut Dice) -> Vec<Example> {
    let mut examples = Vec::new();
    for text in texts {
        let mut text = text.trim().to_owned();
        let own = layout::read(Document::from_text("t", text.clone())).blocks.len();
        for _ in 0..dice.below(6) {
            text.push('\n');
            text.push_str(&teaser(&texts[dice.below(texts.len())], dice));
        }
        let blocks = layout::read(Document::from_text("t", text)).blocks;
        let texts = blocks.iter().map(|block| Unit::loose(block.text()));
        let Some(vocabulary) = Vocabulary::new(texts) else { continue };
        let tail = (own * 2 / 3).max(1)..blocks.len();
        let known = tail.filter(|&index| vocabulary.words_before(index) >= super::MIN_BODY_WORDS);
        examples.extend(known.map(|index| (vocabulary.features(index..index + 1), index >= own)));
    }
    examples
}

/// Examples of the last sentences of a line, from every article of a set: as it is, on one line or in
/// paragraphs, and with the beginning of another glued to it.
fn glued_examples(texts: &[String], dice: &mut Dice) -> Vec<Example> {
    let mut examples = Vec::new();
    for text in texts {
        let text = text.trim();
        let text = if dice.below(2) == 0 { text.replace('\n', " ") } else { text.to_owned() };
        let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
        let Some((&last, before)) = lines.split_last() else { continue };
        let mut own = Vec::new();
        let lines = || Vocabulary::new(before.iter().copied().chain([last]).map(Unit::loose));
        let Some(vocabulary) = lines() else { continue };
        let sentences = split(last);
        let units = sentences.iter().map(|span| Unit::loose(&last[span.range()]));
        let mine = |_, features| own.push((features, false));
        glued::each(vocabulary, before.len(), &sentences, units, mine);
        examples.extend(own);
        let damaged = format!("{last} {}", teaser(&texts[dice.below(texts.len())], dice));
        let Some(vocabulary) = lines() else { continue };
        let sentences = split(&damaged);
        let units = sentences.iter().map(|span| Unit::loose(&damaged[span.range()]));
        glued::each(vocabulary, before.len(), &sentences, units, |start, features| {
            if start == last.len() + 1 {
                examples.push((features, true));
            }
        });
    }
    examples
}

/// Logistic regression by gradient descent with momentum and a little weight decay.
fn fit(examples: &[Example]) -> Features {
    let mut weights = [0.0; Features::NAMES.len()];
    let mut momentum = weights;
    for _ in 0..3_000 {
        let mut gradient = weights.map(|weight| weight * 1e-4);
        let now = Features::from_values(weights);
        for (features, foreign) in examples {
            let error = features.probability(&now) - f64::from(u8::from(*foreign));
            let step = error / examples.len() as f64;
            let slots = gradient.iter_mut().zip(features.values());
            slots.for_each(|(slot, value)| *slot += step * value);
        }
        for ((weight, momentum), gradient) in weights.iter_mut().zip(&mut momentum).zip(gradient) {
            *momentum = 0.95 * *momentum + gradient;
            *weight -= 0.1 * *momentum;
        }
    }
    Features::from_values(weights)
}

/// Share of positives and of negatives over a threshold.
fn rates(weights: &Features, examples: &[Example], threshold: f64) -> (f64, f64) {
    let rate = |wanted: bool| {
        let of_class = || examples.iter().filter(|(_, foreign)| *foreign == wanted);
        let over = of_class().filter(|(features, _)| features.probability(weights) >= threshold);
        over.count() as f64 / of_class().count() as f64
    };
    (rate(true), rate(false))
}

/// Every second text, from `start`.
fn half(texts: &[String], start: usize) -> Vec<String> {
    texts.iter().skip(start).step_by(2).cloned().collect()
}

/// The sets.
fn sets() -> [Vec<String>; 3] {
    ["bbc_clean/dev.jsonl", "basil_clusters/dev.jsonl", "cnndm/train.jsonl"].map(texts)
}

#[test]
#[ignore = "needs STANDFIRST_DATA"]
fn with_data_the_weights_of_glued_tails_are_what_the_fit_gives() {
    let [bbc, basil, cnn] = sets();
    let mut dice = Dice(20_261_127);
    let cnn: Vec<String> = cnn.into_iter().take(400).collect();
    let mut train = glued_examples(&half(&bbc, 0), &mut dice);
    train.extend(glued_examples(&half(&basil, 0), &mut dice));
    train.extend(glued_examples(&cnn, &mut dice));
    let weights = fit(&train);
    println!("{}", weights.lines());
    for (name, texts) in [("bbc", half(&bbc, 1)), ("basil", half(&basil, 1))] {
        let test = glued_examples(&texts, &mut dice);
        for threshold in [0.5, 0.75, 0.9, 0.95, 0.97, 0.98, 0.99] {
            let (found, wrong) = rates(&weights, &test, threshold);
            println!("{name} {threshold}: found {found:.3}, wrong {wrong:.4} of {}", test.len());
        }
        let (found, wrong) = rates(&model::GLUED, &test, 0.5);
        assert!(found > 0.8 && wrong < 0.05, "{name}: found {found:.3}, wrong {wrong:.3}");
    }
    let values = weights.values().into_iter().zip(model::GLUED.values());
    let apart = values.map(|(one, other): (f64, f64)| (one - other).abs()).fold(0.0, f64::max);
    assert!(apart < 0.2, "the sentences or the words are counted in another way: fit again");
}

#[test]
#[ignore = "needs STANDFIRST_DATA"]
fn with_data_the_weights_are_what_the_fit_gives() {
    let [bbc, basil, cnn] = sets();
    let mut dice = Dice(20_261_122);
    let cnn: Vec<String> = cnn.iter().take(400).map(|text| paragraphs(text, &mut dice)).collect();
    let mut train = examples(&half(&bbc, 0), &mut dice);
    train.extend(examples(&half(&basil, 0), &mut dice));
    train.extend(examples(&cnn, &mut dice));
    let weights = fit(&train);
    println!("{}", weights.lines());
    for (name, texts) in [("bbc", half(&bbc, 1)), ("basil", half(&basil, 1))] {
        let test = examples(&texts, &mut dice);
        for threshold in [0.3, 0.5, 0.75, 0.9] {
            let (found, wrong) = rates(&weights, &test, threshold);
            println!("{name} {threshold}: found {found:.3}, wrong {wrong:.4} of {}", test.len());
        }
        let (found, wrong) = rates(&model::WEIGHTS, &test, 0.5);
        assert!(found > 0.8 && wrong < 0.05, "{name}: found {found:.3}, wrong {wrong:.3}");
    }
    let apart = |(one, other): (f64, f64)| (one - other).abs();
    let apart =
        weights.values().into_iter().zip(model::WEIGHTS.values()).map(apart).fold(0.0, f64::max);
    assert!(apart < 0.2, "the sentences or the words are counted in another way: fit again");
}

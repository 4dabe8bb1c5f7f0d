use standfirst_text::sentence::from_sentences;
use std::num::NonZeroUsize;

use super::*;

/// Articles in which the sentence about the harbour, wherever it stands, is what the reference says.
fn examples(count: usize) -> Vec<Example> {
    let example = |i: usize| {
        let mut sentences = vec![
            format!("Some {i} people walked along the old streets in the morning sun today."),
            format!("A baker sold {i} loaves and spoke about the weather of the past week."),
            format!("The choir practised its {i} songs until late in the cold evening hours."),
        ];
        let about = format!("\"Harbour {i} closed\" was the news that everybody in town awaited.");
        sentences.insert(i % 4, about.clone());
        let texts: Vec<&str> = sentences.iter().map(String::as_str).collect();
        let article = from_sentences("t", &texts).unwrap();
        let embeddings =
            Array2::from_shape_fn((4, 4), |(row, column)| f32::from(u8::from(row == column)));
        let features = features::features(&article, &embeddings, None);
        Example::from_parts(article, &about, features, embeddings)
    };
    (0..count).map(example).collect()
}

fn recipe() -> Recipe {
    Recipe { sentences: 1, networks: 2, hidden: 4, first_epochs: 30, ..Recipe::default() }
}

#[test]
fn a_head_learns_what_the_references_tell() {
    let head = train(&examples(48), &recipe(), &mut || {}).unwrap();
    let trial = trial(&head, &examples(20), Budget::Sentences(NonZeroUsize::MIN)).unwrap();
    assert!(trial.ours[0].mean > 95.0 && trial.lead[0].mean < 60.0, "{trial:?}");
    assert!(trial.gain[0].low > 0.0, "{trial:?}");
}

#[test]
fn the_same_seed_gives_the_same_bytes_and_another_seed_others() {
    let bytes = |seed| {
        let recipe = Recipe { seed, first_epochs: 2, second_epochs: 2, ..recipe() };
        train(&examples(12), &recipe, &mut || {}).unwrap().to_bytes().unwrap()
    };
    assert_eq!(bytes(1), bytes(1));
    assert_ne!(bytes(1), bytes(2));
    assert_eq!(train(&examples(3), &recipe(), &mut || {}), Err(TooFew { found: 3 }));
}

#[test]
fn gains_are_rouge_but_for_the_seams() {
    let sentences = ["The old bridge fell in the storm.", "Nobody was hurt when the bridge fell."];
    let article = from_sentences("t", &sentences).unwrap();
    let reference = "The bridge fell and nobody was hurt.";
    let gain = Gain::new(&article, reference);
    for (i, sentence) in sentences.iter().enumerate() {
        let scores = Rouge::new(true).score(reference, sentence);
        let expected = f64::midpoint(scores.rouge1.f, scores.rouge2.f);
        assert!((f64::from(gain.of(&[i], 0.5)) - expected).abs() < 1e-6, "{sentence}");
    }
}

#[test]
fn gradients_agree_with_differences() {
    let examples = examples(10);
    let inputs = &examples[0].features;
    let mut random = SplitMix64::new(5);
    let mut network = Network::new(features::NAMES.len(), 3, &mut random);
    let recipe = Recipe { sentences: 2, ..recipe() };
    let scores = network.forward(inputs).scores;
    let sets = Candidates::new(&examples[0].gain, &examples[0].embeddings, &scores, &recipe);
    let mut gradient = network.zeros();
    let pass = network.forward(inputs);
    let (slope, _) = sets.risk(&pass.scores, &network.pair);
    network.backward(inputs, &pass, &slope, &mut gradient);
    let step = 3e-3;
    for at in [0, 7, 45, network.iter().count() - 5] {
        let loss = |network: &Network| sets.loss(&network.forward(inputs).scores, &network.pair);
        let before = *network.iter().nth(at).unwrap();
        *network.iter_mut().nth(at).unwrap() = before + step;
        let up = loss(&network);
        *network.iter_mut().nth(at).unwrap() = before - step;
        let down = loss(&network);
        *network.iter_mut().nth(at).unwrap() = before;
        let (found, expected) = (*gradient.iter().nth(at).unwrap(), (up - down) / (2.0 * step));
        assert!(
            (found - expected).abs() < 0.02 * (1.0 + expected.abs()),
            "{at}: {found} {expected}"
        );
    }
}

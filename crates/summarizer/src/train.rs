//! Training heads for [`salience`] on articles with references, in
//! minutes and without a tensor library: the encoder stays as it is, only the head learns.
//!
//! Two steps. First the head learns to order sentences by how much each alone shares with the
//! reference (a listwise cross-entropy, Cao et al. 2007). Then it learns what counts: of all
//! selections of a few of its best sentences it raises the odds of those that score well together
//! (minimum risk, Shen et al. 2016, over candidate sets as by Zhong et al. 2020), which
//! teaches it length and redundancy, too. Several heads from different seeds become one.
//!
//! The same examples, in the same order, and the same recipe give the same bytes.

mod adam;
mod card;
mod gain;
mod network;
mod sets;

use ndarray::{Array1, Array2, Axis};
use standfirst_core::{article::Article, plugin::Budget, random::SplitMix64};
use standfirst_eval::metric::{
    bootstrap::{self, Estimate},
    rouge::Rouge,
};

pub use self::card::card;
use self::{adam::Adam, gain::Gain, network::Network, sets::Candidates};
use crate::{
    engine::{Encoder, EngineError, encoded},
    extractive::{
        self,
        salience::{self, Manner, features, head::Head},
    },
};

/// Sentences of an article that training looks at.
const MAX_SENTENCES: usize = 60;

/// An article and what somebody wrote about it, ready to learn from.
pub struct Example {
    article: Article,
    reference: String,
    features: Array2<f32>,
    embeddings: Array2<f32>,
    gain: Gain,
}

impl Example {
    /// Embeds the sentences: the costly part, once per article.
    ///
    /// # Errors
    /// [`EngineError`] if the network fails.
    pub fn new(
        encoder: &dyn Encoder,
        article: Article,
        reference: &str,
    ) -> Result<Self, EngineError> {
        // Without a key: nothing stays with the article beside what the example keeps.
        let embeddings = encoded::sentences(&article, encoder, None)?.vectors.clone();
        let title = encoded::title(&article, encoder, None)?;
        let title = title.vector.as_ref().map(|title| title.view());
        let features = features::features(&article, &embeddings, title);
        Ok(Self::from_parts(article, reference, features, embeddings))
    }

    /// From what was computed before.
    pub fn from_parts(
        article: Article,
        reference: &str,
        features: Array2<f32>,
        embeddings: Array2<f32>,
    ) -> Self {
        let gain = Gain::new(&article, reference);
        Self { article, reference: reference.to_owned(), features, embeddings, gain }
    }

    /// How many sentences training looks at.
    fn count(&self) -> usize {
        self.features.nrows().min(MAX_SENTENCES)
    }
}

/// How a head is trained. The shipped one was trained with the default.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Recipe {
    /// Where all chance comes from.
    pub seed: u64,
    /// Sentences of a selection.
    pub sentences: usize,
    /// Heads that become one.
    pub networks: usize,
    /// Hidden units of each.
    pub hidden: usize,
    /// Rounds over the examples in the first step.
    pub first_epochs: usize,
    /// Rounds over the examples in the second step.
    pub second_epochs: usize,
    /// Best sentences of which selections are made.
    pub candidates: usize,
    /// Size of the largest move of a weight in the first and in the second step.
    pub rates: [f32; 2],
    /// How much of a weight a move takes away, per size of the move.
    pub decay: f32,
    /// Gains are divided by it to make the target of the first step: the smaller, the sharper.
    pub sharpness: f32,
    /// Weight of ROUGE-2 in what counts as good, beside ROUGE-1, 0–1.
    pub pairs: f32,
}

impl Default for Recipe {
    fn default() -> Self {
        Self {
            seed: 1,
            sentences: 3,
            networks: 5,
            hidden: 16,
            first_epochs: 12,
            second_epochs: 40,
            candidates: 10,
            rates: [3e-3, 2e-3],
            decay: 0.02,
            sharpness: 0.05,
            pairs: 0.5,
        }
    }
}

/// Examples that are weighed before the weights move.
const BATCH: usize = 16;
/// There is nothing to learn from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{found} articles with a reference are too few to train on; at least {MIN_EXAMPLES} are needed"
)]
pub struct TooFew {
    /// How many there are.
    pub found: usize,
}

/// Fewest examples that can be told apart from noise.
pub const MIN_EXAMPLES: usize = 10;

/// Trains a head. `progress` is told of every round that is done; there are
/// `networks × (first_epochs + second_epochs)`.
///
/// # Errors
/// [`TooFew`].
pub fn train(
    examples: &[Example],
    recipe: &Recipe,
    progress: &mut dyn FnMut(),
) -> Result<Head, TooFew> {
    if examples.len() < MIN_EXAMPLES {
        return Err(TooFew { found: examples.len() });
    }
    let (mean, scale) = spread(examples);
    let blank = Head::blank(mean, scale);
    let inputs: Vec<Array2<f32>> = examples
        .iter()
        .map(|example| {
            blank
                .scaled(&example.features)
                .slice_axis(Axis(0), (0..example.count()).into())
                .to_owned()
        })
        .collect();
    let networks: Vec<Network> = (0..recipe.networks)
        .map(|i| {
            let mut random =
                SplitMix64::new(recipe.seed.wrapping_mul(1_000).wrapping_add(i as u64));
            one(examples, &inputs, recipe, &mut random, progress)
        })
        .collect();
    Ok(network::join(blank, &networks))
}

/// Mean and standard deviation of every feature.
fn spread(examples: &[Example]) -> (Array1<f32>, Array1<f32>) {
    let columns = features::NAMES.len();
    let (mut sum, mut squares, mut count) =
        (Array1::<f64>::zeros(columns), Array1::<f64>::zeros(columns), 0.0);
    for example in examples {
        for row in example.features.rows() {
            let row = row.mapv(f64::from);
            squares += &(&row * &row);
            sum += &row;
            count += 1.0;
        }
    }
    let mean = sum / count;
    let variance = squares / count - &mean * &mean;
    #[expect(clippy::cast_possible_truncation, reason = "features are small numbers")]
    let narrow = |x: f64| x as f32;
    (mean.mapv(narrow), variance.mapv(|v| narrow(v.max(0.0).sqrt() + 1e-4)))
}

/// One network from one seed.
fn one(
    examples: &[Example],
    inputs: &[Array2<f32>],
    recipe: &Recipe,
    random: &mut SplitMix64,
    progress: &mut dyn FnMut(),
) -> Network {
    let mut network = Network::new(features::NAMES.len(), recipe.hidden, random);
    let targets: Vec<Array1<f32>> =
        examples.iter().map(|example| target(example, recipe)).collect();
    let steps = examples.len().div_ceil(BATCH);
    let mut adam = Adam::new(&network, recipe.rates[0], recipe.decay, steps * recipe.first_epochs);
    for _ in 0..recipe.first_epochs {
        epoch(&mut network, &mut adam, examples.len(), random, &mut |network, i, gradient| {
            let pass = network.forward(&inputs[i]);
            let slope = softmax(&pass.scores) - &targets[i];
            network.backward(&inputs[i], &pass, &slope, gradient);
        });
        progress();
    }
    let candidates: Vec<Candidates> = examples
        .iter()
        .zip(inputs)
        .map(|(example, input)| {
            let scores = network.forward(input).scores;
            Candidates::new(&example.gain, &example.embeddings, &scores, recipe)
        })
        .collect();
    let mut adam = Adam::new(&network, recipe.rates[1], recipe.decay, steps * recipe.second_epochs);
    for _ in 0..recipe.second_epochs {
        epoch(&mut network, &mut adam, examples.len(), random, &mut |network, i, gradient| {
            let pass = network.forward(&inputs[i]);
            let (slope, pair) = candidates[i].risk(&pass.scores, &network.pair);
            network.backward(&inputs[i], &pass, &slope, gradient);
            gradient.pair += &pair;
        });
        progress();
    }
    network
}

/// One round over all examples in an order of chance; `learn` adds an example's gradient.
fn epoch(
    network: &mut Network,
    adam: &mut Adam,
    examples: usize,
    random: &mut SplitMix64,
    learn: &mut dyn FnMut(&Network, usize, &mut Network),
) {
    let order = random.shuffled(examples);
    for batch in order.chunks(BATCH) {
        let mut gradient = network.zeros();
        for &i in batch {
            learn(network, i, &mut gradient);
        }
        adam.step(network, &gradient, 1.0 / batch.len() as f32);
    }
}

/// What share of the attention each sentence should get: by what it alone shares with the reference.
fn target(example: &Example, recipe: &Recipe) -> Array1<f32> {
    softmax(
        &(0..example.count())
            .map(|i| example.gain.of(&[i], recipe.pairs) / recipe.sharpness)
            .collect(),
    )
}

/// Positive numbers that sum to 1.
fn softmax(scores: &Array1<f32>) -> Array1<f32> {
    let largest = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let powers = scores.mapv(|score| (score - largest).exp());
    let sum = powers.sum();
    powers / sum
}

/// How a head does on articles that it was not trained on, beside the first sentences; ROUGE F, 0–100.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Trial {
    /// Articles.
    pub articles: usize,
    /// ROUGE-1 and ROUGE-2 of the first sentences.
    pub lead: [Estimate; 2],
    /// ROUGE-1 and ROUGE-2 of the head.
    pub ours: [Estimate; 2],
    /// The difference, article by article.
    pub gain: [Estimate; 2],
}

/// Seed of the intervals.
const INTERVALS: u64 = 1;

/// Scores `head` on `examples`; `None` without any.
pub fn trial(head: &Head, examples: &[Example], budget: Budget) -> Option<Trial> {
    let rouge = Rouge::new(true);
    let score = |example: &Example, ranking: &[usize]| {
        let summary = extractive::summarize(&example.article, ranking, budget);
        let lines: Vec<&str> = summary.sentences.iter().map(|s| s.text.as_str()).collect();
        let scores = rouge.score(&example.reference, &lines.join("\n"));
        [100.0 * scores.rouge1.f, 100.0 * scores.rouge2.f]
    };
    let (mut lead, mut ours) = ([Vec::new(), Vec::new()], [Vec::new(), Vec::new()]);
    for example in examples {
        let in_order: Vec<usize> = (0..example.features.nrows()).collect();
        let ranking =
            salience::order(head, &example.features, &example.embeddings, &Manner::default());
        let (theirs, mine) = (score(example, &in_order), score(example, &ranking));
        for i in 0..2 {
            lead[i].push(theirs[i]);
            ours[i].push(mine[i]);
        }
    }
    let mean = |values: &[Vec<f64>; 2]| {
        Some([bootstrap::mean(&values[0], INTERVALS)?, bootstrap::mean(&values[1], INTERVALS)?])
    };
    let gain = [
        bootstrap::paired_difference(&ours[0], &lead[0], INTERVALS)?,
        bootstrap::paired_difference(&ours[1], &lead[1], INTERVALS)?,
    ];
    Some(Trial { articles: examples.len(), lead: mean(&lead)?, ours: mean(&ours)?, gain })
}

/// Divides examples for a trial: a share of `1 / parts` is held out, chosen by `seed`.
pub fn hold_out<T>(examples: Vec<T>, parts: usize, seed: u64) -> (Vec<T>, Vec<T>) {
    let mut held = vec![false; examples.len()];
    let order = SplitMix64::new(seed).shuffled(examples.len());
    for &i in order.iter().take(examples.len() / parts.max(1)) {
        held[i] = true;
    }
    let (mut train, mut dev) = (Vec::new(), Vec::new());
    for (example, held) in examples.into_iter().zip(held) {
        if held { dev.push(example) } else { train.push(example) }
    }
    (train, dev)
}

#[cfg(test)]
mod tests;

//! From logits to the next token.

use std::collections::HashSet;

use standfirst_core::{card::Decoding, random::SplitMix64};

use super::grounding::Grounding;

/// Tokens that are tried one after the other before all are: what is allowed is seldom far down.
const TRIES: usize = 32;

/// Chooses the tokens of one answer.
pub struct Chooser<'a> {
    decoding: &'a Decoding,
    /// Ends the answer.
    ends: &'a [u32],
    /// What draws come from.
    random: SplitMix64,
    /// What the answer is held to, if it is.
    grounding: Option<Grounding<'a>>,
    /// Whether that has left no token.
    stuck: bool,
}

impl<'a> Chooser<'a> {
    /// At the start of an answer, which is held to `grounding` where there is one.
    pub fn new(decoding: &'a Decoding, ends: &'a [u32], grounding: Option<Grounding<'a>>) -> Self {
        let random = SplitMix64::new(decoding.seed.unwrap_or(0));
        Self { decoding, ends, random, grounding, stuck: false }
    }

    /// The token after `so_far`, by `logits`, which it may change; `None` if a logit is NaN or all
    /// are −∞.
    pub fn choose(&mut self, logits: &mut [f32], so_far: &[u32]) -> Option<u32> {
        self.penalize(logits, so_far);
        let token = self.allowed(logits)?;
        if let Some(grounding) = &mut self.grounding {
            grounding.take(token);
        }
        Some(token)
    }

    /// Whether an answer without a next token is one that its grounding left none.
    pub fn is_stuck(&self) -> bool {
        self.stuck
    }

    /// The likeliest token that is allowed, or one drawn from those that are.
    fn allowed(&mut self, logits: &mut [f32]) -> Option<u32> {
        for tried in 0..TRIES {
            let Some(token) = self.pick(logits) else {
                self.stuck = tried > 0;
                return None;
            };
            match &self.grounding {
                Some(grounding) if !grounding.allows(token) => forbid(logits, [token].into_iter()),
                _ => return Some(token),
            }
        }
        if let Some(grounding) = &self.grounding {
            let refused = |(logit, token): (&f32, u32)| {
                (*logit > f32::NEG_INFINITY && !grounding.allows(token)).then_some(token)
            };
            let refused: Vec<u32> = logits.iter().zip(0..).filter_map(refused).collect();
            forbid(logits, refused.into_iter());
        }
        let token = self.pick(logits);
        self.stuck = token.is_none();
        token
    }

    fn pick(&mut self, logits: &[f32]) -> Option<u32> {
        let temperature = self.decoding.temperature.unwrap_or(0.0);
        if temperature > 0.0 { self.draw(logits, temperature) } else { likeliest(logits) }
    }

    fn penalize(&self, logits: &mut [f32], so_far: &[u32]) {
        if so_far.len() < self.decoding.min_new_tokens.unwrap_or(0) {
            forbid(logits, self.ends.iter().copied());
        }
        #[expect(clippy::cast_possible_truncation, reason = "logits are f32")]
        if let Some(penalty) = self.decoding.repetition_penalty.map(|penalty| penalty as f32) {
            for token in so_far.iter().collect::<HashSet<_>>() {
                if let Some(logit) = logits.get_mut(*token as usize) {
                    *logit = if *logit > 0.0 { *logit / penalty } else { *logit * penalty };
                }
            }
        }
        let length = self.decoding.no_repeat_ngram.unwrap_or(0);
        if length > 0 && so_far.len() >= length {
            let (start, before) = (&so_far[so_far.len() + 1 - length..], so_far.windows(length));
            forbid(
                logits,
                before.filter(|ngram| ngram[..length - 1] == *start).map(|ngram| ngram[length - 1]),
            );
        }
    }

    /// Draws from the fewest tokens that together have the probability `top_p`.
    fn draw(&mut self, logits: &[f32], temperature: f64) -> Option<u32> {
        let highest = f64::from(logits[likeliest(logits)? as usize]);
        let mut weights: Vec<(f64, u32)> = logits
            .iter()
            .zip(0..)
            .map(|(logit, token)| (((f64::from(*logit) - highest) / temperature).exp(), token))
            .collect();
        weights.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let total: f64 = weights.iter().map(|weight| weight.0).sum();
        let mut kept = 0.0;
        let limit = self.decoding.top_p.unwrap_or(1.0) * total;
        let count = weights.iter().take_while(|weight| {
            let more = kept < limit;
            kept += if more { weight.0 } else { 0.0 };
            more
        });
        let count = count.count().max(1);
        let mut left = self.random.fraction() * kept;
        let drawn = weights[..count].iter().find(|weight| {
            left -= weight.0;
            left < 0.0
        });
        drawn.or(weights[..count].last()).map(|weight| weight.1)
    }
}

fn forbid(logits: &mut [f32], tokens: impl Iterator<Item = u32>) {
    for token in tokens {
        if let Some(logit) = logits.get_mut(token as usize) {
            *logit = f32::NEG_INFINITY;
        }
    }
}

/// The first of the highest; `None` if a logit is NaN or none is above −∞.
fn likeliest(logits: &[f32]) -> Option<u32> {
    let mut best = (f32::NEG_INFINITY, None);
    for (&logit, token) in logits.iter().zip(0..) {
        if logit > best.0 {
            best = (logit, Some(token));
        } else if logit.is_nan() {
            return None;
        }
    }
    best.1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoding(settings: &str) -> Decoding {
        serde_json::from_str(&format!("{{\"max_new_tokens\": 9, {settings}}}")).unwrap()
    }

    fn chosen(settings: &str, logits: &[f32], so_far: &[u32]) -> Option<u32> {
        let decoding = decoding(settings);
        Chooser::new(&decoding, &[0], None).choose(&mut logits.to_vec(), so_far)
    }

    #[test]
    fn greedy_takes_the_first_of_the_highest() {
        assert_eq!(chosen("\"seed\": 1", &[1.0, 3.0, 3.0, 2.0], &[]), Some(1));
        assert_eq!(chosen("\"seed\": 1", &[1.0, f32::NAN], &[]), None);
        assert_eq!(chosen("\"seed\": 1", &[f32::NEG_INFINITY; 3], &[]), None);
    }

    #[test]
    fn rules_forbid_or_penalise() {
        let logits = [9.0, 5.0, 4.0, -1.0];
        assert_eq!(chosen("\"min_new_tokens\": 2", &logits, &[3]), Some(1));
        assert_eq!(chosen("\"min_new_tokens\": 1", &logits, &[3]), Some(0));
        assert_eq!(chosen("\"repetition_penalty\": 3.0", &logits, &[0]), Some(1));
        // 0 followed 2 before.
        assert_eq!(chosen("\"no_repeat_ngram\": 2", &logits, &[2, 0, 2]), Some(1));
        assert_eq!(chosen("\"no_repeat_ngram\": 2", &logits, &[2, 0, 1]), Some(0));
    }

    #[test]
    fn draws_follow_the_probabilities_within_top_p() {
        let decoding = decoding("\"temperature\": 1.0, \"top_p\": 0.85, \"seed\": 7");
        let mut chooser = Chooser::new(&decoding, &[], None);
        // Probabilities .6, .3, .1: the last is beyond .85.
        let logits = [0.6_f32.ln(), 0.3_f32.ln(), 0.1_f32.ln()];
        let mut counts = [0_u32; 3];
        for _ in 0..30_000 {
            counts[chooser.choose(&mut logits.clone(), &[]).unwrap() as usize] += 1;
        }
        assert_eq!(counts[2], 0);
        // Two thirds, within five standard deviations.
        assert!((f64::from(counts[0]) - 20_000.0).abs() < 5.0 * 81.7, "{counts:?}");
    }
}

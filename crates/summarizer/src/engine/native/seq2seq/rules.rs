//! Which tokens may come next: what transformers calls logits processors, in its order.

/// What is asked of the tokens of an answer, whatever the network thinks.
#[derive(Clone, Debug, PartialEq)]
pub struct Rules {
    /// The token that ends an answer.
    pub end: u32,
    /// Fewest tokens of an answer before its end.
    pub least: usize,
    /// Most tokens of an answer, the end counted.
    pub most: usize,
    /// No run of so many tokens comes twice; 0 for no such rule.
    pub no_repeat: usize,
    /// What scores of tokens that were there are divided by where positive, multiplied by where negative
    /// (Keskar et al. 2019).
    pub repetition: f32,
    /// What every answer begins with.
    pub first: Option<u32>,
    /// What an answer ends with that is as long as it may be.
    pub last: Option<u32>,
}

impl Rules {
    /// Changes the scores of what may follow `tokens`, the one that starts an answer among them: what may
    /// not gets −∞.
    pub fn apply(&self, tokens: &[u32], scores: &mut [f32]) {
        self.discourage(tokens, scores);
        self.ban_runs(tokens, scores);
        if tokens.len() <= self.least {
            ban(scores, self.end);
        }
        if let (1, Some(first)) = (tokens.len(), self.first) {
            force(scores, first);
        }
        if let (true, Some(last)) = (tokens.len() == self.most, self.last) {
            force(scores, last);
        }
    }

    fn discourage(&self, tokens: &[u32], scores: &mut [f32]) {
        if (self.repetition - 1.0).abs() < f32::EPSILON {
            return;
        }
        for (i, &token) in tokens.iter().enumerate() {
            if let (false, Some(score)) =
                (tokens[..i].contains(&token), scores.get_mut(token as usize))
            {
                *score *= if *score < 0.0 { self.repetition } else { 1.0 / self.repetition };
            }
        }
    }

    fn ban_runs(&self, tokens: &[u32], scores: &mut [f32]) {
        let Some(rest) = self.no_repeat.checked_sub(1).filter(|rest| *rest <= tokens.len()) else {
            return;
        };
        let end = &tokens[tokens.len() - rest..];
        for run in tokens.windows(self.no_repeat) {
            if run.starts_with(end) {
                ban(scores, run[rest]);
            }
        }
    }
}

fn ban(scores: &mut [f32], token: u32) {
    if let Some(score) = scores.get_mut(token as usize) {
        *score = f32::NEG_INFINITY;
    }
}

fn force(scores: &mut [f32], token: u32) {
    scores.fill(f32::NEG_INFINITY);
    if let Some(score) = scores.get_mut(token as usize) {
        *score = 0.0;
    }
}

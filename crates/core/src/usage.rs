//! What a server has charged for: tokens that it read and wrote, and what they cost.

use std::ops::AddAssign;

use serde::{Deserialize, Serialize};

/// Tokens of a server's model, as it counts them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Usage {
    /// Tokens that it read.
    pub prompt_tokens: u64,
    /// Tokens that it wrote.
    pub completion_tokens: u64,
    /// What they cost by the price in the model's card, in that price's currency; `None` without a price.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cost: Option<f64>,
}

/// Decimals of a cost: a token of the cheapest model is worth some of the eighth.
const DECIMALS: f64 = 1e9;

impl AddAssign for Usage {
    /// Tokens and costs together; a cost that is not known leaves the sum of the others.
    fn add_assign(&mut self, other: Self) {
        self.prompt_tokens = self.prompt_tokens.saturating_add(other.prompt_tokens);
        self.completion_tokens = self.completion_tokens.saturating_add(other.completion_tokens);
        self.cost = match (self.cost, other.cost) {
            (Some(one), Some(other)) => Some(round(one + other)),
            (one, other) => one.or(other),
        };
    }
}

impl Usage {
    /// These tokens, with their cost at `price`.
    pub fn new(prompt_tokens: u64, completion_tokens: u64, price: Option<&Price>) -> Self {
        let cost = price.map(|price| {
            let of = |tokens: u64, price: f64| tokens as f64 * price / 1e6;
            round(of(prompt_tokens, price.input) + of(completion_tokens, price.output))
        });
        Self { prompt_tokens, completion_tokens, cost }
    }

    /// The two together, where there is either.
    pub fn sum(one: Option<Self>, other: Option<Self>) -> Option<Self> {
        match (one, other) {
            (Some(mut sum), Some(other)) => {
                sum += other;
                Some(sum)
            }
            (one, other) => one.or(other),
        }
    }
}

/// The same bytes whatever the order of the sum, for all that is ever charged.
fn round(cost: f64) -> f64 {
    (cost * DECIMALS).round() / DECIMALS
}

/// What a server's tokens cost.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Price {
    /// Of a million tokens that it reads.
    pub input: f64,
    /// Of a million tokens that it writes.
    pub output: f64,
    /// In what, such as `USD`; `None` for what the reader knows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cost_is_of_both_kinds_of_tokens_and_sums_without_dust() {
        let price = Price { input: 0.15, output: 0.6, currency: None };
        // 1,000 × .15 / 10^6 + 100 × .6 / 10^6
        let one = Usage::new(1_000, 100, Some(&price));
        assert_eq!(one.cost, Some(0.000_21));
        let mut sum = Usage::default();
        for _ in 0..10 {
            sum += one;
        }
        assert_eq!(
            sum,
            Usage { prompt_tokens: 10_000, completion_tokens: 1_000, cost: Some(0.002_1) }
        );
        assert_eq!(Usage::new(9, 9, None).cost, None);
    }

    #[test]
    fn what_nobody_charged_for_adds_nothing() {
        let one = Usage::new(3, 4, None);
        assert_eq!(Usage::sum(None, Some(one)), Some(one));
        assert_eq!(Usage::sum(None, None), None);
        let line = serde_json::to_string(&one).unwrap();
        assert_eq!(line, r#"{"prompt_tokens":3,"completion_tokens":4}"#);
    }
}

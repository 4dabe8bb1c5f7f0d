//! Programs of the user's as models of entailment.

use serde_json::{Value, json};
use standfirst_core::{
    article::{Article, Limits},
    entailment::{Claim, Entailment, EntailmentModel},
    plugin::{PluginError, PluginInfo},
};

use super::{CommandError, Program, failed, protocol};

impl EntailmentModel for Program {
    fn info(&self) -> &PluginInfo {
        &self.info
    }

    fn judge(&self, claims: &[Claim<'_>]) -> Result<Vec<Entailment>, PluginError> {
        self.judge_within(claims, &Limits::default())
    }

    fn judge_of(
        &self,
        article: &Article,
        claims: &[Claim<'_>],
    ) -> Result<Vec<Entailment>, PluginError> {
        self.judge_within(claims, article.limits())
    }
}

impl Program {
    fn judge_within(
        &self,
        claims: &[Claim<'_>],
        limits: &Limits,
    ) -> Result<Vec<Entailment>, PluginError> {
        if claims.is_empty() {
            return Ok(Vec::new());
        }
        let question = question(claims);
        let answer = self.ask(&question, limits).map_err(failed)?;
        judged(&self.launch.words[0], &answer, claims.len()).map_err(failed)
    }
}

/// A question about claims.
pub(super) fn question(claims: &[Claim<'_>]) -> Value {
    let claim =
        |claim: &Claim<'_>| json!({ "premise": claim.premise, "hypothesis": claim.hypothesis });
    json!({ "id": protocol::next_id(), "claims": claims.iter().map(claim).collect::<Vec<_>>() })
}

/// The probabilities in an answer.
pub(super) fn judged(
    program: &str,
    answer: &Value,
    count: usize,
) -> Result<Vec<Entailment>, CommandError> {
    let found: Option<Vec<Entailment>> = match &answer["claims"] {
        Value::Array(claims) if claims.len() == count => claims.iter().map(entailment).collect(),
        _ => None,
    };
    found.ok_or_else(|| {
        let what = format!(
            "has no \"claims\" with {count} times {{\"supported\", \"contradicted\", \"unsaid\"}}, three \
             probabilities that add up to 1"
        );
        protocol::wrong(program, &answer.to_string(), what)
    })
}

fn entailment(value: &Value) -> Option<Entailment> {
    #[expect(clippy::cast_possible_truncation, reason = "a probability needs no more digits")]
    let probability = |name: &str| value[name].as_f64().map(|p| p as f32);
    let found = Entailment {
        supported: probability("supported")?,
        contradicted: probability("contradicted")?,
        unsaid: probability("unsaid")?,
    };
    found.is_sound().then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    const CLAIM: Claim<'static> = Claim { premise: "It rained.", hypothesis: "It was wet." };

    fn read(claims: &Value) -> Result<Vec<Entailment>, String> {
        let question = question(&[CLAIM]);
        assert_eq!(question["claims"][0]["hypothesis"], "It was wet.");
        let answer = json!({ "id": question["id"], "claims": claims });
        judged("judge", &answer, 1).map_err(|error| error.to_string())
    }

    #[test]
    fn three_probabilities_are_an_answer() {
        let found =
            read(&json!([{ "supported": 0.7, "contradicted": 0.1, "unsaid": 0.2 }])).unwrap();
        assert_eq!(found, [Entailment { supported: 0.7, contradicted: 0.1, unsaid: 0.2 }]);
    }

    #[test]
    fn what_is_none_is_refused_by_name() {
        let halves = json!([{ "supported": 0.7, "contradicted": 0.1, "unsaid": 0.1 }]);
        let lacking = json!([{ "supported": 1.0 }]);
        for wrong in [halves, lacking, json!([]), json!("yes")] {
            let message = read(&wrong).unwrap_err();
            assert!(message.contains("\"claims\" with 1 times"), "{message}");
        }
    }
}

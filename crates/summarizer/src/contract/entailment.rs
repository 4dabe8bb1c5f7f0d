//! The promises of [`EntailmentModel`].

use standfirst_core::entailment::{Claim, Entailment, EntailmentModel};

use super::{Breach, Outcome, check_info, from_all_threads, samples, unpanicked};

/// Puts an entailment model through the whole contract: none, many, odd texts; alone and together; twice,
/// and from eight threads.
///
/// # Errors
/// The first [`Breach`].
pub fn check_entailment(model: &dyn EntailmentModel) -> Result<(), Breach> {
    entailment_checks(model).try_for_each(|(_, outcome)| outcome)
}

/// The same, check by check; each runs when it is asked for.
pub fn entailment_checks(model: &dyn EntailmentModel) -> impl Iterator<Item = Outcome> {
    type Check = fn(&dyn EntailmentModel) -> Result<(), Breach>;
    let checks: [(&'static str, Check); 3] = [
        ("says who it is", |model| check_info(model.info())),
        ("answers for every claim, odd ones too", check_odd_claims),
        ("gives the same answer again, on every thread", check_agreement),
    ];
    checks.into_iter().map(move |(name, check)| (name, check(model)))
}

/// Each text as what is claimed of the one before it.
fn claims<'a>(texts: &[&'a str]) -> Vec<Claim<'a>> {
    let pair = |pair: &[&'a str]| Claim { premise: pair[0], hypothesis: pair[1] };
    texts.windows(2).map(pair).collect()
}

fn check_odd_claims(model: &dyn EntailmentModel) -> Result<(), Breach> {
    check_claims(model, &[])?;
    for article in samples::articles() {
        let texts: Vec<&str> = article.sentences().iter().map(|s| s.text.as_str()).collect();
        check_claims(model, &claims(&texts))?;
    }
    Ok(())
}

/// Asks for `claims` and checks that there are probabilities for each, and that the first has the same
/// without the others.
///
/// # Errors
/// The first [`Breach`].
pub fn check_claims(model: &dyn EntailmentModel, claims: &[Claim<'_>]) -> Result<(), Breach> {
    let breach =
        |what: String| Breach::new(model.info(), &format!("{} claims", claims.len()), what);
    let answers = judged(model, claims).map_err(breach)?;
    if answers.len() != claims.len() {
        return Err(breach(format!("{} answers", answers.len())));
    }
    if !answers.iter().all(Entailment::is_sound) {
        return Err(breach("the probabilities of a claim do not add up to one".to_owned()));
    }
    let alone = judged(model, &claims[..claims.len().min(1)]).map_err(breach)?;
    if alone.first() == answers.first() {
        return Ok(());
    }
    Err(breach("the first has another answer when it stands alone".to_owned()))
}

fn judged(model: &dyn EntailmentModel, claims: &[Claim<'_>]) -> Result<Vec<Entailment>, String> {
    unpanicked(|| model.judge(claims))?.map_err(|error| format!("it fails: {error}"))
}

fn check_agreement(model: &dyn EntailmentModel) -> Result<(), Breach> {
    let breach = |what: String| Breach::new(model.info(), "a question put again", what);
    let news = samples::news();
    let texts: Vec<&str> = news.sentences().iter().map(|s| s.text.as_str()).collect();
    let ask = || judged(model, &claims(&texts));
    let first = ask().map_err(breach)?;
    let agree = |again: &Result<Vec<Entailment>, String>| again.as_ref() == Ok(&first);
    if from_all_threads(&ask).iter().all(agree) {
        Ok(())
    } else {
        Err(breach("the answers differ, or fail".to_owned()))
    }
}

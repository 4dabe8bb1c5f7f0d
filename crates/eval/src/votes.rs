//! What people prefer: blind votes between two abstracts, and the strength of every model that
//! explains them best (Bradley & Terry 1952).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::metric::bootstrap::{Estimate, LEVEL, RESAMPLES, quantile};
use standfirst_core::random::SplitMix64;

/// The version of a file of votes.
pub const SCHEMA: &str = "standfirst-votes/1";
/// Seed of the intervals.
const SEED: u64 = 1;
/// Votes that every model is taken to have won, and lost, against one of middling strength: without
/// them a model that won every vote would be infinitely strong.
const PRIOR: f64 = 0.5;
/// Rounds of the fit at most, and when it has settled.
const ROUNDS: usize = 500;
const SETTLED: f64 = 1e-10;
/// Models of a file: each is laid beside each, a thousand times over.
const MAX_MODELS: usize = 100;

/// A file of votes, as the page exports it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct VoteFile {
    /// [`SCHEMA`].
    pub schema: String,
    /// The votes, in the order they were given.
    pub votes: Vec<Vote>,
}

/// One answer to: which of the two is better?
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Vote {
    /// Id of the article.
    pub article: String,
    /// Whose abstract stood on the left.
    pub left: String,
    /// Whose stood on the right.
    pub right: String,
    /// The answer.
    pub choice: Choice,
}

/// Which one was better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Choice {
    /// The left one.
    Left,
    /// The right one.
    Right,
    /// Neither: half a vote for each.
    Tie,
    /// Neither is good: half a vote for each, since it says nothing of which is better.
    Bad,
}

/// Why a file of votes cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum VoteError {
    /// It is not what the page exports.
    #[error("it is no file of votes; export one from the page, under «Blind vote»")]
    Form(#[source] serde_json::Error),
    /// It has another version.
    #[error("its schema is {0:?}, and {SCHEMA:?} is read here")]
    Schema(String),
    /// It has no vote that says anything.
    #[error("it holds no vote between two different models")]
    Empty,
    /// It names too many models to lay each beside each.
    #[error("it names {models} models, and at most {limit} are compared; split it")]
    TooManyModels {
        /// How many.
        models: usize,
        /// The limit.
        limit: usize,
    },
}

/// What the votes say of a model.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Standing {
    /// Id of the model.
    pub model: String,
    /// Votes it won.
    pub wins: u64,
    /// Votes without a winner.
    pub ties: u64,
    /// Votes it lost.
    pub losses: u64,
    /// How likely it is to be preferred to a middling model, 0–100, with the interval over resampled
    /// votes.
    pub strength: Estimate,
}

/// What a file of votes says.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Standings {
    /// Votes that counted.
    pub votes: usize,
    /// The models, strongest first.
    pub models: Vec<Standing>,
    /// Groups of models that no vote links: strengths compare within a group only. One group is all.
    pub groups: Vec<Vec<String>>,
}

/// Reads a file of votes.
///
/// # Errors
/// [`VoteError::Form`], [`VoteError::Schema`].
pub fn parse(bytes: &[u8]) -> Result<Vec<Vote>, VoteError> {
    let file: VoteFile = serde_json::from_slice(bytes).map_err(VoteError::Form)?;
    if file.schema == SCHEMA { Ok(file.votes) } else { Err(VoteError::Schema(file.schema)) }
}

/// Fits the strengths.
///
/// # Errors
/// [`VoteError::Empty`], [`VoteError::TooManyModels`].
pub fn fit(votes: &[Vote]) -> Result<Standings, VoteError> {
    let votes: Vec<&Vote> = votes.iter().filter(|vote| vote.left != vote.right).collect();
    if votes.is_empty() {
        return Err(VoteError::Empty);
    }
    let mut index: BTreeMap<&str, usize> = BTreeMap::new();
    for model in votes.iter().flat_map(|vote| [vote.left.as_str(), vote.right.as_str()]) {
        index.entry(model).or_default();
    }
    if index.len() > MAX_MODELS {
        return Err(VoteError::TooManyModels { models: index.len(), limit: MAX_MODELS });
    }
    index.values_mut().enumerate().for_each(|(number, place)| *place = number);
    let games: Vec<Game> = votes
        .iter()
        .map(|vote| Game {
            left: index[vote.left.as_str()],
            right: index[vote.right.as_str()],
            points: match vote.choice {
                Choice::Left => 1.0,
                Choice::Right => 0.0,
                Choice::Tie | Choice::Bad => 0.5,
            },
        })
        .collect();
    let intervals = intervals(&games, index.len());
    let mut models: Vec<Standing> = index
        .iter()
        .zip(intervals)
        .map(|((&model, &place), strength)| {
            let (wins, ties, losses) = record(&games, place);
            Standing { model: model.to_owned(), wins, ties, losses, strength }
        })
        .collect();
    models.sort_by(|a, b| b.strength.mean.total_cmp(&a.strength.mean));
    let groups = groups(&games, &index);
    Ok(Standings { votes: games.len(), models, groups })
}

/// A vote by places of the models; `points` of the left one.
#[derive(Clone, Copy)]
struct Game {
    left: usize,
    right: usize,
    points: f64,
}

fn record(games: &[Game], model: usize) -> (u64, u64, u64) {
    let mut record = (0, 0, 0);
    for game in games.iter().filter(|game| game.left == model || game.right == model) {
        let own = if game.left == model { game.points } else { 1.0 - game.points };
        match own {
            own if own > 0.75 => record.0 += 1,
            own if own > 0.25 => record.1 += 1,
            _ => record.2 += 1,
        }
    }
    record
}

/// The fit of all votes, and its percentile interval over votes drawn again.
fn intervals(games: &[Game], models: usize) -> Vec<Estimate> {
    let best = strengths(games, models);
    let mut random = SplitMix64::new(SEED);
    let mut samples = vec![Vec::with_capacity(RESAMPLES); models];
    for _ in 0..RESAMPLES {
        let drawn: Vec<Game> = games.iter().map(|_| games[random.below(games.len())]).collect();
        for (sample, strength) in samples.iter_mut().zip(strengths(&drawn, models)) {
            sample.push(strength);
        }
    }
    let tail = (1.0 - LEVEL) / 2.0;
    best.into_iter()
        .zip(&mut samples)
        .map(|(mean, sample)| {
            sample.sort_by(f64::total_cmp);
            Estimate { mean, low: quantile(sample, tail), high: quantile(sample, 1.0 - tail) }
        })
        .collect()
}

/// Hunter's minorisation-maximisation (2004), as chances against a model of strength 1, 0–100.
fn strengths(games: &[Game], models: usize) -> Vec<f64> {
    let mut meetings = vec![vec![0.0; models]; models];
    let mut points = vec![PRIOR; models];
    for game in games {
        meetings[game.left][game.right] += 1.0;
        meetings[game.right][game.left] += 1.0;
        points[game.left] += game.points;
        points[game.right] += 1.0 - game.points;
    }
    let mut strengths = vec![1.0_f64; models];
    for _ in 0..ROUNDS {
        let mut moved = 0.0_f64;
        for model in 0..models {
            let own = strengths[model];
            let against = |(other, &count): (usize, &f64)| count / (own + strengths[other]);
            let met: f64 = meetings[model].iter().enumerate().map(against).sum();
            let next = points[model] / (met + 2.0 * PRIOR / (own + 1.0));
            moved = moved.max((next.ln() - own.ln()).abs());
            strengths[model] = next;
        }
        if moved < SETTLED {
            break;
        }
    }
    strengths.into_iter().map(|strength| 100.0 * strength / (strength + 1.0)).collect()
}

/// Models that votes link, directly or through others.
fn groups(games: &[Game], index: &BTreeMap<&str, usize>) -> Vec<Vec<String>> {
    let mut group: Vec<usize> = (0..index.len()).collect();
    for game in games {
        let (one, other) = (group[game.left], group[game.right]);
        group.iter_mut().filter(|place| **place == other).for_each(|place| *place = one);
    }
    let mut groups: BTreeMap<usize, Vec<String>> = BTreeMap::new();
    for (&model, &place) in index {
        groups.entry(group[place]).or_default().push(model.to_owned());
    }
    groups.into_values().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn votes(left: &str, right: &str, record: [usize; 3]) -> Vec<Vote> {
        let vote =
            |choice| Vote { article: "a".into(), left: left.into(), right: right.into(), choice };
        let times = record.into_iter().zip([Choice::Left, Choice::Tie, Choice::Right]);
        times.flat_map(|(count, choice)| std::iter::repeat_n(vote(choice), count)).collect()
    }

    #[test]
    fn two_models_have_the_odds_of_their_votes() {
        // 60 of 80 decided votes: odds of 3, less a little for the prior; √3 against the middle.
        let standings = fit(&votes("a", "b", [600, 0, 200])).unwrap();
        let odds = |place: usize| {
            let share = standings.models[place].strength.mean / 100.0;
            share / (1.0 - share)
        };
        assert_eq!(standings.models[0].model, "a");
        assert!((odds(0) / odds(1) - 3.0).abs() < 0.05, "{standings:?}");
        let strength = standings.models[0].strength;
        assert!(strength.low < strength.mean && strength.mean < strength.high);
    }

    #[test]
    fn a_ring_of_equals_is_level_and_sides_do_not_matter() {
        let mut all = votes("a", "b", [5, 2, 3]);
        all.extend(votes("b", "c", [5, 2, 3]));
        all.extend(votes("c", "a", [5, 2, 3]));
        let standings = fit(&all).unwrap();
        for model in &standings.models {
            assert!((model.strength.mean - 50.0).abs() < 0.5, "{standings:?}");
            assert_eq!((model.wins, model.ties, model.losses), (8, 4, 8));
        }
        let turned: Vec<Vote> = all
            .iter()
            .map(|vote| Vote {
                left: vote.right.clone(),
                right: vote.left.clone(),
                choice: match vote.choice {
                    Choice::Left => Choice::Right,
                    Choice::Right => Choice::Left,
                    even => even,
                },
                ..vote.clone()
            })
            .collect();
        assert_eq!(fit(&turned).unwrap().models, standings.models);
    }

    #[test]
    fn a_model_that_won_every_vote_is_strong_and_not_infinite() {
        let standings = fit(&votes("a", "b", [5, 0, 0])).unwrap();
        let strength = standings.models[0].strength.mean;
        assert!((60.0..99.0).contains(&strength), "{strength}");
    }

    #[test]
    fn models_that_never_met_are_in_groups_of_their_own() {
        let mut all = votes("a", "b", [1, 0, 0]);
        all.extend(votes("c", "d", [1, 0, 0]));
        let expected = [vec!["a".to_owned(), "b".into()], vec!["c".into(), "d".into()]];
        assert_eq!(fit(&all).unwrap().groups, expected);
    }

    #[test]
    fn no_file_asks_for_more_models_than_can_be_compared() {
        let round = |models: usize| -> Vec<Vote> {
            (0..models)
                .flat_map(|n| votes(&format!("m{n}"), &format!("m{}", (n + 1) % models), [1, 0, 0]))
                .collect()
        };
        let error = fit(&round(MAX_MODELS + 1)).unwrap_err();
        assert!(error.to_string().contains("101 models"), "{error}");
        let large = fit(&round(200_000));
        assert!(matches!(large, Err(VoteError::TooManyModels { models: 200_000, .. })));
    }

    #[test]
    fn what_is_no_file_of_votes_is_refused() {
        assert!(matches!(parse(b"[]"), Err(VoteError::Form(_))));
        let other = br#"{"schema":"standfirst-votes/2","votes":[]}"#;
        assert!(matches!(parse(other), Err(VoteError::Schema(_))));
        assert!(matches!(fit(&[]), Err(VoteError::Empty)));
        assert!(matches!(fit(&votes("a", "a", [3, 0, 0])), Err(VoteError::Empty)));
        let good = br#"{"schema":"standfirst-votes/1","votes":[{"article":"x","left":"a","right":"b","choice":"tie"}]}"#;
        assert_eq!(parse(good).unwrap()[0].choice, Choice::Tie);
        let bad = br#"{"schema":"standfirst-votes/1","votes":[{"article":"x","left":"a","right":"b","choice":"bad"}]}"#;
        let standings = fit(&parse(bad).unwrap()).unwrap();
        assert!(standings.models.iter().all(|model| (model.wins, model.ties) == (0, 1)));
    }
}

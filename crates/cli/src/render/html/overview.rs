//! The first view of the page: figures as tables and plots.

use minijinja::{Value, context};
use standfirst_eval::{
    compare::{Comparison, Measure, ModelFigures},
    metric::{self, Better, bootstrap::Estimate},
    people,
    saved::Change,
    votes::Standings,
};
use standfirst_text::faithfulness;

use super::{super::safe, plots};

/// Steps of shade of the agreement table.
const SHADES: f64 = 10.0;

/// What the first view shows.
pub struct Overview<'a> {
    /// The models on every measure.
    pub comparison: &'a Comparison,
    /// What became of the models from one saved run to the next.
    pub changes: &'a [Change],
    /// What people preferred.
    pub votes: Option<&'a Standings>,
    /// How it came to be: what is told, and in which words.
    pub made: &'a [(String, String)],
}

impl Overview<'_> {
    /// Ids of the models, in the order of the columns.
    pub fn models(&self) -> Vec<&str> {
        self.comparison.models.iter().map(|row| row.model.as_str()).collect()
    }

    /// What the template reads.
    pub fn context(&self) -> Value {
        let comparison = self.comparison;
        let is_headline =
            |measure: &&Measure| metric::named(measure.name).is_some_and(|metric| metric.headline);
        let (headline, further): (Vec<&Measure>, Vec<&Measure>) =
            comparison.measures.iter().partition(is_headline);
        let rows = |measures: Vec<&Measure>| -> Vec<Value> {
            measures.into_iter().map(|measure| measure_row(measure, comparison)).collect()
        };
        context! {
            articles => comparison.articles,
            references => comparison.references,
            half_checked => comparison.half_checked,
            unseen => comparison.references_unseen,
            why_unseen => standfirst_eval::compare::UNSEEN,
            unreadable => comparison.unreadable,
            variant => comparison.variant.clone(),
            left_out => comparison.left_out.iter().map(left_out).collect::<Vec<_>>(),
            models => comparison.models.iter().enumerate().map(model).collect::<Vec<_>>(),
            any_failed => comparison.models.iter().any(|row| row.failed > 0),
            headline => rows(headline),
            further => rows(further),
            plots => plots(comparison),
            agreement => agreement(comparison),
            differences => differences(comparison),
            changes => self.changes.iter().map(change).collect::<Vec<_>>(),
            votes => self.votes.map(votes),
            measured => faithfulness::measured(comparison.check.as_deref()),
            made => self.made.iter().map(|(what, how)| context! {
                what => what, how => safe::line(how),
            }).collect::<Vec<_>>(),
        }
    }
}

fn model((place, row): (usize, &ModelFigures)) -> Value {
    context! {
        name => safe::line(&row.model),
        series => plots::series(place),
        answered => row.answered,
        failed => row.failed,
    }
}

/// A measure over all models, every interval on the same scale of 0–100.
fn measure_row(measure: &Measure, comparison: &Comparison) -> Value {
    let estimates: Vec<Option<Estimate>> =
        comparison.models.iter().map(|row| row.estimates.get(measure.name)).collect();
    let known = || estimates.iter().flatten();
    let low = known().map(|estimate| estimate.low).fold(f64::INFINITY, f64::min);
    let high = known().map(|estimate| estimate.high).fold(f64::NEG_INFINITY, f64::max);
    let place = |value: f64| {
        if high > low { 4.0 + 92.0 * (value - low) / (high - low) } else { 50.0 }
    };
    let decimals = metric::named(measure.name).map_or(2, |metric| metric.decimals);
    let number = |value: f64| format!("{value:.decimals$}");
    let cells = comparison.models.iter().zip(&estimates).enumerate().map(|(i, (row, estimate))| {
        estimate.map(|Estimate { mean, low, high }| {
            context! {
                mean => number(mean),
                low => number(low),
                high => number(high),
                at => format!("{:.1}", place(mean)),
                from => format!("{:.1}", place(low)),
                width => format!("{:.1}", (place(high) - place(low)).max(1.0)),
                series => plots::series(i),
                best => measure.best.contains(&row.model),
            }
        })
    });
    context! {
        name => measure.name,
        listed => metric::named(measure.name).is_some_and(|metric| metric.headline),
        title => measure.title,
        about => measure.about,
        people => people::agreement(measure.name, comparison.check.as_deref()),
        scale => (high > low).then(|| [number(low), number(high)]),
        better => match measure.better {
            Better::Higher => "more is better",
            Better::Lower => "less is better",
            Better::Neither => "",
        },
        cells => cells.collect::<Vec<_>>(),
    }
}

fn plots(comparison: &Comparison) -> Value {
    let safe = |svg: Option<String>| svg.map(Value::from_safe_string);
    let quality = plots::quality(comparison);
    context! {
        scatter => safe(plots::scatter(comparison, quality)),
        quality => quality.title,
        positions => safe(plots::spread(comparison, "place in the body", |row| &row.positions)),
        support => safe(plots::spread(comparison, "support", |row| &row.support_spread)),
    }
}

/// A square table: shade and mean of every pair, both halves.
fn agreement(comparison: &Comparison) -> Vec<Vec<Value>> {
    let find = |one: &str, other: &str| {
        comparison.agreement.iter().find(|pair| {
            let [a, b] = &pair.models;
            (a == one && b == other) || (a == other && b == one)
        })
    };
    let cell = |one: &ModelFigures, other: &ModelFigures| {
        let estimate = find(&one.model, &other.model).and_then(|pair| pair.rouge1);
        context! {
            mean => estimate.map(|estimate| format!("{:.0}", estimate.mean)),
            interval => estimate.map(|e| format!("{:.0}–{:.0}", e.low, e.high)),
            shade => estimate.map(|estimate| (estimate.mean / 100.0 * SHADES).round()),
            same => one.model == other.model,
        }
    };
    let row = |one| comparison.models.iter().map(|other| cell(one, other)).collect();
    comparison.models.iter().map(row).collect()
}

/// The clear differences, by measure.
fn differences(comparison: &Comparison) -> Vec<Value> {
    let shown = |name: &str| metric::named(name).filter(|metric| metric.headline);
    let clear = comparison.differences.iter().filter(|difference| difference.is_clear());
    clear
        .filter_map(|difference| {
            let metric = shown(difference.measure)?;
            let Estimate { mean, low, high } = difference.difference;
            let decimals = metric.decimals;
            Some(context! {
                measure => metric.title,
                first => safe::line(&difference.models[0]),
                second => safe::line(&difference.models[1]),
                difference => format!("{mean:+.decimals$}"),
                interval => format!("{low:+.decimals$} to {high:+.decimals$}"),
                wins => difference.tally.wins,
                ties => difference.tally.ties,
                losses => difference.tally.losses,
                p => if difference.p_holm < 0.001 {
                    "< .001".to_owned()
                } else {
                    format!("{:.3}", difference.p_holm).trim_start_matches('0').to_owned()
                },
            })
        })
        .collect()
}

fn left_out((why, &count): (&String, &u64)) -> Value {
    context! { why => safe::line(why), count => count }
}

fn change(change: &Change) -> Value {
    context! {
        model => safe::line(&change.model),
        from => safe::line(&change.runs[0]),
        to => safe::line(&change.runs[1]),
        same => change.same,
        changed => change.changed,
        gained => change.gained,
        lost => change.lost,
        ids => safe::line(&change.ids.join(", ")),
    }
}

fn votes(standings: &Standings) -> Value {
    let models = standings.models.iter().map(|standing| {
        let Estimate { mean, low, high } = standing.strength;
        context! {
            model => safe::line(&standing.model),
            strength => format!("{mean:.0}"),
            interval => format!("{low:.0}–{high:.0}"),
            won => standing.wins, tied => standing.ties, lost => standing.losses,
        }
    });
    context! { count => standings.votes, models => models.collect::<Vec<_>>(), groups => standings.groups.clone() }
}

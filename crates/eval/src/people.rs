//! How far may a measure be believed? What was measured of it against people, once, so that every figure can be
//! shown with what it is worth. [`crate::meta`] measures it anew on anybody's data.

/// Sets of summaries that people judged to be supported or not, and what is particular about them.
const SETS: [(&str, &str); 3] = [
    ("QAGS-CNN/DM", "where summaries copy"),
    ("QAGS-XSUM", "where they reword"),
    ("SummEdits", "where good ones were edited"),
];

/// How often a measure is better for a summary that people affirm than for one that they deny, in each of [`SETS`]: the
/// area under the ROC curve, in hundredths, the other way round where less is better.
struct Agreement {
    /// Name of the measure.
    measure: &'static str,
    areas: [u8; 3],
}

/// What `standfirst evaluate --meta` gives on development parts: 360 sentences, 120, and 3,862 summaries of seven
/// domains, by words alone. `tests/cli/meta.rs` holds them to it.
const MEASURED: &[Agreement] = &[
    Agreement { measure: "support", areas: [84, 68, 51] },
    Agreement { measure: "supported", areas: [78, 64, 50] },
    Agreement { measure: "flags", areas: [55, 62, 60] },
];

/// How far the measure of this name agrees with people, in one line for people; `check` is the model of entailment that
/// the check asked. `None` of measures that do not say how good a summary is, and of a check that asked a model, since what
/// is known is of words alone.
pub fn agreement(measure: &str, check: Option<&str>) -> Option<String> {
    let by_words = check.is_none().then_some(MEASURED)?;
    let found = by_words.iter().find(|known| known.measure == measure)?;
    let told =
        SETS.iter().zip(found.areas).map(|((set, what), area)| format!("{area} {what} ({set})"));
    Some(format!(
        "Of 100 pairs it prefers the summary that people affirm in {}; ties count half, chance is 50",
        told.collect::<Vec<_>>().join(", ")
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metric;

    #[test]
    fn what_was_measured_is_a_measure_that_judges() {
        for known in MEASURED {
            let metric = metric::named(known.measure).expect(known.measure);
            assert_ne!(metric.better, metric::Better::Neither, "{}", known.measure);
            assert!(known.areas.iter().all(|area| *area <= 100));
        }
    }

    #[test]
    fn a_check_by_a_model_that_nobody_measured_says_nothing() {
        let told = agreement("support", None).unwrap();
        assert!(told.contains("84 where summaries copy (QAGS-CNN/DM)"), "{told}");
        assert_eq!(agreement("support", Some("of-a-user")), None);
        assert_eq!(agreement("words", None), None);
    }
}

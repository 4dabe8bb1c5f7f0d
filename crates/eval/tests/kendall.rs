//! Every figure of 120 pairs of lists against `scipy` 1.17.1 (`tests/golden/kendall.py`).

use serde::Deserialize;
use standfirst_eval::metric::kendall::{Ranked, tau_b};

#[derive(Deserialize)]
struct Lists {
    ours: Vec<f64>,
    theirs: Vec<f64>,
    tau_b: Option<f64>,
    auc: Option<f64>,
}

#[test]
fn tau_and_area_equal_those_of_scipy() {
    let golden = include_str!("../../../tests/golden/kendall.json");
    let cases: Vec<Lists> = serde_json::from_str(golden).unwrap();
    assert_eq!(cases.len(), 120);
    let (mut taus, mut areas) = (0, 0);
    for Lists { ours, theirs, tau_b: tau, auc } in cases {
        let found = tau_b(&ours, &theirs);
        let near = |found: Option<f64>, expected: Option<f64>| match (found, expected) {
            (Some(found), Some(expected)) => (found - expected).abs() < 1e-12,
            (found, expected) => found == expected,
        };
        assert!(near(found, tau), "{ours:?} {theirs:?}: {found:?}, {tau:?}");
        taus += usize::from(tau.is_some());
        if auc.is_some() {
            let found = Ranked::new(&ours, &theirs).unwrap().pairs(|_| 1).auc();
            assert!(near(found, auc), "{ours:?} {theirs:?}: {found:?}, {auc:?}");
            areas += 1;
        }
    }
    assert!(taus > 60 && areas > 8, "{taus} {areas}");
}

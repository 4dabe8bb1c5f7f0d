//! Any bytes as votes.

#![no_main]

use libfuzzer_sys::fuzz_target;
use standfirst_eval::votes::{fit, parse};

fuzz_target!(|bytes: &[u8]| {
    let Ok(votes) = parse(bytes) else { return };
    let Ok(standings) = fit(&votes) else { return };
    assert!(standings.models.iter().all(|model| model.strength.mean.is_finite()));
});

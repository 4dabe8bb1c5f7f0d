//! Any lines as the rows of scores that `evaluate --resume` takes up.

#![no_main]

use libfuzzer_sys::fuzz_target;
use standfirst_eval::compare::{Comparer, Options, Row};

fuzz_target!(|text: &str| {
    let models = vec!["lead".to_owned(), "kl".to_owned()];
    let mut comparer = Comparer::new(models, Options::default());
    for row in text.lines().filter_map(|line| serde_json::from_str::<Row>(line).ok()) {
        if row.fits(2) {
            comparer.push(row);
        }
    }
    let _ = comparer.finish();
});

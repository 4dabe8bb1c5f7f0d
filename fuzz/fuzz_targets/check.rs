//! Any bytes as the input of `check`: JSON Lines with an article and a summary each.

#![no_main]

use std::{
    io::Cursor,
    num::NonZeroUsize,
    sync::{Arc, LazyLock},
};

use libfuzzer_sys::fuzz_target;
use standfirst_core::{
    article::Allowance,
    plugin::Budget,
    report::{FailureKind, chain},
    run::{self, Plan},
};
use standfirst_ingest::{Format, Options, from_reader};
use standfirst_text::{NewsAnalyzer, faithfulness::given::Given};

static PLAN: LazyLock<Plan> = LazyLock::new(|| Plan {
    analyzer: Arc::new(NewsAnalyzer),
    summarizers: vec![Arc::new(Given::with_article())],
    sentiment: Vec::new(),
    tone_is_offered: false,
    entailment: None,
    budget: Budget::DEFAULT,
    allowance: Allowance::default(),
    memory: None,
    jobs: NonZeroUsize::MIN,
    timings: false,
    include_text: true,
    words: chain,
});

fuzz_target!(|bytes: &[u8]| {
    let options = Options { format: Some(Format::Jsonl), max_bytes: 1 << 18, ..Options::default() };
    let inputs = from_reader("-", Cursor::new(bytes.to_vec()), &options);
    for report in inputs.flatten().map(|pending| run::one(pending, &PLAN)) {
        let text = report.text.as_deref().unwrap_or_default();
        let kinds = report.abstracts.iter().filter_map(|cell| cell.error.as_ref());
        // A panic is caught on the way, and a bug nevertheless.
        assert!(kinds.chain(&report.error).all(|error| error.kind() != FailureKind::Panicked));
        for sentence in report.abstracts.iter().flat_map(|cell| &cell.sentences) {
            assert!(sentence.verdict.is_some(), "unchecked: {:?}", sentence.text);
            assert!(sentence.evidence.iter().all(|span| text.get(span.range()).is_some()));
        }
    }
});

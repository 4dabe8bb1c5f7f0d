//! Verbs by which somebody speaks, in the third person and the past, as news has them.

use std::{collections::HashSet, sync::LazyLock};

/// Those after which what is said may follow as a clause: *said (that) it was over*.
static CLAUSAL: LazyLock<HashSet<&str>> = LazyLock::new(|| {
    "said says say told tells tell added adds warned warns insisted insists argued argues claimed \
     claims announced announces stated states explained explains noted notes admitted admits \
     acknowledged acknowledges conceded concedes complained complains declared declares suggested \
     suggests replied replies wrote writes tweeted tweets testified testifies denied denies alleged \
     alleges asserted asserts maintained maintains predicted predicts promised promises vowed vows \
     recalled recalls remarked concluded concludes confirmed confirms contended contends \
     cautioned cautions estimated estimates indicated indicates observed observes reported reports \
     reiterated reiterates revealed reveals stressed stresses thinks believes believed"
        .split_whitespace()
        .collect()
});
/// Those that go with a quotation only: *"It is over," she joked*.
static QUOTING: LazyLock<HashSet<&str>> = LazyLock::new(|| {
    "responded responds asked asks pledged pledges urged urges called calls commented comments \
     continued continues countered counters joked jokes quipped repeated shouted praised praises \
     accused accuses criticised criticized blamed blames expressed expresses"
        .split_whitespace()
        .collect()
});

/// Whether the word, as written, tells that somebody speaks.
pub(crate) fn is_speech(word: &str) -> bool {
    takes_clause(word) || QUOTING.contains(word)
}

/// Whether what is said may follow the word as a clause.
pub(crate) fn takes_clause(word: &str) -> bool {
    CLAUSAL.contains(word)
}

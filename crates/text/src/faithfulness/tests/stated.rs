//! Sentences that make several statements.

use super::{
    super::parts::with_worst,
    asked::{Says, ask},
    *,
};
use standfirst_core::{
    article::Span,
    report::{Part, unsaid},
};

/// Its first half stands in the article, its second does not.
const HALF: &str =
    "Two of the boats were built in Norway and one in Poland, and the whole fleet was scrapped.";

#[test]
fn each_statement_has_its_verdict_and_the_worst_counts() {
    let found = check(HALF);
    let [said, unsaid] = found.parts[..] else { panic!("{found:?}") };
    assert_eq!((said.verdict, said.support), (Verdict::Copied, 1.0));
    assert_eq!(&HALF[unsaid.summary.range()], "the whole fleet was scrapped.");
    assert_eq!(unsaid.verdict, Verdict::Unsupported);
    assert!(!found.verdict.is_supported() && found.support <= unsaid.support, "{found:?}");
}

#[test]
fn a_sentence_is_no_better_than_its_worst_statement_and_no_worse() {
    let part = |verdict, support| Part { summary: Span::new(0, 1), verdict, support };
    let with = |support, parts: Vec<Part>| {
        let verdict = Verdict::Supported;
        let (evidence, flags, faults) = (Vec::new(), Vec::new(), Vec::new());
        let found = with_worst(Finding { verdict, support, evidence, flags, faults, parts });
        (found.verdict, found.support)
    };
    let (copied, good) = (part(Verdict::Copied, 1.0), part(Verdict::Supported, 0.8));
    let contradicted = part(Verdict::Contradicted, 0.1);
    assert_eq!(with(0.9, vec![copied, contradicted]), (Verdict::Contradicted, 0.1));
    // The lowest support is of one, the gravest verdict of another.
    let unsaid = part(Verdict::Unsupported, 0.05);
    assert_eq!(with(0.9, vec![unsaid, contradicted]), (Verdict::Contradicted, 0.05));
    assert_eq!(with(0.9, vec![copied, good]), (Verdict::Supported, 0.8));
    assert_eq!(with(0.7, vec![copied, good]), (Verdict::Supported, 0.7));
    assert_eq!(with(0.7, Vec::new()), (Verdict::Supported, 0.7));
}

#[test]
fn only_what_is_wrong_beside_what_is_right_is_pointed_at() {
    let part = |verdict| Part { summary: Span::new(0, 1), verdict, support: 0.5 };
    let half = [part(Verdict::Copied), part(Verdict::Unsupported), part(Verdict::Stitched)];
    assert_eq!(unsaid(&half).collect::<Vec<_>>(), [&half[1], &half[2]]);
    assert_eq!(unsaid(&half[1..]).count() + unsaid(&half[..1]).count(), 0);
}

#[test]
fn a_model_is_asked_about_the_sentence_and_about_its_statements_that_are_no_copies() {
    let model = Says::new(Some([0.9, 0.05, 0.05]));
    let found = ask(&model, &[ARTICLE[0], HALF, "The mayor was angry."]).findings;
    let asked = model.asked.into_inner().unwrap();
    let hypotheses: Vec<&str> = asked.iter().map(|(_, hypothesis)| hypothesis.as_str()).collect();
    assert_eq!(hypotheses, [HALF, "The whole fleet was scrapped.", "The mayor was angry."]);
    assert_eq!(found.iter().map(|found| found.parts.len()).collect::<Vec<_>>(), [0, 2, 0]);
}

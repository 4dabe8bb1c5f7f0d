//! The tricky cases of `tests/golden/sentences*.txt`, and what must hold for any text at all.

use proptest::prelude::*;
use standfirst_core::article::Span;
use standfirst_text::sentence::split;

/// Cases right, of 100, that the splitter must reach.
const BAR: f64 = 99.0;
/// The same for the cases that the rules were not made with.
const HELD_OUT_BAR: f64 = 97.0;

/// The text of a case and the sentences expected; the notation is told at the top of the file.
fn parse(line: &str) -> (String, Vec<String>) {
    let line = line.replace('⏎', "\n");
    let expected = line.split('¶').map(|piece| piece.trim().to_owned()).collect();
    (line.replace('¶', ""), expected)
}

fn sentences(text: &str) -> Vec<&str> {
    split(text, Span::new(0, text.len())).into_iter().map(|span| &text[span.range()]).collect()
}

/// Percentage of the cases of a file that are right; the others are printed.
fn percent_right(name: &str, cases: &str, least: usize) -> f64 {
    let lines: Vec<&str> =
        cases.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).collect();
    assert!(lines.len() >= least, "{name} has only {} cases", lines.len());
    let wrong = lines.iter().filter(|line| {
        let (text, expected) = parse(line);
        let found = sentences(&text);
        if found != expected {
            println!("wrong: {line}\nfound: {}", found.join(" ¶ "));
        }
        found != expected
    });
    let right = lines.len() - wrong.count();
    println!("{name}: {right} of {} right", lines.len());
    100.0 * right as f64 / lines.len() as f64
}

#[test]
fn tricky_cases() {
    let percent =
        percent_right("sentences.txt", include_str!("../../../tests/golden/sentences.txt"), 200);
    assert!(percent >= BAR, "{percent:.1} % right");
}

#[test]
fn cases_written_after_the_rules() {
    let percent = percent_right(
        "sentences-held-out.txt",
        include_str!("../../../tests/golden/sentences-held-out.txt"),
        100,
    );
    assert!(percent >= HELD_OUT_BAR, "{percent:.1} % right");
}

/// Pieces that make trouble when they meet.
fn troublesome() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        prop::sample::select(vec![
            ". ",
            "... ",
            "\"",
            "” ",
            "“",
            "'",
            "(",
            ") ",
            "[",
            "] ",
            "U.S.",
            "Mr. ",
            "\n\n",
            "! ",
            "?",
            "…",
            "。",
            "「",
            "」",
            "\u{a0}",
            "\u{2028}",
            " . ",
            "3.5",
            "A",
            "he ",
            "The ",
            "-",
            "¶",
            "é",
            "\u{301}",
            "👩‍🚒",
            "»",
            "«",
            "„",
            "no. ",
            "I. ",
        ])
        .prop_map(str::to_owned),
        any::<char>().prop_map(String::from),
    ];
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn spans_tile_any_text(text in troublesome()) {
        let spans = split(&text, Span::new(0, text.len()));
        let mut at = 0;
        for span in spans {
            prop_assert!(span.start >= at, "{span:?} overlaps the one before");
            prop_assert!(text[at..span.start].trim().is_empty(), "lost before {span:?}");
            let sentence = &text[span.range()];
            prop_assert!(!sentence.is_empty() && sentence.trim() == sentence);
            at = span.end;
        }
        prop_assert!(text[at..].trim().is_empty(), "lost at the end");
    }

    #[test]
    fn white_space_only_separates(text in "[a-zA-Z.,!?\"' ]{0,60}") {
        let folded = text.replace(' ', "\n");
        prop_assert_eq!(
            split(&text, Span::new(0, text.len())),
            split(&folded, Span::new(0, folded.len()))
        );
    }
}

/// Sixteen times the text takes sixteen times as long, and would take 256 times in quadratic time: the
/// best of three runs each leaves a margin of four on a machine that does other things, too.
#[test]
fn a_long_paragraph_takes_linear_time() {
    let unit = ["\"(Mr. ", "[[ . ", "a.", "\"?\" ", " U.S. In the ", "... ", "((((", ".\n\n\n"];
    for piece in unit {
        let seconds = |bytes: usize| {
            let text = piece.repeat(bytes / piece.len());
            let run = |_| {
                let start = std::time::Instant::now();
                split(&text, Span::new(0, text.len()));
                start.elapsed().as_secs_f64()
            };
            (0..3).map(run).fold(f64::INFINITY, f64::min)
        };
        let growth = seconds(400_000) / seconds(25_000);
        assert!(growth < 64.0, "{piece:?}: 16 times the text takes {growth:.0} times as long");
    }
}

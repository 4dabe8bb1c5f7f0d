//! `standfirst check`: summaries that other people wrote.

use std::fs;

use serde_json::{Value, json};

use crate::support::{lines, run, standfirst, stderr, stdout};

const ARTICLE: &str = "The council of Velden bought 12 electric buses on Monday. \
    “We waited far too long,” said Mayor Ada Quill. The buses will run from 3 May.";

fn pair(id: &str, summary: &str) -> Value {
    json!({"id": id, "text": ARTICLE, "summary": summary})
}

fn checked(input: &str, args: &[&str]) -> std::process::Output {
    standfirst().arg("check").args(args).write_stdin(input).output().unwrap()
}

#[test]
fn lines_of_text_and_summary_are_answered_in_order() {
    let input: String = (0..40)
        .map(|i| {
            pair(
                &i.to_string(),
                "The council of Velden bought 12 electric buses on Monday. It bought 14 buses.",
            )
            .to_string()
                + "\n"
        })
        .collect();
    let one = checked(&input, &["-", "--format", "jsonl", "--jobs", "1"]);
    let four = checked(&input, &["-", "--format", "jsonl", "--jobs", "4"]);
    assert_eq!(one.status.code(), Some(0), "{}", stderr(&one));
    assert_eq!(one.stdout, four.stdout);
    let found = lines(&stdout(&one));
    assert_eq!(found.len(), 40);
    for (i, line) in found.iter().enumerate() {
        assert_eq!(line["id"], i.to_string());
        assert_eq!(line["sentences"][0]["verdict"], "copied");
        assert_eq!(line["sentences"][1]["flags"], json!(["number"]));
        let keys: Vec<&String> = line["sentences"][1].as_object().unwrap().keys().collect();
        assert_eq!(keys, ["text", "verdict", "support", "evidence", "flags", "findings"]);
        // "14" of "It bought 14 buses.", where the article has 12.
        let expected = json!([{"kind": "number", "summary": {"start": 10, "end": 12},
            "article": {"start": 29, "end": 31}, "expected": "12"}]);
        assert_eq!(line["sentences"][1]["findings"], expected);
        assert!(line["sentences"][0].get("findings").is_none());
        let evidence = &line["sentences"][0]["evidence"][0];
        let (start, end) = (evidence["start"].as_u64().unwrap(), evidence["end"].as_u64().unwrap());
        let words = &ARTICLE[usize::try_from(start).unwrap()..usize::try_from(end).unwrap()];
        assert_eq!(words, "The council of Velden bought 12 electric buses on Monday.");
        let support = line["support"].as_f64().unwrap();
        assert!(support > 0.5 && support < 1.0, "{support}");
    }
}

#[test]
fn strict_fails_on_what_is_not_supported_and_only_then() {
    let good = format!("{}\n", pair("a", "“We waited far too long,” said Mayor Ada Quill."));
    let bad = format!("{}\n", pair("b", "Mayor Bo Reed sold the buses to a circus."));
    assert_eq!(checked(&good, &["--strict"]).status.code(), Some(0));
    assert_eq!(checked(&bad, &[]).status.code(), Some(0));
    let failed = checked(&bad, &["--strict"]);
    assert_eq!(failed.status.code(), Some(1));
    assert!(
        stderr(&failed).contains("not supported by their articles: 1 sentence"),
        "{}",
        stderr(&failed)
    );
}

#[test]
fn an_article_and_a_summary_in_files_of_their_own() {
    let folder = tempfile::tempdir().unwrap();
    let (article, summary) = (folder.path().join("article.txt"), folder.path().join("summary.txt"));
    fs::write(&article, ARTICLE).unwrap();
    fs::write(&summary, "The buses will run from 3 May.\nThe mayor resigned in tears\n").unwrap();
    let paths = [article.to_str().unwrap(), summary.to_str().unwrap()];
    let page = stdout(&run(&["check", paths[0], paths[1]]));
    assert!(page.contains("1 of 2 sentences supported"), "{page}");
    assert!(page.contains("copied") && page.contains("unsupported"), "{page}");
    assert!(
        page.contains(standfirst_text::faithfulness::measured(None).split(' ').next().unwrap()),
        "{page}"
    );
    let markdown = stdout(&run(&["check", paths[0], paths[1], "--format", "markdown"]));
    assert!(markdown.contains("## ") && markdown.contains("**copied** 1.00"), "{markdown}");
    let array: Value =
        serde_json::from_str(&stdout(&run(&["check", paths[0], paths[1], "-f", "json"]))).unwrap();
    assert_eq!(array[0]["sentences"][1]["verdict"], "unsupported");
}

#[test]
fn bad_input_is_named_in_its_place() {
    let advert = json!({"id": "cut", "text": "Advertisement", "summary": "The mayor resigned."});
    let none = json!({"id": "none", "text": ARTICLE});
    let input =
        format!("{none}\n{}\n{advert}\nnot json\n{}\n", pair("empty", "  "), pair("ok", ARTICLE));
    let output = checked(&input, &["--format", "jsonl"]);
    assert_eq!(output.status.code(), Some(1));
    let found = lines(&stdout(&output));
    assert_eq!(found.len(), 5);
    let error = |at: usize| found[at]["error"].as_str().unwrap_or_default().to_owned();
    assert!(error(0).contains("under \"summary\""), "{}", error(0));
    assert!(error(1).contains("it is empty"), "{}", error(1));
    assert!(error(2).contains("nothing is left of the article"), "{}", error(2));
    assert!(error(3).contains("JSON"), "{}", error(3));
    assert!(found[4].get("error").is_none() && found[4]["support"] == 1.0, "{}", found[4]);
}

#[test]
fn another_language_and_a_swap_are_remarked_on() {
    let german = pair(
        "de",
        "Der Stadtrat von Velden hat am Montag beschlossen, zwölf elektrische Busse zu kaufen.",
    );
    let swapped =
        json!({"id": "swap", "text": "The buses will run from 3 May.", "summary": ARTICLE});
    let found = lines(&stdout(&checked(&format!("{german}\n{swapped}\n"), &["-f", "jsonl"])));
    assert_eq!(found[0]["sentences"][0]["verdict"], "unsupported");
    assert!(found[0]["notes"][0].as_str().unwrap().contains("in German"), "{}", found[0]);
    assert!(found[1]["notes"][0].as_str().unwrap().contains("swapped"), "{}", found[1]);
    assert_eq!(found[1]["sentences"][2]["verdict"], "copied");
}

#[test]
fn two_times_standard_input_cannot_be() {
    let output = checked("", &["-", "-"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("name a file for one of them"), "{}", stderr(&output));
}

//! `compare` and `evaluate`: tables, pages, saved runs, votes, resumption, and input that is of no use.

use std::{fs, path::Path};

use serde_json::{Value, json};

use crate::support::{many, run, standfirst, stderr, stdout};

/// JSON Lines of `count` articles with references.
fn referenced(count: usize) -> String {
    let articles = many(count);
    let referenced = articles.lines().enumerate().map(|(i, line)| {
        let mut line: Value = serde_json::from_str(line).unwrap();
        line["reference"] = format!("Ferry {i} came back with empty crates.").into();
        line.to_string()
    });
    referenced.collect::<Vec<_>>().join("\n") + "\n"
}

fn path(folder: &Path, name: &str, text: &str) -> String {
    let path = folder.join(name);
    fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

/// `summarize` to JSON Lines with the texts, as a saved run.
fn saved(folder: &Path, name: &str, models: &str, articles: &str) -> String {
    let input = path(folder, &format!("{name}.in.jsonl"), articles);
    let out = folder.join(format!("{name}.jsonl"));
    let out = out.to_str().unwrap();
    let flags = ["-f", "jsonl", "--include-text", "--no-timings", "--out", out];
    let output = run(&[&["summarize", "-n", "1", "-m", models, &input][..], &flags].concat());
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    out.to_owned()
}

fn json_of(args: &[&str]) -> Value {
    serde_json::from_str(&stdout(&run(&[args, &["--format", "json"]].concat()))).unwrap()
}

#[test]
fn the_models_stand_side_by_side_in_every_format() {
    let folder = tempfile::tempdir().unwrap();
    let articles = path(folder.path(), "articles.jsonl", &many(12));
    let base = ["compare", &articles, "-m", "lead,kl,luhn", "--no-timings"];
    let table = stdout(&run(&base));
    for words in ["12 articles", "MEASURE", "compression", "support", "Agreement", "ROUGE-1 F"] {
        assert!(table.contains(words), "no {words} in\n{table}");
    }
    assert!(!table.contains("milliseconds"), "no times were asked for:\n{table}");
    let markdown = stdout(&run(&[&base[..], &["-f", "markdown"]].concat()));
    assert!(markdown.contains("| MEASURE") && markdown.contains("**12 articles**"), "{markdown}");
    let csv = stdout(&run(&[&base[..], &["-f", "csv"]].concat()));
    assert!(csv.starts_with("measure,better,model,mean,low,high,best\n"), "{csv}");
    assert!(csv.contains("\nsupport,higher,lead,1,1,1,"), "{csv}");
    let figures = json_of(&base);
    assert_eq!(figures["articles"], 12);
    assert_eq!(figures["models"][0]["support"]["mean"], 1.0);
    assert_eq!(figures["agreement"].as_array().unwrap().len(), 3);
    let page = stdout(&run(&[&base[..], &["-f", "html"]].concat()));
    assert!(page.starts_with("<!doctype html>") && page.contains("id=\"a11\""));
}

#[test]
fn the_page_is_written_beside_the_table_and_its_place_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let page = folder.path().join("models.html");
    let page = page.to_str().unwrap();
    let output = run(&["compare", "harbour.txt", "-m", "lead,kl", "--page", page]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert!(stderr(&output).contains(page), "{}", stderr(&output));
    assert!(stdout(&output).contains("1 articles"));
    assert!(fs::read_to_string(page).unwrap().contains("nine months of repairs"));
    let by_ending = run(&["compare", "harbour.txt", "-m", "lead,kl", "--out", page]);
    assert!(
        stdout(&by_ending).is_empty() && fs::read_to_string(page).unwrap().ends_with("</html>\n")
    );
}

#[test]
fn the_same_figures_at_any_number_of_jobs() {
    let with = |jobs: &str| {
        stdout(&run(&[
            "compare",
            "harbour.txt",
            "orchard.md",
            "-m",
            "lead,kl",
            "--no-timings",
            "-f",
            "html",
            "--jobs",
            jobs,
        ]))
    };
    assert_eq!(with("1"), with("8"));
}

#[test]
fn one_model_has_nothing_to_be_compared_with() {
    let output = run(&["compare", "harbour.txt", "-m", "lead"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("--model lexrank"), "{}", stderr(&output));
    let folder = tempfile::tempdir().unwrap();
    let one = saved(folder.path(), "one", "lead", &many(2));
    assert_eq!(run(&["compare", &one]).status.code(), Some(2));
}

#[test]
fn no_article_is_said_and_the_page_is_still_one() {
    let folder = tempfile::tempdir().unwrap();
    let empty = path(folder.path(), "empty.jsonl", "");
    let page = folder.path().join("page.html");
    let args = ["compare", &empty, "-m", "lead,kl", "--page", page.to_str().unwrap()];
    let output = run(&args);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("empty.jsonl: is empty"), "{}", stderr(&output));
    assert!(fs::read_to_string(page).unwrap().contains("no article to compare"));
    let output = run(&["evaluate", &empty, "-m", "lead"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("reference"), "{}", stderr(&output));
}

#[test]
fn references_that_some_articles_lack_are_counted() {
    let folder = tempfile::tempdir().unwrap();
    let articles = [referenced(4), many(3)].concat();
    let articles = path(folder.path(), "mixed.jsonl", &articles);
    let comparison = json_of(&["compare", &articles, "-m", "lead,kl"]);
    assert_eq!((&comparison["articles"], &comparison["references"]), (&json!(7), &json!(4)));
    assert!(comparison["models"][0]["rouge1"]["mean"].as_f64().unwrap() > 0.0);
    let evaluation = json_of(&["evaluate", &articles, "-m", "lead,kl"]);
    assert_eq!(evaluation["articles"], 4);
    assert_eq!(evaluation["left_out"], json!({"no \"reference\" in the input": 3}));
    assert!(evaluation["models"][1]["rouge1_gain"]["mean"].is_number());
    let table = stdout(&run(&["evaluate", &articles, "-m", "lead,kl"]));
    assert!(table.contains("Left out: 3") && table.contains("Against lead"), "{table}");
    let again = run(&["compare", &articles, "-m", "lead,kl"]);
    assert!(stderr(&again).contains("3 articles have the id"), "{}", stderr(&again));
}

#[test]
fn a_model_that_fails_on_half_is_shown_with_what_it_did() {
    let folder = tempfile::tempdir().unwrap();
    let run_file = saved(folder.path(), "half", "lead,kl", &many(10));
    let lines: Vec<String> = fs::read_to_string(&run_file)
        .unwrap()
        .lines()
        .enumerate()
        .map(|(i, line)| {
            let mut line: Value = serde_json::from_str(line).unwrap();
            if i % 2 == 0 {
                let cell = &mut line["abstracts"][1];
                *cell = json!({"model": "kl", "text": null, "sentences": [], "unread": [], "millis": null, "error": "no memory"});
            }
            line.to_string()
        })
        .collect();
    let half = path(folder.path(), "half.jsonl", &lines.join("\n"));
    let comparison = json_of(&["compare", &half]);
    let kl = &comparison["models"][1];
    assert_eq!((&kl["answered"], &kl["failed"]), (&json!(5), &json!(5)));
    let output = run(&["compare", &half]);
    assert_eq!(output.status.code(), Some(1), "a failure is no success");
    let table = stdout(&output);
    assert!(table.contains("failed") && table.contains("over fewer articles"), "{table}");
    let page = stdout(&run(&["compare", &half, "-f", "html"]));
    assert!(page.contains("5 failed") && page.contains("no memory"));
}

#[test]
fn saved_runs_are_joined_and_tell_what_changed() {
    let folder = tempfile::tempdir().unwrap();
    let monday = saved(folder.path(), "monday", "lead,kl", &referenced(6));
    let tuesday = saved(folder.path(), "tuesday", "lead", &referenced(8));
    let comparison = json_of(&["compare", &monday, &tuesday]);
    let models: Vec<&str> = comparison["models"]
        .as_array()
        .unwrap()
        .iter()
        .map(|m| m["model"].as_str().unwrap())
        .collect();
    assert_eq!(models, ["lead@monday", "kl", "lead@tuesday"]);
    assert_eq!((&comparison["articles"], &comparison["references"]), (&json!(6), &json!(6)));
    assert_eq!(comparison["left_out"], json!({"tuesday: it is in no earlier run": 2}));
    let change = &comparison["changes"][0];
    assert_eq!((&change["same"], &change["changed"]), (&json!(6), &json!(0)));

    let strangers: String = many(3).replace("\"id\":\"", "\"id\":\"x");
    let strange = saved(folder.path(), "strange", "lead", &strangers);
    let output = run(&["compare", &monday, &strange]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("no article in common"), "{}", stderr(&output));
    let output = run(&["compare", &monday, "harbour.txt"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("harbour.txt is not"), "{}", stderr(&output));
    let output = run(&["compare", &monday, "-m", "lead"]);
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn votes_become_strengths() {
    let folder = tempfile::tempdir().unwrap();
    let vote = |choice| json!({"article": "a", "left": "lead", "right": "kl", "choice": choice});
    let votes: Vec<Value> = (0..20).map(|i| vote(if i < 15 { "left" } else { "tie" })).collect();
    let file = json!({"schema": "standfirst-votes/1", "votes": votes}).to_string();
    let votes = path(folder.path(), "votes.json", &file);
    let standings = json_of(&["compare", "--votes", &votes]);
    assert_eq!(standings["models"][0]["model"], "lead");
    assert_eq!(
        (&standings["models"][0]["wins"], &standings["models"][1]["losses"]),
        (&json!(15), &json!(15))
    );
    let table = stdout(&run(&["compare", "--votes", &votes]));
    assert!(table.contains("20 blind votes") && table.contains("STRENGTH"), "{table}");
    let page =
        stdout(&run(&["compare", "harbour.txt", "-m", "lead,kl", "--votes", &votes, "-f", "html"]));
    assert!(page.contains("20 votes"));
    let broken = path(folder.path(), "broken.json", "{}");
    let output = run(&["compare", "--votes", &broken]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("broken.json"), "{}", stderr(&output));
}

#[test]
fn an_evaluation_goes_on_where_it_was_to_the_same_figures() {
    let folder = tempfile::tempdir().unwrap();
    let articles = path(folder.path(), "articles.jsonl", &referenced(9));
    let scores = folder.path().join("scores");
    let scores = scores.to_str().unwrap();
    let base = ["evaluate", &articles, "-m", "lead,kl", "--no-timings", "-f", "json"];
    let whole = stdout(&run(&base));
    let resumed = [&base[..], &["--resume", scores]].concat();
    assert_eq!(stdout(&run(&resumed)), whole);
    // As if it had been killed in the middle of a line.
    let text = fs::read_to_string(scores).unwrap();
    assert_eq!(text.lines().count(), 10);
    let cut = text.split_inclusive('\n').take(5).collect::<String>();
    fs::write(scores, format!("{cut}{{\"source\":\"arti")).unwrap();
    let output = run(&resumed);
    assert!(stderr(&output).contains("after 4 articles"), "{}", stderr(&output));
    assert_eq!(stdout(&output), whole);
    assert_eq!(fs::read_to_string(scores).unwrap(), text);

    let trained = text.replacen("\"weights\":{}", "\"weights\":{\"lead/head\":\"00\"}", 1);
    assert_ne!(trained, text);
    fs::write(scores, trained).unwrap();
    let output = run(&resumed);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("other weights (lead/head)"), "{}", stderr(&output));
    let fewer = text.replacen("\"cells\":[", "\"cells\":[null,", 1);
    assert_ne!(fewer, text);
    fs::write(scores, fewer).unwrap();
    let output = run(&resumed);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("is no row of such scores"), "{}", stderr(&output));
    fs::write(scores, &text).unwrap();

    let other_model = run(&["evaluate", &articles, "-m", "lead,luhn", "--resume", scores]);
    assert_eq!(other_model.status.code(), Some(2));
    assert!(stderr(&other_model).contains("other models"), "{}", stderr(&other_model));
    let other = path(folder.path(), "other.jsonl", &referenced(9));
    let other_input =
        run(&["evaluate", &other, "-m", "lead,kl", "--no-timings", "--resume", scores]);
    assert_eq!(other_input.status.code(), Some(2));
    assert!(stderr(&other_input).contains("other articles"), "{}", stderr(&other_input));
}

#[test]
fn the_page_is_never_an_input() {
    let folder = tempfile::tempdir().unwrap();
    let articles = path(folder.path(), "articles.jsonl", &many(2));
    let output = standfirst()
        .args(["compare", &articles, "-m", "lead,kl", "--page", &articles])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(fs::read_to_string(&articles).unwrap(), many(2));
}

#[test]
fn rouge_of_other_letters_is_left_out_with_the_reason() {
    let folder = tempfile::tempdir().unwrap();
    let line = json!({
        "text": "Причал закрыт с понедельника. Паром ходит реже. Жители недовольны расписанием.",
        "reference": "Причал закрыт с понедельника.",
    });
    let articles = path(folder.path(), "articles.jsonl", &line.to_string());
    let evaluated = run(&["evaluate", "-m", "lead", &articles]);
    assert_eq!(evaluated.status.code(), Some(2));
    assert!(stderr(&evaluated).contains("a to z"), "{}", stderr(&evaluated));

    let compared = run(&["compare", "-m", "lead,lexrank", &articles]);
    assert_eq!(compared.status.code(), Some(0), "{}", stderr(&compared));
    assert!(stdout(&compared).contains("No ROUGE of 1 article:"), "{}", stdout(&compared));
}

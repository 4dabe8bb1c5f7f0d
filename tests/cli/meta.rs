//! How far the measures agree with people: `evaluate --meta`.

use std::{fs, path::Path};

use serde_json::{Value, json};

use crate::support::{judge, run, stderr, stdout};

const FERRY: &str = "The ferry company bought three electric boats on Monday. The boats will carry up to 120 \
                     passengers each. The first crossing is planned for January.";
const BRIDGE: &str = "The council voted on Tuesday to repair the bridge. It was shut in 2023 after a runner put \
                      a foot through it. The work will cost 1.9 million euros.";
const REASONS: [&str; 3] = ["its summary holds no sentence", "no score by people", "no summary"];

/// A row of what people think of the summary that a system wrote.
fn row(text: &str, system: &str, summary: &str, coherence: [u8; 2]) -> Value {
    let expert = |score| json!({"coherence": score, "fluency": 5});
    json!({"id": "x", "text": text, "model_id": system, "decoded": summary,
           "references": ["Three electric boats were bought.", "The bridge will be repaired."],
           "expert_annotations": coherence.map(expert)})
}

/// Two articles by three systems, the longer the summary the better; and a row of every bad kind.
fn judged(folder: &Path) -> String {
    let good = [
        row(FERRY, "=a", "Three boats.", [1, 2]),
        row(FERRY, "b", "The ferry company bought three boats.", [3, 3]),
        row(FERRY, "c", "The ferry company bought three electric boats on Monday.", [4, 5]),
        row(BRIDGE, "=a", "A bridge.", [2, 1]),
        row(BRIDGE, "b", "The council will repair the bridge.", [2, 3]),
        row(BRIDGE, "c", "The council voted on Tuesday to repair the bridge.", [5, 5]),
    ];
    let bad = [
        json!({"text": FERRY, "system": "b", "scores": {"coherence": 3}}),
        json!({"text": FERRY, "system": "b", "summary": "Boats.", "scores": {"coherence": "high"}}),
        json!({"text": FERRY, "system": "b", "summary": "...", "scores": {"coherence": 3}}),
        json!({"system": "b", "summary": "Boats.", "scores": {"coherence": 3}}),
    ];
    let rows = good.iter().chain(&bad).map(|row| format!("{row}\n"));
    let path = folder.join("judged.jsonl");
    fs::write(&path, rows.collect::<String>() + "{\"text\": \"cut o\n").unwrap();
    path.to_str().unwrap().to_owned()
}

/// The entry of `list` whose `key` is `name`.
fn named<'a>(list: &'a Value, key: &str, name: &str) -> &'a Value {
    let found = list.as_array().unwrap().iter().find(|entry| entry[key] == name);
    found.unwrap_or_else(|| panic!("no {name} in {list}"))
}

#[test]
fn measures_are_judged_by_people() {
    let folder = tempfile::tempdir().unwrap();
    let file = judged(folder.path());
    let output = run(&["evaluate", "--meta", &file, "-f", "json", "--jobs", "4"]);
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    let found: Value = serde_json::from_str(&stdout(&output)).unwrap();
    assert_eq!((&found["summaries"], &found["articles"]), (&json!(6), &json!(2)));
    assert_eq!(found["systems"], json!(["=a", "b", "c"]));
    assert_eq!(found["unreadable"], 2);
    assert_eq!(
        found["left_out"],
        json!(
            REASONS.map(|why| (why, 1)).into_iter().collect::<std::collections::BTreeMap<_, _>>()
        )
    );
    let asked = named(&found["dimensions"], "name", "coherence");
    assert_eq!((&asked["summaries"], &asked["binary"]), (&json!(6), &json!(false)));

    let agreement = |measure: &str, dimension: &str| {
        let measure = named(&found["measures"], "name", measure);
        named(&measure["agreement"], "dimension", dimension).clone()
    };
    // Words: 2, 6, 9 and 2, 6, 9 beside 1.5, 3, 4.5 and 1.5, 2.5, 5: of 15 pairs 3 tie in words, of which one ties in
    // both, and the others go the same way.
    let words = agreement("words", "coherence");
    assert_eq!((&words["systems"], &words["articles"]), (&json!(3), &json!(2)));
    assert_eq!(
        (&words["tau_system"]["mean"], &words["tau_summary"]["low"]),
        (&json!(1.0), &json!(1.0))
    );
    let all = words["tau_all"]["mean"].as_f64().unwrap();
    assert!((all - 12.0 / (12.0_f64 * 14.0).sqrt()).abs() < 1e-9, "{all}");
    assert_eq!(words["auc"], Value::Null);
    // Everybody finds all of it fluent, and nothing can be said of that.
    assert_eq!(agreement("words", "fluency")["tau_all"], Value::Null);
    assert!(agreement("rouge1", "coherence")["tau_all"].is_object());
    assert!(agreement("support", "coherence")["summaries"] == 6);

    let alone = run(&["evaluate", "--meta", &file, "-f", "json", "--jobs", "1"]);
    assert_eq!(stdout(&alone), stdout(&output));
}

#[test]
fn the_tables_say_what_counts_and_what_does_not() {
    let folder = tempfile::tempdir().unwrap();
    let file = judged(folder.path());
    let shown = stdout(&run(&["evaluate", "--meta", &file]));
    assert!(shown.starts_with("coherence: 6 summaries of 2 articles by 3 systems\n"), "{shown}");
    assert!(shown.contains("fluency: 6 summaries"), "{shown}");
    for wanted in ["TAU SYSTEM", "tau-b", "ROUGE: as rouge-score", "No measure can be compared"] {
        assert!(shown.contains(wanted), "{wanted}: {shown}");
    }
    let one_line = shown.split_whitespace().collect::<Vec<_>>().join(" ");
    for why in REASONS {
        assert!(one_line.contains(&format!("Left out: 1 ({why}).")), "{why}: {shown}");
    }
    assert!(one_line.contains("Left out: 2 (could not be read)."), "{shown}");
    // In the order of the list of measures.
    let places = ["ROUGE-1 F", "support", "compression"].map(|name| shown.find(name).unwrap());
    assert!(places.is_sorted(), "{places:?}");

    let csv = stdout(&run(&["evaluate", "--meta", &file, "-f", "csv"]));
    let mut rows = csv::Reader::from_reader(csv.as_bytes());
    assert_eq!(
        rows.headers().unwrap().iter().collect::<Vec<_>>(),
        ["measure", "better", "dimension", "agreement", "mean", "low", "high", "best"]
    );
    let words: Vec<_> =
        rows.records().map(Result::unwrap).filter(|row| &row[0] == "words").collect();
    assert_eq!(words.len(), 3);
    assert_eq!((&words[0][2], &words[0][3], &words[0][4]), ("coherence", "tau_system", "1"));
    assert!(stdout(&run(&["evaluate", "--meta", &file, "-f", "markdown"])).contains("| TAU ALL"));
}

#[test]
fn a_yes_or_no_in_a_table_has_an_area() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("judged.csv");
    let rows = [
        ("The ferry company bought three electric boats on Monday.", "true"),
        ("The boats will carry up to 120 passengers each.", "TRUE"),
        ("A hundred horses fell into the sea near Lisbon yesterday.", "false"),
    ];
    let mut writer = csv::Writer::from_path(&path).unwrap();
    writer.write_record(["article", "summary", "label"]).unwrap();
    for (summary, label) in rows {
        writer.write_record([FERRY, summary, label]).unwrap();
    }
    writer.flush().unwrap();
    let output = run(&["evaluate", "--meta", path.to_str().unwrap(), "-f", "json"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let found: Value = serde_json::from_str(&stdout(&output)).unwrap();
    assert_eq!(found["dimensions"][0]["binary"], true);
    let support = &named(&found["measures"], "name", "support")["agreement"][0];
    assert_eq!((&support["dimension"], &support["auc"]["mean"]), (&json!("label"), &json!(1.0)));
    // Nobody says who wrote them.
    assert_eq!((&support["systems"], &support["tau_system"]), (&json!(0), &Value::Null));
    // An empty field is no answer, and a row without one is skipped.
    writer.write_record([FERRY, "Boats.", ""]).unwrap();
    drop(writer);
    let output = run(&["evaluate", "--meta", path.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(1));
    let shown = stdout(&output);
    assert!(shown.contains("AUC") && shown.contains("1 (no score by people)"), "{shown}");
}

#[test]
fn what_cannot_be_asked_for_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let file = judged(folder.path());
    for more in [&["-m", "lead"][..], &["--resume", "scores"], &["--sentences", "2"]] {
        let output = run(&[&["evaluate", "--meta", &file], more].concat());
        assert_eq!(output.status.code(), Some(2));
        assert!(stderr(&output).contains("cannot be used with"), "{}", stderr(&output));
    }
    // What a configuration says for other runs is none of this one's business.
    let config = folder.path().join("own.toml");
    fs::write(&config, "model = [\"kl\"]\nsentences = 2\nno-stemming = true\n").unwrap();
    let config = config.to_str().unwrap();
    let output = run(&["evaluate", "--meta", &file, "--config", config, "-f", "json"]);
    assert!(stdout(&output).contains("without stemming"), "{}", stderr(&output));

    let empty = folder.path().join("empty.jsonl");
    fs::write(&empty, format!("{}\n", json!({"text": FERRY, "summary": "Boats."}))).unwrap();
    let output = run(&["evaluate", "--meta", empty.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(2));
    let told = stderr(&output);
    assert!(told.contains("1 (no score by people)") && told.contains("\"scores\""), "{told}");
}

#[cfg(unix)]
#[test]
fn a_check_model_that_fails_is_not_measured_as_if_it_had_answered() {
    let folder = tempfile::tempdir().unwrap();
    let file = judged(folder.path());
    judge(folder.path());
    fs::write(folder.path().join("judge.sh"), "exit 1\n").unwrap();
    let cards = folder.path().to_str().unwrap();
    let flags = ["--check-model", "judge", "--cards", cards];
    let meta = run(&[&["evaluate", "--meta", &file][..], &flags].concat());
    assert_ne!(meta.status.code(), Some(0));
    let told = stderr(&meta) + &stdout(&meta);
    assert!(told.contains("the model of its check failed"), "{told}");
}

/// What the page says of the measures of the check without a model.
#[test]
#[ignore = "needs STANDFIRST_DATA"]
fn with_data_what_is_said_of_the_measures_is_what_is_measured() {
    let data =
        std::env::var_os("STANDFIRST_DATA").expect("STANDFIRST_DATA names the shared folder");
    let sets = [
        ("qags_cnndm", "where summaries copy"),
        ("qags_xsum", "where they reword"),
        ("summedits_other", "where good ones were edited"),
    ];
    for (set, what) in sets {
        let file = Path::new(&data).join("data").join(set).join("dev.jsonl");
        let found = run(&["evaluate", "--meta", file.to_str().unwrap(), "-f", "json"]);
        let found: Value = serde_json::from_str(&stdout(&found)).unwrap();
        for name in ["support", "supported", "flags"] {
            let measure = named(&found["measures"], "name", name);
            let area =
                named(&measure["agreement"], "dimension", "supported")["auc"]["mean"].as_f64();
            let area = area.unwrap();
            let area = if measure["better"] == "lower" { 1.0 - area } else { area };
            println!("{name}, {set}: {area:.4}");
            let told = standfirst_eval::people::agreement(name, None).unwrap();
            assert!(
                told.contains(&format!("{:.0} {what}", 100.0 * area)),
                "{set}: {area:.3}; {told}"
            );
        }
    }
}

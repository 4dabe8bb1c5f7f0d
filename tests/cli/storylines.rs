//! `standfirst storylines` and `standfirst quotes`: contract, sources, order, bad input.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::support::{lines, run, standfirst, stderr, stdout};

fn schema() -> jsonschema::Validator {
    let text = include_str!("../schema/standfirst-storylines-1.schema.json");
    jsonschema::validator_for(&serde_json::from_str(text).unwrap()).unwrap()
}

/// Two outlets and a copy of the one on a fire, and another event.
fn pile() -> Vec<Value> {
    let fire = "HARWICK (Reuters) - A fire destroyed the old mill in Harwick on Monday night and 31 people had to leave their \
        homes, the fire brigade said. Chief Anna Bell said that nobody was hurt. \"We could not save the roof,\" Bell told \
        reporters. The mill was built in 1871 and had stood empty for twenty years. The council of Harwick will talk about \
        its future on Friday.";
    let other = "On Monday night the old mill of Harwick burned down, and 45 people left their homes in Mill Street, neighbours \
        reported. Firefighters led by Anna Bell worked until dawn without finding out how it began. Nobody had lived or \
        worked in the building since the turn of the century. \"Everybody knew that this would happen one day,\" said \
        Karl Voss, whose garden lies next to the mill.";
    let pool = "The council of Selby voted on Tuesday to close its swimming pool. Mayor Ruth Cole said that repairs would cost \
        4 million pounds. Parents protested in the hall against the decision of the council.";
    vec![
        json!({"id": "wire", "text": fire, "published": "2019-03-12", "outlet": "Harwick Post", "title": "Fire destroys old mill"}),
        json!({"id": "copy", "text": fire, "published": "2019-03-13", "outlet": "Daily Echo", "title": "Harwick mill gone"}),
        json!({"id": "other", "text": other, "published": "2019-03-12", "outlet": "Valley News", "title": "Mill burns down in Harwick"}),
        json!({"id": "pool", "text": pool, "published": "2019-03-14", "outlet": "Valley News", "title": "Selby closes pool"}),
    ]
}

fn input(rows: &[Value]) -> String {
    rows.iter().fold(String::new(), |mut all, row| {
        writeln!(all, "{row}").unwrap();
        all
    })
}

fn told(args: &[&str], input: &str) -> String {
    let output = standfirst()
        .args(args)
        .args(["--input-format", "jsonl", "-"])
        .write_stdin(input)
        .output()
        .unwrap();
    stdout(&output)
}

#[test]
fn every_line_is_valid_and_every_offset_is_of_its_article() {
    let rows = pile();
    let (schema, told) =
        (schema(), told(&["storylines", "--format", "jsonl"], &(input(&rows) + "{\"id\": 7}\n")));
    let mut places = 0;
    for line in lines(&told) {
        let errors: Vec<String> = schema
            .iter_errors(&line)
            .map(|error| format!("{error}: {}", error.instance_path()))
            .collect();
        assert!(errors.is_empty(), "{errors:?} in {line}");
        let Some(articles) = line["articles"].as_array() else { continue };
        let text = |place: &Value, at: &Value| -> String {
            let id = &articles[usize::try_from(place.as_u64().unwrap()).unwrap()]["id"];
            let row = rows.iter().find(|row| row["id"] == *id).unwrap();
            let byte = |key: &str| usize::try_from(at[key].as_u64().unwrap()).unwrap();
            row["text"].as_str().unwrap()[byte("start")..byte("end")].to_owned()
        };
        for list in ["digest", "timeline"] {
            for own in line[list].as_array().unwrap() {
                let source = &own["sources"][0];
                assert_eq!(text(&source["article"], source), own["text"].as_str().unwrap());
                places += 1;
            }
        }
        for quote in line["quotes"].as_array().unwrap() {
            assert_eq!(text(&quote["article"], quote), quote["text"].as_str().unwrap());
            places += 1;
        }
    }
    assert!(places > 10, "{places}");
}

#[test]
fn a_copy_is_told_with_its_agency_and_a_dispute_with_both_figures() {
    let all = lines(&told(&["storylines", "--format", "jsonl"], &input(&pile())));
    assert_eq!(all.len(), 2, "{all:#?}");
    let fire = all.iter().find(|line| line["articles"].as_array().unwrap().len() == 3).unwrap();
    assert_eq!(fire["events"].as_array().unwrap().len(), 1);
    assert_eq!(
        (&fire["copies"][0]["agency"], fire["copies"][0]["earliest"].as_u64()),
        (&json!("Reuters"), Some(0))
    );
    let entries =
        fire["timeline"].as_array().unwrap().iter().filter(|entry| entry["days"] == "2019-03-11");
    let disputed: Vec<&Value> =
        entries.flat_map(|entry| entry["disputed"].as_array().unwrap()).collect();
    let mut figures: Vec<&str> = disputed
        .iter()
        .flat_map(|own| own["figures"].as_array().unwrap())
        .filter_map(|own| own["text"].as_str())
        .collect();
    figures.sort_unstable();
    assert_eq!((disputed.len(), figures), (1, vec!["31", "45"]), "{disputed:?}");
    let speakers: Vec<&str> = fire["quotes"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|quote| quote["speaker"].as_str())
        .collect();
    assert!(speakers.contains(&"Anna Bell") && speakers.contains(&"Karl Voss"), "{speakers:?}");
}

#[test]
fn the_tone_towards_somebody_is_told_by_outlet_voice_and_month() {
    let row = |id: &str, outlet: &str, day: &str, text: &str| json!({"id": id, "outlet": outlet, "published": day, "text": text, "title": "Mill fire"});
    let rows = [
        row(
            "a",
            "Post",
            "2019-03-12",
            "Anna Bell, the brave chief of Harwick, saved the old mill from the fire on Monday. Bell did an excellent job, everybody in Harwick said.",
        ),
        row(
            "b",
            "Echo",
            "2019-03-12",
            "Anna Bell failed the old mill of Harwick in the fire on Monday. Bell made terrible mistakes, said Karl Voss of Harwick.",
        ),
        row(
            "c",
            "Post",
            "2019-03-13",
            "Anna Bell was praised in Harwick for how the fire in the old mill ended on Monday. The town is grateful to Bell.",
        ),
    ];
    let args = ["storylines", "--sentiment-model", "vader", "--encoder", "none", "--format"];
    let told = |form: &str| told(&[&args[..], &[form]].concat(), &input(&rows));
    let all = lines(&told("jsonl"));
    assert_eq!(all.len(), 1, "{all:#?}");
    assert!(schema().is_valid(&all[0]));
    let bell = all[0]["tones"].as_array().unwrap().iter().find(|tone| tone["name"] == "Anna Bell");
    let bell = bell.unwrap();
    assert_eq!(bell["articles"], 3);
    let score = |group: &str, of: &str| -> f64 {
        let slices = bell[group].as_array().unwrap().iter();
        let slice = slices.clone().find(|slice| slice["of"] == of);
        slice.unwrap_or_else(|| panic!("no {of} in {bell}"))["score"].as_f64().unwrap()
    };
    assert!(score("outlets", "Post") > 0.0 && score("outlets", "Echo") < 0.0, "{bell}");
    assert!(score("voices", "Karl Voss") < 0.0, "{bell}");
    assert_eq!(bell["months"][0]["of"], "2019-03");
    for form in ["text", "markdown", "html"] {
        let page = told(form);
        assert!(page.contains("Anna Bell") && page.contains("2019-03 "), "{form}: {page}");
    }
    let without = lines(&self::told(&["storylines", "--format", "jsonl"], &input(&rows)));
    assert!(without[0].get("tones").is_none());
}

#[test]
fn threads_and_the_order_of_the_input_change_nothing() {
    let mut rows = pile();
    let first = told(&["storylines", "--format", "jsonl", "--jobs", "1"], &input(&rows));
    assert_eq!(first, told(&["storylines", "--format", "jsonl", "--jobs", "4"], &input(&rows)));
    rows.reverse();
    let ids = |text: &str| lines(text).iter().map(|line| line["id"].clone()).collect::<Vec<_>>();
    assert_eq!(ids(&first), ids(&told(&["storylines", "--format", "jsonl"], &input(&rows))));
}

#[test]
fn text_and_markdown_show_events_sources_and_the_timeline() {
    for format in ["text", "markdown"] {
        let shown = told(&["storylines", "--format", format], &input(&pile()));
        for wanted in [
            "Timeline",
            "2019-03-11",
            "Harwick Post",
            "Valley News",
            "Anna Bell",
            "a version of wire",
        ] {
            assert!(shown.contains(wanted), "no {wanted:?} in {format}:\n{shown}");
        }
    }
}

#[test]
fn what_somebody_said_of_one_matter_on_two_days_stands_in_their_order() {
    let mut rows = pile();
    let later = "The ruin of the old mill of Harwick will be torn down. Karl Voss, whose garden lies next to the mill, said that \
        the council had left the mill without guards. The fire on Monday night had taken the homes of 45 people in Mill Street.";
    let last = "Harwick will rebuild the old mill that burned down on a Monday night in March. Karl Voss told reporters that no \
        guards could have saved the mill from the council. Anna Bell and her firefighters were thanked.";
    rows.push(json!({"id": "last", "text": last, "published": "2019-03-19", "title": "Harwick rebuilds mill"}));
    rows.push(json!({"id": "later", "text": later, "published": "2019-03-15", "title": "Ruin of mill torn down"}));
    let input = input(&rows);
    let told_jsonl = told(&["storylines", "--format", "jsonl"], &input);
    let schema = schema();
    assert!(lines(&told_jsonl).iter().all(|line| schema.is_valid(line)), "{told_jsonl}");
    let all = lines(&told_jsonl);
    let line = all.iter().find(|line| line["positions"].is_array()).expect(&told_jsonl);
    let [position] = line["positions"].as_array().unwrap().as_slice() else { panic!("{line}") };
    assert_eq!((&position["speaker"], &position["days"]), (&json!("Karl Voss"), &json!(2)));
    let statements = position["statements"].as_array().unwrap().iter();
    let said: Vec<&str> = statements
        .map(|at| {
            let quote = &line["quotes"][usize::try_from(at.as_u64().unwrap()).unwrap()];
            quote["text"].as_str().unwrap()
        })
        .collect();
    assert!(said[0].contains("left the mill") && said[1].contains("saved the mill"), "{said:?}");
    for format in ["text", "markdown", "html"] {
        let shown = told(&["storylines", "--format", format], &input);
        assert!(shown.contains("Positions over time"), "none in {format}:\n{shown}");
        assert!(shown.contains("Karl Voss on "), "none in {format}:\n{shown}");
    }
    assert!(!told(&["storylines"], &self::input(&pile())).contains("Positions"));
}

#[test]
fn quotes_come_as_rows_and_for_one_speaker() {
    let rows = lines(&told(&["quotes", "--format", "jsonl"], &input(&pile())));
    assert!(rows.iter().all(|row| row["schema"] == "standfirst-quotes/1"));
    assert!(
        rows.iter().any(|row| row["speaker"] == "Karl Voss"
            && row["verb"] == "said"
            && row["direct"] == true),
        "{rows:#?}"
    );
    let table = told(&["quotes", "--format", "csv", "--speaker", "voss"], &input(&pile()));
    assert_eq!(table.lines().count(), 2, "{table}");
    assert!(table.starts_with("speaker,named,verb,direct,text,"));
}

#[test]
fn what_cannot_be_read_is_told_and_the_rest_goes_on() {
    let output = run(&["storylines", "--format", "jsonl", "harbour.txt", "not-there.txt"]);
    assert_eq!(output.status.code(), Some(1));
    let all = lines(&stdout(&output));
    assert_eq!(all.len(), 2);
    assert!(all[1]["error"].is_string());
    assert!(stderr(&output).contains("not-there.txt"));
    let output = run(&["storylines", "--format", "csv", "harbour.txt"]);
    assert_eq!(output.status.code(), Some(2));
}

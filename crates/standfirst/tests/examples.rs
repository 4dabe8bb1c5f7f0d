//! The examples do what they say.

#[allow(dead_code)]
#[path = "../examples/check.rs"]
mod check;
#[allow(dead_code)]
#[path = "../examples/plugin.rs"]
mod plugin;
#[allow(dead_code)]
#[path = "../examples/summarize.rs"]
mod summarize;

use std::error::Error;

type Run<'a> = &'a dyn Fn(&mut dyn std::io::Write) -> Result<(), Box<dyn Error>>;

fn said(run: Run<'_>) -> String {
    let mut out = Vec::new();
    run(&mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn the_check_tells_the_sentence_of_the_article_from_the_wrong_number() {
    let said = said(&|out| check::run(out));
    let (copied, wrong) = said.split_once("unsupported: ").unwrap();
    assert!(copied.contains("rests on: The ferry to Sark was cancelled on Friday after"), "{said}");
    assert!(wrong.contains("see its number"), "{said}");
}

#[test]
fn the_plugin_keeps_the_contract_and_picks_the_figures() {
    let said = said(&|out| plugin::run(out));
    assert_eq!(
        said,
        "lead: The reservoir is emptier than anybody remembers.\n\
         figures: On 14 August it held 31 per cent of what it can hold.\n"
    );
}

#[test]
fn summaries_come_in_the_order_of_the_files_and_a_bad_file_in_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    };
    let paths = vec![
        path("b.txt", "The dam held. Nobody was hurt."),
        folder.path().join("gone.txt"),
        path("a.txt", "The vote was lost. The mayor resigned in anger."),
    ];
    let said = said(&|out| summarize::run(paths.clone(), out));
    let names: Vec<_> = said.lines().map(|line| line.rsplit_once(".txt: ").unwrap()).collect();
    let order: Vec<_> = names.iter().map(|(from, _)| from.rsplit('/').next().unwrap()).collect();
    assert_eq!(order, ["b", "b", "gone", "a", "a"]);
    assert!(names[0].1.contains("The dam held."), "{said}");
    assert!(names[2].1.contains("there is no such file"), "{said}");
    assert!(names[4].1.starts_with("negative -"), "{said}");
}

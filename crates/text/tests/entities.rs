//! Who is named: against the targets of NewsMTSC and the main entities of BASIL.

use serde_json::Value;
use standfirst_core::article::Document;
use standfirst_text::sentence::from_sentences;
use standfirst_text::{
    entity::{Entity, Kind},
    reading,
    repair::clean,
};

fn entities(text: &str) -> Vec<Entity> {
    clean(Document::from_text("t", text))
        .map_or(Vec::new(), |article| reading::of(&article).entities().to_vec())
}

/// Byte offset of code point `at`.
fn byte(text: &str, at: u64) -> usize {
    text.char_indices().nth(usize::try_from(at).unwrap()).map_or(text.len(), |(byte, _)| byte)
}

/// A target counts as found if a mention shares a byte with it.
#[test]
#[ignore = "needs STANDFIRST_DATA"]
fn with_data_nine_of_ten_targets_are_among_the_mentions() {
    let rows = standfirst_testdata::rows("data/newsmtsc/dev.jsonl");
    let (mut named, mut found, mut pronouns, mut found_pronouns) = (0, 0, 0, 0);
    for row in &rows {
        let text = row["text"].as_str().unwrap();
        let (start, end) = (&row["target"]["start"], &row["target"]["end"]);
        let (start, end) = (byte(text, start.as_u64().unwrap()), byte(text, end.as_u64().unwrap()));
        let article = from_sentences("t", &[text]).unwrap();
        let offset = text.len() - text.trim_start().len();
        let (start, end) = (start - offset, end - offset);
        let met = reading::of(&article)
            .entities()
            .iter()
            .flat_map(|entity| &entity.mentions)
            .any(|mention| mention.span.start < end && start < mention.span.end);
        if text[start..end].split_whitespace().all(|word| word.chars().all(char::is_lowercase)) {
            pronouns += 1;
            found_pronouns += u32::from(met);
        } else {
            named += 1;
            found += u32::from(met);
            if !met {
                println!("missed {:?} in {text}", &text[start..end]);
            }
        }
    }
    println!(
        "targets: {found} of {named} with a capital, {found_pronouns} of {pronouns} without, \
         {:.3} of all",
        f64::from(found + found_pronouns) / f64::from(named + pronouns)
    );
    assert!(f64::from(found) >= 0.9 * f64::from(named));
}

#[test]
#[ignore = "needs STANDFIRST_DATA"]
fn with_data_main_entities_are_found() {
    let rows = standfirst_testdata::rows("data/basil_clusters/dev.jsonl");
    let (mut asked, mut found, mut top) = (0, 0, 0);
    for row in &rows {
        let entities = entities(row["text"].as_str().unwrap());
        let text = row["text"].as_str().unwrap();
        // What stands in the article in other words, or small (police, plaintiffs), has no name in it.
        let named = |main: &&str| text.contains(*main) && main.starts_with(char::is_uppercase);
        let mains = row["main_entities"].as_array().unwrap().iter().filter_map(Value::as_str);
        for main in mains.filter(named) {
            asked += 1;
            let same = |entity: &Entity| {
                entity.name == main
                    || main.ends_with(&format!(" {}", entity.name))
                    || entity.name.ends_with(&format!(" {main}"))
            };
            match entities.iter().position(same) {
                Some(rank) => {
                    found += 1;
                    top += u32::from(rank < 5);
                }
                None => println!("missed {main:?} in {}", row["id"]),
            }
        }
    }
    let people = rows.iter().flat_map(|row| entities(row["text"].as_str().unwrap()));
    let kinds = people.fold([0; 4], |mut kinds, entity| {
        kinds[match entity.kind {
            Kind::Person => 0,
            Kind::Organisation => 1,
            Kind::Country => 2,
            Kind::Other => 3,
        }] += 1;
        kinds
    });
    println!(
        "main entities: {found} of {asked} found, {top} among the five most mentioned; kinds {kinds:?}"
    );
    assert!(f64::from(found) >= 0.8 * f64::from(asked));
}

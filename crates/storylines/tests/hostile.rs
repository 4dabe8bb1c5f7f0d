//! Piles that invite wrong answers: templates, copies, no dates, other languages, one day.

use std::collections::HashSet;

use standfirst_core::{
    article::{Document, Limits},
    random::SplitMix64,
};
use standfirst_storylines::{
    events::{Features, Settings, cluster},
    report::Storyline,
    story::{Options, tell},
    study::{Studied, study},
};

fn studied(id: &str, text: &str, published: Option<&str>) -> Studied {
    let mut document = Document::from_text(id, text);
    document.published = published.map(str::to_owned);
    study(document, &Limits::default(), None).unwrap()
}

/// A made-up name, one of nine thousand.
fn name(random: &mut SplitMix64) -> String {
    const FIRST: [&str; 12] =
        ["Bar", "Cold", "Dun", "East", "Fern", "Glen", "Har", "Kel", "Lang", "Mor", "Nor", "Sel"];
    const MIDDLE: [&str; 8] = ["a", "en", "ing", "o", "ers", "il", "um", "os"];
    const LAST: [&str; 12] = [
        "by", "combe", "dale", "ford", "ham", "ley", "more", "ness", "stead", "ton", "wick",
        "worth",
    ];
    let pick = |list: &[&str], random: &mut SplitMix64| list[random.below(list.len())].to_owned();
    pick(&FIRST, random) + &pick(&MIDDLE, random) + &pick(&MIDDLE, random) + &pick(&LAST, random)
}

fn match_report(random: &mut SplitMix64) -> String {
    let (home, away, scorer) = (name(random), name(random), name(random));
    let (goals, minute, crowd) =
        (1 + random.below(4), 1 + random.below(89), 500 + random.below(40_000));
    format!(
        "{home} beat {away} {goals}-0 on Saturday to climb two places in the table. {scorer} opened the scoring after \
         {minute} minutes with a header from a corner that the {away} defence failed to clear. The visitors had their \
         best chance shortly before the break, but the goalkeeper of {home} tipped the ball over the bar. \"We \
         deserved the three points,\" the {home} manager said. The match was watched by a crowd of {crowd}. {away} \
         stay in the lower half of the table and play at home next week."
    )
}

fn weather(random: &mut SplitMix64) -> String {
    let (place, other) = (name(random), name(random));
    let (high, low, wind) = (5 + random.below(25), random.below(10), 10 + random.below(60));
    format!(
        "The day in {place} begins with fog in the valleys and ends with sunshine in most parts of the county. The \
         temperature rises to {high} degrees at noon and falls to {low} degrees in the night. The wind blows from \
         the west at up to {wind} kilometres an hour. In {other} and on the coast there may be a shower in the \
         evening. The weather service expects no change until the end of the week."
    )
}

/// The share of all articles that the largest event has.
fn largest(texts: &[String]) -> f64 {
    let all: Vec<Studied> = texts
        .iter()
        .zip(0..)
        .map(|(text, at)| studied(&format!("a{at}"), text, Some("2019-03-16")))
        .collect();
    let lines = tell(&all, &Options::default());
    let events = lines.iter().flat_map(|line| &line.events);
    let most = events.map(|event| event.articles.len()).max().unwrap();
    most as f64 / texts.len() as f64
}

#[test]
fn a_template_makes_no_event() {
    let mut random = SplitMix64::new(7);
    let reports: Vec<String> = (0..150).map(|_| match_report(&mut random)).collect();
    let forecasts: Vec<String> = (0..150).map(|_| weather(&mut random)).collect();
    for (texts, what) in [(reports, "match reports"), (forecasts, "forecasts")] {
        let share = largest(&texts);
        assert!(share <= 0.03, "{what}: {share}");
    }
}

const FIRE: &str = "A fire destroyed the old mill in Harwick on Monday night, the fire brigade said. Chief Anna Bell said \
    that nobody was hurt and that the cause was not known yet. The mill was built in 1871 and had stood empty for \
    twenty years.";
const POOL: &str = "The council of Selby voted to close the swimming pool in Mill Street. Mayor Karl Voss said that \
    repairs would cost 4 million pounds. Parents protested in the hall against the decision.";

#[test]
fn all_copies_of_one_article_are_one_article_with_versions() {
    let all: Vec<Studied> =
        (0..40).map(|at| studied(&format!("a{at}"), FIRE, Some("2019-03-14"))).collect();
    let lines = tell(&all, &Options::default());
    let [line] = &lines[..] else { panic!("{} storylines", lines.len()) };
    assert_eq!((line.events.len(), line.articles.len()), (1, 40));
    assert_eq!(line.copies[0].versions.len(), 39);
    assert_eq!(line.articles.iter().filter(|member| member.copy_of.is_none()).count(), 1);
}

#[test]
fn one_article_is_a_storyline_of_its_own() {
    let lines = tell(&[studied("a", FIRE, None)], &Options::default());
    assert_eq!(lines.len(), 1);
    assert!(lines[0].digest.iter().all(|line| !line.single_source), "nobody else tells of it");
    assert!(lines[0].notes.iter().any(|note| note.contains("no date")), "{:?}", lines[0].notes);
    assert!(tell(&[], &Options::default()).is_empty());
}

#[test]
fn without_dates_and_in_several_languages_nothing_is_made_up() {
    let french = "Un incendie a détruit le vieux moulin de la ville lundi soir, ont annoncé les pompiers. Personne n'a \
                  été blessé et la cause n'est pas encore connue. Le moulin était vide depuis vingt ans.";
    let all = [studied("a", FIRE, None), studied("b", POOL, None), studied("c", french, None)];
    let lines = tell(&all, &Options::default());
    assert_eq!(lines.len(), 3);
    assert!(lines.iter().all(|line| line.days.is_none()));
    assert!(
        lines.iter().flat_map(|line| &line.timeline).all(|entry| entry.days.days() > 300),
        "{lines:#?}"
    );
    let own = lines.iter().find(|line| line.articles[0].id == "c").unwrap();
    assert!(own.notes.iter().any(|note| note.contains("not in English")));
    assert!(own.quotes.is_empty());
}

#[test]
fn the_order_of_the_input_changes_nothing_but_the_places() {
    let mut all: Vec<Studied> = (0..30)
        .map(|at| {
            let mut random = SplitMix64::new(at / 2);
            studied(
                &format!("a{at}"),
                &format!("{} {}", match_report(&mut random), ["One.", "Two."][(at % 2) as usize]),
                Some("2019-03-16"),
            )
        })
        .collect();
    all.push(studied("fire", FIRE, Some("2019-03-12")));
    let told = |all: &[Studied]| -> Vec<Storyline> { tell(all, &Options::default()) };
    let first = told(&all);
    all.reverse();
    assert_eq!(first, told(&all));
    let ids: HashSet<String> = first.iter().map(|line| line.id.to_string()).collect();
    assert_eq!(ids.len(), first.len());
}

/// Articles as numbers alone: of every event some words and names of its own, and words of the whole pile.
fn generated(count: usize, seed: u64) -> Vec<Features> {
    let mut random = SplitMix64::new(seed);
    let word = |value: usize| u32::try_from(value).unwrap();
    (0..count)
        .map(|at| {
            let event = at % (count / 5).max(1);
            let mut of_event = SplitMix64::new(event as u64 ^ 0x5eed);
            let own: Vec<usize> = (0..16).map(|_| 10_000 + of_event.below(3_000_000)).collect();
            let mut terms: Vec<(u32, f32)> =
                own.iter().filter(|_| random.below(4) > 0).map(|own| (word(*own), 2.0)).collect();
            terms.extend(
                (0..40).map(|_| (word(random.below(random.clone().below(10_000) + 1)), 1.0)),
            );
            terms.sort_by_key(|(hash, _)| *hash);
            terms.dedup_by_key(|(hash, _)| *hash);
            let mut names: Vec<(u32, f32)> =
                (0..4).map(|_| (word(5_000_000 + of_event.below(200_000)), 2.0)).collect();
            names.sort_by_key(|(hash, _)| *hash);
            names.dedup_by_key(|(hash, _)| *hash);
            Features { key: at as u64, terms, names, ..Features::default() }
        })
        .collect()
}

#[test]
fn thousands_of_one_day_fall_into_their_events() {
    let articles = generated(5_000, 3);
    let events = cluster(&articles, &Settings::default());
    let most = events.iter().map(|event| event.articles.len()).max().unwrap();
    assert!(most <= 10, "an event of {most}");
    assert!((900..=1_200).contains(&events.len()), "{} events", events.len());
}

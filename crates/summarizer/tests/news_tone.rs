//! The shipped `news-tone`: the logits of the reference in Python, the plugin contract, damaged files,
//! company and threads, and how it does on people's labels.

mod common;

use std::{
    fs,
    hash::{DefaultHasher, Hash as _, Hasher as _},
    path::{Path, PathBuf},
    sync::Arc,
};

use serde::Deserialize;
use standfirst_core::{
    article::Span,
    card::Precision,
    plugin::{Label, Passage, Sentiment, SentimentModel},
    report::chain,
};
use standfirst_eval::metric::classes::{self, Answered};
use standfirst_summarizer::{
    contract::check_sentiment,
    engine::{
        Encoder as _, Judged, Marked, ToneNetwork as _,
        native::{BertEncoder, BertFiles, BertTone},
    },
    registry::{Options, Registry},
    sentiment::vader,
};

const ID: &str = "news-tone";
const MAX_TOKENS: usize = 256;
/// What the macro-F1 on NewsMTSC's development part must reach, and the calibration error stay below.
const BARS: (f64, f64) = (0.73, 0.05);
/// How many of the hundred sentences about relief and ill must be told apart.
const RELIEF: usize = 65;

/// The encoder's files and that of the upper layers.
fn files() -> (BertFiles, PathBuf) {
    let [tone] = common::files(ID, ["tone"]);
    (common::encoder_files(ID), tone)
}

fn network() -> BertTone {
    let (files, tone) = files();
    let encoder = Arc::new(BertEncoder::load(&files, MAX_TOKENS).unwrap());
    BertTone::load(encoder, &tone).unwrap()
}

fn model() -> Arc<dyn SentimentModel> {
    let model = Registry::from_env(&[]).unwrap().sentiment(ID);
    model.unwrap_or_else(|error| panic!("run `standfirst models fetch {ID}`: {error}"))
}

#[derive(Deserialize)]
struct Golden {
    rows: Vec<Row>,
}

#[derive(Deserialize)]
struct Row {
    text: String,
    logits: [f32; 3],
    targets: Vec<Target>,
}

#[derive(Deserialize)]
struct Target {
    #[serde(flatten)]
    span: Span,
    logits: [f32; 3],
}

fn golden() -> Vec<Row> {
    let json = include_str!("../../../tests/golden/news_tone.json");
    serde_json::from_str::<Golden>(json).unwrap().rows
}

fn marked(rows: &[Row]) -> Vec<Marked<'_>> {
    rows.iter()
        .map(|row| Marked {
            text: &row.text,
            tokens: None,
            targets: row.targets.iter().map(|target| target.span).collect(),
        })
        .collect()
}

fn assert_near(found: [f32; 3], expected: [f32; 3], most: f32, what: &str) {
    let apart = found.iter().zip(expected).map(|(f, e)| (f - e).abs()).fold(0.0, f32::max);
    assert!(apart < most, "{what}: {found:?} where {expected:?} is due");
}

#[test]
#[ignore = "needs the files of news-tone"]
fn judges_as_the_reference_does() {
    let network = network();
    let golden = golden();
    let judged = network.judge(&marked(&golden)).unwrap();
    let targets: usize = golden.iter().map(|row| row.targets.len()).sum();
    assert_eq!((judged.len(), targets), (9, 15));
    for (found, row) in judged.iter().zip(&golden) {
        assert_near(found.text, row.logits, 1e-3, &row.text);
        assert_eq!(found.targets.len(), row.targets.len());
        for (found, target) in found.targets.iter().zip(&row.targets) {
            let name = &row.text[target.span.range()];
            assert_near(found.expect("it is read"), target.logits, 1e-3, name);
        }
    }
}

#[test]
#[ignore = "needs the files of news-tone"]
fn a_text_is_judged_on_its_own() {
    let network = network();
    let golden = golden();
    let inputs = marked(&golden);
    let together = network.judge(&inputs).unwrap();
    for (input, together) in inputs.iter().zip(together) {
        let alone = network.judge(std::slice::from_ref(input)).unwrap().remove(0);
        assert_near(alone.text, together.text, 1e-4, input.text);
        for (alone, together) in alone.targets.iter().zip(together.targets) {
            assert_near(alone.unwrap(), together.unwrap(), 1e-4, input.text);
        }
    }
    assert_eq!(network.judge(&[]).unwrap(), Vec::<Judged>::new());
}

/// The encoder remembers its lower layers once a network of tone stands on it.
#[test]
#[ignore = "needs the files of news-tone"]
fn what_is_remembered_changes_no_bit() {
    let (files, tone) = files();
    let golden = golden();
    let texts: Vec<&str> = golden.iter().map(|row| row.text.as_str()).collect();
    let fresh = || Arc::new(BertEncoder::load(&files, MAX_TOKENS).unwrap());
    let alone = fresh().encode(&texts).unwrap();
    let (cold, warm) = (fresh(), fresh());
    let cold = BertTone::load(cold, &tone).unwrap().judge(&marked(&golden)).unwrap();
    let network = BertTone::load(Arc::clone(&warm), &tone).unwrap();
    assert_eq!(warm.encode(&texts).unwrap(), alone);
    assert_eq!(network.judge(&marked(&golden)).unwrap(), cold);
    assert_eq!(warm.encode(&texts).unwrap(), alone);
}

#[test]
#[ignore = "needs the files of news-tone"]
fn it_keeps_the_contract() {
    let model = model();
    check_sentiment(&*model).unwrap();
}

fn score(model: &dyn SentimentModel, text: &str, name: &str) -> Sentiment {
    let start = text.find(name).unwrap();
    let target = Some(Span::new(start, start + name.len()));
    model.score(&[Passage { text, target }]).unwrap()[0]
}

#[test]
#[ignore = "needs the files of news-tone"]
fn it_knows_who_is_meant() {
    let model = model();
    let text = "Lawmakers applauded Nora Feld, the hero of the rescue, and condemned the corrupt \
                and cowardly Karl Voss.";
    assert_eq!(score(&*model, text, "Nora Feld").label, Label::Positive);
    assert_eq!(score(&*model, text, "Karl Voss").label, Label::Negative);
    let plain = "Nora Feld arrived in Lisbon on Tuesday for a meeting with Karl Voss.";
    assert_eq!(score(&*model, plain, "Karl Voss").label, Label::Neutral);
}

#[test]
#[ignore = "needs the files of news-tone"]
fn a_name_that_stands_far_back_is_found() {
    let model = model();
    let text = "and the tide went out again, ".repeat(20_000)
        + "until everybody condemned the corrupt and cowardly Karl Voss, a thief";
    assert!(text.split(' ').count() > 100_000);
    assert_eq!(score(&*model, &text, "Karl Voss").label, Label::Negative);
}

fn refusal(files: &BertFiles, tone: &Path) -> String {
    let encoder = Arc::new(BertEncoder::load(files, MAX_TOKENS).unwrap());
    chain(&BertTone::load(encoder, tone).err().expect("it is broken"))
}

#[test]
#[ignore = "needs the files of news-tone"]
fn damaged_upper_layers_are_refused_by_name() {
    let (files, tone) = files();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tone.safetensors");
    let bytes = fs::read(&tone).unwrap();
    let header = usize::try_from(u64::from_le_bytes(bytes[..8].try_into().unwrap())).unwrap();
    let renamed = |from: &str, to: &str| {
        assert_eq!(from.len(), to.len());
        let text = String::from_utf8(bytes[8..8 + header].to_vec()).unwrap().replace(from, to);
        [&bytes[..8], text.as_bytes(), &bytes[8 + header..]].concat()
    };
    let cases: [(Vec<u8>, &str); 5] = [
        (bytes[..bytes.len() / 2].to_vec(), "not a whole safetensors file"),
        (b"\x02\0\0\0\0\0\0\0{}".to_vec(), "has no tensor target.weight"),
        (renamed("target.bias", "target.bios"), "has no tensor target.bias"),
        (renamed("layer.4.output.dense", "layer.7.output.dense"), "has no tensor encoder.layer.4"),
        (renamed("[3,1152]", "[1152,3]"), "[1152, 3], and the configuration asks for [3, 1152]"),
    ];
    for (content, expected) in cases {
        fs::write(&path, content).unwrap();
        let message = refusal(&files, &path);
        assert!(message.contains(expected), "{expected}: {message}");
    }
}

#[derive(Deserialize)]
struct Question {
    text: String,
    label: Label,
    target: Place,
}

#[derive(Deserialize)]
struct Place {
    start: usize,
    end: usize,
}

/// The lines of NewsMTSC's development part; offsets count code points.
fn questions() -> Vec<Question> {
    let rows = standfirst_testdata::rows("data/newsmtsc/dev.jsonl");
    rows.into_iter().map(|row| serde_json::from_value(row).unwrap()).collect()
}

fn answers(model: &dyn SentimentModel, questions: &[Question]) -> Vec<Answered> {
    let byte = |text: &str, at: usize| {
        text.char_indices().map(|(byte, _)| byte).chain([text.len()]).nth(at).unwrap()
    };
    let passages: Vec<Passage<'_>> = questions
        .iter()
        .map(|Question { text, target, .. }| Passage {
            text,
            target: Some(Span::new(byte(text, target.start), byte(text, target.end))),
        })
        .collect();
    let number = |text: &str| {
        let mut hasher = DefaultHasher::new();
        text.hash(&mut hasher);
        hasher.finish()
    };
    let answer = |(question, tone): (&Question, Sentiment)| Answered {
        gold: question.label,
        found: Some(tone.label),
        confidence: tone.confidence.map(f64::from),
        text: number(&question.text),
    };
    questions.iter().zip(model.score(&passages).unwrap()).map(answer).collect()
}

/// Of a hundred sentences, fifty about the end of an ill and their opposites, none of which training saw.
#[test]
#[ignore = "needs the files of news-tone"]
fn relief_is_no_ill() {
    let lines = include_str!("../../../models/news-tone/relief/test.jsonl").lines();
    let questions: Vec<Question> = lines.map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(questions.len(), 100);
    let ill = |label: Option<Label>| label == Some(Label::Negative);
    let answers = answers(&*model(), &questions);
    let right = answers.iter().filter(|answer| ill(answer.found) == ill(Some(answer.gold))).count();
    println!("{right} of 100 are negative where they should be, and only there");
    assert!(right >= RELIEF, "{right}");
}

#[test]
#[ignore = "needs STANDFIRST_DATA and the files of news-tone"]
fn with_data_it_agrees_with_people_better_than_a_lexicon_does() {
    let (questions, model) = (questions(), model());
    let (ours, lexicon) = (answers(&*model, &questions), answers(&*vader::make(), &questions));
    let scores = classes::score(&ours, 1).unwrap();
    let gain = classes::macro_f1_gain(&ours, &lexicon, 1).unwrap();
    println!("{scores:#?}\nover vader, shown the sentence: {gain:?}");
    assert!(scores.macro_f1.mean >= BARS.0, "{:?}", scores.macro_f1);
    assert!(scores.calibration_error.unwrap() <= BARS.1, "{:?}", scores.calibration_error);
    assert!(gain.low > 0.1, "{gain:?}");
}

#[test]
#[ignore = "needs STANDFIRST_DATA and the files of news-tone"]
fn with_data_it_judges_in_eight_bits_as_in_thirty_two() {
    let questions = questions();
    let score = |precision| {
        let options = Options { precision: Some(precision), ..Options::default() };
        let registry = Registry::from_env(&[]).unwrap().with_options(options);
        classes::score(&answers(&*registry.sentiment(ID).unwrap(), &questions), 1).unwrap()
    };
    let [full, int8] = [Precision::F32, Precision::Int8].map(|p| score(p).macro_f1.mean);
    println!("macro-F1 {full:.4} in f32, {int8:.4} in int8");
    assert!((full - int8).abs() <= 0.003, "{full} {int8}");
}

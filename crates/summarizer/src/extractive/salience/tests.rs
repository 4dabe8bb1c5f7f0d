#![expect(clippy::float_cmp, reason = "flags and simple counts are exact")]

use ndarray::{Array1, Array2, array};
use standfirst_core::article::Document;
use standfirst_text::reading;
use standfirst_text::repair::clean;
use standfirst_text::sentence::from_sentences;

use super::{
    Manner,
    features::{Line, NAMES, features},
    head::{Head, HeadError},
    order,
    same::Same,
};

/// The value of the feature `name` for the sentence `i`.
fn feature(rows: &Array2<f32>, i: usize, name: &str) -> f32 {
    rows[(i, NAMES.iter().position(|own| *own == name).unwrap())]
}

fn unit_rows(count: usize) -> Array2<f32> {
    Array2::from_shape_fn((count, count), |(i, j)| f32::from(u8::from(i == j)))
}

/// A head that knows nothing but the straight line over `name`.
fn by(name: &str, weight: f32) -> Head {
    let mut head = Head::blank(Array1::zeros(NAMES.len()), Array1::ones(NAMES.len()));
    head.linear[NAMES.iter().position(|own| *own == name).unwrap()] = weight;
    head
}

#[test]
fn features_say_what_their_names_say() {
    let article = from_sentences(
        "t",
        &[
            "The harbour bridge at Orvane fell on Monday.",
            "But he said: \"The bridge was 90 years old.\"",
            "Will you rebuild the bridge?",
        ],
    )
    .unwrap();
    let rows = features(&article, &unit_rows(3), None);
    assert_eq!(rows.dim(), (3, NAMES.len()));
    assert_eq!([0, 1, 2].map(|i| feature(&rows, i, "first")), [1.0, 0.0, 0.0]);
    assert_eq!([0, 1, 2].map(|i| feature(&rows, i, "connective")), [0.0, 1.0, 0.0]);
    assert_eq!([0, 1, 2].map(|i| feature(&rows, i, "quotation")), [0.0, 1.0, 0.0]);
    assert_eq!([0, 1, 2].map(|i| feature(&rows, i, "question")), [0.0, 0.0, 1.0]);
    assert_eq!([0, 1, 2].map(|i| feature(&rows, i, "relative_position")), [0.0, 0.5, 1.0]);
    assert_eq!(feature(&rows, 1, "numbers"), 2.0_f32.ln());
    assert_eq!(feature(&rows, 0, "new_terms"), 1.0);
    assert!((feature(&rows, 0, "centroid") - 1.0 / 3.0_f32.sqrt()).abs() < 1e-6);
    assert_eq!(feature(&rows, 1, "title"), 0.0, "no title, nothing to say");
    assert!(rows.iter().all(|x| x.is_finite()));
}

#[test]
fn a_title_counts_against_its_mean_only() {
    let mut document = Document::from_text("t", "The bridge fell. Rain came. The choir sang.");
    document.title = Some("Bridge falls".to_owned());
    let article = clean(document).unwrap();
    let rows = features(&article, &unit_rows(3), Some(array![1.0, 0.0, 0.0].view()));
    for name in ["title", "title_terms"] {
        let all: Vec<f32> = (0..3).map(|i| feature(&rows, i, name)).collect();
        assert!(all.iter().sum::<f32>().abs() < 1e-6 && all[0] > all[1], "{name}: {all:?}");
    }
}

#[test]
fn the_best_come_first_and_none_is_lost() {
    let texts: Vec<String> =
        (0..90).map(|i| format!("Sentence {} here.", "long ".repeat(i))).collect();
    let article =
        from_sentences("t", &texts.iter().map(String::as_str).collect::<Vec<_>>()).unwrap();
    let embeddings = unit_rows(90);
    let rows = features(&article, &embeddings, None);
    assert_eq!(
        order(&by("relative_position", 1.0), &rows, &embeddings, &Manner::default())[..3],
        [89, 88, 87]
    );
    let mut all = order(&by("first", 1.0), &rows, &embeddings, &Manner::default());
    assert_eq!(all[0], 0);
    all.sort_unstable();
    assert_eq!(all, (0..90).collect::<Vec<_>>());
}

#[test]
fn a_price_on_likeness_spreads_the_selection() {
    let embeddings = array![[1.0_f32, 0.0], [0.7, 0.714], [0.0, 1.0]];
    let article = from_sentences("t", &["One came.", "Two came.", "Three came."]).unwrap();
    let rows = features(&article, &embeddings, None);
    let mut head = by("early_3", 1.0);
    assert_eq!(order(&head, &rows, &embeddings, &Manner::default()), [0, 1, 2]);
    head.pair = [-1.0, 0.0, 0.0];
    let weak = Manner { weak: vec![true, false, false], ..Manner::default() };
    assert_eq!(order(&head, &rows, &embeddings, &Manner::default()), [0, 2, 1]);
    assert_eq!(order(&head, &rows, &embeddings, &weak), [1, 2, 0]);
}

#[test]
fn what_says_the_same_comes_after_all_that_does_not() {
    let embeddings = array![[1.0_f32, 0.0], [0.8, 0.6], [0.0, 1.0], [1.0, 0.0]];
    let texts = ["One came.", "Two came.", "Three came.", "Four came."];
    let article = from_sentences("t", &texts).unwrap();
    let rows = features(&article, &embeddings, None);
    assert_eq!(
        order(&by("relative_position", -1.0), &rows, &embeddings, &Manner::default()),
        [0, 2, 1, 3]
    );
}

#[test]
fn so_does_what_says_it_in_the_same_words() {
    let embeddings = array![[1.0_f32, 0.0], [0.0, 1.0], [-1.0, 0.0]];
    let like = [
        "Labour won 45 seats in the council election.",
        "Conservatives won 12 seats in the council election.",
    ];
    let article = from_sentences("t", &like).unwrap();
    let lines = Line::all(&reading::of(&article));
    assert!(!Same::new(&lines).of(0, 1), "other figures of somebody else");
    let texts = [
        "The old ferry at Velden sank in a winter storm.",
        "A storm in winter sank Velden's old ferry, said the owner of the yard.",
        "Nobody was hurt when the crane fell on Monday.",
    ];
    let article = from_sentences("t", &texts).unwrap();
    let lines = Line::all(&reading::of(&article));
    let rows = features(&article, &embeddings, None);
    let manner = Manner { same: Same::new(&lines), ..Manner::default() };
    let head = by("relative_position", -1.0);
    assert_eq!(order(&head, &rows, &embeddings, &Manner::default()), [0, 1, 2]);
    assert_eq!(order(&head, &rows, &embeddings, &manner), [0, 2, 1]);
}

#[test]
fn a_file_gives_the_head_back_and_damage_is_told() {
    let mut head = by("lead", 0.5);
    head.hidden = Array2::from_elem((2, NAMES.len()), 0.25);
    head.bias = array![0.5, -0.5];
    head.output = array![1.0, 2.0];
    head.pair = [-1.0, 0.5, -2.0];
    let bytes = head.to_bytes().unwrap();
    assert_eq!(bytes, head.to_bytes().unwrap());
    assert_eq!(Head::from_bytes(&bytes).unwrap(), head);
    assert!(Head::from_bytes(&bytes[..bytes.len() - 1]).is_err());
    assert!(Head::from_bytes(b"").is_err());
    head.scale[0] = 0.0;
    let flat = Head::from_bytes(&head.to_bytes().unwrap());
    assert!(matches!(flat, Err(HeadError::Numbers { name: "scale" })), "{flat:?}");
    head.scale[0] = f32::NAN;
    assert!(Head::from_bytes(&head.to_bytes().unwrap()).is_err());
    let mut other = bytes.clone();
    let at = other.windows(8).position(|word| word == b"early_10").unwrap();
    other[at + 7] = b'1';
    assert!(matches!(Head::from_bytes(&other), Err(HeadError::Features)));
}

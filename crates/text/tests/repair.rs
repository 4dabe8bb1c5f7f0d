//! The repair against damage that we do ourselves: clean articles are doubled, glued to the leads of
//! others, strewn with headings, broken up and wrapped, and what the repair finds is counted.
//!
//! The articles are those of `fixtures/clean`, and two sets of real ones. The tables are printed:
//! `cargo test -p standfirst-text --test repair -- --include-ignored --nocapture`.

use std::{fs, path::PathBuf};

use standfirst_core::article::{Article, Document, Reason, Span};
use standfirst_text::{repair::clean, sentence};

/// xorshift64*: the same numbers on every machine.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let roll = self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33;
        usize::try_from(roll).unwrap() % limit.max(1)
    }

    fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len())]
    }
}

/// So many of so many.
#[derive(Clone, Copy, Default)]
struct Share {
    part: usize,
    whole: usize,
}

impl Share {
    fn count(&mut self, is: bool) {
        self.part += usize::from(is);
        self.whole += 1;
    }

    fn rate(self) -> f64 {
        self.part as f64 / self.whole.max(1) as f64
    }
}

/// A text put together from pieces, of which some are damage.
#[derive(Default)]
struct Patchwork {
    text: String,
    /// Where the damage is.
    damage: Vec<Span>,
    /// Where the last paragraph of the article itself is.
    last: Span,
}

impl Patchwork {
    /// The article as it stands.
    fn of(text: &str) -> Self {
        let mut patchwork = Self::default();
        for paragraph in paragraphs(text) {
            patchwork.keep(paragraph);
        }
        patchwork
    }

    fn keep(&mut self, paragraph: &str) {
        self.last = self.push(paragraph);
    }

    fn damage(&mut self, piece: &str) {
        let span = self.push(piece);
        self.damage.push(span);
    }

    fn push(&mut self, piece: &str) -> Span {
        if !self.text.is_empty() {
            self.text.push('\n');
        }
        let start = self.text.len();
        self.text.push_str(piece);
        Span::new(start, self.text.len())
    }

    fn article(&self) -> Article {
        article(&self.text)
    }
}

/// What was found of one kind of damage.
#[derive(Default)]
struct Score {
    /// Pieces of damage that were cut.
    found: Share,
    /// Cuts that hit damage.
    right: Share,
    /// Articles that kept their last paragraph whole.
    last_kept: Share,
}

impl Score {
    fn add(&mut self, patchwork: &Patchwork, reasons: &[Reason]) {
        let article = patchwork.article();
        for &piece in &patchwork.damage {
            self.found.count(covered(&article, piece, reasons) > 0.5);
        }
        for cut in article.cuts().iter().filter(|cut| reasons.contains(&cut.reason)) {
            self.right.count(patchwork.damage.iter().any(|piece| piece.overlaps(cut.span)));
        }
        self.last_kept.count(covered(&article, patchwork.last, &Reason::ALL) < 0.01);
    }

    fn print(&self, kind: &str) {
        println!(
            "{kind:<12} recall {:.3} of {}, precision {:.3} of {}, last paragraph kept {:.3}",
            self.found.rate(),
            self.found.whole,
            self.right.rate(),
            self.right.whole,
            self.last_kept.rate(),
        );
    }
}

fn article(text: &str) -> Article {
    clean(Document::from_text("t", text)).unwrap()
}

/// How much of a span is cut for one of these reasons.
fn covered(article: &Article, span: Span, reasons: &[Reason]) -> f64 {
    let cuts = article.cuts().iter().filter(|cut| reasons.contains(&cut.reason));
    let shared = |cut: Span| cut.end.min(span.end).saturating_sub(cut.start.max(span.start));
    let bytes: usize = cuts.map(|cut| shared(cut.span)).sum();
    bytes as f64 / span.len().max(1) as f64
}

fn paragraphs(text: &str) -> Vec<&str> {
    text.lines().filter(|line| !line.trim().is_empty()).collect()
}

fn sentences(text: &str) -> Vec<&str> {
    let spans = sentence::split(text, Span::new(0, text.len()));
    spans.into_iter().map(|span| &text[span.range()]).collect()
}

/// The texts of the article's sentences.
fn said(article: &Article) -> Vec<&str> {
    article.sentences().iter().map(|sentence| sentence.text.as_str()).collect()
}

/// The articles of our own.
fn fixtures() -> Vec<String> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/clean");
    let mut paths: Vec<PathBuf> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths.iter().map(|path| fs::read_to_string(path).unwrap()).collect()
}

/// The texts of a set, less a title on the first line: of that the truth is not known.
/// Every second one: on the others the evidence for teasers was fitted.
fn set(name: &str) -> Vec<String> {
    let lines = standfirst_testdata::text(&format!("data/{name}/dev.jsonl"));
    let text = |line: &str| {
        let row: serde_json::Value = serde_json::from_str(line).unwrap();
        let text = row["text"].as_str().unwrap().trim().to_owned();
        let titled = !paragraphs(&text)[0].trim_end().ends_with(['.', '"', '”', '?', '!']);
        if titled {
            text.split_once('\n').map_or(String::new(), |(_, rest)| rest.to_owned())
        } else {
            text
        }
    };
    let second = lines.lines().skip(1).step_by(2);
    second.map(text).filter(|text| paragraphs(text).len() > 1).collect()
}

/// The body again, with here and there another word or another mark.
fn nearly(paragraph: &str, dice: &mut Dice) -> String {
    let words: Vec<&str> = paragraph.split(' ').collect();
    let change = |word: &&str| match dice.below(40) {
        0 => "indeed".to_owned(),
        1 => format!("very {word}"),
        2 => format!(" {word}"),
        _ => word.replace(['“', '”'], "\"").replace('’', "'"),
    };
    words.iter().map(change).collect::<Vec<_>>().join(" ")
}

fn doubled(text: &str, exact: bool, dice: &mut Dice) -> Patchwork {
    let mut patchwork = Patchwork::of(text);
    let paragraphs = paragraphs(text);
    let from = dice.below(2).min(paragraphs.len() - 1);
    for paragraph in &paragraphs[from..] {
        let again = if exact { (*paragraph).to_owned() } else { nearly(paragraph, dice) };
        patchwork.damage(&again);
    }
    patchwork
}

/// The lead of another article: broken off, with an ellipsis, with a kicker, or whole.
fn teaser(text: &str, dice: &mut Dice) -> String {
    let body = paragraphs(text).join(" ");
    let words: Vec<&str> = body.split_whitespace().collect();
    let cut = words[..words.len().min(25 + dice.below(75))].join(" ");
    let cut = cut.trim_end_matches(['.', '"', '”', ',']);
    match dice.below(20) {
        0..=10 => cut.to_owned(),
        11 => format!("{cut}..."),
        12 => format!("{cut} …"),
        13..=15 => {
            format!("{}: {cut}", dice.pick(&["RIGHTS ROW", "WINTER WOES", "‘NO WAY’", "TRADE"]))
        }
        _ => {
            let sentences = sentences(&body);
            sentences[..sentences.len().min(1 + dice.below(3))].join(" ")
        }
    }
}

fn with_teasers(text: &str, others: &[String], dice: &mut Dice) -> Patchwork {
    let mut patchwork = Patchwork::of(text);
    for _ in 0..=dice.below(5) {
        let other = dice.pick(others);
        if other != text {
            patchwork.damage(&teaser(other, dice));
        }
    }
    patchwork
}

const HEADINGS: [&str; 16] = [
    "A Question of Trust",
    "What Happens Next",
    "Counting the Cost",
    "From Bad to Worse",
    "The Road Ahead",
    "Voices From the Street",
    "LOOKING BACK",
    "Old Friends, New Rules",
    "A question of trust",
    "Growing concerns",
    "Diplomacy or delay",
    "Why it matters",
    "Fears over jobs and homes",
    "‘Nowhere to go’",
    "What comes next?",
    "5 things to know",
];

fn with_headings(text: &str, dice: &mut Dice) -> Patchwork {
    let mut patchwork = Patchwork::default();
    for (index, paragraph) in paragraphs(text).iter().enumerate() {
        if index > 0 && dice.below(3) == 0 {
            patchwork.damage(HEADINGS[dice.below(HEADINGS.len())]);
        }
        patchwork.keep(paragraph);
    }
    patchwork
}

/// Paragraphs broken in two by a blank line, in mid-sentence and before a small letter.
fn broken(text: &str, dice: &mut Dice) -> String {
    let mut broken = Vec::new();
    for paragraph in paragraphs(text) {
        let words: Vec<&str> = paragraph.split(' ').collect();
        let at = 6 + dice.below(words.len());
        let inside = words.get(at).is_some_and(|word| word.starts_with(char::is_lowercase))
            && !words[at - 1].ends_with(['.', '!', '?', ':', ';', '"', '”', '…', ')', '\'']);
        if inside {
            broken.push(words[..at].join(" "));
            broken.push(words[at..].join(" "));
        } else {
            broken.push(paragraph.to_owned());
        }
    }
    broken.join("\n\n")
}

/// Lines of at most 72 characters.
fn wrapped(text: &str) -> String {
    let wrap = |paragraph: &&str| {
        let mut lines = vec![String::new()];
        for word in paragraph.split_whitespace() {
            let width = lines[lines.len() - 1].chars().count();
            if width > 0 && width + 1 + word.chars().count() > 72 {
                lines.push(String::new());
            }
            let line = lines.last_mut().unwrap();
            line.push_str(if line.is_empty() { "" } else { " " });
            line.push_str(word);
        }
        lines.join("\n")
    };
    paragraphs(text).iter().map(wrap).collect::<Vec<_>>().join("\n\n")
}

/// False cuts: of the sentences, and of the last paragraphs.
fn untouched(texts: &[String]) -> (Share, Share) {
    let (mut cut, mut last) = (Share::default(), Share::default());
    for text in texts {
        let patchwork = Patchwork::of(text);
        let article = patchwork.article();
        let mut at = 0;
        for paragraph in paragraphs(text) {
            for span in sentence::split(&patchwork.text, Span::new(at, at + paragraph.len())) {
                cut.count(covered(&article, span, &Reason::ALL) > 0.5);
            }
            at += paragraph.len() + 1;
        }
        last.count(covered(&article, patchwork.last, &Reason::ALL) > 0.01);
    }
    (cut, last)
}

/// How many of the sentences of the clean article come out the same from a layout that was spoilt.
fn same_sentences(texts: &[String], mut spoil: impl FnMut(&str) -> String) -> Share {
    let mut same = Share::default();
    for text in texts {
        let (before, after) = (article(text), article(&spoil(text)));
        let after = said(&after);
        for sentence in said(&before) {
            same.count(after.contains(&sentence));
        }
    }
    same
}

/// Spoils every article in every way `rounds` times, prints what was found, and holds it against the
/// bars.
fn measure(name: &str, texts: &[String], rounds: usize) {
    let mut dice = Dice(0x5741_4E44_4649_5253);
    let [mut exact, mut near, mut teasers, mut headings] =
        std::array::from_fn(|_| Score::default());
    for text in (0..rounds).flat_map(|_| texts) {
        exact.add(&doubled(text, true, &mut dice), &[Reason::Duplicate]);
        near.add(&doubled(text, false, &mut dice), &[Reason::Duplicate]);
        teasers.add(&with_teasers(text, texts, &mut dice), &[Reason::Teaser, Reason::Fragment]);
        headings.add(&with_headings(text, &mut dice), &[Reason::Heading]);
    }
    let wraps = same_sentences(texts, wrapped);
    let breaks = same_sentences(texts, |text| broken(text, &mut dice));
    let (cut, last) = untouched(texts);

    println!("{name}: {} articles, {rounds} rounds", texts.len());
    exact.print("doubled");
    near.print("nearly");
    teasers.print("teasers");
    headings.print("headings");
    println!("hard-wrapped: {:.4} of {} sentences as before", wraps.rate(), wraps.whole);
    println!("broken up:    {:.4} of {} sentences as before", breaks.rate(), breaks.whole);
    println!(
        "untouched:    {:.4} of {} sentences cut, {:.4} of last paragraphs",
        cut.rate(),
        cut.whole,
        last.rate()
    );

    assert!(exact.found.rate() >= 0.99, "{name}: doubled paragraphs found");
    assert!(near.found.rate() >= 0.99, "{name}: nearly doubled paragraphs found");
    assert!(teasers.found.rate() >= 0.90, "{name}: teasers found");
    assert!(teasers.last_kept.rate() >= 0.98, "{name}: last paragraphs kept before teasers");
    assert!(headings.found.rate() >= 0.95, "{name}: headings found");
    assert!(wraps.rate() >= 0.99 && breaks.rate() >= 0.98, "{name}: paragraphs put together");
    assert!(cut.rate() <= 0.005, "{name}: false cuts");
    assert!(last.rate() <= 0.02, "{name}: last paragraphs cut");
}

#[test]
fn our_own_articles_are_repaired() {
    measure("fixtures", &fixtures(), 12);
}

#[test]
#[ignore = "needs STANDFIRST_DATA"]
fn with_data_bbc_articles_are_repaired() {
    measure("bbc_clean", &set("bbc_clean"), 1);
}

#[test]
#[ignore = "needs STANDFIRST_DATA"]
fn with_data_basil_articles_are_repaired() {
    measure("basil_clusters", &set("basil_clusters"), 1);
}

/// Nothing is left to repair in a repaired text.
fn assert_settled(text: &str) {
    if let Ok(first) = clean(Document::from_text("t", text)) {
        let once = first.repaired();
        let twice = clean(Document::from_text("t", once.as_str())).map(|again| again.repaired());
        assert_eq!(twice.as_deref(), Ok(once.as_str()), "from {text:?}");
    }
}

/// Cuts, paragraphs and quotations lie where they may.
fn assert_sound(text: &str) {
    let Ok(article) = clean(Document::from_text("t", text)) else { return };
    let cuts = article.cuts();
    assert!(cuts.windows(2).all(|pair| pair[0].span.end <= pair[1].span.start));
    for paragraph in article.paragraphs() {
        assert!(cuts.iter().all(|cut| !cut.span.overlaps(paragraph.span)));
    }
    let spans = cuts.iter().map(|cut| cut.span).chain(article.quotations().iter().copied());
    assert!(spans.into_iter().all(|span| text.get(span.range()).is_some()));
    assert!(article.quotations().windows(2).all(|pair| pair[0].end <= pair[1].start));
}

#[test]
fn cleaning_a_damaged_article_twice_is_cleaning_it_once() {
    let texts = fixtures();
    let mut dice = Dice(7);
    for text in (0..6).flat_map(|_| &texts) {
        let heap = with_teasers(&with_headings(text, &mut dice).text, &texts, &mut dice).text;
        let one_line = heap.replace('\n', " ");
        let heaps = [
            broken(&heap, &mut dice),
            wrapped(&heap),
            doubled(&one_line, false, &mut dice).text,
            doubled(&heap, false, &mut dice).text.replace(" said", " said\nAdvertisement\n"),
        ];
        for heap in heaps {
            assert_settled(&heap);
            assert_sound(&heap);
        }
    }
}

mod arbitrary {
    use proptest::prelude::*;

    use super::{assert_settled, assert_sound};

    /// Pieces that mean something to one repair or another.
    fn piece() -> impl Strategy<Value = String> {
        prop_oneof![
            4 => "[a-zA-Z“”‘’\"'.,:;…()\\-— ]{0,40}",
            2 => "\\PC{0,12}",
            1 => "[\\n\\r \\t\u{2028}\u{a0}\u{ad}-]{1,3}",
            1 => Just("\n\n".to_owned()),
            1 => Just("The council of the old port voted on Tuesday to close the bridge. ".to_owned()),
            1 => Just("Engineers had found cracks in two of its piers, and the mayor said that it".to_owned()),
            1 => Just("\nAdvertisement\n".to_owned()),
            1 => Just(" Scroll down for video. ".to_owned()),
            1 => Just("\nA Heading of Its Own\n".to_owned()),
            1 => Just("\nBy Jane Doe\n".to_owned()),
            1 => Just("LONDON (Reuters) - ".to_owned()),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..Default::default() })]

        #[test]
        fn text_is_cleaned_soundly_and_once(pieces in prop::collection::vec(piece(), 0..14)) {
            let text = pieces.concat();
            assert_sound(&text);
            assert_settled(&text);
        }
    }
}

/// A seed document, cleaned.
fn seed(name: &str) -> Article {
    article(&standfirst_testdata::text(&format!("seeds/{name}.txt")))
}

fn reasons(article: &Article) -> Vec<Reason> {
    article.cuts().iter().map(|cut| cut.reason).collect()
}

#[test]
#[ignore = "needs STANDFIRST_DATA"]
fn with_data_the_doubled_seed_keeps_its_first_body() {
    let article = seed("000_1956af09f4bc4656");
    assert_eq!(reasons(&article), [Reason::Byline, Reason::Duplicate]);
    let cut = article.cuts()[1].span;
    let text = &article.document().text;
    assert_eq!(cut.end, text.trim_end().len());
    assert_eq!(text.lines().count(), 29);
    assert_eq!(article.paragraphs().len(), 15);
    let again = &text[cut.range()];
    assert!(text[..cut.start].contains(again), "the very text stands before");
}

#[test]
#[ignore = "needs STANDFIRST_DATA"]
fn with_data_the_seed_with_headings_has_exactly_two() {
    let article = seed("001_318cf25e56cf3829");
    assert_eq!(reasons(&article), [Reason::Heading; 2]);
    let lines = article.document().text.lines().count();
    assert_eq!(article.paragraphs().len(), lines - 2);
}

#[test]
#[ignore = "needs STANDFIRST_DATA"]
fn with_data_the_seed_with_teasers_loses_exactly_its_last_four_lines() {
    let article = seed("002_50d9ff73903c0696");
    assert_eq!(reasons(&article), [Reason::Teaser; 4]);
    let text = &article.document().text;
    let lines: Vec<&str> = text.lines().collect();
    let cut: Vec<&str> = article.cuts().iter().map(|cut| &text[cut.span.range()]).collect();
    assert_eq!(cut, lines[lines.len() - 4..].iter().map(|line| line.trim()).collect::<Vec<_>>());
}

#[test]
#[ignore = "needs STANDFIRST_DATA"]
fn with_data_the_seed_split_by_blank_lines_has_twelve_paragraphs() {
    let article = seed("003_4c4104ce1d55881c");
    assert_eq!(reasons(&article), []);
    assert_eq!(article.paragraphs().len(), 12);
    let text = &article.document().text;
    let quoted =
        |span: &Span| text[span.range()].starts_with('“') && text[span.range()].ends_with('”');
    assert_eq!(article.quotations().len(), text.matches('“').count());
    assert!(article.quotations().iter().all(quoted));
}

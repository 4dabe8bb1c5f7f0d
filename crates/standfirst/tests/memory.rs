//! What an article takes while it is worked on, beside what every article takes, as the allocator counts it. A run
//! counts on [`PER_BYTE`] and [`PER_BYTE_OF_MARKUP`] when it lets articles in; what each kind takes of that is held, too.

use std::{io::Cursor, num::NonZeroUsize};

use peak_alloc::PeakAlloc;
use standfirst::{
    Pipeline, Registry,
    core::{input::PER_BYTE, random::SplitMix64},
    ingest::{Format, Options, PER_BYTE_OF_MARKUP, from_reader},
};

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// Size of each article, in bytes: what every article needs, however small, is little beside it.
const SIZE: usize = 300_000;
/// The next part of a text.
type Part = fn(usize, &mut SplitMix64) -> String;

/// Texts that are mostly one thing, and how many times their size they may take.
const KINDS: [(&str, Format, f64, Part); 14] = [
    ("news", Format::Text, 18.0, |i, r| {
        let end = if i % 5 == 4 { ".\n\n" } else { ". " };
        format!("The {} of the {} lost {i} {}s on Monday, officials said{end}", w(r), w(r), w(r))
    }),
    ("addresses", Format::Text, 14.0, |i, r| {
        format!("http://localhost/{i}/{}-{}.html?a={i}&b={}{}", w(r), i * 7, w(r), line(i, 9))
    }),
    ("one word a sentence", Format::Text, 60.0, |i, r| {
        // Without a pattern: what repeats itself is taken for a duplicate.
        let word = ["Yes.", "No.", "Why?", "Rain.", "Go!"][r.below(5)];
        format!("{word}{}", line(i, 40))
    }),
    ("names", Format::Text, 40.0, |i, _| {
        format!("Ann{} Lee{} met Bob{} Ray in Hull.{}", i % 977, i % 89, i % 991, line(i, 20))
    }),
    ("quotations", Format::Text, 26.0, |i, _| {
        format!("\"Yes,\" \"no,\" “well” ‘so’ \"{i}\".{}", line(i, 10))
    }),
    ("signs without blanks", Format::Text, 24.0, |i, r| {
        let sign = |_| char::from_u32(0x4e00 + u32::try_from(r.below(2_000)).unwrap()).unwrap();
        format!("{}。{}", (0..20).map(sign).collect::<String>(), if i % 6 == 5 { "\n" } else { "" })
    }),
    ("letters", Format::Text, 16.0, |i, _| format!("a b c.{}", line(i, 40))),
    ("numbers", Format::Text, 26.0, |i, _| {
        format!("{},{:03}.{i}{}", i % 999, i % 1_000, line(i, 12))
    }),
    ("lines of a word", Format::Text, 40.0, |_, r| format!("{}\n", w(r))),
    ("marks", Format::Text, 6.0, |i, _| {
        format!("{}{}", ["...", "?!", "--", "x"][i % 4], line(i, 50))
    }),
    ("characters that show nothing", Format::Text, 16.0, |i, _| {
        format!("a\u{200b}\u{ad}b{}", line(i, 30))
    }),
    ("Markdown", Format::Markdown, 90.0, |i, r| {
        format!("**{}** [{}](u) `x` *y*{}", w(r), w(r), line(i, 9))
    }),
    ("tags", Format::Html, 140.0, |i, r| {
        format!(
            "{}<b>{}</b> <a href=u>{}</a> <i>x.</i> ",
            if i % 9 == 0 { "<p>" } else { "" },
            w(r),
            w(r)
        )
    }),
    ("blocks", Format::Html, 90.0, |_, r| format!("<p>The {} of the {} fell.\n", w(r), w(r))),
];

fn w(random: &mut SplitMix64) -> &'static str {
    const WORDS: [&str; 8] =
        ["ferry", "harbour", "crate", "council", "winter", "bridge", "nurse", "orchard"];
    WORDS[random.below(WORDS.len())]
}

fn line(i: usize, length: usize) -> &'static str {
    if i % length == length - 1 { "\n" } else { " " }
}

fn article(format: Format, part: Part) -> Vec<u8> {
    let mut random = SplitMix64::new(1);
    let mut text = String::new();
    for i in 0.. {
        if text.len() >= SIZE {
            break;
        }
        text.push_str(&part(i, &mut random));
    }
    if format == Format::Html {
        text = format!(
            "<html><head><meta charset=utf-8></head><body><article>{text}</article></body></html>"
        );
    }
    text.into_bytes()
}

#[test]
fn an_article_takes_no_more_than_a_run_counts_on() {
    let pipeline = Pipeline::builder()
        .registry(Registry::from_env(&[]).unwrap())
        .model("lead")
        .tone("vader")
        .jobs(NonZeroUsize::MIN)
        .build()
        .unwrap();
    let report = |bytes: Vec<u8>, format| {
        let options = Options { format: Some(format), ..Options::default() };
        let pending = from_reader("-", Cursor::new(bytes), &options).next().unwrap().unwrap();
        pipeline.summarize(pending.read().unwrap()).map_err(|error| error.message().to_owned())
    };
    // What is made once for all articles.
    for (_, format, ..) in KINDS {
        let text = "<p>Ann Lee said on Monday, \"Rain fell.\" It held.".to_owned().into_bytes();
        let _ = report(text, format);
    }
    let mut over = Vec::new();
    for (name, format, most, part) in KINDS {
        let bytes = article(format, part);
        let size = bytes.len();
        let before = MEMORY.current_usage();
        MEMORY.reset_peak_usage();
        let answer = report(bytes, format);
        let times = MEMORY.peak_usage().saturating_sub(before) as f64 / size as f64;
        println!("{name}: {times:.1} times{}", if answer.is_ok() { "" } else { ", and no report" });
        let counted = if format == Format::Text { PER_BYTE } else { PER_BYTE_OF_MARKUP };
        if times > most || most > counted as f64 {
            over.push(format!("{name}: {times:.1}, not {most}"));
        }
    }
    assert!(over.is_empty(), "{over:?}");
}

//! Who said it, beside what a person read. The labels are places in the articles, which lie elsewhere.

use std::collections::HashMap;

use standfirst_core::article::{Document, Limits, Span};
use standfirst_storylines::{quotes::quotes, report::QuoteReport, study::study};
use standfirst_testdata::rows;

/// Where a quotation is, and where its speaker is named.
struct Label {
    id: String,
    quotation: Span,
    speaker: Span,
}

fn labels() -> Vec<Label> {
    let lines = include_str!("speakers.txt").lines().filter(|line| !line.starts_with('#'));
    lines
        .map(|line| {
            let fields: Vec<&str> = line.split(' ').collect();
            let span =
                |at: usize| Span::new(fields[at].parse().unwrap(), fields[at + 1].parse().unwrap());
            Label { id: fields[0].to_owned(), quotation: span(1), speaker: span(3) }
        })
        .collect()
}

fn last(name: &str) -> String {
    name.split_whitespace().next_back().unwrap_or(name).trim_end_matches("'s").to_lowercase()
}

/// Whether the speaker is whom the label names: by the last name, or among the words for somebody without one.
fn is_meant(quote: &QuoteReport, gold: &str) -> bool {
    last(&quote.speaker) == gold
        || !quote.named && quote.speaker.to_lowercase().split(' ').any(|word| word == gold)
}

#[test]
#[ignore = "needs STANDFIRST_DATA"]
fn with_data_speakers_of_news_are_found() {
    let rows = rows("data/basil_clusters/dev.jsonl");
    let texts: HashMap<&str, &str> = rows
        .iter()
        .map(|row| (row["id"].as_str().unwrap(), row["text"].as_str().unwrap()))
        .collect();
    let (mut found, mut right, mut wrong) = (0_u32, 0_u32, Vec::new());
    let labels = labels();
    for label in &labels {
        let text = texts[label.id.as_str()];
        let studied =
            study(Document::from_text(label.id.as_str(), text), &Limits::default(), None).unwrap();
        let told = quotes(&[&studied], None);
        let inside = |span: Span| {
            let shared = span
                .end
                .min(label.quotation.end)
                .saturating_sub(span.start.max(label.quotation.start));
            shared * 2 >= label.quotation.len()
        };
        let quote = told.iter().find(|quote| quote.direct && inside(quote.span));
        found += u32::from(quote.is_some());
        let gold = last(&text[label.speaker.range()]);
        match quote {
            Some(quote) if is_meant(quote, &gold) => right += 1,
            quote => wrong.push((
                label.id.clone(),
                label.quotation.start,
                gold,
                quote.map(|quote| quote.speaker.clone()),
            )),
        }
    }
    let count = labels.len() as f64;
    println!(
        "{} quotations: found {:.3}, speaker right {:.3}; {wrong:#?}",
        labels.len(),
        f64::from(found) / count,
        f64::from(right) / count
    );
    assert!(f64::from(found) / count >= 0.98 && f64::from(right) / count >= 0.83);
}

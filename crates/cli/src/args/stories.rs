//! `standfirst storylines` and `standfirst quotes`.

use std::{
    num::{NonZeroU8, NonZeroUsize},
    path::PathBuf,
};

use clap::Args;

use super::{Input, Run};
use crate::format::{QuoteFormat, StoryFormat};

/// `standfirst storylines`.
#[derive(Args, Debug)]
pub struct Storylines {
    /// What to read.
    #[command(flatten)]
    pub input: Input,
    /// Sentences of a digest [default: 5]
    #[arg(long, short = 'n', value_name = "N", help_heading = "Storylines")]
    pub sentences: Option<NonZeroU8>,
    /// Days of a timeline, those that the articles speak of most [default: 24]
    #[arg(long, value_name = "N", help_heading = "Storylines")]
    pub days: Option<NonZeroU8>,
    /// Leave out storylines of fewer articles than this, copies counted
    #[arg(long, value_name = "N", default_value = "1", help_heading = "Storylines")]
    pub min_articles: NonZeroUsize,
    /// Model of vectors that help to tell events apart; `none` goes by words and names alone, which is faster and
    /// worse [default: centroid, if its files are there]
    #[arg(long, value_name = "ID", help_heading = "Storylines")]
    pub encoder: Option<String>,
    /// Model that judges the tone of what is said towards those whom it names [default: none]
    #[arg(long, value_name = "ID", help_heading = "Storylines")]
    pub sentiment_model: Option<String>,
    /// Form of the results [default: by the ending of --out, else text]
    #[arg(long, short, value_name = "FORMAT", help_heading = "Output")]
    pub format: Option<StoryFormat>,
    /// Write here instead of standard output, as `summarize --out` does
    #[arg(long, short, value_name = "FILE", help_heading = "Output")]
    pub out: Option<PathBuf>,
    /// How to work.
    #[command(flatten)]
    pub run: Run,
}

/// `standfirst quotes`.
#[derive(Args, Debug)]
pub struct Quotes {
    /// What to read.
    #[command(flatten)]
    pub input: Input,
    /// Only what this person says, by any part of the name
    #[arg(long, value_name = "NAME", help_heading = "Quotations")]
    pub speaker: Option<String>,
    /// Model that judges the tone of what is said towards those whom it names [default: none]
    #[arg(long, value_name = "ID", help_heading = "Quotations")]
    pub sentiment_model: Option<String>,
    /// Form of the results [default: by the ending of --out, else text]
    #[arg(long, short, value_name = "FORMAT", help_heading = "Output")]
    pub format: Option<QuoteFormat>,
    /// Write here instead of standard output, as `summarize --out` does
    #[arg(long, short, value_name = "FILE", help_heading = "Output")]
    pub out: Option<PathBuf>,
    /// How to work.
    #[command(flatten)]
    pub run: Run,
}

/// Under `standfirst storylines --help`.
pub const STORYLINES: &str = "\
Examples:
  standfirst storylines news/                           a tree of storylines, events and sources
  standfirst storylines week.jsonl --min-articles 3     what more than two articles tell of
  standfirst storylines news/ --format jsonl --out lines.jsonl

Articles that are versions of one text (wire copy that was cut, retitled, edited) are told once, with what each
version added, left out and changed. Articles of one event are grouped, events that go on from one another make a
storyline. Every sentence of a digest and of a timeline is an article's own and lists the articles that carry it;
what one outlet alone says is marked. Figures in which articles differ stand side by side.

A row may name its outlet (outlet, publisher, source, site, publication); else the host of its address counts, else
each article by itself. Dates are resolved against the day of publication; where none is given, it is narrowed down by
what the text says, and that is told. All articles are held in memory.";

/// Under `standfirst quotes --help`.
pub const QUOTES: &str = "\
Examples:
  standfirst quotes news/                               under the names of the speakers
  standfirst quotes news/ --speaker Lavrov --format csv --out lavrov.csv
  standfirst quotes week.jsonl --format jsonl | jq -r .speaker | sort | uniq -c

A row has the speaker by one name over all articles, the verb, whether it is quoted or reported, the words, the bytes
where they stand, and the article with its date.";

//! Reports to bytes. Every format is a pure renderer that is fed one article at a time, so that a
//! run of any length is written as it goes and nothing piles up in memory.

pub mod check;
mod csv;
pub mod diff;
pub mod figures;
pub mod html;
mod json;
mod jsonl;
mod markdown;
pub mod palette;
pub mod parquet;
pub mod quotes;
pub mod safe;
pub mod storylines;
pub mod table;
mod terminal;
mod tones;
pub mod wrap;

#[cfg(test)]
mod fixture;

use std::io::{self, Write};

use serde::{Deserialize, Serialize};
use standfirst_core::report::ArticleReport;

use self::palette::Palette;
use crate::format::Format;

/// How text output looks.
#[derive(Clone, Copy, Debug)]
pub struct Look {
    /// Colours, or none.
    pub palette: Palette,
    /// Columns to wrap to.
    pub width: usize,
    /// Whether every cut is listed.
    pub show_cuts: bool,
}

/// What a renderer has to know to go on after articles that an earlier run has written.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct State {
    /// Keys of the input that have a column.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<String>,
}

/// One output format.
pub trait Renderer {
    /// What stands before the first article.
    fn begin(&mut self, _out: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }

    /// One article.
    fn article(&mut self, report: &ArticleReport, out: &mut dyn Write) -> io::Result<()>;

    /// What makes the output whole as it stands, should the run be killed before the next article.
    fn closing(&self) -> &'static [u8] {
        b""
    }

    /// What it takes to go on from here; `None` while it holds articles back, and always where it cannot.
    fn state(&self) -> Option<State> {
        None
    }

    /// Goes on after at least one article, in the place of [`begin`](Self::begin).
    fn go_on(&mut self, _state: State) {}

    /// What stands after the last article, also of a run that was interrupted.
    fn end(&mut self, _out: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }
}

/// The renderer of `format`; only text has a look.
pub fn renderer(format: Format, look: Look) -> Box<dyn Renderer> {
    match format {
        Format::Text => Box::new(terminal::Terminal::new(look)),
        Format::Json => Box::new(json::Json::default()),
        // A table is made of lines, when all are there.
        Format::Jsonl | Format::Parquet => Box::new(jsonl::Jsonl),
        Format::Markdown => Box::new(markdown::Markdown::default()),
        Format::Csv => Box::new(csv::Csv::default()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_class_that_its_score_would_not_have_says_why_wherever_it_is_read() {
        let look = Look { palette: Palette::plain(), width: 80, show_cuts: false };
        for format in [Format::Text, Format::Markdown] {
            let mut out = Vec::new();
            renderer(format, look).article(&fixture::banded(), &mut out).unwrap();
            let shown = String::from_utf8(out).unwrap().replace('\\', "");
            assert!(shown.contains("neutral -0.38 [neutral: -0.40 to +0.05]"), "{shown}");
        }
        for format in [Format::Json, Format::Jsonl] {
            let mut out = Vec::new();
            renderer(format, look).article(&fixture::banded(), &mut out).unwrap();
            let shown = String::from_utf8(out).unwrap().replace(char::is_whitespace, "");
            assert!(shown.contains(r#""neutral":{"low":-0.4,"high":0.05}"#), "{shown}");
        }
    }

    #[test]
    fn an_empty_run_is_still_valid() {
        let look = Look { palette: Palette::plain(), width: 80, show_cuts: false };
        let written = |format| {
            let mut out = Vec::new();
            let mut renderer = renderer(format, look);
            renderer.begin(&mut out).unwrap();
            renderer.end(&mut out).unwrap();
            String::from_utf8(out).unwrap()
        };
        assert_eq!(written(Format::Json), "[]\n");
        assert_eq!(written(Format::Jsonl), "");
        assert_eq!(written(Format::Csv).lines().count(), 1);
    }
}

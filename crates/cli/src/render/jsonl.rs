//! JSON Lines: the contract `standfirst/1`, one article a line.

use std::io::{self, Write};

use standfirst_core::report::ArticleReport;

use super::{Renderer, State};

/// One line per article.
pub struct Jsonl;

impl Renderer for Jsonl {
    fn article(&mut self, report: &ArticleReport, out: &mut dyn Write) -> io::Result<()> {
        serde_json::to_writer(&mut *out, report)?;
        out.write_all(b"\n")
    }

    fn state(&self) -> Option<State> {
        Some(State::default())
    }
}

#[cfg(test)]
mod tests {
    use super::{super::fixture, *};

    #[test]
    fn one_line_per_article() {
        insta::assert_snapshot!(fixture::render(&mut Jsonl));
    }
}

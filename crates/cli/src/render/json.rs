//! One JSON array, streamed: an element a line.

use std::io::{self, Write};

use standfirst_core::report::ArticleReport;

use super::{Renderer, State};

/// The array, and whether it has an element yet.
#[derive(Default)]
pub struct Json {
    started: bool,
}

impl Renderer for Json {
    fn begin(&mut self, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(b"[")
    }

    fn article(&mut self, report: &ArticleReport, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(if self.started { b",\n" } else { b"\n" })?;
        self.started = true;
        Ok(serde_json::to_writer(out, report)?)
    }

    fn state(&self) -> Option<State> {
        Some(State::default())
    }

    fn go_on(&mut self, _: State) {
        self.started = true;
    }

    fn closing(&self) -> &'static [u8] {
        if self.started { b"\n]\n" } else { b"]\n" }
    }

    fn end(&mut self, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(self.closing())
    }
}

#[cfg(test)]
mod tests {
    use super::{super::fixture, *};

    #[test]
    fn is_an_array_of_the_same_objects_as_jsonl() {
        let array: Vec<serde_json::Value> =
            serde_json::from_str(&fixture::render(&mut Json::default())).unwrap();
        let lines = fixture::render(&mut super::super::jsonl::Jsonl);
        let lines: Vec<serde_json::Value> =
            lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(array, lines);
    }
}

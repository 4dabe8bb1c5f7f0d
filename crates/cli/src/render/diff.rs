//! Kept and cut text of one article, for a person: where, why and how sure.

use std::io::{self, Write};

use anstyle::Style;
use standfirst_core::article::{Cut, Document, Reason};

use super::{Look, figures, safe};

/// Lines of kept text shown at each end of a longer stretch.
const CONTEXT: usize = 2;

/// Writes the whole of `document` with `cuts` (ascending and disjoint) marked in it.
pub fn render(
    document: &Document,
    cuts: &[Cut],
    look: Look,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut page = Page { document, look, out, line: 1, counted: 0 };
    page.heading(cuts)?;
    let mut at = 0;
    for cut in cuts {
        page.kept(&document.text[at..cut.span.start], at > 0)?;
        page.cut(cut)?;
        at = cut.span.end;
    }
    page.kept(&document.text[at..], at > 0)
}

/// Where an article is being written, and how far it is.
struct Page<'a> {
    document: &'a Document,
    look: Look,
    out: &'a mut dyn Write,
    /// Line number of byte `counted`, from 1.
    line: usize,
    counted: usize,
}

impl Page<'_> {
    /// The source, and how much was cut.
    fn heading(&mut self, cuts: &[Cut]) -> io::Result<()> {
        let (title, quiet) = (self.look.palette.title, self.look.palette.quiet);
        let gone: usize =
            cuts.iter().filter(|cut| cut.reason != Reason::Heading).map(|cut| cut.span.len()).sum();
        let summary = figures::cuts(cuts).unwrap_or_else(|| "nothing cut".to_owned());
        writeln!(self.out, "{title}{}{title:#}", safe::line(&self.document.source.to_string()))?;
        writeln!(
            self.out,
            "{quiet}{summary}; {} of {} left out{quiet:#}\n",
            figures::thousands(gone),
            figures::count(self.document.text.len(), "byte"),
        )
    }

    /// Kept text; of a long stretch only its ends, the beginning only if something came before.
    fn kept(&mut self, text: &str, after_a_cut: bool) -> io::Result<()> {
        let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
        let head = if after_a_cut { CONTEXT } else { CONTEXT.min(1) };
        if lines.len() <= head + CONTEXT + 1 {
            return lines.iter().try_for_each(|line| self.marked(' ', line, Style::new()));
        }
        let (first, rest) = lines.split_at(head);
        let (folded, last) = rest.split_at(rest.len() - CONTEXT);
        first.iter().try_for_each(|line| self.marked(' ', line, Style::new()))?;
        let quiet = self.look.palette.quiet;
        writeln!(self.out, "  {quiet}⋯ {} kept{quiet:#}", figures::count(folded.len(), "line"))?;
        last.iter().try_for_each(|line| self.marked(' ', line, Style::new()))
    }

    /// One cut: where, why and how sure, then the text.
    fn cut(&mut self, cut: &Cut) -> io::Result<()> {
        let text = &self.document.text[cut.span.range()];
        let line = self.line_of(cut.span.start + (text.len() - text.trim_start().len()));
        let warning = self.look.palette.warning;
        writeln!(
            self.out,
            "{warning}@@ {} · bytes {}–{} · {} · {}{warning:#}",
            self.place(line),
            cut.span.start,
            cut.span.end,
            cut.reason.name(),
            figures::percent(cut.confidence),
        )?;
        let (mark, style) = match cut.reason {
            Reason::Heading => ('~', self.look.palette.model),
            _ => ('-', self.look.palette.cut),
        };
        let lines = text.lines().filter(|line| !line.trim().is_empty());
        lines.into_iter().try_for_each(|line| self.marked(mark, line, style))
    }

    /// `path:line`, which terminals make a link of; the line within the text where the path already
    /// names one.
    fn place(&self, line: usize) -> String {
        let source = &self.document.source;
        match source.line {
            None => format!("{}:{line}", safe::line(&source.path)),
            Some(_) => format!("{} line {line} of its text", safe::line(&source.to_string())),
        }
    }

    /// One line of the article, wrapped, with a mark in front.
    fn marked(&mut self, mark: char, line: &str, style: Style) -> io::Result<()> {
        let safe = safe::line(line.trim());
        for part in textwrap::wrap(&safe, self.look.width.saturating_sub(2)) {
            if mark == ' ' {
                writeln!(self.out, "  {part}")?;
            } else {
                writeln!(self.out, "{mark} {style}{part}{style:#}")?;
            }
        }
        Ok(())
    }

    /// Line number of byte `at`, which never goes back.
    fn line_of(&mut self, at: usize) -> usize {
        self.line += self.document.text[self.counted..at].matches('\n').count();
        self.counted = at;
        self.line
    }
}

#[cfg(test)]
mod tests {
    use standfirst_core::article::Span;

    use super::{super::palette::Palette, *};

    fn document() -> (Document, Vec<Cut>) {
        let text = "By Ada Quill\n\nThe ferry sailed.\nIt carried\u{1b}[2J a goat.\nA bell rang.\n\
                    Gulls followed.\nNobody spoke.\nThe goat slept.\nREAD MORE: Another story\nThe end.\n";
        let cut = |needle: &str, reason, confidence| {
            let start = text.find(needle).unwrap();
            Cut { span: Span::new(start, start + needle.len()), reason, confidence }
        };
        let cuts = vec![
            cut("By Ada Quill\n", Reason::Byline, 0.97),
            cut("READ MORE: Another story\n", Reason::Boilerplate, 0.99),
        ];
        (Document::from_text("ferry.txt", text), cuts)
    }

    fn shown(color: bool) -> String {
        let (document, cuts) = document();
        let look = Look { palette: Palette::new(color), width: 60, show_cuts: false };
        let mut out = Vec::new();
        render(&document, &cuts, look, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn says_where_and_why() {
        insta::assert_snapshot!(shown(false));
    }

    #[test]
    fn colour_adds_nothing_but_colour() {
        let colored = shown(true);
        assert!(colored.contains("\u{1b}["));
        assert_eq!(anstream::adapter::strip_str(&colored).to_string(), shown(false));
    }
}

//! Text for reading: wrapped to the terminal, calm, coloured where colour is wanted.

use std::io::{self, Write};

use standfirst_core::{
    article::Cut,
    plugin::Label,
    report::{AbstractReport, ArticleReport, Failure, SentimentReport},
};

use super::{Look, Renderer, figures, safe, tones, wrap::wrap};

/// Blanks before everything but the title.
const INDENT: &str = "  ";
/// What stands before a point of a list.
const POINT: &str = "- ";
/// Width of the labels before tone, cuts and notes.
const LABEL: usize = 6;
/// Characters shown of a cut.
const EXCERPT: usize = 60;

/// Articles one below the other.
pub struct Terminal {
    look: Look,
    started: bool,
    /// What verdicts were shown.
    trust: figures::Trust,
}

impl Terminal {
    /// A renderer with this look.
    pub fn new(look: Look) -> Self {
        Self { look, started: false, trust: figures::Trust::default() }
    }
}

impl Renderer for Terminal {
    fn article(&mut self, report: &ArticleReport, out: &mut dyn Write) -> io::Result<()> {
        if self.started {
            writeln!(out)?;
        }
        self.started = true;
        self.trust.add(report);
        let mut page = Page { look: self.look, out };
        page.heading(report)?;
        for cell in &report.abstracts {
            page.summary(cell, report.abstracts.len() > 1)?;
        }
        page.facts(report)
    }

    fn end(&mut self, out: &mut dyn Write) -> io::Result<()> {
        let Some(line) = self.trust.line() else { return Ok(()) };
        writeln!(out)?;
        Page { look: self.look, out }.wrapped(line, "", self.look.palette.quiet)
    }
}

/// Where an article is being written, and how.
struct Page<'a> {
    look: Look,
    out: &'a mut dyn Write,
}

impl Page<'_> {
    /// Title in bold; below it where it came from and its language.
    fn heading(&mut self, report: &ArticleReport) -> io::Result<()> {
        let source = safe::line(&report.source);
        let title =
            report.title.as_deref().map(safe::line).filter(|title| !title.trim().is_empty());
        let language = report.language.map(|language| language.name().to_owned());
        let below = match &title {
            Some(_) => [Some(source.clone()), language].into_iter().flatten().collect::<Vec<_>>(),
            None => language.into_iter().collect(),
        };
        let style = self.look.palette.title;
        self.wrapped(title.as_deref().unwrap_or(&source), "", style)?;
        if below.is_empty() {
            return Ok(());
        }
        self.wrapped(&below.join(" · "), "", self.look.palette.quiet)
    }

    /// One model's abstract, under its name where there are several.
    fn summary(&mut self, cell: &AbstractReport, named: bool) -> io::Result<()> {
        writeln!(self.out)?;
        if named {
            self.wrapped(&safe::line(&cell.model), INDENT, self.look.palette.model)?;
        }
        if let Some(error) = &cell.error {
            return self.fact("error", &safe::line(error.message()), self.look.palette.bad);
        }
        self.sentences(cell)?;
        if let Some(unchecked) = figures::unchecked(cell) {
            self.fact("doubt", &unchecked, self.look.palette.warning)?;
        }
        let faults: Vec<String> = cell.sentences.iter().flat_map(figures::faults).collect();
        if !faults.is_empty() {
            self.fact("wrong", &safe::line(&faults.join("; ")), self.look.palette.warning)?;
        }
        if let Some(edits) = figures::edits(cell) {
            self.fact("edit", &safe::line(&edits), self.look.palette.quiet)?;
        }
        for note in &cell.notes {
            self.fact("note", &safe::line(note), self.look.palette.quiet)?;
        }
        self.unread(cell)
    }

    /// The sentences in a row, or as a list.
    fn sentences(&mut self, cell: &AbstractReport) -> io::Result<()> {
        let (marked, plain) = (marked(cell), anstyle::Style::new());
        if !cell.style.is_list() {
            return self.wrapped(&marked.join(" "), INDENT, plain);
        }
        let (first, next) = (format!("{INDENT}{POINT}"), " ".repeat(INDENT.len() + POINT.len()));
        marked.iter().try_for_each(|point| self.write_wrapped(point, &first, &next, plain))
    }

    /// How much of the article the model was not shown.
    fn unread(&mut self, cell: &AbstractReport) -> io::Result<()> {
        let bytes: usize = cell.unread.iter().map(|span| span.len()).sum();
        if bytes == 0 {
            return Ok(());
        }
        let text =
            format!("{} did not read {}", safe::line(&cell.model), figures::count(bytes, "byte"));
        self.fact("unread", &text, self.look.palette.warning)
    }

    /// Tone, cuts, notes, and why there is nothing.
    fn facts(&mut self, report: &ArticleReport) -> io::Result<()> {
        writeln!(self.out)?;
        if let Some(error) = &report.error {
            self.fact("error", &safe::line(error.message()), self.look.palette.bad)?;
        }
        for tone in &report.sentiment {
            self.tone(tone)?;
            self.targets(tone, report.abstracts.is_empty())?;
        }
        self.cuts(report)?;
        for note in &report.notes {
            self.fact("note", &safe::line(note), self.look.palette.quiet)?;
        }
        Ok(())
    }

    /// One model's tone, with a small scale.
    fn tone(&mut self, tone: &SentimentReport) -> io::Result<()> {
        let model = safe::line(&tone.model);
        let (Some(label), Some(score)) = (tone.label, tone.score) else {
            let error = tone.error.as_ref().map_or("no answer", Failure::message);
            return self.fact(
                "tone",
                &format!("{model}: {}", safe::line(error)),
                self.look.palette.bad,
            );
        };
        let palette = self.look.palette;
        let (quiet, style) = (
            palette.quiet,
            match label {
                Label::Negative => palette.bad,
                Label::Neutral => anstyle::Style::new(),
                Label::Positive => palette.good,
            },
        );
        let told = tones::labelled(label, score, tone.neutral);
        let bare = format!("{told} ({model})");
        let room = INDENT.len() + LABEL + 2 + tones::SCALE + textwrap::core::display_width(&bare);
        if room > self.look.width {
            return self.fact("tone", &bare, style);
        }
        writeln!(
            self.out,
            "{INDENT}{quiet}{:LABEL$}{quiet:#} {style}{} {}{style:#} {quiet}({model}){quiet:#}",
            "tone",
            tones::scale(score),
            told,
        )
    }

    /// Towards whom, most mentioned first: a line each.
    fn targets(&mut self, tone: &SentimentReport, in_full: bool) -> io::Result<()> {
        tones::targets(tone, in_full).try_for_each(|target| {
            let scale = tones::scale(target.score);
            let text = format!("{scale} {}", safe::line(&tones::target(target)));
            self.fact("", &text, self.look.palette.quiet)
        })
    }

    /// What was cut: one line, or one per cut.
    fn cuts(&mut self, report: &ArticleReport) -> io::Result<()> {
        if self.look.show_cuts {
            return report.cuts.iter().try_for_each(|cut| self.cut(cut, report.text.as_deref()));
        }
        let Some(cuts) = figures::cuts(&report.cuts) else { return Ok(()) };
        let hint = how_to_see(&report.source);
        self.fact("cut", &format!("{cuts}{hint}"), self.look.palette.quiet)
    }

    /// One cut with its first words.
    fn cut(&mut self, cut: &Cut, text: Option<&str>) -> io::Result<()> {
        let words =
            text.and_then(|text| text.get(cut.span.range())).map(excerpt).unwrap_or_default();
        let fact = format!(
            "{} ({}, bytes {}–{}) {words}",
            cut.reason.name(),
            figures::percent(cut.confidence),
            cut.span.start,
            cut.span.end
        );
        self.fact("cut", &fact, self.look.palette.quiet)
    }

    /// A label and a text beside it, wrapped under itself.
    fn fact(&mut self, label: &str, text: &str, style: anstyle::Style) -> io::Result<()> {
        let first = format!("{INDENT}{label:LABEL$} ");
        let next = " ".repeat(first.len());
        self.write_wrapped(text, &first, &next, style)
    }

    /// A paragraph.
    fn wrapped(&mut self, text: &str, indent: &str, style: anstyle::Style) -> io::Result<()> {
        self.write_wrapped(text, indent, indent, style)
    }

    /// Wraps `text`, and writes each line in `style`, closed at its end.
    fn write_wrapped(
        &mut self,
        text: &str,
        first: &str,
        next: &str,
        style: anstyle::Style,
    ) -> io::Result<()> {
        wrap(text, self.look.width, first, next)
            .iter()
            .try_for_each(|line| writeln!(self.out, "{style}{line}{style:#}"))
    }
}

/// The sentences, each followed by what is to be said of it.
fn marked(cell: &AbstractReport) -> Vec<String> {
    cell.sentences
        .iter()
        .map(|sentence| match figures::aside(sentence) {
            Some(aside) => format!("{} [{aside}]", safe::line(&sentence.text)),
            None => safe::line(&sentence.text),
        })
        .collect()
}

/// The command that shows the cuts; none for standard input, which cannot be read again.
fn how_to_see(source: &str) -> String {
    let line = |(_, line): &(&str, &str)| line.bytes().all(|byte| byte.is_ascii_digit());
    let path = source.rsplit_once(':').filter(line).map_or(source, |(path, _)| path);
    let path = safe::line(path);
    match path.as_str() {
        "-" => String::new(),
        path => format!("; see `standfirst clean --diff {}`", safe::shell_word(path)),
    }
}

/// The first words of a cut, in quotation marks.
fn excerpt(text: &str) -> String {
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let shown: String = words.chars().take(EXCERPT).collect();
    let dots = if shown.len() < words.len() { "…" } else { "" };
    format!("“{}{dots}”", safe::line(&shown))
}

#[cfg(test)]
mod tests {
    use super::{
        super::{fixture, palette::Palette},
        *,
    };

    fn look(color: bool, show_cuts: bool) -> Look {
        Look { palette: Palette::new(color), width: 72, show_cuts }
    }

    #[test]
    fn plain_pages() {
        insta::assert_snapshot!(fixture::render(&mut Terminal::new(look(false, false))));
    }

    #[test]
    fn coloured_pages() {
        let page = fixture::render(&mut Terminal::new(look(true, false)));
        insta::assert_snapshot!(page.replace('\u{1b}', "ESC"));
    }

    #[test]
    fn pages_with_every_cut() {
        insta::assert_snapshot!(fixture::render(&mut Terminal::new(look(false, true))));
    }

    #[test]
    fn nothing_in_an_article_reaches_the_terminal_as_a_command() {
        let page = fixture::render(&mut Terminal::new(look(false, true)));
        assert!(!page.contains(['\u{1b}', '\u{202e}', '\u{7}']));
    }

    #[test]
    fn lines_fit_the_width() {
        let page = fixture::render(&mut Terminal::new(look(false, true)));
        assert!(page.lines().all(|line| textwrap::core::display_width(line) <= 72), "{page}");
    }

    #[test]
    fn a_narrow_terminal_breaks_no_scale_and_no_command() {
        let look = Look { palette: Palette::plain(), width: 40, show_cuts: false };
        let mut reports = fixture::reports();
        for report in &mut reports {
            report.source = report.source.replace("pile", "cup-final-pile");
        }
        let page = fixture::render_all(&mut Terminal::new(look), &reports);
        let (commands, others): (Vec<&str>, Vec<&str>) =
            page.lines().partition(|line| line.contains("`standfirst "));
        assert!(!commands.is_empty(), "{page}");
        assert!(commands.iter().all(|line| line.matches('`').count() == 2), "{page}");
        let narrow = |line: &&str| textwrap::core::display_width(line) <= 40;
        assert!(others.iter().all(narrow), "{page}");
    }

    #[test]
    fn the_hint_can_be_pasted_into_a_shell() {
        assert_eq!(how_to_see("a/b.txt"), "; see `standfirst clean --diff a/b.txt`");
        assert_eq!(how_to_see("a b.jsonl:12"), "; see `standfirst clean --diff 'a b.jsonl'`");
        assert_eq!(how_to_see("-:3"), "");
    }
}

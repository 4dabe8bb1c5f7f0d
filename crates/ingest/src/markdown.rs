//! Markdown: what is a heading, what is notation, what the front matter says. The text stays as it
//! was written; the marks become spans.

use std::{ops::Range, sync::LazyLock};

use pulldown_cmark::{Event, OffsetIter, Options, Parser, Tag, TagEnd};
use regex::Regex;

use standfirst_core::{
    article::{Cut, Document, Reason, Span},
    language::Language,
};

/// Fills `declared` and `markup`, and the title, byline and date that the text states.
pub(super) fn mark(document: &mut Document) {
    let body = front_matter(document);
    let mut marks = Marks { offset: body, ..Marks::default() };
    let events = Parser::new_ext(&document.text[body..], extensions()).into_offset_iter();
    marks.read(&document.text[body..], events);
    document.declared.extend(disjoint(marks.declared));
    document.items = disjoint_spans(marks.items);
    document.markup = notation(&document.text, body, marks.visible);
    if document.title.is_none() {
        document.title =
            marks.title.map(|span| document.display(span)).filter(|title| !title.is_empty());
    }
}

fn extensions() -> Options {
    Options::ENABLE_TABLES | Options::ENABLE_FOOTNOTES | Options::ENABLE_STRIKETHROUGH
}

/// Reads the lines at the top between two `---` (`key: value`, YAML) or two `+++` (`key = value`, TOML)
/// and cuts them; returns where the Markdown starts.
fn front_matter(document: &mut Document) -> usize {
    static BLOCKS: LazyLock<[(Regex, char); 2]> = LazyLock::new(|| {
        let block = |pattern| Regex::new(pattern).expect("the pattern is valid");
        [
            (block(r"\A---[ \t]*\r?\n((?s).*?\n)?(?:---|\.\.\.)[ \t]*(?:\r?\n|\z)"), ':'),
            (block(r"\A\+\+\+[ \t]*\r?\n((?s).*?\n)?\+\+\+[ \t]*(?:\r?\n|\z)"), '='),
        ]
    });
    let found =
        BLOCKS.iter().find_map(|(block, sign)| Some((block.captures(&document.text)?, *sign)));
    let Some((found, sign)) = found else { return 0 };
    let end = found.get_match().end();
    let lines = found.get(1).map_or("", |block| block.as_str()).to_owned();
    let span = Span::new(0, document.text[..end].trim_end().len());
    document.declared.push(Cut { span, reason: Reason::Boilerplate, confidence: 1.0 });
    for (key, value) in lines.lines().filter_map(|line| line.split_once(sign)) {
        set(document, key.trim(), unquoted(value.trim()));
    }
    end
}

fn unquoted(value: &str) -> &str {
    ['"', '\'']
        .iter()
        .find_map(|&mark| value.strip_prefix(mark)?.strip_suffix(mark))
        .unwrap_or(value)
}

fn set(document: &mut Document, key: &str, value: &str) {
    let field = match key.to_ascii_lowercase().as_str() {
        "title" => &mut document.title,
        "author" | "byline" => &mut document.byline,
        "date" | "published" => &mut document.published,
        "url" | "link" | "canonical" => &mut document.url,
        "language" | "lang" => {
            document.language = Language::of_tag(value);
            return;
        }
        _ => return,
    };
    if !value.is_empty() {
        *field = Some(value.to_owned());
    }
}

/// What the events of the parser say, as spans into the whole document.
#[derive(Default)]
struct Marks {
    /// Where the parsed part starts.
    offset: usize,
    declared: Vec<Cut>,
    /// Items of lists, those of inner lists inside those of outer ones.
    items: Vec<Span>,
    /// Stretches that a reader sees; all else is notation.
    visible: Vec<Span>,
    /// The first heading of level one.
    title: Option<Span>,
    /// Depth of open images, whose alternative text is not in the running text.
    images: usize,
    /// Depth of open code blocks, which are left alone.
    code: usize,
}

impl Marks {
    fn read(&mut self, text: &str, events: OffsetIter<'_>) {
        for (event, range) in events {
            match event {
                Event::Start(tag) => self.start(&tag, text, range),
                Event::End(TagEnd::Image) => self.images -= 1,
                Event::End(TagEnd::CodeBlock) => self.code -= 1,
                Event::Text(shown) if self.code == 0 => self.text(&shown, text, range),
                Event::Code(shown) => self.code_span(&shown, text, range),
                Event::Rule => self.cut(text, range, Reason::Boilerplate),
                _ => {}
            }
        }
    }

    fn start(&mut self, tag: &Tag<'_>, text: &str, range: Range<usize>) {
        match tag {
            Tag::Heading { level, .. } => {
                if self.title.is_none() && *level as usize == 1 {
                    self.title = self.span(text, &range);
                }
                self.cut(text, range, Reason::Heading);
            }
            Tag::CodeBlock(_) => {
                self.code += 1;
                self.show(range);
            }
            Tag::Item => self.items.extend(self.span(text, &range)),
            Tag::HtmlBlock => self.html(text, range),
            Tag::Image { .. } => {
                self.images += 1;
                if stands_alone(text, &range) {
                    self.cut(text, range, Reason::Caption);
                }
            }
            _ => {}
        }
    }

    /// A text as the parser reads it. An entity whose character starts it (`&amp;`) is shown as that
    /// character; one that cannot be shown by dropping bytes stays as written.
    fn text(&mut self, shown: &str, text: &str, range: Range<usize>) {
        if self.images > 0 {
            return;
        }
        let written = &text[range.clone()];
        let end = if written.starts_with(shown) { range.start + shown.len() } else { range.end };
        self.show(range.start..end);
    }

    /// The inside of `` `code` ``.
    fn code_span(&mut self, shown: &str, text: &str, range: Range<usize>) {
        if self.images > 0 {
            return;
        }
        match text[range.clone()].find(shown) {
            Some(at) => self.show(range.start + at..range.start + at + shown.len()),
            None => self.show(range),
        }
    }

    /// A block of HTML: a comment is cut, of anything else the tags are notation.
    fn html(&mut self, text: &str, range: Range<usize>) {
        static TAGS: LazyLock<Regex> = LazyLock::new(|| {
            Regex::new(r"(?s)<!--.*?(?:-->|\z)|<[^>]*>").expect("the pattern is valid")
        });
        let block = &text[range.clone()];
        let mut at = 0;
        let mut words = false;
        for tag in TAGS.find_iter(block) {
            words |= !block[at..tag.start()].trim().is_empty();
            self.show(range.start + at..range.start + tag.start());
            at = tag.end();
        }
        words |= !block[at..].trim().is_empty();
        self.show(range.start + at..range.end);
        if !words {
            self.cut(text, range, Reason::Boilerplate);
        }
    }

    fn show(&mut self, range: Range<usize>) {
        self.visible.push(Span::new(range.start + self.offset, range.end + self.offset));
    }

    fn cut(&mut self, text: &str, range: Range<usize>, reason: Reason) {
        if let Some(span) = self.span(text, &range) {
            self.declared.push(Cut { span, reason, confidence: 1.0 });
        }
    }

    /// The range without white space at its ends, in the whole document; `None` if nothing is left.
    fn span(&self, text: &str, range: &Range<usize>) -> Option<Span> {
        let piece = &text[range.clone()];
        let start = range.start + piece.len() - piece.trim_start().len();
        let end = range.start + piece.trim_end().len();
        (start < end).then(|| Span::new(start + self.offset, end + self.offset))
    }
}

/// Whether nothing else stands on the lines of a range.
fn stands_alone(text: &str, range: &Range<usize>) -> bool {
    // No further than the blanks around it: a line may be as long as the text.
    let blank = |c: char| c != '\n' && c.is_whitespace();
    let before = text[..range.start].trim_end_matches(blank);
    let after = text[range.end..].trim_start_matches(blank);
    (before.is_empty() || before.ends_with('\n')) && (after.is_empty() || after.starts_with('\n'))
}

/// In order, without those that lie in an earlier one.
fn disjoint(mut cuts: Vec<Cut>) -> Vec<Cut> {
    cuts.sort_by_key(|cut| (cut.span.start, std::cmp::Reverse(cut.span.end)));
    let mut kept: Vec<Cut> = Vec::with_capacity(cuts.len());
    for cut in cuts {
        if kept.last().is_none_or(|last| last.span.end <= cut.span.start) {
            kept.push(cut);
        }
    }
    kept
}

/// In order, without those that lie in an earlier one.
fn disjoint_spans(mut spans: Vec<Span>) -> Vec<Span> {
    spans.sort_by_key(|span| (span.start, std::cmp::Reverse(span.end)));
    let mut end = 0;
    spans.retain(|span| {
        let outside = span.start >= end;
        end = end.max(span.end);
        outside
    });
    spans
}

/// Whatever stands between the visible stretches, line by line, white space left out.
fn notation(text: &str, body: usize, mut visible: Vec<Span>) -> Vec<Span> {
    visible.sort_unstable();
    visible.push(Span::new(text.len(), text.len()));
    let mut marks = Vec::new();
    let mut at = body;
    for span in visible {
        if span.start > at {
            push_lines(&mut marks, text, Span::new(at, span.start));
        }
        at = at.max(span.end);
    }
    marks
}

fn push_lines(marks: &mut Vec<Span>, text: &str, gap: Span) {
    let mut at = gap.start;
    for line in text[gap.range()].split_inclusive('\n') {
        let start = at + line.len() - line.trim_start().len();
        let end = at + line.trim_end().len();
        if start < end {
            marks.push(Span::new(start, end));
        }
        at += line.len();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Document {
        let mut document = Document::from_text("t", text);
        mark(&mut document);
        document
    }

    /// The whole document as a reader sees it, cuts included.
    fn shown(text: &str) -> String {
        let document = read(text);
        document.display(Span::new(0, document.text.len()))
    }

    fn cuts(document: &Document) -> Vec<(Reason, &str)> {
        document.declared.iter().map(|c| (c.reason, &document.text[c.span.range()])).collect()
    }

    #[test]
    fn inline_marks_are_notation() {
        assert_eq!(shown("The **old** _bridge_ ~~fell~~."), "The old bridge fell.");
        assert_eq!(shown("See [the report](http://a.example/x \"t\") now."), "See the report now.");
        assert_eq!(shown("See [the report][1].\n\n[1]: http://a.example/"), "See the report.");
        assert_eq!(shown("Run `make` \\*twice\\* <b>now</b>"), "Run make *twice* now");
        assert_eq!(shown("Smith &amp; Sons"), "Smith & Sons");
        assert_eq!(shown("A ![small icon](i.png) in text"), "A in text");
        assert_eq!(shown("line one\\\nline two"), "line one line two");
    }

    #[test]
    fn block_marks_are_notation() {
        assert_eq!(
            shown("> quoted\n> again\n\n- one\n- two\n\n1. three"),
            "quoted again one two three"
        );
        assert_eq!(shown("| a | b |\n|---|---|\n| c | d |"), "a b c d");
        assert_eq!(shown("<div class='x'>inside</div>\n"), "inside");
    }

    #[test]
    fn headings_rules_and_pictures_are_declared() {
        let text = "# Bridge *opens*\n\nText.\n\nSecond part\n-----------\n\n***\n\n![Queue](q.jpg)\n\n<!-- ad -->\n";
        let document = read(text);
        assert_eq!(
            cuts(&document),
            [
                (Reason::Heading, "# Bridge *opens*"),
                (Reason::Heading, "Second part\n-----------"),
                (Reason::Boilerplate, "***"),
                (Reason::Caption, "![Queue](q.jpg)"),
                (Reason::Boilerplate, "<!-- ad -->"),
            ]
        );
        assert_eq!(document.title.as_deref(), Some("Bridge opens"));
        assert_eq!(document.display(document.declared[1].span), "Second part");
    }

    #[test]
    fn items_of_lists_are_told() {
        let text = "Text.\n\n- Old pier\n- Fish market\n  - Inner\n\nMore.\n";
        let items: Vec<&str> = read(text).items.iter().map(|item| &text[item.range()]).collect();
        assert_eq!(items, ["- Old pier", "- Fish market\n  - Inner"]);
    }

    #[test]
    fn front_matter_gives_the_facts_and_is_cut() {
        let text = "---\ntitle: \"Bridge opens\"\nauthor: Ana Lund\ndate: 2024-05-01\ntags: [a]\n---\n# Other\n\nText.";
        let document = read(text);
        assert_eq!(document.title.as_deref(), Some("Bridge opens"));
        assert_eq!(document.byline.as_deref(), Some("Ana Lund"));
        assert_eq!(document.published.as_deref(), Some("2024-05-01"));
        assert_eq!(document.declared[0].reason, Reason::Boilerplate);
        assert!(document.text[document.declared[0].span.range()].ends_with("---"));
        assert_eq!(cuts(&document)[1], (Reason::Heading, "# Other"));
    }

    #[test]
    fn front_matter_may_be_toml() {
        let text =
            "+++\ntitle = 'Bridge opens'\ndate = 2024-05-01\nlang = \"de-DE\"\n+++\n\nText = text.";
        let document = read(text);
        assert_eq!(document.title.as_deref(), Some("Bridge opens"));
        assert_eq!(document.published.as_deref(), Some("2024-05-01"));
        assert_eq!(document.language.map(Language::code), Some("de"));
        assert!(text[document.declared[0].span.range()].ends_with("+++"));
        assert_eq!(document.declared.len(), 1);
    }

    #[test]
    fn a_code_block_is_left_alone() {
        assert_eq!(shown("Text\n\n```\nlet *a* = 1\n```\n"), "Text ``` let *a* = 1 ```");
    }
}

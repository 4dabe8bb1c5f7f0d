//! What the rest of the program works on: a [`Document`] as it was read, and the [`Article`] that
//! the repair found in it. Both keep the source text whole; everything else is byte ranges into it.

mod limits;
mod memo;

use std::{any::Any, borrow::Cow, fmt, ops::Range, sync::Arc};

use serde::{Deserialize, Serialize};

pub use self::limits::{Allowance, AtWork, Halt, Limits};
use self::memo::Memo;
use crate::{annotations::Annotations, language::Language};

/// A byte range into the text of a [`Document`], on character boundaries, end exclusive.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, Default,
)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

impl Span {
    /// The range `start..end`.
    ///
    /// # Panics
    /// If `start` is past `end`: such a range is a bug in the caller.
    pub fn new(start: usize, end: usize) -> Self {
        assert!(start <= end, "span {start}..{end} runs backwards");
        Self { start, end }
    }

    /// Length in bytes.
    pub fn len(self) -> usize {
        self.end - self.start
    }

    /// Whether it holds no byte.
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// The same range in the standard library's type, for slicing.
    pub fn range(self) -> Range<usize> {
        self.start..self.end
    }

    /// Whether the two share at least one byte.
    pub fn overlaps(self, other: Self) -> bool {
        self.start < other.end && other.start < self.end
    }
}

impl From<Range<usize>> for Span {
    fn from(range: Range<usize>) -> Self {
        Self::new(range.start, range.end)
    }
}

/// Where a document came from: a path (or `-` for stdin), and the line for files that hold many.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Source {
    /// Path as the user gave it or as the folder walk found it.
    pub path: String,
    /// 1-based line (JSON Lines), object (JSON), record (CSV, WARC) or entry (feeds); `None` where the
    /// file is the article.
    pub line: Option<u64>,
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}:{line}", self.path),
            None => f.write_str(&self.path),
        }
    }
}

/// Why a stretch of text is not part of the article's body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Reason {
    /// The same text stands earlier in the document.
    Duplicate,
    /// The beginning of another story.
    Teaser,
    /// A piece that is broken off and belongs to nothing.
    Fragment,
    /// Advertisement, sharing, subscription, copyright, and what else a page repeats around its article.
    Boilerplate,
    /// What readers wrote below it.
    Comments,
    /// What leads elsewhere: menus, lists of links, cards of other stories.
    Navigation,
    /// The words under or beside a picture.
    Caption,
    /// Who wrote it, where and when it was filed.
    Byline,
    /// The title or a sub-heading: kept as structure, never part of a sentence.
    Heading,
}

impl Reason {
    /// Every reason, in the order of the documentation.
    pub const ALL: [Self; 9] = [
        Self::Duplicate,
        Self::Teaser,
        Self::Fragment,
        Self::Boilerplate,
        Self::Comments,
        Self::Navigation,
        Self::Caption,
        Self::Byline,
        Self::Heading,
    ];

    /// The word used in every output format.
    pub fn name(self) -> &'static str {
        match self {
            Self::Duplicate => "duplicate",
            Self::Teaser => "teaser",
            Self::Fragment => "fragment",
            Self::Boilerplate => "boilerplate",
            Self::Comments => "comments",
            Self::Navigation => "navigation",
            Self::Caption => "caption",
            Self::Byline => "byline",
            Self::Heading => "heading",
        }
    }
}

/// Where a page says what it says about itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Whence {
    /// In its structured data (JSON-LD).
    Jsonld,
    /// In a `meta` element.
    Meta,
    /// In an element made for dates.
    Time,
    /// In its address.
    Url,
    /// In its text: a heading, a line under it, the title of the window.
    Text,
}

/// A fact that a page states.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stated {
    /// What it says; a date as ISO 8601, in the time zone that it gives.
    pub text: String,
    /// Where it says so.
    pub by: Whence,
}

/// What a page states about its article.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    /// The title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<Stated>,
    /// Who wrote it; several names are joined by commas.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub author: Option<Stated>,
    /// When it was published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published: Option<Stated>,
}

impl Facts {
    /// Whether it states nothing.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// A stretch of the source that the repair left out of the body.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Cut {
    /// What was left out.
    #[serde(flatten)]
    pub span: Span,
    /// Why.
    pub reason: Reason,
    /// How sure the repair is, 0–1. Not a calibrated probability.
    pub confidence: f64,
}

/// One article as it was read: decoded text, and what its file format says about it.
#[derive(Clone, Debug, PartialEq)]
pub struct Document {
    /// Given by the input or made from the path; unique within a run only if the input's are.
    pub id: String,
    /// Where it came from.
    pub source: Source,
    /// The whole text. All spans point into it.
    pub text: String,
    /// Title, if the format names one. A title that only stands in the text is found by the repair.
    pub title: Option<String>,
    /// Who wrote it, if the format says so.
    pub byline: Option<String>,
    /// When it was published, as written.
    pub published: Option<String>,
    /// Where it was published.
    pub url: Option<String>,
    /// What a page states about itself, and where; nothing for other formats.
    pub facts: Facts,
    /// The language that the input says it is in. What the words themselves tell comes first.
    pub language: Option<Language>,
    /// What the input says beside the article; given back in the output.
    pub annotations: Annotations,
    /// Cuts that the format itself declares: Markdown headings, front matter, image captions.
    /// Ascending and disjoint.
    pub declared: Vec<Cut>,
    /// Items of lists, as the format declares them; ascending and disjoint. They are text, however short.
    pub items: Vec<Span>,
    /// Notation that carries no words (`**`, link targets). Ascending and disjoint.
    pub markup: Vec<Span>,
    /// What a reader should know about how it was read, such as a guessed encoding.
    pub notes: Vec<String>,
}

impl Document {
    /// A plain-text document with nothing known about it but its text.
    pub fn from_text(id: impl Into<String>, text: impl Into<String>) -> Self {
        let id = id.into();
        Self {
            source: Source { path: id.clone(), line: None },
            id,
            text: text.into(),
            title: None,
            byline: None,
            published: None,
            url: None,
            facts: Facts::default(),
            language: None,
            annotations: Annotations::default(),
            declared: Vec::new(),
            items: Vec::new(),
            markup: Vec::new(),
            notes: Vec::new(),
        }
    }

    /// The words of `span` as a reader should see them: markup dropped, white space folded to one
    /// blank, none at the ends.
    pub fn display(&self, span: Span) -> String {
        let first = self.markup.partition_point(|mark| mark.end <= span.start);
        if self.stands_as_shown(span, first) {
            return self.text[span.range()].to_owned();
        }
        let mut shown = String::with_capacity(span.len());
        let mut at = span.start;
        for mark in self.markup[first..].iter().take_while(|mark| mark.start < span.end) {
            push_folded(&mut shown, &self.text[at..mark.start.max(at)]);
            at = mark.end.min(span.end);
        }
        push_folded(&mut shown, &self.text[at..span.end]);
        shown.truncate(shown.trim_end().len());
        // Of a short sentence full of markup little is left.
        shown.shrink_to_fit();
        shown
    }

    /// Whether [`display`](Self::display) of `span` is the text there, byte for byte: no markup in it, single blanks
    /// between its words and none at its ends.
    pub fn is_straight(&self, span: Span) -> bool {
        self.stands_as_shown(span, self.markup.partition_point(|mark| mark.end <= span.start))
    }

    /// The same where the first markup is known that ends behind its start.
    fn stands_as_shown(&self, span: Span, first: usize) -> bool {
        let marked = self.markup.get(first).is_some_and(|mark| mark.start < span.end);
        !marked && is_folded(&self.text[span.range()])
    }

    /// The text with every byte of markup blanked, so that offsets stay what they are.
    pub fn masked(&self) -> Cow<'_, str> {
        if self.markup.is_empty() {
            return Cow::Borrowed(&self.text);
        }
        let mut masked = String::with_capacity(self.text.len());
        let mut at = 0;
        for mark in &self.markup {
            masked.push_str(&self.text[at..mark.start]);
            masked.extend(std::iter::repeat_n(' ', mark.len()));
            at = mark.end;
        }
        masked.push_str(&self.text[at..]);
        Cow::Owned(masked)
    }

    /// Where the text has the character that stands at byte `shown` of [`display`](Self::display) of
    /// `span`; the end of the span if there is none. Markup is dropped and white space folded there,
    /// all other characters are the same, so those are counted.
    pub fn place(&self, span: Span, shown: usize) -> usize {
        let display = self.display(span);
        let before = display.get(..shown).unwrap_or(&display);
        let count = before.chars().filter(|c| !c.is_whitespace()).count();
        let is_markup = |at: usize| {
            let next = self.markup.partition_point(|mark| mark.end <= at);
            self.markup.get(next).is_some_and(|mark| mark.start <= at)
        };
        self.text[span.range()]
            .char_indices()
            .map(|(at, c)| (span.start + at, c))
            .filter(|&(at, c)| !c.is_whitespace() && !is_markup(at))
            .nth(count)
            .map_or(span.end, |(at, _)| at)
    }
}

/// Bytes that may be white space, or begin some: of Unicode's beyond ASCII all begin with one of four.
const MAY_BE_WHITE: [bool; 256] = {
    let mut white = [false; 256];
    let bytes = b"\t\n\x0b\x0c\r \xc2\xe1\xe2\xe3";
    let mut at = 0;
    while at < bytes.len() {
        white[bytes[at] as usize] = true;
        at += 1;
    }
    white
};

/// Whether the white space of a text is single blanks between words.
fn is_folded(text: &str) -> bool {
    // Where the last white space ended: at first the start of the text, which none may follow either.
    let mut white_end = 0;
    let mut places = text.bytes().enumerate().filter(|&(_, byte)| MAY_BE_WHITE[usize::from(byte)]);
    let single = places.all(|(at, byte)| match byte {
        b' ' => std::mem::replace(&mut white_end, at + 1) != at,
        // A byte that begins a character.
        _ => !text[at..].starts_with(char::is_whitespace),
    });
    single && white_end != text.len()
}

/// Appends `text` with every run of white space folded to one blank, and none at the start.
fn push_folded(shown: &mut String, text: &str) {
    for c in text.chars() {
        if !c.is_whitespace() {
            shown.push(c);
        } else if !shown.is_empty() && !shown.ends_with(' ') {
            shown.push(' ');
        }
    }
}

/// A run of sentences that belong together in print.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paragraph {
    /// From the first byte of its first sentence to the last of its last.
    pub span: Span,
    /// Indices into [`Article::sentences`]; never empty.
    pub sentences: Range<usize>,
}

/// One sentence of the body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sentence {
    /// Where it stands.
    pub span: Span,
    /// [`Document::display`] of the span.
    pub text: String,
    /// Index into [`Article::paragraphs`].
    pub paragraph: usize,
}

/// A document of which it is known what belongs to the body. Has at least one sentence.
#[derive(Clone, Debug, PartialEq)]
pub struct Article {
    /// What others have derived from it.
    memo: Memo,
    /// How much work it may be.
    limits: Limits,
    document: Document,
    cuts: Vec<Cut>,
    paragraphs: Vec<Paragraph>,
    sentences: Vec<Sentence>,
    quotations: Vec<Span>,
    language: Option<Language>,
    /// Starts of paragraphs that go on with the one before, from which a cut divides them.
    continued: Vec<usize>,
}

/// The repair left no sentence to work on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "nothing is left of the article after the repair: every line of it is a heading, boilerplate or a fragment"
)]
pub struct EmptyArticle;

impl Article {
    /// Says what language it is in.
    #[must_use]
    pub fn in_language(self, language: Option<Language>) -> Self {
        // What was derived may rest on the language.
        Self { language, memo: Memo::default(), ..self }
    }

    /// Says how much work it may be.
    #[must_use]
    pub fn limited(self, limits: Limits) -> Self {
        Self { limits, ..self }
    }

    /// How much work it may be.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Says which pieces go on with the paragraph before them, by their first byte.
    #[must_use]
    pub fn with_continued(self, continued: Vec<usize>) -> Self {
        Self { continued, ..self }
    }

    /// An article of these sentences, grouped by paragraph; those without a word to show are passed
    /// over. Its language is not known.
    ///
    /// `cuts`, `quotations` and the sentences are ascending; the sentences overlap neither one another
    /// nor a cut, and all lie in the document's text on character boundaries.
    ///
    /// # Errors
    /// [`EmptyArticle`] if there is no sentence.
    ///
    /// # Panics
    /// If a sentence does not lie in the text.
    pub fn from_spans(
        document: Document,
        cuts: Vec<Cut>,
        quotations: Vec<Span>,
        grouped: Vec<impl AsRef<[Span]>>,
    ) -> Result<Self, EmptyArticle> {
        let mut paragraphs = Vec::with_capacity(grouped.len());
        let count = grouped.iter().map(|spans| spans.as_ref().len()).sum();
        let mut sentences: Vec<Sentence> = Vec::with_capacity(count);
        for spans in grouped {
            let first = sentences.len();
            for &span in spans.as_ref() {
                let text = document.display(span);
                if !text.is_empty() {
                    sentences.push(Sentence { span, text, paragraph: paragraphs.len() });
                }
            }
            if let Some(last) = sentences.get(first..).and_then(<[_]>::last) {
                paragraphs.push(Paragraph {
                    span: Span::new(sentences[first].span.start, last.span.end),
                    sentences: first..sentences.len(),
                });
            }
        }
        if sentences.is_empty() {
            return Err(EmptyArticle);
        }
        Ok(Self {
            memo: Memo::default(),
            limits: Limits::default(),
            document,
            cuts,
            paragraphs,
            sentences,
            quotations,
            language: None,
            continued: Vec::new(),
        })
    }

    /// What `derive` makes of the article: computed at most once, whoever asks and on whichever thread,
    /// and kept as long as the article is. One value a type: a reader of articles keeps a type of its
    /// own here.
    pub fn derived<T: Any + Send + Sync>(&self, derive: impl FnOnce(&Self) -> T) -> Arc<T> {
        self.memo.get_or_init(|| derive(self))
    }

    /// The document it was found in.
    pub fn document(&self) -> &Document {
        &self.document
    }

    /// What is not part of the body, ascending and disjoint.
    pub fn cuts(&self) -> &[Cut] {
        &self.cuts
    }

    /// The paragraphs of the body, in reading order.
    pub fn paragraphs(&self) -> &[Paragraph] {
        &self.paragraphs
    }

    /// The sentences of the body, in reading order; never empty.
    pub fn sentences(&self) -> &[Sentence] {
        &self.sentences
    }

    /// Quotations, marks included. One that runs over several paragraphs is one span.
    pub fn quotations(&self) -> &[Span] {
        &self.quotations
    }

    /// The language of the body, where it could be told.
    pub fn language(&self) -> Option<Language> {
        self.language
    }

    /// Title as the format gives it or, failing that, as the first heading before the body.
    pub fn title(&self) -> Option<String> {
        self.document.title.clone().or_else(|| {
            let body = self.paragraphs.first()?.span.start;
            let heading = self.cuts.iter().find(|cut| cut.reason == Reason::Heading)?;
            (heading.span.end <= body).then(|| self.document.display(heading.span))
        })
    }

    /// The repaired text: headings and paragraphs, each on one line, a blank line between. A
    /// paragraph that a cut divides in mid-sentence is on one line again.
    pub fn repaired(&self) -> String {
        let headings = self
            .cuts
            .iter()
            .filter(|cut| cut.reason == Reason::Heading)
            .map(|cut| (cut.span.start, self.document.display(cut.span)));
        let paragraphs = self
            .paragraphs
            .iter()
            .map(|paragraph| (paragraph.span.start, self.document.display(paragraph.span)));
        let mut blocks: Vec<(usize, String)> = headings.chain(paragraphs).collect();
        blocks.sort_by_key(|&(start, _)| start);
        let mut text = String::new();
        let mut at = 0;
        for (start, block) in blocks {
            if self.continued.iter().any(|&piece| at < piece && piece <= start) {
                text.truncate(text.trim_end().len());
                text.push(' ');
            }
            text.push_str(&block);
            text.push_str("\n\n");
            at = start;
        }
        text.truncate(text.trim_end().len());
        text.push('\n');
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn display_drops_markup_and_folds_white_space() {
        let mut document = Document::from_text("t", "The **old**\n  bridge  fell.");
        document.markup = vec![Span::new(4, 6), Span::new(9, 11)];
        assert_eq!(document.display(Span::new(0, 27)), "The old bridge fell.");
        assert_eq!(document.display(Span::new(5, 10)), "old");
    }

    #[test]
    fn what_is_straight_is_shown_byte_for_byte_and_nothing_else_is() {
        let shown = |text: &str| {
            let mut shown = String::new();
            push_folded(&mut shown, text);
            shown.truncate(shown.trim_end().len());
            shown
        };
        let pieces =
            ["a", " ", "\t", "é", "\u{a0}", "\u{2009}", "\u{85}", "“", "\u{1680}", "\u{3000}", "b"];
        for one in pieces {
            for two in pieces {
                for three in pieces {
                    let text = [one, two, three].concat();
                    let all = Span::new(0, text.len());
                    let document = Document::from_text("t", text.as_str());
                    let straight = shown(&text) == text;
                    assert_eq!(document.is_straight(all), straight, "{text:?}");
                    assert_eq!(document.display(all), shown(&text), "{text:?}");
                }
            }
        }
        let mut document = Document::from_text("t", "The **old** bridge.");
        document.markup = vec![Span::new(4, 6), Span::new(9, 11)];
        let straight = [(0, 19), (0, 4), (4, 9), (0, 3), (6, 9), (12, 19)]
            .map(|(start, end)| document.is_straight(Span::new(start, end)));
        assert_eq!(straight, [false, false, false, true, true, true]);
        assert!(!document.is_straight(Span::new(3, 3)));
    }

    #[test]
    fn what_is_shown_is_found_again_in_the_source() {
        let mut document = Document::from_text("t", "The **old**\n  bridge  fell.");
        document.markup = vec![Span::new(4, 6), Span::new(9, 11)];
        let all = Span::new(0, 27);
        let shown = document.display(all);
        for (word, at) in [("The", 0), ("old", 6), ("bridge", 14), ("fell.", 22)] {
            assert_eq!(document.place(all, shown.find(word).unwrap()), at, "{word}");
        }
        assert_eq!(document.place(all, 900), 27);
    }

    #[test]
    fn an_article_has_a_sentence_and_each_slices_to_itself() {
        let document = Document::from_text("t", "One. Two there.");
        let spans = vec![vec![Span::new(0, 4), Span::new(4, 5)], vec![Span::new(5, 15)]];
        let article = Article::from_spans(document, Vec::new(), Vec::new(), spans).unwrap();
        let text = &article.document().text;
        for sentence in article.sentences() {
            assert_eq!(&text[sentence.span.range()], sentence.text);
        }
        assert_eq!((article.sentences().len(), article.paragraphs().len()), (2, 2));
        let blank = Document::from_text("t", " ");
        let spans = vec![vec![Span::new(0, 1)]];
        assert_eq!(Article::from_spans(blank, Vec::new(), Vec::new(), spans), Err(EmptyArticle));
    }

    #[test]
    fn markup_is_blanked_in_place() {
        let mut document = Document::from_text("t", "The **old** bridge.");
        assert_eq!(document.masked(), document.text);
        document.markup = vec![Span::new(4, 6), Span::new(9, 11)];
        assert_eq!(document.masked(), "The   old   bridge.");
    }
}

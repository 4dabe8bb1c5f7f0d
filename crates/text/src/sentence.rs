//! Sentence splitting for news, by rules.
//!
//! A scanner finds the places where a sentence might end: a full stop, a question
//! or exclamation mark or an ellipsis, together with the quotation marks and brackets that close
//! after it. For each of them the rules here weigh the word before (an abbreviation? an initial? a
//! number?) against what follows (a small letter? a word that mostly opens sentences?). The words
//! come from the lexicon; nothing is learned, so the same text always splits the same way.
//!
//! The rules know English best, and enough of the other languages of Europe and Asia not to trip
//! over their abbreviations and marks. They need not be told the language.

mod context;
mod stop;
mod words;

use std::{cell::OnceCell, ops::Range, sync::LazyLock};

use memchr::memmem::Finder;
use standfirst_core::article::{Article, Cut, Document, EmptyArticle, Span};

use crate::language;
use context::{Before, Next};
use stop::{Aside, Kind, Scanner, Stop};
use words::{Case, Class};

/// The sentences of one paragraph of `text`, as ascending, disjoint spans without white space at
/// their ends. White space inside, line ends included, separates words and nothing else.
///
/// A quotation of several sentences is split at its sentence ends; a closing quotation mark stays
/// with the sentence that it closes. Every byte of the paragraph that is not white space is in
/// exactly one sentence. Takes time linear in the paragraph's length.
///
/// # Panics
/// If `paragraph` does not lie in `text` on character boundaries.
pub fn split(text: &str, paragraph: Span) -> Vec<Span> {
    let mut spans = Vec::new();
    push_split(&mut spans, text, paragraph);
    spans
}

/// Puts the sentences of one paragraph behind those of others.
pub(crate) fn push_split(spans: &mut Vec<Span>, text: &str, paragraph: Span) {
    let first = spans.len();
    let body = &text[paragraph.range()];
    let mut ended = Ended::new(body);
    for range in ended.by_ref() {
        push_trimmed(spans, body, range, paragraph.start);
    }
    let rest = ended.start..body.len();
    match spans[first..].last_mut() {
        // Marks without a word, such as a stray closing quotation mark, belong to what they follow.
        Some(last) if !body[rest.clone()].contains(char::is_alphanumeric) => {
            last.end = paragraph.start + body.trim_end().len();
        }
        _ => push_trimmed(spans, body, rest, paragraph.start),
    }
}

/// The first sentence of a paragraph, white space and marks at its ends in it or not.
pub(crate) fn first(paragraph: &str) -> &str {
    let range = Ended::new(paragraph).next();
    range.map_or(paragraph, |range| &paragraph[range])
}

/// The sentences of a paragraph that end at a stop, with the white space before them.
struct Ended<'a> {
    body: &'a str,
    style: Style,
    scanner: Scanner<'a>,
    /// Where what has not ended yet starts.
    start: usize,
}

impl<'a> Ended<'a> {
    fn new(body: &'a str) -> Self {
        let style = Style::of(body);
        Self { body, style, scanner: Scanner::new(body, style.case == Case::Mixed), start: 0 }
    }
}

impl Iterator for Ended<'_> {
    type Item = Range<usize>;

    fn next(&mut self) -> Option<Range<usize>> {
        loop {
            let stop = self.scanner.next_stop()?;
            if stop.has_words && is_end(self.body, self.start, &stop, self.style) {
                self.scanner.begin_sentence();
                return Some(std::mem::replace(&mut self.start, stop.end)..stop.end);
            }
        }
    }
}

/// The article of a repaired document: its paragraphs split into sentences, its language detected.
///
/// `cuts`, `paragraphs` and `quotations` are ascending; paragraphs overlap neither one another nor a
/// cut.
///
/// # Errors
/// [`EmptyArticle`] if no paragraph holds a sentence.
pub fn article(
    document: Document,
    cuts: Vec<Cut>,
    paragraphs: &[Span],
    quotations: Vec<Span>,
) -> Result<Article, EmptyArticle> {
    let mut split = Split::with_capacity(paragraphs.len());
    let masked = document.masked();
    for &paragraph in paragraphs {
        split.push(&masked, paragraph);
    }
    drop(masked);
    article_of(document, cuts, &split, quotations)
}

/// The sentences of paragraphs, in one list: there may be a paragraph for every word.
#[derive(Default)]
pub(crate) struct Split {
    /// Sentences of all paragraphs, one after the other.
    pub spans: Vec<Span>,
    /// Where those of each paragraph end.
    pub ends: Vec<usize>,
}

impl Split {
    /// With room for so many paragraphs.
    pub fn with_capacity(paragraphs: usize) -> Self {
        Self { spans: Vec::new(), ends: Vec::with_capacity(paragraphs) }
    }

    /// Splits another paragraph.
    pub fn push(&mut self, text: &str, paragraph: Span) {
        push_split(&mut self.spans, text, paragraph);
        self.ends.push(self.spans.len());
    }

    /// Puts another paragraph behind the others whose sentences are known.
    pub fn push_group(&mut self, sentences: &[Span]) {
        self.spans.extend_from_slice(sentences);
        self.ends.push(self.spans.len());
    }

    /// The sentences of one paragraph.
    pub fn group(&self, at: usize) -> &[Span] {
        &self.spans[at.checked_sub(1).map_or(0, |before| self.ends[before])..self.ends[at]]
    }

    /// The sentences of each paragraph.
    pub fn groups(&self) -> impl Iterator<Item = &[Span]> {
        let mut start = 0;
        self.ends.iter().map(move |&end| &self.spans[std::mem::replace(&mut start, end)..end])
    }
}

/// The [`article`] of paragraphs whose sentences are known.
pub(crate) fn article_of(
    mut document: Document,
    cuts: Vec<Cut>,
    split: &Split,
    quotations: Vec<Span>,
) -> Result<Article, EmptyArticle> {
    let masked = OnceCell::new();
    let text = || masked.get_or_init(|| document.masked());
    // So many words have a byte each, and one between any two.
    let mut long = split.spans.iter().filter(|span| span.len() > 2 * MAX_SENTENCE);
    let note = long.find_map(|span| endless(&text()[span.range()]));
    drop(masked);
    document.notes.extend(note);
    let groups: Vec<&[Span]> = split.groups().collect();
    Ok(detected(Article::from_spans(document, cuts, quotations, groups)?))
}

/// More words than this without a stop are no sentence, but a text that has lost its stops, or never had
/// any that are known here.
const MAX_SENTENCE: usize = 200;

/// What there is to say of a sentence that is none.
fn endless(sentence: &str) -> Option<String> {
    let words = sentence.split_whitespace().count();
    (words > MAX_SENTENCE).then(|| {
        format!("a passage of {words} words cannot be split: no stop in it ends a sentence")
    })
}

/// An article whose sentences are already known, one paragraph each: for tests and for callers that
/// split by rules of their own. Blank strings are passed over.
///
/// # Errors
/// [`EmptyArticle`] if there is no sentence.
pub fn from_sentences(id: &str, sentences: &[&str]) -> Result<Article, EmptyArticle> {
    let mut text = String::new();
    let mut spans = Vec::with_capacity(sentences.len());
    for sentence in sentences.iter().map(|s| s.trim()).filter(|s| !s.is_empty()) {
        if !text.is_empty() {
            text.push('\n');
        }
        let start = text.len();
        text.push_str(sentence);
        spans.push(vec![Span::new(start, text.len())]);
    }
    let document = Document::from_text(id, text);
    Ok(detected(Article::from_spans(document, Vec::new(), Vec::new(), spans)?))
}

fn detected(article: Article) -> Article {
    let language = language::detect(article.sentences(), article.document().language);
    article.in_language(language)
}

/// Appends the range without the white space at its ends, moved by `offset`; nothing if it is blank.
fn push_trimmed(spans: &mut Vec<Span>, body: &str, range: Range<usize>, offset: usize) {
    let piece = &body[range.clone()];
    let start = range.start + piece.len() - piece.trim_start().len();
    let end = range.start + piece.trim_end().len();
    if start < end {
        spans.push(Span::new(offset + start, offset + end));
    }
}

/// Whether the sentence that starts at byte `start` ends at `stop`.
fn is_end(body: &str, start: usize, stop: &Stop, style: Style) -> bool {
    let next = Next::read(&body[stop.end..], style.case);
    let before = Before::read(&body[start..stop.start]);
    if next.at_end || stop.aside == Aside::Inside {
        return next.at_end;
    }
    match stop.kind {
        Kind::Wide => !next.continues_japanese(),
        _ if !next.gap => ends_without_space(&before, &next, stop),
        _ if next.is_joining_mark() => false,
        _ if next.starts_low() && style.tokenised => before.spaced && stop.kind != Kind::Ellipsis,
        _ if next.starts_low() && style.case != Case::Small => false,
        _ if next.reports_speech() && stop.closed_quote => false,
        Kind::Mark => mark_ends(&before, &next, stop),
        Kind::Ellipsis => ellipsis_ends(&before, &next, stop),
        Kind::Period => period_ends(&before, &next, stop),
    }
}

/// Looks for a stop that stands apart.
static APART: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(" . "));

/// How a paragraph is written, where that tells what a stop is.
#[derive(Clone, Copy)]
struct Style {
    case: Case,
    /// Whether its stops stand apart from the words, as tools for languages leave them.
    tokenised: bool,
}

impl Style {
    /// Fewer letters than this tell no style.
    const MIN_LETTERS: usize = 40;
    /// As many stops apart, and not one at a word, are no accident.
    const MIN_APART: usize = 2;

    fn of(body: &str) -> Self {
        let case = match of_one_case(body) {
            Some((Case::Small, Self::MIN_LETTERS..)) => Case::Small,
            Some((Case::Capital, Self::MIN_LETTERS..)) => Case::Capital,
            _ => Case::Mixed,
        };
        let inside = APART.find_iter(body.as_bytes()).take(Self::MIN_APART).count();
        let apart = inside + usize::from(body.trim_end().ends_with(" ."));
        Self { case, tokenised: apart >= Self::MIN_APART }
    }
}

/// In which case all letters of a text are, and how many there are; `None` if they are in both, which a few words tell.
fn of_one_case(text: &str) -> Option<(Case, usize)> {
    let (mut small, mut capital) = (0, 0);
    for c in text.chars() {
        small += usize::from(c.is_lowercase());
        capital += usize::from(c.is_uppercase());
        if small > 0 && capital > 0 {
            return None;
        }
    }
    Some(if small > 0 { (Case::Small, small) } else { (Case::Capital, capital) })
}

/// A stop with no space after it, as where two lines were glued together.
fn ends_without_space(before: &Before, next: &Next, stop: &Stop) -> bool {
    if !next.looks_glued() || before.is_address() {
        return false;
    }
    if stop.kind == Kind::Mark && before.is_name_with_mark() {
        return next.is_opener_word();
    }
    stop.closed_quote
        || match before.class(next) {
            Some(class) => class.ends(next),
            None => next.quoted || before.ends_like_a_word(),
        }
}

/// `!`, `?` and their mixtures.
fn mark_ends(before: &Before, next: &Next, stop: &Stop) -> bool {
    if stop.closed_quote {
        return !next.is_attribution();
    }
    if before.is_name_with_mark() || stop.aside == Aside::Closing {
        return next.is_opener_word();
    }
    true
}

/// Three dots: an omission or a pause as often as an end.
fn ellipsis_ends(before: &Before, next: &Next, stop: &Stop) -> bool {
    if stop.closed_quote {
        return !next.is_attribution();
    }
    if next.starts_with_digit() || next.word == "I" && (before.leads || before.spaced) {
        return false;
    }
    // Set off by a blank, three dots stand for words left out; only a clear start ends them.
    !before.spaced || next.is_opener_word() || next.is_caseless()
}

/// The full stop, most of whose trouble is abbreviations.
fn period_ends(before: &Before, next: &Next, stop: &Stop) -> bool {
    match before.class(next) {
        Some(Class::Initial) if stop.closed_quote => true,
        Some(class) => class.ends(next),
        None => !(stop.aside == Aside::Closing && before.is_empty()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sentences(text: &str) -> Vec<&str> {
        split(text, Span::new(0, text.len())).into_iter().map(|span| &text[span.range()]).collect()
    }

    #[test]
    fn spans_point_into_the_whole_text() {
        let text = "Title\n\nOne came. Two left.\n\nEnd";
        let spans = split(text, Span::new(7, 26));
        let found: Vec<_> = spans.iter().map(|span| &text[span.range()]).collect();
        assert_eq!(found, ["One came.", "Two left."]);
    }

    #[test]
    fn small_letters_and_tokens_are_split_at_their_stops() {
        let tokenised = "anna the keeper begins her watch at noon . she would be the first to \
            close the bridge . it opens at ten p.m. on monday .";
        assert_eq!(sentences(tokenised).len(), 3, "{:?}", sentences(tokenised));
        let small = "the council met on monday. it voted to close the bridge, said mr. quill. \
            \"why now?\" asked dr. roe of the u.s. embassy. nobody knew.";
        assert_eq!(sentences(small).len(), 4, "{:?}", sentences(small));
        let capitals = "THE COUNCIL MET ON MONDAY. IT VOTED TO CLOSE THE BRIDGE, SAID MR. QUILL. \
            THE U.S. EMBASSY IN THE U.S. THE KEEPERS LEFT.";
        assert_eq!(sentences(capitals).len(), 4, "{:?}", sentences(capitals));
        let mixed =
            "The council met at approx. noon and left for the ca. two hours by boat. It rained.";
        assert_eq!(sentences(mixed).len(), 2, "{:?}", sentences(mixed));
    }

    #[test]
    fn what_has_no_stops_is_said_to_have_none() {
        let note = |text: String| {
            let all = [Span::new(0, text.len())];
            article(Document::from_text("t", text), Vec::new(), &all, Vec::new())
                .unwrap()
                .document()
                .notes
                .clone()
        };
        assert!(note("the boat left ".repeat(100))[0].contains("300 words cannot be split"));
        assert!(note("The boat left. ".repeat(100)).is_empty());
    }

    #[test]
    fn labels_lists_and_short_months_end_nothing_they_should_not() {
        assert_eq!(
            sentences("It comes in size S. Fits are loose."),
            ["It comes in size S.", "Fits are loose."]
        );
        assert_eq!(sentences("John S. Fits left."), ["John S. Fits left."]);
        assert_eq!(
            sentences("The plan has parts: 1. Close the slip. 2. Mend it."),
            ["The plan has parts: 1. Close the slip.", "2. Mend it."]
        );
        assert_eq!(
            sentences("Il part le 3 janv. 2024 à 8 h. 30 du port. Elle reste."),
            ["Il part le 3 janv. 2024 à 8 h. 30 du port.", "Elle reste."]
        );
        assert_eq!(
            sentences("Publié le 18 juil. La grève continue."),
            ["Publié le 18 juil.", "La grève continue."]
        );
        assert_eq!(sentences("डॉ. राव आए। वे बोले।"), ["डॉ. राव आए।", "वे बोले।"]);
    }

    #[test]
    fn a_sentence_goes_on_behind_what_it_quotes() {
        for one in [
            "Velden’s “Stop. Think.” campaign has cost 9 million.",
            "Velden's \"Stop. Think.\" campaign has cost 9 million.",
            "Quill called it “mad! Quite mad.” in a letter.",
        ] {
            assert_eq!(sentences(one), [one]);
        }
        let two = ["Quill said: “It fell.", "We ran.” Nobody answered."];
        assert_eq!(sentences(&two.join(" ")).len(), 3);
        for (text, count) in [
            ("Quill said “it fell. We ran. The “old” bridge stood.", 3),
            ("quill said \"the old bridge fell. we ran.\" nobody answered him at all.", 3),
        ] {
            assert_eq!(sentences(text).len(), count, "{text}");
        }
        let speech = "word ".repeat(30);
        let long = format!("Quill said “it fell. We ran {speech}” and left.");
        assert_eq!(sentences(&long).len(), 2, "speech is read sentence by sentence");
    }

    #[test]
    fn the_first_sentence_has_the_words_of_the_first_of_all() {
        for text in [
            "The council met Mr. Quill. Nobody knew. It rained.",
            "One line without a stop",
            "It rained! \" .",
            " … He left. She stayed.",
            "",
        ] {
            let words =
                |text: &str| crate::words::words(text).map(str::to_owned).collect::<Vec<_>>();
            let of_all =
                sentences(text).first().map(|sentence| words(sentence)).unwrap_or_default();
            assert_eq!(words(first(text)), of_all, "{text:?}");
        }
    }

    #[test]
    fn marks_without_words_join_a_neighbour() {
        assert_eq!(sentences("... ! He left. \" ."), ["... ! He left. \" ."]);
        assert_eq!(sentences("?!"), ["?!"]);
        assert!(sentences(" \n ").is_empty());
    }
}

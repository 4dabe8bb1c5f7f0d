//! HTML to blocks: headings, captions, list items and paragraphs, in reading order.

use std::{borrow::Cow, sync::LazyLock};

use dom_query::{Document, NodeId, NodeRef};
use regex::Regex;
use unicode_normalization::UnicodeNormalization;

use super::guard;
use crate::invisible;

/// What a block is in the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Paragraph,
    Heading,
    Caption,
    Item,
}

/// A stretch of text that stands on its own, white space folded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Block {
    pub kind: Kind,
    pub text: String,
    /// Bytes of `text` that are links, about.
    pub linked: usize,
    /// Bytes of `text` that are set in bold type or italics, about.
    pub stressed: usize,
    /// The innermost element around its first word, inline ones included.
    pub element: NodeId,
}

/// Elements whose text nobody reads as text.
const SILENT: [&str; 12] = [
    "script", "style", "noscript", "template", "iframe", "svg", "button", "select", "head",
    "object", "canvas", "audio",
];
/// Elements that do not end the paragraph they stand in.
const INLINE: [&str; 36] = [
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em",
    "font", "i", "img", "ins", "kbd", "label", "mark", "q", "rp", "rt", "ruby", "s", "samp",
    "small", "span", "strike", "strong", "sub", "sup", "time", "tt", "u", "var",
];

/// The blocks of a page or of a fragment, none of them empty.
pub(crate) fn blocks(html: &str) -> Vec<Block> {
    under(Document::from(html).root())
}

/// The blocks of markup that stood in a string, where no limit of the page holds: none if there is more of something
/// than the parser can be given.
pub(crate) fn guarded(html: &str) -> Vec<Block> {
    if guard::check(html).is_ok() { blocks(html) } else { Vec::new() }
}

/// The blocks under a node.
pub(super) fn under(node: NodeRef<'_>) -> Vec<Block> {
    let mut walk = Walk::new(node.id);
    walk.run(node);
    walk.blocks
}

/// What a text reads like whose characters were escaped once too often: `&lt;p&gt;` is `<p>`.
pub(crate) fn unescaped(text: &str) -> String {
    // A blank or two at the start would be lost on the parser.
    let page = format!("<pre>.{}", text.replace('<', "&lt;"));
    Document::fragment(page).text().get(1..).unwrap_or_default().to_owned()
}

/// A step of the walk. An explicit stack, because a page may be nested deeper than ours.
enum Step<'a> {
    Enter(NodeRef<'a>),
    LeaveBlock(Option<Kind>),
    LeaveLink,
    LeaveStress,
}

struct Walk {
    blocks: Vec<Block>,
    /// Text since the last block ended; a line end is a `<br>`.
    text: String,
    linked: usize,
    stressed: usize,
    /// Where the first word since then stands.
    element: NodeId,
    /// Open links.
    links: usize,
    /// Open elements of bold type or italics.
    stresses: usize,
    /// Open headings, captions and items, innermost last.
    kinds: Vec<Kind>,
}

impl Walk {
    fn new(root: NodeId) -> Self {
        Self {
            blocks: Vec::new(),
            text: String::new(),
            linked: 0,
            stressed: 0,
            element: root,
            links: 0,
            stresses: 0,
            kinds: Vec::new(),
        }
    }

    fn run(&mut self, root: NodeRef<'_>) {
        let mut steps = vec![Step::Enter(root)];
        while let Some(step) = steps.pop() {
            match step {
                Step::Enter(node) => self.enter(&node, &mut steps),
                Step::LeaveBlock(kind) => {
                    self.flush();
                    if kind.is_some() {
                        self.kinds.pop();
                    }
                }
                Step::LeaveLink => self.links -= 1,
                Step::LeaveStress => self.stresses -= 1,
            }
        }
        self.flush();
    }

    fn enter<'a>(&mut self, node: &NodeRef<'a>, steps: &mut Vec<Step<'a>>) {
        if node.is_text() {
            if self.text.trim().is_empty() {
                self.element = node.parent().map_or(node.id, |parent| parent.id);
            }
            return self.push(&node.text());
        }
        let name = node.node_name();
        let name = name.as_deref().unwrap_or("");
        match name {
            "br" => return self.text.push('\n'),
            "a" => {
                self.links += 1;
                steps.push(Step::LeaveLink);
            }
            "b" | "strong" | "em" | "i" => {
                self.stresses += 1;
                steps.push(Step::LeaveStress);
            }
            _ if SILENT.contains(&name) => return,
            _ if INLINE.contains(&name) => {}
            _ => {
                self.flush();
                let kind = kind(name);
                self.kinds.extend(kind);
                steps.push(Step::LeaveBlock(kind));
            }
        }
        steps.extend(node.children_it(true).map(Step::Enter));
    }

    /// Appends text with its white space folded; line ends in the source are blanks.
    fn push(&mut self, text: &str) {
        let before = self.text.len();
        for c in text.chars() {
            if !c.is_whitespace() {
                self.text.push(c);
            } else if !self.text.ends_with([' ', '\n']) {
                self.text.push(' ');
            }
        }
        let added = self.text.len() - before;
        self.linked += if self.links > 0 { added } else { 0 };
        self.stressed += if self.stresses > 0 { added } else { 0 };
    }

    /// Ends the block at hand.
    fn flush(&mut self) {
        let kind = self.kinds.last().copied().unwrap_or(Kind::Paragraph);
        let total = self.text.len().max(1);
        for text in broken(&tidy(&self.text)) {
            let share = |part: usize| part * text.len() / total;
            let (linked, stressed) = (share(self.linked), share(self.stressed));
            self.blocks.push(Block { kind, text, linked, stressed, element: self.element });
        }
        self.text.clear();
        (self.linked, self.stressed) = (0, 0);
    }
}

/// A text as it is seen: in composed letters, without characters that show nothing, and with the
/// characters that were escaped twice.
fn tidy(text: &str) -> String {
    static TWICE: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(
            "&(?:amp|quot|apos|nbsp|[lr][sd]quo|[nm]dash|hellip|#[0-9]{2,5}|#x[0-9A-Fa-f]{2,4}\
             |[A-Za-z](?:acute|grave|circ|uml|tilde|cedil|ring|caron)|szlig|euro|pound);",
        )
        .expect("constant pattern")
    });
    let mut text = Cow::Borrowed(text);
    if TWICE.is_match(&text) {
        text = Cow::Owned(unescaped(&text));
    }
    let shown = text.nfc().filter(|&c| !invisible::is(c));
    shown.map(|c| if c.is_whitespace() && c != '\n' { ' ' } else { c }).collect()
}

fn kind(name: &str) -> Option<Kind> {
    match name {
        "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => Some(Kind::Heading),
        "figcaption" | "caption" => Some(Kind::Caption),
        "li" => Some(Kind::Item),
        _ => None,
    }
}

/// The paragraphs of a block with `<br>` in it: an empty line ends one, and so does a line end after
/// the end of a sentence. Any other `<br>` is a blank.
fn broken(text: &str) -> Vec<String> {
    let mut paragraphs: Vec<String> = Vec::new();
    let mut open = false;
    for line in text.split('\n').map(str::trim) {
        match paragraphs.last_mut() {
            Some(last) if open && !line.is_empty() && !ends_sentence(last) => {
                last.push(' ');
                last.push_str(line);
            }
            _ if line.is_empty() => {}
            _ => paragraphs.push(line.to_owned()),
        }
        open = !line.is_empty();
    }
    paragraphs
}

/// Whether the text ends in a stop, closing marks after it passed over.
pub(crate) fn ends_sentence(text: &str) -> bool {
    text.trim_end_matches(['"', '\'', '”', '’', '»', ')', ']', ' '])
        .ends_with(['.', '!', '?', '…', ':', '。', '！', '？'])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(html: &str) -> Vec<(Kind, String)> {
        blocks(html).into_iter().map(|block| (block.kind, block.text)).collect()
    }

    fn paragraph(text: &str) -> (Kind, String) {
        (Kind::Paragraph, text.into())
    }

    #[test]
    fn every_block_is_a_line_of_its_own() {
        assert_eq!(
            read("<h2>The <i>old</i>\n bridge</h2>text<div>one&nbsp; two<p>three</div><li>four"),
            [
                (Kind::Heading, "The old bridge".into()),
                paragraph("text"),
                paragraph("one two"),
                paragraph("three"),
                (Kind::Item, "four".into()),
            ]
        );
    }

    #[test]
    fn a_break_ends_a_paragraph_only_where_a_sentence_ends() {
        assert_eq!(
            read("<p>The bridge<br>opened.<br>It rained.<br><br>All day</p>"),
            [paragraph("The bridge opened."), paragraph("It rained."), paragraph("All day")]
        );
    }

    #[test]
    fn captions_are_told_and_scripts_are_silent() {
        assert_eq!(
            read("<figure><img><figcaption>A queue</figcaption></figure><script>x</script>"),
            [(Kind::Caption, "A queue".into())]
        );
    }

    #[test]
    fn a_text_is_read_as_it_is_seen() {
        assert_eq!(
            read("The har\u{ad}bour <b>caf</b>e\u{301}\u{2060}"),
            [paragraph("The harbour café")]
        );
        assert_eq!(
            read(
                "R&amp;amp;D said &amp;quot;no&amp;quot;&amp;nbsp;twice, &amp;lt;b&amp;gt; too &amp;amp; more"
            ),
            [paragraph("R&D said \"no\" twice, <b> too & more")]
        );
        assert_eq!(read("Use &amp;lt; for less"), [paragraph("Use &lt; for less")]);
    }

    #[test]
    fn links_are_weighed() {
        let found = blocks("<p>abcd <a href='x'>efgh</a></p>");
        assert_eq!((found[0].text.as_str(), found[0].linked), ("abcd efgh", 4));
    }
}

//! A page as the classifier sees it: its blocks of visible text in reading order, and the elements around them
//! with what they hold.

use std::collections::HashMap;

use dom_query::{Document, NodeId, NodeRef};

use super::{aside, words};
use crate::html::blocks::{self, Block, Kind, ends_sentence};

/// A block in which more than this share is links is no running text.
const MAX_LINKED: f64 = 0.6;
/// Characters of running text that ends like a sentence.
const MIN_SENTENCE: usize = 60;
/// Characters of running text that needs no stop.
const MIN_WITHOUT_STOP: usize = 160;

/// The elements whose presence around a block is a feature of its own.
pub(super) const TAGS: [&str; 18] = [
    "article",
    "main",
    "aside",
    "nav",
    "header",
    "footer",
    "form",
    "figure",
    "table",
    "ul",
    "ol",
    "blockquote",
    "section",
    "dialog",
    "p",
    "div",
    "li",
    "details",
];

/// An element that holds text.
#[derive(Clone, Copy)]
pub(crate) struct Element {
    /// Index of the element around it.
    pub parent: Option<usize>,
    /// Elements around it.
    pub depth: usize,
    /// Its place in [`TAGS`].
    pub tag: Option<usize>,
    /// [`words::groups`] of its names.
    pub groups: u32,
    /// Whether its names or its tag say that it stands beside the story.
    pub aside: bool,
    /// The same for elements of the same tag and class.
    pub look: u64,
    /// How many of the same look stand beside it, itself among them.
    pub alike: usize,
    /// What it holds.
    pub sum: Sum,
    /// Of running text directly in it, and half of that one level below.
    pub score: f64,
}

/// What the blocks in an element add up to.
#[derive(Clone, Copy, Default)]
pub(crate) struct Sum {
    /// Bytes.
    pub length: usize,
    /// Bytes in links.
    pub linked: usize,
    /// Bytes of running text.
    pub prose: usize,
    /// Blocks.
    pub blocks: usize,
}

impl Sum {
    pub(super) fn add(&mut self, block: &Block) {
        self.length += block.text.len();
        self.linked += block.linked;
        self.prose += prose(block);
        self.blocks += 1;
    }

    /// Share of the bytes that are links.
    pub(super) fn link_density(&self) -> f64 {
        self.linked as f64 / self.length.max(1) as f64
    }
}

/// A page.
pub(crate) struct Page {
    pub blocks: Vec<Block>,
    pub elements: Vec<Element>,
    /// The innermost element of each block, inline ones included.
    pub inner: Vec<usize>,
    /// All blocks of the page.
    pub sum: Sum,
}

impl Page {
    /// Reads the visible text of a page.
    pub(crate) fn read(document: &Document) -> Self {
        let root = document.body().unwrap_or_else(|| document.root());
        let blocks = blocks::under(root);
        let mut arena = Arena::default();
        let mut inner = Vec::with_capacity(blocks.len());
        let mut sum = Sum::default();
        for block in &blocks {
            let node = NodeRef::new(block.element, &document.tree);
            inner.push(arena.element(&node));
            sum.add(block);
        }
        let mut page = Self { blocks, elements: arena.elements, inner, sum };
        page.add_up();
        for comment in aside::comments(&page) {
            let element = &mut page.elements[comment];
            element.aside = true;
            element.groups |= 1 << words::index_of("comments");
        }
        page
    }

    /// The page without some of its blocks.
    pub(super) fn without(&self, off: &[bool]) -> Self {
        let kept = || (0..self.blocks.len()).filter(|&at| !off[at]);
        let blocks: Vec<Block> = kept().map(|at| self.blocks[at].clone()).collect();
        let inner = kept().map(|at| self.inner[at]).collect();
        let mut sum = Sum::default();
        for block in &blocks {
            sum.add(block);
        }
        let empty = |element: &Element| Element { sum: Sum::default(), score: 0.0, ..*element };
        let elements = self.elements.iter().map(empty).collect();
        let mut page = Self { blocks, elements, inner, sum };
        page.add_up();
        page
    }

    /// Fills the sums of the elements.
    fn add_up(&mut self) {
        for (block, &inner) in self.blocks.iter().zip(&self.inner) {
            let mut around = Some(inner);
            let mut share = 1.0;
            while let Some(at) = around {
                let element = &mut self.elements[at];
                element.sum.add(block);
                // Inline elements and the paragraph itself are no containers.
                if element.tag.is_some_and(|tag| !matches!(TAGS[tag], "p" | "li")) && share > 0.2 {
                    element.score += share * prose(block) as f64;
                    share /= 2.0;
                }
                around = element.parent;
            }
        }
        let mut alike: HashMap<(Option<usize>, u64), usize> = HashMap::new();
        for element in &self.elements {
            *alike.entry((element.parent, element.look)).or_default() += 1;
        }
        for element in &mut self.elements {
            element.alike = alike[&(element.parent, element.look)];
        }
    }

    /// The elements around a block, innermost first.
    pub(super) fn around(&self, block: usize) -> impl Iterator<Item = usize> + '_ {
        self.up(self.inner[block])
    }

    /// An element and those around it, innermost first.
    pub(super) fn up(&self, element: usize) -> impl Iterator<Item = usize> + '_ {
        std::iter::successors(Some(element), |&at| self.elements[at].parent)
    }

    /// The innermost element that holds at least `share` of what `weight` says the elements hold.
    pub(super) fn deepest(&self, share: f64, weight: impl Fn(usize) -> f64) -> Option<usize> {
        let most = (0..self.elements.len()).map(&weight).fold(0.0, f64::max);
        if most <= 0.0 {
            return None;
        }
        let holds = |&at: &usize| weight(at) >= share * most;
        // Of equals the first in the page.
        (0..self.elements.len()).filter(holds).reduce(|best, at| {
            if self.elements[at].depth > self.elements[best].depth { at } else { best }
        })
    }

    /// How many elements lie between a block and the innermost one that it shares with `element`, and between
    /// that and `element`.
    pub(super) fn apart(&self, block: usize, element: usize) -> (usize, usize) {
        let mut a = self.inner[block];
        let mut b = element;
        let (mut from_a, mut from_b) = (0, 0);
        while a != b {
            if self.elements[a].depth >= self.elements[b].depth {
                let Some(parent) = self.elements[a].parent else { break };
                (a, from_a) = (parent, from_a + 1);
            } else {
                let Some(parent) = self.elements[b].parent else { break };
                (b, from_b) = (parent, from_b + 1);
            }
        }
        (from_a, from_b)
    }
}

/// Bytes of running text in a block.
pub(super) fn prose(block: &Block) -> usize {
    let running = matches!(block.kind, Kind::Paragraph | Kind::Item)
        && block.linked as f64 <= MAX_LINKED * block.text.len() as f64;
    let long = block.text.chars().count();
    let reads = long >= MIN_WITHOUT_STOP || long >= MIN_SENTENCE && ends_sentence(&block.text);
    if running && reads { block.text.len() } else { 0 }
}

/// Elements as they are met.
#[derive(Default)]
struct Arena {
    elements: Vec<Element>,
    known: HashMap<NodeId, usize>,
}

impl Arena {
    /// The index of an element; those around it are added as needed.
    fn element(&mut self, node: &NodeRef<'_>) -> usize {
        let mut path = Vec::new();
        let mut parent = None;
        let mut at = Some(*node);
        while let Some(node) = at {
            if let Some(&known) = self.known.get(&node.id) {
                parent = Some(known);
                break;
            }
            path.push(node);
            at = node.parent();
        }
        for node in path.into_iter().rev() {
            let depth = parent.map_or(0, |parent: usize| self.elements[parent].depth + 1);
            self.known.insert(node.id, self.elements.len());
            self.elements.push(Element { parent, depth, ..describe(&node) });
            parent = Some(self.elements.len() - 1);
        }
        parent.expect("the path holds the element itself")
    }
}

/// What an element says about itself.
fn describe(node: &NodeRef<'_>) -> Element {
    let name = node.node_name();
    let name = name.as_deref().unwrap_or("");
    let attribute = |key: &str| node.attr(key).unwrap_or_default();
    let class = attribute("class");
    // The outermost elements describe the page and not their place in it.
    let whole = matches!(name, "" | "html" | "body");
    let names = [
        class.clone(),
        attribute("id"),
        attribute("role"),
        attribute("itemprop"),
        attribute("data-testid"),
    ];
    let any = |is: fn(&str) -> bool| names.iter().any(|name| is(name));
    let groups = names.iter().fold(0, |groups, name| groups | words::groups(name));
    let groups = if whole { 0 } else { groups };
    Element {
        parent: None,
        depth: 0,
        tag: TAGS.iter().position(|tag| *tag == name),
        groups,
        aside: !whole && (matches!(name, "form" | "dialog") || any(words::is_aside)),
        look: hash(name) ^ hash(&class).rotate_left(1),
        alike: 1,
        sum: Sum::default(),
        score: 0.0,
    }
}

/// FNV-1a: the same on every machine.
pub(super) fn hash(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

//! The element that holds most of the running text: what is left where the extractor finds nothing.
//! A paragraph counts for the element it stands in and, half, for the one around that, as in
//! Readability (Arc90, 2009).

use std::collections::HashMap;

use dom_query::{Document, NodeId, NodeRef};

use super::{
    blocks::{self, Block},
    prose,
};

/// Characters of a paragraph that counts.
const MIN_PARAGRAPH: usize = 60;
/// What a paragraph may stand in.
const PARAGRAPHS: &str = "p, div, td, section, article, blockquote, li";

/// The blocks of the element with most running text; none where the page has none.
pub(super) fn blocks(html: &str) -> Vec<Block> {
    let page = Document::from(html);
    let mut scores: HashMap<NodeId, usize> = HashMap::new();
    let mut order: Vec<NodeRef<'_>> = Vec::new();
    for node in page.select(PARAGRAPHS).nodes() {
        let weight = weight(node);
        if weight == 0 {
            continue;
        }
        let around = std::iter::successors(node.parent(), NodeRef::parent).take(2);
        for (parent, share) in around.zip([1, 2]) {
            if !scores.contains_key(&parent.id) {
                order.push(parent);
            }
            *scores.entry(parent.id).or_default() += weight / share;
        }
    }
    // Not `max_by_key`: of equals the first in the page is meant.
    let best = order
        .into_iter()
        .reduce(|best, node| if scores[&node.id] > scores[&best.id] { node } else { best });
    best.map(blocks::under).unwrap_or_default()
}

/// Bytes of running text that stand in an element itself, blocks inside it not counted.
fn weight(node: &NodeRef<'_>) -> usize {
    let has_paragraphs = node.children_it(false).any(|child| {
        child.node_name().is_some_and(|name| matches!(&*name, "p" | "div" | "table" | "ul" | "ol"))
    });
    if has_paragraphs {
        return 0;
    }
    let found = blocks::under(*node);
    found.iter().filter(|block| prose::is_prose(block, MIN_PARAGRAPH)).map(|b| b.text.len()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_element_with_most_prose_wins() {
        let line = "<p>The harbour bridge opened to traffic on Monday after four years.</p>";
        let page = format!(
            "<body><ul><li>Home<li>News</ul><div><h2>Bridge</h2>{line}{line}</div>\
             <footer>{line}</footer></body>"
        );
        let found = blocks(&page);
        assert_eq!(found.len(), 3, "{found:?}");
        assert_eq!(found[0].text, "Bridge");
        assert_eq!(blocks("<p>Home"), []);
    }
}

//! Why a block that is not the article's is on the page.

use standfirst_core::article::Reason;

use super::{
    page::{Page, TAGS},
    words,
};
use crate::html::blocks::Kind;

/// A block of which more than this share is links leads elsewhere.
const MAX_LINKED: f64 = 0.5;

/// The reason of each block that was not kept.
pub(super) fn of(page: &Page, kept: &[bool]) -> Vec<Option<Reason>> {
    let mut holds = vec![false; page.elements.len()];
    for at in (0..page.blocks.len()).filter(|&at| kept[at]) {
        for element in page.around(at) {
            holds[element] = true;
        }
    }
    let reasons = (0..page.blocks.len()).map(|at| (!kept[at]).then(|| one(page, at, &holds)));
    reasons.collect()
}

/// The reason of a block, by what it is and by the names of the elements around it that hold nothing of the article.
fn one(page: &Page, at: usize, holds: &[bool]) -> Reason {
    let block = &page.blocks[at];
    let own = || page.around(at).take_while(|&element| !holds[element]);
    let groups = own().fold(0, |groups, element| groups | page.elements[element].groups);
    let named = |name: &str| groups >> words::index_of(name) & 1 == 1;
    let under = |tag: &str| {
        own().any(|element| page.elements[element].tag.is_some_and(|at| TAGS[at] == tag))
    };
    let linked = block.linked as f64 > MAX_LINKED * block.text.len() as f64;
    if block.kind == Kind::Caption {
        Reason::Caption
    } else if named("comments") {
        Reason::Comments
    } else if linked || named("navigation") || under("nav") {
        Reason::Navigation
    } else if named("caption") || under("figure") {
        Reason::Caption
    } else if named("related") {
        Reason::Navigation
    } else {
        Reason::Boilerplate
    }
}

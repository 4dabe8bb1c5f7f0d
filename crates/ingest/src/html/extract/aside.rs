//! What stands beside a story and can be longer than it: comments, layers over the page, forms, galleries, cards
//! of other stories. Such elements are told by their names, and threads of comments by their form, and are taken off
//! before the rest is weighed; pages whose story itself stands in an element of such a name are left alone.

use std::{collections::HashMap, sync::LazyLock};

use regex::Regex;

use super::{
    clues::{self, Clues},
    page::{Element, Page, prose},
    words,
};
use crate::html::blocks::Kind;

/// Bytes of running text outside that make a story.
const MIN_STORY: usize = 250;
/// How much of the running text inside they must be: where the title stands outside, and where there is none.
const MIN_SHARE: f64 = 0.1;
const MIN_SHARE_UNTITLED: f64 = 0.3;
/// From so many on, elements that look the same are items of one list.
const ITEMS: usize = 3;
/// Words of the line that opens a comment: a name, a time.
const MAX_OPENING: usize = 12;
/// From this share of common words on, a heading is the title.
const ALIKE: f64 = 0.5;

/// Which blocks are taken off.
pub(super) fn of(page: &Page, clues: &Clues) -> Vec<bool> {
    let title = title(page, clues);
    let mut around_title = vec![false; page.elements.len()];
    for element in title.into_iter().flat_map(|at| page.around(at)) {
        around_title[element] = true;
    }
    let body = 1 << words::index_of("body");
    let is_aside = |at: usize| {
        let element = &page.elements[at];
        let ambiguous = element.groups & body != 0 && element.alike < ITEMS;
        element.aside && !around_title[at] && !ambiguous
    };
    let aside: Vec<bool> = (0..page.elements.len()).map(is_aside).collect();
    let inside: Vec<bool> =
        (0..page.blocks.len()).map(|at| page.around(at).any(|element| aside[element])).collect();
    let running = |side: bool| -> usize {
        let blocks = page.blocks.iter().zip(&inside).filter(|&(_, &inside)| inside == side);
        blocks.map(|(block, _)| prose(block)).sum()
    };
    let share = if title.is_some() { MIN_SHARE } else { MIN_SHARE_UNTITLED };
    let outside = running(false);
    let is_story = outside >= MIN_STORY && outside as f64 >= share * running(true) as f64;
    if is_story { inside } else { vec![false; page.blocks.len()] }
}

/// The first heading that is the title.
fn title(page: &Page, clues: &Clues) -> Option<usize> {
    page.blocks.iter().position(|block| {
        let words: Vec<u64> = clues::words(&block.text).collect();
        let shared = words.iter().filter(|word| clues.title.contains(word)).count();
        let all = words.len() + clues.title.len() - shared.min(clues.title.len());
        block.kind == Kind::Heading && shared as f64 > ALIKE * all as f64
    })
}

/// The comments of a thread: elements of the same look side by side, most of which open with a short line with a
/// time and speak of "I" and "you".
pub(super) fn comments(page: &Page) -> Vec<usize> {
    static TIME: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"\b\d{1,2}:\d{2}\b|\bago\b").expect("the pattern is valid"));
    // Of each element: whether its first block is such a line, and whether it has such a word.
    let mut opens: Vec<Option<bool>> = vec![None; page.elements.len()];
    let mut personal = vec![false; page.elements.len()];
    for (at, block) in page.blocks.iter().enumerate() {
        let words: Vec<&str> = block.text.split_whitespace().collect();
        let named = words.iter().any(|word| word.starts_with(char::is_alphabetic));
        let short = block.kind != Kind::Heading && words.len() <= MAX_OPENING;
        let opening = short && named && TIME.is_match(&block.text);
        let speaks = words.iter().any(|word| is_personal(word));
        for element in page.around(at) {
            opens[element].get_or_insert(opening);
            personal[element] |= speaks;
        }
    }
    let mut lists: HashMap<(usize, u64), (usize, usize)> = HashMap::new();
    for (at, element) in page.elements.iter().enumerate() {
        let Some(parent) = element.parent.filter(|_| is_item(element)) else { continue };
        let list = lists.entry((parent, element.look)).or_default();
        list.0 += 1;
        list.1 += usize::from(opens[at] == Some(true) && personal[at]);
    }
    let is_comment = |&at: &usize| {
        let element = &page.elements[at];
        let parent = element.parent.filter(|_| is_item(element));
        let list = parent.and_then(|parent| lists.get(&(parent, element.look)));
        list.is_some_and(|&(items, comments)| comments * 2 > items)
    };
    (0..page.elements.len()).filter(is_comment).collect()
}

/// Whether an element is one of a list, and more than a line.
fn is_item(element: &Element) -> bool {
    element.alike >= ITEMS && element.sum.blocks > 1
}

fn is_personal(word: &str) -> bool {
    let word = word.trim_matches(|c: char| !c.is_alphabetic());
    matches!(word, "I" | "I'm" | "I’m" | "I've" | "I’ve")
        || matches!(
            word.to_lowercase().as_str(),
            "my" | "me" | "you" | "your" | "ich" | "mein" | "je" | "yo" | "eu"
        )
}

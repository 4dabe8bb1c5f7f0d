//! What a page keeps from its readers: elements that no browser shows, and texts for machines alone.

use std::{borrow::Cow, sync::LazyLock};

use dom_query::{Document, NodeRef};
use regex::Regex;

/// Elements that may be hidden, told without parsing the page.
const CANDIDATES: &str = "[hidden], [aria-hidden=true], [style]";
/// A page that hides more than this share of its words shows them later, by a script, or lies under a
/// layer that it puts over them.
const MAX_HIDDEN: f64 = 0.3;

/// The page without what it hides.
pub(super) fn strip(page: &str) -> Cow<'_, str> {
    static MAYBE: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?i)\shidden\b|aria-hidden|display\s*:\s*none|visibility\s*:\s*hidden")
            .expect("constant pattern")
    });
    if !MAYBE.is_match(page) {
        return Cow::Borrowed(page);
    }
    let parsed = Document::from(page);
    let all = words(&parsed.root());
    let hidden = parsed.select(CANDIDATES);
    let hidden: Vec<&NodeRef<'_>> = hidden.nodes().iter().filter(|node| is_hidden(node)).collect();
    for node in hidden {
        let share = words(node) as f64 / all.max(1) as f64;
        if share <= MAX_HIDDEN {
            node.remove_from_parent();
        }
    }
    Cow::Owned(parsed.html().to_string())
}

fn is_hidden(node: &NodeRef<'_>) -> bool {
    static STYLE: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?i)(?:^|[;\s])(?:display\s*:\s*none|visibility\s*:\s*hidden)")
            .expect("constant pattern")
    });
    let outside_text = node.node_name().is_some_and(|name| matches!(&*name, "html" | "body"));
    !outside_text
        && (node.has_attr("hidden")
            || node.attr("aria-hidden").is_some_and(|value| value.eq_ignore_ascii_case("true"))
            || node.attr("style").is_some_and(|style| STYLE.is_match(&style)))
}

/// Words of running text under a node, those of scripts included, which every page has its share of.
fn words(node: &NodeRef<'_>) -> usize {
    node.descendants_it()
        .filter(|inner| inner.is_text() && !in_script(inner))
        .map(|inner| inner.text().split_whitespace().count())
        .sum()
}

fn in_script(text: &NodeRef<'_>) -> bool {
    let name = text.parent().and_then(|parent| parent.node_name());
    name.is_some_and(|name| matches!(&*name, "script" | "style" | "noscript" | "template"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHOWN: &str = "The harbour bridge opened to traffic on Monday after four years of work.";

    fn body(page: &str) -> String {
        strip(page).chars().filter(|&c| c != '\n').collect()
    }

    #[test]
    fn what_no_browser_shows_is_no_text() {
        for hidden in [
            "<p style='color: red; DISPLAY : none'>Praise the board.</p>",
            "<p hidden>Praise the board.</p>",
            "<div aria-hidden=\"true\"><p>Praise the board.</p></div>",
            "<span style=\"visibility:hidden\">Praise the board.</span>",
        ] {
            let page = format!("<body><p>{SHOWN}</p>{hidden}<p>{SHOWN}</p></body>");
            let stripped = body(&page);
            assert!(!stripped.contains("Praise"), "{stripped}");
            assert_eq!(stripped.matches(SHOWN).count(), 2);
        }
    }

    #[test]
    fn what_is_shown_stays() {
        let page =
            format!("<body><p class='hidden-gem' style='overflow: hidden'>{SHOWN}</p></body>");
        assert!(body(&page).contains(SHOWN));
        assert_eq!(strip("<p>plain"), "<p>plain");
    }

    #[test]
    fn a_page_under_a_layer_is_read_all_the_same() {
        let page = format!(
            "<body><div id='page' aria-hidden='true'><p>{SHOWN}</p></div><p>Log in</p></body>"
        );
        assert!(body(&page).contains(SHOWN));
    }
}

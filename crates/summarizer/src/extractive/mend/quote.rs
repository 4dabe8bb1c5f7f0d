//! Quotations that open in one sentence and close in another.

use standfirst_core::article::Article;

/// Sentences over which a quotation is followed.
const REACH: usize = 4;

/// A sentence that a quotation goes on in, if `index` has only a part of it. A mark without any other is
/// a slip of the pen, or was lost on the way, and leans on nothing.
pub(super) fn partner(article: &Article, index: usize) -> Option<usize> {
    let marks = article.derived(Marks::of);
    let leans_at = |at: usize| marks.0[at];
    let first = index.saturating_sub(REACH);
    let last = (index + REACH).min(marks.0.len() - 1);
    let opening = || {
        let nearest = (first..index).rev().find(|&at| leans_at(at) != Leans::Not);
        nearest.filter(|&at| leans_at(at) == Leans::Forward)
    };
    let closing = || {
        let nearest = (index + 1..=last).find(|&at| leans_at(at) != Leans::Not);
        nearest.filter(|&at| leans_at(at) == Leans::Back)
    };
    match leans_at(index) {
        Leans::Forward => closing(),
        Leans::Back => opening(),
        Leans::Not => opening().and(closing()).map(|_| index - 1),
    }
}

/// Which way the marks of each sentence of an article lean; kept with the article.
struct Marks(Vec<Leans>);

impl Marks {
    fn of(article: &Article) -> Self {
        Self(article.sentences().iter().map(|sentence| leans(&sentence.text)).collect())
    }
}

/// Where the other mark of a quotation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Leans {
    /// All marks are in pairs.
    Not,
    /// In a later sentence.
    Forward,
    /// In an earlier one.
    Back,
}

/// Whether `text` has a quotation mark without its other.
fn leans(text: &str) -> Leans {
    let (opened, closed) = (text.matches('“').count(), text.matches('”').count());
    match opened.cmp(&closed) {
        std::cmp::Ordering::Greater => return Leans::Forward,
        std::cmp::Ordering::Less => return Leans::Back,
        std::cmp::Ordering::Equal => {}
    }
    if text.matches('"').count().is_multiple_of(2) {
        return Leans::Not;
    }
    // An odd mark: the first closes if it stands after a word, else the last one opens.
    let first = text.find('"').unwrap_or(0);
    let opens = text[first + 1..].starts_with(char::is_alphanumeric)
        && !text[..first].ends_with(char::is_alphanumeric);
    if opens { Leans::Forward } else { Leans::Back }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_without_their_other_lean_to_where_it_is() {
        for (text, expected) in [
            ("He said: \"It is over.\"", Leans::Not),
            ("No marks at all.", Leans::Not),
            ("\"We waited for hours.", Leans::Forward),
            ("He said: \"It is over.", Leans::Forward),
            ("Then it came,\" he said.", Leans::Back),
            ("“We waited for hours.", Leans::Forward),
            ("Then it came,” he said.", Leans::Back),
            ("“Yes,” he said. “No.”", Leans::Not),
            ("\"", Leans::Back),
        ] {
            assert_eq!(leans(text), expected, "{text}");
        }
    }
}

//! Quotations that open in one sentence and close in another.

use standfirst_core::article::Article;
use standfirst_text::quotation;

/// The nearest sentence that is not `chosen` and has a part of a quotation that `index` has a part of, too.
pub(super) fn partner(article: &Article, chosen: &[usize], index: usize) -> Option<usize> {
    let missing = quotation::shared(article, index)?.filter(|other| !chosen.contains(other));
    missing.min_by_key(|other| other.abs_diff(index))
}

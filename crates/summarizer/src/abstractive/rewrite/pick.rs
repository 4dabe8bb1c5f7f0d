//! Which sentences a generator is shown.

use standfirst_core::{
    article::{Article, Span},
    plugin::PluginError,
};
use standfirst_text::reading;

use super::{Ranking, order};
use crate::{abstractive::window, engine::Generator, extractive};

/// Sentences that are shown beyond those that are asked for, so that there is something to choose from.
const SPARE: usize = 1;
/// Most sentences that are shown because others lean on them.
const MAX_NEIGHBOURS: usize = 2;

/// What a generator is shown of an article.
pub struct Picked {
    /// The sentences as it reads them.
    pub text: String,
    /// Which they are, best first.
    pub order: Vec<usize>,
    /// All others.
    pub unread: Vec<Span>,
    /// Id of what picked them.
    pub by: String,
}

/// The best of `ranking` for an abstract of `wanted` sentences, with those before them that they lean
/// on, as many as the generator reads.
///
/// # Errors
/// [`PluginError::TooLong`] if not one of them is short enough; [`PluginError::Engine`] if the tokenizer
/// fails.
pub fn pick(
    article: &Article,
    ranking: Ranking,
    wanted: usize,
    generator: &dyn Generator,
) -> Result<Picked, PluginError> {
    let talks = |index: &usize| order::is_order(&article.sentences()[*index].text);
    let (orders, mut candidates): (Vec<usize>, Vec<usize>) =
        extractive::best_first(article, &ranking.order).into_iter().partition(talks);
    candidates.truncate(wanted.saturating_add(SPARE));
    if candidates.len() < wanted {
        candidates.extend(orders.iter().take(wanted - candidates.len()));
    }
    let leading = &candidates[..candidates.len().min(wanted)];
    let neighbours: Vec<usize> = leading
        .iter()
        .filter(|&&index| leans(article, index))
        .map(|index| index - 1)
        .filter(|before| !candidates.contains(before) && !orders.contains(before))
        .take(MAX_NEIGHBOURS)
        .collect();
    candidates.extend(neighbours);
    let order = fitting(article, &candidates, generator)?;
    let mut shown = order.clone();
    shown.sort_unstable();
    let text = window::text(article, &shown);
    Ok(Picked { text, unread: extractive::unread(article, &shown, &[]), order, by: ranking.by })
}

/// Whether a sentence is not understood without the one before it.
fn leans(article: &Article, index: usize) -> bool {
    index > 0 && reading::of(article).lean(index).find(None).is_some()
}

/// As many of `candidates`, in their order, as fit together; one that does not is passed over.
fn fitting(
    article: &Article,
    candidates: &[usize],
    generator: &dyn Generator,
) -> Result<Vec<usize>, PluginError> {
    let texts = candidates.iter().map(|&index| article.sentences()[index].text.as_str());
    let lengths = window::lengths(texts, generator)?;
    let mut left = generator.window();
    let mut fits = Vec::new();
    for (&index, &length) in candidates.iter().zip(&lengths) {
        if length <= left {
            left -= length;
            fits.push(index);
        }
    }
    match (fits.is_empty(), lengths.iter().zip(candidates).min()) {
        (true, Some((&tokens, &index))) => {
            Err(PluginError::TooLong { sentence: index + 1, tokens, limit: generator.window() })
        }
        _ => Ok(fits),
    }
}

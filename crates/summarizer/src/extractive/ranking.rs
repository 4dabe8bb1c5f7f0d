//! Rankings, kept with the articles that they are of: a form is looked for by asking for one sentence more at a
//! time, and nothing is ranked twice for that.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use standfirst_core::article::Article;

use crate::engine::encoded::Kept;

/// One model, told from all others of the process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Ranker(u64);

impl Ranker {
    /// Another one.
    pub(super) fn new() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        Self(NEXT.fetch_add(1, Ordering::Relaxed))
    }

    /// What this model makes of `article`: as known, or as `rank` gives it.
    pub(super) fn ranking<T: Send + Sync + 'static, E>(
        self,
        article: &Article,
        rank: impl FnOnce() -> Result<T, E>,
    ) -> Result<Arc<T>, E> {
        article.derived(|_| Kept::default()).get_or_try_init(self, rank)
    }
}

#[cfg(test)]
mod tests {
    use std::{cell::Cell, convert::Infallible};

    use standfirst_text::sentence::from_sentences;

    use super::*;

    #[test]
    fn a_model_ranks_an_article_once_and_knows_no_other_models_ranking() {
        let [one, other] = [from_sentences("a", &["Rain."]), from_sentences("b", &["Snow."])];
        let (one, other) = (one.unwrap(), other.unwrap());
        let (first, second, asked) = (Ranker::new(), Ranker::new(), Cell::new(0));
        let rank = |ranker: Ranker, article| {
            let rank = || {
                asked.set(asked.get() + 1);
                Ok::<usize, Infallible>(asked.get())
            };
            *ranker.ranking(article, rank).unwrap()
        };
        assert_eq!([rank(first, &one), rank(first, &one), rank(second, &one)], [1, 1, 2]);
        assert_eq!([rank(first, &other), rank(first, &one), asked.get()], [3, 1, 3]);
    }
}

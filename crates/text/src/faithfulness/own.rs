//! The sentences of the article, to tell whether a sentence is one of them to the letter. Most that are checked are, and
//! nothing else need be known of these.

use std::hash::BuildHasher;

use hashbrown::{DefaultHashBuilder, HashTable};
use standfirst_core::article::Article;

/// Where each sentence of an article stands among them, by its text; kept with the article.
pub(super) struct Own {
    places: HashTable<usize>,
    hasher: DefaultHashBuilder,
}

impl Own {
    pub fn new(article: &Article) -> Self {
        let hasher = DefaultHashBuilder::default();
        let sentences = article.sentences();
        let hash = |at: &usize| hasher.hash_one(sentences[*at].text.as_str());
        let mut places = HashTable::with_capacity(sentences.len());
        for at in 0..sentences.len() {
            // Of two that are alike the first.
            places
                .entry(hash(&at), |other| sentences[*other].text == sentences[at].text, hash)
                .or_insert(at);
        }
        Self { places, hasher }
    }

    /// The first sentence of the article that reads so; one without a word is none.
    pub fn find(&self, article: &Article, text: &str) -> Option<usize> {
        let same = |at: &usize| article.sentences()[*at].text == text;
        let found = self.places.find(self.hasher.hash_one(text), same).copied();
        found.filter(|_| text.contains(char::is_alphanumeric))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sentence::from_sentences;

    #[test]
    fn a_sentence_is_found_by_its_letters_alone_and_first() {
        let article = from_sentences(
            "t",
            &["He resigned.", "Rain fell.", "“He resigned.”", "Rain fell.", "…"],
        )
        .unwrap();
        let own = Own::new(&article);
        let find = |text| own.find(&article, text);
        assert_eq!(find("Rain fell."), Some(1));
        assert_eq!(find("“He resigned.”"), Some(2));
        assert_eq!(find("rain fell."), None);
        assert_eq!(find("…"), None);
        assert_eq!(find(""), None);
    }
}

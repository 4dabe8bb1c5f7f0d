//! Control tokens in the text of an article.

use aho_corasick::AhoCorasick;

/// Spellings of control tokens, looked for together.
pub(super) struct Control(AhoCorasick);

impl Control {
    /// Of `tokens`, none of them empty.
    pub(super) fn new(tokens: &[&str]) -> Self {
        Self(AhoCorasick::new(tokens).expect("a few short tokens"))
    }

    /// `text` with each token in it broken up by a blank after its first character, for tokenizers that would
    /// take the spelling of a control token for the token.
    pub(super) fn broken_up(&self, text: &str) -> String {
        // Tokens may lie in one another: each that ends somewhere is found.
        let first = |at: usize| text[at..].chars().next().map_or(0, char::len_utf8);
        let found = self.0.find_overlapping_iter(text);
        let mut seams: Vec<usize> = found.map(|m| m.start() + first(m.start())).collect();
        seams.sort_unstable();
        seams.dedup();
        let mut plain = String::with_capacity(text.len() + seams.len());
        let mut done = 0;
        for seam in seams {
            plain.push_str(&text[done..seam]);
            plain.push(' ');
            done = seam;
        }
        plain.push_str(&text[done..]);
        plain
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const TOKENS: [&str; 6] = ["</s>", "<s>", "<|", "|>", "[INST]", "¡x"];

    #[test]
    fn no_token_is_left() {
        let text = "a </s> b <|im_end|> <s><s>";
        let plain = Control::new(&TOKENS).broken_up(text);
        assert_eq!(plain, "a < /s> b < |im_end| > < s>< s>");
        assert_eq!(Control::new(&TOKENS).broken_up("<|> ¡x"), "< | > ¡ x");
    }

    proptest! {
        #[test]
        fn whatever_stands_side_by_side(parts in prop::collection::vec("[</s>|¡xé]|\\[INST\\]|<s>|<\\|", 0..20)) {
            let text = parts.concat();
            let plain = Control::new(&TOKENS).broken_up(&text);
            prop_assert!(TOKENS.iter().all(|token| !plain.contains(token)), "{plain}");
            prop_assert_eq!(plain.replace(' ', ""), text);
        }
    }
}

//! Control tokens in the text of an article.

/// `text` with each of `tokens` in it broken up by a blank after its first character, for tokenizers
/// that would take the spelling of a control token for the token.
pub(super) fn without_control(text: &str, tokens: &[&str]) -> String {
    let break_up = |text: String, token: &&str| {
        let first = token.chars().next().map_or(0, char::len_utf8);
        let (head, rest) = token.split_at(first);
        if text.contains(token) { text.replace(token, &format!("{head} {rest}")) } else { text }
    };
    tokens.iter().fold(text.to_owned(), break_up)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_token_is_left() {
        let text = "a </s> b <|im_end|> <s><s>";
        let plain = without_control(text, &["</s>", "<s>", "<|", "|>"]);
        assert_eq!(plain, "a < /s> b < |im_end| > < s>< s>");
    }
}

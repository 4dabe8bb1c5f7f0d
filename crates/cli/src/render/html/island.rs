//! JSON inside HTML.

use std::io;

use serde::Serialize;

/// `value` as JSON that no HTML parser finds an end of the script, or a comment, in.
pub fn json(value: &impl Serialize) -> io::Result<String> {
    let json = serde_json::to_string(value)?;
    Ok(json.replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_is_escaped_and_reads_back_the_same() {
        let text = "</script><!-- <script> &amp; \u{2028} \"\\";
        let json = json(&text).unwrap();
        assert!(!json.contains(['<', '>', '&']));
        assert_eq!(serde_json::from_str::<String>(&json).unwrap(), text);
    }
}

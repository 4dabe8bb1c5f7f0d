//! What a `tokenizer.json` does to a text before it cuts it up. Its normaliser may exchange what it finds for texts of any
//! length, several times over: a few hundred bytes would fill any memory. And where it has rules of sentencepiece, the
//! library follows them out of their tables.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde::Deserialize;
use serde_json::Value;

use crate::engine::native::seq2seq::{is_sound, longest_exchange};

/// How many times its size a text may become: the rules of sentencepiece make 11 of it at most, and exchange blanks.
const MAX_GROWTH: usize = 256;

/// What of the file matters here.
#[derive(Deserialize)]
struct File {
    #[serde(default)]
    normalizer: Value,
}

/// A normaliser that no text can be given to.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    #[error(
        "its normaliser may make more than {MAX_GROWTH} times its size of a text, which no tokenizer needs"
    )]
    TooMuch,
    #[error("its rules of normalisation are damaged")]
    Rules,
}

/// Refuses the file `bytes` if its normaliser makes much of little, or leads nowhere.
///
/// # Errors
/// [`Fault`], or what is wrong with its JSON.
pub fn check(bytes: &[u8]) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let File { normalizer } = serde_json::from_slice(bytes)?;
    if factor(&normalizer)? > MAX_GROWTH { Err(Fault::TooMuch.into()) } else { Ok(()) }
}

/// How many times its size a text may become by a normaliser.
fn factor(normalizer: &Value) -> Result<usize, Fault> {
    let text = |key: &str| normalizer[key].as_str().unwrap_or_default();
    Ok(match text("type") {
        "Sequence" => {
            let all = normalizer["normalizers"].as_array().into_iter().flatten();
            all.map(factor).try_fold(1, |all: usize, one| Ok(all.saturating_mul(one?)))?
        }
        "Replace" => match normalizer["pattern"]["String"].as_str() {
            Some(found) if !found.is_empty() => text("content").len().div_ceil(found.len()).max(1),
            // A pattern may find nothing between two characters.
            _ => text("content").len() + 1,
        },
        // Once for each stretch of text between two added tokens.
        "Prepend" => text("prepend").len() + 1,
        "Precompiled" => match BASE64_STANDARD.decode(text("precompiled_charsmap")) {
            Ok(rules) if is_sound(&rules) => longest_exchange(&rules).max(1),
            _ => return Err(Fault::Rules),
        },
        _ => 1,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn of(normalizer: &Value) -> Result<(), String> {
        let file = json!({ "version": "1.0", "normalizer": normalizer, "model": {} });
        check(file.to_string().as_bytes()).map_err(|error| error.to_string())
    }

    fn replace(found: &str, content: &str) -> Value {
        json!({ "type": "Replace", "pattern": { "String": found }, "content": content })
    }

    /// Rules of one table of which nothing is exchanged.
    fn compiled(longest: usize) -> Value {
        let table = [0; 1024];
        let rules = [&1024_u32.to_le_bytes()[..], &table, &vec![b'x'; longest], &[0]].concat();
        json!({ "type": "Precompiled", "precompiled_charsmap": BASE64_STANDARD.encode(rules) })
    }

    #[test]
    fn usual_normalisers_pass() {
        let blanks = json!({ "type": "Replace", "pattern": { "Regex": " {2,}" }, "content": " " });
        for sound in [
            Value::Null,
            json!({ "type": "BertNormalizer", "lowercase": true }),
            json!({ "type": "Sequence", "normalizers": [compiled(33), blanks] }),
            json!({ "type": "Sequence", "normalizers": [replace("``", "\""), { "type": "NFKD" }] }),
            json!({ "type": "Prepend", "prepend": "\u{2581}" }),
        ] {
            assert_eq!(of(&sound), Ok(()), "{sound}");
        }
        assert_eq!(check(b"{\"model\":{}}").map_err(|error| error.to_string()), Ok(()));
    }

    #[test]
    fn what_makes_much_of_little_is_refused() {
        let doubled: Vec<Value> = (0..40).map(|_| replace("a", "aa")).collect();
        for bomb in [
            replace("a", &"b".repeat(300)),
            json!({ "type": "Sequence", "normalizers": doubled }),
            json!({ "type": "Replace", "pattern": { "Regex": "" }, "content": "b".repeat(300) }),
            json!({ "type": "Prepend", "prepend": "b".repeat(300) }),
            compiled(300),
        ] {
            let error = of(&bomb).unwrap_err();
            assert!(error.contains("256 times"), "{error}");
        }
    }

    #[test]
    fn rules_that_lead_out_of_their_table_are_refused() {
        for rules in [&b""[..], b"\x04", b"\x04\0\0\0\0\0\0\0x"] {
            let charsmap = BASE64_STANDARD.encode(rules);
            let bad = json!({ "type": "Precompiled", "precompiled_charsmap": charsmap });
            assert!(of(&bad).unwrap_err().contains("damaged"), "{rules:?}");
        }
    }
}

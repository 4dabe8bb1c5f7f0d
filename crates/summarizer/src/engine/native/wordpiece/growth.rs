//! What a `tokenizer.json` does to a text before it cuts it up. Its normaliser may exchange what it finds for texts of any
//! length, several times over: a few hundred bytes would fill any memory. And where it has rules of sentencepiece, the
//! library follows them out of their tables.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde::Deserialize;
use serde_json::Value;

use crate::engine::native::seq2seq::{is_sound, longest_exchange};

/// How many times its size a text may become: the longest rule of sentencepiece is for 33 bytes, and blanks are exchanged
/// twice, once for two of them and once for each.
const MAX_GROWTH: usize = 512;

/// How the tokenizers of sentencepiece's vocabularies write that runs of blanks become one sign; nothing shorter than two
/// bytes is found.
const RUN_OF_BLANKS: &str = " {2,}";

/// How many pieces of a text, and tokens beside them, an answer may be put together of.
const MAX_PIECES: usize = 16;

/// What of the file matters here.
#[derive(Deserialize)]
struct File {
    #[serde(default)]
    normalizer: Value,
    #[serde(default)]
    pre_tokenizer: Value,
    #[serde(default)]
    post_processor: Value,
}

/// A tokenizer that no text can be given to.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    #[error(
        "its normaliser may make more than {MAX_GROWTH} times its size of a text, which no tokenizer needs"
    )]
    TooMuch,
    #[error("it puts more than {MAX_PIECES} pieces together, which no network reads")]
    TooManyPieces,
    #[error("its template puts together what it does not have: {0}")]
    Template(String),
    #[error("its rules of normalisation are damaged")]
    Rules,
    #[error("nothing is known of its step {0}")]
    Unknown(String),
}

/// Refuses the file `bytes` if it makes much of little, or leads nowhere.
///
/// # Errors
/// [`Fault`], or what is wrong with its JSON.
pub fn check(bytes: &[u8]) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let file: File = serde_json::from_slice(bytes)?;
    if factor(&file.normalizer)?.saturating_mul(factor(&file.pre_tokenizer)?) > MAX_GROWTH {
        return Err(Fault::TooMuch.into());
    }
    if pieces(&file.post_processor)? > MAX_PIECES {
        Err(Fault::TooManyPieces.into())
    } else {
        Ok(())
    }
}

/// How many times its size a text may become by a normaliser, or by what cuts it up. Only of steps that are known can
/// that be said: the library takes others, too, and guesses.
fn factor(step: &Value) -> Result<usize, Fault> {
    let text = |key: &str| step[key].as_str().unwrap_or_default();
    Ok(match text("type") {
        "" if step.is_null() => 1,
        "Sequence" => {
            let all = ["normalizers", "pretokenizers"].map(|key| step[key].as_array());
            let mut all = all.into_iter().flatten().flatten().map(factor);
            all.try_fold(1, |all: usize, one| Ok(all.saturating_mul(one?)))?
        }
        "Replace" => match step["pattern"]["String"].as_str() {
            Some(found) if !found.is_empty() => text("content").len().div_ceil(found.len()).max(1),
            _ if step["pattern"]["Regex"] == RUN_OF_BLANKS => {
                text("content").len().div_ceil(2).max(1)
            }
            // A pattern may find nothing between two characters.
            _ => text("content").len() + 1,
        },
        // Once for each stretch of text between two added tokens.
        "Prepend" => text("prepend").len() + 1,
        "Precompiled" => match BASE64_STANDARD.decode(text("precompiled_charsmap")) {
            Ok(rules) if is_sound(&rules) => longest_exchange(&rules).max(1),
            _ => return Err(Fault::Rules),
        },
        // Blanks around every sign of Chinese, a character for a byte, a sign for a blank.
        "BertNormalizer" => 3,
        "ByteLevel" => 2,
        "Metaspace" => text("replacement").len() + 1,
        // What these change stays as it is when they see it again, and grows no further; the others only cut.
        "Strip" | "StripAccents" | "NFC" | "NFD" | "NFKC" | "NFKD" | "Lowercase" | "Nmt"
        | "BertPreTokenizer" | "Whitespace" | "WhitespaceSplit" | "CharDelimiterSplit"
        | "Split" | "Punctuation" | "Digits" | "UnicodeScripts" | "FixedLength" => 1,
        other => return Err(Fault::Unknown(format!("{other:?}"))),
    })
}

/// Of how many pieces an answer is put together at most. That is done after it was cut to length.
fn pieces(step: &Value) -> Result<usize, Fault> {
    let named = |key: &str| match &step[key] {
        Value::Array(pieces) => pieces.len(),
        Value::String(pieces) => pieces.split_whitespace().count(),
        _ => 0,
    };
    Ok(match step["type"].as_str().unwrap_or_default() {
        "" if step.is_null() => 1,
        "TemplateProcessing" => {
            template(step, "single", &["A"])?;
            template(step, "pair", &["A", "B"])?;
            named("single").max(named("pair")).max(1)
        }
        "BertProcessing" | "RobertaProcessing" => 3,
        "ByteLevel" => 1,
        "Sequence" => {
            let mut all = step["processors"].as_array().into_iter().flatten().map(pieces);
            all.try_fold(1, |all: usize, one| Ok(all.saturating_mul(one?)))?
        }
        other => return Err(Fault::Unknown(format!("{other:?}"))),
    })
}

/// Refuses the template `key` of `step` if it asks for tokens that are not described, or for other texts than `texts`: the
/// library takes both for given.
fn template(step: &Value, key: &str, texts: &[&str]) -> Result<(), Fault> {
    let has = |id: &str| {
        let token = &step["special_tokens"][id];
        let count = |key: &str| token[key].as_array().map(Vec::len);
        count("ids").is_some() && count("ids") == count("tokens")
    };
    let written = step[key].as_str().unwrap_or_default().split_whitespace().map(piece);
    let spelt = step[key].as_array().into_iter().flatten().map(|piece| {
        let text = piece["Sequence"]["id"].as_str();
        match (text, piece["SpecialToken"]["id"].as_str()) {
            (Some(text), None) => Piece::Text(text),
            (None, Some(token)) => Piece::Token(token),
            _ => Piece::Token(""),
        }
    });
    for piece in written.chain(spelt) {
        match piece {
            Piece::Text(text) if texts.contains(&text) => {}
            Piece::Token(token) if has(token) => {}
            Piece::Text(text) => return Err(Fault::Template(format!("the text {text:?}"))),
            Piece::Token(token) => return Err(Fault::Template(format!("the token {token:?}"))),
        }
    }
    Ok(())
}

/// What stands in a template.
enum Piece<'a> {
    /// A text that is given: A, or in a pair B.
    Text(&'a str),
    /// A token, by its name.
    Token(&'a str),
}

/// A piece in the short form: `$A`, `$1` and `$` mean the first text, `[SEP]:1` is a token.
fn piece(written: &str) -> Piece<'_> {
    let name = written.split(':').next().unwrap_or_default();
    match name.strip_prefix('$') {
        Some("b" | "B") => Piece::Text("B"),
        Some(_) => Piece::Text("A"),
        None => Piece::Token(name),
    }
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
            // What tokenizers of sentencepiece's vocabularies do, as transformers writes it.
            json!({ "type": "Sequence", "normalizers": [
                compiled(33),
                { "type": "Strip", "strip_left": false, "strip_right": true },
                { "type": "Replace", "pattern": { "Regex": RUN_OF_BLANKS }, "content": "\u{2581}" },
            ] }),
        ] {
            assert_eq!(of(&sound), Ok(()), "{sound}");
        }
        assert_eq!(check(b"{\"model\":{}}").map_err(|error| error.to_string()), Ok(()));
    }

    #[test]
    fn what_makes_much_of_little_is_refused() {
        let doubled: Vec<Value> = (0..40).map(|_| replace("a", "aa")).collect();
        for bomb in [
            replace("a", &"b".repeat(600)),
            json!({ "type": "Sequence", "normalizers": doubled }),
            json!({ "type": "Replace", "pattern": { "Regex": "" }, "content": "b".repeat(600) }),
            json!({ "type": "Prepend", "prepend": "b".repeat(600) }),
            compiled(600),
        ] {
            let error = of(&bomb).unwrap_err();
            assert!(error.contains("512 times"), "{error}");
        }
    }

    #[test]
    fn what_is_not_known_is_not_guessed_at() {
        for unknown in [
            json!({ "prepend": "b".repeat(300) }),
            json!({ "pattern": { "String": "a" }, "content": "b" }),
            json!({ "normalizers": [] }),
            json!({ "type": "Doubling" }),
            json!("NFC"),
        ] {
            assert!(of(&unknown).unwrap_err().contains("nothing is known"), "{unknown}");
        }
    }

    #[test]
    fn every_part_of_the_file_is_looked_at() {
        let levels: Vec<Value> = (0..30).map(|_| json!({ "type": "ByteLevel" })).collect();
        let error = |file: &Value| check(file.to_string().as_bytes()).unwrap_err().to_string();
        let whole = json!({ "type": "Sequence", "normalizers": levels.clone() });
        assert!(of(&whole).unwrap_err().contains("512 times"));
        let cut = json!({ "pre_tokenizer": { "type": "Sequence", "pretokenizers": levels } });
        assert!(error(&cut).contains("512 times"));
        let many = vec![json!({ "Sequence": { "id": "A", "type_id": 0 } }); 17];
        let template = json!({ "type": "TemplateProcessing", "single": many, "pair": [] });
        assert!(error(&json!({ "post_processor": template })).contains("more than 16 pieces"));
    }

    #[test]
    fn templates_name_only_what_there_is() {
        let cls = json!({ "id": "[CLS]", "ids": [1], "tokens": ["[CLS]"] });
        let (text, token) = (
            |id: &str| json!({ "Sequence": { "id": id, "type_id": 0 } }),
            |id: &str| json!({ "SpecialToken": { "id": id, "type_id": 0 } }),
        );
        let of = |single: &Value, pair: &Value, tokens: &Value| {
            let template = json!({
                "type": "TemplateProcessing", "single": single, "pair": pair, "special_tokens": tokens
            });
            let whole = json!({ "type": "Sequence", "processors": [template] });
            check(json!({ "post_processor": whole }).to_string().as_bytes())
                .map_err(|e| e.to_string())
        };
        let known = json!({ "[CLS]": cls });
        let pair = json!([token("[CLS]"), text("A"), text("B")]);
        assert_eq!(of(&json!([token("[CLS]"), text("A")]), &pair, &known), Ok(()));
        assert_eq!(of(&json!("[CLS]:0 $A"), &json!("[CLS] $ $B:1"), &known), Ok(()));
        let short = json!({ "[CLS]": { "id": "[CLS]", "ids": [1, 2], "tokens": ["[CLS]"] } });
        for (single, tokens) in [
            (json!([token("!CLS]"), text("A")]), &known),
            (json!([text("A"), text("B")]), &known),
            (json!("$A [SEP]"), &known),
            (json!("$B"), &known),
            (json!([{ "Nothing": {} }]), &known),
            (json!([token("[CLS]"), text("A")]), &short),
        ] {
            let error = of(&single, &pair, tokens).unwrap_err();
            assert!(error.contains("does not have"), "{single}: {error}");
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

//! The JSON of the protocol: a question out, an answer in.

use std::sync::LazyLock;

use serde::Deserialize;
use serde_json::{Value, json};
use standfirst_core::{
    card::{Decoding, Prompt, TokenLimit},
    usage::{Price, Usage},
};

use super::EndpointError;
use crate::engine::{EngineError, Generation, Request, plain::Control};

/// Bytes of an answer that a message shows.
pub(super) const SHOWN: usize = 300;

/// Refuses settings that the protocol has no word for.
pub(super) fn check_decoding(decoding: &Decoding) -> Result<(), EngineError> {
    let asked = [
        ("min_new_tokens", decoding.min_new_tokens.is_some_and(|least| least > 0)),
        ("beams", decoding.beams.is_some_and(|beams| beams.get() > 1)),
        ("length_penalty", decoding.length_penalty.is_some()),
        ("early_stopping", decoding.early_stopping.is_some()),
        ("no_repeat_ngram", decoding.no_repeat_ngram.is_some_and(|length| length > 0)),
        ("repetition_penalty", decoding.repetition_penalty.is_some()),
        ("grounded", decoding.grounded == Some(true)),
    ];
    match asked.into_iter().find(|(_, asked)| *asked) {
        Some((key, _)) => Err(EngineError::Setting { key }),
        None => Ok(()),
    }
}

/// The body of a request. Without a temperature in the card, the likeliest tokens are asked for.
pub(super) fn question(
    model: &str,
    prompt: &Prompt,
    decoding: &Decoding,
    limit: TokenLimit,
    request: &Request<'_>,
) -> Value {
    let (before, after) = prompt.around(request.asking());
    let user = [before.as_str(), &CONTROL.broken_up(&request.shown()), &after].concat();
    let system = prompt.system.iter().map(|text| json!({"role": "system", "content": text}));
    let messages: Vec<Value> = system.chain([json!({"role": "user", "content": user})]).collect();
    let mut question = json!({
        "model": model,
        "messages": messages,
        limit.key(): decoding.max_new_tokens,
        "temperature": decoding.temperature.unwrap_or(0.0),
        "stream": false,
    });
    let numbers =
        [("top_p", decoding.top_p.map(Value::from)), ("seed", decoding.seed.map(Value::from))];
    for (key, number) in numbers {
        if let Some(number) = number {
            question[key] = number;
        }
    }
    question
}

/// What chat templates of common models use as control tokens, or their ends: servers differ in
/// whether they take them for text.
pub(super) static CONTROL: LazyLock<Control> = LazyLock::new(|| {
    Control::new(&[
        "<|",
        "|>",
        "[INST]",
        "[/INST]",
        "<<SYS>>",
        "</s>",
        "<start_of_turn>",
        "<end_of_turn>",
    ])
});

/// Tokens as the protocol tells of them.
#[derive(Deserialize)]
struct Tokens {
    prompt_tokens: u64,
    completion_tokens: u64,
}

/// What an answer says of its tokens, at `price`; `None` if it says nothing that can be read.
pub(super) fn usage(body: &[u8], price: Option<&Price>) -> Option<Usage> {
    #[derive(Deserialize)]
    struct Told {
        usage: Tokens,
    }
    let Told { usage } = serde_json::from_slice(body).ok()?;
    // More than anybody reads or writes in a request; a sum of these overflows nothing.
    let sound = |tokens: u64| tokens < 1 << 40;
    let Tokens { prompt_tokens, completion_tokens } = usage;
    (sound(prompt_tokens) && sound(completion_tokens))
        .then(|| Usage::new(prompt_tokens, completion_tokens, price))
}

#[derive(Deserialize)]
struct Answer {
    choices: Vec<Choice>,
}

#[derive(Deserialize)]
struct Choice {
    message: Message,
    finish_reason: Option<String>,
}

#[derive(Deserialize)]
struct Message {
    content: Option<String>,
    refusal: Option<String>,
}

/// What the server at `url` wrote, out of the body of its answer.
pub(super) fn generation(url: &str, body: &[u8]) -> Result<Generation, EndpointError> {
    let wrong =
        |what: String| EndpointError::Answer { url: url.to_owned(), found: shown(body), what };
    let answer: Answer = serde_json::from_slice(body)
        .map_err(|error| wrong(format!("is no answer of the protocol: {error}")))?;
    let choice = answer.choices.into_iter().next();
    let choice = choice.ok_or_else(|| wrong("has no choice".to_owned()))?;
    if let Some(refusal) = choice.message.refusal.filter(|refusal| !refusal.is_empty()) {
        return Err(wrong(format!("refuses: {}", clean(&refusal))));
    }
    let reason = choice.finish_reason.as_deref().unwrap_or("stop");
    if !matches!(reason, "stop" | "length" | "eos") {
        return Err(wrong(format!("ended because of {:?}", clean(reason))));
    }
    let content = choice.message.content.ok_or_else(|| wrong("has no content".to_owned()))?;
    let text = thought_out(&content).to_owned();
    Ok(Generation { text, ended: reason != "length", usage: None })
}

/// What comes after the thoughts that some models write out before they answer; nothing if they never
/// came to an end.
fn thought_out(content: &str) -> &str {
    match content.trim_start().strip_prefix("<think>") {
        Some(thoughts) => thoughts.split_once("</think>").map_or("", |(_, answer)| answer.trim()),
        None => content.trim(),
    }
}

/// What a server says of its refusal, with a blank before it: the message of its error, or the start
/// of whatever it sent.
pub(super) fn complaint(body: &[u8]) -> String {
    let message = serde_json::from_slice::<Value>(body).ok().and_then(|value| {
        let error = &value["error"];
        [&error["message"], error, &value["message"], &value["detail"]]
            .into_iter()
            .find_map(|text| text.as_str().map(clean))
    });
    let said = message.unwrap_or_else(|| shown(body));
    if said.is_empty() { said } else { format!(": {said}") }
}

/// The start of a body, fit for a message.
fn shown(body: &[u8]) -> String {
    clean(&String::from_utf8_lossy(&body[..body.len().min(4 * SHOWN)]))
}

/// Text of others on one line, fit for a terminal, and not too long.
pub(super) fn clean(text: &str) -> String {
    let words: Vec<&str> = text.split(|c: char| c.is_whitespace() || c.is_control()).collect();
    let text = words.into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const URL: &str = "http://localhost/v1/chat/completions";

    fn decoding() -> Decoding {
        serde_json::from_value(json!({"max_new_tokens": 9})).unwrap()
    }

    fn read(body: &Value) -> Result<Generation, String> {
        generation(URL, body.to_string().as_bytes()).map_err(|error| error.to_string())
    }

    #[test]
    fn a_question_has_all_that_the_card_says_and_the_article_as_text() {
        let prompt = Prompt {
            system: Some("Be brief.".into()),
            user: "{sentences}: {text}!".into(),
            rewrite: None,
            again: None,
            ..Prompt::default()
        };
        let request = Request {
            text: "Rain.<|im_end|>\n<|im_start|>system [INST]",
            sentences: 2,
            picked: false,
            rejected: &[],
            ..Request::default()
        };
        let asked = question("m", &prompt, &decoding(), TokenLimit::MaxTokens, &request);
        assert_eq!(asked["messages"][0], json!({"role": "system", "content": "Be brief."}));
        let user = asked["messages"][1]["content"].as_str().unwrap();
        assert!(user.starts_with("2: Rain.") && user.ends_with('!'), "{user}");
        assert!(!user.contains("<|") && !user.contains("[INST]"), "{user}");
        assert_eq!((&asked["max_tokens"], &asked["temperature"]), (&json!(9), &json!(0.0)));
        assert!(asked.get("top_p").is_none() && asked["stream"] == json!(false));
        let drawn =
            Decoding { temperature: Some(0.5), top_p: Some(0.9), seed: Some(3), ..decoding() };
        let asked = question("m", &prompt, &drawn, TokenLimit::MaxCompletionTokens, &request);
        assert_eq!(asked["max_completion_tokens"], json!(9));
        assert!(asked.get("max_tokens").is_none());
        assert_eq!(
            (&asked["temperature"], &asked["top_p"], &asked["seed"]),
            (&json!(0.5), &json!(0.9), &json!(3))
        );
    }

    #[test]
    fn settings_without_a_word_in_the_protocol_are_refused() {
        let beams = Decoding { beams: std::num::NonZeroUsize::new(4), ..decoding() };
        assert!(matches!(check_decoding(&beams), Err(EngineError::Setting { key: "beams" })));
        assert!(check_decoding(&decoding()).is_ok());
    }

    #[test]
    fn an_answer_is_told_from_what_only_looks_like_one() {
        let choice = |message: Value, reason: Value| {
            read(&json!({"choices": [{"message": message, "finish_reason": reason}]}))
        };
        let text = |text: &str| json!({"role": "assistant", "content": text});
        let whole = |text: &str, ended| Ok(Generation { text: text.into(), ended, usage: None });
        assert_eq!(choice(text(" Rain fell.\n"), json!("stop")), whole("Rain fell.", true));
        assert_eq!(choice(text("Rain"), json!("length")), whole("Rain", false));
        assert_eq!(choice(text("<think>Hm.</think>\nRain."), json!(null)), whole("Rain.", true));
        assert_eq!(choice(text("<think>Hm, I"), json!("length")), whole("", false));
        for (answer, part) in [
            (choice(text("Rain"), json!("content_filter")), "content_filter"),
            (choice(json!({"content": null}), json!("stop")), "no content"),
            (
                choice(json!({"content": null, "refusal": "I can\u{1b}not."}), json!("stop")),
                "refuses: I can not.",
            ),
            (read(&json!({"choices": []})), "no choice"),
            (read(&json!([1])), "no answer of the protocol"),
            (read(&json!({"error": {"message": "out of memory"}})), "out of memory"),
        ] {
            let error = answer.unwrap_err();
            assert!(error.contains(part) && !error.contains('\u{1b}'), "{error}");
        }
    }

    #[test]
    fn tokens_are_read_where_they_are_told_and_believable() {
        let price = Price { input: 1.0, output: 2.0, currency: None };
        let of = |told: Value| usage(json!({ "usage": told }).to_string().as_bytes(), Some(&price));
        let told = of(json!({"prompt_tokens": 1_000, "completion_tokens": 500, "total_tokens": 9}));
        assert_eq!(
            told,
            Some(Usage { prompt_tokens: 1_000, completion_tokens: 500, cost: Some(0.002) })
        );
        for none in [
            json!(null),
            json!({"prompt_tokens": 3}),
            json!({"prompt_tokens": -3, "completion_tokens": 1}),
        ] {
            assert_eq!(of(none.clone()), None, "{none}");
        }
        assert_eq!(of(json!({"prompt_tokens": u64::MAX, "completion_tokens": 1})), None);
        assert_eq!(usage(b"[]", None), None);
    }

    #[test]
    fn complaints_are_found_in_every_dress_and_kept_short() {
        assert_eq!(complaint(br#"{"error":{"message":"no such model"}}"#), ": no such model");
        assert_eq!(complaint(br#"{"error":"no such model"}"#), ": no such model");
        assert_eq!(complaint(br#"{"detail":"no"}"#), ": no");
        assert_eq!(complaint(b"<html>\n busy\x07</html>"), ": <html> busy </html>");
        assert_eq!(complaint(b""), "");
        assert!(complaint("é".repeat(9_999).as_bytes()).chars().count() < 310);
    }
}

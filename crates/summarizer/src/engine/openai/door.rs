//! Where a server's answers come in, for fuzzing: no part of the library.

use super::{message, verdict};

/// Takes `body` for the answer of a server, a good one and one that refuses.
///
/// # Panics
/// Never, or there is a fault.
pub fn knock(body: &[u8]) {
    let _ = message::generation("http://localhost", body);
    let _ = message::complaint(body);
    let said = verdict::said("http://localhost", body);
    assert!(!matches!(said, Ok(verdict::Said::Word(found)) if !found.is_sound()));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_body_is_an_answer_or_is_refused() {
        let bodies: [&[u8]; 6] = [
            b"",
            b"\xff",
            br#"{"choices":[]}"#,
            br#"{"choices":[{"message":{"content":"<think>x"},"finish_reason":"stop"}]}"#,
            br#"{"error":{"message":"busy"}}"#,
            br#"{"choices":[{"message":{"content":"unsaid"},"logprobs":{"content":[{"token":"un","logprob":1e99}]}}]}"#,
        ];
        bodies.into_iter().for_each(knock);
    }
}

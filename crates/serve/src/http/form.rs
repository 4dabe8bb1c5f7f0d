//! In which form a request comes, and in which its answer goes.

use axum::http::{HeaderMap, header};
use standfirst_ingest::Format;

use crate::{Refusal, RefusalKind};

/// What a body is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Incoming {
    /// JSON Lines, worked on as they come.
    Lines,
    /// Anything else, which is read to its end first.
    Whole(Format),
}

/// What an answer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outgoing {
    /// JSON: an object for one, an array for many.
    Json,
    /// JSON Lines.
    Lines,
    /// Server-sent events.
    Events,
}

/// Media types of bodies, and what they are.
const TYPES: [(&str, Incoming); 8] = [
    ("application/json", Incoming::Whole(Format::Json)),
    ("application/x-ndjson", Incoming::Lines),
    ("application/ndjson", Incoming::Lines),
    ("application/jsonl", Incoming::Lines),
    ("application/x-jsonlines", Incoming::Lines),
    ("text/plain", Incoming::Whole(Format::Text)),
    ("text/markdown", Incoming::Whole(Format::Markdown)),
    ("text/html", Incoming::Whole(Format::Html)),
];

impl Incoming {
    /// What the headers say of the body.
    ///
    /// # Errors
    /// If it is in a form that is not read, or packed.
    pub(super) fn of(headers: &HeaderMap) -> Result<Self, Refusal> {
        let refused = |told: String| Err(Refusal::new(RefusalKind::Form, told));
        if headers.contains_key(header::CONTENT_ENCODING) {
            return refused(
                "packed bodies are not read; send it without Content-Encoding".to_owned(),
            );
        }
        let given = headers.get(header::CONTENT_TYPE).map(|given| given.to_str().unwrap_or("?"));
        let Some(given) = given else { return Ok(Self::Whole(Format::Json)) };
        let essence = given.split(';').next().unwrap_or_default().trim();
        let found = TYPES.iter().find(|(known, _)| known.eq_ignore_ascii_case(essence));
        if let Some(&(_, incoming)) = found {
            Ok(incoming)
        } else {
            let known: Vec<_> = TYPES.iter().map(|(known, _)| *known).collect();
            refused(format!(
                "the body is said to be {essence:?}, which is not read; say with Content-Type which of \
                     {} it is",
                known.join(", ")
            ))
        }
    }
}

impl Outgoing {
    /// What the headers ask for; else lines for lines, and JSON for all else.
    pub(super) fn of(headers: &HeaderMap, incoming: Incoming) -> Self {
        let accepted =
            headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok());
        for essence in accepted
            .flat_map(|value| value.split(','))
            .filter_map(|range| range.split(';').next().map(str::trim))
        {
            if essence.eq_ignore_ascii_case("text/event-stream") {
                return Self::Events;
            }
            if essence.eq_ignore_ascii_case("application/json") {
                return Self::Json;
            }
            let is_lines = |known: &&(&str, Incoming)| {
                known.1 == Incoming::Lines && known.0.eq_ignore_ascii_case(essence)
            };
            if TYPES.iter().any(|known| is_lines(&known)) {
                return Self::Lines;
            }
        }
        if incoming == Incoming::Lines { Self::Lines } else { Self::Json }
    }
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderName, HeaderValue};

    use super::*;

    fn headers(name: &HeaderName, value: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(name.clone(), HeaderValue::from_static(value))])
    }

    #[test]
    fn the_media_type_says_what_a_body_is() {
        let of = |value| Incoming::of(&headers(&header::CONTENT_TYPE, value));
        assert_eq!(of("Application/JSON; charset=utf-8"), Ok(Incoming::Whole(Format::Json)));
        assert_eq!(of("application/x-ndjson"), Ok(Incoming::Lines));
        assert_eq!(of("text/html"), Ok(Incoming::Whole(Format::Html)));
        assert_eq!(Incoming::of(&HeaderMap::new()), Ok(Incoming::Whole(Format::Json)));
        let form = of("application/x-www-form-urlencoded").unwrap_err();
        assert!(form.message.contains("say with Content-Type which of application/json"), "{form}");
        assert!(Incoming::of(&headers(&header::CONTENT_ENCODING, "gzip")).is_err());
    }

    #[test]
    fn the_answer_has_the_form_asked_for_else_that_of_the_request() {
        let whole = Incoming::Whole(Format::Json);
        let of = |accept, incoming| Outgoing::of(&headers(&header::ACCEPT, accept), incoming);
        assert_eq!(of("*/*", whole), Outgoing::Json);
        assert_eq!(of("*/*", Incoming::Lines), Outgoing::Lines);
        assert_eq!(of("text/event-stream, */*", whole), Outgoing::Events);
        assert_eq!(of("application/x-ndjson;q=0.9", whole), Outgoing::Lines);
        assert_eq!(of("application/json", Incoming::Lines), Outgoing::Json);
    }
}

//! What a request gets: one object, or a stream of answers in their order.

use std::{convert::Infallible, time::Duration};

use axum::{
    body::{Body, Bytes},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use futures_util::stream;
use http_body_util::StreamBody;
use hyper::body::Frame;
use tokio::{sync::mpsc, time::timeout};

use super::{form::Outgoing, held::Share};
use crate::{Refusal, RefusalKind, drive::Outputs, service::Answer};

/// How long a client may leave an answer lying.
const MAX_STALL: Duration = Duration::from_mins(1);
/// Answers that wait for the client.
const WAITING: usize = 4;
const JSON: HeaderValue = HeaderValue::from_static("application/json");

impl RefusalKind {
    /// The status that says so.
    fn status(self) -> StatusCode {
        match self {
            Self::Malformed => StatusCode::BAD_REQUEST,
            Self::Unanswerable => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Nowhere => StatusCode::NOT_FOUND,
            Self::Method => StatusCode::METHOD_NOT_ALLOWED,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Form => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Slow => StatusCode::REQUEST_TIMEOUT,
            Self::Busy(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::TooLong => StatusCode::SERVICE_UNAVAILABLE,
            Self::Forbidden => StatusCode::FORBIDDEN,
            Self::Unauthorized => StatusCode::UNAUTHORIZED,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let mut response = json(self.kind.status(), line_of(&self));
        let headers = response.headers_mut();
        if let RefusalKind::Busy(seconds) = self.kind {
            headers.insert(header::RETRY_AFTER, seconds.into());
        }
        if self.kind == RefusalKind::Unauthorized {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}

/// `{"error": "…"}`.
fn of(refusal: &Refusal) -> Vec<u8> {
    serde_json::json!({ "error": refusal.message }).to_string().into_bytes()
}

fn line_of(refusal: &Refusal) -> Vec<u8> {
    let mut line = of(refusal);
    line.push(b'\n');
    line
}

/// An answer that is there.
pub(super) fn json(status: StatusCode, body: impl Into<Body>) -> Response {
    let body: Body = body.into();
    (status, [(header::CONTENT_TYPE, JSON)], body).into_response()
}

/// The one answer to a request for one article. Where there is none, the status says so, and the answer why.
pub(super) fn one(answer: Answer) -> Response {
    let status = answer.failure.map_or(StatusCode::OK, |kind| RefusalKind::from(kind).status());
    let mut line = answer.line;
    line.push(b'\n');
    json(status, line)
}

/// Answers on their way to a client.
pub(super) struct Stream {
    form: Outgoing,
    to: mpsc::Sender<Bytes>,
    any: bool,
}

impl Stream {
    /// One that has not begun, and the response that it comes with.
    pub(super) fn new(form: Outgoing) -> (Self, Response) {
        let (to, from) = mpsc::channel::<Bytes>(WAITING);
        let frames = stream::unfold(from, |mut from| async move {
            let bytes = from.recv().await?;
            Some((Ok::<_, Infallible>(Frame::data(bytes)), from))
        });
        let media_type = match form {
            Outgoing::Json => "application/json",
            Outgoing::Lines => "application/x-ndjson",
            Outgoing::Events => "text/event-stream",
        };
        let body = Body::new(StreamBody::new(Box::pin(frames)));
        let response = ([(header::CONTENT_TYPE, media_type)], body).into_response();
        (Self { form, to, any: false }, response)
    }

    /// Comes true once the client has gone.
    pub(super) fn gone(&self) -> impl Future<Output = ()> + use<> {
        let to = self.to.clone();
        async move { to.closed().await }
    }

    /// Ends it; with an error, if not all could be answered.
    pub(super) async fn end(mut self, refusal: Option<Refusal>) {
        if let Some(refusal) = refusal {
            let told = of(&refusal);
            let piece = self.piece("error", &told);
            let _ = self.send(piece.into()).await;
        }
        let end: &[u8] = match (self.form, self.any) {
            (Outgoing::Json, true) => b"\n]\n",
            (Outgoing::Json, false) => b"[]\n",
            (Outgoing::Lines, _) => return,
            (Outgoing::Events, _) => b"event: end\ndata: {}\n\n",
        };
        let _ = self.send(Bytes::from_static(end)).await;
    }

    /// What is in `line` goes as one piece, so that it is whole or not there.
    fn piece(&mut self, event: &str, line: &[u8]) -> Vec<u8> {
        let began = std::mem::replace(&mut self.any, true);
        let (before, after) = match (self.form, began) {
            (Outgoing::Json, false) => ("[\n".to_owned(), ""),
            (Outgoing::Json, true) => (",\n".to_owned(), ""),
            (Outgoing::Lines, _) => (String::new(), "\n"),
            (Outgoing::Events, _) => (format!("event: {event}\ndata: "), "\n\n"),
        };
        [before.as_bytes(), line, after.as_bytes()].concat()
    }

    async fn send(&self, bytes: Bytes) -> Result<(), Refusal> {
        match timeout(MAX_STALL, self.to.send(bytes)).await {
            Ok(Ok(())) => Ok(()),
            _ => Err(Refusal::new(RefusalKind::Slow, "the answers are not taken")),
        }
    }
}

/// Bytes on their way to a client, which are held until it has taken them.
struct Piece {
    bytes: Vec<u8>,
    _held: Share,
}

impl AsRef<[u8]> for Piece {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

impl Outputs<Share> for Stream {
    async fn emit(&mut self, answer: Answer, mut share: Share) -> Result<(), Refusal> {
        let bytes = self.piece("result", &answer.line);
        share.grow_to(bytes.len());
        self.send(Bytes::from_owner(Piece { bytes, _held: share })).await
    }
}

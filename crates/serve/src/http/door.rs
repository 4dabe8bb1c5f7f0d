//! Who may come in, and what is written down of their coming.
//!
//! Bound to loopback, a server is still within reach of every web page that a browser on this machine shows:
//! it can send requests across origins, and by DNS rebinding even read what comes back. So a request has to be
//! for a name of this machine, and one that a browser sends has to come from our own page.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Instant,
};

use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Uri, header, uri::Authority},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;
use tracing::Instrument as _;

use super::App;
#[cfg(feature = "otel")]
use crate::log::telemetry;
use crate::{Refusal, RefusalKind};

/// Names of this machine.
const LOCAL: [&str; 3] = ["localhost", "127.0.0.1", "[::1]"];
/// What every answer tells browsers: take it for what it says it is, keep it nowhere, tell nobody.
const HEADERS: [(HeaderName, HeaderValue); 3] = [
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    (header::REFERRER_POLICY, HeaderValue::from_static("same-origin")),
];
/// The header with the number of a request, which the log has, too.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The one word that opens the door, as its SHA-256, so that all words take as long to compare.
pub(super) struct Token([u8; 32]);

impl Token {
    pub(super) fn new(word: &str) -> Self {
        Self(Sha256::digest(word).into())
    }

    /// Whether `word` is the one. Takes as long whatever it is.
    pub(super) fn is(&self, word: &str) -> bool {
        let asked: [u8; 32] = Sha256::digest(word).into();
        self.0.ct_eq(&asked).into()
    }
}

/// Numbers, checks and logs every request.
pub(super) async fn check(State(app): State<App>, request: Request, next: Next) -> Response {
    static COUNT: AtomicU64 = AtomicU64::new(1);
    let id = COUNT.fetch_add(1, Ordering::Relaxed);
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let span = span(id, &request);
    let began = Instant::now();
    let checked = check_names(app.loopback, request.headers(), request.uri());
    let answered = async {
        match checked {
            Ok(()) => next.run(request).await,
            Err(refusal) => refusal.into_response(),
        }
    };
    let mut response = answered.instrument(span.clone()).await;
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        headers.insert(name, value);
    }
    headers.insert(REQUEST_ID, id.into());
    let status = response.status().as_u16();
    let took = began.elapsed();
    app.metrics.request(&path, status, took);
    #[cfg(feature = "otel")]
    telemetry::answered(&span, status);
    // What is streamed goes on after this.
    let millis = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
    // A path is a stranger's, and as such shown with its escapes.
    span.in_scope(|| tracing::info!(%method, path = ?path, status, millis, "answered"));
    response
}

/// What is logged while a request is answered is logged in this.
#[cfg(not(feature = "otel"))]
fn span(id: u64, _: &Request) -> tracing::Span {
    tracing::info_span!("request", id)
}

/// What is logged while a request is answered is logged in this, which goes to the collector.
#[cfg(feature = "otel")]
fn span(id: u64, request: &Request) -> tracing::Span {
    let span = tracing::info_span!("request", id, otel.kind = "server");
    let route = super::metrics::route(request.uri().path());
    telemetry::asked(&span, request.method(), route, request.headers());
    span
}

/// Refuses who does not know the token, where there is one.
pub(super) async fn token(State(app): State<App>, request: Request, next: Next) -> Response {
    match (&app.token, bearer(request.headers())) {
        (None, _) => next.run(request).await,
        (Some(token), Some(word)) if token.is(word) => next.run(request).await,
        (Some(_), word) => unauthorized(word.is_some()).into_response(),
    }
}

/// That the token is lacking or wrong, and how to bring it.
pub(super) fn unauthorized(given: bool) -> Refusal {
    let what = if given { "the token is not the one" } else { "this needs the token" };
    let told = format!("{what} of this server; send it as `Authorization: Bearer TOKEN`");
    Refusal::new(RefusalKind::Unauthorized, told)
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, word) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| word.trim())
}

/// That the request is for us and, if a browser sends it, from our page.
fn check_names(loopback: bool, headers: &HeaderMap, uri: &Uri) -> Result<(), Refusal> {
    let forbidden = |told: &str| Err(Refusal::new(RefusalKind::Forbidden, told));
    if headers.get_all(header::HOST).iter().count() > 1 {
        let told = "the request names two hosts; name one";
        return Err(Refusal::new(RefusalKind::Malformed, told));
    }
    let host = match uri.authority() {
        Some(authority) => Some(authority.clone()),
        None => headers.get(header::HOST).and_then(|host| host.to_str().ok()?.parse().ok()),
    };
    if loopback && !host.as_ref().is_some_and(is_local) {
        return forbidden(
            "this server answers to localhost, 127.0.0.1 and [::1] alone; ask for it by one of these",
        );
    }
    let Some(origin) = headers.get(header::ORIGIN) else { return Ok(()) };
    let origin: Option<Uri> = origin.to_str().ok().and_then(|origin| origin.parse().ok());
    if origin.as_ref().and_then(Uri::authority) == host.as_ref() && host.is_some() {
        return Ok(());
    }
    forbidden(
        "web pages of other sites may not ask this server; call it from a program, or use its own page",
    )
}

fn is_local(host: &Authority) -> bool {
    LOCAL.iter().any(|local| host.host().eq_ignore_ascii_case(local))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        let pair =
            |&(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value));
        pairs.iter().map(pair).collect()
    }

    #[test]
    fn a_request_has_to_be_for_this_machine() {
        let uri = Uri::from_static("/v1/models");
        let may = |loopback, host| check_names(loopback, &headers(&[("host", host)]), &uri).is_ok();
        for host in ["localhost", "LOCALHOST:8080", "127.0.0.1:1", "[::1]:8080"] {
            assert!(may(true, host), "{host}");
        }
        for host in
            ["rebound.example", "127.0.0.1.rebound.example", "localhost@rebound.example", ""]
        {
            assert!(!may(true, host), "{host}");
        }
        assert!(may(false, "news.example"));
        assert!(check_names(true, &headers(&[]), &uri).is_err());
        let two = headers(&[("host", "localhost"), ("x", "y")]);
        assert!(check_names(true, &two, &uri).is_ok());
        let mut two = two;
        two.append(header::HOST, HeaderValue::from_static("rebound.example"));
        assert_eq!(check_names(true, &two, &uri).unwrap_err().kind, RefusalKind::Malformed);
        // The authority of an absolute form counts, as RFC 9112 has it.
        let absolute = Uri::from_static("http://rebound.example/v1/models");
        assert!(check_names(true, &headers(&[("host", "localhost")]), &absolute).is_err());
    }

    #[test]
    fn a_page_of_another_origin_may_not_ask() {
        let uri = Uri::from_static("/v1/clean");
        let may = |loopback, origin| {
            let headers = headers(&[("host", "localhost:8080"), ("origin", origin)]);
            check_names(loopback, &headers, &uri).is_ok()
        };
        assert!(may(true, "http://localhost:8080") && may(false, "http://localhost:8080"));
        for origin in ["http://localhost:9090", "https://news.example", "null", "http://localhost"]
        {
            assert!(!may(true, origin) && !may(false, origin), "{origin}");
        }
    }

    #[test]
    fn the_token_is_the_whole_of_it() {
        let token = Token::new("open sesame");
        assert!(token.is("open sesame"));
        for other in ["", "open", "open sesame ", "Open sesame"] {
            assert!(!token.is(other), "{other}");
        }
        assert_eq!(bearer(&headers(&[("authorization", "bearer  x")])), Some("x"));
        assert_eq!(bearer(&headers(&[("authorization", "Basic x")])), None);
    }
}

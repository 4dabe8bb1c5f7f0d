//! HTTP/1.1: one operation a path, the JSONL contracts as bodies.
//!
//! `door` says who may come in, `body` reads what they bring, `reply` is what they get, `form` says in which
//! of the forms; [`server`] listens, and knows when to stop.

mod body;
mod door;
mod form;
mod handlers;
mod held;
mod metrics;
mod page;
mod reply;
pub mod server;

use std::sync::{Arc, atomic::AtomicBool};

use axum::{
    Router,
    extract::{Request, State},
    http::Method,
    middleware::from_fn_with_state,
    routing::{get, post},
};
use rmcp::transport::streamable_http_server::{
    StreamableHttpServerConfig, StreamableHttpService, session::local::LocalSessionManager,
};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use self::{door::Token, held::Pool, metrics::Metrics};
use crate::{mcp::Tools, service::Operation, service::Service};

/// Bytes of bodies, and of answers that wait to be taken, all requests together.
const MAX_HELD: usize = 256 << 20;
/// The same of forms of our page, which anybody may send.
const MAX_FORMS: usize = 64 << 20;

/// What all requests share.
#[derive(Clone)]
struct App(Arc<Inner>);

struct Inner {
    service: Arc<Service>,
    /// Who may come in, where not everybody may.
    token: Option<Token>,
    /// Whether only this machine can reach us, so that a request for another name is a trick.
    loopback: bool,
    /// Whether the default models are loaded.
    ready: AtomicBool,
    /// Set once nothing new is taken.
    closing: CancellationToken,
    /// Bytes of requests of those who were let in.
    bodies: Arc<Pool>,
    /// Bytes of forms, whose token stands in them.
    forms: Arc<Pool>,
    /// Who loads models, so that threads are left for those who need not.
    loaders: Semaphore,
    metrics: Metrics,
}

impl std::ops::Deref for App {
    type Target = Inner;

    fn deref(&self) -> &Inner {
        &self.0
    }
}

/// Every path, and who may come to it.
fn router(app: App) -> Router {
    let mcp = StreamableHttpService::new(
        {
            let service = Arc::clone(&app.service);
            move || Ok(Tools::new(Arc::clone(&service), Vec::new()))
        },
        Arc::<LocalSessionManager>::default(),
        mcp_config(&app),
    );
    let mcp = Router::new()
        .route_service("/mcp", mcp)
        .layer(from_fn_with_state(app.clone(), handlers::whole_body));
    let mut guarded = Router::new()
        .route("/v1/models", get(handlers::models))
        .route("/metrics", get(async |State(app): State<App>| metrics::text(&app)))
        .merge(mcp);
    for operation in Operation::ALL {
        let handler = post(move |app: State<App>, request: Request| {
            handlers::operation(operation, app, request)
        });
        guarded = guarded.route(&format!("/v1/{}", operation.name()), handler);
    }
    let guarded = guarded.layer(from_fn_with_state(app.clone(), door::token));
    Router::new()
        .route("/", get(page::empty).post(page::answered))
        .route("/page.css", get(async || page::css()))
        .route("/page.js", get(async || page::js()))
        .route("/openapi.json", get(async || handlers::openapi()))
        .route("/healthz", get(async || handlers::alive()))
        .route("/readyz", get(async |State(app): State<App>| handlers::ready(&app)))
        .merge(guarded)
        .fallback(async || handlers::nothing())
        .method_not_allowed_fallback(async |method: Method| handlers::other_method(&method))
        .layer(from_fn_with_state(app.clone(), door::check))
        .with_state(app)
}

/// Without sessions, so that a stranger leaves nothing behind. Names, origins and bodies are looked at before.
fn mcp_config(app: &App) -> StreamableHttpServerConfig {
    StreamableHttpServerConfig::default()
        .with_legacy_session_mode(false)
        .with_json_response(true)
        .with_max_request_body_bytes(usize::MAX)
        .disable_allowed_hosts()
        .with_cancellation_token(app.closing.child_token())
}

#[cfg(test)]
mod tests {
    use crate::service::{Asked, Operation};

    /// The document that describes us, as somebody else reads it.
    fn document() -> oas3::Spec {
        oas3::from_json(include_str!("http/openapi.json")).unwrap()
    }

    #[test]
    fn the_description_is_sound_and_has_every_operation() {
        let document = document();
        let paths = document.paths.as_ref().unwrap();
        for operation in Operation::ALL {
            let item = &paths[&format!("/v1/{}", operation.name())];
            let described = item.post.as_ref().unwrap();
            assert_eq!(described.operation_id.as_deref(), Some(operation.name()));
            let parameters = described.parameters(&document).unwrap();
            let names: Vec<&str> = parameters.iter().map(|each| each.name.as_str()).collect();
            assert_eq!(names, operation.settings(), "{}", operation.name());
            assert!(described.responses(&document).contains_key("429"));
        }
        assert_eq!(document.operations().count(), Operation::ALL.len() + 7);
    }

    #[test]
    fn every_setting_is_read() {
        for operation in Operation::ALL {
            for name in operation.settings() {
                let value = match *name {
                    "model" | "tone" => "lead",
                    "sentences" | "words" | "chars" => "2",
                    "style" => "bullets",
                    _ => "true",
                };
                let pair = ((*name).into(), value.into());
                let asked = Asked::parse(operation, std::iter::once(pair)).unwrap();
                assert_ne!(asked, Asked::of(operation), "{name} changes nothing");
            }
        }
    }
}

//! What happens at each path.

use std::sync::{Arc, atomic::Ordering};

use axum::{
    body::Body,
    extract::{Request, State},
    http::{Method, StatusCode, header, request::Parts},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use tokio::time::{Instant, timeout_at};
use tracing::Instrument as _;

use super::{
    App,
    body::{self, Articles, Lines},
    form::{Incoming, Outgoing},
    held::{Account, Share},
    reply::{self, Stream},
};
use crate::{
    Refusal, RefusalKind,
    drive::{First, Inputs as _, drive, memory},
    queue::Hand,
    service::{Answer, Asked, Job, Operation},
};

/// One of the operations on the articles of the body.
pub(super) async fn operation(
    operation: Operation,
    State(app): State<App>,
    request: Request,
) -> Result<Response, Refusal> {
    let deadline = Instant::now() + app.service.settings().time;
    let (parts, body) = request.into_parts();
    let asked = asked(operation, &parts)?;
    let incoming = Incoming::of(&parts.headers)?;
    let (mut articles, is_list) = open(&app, body, incoming).await?;
    let first = timeout_at(deadline, articles.next()).await.map_err(|_| too_long(&app))?;
    let Some((input, share)) = first else {
        return Err(articles.refusal().unwrap_or_else(nothing_sent));
    };
    let job = job(&app, asked).await?;
    let hand = app.begin(memory(&input)).await?;
    let first = First { hand, input, share };
    let work = Work { app, job, deadline };
    if operation == Operation::Compare {
        return work.figures(first, articles).await;
    }
    match Outgoing::of(&parts.headers, incoming) {
        Outgoing::Json if !is_list => work.one(first, articles).await,
        form => Ok(work.stream(first, articles, form)),
    }
}

/// What the query asks for.
fn asked(operation: Operation, parts: &Parts) -> Result<Asked, Refusal> {
    let query = parts.uri.query().unwrap_or_default();
    Asked::parse(operation, form_urlencoded::parse(query.as_bytes()))
}

/// The articles of a body, and whether they are a list.
async fn open(app: &App, body: Body, incoming: Incoming) -> Result<(Articles, bool), Refusal> {
    match incoming {
        Incoming::Lines => Ok((Articles::Lines(Box::new(Lines::new(app, body))), true)),
        Incoming::Whole(format) => {
            let account = Account::new(&app.bodies);
            let (bytes, held) = body::whole(body, body::limit(app), &account).await?;
            let (articles, is_list) = body::articles(app, bytes, format).await?;
            Ok((Articles::Whole { articles: articles.into_iter(), account, _held: held }, is_list))
        }
    }
}

fn nothing_sent() -> Refusal {
    Refusal::new(
        RefusalKind::Malformed,
        "the body is empty; send an article as JSON, or one a line",
    )
}

/// How the articles are to be answered, with all models loaded.
pub(super) async fn job(app: &App, asked: Asked) -> Result<Arc<Job>, Refusal> {
    let service = Arc::clone(&app.service);
    // Whose models are being loaded waits for that, and keeps no thread from others.
    let _loader = if service.has_loaded(&asked) { None } else { app.loaders.acquire().await.ok() };
    let loaded = tokio::task::spawn_blocking(move || service.job(&asked)).await;
    let loaded = loaded.map_err(|error| Refusal::new(RefusalKind::Internal, error.to_string()))?;
    Ok(Arc::new(loaded?))
}

impl App {
    /// The first hand of a request, whose article takes so many bytes of memory.
    pub(super) async fn begin(&self, memory: u64) -> Result<Hand, Refusal> {
        self.service.queue().begin(memory).await.map_err(|full| {
            let told = format!(
                "too much is asked at once; come again in {} s, as Retry-After says",
                full.retry_after
            );
            Refusal::new(RefusalKind::Busy(full.retry_after), told)
        })
    }
}

/// A request whose turn has come.
struct Work {
    app: App,
    job: Arc<Job>,
    deadline: Instant,
}

impl Work {
    /// All answers, once they are there.
    async fn all(
        &self,
        first: First<Share>,
        articles: &mut Articles,
    ) -> Result<Vec<Answer>, Refusal> {
        let mut answers = Vec::new();
        let work = drive(&self.app.service, &self.job, first, articles, &mut answers);
        timeout_at(self.deadline, work).await.map_err(|_| too_long(&self.app))??;
        match articles.refusal() {
            Some(refusal) => Err(refusal),
            None => Ok(answers),
        }
    }

    async fn one(self, first: First<Share>, mut articles: Articles) -> Result<Response, Refusal> {
        let answer = self.all(first, &mut articles).await?.pop();
        answer.map(reply::one).ok_or_else(nothing_sent)
    }

    async fn figures(
        self,
        first: First<Share>,
        mut articles: Articles,
    ) -> Result<Response, Refusal> {
        let answers = self.all(first, &mut articles).await?;
        let job = self.job;
        let figures = self.app.service.run(move || job.finish(answers)).await.flatten();
        let figures = figures.ok_or_else(|| {
            Refusal::new(RefusalKind::Internal, "the figures were not made; this is a bug")
        })?;
        Ok(reply::json(StatusCode::OK, figures))
    }

    /// Answers as they come.
    fn stream(self, first: First<Share>, mut articles: Articles, form: Outgoing) -> Response {
        let (mut stream, response) = Stream::new(form);
        let gone = stream.gone();
        let work = async move {
            let work = drive(&self.app.service, &self.job, first, &mut articles, &mut stream);
            let done = tokio::select! {
                biased;
                () = gone => return tracing::info!("the client has gone"),
                done = timeout_at(self.deadline, work) => done,
            };
            let refusal = done.map_err(|_| too_long(&self.app)).and_then(|done| done).err();
            stream.end(refusal.or_else(|| articles.refusal())).await;
        };
        tokio::spawn(work.in_current_span());
        response
    }
}

fn too_long(app: &App) -> Refusal {
    let told = format!(
        "not done after {} s; send fewer articles at a time",
        app.service.settings().time.as_secs()
    );
    Refusal::new(RefusalKind::TooLong, told)
}

/// Reads a body before it is handed on to a service that would read it without our limits.
pub(super) async fn whole_body(
    State(app): State<App>,
    request: Request,
    next: Next,
) -> Result<Response, Refusal> {
    let (parts, body) = request.into_parts();
    let account = Account::new(&app.bodies);
    let (bytes, _held) = body::whole(body, body::limit(&app), &account).await?;
    Ok(next.run(Request::from_parts(parts, bytes.into())).await)
}

/// The models that may be asked for.
pub(super) async fn models(State(app): State<App>) -> Result<Response, Refusal> {
    let service = Arc::clone(&app.service);
    let listing = tokio::task::spawn_blocking(move || service.listing()).await;
    let listing =
        listing.map_err(|error| Refusal::new(RefusalKind::Internal, error.to_string()))?;
    let body = serde_json::json!({ "models": listing }).to_string();
    Ok(reply::json(StatusCode::OK, body))
}

/// What can be asked, for programs.
pub(super) fn openapi() -> Response {
    reply::json(StatusCode::OK, include_str!("openapi.json"))
}

/// That the process lives.
pub(super) fn alive() -> Response {
    reply::json(StatusCode::OK, "{\"status\":\"alive\"}\n")
}

/// Whether it can work: the default models are loaded, and it is not about to stop.
pub(super) fn ready(app: &App) -> Response {
    let (status, said) = match (app.ready.load(Ordering::Relaxed), app.closing.is_cancelled()) {
        (true, false) => (StatusCode::OK, "ready"),
        (false, false) => (StatusCode::SERVICE_UNAVAILABLE, "loading"),
        (_, true) => (StatusCode::SERVICE_UNAVAILABLE, "stopping"),
    };
    reply::json(status, format!("{{\"status\":\"{said}\"}}\n"))
}

/// Where there is nothing.
pub(super) fn nothing() -> Refusal {
    Refusal::new(RefusalKind::Nowhere, "there is nothing here; /openapi.json says what there is")
}

/// Where there is something for who asks in another way.
pub(super) fn other_method(method: &Method) -> Refusal {
    let told = format!("{method} is not for this path; /openapi.json says what is");
    Refusal::new(RefusalKind::Method, told)
}

/// A text of our own.
pub(super) fn text(media_type: &'static str, text: impl Into<Body>) -> Response {
    let text: Body = text.into();
    ([(header::CONTENT_TYPE, media_type)], text).into_response()
}

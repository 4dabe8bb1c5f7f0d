//! Spans of requests for an OpenTelemetry collector, by OTLP over HTTP, where the environment names one as the
//! OpenTelemetry specification has it: `OTEL_EXPORTER_OTLP_ENDPOINT` and its relatives, `OTEL_SERVICE_NAME`.
//!
//! Names of attributes are those of the semantic conventions for HTTP servers. What was asked and answered is in no
//! span.

use std::{env, time::Duration};

use async_trait::async_trait;
use axum::http::{HeaderMap, Method};
use opentelemetry::{
    propagation::TextMapPropagator as _,
    trace::{Status, TraceContextExt as _, TracerProvider as _},
};
use opentelemetry_http::{Bytes, HeaderExtractor, HttpClient, HttpError, Request, Response};
use opentelemetry_otlp::{ExporterBuildError, SpanExporter, WithHttpConfig as _};
use opentelemetry_sdk::{
    Resource,
    propagation::TraceContextPropagator,
    trace::{SdkTracer, SdkTracerProvider},
};
use tracing::{Span, Subscriber};
use tracing_opentelemetry::{OpenTelemetryLayer, OpenTelemetrySpanExt as _};
use tracing_subscriber::{
    Layer as _,
    filter::{Filtered, LevelFilter},
    registry::LookupSpan,
};

/// Variables that say where a collector is.
const ENDPOINTS: [&str; 2] = ["OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"];
/// Says what this service is to be called.
const NAME: &str = "OTEL_SERVICE_NAME";
/// What it is called if nobody says.
const SERVICE: &str = "standfirst";
/// How long a collector may take to answer.
const PATIENCE: Duration = Duration::from_secs(10);
/// Bytes of its answer that are read.
const MAX_ANSWER: u64 = 64 << 10;

/// Spans on their way to the collector; those that wait are sent when it goes.
pub(crate) struct Spans(SdkTracerProvider);

impl Drop for Spans {
    fn drop(&mut self) {
        // A collector that is not there has been told of by the exporter.
        let _ = self.0.shutdown();
    }
}

/// Where spans go in.
type Layer<S> = Filtered<OpenTelemetryLayer<S, SdkTracer>, LevelFilter, S>;

/// The way to the collector that the environment names; `None` if it names none.
pub(super) fn open<S>() -> Option<Result<(Layer<S>, Spans), ExporterBuildError>>
where
    S: Subscriber + for<'span> LookupSpan<'span>,
{
    let names = |variable| env::var_os(variable).is_some_and(|value| !value.is_empty());
    if !ENDPOINTS.into_iter().any(names) {
        return None;
    }
    let exporter = SpanExporter::builder().with_http().with_http_client(Client::new()).build();
    Some(exporter.map(|exporter| {
        let mut resource = Resource::builder();
        if !names(NAME) {
            resource = resource.with_service_name(SERVICE);
        }
        let provider = SdkTracerProvider::builder()
            .with_resource(resource.build())
            .with_batch_exporter(exporter)
            .build();
        let layer = tracing_opentelemetry::layer().with_tracer(provider.tracer(SERVICE));
        (layer.with_filter(LevelFilter::INFO), Spans(provider))
    }))
}

/// Notes what is asked, and that it belongs to the trace of whoever asks, if they are in one. `route` is one of our
/// paths.
pub(crate) fn asked(span: &Span, method: &Method, route: &str, headers: &HeaderMap) {
    let parent = TraceContextPropagator::new().extract(&HeaderExtractor(headers));
    // Without a collector there is nothing to belong to.
    let _ = span.set_parent(parent);
    span.set_attribute("http.request.method", method.to_string());
    span.set_attribute("http.route", route.to_owned());
    span.context().span().update_name(format!("{method} {route}"));
}

/// Notes how it was answered.
pub(crate) fn answered(span: &Span, status: u16) {
    span.set_attribute("http.response.status_code", i64::from(status));
    if status >= 500 {
        span.set_status(Status::error(""));
    }
}

/// The client that the rest of the program has, too.
#[derive(Debug)]
struct Client(ureq::Agent);

impl Client {
    fn new() -> Self {
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(PATIENCE))
            .max_redirects(0)
            .build();
        Self(config.into())
    }
}

#[async_trait]
impl HttpClient for Client {
    /// Blocks: it is called on the exporter's own thread.
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let (parts, body) = request.into_parts();
        let (parts, mut body) = self.0.run(Request::from_parts(parts, &body[..]))?.into_parts();
        let read = body.with_config().limit(MAX_ANSWER).read_to_vec()?;
        Ok(Response::from_parts(parts, read.into()))
    }
}

//! What is counted, for Prometheus.

use std::{fs, time::Duration};

use axum::response::Response;
use prometheus_client::{
    encoding::text::encode,
    metrics::{
        counter::Counter,
        family::Family,
        gauge::Gauge,
        histogram::{Histogram, exponential_buckets},
    },
    registry::Registry,
};

use super::{App, handlers};
use crate::service::Operation;

/// Names and values.
type Labels = Vec<(&'static str, String)>;

/// Requests by path and status; all else is asked of who knows it when somebody looks.
pub(super) struct Metrics {
    requests: Family<Labels, Counter>,
    seconds: Family<Labels, Histogram>,
}

/// From a millisecond to some two minutes.
fn buckets() -> Histogram {
    Histogram::new(exponential_buckets(0.001, 2.0, 18))
}

impl Default for Metrics {
    fn default() -> Self {
        Self { requests: Family::default(), seconds: Family::new_with_constructor(buckets) }
    }
}

impl Metrics {
    /// Counts a request whose answer began after `time`. Paths that are not ours are one, or a stranger could
    /// fill the memory with them.
    pub(super) fn request(&self, path: &str, status: u16, time: Duration) {
        let path = ("path", route(path).to_owned());
        self.seconds.get_or_create(&vec![path.clone()]).observe(time.as_secs_f64());
        self.requests.get_or_create(&vec![path, ("status", status.to_string())]).inc();
    }
}

/// `path` if it is one of ours.
pub(super) fn route(path: &str) -> &str {
    let known = ["/", "/mcp", "/v1/models", "/metrics", "/openapi.json", "/healthz", "/readyz"];
    let is_operation = || {
        path.strip_prefix("/v1/")
            .is_some_and(|name| Operation::ALL.iter().any(|operation| operation.name() == name))
    };
    if known.contains(&path) || is_operation() { path } else { "other" }
}

/// Everything, in the text format of `OpenMetrics`, which Prometheus reads.
pub(super) fn text(app: &App) -> Response {
    let queue = app.service.queue();
    let mut registry = Registry::with_prefix("standfirst");
    registry.register("requests", "Requests by path and status", app.metrics.requests.clone());
    registry.register(
        "request_seconds",
        "Time until the answer to a request began",
        app.metrics.seconds.clone(),
    );
    let counted = |value: u64| {
        let counter = Counter::<u64>::default();
        counter.inc_by(value);
        counter
    };
    let gauge = |value: u64| {
        let gauge = Gauge::<i64>::default();
        gauge.set(i64::try_from(value).unwrap_or(i64::MAX));
        gauge
    };
    registry.register("articles", "Articles worked on", counted(queue.articles()));
    registry.register("refused", "Requests refused with 429", counted(queue.refused()));
    registry.register("articles_in_hand", "Articles in hand", gauge(queue.in_hand() as u64));
    registry.register("hands", "Articles that may be in hand", gauge(queue.hands() as u64));
    registry.register("requests_waiting", "Requests that wait", gauge(queue.waiting() as u64));
    let bytes = resident().unwrap_or_default();
    registry.register("resident_memory_bytes", "Memory of the process", gauge(bytes));
    let mut text = String::new();
    // Writing into a string does not fail.
    let _ = encode(&mut text, &registry);
    handlers::text("application/openmetrics-text; version=1.0.0; charset=utf-8", text)
}

/// Memory of this process, in bytes, where Linux says so.
fn resident() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kibibytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    kibibytes.checked_mul(1_024)
}

//! What is told of the work while it goes on: lines on standard error and, with the feature `otel`, spans for an
//! OpenTelemetry collector.

#[cfg(feature = "otel")]
pub(crate) mod telemetry;

use std::io;

use tracing::level_filters::LevelFilter;
use tracing_subscriber::{Layer as _, layer::SubscriberExt as _, util::SubscriberInitExt as _};

/// Keeps the log open; what still waits to be sent to a collector is sent when it goes.
pub(crate) struct Log {
    #[cfg(feature = "otel")]
    _spans: Option<telemetry::Spans>,
}

/// Begins the log, of warnings alone if `quiet`. Where standard error is closed or full, lines are lost, and the
/// work goes on.
pub(crate) fn open(quiet: bool) -> Log {
    let level = if quiet { LevelFilter::WARN } else { LevelFilter::INFO };
    let lines = tracing_subscriber::fmt::layer()
        .with_writer(io::stderr)
        .with_ansi(false)
        .with_target(false)
        .log_internal_errors(false)
        .with_filter(level);
    let registry = tracing_subscriber::registry().with(lines);
    #[cfg(feature = "otel")]
    {
        let opened = telemetry::open().transpose();
        let (opened, failed) = opened.map_or_else(|error| (None, Some(error)), |way| (way, None));
        let (layer, spans) = opened.unzip();
        let _ = registry.with(layer).try_init();
        if let Some(error) = failed {
            tracing::warn!("no spans are sent: {error}");
        }
        Log { _spans: spans }
    }
    #[cfg(not(feature = "otel"))]
    {
        let _ = registry.try_init();
        Log {}
    }
}

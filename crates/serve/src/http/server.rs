//! Listening: who may connect, how long a head may take, and how it ends.

use std::{
    io,
    net::SocketAddr,
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
    service::TowerToHyperService,
};
use tokio::{
    net::{TcpListener, TcpStream},
    runtime,
    sync::Semaphore,
    time::sleep,
};
use tokio_io_timeout::TimeoutStream;
use tokio_util::sync::CancellationToken;

use super::{App, Inner, MAX_FORMS, MAX_HELD, door::Token, held::Pool, metrics::Metrics, router};
use crate::{log, service::Service};

/// Connections at a time; more wait to be accepted.
const MAX_CONNECTIONS: usize = 4_096;
/// How long the head of a request may take, and how long a connection may lie idle.
const MAX_HEAD: Duration = Duration::from_secs(10);
/// Headers of a request.
const MAX_HEADERS: usize = 64;
/// Bytes of the head of a request.
const MAX_HEAD_BYTES: usize = 32 << 10;
/// How long a client may take none of what is written to it.
const MAX_WRITE: Duration = Duration::from_mins(1);
/// How long what is in flight may go on when the server is to stop.
const GRACE: Duration = Duration::from_secs(30);
/// Letters of a token, at least.
const MIN_TOKEN: usize = 16;
/// Pause after the system had no socket for us.
const BREATH: Duration = Duration::from_millis(100);
/// Threads that move bytes; articles have their own.
const MOVERS: usize = 2;
/// Threads that may wait for files and models.
const MAX_WAITERS: usize = 64;
/// How many of them may wait for models that are being loaded.
const MAX_LOADERS: usize = 16;

/// Where to listen, and for whom.
#[derive(Clone)]
pub struct Options {
    /// Address and port; port 0 for any that is free.
    pub listen: SocketAddr,
    /// What everybody has to know who asks; `None` for everybody on this machine.
    pub token: Option<String>,
    /// Whether only warnings are logged.
    pub quiet: bool,
}

/// Why a server could not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServeError {
    /// Others than this machine could ask, and nothing holds them back.
    #[error(
        "{0} is within reach of other machines: set STANDFIRST_TOKEN to a word that those who may ask know, \
         or listen on 127.0.0.1"
    )]
    NoToken(SocketAddr),
    /// The token can be guessed.
    #[error(
        "STANDFIRST_TOKEN has to have at least {least} characters, such as `openssl rand -hex 16` gives",
        least = MIN_TOKEN
    )]
    ShortToken,
    /// The address cannot be had.
    #[error("cannot listen on {at}; name another with --listen")]
    Listen {
        /// Which one.
        at: SocketAddr,
        /// Why not.
        source: io::Error,
    },
    /// The system gave no threads.
    #[error("cannot start the server")]
    Start(#[source] io::Error),
}

/// Serves until Ctrl-C or SIGTERM, and then finishes what is in flight; a second one ends it at once.
/// `listening` is told the address.
///
/// # Errors
/// [`ServeError`] if it cannot start.
pub fn run(
    service: Service,
    options: &Options,
    listening: impl FnOnce(SocketAddr),
) -> Result<(), ServeError> {
    check(options)?;
    let _log = log::open(options.quiet);
    let runtime = runtime::Builder::new_multi_thread()
        .worker_threads(MOVERS)
        .max_blocking_threads(MAX_WAITERS)
        .enable_all()
        .build()
        .map_err(ServeError::Start)?;
    let served = runtime.block_on(serve(service, options, listening));
    // Models that are being loaded are not waited for.
    runtime.shutdown_background();
    served
}

/// Refuses to stand open to a network.
fn check(options: &Options) -> Result<(), ServeError> {
    match &options.token {
        None if !options.listen.ip().is_loopback() => Err(ServeError::NoToken(options.listen)),
        Some(token) if token.chars().count() < MIN_TOKEN => Err(ServeError::ShortToken),
        _ => Ok(()),
    }
}

async fn serve(
    service: Service,
    options: &Options,
    listening: impl FnOnce(SocketAddr),
) -> Result<(), ServeError> {
    let at = options.listen;
    let listen = |source| ServeError::Listen { at, source };
    let listener = TcpListener::bind(at).await.map_err(listen)?;
    let address = listener.local_addr().map_err(listen)?;
    let closing = CancellationToken::new();
    let app = App(Arc::new(Inner {
        service: Arc::new(service),
        token: options.token.as_deref().map(Token::new),
        loopback: address.ip().is_loopback(),
        ready: false.into(),
        closing: closing.clone(),
        bodies: Pool::new(MAX_HELD),
        forms: Pool::new(MAX_FORMS),
        loaders: Semaphore::new(MAX_LOADERS),
        metrics: Metrics::default(),
    }));
    more_files();
    tokio::spawn(signals(closing.clone()));
    warm_up(app.clone());
    listening(address);
    tracing::info!(%address, "listening");
    accept(&listener, router(app), &closing).await;
    tracing::info!("stopped");
    Ok(())
}

/// Loads the default models, while requests for others are answered already.
fn warm_up(app: App) {
    tokio::task::spawn_blocking(move || {
        match app.service.warm_up(|missing| tracing::warn!("{missing}")) {
            Ok(()) => app.ready.store(true, Ordering::Relaxed),
            Err(refusal) => tracing::error!("not ready: {refusal}"),
        }
    });
}

/// Takes connections until it is closing time, and then waits for those that are there.
async fn accept(listener: &TcpListener, router: Router, closing: &CancellationToken) {
    let graceful = GracefulShutdown::new();
    let places = Arc::new(Semaphore::new(MAX_CONNECTIONS));
    loop {
        let place = Arc::clone(&places).acquire_owned();
        let accepted = tokio::select! {
            biased;
            () = closing.cancelled() => break,
            accepted = async { (place.await, listener.accept().await) } => accepted,
        };
        let (place, stream) = match accepted {
            (place, Ok((stream, _))) => (place, stream),
            (_, Err(error)) => {
                tracing::warn!("no connection could be taken: {error}");
                sleep(BREATH).await;
                continue;
            }
        };
        let connection = graceful.watch(connection(stream, router.clone()));
        tokio::spawn(async move {
            let _place = place;
            // Clients that break off are no news.
            let _ = connection.await;
        });
    }
    tokio::select! {
        () = graceful.shutdown() => {}
        () = sleep(GRACE) => tracing::warn!("some requests were not done after {} s", GRACE.as_secs()),
    }
}

type Connection = http1::Connection<
    TokioIo<std::pin::Pin<Box<TimeoutStream<TcpStream>>>>,
    TowerToHyperService<Router>,
>;

fn connection(stream: TcpStream, router: Router) -> Connection {
    // An answer of some lines is not to wait for more.
    let _ = stream.set_nodelay(true);
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(MAX_WRITE));
    http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(MAX_HEAD)
        .max_headers(MAX_HEADERS)
        .max_buf_size(MAX_HEAD_BYTES)
        .serve_connection(TokioIo::new(Box::pin(stream)), TowerToHyperService::new(router))
}

/// Sets closing time at the first Ctrl-C or SIGTERM, and ends the process at the second.
async fn signals(closing: CancellationToken) {
    stop_asked().await;
    tracing::info!("stopping; what is in flight is finished first (again to end at once)");
    closing.cancel();
    stop_asked().await;
    std::process::exit(KILLED);
}

/// Exit status of a process that a second signal ended, as shells count it.
const KILLED: i32 = 130;

#[cfg(unix)]
async fn stop_asked() {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut terminate) = signal(SignalKind::terminate()) else {
        let _ = tokio::signal::ctrl_c().await;
        return;
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = terminate.recv() => {}
    }
}

#[cfg(not(unix))]
async fn stop_asked() {
    let _ = tokio::signal::ctrl_c().await;
}

/// As many sockets as the system lets us have, up to what we take.
#[cfg(unix)]
fn more_files() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let wanted = MAX_CONNECTIONS as u64 + 256;
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    let current_enough = current.is_none_or(|current| current >= wanted);
    if !current_enough {
        let raised = Some(maximum.map_or(wanted, |maximum| maximum.min(wanted)));
        let _ = setrlimit(Resource::Nofile, Rlimit { current: raised, maximum });
    }
}

#[cfg(not(unix))]
fn more_files() {}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(listen: &str, token: Option<&str>) -> Options {
        let token = token.map(str::to_owned);
        Options { listen: listen.parse().unwrap(), token, quiet: true }
    }

    #[test]
    fn a_port_that_others_reach_needs_a_token_and_a_token_has_to_be_long() {
        for local in ["127.0.0.1:0", "[::1]:0", "127.9.9.9:80"] {
            assert!(check(&options(local, None)).is_ok(), "{local}");
        }
        for open in ["0.0.0.0:0", "[::]:0", "192.0.2.1:80"] {
            let told = check(&options(open, None)).unwrap_err().to_string();
            assert!(told.contains("STANDFIRST_TOKEN"), "{told}");
            assert!(check(&options(open, Some("a word of some length"))).is_ok());
        }
        assert!(matches!(
            check(&options("127.0.0.1:0", Some("short"))),
            Err(ServeError::ShortToken)
        ));
    }
}

//! The Model Context Protocol: what an assistant can have done with an article, as tools.
//!
//! An assistant is handed what strangers wrote and may be told by it what to ask for; so a tool reads what it
//! is given, writes nothing, and opens a file only beneath a folder that the user named. What a tool answers
//! quotes the article, and is no more to be obeyed than that.

mod roots;
mod stories;
mod tools;
mod view;

use std::sync::Arc;

use rmcp::{ServiceExt as _, transport::async_rw::AsyncRwTransport};
use tokio::runtime;

pub use self::{
    roots::{Root, RootError},
    tools::Tools,
};
use crate::{log, service::Service};

/// What a message may hold beside an article: names, the summary, the article's escapes.
const MAX_AROUND: usize = 2 << 20;
/// Threads that may wait for files and models.
const MAX_WAITERS: usize = 16;

/// Why there is no assistant to talk to.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum McpError {
    /// The system gave no threads.
    #[error("cannot start")]
    Start(#[source] std::io::Error),
    /// The other side did not begin as the protocol has it.
    #[error(
        "no assistant began to talk on standard input; an assistant starts this command by itself: {0}"
    )]
    Began(String),
}

/// Answers on standard output what an assistant asks on standard input, until that ends. Files beneath `roots`
/// may be asked about by their paths.
///
/// # Errors
/// [`McpError`] if nobody begins to ask.
pub fn run(service: Service, roots: Vec<Root>) -> Result<(), McpError> {
    let _log = log::open(true);
    let runtime = runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .max_blocking_threads(MAX_WAITERS)
        .enable_all()
        .build()
        .map_err(McpError::Start)?;
    let served = runtime.block_on(serve(service, roots));
    // A read from standard input that nobody ends is not waited for.
    runtime.shutdown_background();
    served
}

async fn serve(service: Service, roots: Vec<Root>) -> Result<(), McpError> {
    let max = usize::try_from(service.settings().max_body).unwrap_or(usize::MAX);
    let transport = AsyncRwTransport::new_server(tokio::io::stdin(), tokio::io::stdout())
        .with_max_line_length(max.saturating_mul(2).saturating_add(MAX_AROUND));
    let tools = Tools::new(Arc::new(service), roots);
    let began = tools.serve(transport).await.map_err(|error| McpError::Began(error.to_string()))?;
    // However it ends: the assistant has gone.
    let _ = began.waiting().await;
    Ok(())
}

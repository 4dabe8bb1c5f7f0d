//! The body of a request, as articles. One that is a stream of lines is worked on as it comes; any other is
//! read to its end first, before it takes a place in the queue, so that who sends slowly keeps nobody waiting.

use std::{collections::VecDeque, io::Cursor, sync::Arc, time::Duration, vec};

use axum::body::{Body, Bytes, HttpBody as _};
use http_body_util::BodyExt as _;
use standfirst_core::article::Source;
use standfirst_ingest::{self as ingest, Format, IngestError, IngestErrorKind, Pending};
use tokio::time::{Instant, timeout, timeout_at};

use super::{
    App,
    held::{Account, Share},
};
use crate::{Refusal, RefusalKind, drive::Inputs};

/// How long nothing may come of a body.
const MAX_IDLE: Duration = Duration::from_secs(30);
/// How long a body may take that is read to its end first.
const MAX_UPLOAD: Duration = Duration::from_mins(2);
/// What a body is called in answers: as the program calls standard input.
const NAME: &str = "-";
/// First bytes of what is packed.
const PACKED: [&[u8]; 2] = [b"\x1F\x8B", b"\x28\xB5\x2F\xFD"];

/// How articles of a request are read.
fn options(app: &App, format: Option<Format>) -> ingest::Options {
    let settings = app.service.settings();
    ingest::Options { format, max_bytes: settings.max_body, ..ingest::Options::default() }
}

/// All bytes of a body of at most `limit`, held on `account`.
pub(super) async fn whole(
    body: Body,
    limit: usize,
    account: &Arc<Account>,
) -> Result<(Vec<u8>, Share), Refusal> {
    if body.size_hint().lower() > limit as u64 {
        return Err(too_large(limit));
    }
    let mut held = Share::none(account);
    let (mut body, mut bytes) = (body, Vec::new());
    let deadline = Instant::now() + MAX_UPLOAD;
    while let Some(chunk) = timeout_at(deadline, chunk(&mut body))
        .await
        .map_err(|_| slow(format!("the body was not there after {} s", MAX_UPLOAD.as_secs())))??
    {
        if bytes.len() + chunk.len() > limit {
            return Err(too_large(limit));
        }
        held.add(chunk.len())?;
        bytes.extend_from_slice(&chunk);
    }
    Ok((bytes, held))
}

/// Bytes of a body that is read to its end first, at most.
pub(super) fn limit(app: &App) -> usize {
    usize::try_from(app.service.settings().max_body).unwrap_or(usize::MAX)
}

/// The articles of a body that was read to its end, and whether it is a list of them.
///
/// # Errors
/// If it is packed, or holds more articles than a request may.
pub(super) async fn articles(
    app: &App,
    bytes: Vec<u8>,
    format: Format,
) -> Result<(Vec<Result<Pending, IngestError>>, bool), Refusal> {
    if PACKED.iter().any(|packed| bytes.starts_with(packed)) {
        let told = "packed bodies are not read; send it unpacked";
        return Err(Refusal::new(RefusalKind::Form, told));
    }
    let is_array = bytes.trim_ascii_start().first() == Some(&b'[');
    let max = app.service.settings().max_articles.get();
    let options = options(app, Some(format));
    let read = move || {
        let found = ingest::from_reader(NAME, Cursor::new(bytes), &options);
        found.take(max.saturating_add(1)).collect::<Vec<_>>()
    };
    let found = tokio::task::spawn_blocking(read).await;
    let found = found.map_err(|error| Refusal::new(RefusalKind::Internal, error.to_string()))?;
    if found.len() > max {
        return Err(too_many(max));
    }
    // What is wrong with all of it is told of all of it.
    let is_list = (is_array || found.len() != 1) && !matches!(found[..], [Err(_)]);
    Ok((found, is_list))
}

/// The articles of a request, one after another.
pub(super) enum Articles {
    /// Of a body that was read to its end, and is held until all of them are answered.
    Whole {
        /// Those that are left.
        articles: vec::IntoIter<Result<Pending, IngestError>>,
        /// Where their answers are counted.
        account: Arc<Account>,
        /// The body.
        _held: Share,
    },
    /// Of one that is still coming.
    Lines(Box<Lines>),
}

impl Articles {
    /// Why there are no more, though there may have been.
    pub(super) fn refusal(&self) -> Option<Refusal> {
        match self {
            Self::Whole { .. } => None,
            Self::Lines(lines) => lines.refusal.clone(),
        }
    }
}

impl Inputs for Articles {
    type Share = Share;

    async fn next(&mut self) -> Option<(Result<Pending, IngestError>, Share)> {
        match self {
            Self::Whole { articles, account, .. } => {
                articles.next().map(|article| (article, Share::none(account)))
            }
            Self::Lines(lines) => lines.next().await,
        }
    }
}

/// A line of a body, and the bytes that it holds.
type Line = (Result<Pending, IngestError>, Share);

/// The lines of a body, as they come.
pub(super) struct Lines {
    app: App,
    body: Body,
    options: ingest::Options,
    /// What came of the line that is not yet whole.
    begun: Vec<u8>,
    /// Whether that is longer than is taken, and gone.
    overlong: bool,
    /// Chunks that came and are not yet looked at.
    came: VecDeque<Bytes>,
    account: Arc<Account>,
    /// What the line that is not yet whole holds.
    held: Share,
    /// Lines so far.
    line: u64,
    /// Articles so far.
    articles: usize,
    ended: bool,
    /// Why it ended before its end.
    refusal: Option<Refusal>,
}

impl Lines {
    pub(super) fn new(app: &App, body: Body) -> Self {
        let account = Account::new(&app.bodies);
        Self {
            app: app.clone(),
            body,
            options: options(app, Some(Format::Jsonl)),
            begun: Vec::new(),
            overlong: false,
            came: VecDeque::new(),
            held: Share::none(&account),
            account,
            line: 0,
            articles: 0,
            ended: false,
            refusal: None,
        }
    }

    /// The next line that holds something.
    async fn advance(&mut self) -> Result<Option<Line>, Refusal> {
        loop {
            while let Some(mut chunk) = self.came.pop_front() {
                let end = chunk.iter().position(|&byte| byte == b'\n');
                let part = chunk.split_to(end.unwrap_or(chunk.len()));
                self.extend(&part)?;
                if end.is_none() {
                    continue;
                }
                self.came.push_front(chunk.split_off(1));
                if let Some(found) = self.finish_line() {
                    return Ok(Some(found));
                }
            }
            if self.ended {
                return Ok(None);
            }
            if let Some(chunk) = chunk(&mut self.body).await? {
                self.came.push_back(chunk);
            } else {
                self.ended = true;
                let rest = !self.begun.is_empty() || self.overlong;
                if let Some(found) = rest.then(|| self.finish_line()).flatten() {
                    return Ok(Some(found));
                }
            }
        }
    }

    fn extend(&mut self, part: &[u8]) -> Result<(), Refusal> {
        let room = self.options.max_bytes.saturating_sub(self.begun.len() as u64);
        self.overlong |= part.len() as u64 > room;
        if self.overlong {
            self.held.clear();
            self.begun = Vec::new();
            return Ok(());
        }
        self.held.add(part.len())?;
        self.begun.extend_from_slice(part);
        Ok(())
    }

    /// The line that has just ended; `None` if it is blank.
    fn finish_line(&mut self) -> Option<Line> {
        self.line += 1;
        let line = std::mem::take(&mut self.begun);
        let held = std::mem::replace(&mut self.held, Share::none(&self.account));
        let overlong = std::mem::take(&mut self.overlong);
        let source = Source { path: NAME.to_owned(), line: Some(self.line) };
        if overlong {
            let kind = IngestErrorKind::TooLarge { limit: self.options.max_bytes };
            return Some((Err(IngestError { source, kind }), held));
        }
        let first = self.line == 1;
        let line = match line.strip_prefix(b"\xEF\xBB\xBF").filter(|_| first) {
            Some(rest) => rest.to_vec(),
            None => line,
        };
        let blank = line.iter().all(u8::is_ascii_whitespace);
        (!blank).then(|| (Pending::of_line(source, line, &self.options), held))
    }

    async fn next(&mut self) -> Option<Line> {
        let max = self.app.service.settings().max_articles.get();
        let closing = self.app.closing.clone();
        let advanced = tokio::select! {
            biased;
            () = closing.cancelled() => Err(closed()),
            advanced = self.advance() => advanced,
        };
        let refusal = match advanced {
            Ok(Some(_)) if self.articles == max => too_many(max),
            Ok(Some(found)) => {
                self.articles += 1;
                return Some(found);
            }
            Ok(None) => return None,
            Err(refusal) => refusal,
        };
        self.refusal.get_or_insert(refusal);
        None
    }
}

/// The next bytes of a body; `None` at its end.
async fn chunk(body: &mut Body) -> Result<Option<Bytes>, Refusal> {
    let came = timeout(MAX_IDLE, body.frame()).await;
    let Some(frame) =
        came.map_err(|_| slow(format!("nothing came of the body for {} s", MAX_IDLE.as_secs())))?
    else {
        return Ok(None);
    };
    match frame {
        Ok(frame) => Ok(Some(frame.into_data().unwrap_or_default())),
        Err(error) => {
            let told = format!("the body broke off: {error}");
            Err(Refusal::new(RefusalKind::Malformed, told))
        }
    }
}

fn slow(what: String) -> Refusal {
    Refusal::new(RefusalKind::Slow, what + "; send it faster, or in parts")
}

fn closed() -> Refusal {
    Refusal::new(RefusalKind::Busy(1), "this server is being stopped; send the rest again")
}

fn too_large(limit: usize) -> Refusal {
    let told = format!(
        "the body is larger than {limit} bytes; send fewer articles at a time, or lines as \
         application/x-ndjson, each of which may be as large"
    );
    Refusal::new(RefusalKind::TooLarge, told)
}

fn too_many(max: usize) -> Refusal {
    let told = format!("more than {max} articles; send the others in another request");
    Refusal::new(RefusalKind::TooLarge, told)
}

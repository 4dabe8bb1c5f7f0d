//! `hub:` sources: one file of a model repository at one commit, over HTTP.
//!
//! `hf-hub` says where a file is. Its own download is not used: it sets no time limit, takes as many
//! bytes as the host sends, and keeps a cache in which nothing is checked. No token is sent, so only
//! public models can be had.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use hf_hub::{Cache, Repo, RepoType, api::sync::ApiBuilder};
use standfirst_core::card::CardPath;
use ureq::{
    Agent, Body, Error,
    config::AutoHeaderValue,
    http::{Response, StatusCode, header},
};

use super::{
    Options, Progress, SourceError,
    part::{Fill, Part},
};

/// How often a connection that broke after it had brought something is made anew.
const RETRIES: usize = 3;

/// Largest file that is taken where no card says how large it is, in bytes: weights of the models that
/// an engine here can load are smaller.
pub(super) const MAX_UNPINNED: u64 = 10_000_000_000;

/// The model hub, or a mirror of it.
pub(super) struct Hub {
    agent: Agent,
    endpoint: Option<String>,
    work: PathBuf,
    /// Set once the host could not be reached: the other files need not wait for it again.
    down: Option<Arc<SourceError>>,
}

impl Hub {
    /// `work` is a folder for what `hf-hub` might want to keep.
    pub(super) fn new(options: &Options, work: &Path) -> Self {
        let config = Agent::config_builder()
            .timeout_resolve(Some(options.connect))
            .timeout_connect(Some(options.connect))
            .timeout_recv_response(Some(options.idle))
            .timeout_per_read(Some(options.idle))
            .http_status_as_error(false)
            // Packed bytes would have other offsets than the file.
            .accept_encoding(AutoHeaderValue::None)
            .user_agent(concat!("standfirst/", env!("CARGO_PKG_VERSION")))
            .build();
        let endpoint = options.endpoint.as_deref().map(|at| at.trim_end_matches('/').to_owned());
        Self { agent: config.into(), endpoint, work: work.to_owned(), down: None }
    }

    /// Where the file is.
    pub(super) fn url(
        &self,
        repo: &str,
        revision: &str,
        path: &CardPath,
    ) -> Result<String, SourceError> {
        let builder = ApiBuilder::from_cache(Cache::new(self.work.clone())).with_token(None);
        let endpoint = self.endpoint.iter().cloned();
        let api = endpoint.fold(builder, ApiBuilder::with_endpoint).build();
        let repo = Repo::with_revision(repo.to_owned(), RepoType::Model, revision.to_owned());
        api.map(|api| api.repo(repo).url(path.as_str())).map_err(|e| SourceError::Hub(Box::new(e)))
    }

    /// Fills `part` from `url`, from where it stands. What came stays in the part if the connection
    /// breaks.
    pub(super) fn download(
        &mut self,
        url: &str,
        mut part: Part,
        progress: &dyn Progress,
    ) -> Result<Part, SourceError> {
        if let Some(down) = &self.down {
            return Err(SourceError::Shared(down.clone()));
        }
        match self.fill(url, &mut part, progress) {
            Ok(()) => Ok(part),
            Err(error @ SourceError::Unreachable(_)) => {
                let down = Arc::new(error);
                self.down = Some(down.clone());
                Err(SourceError::Shared(down))
            }
            Err(error) => Err(error),
        }
    }

    /// Resumes as long as each connection brings something, a few times at most.
    fn fill(&self, url: &str, part: &mut Part, progress: &dyn Progress) -> Result<(), SourceError> {
        let mut retries = RETRIES;
        while part.have() < part.expected() {
            let before = part.have();
            match self.connect(url, part, progress) {
                Err(SourceError::Broken { .. }) if part.have() > before && retries > 0 => {
                    retries -= 1;
                }
                result => return result,
            }
        }
        Ok(())
    }

    /// The whole of a file of which nothing is known but where it is, to a part at `path`. Not
    /// resumed: there is no sum to tell whether the rest is of the same file.
    pub(super) fn first(
        &mut self,
        url: &str,
        path: &Path,
        progress: &dyn Progress,
    ) -> Result<Part, SourceError> {
        let response = self.request(url, 0)?;
        if response.status() != StatusCode::OK {
            return Err(SourceError::Status { status: response.status().as_u16() });
        }
        let length = response.headers().get(header::CONTENT_LENGTH);
        let length = length.and_then(|length| length.to_str().ok()?.parse().ok());
        let bytes: u64 = length.filter(|&length| length > 0).ok_or(SourceError::Length)?;
        if bytes > MAX_UNPINNED {
            return Err(SourceError::Unbounded { bytes, limit: MAX_UNPINNED });
        }
        let mut part = Part::create(path, bytes)?;
        let body = response.into_body();
        Self::take(url, body, &mut part, progress)?;
        Ok(part)
    }

    /// One connection.
    fn connect(
        &self,
        url: &str,
        part: &mut Part,
        progress: &dyn Progress,
    ) -> Result<(), SourceError> {
        let mut response = self.request(url, part.have())?;
        if response.status() == StatusCode::RANGE_NOT_SATISFIABLE && part.have() > 0 {
            part.restart()?;
            response = self.request(url, 0)?;
        }
        match response.status() {
            StatusCode::OK => part.restart()?,
            StatusCode::PARTIAL_CONTENT => {}
            status => return Err(SourceError::Status { status: status.as_u16() }),
        }
        check_extent(&response, part)?;
        Self::take(url, response.into_body(), part, progress)
    }

    /// Everything that `body` gives.
    fn take(
        url: &str,
        body: Body,
        part: &mut Part,
        progress: &dyn Progress,
    ) -> Result<(), SourceError> {
        progress.start(url.rsplit('/').next().unwrap_or(url), part.expected());
        progress.advance(part.have());
        let filled = part.fill(&mut body.into_reader(), &|n| progress.advance(n));
        progress.finish();
        filled.map_err(|error| match error {
            Fill::Read(source) => {
                SourceError::Broken { have: part.have(), expected: part.expected(), source }
            }
            Fill::Write(error) => error,
        })
    }

    /// Asks for everything from byte `from` on.
    fn request(&self, url: &str, from: u64) -> Result<Response<Body>, SourceError> {
        let mut request = self.agent.get(url);
        if from > 0 {
            request = request.header(header::RANGE, format!("bytes={from}-"));
        }
        request.call().map_err(|error| match error {
            Error::Timeout(_) | Error::HostNotFound | Error::ConnectionFailed | Error::Io(_) => {
                SourceError::Unreachable(Box::new(error))
            }
            error => SourceError::Request(Box::new(error)),
        })
    }
}

/// Refuses an answer of which the headers say already that it is not the (rest of the) file.
fn check_extent(response: &Response<Body>, part: &Part) -> Result<(), SourceError> {
    let text = |name| response.headers().get(name).and_then(|value| value.to_str().ok());
    let whole = if response.status() == StatusCode::PARTIAL_CONTENT {
        let range = text(header::CONTENT_RANGE).and_then(content_range);
        let (start, whole) = range.ok_or(SourceError::Range)?;
        if start != part.have() {
            return Err(SourceError::Range);
        }
        whole
    } else {
        text(header::CONTENT_LENGTH).and_then(|length| length.parse().ok())
    };
    match whole {
        Some(found) if found != part.expected() => {
            Err(SourceError::Size { found, expected: part.expected() })
        }
        _ => Ok(()),
    }
}

/// First byte, and the size of the whole where it is told, of `bytes 0-99/1234` or `bytes 0-99/*`.
fn content_range(value: &str) -> Option<(u64, Option<u64>)> {
    let (range, whole) = value.strip_prefix("bytes ")?.split_once('/')?;
    let (start, _) = range.split_once('-')?;
    Some((start.parse().ok()?, whole.parse().ok()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_content_range_is_read_or_refused() {
        assert_eq!(content_range("bytes 5-99/1234"), Some((5, Some(1234))));
        assert_eq!(content_range("bytes 0-99/*"), Some((0, None)));
        for wrong in ["", "bytes", "bytes */12", "bytes a-b/c", "items 0-1/2", "bytes -5/9"] {
            assert_eq!(content_range(wrong), None, "{wrong}");
        }
    }
}

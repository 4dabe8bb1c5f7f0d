//! One host at a time, politely.

use std::{
    collections::HashMap,
    io::Read as _,
    sync::{Arc, Mutex, PoisonError},
    thread,
    time::{Duration, Instant},
};

use jiff::{SignedDuration, Timestamp};
use texting_robots::{Robot, get_robots_url};
use ureq::{
    Agent, Body, Error,
    config::Config,
    http::{HeaderMap, Response, StatusCode, header},
    unversioned::transport::DefaultConnector,
};
use url::Url;

use crate::{FeedError, Options, resolver::Public};

/// What we are called, in requests and in `robots.txt`.
const NAME: &str = "standfirst";
/// Redirections that are followed.
const MAX_REDIRECTIONS: usize = 5;
/// Longest `robots.txt` that is read, in bytes: what RFC 9309 asks for at least.
const MAX_ROBOTS: u64 = 512 * 1024;
/// How long a host is left alone that asks for that without saying how long.
const REST: SignedDuration = SignedDuration::from_mins(15);
/// Longest that a host may ask to be left alone.
const MAX_REST: Duration = Duration::from_hours(24);

/// What a server is told that we have already.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Known<'a> {
    pub etag: Option<&'a str>,
    pub modified: Option<&'a str>,
}

/// What came.
#[derive(Debug)]
pub(crate) struct Answer {
    /// `None` if it is as we have it.
    pub body: Option<Vec<u8>>,
    pub etag: Option<String>,
    pub modified: Option<String>,
}

/// Asks hosts, each one thing at a time, whichever thread asks.
pub(crate) struct Client<'a> {
    agent: Agent,
    options: &'a Options,
    /// By origin; `None` where everything may be had.
    robots: Mutex<HashMap<String, Option<Arc<Robot>>>>,
    /// By host: when it was asked last. Locked while it is asked.
    hosts: Mutex<HashMap<String, Arc<Mutex<Option<Instant>>>>>,
}

impl<'a> Client<'a> {
    /// `named` are hosts that the user has named.
    pub fn new(options: &'a Options, named: Vec<String>) -> Self {
        let config: Config = Agent::config_builder()
            .timeout_global(Some(options.timeout))
            .http_status_as_error(false)
            // Each step is asked for by itself.
            .max_redirects(0)
            .user_agent(concat!("standfirst/", env!("CARGO_PKG_VERSION")))
            .build();
        let agent = Agent::with_parts(config, DefaultConnector::default(), Public::new(named));
        Self { agent, options, robots: Mutex::default(), hosts: Mutex::default() }
    }

    /// What is at `url`, if it is not as it is `known`.
    pub fn get(&self, url: &Url, known: Known<'_>) -> Result<Answer, FeedError> {
        let mut at = url.clone();
        for _ in 0..=MAX_REDIRECTIONS {
            if !self.allowed(&at)? {
                return Err(FeedError::Robots);
            }
            let response = self.ask(&at, known)?;
            let Some(next) = redirection(&at, &response) else {
                return answer(response, self.options.max_bytes);
            };
            at = next;
        }
        Err(FeedError::Redirected)
    }

    /// Whether the `robots.txt` of its host allows it. One that cannot be had forbids everything, one that is not
    /// there nothing (RFC 9309, 2.3.1).
    fn allowed(&self, url: &Url) -> Result<bool, FeedError> {
        let origin = url.origin().ascii_serialization();
        let known = unpoisoned(&self.robots).get(&origin).cloned();
        let robot = if let Some(robot) = known {
            robot
        } else {
            let robot = self.robot(url)?.map(Arc::new);
            unpoisoned(&self.robots).insert(origin, robot.clone());
            robot
        };
        Ok(robot.is_none_or(|robot| robot.allowed(url.as_str())))
    }

    fn robot(&self, url: &Url) -> Result<Option<Robot>, FeedError> {
        let Some(mut at) = get_robots_url(url.as_str()).ok().and_then(|at| Url::parse(&at).ok())
        else {
            return Ok(None);
        };
        for _ in 0..=MAX_REDIRECTIONS {
            let response = self.ask(&at, Known::default())?;
            if let Some(next) = redirection(&at, &response) {
                at = next;
                continue;
            }
            return match response.status().as_u16() {
                200..300 => {
                    let bytes = read(response, MAX_ROBOTS, true)?;
                    Ok(Robot::new(NAME, &bytes).ok())
                }
                400..500 => Ok(None),
                status => Err(FeedError::Status(status)),
            };
        }
        Ok(None)
    }

    /// One request, after the pause that is due.
    fn ask(&self, url: &Url, known: Known<'_>) -> Result<Response<Body>, FeedError> {
        let pause = self.pause(url);
        let host = url.host_str().unwrap_or_default().to_owned();
        let host = Arc::clone(unpoisoned(&self.hosts).entry(host).or_default());
        let mut last = unpoisoned(&host);
        if let Some(last) = *last {
            if pause > Options::MAX_PAUSE {
                return Err(FeedError::Pause(pause.as_secs()));
            }
            thread::sleep(pause.saturating_sub(last.elapsed()));
        }
        let mut request = self.agent.get(url.as_str());
        let conditions =
            [(header::IF_NONE_MATCH, known.etag), (header::IF_MODIFIED_SINCE, known.modified)];
        for (name, value) in conditions {
            if let Some(value) = value {
                request = request.header(name, value);
            }
        }
        let response = request.call();
        *last = Some(Instant::now());
        response.map_err(|error| refused(url, error))
    }

    /// The pause between two requests to the host of `url`.
    fn pause(&self, url: &Url) -> Duration {
        let robots = unpoisoned(&self.robots);
        let robot = robots.get(&url.origin().ascii_serialization()).and_then(Option::as_ref);
        let asked = robot.and_then(|robot| robot.delay).filter(|delay| *delay > 0.0);
        let asked = asked.map(|delay| Duration::try_from_secs_f32(delay).unwrap_or(Duration::MAX));
        asked.unwrap_or_default().max(self.options.pause)
    }
}

/// Locks what a panic cannot have left half changed.
fn unpoisoned<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Where an answer sends us; what is no address of the web leads nowhere.
fn redirection(from: &Url, response: &Response<Body>) -> Option<Url> {
    let moved = matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308);
    let location = response.headers().get(header::LOCATION).filter(|_| moved)?;
    let next = from.join(location.to_str().ok()?).ok()?;
    crate::list::address(next.as_str())
}

fn answer(response: Response<Body>, max_bytes: u64) -> Result<Answer, FeedError> {
    let headers = response.headers();
    let told = |name| headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let (etag, modified) = (told(header::ETAG), told(header::LAST_MODIFIED));
    match response.status() {
        StatusCode::NOT_MODIFIED => Ok(Answer { body: None, etag, modified }),
        StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => {
            Err(FeedError::NotYet(rest(headers)))
        }
        status if status.is_success() => {
            Ok(Answer { body: Some(read(response, max_bytes, false)?), etag, modified })
        }
        status => Err(FeedError::Status(status.as_u16())),
    }
}

/// Until when a host asks to be left alone: seconds, or a date (RFC 9110, 10.2.3).
fn rest(headers: &HeaderMap) -> Timestamp {
    let now = Timestamp::now();
    let told = headers.get(header::RETRY_AFTER).and_then(|value| value.to_str().ok());
    let until = told.and_then(|told| match told.trim().parse::<i64>() {
        Ok(seconds) => now.checked_add(SignedDuration::from_secs(seconds.max(0))).ok(),
        Err(_) => jiff::fmt::rfc2822::parse(told).ok().map(|date| date.timestamp()),
    });
    let until = until.unwrap_or_else(|| now.saturating_add(REST).unwrap_or(now));
    until.min(now.saturating_add(MAX_REST).unwrap_or(now))
}

/// The bytes of an answer. One that is longer than the limit is an error, or cut off there.
fn read(mut response: Response<Body>, limit: u64, cut: bool) -> Result<Vec<u8>, FeedError> {
    let mut bytes = Vec::new();
    let reader = response.body_mut().as_reader();
    let network = |error: std::io::Error| FeedError::Network(Box::new(Error::from(error)));
    reader.take(limit + 1).read_to_end(&mut bytes).map_err(network)?;
    if bytes.len() as u64 > limit {
        if !cut {
            return Err(FeedError::TooLarge(limit));
        }
        bytes.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    }
    Ok(bytes)
}

fn refused(url: &Url, error: Error) -> FeedError {
    match error {
        Error::Io(error) if error.kind() == std::io::ErrorKind::PermissionDenied => {
            FeedError::Private(url.host_str().unwrap_or_default().to_owned())
        }
        error => FeedError::Network(Box::new(error)),
    }
}

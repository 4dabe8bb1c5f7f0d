//! One question, one answer, over a network that fails in every way.

use std::{
    env,
    io::{self, Read as _},
    net::IpAddr,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use jiff::{Timestamp, fmt::rfc2822::DateTimeParser};
use serde_json::Value;
use standfirst_core::{
    article::{Halt, Limits},
    card::Endpoint,
};
use ureq::{
    Agent, Body, Error, Proxy,
    http::{HeaderValue, Response, Uri, header},
};

use super::{EndpointError, LOOK, Tries, message, pause};
use crate::engine::EngineError;

/// Longest body that is taken for an answer, in bytes.
const MAX_BODY: u64 = 4 << 20;
/// Longest that is waited between two tries, whatever the server asks for.
const MAX_PAUSE: Duration = Duration::from_mins(1);
/// Longest that a connection may take to come about.
const CONNECT: Duration = Duration::from_secs(10);

/// A server, and all that is needed to ask it.
pub(super) struct Exchange {
    /// Another after each [`cut`](Self::cut).
    agent: Mutex<Agent>,
    url: String,
    key: Option<HeaderValue>,
    timeout: Duration,
    retries: u32,
    /// Set while the server cannot be reached: then one try is enough to see whether it still
    /// cannot, since many articles may be waiting.
    down: AtomicBool,
    /// Until when the server wants to be left alone, by whoever was told: who else waits for it spares it, and
    /// themselves, a try in vain.
    rest: Mutex<Option<Instant>>,
}

/// What a try came to, if not to an answer.
struct Failed {
    error: EndpointError,
    /// Whether it may pass.
    passing: bool,
    /// How long the server asks to wait.
    wait: Option<Duration>,
}

impl Failed {
    fn for_good(error: EndpointError) -> Self {
        Self { error, passing: false, wait: None }
    }
}

impl Exchange {
    pub(super) fn new(endpoint: &Endpoint, offline: bool) -> Result<Self, EndpointError> {
        let url = format!("{}/chat/completions", endpoint.url.trim_end_matches('/'));
        let address =
            |source| EndpointError::Address { url: url.clone(), source: Box::new(source) };
        let uri: Uri = url.parse().map_err(|_| address(Error::BadUri(url.clone())))?;
        let here = uri.host().is_some_and(is_here);
        if offline && !here {
            return Err(EndpointError::Offline { url });
        }
        let key = endpoint.key_env.as_deref().map(key).transpose()?;
        if key.is_some() && !here && uri.scheme_str() != Some("https") {
            return Err(EndpointError::OpenKey { url });
        }
        let mut config = Agent::config_builder()
            .timeout_connect(Some(CONNECT))
            .timeout_resolve(Some(CONNECT))
            .http_status_as_error(false)
            // A redirect would send the article, or the key, to somebody whom the card does not name.
            .max_redirects(0)
            .max_redirects_will_error(false)
            .user_agent(concat!("standfirst/", env!("CARGO_PKG_VERSION")));
        if let Some(proxy) = &endpoint.proxy {
            config = config.proxy(Some(Proxy::new(proxy).map_err(address)?));
        } else if here {
            config = config.proxy(None);
        }
        let agent = Mutex::new(config.build().into());
        let (timeout, retries) = (endpoint.timeout(), endpoint.retries());
        let (down, rest) = (AtomicBool::new(false), Mutex::default());
        Ok(Self { agent, url, key, timeout, retries, down, rest })
    }

    pub(super) fn url(&self) -> &str {
        &self.url
    }

    /// Ends all that is on its way. Who asks again, on behalf of a run that goes on, is answered.
    pub(super) fn cut(&self) {
        let mut agent = self.agent.lock().unwrap_or_else(PoisonError::into_inner);
        let fresh = Agent::new_with_config(agent.config().clone());
        std::mem::replace(&mut *agent, fresh).shutdown();
    }

    /// The body of the answer to `question`, after as many tries as the card and `limits` allow.
    pub(super) fn ask(&self, question: &Value, limits: &Limits) -> Result<Vec<u8>, EngineError> {
        let body = question.to_string();
        let mut tries = 1;
        loop {
            self.wait_for_rest(limits)?;
            // A little more than is left, so that it is over for certain once this is.
            let time = limits
                .left()?
                .map_or(self.timeout, |left| left.saturating_add(LOOK).min(self.timeout));
            let answer = self.once(&body, tries, time);
            if limits.check() == Err(Halt::Stopped) {
                // What was cut off may look like an answer.
                return Err(Halt::Stopped.into());
            }
            let failed = match answer {
                Ok(answer) => {
                    self.down.store(false, Ordering::Relaxed);
                    return Ok(answer);
                }
                Err(failed) => failed,
            };
            limits.check()?;
            let unreachable = matches!(failed.error, EndpointError::Unreachable { .. });
            if !failed.passing || tries > self.retries {
                self.down.store(unreachable, Ordering::Relaxed);
                return Err(failed.error.into());
            }
            if unreachable && self.down.load(Ordering::Relaxed) {
                return Err(failed.error.into());
            }
            match failed.wait {
                Some(asked) => self.leave_alone(at_least(asked, tries)),
                None => wait(pause(tries, MAX_PAUSE), limits)?,
            }
            tries += 1;
        }
    }

    /// Notes that the server wants to be left alone for so long from now.
    fn leave_alone(&self, asked: Duration) {
        let until = Instant::now() + asked;
        let mut rest = self.rest.lock().unwrap_or_else(PoisonError::into_inner);
        *rest = Some(rest.map_or(until, |rest| rest.max(until)));
    }

    /// Waits as long as the server wants to be left alone, whoever was told so.
    fn wait_for_rest(&self, limits: &Limits) -> Result<(), Halt> {
        let rest = *self.rest.lock().unwrap_or_else(PoisonError::into_inner);
        let left =
            rest.map_or(Duration::ZERO, |rest| rest.saturating_duration_since(Instant::now()));
        wait(left, limits)
    }

    fn once(&self, body: &str, tries: u32, time: Duration) -> Result<Vec<u8>, Failed> {
        let agent = self.agent.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let mut request = agent.post(&self.url).header(header::CONTENT_TYPE, "application/json");
        if let Some(key) = &self.key {
            request = request.header(header::AUTHORIZATION, key);
        }
        let request = request.config().timeout_global(Some(time)).build();
        let response = request.send(body).map_err(|error| self.unreachable(error, tries))?;
        let (status, wait) = (response.status(), asked_to_wait(&response));
        let answer = self.body(response, tries)?;
        if status.is_success() {
            return Ok(answer);
        }
        let (url, status) = (self.url.clone(), status.as_u16());
        let passing = matches!(status, 408 | 425 | 429 | 500 | 502..=504 | 529);
        match wait {
            Some(wait) if passing && wait > MAX_PAUSE => {
                let (seconds, limit) = (wait.as_secs(), MAX_PAUSE.as_secs());
                Err(Failed::for_good(EndpointError::Wait { url, status, seconds, limit }))
            }
            _ => {
                let said = self.without_key(&message::complaint(&answer));
                let error = EndpointError::Status { url, status, tries: Tries(tries), said };
                Err(Failed { error, passing, wait })
            }
        }
    }

    /// The whole body, if it is none too long.
    fn body(&self, response: Response<Body>, tries: u32) -> Result<Vec<u8>, Failed> {
        let mut body = Vec::new();
        let mut reader = response.into_body().into_reader().take(MAX_BODY + 1);
        match reader.read_to_end(&mut body) {
            Ok(_) if body.len() as u64 > MAX_BODY => {
                let (url, limit) = (self.url.clone(), MAX_BODY);
                Err(Failed::for_good(EndpointError::TooLong { url, limit }))
            }
            Ok(_) => Ok(body),
            Err(error) => Err(self.unreachable(error.into(), tries)),
        }
    }

    fn unreachable(&self, error: Error, tries: u32) -> Failed {
        let passing = matches!(
            error,
            Error::Io(_) | Error::Timeout(_) | Error::ConnectionFailed | Error::HostNotFound
        );
        // A certificate that is not trusted comes as an input error, and stays so.
        let passing =
            passing && !matches!(&error, Error::Io(io) if io.kind() == io::ErrorKind::InvalidData);
        let (url, source) = (self.url.clone(), Box::new(error));
        let error = EndpointError::Unreachable { url, tries: Tries(tries), source };
        Failed { error, passing, wait: None }
    }

    /// What the server says, should it repeat the key.
    fn without_key(&self, said: &str) -> String {
        let key = self.key.as_ref().and_then(|key| key.to_str().ok()?.strip_prefix("Bearer "));
        key.map_or_else(|| said.to_owned(), |key| said.replace(key, "[key]"))
    }
}

/// Waits between two tries, as long as `limits` allow.
fn wait(pause: Duration, limits: &Limits) -> Result<(), Halt> {
    let since = Instant::now();
    while let Some(left) = pause.checked_sub(since.elapsed()).filter(|left| !left.is_zero()) {
        limits.check()?;
        thread::sleep(left.min(LOOK));
    }
    Ok(())
}

/// How long a server that asks for so much is left alone after so many tries: a wait of nothing would spend all of
/// them at once.
fn at_least(asked: Duration, tries: u32) -> Duration {
    asked.max(pause(tries, MAX_PAUSE))
}

/// Whether `host` is this machine.
fn is_here(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || bare.parse().is_ok_and(|address: IpAddr| address.is_loopback())
}

/// The header with the key that `variable` holds.
fn key(variable: &str) -> Result<HeaderValue, EndpointError> {
    let name = || variable.to_owned();
    let key = env::var(variable).ok().filter(|key| !key.trim().is_empty());
    let key = key.ok_or_else(|| EndpointError::NoKey { variable: name() })?;
    let mut value = HeaderValue::from_str(&format!("Bearer {}", key.trim()))
        .map_err(|_| EndpointError::BadKey { variable: name() })?;
    value.set_sensitive(true);
    Ok(value)
}

/// How long the server asks to wait.
fn asked_to_wait(response: &Response<Body>) -> Option<Duration> {
    let value = response.headers().get(header::RETRY_AFTER)?.to_str().ok()?;
    retry_after(value.trim(), Timestamp::now())
}

/// `Retry-After` in seconds, or as a date (RFC 9110), seen from `now`; `None` for anything else, which is left
/// to our own pauses.
fn retry_after(value: &str, now: Timestamp) -> Option<Duration> {
    if let Ok(seconds) = value.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let date = DateTimeParser::new().parse_timestamp(value).ok()?;
    // A date that is over asks for no more than our own pause.
    Some(Duration::try_from(date.duration_since(now)).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_machine_is_known_by_all_its_names() {
        for host in ["localhost", "127.0.0.1", "127.8.8.8", "[::1]"] {
            assert!(is_here(host), "{host}");
        }
        for host in ["example.org", "10.0.0.1", "localhost.example.org", "127.0.0.1.example.org"] {
            assert!(!is_here(host), "{host}");
        }
    }

    #[test]
    fn a_server_asks_for_seconds_or_for_a_date() {
        let now: Timestamp = "2026-11-29T12:00:00Z".parse().unwrap();
        let asked = |value| retry_after(value, now).map(|wait| wait.as_secs());
        assert_eq!(asked("7"), Some(7));
        assert_eq!(asked("Sun, 29 Nov 2026 12:00:30 GMT"), Some(30));
        assert_eq!(asked("Sun, 29 Nov 2026 11:59:00 GMT"), Some(0), "it is over");
        for other in ["soon", "-3", "1.5", ""] {
            assert_eq!(asked(other), None, "{other}");
        }
    }

    #[test]
    fn who_asks_for_no_wait_is_left_alone_as_long_as_who_asks_for_none() {
        let waits =
            |asked| [1, 3].map(|tries| at_least(Duration::from_secs(asked), tries).as_secs());
        assert_eq!(waits(0), [1, 4]);
        assert_eq!(waits(2), [2, 4]);
        assert_eq!(waits(9), [9, 9]);
    }

    #[test]
    fn pauses_double_up_to_the_longest() {
        let pauses: Vec<u64> = (1..=9).map(|tries| pause(tries, MAX_PAUSE).as_secs()).collect();
        assert_eq!(pauses, [1, 2, 4, 8, 16, 32, 60, 60, 60]);
    }
}

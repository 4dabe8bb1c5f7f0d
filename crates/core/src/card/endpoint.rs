//! The `[endpoint]` table: a server of the user's as a model.

use std::{
    num::{NonZeroU64, NonZeroUsize},
    time::Duration,
};

use serde::{Deserialize, Serialize};

use super::{CardProblem, check};

/// Which server, and how it is asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Endpoint {
    /// Address that `/chat/completions` is put after, such as `http://localhost:8080/v1`.
    pub url: String,
    /// What the server calls the model.
    pub model: String,
    /// Environment variable that holds the key; no key is sent if left out. A card never holds one.
    pub key_env: Option<String>,
    /// Proxy that requests go through; `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` of the environment
    /// if left out.
    pub proxy: Option<String>,
    /// Longest that one answer may take; [`timeout`](Self::timeout) has the default.
    pub timeout_seconds: Option<NonZeroU64>,
    /// How often a request is made again after an answer that says "later", or none;
    /// [`retries`](Self::retries) has the default.
    pub retries: Option<u32>,
    /// Most requests at once; [`concurrency`](Self::concurrency) has the default.
    pub concurrency: Option<NonZeroUsize>,
}

impl Endpoint {
    /// Longest that one answer may take.
    pub fn timeout(&self) -> Duration {
        /// Enough for a large model on a slow machine.
        const DEFAULT: u64 = 120;
        Duration::from_secs(self.timeout_seconds.map_or(DEFAULT, NonZeroU64::get))
    }

    /// How often a request is made again.
    pub fn retries(&self) -> u32 {
        self.retries.unwrap_or(4)
    }

    /// Most requests at once: what small servers have slots for by default.
    pub fn concurrency(&self) -> NonZeroUsize {
        const DEFAULT: NonZeroUsize = NonZeroUsize::new(4).unwrap();
        self.concurrency.unwrap_or(DEFAULT)
    }

    /// Refuses what is no address, or could harm a terminal or a header.
    pub(super) fn check(&self) -> Result<(), CardProblem> {
        let expected =
            "an http or https address without user name, `?` and `#`, at most 2,048 bytes";
        check::require(is_address(&self.url), "endpoint.url", &self.url, expected)?;
        if let Some(proxy) = &self.proxy {
            check::require(is_address(proxy), "endpoint.proxy", proxy, expected)?;
        }
        let named = (1..=256).contains(&self.model.len());
        check::require(named, "endpoint.model", &self.model, "a name of 1 to 256 bytes")?;
        check::prose("endpoint.model", &self.model)?;
        if let Some(name) = &self.key_env {
            let fits = name.len() <= 128 && is_variable(name);
            let expected = "the name of an environment variable: letters, digits and `_`";
            check::require(fits, "endpoint.key_env", name, expected)?;
        }
        let number = |key: &str, fits, found: u64, expected| {
            check::require(fits, &format!("endpoint.{key}"), &found.to_string(), expected)
        };
        let seconds = self.timeout().as_secs();
        number("timeout_seconds", seconds <= 86_400, seconds, "at most a day, 86,400")?;
        number("retries", self.retries() <= 20, self.retries().into(), "from 0 to 20")?;
        let most = self.concurrency().get();
        number("concurrency", most <= 256, most as u64, "from 1 to 256")
    }
}

fn is_address(text: &str) -> bool {
    let rest = text.strip_prefix("http://").or_else(|| text.strip_prefix("https://"));
    let plain = |c: char| c.is_ascii_graphic() && !"?#@\\\"<>".contains(c);
    text.len() <= 2_048
        && rest.is_some_and(|rest| {
            !rest.is_empty() && !rest.starts_with('/') && rest.chars().all(plain)
        })
}

fn is_variable(name: &str) -> bool {
    let letters = |c: char| c.is_ascii_alphanumeric() || c == '_';
    name.chars().all(letters) && name.starts_with(|c: char| !c.is_ascii_digit())
}

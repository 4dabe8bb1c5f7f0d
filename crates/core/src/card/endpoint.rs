//! The `[endpoint]` table: a server of the user's as a model.

use std::{
    num::{NonZeroU64, NonZeroUsize},
    time::Duration,
};

use serde::{Deserialize, Serialize};

use super::{CardProblem, check};
use crate::usage::Price;

/// What a server calls the limit of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TokenLimit {
    /// `max_tokens`, which most servers know.
    MaxTokens,
    /// `max_completion_tokens`, which some demand in its place.
    MaxCompletionTokens,
}

impl TokenLimit {
    /// The key of a request.
    pub fn key(self) -> &'static str {
        match self {
            Self::MaxTokens => "max_tokens",
            Self::MaxCompletionTokens => "max_completion_tokens",
        }
    }
}

/// Which server, and how it is asked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
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
    /// What the server calls the limit of an answer; `None` to ask for `max_tokens`, and for the other where
    /// the server refuses that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token_limit: Option<TokenLimit>,
    /// What its tokens cost; nothing is said of costs if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price: Option<Price>,
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

    /// The same server with the values of `change` in the place of its own.
    #[must_use]
    pub fn changed(self, change: &EndpointChange) -> Self {
        let change = change.clone();
        Self {
            url: change.url.unwrap_or(self.url),
            model: change.model.unwrap_or(self.model),
            key_env: change.key_env.or(self.key_env),
            proxy: change.proxy.or(self.proxy),
            timeout_seconds: change.timeout_seconds.or(self.timeout_seconds),
            retries: change.retries.or(self.retries),
            concurrency: change.concurrency.or(self.concurrency),
            token_limit: change.token_limit.or(self.token_limit),
            price: change.price.or(self.price),
        }
    }

    /// What its answers depend on: who answers, whatever the way there.
    #[must_use]
    pub fn answering(&self) -> Self {
        Self {
            url: self.url.clone(),
            model: self.model.clone(),
            key_env: None,
            proxy: None,
            timeout_seconds: None,
            retries: None,
            concurrency: None,
            token_limit: None,
            price: None,
        }
    }

    /// Refuses what is no address, or could harm a terminal or a header.
    pub(super) fn check(&self) -> Result<(), CardProblem> {
        let said = self.clone();
        EndpointChange {
            url: Some(said.url),
            model: Some(said.model),
            key_env: said.key_env,
            proxy: said.proxy,
            timeout_seconds: said.timeout_seconds,
            retries: said.retries,
            concurrency: said.concurrency,
            token_limit: said.token_limit,
            price: said.price,
        }
        .check()
    }
}

/// What somebody says of a server in the place of its card: the keys of [`Endpoint`], any of them.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EndpointChange {
    /// [`Endpoint::url`].
    pub url: Option<String>,
    /// [`Endpoint::model`].
    pub model: Option<String>,
    /// [`Endpoint::key_env`].
    pub key_env: Option<String>,
    /// [`Endpoint::proxy`].
    pub proxy: Option<String>,
    /// [`Endpoint::timeout_seconds`].
    pub timeout_seconds: Option<NonZeroU64>,
    /// [`Endpoint::retries`].
    pub retries: Option<u32>,
    /// [`Endpoint::concurrency`].
    pub concurrency: Option<NonZeroUsize>,
    /// [`Endpoint::token_limit`].
    pub token_limit: Option<TokenLimit>,
    /// [`Endpoint::price`].
    pub price: Option<Price>,
}

impl EndpointChange {
    /// Its keys, as cards have them.
    pub const KEYS: [&str; 9] = [
        "url",
        "model",
        "key_env",
        "proxy",
        "timeout_seconds",
        "retries",
        "concurrency",
        "token_limit",
        "price",
    ];

    /// Refuses what no card may say either.
    ///
    /// # Errors
    /// [`CardProblem`]; a value that may be a key is not shown by it.
    pub fn check(&self) -> Result<(), CardProblem> {
        let expected =
            "an http or https address without user name, `?` and `#`, at most 2,048 bytes";
        for (key, address) in [("endpoint.url", &self.url), ("endpoint.proxy", &self.proxy)] {
            if let Some(address) = address {
                check::require(is_address(address), key, address, expected)?;
            }
        }
        if let Some(model) = &self.model {
            let named = (1..=256).contains(&model.len());
            check::require(named, "endpoint.model", model, "a name of 1 to 256 bytes")?;
            check::prose("endpoint.model", model)?;
        }
        if self.key_env.as_ref().is_some_and(|name| !is_variable(name) || is_like_a_key(name)) {
            return Err(CardProblem::Key { key: "endpoint.key_env" });
        }
        let number = |key: &str, fits: fn(u64) -> bool, found: Option<u64>, expected| {
            let Some(found) = found else { return Ok(()) };
            let key = format!("endpoint.{key}");
            check::require(fits(found), &key, &found.to_string(), expected)
        };
        let seconds = self.timeout_seconds.map(NonZeroU64::get);
        number("timeout_seconds", |s| s <= 86_400, seconds, "at most a day, 86,400")?;
        number("retries", |n| n <= 20, self.retries.map(u64::from), "from 0 to 20")?;
        let most = self.concurrency.map(|most| most.get() as u64);
        number("concurrency", |n| n <= 256, most, "from 1 to 256")?;
        self.price.as_ref().map_or(Ok(()), check_price)
    }
}

/// Refuses prices that are none.
fn check_price(price: &Price) -> Result<(), CardProblem> {
    for (key, of) in
        [("endpoint.price.input", price.input), ("endpoint.price.output", price.output)]
    {
        let expected = "a price per million tokens, from 0 to 1,000,000";
        check::require((0.0..=1e6).contains(&of), key, &of.to_string(), expected)?;
    }
    let currency = price.currency.as_deref().unwrap_or("USD");
    let named = (1..=8).contains(&currency.chars().count());
    check::require(
        named,
        "endpoint.price.currency",
        currency,
        "a name of 1 to 8 letters, such as USD",
    )?;
    check::prose("endpoint.price.currency", currency)
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
    name.len() <= 128
        && name.chars().all(letters)
        && name.starts_with(|c: char| !c.is_ascii_digit())
}

/// Whether a name is rather a key that somebody has put in its place: keys are long words of letters and digits,
/// names of variables are short ones between underscores.
fn is_like_a_key(name: &str) -> bool {
    name.split('_').any(|word| {
        let digits = word.bytes().filter(u8::is_ascii_digit).count();
        word.len() >= 32 || (word.len() >= 20 && digits >= 2)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_in_the_place_of_its_variable_is_refused_and_not_shown() {
        let check = |name: &str| {
            let key_env = Some(name.to_owned());
            EndpointChange { key_env, ..EndpointChange::default() }.check()
        };
        for name in
            ["OPENAI_API_KEY", "key", "_K2", "my_company_gateway_key_2026", "K1234567890123"]
        {
            assert!(check(name).is_ok(), "{name}");
        }
        for key in [
            "sk-proj-abc",
            "Bearer abc",
            "gsk_Ab3dEfGh1jKlMn0pQrStUv",
            "0123456789abcdef0123456789abcdef",
            "abcdefghijklmnopqrstuvwxyzabcdefgh",
            "",
        ] {
            let told = check(key).unwrap_err().to_string();
            assert!(told.contains("environment variable"), "{told}");
            assert!(key.is_empty() || !told.contains(key), "{told}");
        }
    }

    #[test]
    fn a_price_is_a_number_that_somebody_may_ask() {
        let check = |price: &str| {
            let change: EndpointChange = toml::from_str(&format!("price = {price}")).unwrap();
            change.check().map_err(|problem| problem.to_string())
        };
        assert_eq!(check("{ input = 0.15, output = 0.6, currency = \"USD\" }"), Ok(()));
        assert_eq!(check("{ input = 0.0, output = 0.0 }"), Ok(()));
        for (price, key) in [
            ("{ input = -1.0, output = 1.0 }", "endpoint.price.input"),
            ("{ input = 1.0, output = nan }", "endpoint.price.output"),
            ("{ input = 1.0, output = 1.0, currency = \"\" }", "endpoint.price.currency"),
            ("{ input = 1.0, output = 1.0, currency = \"\\u001b[1m\" }", "endpoint.price.currency"),
        ] {
            assert!(check(price).unwrap_err().contains(key), "{price}");
        }
    }

    #[test]
    fn what_is_said_takes_the_place_of_the_cards_and_the_rest_stays() {
        let said = [
            ("url", "\"https://a/v1\"", "\"https://b/v1\""),
            ("model", "\"m\"", "\"n\""),
            ("key_env", "\"A\"", "\"B\""),
            ("proxy", "\"http://p:1\"", "\"http://p:2\""),
            ("timeout_seconds", "1", "10"),
            ("retries", "2", "20"),
            ("concurrency", "3", "30"),
            ("token_limit", "\"max_tokens\"", "\"max_completion_tokens\""),
            (
                "price",
                "{ input = 1.0, output = 2.0 }",
                "{ input = 3.0, output = 4.0, currency = \"EUR\" }",
            ),
        ];
        assert_eq!(said.map(|(key, ..)| key), EndpointChange::KEYS);
        let with = |changed: &str| -> Endpoint {
            let value = |(key, before, after)| if key == changed { after } else { before };
            let lines = said.map(|line| format!("{} = {}\n", line.0, value(line)));
            toml::from_str(&lines.concat()).unwrap()
        };
        let card = with("");
        for (key, _, after) in said {
            let change: EndpointChange = toml::from_str(&format!("{key} = {after}")).unwrap();
            assert_eq!(card.clone().changed(&change), with(key), "{key}");
            let decides = ["url", "model"].contains(&key);
            assert_eq!(card.answering() != with(key).answering(), decides, "{key}");
        }
    }
}

//! `[endpoints.ID]`: where the server of a card is, and in which variable of the environment its key.
//!
//! Articles go there, and the key with them, so that only who is named by the user may say it.

use std::env;

use anyhow::{Context as _, Result, anyhow, ensure};
use standfirst_core::card::EndpointChange;
use toml::{Table, Value};

use super::file::{instead, joined, shown};

/// The key of the tables.
pub const ENDPOINTS: &str = "endpoints";
/// Parts of keys that only somebody writes who would put a secret there.
const SECRETS: [&str; 4] = ["key", "token", "secret", "password"];

/// What is said of the server of a card.
#[derive(Clone, Debug, PartialEq)]
pub struct Server {
    /// Id of the card.
    pub id: String,
    /// What, by keys of a card's `[endpoint]`; each once.
    pub said: Vec<Said>,
}

/// A value, and who says it.
#[derive(Clone, Debug, PartialEq)]
pub struct Said {
    /// Key of a card's `[endpoint]`.
    pub key: String,
    /// What it holds.
    pub value: Value,
    /// The table that it stands in, as a reader finds it: `[endpoints.far]`.
    pub table: String,
}

impl Server {
    /// What becomes of the card's endpoint.
    ///
    /// # Errors
    /// If a value is not of its key's type.
    pub fn change(&self) -> Result<EndpointChange> {
        let said = self.said.iter().map(|said| (said.key.clone(), said.value.clone()));
        read(said.collect())
    }
}

impl Said {
    /// The value as it would be written.
    pub fn shown(&self) -> String {
        match &self.value {
            Value::Integer(number) => number.to_string(),
            value => format!("{:?}", value.as_str().unwrap_or_default()),
        }
    }

    /// A remark on it beside where it stands: whether the variable is there that it names.
    pub fn remark(&self) -> &'static str {
        let Some(name) = self.value.as_str().filter(|_| self.key == "key_env") else { return "" };
        if env::var_os(name).is_some_and(|key| !key.is_empty()) {
            "; it is set"
        } else {
            "; it is not set"
        }
    }
}

/// Refuses a table of servers that says what no card could.
pub(super) fn check(servers: &Value, name: &str) -> Result<()> {
    for (id, table) in tables(servers, name)? {
        let place = shown(&joined(name, id));
        let table = table.as_table().ok_or_else(|| {
            anyhow!("{id} of {} is {}, and a table is expected", shown(name), table.type_str())
        })?;
        for key in table.keys() {
            ensure!(EndpointChange::KEYS.contains(&key.as_str()), unknown(key, &place));
        }
        let change = read(table.clone()).with_context(|| format!("at {place}"))?;
        change.check().with_context(|| format!("at {place}"))?;
    }
    Ok(())
}

/// The servers of `layers`, of which those that come later say it more closely; each has its name.
pub(super) fn merged(layers: &[(String, &Table)]) -> Result<Vec<Server>> {
    let mut servers: Vec<Server> = Vec::new();
    for (name, layer) in layers {
        let name = joined(name, ENDPOINTS);
        let Some(found) = layer.get(ENDPOINTS) else { continue };
        for (id, table) in tables(found, &name)? {
            let at = servers.iter().position(|server| server.id == *id).unwrap_or_else(|| {
                servers.push(Server { id: id.clone(), said: Vec::new() });
                servers.len() - 1
            });
            let said = &mut servers[at].said;
            let place = shown(&joined(&name, id));
            for (key, value) in table.as_table().into_iter().flatten() {
                said.retain(|other| other.key != *key);
                said.push(Said { key: key.clone(), value: value.clone(), table: place.clone() });
            }
        }
    }
    Ok(servers)
}

fn tables<'a>(servers: &'a Value, name: &str) -> Result<&'a Table> {
    let example = shown(&joined(name, "far"));
    servers.as_table().ok_or_else(|| anyhow!("{name:?} is a table of tables, such as {example}"))
}

fn read(table: Table) -> Result<EndpointChange> {
    Ok(Value::Table(table).try_into()?)
}

fn unknown(key: &str, place: &str) -> String {
    let plain = key.to_lowercase();
    if SECRETS.iter().any(|secret| plain.contains(secret)) {
        return format!(
            "there is no setting {key:?} at {place}; a key never stands in the file: key_env names the variable \
             of the environment that holds it"
        );
    }
    format!("there is no setting {key:?} at {place}; {}", instead(key, &EndpointChange::KEYS))
}

//! What the site is called, so that its name is not taken for a part of the title or for an author.

use std::collections::HashSet;

use serde_json::Value;

use super::{bare, words};
use crate::html::facts::{Facts, plain};

/// Types of structured data whose name is that of the site.
const OWNERS: [&str; 5] =
    ["WebSite", "Organization", "NewsMediaOrganization", "Corporation", "LocalBusiness"];
/// Endings of hosts that no sentence and no name of a product ends in.
const ENDINGS: [&str; 12] =
    ["com", "org", "info", "gov", "edu", "co", "uk", "de", "fr", "eu", "news", "au"];
/// Letters of a name that may be compared by part.
const LONG: usize = 4;
/// Longest name, in bytes, and how many are compared with parts of titles.
const MAX_NAME: usize = 200;
const MAX_NAMES: usize = 50;

/// The names of a site.
pub(super) struct Site {
    /// As the page gives them, letters and digits only.
    names: Vec<String>,
    /// The parts of its host name but the last.
    labels: Vec<String>,
}

impl Site {
    /// Reads them from a page and its address.
    pub(super) fn read(facts: &Facts, url: Option<&str>) -> Self {
        let keys =
            ["og:site_name", "application-name", "apple-mobile-web-app-title", "twitter:site"];
        let mut names: Vec<String> =
            keys.iter().flat_map(|key| facts.metas(key)).map(bare).collect();
        let owners =
            OWNERS.iter().flat_map(|owner| facts.of_type(owner)).map(|owner| &owner["name"]);
        let publishers = facts.articles().map(|article| &article["publisher"]["name"]);
        names.extend(
            owners.chain(publishers).filter_map(Value::as_str).map(plain).map(|name| bare(&name)),
        );
        let mut seen = HashSet::new();
        names.retain(|name| name.len() <= MAX_NAME && seen.insert(name.clone()));
        names.truncate(MAX_NAMES);
        let host = url.and_then(|url| url.split("//").nth(1)?.split('/').next());
        let host = host.filter(|host| host.len() <= MAX_NAME).unwrap_or("");
        let host = host.trim_start_matches("www.");
        names.push(bare(host));
        names.retain(|name| !name.is_empty());
        let mut labels: Vec<String> = host.split('.').map(bare).collect();
        labels.pop();
        Self { names, labels }
    }

    /// Whether a name is the site's, letter by letter, or the address of any.
    pub(super) fn is(&self, name: &str) -> bool {
        let key = bare(name);
        self.names.contains(&key) || self.labels.contains(&key) || is_host(name)
    }

    /// Whether the end or the beginning of a title names the site: in full, in part, or by initials.
    pub(super) fn is_named_by(&self, part: &str) -> bool {
        let name = bare(part);
        if name.is_empty() || self.is(part) {
            return true;
        }
        let length = |text: &str| text.chars().count();
        let alike = |other: &String| {
            let (short, long) =
                if length(other) < length(&name) { (other, &name) } else { (&name, other) };
            length(short) >= LONG
                && long.contains(short.as_str())
                && length(short) * 2 >= length(long)
        };
        let within = |label: &String| length(label) > LONG && name.contains(label.as_str());
        let initials: String = words(part).iter().filter_map(|word| word.chars().next()).collect();
        self.names.iter().chain(&self.labels).any(alike)
            || self.labels.iter().any(within)
            || initials.chars().count() > 1 && self.labels.contains(&initials)
    }
}

/// Whether a text is nothing but the name of a host, by one of the endings that most sites have.
fn is_host(text: &str) -> bool {
    let text = text.trim();
    let Some((name, ending)) = text.rsplit_once('.') else { return false };
    let is_label =
        |label: &str| !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || c == '-');
    ENDINGS.contains(&ending.to_lowercase().as_str()) && name.split('.').all(is_label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_site_is_known_by_name_host_and_initials() {
        let page =
            dom_query::Document::from("<meta property='og:site_name' content='The Harbour Times'>");
        let site = Site::read(&Facts::read(&page), Some("https://www.bht.example/a"));
        for name in ["The Harbour Times", "Harbour Times", "BHT", "Bay Harbour Trust"] {
            assert!(site.is_named_by(name), "{name}");
        }
        for name in ["harbour.example.com", "Slip-Weekly.org"] {
            assert!(site.is(name), "{name}");
        }
        for name in ["Dr. Co", "Slip. org", "Node.js", ".com", "Version 2.0"] {
            assert!(!site.is(name), "{name}");
        }
        for name in ["crews say it is years too late", "Harbour", "what next?"] {
            assert!(!site.is_named_by(name), "{name}");
        }
    }
}

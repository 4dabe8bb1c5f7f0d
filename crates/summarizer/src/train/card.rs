//! The card of a head of the user's own.

use std::fmt::Write as _;

use sha2::{Digest, Sha256 as Hasher};
use standfirst_core::card::{CardFile, ModelCard, Sha256};

/// The card `id`: the network of `base` with the head in `file`, which lies beside the card.
pub fn card(
    base: &ModelCard,
    id: &str,
    trained_on: &str,
    scores: &str,
    file: &str,
    head: &[u8],
) -> String {
    let sum = Sha256(Hasher::digest(head).into());
    let mut text = String::new();
    let facts = [
        ("id", id),
        ("task", base.task.name()),
        ("engine", base.engine.name()),
        ("method", base.method.as_deref().unwrap_or_default()),
        ("license", &base.license),
        ("about", "salience with a head of your own"),
        ("origin", base.origin.as_deref().unwrap_or_default()),
        ("trained_on", trained_on),
        ("scores", scores),
    ];
    for (key, value) in facts {
        let _ = writeln!(text, "{key} = {}", quoted(value));
    }
    let languages: Vec<String> = base.languages.iter().map(|l| quoted(l.code())).collect();
    let _ = writeln!(text, "languages = [{}]", languages.join(", "));
    if let Some(limit) = base.max_input_tokens {
        let _ = writeln!(text, "max_input_tokens = {limit}");
    }
    if let Some(precision) = base.precision {
        let _ = writeln!(text, "precision = \"{}\"", precision.name());
    }
    table(&mut text, "head", file, head.len() as u64, sum, &[format!("file:{file}")]);
    for CardFile { role, path, bytes, sha256, sources } in &base.files {
        if role != "head" {
            let sources: Vec<String> = sources.iter().map(ToString::to_string).collect();
            table(&mut text, role, path.as_str(), *bytes, *sha256, &sources);
        }
    }
    text
}

fn table(text: &mut String, role: &str, path: &str, bytes: u64, sum: Sha256, sources: &[String]) {
    let sources: Vec<String> = sources.iter().map(|source| quoted(source)).collect();
    let _ = write!(
        text,
        "\n[[files]]\nrole = {}\npath = {}\nbytes = {bytes}\nsha256 = \"{sum}\"\nsources = [{}]\n",
        quoted(role),
        quoted(path),
        sources.join(", ")
    );
}

/// A basic string of TOML.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars().filter(|c| !c.is_control()) {
        if matches!(c, '"' | '\\') {
            quoted.push('\\');
        }
        quoted.push(c);
    }
    quoted.push('"');
    quoted
}

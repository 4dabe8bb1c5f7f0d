//! Words that tie a sentence to the one before.

use super::{
    data::File,
    table::{self, Malformed},
};

/// A word or phrase that opens a sentence and ties it to the one before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Connective {
    /// Its words, in small letters.
    pub words: Vec<&'static str>,
    /// Whether it is one only with a comma after it.
    pub comma: bool,
    /// Whether the sentence says something else without it.
    pub conditional: bool,
    /// Words after its first that make another phrase of it: *yet another*.
    pub except: Vec<&'static str>,
}

/// The connectives of a file, the longer ones before the shorter ones that begin them.
pub(super) fn read(file: &File) -> Result<Vec<Connective>, Malformed> {
    let (mut found, mut exceptions): (Vec<Connective>, Vec<(&str, &str)>) = Default::default();
    for entry in table::read(file)? {
        let (comma, conditional) = match entry.heads[..] {
            ["plain"] => (false, false),
            ["plain", "comma"] => (true, false),
            ["conditional"] => (false, true),
            ["conditional", "comma"] => (true, true),
            ["except"] => {
                for phrase in &entry.words {
                    let pair = phrase.split_once('_');
                    exceptions.push(pair.ok_or_else(|| entry.malformed("not two words"))?);
                }
                continue;
            }
            _ => return Err(entry.malformed("no such kind of connective")),
        };
        found.extend(entry.words.iter().map(|phrase| {
            let words = phrase.split('_').collect();
            Connective { words, comma, conditional, except: Vec::new() }
        }));
    }
    for connective in &mut found {
        let after = exceptions.iter().filter(|(first, _)| *first == connective.words[0]);
        connective.except.extend(after.map(|(_, next)| *next));
    }
    found.sort_by_key(|connective| std::cmp::Reverse(connective.words.len()));
    Ok(found)
}

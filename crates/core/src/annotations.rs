//! What a line of the input says beside the article: what people wrote or chose for it, and what it asks.
//! Read once, when the line is; all that looks for a reference, a label or a target finds it here.

use serde::{Deserialize, Serialize, Serializer};
use serde_json::{Map, Value};

use crate::polarity::Label;

/// The key of the reference, one sentence a line.
pub const REFERENCE: &str = "reference";
/// The key of the summary that is to be checked.
pub const SUMMARY: &str = "summary";
/// The keys that may hold the reference, in the order in which they are tried: ours, then those of the
/// sets that people share.
pub const REFERENCES: [&str; 4] = [REFERENCE, SUMMARY, "highlights", "abstract"];
/// The key of all references of a summary that people have judged: a list of texts as under [`REFERENCE`].
pub const ALL_REFERENCES: &str = "references";
/// The key of the system that wrote such a summary.
pub const SYSTEM: &str = "system";
/// The key of what people think of it: an object of numbers, by what they were asked.
pub const SCORES: &str = "scores";
/// The key of the class that people chose.
pub const LABEL: &str = "label";
/// The key of the target.
const TARGET: &str = "target";
/// The key of a target that holds its words.
const MENTION: &str = "mention";
/// The key that says what the offsets of the target count, and the one value that is not bytes.
const OFFSETS: (&str, &str) = ("offsets", "chars");

/// The keys of an input line that say nothing of the article itself. A key whose value is of another type
/// than ours is somebody else's, and means nothing. Written as the keys that were given, all of them and
/// in their order.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(from = "Map<String, Value>")]
pub struct Annotations {
    reference: Option<String>,
    summary: Option<String>,
    label: Option<Label>,
    target: Option<Target>,
    given: Map<String, Value>,
}

/// Towards whom or what the tone is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// A place in the text: `"target": {"start", "end"}`.
    Place {
        /// First byte or code point.
        start: u64,
        /// One past the last.
        end: u64,
        /// Which of the two.
        counted: Counted,
    },
    /// Somebody or something by name, wherever the article mentions it: `"target": {"mention"}`.
    Mention(String),
}

/// What the offsets of a target count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Counted {
    /// Bytes of the text.
    Bytes,
    /// Code points: `"offsets": "chars"`.
    Chars,
    /// Bytes, or code points if only those read as these words: `"target": {"start", "end", "mention"}`.
    ToldBy(String),
}

impl Annotations {
    /// Takes the reference from `key`, whatever the well-known keys hold. It comes back as
    /// [`REFERENCE`], so that whoever reads the results finds it without being told; only where that key
    /// was given, too, do both stay as they are.
    #[must_use]
    pub fn with_reference_in(mut self, key: &str) -> Self {
        self.reference = self.given.get(key).and_then(Value::as_str).map(str::to_owned);
        if self.reference.is_some()
            && !self.given.contains_key(REFERENCE)
            && let Some(value) = self.given.shift_remove(key)
        {
            self.given.insert(REFERENCE.to_owned(), value);
        }
        self
    }

    /// Which of the [`REFERENCES`] holds the reference.
    pub fn reference_key(&self) -> Option<&'static str> {
        REFERENCES.into_iter().find(|&key| self.given.get(key).is_some_and(Value::is_string))
    }

    /// What a person wrote as the abstract, one sentence a line: the value of the first of
    /// [`REFERENCES`] that is a text.
    pub fn reference(&self) -> Option<&str> {
        self.reference.as_deref()
    }

    /// The summary that is to be checked.
    pub fn summary(&self) -> Option<&str> {
        self.summary.as_deref()
    }

    /// The class of the tone that people chose.
    pub fn label(&self) -> Option<Label> {
        self.label
    }

    /// Towards whom or what the tone is asked.
    pub fn target(&self) -> Option<&Target> {
        self.target.as_ref()
    }

    /// Whether a place in the text is asked about: then the text is to be taken as it stands.
    pub fn points_into_text(&self) -> bool {
        matches!(self.target, Some(Target::Place { .. }))
    }

    /// Everything that was given, known or not.
    pub fn given(&self) -> &Map<String, Value> {
        &self.given
    }

    /// Whether nothing was given.
    pub fn is_empty(&self) -> bool {
        self.given.is_empty()
    }
}

impl From<Map<String, Value>> for Annotations {
    fn from(given: Map<String, Value>) -> Self {
        let text = |key| given.get(key).and_then(Value::as_str);
        Self {
            reference: REFERENCES.into_iter().find_map(text).map(str::to_owned),
            summary: text(SUMMARY).map(str::to_owned),
            label: text(LABEL).and_then(Label::named),
            target: target(&given),
            given,
        }
    }
}

impl Serialize for Annotations {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.given.serialize(serializer)
    }
}

fn target(given: &Map<String, Value>) -> Option<Target> {
    let target = given.get(TARGET)?.as_object()?;
    let number = |key| target.get(key).and_then(Value::as_u64);
    let mention = target.get(MENTION).and_then(Value::as_str).map(str::to_owned);
    let Some((start, end)) = number("start").zip(number("end")) else {
        return mention.map(Target::Mention);
    };
    let in_chars = given.get(OFFSETS.0).and_then(Value::as_str) == Some(OFFSETS.1);
    let counted = match mention {
        _ if in_chars => Counted::Chars,
        Some(words) => Counted::ToldBy(words),
        None => Counted::Bytes,
    };
    Some(Target::Place { start, end, counted })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(line: &Value) -> Annotations {
        Annotations::from(line.as_object().unwrap().clone())
    }

    #[test]
    fn known_keys_are_read_and_all_are_given_back() {
        let line = json!({"desk": "city", "label": " Positive", "reference": "Rain fell.\nAll slept.", "summary": "Rain."});
        let read = read(&line);
        assert_eq!(read.reference(), Some("Rain fell.\nAll slept."));
        assert_eq!((read.summary(), read.label()), (Some("Rain."), Some(Label::Positive)));
        assert_eq!(serde_json::to_string(&read).unwrap(), line.to_string());
        assert_eq!(serde_json::from_value::<Annotations>(line).unwrap(), read);
    }

    #[test]
    fn the_reference_is_found_under_the_names_that_people_use() {
        let found = |line: Value| read(&line).reference().map(str::to_owned);
        assert_eq!(
            found(json!({"highlights": "Rain.", "abstract": "Snow."})),
            Some("Rain.".into())
        );
        assert_eq!(found(json!({"abstract": "Snow."})), Some("Snow.".into()));
        assert_eq!(found(json!({"summary": "Hail.", "reference": "Fog."})), Some("Fog.".into()));
        let chosen = read(&json!({"gist": "Sun.", "desk": "city"})).with_reference_in("gist");
        assert_eq!((chosen.reference(), chosen.reference_key()), (Some("Sun."), Some("reference")));
        assert_eq!(
            serde_json::to_value(&chosen).unwrap(),
            json!({"desk": "city", "reference": "Sun."})
        );
        let both = json!({"gist": "Sun.", "reference": "Fog."});
        let chosen = read(&both).with_reference_in("gist");
        assert_eq!(
            (chosen.reference(), serde_json::to_value(&chosen).unwrap()),
            (Some("Sun."), both)
        );
        assert_eq!(read(&json!({"summary": "Hail."})).with_reference_in("gist").reference(), None);
    }

    #[test]
    fn what_is_of_another_type_means_nothing_and_is_given_back() {
        for line in [
            json!({"reference": ["Rain fell.", "All slept."]}),
            json!({"reference": [1, 2], "summary": null, "label": 3, "target": "audience"}),
            json!({"label": "excellent", "target": {"start": 3}}),
            json!({"target": {"start": 3, "end": -4}}),
            json!({"target": [0, 4], "offsets": "chars"}),
        ] {
            let read = read(&line);
            let nothing = Annotations { given: read.given.clone(), ..Annotations::default() };
            assert_eq!(read, nothing, "{line}");
            assert_eq!(serde_json::to_value(&read).unwrap(), line);
        }
    }

    #[test]
    fn a_target_is_a_place_or_a_mention() {
        let place = |counted| Some(Target::Place { start: 3, end: 5, counted });
        for (line, target) in [
            (json!({"target": {"start": 3, "end": 5}}), place(Counted::Bytes)),
            (json!({"target": {"start": 3, "end": 5}, "offsets": "bytes"}), place(Counted::Bytes)),
            (json!({"target": {"start": 3, "end": 5}, "offsets": "chars"}), place(Counted::Chars)),
            (
                json!({"target": {"start": 3, "end": 5, "mention": "Oslo"}}),
                place(Counted::ToldBy("Oslo".into())),
            ),
            (
                json!({"target": {"start": 3, "end": 5, "mention": "Oslo"}, "offsets": "chars"}),
                place(Counted::Chars),
            ),
            (json!({"target": {"mention": "Oslo"}}), Some(Target::Mention("Oslo".into()))),
            (
                json!({"target": {"start": 3, "end": 5.5, "mention": "Oslo"}}),
                Some(Target::Mention("Oslo".into())),
            ),
        ] {
            let read = read(&line);
            assert_eq!(read.points_into_text(), matches!(target, Some(Target::Place { .. })));
            assert_eq!(read.target, target, "{line}");
        }
    }
}

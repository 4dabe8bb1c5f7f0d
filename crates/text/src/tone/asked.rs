//! The target that a line of the input asks about: `"target": {"start", "end", "mention"?}`, in bytes of
//! its `text`, or in code points where the line says `"offsets": "chars"` or only those read as the
//! `mention`; or `"target": {"mention"}`, somebody by name, wherever the article mentions them.

use super::{
    named,
    passage::{Place, Scene},
    together,
};
use standfirst_core::{
    analysis::round_score,
    annotations::{Counted, Target},
    article::Span,
    plugin::{Band, PluginError, Sentiment},
    report::{Asked, Failure, FailureKind},
};

/// The places that the input asks about, or why there are none; `None` if it asks about nothing.
pub(super) fn question(scene: &Scene<'_>) -> Option<Result<Vec<Place>, String>> {
    let document = scene.article.document();
    let name = match document.annotations.target()? {
        Target::Place { start, end, counted } => {
            let counts = Counts::of(counted, &document.text, *start, *end);
            return Some(place(scene, &document.text, *start, *end, counts).map(|at| vec![at]));
        }
        Target::Mention(name) => name,
    };
    let places = named::places(scene, name);
    Some(if places.is_empty() {
        Err(format!("nobody and nothing called {name:?} stands in the article"))
    } else {
        Ok(places)
    })
}

/// The answer from the tones at the places; with several, the class of their mean by `band`.
pub(super) fn answer(
    tones: Result<Vec<Sentiment>, String>,
    band: Band,
) -> Result<Asked, PluginError> {
    let tones = match tones {
        Ok(tones) => tones,
        Err(error) => return Ok(Asked::failed(Failure::new(FailureKind::Target, error))),
    };
    let (label, score) = together(&tones, band).ok_or(PluginError::Silent)?;
    // How sure a mean of several is, no model says.
    let confidence = match &tones[..] {
        [tone] => tone.confidence.map(f64::from).map(round_score),
        _ => None,
    };
    Ok(Asked { label: Some(label), score: Some(score), confidence, error: None })
}

/// What offsets count.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Counts {
    Bytes,
    Chars,
}

impl Counts {
    /// What `start..end` counts in this text.
    fn of(counted: &Counted, text: &str, start: u64, end: u64) -> Self {
        match counted {
            Counted::Bytes => Self::Bytes,
            Counted::Chars => Self::Chars,
            Counted::ToldBy(words) => Self::told_by(text, start, end, words),
        }
    }

    /// What makes `start..end` read as `words`; bytes if neither does.
    fn told_by(text: &str, start: u64, end: u64, words: &str) -> Self {
        let reads = |counts| {
            mention(text, start, end, counts).is_ok_and(|span| &text[span.range()] == words)
        };
        if !reads(Self::Bytes) && reads(Self::Chars) { Self::Chars } else { Self::Bytes }
    }
}

/// Where the target stands in the article.
fn place(
    scene: &Scene<'_>,
    text: &str,
    start: u64,
    end: u64,
    counts: Counts,
) -> Result<Place, String> {
    let mention = mention(text, start, end, counts)?;
    let sentences = scene.article.sentences();
    let sentence = sentences.iter().position(|sentence| sentence.span.overlaps(mention));
    let sentence = sentence.ok_or_else(|| {
        format!("the target {start}..{end} is in a part of the text that the repair left out")
    })?;
    let own = sentences[sentence].span;
    let mention = Span::new(mention.start.max(own.start), mention.end.min(own.end));
    Ok(Place { mention, sentence })
}

/// The bytes of the target, which hold a word.
fn mention(text: &str, start: u64, end: u64, counts: Counts) -> Result<Span, String> {
    let chars = counts == Counts::Chars;
    let byte = |at: u64| {
        let at = usize::try_from(at).ok()?;
        if !chars {
            return Some(at).filter(|&at| at <= text.len());
        }
        let mut bounds = text.char_indices().map(|(byte, _)| byte).chain([text.len()]);
        bounds.nth(at)
    };
    let (Some(from), Some(to)) = (byte(start), byte(end)) else {
        let (length, unit) =
            if chars { (text.chars().count(), "characters") } else { (text.len(), "bytes") };
        return Err(format!(
            "the target {start}..{end} is not in the text, which has {length} {unit}"
        ));
    };
    if from >= to {
        return Err(format!("the target {start}..{end} is empty"));
    }
    match text.get(from..to) {
        Some(words) if words.contains(char::is_alphanumeric) => Ok(Span::new(from, to)),
        Some(_) => Err(format!("the target {start}..{end} holds no word")),
        None => Err(format!(
            "the target {start}..{end} splits a character; say \"offsets\": \"chars\" if it counts characters"
        )),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::repair::clean;
    use standfirst_core::article::Document;

    const TEXT: &str = "Zoë met Ivan Petrov in Oslo on Monday. He left early. Nothing came of it.";

    fn placed(extra: &Value) -> Option<Result<Vec<String>, String>> {
        let mut document = Document::from_text("t", TEXT);
        document.annotations = extra.as_object().unwrap().clone().into();
        let article = clean(document).unwrap();
        let scene = Scene::new(&article);
        let words = |place: Place| TEXT[place.mention.range()].to_owned();
        Some(question(&scene)?.map(|places| places.into_iter().map(words).collect()))
    }

    fn words(extra: &Value) -> Vec<String> {
        placed(extra).unwrap().unwrap()
    }

    #[test]
    fn offsets_count_bytes_or_characters() {
        let bytes = json!({"target": {"start": 9, "end": 20}});
        assert_eq!(words(&bytes), ["Ivan Petrov"]);
        let chars = json!({"target": {"start": 8, "end": 19}, "offsets": "chars"});
        assert_eq!(words(&chars), ["Ivan Petrov"]);
    }

    #[test]
    fn the_mention_tells_what_the_offsets_count() {
        for start in [8, 9] {
            let end = start + 11;
            let told = json!({"target": {"start": start, "end": end, "mention": "Ivan Petrov"}});
            assert_eq!(words(&told), ["Ivan Petrov"]);
        }
    }

    #[test]
    fn somebody_is_asked_about_by_name() {
        for name in ["Ivan Petrov", "IVAN PETROV", "Petrov"] {
            let found = words(&json!({"target": {"mention": name}}));
            assert_eq!(found, ["Ivan Petrov", "He"], "{name}");
        }
        assert_eq!(words(&json!({"target": {"mention": "nothing"}})), ["Nothing"]);
        let nobody = placed(&json!({"target": {"mention": "Jane Reed"}})).unwrap().unwrap_err();
        assert!(nobody.contains("\"Jane Reed\""), "{nobody}");
    }

    #[test]
    fn a_target_that_is_none_is_told() {
        for (target, said) in [
            (json!({"target": {"start": 9, "end": 900}}), "is not in the text, which has"),
            (json!({"target": {"start": 20, "end": 9}}), "is empty"),
            (json!({"target": {"start": 3, "end": 9}}), "splits a character"),
            (json!({"target": {"start": 8, "end": 9}}), "holds no word"),
        ] {
            let error = placed(&target).unwrap().unwrap_err();
            assert!(error.contains(said), "{error}");
        }
    }

    #[test]
    fn another_kind_of_target_is_not_ours() {
        assert!(placed(&json!({"target": "audience"})).is_none());
        assert!(placed(&json!({"target": {"age": 7}})).is_none());
    }
}

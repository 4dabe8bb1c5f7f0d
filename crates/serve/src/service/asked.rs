//! What a request asks for, beside its articles.

use std::{borrow::Cow, num::NonZeroUsize};

use standfirst_core::{
    plugin::{Budget, Form, Style},
    style::UnknownStyle,
};

use crate::{Refusal, RefusalKind};

/// Models of a kind in one request.
const MAX_MODELS: usize = 16;

/// What can be done with articles.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Operation {
    /// Abstracts and tone.
    Summarize,
    /// Tone alone.
    Sentiment,
    /// Verdicts on a summary that came with the article.
    Check,
    /// The article without what is not part of it.
    Clean,
    /// Models side by side.
    Compare,
}

impl Operation {
    /// Every operation, in the order of the documentation.
    pub const ALL: [Self; 5] =
        [Self::Summarize, Self::Sentiment, Self::Check, Self::Clean, Self::Compare];

    /// The word that names it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Summarize => "summarize",
            Self::Sentiment => "sentiment",
            Self::Check => "check",
            Self::Clean => "clean",
            Self::Compare => "compare",
        }
    }

    /// The settings that it takes, in the order of the documentation.
    pub fn settings(self) -> &'static [&'static str] {
        match self {
            Self::Summarize => &[
                "model",
                "tone",
                "sentences",
                "words",
                "chars",
                "style",
                "include_text",
                "timings",
            ],
            Self::Sentiment => &["model", "include_text", "timings"],
            Self::Check | Self::Clean => &[],
            Self::Compare => &["model", "sentences", "words", "chars", "style", "timings"],
        }
    }
}

/// What a request asks for, beside its articles.
#[derive(Clone, Debug, PartialEq)]
pub struct Asked {
    /// What is to be done.
    pub operation: Operation,
    /// Ids of models; empty for the default one.
    pub models: Vec<String>,
    /// Ids of the models of the tone beside abstracts; empty for the default one, `None` for no tone.
    pub tone: Option<Vec<String>>,
    /// Form and length of an abstract.
    pub form: Form,
    /// Whether answers carry the text that their spans point into.
    pub include_text: bool,
    /// Whether answers carry wall-clock times.
    pub timings: bool,
}

impl Asked {
    /// Nothing beyond `operation`.
    pub fn of(operation: Operation) -> Self {
        Self {
            operation,
            models: Vec::new(),
            tone: Some(Vec::new()),
            form: Form::default(),
            include_text: false,
            timings: false,
        }
    }

    /// What pairs of names and values say, as those of a query. Ids stand with commas between, or the name is
    /// repeated.
    ///
    /// # Errors
    /// If a name is not one of [`Operation::settings`], or its value is none.
    pub fn parse<'a>(
        operation: Operation,
        pairs: impl Iterator<Item = (Cow<'a, str>, Cow<'a, str>)>,
    ) -> Result<Self, Refusal> {
        let mut asked = Self::of(operation);
        let (mut length, mut style) = (None, Style::Standfirst);
        for (name, value) in pairs {
            if !operation.settings().contains(&&*name) {
                return Err(unknown(operation, &name));
            }
            match &*name {
                "model" => add_ids(&mut asked.models, &value)?,
                "tone" if value == "none" => asked.tone = None,
                "tone" => add_ids(asked.tone.get_or_insert_default(), &value)?,
                "sentences" | "words" | "chars" => {
                    let number: NonZeroUsize =
                        value.parse().map_err(|_| wrong(&name, &value, "a whole number from 1"))?;
                    let budget = match &*name {
                        "sentences" => Budget::Sentences(number),
                        "words" => Budget::Words(number),
                        _ => Budget::Characters(number),
                    };
                    if length.replace(budget).is_some() {
                        let told = "say the length once, in sentences, words or chars";
                        return Err(Refusal::new(RefusalKind::Malformed, told));
                    }
                }
                "style" => {
                    let told = |error: UnknownStyle| {
                        Refusal::new(RefusalKind::Malformed, format!("style: {error}"))
                    };
                    style = value.parse().map_err(told)?;
                }
                "include_text" => asked.include_text = truth(&name, &value)?,
                _ => asked.timings = truth(&name, &value)?,
            }
        }
        asked.form = Form::new(style, length)
            .map_err(|error| Refusal::new(RefusalKind::Malformed, error.to_string()))?;
        Ok(asked)
    }
}

fn add_ids(ids: &mut Vec<String>, value: &str) -> Result<(), Refusal> {
    for id in value.split(',').map(str::trim).filter(|id| !id.is_empty()) {
        if !ids.iter().any(|known| known == id) {
            ids.push(id.to_owned());
        }
    }
    if ids.len() > MAX_MODELS {
        let told = format!("more than {MAX_MODELS} models; name fewer in a request");
        return Err(Refusal::new(RefusalKind::TooLarge, told));
    }
    Ok(())
}

fn truth(name: &str, value: &str) -> Result<bool, Refusal> {
    match value {
        "true" | "1" => Ok(true),
        "false" | "0" => Ok(false),
        _ => Err(wrong(name, value, "true or false")),
    }
}

fn wrong(name: &str, value: &str, wanted: &str) -> Refusal {
    Refusal::new(RefusalKind::Malformed, format!("{name} is {value:?}, and has to be {wanted}"))
}

fn unknown(operation: Operation, name: &str) -> Refusal {
    let known = match operation.settings() {
        [] => "none".to_owned(),
        known => known.join(", "),
    };
    let told = format!("{} has no setting {name:?}; it takes {known}", operation.name());
    Refusal::new(RefusalKind::Malformed, told)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(operation: Operation, query: &str) -> Result<Asked, String> {
        let pairs = form_urlencoded::parse(query.as_bytes());
        Asked::parse(operation, pairs).map_err(|refusal| refusal.message)
    }

    #[test]
    fn settings_are_read_from_a_query() {
        let query = "model=lead,kl&model=lead&tone=vader&words=40&include_text=true&timings=1";
        let asked = parse(Operation::Summarize, query).unwrap();
        assert_eq!(asked.models, ["lead", "kl"]);
        assert_eq!(asked.tone.as_deref(), Some(&["vader".to_owned()][..]));
        assert_eq!(asked.form.budget, Budget::Words(NonZeroUsize::new(40).unwrap()));
        assert!(asked.include_text && asked.timings);
        let chars = parse(Operation::Compare, "chars=180").unwrap().form.budget;
        assert_eq!(chars, Budget::Characters(NonZeroUsize::new(180).unwrap()));
        let line = parse(Operation::Summarize, "words=9&style=headline").unwrap().form;
        assert_eq!(line.to_string(), "one line of at most 9 words");
        assert_eq!(parse(Operation::Summarize, "tone=none").unwrap().tone, None);
        assert_eq!(parse(Operation::Clean, ""), Ok(Asked::of(Operation::Clean)));
    }

    #[test]
    fn what_is_not_understood_is_named_with_the_way_out() {
        let told = |operation, query: &str| parse(operation, query).unwrap_err();
        assert!(told(Operation::Summarize, "modl=lead").contains("\"modl\"; it takes model, tone"));
        assert!(told(Operation::Check, "model=lead").contains("takes none"));
        assert!(told(Operation::Compare, "sentences=0").contains("a whole number from 1"));
        assert!(told(Operation::Compare, "sentences=2&words=9").contains("once"));
        assert!(told(Operation::Compare, "style=poem").contains("there are standfirst, headline"));
        assert!(told(Operation::Summarize, "style=brief&sentences=2").contains("one sentence"));
        assert!(told(Operation::Sentiment, "timings=yes").contains("true or false"));
        let many = (0..17).map(|i| format!("m{i}")).collect::<Vec<_>>().join(",");
        assert!(told(Operation::Sentiment, &format!("model={many}")).contains("more than 16"));
    }
}

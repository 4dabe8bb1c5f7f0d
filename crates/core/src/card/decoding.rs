//! How a model that writes its own sentences is asked, and how it chooses its words. The card is the
//! only place where these are set.

use std::{collections::BTreeMap, num::NonZeroUsize};

use serde::{Deserialize, Serialize};

use super::{CardProblem, check};
use crate::{
    budget::Budget,
    style::{Form, Style},
};

/// The place of the article in [`Prompt::user`].
pub const TEXT: &str = "{text}";
/// The place of the number of sentences asked for.
pub const SENTENCES: &str = "{sentences}";
/// The place of the form asked for in words, in questions for a style.
pub const LENGTH: &str = "{length}";

/// What a question is filled with, beside the article.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Asking {
    /// How many sentences are wanted.
    pub sentences: usize,
    /// Whether the text is a few sentences that were picked.
    pub picked: bool,
    /// In which form the abstract is to be.
    pub form: Form,
}

impl Asking {
    /// Both questions for `style`, about `sentences` sentences, for whoever has to know the longer one.
    pub fn both(style: Style, sentences: usize) -> [Self; 2] {
        let budget = NonZeroUsize::new(sentences).map(Budget::Characters).unwrap_or_default();
        let form = Form { style, budget };
        [false, true].map(|picked| Self { sentences, picked, form })
    }
}

/// The `[decoding]` table: how words are chosen. An engine refuses a setting that it does not know,
/// rather than leave it out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Decoding {
    /// Most tokens of one answer, the end token not counted.
    pub max_new_tokens: NonZeroUsize,
    /// Fewest tokens of one answer; the end token is not chosen before. `None` for no lower limit.
    pub min_new_tokens: Option<usize>,
    /// Beams of a beam search; `None` or 1 for none.
    pub beams: Option<NonZeroUsize>,
    /// Exponent of the length that a beam's score is divided by; `None` for 1.
    pub length_penalty: Option<f64>,
    /// Whether a beam search ends as soon as it has as many whole answers as beams.
    pub early_stopping: Option<bool>,
    /// No n-gram of this length comes twice; `None` or 0 for no such rule.
    pub no_repeat_ngram: Option<usize>,
    /// Logits of tokens that came before are divided by it where positive, multiplied where negative
    /// (Keskar et al. 2019); `None` for 1.
    pub repetition_penalty: Option<f64>,
    /// Logits are divided by it, and a token is drawn; `None` or 0 for the likeliest token always.
    pub temperature: Option<f64>,
    /// Tokens are drawn from the fewest that together have this probability (Holtzman et al. 2020).
    pub top_p: Option<f64>,
    /// What draws start from; the same seed gives the same answer.
    pub seed: Option<u64>,
    /// Whether names, numbers and quotations may be written only if they stand in what the model was
    /// shown. `None` for wherever picked sentences are rewritten and the engine can.
    pub grounded: Option<bool>,
}

impl Decoding {
    /// Most tokens that any card may ask for.
    const MAX_TOKENS: usize = 100_000;

    /// Whether tokens are drawn, and not the likeliest always taken.
    pub fn draws(&self) -> bool {
        self.temperature.is_some_and(|temperature| temperature > 0.0)
    }

    /// Refuses what no engine could honour.
    pub(super) fn check(&self) -> Result<(), CardProblem> {
        let most = self.max_new_tokens.get();
        let count = |key: &str, fits: bool, found: usize, expected| {
            check::require(fits, &format!("decoding.{key}"), &found.to_string(), expected)
        };
        count("max_new_tokens", most <= Self::MAX_TOKENS, most, "from 1 to 100,000")?;
        let least = self.min_new_tokens.unwrap_or(0);
        count("min_new_tokens", least <= most, least, "at most `max_new_tokens`")?;
        let beams = self.beams.map_or(1, NonZeroUsize::get);
        count("beams", beams <= 64, beams, "from 1 to 64")?;
        let ngram = self.no_repeat_ngram.unwrap_or(0);
        count("no_repeat_ngram", ngram <= 1_000, ngram, "from 0 to 1,000")?;
        number("length_penalty", self.length_penalty, -100.0..=100.0, "from -100 to 100")?;
        number("repetition_penalty", self.repetition_penalty, 0.01..=100.0, "from 0.01 to 100")?;
        number("temperature", self.temperature, 0.0..=100.0, "from 0 to 100")?;
        number("top_p", self.top_p, 0.001..=1.0, "from 0.001 to 1")
    }
}

fn number(
    key: &str,
    found: Option<f64>,
    range: std::ops::RangeInclusive<f64>,
    expected: &'static str,
) -> Result<(), CardProblem> {
    let Some(found) = found else { return Ok(()) };
    check::require(range.contains(&found), &format!("decoding.{key}"), &found.to_string(), expected)
}

/// The `[prompt]` table: what a generator is asked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Prompt {
    /// What the model is told of its part, where it knows such a thing.
    pub system: Option<String>,
    /// The question, with `{text}` once, where the article comes, and `{sentences}` where the number
    /// of sentences asked for may come.
    pub user: String,
    /// The question where a few picked sentences are to be rewritten, with the same places; `None` for
    /// the same question.
    pub rewrite: Option<String>,
    /// The questions for other styles than the usual one, by the name of the style, where the card has its
    /// own; [`Style::question`] has the others.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub styles: BTreeMap<Style, String>,
    /// Whether rewritten sentences that the check rejects are asked for once more, with the reason; `None`
    /// for what is best for most models of the engine.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub again: Option<bool>,
}

impl Prompt {
    /// Longest of either, in bytes.
    const MAX_BYTES: usize = 8_192;

    /// What comes before the article or the picked sentences and what after, with the number of
    /// sentences and the form in their places.
    pub fn around(&self, asked: Asking) -> (String, String) {
        let Asking { sentences, picked, form } = asked;
        let usual = || self.rewrite.as_ref().filter(|_| picked).unwrap_or(&self.user);
        let own = self.styles.get(&form.style).map(String::as_str);
        let question = own.or_else(|| form.style.question()).unwrap_or_else(|| usual());
        let (before, after) = question.split_once(TEXT).unwrap_or((question, ""));
        let fill = |part: &str| {
            let filled = part.replace(SENTENCES, &sentences.to_string());
            if form.style.is_usual() { filled } else { filled.replace(LENGTH, &form.to_string()) }
        };
        (fill(before), fill(after))
    }

    /// Refuses what would lose the article, or harm a terminal.
    pub(super) fn check(&self) -> Result<(), CardProblem> {
        let usual = self.styles.get(&Style::Standfirst).map_or("", String::as_str);
        let expected = "left out: `prompt.user` is the question for it";
        check::require(usual.is_empty(), "prompt.styles.standfirst", usual, expected)?;
        let styled = self.styles.iter();
        let styled = styled.map(|(style, text)| (format!("prompt.styles.{}", style.name()), text));
        let rewrite = self.rewrite.iter().map(|text| ("prompt.rewrite".to_owned(), text));
        let user = [("prompt.user".to_owned(), &self.user)];
        let questions: Vec<_> = user.into_iter().chain(rewrite).chain(styled).collect();
        for (key, question) in &questions {
            let once = question.matches(TEXT).count() == 1;
            check::require(once, key, question, "a text with `{text}` in it once")?;
        }
        let system = self.system.iter().map(|text| ("prompt.system".to_owned(), text));
        for (key, text) in questions.into_iter().chain(system) {
            check::require(text.len() <= Self::MAX_BYTES, &key, text, "at most 8,192 bytes")?;
            check::prose(&key, text)?;
        }
        Ok(())
    }
}

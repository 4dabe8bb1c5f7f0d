//! The forms in which a newsroom wants an abstract, and what each asks for: the one place for their limits
//! and for what models that write are asked. A [`Form`] is a [`Style`] with the [`Budget`] that goes with it.

use std::{fmt, num::NonZeroUsize, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::budget::Budget;

/// A form of abstracts.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Style {
    /// A few sentences that tell what the article says.
    #[default]
    Standfirst,
    /// One line of at most 12 words, without a full stop.
    Headline,
    /// A list, each point of which is understood without the others.
    Bullets,
    /// One sentence.
    Brief,
    /// Whole sentences, at most 280 characters in all.
    Social,
}

impl Style {
    /// All of them, in the order of the documentation.
    pub const ALL: [Self; 5] =
        [Self::Standfirst, Self::Headline, Self::Bullets, Self::Brief, Self::Social];

    /// The word used in flags, settings, cards and results.
    pub fn name(self) -> &'static str {
        match self {
            Self::Standfirst => "standfirst",
            Self::Headline => "headline",
            Self::Bullets => "bullets",
            Self::Brief => "brief",
            Self::Social => "social",
        }
    }

    /// Whether it is the form that abstracts have where nobody asks for another.
    pub fn is_usual(&self) -> bool {
        *self == Self::Standfirst
    }

    /// Whether its sentences are points of a list, each read without the others.
    pub fn is_list(self) -> bool {
        self == Self::Bullets
    }

    /// Whether it is one sentence or line, so that a number of sentences cannot be asked of it.
    pub fn is_single(self) -> bool {
        matches!(self, Self::Headline | Self::Brief)
    }

    /// How long it may be whatever else is asked for; `None` for as long as is asked for.
    pub fn limit(self) -> Option<Budget> {
        const HEADLINE: Budget = Budget::Words(NonZeroUsize::new(12).unwrap());
        const BRIEF: Budget = Budget::Sentences(NonZeroUsize::MIN);
        const SOCIAL: Budget = Budget::Characters(NonZeroUsize::new(280).unwrap());
        match self {
            Self::Standfirst | Self::Bullets => None,
            Self::Headline => Some(HEADLINE),
            Self::Brief => Some(BRIEF),
            Self::Social => Some(SOCIAL),
        }
    }

    /// What a model that writes is asked for it, unless its card says otherwise: with the places of
    /// [`Prompt::user`](crate::card::Prompt::user), and `{length}` for [`Form`] in words. `None` for the
    /// form that every card has a question for.
    pub fn question(self) -> Option<&'static str> {
        match self {
            Self::Standfirst => None,
            Self::Headline => Some(
                "Write a headline for this news text: {length}, that says what happened. Use only what the \
                 text says. No question, no full stop.\n\n{text}\n\nHeadline:",
            ),
            Self::Bullets => Some(
                "Write the main points of this news text as a list: {length}, a line each that begins with \
                 \"- \". Each point is one short sentence that is understood without the others: name people \
                 and things instead of saying \"he\", \"she\", \"it\" or \"this\". Use only what the text \
                 says.\n\n{text}\n\nPoints:",
            ),
            Self::Brief => Some(
                "Say what happened in this news text: {length}. Use only what the text says.\n\n{text}\n\n\
                 In one sentence:",
            ),
            Self::Social => Some(
                "Write a post for social media about this news text: {length}, in whole sentences that are \
                 understood without the text. Say first what happened. Use only what the text says. No \
                 hashtags, no links, no emoji.\n\n{text}\n\nPost:",
            ),
        }
    }
}

impl FromStr for Style {
    type Err = UnknownStyle;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let named = Self::ALL.into_iter().find(|style| style.name() == name);
        named.ok_or_else(|| UnknownStyle(name.to_owned()))
    }
}

/// No style is called so.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{:?} is no style; there are {}", .0, Style::ALL.map(Style::name).join(", "))]
pub struct UnknownStyle(pub String);

/// A number of sentences was asked of a style that has one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "the style {} is one {}; ask for no number of sentences, or for a length in words or characters",
    .0.name(),
    if *.0 == Style::Headline { "line" } else { "sentence" }
)]
pub struct OneOnly(pub Style);

/// A style, and how long an abstract in it may be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Form {
    /// The style.
    pub style: Style,
    /// What was asked for, or what the style is by itself; [`Style::limit`] holds beside it.
    pub budget: Budget,
}

impl Form {
    /// `style` at the length that was `asked` for, or at the length that it has by itself.
    ///
    /// # Errors
    /// [`OneOnly`] if more than one sentence is asked for where there is but one.
    pub fn new(style: Style, asked: Option<Budget>) -> Result<Self, OneOnly> {
        let budget = match (asked, style.limit()) {
            (None, limit) => limit.unwrap_or(Budget::DEFAULT),
            (Some(Budget::Sentences(count)), Some(limit)) if style.is_single() => {
                if count.get() > 1 {
                    return Err(OneOnly(style));
                }
                limit
            }
            (Some(Budget::Words(asked)), Some(Budget::Words(most))) => {
                Budget::Words(asked.min(most))
            }
            (Some(Budget::Characters(asked)), Some(Budget::Characters(most))) => {
                Budget::Characters(asked.min(most))
            }
            (Some(asked), _) => asked,
        };
        Ok(Self { style, budget })
    }

    /// Whether the sentences are an abstract in this form: within what was asked for and within the limit
    /// of the style. No sentence fits merely because it is the only one.
    pub fn fits(self, sentences: &[&str]) -> bool {
        let within = |budget: Budget| budget.holds(sentences.iter().copied());
        let one = !self.style.is_single() || sentences.len() == 1;
        one && within(self.budget) && self.style.limit().is_none_or(within)
    }
}

/// What it is, in words: `one line of at most 12 words`.
impl fmt::Display for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { style, budget } = *self;
        match (style, budget) {
            (Style::Headline, budget @ Budget::Characters(_)) => {
                write!(f, "one line of at most 12 words and {budget}")
            }
            (Style::Headline, budget) => write!(f, "one line of {budget}"),
            (Style::Bullets, Budget::Sentences(NonZeroUsize::MIN)) => f.write_str("1 point"),
            (Style::Bullets, Budget::Sentences(count)) => write!(f, "{count} points"),
            (Style::Bullets, budget) => write!(f, "points of {budget} in all"),
            (Style::Brief, Budget::Sentences(_)) => f.write_str("one sentence"),
            (Style::Brief, budget) => write!(f, "one sentence of {budget}"),
            (Style::Standfirst, budget) | (Style::Social, budget @ Budget::Characters(_)) => {
                budget.fmt(f)
            }
            (Style::Social, budget) => write!(f, "{budget}, at most 280 characters in all"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sentences(count: usize) -> Budget {
        Budget::Sentences(NonZeroUsize::new(count).unwrap())
    }

    fn words(count: usize) -> Budget {
        Budget::Words(NonZeroUsize::new(count).unwrap())
    }

    fn characters(count: usize) -> Budget {
        Budget::Characters(NonZeroUsize::new(count).unwrap())
    }

    fn told(style: Style, asked: Option<Budget>) -> String {
        Form::new(style, asked).map_or_else(|error| error.to_string(), |form| form.to_string())
    }

    #[test]
    fn every_style_is_read_by_its_name() {
        for style in Style::ALL {
            assert_eq!(style.name().parse(), Ok(style));
            assert_eq!(serde_json::to_value(style).unwrap(), style.name());
        }
        let told = "poem".parse::<Style>().unwrap_err().to_string();
        assert!(told.contains("\"poem\"") && told.contains("headline, bullets"), "{told}");
    }

    #[test]
    fn a_style_has_a_length_of_its_own_and_the_tighter_limit_holds() {
        assert_eq!(Form::new(Style::Standfirst, None).unwrap(), Form::default());
        assert_eq!(told(Style::Headline, None), "one line of at most 12 words");
        assert_eq!(told(Style::Headline, Some(words(60))), "one line of at most 12 words");
        assert_eq!(told(Style::Headline, Some(words(8))), "one line of at most 8 words");
        assert_eq!(told(Style::Headline, Some(sentences(1))), "one line of at most 12 words");
        let chars = told(Style::Headline, Some(characters(60)));
        assert_eq!(chars, "one line of at most 12 words and at most 60 characters");
        assert_eq!(told(Style::Bullets, None), "3 points");
        assert_eq!(told(Style::Brief, None), "one sentence");
        assert_eq!(told(Style::Brief, Some(words(30))), "one sentence of at most 30 words");
        assert_eq!(told(Style::Social, Some(characters(500))), "at most 280 characters");
        let two = told(Style::Social, Some(sentences(2)));
        assert_eq!(two, "2 sentences, at most 280 characters in all");
    }

    #[test]
    fn more_sentences_than_a_style_has_are_refused() {
        assert!(told(Style::Headline, Some(sentences(2))).contains("headline is one line"));
        assert!(told(Style::Brief, Some(sentences(2))).contains("brief is one sentence"));
    }

    #[test]
    fn both_limits_hold_and_one_sentence_is_no_excuse() {
        let headline = Form::new(Style::Headline, Some(characters(20))).unwrap();
        assert!(headline.fits(&["Bridge holds"]));
        assert!(!headline.fits(&["Bridge holds in the flood"]), "25 characters");
        assert!(!headline.fits(&["Bridge", "holds"]), "two lines");
        let wide = Form::new(Style::Headline, Some(characters(90))).unwrap();
        assert!(wide.fits(&["a b c d e f g h i j k l"]));
        assert!(!wide.fits(&["a b c d e f g h i j k l m"]), "13 words");
        let post = Form::new(Style::Social, Some(sentences(2))).unwrap();
        assert!(post.fits(&["Rain fell.", "The bridge held."]));
        assert!(!post.fits(&["Rain fell.", "The bridge held.", "All slept."]), "three sentences");
        assert!(!post.fits(&["x".repeat(281).as_str()]));
        assert!(post.fits(&["x".repeat(280).as_str()]));
    }

    #[test]
    fn every_question_has_the_text_once_and_the_length() {
        for style in Style::ALL {
            let Some(question) = style.question() else { continue };
            assert_eq!(question.matches("{text}").count(), 1, "{question}");
            assert_eq!(question.matches("{length}").count(), 1, "{question}");
        }
    }
}

//! A summary that is there already, as if a model had written it: what the check of other people's
//! summaries runs in the place of a summariser.

use std::collections::BTreeMap;

use crate::{language, sentence};
use standfirst_core::{
    annotations::SUMMARY,
    article::{Article, Document, Span},
    plugin::{
        Budget, Origin, PluginError, PluginInfo, Summarizer, Summary, SummarySentence, Threading,
    },
};

/// What stands in the place of a model's id.
pub const ID: &str = "given";

/// Gives every article the summary that came with it, or the same one to all, or the one that is kept for
/// its id.
pub struct Given {
    info: PluginInfo,
    summaries: Summaries,
}

/// Where the summaries are.
enum Summaries {
    WithArticle,
    Same(Vec<String>),
    ById(BTreeMap<String, String>),
}

impl Given {
    /// Each article's own summary: what the input has under [`SUMMARY`].
    pub fn with_article() -> Self {
        Self { info: info(ID), summaries: Summaries::WithArticle }
    }

    /// This summary for every article.
    pub fn text(summary: &Document) -> Self {
        Self { info: info(ID), summaries: Summaries::Same(sentences(summary)) }
    }

    /// The summaries of the model `id`, by the ids of their articles.
    pub fn by_id(id: &str, summaries: BTreeMap<String, String>) -> Self {
        Self { info: info(id), summaries: Summaries::ById(summaries) }
    }

    fn sentences(&self, article: &Article) -> Result<Vec<String>, PluginError> {
        let document = article.document();
        let found = match &self.summaries {
            Summaries::Same(sentences) => sentences.clone(),
            Summaries::WithArticle => {
                let none = PluginError::NoSummary("give each line a string under \"summary\"");
                let text = document.annotations.summary().ok_or(none)?;
                sentences(&Document::from_text(SUMMARY, text))
            }
            Summaries::ById(summaries) => {
                let none = PluginError::NoSummary("none is given for its id");
                let text = summaries.get(&document.id).ok_or(none)?;
                sentences(&Document::from_text(SUMMARY, text.as_str()))
            }
        };
        if found.is_empty() {
            return Err(PluginError::NoSummary("it is empty"));
        }
        Ok(found)
    }
}

impl Summarizer for Given {
    fn info(&self) -> &PluginInfo {
        &self.info
    }

    /// The summary as it is, whatever the budget; `notes` say what is odd about it as a whole.
    fn summarize(&self, article: &Article, _: Budget) -> Result<Summary, PluginError> {
        let sentences = self.sentences(article)?;
        let notes = remarks(article, &sentences);
        let sentence = |text| SummarySentence { text, origin: Origin::Generated };
        Ok(Summary {
            sentences: sentences.into_iter().map(sentence).collect(),
            notes,
            ..Summary::default()
        })
    }
}

fn info(id: &str) -> PluginInfo {
    PluginInfo {
        id: id.to_owned(),
        about: "a summary that is there already".to_owned(),
        threading: Threading::Caller,
        languages: Vec::new(),
        card: None,
    }
}

/// The sentences of a summary; every line ends one.
pub(super) fn sentences(summary: &Document) -> Vec<String> {
    let mut sentences = Vec::new();
    let mut start = 0;
    for line in summary.text.split_inclusive('\n') {
        let spans = sentence::split(&summary.text, Span::new(start, start + line.len()));
        start += line.len();
        sentences.extend(spans.into_iter().map(|span| summary.display(span)));
    }
    sentences.retain(|sentence| sentence.chars().any(char::is_alphanumeric));
    sentences
}

/// What is odd about a summary as a whole.
fn remarks(article: &Article, sentences: &[String]) -> Vec<String> {
    let mut remarks = Vec::new();
    let summary = sentences.join(" ");
    if let (Some(ours), Some(theirs)) = (language::detect_text(&summary), article.language())
        && ours != theirs
    {
        remarks.push(format!(
            "the summary is in {} and the article in {}: words are compared, and nothing is translated",
            ours.name(),
            theirs.name()
        ));
    }
    let body: usize = article.sentences().iter().map(|sentence| sentence.text.len()).sum();
    if summary.len() > body {
        remarks.push("the summary is longer than the article; were the two swapped?".to_owned());
    }
    remarks
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sentence::from_sentences;

    fn article() -> Article {
        let text = [
            "The council of Velden voted to close the harbour for the winter.",
            "Boats must leave by Friday.",
        ];
        from_sentences("t", &text).unwrap()
    }

    fn given(summary: &str) -> Result<Summary, PluginError> {
        Given::text(&Document::from_text("s", summary)).summarize(&article(), Budget::DEFAULT)
    }

    #[test]
    fn sentences_end_with_stops_and_with_lines() {
        let summary = given("The harbour closes. Boats leave\nby Friday\n\n").unwrap();
        let texts: Vec<&str> = summary.sentences.iter().map(|s| s.text.as_str()).collect();
        assert_eq!(texts, ["The harbour closes.", "Boats leave", "by Friday"]);
        assert_eq!(summary.notes, [""; 0]);
    }

    #[test]
    fn an_empty_summary_is_named() {
        assert!(given(" \n ").unwrap_err().to_string().contains("it is empty"));
        let none = Given::with_article().summarize(&article(), Budget::DEFAULT).unwrap_err();
        assert!(none.to_string().contains("under \"summary\""), "{none}");
    }

    #[test]
    fn summaries_are_found_by_the_id_of_their_article() {
        let of = |id: &str| {
            let summaries = BTreeMap::from([(id.to_owned(), "Boats leave.".to_owned())]);
            Given::by_id("gpt", summaries).summarize(&article(), Budget::DEFAULT)
        };
        assert_eq!(of("t").unwrap().sentences[0].text, "Boats leave.");
        assert!(of("u").unwrap_err().to_string().contains("none is given for its id"));
    }

    #[test]
    fn another_language_and_a_swap_are_remarked_on() {
        let german = given(
            "Der Stadtrat hat beschlossen, den Hafen im Winter für alle Schiffe zu schließen.",
        )
        .unwrap();
        assert!(
            german.notes[0].contains("in German and the article in English"),
            "{:?}",
            german.notes
        );
        let long = given(&"The council of Velden voted again and again on the harbour. ".repeat(4))
            .unwrap();
        assert!(long.notes[0].contains("swapped"), "{:?}", long.notes);
    }
}

//! The model that is taken when nobody names one: it has to answer for any language.

use std::sync::Arc;

use standfirst_core::{
    article::Article,
    card::Sha256,
    plugin::{Budget, PluginError, PluginInfo, Style, Summarizer, Summary},
    usage::Usage,
};

/// A model, and another for the articles whose language the first does not know. Whoever names the
/// first gets an error for those; here nobody did, and the abstract's notes say who stood in.
pub struct Offered {
    info: PluginInfo,
    model: Arc<dyn Summarizer>,
    stand_in: Arc<dyn Summarizer>,
}

impl Offered {
    /// `model` under its own id, for every language that `stand_in` knows.
    pub fn new(model: Arc<dyn Summarizer>, stand_in: Arc<dyn Summarizer>) -> Self {
        let languages = stand_in.info().languages.clone();
        Self { info: PluginInfo { languages, ..model.info().clone() }, model, stand_in }
    }
}

impl Summarizer for Offered {
    fn info(&self) -> &PluginInfo {
        &self.info
    }

    fn shares(&self) -> Option<Sha256> {
        self.model.shares()
    }

    fn style(&self) -> Style {
        self.model.style()
    }

    fn spent(&self) -> Option<Usage> {
        Usage::sum(self.model.spent(), self.stand_in.spent())
    }

    fn summarize(&self, article: &Article, budget: Budget) -> Result<Summary, PluginError> {
        match self.model.summarize(article, budget) {
            Err(PluginError::Language { model, found, .. }) => {
                let mut summary = self.stand_in.summarize(article, budget)?;
                summary.notes.push(format!(
                    "by {}, because {model} does not know {}",
                    self.stand_in.info().id,
                    found.name()
                ));
                Ok(summary)
            }
            answer => answer,
        }
    }
}

#[cfg(test)]
mod tests {
    use standfirst_core::{language::Language, plugin::Threading};

    use super::*;
    use crate::{contract::check_summarizer, extractive::lead};
    use standfirst_text::sentence::from_sentences;

    /// Knows only English, and takes the last sentences.
    struct Last(PluginInfo);

    impl Summarizer for Last {
        fn info(&self) -> &PluginInfo {
            &self.0
        }

        fn summarize(&self, article: &Article, budget: Budget) -> Result<Summary, PluginError> {
            self.0.check_language(article.language())?;
            let ranking: Vec<usize> = (0..article.sentences().len()).rev().collect();
            Ok(crate::extractive::summarize(article, &ranking, budget))
        }
    }

    fn offered() -> Offered {
        let info = PluginInfo {
            id: "last".into(),
            about: "the last sentences".into(),
            threading: Threading::Caller,
            languages: vec![Language::ENGLISH],
            card: None,
        };
        Offered::new(Arc::new(Last(info)), lead::make())
    }

    #[test]
    fn another_language_is_answered_and_told() {
        check_summarizer(&offered()).unwrap();
        let german = "Der Stadtrat hat am Dienstag beschlossen, den Hafen im Winter zu schließen.";
        let article = from_sentences("t", &[german, german, "Ende gut, alles gut."]).unwrap();
        let summary = offered().summarize(&article, Budget::DEFAULT).unwrap();
        assert_eq!(summary.sentences[0].text, german);
        assert_eq!(summary.notes, ["by lead, because last does not know German"]);
    }
}

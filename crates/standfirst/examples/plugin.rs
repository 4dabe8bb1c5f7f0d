//! A summariser of one's own beside one that ships: `cargo run --example plugin`.
//!
//! It takes the sentences with the most figures in them, which is a poor idea and a short program.

use std::{cmp::Reverse, error::Error, io, io::Write, num::NonZeroUsize, sync::Arc};

use standfirst::{
    Budget, Document, Pipeline,
    core::{
        article::Article,
        plugin::{
            Origin, PluginError, PluginInfo, Summarizer, Summary, SummarySentence, Threading,
        },
    },
    summarizer::contract,
};

/// Ranks sentences by their digits.
struct Figures(PluginInfo);

impl Figures {
    fn new() -> Self {
        Self(PluginInfo {
            id: "figures".into(),
            about: "the sentences with the most digits".into(),
            threading: Threading::Caller,
            languages: Vec::new(),
            card: None,
        })
    }
}

impl Summarizer for Figures {
    fn info(&self) -> &PluginInfo {
        &self.0
    }

    fn summarize(&self, article: &Article, budget: Budget) -> Result<Summary, PluginError> {
        self.0.check_language(article.language())?;
        let texts: Vec<&str> = article.sentences().iter().map(|s| s.text.as_str()).collect();
        let digits = |&index: &usize| texts[index].bytes().filter(u8::is_ascii_digit).count();
        let mut ranking: Vec<usize> = (0..texts.len()).collect();
        ranking.sort_by_key(|index| Reverse(digits(index)));
        let ranked: Vec<&str> = ranking.iter().map(|&index| texts[index]).collect();
        let mut chosen: Vec<usize> = budget.fill(&ranked).into_iter().map(|i| ranking[i]).collect();
        chosen.sort_unstable();
        let copied = |index: usize| SummarySentence {
            text: texts[index].to_owned(),
            origin: Origin::Extracted(index),
        };
        let sentences = chosen.into_iter().map(copied).collect();
        Ok(Summary { sentences, ..Summary::default() })
    }
}

const ARTICLE: &str = "The reservoir is emptier than anybody remembers. \
    Nobody can say when it will rain. \
    On 14 August it held 31 per cent of what it can hold. \
    Hoses are forbidden in 3 of 9 districts.";

fn main() -> Result<(), Box<dyn Error>> {
    run(&mut io::stdout())
}

/// Tries the plugin's promises on texts of the worst kind, then puts it beside the first sentences.
pub(crate) fn run(out: &mut dyn Write) -> Result<(), Box<dyn Error>> {
    let figures = Arc::new(Figures::new());
    contract::check_summarizer(&*figures)?;
    let pipeline = Pipeline::builder()
        .model("lead")
        .summarizer(figures)
        .budget(Budget::Sentences(NonZeroUsize::MIN))
        .build()?;
    let report = pipeline.summarize(Document::from_text("reservoir", ARTICLE))?;
    for cell in &report.abstracts {
        writeln!(out, "{}: {}", cell.model, cell.text.as_deref().unwrap_or("no abstract"))?;
    }
    Ok(())
}

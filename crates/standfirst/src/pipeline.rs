//! The whole way of an article, from a document to its report, behind one type.

use std::{io, num::NonZeroUsize, sync::Arc, sync::atomic::AtomicBool, thread};

use standfirst_core::{
    article::Allowance,
    article::Document,
    entailment::EntailmentModel,
    input::{Input, InputError},
    plugin::{Budget, Form, SentimentModel, Style, Summarizer},
    report::{AbstractReport, ArticleReport, Failure, FailureKind, chain},
    run::{self, Plan, Totals},
};
use standfirst_summarizer::registry::{DEFAULT_SUMMARIZER, LoadError, Registry};
use standfirst_text::{NewsAnalyzer, faithfulness::given::Given};

/// Models that are loaded, and what to ask of them: built once, asked about any number of articles from any
/// number of threads.
pub struct Pipeline {
    plan: Plan,
}

impl Pipeline {
    /// Begins one. Without further words it has the default summariser, no tone, three sentences and a
    /// thread for each processor.
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// Repairs, summarises, checks and judges one article on the thread that calls. What a single model
    /// could not do stands in its place in the report.
    ///
    /// # Errors
    /// Why there is no article in the document.
    pub fn summarize(&self, document: Document) -> Result<ArticleReport, Failure> {
        let mut report = run::one(document, &self.plan);
        match report.error.take() {
            Some(error) => Err(error),
            None => Ok(report),
        }
    }

    /// Does the same for all of `inputs`, in parallel, and hands the reports to `emit` in their order. An
    /// input that cannot be read is a report with an error in its place. When `stop` becomes true, no more
    /// is taken, and what was begun has the time to finish that [`run::run`] says.
    ///
    /// # Errors
    /// What `emit` returns, at once; or that no threads can be had.
    pub fn run<I: Input, E: Into<InputError>>(
        &self,
        inputs: impl Iterator<Item = Result<I, E>> + Send + 'static,
        stop: &AtomicBool,
        emit: impl FnMut(ArticleReport) -> io::Result<()>,
    ) -> io::Result<Totals> {
        run::run(inputs, &self.plan, stop, emit)
    }
}

/// Checks `summary`, whoever wrote it, against `article`, sentence by sentence; by words alone, or with a
/// model of entailment, which [`Registry::entailment`] loads.
///
/// # Errors
/// Why there is nothing to check: no article, or no sentence in the summary.
pub fn check(
    article: Document,
    summary: &str,
    entailment: Option<Arc<dyn EntailmentModel>>,
) -> Result<AbstractReport, Failure> {
    let given = Given::text(&Document::from_text("summary", summary));
    let builder = Builder { entailment, ..Builder::default() };
    let plan = builder.summarizer(Arc::new(given)).plan(Vec::new(), Vec::new());
    let mut report = Pipeline { plan }.summarize(article)?;
    let mut checked = report.abstracts.pop().ok_or_else(|| {
        Failure::new(FailureKind::Silent, "the check gave no answer; this is a bug")
    })?;
    match checked.error.take() {
        Some(error) => Err(error),
        None => Ok(checked),
    }
}

/// What a [`Pipeline`] is to be. Models are loaded by [`Builder::build`].
#[derive(Default)]
pub struct Builder {
    registry: Option<Registry>,
    models: Vec<String>,
    summarizers: Vec<Arc<dyn Summarizer>>,
    tones: Vec<String>,
    sentiment: Vec<Arc<dyn SentimentModel>>,
    entailment: Option<Arc<dyn EntailmentModel>>,
    style: Option<Style>,
    budget: Option<Budget>,
    jobs: Option<NonZeroUsize>,
    include_text: bool,
    timings: bool,
}

impl Builder {
    /// Where models are looked up, instead of [`Registry::from_env`]: with the caller's own cards, or with
    /// another folder of files.
    #[must_use]
    pub fn registry(self, registry: Registry) -> Self {
        Self { registry: Some(registry), ..self }
    }

    /// One more abstract of each article, by the model of this id.
    #[must_use]
    pub fn model(mut self, id: impl Into<String>) -> Self {
        self.models.push(id.into());
        self
    }

    /// One more abstract of each article, by a plugin of the caller's. It comes after those of models that
    /// are named.
    #[must_use]
    pub fn summarizer(mut self, model: Arc<dyn Summarizer>) -> Self {
        self.summarizers.push(model);
        self
    }

    /// One more tone of each article, by the model of this id.
    #[must_use]
    pub fn tone(mut self, id: impl Into<String>) -> Self {
        self.tones.push(id.into());
        self
    }

    /// One more tone of each article, by a plugin of the caller's. It comes after those of models that are
    /// named.
    #[must_use]
    pub fn sentiment(mut self, model: Arc<dyn SentimentModel>) -> Self {
        self.sentiment.push(model);
        self
    }

    /// Who the check asks about sentences that are not the article's own; without this it goes by words
    /// alone. [`Registry::entailment`] loads one.
    #[must_use]
    pub fn entailment(self, model: Arc<dyn EntailmentModel>) -> Self {
        Self { entailment: Some(model), ..self }
    }

    /// In which form abstracts are to be, those of plugins of the caller's excepted; without this in that of
    /// the registry.
    #[must_use]
    pub fn style(self, style: Style) -> Self {
        Self { style: Some(style), ..self }
    }

    /// How long an abstract is to be; without this as long as one in its [`style`](Self::style) is by itself. What is
    /// one sentence or line stays so, however many are asked for.
    #[must_use]
    pub fn budget(self, budget: Budget) -> Self {
        Self { budget: Some(budget), ..self }
    }

    /// How many threads [`Pipeline::run`] has.
    #[must_use]
    pub fn jobs(self, jobs: NonZeroUsize) -> Self {
        Self { jobs: Some(jobs), ..self }
    }

    /// Whether reports carry the text that their spans point into.
    #[must_use]
    pub fn include_text(self, include_text: bool) -> Self {
        Self { include_text, ..self }
    }

    /// Whether reports carry wall-clock times. Without them the same article gives the same report.
    #[must_use]
    pub fn timings(self, timings: bool) -> Self {
        Self { timings, ..self }
    }

    /// Loads the models.
    ///
    /// # Errors
    /// [`LoadError`] if there is no model of a name, its files are not on this machine or not the right
    /// ones, or this build has no engine for it.
    pub fn build(mut self) -> Result<Pipeline, LoadError> {
        if self.models.is_empty() && self.summarizers.is_empty() {
            self.models.push(DEFAULT_SUMMARIZER.to_owned());
        }
        let registry = match self.registry.take() {
            Some(registry) => registry,
            None => Registry::from_env(&[])?,
        };
        let registry = registry.with_check(self.entailment.clone());
        let registry = match self.style {
            Some(style) => registry.with_style(style),
            None => registry,
        };
        let models = self.models.iter().map(|id| registry.summarizer(id));
        let models = models.collect::<Result<_, _>>()?;
        let tones = self.tones.iter().map(|id| registry.sentiment(id));
        let tones = tones.collect::<Result<_, _>>()?;
        Ok(Pipeline { plan: self.plan(models, tones) })
    }

    /// The plan, with `models` and `tones` before the plugins of the caller's.
    fn plan(
        self,
        mut models: Vec<Arc<dyn Summarizer>>,
        mut tones: Vec<Arc<dyn SentimentModel>>,
    ) -> Plan {
        // A registry may have been given a style of its own.
        let style = self.style.or_else(|| models.first().map(|model| model.style()));
        let budget = budget(style.unwrap_or_default(), self.budget);
        models.extend(self.summarizers);
        tones.extend(self.sentiment);
        let processors = || thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
        Plan {
            analyzer: Arc::new(NewsAnalyzer),
            entailment: self.entailment,
            summarizers: models,
            sentiment: tones,
            tone_is_offered: true,
            budget,
            allowance: Allowance::default(),
            memory: None,
            jobs: self.jobs.unwrap_or_else(processors),
            timings: self.timings,
            include_text: self.include_text,
            words: chain,
        }
    }
}

/// How long an abstract in `style` is to be, where so much was `asked` for.
fn budget(style: Style, asked: Option<Budget>) -> Budget {
    let form = Form::new(style, asked).or_else(|_| Form::new(style, None));
    form.map_or(asked.unwrap_or_default(), |form| form.budget)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_length_is_that_of_the_style_unless_another_is_asked_for() {
        let of = |builder: Builder| {
            let registry = Registry::from_env(&[]).unwrap();
            builder.model("lead").registry(registry).build().unwrap().plan.budget
        };
        let words = |count| Budget::Words(NonZeroUsize::new(count).unwrap());
        assert_eq!(of(Pipeline::builder()), Budget::DEFAULT);
        let headline = || Pipeline::builder().style(Style::Headline);
        assert_eq!(of(headline()), words(12));
        assert_eq!(of(headline().budget(words(8))), words(8));
        assert_eq!(of(headline().budget(words(40))), words(12));
        assert_eq!(of(headline().budget(Budget::DEFAULT)), words(12), "three lines are none");
        let styled = Registry::from_env(&[]).unwrap().with_style(Style::Headline);
        let plan = Pipeline::builder().model("lead").registry(styled).build().unwrap().plan;
        assert_eq!(plan.budget, words(12));
    }
}

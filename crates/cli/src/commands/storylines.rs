//! `standfirst storylines`.

mod vectors;

use std::{io::Write as _, path::Path, sync::Arc};

use anyhow::Result;
use standfirst_core::plugin::SentimentModel;
use standfirst_ingest as ingest;
use standfirst_storylines::{
    events::{Settings, Vectors},
    story::{Options, tell},
    study::{Failed, Studied, Work, study_all},
    timeline,
};

pub use self::vectors::NO_ENCODER;
use crate::{
    args::{self, Global},
    exit::Outcome,
    format::StoryFormat,
    interrupt, messages,
    output::{Run, Sink},
    progress::{RunBar, Total},
    render::{Look, storylines},
    settings,
};

/// Reads everything, then tells the storylines.
pub fn run(args: &args::Storylines, global: &Global) -> Result<Outcome> {
    let format = settings::story_format(args)?;
    let tone = tone(global, args.sentiment_model.as_deref())?;
    let encoder = vectors::open(global, args.encoder.as_deref())?;
    let vectors = encoder.as_deref();
    let mut gathered = gather(&args.input, &args.run, args.out.as_deref(), vectors, global)?;
    let options = Options {
        events: Settings::of(vectors),
        sentences: args.sentences.map_or(Options::SENTENCES, |count| usize::from(count.get())),
        timeline: timeline::Length {
            days: args
                .days
                .map_or_else(|| timeline::Length::default().days, |days| usize::from(days.get())),
            ..timeline::Length::default()
        },
        tone: tone.as_deref(),
        articles: args.min_articles.get(),
        ..Options::default()
    };
    let lines = tell(&gathered.studied, &options);
    let look: Look = settings::look(global.color, args.out.as_deref(), false);
    let sink = &mut gathered.sink;
    match format {
        StoryFormat::Text => storylines::text(&lines, look, sink)?,
        StoryFormat::Markdown => storylines::markdown(&lines, sink)?,
        StoryFormat::Html => storylines::page(&lines, sink)?,
        StoryFormat::Jsonl => storylines::jsonl(&lines, &gathered.failed, sink)?,
    }
    if lines.is_empty() && !gathered.studied.is_empty() && !global.quiet {
        messages::notice("no storyline has as many articles as --min-articles asks for");
    }
    gathered.finish()
}

/// The model that judges the tone, if one is named.
pub fn tone(global: &Global, id: Option<&str>) -> Result<Option<Arc<dyn SentimentModel>>> {
    let Some(id) = id else { return Ok(None) };
    Ok(Some(settings::registry(global, None)?.sentiment(id)?))
}

/// All articles of a run, and where its results go.
pub struct Gathered {
    /// What could be read, in the order of the input.
    pub studied: Vec<Studied>,
    /// Name and error of what could not.
    pub failed: Vec<(String, String)>,
    /// Where results go.
    pub sink: Sink,
}

/// Reads and studies all articles, until the user stops it.
pub fn gather(
    input: &args::Input,
    run: &args::Run,
    out: Option<&Path>,
    vectors: Option<&dyn Vectors>,
    global: &Global,
) -> Result<Gathered> {
    let paths = settings::paths(input, global.quiet)?;
    settings::check_out(&[out], &paths)?;
    let sink = Sink::open(out)?;
    if !global.quiet {
        sink.tell_leftovers(None);
    }
    interrupt::listen(global.quiet)?;
    let options = settings::ingest_options(input, sink.files());
    let bar = RunBar::start(settings::shows_progress(global.quiet), || Total::of(&paths, &options));
    let inputs = ingest::open(paths, options);
    let (mut studied, mut failed) = (Vec::new(), Vec::new());
    let work = Work {
        jobs: settings::jobs(run),
        allowance: settings::allowance(run),
        vectors,
        stop: &interrupt::STOP,
    };
    study_all(inputs, &work, |result| -> Result<()> {
        bar.article(|| match result {
            Ok(article) => studied.push(article),
            Err(Failed { source, error }) => {
                let error = messages::words(&*error);
                messages::failure(&source, &error);
                failed.push((source, error));
            }
        });
        Ok(())
    })?;
    bar.finish();
    Ok(Gathered { studied, failed, sink })
}

impl Gathered {
    /// Closes the output, and tells what the results alone do not.
    pub fn finish(mut self) -> Result<Outcome> {
        self.sink.flush()?;
        let (articles, stopped) = (self.studied.len(), interrupt::stopped());
        if stopped {
            messages::notice(&format!(
                "stopped after {articles} articles; what they tell is written"
            ));
        } else if articles + self.failed.len() == 0 {
            messages::notice("there was no article in the input");
        }
        self.sink.finish(Run::ended(stopped, articles > 0))?;
        Ok(Outcome::of_reading(articles, self.failed.len(), stopped))
    }
}

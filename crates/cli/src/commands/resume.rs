//! Going on with a run that was cut short: `--resume` of `summarize`, `sentiment` and `check`.
//!
//! A run to a file keeps a journal beside it. One that resumes checks for each article of the journal that it is
//! what the input has in its place, and that the bytes of its result are those that were written; it copies them
//! into a file of its own, and goes on where either ends. What it was made of is never written to.

use std::{
    collections::{BTreeMap, VecDeque},
    fmt::Display,
    sync::{Arc, Mutex, PoisonError},
};

use anyhow::{Result, anyhow, ensure};
use sha2::{Digest as _, Sha256};
use standfirst_core::plugin::PluginInfo;
use standfirst_ingest::{IngestError, Pending};
use standfirst_summarizer::registry::Registry;

use crate::{
    args, interrupt, messages,
    output::{MadeWith, Mark, Sink, Unfinished, hexadecimal},
    render::State,
    revision::revision,
    settings,
};

/// Inputs on their way into a run.
pub type Inputs = Box<dyn Iterator<Item = Result<Pending, IngestError>> + Send>;

/// Source and checksum of inputs that were taken and whose results are not written yet, in order.
type Marks = Arc<Mutex<VecDeque<(String, String)>>>;

/// What an earlier run has done of this one.
#[derive(Clone, Copy, Debug, Default)]
pub struct Done {
    /// Articles.
    pub articles: u64,
    /// How many of them have an error in them.
    pub failed: u64,
    /// Sentences that their articles do not support.
    pub unsupported: usize,
    /// Whether any model has answered.
    pub answered: bool,
}

impl Done {
    fn add(&mut self, mark: &Mark) {
        self.articles += 1;
        self.failed += u64::from(mark.failed);
        self.unsupported += mark.unsupported;
        self.answered |= mark.answered;
    }
}

/// A run whose results a later one can go on with, if they go into a file.
pub struct Course {
    /// `None` where no journal is kept.
    marks: Option<Marks>,
    unfinished: Option<Unfinished>,
    quiet: bool,
}

impl Course {
    /// Looks for what is to be gone on with, and begins a journal where one can be kept.
    ///
    /// # Errors
    /// If a run is to be resumed that cannot be, or the journal cannot be written.
    pub fn begin(
        sink: &mut Sink,
        resume: bool,
        can_go_on: bool,
        made_with: &MadeWith,
        quiet: bool,
    ) -> Result<Self> {
        if resume {
            ensure!(
                can_go_on,
                "--resume is for results in lines: add --format jsonl, json, csv or parquet, or leave --resume out \
                 to begin anew"
            );
            ensure!(sink.is_file(), "--resume goes on with a file: name a regular one with --out");
        }
        let unfinished = if resume { sink.unfinished(made_with)? } else { None };
        let journaled = can_go_on && sink.is_file();
        if journaled {
            sink.keep_journal(made_with)?;
        }
        if !quiet {
            sink.tell_leftovers(unfinished.as_ref());
        }
        Ok(Self { marks: journaled.then(Marks::default), unfinished, quiet })
    }

    /// Takes over what an earlier run has done, and gives the inputs that are left. `go_on` is told the state
    /// of every step, and gives what makes the result whole then.
    ///
    /// # Errors
    /// If the input does not begin as that of the earlier run did, or the place is full.
    pub fn take_up(
        &mut self,
        mut inputs: Inputs,
        sink: &mut Sink,
        mut go_on: impl FnMut(State) -> &'static [u8],
    ) -> Result<(Inputs, Done)> {
        let mut done = Done::default();
        let Some(mut unfinished) = self.unfinished.take() else {
            return Ok((self.noting(inputs), done));
        };
        let mut again = Vec::new();
        let mut cut_off = false;
        while let Some((step, bytes)) = unfinished.next_step() {
            // Asked when there is more: a run that is stopped with all of it taken over has nothing to keep.
            cut_off = interrupt::stopped();
            if cut_off {
                break;
            }
            again.extend(inputs.by_ref().take(step.articles.len()));
            let found: Vec<_> = again.iter().map(identity).collect();
            let known = step.articles.iter().map(|mark| (&mark.source, &mark.input));
            if !found.iter().map(|(source, input)| (source, input)).eq(known) {
                if done.articles == 0 {
                    return Err(other_input(&unfinished, &step.articles[0], found.first()));
                }
                break;
            }
            again.clear();
            step.articles.iter().for_each(|mark| done.add(mark));
            let closing = go_on(step.state.clone());
            sink.take_over(step, &bytes, closing)?;
        }
        if !cut_off {
            self.taken_over(done, unfinished, sink)?;
        }
        Ok((self.noting(Box::new(again.into_iter().chain(inputs))), done))
    }

    /// Clears away what was taken over; nothing of it is lost.
    fn taken_over(&self, done: Done, unfinished: Unfinished, sink: &Sink) -> Result<()> {
        let (count, path) = (done.articles, unfinished.path().display().to_string());
        sink.sync()?;
        if count > 0 || unfinished.is_empty() {
            unfinished.remove();
        }
        if count > 0 && !self.quiet {
            messages::notice(&format!("going on after {count} articles, finished in {path}"));
        }
        Ok(())
    }

    fn noting(&self, inputs: Inputs) -> Inputs {
        let Some(marks) = self.marks.clone() else { return inputs };
        Box::new(inputs.inspect(move |input| {
            let identity = identity(input);
            marks.lock().unwrap_or_else(PoisonError::into_inner).push_back(identity);
        }))
    }

    /// The mark of the next article in order, which is done now; `None` where no journal is kept.
    pub fn mark(&self, failed: bool, answered: bool, unsupported: usize) -> Option<Mark> {
        let mut marks = self.marks.as_ref()?.lock().unwrap_or_else(PoisonError::into_inner);
        let (source, input) = marks.pop_front()?;
        Some(Mark { source, input, failed, answered, unsupported })
    }
}

/// Why nothing can be taken over.
fn other_input(
    unfinished: &Unfinished,
    then: &Mark,
    now: Option<&(String, String)>,
) -> anyhow::Error {
    let path = unfinished.path().display();
    let now = match now {
        Some((source, _)) if *source == then.source => format!("{source} has changed since"),
        Some((source, _)) => {
            format!("it begins with {}, and the input with {source}", then.source)
        }
        None => format!("it begins with {}, and the input is empty", then.source),
    };
    anyhow!("cannot go on with {path}: {now}; name the same articles, or delete it to begin anew")
}

/// Where an input comes from, and its checksum.
pub fn identity(input: &Result<Pending, IngestError>) -> (String, String) {
    let mut hasher = Sha256::new();
    let source = match input {
        Ok(pending) => {
            if let Err(error) = pending.stored(|bytes| hasher.update(bytes)) {
                hasher.update(error.to_string());
            }
            pending.source().to_string()
        }
        Err(error) => {
            hasher.update(messages::words(&error.kind));
            error.source.to_string()
        }
    };
    (source, hexadecimal(&hasher.finalize()))
}

/// All that the results of a command depend on beside the articles, as it is gathered.
#[derive(Default)]
pub struct Making {
    settings: BTreeMap<String, String>,
    models: BTreeMap<String, String>,
}

impl Making {
    /// A flag and what it comes to.
    pub fn with(mut self, flag: &str, value: impl Display) -> Self {
        self.settings.insert(flag.to_owned(), value.to_string());
        self
    }

    /// Models, under the flag that names them.
    pub fn models<'a>(
        mut self,
        flag: &str,
        models: impl IntoIterator<Item = &'a PluginInfo>,
        registry: &Registry,
    ) -> Self {
        let mut ids = Vec::new();
        for info in models {
            self.models.insert(info.id.clone(), revision(info, Some(registry)));
            ids.push(info.id.as_str());
        }
        let ids = if ids.is_empty() { "none".to_owned() } else { ids.join(",") };
        self.with(flag, ids)
    }

    /// What the articles are and may be.
    pub fn input(self, args: &args::Input) -> Self {
        let read_as = args.read_as.map_or("none".to_owned(), |format| format!("{format:?}"));
        self.with("--input-format", read_as)
            .fields(&args.fields)
            .with("--max-bytes", args.max_bytes)
    }

    /// What the fields of rows are called.
    pub fn fields(mut self, args: &args::Fields) -> Self {
        let fields = [
            ("--text-field", &args.text),
            ("--reference-field", &args.reference),
            ("--id-field", &args.id),
        ];
        for (flag, value) in fields {
            self = self.with(flag, value.as_deref().unwrap_or("none"));
        }
        self
    }

    /// How much work an article may be.
    pub fn run(self, args: &args::Run) -> Self {
        let allowance = settings::allowance(args);
        self.with("--max-sentences", allowance.sentences)
            .with("--max-seconds-per-article", args.max_seconds_per_article)
    }

    /// Of whom the tone is, where that is not of everybody.
    pub fn tone(self, args: args::Tone) -> Self {
        if args.no_targets { self.with("--no-targets", true) } else { self }
    }

    /// How long abstracts are, in which form, and what models that write are asked to do.
    ///
    /// # Errors
    /// As [`settings::form`].
    pub fn length(self, args: &args::Length) -> Result<Self> {
        let or_none = |value: Option<String>| value.unwrap_or_else(|| "none".to_owned());
        let form = settings::form(args)?;
        let with = self
            // The name is of before there was --chars: with another, no earlier results could be gone on with.
            .with("--sentences or --words", format!("{:?}", form.budget))
            .with("--mode", or_none(args.mode.map(|mode| format!("{mode:?}"))))
            .with("--long", or_none(args.long.map(|long| format!("{long:?}"))));
        // Results of before there were styles can still be gone on with.
        Ok(if form.style.is_usual() { with } else { with.with("--style", form.style.name()) })
    }

    /// What results look like.
    pub fn output(self, args: &args::Output) -> Result<Self> {
        let format = settings::format(args)?;
        Ok(self
            .with("--format", format!("{format:?}"))
            .with("--include-text", args.include_text)
            .with("--no-timings", args.no_timings))
    }

    /// All of it, of `command`.
    pub fn of(self, command: &str) -> MadeWith {
        MadeWith::new(command, self.settings, self.models)
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;

    /// What is stored of the flags that say how abstracts are made.
    fn stored(flags: &[&str]) -> BTreeMap<String, String> {
        let command = ["standfirst", "summarize", "a.txt"].iter().chain(flags);
        let args::Command::Summarize(args) = args::Cli::try_parse_from(command).unwrap().command
        else {
            panic!("another command")
        };
        Making::default().length(&args.models.length).unwrap().settings
    }

    #[test]
    fn results_of_before_there_were_styles_can_be_gone_on_with() {
        let names = |flags| stored(flags).into_keys().collect::<Vec<_>>();
        let before = ["--long", "--mode", "--sentences or --words"];
        assert_eq!(names(&[]), before);
        assert_eq!(names(&["--style", "standfirst"]), before);
        assert_eq!(stored(&["--chars", "90"])["--sentences or --words"], "Characters(90)");
        assert_eq!(stored(&["--style", "headline"])["--style"], "headline");
    }
}

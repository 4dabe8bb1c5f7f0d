//! What was typed. Every flag is described here and nowhere else: `--help`, the manual page and the
//! completions are made from these comments. What the flags mean together is [`crate::settings`].

mod feeds;
mod help;
mod length;
#[cfg(feature = "serve")]
pub mod served;
mod size;
mod stories;

use std::{
    num::{NonZeroU64, NonZeroUsize},
    path::PathBuf,
    time::Duration,
};

use clap::{Args, Parser, Subcommand, ValueEnum};
use standfirst_core::{article::Allowance, plugin};
use standfirst_ingest as ingest;
use standfirst_summarizer::abstractive;

pub use self::{
    feeds::FetchFeeds,
    stories::{Quotes, Storylines},
};
use crate::{
    config::Found,
    format::{CheckFormat, CleanFormat, Format, TableFormat},
};

/// Checked abstracts and tone for messy news articles, offline
///
/// Reads news articles as the web leaves them (plain text, Markdown, HTML, JSON, CSV, Parquet, feeds, web
/// archives; packed or not), repairs them (doubled bodies, teasers of other stories, boilerplate),
/// and gives for each an abstract whose every sentence points at the bytes it rests on, and its
/// tone, from as many models as you name, all articles in parallel. Nothing leaves this machine.
#[derive(Debug, Parser)]
#[command(name = "standfirst", version, max_term_width = 100, after_long_help = help::MAIN)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// Flags that every command takes.
    #[command(flatten)]
    pub global: Global,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Give every article an abstract per model, and its tone
    #[command(after_long_help = help::SUMMARIZE)]
    Summarize(Summarize),
    /// Give every article its tone only
    #[command(after_long_help = help::SENTIMENT)]
    Sentiment(Sentiment),
    /// Put the same articles through several models and set the models side by side
    #[command(after_long_help = help::COMPARE)]
    Compare(Compare),
    /// Score abstracts against references that people wrote, with confidence intervals
    #[command(after_long_help = help::EVALUATE)]
    Evaluate(Evaluate),
    /// Train a model on articles with references
    Train(Train),
    /// Say for each sentence of a summary, whoever wrote it, what in the article supports it
    #[command(after_long_help = help::check())]
    Check(Check),
    /// Print the repaired text, or what was cut, where and why
    #[command(after_long_help = help::CLEAN)]
    Clean(Clean),
    /// Tell what many articles have in common: copies, events, storylines, what happened when, who said what
    #[command(after_long_help = stories::STORYLINES)]
    Storylines(Storylines),
    /// Tell who said what, in one table over all articles
    #[command(after_long_help = stories::QUOTES)]
    Quotes(Quotes),
    /// Poll news feeds politely, and keep what is new in them as files
    #[command(after_long_help = feeds::EXAMPLES)]
    FetchFeeds(FetchFeeds),
    /// List, show, fetch, test and verify the models
    #[command(after_long_help = help::MODELS)]
    Models(Models),
    /// List, show, compare, export and clear out what runs with a store have found
    #[command(after_long_help = help::RUNS)]
    Runs(Runs),
    /// Show what a standfirst.toml sets
    #[command(after_long_help = help::CONFIG)]
    Config(Config),
    /// Say what is on this machine, what is missing and what to do about it
    Doctor,
    /// Print the completion script of a shell
    #[command(after_long_help = help::COMPLETIONS)]
    Completions {
        /// Which shell.
        shell: clap_complete::Shell,
    },
    /// Print the manual page, in the format of man(7)
    #[command(after_long_help = help::MAN)]
    Man {
        /// Write one page per command into this folder instead; it is made if need be
        #[arg(long, value_name = "DIR")]
        dir: Option<PathBuf>,
    },
    /// What others ask, rather than read.
    #[cfg(feature = "serve")]
    #[command(flatten)]
    Served(served::Served),
}

/// Flags that every command takes.
#[derive(Args, Debug)]
#[command(next_help_heading = "Global options")]
pub struct Global {
    /// When to use colour; `NO_COLOR` in the environment means never, unless `always` is given
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub color: Color,
    /// Results and errors only: no notices, no progress bar
    #[arg(long, short, global = true)]
    pub quiet: bool,
    /// Never touch the network (only `models fetch`, `fetch-feeds` and models behind a server ever do); also
    /// `STANDFIRST_OFFLINE=1`
    #[arg(long, global = true)]
    pub offline: bool,
    /// Memory that articles in flight may take together, such as 4GB: where it is little, fewer are
    /// worked on at once, and large ones alone. As much again for copies of networks of the engine
    /// rust-bert, where that is built in [default: three quarters of what is free]
    #[arg(long, global = true, value_name = "SIZE", value_parser = size::parse)]
    pub max_memory: Option<u64>,
    /// What networks that read compute in: 32-bit numbers, or 8-bit integers, some twice as fast
    /// [default: what a model's card says, or else f32]
    #[arg(long, global = true, value_name = "WHAT")]
    pub precision: Option<Precision>,
    /// A folder of further model cards (*.toml); may be repeated
    #[arg(long, global = true, value_name = "DIR")]
    pub cards: Vec<PathBuf>,
    /// Keep results in this folder, and compute none twice, whatever an article is called (summarize,
    /// sentiment, check, compare, evaluate); `runs` shows what is there. Also `STANDFIRST_STORE`
    #[arg(long, global = true, value_name = "DIR")]
    pub store: Option<PathBuf>,
    /// Take flags that are not given from this file, instead of the standfirst.toml in this folder or the
    /// nearest above
    #[arg(long, global = true, value_name = "FILE", conflicts_with = "no_config")]
    pub config: Option<PathBuf>,
    /// Take them from no file
    #[arg(long, global = true)]
    pub no_config: bool,
    /// And from the table [profile.NAME] of the file first
    #[arg(long, global = true, value_name = "NAME", conflicts_with = "no_config")]
    pub profile: Option<String>,
    /// What a configuration brings that was found.
    #[arg(skip)]
    pub found: Found,
}

/// What networks that read compute in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Precision {
    /// 32-bit numbers, as networks are trained.
    F32,
    /// 8-bit integers, rounded a block at a time.
    Int8,
}

impl From<Precision> for standfirst_core::card::Precision {
    fn from(precision: Precision) -> Self {
        match precision {
            Precision::F32 => Self::F32,
            Precision::Int8 => Self::Int8,
        }
    }
}

/// When to use colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal.
    Auto,
    /// Also into files and pipes.
    Always,
    /// Not at all.
    Never,
}

/// What to read.
#[derive(Args, Debug)]
#[command(next_help_heading = "Input")]
pub struct Input {
    /// Files, folders (recursive, sorted), globs, or `-` for standard input
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// Read every input as this, instead of telling by extension and content
    #[arg(long = "input-format", value_name = "FORMAT")]
    pub read_as: Option<InputFormat>,
    /// Largest article; longer ones are reported and passed over. Units: k, MB, GB (1,000), KiB,
    /// MiB, GiB (1,024)
    #[arg(long, value_name = "SIZE", value_parser = size::parse,
          default_value_t = ingest::Options::MAX_BYTES)]
    pub max_bytes: u64,
    /// What the fields of rows are called.
    #[command(flatten)]
    pub fields: Fields,
}

/// What the fields of JSON, CSV and Parquet are called, where the well-known names will not do.
#[derive(Args, Debug, Default)]
#[command(next_help_heading = "Input")]
pub struct Fields {
    /// Field of JSON, CSV and Parquet that holds the article [default: the first there is of text, article,
    /// body, content, document]
    #[arg(long = "text-field", id = "text-field", value_name = "NAME")]
    pub text: Option<String>,
    /// Field that holds the reference; it comes back as `reference` [default: the first there is of
    /// reference, summary, highlights, abstract]
    #[arg(long = "reference-field", id = "reference-field", value_name = "NAME")]
    pub reference: Option<String>,
    /// Field that holds the id [default: id, else guid, else the place in the file]
    #[arg(long = "id-field", id = "id-field", value_name = "NAME")]
    pub id: Option<String>,
}

impl From<&Fields> for ingest::Fields {
    fn from(fields: &Fields) -> Self {
        Self {
            text: fields.text.clone(),
            reference: fields.reference.clone(),
            id: fields.id.clone(),
            ..Self::default()
        }
    }
}

/// How the inputs are to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum InputFormat {
    /// Plain text.
    Text,
    /// Markdown.
    Markdown,
    /// Web pages.
    Html,
    /// JSON Lines: `{"id", "text", "title"?, "published"?, "url"?}` a line.
    Jsonl,
    /// JSON: an array of such objects, a single one, or an object that holds a list of them.
    Json,
    /// Values between commas, semicolons, tabs or bars, with a header and a `text` column.
    #[value(alias = "tsv")]
    Csv,
    /// A table of Parquet, with a `text` column.
    Parquet,
    /// RSS, Atom or JSON Feed.
    Feed,
    /// A web archive, an article a page.
    Warc,
}

impl From<InputFormat> for ingest::Format {
    fn from(format: InputFormat) -> Self {
        match format {
            InputFormat::Text => Self::Text,
            InputFormat::Markdown => Self::Markdown,
            InputFormat::Html => Self::Html,
            InputFormat::Jsonl => Self::Jsonl,
            InputFormat::Json => Self::Json,
            InputFormat::Csv => Self::Csv,
            InputFormat::Parquet => Self::Parquet,
            InputFormat::Feed => Self::Feed,
            InputFormat::Warc => Self::Warc,
        }
    }
}

/// Where results go, and in what form.
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
#[derive(Args, Debug)]
#[command(next_help_heading = "Output")]
pub struct Output {
    /// Form of the results [default: by the ending of --out, else text]
    #[arg(long, short, value_name = "FORMAT")]
    pub format: Option<Format>,
    /// Write here instead of standard output. What is finished stands beside it in
    /// FILE.xxxxxx.partial, which becomes FILE at the end of the run and not before; see --resume
    #[arg(long, short, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Go on with what a run to the same --out had finished when it was stopped or killed, if there
    /// is any: the result is that of a run that never stopped (formats json, jsonl, csv and parquet)
    #[arg(long, requires = "out")]
    pub resume: bool,
    /// Go on with what comes: articles that are new or have changed in the files and folders named, until
    /// Ctrl-C, which ends the run well
    #[arg(long, conflicts_with = "resume", help_heading = "Run")]
    pub watch: bool,
    /// Put the text that all offsets point into in every JSON result
    #[arg(long)]
    pub include_text: bool,
    /// Leave the wall-clock times out of JSON results, so that equal runs give equal bytes
    #[arg(long)]
    pub no_timings: bool,
}

/// Who checks sentences that are not the article's own.
#[derive(Args, Debug)]
pub struct Judge {
    /// Model of entailment that the check asks about sentences that are not the article's own, beside
    /// the words [default: words alone]
    #[arg(long, value_name = "ID", help_heading = "Models")]
    pub check_model: Option<String>,
}

/// How to work.
#[derive(Args, Debug)]
#[command(next_help_heading = "Run")]
pub struct Run {
    /// Articles worked on at once; the results are the same for any N [default: one per core]
    #[arg(long, short, value_name = "N")]
    pub jobs: Option<NonZeroUsize>,
    /// How long a model, the repair or the check may work on an article; one that takes longer has that
    /// as its error, and the others go on
    #[arg(long, value_name = "SECONDS", default_value_t = seconds(Allowance::TIME))]
    pub max_seconds_per_article: NonZeroU64,
    /// Sentences of an article that a network reads; what follows is listed as unread
    #[arg(long, value_name = "N", default_value_t = Allowance::SENTENCES)]
    pub max_sentences: NonZeroUsize,
}

/// Whole seconds, at least one.
fn seconds(time: Duration) -> NonZeroU64 {
    NonZeroU64::new(time.as_secs()).unwrap_or(NonZeroU64::MIN)
}

/// `standfirst summarize`.
#[derive(Args, Debug)]
pub struct Summarize {
    /// What to read.
    #[command(flatten)]
    pub input: Input,
    /// Which models.
    #[command(flatten)]
    pub models: SummarizeModels,
    /// Where results go.
    #[command(flatten)]
    pub output: Output,
    /// List every cut with its first words (format text only)
    #[arg(long, help_heading = "Output")]
    pub show_cuts: bool,
    /// How to work.
    #[command(flatten)]
    pub run: Run,
    /// End with status 1 if a sentence of an abstract is not supported by its article
    #[arg(long, help_heading = "Run")]
    pub strict: bool,
}

/// Which models summarise and rate, and how long the abstracts are.
#[derive(Args, Debug)]
#[command(next_help_heading = "Models")]
pub struct SummarizeModels {
    /// Summarisers, several with commas or by repeating the flag; see `standfirst models list`
    /// [default: the best one that is on this machine]
    #[arg(long, short, value_name = "ID", value_delimiter = ',')]
    pub model: Vec<String>,
    /// Models that judge the tone, several with commas or by repeating the flag [default: news-tone, or
    /// vader beside summarisers that need no files]
    #[arg(long, value_name = "ID", value_delimiter = ',', conflicts_with = "no_sentiment")]
    pub sentiment_model: Vec<String>,
    /// Abstracts only
    #[arg(long)]
    pub no_sentiment: bool,
    /// Of whom the tone is.
    #[command(flatten)]
    pub tone: Tone,
    /// Who checks them.
    #[command(flatten)]
    pub judge: Judge,
    /// How long the abstracts are.
    #[command(flatten)]
    pub length: Length,
}

/// Of whom the tone is.
#[derive(Args, Clone, Copy, Debug, Default)]
pub struct Tone {
    /// Tone of articles and their sentences alone, not towards those whom they name: faster, as nobody need be
    /// found. A "target" that a line of the input asks about is answered all the same
    #[arg(long, help_heading = "Models")]
    pub no_targets: bool,
}

/// How long the abstracts are.
#[derive(Args, Debug)]
pub struct Length {
    /// Length of an abstract in sentences [default: 3]
    #[arg(long, short = 'n', value_name = "N", value_parser = length::sentences,
          conflicts_with_all = ["words", "chars"])]
    pub sentences: Option<NonZeroUsize>,
    /// Length of an abstract in words, at most, in whole sentences; the shortest is one sentence,
    /// however small N is
    #[arg(long, short, value_name = "N", value_parser = length::words, conflicts_with = "chars")]
    pub words: Option<NonZeroUsize>,
    /// Length of an abstract in characters, at most, in whole sentences, blanks between them among the
    /// characters; the shortest is one sentence, however small N is
    #[arg(long, value_name = "N", value_parser = length::characters)]
    pub chars: Option<NonZeroUsize>,
    /// In which form abstracts are wanted; its own limit holds beside --words and --chars [default:
    /// standfirst]
    #[arg(long, value_name = "STYLE")]
    pub style: Option<Style>,
    /// What models that write are asked to do; no effect on others [default: rewrite]
    #[arg(long, value_name = "MODE")]
    pub mode: Option<Mode>,
    /// With --mode generate: what becomes of an article that is longer than a model that writes can
    /// read; no effect on others [default: pick]
    #[arg(long, value_name = "HOW")]
    pub long: Option<Long>,
}

/// The form of an abstract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Style {
    /// A few sentences: as many as --sentences, --words or --chars say.
    Standfirst,
    /// One line of at most 12 words, without a full stop. Where the best sentence is not as short, it is the
    /// article's own title.
    Headline,
    /// A list of as many points as --sentences says, each of which is understood without the others.
    Bullets,
    /// One sentence.
    Brief,
    /// Whole sentences, at most 280 characters in all. Leave room for a link with --chars 256.
    Social,
}

impl From<Style> for plugin::Style {
    fn from(style: Style) -> Self {
        match style {
            Style::Standfirst => Self::Standfirst,
            Style::Headline => Self::Headline,
            Style::Bullets => Self::Bullets,
            Style::Brief => Self::Brief,
            Style::Social => Self::Social,
        }
    }
}

/// What a model that writes is asked to do. No effect on models that copy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Mode {
    /// It rewrites the sentences that say most; what the article does not support of its answer is
    /// replaced by the article's own sentences.
    Rewrite,
    /// It summarises the article, and what it writes stands, checked.
    Generate,
    /// It is not asked: the sentences that say most are the abstract.
    Extract,
}

impl From<Mode> for abstractive::Mode {
    fn from(mode: Mode) -> Self {
        match mode {
            Mode::Rewrite => Self::Rewrite,
            Mode::Generate => Self::Generate,
            Mode::Extract => Self::Extract,
        }
    }
}

/// What becomes of an article that is longer than a model reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Long {
    /// Its first sentences are read; the rest is listed as unread.
    First,
    /// It is read in parts, and the abstracts of the parts are summarised again.
    Split,
    /// The sentences that say most are read; the rest is listed as unread.
    Pick,
}

impl From<Long> for abstractive::Long {
    fn from(long: Long) -> Self {
        match long {
            Long::First => Self::First,
            Long::Split => Self::Split,
            Long::Pick => Self::Pick,
        }
    }
}

/// `standfirst compare`.
#[derive(Args, Debug)]
pub struct Compare {
    /// What `evaluate` takes, too.
    #[command(flatten)]
    pub survey: Survey,
    /// Write a page here as well, to be opened in a browser: every abstract beside its article, the
    /// figures as plots, blind votes. One file, which needs no network
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    pub page: Option<PathBuf>,
    /// Summaries that another model made, as a model to compare: rows with an id and a summary, or our own
    /// results [default NAME: what the file calls its models, or its name]
    #[arg(long, value_name = "[NAME=]FILE", help_heading = "Models")]
    pub predictions: Vec<String>,
    /// Blind votes that a page exported: how strong they say each model is
    #[arg(long, value_name = "FILE", help_heading = "Input")]
    pub votes: Option<PathBuf>,
}

/// What `standfirst compare` and `standfirst evaluate` share.
#[derive(Args, Debug)]
pub struct Survey {
    /// What to read.
    #[command(flatten)]
    pub input: Input,
    /// Summarisers, several with commas or by repeating the flag; see `standfirst models list`
    #[arg(long, short, value_name = "ID", value_delimiter = ',', help_heading = "Models")]
    pub model: Vec<String>,
    /// Who checks their abstracts.
    #[command(flatten)]
    pub judge: Judge,
    /// How long the abstracts are.
    #[command(flatten)]
    pub length: Length,
    /// Compare texts by the embeddings of MiniLM as well; takes a while, and the files of centroid
    #[arg(long, help_heading = "Output")]
    pub embeddings: bool,
    /// Form of the figures [default: by the ending of --out, else text]
    #[arg(long, short, value_name = "FORMAT", help_heading = "Output")]
    pub format: Option<TableFormat>,
    /// Write the figures here instead of standard output
    #[arg(long, short, value_name = "FILE", help_heading = "Output")]
    pub out: Option<PathBuf>,
    /// Leave the wall-clock times out, so that equal runs give equal bytes
    #[arg(long, help_heading = "Output")]
    pub no_timings: bool,
    /// How to work.
    #[command(flatten)]
    pub run: Run,
}

/// `standfirst evaluate`.
#[derive(Args, Debug)]
pub struct Evaluate {
    /// What `compare` takes, too.
    #[command(flatten)]
    pub survey: Survey,
    /// What is scored; --model then names models of that kind
    #[arg(long, value_name = "TASK", default_value = "summaries", help_heading = "Models")]
    pub task: Task,
    /// Say how far each measure agrees with people, on summaries that they have judged: no model is asked, and
    /// each row holds an article, a summary of it and what people think of that
    #[arg(long, help_heading = "Input", conflicts_with_all = WITHOUT_META)]
    pub meta: bool,
    /// Compare words as they stand, without the Porter stemmer
    #[arg(long, help_heading = "Output")]
    pub no_stemming: bool,
    /// Keep what was scored in this file, and go on from there if it exists: for evaluations that
    /// take long
    #[arg(long, value_name = "FILE", help_heading = "Run")]
    pub resume: Option<PathBuf>,
}

/// Flags of `evaluate` that say how abstracts are made, or where scores of them wait: with --meta none is made.
pub const WITHOUT_META: [&str; 9] =
    ["model", "task", "resume", "sentences", "words", "chars", "style", "mode", "long"];

/// What `evaluate` scores.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Task {
    /// Abstracts, against the "reference" of each line.
    Summaries,
    /// Tone, against the "label" of each line: towards its "target", or of the whole text where a line
    /// has none.
    TargetSentiment,
}

/// `standfirst train`.
#[derive(Args, Debug)]
pub struct Train {
    /// What is trained.
    #[command(subcommand)]
    pub what: TrainWhat,
}

/// What can be trained.
#[derive(Debug, Subcommand)]
pub enum TrainWhat {
    /// A head for the summariser `salience`, in minutes, on this machine
    #[command(after_long_help = help::TRAIN_SALIENCE)]
    Salience(TrainSalience),
}

/// `standfirst train salience`.
#[derive(Args, Debug)]
pub struct TrainSalience {
    /// JSON Lines with "text" and "reference", an article a line
    #[arg(required = true, value_name = "DATA")]
    pub data: Vec<PathBuf>,
    /// Folder for the head and its card; it is made if need be
    #[arg(long, short, value_name = "DIR")]
    pub out: PathBuf,
    /// Articles to score the head on; may be repeated [default: a tenth of the data, held out]
    #[arg(long, value_name = "FILE")]
    pub dev: Vec<PathBuf>,
    /// What the model is to be called
    #[arg(long, value_name = "ID", default_value = "my-salience")]
    pub id: String,
    /// Where all chance comes from: the same seed and the same data give the same head
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub seed: u64,
    /// Sentences of the abstracts it is trained for
    #[arg(long, short = 'n', value_name = "N", value_parser = length::sentences,
          default_value = "3")]
    pub sentences: NonZeroUsize,
    /// How to work.
    #[command(flatten)]
    pub run: Run,
}

/// `standfirst sentiment`.
#[derive(Args, Debug)]
pub struct Sentiment {
    /// What to read.
    #[command(flatten)]
    pub input: Input,
    /// Models, several with commas or by repeating the flag [default: news-tone]
    #[arg(long, short, value_name = "ID", value_delimiter = ',', help_heading = "Models")]
    pub model: Vec<String>,
    /// Of whom the tone is.
    #[command(flatten)]
    pub tone: Tone,
    /// Where results go.
    #[command(flatten)]
    pub output: Output,
    /// How to work.
    #[command(flatten)]
    pub run: Run,
}

/// `standfirst check`.
#[derive(Args, Debug)]
pub struct Check {
    /// The article and its summary; or one file of JSON Lines, or `-`, with an article under "text"
    /// and its summary under "summary" in each line; or, with --articles, summaries alone
    #[arg(value_name = "PATH", num_args = 0..=2, help_heading = "Input")]
    pub paths: Vec<PathBuf>,
    /// Where the articles are whose summaries PATH holds: files, folders or globs. A summary and its
    /// article have the same id
    #[arg(long, value_name = "PATH", num_args = 1.., help_heading = "Input")]
    pub articles: Vec<PathBuf>,
    /// Largest article; longer ones are reported and passed over. Units: k, MB, GB (1,000), KiB,
    /// MiB, GiB (1,024)
    #[arg(long, value_name = "SIZE", value_parser = size::parse,
          default_value_t = ingest::Options::MAX_BYTES, help_heading = "Input")]
    pub max_bytes: u64,
    /// What the fields of rows are called.
    #[command(flatten)]
    pub fields: Fields,
    /// Who checks them.
    #[command(flatten)]
    pub judge: Judge,
    /// Form of the results [default: by the ending of --out, else text]
    #[arg(long, short, value_name = "FORMAT", help_heading = "Output")]
    pub format: Option<CheckFormat>,
    /// Write here instead of standard output, as `summarize --out` does
    #[arg(long, short, value_name = "FILE", help_heading = "Output")]
    pub out: Option<PathBuf>,
    /// Go on with what a run to the same --out had finished, as `summarize --resume` does
    #[arg(long, requires = "out", help_heading = "Output")]
    pub resume: bool,
    /// How to work.
    #[command(flatten)]
    pub run: Run,
    /// End with status 1 if a sentence of a summary is not supported by its article
    #[arg(long, help_heading = "Run")]
    pub strict: bool,
}

/// `standfirst clean`.
#[derive(Args, Debug)]
pub struct Clean {
    /// What to read.
    #[command(flatten)]
    pub input: Input,
    /// Show the kept and the cut text with place, reason and confidence
    #[arg(long, conflicts_with = "format", help_heading = "Output")]
    pub diff: bool,
    /// Form of the results [default: by the ending of --out, else text]
    #[arg(long, short, value_name = "FORMAT", help_heading = "Output")]
    pub format: Option<CleanFormat>,
    /// Write here instead of standard output, as `summarize --out` does
    #[arg(long, short, value_name = "FILE", help_heading = "Output")]
    pub out: Option<PathBuf>,
    /// Articles worked on at once; the results are the same for any N [default: one per core]
    #[arg(long, short, value_name = "N", help_heading = "Run")]
    pub jobs: Option<NonZeroUsize>,
}

/// `standfirst runs`.
#[derive(Args, Debug)]
pub struct Runs {
    /// What to do.
    #[command(subcommand)]
    pub command: RunsCommand,
}

/// What can be done with runs. A run is named by the beginning of its name, or `latest`.
#[derive(Debug, Subcommand)]
pub enum RunsCommand {
    /// List every run: when, which command, how many articles, how it ended, which models
    List {
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Show all that is known about a run
    Show {
        /// Which one
        #[arg(value_name = "RUN", default_value = "latest")]
        run: String,
    },
    /// Say which articles are new, gone, or have another abstract, verdict or tone
    Diff {
        /// The earlier run
        #[arg(value_name = "BEFORE")]
        before: String,
        /// The later run
        #[arg(value_name = "AFTER", default_value = "latest")]
        after: String,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Write the results of a run as JSON Lines, as `summarize --format jsonl --no-timings` does
    Export {
        /// Which one
        #[arg(value_name = "RUN", default_value = "latest")]
        run: String,
        /// Write here instead of standard output
        #[arg(long, short, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// Clear out results that no run has, and what was torn
    Gc {
        /// Forget all runs but the last N, and with them the results that only they have
        #[arg(long, value_name = "N")]
        keep: Option<usize>,
    },
}

/// `standfirst config`.
#[derive(Args, Debug)]
pub struct Config {
    /// What to do.
    #[command(subcommand)]
    pub command: ConfigCommand,
}

/// What can be done with configurations.
#[derive(Debug, Subcommand)]
pub enum ConfigCommand {
    /// Show every setting of a command, what it is and where that comes from
    Show {
        /// Which command
        #[arg(value_name = "COMMAND", default_value = "summarize")]
        command: String,
    },
}

/// `standfirst models`.
#[derive(Args, Debug)]
pub struct Models {
    /// What to do.
    #[command(subcommand)]
    pub command: ModelsCommand,
}

/// What can be done with models.
#[derive(Debug, Subcommand)]
pub enum ModelsCommand {
    /// List every model: what it does, whether it is on this machine, its size and licence
    List {
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Show all that is known about a model
    Show {
        /// Which one
        #[arg(value_name = "ID")]
        id: String,
    },
    /// Download what the models need, and check it
    Fetch {
        /// Which ones [default: what the default model needs]
        #[arg(value_name = "ID")]
        ids: Vec<String>,
        /// Every model there is
        #[arg(long, conflicts_with = "ids")]
        all: bool,
    },
    /// Put models through the contract that every plugin keeps, and tell what they break
    Test {
        /// Which ones: ids, or paths of card files
        #[arg(value_name = "ID|CARD", required = true)]
        ids: Vec<String>,
    },
    /// Read every file of the models again and compare size and SHA-256
    Verify {
        /// Which ones; a file of theirs that is not on this machine is an error [default: all, and what
        /// is not on this machine is only told]
        #[arg(value_name = "ID")]
        ids: Vec<String>,
    },
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn clap_finds_no_contradiction() {
        Cli::command().debug_assert();
    }

    #[test]
    fn models_are_listed_with_commas_or_by_repetition() {
        let cli =
            Cli::parse_from(["standfirst", "summarize", "-m", "lead,lexrank", "-m", "kl", "x"]);
        let Command::Summarize(args) = cli.command else { panic!("another command") };
        assert_eq!(args.models.model, ["lead", "lexrank", "kl"]);
        assert_eq!(args.input.max_bytes, ingest::Options::MAX_BYTES);
    }

    #[test]
    fn nothing_is_made_by_a_model_where_people_judge_measures() {
        let parse = |more: &[&str]| {
            Cli::try_parse_from([&["standfirst", "evaluate", "--meta", "x"], more].concat())
        };
        assert!(parse(&["--check-model", "entail", "--no-stemming", "--embeddings"]).is_ok());
        for more in [
            &["-m", "lead"][..],
            &["--resume", "y"],
            &["-n", "2"],
            &["-w", "20"],
            &["--chars", "90"],
            &["--mode", "extract"],
            &["--long", "first"],
            &["--task", "summaries"],
        ] {
            let refused = parse(more).unwrap_err().to_string();
            assert!(refused.contains("--meta") && refused.contains("cannot be used"), "{refused}");
        }
    }

    #[test]
    fn lengths_exclude_one_another() {
        for [one, other] in [["-n", "-w"], ["-n", "--chars"], ["-w", "--chars"]] {
            let both = ["standfirst", "summarize", one, "2", other, "50", "x"];
            assert!(Cli::try_parse_from(both).is_err(), "{one} {other}");
        }
        let refused = |flag, value| {
            let cli = Cli::try_parse_from(["standfirst", "summarize", flag, value, "x"]);
            cli.unwrap_err().to_string()
        };
        assert!(refused("-n", "0").contains("an abstract has at least one sentence"));
        assert!(refused("-w", "0").contains("an abstract has at least one word"));
        assert!(refused("-n", "many").contains("is not a whole number"));
    }
}

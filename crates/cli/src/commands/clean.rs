//! `standfirst clean`: the repaired text, or what was cut, where and why.

use std::io::{self, Write as _};

use anyhow::Result;
use standfirst_core::{article::Article, report::Repaired};
use standfirst_ingest as ingest;
use standfirst_ingest::{IngestError, Pending};
use standfirst_text::repair::clean;

use crate::{
    args::{self, Global},
    exit::Outcome,
    format::CleanFormat,
    in_order::in_order,
    interrupt, messages,
    output::{Run, Sink},
    render::{Look, diff, safe},
    settings,
};

/// Repairs every input, several at once, and prints them in turn.
pub fn run(args: &args::Clean, global: &Global) -> Result<Outcome> {
    let paths = settings::paths(&args.input, global.quiet)?;
    settings::check_out(&[args.out.as_deref()], &paths)?;
    interrupt::listen(global.quiet)?;
    let form = Form::of(args, global)?;
    let mut printer = Printer::new(args, global)?;
    let options = settings::ingest_options(&args.input, printer.sink.files());
    let inputs = ingest::open(paths, options).take_while(|_| !interrupt::stopped());
    let jobs = settings::threads(args.jobs);
    in_order(inputs, jobs, move |input| Piece::of(input, form), |piece| printer.put(piece))?;
    printer.finish()
}

/// The form in which articles are written.
#[derive(Clone, Copy)]
enum Form {
    /// Repaired text. Made harmless if somebody looks at it, exact if it goes on into a file.
    Text {
        harmless: bool,
    },
    Diff(Look),
    Jsonl,
}

impl Form {
    fn of(args: &args::Clean, global: &Global) -> Result<Self> {
        let out = args.out.as_deref();
        Ok(match (args.diff, settings::clean_format(args)?) {
            (true, _) => Self::Diff(settings::look(global.color, out, false)),
            (false, CleanFormat::Jsonl) => Self::Jsonl,
            (false, CleanFormat::Text) => Self::Text { harmless: settings::in_view(out) },
        })
    }
}

/// What one input became.
struct Piece {
    source: String,
    /// As it is written, and why there is no article.
    written: io::Result<Vec<u8>>,
    error: Option<String>,
}

impl Piece {
    fn of(input: Result<Pending, IngestError>, form: Form) -> Self {
        let source = match &input {
            Ok(pending) => pending.source().to_string(),
            Err(error) => error.source.to_string(),
        };
        let article = input
            .and_then(Pending::read)
            .map_err(|error| messages::words(&error.kind))
            .and_then(|document| clean(document).map_err(|error| error.to_string()));
        let written = match &article {
            Ok(article) => form.article(&source, article),
            Err(error) => form.failure(&source, error),
        };
        Self { source, written, error: article.err() }
    }
}

impl Form {
    fn article(self, source: &str, article: &Article) -> io::Result<Vec<u8>> {
        match self {
            Self::Text { harmless } => {
                let text = article.repaired();
                Ok(if harmless { safe::lines(&text) } else { text }.into_bytes())
            }
            Self::Diff(look) => {
                let mut page = Vec::new();
                diff::render(article.document(), article.cuts(), look, &mut page)?;
                Ok(page)
            }
            Self::Jsonl => line(&Repaired::of(source, article)),
        }
    }

    fn failure(self, source: &str, error: &str) -> io::Result<Vec<u8>> {
        match self {
            Self::Jsonl => line(&Repaired::failed(source, error)),
            Self::Text { .. } | Self::Diff(_) => Ok(Vec::new()),
        }
    }
}

fn line(report: &Repaired<'_>) -> io::Result<Vec<u8>> {
    let mut line = serde_json::to_vec(report)?;
    line.push(b'\n');
    Ok(line)
}

/// Writes one article after the other and remembers failures.
struct Printer {
    form: Form,
    sink: Sink,
    /// The text of the first article, held back until it is known whether it is the only one.
    first: Option<(String, Vec<u8>)>,
    articles: usize,
    failed: usize,
}

impl Printer {
    fn new(args: &args::Clean, global: &Global) -> Result<Self> {
        let sink = Sink::open(args.out.as_deref())?;
        if !global.quiet {
            sink.tell_leftovers(None);
        }
        Ok(Self { form: Form::of(args, global)?, sink, first: None, articles: 0, failed: 0 })
    }

    fn put(&mut self, piece: Piece) -> io::Result<()> {
        let written = piece.written?;
        if let Some(error) = &piece.error {
            self.failed += 1;
            messages::failure(&piece.source, error);
            self.sink.write_all(&written)?;
        } else {
            self.articles += 1;
            self.article(piece.source, written)?;
        }
        self.sink.checkpoint(b"")
    }

    fn article(&mut self, source: String, written: Vec<u8>) -> io::Result<()> {
        match self.form {
            Form::Text { .. } => return self.text(source, written),
            Form::Diff(_) if self.articles > 1 => writeln!(self.sink)?,
            Form::Diff(_) | Form::Jsonl => {}
        }
        self.sink.write_all(&written)
    }

    /// A single article stands alone, several under the names of their sources.
    fn text(&mut self, source: String, text: Vec<u8>) -> io::Result<()> {
        if self.articles == 1 {
            self.first = Some((source, text));
            return Ok(());
        }
        if let Some((source, text)) = self.first.take() {
            write!(self.sink, "==> {} <==\n\n", safe::line(&source))?;
            self.sink.write_all(&text)?;
        }
        write!(self.sink, "\n==> {} <==\n\n", safe::line(&source))?;
        self.sink.write_all(&text)
    }

    fn finish(mut self) -> Result<Outcome> {
        if let Some((_, text)) = self.first.take() {
            self.sink.write_all(&text)?;
        }
        let interrupted = interrupt::stopped();
        self.sink.finish(Run::ended(interrupted, self.articles > 0))?;
        Ok(Outcome::of_reading(self.articles, self.failed, interrupted))
    }
}

//! `standfirst clean`: the repaired text, or what was cut, where and why.

use std::io::{self, IsTerminal as _, Write as _};

use anyhow::Result;
use standfirst_core::{article::Article, report::Repaired};
use standfirst_ingest as ingest;
use standfirst_ingest::{IngestError, Pending};
use standfirst_text::repair::clean;

use crate::{
    args::{self, Global},
    exit::Outcome,
    format::CleanFormat,
    interrupt, messages,
    output::{Run, Sink},
    render::{Look, diff, safe},
    settings,
};

/// Repairs every input in turn.
pub fn run(args: &args::Clean, global: &Global) -> Result<Outcome> {
    let paths = settings::paths(&args.input)?;
    settings::check_out(&[args.out.as_deref()], &paths)?;
    interrupt::listen(global.quiet)?;
    let mut printer = Printer::new(args, global)?;
    let options = settings::ingest_options(&args.input, printer.sink.files());
    let inputs = ingest::open(paths, options);
    for input in inputs.take_while(|_| !interrupt::stopped()) {
        printer.input(input)?;
    }
    printer.finish()
}

/// The form in which articles are written.
enum Form {
    /// Repaired text. Made harmless if somebody looks at it, exact if it goes on into a file.
    Text {
        harmless: bool,
    },
    Diff(Look),
    Jsonl,
}

/// Writes one article after the other and remembers failures.
struct Printer {
    form: Form,
    sink: Sink,
    /// The text of the first article, held back until it is known whether it is the only one.
    first: Option<(String, String)>,
    articles: usize,
    failed: usize,
}

impl Printer {
    fn new(args: &args::Clean, global: &Global) -> Result<Self> {
        let out = args.out.as_deref();
        let form = match (args.diff, settings::clean_format(args)?) {
            (true, _) => Form::Diff(settings::look(global.color, out, false)),
            (false, CleanFormat::Jsonl) => Form::Jsonl,
            (false, CleanFormat::Text) => {
                Form::Text { harmless: out.is_none() && io::stdout().is_terminal() }
            }
        };
        let sink = Sink::open(out)?;
        if !global.quiet {
            sink.tell_leftovers();
        }
        Ok(Self { form, sink, first: None, articles: 0, failed: 0 })
    }

    fn input(&mut self, input: Result<Pending, IngestError>) -> io::Result<()> {
        let source = match &input {
            Ok(pending) => pending.source().to_string(),
            Err(error) => error.source.to_string(),
        };
        let article = input
            .and_then(Pending::read)
            .map_err(|error| messages::words(&error.kind))
            .and_then(|document| clean(document).map_err(|error| error.to_string()));
        match article {
            Ok(article) => self.article(&source, &article)?,
            Err(error) => self.failure(&source, &error)?,
        }
        self.sink.checkpoint(b"")
    }

    fn article(&mut self, source: &str, article: &Article) -> io::Result<()> {
        self.articles += 1;
        match self.form {
            Form::Text { harmless } => {
                let text = article.repaired();
                self.text(source, if harmless { safe::lines(&text) } else { text })
            }
            Form::Diff(look) => {
                if self.articles > 1 {
                    writeln!(self.sink)?;
                }
                diff::render(article.document(), article.cuts(), look, &mut self.sink)
            }
            Form::Jsonl => self.line(&Repaired::of(source, article)),
        }
    }

    /// A single article stands alone, several under the names of their sources.
    fn text(&mut self, source: &str, text: String) -> io::Result<()> {
        if self.articles == 1 {
            self.first = Some((source.to_owned(), text));
            return Ok(());
        }
        if let Some((source, text)) = self.first.take() {
            write!(self.sink, "==> {} <==\n\n{text}", safe::line(&source))?;
        }
        write!(self.sink, "\n==> {} <==\n\n{text}", safe::line(source))
    }

    fn failure(&mut self, source: &str, error: &str) -> io::Result<()> {
        self.failed += 1;
        messages::failure(source, error);
        match self.form {
            Form::Jsonl => self.line(&Repaired::failed(source, error)),
            Form::Text { .. } | Form::Diff(_) => Ok(()),
        }
    }

    fn line(&mut self, report: &Repaired<'_>) -> io::Result<()> {
        serde_json::to_writer(&mut self.sink, report)?;
        self.sink.write_all(b"\n")
    }

    fn finish(mut self) -> Result<Outcome> {
        if let Some((_, text)) = self.first.take() {
            self.sink.write_all(text.as_bytes())?;
        }
        let cut_short = interrupt::stopped() || self.articles == 0;
        self.sink.finish(Run::cut_short_if(cut_short))?;
        Ok(Outcome::skipped_if(self.failed > 0 || interrupt::stopped()))
    }
}

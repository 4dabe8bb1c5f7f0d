//! `standfirst quotes`.

use anyhow::Result;
use standfirst_storylines::{quotes::quotes, study::Studied};

use super::storylines::{gather, tone};
use crate::{
    args::{self, Global},
    exit::Outcome,
    format::QuoteFormat,
    messages,
    render::{Look, quotes as render},
    settings,
};

/// Reads everything, then tells who said what.
pub fn run(args: &args::Quotes, global: &Global) -> Result<Outcome> {
    let format = settings::quote_format(args)?;
    let tone = tone(global, args.sentiment_model.as_deref())?;
    let mut gathered = gather(&args.input, &args.run, args.out.as_deref(), None, global)?;
    let articles: Vec<&Studied> = gathered.studied.iter().collect();
    let mut found = quotes(&articles, tone.as_deref());
    if let Some(wanted) = args.speaker.as_deref().map(str::to_lowercase) {
        found.retain(|quote| quote.speaker.to_lowercase().contains(&wanted));
    }
    if found.is_empty() && !articles.is_empty() && !global.quiet {
        messages::notice("nobody is found to say anything");
    }
    let rows: Vec<render::Row<'_>> =
        found.iter().map(|quote| render::Row { quote, studied: articles[quote.article] }).collect();
    let look: Look = settings::look(global.color, args.out.as_deref(), false);
    let sink = &mut gathered.sink;
    match format {
        QuoteFormat::Text => render::text(&rows, look, sink)?,
        QuoteFormat::Jsonl => render::jsonl(&rows, &gathered.failed, sink)?,
        QuoteFormat::Csv => render::csv(&rows, sink)?,
        QuoteFormat::Parquet => render::parquet(&rows, sink)?,
    }
    gathered.finish()
}

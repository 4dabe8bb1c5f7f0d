//! The page of a comparison: one file that opens from disk without a network.
//!
//! The figures are in the HTML itself; the articles are data, a JSON island each, which the script
//! reads when somebody opens the article. Text of other people's never becomes markup: the template
//! engine escapes it, islands hold no `<`, and the script only ever sets text. A policy in the head
//! lets nothing run but our own script, and nothing be fetched at all.

mod article;
mod entry;
mod island;
mod offsets;
mod overview;
mod plots;

use std::{
    fs::File,
    io::{self, BufWriter, Seek as _, SeekFrom, Write},
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use minijinja::{Environment, context};
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use standfirst_core::report::ArticleReport;
use standfirst_eval::{
    compare::Row,
    metric::{Better, METRICS, Metric},
};

pub use overview::Overview;

use entry::Entry;

/// The frame of the page.
const TEMPLATE: &str = include_str!("html/page.html");
/// How it looks.
const STYLE: &str = concat!(
    include_str!("html/css/base.css"),
    include_str!("html/css/overview.css"),
    include_str!("html/css/article.css"),
);
/// What it does; one function around all, so that nothing is global.
const SCRIPT: &str = concat!(
    "(function () {\n\"use strict\";\n",
    include_str!("html/js/data.js"),
    include_str!("html/js/dom.js"),
    include_str!("html/js/list.js"),
    include_str!("html/js/source.js"),
    include_str!("html/js/diff.js"),
    include_str!("html/js/align.js"),
    include_str!("html/js/article.js"),
    include_str!("html/js/matrix.js"),
    include_str!("html/js/grid.js"),
    include_str!("html/js/standings.js"),
    include_str!("html/js/vote.js"),
    include_str!("html/js/main.js"),
    "})();\n",
);
/// Where the articles go in the frame.
const ARTICLES: &str = "<!--ARTICLES-->";

/// A page that is being collected. Articles wait in a temporary file, not in memory.
pub struct Page {
    articles: BufWriter<File>,
    index: Vec<Entry>,
    fingerprint: Sha256,
}

impl Page {
    /// An empty one.
    ///
    /// # Errors
    /// If there is no place for temporary files.
    pub fn new() -> io::Result<Self> {
        let articles = BufWriter::new(tempfile::tempfile()?);
        Ok(Self { articles, index: Vec::new(), fingerprint: Sha256::new() })
    }

    /// Adds an article, and what was measured of its abstracts.
    ///
    /// # Errors
    /// If the disk is full.
    pub fn article(&mut self, report: &ArticleReport, row: &Row) -> io::Result<()> {
        let json = island::json(&article::Article::of(report))?;
        self.fingerprint.update(&json);
        let number = self.index.len();
        let out = &mut self.articles;
        writeln!(out, "<script type=\"application/json\" id=\"a{number}\">{json}</script>")?;
        self.index.push(Entry::of(report, row));
        Ok(())
    }

    /// Writes the page, and says how many bytes it has.
    ///
    /// # Errors
    /// If the disk is full.
    pub fn write(self, overview: &Overview<'_>, out: &mut dyn Write) -> io::Result<u64> {
        let fingerprint = STANDARD.encode(&self.fingerprint.finalize()[..9]);
        let frame = frame(&self.index, overview, &fingerprint)?;
        let (before, after) = frame.split_once(ARTICLES).unwrap_or((&frame, ""));
        out.write_all(before.as_bytes())?;
        let mut articles = self.articles.into_inner().map_err(io::IntoInnerError::into_error)?;
        articles.seek(SeekFrom::Start(0))?;
        let bytes = io::copy(&mut articles, out)?;
        writeln!(out, "{after}")?;
        Ok(bytes + frame.len() as u64)
    }
}

/// All but the articles.
fn frame(index: &[Entry], overview: &Overview<'_>, fingerprint: &str) -> io::Result<String> {
    let mut environment = Environment::new();
    environment.add_template("page.html", TEMPLATE).map_err(io::Error::other)?;
    let measures = headline().map(Measured::of).collect();
    let models = overview.models();
    let data = island::json(&Index { fingerprint, articles: index, models, measures })?;
    let template = environment.get_template("page.html").map_err(io::Error::other)?;
    let rendered = template.render(context! {
        version => env!("CARGO_PKG_VERSION"),
        style => minijinja::Value::from_safe_string(STYLE.to_owned()),
        script => minijinja::Value::from_safe_string(SCRIPT.to_owned()),
        style_hash => minijinja::Value::from_safe_string(hash(STYLE)),
        script_hash => minijinja::Value::from_safe_string(hash(SCRIPT)),
        index => minijinja::Value::from_safe_string(data),
        count => index.len(),
        overview => overview.context(),
    });
    rendered.map_err(io::Error::other)
}

/// What the script knows from the start.
#[derive(Serialize)]
struct Index<'a> {
    fingerprint: &'a str,
    models: Vec<&'a str>,
    /// What [`Entry`] has a number for.
    measures: Vec<Measured>,
    articles: &'a [Entry],
}

/// A measure that articles can be sorted by.
#[derive(Serialize)]
struct Measured {
    name: &'static str,
    title: &'static str,
    better: Better,
    decimals: usize,
}

impl Measured {
    fn of(metric: &Metric) -> Self {
        let Metric { name, title, better, decimals, .. } = *metric;
        Self { name, title, better, decimals }
    }
}

/// The measures that the first table shows.
fn headline() -> impl Iterator<Item = &'static Metric> {
    METRICS.iter().filter(|metric| metric.headline)
}

/// As a Content-Security-Policy names a script or a style.
pub(super) fn hash(text: &str) -> String {
    format!("sha256-{}", STANDARD.encode(Sha256::digest(text)))
}

#[cfg(test)]
mod tests {
    use standfirst_eval::compare::{Comparer, Options};

    use super::{super::fixture, *};

    fn page() -> String {
        let models = vec!["scribe".to_owned(), "</script><b>".to_owned()];
        let comparer = Comparer::new(models, Options::default());
        let mut page = Page::new().unwrap();
        for report in fixture::reports() {
            page.article(&report, &comparer.row(&report)).unwrap();
        }
        let mut out = Vec::new();
        let comparison = comparer.finish();
        let made = [("Command".to_owned(), "standfirst compare <b>".to_owned())];
        let overview = Overview { comparison: &comparison, changes: &[], votes: None, made: &made };
        let bytes = page.write(&overview, &mut out).unwrap();
        assert!(out.len() as u64 <= bytes && bytes < out.len() as u64 + 100);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn only_our_own_script_and_style_may_run_and_they_are_the_ones_named() {
        let page = page();
        for (open, close, kind) in
            [("<style>", "</style>", "style-src"), ("<script>", "</script>", "script-src")]
        {
            let body = page.split_once(open).unwrap().1.split_once(close).unwrap().0;
            assert!(page.contains(&format!("{kind} '{}'", hash(body))), "{kind}");
        }
        assert!(page.contains("default-src 'none'") && !page.contains("unsafe-"));
        assert_eq!(page.matches("<script>").count(), 1);
    }

    #[test]
    fn data_never_becomes_markup() {
        let page = page();
        assert!(!page.contains("</script><b>") && !page.contains("<b>\u{1b}"));
        let islands = page.matches("<script type=\"application/json\"").count();
        assert_eq!(islands, fixture::reports().len() + 1);
        assert_eq!(page.matches("</script>").count(), islands + 1);
    }

    #[test]
    fn nothing_is_fetched() {
        let page = page();
        for pattern in ["src=\"", "href=\"http", "url(", "@import", "fetch(", "XMLHttpRequest"] {
            assert!(!page.contains(pattern), "{pattern}");
        }
    }
}

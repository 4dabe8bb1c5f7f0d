//! The forms of output that can be asked for: what the flags offer and the renderers give.

use clap::ValueEnum;

/// Endings of files that hold something else than what some command writes, so that nobody finds plain text
/// under the name of a workbook.
const FOREIGN: [&str; 37] = [
    "txt", "json", "jsonl", "ndjson", "md", "markdown", "csv", "html", "htm", "tsv", "xls", "xlsx",
    "xlsm", "ods", "numbers", "doc", "docx", "odt", "rtf", "pdf", "epub", "tex", "xml", "rss",
    "atom", "yaml", "yml", "toml", "parquet", "feather", "arrow", "avro", "db", "sqlite", "gz",
    "zst", "zip",
];

/// Whether an ending names a form of its own. One that no command writes at all is refused, and so is one
/// that only other commands write.
pub fn is_foreign(ending: &str) -> bool {
    FOREIGN.contains(&ending.to_ascii_lowercase().as_str())
}

/// The form of the results.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For reading.
    Text,
    /// One array.
    Json,
    /// One result a line.
    Jsonl,
    /// One section per article.
    #[value(alias = "md")]
    Markdown,
    /// One row per article and model.
    Csv,
    /// The same rows with their types, for dataframes; into a file, as is every table of Parquet.
    Parquet,
}

impl Format {
    /// Whether a later run can go on with what one that was cut short has written in it: text and Markdown end
    /// with a line on all that they have shown.
    pub fn can_go_on(self) -> bool {
        !matches!(self, Self::Text | Self::Markdown)
    }

    /// The format that a file of this ending most likely wants; `None` if it does not say.
    pub fn of_extension(extension: &str) -> Option<Self> {
        match extension.to_ascii_lowercase().as_str() {
            "txt" => Some(Self::Text),
            "json" => Some(Self::Json),
            "jsonl" | "ndjson" => Some(Self::Jsonl),
            "md" | "markdown" => Some(Self::Markdown),
            "csv" => Some(Self::Csv),
            "parquet" => Some(Self::Parquet),
            _ => None,
        }
    }
}

/// The form of figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum TableFormat {
    /// For reading.
    Text,
    /// All figures in full precision.
    Json,
    /// For pasting.
    #[value(alias = "md")]
    Markdown,
    /// One figure a row.
    Csv,
    /// The same rows with their types, for dataframes; into a file.
    Parquet,
    /// A page for a browser (only `compare`).
    Html,
}

impl TableFormat {
    /// The format that a file of this ending most likely wants; `None` if it does not say.
    pub fn of_extension(extension: &str) -> Option<Self> {
        match Format::of_extension(extension) {
            Some(Format::Text) => Some(Self::Text),
            Some(Format::Json) => Some(Self::Json),
            Some(Format::Markdown) => Some(Self::Markdown),
            Some(Format::Csv) => Some(Self::Csv),
            Some(Format::Parquet) => Some(Self::Parquet),
            Some(Format::Jsonl) => None,
            None => ["html", "htm"]
                .iter()
                .any(|html| extension.eq_ignore_ascii_case(html))
                .then_some(Self::Html),
        }
    }
}

/// The form of findings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum CheckFormat {
    /// For reading: every sentence with its verdict and the words it rests on.
    Text,
    /// One array.
    Json,
    /// One summary a line: `{"id", "sentences": [{"text", "verdict", "support", "evidence", "flags"}], "support"}`.
    Jsonl,
    /// One section per summary.
    #[value(alias = "md")]
    Markdown,
    /// One row per sentence.
    Csv,
    /// The same rows with their types, for dataframes; into a file.
    Parquet,
}

impl CheckFormat {
    /// As [`Format::can_go_on`].
    pub fn can_go_on(self) -> bool {
        !matches!(self, Self::Text | Self::Markdown)
    }

    /// The format that a file of this ending most likely wants; `None` if it does not say.
    pub fn of_extension(extension: &str) -> Option<Self> {
        match Format::of_extension(extension)? {
            Format::Text => Some(Self::Text),
            Format::Json => Some(Self::Json),
            Format::Jsonl => Some(Self::Jsonl),
            Format::Markdown => Some(Self::Markdown),
            Format::Csv => Some(Self::Csv),
            Format::Parquet => Some(Self::Parquet),
        }
    }
}

/// The form of storylines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum StoryFormat {
    /// For reading: a tree of storylines, events and sources.
    Text,
    /// One storyline a line (schema standfirst-storylines/1).
    Jsonl,
    /// One section per storyline.
    #[value(alias = "md")]
    Markdown,
    /// A page for a browser: one file, which needs no network.
    Html,
}

impl StoryFormat {
    /// The format that a file of this ending most likely wants; `None` if it does not say.
    pub fn of_extension(extension: &str) -> Option<Self> {
        match TableFormat::of_extension(extension) {
            Some(TableFormat::Html) => return Some(Self::Html),
            Some(TableFormat::Text) => return Some(Self::Text),
            Some(TableFormat::Markdown) => return Some(Self::Markdown),
            _ => {}
        }
        (Format::of_extension(extension)? == Format::Jsonl).then_some(Self::Jsonl)
    }
}

/// The form of a table of quotations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum QuoteFormat {
    /// For reading, under the names of the speakers.
    Text,
    /// One statement a line, flat.
    Jsonl,
    /// One statement a row.
    Csv,
    /// The same rows with their types, for dataframes; into a file.
    Parquet,
}

impl QuoteFormat {
    /// The format that a file of this ending most likely wants; `None` if it does not say.
    pub fn of_extension(extension: &str) -> Option<Self> {
        match Format::of_extension(extension)? {
            Format::Text => Some(Self::Text),
            Format::Jsonl => Some(Self::Jsonl),
            Format::Csv => Some(Self::Csv),
            Format::Parquet => Some(Self::Parquet),
            Format::Json | Format::Markdown => None,
        }
    }
}

/// The form of a run that is exported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ExportFormat {
    /// One result a line.
    Jsonl,
    /// One row per article and model, with types; into a file.
    Parquet,
}

impl ExportFormat {
    /// The format that a file of this ending most likely wants; `None` if it does not say.
    pub fn of_extension(extension: &str) -> Option<Self> {
        match Format::of_extension(extension)? {
            Format::Jsonl => Some(Self::Jsonl),
            Format::Parquet => Some(Self::Parquet),
            _ => None,
        }
    }
}

/// The form of repaired text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum CleanFormat {
    /// The repaired text.
    Text,
    /// An article a line: the repaired text, and the cuts as byte offsets into the text as read.
    Jsonl,
}

impl CleanFormat {
    /// The format that a file of this ending most likely wants; `None` if it does not say. Repaired
    /// Markdown is text that has kept its marks.
    pub fn of_extension(extension: &str) -> Option<Self> {
        match Format::of_extension(extension)? {
            Format::Text | Format::Markdown => Some(Self::Text),
            Format::Jsonl => Some(Self::Jsonl),
            Format::Json | Format::Csv | Format::Parquet => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endings_name_formats() {
        assert_eq!(Format::of_extension("MD"), Some(Format::Markdown));
        assert_eq!(Format::of_extension("ndjson"), Some(Format::Jsonl));
        assert_eq!(Format::of_extension("docx"), None);
        assert_eq!(TableFormat::of_extension("HTM"), Some(TableFormat::Html));
        assert_eq!(TableFormat::of_extension("csv"), Some(TableFormat::Csv));
        assert_eq!(Format::of_extension("Parquet"), Some(Format::Parquet));
        assert_eq!(StoryFormat::of_extension("parquet"), None);
        assert_eq!(TableFormat::of_extension("jsonl"), None);
        assert_eq!(CheckFormat::of_extension("jsonl"), Some(CheckFormat::Jsonl));
        assert_eq!(CheckFormat::of_extension("csv"), Some(CheckFormat::Csv));
        assert_eq!(CleanFormat::of_extension("ndjson"), Some(CleanFormat::Jsonl));
        assert_eq!(CleanFormat::of_extension("json"), None);
    }
}

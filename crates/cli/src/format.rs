//! The forms of output that can be asked for: what the flags offer and the renderers give.

use clap::ValueEnum;

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
}

impl Format {
    /// The format that a file of this ending most likely wants; `None` if it does not say.
    pub fn of_extension(extension: &str) -> Option<Self> {
        match extension.to_ascii_lowercase().as_str() {
            "txt" => Some(Self::Text),
            "json" => Some(Self::Json),
            "jsonl" | "ndjson" => Some(Self::Jsonl),
            "md" | "markdown" => Some(Self::Markdown),
            "csv" => Some(Self::Csv),
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
    /// A page for a browser (only `compare`).
    Html,
}

impl TableFormat {
    /// The format that a file of this ending most likely wants; `None` if it does not say.
    pub fn of_extension(extension: &str) -> Option<Self> {
        match extension.to_ascii_lowercase().as_str() {
            "txt" => Some(Self::Text),
            "json" => Some(Self::Json),
            "md" | "markdown" => Some(Self::Markdown),
            "csv" => Some(Self::Csv),
            "html" | "htm" => Some(Self::Html),
            _ => None,
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
}

impl CheckFormat {
    /// The format that a file of this ending most likely wants; `None` if it does not say.
    pub fn of_extension(extension: &str) -> Option<Self> {
        match extension.to_ascii_lowercase().as_str() {
            "txt" => Some(Self::Text),
            "json" => Some(Self::Json),
            "jsonl" | "ndjson" => Some(Self::Jsonl),
            "md" | "markdown" => Some(Self::Markdown),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endings_name_formats() {
        assert_eq!(Format::of_extension("MD"), Some(Format::Markdown));
        assert_eq!(Format::of_extension("ndjson"), Some(Format::Jsonl));
        assert_eq!(Format::of_extension("docx"), None);
    }
}

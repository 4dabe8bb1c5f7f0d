//! What is told of a storyline: the JSONL contract `standfirst-storylines/1`. Every renderer reads this and
//! nothing else.
//!
//! Articles are named by their place in [`Storyline::articles`]; spans are bytes of the text of the article
//! that stands beside them, as it was read.

use serde::{Serialize, Serializer};
use standfirst_core::{article::Span, report::Verdict};

use crate::{
    copies::Variant,
    dates::{Interval, Published, Rule},
};

/// The name of the contract.
pub const SCHEMA: &str = "standfirst-storylines/1";

/// A stable name: a letter for what it is of, and the hash that it is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Id {
    /// `s` of a storyline, `e` of an event.
    pub of: char,
    /// Made of the founding article.
    pub hash: u64,
}

impl std::fmt::Display for Id {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}{:012x}", self.of, self.hash >> 16)
    }
}

impl Serialize for Id {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// A storyline: one line of the output.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Storyline {
    /// [`SCHEMA`].
    pub schema: &'static str,
    /// Its name, which stays while its first event does.
    pub id: Id,
    /// The title of the article that is most central to it.
    pub title: String,
    /// From the first day to the last on which its articles may have been published; `None` if that is known of none.
    pub days: Option<Interval>,
    /// All articles, those of earlier events first.
    pub articles: Vec<Member>,
    /// Its events, in the order of time.
    pub events: Vec<EventReport>,
    /// Articles that are versions of one text.
    pub copies: Vec<CopyReport>,
    /// What happened when.
    pub timeline: Vec<Entry>,
    /// The whole storyline in a few sentences.
    pub digest: Vec<Line>,
    /// Who said what.
    pub quotes: Vec<QuoteReport>,
    /// What somebody has said about one matter on several days, most days first; empty if nobody has.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub positions: Vec<PositionReport>,
    /// How those who are named in several articles are written of; empty unless a model judges the tone.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tones: Vec<ToneReport>,
    /// What a reader should know about how it was put together.
    pub notes: Vec<String>,
}

/// An article of a storyline.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Member {
    /// As the input has it.
    pub id: String,
    /// Where it was read.
    pub source: String,
    /// Its title, if it has one.
    pub title: Option<String>,
    /// Where it was published.
    pub outlet: Option<String>,
    /// The agency that it credits.
    pub agency: Option<&'static str>,
    /// When it was published, and how that is known.
    pub published: Option<Published>,
    /// Place of its event in [`Storyline::events`].
    pub event: usize,
    /// The article whose text it is a later version of.
    pub copy_of: Option<usize>,
}

/// Articles that tell of one event.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct EventReport {
    /// Its name, which stays while its first article does.
    pub id: Id,
    /// Title of the most central of its articles, else the sentence that stands for it.
    pub title: String,
    /// From the first publication to the last; `None` if none is known.
    pub days: Option<Interval>,
    /// Its articles.
    pub articles: Vec<usize>,
    /// How many outlets tell of it, copies counted for their outlets; articles of unknown outlets count one each.
    pub outlets: usize,
    /// The event in a few sentences.
    pub digest: Vec<Line>,
}

/// Articles that are versions of one text.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CopyReport {
    /// The earliest one.
    pub earliest: usize,
    /// The agency that it comes from, where one of the versions credits one.
    pub agency: Option<&'static str>,
    /// The others, and how they differ from the earliest.
    pub versions: Vec<VersionReport>,
}

/// A later version of a text.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct VersionReport {
    /// The article.
    pub article: usize,
    /// How it differs.
    #[serde(flatten)]
    pub variant: Variant,
}

/// A sentence of an article.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct SourceReport {
    /// The article.
    pub article: usize,
    /// Where it stands.
    #[serde(flatten)]
    pub span: Span,
    /// `copied` where it stands there in the same words, `supported` where the article seems to say so.
    pub verdict: Verdict,
    /// How well it is supported there, 0–1.
    pub support: f64,
}

/// A sentence of a digest, beside all articles that carry it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Line {
    /// As the article has it that it is taken from, which is the first source.
    pub text: String,
    /// The articles that say so.
    pub sources: Vec<SourceReport>,
    /// How many outlets they are of.
    pub outlets: usize,
    /// Whether one outlet alone says so, although others tell of the event.
    pub single_source: bool,
}

/// What happened at one time.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Entry {
    /// The days.
    pub days: Interval,
    /// How the days were told.
    pub rule: Rule,
    /// The time expression in the first source; `None` where it is the publication itself.
    pub expression: Option<Span>,
    /// The sentence.
    #[serde(flatten)]
    pub line: Line,
    /// Figures in which the sources differ.
    pub disputed: Vec<Disputed>,
}

/// A figure that articles give differently.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Disputed {
    /// Of what: the noun behind the number.
    pub of: String,
    /// What each source says.
    pub figures: Vec<FigureReport>,
}

/// A figure in an article.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FigureReport {
    /// The article.
    pub article: usize,
    /// Where the number stands.
    #[serde(flatten)]
    pub span: Span,
    /// The number as written.
    pub text: String,
}

/// Somebody's words or claims.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct QuoteReport {
    /// Who, by the fullest form of the name in all articles; in the article's words where there is no name.
    pub speaker: String,
    /// Whether the speaker has a name.
    pub named: bool,
    /// The verb as written.
    pub verb: Option<String>,
    /// Whether it is quoted; otherwise it is reported.
    pub direct: bool,
    /// The article.
    pub article: usize,
    /// Where it stands.
    #[serde(flatten)]
    pub span: Span,
    /// What stands there.
    pub text: String,
    /// The days on which it was published.
    pub published: Option<Interval>,
    /// Tone towards those whom it names.
    pub towards: Vec<Towards>,
}

/// Tone of somebody's words towards somebody.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Towards {
    /// Whom.
    pub name: String,
    /// −1 to 1: of all that the speaker says of them in the article.
    pub score: f64,
}

/// What somebody has said about one matter over the days.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PositionReport {
    /// Who, as in [`QuoteReport::speaker`].
    pub speaker: String,
    /// Two or three words that were said on several days, by their weight in all statements, as the first of them has
    /// it.
    pub about: Vec<String>,
    /// On how many days it was said, at least.
    pub days: usize,
    /// Places in [`Storyline::quotes`], in the order of the days.
    pub statements: Vec<usize>,
}

/// How somebody is written of over a storyline.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ToneReport {
    /// Whom, by the fullest form of the name in all articles.
    pub name: String,
    /// Articles that name them, later versions of one text left out.
    pub articles: usize,
    /// Of all these.
    #[serde(flatten)]
    pub polarity: Polarity,
    /// By outlet, where that is known; later versions of a text count for theirs.
    pub outlets: Vec<ToneSlice>,
    /// By who speaks: `author`, or the name of the speaker.
    pub voices: Vec<ToneSlice>,
    /// By month of publication, as `2007-10`; without articles that may be of several.
    pub months: Vec<ToneSlice>,
}

/// The part of it that one outlet, voice or month has.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ToneSlice {
    /// Which.
    pub of: String,
    /// Articles.
    pub articles: usize,
    /// Of these.
    #[serde(flatten)]
    pub polarity: Polarity,
}

/// A mean over articles.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Polarity {
    /// The mean, −1 to 1.
    pub score: f64,
    /// Lower end of the 95 % interval, by bootstrap over articles; `None` for fewer than three.
    pub low: Option<f64>,
    /// Upper end.
    pub high: Option<f64>,
}

//! Several articles as one story: `storylines`.

use std::num::NonZeroUsize;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Map;
use standfirst_core::{
    annotations::Annotations,
    article::{Document, Limits},
    report::chain,
};
use standfirst_ingest::Pending;
use standfirst_storylines::{
    events::{Settings, Vectors},
    report::{Line, QuoteReport, SourceReport, Storyline},
    story::{Options, tell},
    study::study,
};

use super::tools::Given;

/// What `storylines` takes.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct Storylines {
    /// The articles, in any order.
    pub(super) articles: Vec<Piece>,
    /// Sentences of each digest; left out for 5.
    pub(super) sentences: Option<NonZeroUsize>,
}

/// One of several articles.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct Piece {
    #[serde(flatten)]
    pub(super) given: Given,
    /// What to call it in the answer; left out for its number, from 1.
    id: Option<String>,
    /// Day of its publication, as 2026-11-28; left out, the article is searched for it.
    published: Option<String>,
    /// Where it was published; articles of unknown outlets count as one each.
    outlet: Option<String>,
}

/// What is known of an article beside its text.
pub(super) struct Known {
    id: String,
    published: Option<String>,
    outlet: Option<String>,
}

impl Piece {
    /// Its text or where it is, and what else is known of the article of this number.
    pub(super) fn split(self, number: usize) -> (Given, Known) {
        let id = self.id.unwrap_or_else(|| number.to_string());
        (self.given, Known { id, published: self.published, outlet: self.outlet })
    }
}

impl Known {
    fn of(self, mut document: Document) -> Document {
        document.id = self.id;
        document.published = self.published.or(document.published);
        if let Some(outlet) = self.outlet {
            let outlet = [("outlet".to_owned(), outlet.into())];
            document.annotations = Annotations::from(Map::from_iter(outlet));
        }
        document
    }
}

/// Storylines, and the articles that are in none.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Stories {
    /// Those that begin first before others.
    storylines: Vec<Story>,
    /// Articles that could not be read.
    unread: Vec<Unread>,
}

/// A storyline.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Story {
    /// Title of the article that is most central to it.
    title: String,
    /// The day of its articles, or the first and the last: 2026-11-27/2026-11-28.
    days: Option<String>,
    /// Its articles.
    articles: Vec<Member>,
    /// Articles that are versions of one text.
    copies: Vec<Copies>,
    /// What happened when.
    timeline: Vec<Happened>,
    /// All of it in a few sentences of the articles.
    digest: Vec<Told>,
    /// Who said what.
    quotes: Vec<Said>,
    /// What else a reader should know.
    notes: Vec<String>,
}

/// An article of a storyline.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Member {
    id: String,
    title: Option<String>,
    /// The agency that it credits.
    agency: Option<&'static str>,
}

/// Articles that are versions of one text, by their ids.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Copies {
    earliest: String,
    versions: Vec<String>,
}

/// Something that happened.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Happened {
    /// The day, or the first and the last.
    days: String,
    #[serde(flatten)]
    told: Told,
    /// Figures in which the articles differ, as `injured: 14 (a), 40 (b)`.
    disputed: Vec<String>,
}

/// A sentence, and who says so.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Told {
    text: String,
    /// Ids of the articles that say so; the first has it word for word.
    articles: Vec<String>,
    /// Whether one outlet alone says so, although others tell of the event.
    single_source: bool,
}

/// Somebody's words or claims.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Said {
    speaker: String,
    text: String,
    /// Whether it is quoted; otherwise it is reported.
    direct: bool,
    /// Id of the article.
    article: String,
}

/// An article that could not be read.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Unread {
    id: String,
    error: String,
}

/// The storylines of `articles`, within `limits`; without `vectors` by words and names alone.
pub(super) fn stories(
    articles: Vec<(Result<Pending, String>, Known)>,
    sentences: Option<NonZeroUsize>,
    vectors: Option<&dyn Vectors>,
    limits: &Limits,
) -> Result<Stories, String> {
    let _at_work = limits.work(1);
    let (mut studied, mut unread) = (Vec::new(), Vec::new());
    for (article, known) in articles {
        limits.check().map_err(|halt| chain(&halt))?;
        let id = known.id.clone();
        let one = article.and_then(|article| article.read().map_err(|error| chain(&error)));
        let one = one.and_then(|document| {
            study(known.of(document), limits, vectors).map_err(|error| chain(&error))
        });
        match one {
            Ok(one) => studied.push(one),
            Err(error) => unread.push(Unread { id, error }),
        }
    }
    let sentences = sentences.map_or(Options::SENTENCES, NonZeroUsize::get);
    let events = Settings::of(vectors);
    let lines = tell(&studied, &Options { sentences, events, ..Options::default() });
    Ok(Stories { storylines: lines.iter().map(Story::of).collect(), unread })
}

impl Story {
    fn of(line: &Storyline) -> Self {
        let id = |at: usize| line.articles.get(at).map(|one| one.id.clone()).unwrap_or_default();
        let told = |line: &Line| Told {
            text: line.text.clone(),
            articles: line.sources.iter().map(|source: &SourceReport| id(source.article)).collect(),
            single_source: line.single_source,
        };
        let said = |quote: &QuoteReport| Said {
            speaker: quote.speaker.clone(),
            text: quote.text.clone(),
            direct: quote.direct,
            article: id(quote.article),
        };
        let members = line.articles.iter().map(|one| Member {
            id: one.id.clone(),
            title: one.title.clone(),
            agency: one.agency,
        });
        let copies = line.copies.iter().map(|copy| Copies {
            earliest: id(copy.earliest),
            versions: copy.versions.iter().map(|version| id(version.article)).collect(),
        });
        let timeline = line.timeline.iter().map(|entry| {
            let disputed = entry.disputed.iter().map(|disputed| {
                let figures = disputed.figures.iter();
                let figures: Vec<String> = figures
                    .map(|figure| format!("{} ({})", figure.text, id(figure.article)))
                    .collect();
                format!("{}: {}", disputed.of, figures.join(", "))
            });
            Happened {
                days: entry.days.to_string(),
                told: told(&entry.line),
                disputed: disputed.collect(),
            }
        });
        Self {
            title: line.title.clone(),
            days: line.days.as_ref().map(ToString::to_string),
            articles: members.collect(),
            copies: copies.collect(),
            timeline: timeline.collect(),
            digest: line.digest.iter().map(told).collect(),
            quotes: line.quotes.iter().map(said).collect(),
            notes: line.notes.clone(),
        }
    }
}

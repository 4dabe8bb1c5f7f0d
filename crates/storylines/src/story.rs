//! From articles that were studied one by one to the storylines that they tell.

use std::collections::HashMap;

use rayon::prelude::*;
use standfirst_core::plugin::SentimentModel;

use crate::{
    copies::{self, Sketch, variant},
    dates::{Basis, Interval, Published},
    digest::{digest, outlets},
    events::{self, Event, Features, Settings},
    line,
    positions::positions,
    quotes::{Names, told as quotes},
    report::{CopyReport, EventReport, Id, Member, SCHEMA, Storyline, VersionReport},
    study::Studied,
    timeline::{self, timeline},
    tone::{judge, tones},
};

/// How storylines are found and told.
#[derive(Clone)]
pub struct Options<'a> {
    /// What makes one event of articles.
    pub events: Settings,
    /// What makes one storyline of events.
    pub lines: Settings,
    /// Sentences of a digest.
    pub sentences: usize,
    /// How long a timeline is.
    pub timeline: timeline::Length,
    /// Who judges the tone of what is said; `None` to leave it out.
    pub tone: Option<&'a dyn SentimentModel>,
    /// Fewest articles of a storyline that is told.
    pub articles: usize,
}

impl Options<'_> {
    /// Sentences of a digest when nobody says otherwise.
    pub const SENTENCES: usize = 5;
}

impl Default for Options<'_> {
    fn default() -> Self {
        Self {
            events: Settings::default(),
            lines: line::settings(),
            sentences: Self::SENTENCES,
            timeline: timeline::Length::default(),
            tone: None,
            articles: 1,
        }
    }
}

/// Which articles belong together, by their numbers.
#[derive(Clone, Debug, PartialEq)]
pub struct Grouping {
    /// Versions of one text, the earliest first.
    pub copies: Vec<Vec<usize>>,
    /// Articles of one event.
    pub events: Vec<Event>,
    /// Events of one storyline.
    pub lines: Vec<line::Line>,
}

/// Which of `all` belong together. Copies of one text are one article to the search for events.
pub fn group(all: &[Studied], options: &Options<'_>) -> Grouping {
    let sketches: Vec<Sketch> = all.iter().map(|studied| studied.sketch.clone()).collect();
    let mut copies = copies::groups(&sketches);
    drop(sketches);
    for versions in &mut copies {
        versions.sort_by_key(|at| earliness(&all[*at]));
    }
    let mut earliest: Vec<usize> = (0..all.len()).collect();
    for versions in &copies {
        for at in versions {
            earliest[*at] = versions[0];
        }
    }
    let own: Vec<usize> = (0..all.len()).filter(|at| earliest[*at] == *at).collect();
    let features: Vec<Features> = own.iter().map(|at| all[*at].features.clone()).collect();
    let mut events = events::cluster(&features, &options.events);
    let mut versions: HashMap<usize, Vec<usize>> = HashMap::new();
    for (at, first) in earliest.iter().enumerate() {
        versions.entry(*first).or_default().push(at);
    }
    for event in &mut events {
        event.articles =
            event.articles.iter().flat_map(|at| versions[&own[*at]].iter().copied()).collect();
        event.articles.sort_by_key(|at| earliness(&all[*at]));
    }
    let lines = line::link(&events, &options.lines);
    Grouping { copies, events, lines }
}

/// Earlier articles first, those whose time is better known first among equals; an agency's before others.
fn earliness(studied: &Studied) -> (bool, Option<Interval>, bool, u64) {
    let time = studied.published.as_ref().map(Published::hull);
    (time.is_none(), time, studied.agency.is_none(), studied.features.key)
}

/// The storylines of `all`, those that begin first before others, those of unknown time last.
pub fn tell(all: &[Studied], options: &Options<'_>) -> Vec<Storyline> {
    let grouping = group(all, options);
    let count = |line: &&line::Line| -> usize {
        line.events.iter().map(|at| grouping.events[*at].articles.len()).sum()
    };
    let told = grouping.lines.par_iter().filter(|line| count(line) >= options.articles);
    let mut lines: Vec<Storyline> =
        told.map(|line| storyline(all, &grouping, line, options)).collect();
    lines.sort_by_key(|line| (line.days.is_none(), line.days, line.id));
    lines
}

fn storyline(
    all: &[Studied],
    grouping: &Grouping,
    line: &line::Line,
    options: &Options<'_>,
) -> Storyline {
    let events: Vec<&Event> = line.events.iter().map(|at| &grouping.events[*at]).collect();
    let numbers: Vec<usize> =
        events.iter().flat_map(|event| event.articles.iter().copied()).collect();
    let place: HashMap<usize, usize> =
        numbers.iter().enumerate().map(|(place, at)| (*at, place)).collect();
    let articles: Vec<&Studied> = numbers.iter().map(|at| &all[*at]).collect();
    let mut copy_of = vec![None; articles.len()];
    let mut copies = Vec::new();
    for versions in grouping.copies.iter().filter(|versions| place.contains_key(&versions[0])) {
        let places: Vec<usize> = versions.iter().filter_map(|at| place.get(at).copied()).collect();
        places[1..].iter().for_each(|at| copy_of[*at] = Some(places[0]));
        copies.push(copy_report(&articles, &places));
    }
    copies.sort_by_key(|report| report.earliest);
    let places: Vec<Vec<usize>> =
        events.iter().map(|event| event.articles.iter().map(|at| place[at]).collect()).collect();
    let reports: Vec<EventReport> = events
        .iter()
        .zip(&places)
        .map(|(event, places)| event_report(event, &articles, places, &copy_of, options))
        .collect();
    let all_places: Vec<usize> = (0..articles.len()).collect();
    let title = title(&reports);
    let (names, judged) = (Names::of(&articles), judge(&articles, options.tone));
    let quotes = quotes(&articles, &judged, &names);
    Storyline {
        schema: SCHEMA,
        id: Id { of: 's', hash: line.id },
        title,
        days: hull(&articles, &all_places),
        articles: members(&articles, &places, &copy_of),
        timeline: timeline(&articles, &all_places, &copy_of, options.timeline),
        digest: whole(&reports, &articles, &all_places, &copy_of, options.sentences),
        positions: positions(&quotes, &articles, &copy_of),
        quotes,
        tones: tones(&articles, &judged, &copy_of, &names),
        notes: notes(&articles),
        events: reports,
        copies,
    }
}

/// The title of the event that most outlets tell of.
fn title(events: &[EventReport]) -> String {
    let most = events.iter().max_by_key(|event| (event.outlets, std::cmp::Reverse(event.id)));
    most.map(|event| event.title.clone()).unwrap_or_default()
}

/// The digest of all events: one event's own, of several the best sentence of each, the larger events first.
fn whole(
    events: &[EventReport],
    articles: &[&Studied],
    places: &[usize],
    copies: &[Option<usize>],
    count: usize,
) -> Vec<crate::report::Line> {
    if let [event] = events {
        return event.digest.clone();
    }
    if events.len() > count {
        return digest(articles, places, copies, count);
    }
    let mut left: Vec<std::slice::Iter<'_, crate::report::Line>> =
        events.iter().map(|event| event.digest.iter()).collect();
    let mut taken: Vec<Vec<crate::report::Line>> = vec![Vec::new(); events.len()];
    let mut lines = 0;
    while lines < count {
        let before = lines;
        for (own, rest) in taken.iter_mut().zip(&mut left) {
            if let Some(line) = rest.next().filter(|_| lines < count) {
                own.push(line.clone());
                lines += 1;
            }
        }
        if lines == before {
            break;
        }
    }
    taken.into_iter().flatten().collect()
}

fn copy_report(articles: &[&Studied], places: &[usize]) -> CopyReport {
    let earliest = articles[places[0]];
    let versions = places[1..].iter().map(|at| VersionReport {
        article: *at,
        variant: variant(&earliest.article, &articles[*at].article),
    });
    let agency = places.iter().find_map(|at| articles[*at].agency);
    CopyReport { earliest: places[0], agency, versions: versions.collect() }
}

fn event_report(
    event: &Event,
    articles: &[&Studied],
    places: &[usize],
    copies: &[Option<usize>],
    options: &Options<'_>,
) -> EventReport {
    let digest = digest(articles, places, copies, options.sentences);
    let central =
        digest.iter().max_by_key(|line| line.outlets).and_then(|line| line.sources.first());
    let titled = central.and_then(|source| articles[source.article].article.title());
    let title = titled.or_else(|| places.iter().find_map(|at| articles[*at].article.title()));
    let sentence = || digest.first().map(|line| line.text.clone()).unwrap_or_default();
    EventReport {
        id: Id { of: 'e', hash: event.id },
        title: title.unwrap_or_else(sentence),
        days: hull(articles, places),
        articles: places.to_vec(),
        outlets: outlets(articles, places),
        digest,
    }
}

/// From the first possible day of publication to the last.
fn hull(articles: &[&Studied], places: &[usize]) -> Option<Interval> {
    let known =
        places.iter().filter_map(|at| articles[*at].published.as_ref()).map(Published::hull);
    known.reduce(|one, other| Interval { from: one.from.min(other.from), to: one.to.max(other.to) })
}

fn members(articles: &[&Studied], events: &[Vec<usize>], copies: &[Option<usize>]) -> Vec<Member> {
    let mut event_of = vec![0; articles.len()];
    for (event, places) in events.iter().enumerate() {
        for at in places {
            event_of[*at] = event;
        }
    }
    let member = |(at, studied): (usize, &&Studied)| {
        let document = studied.article.document();
        Member {
            id: document.id.clone(),
            source: document.source.to_string(),
            title: studied.article.title(),
            outlet: studied.outlet.clone(),
            agency: studied.agency,
            published: studied.published.clone(),
            event: event_of[at],
            copy_of: copies[at],
        }
    };
    articles.iter().enumerate().map(member).collect()
}

/// What a reader should know: which times are guesses, and what was not read.
fn notes(articles: &[&Studied]) -> Vec<String> {
    let count =
        |wanted: fn(&Studied) -> bool| articles.iter().filter(|studied| wanted(studied)).count();
    let mut notes = Vec::new();
    let undated = count(|studied| studied.published.is_none());
    if undated > 0 {
        notes.push(format!(
            "{undated} of {} articles have no date, and nothing in them tells it",
            articles.len()
        ));
    }
    let guessed =
        count(|studied| studied.published.as_ref().is_some_and(|told| told.basis == Basis::Text));
    if guessed > 0 {
        notes.push(format!(
            "{guessed} of {} articles have no date; when they were written is narrowed down by who holds which office \
             and which days they speak of",
            articles.len()
        ));
    }
    let foreign = count(|studied| {
        studied
            .article
            .language()
            .is_some_and(|language| language != standfirst_core::language::Language::ENGLISH)
    });
    if foreign > 0 {
        notes.push(format!("{foreign} of {} articles are not in English: their names, dates and quotations are not read", articles.len()));
    }
    notes
}

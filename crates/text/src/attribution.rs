//! Who says what: which stretches of an article are in the voice of somebody it names, by quotation or
//! in reported speech, and which are the author's own.
//!
//! A [`Statement`] is a stretch and its speaker. Direct speech is what stands between quotation marks;
//! reported speech is the clause of a verb of speech (*said*, *warned*, *according to*). A quotation
//! without a speaker in its own sentence belongs to the person whom that is about, to whom the sentence before
//! is about, or to whoever spoke last in the paragraph, or is named in the next sentence of it.
//! `tests/golden/voices.txt` holds the cases that the rules are measured on.

mod clause;
mod phrase;

use hashbrown::HashMap;

use self::clause::{Attribution, Side, View};
use crate::{
    entity::{Entity, Kind, token::Token},
    lexicon::{Role, english, lowered},
};
use standfirst_core::article::{Article, Span};

/// Who speaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Speaker {
    /// Index into the entities of the article.
    Entity(usize),
    /// Somebody without a name, in the article's words: `police`, `a senior official`.
    Unnamed(String),
}

/// A stretch of the article that is not in the author's own voice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// Byte range into the text of the document.
    pub span: Span,
    /// Whose words or claims it holds.
    pub speaker: Speaker,
    /// Whether it is quoted; otherwise it is reported speech.
    pub direct: bool,
    /// Where the verb stands that says so (*said*, *according*), in the text of the document; `None` where
    /// the speaker is carried over from a sentence before.
    pub verb: Option<Span>,
}

/// The statements of `article`, as [`Reading::statements`](crate::reading::Reading::statements) says, which
/// keeps them. `tokens` gives those of a sentence.
pub(crate) fn statements<'a>(
    article: &Article,
    entities: &[Entity],
    tokens: impl Fn(usize) -> Vec<Token<'a>>,
) -> Vec<Statement> {
    let mut found = Vec::new();
    let mut scene = Scene::new(article, entities);
    for index in 0..article.sentences().len() {
        scene.sentence(index, &tokens(index), &mut found);
    }
    found.sort_by_key(|s: &Statement| (s.span.start, std::cmp::Reverse(s.span.end)));
    found.shrink_to_fit();
    found
}

/// Whose voice byte `at` is in: the speaker of the innermost statement around it, `None` for the
/// author. `statements` are those of the article.
pub fn at(statements: &[Statement], at: usize) -> Option<&Speaker> {
    let around = statements.iter().filter(|s| s.span.start <= at && at < s.span.end);
    around.min_by_key(|s| s.span.len()).map(|s| &s.speaker)
}

/// The article while it is read.
struct Scene<'a> {
    article: &'a Article,
    entities: &'a [Entity],
    /// The mentions, in reading order, each with its sentence in front.
    mentions: Vec<(usize, Span, usize)>,
    /// Who spoke last, and in which paragraph.
    last: Option<(Speaker, usize)>,
    /// Whom the last sentence that is no quotation is about, if that is a person, and its paragraph.
    topic: Option<(usize, usize)>,
    /// Quotations that wait for a speaker.
    waiting: Vec<Waiting>,
    /// Those without a name who spoke so far, in the article's words.
    unnamed: Vec<String>,
    /// Who wrote what is called so: *statement*.
    documents: HashMap<String, Speaker>,
}

/// A quotation whose speaker a later sentence may name.
struct Waiting {
    paragraph: usize,
    /// Its index into the statements.
    statement: usize,
    /// The byte before which that sentence begins, where it has to be one of the same quotation.
    within: Option<usize>,
}

/// What a sentence tells of who speaks.
struct Told<'t> {
    /// The person whom it is about, behind the byte where they are mentioned.
    about: Option<(usize, usize)>,
    attributions: &'t [(Attribution, Speaker)],
}

impl<'a> Scene<'a> {
    fn new(article: &'a Article, entities: &'a [Entity]) -> Self {
        // In one list: most sentences of a long article name nobody.
        let mut mentions: Vec<(usize, Span, usize)> = entities
            .iter()
            .enumerate()
            .flat_map(|(id, entity)| entity.mentions.iter().map(move |m| (m.sentence, m.span, id)))
            .collect();
        mentions.sort_unstable();
        Self {
            article,
            entities,
            mentions,
            last: None,
            topic: None,
            waiting: Vec::new(),
            unnamed: Vec::new(),
            documents: HashMap::new(),
        }
    }

    fn sentence(&mut self, index: usize, tokens: &[Token<'_>], found: &mut Vec<Statement>) {
        let sentence = &self.article.sentences()[index];
        let quoted = self.quoted(sentence.span);
        let open: Vec<usize> = (0..tokens.len())
            .filter(|&at| !quoted.iter().any(|q| q.overlaps(tokens[at].span)))
            .collect();
        let first = self.mentions.partition_point(|(sentence, ..)| *sentence < index);
        let mentions = self.mentions[first..].iter();
        let here: Vec<(Span, usize)> = mentions
            .take_while(|(sentence, ..)| *sentence == index)
            .map(|&(_, span, id)| (span, id))
            .collect();
        let leads = sentence.text.trim_end_matches(['.', ' ']).ends_with(':');
        let entities = self.entities;
        let view = View { tokens, open: &open, mentions: &here, entities, leads };
        let attributions: Vec<(Attribution, Speaker)> = clause::find(&view)
            .into_iter()
            .map(|attribution| {
                let speaker = self.speaker(&attribution, index, tokens);
                (attribution, speaker)
            })
            .collect();
        let about = view.topic().map(|(at, id)| (tokens[at].span.start, id));
        self.direct(index, &quoted, &Told { about, attributions: &attributions }, found);
        for (attribution, speaker) in &attributions {
            let span = reported(attribution, tokens, sentence.span);
            if let Some(span) = span.filter(|span| !is_covered(*span, &quoted)) {
                let verb = Some(attribution.verb);
                found.push(Statement { span, speaker: speaker.clone(), direct: false, verb });
            }
        }
        if let Some((_, speaker)) = attributions.last() {
            self.last = Some((speaker.clone(), sentence.paragraph));
        }
        if let [(attribution, speaker)] = &attributions[..]
            && let Some(at) = attribution.document.or_else(|| view.written())
        {
            self.documents.insert(tokens[at].word.to_lowercase(), speaker.clone());
        }
        if !attributions.is_empty() {
            self.topic = None;
        } else if !open.is_empty() {
            self.topic = about.map(|(_, id)| (id, sentence.paragraph));
        }
    }

    /// The parts of quotations that lie in a sentence.
    fn quoted(&self, sentence: Span) -> Vec<Span> {
        let all = self.article.quotations();
        let first = all.partition_point(|quotation| quotation.end <= sentence.start);
        all[first..]
            .iter()
            .take_while(|quotation| quotation.start < sentence.end)
            .filter(|quotation| quotation.overlaps(sentence))
            .map(|q| Span::new(q.start.max(sentence.start), q.end.min(sentence.end)))
            .collect()
    }

    /// Gives each quotation of sentence `index` its speaker: of the sentence, of the paragraph so far, or
    /// whoever the paragraph names next.
    fn direct(
        &mut self,
        index: usize,
        quoted: &[Span],
        tells: &Told<'_>,
        found: &mut Vec<Statement>,
    ) {
        let sentence = &self.article.sentences()[index];
        let &Told { about, attributions } = tells;
        self.settle(index, attributions.first(), found);
        for &span in quoted {
            let distance =
                |verb: Span| verb.start.abs_diff(span.start).min(verb.start.abs_diff(span.end));
            let near =
                attributions.iter().min_by_key(|(attribution, _)| distance(attribution.verb));
            let own = about.filter(|(at, _)| *at < span.start).map(|(_, id)| Speaker::Entity(id));
            let told = near.map(|(_, speaker)| speaker.clone());
            let known = told.or_else(|| own.or_else(|| self.about(sentence.paragraph)));
            if let Some(speaker) = known.clone().filter(|_| near.is_none()) {
                self.last = Some((speaker, sentence.paragraph));
            }
            let known = known.or_else(|| self.carried(sentence.paragraph));
            let goes_on =
                self.end_of(span).filter(|end| near.is_none() && *end > sentence.span.end);
            if known.is_none() || goes_on.is_some() {
                let within = goes_on.filter(|_| known.is_some());
                let paragraph = sentence.paragraph;
                self.waiting.push(Waiting { paragraph, statement: found.len(), within });
            }
            let speaker = known.unwrap_or_else(|| Speaker::Unnamed(UNKNOWN.to_owned()));
            let verb = near.map(|(attribution, _)| attribution.verb);
            found.push(Statement { span, speaker, direct: true, verb });
        }
    }

    /// Gives the quotations that wait for it the first speaker whom sentence `index` names.
    fn settle(
        &mut self,
        index: usize,
        first: Option<&(Attribution, Speaker)>,
        found: &mut [Statement],
    ) {
        let sentence = &self.article.sentences()[index];
        let starts = |end: usize| sentence.span.start < end;
        self.waiting.retain(|w| w.paragraph == sentence.paragraph && w.within.is_none_or(starts));
        let Some((attribution, speaker)) = first else { return };
        for waiting in std::mem::take(&mut self.waiting) {
            found[waiting.statement].speaker = speaker.clone();
            found[waiting.statement].verb = Some(attribution.verb);
        }
    }

    /// Where the quotation ends that a part of it is of.
    fn end_of(&self, part: Span) -> Option<usize> {
        let all = self.article.quotations();
        let first = all.get(all.partition_point(|quotation| quotation.end <= part.start));
        first.filter(|quotation| quotation.overlaps(part)).map(|quotation| quotation.end)
    }

    /// The person whom the last sentence before is about, seen from a paragraph.
    fn about(&self, paragraph: usize) -> Option<Speaker> {
        let near = self.topic.filter(|(_, of)| paragraph - of <= 1);
        near.map(|(id, _)| Speaker::Entity(id))
    }

    /// Whoever spoke last, if not too far before the paragraph.
    fn carried(&self, paragraph: usize) -> Option<Speaker> {
        let near = self.last.as_ref().filter(|(_, of)| paragraph - of <= 1);
        near.map(|(speaker, _)| speaker.clone())
    }

    /// The subject of an attribution in sentence `index`: an entity, else whoever a pronoun goes on with or
    /// is described so, else its words.
    fn speaker(
        &mut self,
        attribution: &Attribution,
        index: usize,
        tokens: &[Token<'_>],
    ) -> Speaker {
        if let Some(id) = attribution.entity {
            return Speaker::Entity(id);
        }
        let subject = &tokens[attribution.subject.clone()];
        let words: Vec<&str> = subject.iter().map(|token| token.word).collect();
        let text = words.join(" ");
        if english().is(&lowered(&text), Role::Subject) {
            let same = self.meant_by(&text, index);
            return same.unwrap_or_else(|| Speaker::Unnamed(self.known(text)));
        }
        let told = self.document(&words).or_else(|| self.described(subject, index));
        told.unwrap_or_else(|| Speaker::Unnamed(self.known(text)))
    }

    /// Whoever a pronoun means that sentence `index` leaves open: the person whom the sentence before is
    /// about, else whoever spoke last.
    fn meant_by(&self, pronoun: &str, index: usize) -> Option<Speaker> {
        let paragraph = self.article.sentences()[index].paragraph;
        let person = english().gender(&lowered(pronoun)).is_some();
        let answers = |speaker: &Speaker| match speaker {
            Speaker::Entity(id) => self.entities[*id].answers_to(pronoun),
            Speaker::Unnamed(words) => !person || !is_document(words),
        };
        let topic = self.about(paragraph).filter(answers);
        let last = || self.last.as_ref().map(|(speaker, _)| speaker.clone()).filter(answers);
        topic.or_else(last)
    }

    /// Who wrote *the statement*.
    fn document(&self, words: &[&str]) -> Option<Speaker> {
        let [the, .., noun] = words else { return None };
        let known = self.documents.get(&noun.to_lowercase());
        known.filter(|_| the.eq_ignore_ascii_case("the")).cloned()
    }

    /// Whom news has named and then calls by something else: *the 31-year-old*, *the Easton man*.
    fn described(&self, words: &[Token<'_>], index: usize) -> Option<Speaker> {
        let [the, .., noun] = words else { return None };
        let roles = english().roles(noun.word);
        let local = roles.meets(Role::Local) && words.len() > 2 && words[1].is_capital();
        let again = roles.meets(Role::Epithet) || local || phrase::is_age(noun.word);
        let paragraph = self.article.sentences()[index].paragraph;
        let person = |speaker: &Speaker| match speaker {
            Speaker::Entity(id) => self.entities[*id].kind == Kind::Person,
            Speaker::Unnamed(_) => false,
        };
        let near = self.about(paragraph).or_else(|| self.carried(paragraph)).filter(person);
        let meant = near.or_else(|| self.only_person(index).map(Speaker::Entity))?;
        (again && the.word.eq_ignore_ascii_case("the")).then_some(meant)
    }

    /// The person who is mentioned in the sentence or the one before, if it is one only.
    fn only_person(&self, index: usize) -> Option<usize> {
        let near = index.saturating_sub(1)..=index;
        let first = self.mentions.partition_point(|(sentence, ..)| *sentence < *near.start());
        let mentioned = self.mentions[first..].iter();
        let mut people = mentioned
            .take_while(|(sentence, ..)| near.contains(sentence))
            .map(|&(.., id)| id)
            .filter(|&id| self.entities[id].kind == Kind::Person);
        let only = people.next()?;
        people.all(|id| id == only).then_some(only)
    }

    /// The words that whoever is meant by `text` was first called by: *the official* is the one who was *a
    /// senior official* before.
    fn known(&mut self, text: String) -> String {
        let (determiner, called) = split_determiner(&text);
        let meant = |before: &&String| {
            let before = split_determiner(before).1;
            let shorter = before.strip_suffix(called.as_str());
            before == called
                || determiner == Some("the") && shorter.is_some_and(|rest| rest.ends_with(' '))
        };
        let found = self.unnamed.iter().rev().find(meant).filter(|_| determiner != Some("another"));
        if let Some(found) = found {
            return found.clone();
        }
        self.unnamed.push(text.clone());
        text
    }
}

/// The determiner that the words begin with, and the rest, in small letters.
fn split_determiner(words: &str) -> (Option<&'static str>, String) {
    let words = words.to_lowercase();
    let first = words.split_once(' ').filter(|(first, _)| english().is(first, Role::Determiner));
    match first {
        Some(("the", rest)) => (Some("the"), rest.to_owned()),
        Some(("another", rest)) => (Some("another"), rest.to_owned()),
        Some((_, rest)) => (Some("a"), rest.to_owned()),
        None => (None, words),
    }
}

/// Whether somebody is called by a noun for what is written, which no *he* or *she* is.
fn is_document(words: &str) -> bool {
    let last = words.rsplit(' ').next().unwrap_or(words);
    english().is(&lowered(last), Role::Document)
}

/// What a speaker is called of whom nothing is known.
const UNKNOWN: &str = "unknown";

/// The clause that an attribution reports.
fn reported(attribution: &Attribution, tokens: &[Token<'_>], sentence: Span) -> Option<Span> {
    let (first, last) = match attribution.side {
        Side::After(from) => (from, tokens.len()),
        Side::Before(to) => (0, to),
        Side::None => return None,
    };
    let clause = tokens.get(first..last).filter(|clause| !clause.is_empty())?;
    let end = if last == tokens.len() { sentence.end } else { clause[clause.len() - 1].span.end };
    Some(Span::new(clause[0].span.start, end))
}

/// Whether quotations are all that a span holds: then it is direct speech, and told already.
fn is_covered(span: Span, quoted: &[Span]) -> bool {
    let shared = quoted.iter().filter(|q| q.overlaps(span));
    let bytes: usize = shared.map(|q| q.end.min(span.end) - q.start.max(span.start)).sum();
    bytes + SLACK >= span.len()
}

/// Bytes of marks and blanks that a quotation may leave of a span.
const SLACK: usize = 4;

//! Who says what: which stretches of an article are in the voice of somebody it names, by quotation or
//! in reported speech, and which are the author's own.
//!
//! A [`Statement`] is a stretch and its speaker. Direct speech is what stands between quotation marks;
//! reported speech is the clause of a verb of speech (*said*, *warned*, *according to*). A quotation
//! without a speaker in its own sentence belongs to whoever spoke last in the paragraph, or is named
//! in the next sentence of it. `tests/golden/voices.txt` holds the cases that the rules are measured
//! on.

mod clause;

use self::clause::{Attribution, Side};
use crate::{
    entity::{Entity, token::Token},
    lexicon::{Role, english},
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
    /// Quotations that wait for a speaker: paragraph, and index into the statements.
    waiting: Vec<(usize, usize)>,
    /// Those without a name who spoke so far, in the article's words.
    unnamed: Vec<String>,
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
        Self { article, entities, mentions, last: None, waiting: Vec::new(), unnamed: Vec::new() }
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
        let attributions = clause::find(tokens, &open, &here);
        let attributions: Vec<(Attribution, Speaker)> = attributions
            .into_iter()
            .map(|attribution| {
                let speaker = self.speaker(&attribution, tokens);
                (attribution, speaker)
            })
            .collect();
        self.direct(sentence.paragraph, &quoted, &attributions, found);
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
    }

    /// The parts of quotations that lie in a sentence.
    fn quoted(&self, sentence: Span) -> Vec<Span> {
        let all = self.article.quotations().iter();
        all.filter(|quotation| quotation.overlaps(sentence))
            .map(|q| Span::new(q.start.max(sentence.start), q.end.min(sentence.end)))
            .collect()
    }

    /// Gives each quotation of a sentence its speaker: of the sentence, of the paragraph so far, or
    /// whoever the paragraph names next.
    fn direct(
        &mut self,
        paragraph: usize,
        quoted: &[Span],
        attributions: &[(Attribution, Speaker)],
        found: &mut Vec<Statement>,
    ) {
        self.waiting.retain(|(of, _)| *of == paragraph);
        if let Some((attribution, speaker)) = attributions.first() {
            for (_, at) in std::mem::take(&mut self.waiting) {
                found[at].speaker = speaker.clone();
                found[at].verb = Some(attribution.verb);
            }
        }
        for &span in quoted {
            let distance =
                |verb: Span| verb.start.abs_diff(span.start).min(verb.start.abs_diff(span.end));
            let near =
                attributions.iter().min_by_key(|(attribution, _)| distance(attribution.verb));
            let carried = self.last.as_ref().filter(|(_, last)| paragraph - last <= 1);
            let known = near.map(|(_, speaker)| speaker).or(carried.map(|(speaker, _)| speaker));
            if known.is_none() {
                self.waiting.push((paragraph, found.len()));
            }
            let speaker = known.cloned().unwrap_or_else(|| Speaker::Unnamed(UNKNOWN.to_owned()));
            let verb = near.map(|(attribution, _)| attribution.verb);
            found.push(Statement { span, speaker, direct: true, verb });
        }
    }

    /// The subject of an attribution: an entity, else whoever a pronoun goes on with, else its words.
    fn speaker(&mut self, attribution: &Attribution, tokens: &[Token<'_>]) -> Speaker {
        if let Some(id) = attribution.entity {
            return Speaker::Entity(id);
        }
        let words: Vec<&str> =
            tokens[attribution.subject.clone()].iter().map(|token| token.word).collect();
        let text = words.join(" ");
        let pronoun = english().is(&text.to_lowercase(), Role::Subject);
        let last = self.last.as_ref().map(|(speaker, _)| speaker).filter(|_| pronoun);
        let same = last.filter(|speaker| match speaker {
            Speaker::Entity(id) => self.entities[*id].answers_to(&text),
            Speaker::Unnamed(_) => true,
        });
        let same = same.cloned();
        same.unwrap_or_else(|| Speaker::Unnamed(self.known(text)))
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

//! Pronouns that can mean one person only.

use std::borrow::Cow;

use hashbrown::HashMap;

use super::{
    Form, Mention,
    gazetteer::Gender,
    join::Joined,
    token::{Shape, Token},
};
use crate::lexicon::{PRONOUN, Role, SPEECH, english, lowered};
use standfirst_core::article::{Article, Span};

/// How far back a person may have been mentioned last, in sentences.
const REACH: usize = 2;

/// Whether a sentence may mention somebody by pronoun.
pub(super) fn may_be_in(tokens: &[Token<'_>]) -> bool {
    tokens.iter().any(|token| gender(token.word).is_some())
}

/// What tells whom a pronoun cannot mean: who is quoted, and whom the article has no name for.
pub(super) struct Scene<'a> {
    article: &'a Article,
    /// Where people without a name stand, by sentence, and how they are referred to.
    strangers: HashMap<usize, Vec<Stranger>>,
    /// By sentence, what is told of its quotations.
    told: HashMap<usize, Told>,
}

/// Somebody without a name.
struct Stranger {
    /// The byte where the words for them begin.
    start: usize,
    gender: Option<Gender>,
    /// Whether only a quotation speaks of them.
    quoted: bool,
}

/// What a sentence with a quotation tells of its speaker.
struct Told {
    /// Where the words stand that may be of whoever speaks, by the first verbs of speech.
    speakers: Vec<usize>,
    /// Whether all of it is quoted.
    whole: bool,
}

/// Sentences of a quotation over which its speaker is remembered.
const MAX_QUOTED: usize = 20;

impl<'a> Scene<'a> {
    pub(super) fn new(article: &'a Article) -> Self {
        Self { article, strangers: HashMap::new(), told: HashMap::new() }
    }

    /// Looks at the words of a sentence.
    pub(super) fn see(&mut self, index: usize, tokens: &[Token<'_>]) {
        let quoted: Vec<bool> = tokens.iter().map(|token| self.is_quoted(token.span)).collect();
        let found: Vec<Stranger> =
            (0..tokens.len()).filter_map(|at| stranger(tokens, at, quoted[at])).collect();
        if !found.is_empty() {
            self.strangers.insert(index, found);
        }
        if quoted.contains(&true) {
            let speakers = speakers(tokens, &quoted);
            self.told.insert(index, Told { speakers, whole: !quoted.contains(&false) });
        }
    }

    fn is_quoted(&self, word: Span) -> bool {
        let all = self.article.quotations();
        let first = all.partition_point(|quotation| quotation.end <= word.start);
        all.get(first).is_some_and(|quotation| quotation.overlaps(word))
    }

    /// Who speaks in the quotations of sentence `index`: of the sentence, or else whoever spoke in those before
    /// that it goes on with, or is named behind where its quotation ends.
    fn speaker(&self, people: &People, index: usize) -> Option<usize> {
        let first = index.saturating_sub(MAX_QUOTED);
        for at in (first..=index).rev() {
            let Some(told) = self.told.get(&at) else { break };
            if let Some(id) = people.beside(at, &told.speakers) {
                return Some(id);
            }
            if !told.whole {
                break;
            }
        }
        let last = self.article.sentences().get(index)?.span.end;
        let all = self.article.quotations();
        let over = all.get(all.partition_point(|quotation| quotation.end < last))?;
        let end = Some(over.end).filter(|_| over.start < last)?;
        let after = self.article.sentences().get(index + 1).filter(|s| s.span.start < end)?;
        let told = self.told.get(&(index + 1)).filter(|_| after.span.start > last)?;
        people.beside(index + 1, &told.speakers)
    }
}

/// The verbs of speech outside quotations, and the bytes of the words that may be of who speaks: behind the verb
/// where that follows a quotation at once, else before it.
fn speakers(tokens: &[Token<'_>], quoted: &[bool]) -> Vec<usize> {
    let names = |at: &usize| tokens[*at].is_capital() || gender(tokens[*at].word).is_some();
    let mut found = Vec::new();
    // The last word since a quotation that may be of a name.
    let mut last = None;
    for at in 0..tokens.len() {
        if quoted[at] {
            last = None;
            continue;
        }
        if english().is(tokens[at].word, SPEECH) {
            let inverted = at > 0 && quoted[at - 1];
            let behind =
                || (at + 1..tokens.len().min(at + 4)).take_while(|&at| !quoted[at]).find(names);
            found.extend(if inverted { behind() } else { last });
        }
        last = Some(at).filter(names).or(last);
        if found.len() == MAX_VERBS {
            break;
        }
    }
    found.into_iter().map(|at| tokens[at].span.start).collect()
}

/// Verbs of speech of a sentence that are asked for its speaker.
const MAX_VERBS: usize = 8;

/// The person whom the words from token `at` on leave without a name: *a man*, *one young woman*, *the victim*. What is
/// said of somebody has no bearer of its own: *Hale, a teacher*, *she was a nurse*.
fn stranger(tokens: &[Token<'_>], at: usize, quoted: bool) -> Option<Stranger> {
    let article = &tokens[at];
    let definite = matches!(article.word, "the" | "The");
    let indefinite =
        matches!(article.word, "a" | "A" | "an" | "An" | "one" | "One" | "another" | "Another");
    if !definite && !indefinite {
        return None;
    }
    let predicate = |t: &Token<'_>| {
        let word = t.word.to_lowercase();
        english().is(&word, Role::Auxiliary | Role::NoSubject)
            || matches!(&word[..], "became" | "become" | "like" | "of")
    };
    let said = at > 0 && (!article.follows_closely() || predicate(&tokens[at - 1]))
        || at > 1 && article.follows_closely() && predicate(&tokens[at - 2])
        || at == 0 && tokens.iter().any(|t| t.gap == ", " && t.is_capital());
    let noun = (at + 1..tokens.len().min(at + 1 + MAX_NOUN))
        .take_while(|&at| tokens[at].follows_closely() && tokens[at].shape == Shape::Lower)
        .find(|&at| {
            let word = tokens[at].word;
            english().is(word, Role::Person | Role::Stranger)
                && !english().is(word, PRONOUN)
                && word != "who"
        })?;
    let next = tokens.get(noun + 1).filter(|t| t.follows_closely());
    let named = next.is_some_and(|t| t.is_capital() || english().is(t.word, Role::Person));
    let roles = english().roles(tokens[noun].word);
    let unknown = roles.meets(Role::Stranger) || indefinite;
    let found = Stranger { start: article.span.start, gender: roles.gender(), quoted };
    (unknown && !said && !named && !tokens[noun].possessive).then_some(found)
}

/// Words from *a* to the noun, at most.
const MAX_NOUN: usize = 3;

/// Who is mentioned where: by sentence, the place and the entity.
struct People(HashMap<usize, Vec<(Span, usize)>>);

/// In the place of an entity, somebody who has no name.
const NOBODY: usize = usize::MAX;

impl People {
    fn new(entities: &[Joined]) -> Self {
        let mut people = Self(HashMap::new());
        for (id, entity) in entities.iter().enumerate().filter(|(_, entity)| entity.is_proved()) {
            for mention in &entity.mentions {
                people.add(mention.sentence, mention.span, id);
            }
        }
        people
    }

    fn add(&mut self, sentence: usize, place: Span, id: usize) {
        self.0.entry(sentence).or_default().push((place, id));
    }

    /// Whoever's mention in the sentence holds the word at the first of the bytes that is of one.
    fn beside(&self, sentence: usize, bytes: &[usize]) -> Option<usize> {
        let mentioned = self.0.get(&sentence)?;
        bytes.iter().find_map(|&byte| {
            let holds = |place: &Span| place.range().contains(&byte);
            mentioned.iter().find(|(place, _)| holds(place)).map(|&(_, id)| id)
        })
    }
}

/// Adds a mention for every *he* or *she* for which one person comes into question: of those who may
/// be referred to so, the only one in the sentence so far, or else the only one in the nearest
/// sentence before that has one. In a quotation its speaker is none of them. `sentences` are those in which that
/// [may be](may_be_in), by index.
pub(super) fn mention<'t, 'a: 't>(
    entities: &mut [Joined],
    scene: &Scene<'_>,
    sentences: impl Iterator<Item = (usize, Cow<'t, [Token<'a>]>)>,
) {
    let mut people = People::new(entities);
    for (index, tokens) in sentences {
        let mut pronouns: Vec<(bool, &Token<'_>, Gender)> = tokens
            .iter()
            .filter_map(|token| {
                let gender = gender(token.word)?;
                Some((scene.is_quoted(token.span), token, gender))
            })
            .collect();
        // Who speaks may be a pronoun, which then has to be known first.
        pronouns.sort_by_key(|(quoted, ..)| *quoted);
        let mut told = None;
        for (quoted, token, gender) in pronouns {
            let mut speaker = || *told.get_or_insert_with(|| scene.speaker(&people, index));
            let speaker = quoted.then(&mut speaker).flatten();
            let fits = |id: usize| {
                Some(id) != speaker && entities[id].gender.is_none_or(|known| known == gender)
            };
            let Some(id) =
                nearest(&people, scene, (gender, quoted), fits, (index, token.span.start))
            else {
                continue;
            };
            entities[id].gender.get_or_insert(gender);
            entities[id].add(Mention { span: token.span, sentence: index, form: Form::Pronoun });
            people.add(index, token.span, id);
        }
    }
}

/// The one person whom a pronoun of a gender, in a quotation or not, can mean that stands in a sentence at a byte.
fn nearest(
    people: &People,
    scene: &Scene<'_>,
    (gender, quoted): (Gender, bool),
    fits: impl Fn(usize) -> bool,
    (index, at): (usize, usize),
) -> Option<usize> {
    for sentence in (index.saturating_sub(REACH)..=index).rev() {
        let mentioned = people.0.get(&sentence).into_iter().flatten();
        let mut found: Vec<usize> = mentioned
            .filter(|(place, id)| place.start < at && fits(*id))
            .map(|(_, id)| *id)
            .collect();
        let strangers = scene.strangers.get(&sentence).into_iter().flatten();
        let mut strangers = strangers.filter(|stranger| {
            let seen = quoted || !stranger.quoted;
            seen && stranger.start < at && stranger.gender.is_none_or(|own| own == gender)
        });
        found.extend(strangers.next().map(|_| NOBODY));
        found.sort_unstable();
        found.dedup();
        match found[..] {
            [] => {}
            [only] => return Some(only).filter(|id| *id != NOBODY),
            _ => return None,
        }
    }
    None
}

/// The gender that a pronoun tells, if the word is one that does.
pub(super) fn gender(word: &str) -> Option<Gender> {
    let roles = english().roles(&lowered(word));
    roles.gender().filter(|_| roles.meets(PRONOUN))
}

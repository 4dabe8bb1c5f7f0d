//! The words that name a speaker: where they begin and end, and which of them is the one who speaks.

use std::ops::Range;

use super::clause::{MAX_SUBJECT, Subject, View};
use crate::{
    entity::{
        Kind,
        token::{Shape, Token},
    },
    lexicon::{Role, SPEECH, english, lowered},
};

/// How far behind a noun for a document its author may stand, in words.
const MAX_DOCUMENT: usize = 8;
/// Most commas between somebody and the verb.
const MAX_COMMAS: usize = 4;

impl View<'_> {
    /// Whether the sentence quotes, or leads on to a quotation.
    pub(super) fn quotes(&self) -> bool {
        self.leads || self.open.len() < self.tokens.len()
    }

    /// Whether it does so after token `at`, which is not quoted.
    pub(super) fn quotes_after(&self, at: usize) -> bool {
        let open = self.open.len() - self.open.partition_point(|&open| open <= at);
        self.leads || open < self.tokens.len() - at - 1
    }

    pub(super) fn is_person(&self, entity: usize) -> bool {
        self.entities[entity].kind == Kind::Person
    }

    /// Whether a word may stand between a subject and its verb: *already*, and all adverbs in *-ly*.
    pub(super) fn may_stand_between(&self, at: usize) -> bool {
        let token = &self.tokens[at];
        english().is(token.word, Role::BeforeVerb) || is_adverb(token)
    }

    /// The words for somebody without a name, without the small ones around them. `None` if what is left
    /// names nobody.
    pub(super) fn called(&self, mut words: Range<usize>) -> Option<Range<usize>> {
        while !words.is_empty() && self.is_small(words.start) {
            words.start += 1;
        }
        while !words.is_empty() && self.is_edge(words.end - 1) {
            words.end -= 1;
        }
        let head = self.tokens[words.clone()].last()?;
        let lower = head.word.to_lowercase();
        let noun = (head.shape != Shape::Number || is_age(head.word)) && !is_adverb(head);
        let alone = words.len() == 1 && english().is(&lower, Role::NoSpeaker);
        let determiner = !alone && english().is(&lower, Role::Determiner);
        let degree = english().is(head.word, Role::Degree);
        (noun && !alone && !determiner && !degree).then_some(words)
    }

    /// Whether a word does not begin the name of somebody: a preposition, a month, a day.
    fn is_small(&self, at: usize) -> bool {
        let lower = self.tokens[at].word.to_lowercase();
        self.is_edge(at) || english().calendar().is_full_name(&lower)
    }

    fn is_edge(&self, at: usize) -> bool {
        english().is(&lowered(self.tokens[at].word), Role::NoEdge)
    }

    /// Whether a verb follows that makes a clause of the name before token `at`: *Hale had lied*.
    pub(super) fn is_clause(&self, at: usize) -> bool {
        self.tokens.get(at).is_some_and(|token| {
            token.follows_closely() && english().is(token.word, SPEECH | Role::Auxiliary)
        })
    }

    /// The token between somebody and what they belong to, whose words begin at `start`: *a source within the
    /// central ministry*.
    pub(super) fn governing(&self, start: usize) -> Option<usize> {
        let of = |at: usize| {
            let of = at.checked_sub(1)?;
            english().is(self.tokens[of].word, Role::Of).then_some(of)
        };
        let title = self.title_start(start);
        of(title).or_else(|| of(self.determiner_before(title)?))
    }

    /// The determiner before token `start`, one or two words that say how something is between them.
    fn determiner_before(&self, start: usize) -> Option<usize> {
        let mut at = start;
        while at > 0 && start - at <= 2 && self.tokens[at].follows_closely() {
            at -= 1;
            let token = &self.tokens[at];
            if english().is(token.word, Role::Determiner) {
                return Some(at);
            }
            if token.possessive || token.shape != Shape::Lower || is_function(token.word) {
                return None;
            }
        }
        None
    }

    /// The person named after the body or place that `entity` is and that ends at token `end`: *the harbour
    /// board's chairwoman Ann Cole*.
    pub(super) fn person_behind(&self, end: usize, entity: usize) -> Option<(usize, usize)> {
        if self.is_person(entity) && !self.tokens[end - 1].possessive {
            return None;
        }
        let mut at = end;
        while at < self.tokens.len() && at - end < MAX_SUBJECT {
            let token = &self.tokens[at];
            if !token.follows_closely() || is_function(token.word) || Self::ends_phrase(token.word)
            {
                return None;
            }
            match self.mention_at(at) {
                Some((end, id)) if self.is_person(id) => {
                    return (!self.tokens[end - 1].possessive).then_some((end, id));
                }
                Some((further, _)) => at = further,
                None => at += 1,
            }
        }
        None
    }

    /// Whether the name of something, after the words `before`, only says which person is meant by the noun
    /// behind it: *the Easton man*.
    pub(super) fn modifies(&self, before: Range<usize>, end: usize, entity: usize) -> bool {
        let determined = self.tokens[before]
            .first()
            .is_some_and(|token| english().is(&lowered(token.word), Role::Determiner));
        let noun = |token: &Token<'_>| {
            english().is(token.word, Role::Person | Role::Title | Role::Local | Role::Epithet)
        };
        let behind = self.tokens[end..].iter().take(2);
        determined
            && !self.is_person(entity)
            && behind
                .take_while(|t| {
                    t.follows_closely() && t.shape == Shape::Lower && !is_function(t.word)
                })
                .any(noun)
    }

    /// The start of the degrees that stand before the comma at token `end`: *X, M.D., the director*.
    pub(super) fn without_degrees(&self, end: usize) -> usize {
        let mut start = end;
        while start > 1 && english().is(self.tokens[start - 1].word, Role::Degree) {
            start -= 1;
            if self.tokens[start].gap.contains(',') && !self.is_degree(start - 1) {
                return start;
            }
        }
        end
    }

    fn is_degree(&self, at: usize) -> bool {
        english().is(self.tokens[at].word, Role::Degree)
    }

    /// The person who opens the sentence, if commas part the name from token `end`: *X, the head of Y, a
    /// charity, said*.
    pub(super) fn opening(&self, end: usize) -> Option<Subject> {
        let mut commas =
            (1..end).rev().filter(|&at| self.tokens[at].gap.contains(',')).take(MAX_COMMAS);
        commas.find_map(|at| {
            let (start, id) = self.mention_to(at).filter(|(_, id)| self.is_person(*id))?;
            let title = self.title_start(start);
            let opens = title == 0 || self.tokens[title].gap.contains(['"', '”']);
            let open = self.open.binary_search(&start).is_ok();
            (opens && open).then_some((start..at, Some(id)))
        })
    }

    /// The noun for a document that begins at token `start`, and who wrote it: *a memo that was posted by X*.
    pub(super) fn author(&self, start: usize) -> Option<(usize, Subject)> {
        let closely = |at: usize| at == start || self.tokens[at].follows_closely();
        let within = start..self.tokens.len().min(start + MAX_DOCUMENT);
        let phrase = within.clone().take_while(|&at| closely(at));
        let document = phrase
            .take(MAX_SUBJECT)
            .take_while(|&at| !self.is_edge(at))
            .find(|&at| english().is(self.tokens[at].word, Role::Document))?;
        let by = (document + 1..within.end)
            .take_while(|&at| closely(at))
            .find(|&at| matches!(self.tokens[at].word, "by" | "from"))?;
        let (end, id) = self.mention_from(by + 1)?;
        Some((document, (by + 1..end, Some(id))))
    }

    /// The noun for what somebody writes: *in a statement*, not *in the statement*.
    pub(super) fn written(&self) -> Option<usize> {
        let opens = |&&at: &&usize| self.tokens[at].word.eq_ignore_ascii_case("in");
        self.open.iter().filter(opens).find_map(|&at| {
            let determiner = self.tokens.get(at + 1)?.word;
            let own = determiner != "the" && english().is(determiner, Role::Determiner);
            let noun = (at + 2..self.tokens.len().min(at + 5))
                .take_while(|&at| self.tokens[at].follows_closely())
                .find(|&at| english().is(self.tokens[at].word, Role::Document));
            noun.filter(|_| own)
        })
    }

    /// The person whom the sentence is about: its first subject outside quotations, where that can be told.
    pub(super) fn topic(&self) -> Option<(usize, usize)> {
        self.open.iter().find_map(|&at| {
            let (end, id) = self.mention_at(at).filter(|(_, id)| self.is_person(*id))?;
            self.is_subject(at, end).then_some((at, id))
        })
    }

    /// Whether the name in these tokens begins a main clause and a verb or an apposition follows.
    fn is_subject(&self, start: usize, end: usize) -> bool {
        let lower = self.tokens[start].word.to_lowercase();
        let object = english().is(&lower, Role::Object | Role::Possessive)
            && !english().is(&lower, Role::Subject);
        let next = self.tokens.get(end).filter(|_| !self.tokens[end - 1].possessive && !object);
        let goes_on = next.is_some_and(|next| {
            let verb = next.follows_closely() && next.shape == Shape::Lower;
            (verb || next.gap.starts_with(',')) && !is_joint(next.word)
        });
        goes_on && self.begins_clause(start)
    }

    /// Whether nothing but titles and such stands between the start of a clause and token `start`.
    fn begins_clause(&self, start: usize) -> bool {
        let before = start.checked_sub(1).filter(|_| self.tokens[start].follows_closely());
        if before.is_some_and(|at| !is_calling(&self.tokens[at])) {
            return false;
        }
        let mut at = start;
        while at > 0 && self.tokens[at].follows_closely() {
            at -= 1;
            let token = &self.tokens[at];
            if at == 0 && opens_sentence(token.word) {
                return true;
            }
            let governs = english().is(&lowered(token.word), SPEECH | Role::Auxiliary);
            if start - at > MAX_SUBJECT || governs || self.is_edge(at) || is_function(token.word) {
                return false;
            }
        }
        true
    }
}

/// Whether the word before a name may say what its bearer is, and is no verb: *try scorer*, *Senator*.
fn is_calling(token: &Token<'_>) -> bool {
    let ending =
        ["er", "or", "ist", "ian", "man"].iter().any(|ending| token.word.ends_with(ending));
    let lower = token.word.to_lowercase();
    let noun = english().is(&lower, Role::Title | Role::Person | Role::Epithet);
    token.is_capital() || ending || noun || english().is(&lower, Role::Determiner)
}

/// Whether the word may open a sentence before its subject without a comma.
fn opens_sentence(word: &str) -> bool {
    matches!(word, "And" | "But" | "Yet" | "Then")
}

/// Whether it is somebody's age and stands for them: *the 31-year-old*.
pub(super) fn is_age(word: &str) -> bool {
    word.ends_with("-year-old")
}

/// Whether the word joins a name with another.
fn is_joint(word: &str) -> bool {
    matches!(word, "and" | "or")
}

/// Whether it ends as adverbs do, in small letters, and is no noun such as *family*.
fn is_adverb(token: &Token<'_>) -> bool {
    token.shape == Shape::Lower
        && token.word.ends_with("ly")
        && !english().is(token.word, Role::NoAdverb)
}

/// Whether a word stands between names and nouns rather than with them; *the* and *his* stand with them.
fn is_function(word: &str) -> bool {
    let lower = word.to_lowercase();
    english().is_stop_word(word) && !english().is(&lower, Role::Determiner | Role::Possessive)
        || english().is(&lower, Role::NoEdge)
}

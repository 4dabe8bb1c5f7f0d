//! *Somebody said*: where a sentence names a speaker, and which part of it is what was said.

use std::ops::Range;

use crate::{
    entity::{Entity, Kind, token::Token},
    lexicon::{Role, SPEECH, english, lowered},
};
use standfirst_core::article::Span;

/// A verb of speech, or *according to*, with its subject.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Attribution {
    /// Where the verb stands.
    pub verb: Span,
    /// The tokens that say who speaks.
    pub subject: Range<usize>,
    /// The entity that they mention, if they do.
    pub entity: Option<usize>,
    /// The noun for what they wrote, where it stands beside them: *a memo by X*.
    pub document: Option<usize>,
    /// Which tokens are what was said.
    pub side: Side,
}

/// Where reported speech stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    /// From this token to the end of the sentence.
    After(usize),
    /// From the start of the sentence up to this token, exclusive.
    Before(usize),
    /// Nothing is reported: the verb goes with a quotation only.
    None,
}

/// Longest subject without a name, in words.
pub(super) const MAX_SUBJECT: usize = 5;

/// Who speaks: which tokens say so, and the entity that they mention.
pub(super) type Subject = (Range<usize>, Option<usize>);

/// The attributions among the tokens outside quotations, in order.
pub(super) fn find(view: &View<'_>) -> Vec<Attribution> {
    let mut found: Vec<Attribution> = Vec::new();
    for &at in view.open {
        let attribution = view.attribution_at(at, found.last());
        // "X said Y warned that": the outer speaker is the one who says it.
        let inside =
            found.iter().any(|outer| matches!(outer.side, Side::After(from) if from <= at));
        found.extend(attribution.filter(|_| !inside));
    }
    found
}

/// A sentence while it is searched for who speaks.
pub(super) struct View<'a> {
    pub tokens: &'a [Token<'a>],
    /// Which of them stand outside quotations, in order.
    pub open: &'a [usize],
    /// Who is mentioned in the sentence, in order.
    pub mentions: &'a [(Span, usize)],
    /// Those of the article.
    pub entities: &'a [Entity],
    /// Whether the sentence leads on to what comes after it: it ends with a colon.
    pub leads: bool,
}

impl View<'_> {
    /// What the word at token `at` says of who speaks, `before` being what was said of it so far.
    fn attribution_at(&self, at: usize, before: Option<&Attribution>) -> Option<Attribution> {
        let word = self.tokens[at].word;
        let roles = english().roles(word);
        if let Some(attribution) = self.went_on(at) {
            return Some(attribution);
        }
        if roles.meets(SPEECH) {
            self.said(at)
        } else if word.eq_ignore_ascii_case("according") {
            self.according(at)
        } else if word == "words" {
            self.in_the_words_of(at)
        } else if word == "attributed" {
            self.attributed(at)
        } else if roles.meets(Role::Participle) && self.is_joined(at) {
            let before = before.map(|before| self.going_on(at, before));
            before.or_else(|| self.participle(at))
        } else if word.ends_with("ing") && roles.meets(Role::Participle | Role::Voicing) {
            self.with_somebody(at)
        } else if roles.meets(Role::Voicing | Role::Stating) {
            self.voiced(at)
        } else {
            None
        }
    }

    fn said(&self, verb: usize) -> Option<Attribution> {
        if let Some(subject) = self.inverted(verb) {
            let side = self.preceding(verb);
            return Some(self.attribution(verb, subject, side));
        }
        let subject = self.subject_before(verb)?;
        let side = if self.is_parenthetic(subject.0.start, verb) {
            self.preceding(subject.0.start)
        } else if english().is(self.tokens[verb].word, Role::Clausal) {
            self.clause_after(verb).map_or(Side::None, Side::After)
        } else {
            Side::None
        };
        Some(self.attribution(verb, subject, side))
    }

    /// *agreed*, *the report found*: nothing is said by it of speech where nothing is quoted.
    fn voiced(&self, verb: usize) -> Option<Attribution> {
        let found = self.said(verb)?;
        let beside = self.quotes_after(verb) || matches!(found.side, Side::Before(_));
        let stating = english().is(self.tokens[verb].word, Role::Stating);
        (beside && self.quotes() && (!stating || self.states(&found))).then_some(found)
    }

    /// Whether the subject is a document or a body, which *finds* and *reads* by saying something.
    fn states(&self, found: &Attribution) -> bool {
        match found.entity {
            Some(id) => self.entities[id].kind == Kind::Organisation,
            None => self.tokens[found.subject.clone()]
                .iter()
                .any(|token| english().is(&lowered(token.word), Role::Document)),
        }
    }

    /// *X went on to add*, *X went as far as to say*.
    fn went_on(&self, at: usize) -> Option<Attribution> {
        let word = self.tokens[at].word;
        let that = self.tokens.get(at + 1).is_some_and(|next| next.word == "that");
        if !english().is(word, Role::Plain) || !(that || self.quotes()) {
            return None;
        }
        let before = |back: usize| at.checked_sub(back).map(|at| self.tokens[at].word);
        let back = match [4, 3, 2, 1].map(before) {
            [_, _, Some("on"), Some("to")] => 3,
            [Some("as" | "so"), Some("far"), Some("as"), Some("to")] => 5,
            _ => return None,
        };
        let going = at.checked_sub(back)?;
        let known = english().is(self.tokens[going].word, Role::Going);
        let subject = self.subject_before(going).filter(|_| known)?;
        let side = if that { Side::After(at + 2) } else { Side::None };
        Some(self.attribution(at, subject, side))
    }

    /// *attributed to X* goes with a quotation.
    fn attributed(&self, at: usize) -> Option<Attribution> {
        self.tokens.get(at + 1).filter(|token| token.word == "to" && self.quotes())?;
        let (end, id) = self.mention_from(at + 2)?;
        Some(self.attribution(at, (at + 2..end, Some(id)), Side::None))
    }

    /// *with X calling it "a disgrace"*.
    fn with_somebody(&self, at: usize) -> Option<Attribution> {
        let (start, id) = self.mention_to(at).filter(|_| self.quotes_after(at))?;
        let with = self.title_start(start).checked_sub(1)?;
        self.tokens.get(with).filter(|token| token.word.eq_ignore_ascii_case("with"))?;
        Some(self.attribution(at, (start..at, Some(id)), Side::None))
    }

    /// *according to X*: what is before it, or what is after it where it opens the sentence.
    fn according(&self, at: usize) -> Option<Attribution> {
        self.tokens.get(at + 1).filter(|token| token.word == "to")?;
        let author = self.author(at + 2);
        let (document, subject) = match author {
            Some((document, subject)) => (Some(document), subject),
            None => (None, self.subject_from(at + 2)?),
        };
        let side =
            if at == 0 { Side::After(self.after_comma(subject.0.end)) } else { Side::Before(at) };
        Some(Attribution { document, ..self.attribution(at, subject, side) })
    }

    /// *in the words of X* goes with a quotation.
    fn in_the_words_of(&self, at: usize) -> Option<Attribution> {
        let before =
            at.checked_sub(2).map(|from| [self.tokens[from].word, self.tokens[from + 1].word]);
        let opens = matches!(before, Some(["in" | "In", "the"]));
        self.tokens.get(at + 1).filter(|token| opens && token.word == "of")?;
        Some(self.attribution(at, self.subject_from(at + 2)?, Side::None))
    }

    /// *…, adding that* and *… and adding that*.
    fn is_joined(&self, at: usize) -> bool {
        self.tokens[at].gap.contains(',') || at > 0 && self.tokens[at - 1].word == "and"
    }

    /// *X sent a letter, saying that*: the last name before it that begins a clause.
    fn participle(&self, at: usize) -> Option<Attribution> {
        let begins = |start: usize| {
            let title = self.title_start(start);
            title == 0
                || self.tokens[title].gap.contains(',')
                || matches!(self.tokens[title - 1].word, "and" | "but")
        };
        let subject = (1..at).rev().find_map(|end| {
            let (start, id) = self.mention_to(end)?;
            begins(start).then_some((start..end, Some(id)))
        })?;
        let side = self.clause_after(at).map_or(Side::None, Side::After);
        Some(self.attribution(at, subject, side))
    }

    fn going_on(&self, at: usize, before: &Attribution) -> Attribution {
        let side = self.clause_after(at).map_or(Side::None, Side::After);
        Attribution { verb: self.tokens[at].span, side, ..before.clone() }
    }

    fn attribution(&self, verb: usize, (subject, entity): Subject, side: Side) -> Attribution {
        Attribution { verb: self.tokens[verb].span, subject, entity, document: None, side }
    }

    /// The somebody whose words begin at token `at`.
    fn subject_from(&self, at: usize) -> Option<Subject> {
        if let Some((end, id)) = self.mention_from(at) {
            return Some((at..end, Some(id)));
        }
        self.called(at..self.phrase_end(at)).map(|words| (words, None))
    }

    /// The subject after the verb: *"It is over," said X*.
    fn inverted(&self, verb: usize) -> Option<Subject> {
        let token = &self.tokens[verb];
        let breaks = token.gap.contains([',', '"', '”', '\'', '’', '?', '!']);
        // Behind *told* stands who listens.
        if !breaks || verb == 0 || english().is(token.word, Role::Telling) {
            return None;
        }
        let next = self.tokens.get(verb + 1).filter(|next| next.follows_closely())?;
        // After a bare comma, a subject may stand before: "Hale, a former judge, said the…".
        let quoted_before = token.gap.contains(['"', '”', '’']);
        if let Some((end, id)) = self.mention_from(verb + 1) {
            let speaks = quoted_before || !self.is_clause(end);
            return speaks.then_some((verb + 1..end, Some(id)));
        }
        let roles = english().roles(next.word);
        let noun = roles.meets(Role::Determiner)
            || (roles.meets(Role::Subject) && !roles.meets(Role::Neuter))
            || next.is_capital();
        let words = (noun && quoted_before)
            .then(|| self.called(verb + 1..self.phrase_end(verb + 1)))
            .flatten();
        words.map(|words| (words, None))
    }

    /// The subject before the verb: a mention, an apposition over, or a few words without a name.
    fn subject_before(&self, verb: usize) -> Option<Subject> {
        let mut end = verb;
        while end > 0 && self.may_stand_between(end - 1) && self.tokens[end].follows_closely() {
            end -= 1;
        }
        end = self.before_day(end).unwrap_or(end);
        if end == 0 {
            return None;
        }
        if let Some(opened) = self.parenthesis(end) {
            return self.ending(opened);
        }
        if self.tokens[end].gap.contains(',') {
            return self.before_apposition(end);
        }
        let head = self.tokens[end - 1].word.to_lowercase();
        if !self.tokens[end].follows_closely()
            || english().is(self.tokens[end - 1].word, Role::NoSubject)
            || english().is(&head, Role::NoHead)
        {
            return None;
        }
        self.ending(end)
    }

    /// Where the words for a day begin that stand right before token `end` and right behind a name: *X on Thursday
    /// said*.
    fn before_day(&self, end: usize) -> Option<usize> {
        let day = end.checked_sub(1)?;
        let on = day.checked_sub(1)?;
        let word = self.tokens[day].word.to_lowercase();
        let close = [on, day, end].iter().all(|at| self.tokens[*at].follows_closely());
        let dated = english().calendar().is_weekday(&word) && self.tokens[on].word == "on";
        (close && dated && self.mention_to(on).is_some()).then_some(on)
    }

    /// The token that opens the parenthesis right before token `end`, as of a party: *X (R) said*.
    fn parenthesis(&self, end: usize) -> Option<usize> {
        if self.tokens[end].gap.trim() != ")" {
            return None;
        }
        let mut before = (end.saturating_sub(MAX_SUBJECT)..end).rev();
        before.find(|&at| at > 0 && self.tokens[at].gap.contains('('))
    }

    /// *X, the mayor, said*, *X, M.D., the mayor, said* and *the mayor, X, said*.
    fn before_apposition(&self, end: usize) -> Option<Subject> {
        let opened = (1..end).rev().find(|&at| self.tokens[at].gap.contains(','))?;
        if let Some((start, id)) = self.mention_to(end)
            && self.title_start(start) <= opened
        {
            return Some((start..end, Some(id)));
        }
        let near = self.ending(self.without_degrees(opened));
        let person = |(_, entity): &Subject| entity.is_some_and(|id| self.is_person(id));
        if near.as_ref().is_some_and(person) {
            return near;
        }
        self.opening(opened).or(near)
    }

    /// Whoever the words before token `end` name: *X*, *X of the Y*, *a spokesman for X*.
    fn ending(&self, end: usize) -> Option<Subject> {
        let named = self.mention_to(end).map(|(start, id)| (start..end, Some(id)));
        let (subject, entity) = named.or_else(|| self.unnamed(end))?;
        let Some(of) = self.governing(subject.start) else {
            return Some((subject, entity));
        };
        if let Some((head, id)) = self.mention_to(of) {
            return Some((head..of, Some(id)));
        }
        let head = self.unnamed(of);
        Some(head.map_or((subject, entity), |(head, _)| (head.start..end, None)))
    }

    /// Somebody without a name whose words end at `end`: from the determiner, or the plain words of
    /// the clause.
    fn unnamed(&self, end: usize) -> Option<Subject> {
        let mut start = end;
        while start > 0 && end - start < MAX_SUBJECT {
            let token = &self.tokens[start - 1];
            if english().is(token.word, SPEECH | Role::NoSubject) || token.possessive {
                break;
            }
            start -= 1;
            let begins = english().is(&lowered(token.word), Role::Determiner);
            if begins || !token.follows_closely() {
                break;
            }
        }
        self.called(start..end).map(|words| (words, None))
    }

    /// Whether subject and verb stand after what was said: *…, X said*, *"…" X said*.
    fn is_parenthetic(&self, subject: usize, verb: usize) -> bool {
        let gap = self.tokens[subject].gap;
        let title = self.title_start(subject);
        let gap = if title < subject { self.tokens[title].gap } else { gap };
        let apart = gap.contains([',', '"', '”', '?', '!', '—', '–']);
        let ends = self.tokens.get(verb + 1).is_none_or(|next| {
            !next.follows_closely()
                || matches!(next.word, "in" | "on" | "at" | "during" | "after" | "of")
                || next.is_capital() && is_day(next.word)
        });
        title > 0 && apart && ends
    }

    /// The start of the titles before a name: they belong to the subject.
    pub(super) fn title_start(&self, subject: usize) -> usize {
        let mut start = subject;
        while start > 0
            && self.tokens[start].follows_closely()
            && (self.tokens[start - 1].is_capital()
                || english().is(self.tokens[start - 1].word, Role::Determiner)
                || crate::entity::gazetteer::is_title(self.tokens[start - 1].word))
        {
            start -= 1;
        }
        start
    }

    /// What was said before token `end`, titles of the subject left out.
    fn preceding(&self, end: usize) -> Side {
        let end = self.title_start(end);
        if end == 0 { Side::None } else { Side::Before(end) }
    }

    /// Where the clause after the verb begins: after *that*, after whom it was told. `None` if
    /// somebody is only told *about* something.
    fn clause_after(&self, verb: usize) -> Option<usize> {
        let object = self.mention_near(verb + 1).map(|(_, end, _)| end);
        let object = object.filter(|end| !self.tokens[end - 1].possessive);
        let told = english().is(self.tokens[verb].word, Role::Telling);
        let at = match object {
            Some(end) if told || self.tokens.get(end).is_some_and(|t| t.word == "that") => end,
            Some(end)
                if self.tokens.get(end).is_some_and(|t| english().is(t.word, Role::About)) =>
            {
                return None;
            }
            _ if told => self.phrase_end(verb + 1),
            _ => verb + 1,
        };
        let rest = self.tokens.get(at..)?;
        let that = rest.iter().take(2).position(|token| token.word == "that");
        Some(that.map_or(at, |offset| at + offset + 1))
    }

    fn after_comma(&self, from: usize) -> usize {
        let comma = (from..self.tokens.len()).find(|&at| self.tokens[at].gap.contains(','));
        comma.unwrap_or(from)
    }

    /// The end of the plain words that begin at `start`, at most [`MAX_SUBJECT`] of them.
    pub(super) fn phrase_end(&self, start: usize) -> usize {
        let stops = |at: usize| {
            let token = &self.tokens[at];
            at > start && (!token.follows_closely() || Self::ends_phrase(token.word))
        };
        let limit = self.tokens.len().min(start + MAX_SUBJECT);
        (start..limit).find(|&at| stops(at)).unwrap_or(limit)
    }

    /// Whoever is named from token `start` on, titles before the name counted in: end and entity. Of *the
    /// harbour board's chairwoman Ann Cole* that is the person, of *the Easton man* nobody.
    pub(super) fn mention_from(&self, start: usize) -> Option<(usize, usize)> {
        let (at, end, id) = self.mention_near(start)?;
        let person = self.person_behind(end, id);
        let named = !self.tokens[end - 1].possessive && !self.modifies(start..at, end, id);
        person.or_else(|| named.then_some((end, id)))
    }

    /// The mention that begins at token `start` or after titles there: start, end and entity.
    fn mention_near(&self, start: usize) -> Option<(usize, usize, usize)> {
        let mut at = start;
        while at < self.tokens.len() && at - start < MAX_SUBJECT {
            let token = &self.tokens[at];
            if let Some((end, id)) = self.mention_at(at) {
                return Some((at, end, id));
            }
            // "union leader Carl Dunn", but not "that Carl Dunn".
            let leads = token.is_capital() || !Self::ends_phrase(token.word);
            if !leads || (at > start && !token.follows_closely()) || token.possessive {
                return None;
            }
            at += 1;
        }
        None
    }

    /// The mention that begins with token `at`: end and entity.
    pub(super) fn mention_at(&self, at: usize) -> Option<(usize, usize)> {
        let start = self.tokens[at].span.start;
        let first = self.mentions.partition_point(|(span, _)| span.start < start);
        let &(span, id) = self.mentions.get(first).filter(|(span, _)| span.start == start)?;
        let end = (at..self.tokens.len()).find(|&i| self.tokens[i].span.start >= span.end);
        Some((end.unwrap_or(self.tokens.len()), id))
    }

    /// The mention that ends right before token `end`: start and entity.
    pub(super) fn mention_to(&self, end: usize) -> Option<(usize, usize)> {
        let last = self.tokens.get(end.checked_sub(1)?)?;
        if last.possessive {
            return None;
        }
        let &(span, id) = self.mentions.iter().find(|(s, _)| s.end == last.span.end)?;
        let start = self.tokens.iter().position(|token| token.span.start >= span.start)?;
        Some((start, id))
    }

    /// Whether the words that name somebody end before this one.
    pub(super) fn ends_phrase(word: &str) -> bool {
        english().is(word, SPEECH | Role::PhraseEnd)
    }
}

fn is_day(word: &str) -> bool {
    word.ends_with("day")
}

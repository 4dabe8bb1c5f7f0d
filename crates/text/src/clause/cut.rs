//! Where a sentence is taken apart.

use std::ops::Range;

use super::{
    Clause, MAX_CLAUSES, Span, sentence_of,
    word::{Word, is_verb_at, verb},
};
use crate::lexicon::{Role, SPEECH, english};

/// Words of a subject that is repeated, at most.
const SUBJECT: usize = 12;
/// Words before the verb of a clause that has a subject of its own, at most.
const OWN: usize = 9;
/// The same where no comma says that a clause begins.
const CLOSE: usize = 4;
/// Words from a participle to the *and* behind which another shares its auxiliary, at most.
const NEAR: usize = 6;
/// Signs that belong to the word behind them.
const OPENING: [char; 7] = ['"', '“', '„', '«', '$', '£', '€'];

/// A place between two statements.
struct Joint {
    /// The first word behind the statement before.
    left: usize,
    /// The first word of the statement after.
    right: usize,
    how: Join,
}

/// What says that a clause has ended.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Join {
    /// *And* alone.
    Loose,
    /// A comma with it.
    Comma,
    Semicolon,
}

/// The statements that are joined by words and semicolons.
pub(super) fn joined(sentence: &str, words: &[Word<'_>]) -> Vec<Clause> {
    let mut found = Vec::new();
    let (mut start, mut prefix) = (0, String::new());
    let mut at = 2;
    while at < words.len() && found.len() + 1 < MAX_CLAUSES {
        let joint = joint(words, at).filter(|joint| joint.left > start + 1);
        let next = joint.and_then(|joint| {
            let sides = Sides {
                sentence,
                left: &words[start..joint.left],
                right: &words[joint.right..],
                how: joint.how,
            };
            sides.given().map(|given| (joint, given))
        });
        if let Some((joint, given)) = next {
            found.push(clause(sentence, words, start..joint.left, &prefix));
            (start, prefix) = (joint.right + given.skipped, given.prefix);
            at = start + 1;
        } else {
            at += 1;
        }
    }
    if !found.is_empty() {
        found.push(clause(sentence, words, start..words.len(), &prefix));
    }
    found
}

/// Where the word at `at` stands between two statements, if its like can.
fn joint(words: &[Word<'_>], at: usize) -> Option<Joint> {
    let word = words.get(at).filter(|word| !word.inside && at >= 2)?;
    let how = match word.before {
        before if before.contains(';') => Join::Semicolon,
        _ if word.after_comma() => Join::Comma,
        _ => Join::Loose,
    };
    let joins = word.is(Role::Joining);
    // "He left although it rained" is one thing, and "and yet" is one word.
    let alone = matches!(word.lower.as_str(), "and" | "but" | "while");
    let is_one = how == Join::Semicolon || joins && (alone || how == Join::Comma);
    is_one.then_some(Joint { left: at, right: at + usize::from(joins), how })
}

/// The statement that these words make behind `prefix`.
fn clause(sentence: &str, words: &[Word<'_>], range: Range<usize>, prefix: &str) -> Clause {
    let (first, last) = (&words[range.start], &words[range.end - 1]);
    // Marks at the end belong to it: "12%", a quotation's.
    let end = words.get(range.end).map_or(sentence.len(), |next| {
        let behind = &sentence[last.end..next.start];
        last.end + behind.find([',', ';', ' ']).unwrap_or(behind.len())
    });
    let lead = first.before.len() - first.before.trim_end_matches(OPENING).len();
    let span = Span::new(first.start - lead, end);
    Clause { span, text: sentence_of(&[prefix, &sentence[span.range()]]) }
}

/// What a statement has from the one before.
struct Given {
    /// To be put before it.
    prefix: String,
    /// Words of its own that this takes the place of.
    skipped: usize,
}

/// The words on both sides of a joint.
struct Sides<'a> {
    sentence: &'a str,
    left: &'a [Word<'a>],
    right: &'a [Word<'a>],
    how: Join,
}

impl Sides<'_> {
    /// What the right one has from the left, if both are stated.
    fn given(&self) -> Option<Given> {
        let first = verb(self.left)?;
        let (left, right) = (self.left, self.right);
        let opens = left[0].is(Role::Fronting | Role::Binding);
        let conditional = left.iter().chain(right).any(|word| word.is(Role::Conditional));
        if opens || conditional || right.len() < 2 || is_attributed(right) {
            return None;
        }
        let shared = self.shared(first);
        if shared.is_some() || right[0].is(Role::Joining) {
            return shared;
        }
        self.own(first)
    }

    /// Whether a verb comes at once, whose subject is that of the statement before.
    fn shared(&self, first: usize) -> Option<Given> {
        let at = self.right.iter().take_while(|word| word.is_adverb()).count();
        let verb = self.right.get(at).filter(|_| is_verb_at(&self.right[at..], 0))?;
        let auxiliaries = auxiliaries(self.left, first);
        // Of several verbs it is not sure whose subject is meant: "said the bridge is unsafe and will be closed".
        let behind = auxiliaries.end.max(first + 1) + usize::from(!auxiliaries.is_empty());
        let several = (behind..self.left.len()).any(|at| is_verb_at(self.left, at));
        let bound =
            self.left[first + 1..].iter().any(|word| word.is(Role::Binding) && word.lower != "as");
        let subject = subject(self.sentence, self.left, first).filter(|_| !several && !bound)?;
        if verb.is(Role::Finite) {
            return Some(Given { prefix: subject.to_owned(), skipped: 0 });
        }
        self.is_sure(first, at).then_some(())?;
        if !self.left[first].is(Role::Finite) {
            return Some(Given { prefix: subject.to_owned(), skipped: 0 });
        }
        self.with_auxiliary(subject, auxiliaries, at)
    }

    /// Whether the word at `at` of the right side, which may be a verb, is one: not the noun of *maps and reports*, nor
    /// what says how a noun is, as in *new and used cars*.
    fn is_sure(&self, first: usize, at: usize) -> bool {
        let present = |word: &Word<'_>| word.lower.ends_with('s') && word.lower != "was";
        let verb = &self.right[at];
        let agrees =
            !present(verb) || present(&self.left[first]) || self.left[first].lower == "are";
        let next = self.right.get(at + 1);
        let governs = next.is_none_or(|next| {
            next.after_break()
                || next.capital
                || next.is_adverb()
                || next.lower.starts_with(|c: char| c.is_numeric())
                || next.is(Role::Determiner
                    | Role::Possessive
                    | Role::NoEdge
                    | Role::Object
                    | Role::ClauseOpener)
        });
        agrees && (governs || verb.is(Role::Irregular))
    }

    /// "was arrested and charged"; what else a past behind an auxiliary belongs to is not sure.
    fn with_auxiliary(&self, subject: &str, auxiliaries: Range<usize>, at: usize) -> Option<Given> {
        let verb = &self.right[at];
        let next = self.right.get(at + 1);
        let open =
            next.is_none_or(|next| next.is(Role::NoEdge) || next.is_adverb() || next.after_break());
        let participle =
            verb.lower.ends_with("ed") && verb.is_past() && !verb.is(Role::Intransitive);
        let near = self.left.len() - auxiliaries.end <= NEAR;
        let loose = self.how == Join::Loose;
        let shares = loose && !auxiliaries.is_empty() && open && participle && near;
        let span = self.left.get(auxiliaries.start)?.start
            ..self.left.get(auxiliaries.end.checked_sub(1)?)?.end;
        let prefix = || format!("{subject} {}", &self.sentence[span]);
        shares.then(|| Given { prefix: prefix(), skipped: 0 })
    }

    /// Whether the right side has a subject of its own.
    fn own(&self, first: usize) -> Option<Given> {
        let loose = self.how == Join::Loose;
        has_subject(self.right, loose).then_some(())?;
        let reported = self.left.iter().any(|word| word.is(Role::Clausal));
        let bound = self.left[first + 1..].iter().any(|word| word.is(Role::Binding));
        // "The man arrested on Monday and his brother were charged."
        let reduced = self.left[first].lower.ends_with("ed")
            && self.left.get(first + 1).is_some_and(|next| next.is(Role::NoEdge));
        if self.how != Join::Semicolon && reported || loose && (bound || reduced) {
            return None;
        }
        let subject = self.person(first);
        Some(match subject {
            Some(subject) => Given { prefix: subject.to_owned(), skipped: 1 },
            None => Given { prefix: String::new(), skipped: 0 },
        })
    }

    /// Whom *he* or *she* at the start of the right side means, if the left one names one person and nobody else.
    fn person(&self, first: usize) -> Option<&str> {
        let pronoun =
            matches!(self.right[0].lower.as_str(), "he" | "she") && !self.right[0].capital;
        let (subject_words, rest) = self.left.split_at(first);
        let named = subject_words.iter().any(|word| {
            word.capital && !word.is(Role::Determiner | Role::Subject | Role::Function)
        });
        let is_name =
            |word: &Word<'_>| word.capital && !english().calendar().is_full_name(&word.lower);
        let others = rest.iter().any(|word| is_name(word) || word.is(Role::Person));
        let one = !subject_words.iter().any(|word| word.lower == "and" || word.is(Role::NoEdge));
        subject(self.sentence, self.left, first).filter(|_| pronoun && named && one && !others)
    }
}

/// Whether the words end with who said them: "the drivers were tired, the mayor said".
fn is_attributed(words: &[Word<'_>]) -> bool {
    let last = words.iter().rposition(Word::after_comma);
    last.is_some_and(|last| {
        words.len() - last <= OWN && words[last..].iter().any(|word| word.is(SPEECH))
    })
}

/// The subject of a statement whose verb is at `verb`, if it can be repeated.
fn subject<'a>(sentence: &'a str, words: &[Word<'_>], verb: usize) -> Option<&'a str> {
    let adverbs = words[..verb].iter().rev().take_while(|word| word.is_adverb()).count();
    let words = &words[..verb - adverbs];
    let last = words.last().filter(|_| words.len() <= SUBJECT)?;
    let open = words.iter().skip(1).any(Word::after_break) || words.iter().any(|word| word.inside);
    (!open && words[0].lower != "there").then(|| &sentence[words[0].start..last.end])
}

/// The auxiliaries from the verb at `verb` on, if a participle follows them; else an empty range.
fn auxiliaries(words: &[Word<'_>], verb: usize) -> Range<usize> {
    let is_front = |word: &Word<'_>| {
        word.is(Role::Finite)
            || word.is_adverb()
            || matches!(word.lower.as_str(), "be" | "been" | "being")
    };
    let end = verb + words[verb..].iter().take_while(|word| is_front(word)).count();
    let participle = words.get(end).is_some_and(|word| word.is_participle() && !word.after_break());
    // "did not charge": a plain form.
    let plain = end > verb && words[end - 1].is(Role::Modal);
    if participle && !plain { verb..end } else { verb..verb }
}

/// Whether the words begin with a subject and its verb.
fn has_subject(words: &[Word<'_>], loose: bool) -> bool {
    let Some(at) = verb(words).filter(|&at| at > 0 && words.len() > at + 1) else { return false };
    let first = &words[0];
    let begins = first.is(Role::Determiner | Role::Subject | Role::Possessive)
        || !loose && !first.is(Role::NoEdge | Role::Fronting) && !first.lower.ends_with("ing");
    let close = at <= if loose { CLOSE } else { OWN };
    let broken = words[1..=at].iter().any(Word::after_break);
    // "the house she had bought": of another clause.
    let nested = (1..at).any(|at| {
        words[at].is(Role::Subject | Role::Determiner | Role::Possessive)
            && !words[at - 1].is(Role::NoEdge | Role::Of)
    });
    begins && close && !broken && !nested && is_own_verb(words, at)
}

/// Whether the verb of a subject is one, and not what says how it is: *a depot used by troops*.
fn is_own_verb(words: &[Word<'_>], at: usize) -> bool {
    let (verb, next) = (&words[at], &words[at + 1]);
    let object = next.is(Role::Determiner | Role::Possessive | Role::Object)
        || next.capital
        || next.lower.starts_with(|c: char| c.is_numeric());
    let pronoun = words[0].is(Role::Subject) && at == 1;
    verb.is(Role::Finite | Role::Intransitive) || pronoun || verb.is_past() && object
}

/// The statements of a sentence with a relative clause between commas, or behind the last one.
pub(super) fn relative(sentence: &str, words: &[Word<'_>]) -> Vec<Clause> {
    let opens = |word: &Word<'_>| {
        matches!(word.lower.as_str(), "who" | "which") && word.after_comma() && !word.inside
    };
    let Some(at) = words.iter().position(opens).filter(|&at| at > 0) else { return Vec::new() };
    // It has to be the subject of its clause.
    let rest = &words[at + 1..];
    let own = rest.iter().take_while(|word| word.is_adverb()).count();
    let bound = words[0].is(Role::Fronting | Role::Binding)
        || words.iter().any(|word| word.is(Role::Conditional));
    if bound || !is_verb_at(rest, own) || is_attributed(rest) {
        return Vec::new();
    }
    match verb(&words[..at]) {
        None => within(sentence, words, at),
        Some(_) => last(sentence, words, at),
    }
}

/// "Hale, who won the race, died."
fn within(sentence: &str, words: &[Word<'_>], at: usize) -> Vec<Clause> {
    let close = (at + 2..words.len()).find(|&next| words[next].after_comma());
    let head = &words[..at];
    let whole = head.len() <= SUBJECT && !head.iter().skip(1).any(Word::after_break);
    let Some(close) = close.filter(|&close| whole && is_verb_at(&words[close..], 0)) else {
        return Vec::new();
    };
    let head = &sentence[words[0].start..words[at - 1].end];
    let [relative, main] = [at + 1..close, close..words.len()];
    vec![clause(sentence, words, relative, head), clause(sentence, words, main, head)]
}

/// "They praised Anna Hale, who won the race."
fn last(sentence: &str, words: &[Word<'_>], at: usize) -> Vec<Clause> {
    let person = words[at].lower == "who";
    let named = words[..at].iter().rev().take_while(|word| word.capital).count();
    let (before, name) = words[..at].split_at(at - named);
    let joined = name.iter().skip(1).any(Word::after_break);
    let ends = !words[at + 2..].iter().any(Word::after_comma);
    // "the mayor of Harwick, who": not the town.
    let place = before.last().is_none_or(|word| word.is(Role::NoEdge | Role::Of | Role::Placing))
        || name.first().is_none_or(Word::after_break)
        || name.iter().any(|word| {
            word.is(Role::Country | Role::City | Role::Settlement)
                || english().calendar().is_full_name(&word.lower)
        });
    if !person || joined || !ends || place {
        return Vec::new();
    }
    let head = &sentence[name[0].start..words[at - 1].end];
    vec![clause(sentence, words, 0..at, ""), clause(sentence, words, at + 1..words.len(), head)]
}

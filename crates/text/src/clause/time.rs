//! Does a sentence tell of what happened, or of what is, was before or is to come? Its first verb says which.

use crate::lexicon::{Role, SPEECH};

use super::word::{Word, is_verb_at, words};

/// What the main verb of a sentence tells of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Time {
    /// Something that happened: *resigned*, *was shut*, *has been named*.
    Happened,
    /// That somebody said something.
    Said,
    /// What has held for a while, or does: *is a town*, *was the first*.
    Holds,
    /// What was before that which happened: *had been closed*.
    Before,
    /// What is to come, or may: *will*, *can*, *is expected to*.
    Ahead,
    /// No verb is known.
    Unknown,
}

/// What the first verb outside of quotations tells of, in an English `sentence`.
pub fn time(sentence: &str) -> Time {
    let words: Vec<Word<'_>> = words(sentence).into_iter().filter(|word| !word.inside).collect();
    let (mut aside, mut of_noun) = (false, false);
    for at in 0..words.len() {
        let word = &words[at];
        aside &= !word.after_comma();
        if word.is(Role::Relative) {
            // "…, who is 25, resigned"; "those who fled were hurt"
            (aside, of_noun) = (word.after_comma(), !word.after_comma());
        } else if !aside
            && let Some(time) = of_verb(&words, at)
            && !std::mem::take(&mut of_noun)
        {
            return time;
        }
    }
    Time::Unknown
}

/// What the word at `at` tells of, if it is a verb.
fn of_verb(words: &[Word<'_>], at: usize) -> Option<Time> {
    let next = words[at + 1..].iter().find(|word| !word.is_adverb());
    let participle = next.is_some_and(|next| next.is_participle() || next.lower == "been");
    let coming = next.is_some_and(|next| next.is(Role::Coming));
    let word = &words[at];
    Some(match word.lower.as_str() {
        "is" | "are" | "isn't" | "aren't" | "was" | "were" | "wasn't" | "weren't" if coming => {
            Time::Ahead
        }
        "has" | "have" | "hasn't" | "haven't" | "was" | "were" | "wasn't" | "weren't"
            if participle =>
        {
            Time::Happened
        }
        "had" | "hadn't" if participle => Time::Before,
        "had" | "did" | "didn't" => Time::Happened,
        "do" | "does" | "don't" | "doesn't" => Time::Holds,
        // In May, Will Smith.
        _ if word.is(Role::Modal) && word.capital => return None,
        _ if word.is(Role::Modal) => Time::Ahead,
        _ if word.is(Role::Finite) => Time::Holds,
        _ if at == 0 || !is_verb_at(words, at) => return None,
        _ if word.is(SPEECH) => Time::Said,
        _ if word.is_past() => Time::Happened,
        _ => Time::Holds,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_verb_tells() {
        for (sentence, expected) in [
            ("The harbour bridge fell on Monday.", Time::Happened),
            ("Ada Quill, who is 25, resigned on Monday.", Time::Happened),
            ("The bridge has finally been closed.", Time::Happened),
            ("Two people were hurt in the fall.", Time::Happened),
            ("“We will close it,” Quill said.", Time::Said),
            ("Quill said that it will be closed.", Time::Said),
            ("The bridge had been closed in May.", Time::Before),
            ("The bridge will be closed.", Time::Ahead),
            ("The bridge is expected to close.", Time::Ahead),
            ("Visitors can cross it by night.", Time::Ahead),
            ("Velden is a town in the north.", Time::Holds),
            ("It was the first of its kind.", Time::Holds),
            ("Ah, the old bridge!", Time::Unknown),
            ("In May the old bridge collapsed.", Time::Happened),
            ("Will Quill resigned on Monday.", Time::Happened),
            ("Those who fled were hurt.", Time::Happened),
            ("The bridge was expected to close in May.", Time::Ahead),
        ] {
            assert_eq!(time(sentence), expected, "{sentence}");
        }
    }
}

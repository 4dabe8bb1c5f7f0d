//! Whether a sentence says whose its quotation is.

use crate::{
    lexicon::{Lexicon, PRONOUN, Role, SPEECH, english},
    words,
};

/// Fewest words of a quotation that somebody said: fewer are a phrase, or the name of a thing.
const SAID: usize = 4;

/// Whether an English sentence, read by itself, names the speaker of what is quoted in it, by a name or as
/// somebody (*police*, *the mayor*); a pronoun names nobody. `true` if nothing is quoted, a few words alone,
/// or a title.
pub fn names_speaker(sentence: &str) -> bool {
    let (quoted, rest) = parts(sentence);
    let lexicon = english();
    let said = |quote: &&String| words::words(quote).count() >= SAID && !is_title(lexicon, quote);
    if !quoted.iter().any(|quote| said(&quote)) {
        return true;
    }
    let rest: Vec<&str> = words::words(&rest)
        .filter(|word| !lexicon.is(&word.to_lowercase(), Role::Determiner))
        .collect();
    (0..rest.len()).any(|at| is_name(lexicon, rest[at]) || has_subject(lexicon, &rest, at))
}

/// Whether an English sentence names somebody outside of what it quotes, who may then be the speaker of what the
/// next one quotes. Any name counts, also that of a place: in doubt somebody is named.
pub fn names_somebody(sentence: &str) -> bool {
    let (_, rest) = parts(sentence);
    let lexicon = english();
    let somebody =
        Role::Person | Role::Epithet | Role::Known | Role::Crowd | Role::Title | Role::Body;
    words::words(&rest)
        .any(|word| is_name(lexicon, word) || lexicon.is(&word.to_lowercase(), somebody))
}

/// What stands between quotation marks, and the rest.
fn parts(sentence: &str) -> (Vec<String>, String) {
    let (mut quoted, mut rest, mut open) = (Vec::<String>::new(), String::new(), false);
    for c in sentence.chars() {
        let opens = matches!(c, '“' | '«' | '„') || (c == '"' && !open);
        let closes = matches!(c, '”' | '»') || (c == '"' && open);
        if opens || closes {
            open = opens;
            if opens {
                quoted.push(String::new());
            }
            rest.push(' ');
        } else if let Some(quote) = quoted.last_mut().filter(|_| open) {
            quote.push(c);
        } else {
            rest.push(c);
        }
    }
    (quoted, rest)
}

/// Whether a quotation is the title of something: its long words have capitals.
fn is_title(lexicon: &Lexicon, quote: &str) -> bool {
    let mut long =
        words::words(quote).filter(|word| word.chars().count() > 3 && !lexicon.is_stop_word(word));
    long.all(|word| word.starts_with(char::is_uppercase))
}

/// Whether a word outside the quotation is a name, as far as its capital tells.
fn is_name(lexicon: &Lexicon, word: &str) -> bool {
    word.starts_with(char::is_uppercase)
        && lexicon.calendar().written(word).is_none()
        && !lexicon.calendar().is_weekday(word)
        && means_somebody(lexicon, word)
        && !lexicon.is(&word.to_lowercase(), Role::Opener)
        && !lexicon.is(&word.to_lowercase(), Role::Function)
}

/// Whether the word at `at` is a verb of speech, and somebody says it: before it, or behind it where there is
/// nobody before it. `words` are without articles.
fn has_subject(lexicon: &Lexicon, words: &[&str], at: usize) -> bool {
    let verb = words[at].to_lowercase();
    let somebody = |at: usize| words.get(at).is_some_and(|word| means_somebody(lexicon, word));
    if verb == "according" {
        return somebody(at + 2);
    }
    let before = at.checked_sub(1).map(|before| words[before].to_lowercase());
    let meant = before.as_ref().is_some_and(|word| lexicon.is(word, PRONOUN));
    lexicon.is(&verb, SPEECH)
        && !meant
        && (at.checked_sub(1).is_some_and(somebody) || somebody(at + 1))
}

/// Whether a word can stand for somebody by itself.
fn means_somebody(lexicon: &Lexicon, word: &str) -> bool {
    let lower = word.to_lowercase();
    !lexicon.is_stop_word(&lower)
        && !lexicon.is(&lower, PRONOUN)
        && !lexicon.is(&lower, Role::NoSubject)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quotation_has_a_speaker_whom_the_sentence_names() {
        for named in [
            "“We will not sell the ferry,” Ada Quill said.",
            "\"We will not sell the ferry,\" said the mayor.",
            "“We will not sell the ferry,” police said on Monday.",
            "According to officials, “nobody will have to leave the town”.",
            "Quill closed the bridge because “it was no longer safe”, she said.",
            "The bridge held all night.",
            "He called it a “disgrace”.",
            "She wrote “The Long Rain of Velden” in 2009.",
        ] {
            assert!(names_speaker(named), "{named}");
        }
    }

    #[test]
    fn somebody_is_named_outside_of_a_quotation() {
        for named in
            ["Ada Quill spoke to the council.", "At noon the mayor spoke.", "He met Quill."]
        {
            assert!(names_somebody(named), "{named}");
        }
        for bare in ["It was over.", "“Ada Quill sold the ferry.”", "They slept on Monday."] {
            assert!(!names_somebody(bare), "{bare}");
        }
    }

    #[test]
    fn a_pronoun_names_nobody_and_neither_does_a_quotation_alone() {
        for bare in [
            "“We will not sell the ferry to anybody.”",
            "\"We will not sell the ferry,\" he said.",
            "“We will not sell the ferry,” she added on Monday.",
            "They said: “We will not sell the ferry.”",
            "He told the council: “We will not sell the ferry.”",
            "It was “the worst flood in living memory”.",
            "\"We will not sell the ferry",
        ] {
            assert!(!names_speaker(bare), "{bare}");
        }
    }
}

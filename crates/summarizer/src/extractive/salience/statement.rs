//! Which sentences say something by themselves. A head that was trained on hard news has seldom seen others,
//! and picks them where an article is an interview, a list, a review or a ticker.

use std::sync::LazyLock;

use hashbrown::HashMap;
use regex::Regex;
use standfirst_core::{article::Article, language::Language};
use standfirst_text::{
    lexicon::{self, Role, SPEECH},
    reading,
};

use super::features::Line;

/// Words from which on a sentence is more than a fragment.
const MIN_WORDS: usize = 5;
/// Share of an article's sentences from which on something is its manner, and tells none of them from another.
const MANNER: f64 = 0.5;
/// Sentences that have to be left without it for it to tell them apart all the same.
const ENOUGH: usize = 5;
/// Words other than stop words, each counted once, from which on a sentence without a name or a number says enough.
const MIN_TERMS: usize = 4;
/// Share of an article's sentences in which its writer speaks of themselves, from which on the article is theirs.
const OWN: f64 = 0.25;
/// Lines that are the same but for names and numbers, from which on they are lines of a ticker.
const REPEATED: usize = 3;
/// Stands for names and numbers.
const NAME: char = '#';
/// Bytes at the start of a sentence in which a year dates it.
const DATE_REACH: usize = 100;
/// Turns that make a transcript.
const MIN_TURNS: usize = 2;
/// Longest line that may be a title of something, in words.
const TITLE: usize = 12;
/// What may stand behind the last mark of a sentence.
const CLOSING: [char; 7] = ['"', '”', '’', '\'', ')', ']', '»'];

/// Whether each of the sentences that `lines` are of, the first ones of `article`, is no statement: a
/// question, a fragment, an item or the head of a list, a call on the reader, words of somebody who is not named.
pub(super) fn are_none(article: &Article, lines: &[Line]) -> Vec<bool> {
    let reading = reading::of(article);
    let sentences = article.sentences().iter().take(lines.len());
    let texts: Vec<&str> = sentences.map(|sentence| sentence.text.trim()).collect();
    let words = |i: usize| reading.words(i);
    // Where words are not parted by blanks, nothing is known of how many there are.
    let is_fragment = |i: usize| has_blanks(texts[i]) && words(i).len() < MIN_WORDS;
    let mut weak: Vec<bool> = (0..texts.len()).map(is_fragment).collect();
    let differs = |share: f64, without: usize| share < MANNER || without >= ENOUGH;
    for kind in [is_question, leads_on, is_item, is_unended, is_speech, is_headless] {
        mark(&mut weak, |i| kind(texts[i]), differs);
    }
    if article.language() == Some(Language::ENGLISH) {
        for kind in [is_call, is_title, is_showing, is_half, is_later, is_verbless] {
            mark(&mut weak, |i| kind(texts[i]), differs);
        }
        let formulas = formulas(&texts);
        mark(&mut weak, |i| formulas[i], differs);
        // Of a report the first words may be a dateline: "NEW DELHI: Police said".
        let turns = texts.iter().filter(|text| is_turn(text)).count();
        mark(&mut weak, |i| i > 0 && turns >= MIN_TURNS && is_turn(texts[i]), differs);
        mark(&mut weak, |i| is_thin(&lines[i]) && !words(i).any(is_number), differs);
        let is_unnamed = |i: usize| !lines[i].names_something() && is_own(texts[i]);
        mark(&mut weak, is_unnamed, |share, _| share < OWN);
    }
    weak
}

/// Marks the sentences of a `kind`, if `tells` so of its share of them and the number of the others.
fn mark(weak: &mut [bool], kind: impl Fn(usize) -> bool, tells: impl Fn(f64, usize) -> bool) {
    let found: Vec<bool> = (0..weak.len()).map(kind).collect();
    let count = found.iter().filter(|&&found| found).count();
    if tells(count as f64 / found.len().max(1) as f64, found.len() - count) {
        weak.iter_mut().zip(found).for_each(|(weak, found)| *weak |= found);
    }
}

/// Whether all letters are of scripts that are known to part words by blanks, the commonest of them.
fn has_blanks(text: &str) -> bool {
    text.chars().filter(|c| c.is_alphabetic()).all(|c| c < '\u{700}')
}

/// Too little is said of too little.
fn is_thin(line: &Line) -> bool {
    !line.names_something() && line.distinct().len() < MIN_TERMS
}

/// A number in letters that counts more than one.
fn is_number(word: &str) -> bool {
    lexicon::english().numbers().value(&word.to_lowercase()).is_some_and(|value| value > 1)
}

fn body(text: &str) -> &str {
    text.trim_end_matches(CLOSING)
}

fn is_question(text: &str) -> bool {
    body(text).ends_with(['?', '？', '؟'])
}

/// What it says comes after it.
fn leads_on(text: &str) -> bool {
    body(text).trim_end_matches('.').ends_with(':')
}

fn is_item(text: &str) -> bool {
    static MARK: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"^(?:[-–—*•·▪►]+|\(?\d{1,2}[.)])\s").expect("constant pattern")
    });
    MARK.is_match(text)
}

fn is_unended(text: &str) -> bool {
    !body(text).ends_with(['.', '!', '?', '…', '。', '！', '？', ':', '؟'])
}

/// What is quoted in a text.
static QUOTED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#""[^"]*(?:"|$)|[“«][^”»]*(?:[”»]|$)"#).expect("constant pattern")
});

/// Words in quotation marks and none outside: whose they are, another sentence says.
fn is_speech(text: &str) -> bool {
    text.starts_with(['"', '“', '«']) && !QUOTED.replace_all(text, "").contains(char::is_alphabetic)
}

/// The reader is called on to do something.
fn is_call(text: &str) -> bool {
    let first = text.split([' ', ',', ':']).next().unwrap_or_default();
    first.starts_with(char::is_uppercase)
        && lexicon::english().is(&first.to_lowercase().replace('’', "'"), Role::Calling)
}

/// It points at what stands around it on the page, or has lost who it speaks of: "Here are …", "Looks like …".
fn is_showing(text: &str) -> bool {
    static SHOWING: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(
            r"(?x)
            ^(?:Here(?:\s(?:is|are)\b|['’]s\b|\sthen\b) | Below(?:\s(?:is|are)\b|,) | (?:Looks|Sounds|Seems|Feels)\slike\b)
            | \b(?:listed|shown|given|described|mentioned)\s(?:above|below)\b
            | \bthe\sfollowing\s(?:list|table|tips|steps|sections?)\b",
        )
        .expect("constant pattern")
    });
    SHOWING.is_match(text)
}

/// What it denies to be all is told by another sentence: "It does not just hold."
fn is_half(text: &str) -> bool {
    static HALF: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"^(?:[\w'’-]+ ){0,4}?(?:[\w'’-]*n['’]t|not) (?:just|only|simply|merely)\b(.*)")
            .expect("constant pattern")
    });
    static WHOLE: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(
            r"(?x)
            [;:–—] | \s-\s
            | \b(?:but | also | even | as\swell | said | says)\b
            | \b(?:it|he|she|this|that|they)(?:['’](?:s|re)|\s(?:is|are|have|has|was|were))\b",
        )
        .expect("constant pattern")
    });
    HALF.captures(text).is_some_and(|found| !WHOLE.is_match(&found[1]))
}

/// It counts the time from what another sentence tells: "Two days later …", and not "Two years later, in 2014, …".
fn is_later(text: &str) -> bool {
    static LATER: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(
            r"(?i)^(?:\w+ )?(?:\w+|\d+) (?:years?|months?|weeks?|days?|hours?|minutes?|moments|seconds) (?:later|earlier)(?:,|\s(?:[^t]|t[^h]|th[^a]))",
        )
        .expect("constant pattern")
    });
    static DATED: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"\b(?:1[89]|20)\d\d\b").expect("constant pattern"));
    LATER.is_match(text) && !DATED.is_match(&text[..text.floor_char_boundary(DATE_REACH)])
}

/// What "a" stands before where several are meant: "a few people".
const MANY: [&str; 18] = [
    "billion", "bit", "couple", "dozen", "few", "group", "half", "handful", "hundred", "lot",
    "majority", "million", "number", "quarter", "record", "third", "thousand", "total",
];

/// Of one thing no verb is told: a caption, a label. In doubt a word is one: what ends in *s* may be a plural.
fn is_verbless(text: &str) -> bool {
    let verbs = SPEECH
        | Role::Auxiliary
        | Role::Finite
        | Role::Modal
        | Role::Alone
        | Role::Irregular
        | Role::Invariable;
    let may_be = |word: &str| {
        let word = word.to_lowercase().replace('’', "'");
        word.len() > 3 && (word.ends_with('s') || word.ends_with("ed"))
            || word.contains('\'')
            || lexicon::english().is(&word, verbs)
    };
    let words = || standfirst_text::words::words(text);
    let of_one = text.starts_with("A ") || text.starts_with("An ");
    of_one && words().nth(1).is_some_and(|word| !MANY.contains(&word)) && !words().any(may_be)
}

/// Lines of a ticker or a table: but for names and numbers, several are the same.
fn formulas(texts: &[&str]) -> Vec<bool> {
    let shapes: Vec<String> = texts.iter().map(|text| shape(text)).collect();
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for shape in &shapes {
        *counts.entry(shape).or_default() += 1;
    }
    shapes.iter().map(|shape| shape.contains(NAME) && counts[shape.as_str()] >= REPEATED).collect()
}

/// A text without what its names and numbers are.
fn shape(text: &str) -> String {
    let mut shape: Vec<String> = Vec::new();
    for word in standfirst_text::words::words(text) {
        let names = word.starts_with(|c: char| c.is_uppercase() || c.is_numeric());
        let word = if names { NAME.to_string() } else { word.to_lowercase() };
        if !names || shape.last() != Some(&word) {
            shape.push(word);
        }
    }
    shape.join(" ")
}

/// Every word that counts has a capital, and none is a verb: the title of a film, a dish, another article.
fn is_title(text: &str) -> bool {
    let words: Vec<&str> = text.split_whitespace().collect();
    let is_small = |word: &str| word.chars().take_while(|c| c.is_lowercase()).count() > 3;
    let verbs = SPEECH | Role::Auxiliary | Role::Alone | Role::Irregular;
    let capitals = words.iter().filter(|word| word.starts_with(char::is_uppercase)).count();
    (3..=TITLE).contains(&words.len())
        && capitals > words.len() / 2
        && !words.iter().any(|word| is_small(word) || lexicon::english().is(word, verbs))
        && text.contains(char::is_lowercase)
}

/// What somebody says in a transcript: a name in capitals and a colon stand before it.
fn is_turn(text: &str) -> bool {
    static SPEAKER: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"^\p{Lu}[\p{Lu} .'’-]+(?:\([^()]{1,40}\) ?)?: ").expect("constant pattern")
    });
    SPEAKER.is_match(text)
}

/// It begins as no sentence does: what stood before it is lost.
fn is_headless(text: &str) -> bool {
    let word = text.trim_start_matches(|c: char| !c.is_alphanumeric());
    let first = word.split_whitespace().next().unwrap_or_default();
    // Neither "eBay" nor "de Blasio".
    first.starts_with(char::is_lowercase)
        && !first.contains(char::is_uppercase)
        && !lexicon::english().is(first, Role::Particle)
}

/// The writer speaks of themselves, outside what is quoted.
fn is_own(text: &str) -> bool {
    let mut words = text.split(|c: char| !c.is_alphanumeric());
    let own =
        |word: &str| matches!(word, "I" | "We" | "we" | "My" | "my" | "Our" | "our" | "me" | "us");
    words.any(own) && {
        let outside = QUOTED.replace_all(text, "");
        outside.split(|c: char| !c.is_alphanumeric()).any(own)
    }
}

#[cfg(test)]
mod tests {
    use standfirst_text::sentence::from_sentences;

    use super::*;

    fn weak(sentences: &[&str]) -> Vec<bool> {
        let article = from_sentences("t", sentences).unwrap();
        are_none(&article, &Line::all(&reading::of(&article)))
    }

    #[test]
    fn statements_are_told_from_what_leans_on_others() {
        let plain = "The harbour bridge at Orvane fell on Monday.";
        for other in [
            "Who will pay for it in the end?",
            "\"Who will pay for all of it?\"",
            "About pi.",
            "“Maybe”, says Quill.",
            "Here are the ten bridges to see:",
            "-- May 3 at the slip in Velden.",
            "(after extra time, the score at ninety minutes)",
            "\"I will never cross it again, not for money.\"",
            "It took off from there.",
            "around 29 crowns for one and 58 for two.",
            "Watch the whole of the fall in our gallery of the harbour.",
            "The Bridge of Orvane and Other Stories.",
            "Consider the bridge at Velden before that at Orvane.",
            "Don’t forget the bridge at Velden.",
            "Here is the list of bridges that Ada Quill wrote.",
            "Looks like the bridge at Orvane is here to stay.",
            "The five bridges listed above were all built by Ada Quill.",
            "The bridge at Orvane doesn’t just carry cars.",
            "Four years later, Velden closed the slip.",
            "An old iron bridge on a low stone arch in my town (Orvane 12).",
        ] {
            assert_eq!(weak(&[plain, plain, other]), [false, false, true], "{other}");
        }
        for statement in [
            "\"I will never cross it again,\" said Ada Quill.",
            "Five of the crew were hurt.",
            "The board asked: \"Who will pay for it?\" Nobody answered.",
            "橋が落ちた。",
            "The bridge at Orvane was closed.",
            "It fell by 12 metres.",
            "NEW ORVANE: Police arrested six people at the bridge.",
            "Manchester City won the FA Cup.",
            "de Blasio said the bridge at Orvane was closed.",
            "eBay sold the old bridge to a collector.",
            "NEW YORK — The bridge at Orvane was closed.",
            "The bridge at Orvane is not only old but in the way.",
            "It's not just about the bridge at Orvane—it's about Velden.",
            "Four years after the fall, Velden closed the slip.",
            "Two days later than planned, Velden closed the slip.",
            "A few people earn less than Ada Quill.",
            "A dozen people remain in the tower of Velden.",
            "Two years later, in May 2014, Velden closed the slip.",
            "Quill defended the bridge, saying that it was not just for show.",
            "The fair at Orvane shows the latest bridges.",
        ] {
            assert_eq!(weak(&[plain, plain, statement]), [false; 3], "{statement}");
        }
    }

    #[test]
    fn turns_of_a_transcript_come_last() {
        let plain = "The harbour bridge at Orvane fell on Monday.";
        let (ask, answer) =
            ("BELL: You were there, at the bridge.", "QUILL: Well, it was one page at a time.");
        assert_eq!(weak(&[plain, ask, plain, answer, plain]), [false, true, false, true, false]);
    }

    #[test]
    fn lines_of_a_ticker_come_last() {
        let told = ["Orvane led early.", "Ada Quill scored twice for the town."];
        let lines = [
            "Ida Bell (Velden) wins a free kick.",
            "Bo Quill (Orvane) wins a free kick.",
            "Jan de Orm (Velden) wins a free kick.",
        ];
        let plain = "The harbour bridge at Orvane fell on Monday.";
        let all = [&[plain, told[1], plain], &lines[..2]].concat();
        assert!(!weak(&all).contains(&true), "twice is chance");
        let lines =
            ["Ida Bell (Velden) wins a free kick.", lines[1], "Al Orm (Velden) wins a free kick."];
        let all = [&[plain, told[1], plain, told[1]], &lines[..]].concat();
        assert_eq!(weak(&all), [[false; 4].as_slice(), &[true; 3]].concat());
    }

    #[test]
    fn what_an_article_is_made_of_is_no_weakness() {
        let lines = ["the bridge fell on monday night", "crews came from all over the bay"];
        assert_eq!(weak(&lines), [false; 2], "none of them has a full stop");
        let list = ["1. The slip at Velden.", "2. The ferry at Orvane.", "3. The old town wall."];
        let own = [
            "Visitors go to the bridge of Velden.",
            "Ada Quill painted the slip in May.",
            "Trains to Orvane cross 12 arches.",
            "The council of Orvane closed the road.",
        ];
        let mut mixed: Vec<&str> = list.iter().chain(&list).copied().collect();
        mixed.extend(own);
        assert!(!weak(&mixed).contains(&true), "four sentences are too few to do without the list");
        mixed.push("The last bridge fell on Monday.");
        assert_eq!(weak(&mixed), [[true; 6].as_slice(), &[false; 5]].concat());
        let talk = ["\"I saw it fall from my window.\"", "\"It made no sound at all.\""];
        assert_eq!(weak(&talk), [false; 2]);
    }
}

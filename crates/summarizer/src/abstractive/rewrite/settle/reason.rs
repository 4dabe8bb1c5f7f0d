//! What is wrong with a sentence, in words that a model is told.

use standfirst_core::{
    analysis::Finding,
    article::Article,
    report::{Fault, Flag, Part, Verdict, unsaid},
};
use standfirst_text::lexicon::Lexicon;

use super::{content, is_whole, loops, sources};

/// What is told of a sentence that says nothing new.
pub const REPEATS: &str = "repeats what another sentence says";
/// What is told of one that is read by itself and points at something outside.
pub const LEANS: &str = "it is read by itself, and points at something that it does not name";
/// Most faults of one sentence, and most of its words, that are told: what is longer is not read.
const MOST_TOLD: usize = 3;

/// Why `text`, of which the check `found` this, is not kept.
pub fn of(article: &Article, lexicon: &Lexicon, text: &str, found: &Finding) -> String {
    let faults = found.faults.iter().filter(|fault| fault.kind != Flag::Dangling);
    let faults: Vec<String> = faults.take(MOST_TOLD).map(|fault| told(text, fault)).collect();
    if !faults.is_empty() {
        return faults.join("; ");
    }
    let parts: Vec<String> =
        unsaid(&found.parts).take(MOST_TOLD).map(|part| half(text, part)).collect();
    if !parts.is_empty() {
        return parts.join("; ");
    }
    match found.verdict {
        Verdict::Contradicted => return "the article says otherwise".to_owned(),
        Verdict::Stitched => return "the article does not say these things together".to_owned(),
        Verdict::Unsupported => return "the article does not say that".to_owned(),
        Verdict::Copied | Verdict::Supported => {}
    }
    if let Some(flag) = found.flags.iter().find(|flag| **flag != Flag::Dangling) {
        return format!("a {} is not as in the article", flag.name());
    }
    unlike(article, lexicon, text, found)
}

/// A statement of `text` that is not said, where others are.
fn half(text: &str, part: &Part) -> String {
    let words = text.get(part.summary.range()).unwrap_or_default();
    let wrong =
        if part.verdict == Verdict::Contradicted { "says otherwise than" } else { "does not say" };
    format!("the article {wrong}: {words}")
}

/// Words of `text` that are wrong, and what the article has.
fn told(text: &str, fault: &Fault) -> String {
    let words = text.get(fault.summary.range()).unwrap_or_default();
    let kind = fault.kind.name();
    match &fault.expected {
        Some(expected) => format!("{kind} {words}: the article has {expected}"),
        None => format!("{kind} {words}: the article does not have it there"),
    }
}

/// Why a sentence that is supported is not one of the article's in other words.
fn unlike(article: &Article, lexicon: &Lexicon, text: &str, found: &Finding) -> String {
    if !is_whole(text) {
        return "it has no end".to_owned();
    }
    if loops(text) {
        return "it says the same words twice".to_owned();
    }
    let own = sources(article, found)
        .first()
        .map(|&source| content(lexicon, &article.sentences()[source].text));
    let own = own.unwrap_or_default();
    let strange = standfirst_text::words::words(text)
        .filter(|word| !lexicon.is_stop_word(word) && !own.contains(&lexicon.stem(word)));
    let strange: Vec<&str> = strange.take(MOST_TOLD).collect();
    if strange.is_empty() {
        "its words are in another order than in the article".to_owned()
    } else {
        format!("not in the sentence that it is made from: {}", strange.join(", "))
    }
}

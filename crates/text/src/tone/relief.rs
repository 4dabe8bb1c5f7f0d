//! Relief: a sentence with a bad word in it that says that the ill is over, or never was. *She was acquitted of
//! fraud*, *unemployment fell to its lowest in forty years*, *the charges were dropped*. A network that has
//! learnt from political news hears the bad word. The rules know English and are made to be right when they
//! speak: on 2,528 labelled sentences of newspapers, which have little of it, they speak once.

use std::sync::LazyLock;

use regex::Regex;

use crate::lexicon::{Role, english};

/// More words than this in a sentence say more than that something is over.
const MAX_WORDS: usize = 40;
/// Words before the rule's own in which a negation, a condition or a wish takes it back.
const BEFORE: usize = 2;

/// Whether `sentence` says that something bad is over, is less, or was never there.
pub fn is_relief(sentence: &str) -> bool {
    let rules = &*RULES;
    let text = plain(sentence);
    if text.split_whitespace().count() > MAX_WORDS || rules.open.is_match(&text) {
        return false;
    }
    // What somebody says of an accusation against themselves is no finding.
    let found = !rules.told.is_match(&text) || rules.finding.is_match(&text);
    rules.whole.is_match(&text.replace([',', ';', ':'], ""))
        || rules.clause.split(&text).any(|clause| {
            let ended = rules.ended.iter().any(|rule| speaks(rule, clause));
            ended || found && rules.baseless.iter().any(|rule| speaks(rule, clause))
        })
}

/// In small letters, with straight apostrophes and without the stops of courtesy titles.
fn plain(sentence: &str) -> String {
    let text = sentence.to_lowercase().replace('’', "'").replace("all but ", "almost ");
    ["dr. ", "mr. ", "mrs. ", "ms. "]
        .iter()
        .fold(text, |text, title| text.replace(title, &title.replace('.', "")))
}

/// Whether the rule is met in the clause, and nothing before it takes it back.
fn speaks(rule: &Regex, clause: &str) -> bool {
    rule.find(clause).is_some_and(|found| {
        let mut before = clause[..found.start()].split_whitespace().rev().take(BEFORE);
        let never = |word: &str| word == "never" || word.ends_with("n't");
        !before.any(takes_back) && !found.as_str().split_whitespace().any(never)
    })
}

fn takes_back(word: &str) -> bool {
    word.ends_with("n't")
        || english().is(word, Role::Negator)
        || matches!(
            word,
            "if" | "may"
                | "failed"
                | "failing"
                | "fails"
                | "refused"
                | "refuses"
                | "to"
                | "wants"
                | "until"
        )
}

struct Rules {
    /// Met in any clause.
    ended: Vec<Regex>,
    /// The same, of accusations.
    baseless: Vec<Regex>,
    /// Met across clauses.
    whole: Regex,
    clause: Regex,
    /// Leaves it open, or says the opposite as well.
    open: Regex,
    told: Regex,
    finding: Regex,
}

static RULES: LazyLock<Rules> = LazyLock::new(Rules::new);

/// One of the words that have a role.
fn one_of(role: Role) -> String {
    let mut words: Vec<String> = english().words(role).map(|word| word.replace('_', " ")).collect();
    words.sort_by_key(|word| std::cmp::Reverse(word.len()));
    format!("(?:{})", words.join("|"))
}

/// A pattern of ours.
///
/// # Panics
/// If it is malformed; a test compiles them all.
fn pattern(text: &str) -> Regex {
    Regex::new(text).unwrap_or_else(|error| panic!("{error}"))
}

impl Rules {
    fn new() -> Self {
        let [ill, fell, undone, undo, finding] =
            [Role::Ill, Role::Lessening, Role::Undone, Role::Undoing, Role::Finding].map(one_of);
        let word = "[a-z'-]+ ";
        let few = format!("(?:{word}){{0,6}}?");
        let be = "(?:has |have |had |was |were |is |are |been |being |become )";
        let how =
            "(?:all |but |almost |nearly |largely |sharply |fully |since |again |now |finally )*";
        let the = "(?:the |a |an |all |its |his |her |their |any |every |these |those |of )*";
        let ended = [
            format!(r"\b{ill} {few}{be}*{how}{fell}\b"),
            format!(r"\b{ill} {few}{be}+{how}{undone}\b"),
            format!(r"\b{undo} {the}(?:{word})?(?:[a-z]+ [a-z]+'s )?{ill}\b"),
            format!(r"\b{ill} {few}(?:lowest|fewest|shortest|rarest|record low)\b"),
            format!(
                r"\b(?:fewest|fewer|lowest|shortest) (?:{word})?(?:{ill}|people died|babies die)\b"
            ),
            format!(r"\b{be}(?:[a-z]+ )?(?:acquitted|exonerated|absolved|vindicated)\b"),
            format!(r"\b{finding} (?:{word})?(?:acquitted|acquits|exonerated|absolved)\b"),
            format!(r"\bcleared (?:{word}){{0,5}}of\b"),
            format!(
                r"\b{finding} (?:{word})*found (?:{word})*(?:no evidence|not guilty|no misuse|no wrongdoing|no fault)\b"
            ),
            format!(
                r"\b{finding} (?:{word})*(?:acted lawfully|done nothing wrong|done no wrong)\b"
            ),
            r"\b(?:found not guilty|no longer a suspect)\b".to_owned(),
            r"\b(?:released|freed|let off) (?:without|unharmed)\b".to_owned(),
            format!(r"\bno case (?:{word}){{0,4}}to answer\b"),
            format!(r"\b(?:declared|proved|proven) (?:{word}){{0,2}}innocent\b"),
            format!(r"\b(?:ceasefire|cease-fire|truce) {few}(?:holds|held|holding)\b"),
            r"\b(?:no one|nobody) (?:was|were|has been) (?:hurt|killed|injured|harmed)\b"
                .to_owned(),
            r"\bfree of (?:the |all )?(?:disease|illness|pain|cancer|debt)\b".to_owned(),
            format!(r"\bno longer (?:{word}){{0,2}}(?:pollut[a-z]+|{ill})\b"),
        ];
        let baseless = [
            format!(
                r"\b{ill} {few}(?:was |were |as |to be |proved |is |are )?(?:baseless|unfounded|groundless|unsubstantiated|malicious|nonsense)\b"
            ),
            format!(
                r"\b{ill} {few}(?:turned out to be|proved|proved to be|were|was) (?:false|untrue|lies)\b"
            ),
        ];
        Self {
            ended: ended.iter().map(|text| pattern(text)).collect(),
            baseless: baseless.iter().map(|text| pattern(text)).collect(),
            whole: pattern(
                r"\bwrongly (?:imprisoned|convicted|jailed|accused) .*(?:free|freed|innocent)\b",
            ),
            clause: pattern(r"[,;:.?!—–]|\b(?:but|while|although|though|before|after)\b"),
            open: pattern(
                r"\b(?:but (?:guilty|convicted|found guilty)|not yet|would|could|might|should)\b",
            ),
            told: pattern(
                r"\b(?:says?|said|claims?|claimed|insists?|insisted|denie[sd]|decried)\b",
            ),
            finding: pattern(&format!(r"\b{finding}\b")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_an_ill_is_relief_and_its_opposite_is_not() {
        for (relief, ill) in [
            (
                "Mary Cole was acquitted of fraud on Friday.",
                "Mary Cole was convicted of fraud on Friday.",
            ),
            (
                "Prosecutors dropped all charges against Tom Ash.",
                "Prosecutors pressed all charges against Tom Ash.",
            ),
            (
                "Poverty and hunger have all but vanished from the region.",
                "Poverty and hunger have spread in the region.",
            ),
            (
                "The judge called the case against Mary Cole baseless.",
                "The judge called the case against Mary Cole strong.",
            ),
            (
                "Unemployment is at its lowest in forty years.",
                "Unemployment is at its highest in forty years.",
            ),
            ("Deaths on the roads were halved.", "Deaths on the roads doubled."),
            ("The ceasefire in the valley is holding.", "The ceasefire in the valley collapsed."),
        ] {
            assert!(is_relief(relief), "{relief}");
            assert!(!is_relief(ill), "{ill}");
        }
    }

    #[test]
    fn what_is_wished_doubted_or_denied_is_no_relief() {
        for text in [
            "She was never acquitted of the fraud.",
            "The governor refused to drop the charges.",
            "He wants to end poverty.",
            "The charges could be dropped.",
            "Cole says the allegations were false.",
            "He was found not guilty of murder, but guilty of assault.",
            "Hopes fell, and wages were halved.",
            "",
        ] {
            assert!(!is_relief(text), "{text}");
        }
    }
}

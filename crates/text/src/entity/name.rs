//! Names in a sentence: runs of capitalised words, without the titles and the adjectives before them.

use std::ops::Range;

use super::{
    gazetteer::{
        country, gender_of_given, is_body, is_demonym, is_nobody, is_ordinary,
        is_organisation_word, is_title,
    },
    token::{Shape, Token},
};
use crate::lexicon::{Role, SPEECH, english};
use standfirst_core::article::Span;

/// A name as it stands in a sentence, and what the words around it say of its bearer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Name<'a> {
    /// Its words, titles left out; never empty.
    pub words: Vec<&'a str>,
    /// Where the words stand.
    pub span: Span,
    /// Which tokens of the sentence the words are.
    pub tokens: Range<usize>,
    /// The titles before it, lower-cased.
    pub title: Vec<String>,
    /// The words around it say that it is a person.
    pub personal: bool,
    /// `the` stands before it.
    pub definite: bool,
    /// A preposition of place stands before it.
    pub placed: bool,
}

/// Share of capital letters from which a line is taken for a headline in capitals, which tells
/// nothing about names.
const SHOUTED: f64 = 0.6;

/// The names among the `tokens` of a sentence, in order.
pub(crate) fn names<'a>(tokens: &[Token<'a>]) -> Vec<Name<'a>> {
    if is_shouted(tokens) {
        return Vec::new();
    }
    let (mut found, mut at) = (Vec::new(), 0);
    while at < tokens.len() {
        if !begins(&tokens[at]) {
            at += 1;
            continue;
        }
        let end = run_end(tokens, at);
        found.extend(name(tokens, at..end));
        at = end;
    }
    found
}

fn is_shouted(tokens: &[Token<'_>]) -> bool {
    let letters: usize = tokens.iter().map(|token| token.word.len()).sum();
    let capitals: usize =
        tokens.iter().filter(|t| t.shape == Shape::Acronym).map(|t| t.word.len()).sum();
    tokens.len() > 3 && capitals as f64 > SHOUTED * letters as f64
}

fn begins(token: &Token<'_>) -> bool {
    token.is_capital() && !is_nobody(token.word)
}

/// One past the run of words that begins at `start`.
fn run_end(tokens: &[Token<'_>], start: usize) -> usize {
    let mut end = start + 1;
    while !tokens[end - 1].possessive {
        match tokens.get(end) {
            Some(next) if next.follows_closely() && begins(next) => {
                // "the envoy to NATO Ivan Petrov" are two.
                let given = gender_of_given(next.word).is_some();
                if given && tokens[end - 1].shape == Shape::Acronym {
                    break;
                }
                end += 1;
            }
            Some(_) => match after_link(tokens, start..end) {
                Some(further) => end = further,
                None => break,
            },
            None => break,
        }
    }
    end
}

/// One past the capital after the small words that follow the run, if they belong to a name.
fn after_link(tokens: &[Token<'_>], run: Range<usize>) -> Option<usize> {
    let link = tokens.get(run.end).filter(|token| token.follows_closely())?;
    let closely = |at: usize| tokens.get(at).is_some_and(|t| t.follows_closely() && begins(t));
    if english().is(link.word, Role::Particle) {
        let next = run.end + 1;
        let second = tokens.get(next).is_some_and(|t| english().is(t.word, Role::Particle));
        let at = if second { next + 1 } else { next };
        return closely(at).then_some(at + 1);
    }
    let official = tokens[run.clone()].iter().any(|t| is_official(t.word));
    if !english().is(link.word, Role::Link) || !official {
        return None;
    }
    // "Department and Congress" are two: what `and` joins must end in a word of organisations.
    let the = tokens.get(run.end + 1).is_some_and(|token| token.word == "the");
    let at = run.end + 1 + usize::from(the && link.word != "and");
    let joined = link.word != "and"
        || tokens[at.min(tokens.len())..]
            .iter()
            .take_while(|t| t.is_capital() && t.follows_closely())
            .any(|t| is_organisation_word(t.word));
    (joined && closely(at)).then_some(at + 1)
}

/// Whether `of` after this word goes on with the name: `Department of …`, `Secretary of …`.
fn is_official(word: &str) -> bool {
    is_organisation_word(word) || is_title(word)
}

/// The name in a run of tokens, if there is one.
fn name<'a>(tokens: &[Token<'a>], run: Range<usize>) -> Option<Name<'a>> {
    let mut start = without_opener(tokens, run.clone());
    let mut title: Vec<String> = Vec::new();
    let organised = tokens[start..run.end].iter().any(|t| is_organisation_word(t.word));
    if let Some(after) = after_titles(tokens, start..run.end) {
        title = tokens[start..after].iter().map(|t| t.word.to_lowercase()).collect();
        start = after;
    } else if !organised || is_person_like(tokens, start..run.end) {
        start = without_demonyms(tokens, start..run.end);
    }
    let words: Vec<&str> = tokens[start..run.end].iter().map(|t| t.word).collect();
    let empty = words.iter().all(|w| is_title(w) || is_demonym(w));
    // "the Department", "a": what is left says nothing by itself.
    let stray =
        |word: &str| word.trim_end_matches('.').chars().count() < 2 || is_organisation_word(word);
    let bare = empty || matches!(words[..], [word] if stray(word));
    if bare && !words.iter().any(|w| is_body(w)) {
        return None;
    }
    let before = start.checked_sub(1).map(|at| tokens[at]);
    if title.is_empty() {
        title.extend(small_title(before, &tokens[start]));
    }
    let personal = !title.is_empty() || looks_personal(tokens, start..run.end);
    let skip = before.filter(|t| t.word.eq_ignore_ascii_case("the")).map_or(1, |_| 2);
    let near = start.checked_sub(skip).map(|at| tokens[at].word);
    Some(Name {
        span: Span::new(tokens[start].span.start, tokens[run.end - 1].span.end),
        tokens: start..run.end,
        words,
        personal,
        definite: before.is_some_and(|t| t.word.eq_ignore_ascii_case("the"))
            && tokens[start].follows_closely(),
        placed: near.is_some_and(|word| english().is(word, Role::Placing)),
        title,
    })
}

/// The start of the run without ordinary words that have a capital because they open the sentence
/// or a quotation.
fn without_opener(tokens: &[Token<'_>], run: Range<usize>) -> usize {
    let opens = |at: usize| at == 0 || !tokens[at].follows_closely();
    let mut at = run.start;
    while at < run.end
        && is_ordinary(tokens[at].word)
        && tokens[at].shape == Shape::Capital
        && (opens(at) || at > run.start)
        && !(is_title(tokens[at].word) && at + 1 < run.end)
        && gender_of_given(tokens[at].word).is_none_or(|_| at + 1 == run.end)
    {
        at += 1;
        // A second ordinary word belongs to a name: "The White House".
        if at < run.end && !matches!(tokens[at].word, "The" | "A" | "An") {
            break;
        }
    }
    at
}

/// One past the last title at the start of the run, if a name is left after it.
fn after_titles(tokens: &[Token<'_>], run: Range<usize>) -> Option<usize> {
    let words = &tokens[run.clone()];
    let last = words.iter().rposition(|t| is_title(t.word) && gender_of_given(t.word).is_none())?;
    let mut after = run.start + last + 1;
    if tokens.get(after).is_some_and(|t| english().is(t.word, Role::Link)) {
        // "Secretary of State John Kerry": what the office is of ends where two words are left.
        after = run.end.saturating_sub(2).max(after + 2);
    }
    let rest = tokens.get(after..run.end).filter(|rest| !rest.is_empty())?;
    // "President Bank" would be an organisation; "Captain Cook University" is one.
    (!rest.iter().any(|t| is_organisation_word(t.word))).then_some(after)
}

fn without_demonyms(tokens: &[Token<'_>], run: Range<usize>) -> usize {
    let demonyms = tokens[run.clone()].iter().take_while(|t| is_demonym(t.word)).count();
    let whole: Vec<&str> = tokens[run.clone()].iter().map(|t| t.word).collect();
    let kept = demonyms == run.len() || country(&whole.join(" ")).is_some();
    if kept { run.start } else { run.start + demonyms }
}

fn is_person_like(tokens: &[Token<'_>], run: Range<usize>) -> bool {
    tokens[run].iter().any(|t| gender_of_given(t.word).is_some())
}

/// A title written small right before the name: "former director James Comey".
fn small_title(before: Option<Token<'_>>, first: &Token<'_>) -> Option<String> {
    let before = before.filter(|t| t.shape == Shape::Lower && first.follows_closely())?;
    is_title(before.word).then(|| before.word.to_owned())
}

/// Whether the run begins with a given name, or what stands beside it is said of people only: an age,
/// *who*, a verb of speech.
fn looks_personal(tokens: &[Token<'_>], run: Range<usize>) -> bool {
    let given = run.len() > 1 && gender_of_given(tokens[run.start].word).is_some();
    let next = tokens.get(run.end);
    let aged = next.is_some_and(|t| {
        t.gap.starts_with(',') && t.shape == Shape::Number && (1..=2).contains(&t.word.len())
    });
    let who = next.is_some_and(|t| t.gap.starts_with(',') && matches!(t.word, "who" | "whose"));
    let speaks = next.is_some_and(|t| t.follows_closely() && english().is(t.word, SPEECH));
    let plain = tokens[run.clone()].iter().all(|t| !is_organisation_word(t.word));
    plain && (given || aged || who || (speaks && tokens[run.start].shape == Shape::Capital))
}

#[cfg(test)]
mod tests {
    use super::{super::token, *};

    fn found(text: &str) -> Vec<String> {
        let tokens = token::tokens(text, 0);
        names(&tokens).iter().map(|name| name.words.join(" ")).collect()
    }

    #[test]
    fn names_lose_titles_adjectives_and_openers() {
        assert_eq!(
            found(
                "When Russian Foreign Minister Ivan Petrov met Secretary of State Mary Holt, nobody smiled."
            ),
            ["Ivan Petrov", "Mary Holt"]
        );
        assert_eq!(found("Mr. Hale's lawyer, former judge Ann Cole, left."), ["Hale", "Ann Cole"]);
        assert_eq!(found("The White House said nothing."), ["White House"]);
    }

    #[test]
    fn organisations_keep_their_links() {
        assert_eq!(
            found("Officials of the Department of Health and the Bank of England met on Monday."),
            ["Department of Health", "Bank of England"]
        );
        assert_eq!(found("She works for Lane and Sons in Oslo."), ["Lane", "Sons", "Oslo"]);
        assert_eq!(
            found("The envoy to NATO Ivan Petrov left the Czech Republic."),
            ["NATO", "Ivan Petrov", "Czech Republic"]
        );
    }

    #[test]
    fn days_adjectives_and_headlines_name_nobody() {
        assert!(found("On Monday the Russian minister spoke.").is_empty());
        assert!(found("PRESIDENT HALE RESIGNS AFTER VOTE").is_empty());
        assert!(found("The President spoke.").is_empty());
    }

    #[test]
    fn the_words_around_tell_a_person() {
        let text = "Petrov said that Lindqvist, 42, knew Abadi, who left the Kremlin.";
        let tokens = token::tokens(text, 0);
        let personal: Vec<bool> = names(&tokens).iter().map(|name| name.personal).collect();
        assert_eq!(personal, [true, true, true, false]);
        assert!(names(&tokens)[3].definite);
    }
}

//! Names in a sentence: runs of capitalised words, without the titles and the adjectives before them.

use std::ops::Range;

mod noun;
mod run;
mod title;

use noun::{is_alone, is_called_out, is_common_noun, is_heading};
use run::{is_ampersand, run_end};
use title::{after_titles, is_courtesy, is_seat, small_title, without_offices};

use super::{
    capital,
    gazetteer::{
        country, is_body, is_demonym, is_front, is_given, is_ordinary, is_organisation_word,
        is_place, is_thing, is_title,
    },
    token::{Shape, Token},
};
use crate::lexicon::{Role, SPEECH, english, lowered};
use standfirst_core::article::Span;

/// A name as it stands in a sentence, and what the words around it say of its bearer.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "independent observations, none a state")]
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
    /// Somebody's office or what they are stands beside it: *the Lakeside striker*, *the mayor of Lakeside*.
    pub attached: bool,
    /// A preposition of place stands before it.
    pub placed: bool,
    /// A *The* of its own stands before it, as in the names of newspapers.
    pub masthead: bool,
    /// It ends as the names of things do: *Mill Street*.
    pub thing: bool,
    /// It opens a sentence and is a word, too: a name only if the article has it elsewhere.
    pub doubtful: bool,
    /// An office by itself: a name only if somebody in the article has it as a surname.
    pub surname: bool,
    /// It is a single word that opens its sentence.
    pub opens: bool,
    /// It is an acronym that stands as common nouns do: *a DVD*.
    pub common: bool,
    /// The number of few digits that follows it, and where it ends.
    pub number: Option<(&'a str, usize)>,
}

/// Share of capital letters from which a line is taken for a headline in capitals, which tells
/// nothing about names.
const SHOUTED: f64 = 0.6;

/// The names among the `tokens` of a sentence, in order. `asks` says whether it is a question.
pub(crate) fn names<'a>(tokens: &[Token<'a>], asks: bool) -> Vec<Name<'a>> {
    if is_shouted(tokens) {
        return Vec::new();
    }
    let (mut found, mut at) = (Vec::new(), 0);
    while at < tokens.len() {
        if !capital::begins(tokens, at) {
            at += 1;
            continue;
        }
        let end = run_end(tokens, at);
        let opener = usize::from(capital::asks(tokens, &(at..end), asks));
        found.extend(name(tokens, at + opener..end));
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

/// The name in a run of tokens, if there is one.
fn name<'a>(tokens: &[Token<'a>], run: Range<usize>) -> Option<Name<'a>> {
    let doubtful = capital::is_doubtful(tokens, &run);
    if doubtful && capital::is_governed(tokens, &run) {
        return None;
    }
    let office = run.end;
    let run = run.start..without_offices(tokens, &run);
    let mut start = if doubtful { run.start } else { without_opener(tokens, run.clone()) };
    let masthead = start < run.end && start > 0 && tokens[start].word == "The";
    start += usize::from(masthead && run.end - start > 2);
    if start >= run.end || is_heading(tokens, run.clone()) {
        return None;
    }
    let run_start = start;
    let mut title: Vec<String> = Vec::new();
    let organised = tokens[start..run.end].iter().any(|t| is_organisation_word(t.word));
    if let Some(after) = after_titles(tokens, start..run.end) {
        title = tokens[start..after].iter().map(|t| t.word.to_lowercase()).collect();
        start = after;
    } else if !organised || is_person_like(tokens, start..run.end) {
        start = without_demonyms(tokens, start..run.end);
    }
    let mut words = words(&tokens[start..run.end]);
    let mut end = tokens[run.end - 1].span.end;
    if let Some(last) = words.pop() {
        let front = capital::front(last).unwrap_or(last);
        end -= last.len() - front.len();
        words.push(front);
    }
    let given = !title.is_empty() || tokens[run.end - 1].possessive;
    let adjective = |word: &str| is_demonym(word) && !(given && is_given(word));
    let courtesy = start > run_start && is_courtesy(&tokens[start - 1]);
    // A surname may be an office, too: "Tom King", then "King".
    let alone = start == run_start && is_alone(tokens, start..run.end);
    let surname = words.len() == 1 && is_title(words[0]) && (courtesy || alone);
    let empty = !courtesy && !surname && words.iter().all(|w| is_title(w) || adjective(w));
    // "the Department", "a": what is left says nothing by itself.
    let stray =
        |word: &str| word.trim_end_matches('.').chars().count() < 2 || is_organisation_word(word);
    let held = run.end < office && !is_seat(&words);
    let degree = words.iter().all(|word| english().is(word, Role::Degree));
    let called = run.len() == 1 && is_called_out(tokens, start);
    let bare = empty || held || degree || called || matches!(words[..], [word] if stray(word));
    if bare && !words.iter().any(|w| is_body(w)) {
        return None;
    }
    let before = start.checked_sub(1).map(|at| tokens[at]);
    if title.is_empty() {
        title = small_title(tokens, start);
    }
    let personal = !title.is_empty() || looks_personal(tokens, start..run.end);
    let skip = before.filter(|t| t.word.eq_ignore_ascii_case("the")).map_or(1, |_| 2);
    let near = start.checked_sub(skip).map(|at| tokens[at].word);
    let modifies = tokens
        .get(run.end)
        .is_some_and(|t| t.follows_closely() && english().is(t.word, Role::Attached));
    let thing = words.len() > 1 && words.last().is_some_and(|word| is_thing(word))
        || is_quoted(tokens, start..run.end);
    Some(Name {
        attached: start > 1 && tokens[start - 1].word == "of" && is_title(tokens[start - 2].word)
            || tokens.get(run.end).is_some_and(|t| {
                t.follows_closely()
                    && t.shape == Shape::Lower
                    && english().is(t.word, Role::Person | Role::Title)
            }),
        thing,
        doubtful,
        surname: surname && !courtesy,
        opens: run_start + 1 == run.end && (run_start == 0 || capital::opens(&tokens[run_start])),
        common: start + 1 == run.end && is_common_noun(tokens, start),
        number: number(tokens, run.end),
        span: Span::new(tokens[start].span.start, end),
        tokens: start..run.end,
        words,
        personal,
        definite: before.is_some_and(|t| t.word.eq_ignore_ascii_case("the"))
            && tokens[start].follows_closely()
            && !modifies,
        masthead,
        placed: near.is_some_and(|word| english().is(&lowered(word), Role::Placing)),
        title,
    })
}

/// The start of the run without ordinary words that have a capital because they open the sentence
/// or a quotation.
fn without_opener(tokens: &[Token<'_>], run: Range<usize>) -> usize {
    let opens = |at: usize| at == 0 || capital::opens(&tokens[at]);
    if run.len() == 1 && capital::speaks(tokens, run.start) {
        return run.start;
    }
    let mut at = run.start;
    while at < run.end
        && is_common(tokens[at].word)
        && tokens[at].shape == Shape::Capital
        && (opens(at) || at > run.start)
        && !(is_title(tokens[at].word) && at + 1 < run.end)
        && !(is_given(tokens[at].word) && (at + 1 < run.end || capital::has_partner(tokens, &run)))
    {
        at += 1;
        // A second ordinary word belongs to a name: "The White House".
        if at < run.end && !matches!(tokens[at].word, "The" | "A" | "An") {
            break;
        }
    }
    at
}

/// Whether the word is mostly written small, or has hardly any other meaning so than a capital gives it.
fn is_common(word: &str) -> bool {
    is_ordinary(word) || matches!(word, "A" | "An")
}

fn without_demonyms(tokens: &[Token<'_>], run: Range<usize>) -> usize {
    // "Christian Moreau", but not "Christian Aid".
    let named = run.len() > 1 && is_given(tokens[run.start].word);
    if named && !is_ordinary(tokens[run.start + 1].word) && !is_demonym(tokens[run.start + 1].word)
    {
        return run.start;
    }
    let demonyms = tokens[run.clone()].iter().take_while(|t| is_demonym(t.word)).count();
    let whole: Vec<&str> = tokens[run.clone()].iter().map(|t| t.word).collect();
    let whole = whole.join(" ");
    // "Northern Rail", but not "northern Syria" at the start of a sentence.
    let rest = tokens[run.start + demonyms.min(run.len() - 1)].word;
    let part = is_front(tokens[run.start].word)
        && demonyms + 1 == run.len()
        && !(is_place(rest) || country(rest).is_some() || is_given(rest));
    let kept = demonyms == run.len() || part || country(&whole).is_some() || is_place(&whole);
    if kept { run.start } else { run.start + demonyms }
}

fn is_person_like(tokens: &[Token<'_>], run: Range<usize>) -> bool {
    tokens[run].iter().any(|t| is_given(t.word))
}

/// The words of a name as they are written: possessives inside it, and the `&` between them.
fn words<'a>(tokens: &[Token<'a>]) -> Vec<&'a str> {
    let mut words = Vec::with_capacity(tokens.len());
    for (at, token) in tokens.iter().enumerate() {
        if at > 0 && is_ampersand(token) {
            words.push("&");
        }
        let inside = token.possessive && at + 1 < tokens.len();
        words.push(if inside { token.whole } else { token.word });
    }
    words
}

/// The number of few digits that follows a name.
fn number<'a>(tokens: &[Token<'a>], at: usize) -> Option<(&'a str, usize)> {
    let token = tokens.get(at).filter(|t| t.follows_closely() && !tokens[at - 1].possessive)?;
    let short = token.word.len() <= MAX_DIGITS && token.word.bytes().all(|b| b.is_ascii_digit());
    short.then_some((token.word, token.span.end))
}

/// Digits of a number that belongs to a name, at most.
const MAX_DIGITS: usize = 4;

/// Whether the run, and no more, stands in quotation marks: the name of a work, or an odd word.
fn is_quoted(tokens: &[Token<'_>], run: Range<usize>) -> bool {
    const MARKS: [char; 5] = ['"', '“', '”', '‘', '«'];
    tokens[run.start].gap.ends_with(MARKS)
        && tokens.get(run.end).is_some_and(|t| t.gap.starts_with(['"', '”', '’', '»']))
}

/// Whether the run begins with a given name, or what stands beside it is said of people only: an age,
/// *who*, a verb of speech.
fn looks_personal(tokens: &[Token<'_>], run: Range<usize>) -> bool {
    let given =
        run.len() > 1 && is_given(tokens[run.start].word) && !is_thing(tokens[run.end - 1].word)
            || capital::has_partner(tokens, &run);
    let next = tokens.get(run.end);
    let aged = next.is_some_and(|t| {
        t.gap.starts_with(',') && t.shape == Shape::Number && (1..=2).contains(&t.word.len())
    });
    let who = next.is_some_and(|t| t.gap.starts_with(',') && matches!(t.word, "who" | "whose"));
    let speaks = next.is_some_and(|t| t.follows_closely() && english().is(t.word, SPEECH));
    let word = |t: &Token<'_>| is_organisation_word(capital::front(t.word).unwrap_or(t.word));
    let plain = !tokens[run.clone()].iter().any(word);
    if run.len() == 1 && capital::is_speaker(tokens, run.start) {
        return true;
    }
    plain
        && !tokens[run.start + 1..run.end].iter().any(is_ampersand)
        && (given || aged || who || (speaks && tokens[run.start].shape == Shape::Capital))
}

#[cfg(test)]
mod tests {
    use super::{super::token, *};

    fn found(text: &str) -> Vec<String> {
        let tokens = token::tokens(text, 0);
        names(&tokens, false).iter().map(|name| name.words.join(" ")).collect()
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
        assert_eq!(found("Nina Berg, M.D., met Tom Reed, PhD."), ["Nina Berg", "Tom Reed"]);
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
    fn names_go_on_over_small_words_possessives_and_partners() {
        assert_eq!(
            found("She left the Centers for River Control and Prevention on Monday."),
            ["Centers for River Control and Prevention"]
        );
        assert_eq!(
            found("They wrote to the Regional Water and Sewage Service."),
            ["Regional Water and Sewage Service"]
        );
        assert_eq!(
            found("He works at Children's Harbour Hospital and for the Lakeside Sheriff's Office."),
            ["Children's Harbour Hospital", "Lakeside Sheriff's Office"]
        );
        assert_eq!(found("The minister flew to the Isle of Torrey."), ["Isle of Torrey"]);
        assert_eq!(found("He owns Holt & Lindqvist in Oslo."), ["Holt & Lindqvist", "Oslo"]);
    }

    #[test]
    fn what_is_somebodys_own_and_two_people_stay_apart() {
        assert_eq!(
            found("Critics of Petrov's Foreign Office met Ann Holt & Tom Reed."),
            ["Petrov", "Foreign Office", "Ann Holt", "Tom Reed"]
        );
        assert_eq!(found("It is in the interest of the State of Israel."), ["State", "Israel"]);
    }

    #[test]
    fn titles_are_parts_of_places_and_courtesy_makes_surnames() {
        assert_eq!(found("He died in General Ola City."), ["General Ola City"]);
        assert_eq!(found("We met Lt. Tom Park."), ["Tom Park"]);
        assert_eq!(found("All this was said by Mr Welsh."), ["Welsh"]);
    }

    #[test]
    fn a_place_before_a_person_is_one_only_after_a_preposition() {
        assert_eq!(found("The builder was Sydney Robert Lane."), ["Sydney Robert Lane"]);
        assert_eq!(found("They met in Sydney Robert Lane."), ["Sydney", "Robert Lane"]);
    }

    #[test]
    fn handles_currencies_calls_and_headings_name_nobody() {
        assert!(found("Write to @AnnHolt or @HH_Lane, under #HarbourFest, for US$30.").is_empty());
        assert!(found("Oh, it is over.").is_empty());
        assert!(found("Storm Scheme Deepens Local Woes in many streets again.").is_empty());
        assert_eq!(
            found("Six points on their licence A Lakeside Police car stopped."),
            ["Lakeside Police"]
        );
    }

    #[test]
    fn an_office_keeps_the_words_that_say_which_it_is() {
        let tokens = token::tokens("Then Norway assistant manager Ola Berg left.", 0);
        let found = names(&tokens, false);
        assert_eq!(found.last().unwrap().title, ["norway", "assistant", "manager"]);
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
        let personal: Vec<bool> = names(&tokens, false).iter().map(|name| name.personal).collect();
        assert_eq!(personal, [true, true, true, false]);
        assert!(names(&tokens, false)[3].definite);
    }
}

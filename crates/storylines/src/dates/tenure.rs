//! When was it, by who held which office? *Secretary of State Condoleezza Rice* puts an article into her time in
//! office. What is known lies in `tenures.txt`.

use std::sync::LazyLock;

use jiff::{ToSpan as _, civil::Date};
use standfirst_core::article::{Article, Span};
use standfirst_text::{
    entity::{Entity, Form, Kind},
    reading,
};

use super::Interval;

/// Somebody in an office.
struct Tenure {
    days: Interval,
    name: &'static str,
    titles: Vec<&'static str>,
}

static TENURES: LazyLock<Vec<Tenure>> = LazyLock::new(|| {
    include_str!("tenures.txt").lines().filter_map(|line| read(line.trim())).collect()
});

/// An entry of the list; `None` for a blank line or a remark. A test reads them all.
fn read(line: &'static str) -> Option<Tenure> {
    let [days, name, titles] = line.split(" | ").collect::<Vec<_>>()[..] else { return None };
    let (from, to) = days.split_once(' ')?;
    // On the last day the next one takes over.
    let to: Date = to.parse().ok()?;
    let days = Interval::new(from.parse().ok()?, to.checked_sub(1.days()).ok()?)?;
    Some(Tenure { days, name, titles: titles.split("; ").collect() })
}

/// Bytes before and after a name that a title is looked for in.
const REACH: usize = 80;
/// Said of an office that is over, or not yet held.
const OVER: [&str; 6] = ["former ", "then-", "ex-", "late ", "one-time ", "first-term "];
/// Days for which an administration is called new.
const NEW_DAYS: i32 = 180;
/// Bearers of whose name alone an administration is called.
const ADMINISTRATION: &str = " administration";

/// The days on which all offices that the article names were held so, as several intervals where somebody held one
/// more than once. Where they cannot all be, those that ended first are of the past; *the Obama administration* may
/// be one to come, and gives way to whoever is named by office. `None` if it names none that is known.
pub(super) fn days(article: &Article) -> Option<Vec<Interval>> {
    let entities = reading::of(article);
    let text = &article.document().text;
    let people = entities.entities().iter().filter(|entity| entity.kind == Kind::Person);
    let titled = people.map(|entity| {
        let held = TENURES.iter().filter(|tenure| is_held(tenure, entity, text));
        held.map(|tenure| tenure.days).collect::<Vec<_>>()
    });
    let mut titled: Vec<Vec<Interval>> = titled.filter(|held| !held.is_empty()).collect();
    titled.sort_by_key(|held| std::cmp::Reverse(held.iter().map(|days| days.to).max()));
    let mut weak: Vec<Vec<Interval>> = administrations(text).map(|days| vec![days]).collect();
    weak.sort_by_key(|held| std::cmp::Reverse(held[0].to));
    let all = titled.into_iter().chain(weak).reduce(|known, held| {
        let shared =
            known.iter().flat_map(|known| held.iter().filter_map(|days| known.shared(*days)));
        let shared: Vec<Interval> = shared.collect();
        if shared.is_empty() { known } else { shared }
    })?;
    Some(if says_new(text) { all.into_iter().map(new).collect() } else { all })
}

/// Whether the article names `entity` by the office.
fn is_held(tenure: &Tenure, entity: &Entity, text: &str) -> bool {
    let is_meant = entity.name == tenure.name || is_variant(&entity.name, tenure.name);
    let names = entity.mentions.iter().filter(|mention| mention.form == Form::Name);
    is_meant && names.take(50).any(|mention| is_titled(tenure, mention.span, text))
}

/// Whether the two share their last name, and the first letters of their first: *Sergey*, *Sergei Lavrov*.
fn is_variant(name: &str, known: &str) -> bool {
    let ends = |name: &str| -> Option<(String, String)> {
        let mut words = name.split_whitespace();
        let first: String = words.next()?.chars().take(3).collect();
        Some((first, words.next_back()?.to_owned()))
    };
    ends(name).is_some_and(|name| ends(known) == Some(name))
}

fn is_titled(tenure: &Tenure, name: Span, text: &str) -> bool {
    let before = lower_window(text, name.start.saturating_sub(REACH), name.start);
    let after = lower_window(text, name.end, (name.end + REACH).min(text.len()));
    let apposed = after.strip_prefix(", ").and_then(|rest| rest.split([',', '.', ';']).next());
    tenure.titles.iter().any(|title| {
        let front = before.trim_end().strip_suffix(title);
        let fronted = front.is_some_and(|front| stands_alone(title, front));
        fronted || apposed.is_some_and(|apposed| apposed.contains(title) && !is_over(apposed))
    })
}

/// Whether a title is all of the title: not *vice president* for *president*, nor a former one.
fn stands_alone(title: &str, front: &str) -> bool {
    let last = front.split_whitespace().next_back().unwrap_or_default();
    let longer = matches!(last, "vice" | "deputy" | "acting" | "assistant" | "under" | "interim");
    let joined = front.ends_with('-') && title.starts_with("president");
    let near: String = front.chars().rev().take(24).collect::<Vec<_>>().into_iter().rev().collect();
    !longer && !joined && !is_over(&near)
}

fn is_over(words: &str) -> bool {
    OVER.iter().any(|over| words.contains(over))
}

fn lower_window(text: &str, from: usize, to: usize) -> String {
    let boundary = |mut at: usize| {
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        at
    };
    text[boundary(from)..boundary(to)].to_lowercase()
}

/// *The Obama administration*.
fn administrations(text: &str) -> impl Iterator<Item = Interval> {
    let of = |tenure: &&Tenure| tenure.titles == ["president"] && is_american(tenure.name);
    TENURES.iter().filter(of).filter_map(|tenure| {
        let called = format!("{}{ADMINISTRATION}", tenure.name.split_whitespace().next_back()?);
        let mut places = text.match_indices(&called);
        let told = places.any(|(at, _)| {
            let before = lower_window(text, at.saturating_sub(24), at);
            !is_over(&before) && !before.contains("future") && !before.contains("under the ")
        });
        told.then_some(tenure.days)
    })
}

/// Whether one of the list is a president of the United States: they alone give their name to an administration.
fn is_american(name: &str) -> bool {
    matches!(name, "Bill Clinton" | "George W. Bush" | "Barack Obama" | "Joe Biden")
}

fn says_new(text: &str) -> bool {
    ["new U.S. administration", "new US administration", "new American administration"]
        .iter()
        .any(|words| text.contains(words))
}

/// The part of `days` in which the administration of the time was new.
fn new(days: Interval) -> Interval {
    let began =
        TENURES.iter().filter(|tenure| tenure.titles == ["president"] && is_american(tenure.name));
    let began =
        began.map(|tenure| tenure.days.from).rfind(|from| (days.from..=days.to).contains(from));
    let Some(from) = began.or(Some(days.from)) else { return days };
    let end: Date = from.saturating_add(NEW_DAYS.days());
    days.shared(Interval { from, to: end }).unwrap_or(days)
}

#[cfg(test)]
mod tests {
    use standfirst_core::article::Document;
    use standfirst_text::repair::clean;

    use super::*;

    fn years(text: &str) -> Option<String> {
        let article = clean(Document::from_text("t", text)).unwrap();
        days(&article)
            .map(|days| days.iter().map(ToString::to_string).collect::<Vec<_>>().join(" or "))
    }

    #[test]
    fn every_line_of_the_list_is_read() {
        let lines = include_str!("tenures.txt").lines();
        let entries = lines.filter(|line| !line.starts_with('#') && !line.is_empty()).count();
        assert_eq!(TENURES.len(), entries);
    }

    #[test]
    fn offices_that_are_held_at_once_narrow_each_other() {
        let text = "President Vladimir Putin received Secretary of State Condoleezza Rice in Moscow. Rice said \
                    the talks with Putin had been frank.";
        assert_eq!(years(text).as_deref(), Some("2005-01-26/2008-05-06"));
    }

    #[test]
    fn former_holders_say_nothing() {
        let text =
            "Former Prime Minister Tony Blair opened the school. Blair said that he was glad.";
        assert_eq!(years(text), None);
        let text = "Prime Minister David Cameron said that former Prime Minister Tony Blair was wrong. Blair did \
                    not answer Cameron.";
        assert_eq!(years(text).as_deref(), Some("2010-05-11/2016-07-12"));
    }
}

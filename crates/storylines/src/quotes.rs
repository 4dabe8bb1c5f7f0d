//! Who said what: the statements of many articles in one table, with speakers known by one name.

use std::collections::HashMap;

use standfirst_core::{article::Span, plugin::SentimentModel, report::TargetTone};
use standfirst_text::{
    attribution::{Speaker, Statement},
    entity::{Entity, Kind},
    reading,
};

use crate::{
    report::{QuoteReport, Towards},
    study::Studied,
    tone::judge,
};

/// Bytes of a statement that say anything: shorter ones are words in quotation marks.
const SHORTEST: usize = 12;
/// Most statements that are told of an article.
const MOST: usize = 400;

/// All that is said in `articles`, in their order. `model` judges the tone towards those who are named.
pub fn quotes(articles: &[&Studied], model: Option<&dyn SentimentModel>) -> Vec<QuoteReport> {
    told(articles, &judge(articles, model), &Names::of(articles))
}

/// The same, with the tone of each article towards those whom it names, and with the names of people.
pub(crate) fn told(
    articles: &[&Studied],
    judged: &[Vec<TargetTone>],
    names: &Names,
) -> Vec<QuoteReport> {
    let each = articles.iter().zip(judged).enumerate();
    each.flat_map(|(number, (studied, targets))| of_article(number, studied, targets, names))
        .collect()
}

fn of_article(
    number: usize,
    studied: &Studied,
    targets: &[TargetTone],
    names: &Names,
) -> Vec<QuoteReport> {
    let reading = reading::of(&studied.article);
    let text = &studied.article.document().text;
    let whole = whole(reading.statements(), studied.article.quotations());
    let told = whole.iter().filter(|statement| statement.span.len() >= SHORTEST).take(MOST);
    told.map(|statement| {
        let (speaker, has_name) = match &statement.speaker {
            Speaker::Entity(id) => (names.known(&reading.entities()[*id]), true),
            Speaker::Unnamed(words) => (words.clone(), false),
        };
        let towards = towards(statement, reading.entities(), targets, names);
        QuoteReport {
            speaker,
            named: has_name,
            verb: statement.verb.map(|verb| text[verb.range()].to_lowercase()),
            direct: statement.direct,
            article: number,
            span: statement.span,
            text: studied.article.document().display(statement.span),
            published: studied.published.as_ref().map(crate::dates::Published::hull),
            towards,
        }
    })
    .collect()
}

/// Statements with the sentences of one quotation put together, which stand sentence by sentence otherwise.
fn whole(statements: &[Statement], quotations: &[Span]) -> Vec<Statement> {
    let quotation =
        |statement: &Statement| quotations.iter().position(|all| all.overlaps(statement.span));
    let mut told: Vec<Statement> = Vec::new();
    let mut open: Option<(usize, usize)> = None;
    for statement in statements {
        let own = quotation(statement).filter(|_| statement.direct);
        match (own, open) {
            (Some(own), Some((known, at))) if own == known => {
                let all: &mut Statement = &mut told[at];
                all.span.end = all.span.end.max(statement.span.end);
                if all.verb.is_none() && statement.verb.is_some() {
                    all.verb = statement.verb;
                    all.speaker = statement.speaker.clone();
                }
            }
            _ => {
                open = own.map(|own| (own, told.len())).or(open);
                told.push(statement.clone());
            }
        }
    }
    told
}

/// The tone of the speaker towards those whom the statement names.
fn towards(
    statement: &Statement,
    entities: &[Entity],
    targets: &[TargetTone],
    names: &Names,
) -> Vec<Towards> {
    let Speaker::Entity(own) = statement.speaker else { return Vec::new() };
    let voice = &entities[own].name;
    let mut found = Vec::new();
    for target in targets.iter().filter(|target| target.name != *voice) {
        let inside =
            |span: &Span| statement.span.start <= span.start && span.end <= statement.span.end;
        let said = target.by.iter().find(|by| by.voice == *voice);
        if let Some(said) = said.filter(|_| target.mentions.iter().any(inside)) {
            let name = names.called(&target.name, entities);
            found.push(Towards { name, score: said.score });
        }
    }
    found
}

/// The names of people that many articles have in several forms.
pub(crate) struct Names(HashMap<String, String>);

impl Names {
    /// Of all people in `articles`: those with the same last name are the same if their first names are, or if
    /// only one of all articles has a first name for it.
    pub(crate) fn of(articles: &[&Studied]) -> Self {
        let mut forms: HashMap<String, HashMap<String, usize>> = HashMap::new();
        for studied in articles {
            let reading = reading::of(&studied.article);
            let people = reading.entities().iter().filter(|entity| entity.kind == Kind::Person);
            for person in people {
                let own = forms.entry(last(&person.name).to_owned()).or_default();
                *own.entry(person.name.clone()).or_default() += person.mentions.len();
            }
        }
        let mut known = HashMap::new();
        for (_, own) in forms {
            let mut own: Vec<(String, usize)> = own.into_iter().collect();
            own.sort_unstable_by(|one, other| other.1.cmp(&one.1).then(one.0.cmp(&other.0)));
            for (name, _) in &own {
                if let Some(fullest) = fullest(name, &own) {
                    known.insert(name.clone(), fullest);
                }
            }
        }
        Self(known)
    }

    /// What somebody is called in all articles who is called `name` in the one with these `entities`.
    pub(crate) fn called(&self, name: &str, entities: &[Entity]) -> String {
        let entity = entities.iter().find(|entity| entity.name == name);
        entity.map_or_else(|| name.to_owned(), |entity| self.known(entity))
    }

    /// What an entity is called in all articles.
    fn known(&self, entity: &Entity) -> String {
        let known = self.0.get(&entity.name).filter(|_| entity.kind == Kind::Person);
        known.unwrap_or(&entity.name).clone()
    }
}

/// The last word of a name.
fn last(name: &str) -> &str {
    name.split_whitespace().next_back().unwrap_or(name)
}

/// The form that stands for `name`: the most frequent of those that can be the same person; `None` if it may be one
/// of several.
fn fullest(name: &str, forms: &[(String, usize)]) -> Option<String> {
    let first = |name: &str| -> Option<String> {
        let (first, _) = name.split_once(' ')?;
        Some(first.chars().take(3).collect::<String>().to_lowercase())
    };
    let full: Vec<&String> =
        forms.iter().map(|(form, _)| form).filter(|form| first(form).is_some()).collect();
    let same: Vec<&&String> = if let Some(own) = first(name) {
        full.iter().filter(|form| first(form).as_deref() == Some(&own)).collect()
    } else {
        let one = full.first().and_then(|form| first(form));
        if full.iter().any(|form| first(form) != one) {
            return None;
        }
        full.iter().collect()
    };
    same.first().map(|form| (**form).clone())
}

#[cfg(test)]
mod tests {
    use standfirst_core::article::{Document, Limits};

    use super::*;
    use crate::study::study;

    fn studied(text: &str) -> Studied {
        study(Document::from_text("t", text), &Limits::default(), None).unwrap()
    }

    #[test]
    fn a_speaker_has_one_name_over_all_articles() {
        let articles = [
            studied(
                "Foreign Minister Sergei Lavrov arrived in Oslo. \"The plan is dead and buried,\" Lavrov said on Monday.",
            ),
            studied(
                "Sergey Lavrov warned that Russia would answer. Lavrov said that the talks had failed completely.",
            ),
        ];
        let found = quotes(&articles.iter().collect::<Vec<_>>(), None);
        let speakers: Vec<&str> = found.iter().map(|quote| quote.speaker.as_str()).collect();
        assert_eq!(speakers.len(), 3, "{found:#?}");
        assert!(speakers.iter().all(|speaker| *speaker == speakers[0]), "{speakers:?}");
        let verbs: Vec<&str> = found.iter().filter_map(|quote| quote.verb.as_deref()).collect();
        assert_eq!(verbs, ["said", "warned", "said"]);
        assert_eq!(
            found.iter().map(|quote| quote.direct).collect::<Vec<_>>(),
            [true, false, false]
        );
    }

    #[test]
    fn people_of_one_last_name_stay_apart() {
        let articles = [
            studied(
                "Anna Bell met Karl Bell in the hall. Anna Bell said that the bridge would stay. Karl Bell said that it would fall.",
            ),
            studied(
                "Mayor Bell said that nobody had asked the town about it at all. The mayor went home early.",
            ),
        ];
        let found = quotes(&articles.iter().collect::<Vec<_>>(), None);
        let speakers: Vec<&str> = found.iter().map(|quote| quote.speaker.as_str()).collect();
        assert_eq!(speakers, ["Anna Bell", "Karl Bell", "Bell"], "{found:#?}");
    }
}

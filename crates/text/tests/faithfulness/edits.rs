//! Faults put into sentences of an article: one number, name, speaker, quoted word or negation each. Made
//! apart from what the weights were fitted on, by other rules.

use standfirst_core::article::Article;

/// xorshift64*: the same numbers on every machine.
pub struct Dice(pub u64);

impl Dice {
    /// A number below `limit`; 0 for a limit of 0.
    pub fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let roll = self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33;
        usize::try_from(roll).unwrap() % limit.max(1)
    }
}

/// What was put in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    Quote,
    Number,
    Name,
    Speaker,
    Negation,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::Quote, Self::Number, Self::Name, Self::Speaker, Self::Negation];
}

/// A spoilt sentence.
pub struct Edit {
    pub kind: Kind,
    pub text: String,
    pub was: String,
}

/// One edit of each kind for every sentence that it can be made in.
pub fn of(article: &Article, dice: &mut Dice) -> Vec<Edit> {
    let people = people(article);
    let numbers = numbers(article);
    let words = words(article);
    let mut edits = Vec::new();
    for sentence in article.sentences() {
        let text = sentence.text.as_str();
        let made = [
            (Kind::Number, number(text, &numbers, dice)),
            (Kind::Name, name(text, &people, dice)),
            (Kind::Speaker, speaker(text, &people, dice)),
            (Kind::Quote, quote(text, &words, dice)),
            (Kind::Negation, negation(text)),
        ];
        edits.extend(made.into_iter().filter_map(|(kind, made)| {
            made.filter(|made| made != text).map(|made| Edit {
                kind,
                text: made,
                was: text.to_owned(),
            })
        }));
    }
    edits
}

/// Byte ranges of the words of a text.
fn tokens(text: &str) -> Vec<(usize, usize)> {
    let mut tokens = Vec::new();
    let mut start = None;
    for (at, c) in text.char_indices().chain([(text.len(), ' ')]) {
        let inside = c.is_alphanumeric() || (c == '-' && start.is_some());
        match (inside, start) {
            (true, None) => start = Some(at),
            (false, Some(from)) => {
                tokens.push((from, at));
                start = None;
            }
            _ => {}
        }
    }
    tokens
}

const TITLES: [&str; 21] = [
    "The",
    "Mr",
    "Mrs",
    "Ms",
    "Dr",
    "Sir",
    "Lord",
    "President",
    "Prime",
    "Minister",
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
    "But",
    "And",
    "New",
    "In",
];

/// Full names of two capitalised words in the middle of sentences, and where they stand.
fn full_names(text: &str) -> Vec<(usize, usize)> {
    let tokens = tokens(text);
    let is_name = |&(from, to): &(usize, usize)| {
        let word = &text[from..to];
        word.len() > 2
            && word.starts_with(char::is_uppercase)
            && word.chars().skip(1).all(char::is_lowercase)
            && !TITLES.contains(&word)
    };
    let mut names = Vec::new();
    for (at, pair) in tokens.windows(2).enumerate() {
        let alone = (at == 0 || !is_name(&tokens[at - 1]))
            && tokens
                .get(at + 2)
                .is_none_or(|next| !is_name(next) || &text[pair[1].1..next.0] != " ");
        if at > 0
            && is_name(&pair[0])
            && is_name(&pair[1])
            && &text[pair[0].1..pair[1].0] == " "
            && alone
        {
            names.push((pair[0].0, pair[1].1));
        }
    }
    names
}

fn people(article: &Article) -> Vec<String> {
    let mut people: Vec<String> = Vec::new();
    for sentence in article.sentences() {
        for (from, to) in full_names(&sentence.text) {
            let name = sentence.text[from..to].to_owned();
            let parts: Vec<&str> = name.split(' ').collect();
            if !people.iter().any(|known| parts.iter().any(|part| known.contains(part))) {
                people.push(name);
            }
        }
    }
    people
}

/// Another person of the article in the place of a full name.
fn name(text: &str, people: &[String], dice: &mut Dice) -> Option<String> {
    let names = full_names(text);
    let &(from, to) = names.get(dice.below(names.len()))?;
    let parts: Vec<&str> = text[from..to].split(' ').collect();
    let others: Vec<&String> = people
        .iter()
        .filter(|other| {
            !parts.iter().any(|part| other.contains(part)) && !text.contains(other.as_str())
        })
        .collect();
    let other = others.get(dice.below(others.len()))?;
    Some(format!("{}{other}{}", &text[..from], &text[to..]))
}

/// The same, beside a verb of saying.
fn speaker(text: &str, people: &[String], dice: &mut Dice) -> Option<String> {
    let verbs = [" said", " says", " told", " added", "said ", "says ", "added "];
    let (from, to) = full_names(text).into_iter().find(|&(from, to)| {
        verbs.iter().any(|verb| text[to..].starts_with(verb) || text[..from].ends_with(verb))
    })?;
    let parts: Vec<&str> = text[from..to].split(' ').collect();
    let others: Vec<&String> = people
        .iter()
        .filter(|other| {
            !parts.iter().any(|part| other.contains(part)) && !text.contains(other.as_str())
        })
        .collect();
    let other = others.get(dice.below(others.len()))?;
    Some(format!("{}{other}{}", &text[..from], &text[to..]))
}

fn figures(text: &str) -> Vec<(usize, usize)> {
    let digits = |&(from, to): &(usize, usize)| {
        let free = |c: Option<char>| c.is_none_or(|c| !matches!(c, '.' | ',' | ':'));
        text[from..to].bytes().all(|b| b.is_ascii_digit())
            && (free(text[..from].chars().next_back()) || text[..from].ends_with(' '))
            && !text[to..].starts_with(['.', ',', ':'])
                | text[to..].starts_with(". ")
                | text[to..].starts_with(", ")
    };
    tokens(text).into_iter().filter(digits).collect()
}

fn numbers(article: &Article) -> Vec<String> {
    let all = article.sentences().iter().flat_map(|sentence| {
        figures(&sentence.text).into_iter().map(|(from, to)| sentence.text[from..to].to_owned())
    });
    let mut numbers: Vec<String> = all.collect();
    numbers.sort_unstable();
    numbers.dedup();
    numbers
}

/// Another number: of the article, or one that is near.
fn number(text: &str, numbers: &[String], dice: &mut Dice) -> Option<String> {
    let places = figures(text);
    let &(from, to) = places.get(dice.below(places.len()))?;
    let old: u64 = text[from..to].parse().ok()?;
    let others: Vec<&String> = numbers.iter().filter(|other| *other != &text[from..to]).collect();
    let near = old + 1 + dice.below(9) as u64;
    let new = match others.get(dice.below(others.len())) {
        Some(other) if dice.below(2) == 0 => (*other).clone(),
        _ => near.to_string(),
    };
    Some(format!("{}{new}{}", &text[..from], &text[to..]))
}

fn words(article: &Article) -> Vec<String> {
    let all = article.sentences().iter().flat_map(|sentence| {
        tokens(&sentence.text).into_iter().map(|(from, to)| sentence.text[from..to].to_owned())
    });
    let mut words: Vec<String> =
        all.filter(|word| word.len() > 4 && word.chars().all(|c| c.is_ascii_lowercase())).collect();
    words.sort_unstable();
    words.dedup();
    words
}

/// Another word inside double quotation marks that both stand in the sentence.
fn quote(text: &str, words: &[String], dice: &mut Dice) -> Option<String> {
    let open = text.find(['“', '"']).filter(|&at| at == 0 || text[..at].ends_with(' '))?;
    let inside = open + text[open..].chars().next()?.len_utf8();
    let close = inside + text[inside..].find(['”', '"'])?;
    let places: Vec<(usize, usize)> = tokens(text)
        .into_iter()
        .filter(|&(from, to)| from >= inside && to <= close && to - from > 3)
        .collect();
    let &(from, to) = places.get(dice.below(places.len()))?;
    let other = words.get(dice.below(words.len()))?;
    let near = |one: &str, other: &str| one.chars().take(4).eq(other.chars().take(4));
    (!near(other, &text[from..to].to_lowercase()))
        .then(|| format!("{}{other}{}", &text[..from], &text[to..]))
}

/// "not" after an auxiliary, or taken away.
fn negation(text: &str) -> Option<String> {
    if let Some(at) = text.find(" not ") {
        return Some(format!("{}{}", &text[..at], &text[at + " not".len()..]));
    }
    [" is ", " was ", " are ", " were ", " will ", " has ", " have "].iter().find_map(|verb| {
        let at = text.find(verb)?;
        let end = at + verb.len();
        Some(format!("{}not {}", &text[..end], &text[end..]))
    })
}

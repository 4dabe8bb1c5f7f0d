//! What is known of a sentence before the network weighs it: where it stands, how long it is, what it
//! has in common with the article and its title, whether it can stand alone.
//!
//! Nothing here depends on how the lines of an article are laid out: data sets for training often have
//! lost their paragraphs, and a network would learn that.

use hashbrown::{HashMap, HashSet};

use ndarray::{Array1, Array2, ArrayView1, Axis};
use standfirst_core::article::Article;
use standfirst_text::{
    coreference::{Dangling, Kind},
    lexicon::Lexicon,
    reading::{self, Reading},
    words,
};

/// What the columns of [`features`] mean. A head names them in its file, so that one trained for other
/// columns is refused.
pub const NAMES: [&str; 40] = [
    "first",
    "early_1",
    "early_3",
    "early_10",
    "relative_position",
    "log_position",
    "log_count",
    "log_words",
    "words",
    "words_to_mean",
    "short",
    "long",
    "centroid",
    "centroid_rank",
    "lead",
    "title",
    "earlier",
    "previous",
    "next",
    "document_frequency",
    "term_frequency",
    "frequent_terms",
    "lead_terms",
    "title_terms",
    "new_terms",
    "quotation",
    "opens_quotation",
    "numbers",
    "names",
    "pronoun",
    "demonstrative",
    "connective",
    "question",
    "label",
    "first_person",
    "unfinished",
    "stop_words",
    "attribution",
    "caption",
    "you",
];
/// Sentences before one that it is compared with, so that the work grows with the article's length only.
const WINDOW: usize = 64;
/// Sentences that count as the lead.
const LEAD: usize = 3;
/// Terms that count as the frequent ones.
const FREQUENT: usize = 12;
/// Words that only the describing of pictures has.
const CAPTION_WORDS: [&str; 9] =
    ["pictured", "picture", "photo", "photograph", "left", "right", "centre", "video", "above"];
/// Verbs that give words to somebody: those that the shipped head was trained with, so a part of the
/// model, not of the language.
const SAYING: [&str; 10] = [
    "said", "says", "told", "added", "tweeted", "insisted", "admitted", "claimed", "wrote", "asked",
];
/// The writer or a speaker of themselves.
const FIRST_PERSON: [&str; 8] = ["i", "we", "my", "our", "me", "us", "i'm", "we're"];

/// A row per sentence that there is an embedding of, and a column per name. `embeddings` are those of the
/// first sentences, each of length 1; `title` that of the title, where there is one.
pub fn features(
    article: &Article,
    embeddings: &Array2<f32>,
    title: Option<ArrayView1<'_, f32>>,
) -> Array2<f32> {
    let lines = Line::all(&reading::of(article));
    of_lines(article, &lines, embeddings, title)
}

/// The same of an article whose `lines` are known.
pub(super) fn of_lines(
    article: &Article,
    lines: &[Line],
    embeddings: &Array2<f32>,
    title: Option<ArrayView1<'_, f32>>,
) -> Array2<f32> {
    let reading = reading::of(article);
    let nearness = Nearness::new(embeddings, title);
    let terms = Terms::new(article, lines);
    let mean_words = lines.iter().map(|line| line.words).sum::<f32>() / lines.len() as f32;
    let mut rows = Array2::zeros((embeddings.nrows(), NAMES.len()));
    for (i, line) in lines.iter().enumerate().take(embeddings.nrows()) {
        let values = position(i, lines.len())
            .into_iter()
            .chain(size(line, mean_words))
            .chain(nearness.of(i))
            .chain(terms.of(i))
            .chain(surface(line, &article.sentences()[i].text, reading.lean(i).find(None)));
        rows.row_mut(i).iter_mut().zip(values).for_each(|(cell, value)| *cell = value);
    }
    rows
}

/// 1 for true.
fn flag(value: bool) -> f32 {
    f32::from(u8::from(value))
}

fn position(i: usize, count: usize) -> [f32; 7] {
    let at = i as f32;
    [
        flag(i == 0),
        1.0 / (1.0 + at),
        (-at / 3.0).exp(),
        (-at / 10.0).exp(),
        if count > 1 { at / (count - 1) as f32 } else { 0.0 },
        (1.0 + at).ln(),
        (count as f32).ln(),
    ]
}

fn size(line: &Line, mean_words: f32) -> [f32; 5] {
    [
        (1.0 + line.words).ln(),
        (line.words / 25.0).min(3.0),
        (line.words / mean_words.max(1.0)).min(3.0),
        flag(line.words < 7.0),
        flag(line.words > 35.0),
    ]
}

/// The words of a sentence.
pub(super) struct Line {
    words: f32,
    /// Stems of the words that are no stop words, in order.
    terms: Vec<String>,
    stop_words: f32,
    names: f32,
    numbers: f32,
    lower: Vec<String>,
    named: HashSet<String>,
}

impl Line {
    /// Of every sentence.
    pub(super) fn all(reading: &Reading<'_>) -> Vec<Self> {
        let lexicon = Lexicon::of(reading.article().language());
        let sentences = 0..reading.article().sentences().len();
        sentences.map(|at| Self::new(&reading.words(at).collect::<Vec<_>>(), lexicon)).collect()
    }

    fn new(words: &[&str], lexicon: &Lexicon) -> Self {
        let content = || words.iter().enumerate().filter(|(_, word)| !lexicon.is_stop_word(word));
        let terms: Vec<String> = content().map(|(_, word)| lexicon.stem(word)).collect();
        // A capital that opens the sentence tells of a name only where the word is no other one.
        let named = content().map(|(at, word)| {
            word.contains(char::is_numeric)
                || word.starts_with(char::is_uppercase)
                    && (at > 0 || !lexicon.is_ordinary(&word.to_lowercase()))
        });
        let capital = |word: &&&str| word.starts_with(char::is_uppercase);
        Self {
            words: words.len() as f32,
            stop_words: (words.len() - terms.len()) as f32,
            names: words.iter().skip(1).filter(capital).count() as f32,
            numbers: words.iter().filter(|word| word.contains(char::is_numeric)).count() as f32,
            lower: words.iter().map(|word| word.to_lowercase()).collect(),
            named: named
                .zip(&terms)
                .filter(|&(tells, _)| tells)
                .map(|(_, term)| term.clone())
                .collect(),
            terms,
        }
    }

    /// Stems of the words that are no stop words.
    pub(super) fn distinct(&self) -> HashSet<&str> {
        self.terms.iter().map(String::as_str).collect()
    }

    /// Those of words with a capital or a digit.
    pub(super) fn named(&self) -> &HashSet<String> {
        &self.named
    }

    /// Whether a name or a number may be among the words.
    pub(super) fn names_something(&self) -> bool {
        self.names > 0.0 || self.numbers > 0.0
    }

    fn has(&self, any: &[&str]) -> bool {
        self.lower.iter().any(|word| any.contains(&word.as_str()))
    }
}

/// What the embeddings say.
struct Nearness<'a> {
    embeddings: &'a Array2<f32>,
    to_centroid: Vec<f32>,
    rank: Vec<f32>,
    to_lead: Vec<f32>,
    /// Less the mean, so that it says nothing of whether there is a title; zeros without one.
    to_title: Vec<f32>,
}

impl<'a> Nearness<'a> {
    fn new(embeddings: &'a Array2<f32>, title: Option<ArrayView1<'_, f32>>) -> Self {
        let near = |other: &Array1<f32>| embeddings.dot(other).to_vec();
        let lead = embeddings.slice_axis(Axis(0), (0..embeddings.nrows().min(LEAD)).into());
        let to_centroid = near(&direction(embeddings.sum_axis(Axis(0))));
        Self {
            embeddings,
            rank: ranks(&to_centroid),
            to_centroid,
            to_lead: near(&direction(lead.sum_axis(Axis(0)))),
            to_title: match title {
                Some(title) => centred(near(&title.to_owned())),
                None => vec![0.0; embeddings.nrows()],
            },
        }
    }

    fn of(&self, i: usize) -> [f32; 7] {
        let row = self.embeddings.row(i);
        let near = |j: usize| row.dot(&self.embeddings.row(j));
        let earlier = (i.saturating_sub(WINDOW)..i).map(near).fold(0.0, f32::max);
        [
            self.to_centroid[i],
            self.rank[i],
            self.to_lead[i],
            self.to_title[i],
            earlier,
            if i > 0 { near(i - 1) } else { 0.0 },
            if i + 1 < self.embeddings.nrows() { near(i + 1) } else { 0.0 },
        ]
    }
}

/// The vector at length 1; itself if it has no direction.
fn direction(vector: Array1<f32>) -> Array1<f32> {
    let length = vector.dot(&vector).sqrt();
    if length.is_normal() { vector / length } else { vector }
}

/// The values less their mean.
fn centred(values: Vec<f32>) -> Vec<f32> {
    let mean = values.iter().sum::<f32>() / values.len().max(1) as f32;
    values.into_iter().map(|value| value - mean).collect()
}

/// Share of the others that each value is larger than.
fn ranks(values: &[f32]) -> Vec<f32> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|&a, &b| values[a].total_cmp(&values[b]));
    let mut ranks = vec![0.0; values.len()];
    for (rank, i) in order.into_iter().enumerate() {
        ranks[i] = rank as f32 / values.len().saturating_sub(1).max(1) as f32;
    }
    ranks
}

/// What the words say.
struct Terms<'a> {
    lines: &'a [Line],
    /// How many sentences have a term, and how often it comes in all.
    counts: HashMap<&'a str, (f32, f32)>,
    frequent: HashSet<&'a str>,
    lead: HashSet<&'a str>,
    title: HashSet<String>,
    /// Per sentence, the share of its terms that no earlier one has.
    new: Vec<f32>,
    /// Mean over the sentences of the share of the title that they hold.
    mean_title: f32,
}

impl<'a> Terms<'a> {
    fn new(article: &Article, lines: &'a [Line]) -> Self {
        let mut counts: HashMap<&str, (f32, f32)> = HashMap::new();
        let mut new = Vec::with_capacity(lines.len());
        for line in lines {
            let mut fresh = 0.0;
            let mut seen = HashSet::new();
            for term in &line.terms {
                let count = counts.entry(term).or_default();
                fresh += flag(count.1 == 0.0);
                count.0 += flag(seen.insert(term.as_str()));
                count.1 += 1.0;
            }
            new.push(fresh / line.terms.len().max(1) as f32);
        }
        let lexicon = Lexicon::of(article.language());
        let title = article.title().unwrap_or_default();
        let title: HashSet<String> = words::words(&title)
            .filter(|word| !lexicon.is_stop_word(word))
            .map(|word| lexicon.stem(word))
            .collect();
        let lead = lines.iter().take(1).flat_map(|line| line.terms.iter().map(String::as_str));
        let mut terms = Self {
            frequent: frequent(&counts),
            lead: lead.collect(),
            lines,
            counts,
            title,
            new,
            mean_title: 0.0,
        };
        terms.mean_title =
            (0..lines.len()).map(|i| terms.title_share(i)).sum::<f32>() / lines.len() as f32;
        terms
    }

    fn title_share(&self, i: usize) -> f32 {
        let held: HashSet<&str> = self.lines[i].terms.iter().map(String::as_str).collect();
        let shared = self.title.iter().filter(|term| held.contains(term.as_str())).count();
        shared as f32 / self.title.len().max(1) as f32
    }

    fn of(&self, i: usize) -> [f32; 6] {
        let terms = &self.lines[i].terms;
        let sentences = self.lines.len() as f32;
        let mean = |value: &dyn Fn(&str) -> f32| {
            terms.iter().map(|term| value(term)).sum::<f32>() / terms.len().max(1) as f32
        };
        let distinct: HashSet<&str> = terms.iter().map(String::as_str).collect();
        let share = |of: &HashSet<&str>| {
            of.iter().filter(|term| distinct.contains(*term)).count() as f32
                / of.len().max(1) as f32
        };
        [
            mean(&|term| self.counts[term].0 / sentences),
            mean(&|term| self.counts[term].1.ln()),
            share(&self.frequent),
            if i == 0 { 0.5 } else { share(&self.lead) },
            self.title_share(i) - self.mean_title,
            self.new[i],
        ]
    }
}

/// The terms that come most often, and more than once; of equals, the first in the alphabet.
fn frequent<'a>(counts: &HashMap<&'a str, (f32, f32)>) -> HashSet<&'a str> {
    let mut order: Vec<(&str, f32)> =
        counts.iter().map(|(&term, &(_, count))| (term, count)).collect();
    order.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(b.0)));
    order.into_iter().take(FREQUENT).filter(|&(_, n)| n > 1.0).map(|(term, _)| term).collect()
}

fn surface(line: &Line, text: &str, dangling: Option<Dangling>) -> [f32; 15] {
    let marks: &[char] = &['"', '“', '”'];
    let dangling = dangling.map(|found| found.kind);
    let body = text.trim_end_matches(['"', '”', '’', '\'', ')', ']']);
    let colon = text.find(": ").is_some_and(|at| text[..at].split_whitespace().count() < 7);
    let words = line.words.max(1.0);
    [
        flag(text.contains(marks)),
        flag(text.starts_with(['"', '“', '‘', '\''])),
        (1.0 + line.numbers).ln(),
        line.names / words,
        flag(dangling == Some(Kind::Pronoun)),
        flag(dangling == Some(Kind::Demonstrative)),
        flag(matches!(dangling, Some(Kind::Connective | Kind::Condition))),
        flag(body.ends_with('?')),
        flag(colon),
        flag(line.has(&FIRST_PERSON)),
        flag(!body.ends_with(['.', '!', '?', '…'])),
        line.stop_words / words,
        flag(line.has(&SAYING)),
        flag(line.has(&CAPTION_WORDS)),
        flag(line.has(&["you", "your", "you're"])),
    ]
}

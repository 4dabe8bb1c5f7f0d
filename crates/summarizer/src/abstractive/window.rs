//! What of an article is shown to a network.

use standfirst_core::{
    article::{Article, Span},
    plugin::PluginError,
    usage::Usage,
};

use super::Long;
use crate::{
    engine::{Generation, Generator},
    extractive::{self, lexrank},
};

/// Sentences at the end of a part that the next one begins with, so that what refers to them is
/// understood.
const OVERLAP: usize = 1;
/// Tokens that joining sentences may cost, each: a blank or a line's end.
const SEAM: usize = 1;

/// An article on its way through the network.
pub struct Reading {
    /// What is to be read next.
    pub parts: Vec<Part>,
    /// What the last pass made of its parts.
    pub answers: Vec<Generation>,
    /// What no pass sees.
    pub unread: Vec<Span>,
    /// What a server charged for all passes so far.
    pub usage: Option<Usage>,
    /// What the last pass was shown; of several parts the last.
    pub shown: Option<String>,
    /// What a reader should know of it.
    pub notes: Vec<String>,
}

impl Reading {
    fn new(parts: Vec<Part>, unread: Vec<Span>) -> Self {
        let (answers, notes) = (Vec::new(), Vec::new());
        Self { parts, answers, unread, usage: None, shown: None, notes }
    }
}

/// A text that fits the window.
pub struct Part {
    /// As the network is shown it.
    pub text: String,
}

/// The parts of `article` that are to be read.
///
/// # Errors
/// [`PluginError::TooLong`] if no sentence fits the window; [`PluginError::Engine`] if the tokenizer
/// fails.
pub fn read(
    article: &Article,
    long: Long,
    generator: &dyn Generator,
) -> Result<Reading, PluginError> {
    let all: Vec<usize> = (0..article.sentences().len()).collect();
    let whole = text(article, &all);
    let tokens = count(generator, &whole)?;
    if tokens <= generator.window() {
        return Ok(Reading::new(vec![Part { text: whole }], Vec::new()));
    }
    let lengths = lengths(article.sentences().iter().map(|s| s.text.as_str()), generator)?;
    let groups = match long {
        Long::First => vec![fitting(all.iter().copied(), &lengths, generator.window(), true)],
        Long::Pick => {
            let ranking = lexrank::rank(article);
            let rest = all.iter().copied().filter(|index| !ranking.contains(index));
            let order = ranking.iter().copied().chain(rest);
            vec![fitting(order, &lengths, generator.window(), false)]
        }
        Long::Split => split_indices(&lengths, generator.window()),
    };
    let mut seen: Vec<usize> = groups.iter().flatten().copied().collect();
    if seen.is_empty() {
        return Err(too_long(&lengths, generator.window()));
    }
    seen.sort_unstable();
    seen.dedup();
    let parts = groups.iter().map(|group| Part { text: text(article, group) }).collect();
    let unread = extractive::unread(article, &seen, &[]);
    Ok(Reading::new(parts, unread))
}

/// Sentences of an earlier pass in parts that fit the window; those that do not fit alone are left
/// out: they are no sentence of the article.
pub fn split(sentences: &[String], generator: &dyn Generator) -> Result<Vec<Part>, PluginError> {
    let lengths = lengths(sentences.iter().map(String::as_str), generator)?;
    let joined = |group: Vec<usize>| {
        let texts: Vec<&str> = group.iter().map(|&index| sentences[index].as_str()).collect();
        Part { text: texts.join(" ") }
    };
    Ok(split_indices(&lengths, generator.window()).into_iter().map(joined).collect())
}

/// The sentences, those of a paragraph joined by a blank, paragraphs by a line's end.
pub fn text(article: &Article, indices: &[usize]) -> String {
    let mut text = String::new();
    let mut last = None;
    for sentence in indices.iter().map(|&index| &article.sentences()[index]) {
        match last {
            Some(paragraph) if paragraph == sentence.paragraph => text.push(' '),
            Some(_) => text.push('\n'),
            None => {}
        }
        text.push_str(&sentence.text);
        last = Some(sentence.paragraph);
    }
    text
}

fn count(generator: &dyn Generator, text: &str) -> Result<usize, PluginError> {
    Ok(generator.count_tokens(text)?)
}

/// Tokens of each sentence and of the seam after it.
pub fn lengths<'a>(
    sentences: impl Iterator<Item = &'a str>,
    generator: &dyn Generator,
) -> Result<Vec<usize>, PluginError> {
    sentences.map(|sentence| Ok(count(generator, sentence)? + SEAM)).collect()
}

/// The sentences, in the order given, that fit the window together, in reading order. One that does
/// not fit alone is passed over; where `in_a_row`, the first other that does not fit any more is the
/// end.
fn fitting(
    order: impl Iterator<Item = usize>,
    lengths: &[usize],
    window: usize,
    in_a_row: bool,
) -> Vec<usize> {
    let (mut chosen, mut left) = (Vec::new(), window);
    for index in order {
        if lengths[index] <= left {
            left -= lengths[index];
            chosen.push(index);
        } else if in_a_row && lengths[index] <= window {
            break;
        }
    }
    chosen.sort_unstable();
    chosen
}

/// All sentences that fit the window alone, in parts that do, each beginning with the end of the one
/// before where there is room.
fn split_indices(lengths: &[usize], window: usize) -> Vec<Vec<usize>> {
    let mut parts: Vec<Vec<usize>> = Vec::new();
    let (mut part, mut size, mut fresh) = (Vec::new(), 0, false);
    for index in (0..lengths.len()).filter(|&index| lengths[index] <= window) {
        if size + lengths[index] > window {
            let kept = part.len().saturating_sub(OVERLAP);
            let mut next: Vec<usize> = part[kept..].to_vec();
            parts.push(std::mem::take(&mut part));
            while next.iter().map(|&i: &usize| lengths[i]).sum::<usize>() + lengths[index] > window
            {
                next.remove(0);
            }
            size = next.iter().map(|&i| lengths[i]).sum();
            part = next;
        }
        size += lengths[index];
        part.push(index);
        fresh = true;
    }
    if fresh {
        parts.push(part);
    }
    parts
}

/// The error for an article of which nothing fits.
fn too_long(lengths: &[usize], window: usize) -> PluginError {
    let (sentence, tokens) =
        lengths.iter().enumerate().min_by_key(|(_, length)| **length).unwrap_or((0, &0));
    PluginError::TooLong { sentence: sentence + 1, tokens: *tokens, limit: window }
}

//! Summaries that can be read without the article: sentences that lean on one that was not picked are
//! passed over for others nearly as good, joined by what they lean on, or mended: an opening "But" is
//! left out, a name is put behind "He". What was done is in [`Origin::Mended`], for everybody to see.
//!
//! Only English articles are touched, and only where the rules of `standfirst_text::coreference` speak.

mod name;
mod quote;

use std::collections::HashMap;

use standfirst_core::{
    article::{Article, Span},
    language::Language,
    plugin::{Budget, Origin, Room, Summary, SummarySentence, count_words},
};
use standfirst_text::{
    coreference::{self, Dangling, Kind, Lean},
    lexicon::{PRONOUN, english},
    quotation,
    reading::{self, Reading},
    words,
};

use super::{Order, choose, unread};

/// How many places in the ranking a sound sentence may stand behind the one it replaces: as far as
/// scores are nearly equal.
const REACH: usize = 3;
/// The same where what is replaced is half a quotation, which nothing else mends.
const QUOTED_REACH: usize = 8;
/// What a sentence opens with that points at one before it, beside pronouns.
const POINTING: [&str; 4] = ["this", "that", "these", "those"];
/// Fewest words that may be left of a sentence without its connective.
const MIN_WORDS: usize = 4;

/// The summary that a ranking asks for, as [`super::summarize`] gives it, with its faults mended where
/// that is safe.
pub fn summarize(article: &Article, ranking: &[usize], budget: Budget) -> Summary {
    let mut chosen = choose(article, ranking, budget);
    let english = article.language() == Some(Language::ENGLISH);
    if english {
        let ranking = &Order::new(article, ranking).worthy;
        let ranks = ranking.iter().enumerate().map(|(rank, &index)| (index, rank)).collect();
        let reading = &reading::of(article);
        Editor { reading, ranking, ranks, budget }.exchange(&mut chosen);
    }
    let mut sentences: Vec<SummarySentence> =
        chosen.iter().map(|&index| as_it_stands(article, index)).collect();
    mend_all(article, &chosen, budget, &mut sentences);
    Summary { unread: unread(article, ranking, &chosen), sentences, ..Summary::default() }
}

/// What is wrong with a sentence of a selection.
enum Fault {
    /// It points at something.
    Dangles(Dangling),
    /// It has a part of a quotation, and this sentence another one.
    Quotes(usize),
    /// It speaks of something as if it were known, and nothing that is read before says what it is.
    Vague,
}

/// The first thing that is wrong with the sentence `index` among the `chosen`.
fn fault(reading: &Reading<'_>, chosen: &[usize], index: usize) -> Option<Fault> {
    if let Some(other) = quote::partner(reading.article(), chosen, index) {
        return Some(Fault::Quotes(other));
    }
    // The first sentence of an article answers to its title.
    let last = index.checked_sub(1)?;
    // What the reader has just read answers it only if it stands right before.
    let before = chosen.contains(&last).then(|| reading.lean(last));
    let lean = reading.lean(index);
    let dangles = lean.find(before.as_ref()).map(Fault::Dangles);
    let vague = || before.is_none() && is_vague(reading, chosen, index, lean);
    dangles.or_else(|| vague().then_some(Fault::Vague))
}

/// Whether the sentence opens with something that neither the title nor what is chosen before it may have named.
fn is_vague(reading: &Reading<'_>, chosen: &[usize], index: usize, lean: Lean) -> bool {
    let article = reading.article();
    let Some(opening) = lean.vague() else { return false };
    let opening = article.sentences()[index].text[opening.range()].to_lowercase();
    // Of "The company said" the last but one; of what points otherwise it is no noun, and hardly in a title.
    let noun = words::words(&opening).collect::<Vec<_>>().into_iter().rev().nth(1);
    let title = article.title().unwrap_or_default().to_lowercase();
    let in_title = noun.is_some_and(|noun| words::words(&title).any(|word| word == noun));
    !in_title && !chosen.iter().any(|&other| other < index && reading.lean(other).names_somebody())
}

/// Exchanges sentences of a selection.
struct Editor<'a> {
    reading: &'a Reading<'a>,
    ranking: &'a [usize],
    /// Place of each sentence in the ranking.
    ranks: HashMap<usize, usize>,
    budget: Budget,
}

impl Editor<'_> {
    /// Exchanges sentences that cannot be mended for sound ones, one at a time and the worst-ranked
    /// first, as long as there are any within reach.
    fn exchange(&self, chosen: &mut Vec<usize>) {
        for _ in 0..chosen.len() {
            let mut faulty: Vec<usize> = chosen.clone();
            faulty.sort_by_key(|&index| std::cmp::Reverse(self.rank(index)));
            let step = faulty.into_iter().find_map(|index| {
                self.is_beyond_mending(chosen, index).then(|| self.better(chosen, index)).flatten()
            });
            let Some(step) = step else { return };
            *chosen = step;
        }
    }

    fn rank(&self, index: usize) -> usize {
        self.ranks.get(&index).copied().unwrap_or(usize::MAX)
    }

    fn is_beyond_mending(&self, chosen: &[usize], index: usize) -> bool {
        fault(self.reading, chosen, index).is_some()
            && mended(self.reading, chosen, index).is_none_or(|mended| !mended.whole)
    }

    /// The nearest selection that lacks the fault of `index` and has no other: what it leans on in the
    /// place of the least sentence, or another sentence in its own place.
    fn better(&self, chosen: &[usize], index: usize) -> Option<Vec<usize>> {
        // The opening of the article is what readers know it by: it gives way to nothing.
        let last = chosen.iter().copied().filter(|&i| i != index && i != 0);
        let last = last.max_by_key(|&i| self.rank(i));
        let joined = self.support(chosen, index).and_then(|support| {
            let last = last.filter(|&last| last != support)?;
            Some((self.rank(support).saturating_sub(self.rank(last)), last, support))
        });
        let quoted = matches!(fault(self.reading, chosen, index), Some(Fault::Quotes(_)));
        let reach = if quoted { QUOTED_REACH } else { REACH };
        let place = chosen.iter().map(|&i| self.rank(i)).max().unwrap_or(0);
        let others = self.ranking.iter().skip(place.saturating_sub(REACH)).take(3 * reach);
        let others = others
            .filter(|other| !chosen.contains(other))
            .map(|&other| (self.rank(other).saturating_sub(self.rank(index)), index, other));
        let mut exchanges: Vec<_> =
            joined.into_iter().chain(others).filter(|(cost, ..)| *cost <= reach).collect();
        exchanges.sort_by_key(|&(cost, ..)| cost);
        let faults = self.unmended(chosen);
        exchanges.into_iter().find_map(|(_, out, into)| {
            let mut next: Vec<usize> =
                chosen.iter().map(|&i| if i == out { into } else { i }).collect();
            next.sort_unstable();
            (self.fits(&next) && self.is_sound(into) && self.unmended(&next) < faults)
                .then_some(next)
        })
    }

    /// What the sentence `index` leans on: the one before it, or the one with the other mark of its
    /// quotation.
    fn support(&self, chosen: &[usize], index: usize) -> Option<usize> {
        let support = match fault(self.reading, chosen, index)? {
            Fault::Dangles(_) | Fault::Vague => index.checked_sub(1)?,
            Fault::Quotes(other) => other,
        };
        (!chosen.contains(&support)).then_some(support)
    }

    /// Sentences whose faults stay.
    fn unmended(&self, chosen: &[usize]) -> usize {
        chosen.iter().filter(|&&index| self.is_beyond_mending(chosen, index)).count()
    }

    /// Whether it is a sentence with words, not a stray line.
    fn is_sound(&self, index: usize) -> bool {
        count_words(&self.reading.article().sentences()[index].text) >= MIN_WORDS
    }

    fn fits(&self, chosen: &[usize]) -> bool {
        self.budget
            .holds(chosen.iter().map(|&i| self.reading.article().sentences()[i].text.as_str()))
    }
}

/// The sentence as the article has it.
fn as_it_stands(article: &Article, index: usize) -> SummarySentence {
    let text = article.sentences()[index].text.clone();
    SummarySentence { text, origin: Origin::Extracted(index) }
}

/// The sentences `chosen`, ascending, as they can be read together without the rest of the article, each with
/// whether it can; in other languages than English nothing is known of that, and they pass.
pub fn together(
    article: &Article,
    chosen: &[usize],
    budget: Budget,
) -> Vec<(SummarySentence, bool)> {
    let mut sentences: Vec<SummarySentence> =
        chosen.iter().map(|&index| as_it_stands(article, index)).collect();
    if article.language() != Some(Language::ENGLISH) {
        return sentences.into_iter().map(|sentence| (sentence, true)).collect();
    }
    mend_all(article, chosen, budget, &mut sentences);
    let reading = reading::of(article);
    // What opens with a pronoun may be sound in a text, and mostly puzzles whoever reads no more of it.
    let opens = |text: &str| {
        let first = words::words(text).next().unwrap_or_default().to_lowercase();
        !english().is(&first, PRONOUN) && !POINTING.contains(&first.as_str())
    };
    // A quotation is no more than half of a story where nobody is named who said so.
    let sound = |sentence: &SummarySentence, index: usize| {
        let stands = if matches!(sentence.origin, Origin::Mended { .. }) {
            mended(&reading, chosen, index).is_some_and(|mended| mended.whole)
        } else {
            let before = index.checked_sub(1).is_some_and(|before| chosen.contains(&before));
            fault(&reading, chosen, index).is_none() && (before || opens(&sentence.text))
        };
        stands && quotation::names_speaker(&sentence.text)
    };
    let sound: Vec<bool> =
        sentences.iter().zip(chosen).map(|(sentence, &index)| sound(sentence, index)).collect();
    sentences.into_iter().zip(sound).collect()
}

/// The sentence `index` as it can be read by itself, and whether it can.
pub fn alone(article: &Article, index: usize) -> (SummarySentence, bool) {
    const ONE: Budget = Budget::Sentences(std::num::NonZeroUsize::MIN);
    together(article, &[index], ONE).pop().unwrap_or_else(|| (as_it_stands(article, index), true))
}

/// Puts mended sentences in the places of the article's own that lean on others, as far as the budget
/// allows. `chosen` has for each sentence the article's one that it is, or mainly rests on.
pub fn mend_all(
    article: &Article,
    chosen: &[usize],
    budget: Budget,
    sentences: &mut [SummarySentence],
) {
    if article.language() != Some(Language::ENGLISH) {
        return;
    }
    let reading = reading::of(article);
    let mut room = Room::after(budget, sentences.iter().map(|sentence| sentence.text.as_str()));
    for (sentence, &index) in sentences.iter_mut().zip(chosen) {
        if sentence.origin.sentence().is_none() {
            continue;
        }
        let Some(mended) = mended(&reading, chosen, index) else { continue };
        if room.exchange(&sentence.text, &mended.text) {
            *sentence = mended.sentence(index, sentence.origin.stands_in());
        }
    }
}

/// A sentence with its edits.
struct Mended {
    text: String,
    dropped: Option<Span>,
    name: Option<Span>,
    /// Whether nothing dangles any more.
    whole: bool,
}

impl Mended {
    fn sentence(self, index: usize, stands_in: bool) -> SummarySentence {
        let Self { text, dropped, name, .. } = self;
        SummarySentence {
            text,
            origin: Origin::Mended { index, dropped, name, ended: None, stands_in },
        }
    }
}

/// The sentence `index` with what dangles left out or named; `None` if nothing dangles or nothing can be
/// done about it.
fn mended(reading: &Reading<'_>, chosen: &[usize], index: usize) -> Option<Mended> {
    let Some(Fault::Dangles(mut found)) = fault(reading, chosen, index) else { return None };
    let article = reading.article();
    let own = &article.sentences()[index].text;
    let (mut text, mut dropped, mut offset) = (own.clone(), None, 0);
    if found.kind == Kind::Connective {
        if found.span.start != 0 || count_words(&own[found.span.end..]) < MIN_WORDS {
            return None;
        }
        offset = found.span.end;
        text = capitalised(&own[offset..]);
        let end = own[..offset].trim_end().len();
        dropped = Some(source(article, index, 0, end));
        match coreference::find(&own[offset..], None) {
            Some(next) => found = next,
            None => return Some(Mended { text, dropped, name: None, whole: true }),
        }
    }
    let pronoun = own.get(offset + found.span.start..offset + found.span.end)?;
    let named = (found.kind == Kind::Pronoun)
        .then(|| name::antecedent(reading, index, &pronoun.to_lowercase()))
        .flatten();
    let Some((at, range)) = named else {
        return dropped.is_some().then_some(Mended { text, dropped, name: None, whole: false });
    };
    let name = source(article, at, range.start, range.end);
    // The capital may have another length than the small letter it replaces.
    let end = text.len() - (own.len() - offset - found.span.end);
    text.insert_str(end, &format!(" [{}]", article.document().display(name)));
    Some(Mended { text, dropped, name: Some(name), whole: true })
}

/// Where the source has bytes `start..end` of what is shown of a sentence; neither end in a blank.
pub(crate) fn source(article: &Article, index: usize, start: usize, end: usize) -> Span {
    let sentence = &article.sentences()[index];
    let last = sentence.text[..end].char_indices().next_back().map_or(0, |(at, _)| at);
    let place = |at| article.document().place(sentence.span, at);
    let width = sentence.text[last..end].len();
    Span::new(place(start), place(last) + width)
}

/// The text with its first letter a capital one.
fn capitalised(text: &str) -> String {
    let at = text.find(char::is_alphanumeric).unwrap_or(0);
    let mut letters = text[at..].chars();
    let first: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
    format!("{}{first}{}", &text[..at], letters.as_str())
}

#[cfg(test)]
mod tests;

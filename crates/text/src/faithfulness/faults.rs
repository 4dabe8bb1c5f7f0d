//! Where a sentence is wrong, and what the article has instead: for whoever is to see it at a glance.

use std::ops::Range;

use super::{
    alignment::Alignment,
    edits::Comparison,
    index::{Index, Token},
    names,
    witnesses::{Witnesses, is_near},
};
use standfirst_core::{
    article::{Article, Span},
    report::{Fault, Flag},
};

/// A sentence beside the passage that it mostly rests on.
pub(super) struct Beside<'a> {
    pub article: &'a Article,
    pub index: &'a Index,
    pub tokens: &'a [Token],
    pub alignment: &'a Alignment,
    pub comparison: &'a Comparison,
}

impl Beside<'_> {
    /// All that is wrong, by its place.
    pub fn faults(&self, witnesses: &Witnesses) -> Vec<Fault> {
        let numbers = witnesses.absent_numbers.iter().chain(&witnesses.misplaced_numbers);
        let names = witnesses.absent_names.iter().chain(&witnesses.swapped_names);
        let mut faults: Vec<Fault> = Vec::new();
        faults.extend(runs(numbers).into_iter().map(|run| self.replaced(Flag::Number, run)));
        faults.extend(runs(names).into_iter().map(|run| self.replaced(Flag::Name, run)));
        let quotes = witnesses.wrong_quotes.iter().cloned();
        faults.extend(quotes.map(|run| self.fault(Flag::Quote, run, None)));
        let flips = witnesses.flips.iter();
        faults.extend(
            flips.map(|flip| {
                self.fault(Flag::Negation, flip.ours.clone(), Some(flip.theirs.clone()))
            }),
        );
        let speakers = witnesses.wrong_speakers.iter().cloned();
        faults.extend(speakers.map(|run| self.replaced(Flag::Speaker, run)));
        faults.sort_by_key(|fault| (fault.summary.start, fault.summary.end));
        faults
    }

    /// A fault at `run`, with what the passage has in its place, if the two are near enough to each other for
    /// that to mean anything.
    fn replaced(&self, kind: Flag, run: Range<usize>) -> Fault {
        let near = is_near(self.tokens, self.comparison);
        let edits = self.comparison.edits.iter().filter(|_| near);
        let theirs = edits
            .filter(|edit| edit.ours.start < run.end && run.start < edit.ours.end)
            .find_map(|edit| self.of_kind(kind, edit.theirs.clone()));
        self.fault(kind, run, theirs)
    }

    /// The first words of that kind in a part of the passage.
    fn of_kind(&self, kind: Flag, within: Range<usize>) -> Option<Range<usize>> {
        let passage = self.alignment.best(self.index);
        let counts = |&at: &usize| match kind {
            Flag::Number => passage[at].number() || names::is_date(&passage[at]),
            _ => names::is_name(self.index, passage, at),
        };
        let first = within.clone().find(counts)?;
        let end = (first + 1..within.end).find(|at| !counts(at)).unwrap_or(within.end);
        Some(first..end)
    }

    fn fault(&self, kind: Flag, ours: Range<usize>, theirs: Option<Range<usize>>) -> Fault {
        let article =
            theirs.filter(|theirs| !theirs.is_empty()).and_then(|theirs| self.there(&theirs));
        Fault {
            kind,
            summary: span(self.tokens, &ours),
            article,
            expected: article.map(|span| self.article.document().display(span)),
        }
    }

    /// Bytes of the document that words of the best passage are.
    fn there(&self, words: &Range<usize>) -> Option<Span> {
        let best = *self.alignment.passages.first()?;
        let passage = &self.index.passages[best];
        let shown = span(self.index.tokens(best), words);
        let document = self.article.document();
        let text = document.display(passage.span);
        let start = document.place(passage.span, shown.start);
        // Where the last character is, not what comes after it, which may lie past markup.
        let last = text[..shown.end].char_indices().next_back().map_or(0, |(at, _)| at);
        let last = document.place(passage.span, last);
        let length = document.text[last..].chars().next().map_or(0, char::len_utf8);
        Some(Span::new(start, last + length))
    }
}

/// From the first byte of the first word to the last of the last.
fn span(tokens: &[Token], words: &Range<usize>) -> Span {
    let last = words.end.saturating_sub(1).min(tokens.len().saturating_sub(1));
    Span::new(tokens[words.start.min(last)].span().start, tokens[last].span().end)
}

/// Neighbouring indices together.
fn runs<'a>(places: impl Iterator<Item = &'a usize>) -> Vec<Range<usize>> {
    let mut places: Vec<usize> = places.copied().collect();
    places.sort_unstable();
    places.dedup();
    let mut runs: Vec<Range<usize>> = Vec::new();
    for at in places {
        match runs.last_mut() {
            Some(run) if run.end == at => run.end = at + 1,
            _ => runs.push(at..at + 1),
        }
    }
    runs
}

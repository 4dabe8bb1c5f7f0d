//! The repair: which bytes of a document are the article, and why the others are not.
//!
//! The layout turns the lines into blocks, one for each paragraph or heading, and the repairs
//! mark what does not belong. They see nothing of a block but its words, and they are
//! run until none of them finds anything: what is left is by construction a text in which the
//! repair finds nothing to do.

mod block;
mod boilerplate;
mod byline;
mod caption;
mod draft;
mod duplicate;
mod edge;
mod fragment;
mod heading;
mod join;
mod layout;
mod numbered;
mod page;
mod phrasebook;
mod phrases;
mod quote;
mod teaser;

use std::{borrow::Cow, cell::OnceCell, convert::Infallible};

use standfirst_core::{
    analysis::Unrepaired,
    article::{Article, Cut, Document, EmptyArticle, Limits, Reason, Span},
};

use crate::sentence::{self, Split};

use block::{Block, Role};
use draft::{Draft, Mark};
use page::{Known, Page};

/// Finds one kind of damage.
type Repair = fn(&Page<'_>) -> Vec<Mark>;

/// What is looked for, in this order.
const REPAIRS: &[Repair] = &[
    boilerplate::find,
    caption::find,
    byline::find,
    duplicate::find,
    teaser::find,
    fragment::find,
];

/// How often the repairs are run over a document. Real articles are done after three rounds; a text
/// that is not is made to defeat the repair, and is left as it stands.
const MAX_ROUNDS: usize = 24;

/// Finds the article in a document.
///
/// # Errors
/// [`EmptyArticle`] if nothing is left.
pub fn clean(document: Document) -> Result<Article, EmptyArticle> {
    let Ok((draft, known)) = mended(document, || Ok::<(), Infallible>(()));
    finish(draft, known)
}

/// The same, as long as `limits` allow.
///
/// # Errors
/// [`Unrepaired`] if nothing is left, or it was to give up.
pub fn clean_within(document: Document, limits: &Limits) -> Result<Article, Unrepaired> {
    let (draft, known) = mended(document, || limits.check())?;
    Ok(finish(draft, known)?)
}

/// A draft in which nothing is left to repair, and what is known of it. `go_on` is asked before each piece of work.
fn mended<E>(
    document: Document,
    mut go_on: impl FnMut() -> Result<(), E>,
) -> Result<(Draft, Known), E> {
    go_on()?;
    let mut draft = layout::read(document);
    heading::label(&mut draft.blocks);
    let (mut busy, mut seen) = (true, Seen::default());
    for _ in 0..MAX_ROUNDS {
        busy = round(&mut draft, &mut seen, &mut go_on)?;
        if !busy {
            break;
        }
    }
    if busy {
        draft = layout::read(draft.document);
        heading::label(&mut draft.blocks);
        seen.known = Known::default();
    }
    go_on()?;
    // Of the rest nothing is asked any more, and of a long article it is much.
    Ok((draft, seen.known.sentences_alone()))
}

/// Takes a document as it stands, for a passage that somebody picked and asks about: nothing is
/// repaired, and nothing cut but what its format declares.
///
/// # Errors
/// [`EmptyArticle`] if it holds no sentence.
pub fn keep(document: Document) -> Result<Article, EmptyArticle> {
    finish(layout::read(document), Known::default())
}

/// What is known of the blocks as they are after some number of changes.
#[derive(Default)]
struct Seen {
    /// The number after which each repair has found nothing, if it has: among the same blocks it finds nothing again.
    idle: [Option<u32>; REPAIRS.len()],
    /// The number that the rest is of, and the headings.
    changes: u32,
    known: Known,
}

impl Seen {
    /// Labels the headings of a draft that has changed, and forgets what is known of blocks that are gone.
    fn look(&mut self, draft: &mut Draft) {
        if self.changes != draft.changes {
            // One change at most, since this is asked after each.
            let known = std::mem::take(&mut self.known);
            self.known = known.carried(&draft.blocks, &std::mem::take(&mut draft.origins));
            self.changes = draft.changes;
            heading::label(&mut draft.blocks);
        }
    }
}

/// Runs every repair once, but for those that are known to find nothing; whether any of them did anything.
fn round<E>(
    draft: &mut Draft,
    seen: &mut Seen,
    mut go_on: impl FnMut() -> Result<(), E>,
) -> Result<bool, E> {
    go_on()?;
    let mut busy = draft.join();
    for (at, repair) in REPAIRS.iter().enumerate() {
        go_on()?;
        seen.look(draft);
        if seen.idle[at] != Some(draft.changes) {
            let marks = repair(&Page::new(&draft.blocks, &seen.known));
            let did = draft.cut(marks);
            seen.idle[at] = (!did).then_some(draft.changes);
            busy |= did;
        }
    }
    seen.look(draft);
    Ok(busy)
}

/// The article of a draft in which nothing is left to repair.
fn finish(draft: Draft, known: Known) -> Result<Article, EmptyArticle> {
    let Draft { document, blocks, mut cuts, .. } = draft;
    let quotations = quote::find(&blocks);
    let split = split(&document, &blocks, &known);
    drop(known);
    let mut continued = Vec::new();
    for block in blocks {
        match block.role {
            Role::Body => {
                continued.extend(block.pieces().iter().skip(1).map(|piece| piece.start));
            }
            Role::Heading(confidence) | Role::Declared(confidence) => {
                let cut = |&span| Cut { span, reason: Reason::Heading, confidence };
                cuts.extend(block.pieces().iter().map(cut));
            }
        }
    }
    let cuts = merged(&document.text, cuts);
    Ok(sentence::article_of(document, cuts, &split, quotations)?.with_continued(continued))
}

/// The sentences of the body in the source, a piece of a block a paragraph. Those of a block that is shown as it
/// stands are known.
fn split(document: &Document, blocks: &[Block], known: &Known) -> Split {
    let masked = OnceCell::new();
    let mut split = Split::with_capacity(blocks.len());
    for (block, sentences) in blocks.iter().zip(known.sentences_of(blocks).groups()) {
        if block.is_heading() {
            continue;
        }
        if let Some(start) = block.straight_start() {
            let there = |span: &Span| Span::new(start + span.start, start + span.end);
            split.spans.extend(sentences.iter().map(there));
            split.ends.push(split.spans.len());
        } else {
            let masked: &Cow<'_, str> = masked.get_or_init(|| document.masked());
            block.pieces().iter().for_each(|&piece| split.push(masked, piece));
        }
    }
    split
}

/// The cuts in order; those of a duplicate with nothing between them are one.
fn merged(text: &str, mut cuts: Vec<Cut>) -> Vec<Cut> {
    cuts.sort_by_key(|cut| cut.span);
    let mut merged: Vec<Cut> = Vec::with_capacity(cuts.len());
    for cut in cuts {
        match merged.last_mut() {
            Some(last) if goes_on(text, last, &cut) => {
                last.span.end = cut.span.end;
                last.confidence = last.confidence.min(cut.confidence);
            }
            _ => merged.push(cut),
        }
    }
    merged
}

/// Whether two duplicates are one.
fn goes_on(text: &str, first: &Cut, second: &Cut) -> bool {
    let both = first.reason == Reason::Duplicate && second.reason == Reason::Duplicate;
    both && text[first.span.end..second.span.start].trim().is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "The council bought twelve buses on Monday, the mayor said.\n\nThe drivers were not asked, and said so on Tuesday.\n\nThe council bought twelve buses on Monday, the mayor said.\n\nThe drivers were not asked, and said so on Tuesday.";

    #[test]
    fn every_repair_of_every_round_is_asked_for() {
        let document = || Document::from_text("t", TEXT);
        let mut asked = 0;
        let Ok((draft, known)) = mended(document(), || {
            asked += 1;
            Ok::<(), Infallible>(())
        });
        assert_eq!(finish(draft, known).unwrap(), clean(document()).unwrap());
        // Two ends, and the rounds between them.
        assert_eq!((asked - 2) % (REPAIRS.len() + 1), 0, "{asked}");
        for most in 0..asked {
            let mut left = most;
            let halted = mended(document(), || {
                left = usize::checked_sub(left, 1).ok_or("halt")?;
                Ok::<(), &str>(())
            });
            assert_eq!(halted.map(drop), Err("halt"), "after {most} pieces of work");
        }
    }
}

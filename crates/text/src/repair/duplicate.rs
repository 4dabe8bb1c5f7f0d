//! Text that stands twice: the whole body, or a long run of it, word for word or nearly so.
//!
//! The words of all blocks, without case and punctuation, are one row of numbers. A run of the row
//! that has appeared before is followed word by word over small differences, and the sentences that
//! it covers are cut. One pass over the row with a table of short runs: time grows with the length of
//! the text, however often it repeats itself.

use std::{cell::Cell, hash::BuildHasher, ops::Range};

use hashbrown::{DefaultHashBuilder, HashSet, HashTable};

use crate::words;
use standfirst_core::article::{Reason, Span};

use super::{
    draft::Mark,
    numbered::{Numbered, Word, stored},
    page::Page,
};

/// So many words in a row that have appeared before start a comparison.
const SEED: usize = 6;
/// After a difference this many words must agree again.
const RESYNC: usize = 3;
/// How many words either side may have more than the other in one difference.
const MAX_DRIFT: usize = 10;
/// The same before the first longer agreement.
const BACK: usize = 2;
/// Fewer words than this may be a refrain, a slogan or a quotation said again.
const MIN_WORDS: usize = 40;
/// The same for a paragraph that is repeated as a whole.
const MIN_PARAGRAPH: usize = 20;
/// Of the words of a duplicate so many agree with the first copy.
const MIN_AGREEMENT: f64 = 0.8;
/// So many figures and names in the second run that the first does not have tell of something else, if
/// they are this share of its words: the next ward, line or match of a list of reports.
const MIN_NEWS: (usize, f64) = (2, 0.05);
/// A sentence is part of a duplicate if this much of it is covered.
const MIN_COVER: f64 = 0.75;

/// The comparison ends when it has lost this much against its best point: a word that agrees counts
/// one, a word that does not takes away [`COST`].
const MAX_LOSS: f64 = 12.0;
/// See [`MAX_LOSS`].
const COST: f64 = 1.0;

/// Steps that comparing may take for each word of the article, beside [`STEPS`]. What repeats itself
/// everywhere and nowhere well enough would take their square; no article comes near.
const STEPS_PER_WORD: u64 = 400;
/// Steps that any article may take.
const STEPS: u64 = 1_000_000;
/// Steps that a difference counts for: so many places are looked at to find where both agree again.
const DIFFERENCE: u64 = 100;

/// The duplicates.
pub(super) fn find(page: &Page<'_>) -> Vec<Mark> {
    let row = Row::new(page);
    let copies = row.copies();
    let mut runs: Vec<(Range<usize>, f64)> = copies
        .into_iter()
        .map(|copy| {
            let broken_off = row.is_broken_off(&copy);
            (if broken_off { copy.first } else { copy.second }, copy.agreement)
        })
        .collect();
    runs.sort_by_key(|(run, _)| run.start);
    runs.into_iter().flat_map(|(run, agreement)| row.marks(run, agreement)).collect()
}

/// All words of the article.
struct Row<'a> {
    page: &'a Page<'a>,
    numbered: &'a Numbered,
    /// Steps that may still be taken.
    left: Cell<u64>,
}

/// Two runs of the row that agree.
struct Copy {
    first: Range<usize>,
    second: Range<usize>,
    /// Share of the second run's words that agree.
    agreement: f64,
}

impl<'a> Row<'a> {
    fn new(page: &'a Page<'a>) -> Self {
        let numbered = page.words();
        let left = Cell::new(STEPS + STEPS_PER_WORD * numbered.words.len() as u64);
        Self { page, numbered, left }
    }

    fn words(&self) -> &'a [Word] {
        &self.numbered.words
    }

    /// Where word `at` stands: its block.
    fn block(&self, at: usize) -> usize {
        self.numbered.starts.partition_point(|&start| start as usize <= at) - 1
    }

    /// Whether word `at` is the first of its block.
    fn starts_block(&self, at: usize) -> bool {
        self.numbered.starts.binary_search(&stored(at)).is_ok()
    }

    /// Word `at` as it is written.
    fn text(&self, at: usize) -> &'a str {
        self.words()[at].of(self.page.blocks()[self.block(at)].text())
    }

    /// Takes so many steps, or all that are left.
    fn step(&self, count: u64) {
        self.left.set(self.left.get().saturating_sub(count));
    }

    /// The runs that have appeared before, in order, disjoint; none beyond what can be found in the steps
    /// that there are.
    fn copies(&self) -> Vec<Copy> {
        let hasher = DefaultHashBuilder::default();
        let hash = |at: usize| hasher.hash_one(self.seed(at));
        let repeated = self.repeated();
        // Where each seed stands first.
        let mut firsts: HashTable<u32> = HashTable::new();
        let mut copies = Vec::new();
        // How many words before `next` stand elsewhere, too, each of them: hardly any six in a row do.
        let (mut next, mut run) = (0, 0);
        while next < self.words().len() && self.left.get() > 0 {
            run = if repeated[self.id(next) as usize] { run + 1 } else { 0 };
            next += 1;
            if run < SEED {
                continue;
            }
            let at = next - SEED;
            let seed = self.seed(at);
            let same = |&before: &u32| self.seed(before as usize) == seed;
            let entry = firsts.entry(hash(at), same, |&before| hash(before as usize));
            let before = *entry.or_insert(stored(at)).get() as usize;
            let done = copies.last().map_or(0, |copy: &Copy| copy.second.end);
            let copy = (before < at).then(|| self.extend_back(self.follow(before, at), done));
            if let Some(copy) = copy
                && self.is_long(&copy)
                && copy.agreement >= MIN_AGREEMENT
                && !self.is_news(&copy)
            {
                (next, run) = (copy.second.end, 0);
                copies.push(copy);
            }
        }
        copies
    }

    /// Whether a run is too long to be repeated on purpose.
    fn is_long(&self, copy: &Copy) -> bool {
        let run = &copy.second;
        let ends = run.end == self.words().len() || self.starts_block(run.end);
        run.len() >= if self.starts_block(run.start) && ends { MIN_PARAGRAPH } else { MIN_WORDS }
    }

    /// Whether the second run says in the same words something of other people, places and figures.
    fn is_news(&self, copy: &Copy) -> bool {
        let known: HashSet<u32> =
            self.words()[copy.first.clone()].iter().map(|word| word.number).collect();
        // A figure, or written with a capital.
        let tells =
            |at: usize| self.text(at).starts_with(|c: char| c.is_uppercase() || c.is_numeric());
        let second = copy.second.clone();
        let new = second.filter(|&at| !known.contains(&self.id(at)) && tells(at)).count();
        new >= MIN_NEWS.0 && new as f64 >= MIN_NEWS.1 * copy.second.len() as f64
    }

    /// Which words stand twice or more often, by their numbers.
    fn repeated(&self) -> Vec<bool> {
        let mut repeated = vec![false; self.numbered.different];
        // The numbers are given in the order of the first places.
        let mut next = 0;
        for word in self.words() {
            if word.number == next {
                next += 1;
            } else {
                repeated[word.number as usize] = true;
            }
        }
        repeated
    }

    /// The words at `at` that start a comparison.
    fn seed(&self, at: usize) -> Option<[u32; SEED]> {
        let words = self.words().get(at..at + SEED)?;
        Some(std::array::from_fn(|index| words[index].number))
    }

    /// How far the run at `second` repeats the one at `first`.
    fn follow(&self, first: usize, second: usize) -> Copy {
        let (mut from, mut to) = (first, second);
        let mut best = (first, second, 0);
        let (mut agreeing, mut score, mut top) = (0, 0.0, 0.0);
        let mut so_far = second;
        loop {
            while from < second && to < self.words().len() && self.id(from) == self.id(to) {
                (from, to, agreeing, score) = (from + 1, to + 1, agreeing + 1, score + 1.0);
            }
            if score > top {
                (best, top) = ((from, to, agreeing), score);
            }
            self.step((to - so_far) as u64 + DIFFERENCE);
            so_far = to;
            if self.left.get() == 0 {
                break;
            }
            let Some(next) = self.resync(from, to, second) else { break };
            score -= COST * (next.0 - from).max(next.1 - to) as f64;
            if top - score > MAX_LOSS {
                break;
            }
            (from, to) = next;
        }
        let agreement = f64::from(best.2) / (best.1 - second).max(1) as f64;
        Copy { first: first..best.0, second: second..best.1, agreement: agreement.min(1.0) }
    }

    /// The same runs from where they start to agree, which may be before the first longer agreement;
    /// not from before `done`, and the second not from before the first: of a line that says one thing
    /// three times the two would run into each other, and everything before it agree with itself.
    fn extend_back(&self, mut copy: Copy, done: usize) -> Copy {
        let (mut from, mut to) = (copy.first.start, copy.second.start);
        let agree =
            |from: usize, to: usize| (1..=2).all(|step| self.id(from - step) == self.id(to - step));
        let near =
            || (0..=2 * BACK).flat_map(|sum| (0..=sum).map(move |drift| (sum - drift, drift)));
        while let Some((left, right)) = near().find(|&(left, right)| {
            from >= left + 2
                && to >= (right + 2).max(done)
                && to - right >= copy.first.start + 2
                && to - right > done + 1
                && agree(from - left, to - right)
        }) {
            (from, to) = (from - left - 2, to - right - 2);
        }
        copy.first.start = from;
        copy.second.start = to;
        copy
    }

    /// Where both runs agree again after a difference.
    fn resync(&self, from: usize, to: usize, second: usize) -> Option<(usize, usize)> {
        let agree = |from: usize, to: usize| {
            from + RESYNC <= second
                && to + RESYNC <= self.words().len()
                && (0..RESYNC).all(|step| self.id(from + step) == self.id(to + step))
        };
        let pairs =
            (1..=2 * MAX_DRIFT).flat_map(|sum| (0..=sum).map(move |drift| (sum - drift, drift)));
        pairs
            .filter(|&(left, right)| left <= MAX_DRIFT && right <= MAX_DRIFT)
            .map(|(left, right)| (from + left, to + right))
            .find(|&(from, to)| agree(from, to))
    }

    fn id(&self, at: usize) -> u32 {
        self.words()[at].number
    }

    /// Whether the first copy ends with its block in mid-sentence and the second one goes on.
    fn is_broken_off(&self, copy: &Copy) -> bool {
        let (Some(last), Some(end)) =
            (copy.first.end.checked_sub(1), copy.second.end.checked_sub(1))
        else {
            return false;
        };
        let rest =
            |at: usize| &self.page.blocks()[self.block(at)].text()[self.words()[at].end as usize..];
        let ended = |rest: &str| rest.chars().any(|c| super::edge::is_stop(c) && c != '…');
        let open = |rest: &str| {
            !rest.contains(char::is_alphanumeric) && !ended(rest) || rest.trim() == "..."
        };
        open(rest(last)) && rest(end).trim_start().starts_with(char::is_alphanumeric)
    }

    /// Marks over the sentences that lie in a run of the row.
    fn marks(&self, run: Range<usize>, confidence: f64) -> Vec<Mark> {
        let mut marks = Vec::new();
        let mut at = run.start;
        while at < run.end {
            let block = self.block(at);
            let next = self.numbered.starts.get(block + 1).map_or(run.end, |&next| next as usize);
            let end = next.min(run.end);
            if let Some(range) = self.covered(block, &self.words()[at..end]) {
                marks.push(Mark { block, range, reason: Reason::Duplicate, confidence });
            }
            at = end;
        }
        marks
    }

    /// From the first to the last sentence of a block that its words cover.
    fn covered(&self, block: usize, words: &[Word]) -> Option<Range<usize>> {
        let (from, to) = (words.first()?.start as usize, words.last()?.end as usize);
        let text = self.page.blocks()[block].text();
        let spans = self.page.sentences_of(block);
        let first = spans.partition_point(|span| span.end <= from);
        let count = |range: Range<usize>| words::words(&text[range]).count() as f64;
        let inside = |span: &&Span| {
            let part = span.start.max(from)..span.end.min(to);
            count(part) >= MIN_COVER * count(span.range())
        };
        let mut sentences = spans[first..].iter().take_while(|span| span.start < to).filter(inside);
        let first = sentences.next()?;
        let last = sentences.last().unwrap_or(first);
        Some(first.start..last.end)
    }
}

#[cfg(test)]
mod tests {
    use super::super::{layout, page::Known};
    use super::*;
    use standfirst_core::article::Document;

    fn cut(text: &str) -> Vec<String> {
        let draft = layout::read(Document::from_text("t", text));
        let marks = find(&Page::new(&draft.blocks, &Known::default()));
        marks
            .iter()
            .map(|mark| draft.blocks[mark.block].text()[mark.range.clone()].to_owned())
            .collect()
    }

    const STORY: &str = "The council of Ardmoor voted on Tuesday to close the swing bridge for the winter. \
        Engineers had found cracks in two of its piers, and the repair would cost four million. \
        The mayor said that nobody knew where the money would come from.";

    #[test]
    fn the_second_copy_is_cut_whether_or_not_on_its_own_line() {
        assert_eq!(cut(&format!("{STORY}\n{STORY}")), [STORY]);
        assert_eq!(cut(&format!("{STORY} {STORY}")), [STORY]);
        assert_eq!(cut(&format!("(AP) -- {STORY} {STORY}")), [STORY]);
    }

    #[test]
    fn what_repeats_itself_almost_takes_no_square_of_its_length() {
        let line = |i: u64| {
            let [a, b, c, d] = [7, 11, 13, 17].map(|factor| i * i * factor % 9_973);
            format!("See https://www.site-{a}.org/a/b-c/d.html?x={b}&y={c}#z{d} and more. ")
        };
        // Where nothing bounded it, twice as many lines took four times as long, and these minutes.
        let text: String = (0..20_000).map(line).collect();
        let draft = layout::read(Document::from_text("t", text));
        let known = Known::default();
        let page = Page::new(&draft.blocks, &known);
        let row = Row::new(&page);
        let steps = row.left.get();
        assert!(steps < 1_000 * row.words().len() as u64);
        row.copies();
        let article = format!("{}\n{}", STORY.repeat(20), STORY.replace("the", "a").repeat(20));
        let draft = layout::read(Document::from_text("t", article));
        let known = Known::default();
        let page = Page::new(&draft.blocks, &known);
        let row = Row::new(&page);
        let steps = row.left.get();
        row.copies();
        let taken = steps - row.left.get();
        assert!(taken < steps / 10, "an article takes {taken} of {steps} steps");
    }

    #[test]
    fn a_changed_word_and_other_marks_do_not_hide_it() {
        let changed = STORY.replace("swing", "old steel").replace("four million", "five million");
        let changed = changed.replace("voted on", "voted – on");
        assert_eq!(cut(&format!("{STORY}\n{changed}")), [changed]);
    }

    #[test]
    fn a_broken_off_first_copy_is_cut_in_favour_of_the_second() {
        let lead = "The council of Ardmoor voted on Tuesday to close the swing bridge for the winter. \
            Engineers had found cracks in two of its piers, and the repair would cost four million. \
            The mayor said that nobody knew where the money would";
        assert_eq!(cut(&format!("{lead}\n{STORY}")), [lead]);
    }

    #[test]
    fn a_line_that_says_one_thing_three_times_takes_nothing_with_it() {
        let text = format!("{STORY}\nBuy it now here. Buy it now here. Buy it now here.");
        assert_eq!(cut(&text), [""; 0]);
    }

    #[test]
    fn reports_in_the_same_words_on_other_things_stay() {
        let report = |ward: &str, winner: &str, votes: &str, turnout: &str| {
            format!(
                "In {ward} ward, {winner} of the Lake Party won with {votes} votes, ahead of the sitting \
             member, and the turnout was {turnout} per cent, up on the last time that the town voted."
            )
        };
        let reports = [
            report("Pier", "Ada Quill", "1,204", "41"),
            report("Mill", "Ben Roe", "998", "38"),
            report("Hill", "Cy Poe", "1,511", "44"),
        ];
        assert_eq!(cut(&reports.join("\n")), [""; 0]);
        let corrected = reports[0].replace("41", "42");
        assert_eq!(cut(&format!("{}\n{corrected}", reports[0])), [corrected]);
    }

    #[test]
    fn refrains_stay() {
        let text =
            format!("{STORY} \"We will wait,\" he said. Spring is far. \"We will wait,\" he said.");
        assert_eq!(cut(&text), [""; 0]);
    }
}

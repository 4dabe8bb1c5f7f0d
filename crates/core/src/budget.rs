//! How long a summary may be, and everything that follows from it: how many sentences to ask for, which
//! of several fit, whether a summary keeps to it. All that is counted in words is counted by
//! [`count_words`], all that is counted in characters by [`count_characters`].

use std::{fmt, num::NonZeroUsize};

use unicode_segmentation::UnicodeSegmentation as _;

/// Words of a sentence of news, to turn a number of words into one of sentences.
const WORDS_PER_SENTENCE: usize = 22;
/// Characters of a word of news with the blank behind it, to turn a number of characters into one of words.
const CHARACTERS_PER_WORD: usize = 6;

/// How long a summary may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Budget {
    /// This many sentences.
    Sentences(NonZeroUsize),
    /// At most this many words, in whole sentences.
    Words(NonZeroUsize),
    /// At most this many characters as readers see them, blanks between sentences among them, in whole
    /// sentences.
    Characters(NonZeroUsize),
}

impl Default for Budget {
    /// [`Budget::DEFAULT`].
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// What it is, in words: `3 sentences`, `at most 60 words`.
impl fmt::Display for Budget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (count, noun) = match self {
            Self::Sentences(count) => (count, "sentence"),
            Self::Words(count) => (count, "word"),
            Self::Characters(count) => (count, "character"),
        };
        let most = if self.is_exact() { "" } else { "at most " };
        let plural = if count.get() == 1 { "" } else { "s" };
        write!(f, "{most}{count} {noun}{plural}")
    }
}

/// Length of a text in words. Where Unicode's word boundaries (UAX #29) and white space disagree, the
/// larger count, so that a limit holds by either.
pub fn count_words(text: &str) -> usize {
    text.unicode_words().count().max(text.split_whitespace().count())
}

/// Length of a text in characters as readers see them (extended grapheme clusters, UAX #29).
pub fn count_characters(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.graphemes(true).count() }
}

impl Budget {
    /// The length of an abstract when nobody says otherwise: three sentences.
    pub const DEFAULT: Self = Self::Sentences(NonZeroUsize::new(3).unwrap());

    /// How many sentences to ask a model for that is told no number of words.
    pub fn wanted(self) -> usize {
        match self {
            Self::Sentences(count) => count.get(),
            Self::Words(limit) => limit.get().div_ceil(WORDS_PER_SENTENCE),
            Self::Characters(limit) => {
                limit.get().div_ceil(WORDS_PER_SENTENCE * CHARACTERS_PER_WORD)
            }
        }
    }

    /// How many words to ask a model for that knows neither sentences nor characters; `None` where
    /// sentences are asked for.
    pub fn words(self) -> Option<NonZeroUsize> {
        match self {
            Self::Sentences(_) => None,
            Self::Words(limit) => Some(limit),
            Self::Characters(limit) => {
                NonZeroUsize::new(limit.get() / CHARACTERS_PER_WORD).or(Some(NonZeroUsize::MIN))
            }
        }
    }

    /// Whether it asks for a number of sentences, so that there have to be as many, of whatever kind.
    pub fn is_exact(self) -> bool {
        matches!(self, Self::Sentences(_))
    }

    /// How many sentences were asked for, if `count` are too few.
    pub fn short_of(self, count: usize) -> Option<NonZeroUsize> {
        match self {
            Self::Sentences(asked) => Some(asked).filter(|asked| count < asked.get()),
            Self::Words(_) | Self::Characters(_) => None,
        }
    }

    /// Which of the sentences, best first, make a summary, by index and in their order: one that does not
    /// fit any more is passed over, and if none fits, it is the shortest. Empty for none.
    pub fn fill(self, sentences: &[&str]) -> Vec<usize> {
        let mut room = self.room();
        let mut chosen = Vec::new();
        for (index, text) in sentences.iter().enumerate() {
            if room.is_full() {
                break;
            }
            if room.fits(text) {
                room.add(text);
                chosen.push(index);
            }
        }
        if chosen.is_empty() {
            chosen.extend((0..sentences.len()).min_by_key(|&index| self.measure(sentences[index])));
        }
        chosen
    }

    /// How many of the sentences, from the first on, make a summary: the first always does.
    pub fn first_of<'a>(self, sentences: impl IntoIterator<Item = &'a str>) -> usize {
        let mut room = self.room();
        let has_room = |text: &&str| {
            let has = room.has_room(text);
            room.add(text);
            has
        };
        sentences.into_iter().take_while(has_room).count()
    }

    /// Whether the sentences are within it.
    pub fn holds<'a>(self, sentences: impl IntoIterator<Item = &'a str>) -> bool {
        let room = Room::after(self, sentences);
        room.taken <= self.limit()
    }

    /// How many there may be of what it counts.
    fn limit(self) -> usize {
        match self {
            Self::Sentences(limit) | Self::Words(limit) | Self::Characters(limit) => limit.get(),
        }
    }

    /// Length of a sentence in what it counts.
    pub fn measure(self, text: &str) -> usize {
        match self {
            Self::Sentences(_) => 1,
            Self::Words(_) => count_words(text),
            Self::Characters(_) => count_characters(text),
        }
    }

    /// What a sentence after the first takes beyond its own length.
    fn joint(self) -> usize {
        usize::from(matches!(self, Self::Characters(_)))
    }

    /// Whether a summary of these sentences keeps to it: they are within it, or there is but one.
    pub fn is_kept_by(self, sentences: &[&str]) -> bool {
        sentences.len() == 1 || self.holds(sentences.iter().copied())
    }

    /// The room that it gives.
    pub fn room(self) -> Room {
        Room { budget: self, sentences: 0, taken: 0 }
    }
}

/// What is taken of a budget while a summary is put together.
#[derive(Clone, Debug)]
pub struct Room {
    budget: Budget,
    sentences: usize,
    /// In what the budget counts.
    taken: usize,
}

impl Room {
    /// What is left of `budget` beside these sentences.
    pub fn after<'a>(budget: Budget, sentences: impl IntoIterator<Item = &'a str>) -> Self {
        let mut room = budget.room();
        sentences.into_iter().for_each(|text| room.add(text));
        room
    }

    /// Whether one more sentence is within the budget; the first always is, since no summary is empty.
    pub fn has_room(&self, text: &str) -> bool {
        self.sentences == 0 || self.fits(text)
    }

    /// Takes a sentence up, whether or not there is room.
    pub fn add(&mut self, text: &str) {
        self.taken += self.needs(text);
        self.sentences += 1;
    }

    /// Puts a sentence in the place of another one that was taken up, unless that is longer and makes
    /// the summary too long; whether it did.
    pub fn exchange(&mut self, own: &str, other: &str) -> bool {
        let after = self.taken + self.budget.measure(other) - self.budget.measure(own);
        let within = after <= self.taken.max(self.budget.limit());
        if within {
            self.taken = after;
        }
        within
    }

    fn fits(&self, text: &str) -> bool {
        self.taken + self.needs(text) <= self.budget.limit()
    }

    /// What one more sentence takes.
    fn needs(&self, text: &str) -> usize {
        let joint = if self.sentences == 0 { 0 } else { self.budget.joint() };
        joint + self.budget.measure(text)
    }

    fn is_full(&self) -> bool {
        self.taken >= self.budget.limit()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sentences(count: usize) -> Budget {
        Budget::Sentences(NonZeroUsize::new(count).unwrap())
    }

    fn words(limit: usize) -> Budget {
        Budget::Words(NonZeroUsize::new(limit).unwrap())
    }

    fn characters(limit: usize) -> Budget {
        Budget::Characters(NonZeroUsize::new(limit).unwrap())
    }

    const RANKED: [&str; 3] = ["One two three four.", "Five six.", "Seven — eight nine."];

    #[test]
    fn a_dash_between_blanks_and_a_hyphen_count() {
        assert_eq!(count_words("Seven — eight nine."), 4, "white space sees more");
        assert_eq!(count_words("A well-known port."), 4, "the boundaries see more");
        assert_eq!(count_words(" \n"), 0);
    }

    #[test]
    fn words_are_turned_into_sentences_to_ask_for() {
        assert_eq!(sentences(4).wanted(), 4);
        assert_eq!([1, 22, 23].map(|limit| words(limit).wanted()), [1, 1, 2]);
    }

    #[test]
    fn only_a_number_of_sentences_can_be_missed() {
        assert_eq!(sentences(3).short_of(2), NonZeroUsize::new(3));
        assert_eq!(sentences(3).short_of(3), None);
        assert_eq!(words(9).short_of(0), None);
        assert!(sentences(1).is_exact() && !words(1).is_exact());
    }

    #[test]
    fn it_is_filled_in_order_and_what_does_not_fit_is_passed_over() {
        assert_eq!(sentences(2).fill(&RANKED), [0, 1]);
        assert_eq!(sentences(9).fill(&RANKED), [0, 1, 2]);
        assert_eq!(words(6).fill(&RANKED), [0, 1]);
        assert_eq!(words(3).fill(&RANKED), [1]);
        assert_eq!(words(1).fill(&RANKED), [1], "none fits, so the shortest");
        assert_eq!(words(1).fill(&[]), [0; 0]);
    }

    #[test]
    fn what_is_written_is_cut_at_the_first_that_does_not_fit() {
        assert_eq!(sentences(2).first_of(RANKED), 2);
        assert_eq!(words(6).first_of(RANKED), 2);
        assert_eq!(words(4).first_of(RANKED), 1, "the second would fit alone");
        assert_eq!(words(1).first_of(RANKED), 1, "the first alone is too long");
        assert_eq!(words(1).first_of([]), 0);
    }

    #[test]
    fn one_sentence_keeps_to_every_budget_and_is_not_within_it() {
        assert!(words(1).is_kept_by(&RANKED[..1]) && !words(1).holds(RANKED[..1].iter().copied()));
        assert!(words(6).is_kept_by(&RANKED[..2]) && !words(5).is_kept_by(&RANKED[..2]));
        assert!(sentences(3).is_kept_by(&RANKED) && !sentences(2).is_kept_by(&RANKED));
    }

    #[test]
    fn room_is_there_for_the_first_and_then_for_what_fits() {
        let mut room = words(6).room();
        assert!(room.has_room("One two three four five six seven."));
        room.add("One two three four.");
        assert!(room.has_room("Five six.") && !room.has_room("Five six seven."));
    }

    #[test]
    fn an_exchange_may_lengthen_up_to_the_limit_and_always_shorten() {
        let mut room = Room::after(words(6), ["One two three four.", "Five."]);
        assert!(room.exchange("Five.", "Five six."));
        assert!(!room.exchange("Five six.", "Five six seven."));
        let mut over = Room::after(words(1), ["One two three."]);
        assert!(
            over.exchange("One two three.", "One two.")
                && !over.exchange("One two.", "One [x] two.")
        );
        assert!(sentences(1).room().exchange("", "One two."));
    }

    #[test]
    fn characters_count_as_readers_see_them_with_blanks_between() {
        assert_eq!(count_characters("ne\u{301}e 👩‍🚀"), 5);
        let [first, second, third] = RANKED.map(count_characters);
        let whole = RANKED.join(" ");
        assert!(characters(count_characters(&whole)).holds(RANKED));
        assert!(!characters(count_characters(&whole) - 1).holds(RANKED));
        assert_eq!(characters(first + 1 + second).fill(&RANKED), [0, 1]);
        assert_eq!(characters(first + second).fill(&RANKED), [0], "no room for the blank");
        assert_eq!(characters(third).fill(&RANKED), [0], "the first is as long");
        assert_eq!(characters(2).fill(&RANKED), [1], "none fits, so the shortest");
        assert_eq!((characters(1).wanted(), characters(300).wanted()), (1, 3));
        assert_eq!(characters(280).words(), NonZeroUsize::new(46));
    }
}

//! What becomes of the sentences that a model wrote: those that the check supports stay, others give
//! way to the article's own, which are mended where they lean on a sentence that is not there.

use std::collections::HashSet;

use standfirst_core::{
    analysis::Finding,
    article::{Article, Halt},
    entailment::EntailmentModel,
    plugin::{Budget, Origin, Room, SummarySentence},
    report::{Flag, Verdict},
};
use standfirst_text::{faithfulness::Checker, lexicon::Lexicon, words};

use crate::extractive::mend;

/// Share of its words that a sentence may have in common with one before it and still say more.
const MOST_REPEATED: f64 = 0.7;
/// Share of its words that have to stand, in this order, in the one sentence of the article that it is
/// made from. A model that was to shorten sentences and brings words from elsewhere, or turns them round,
/// has put things together, and a small one mostly wrongly.
const LEAST_HELD: f64 = 0.85;
/// Words of a sentence that are compared; the work grows with their square.
const MAX_WORDS: usize = 400;
/// Words in a row that come twice in a sentence only where a model has lost its way.
const LOOP: usize = 4;

/// An abstract without what the check did not support.
pub struct Settled {
    pub sentences: Vec<SummarySentence>,
    pub notes: Vec<String>,
}

/// The sentences that the check supports; for the others, the sentences of `order` that they came from;
/// then the first of `order` that are left, until there are as many as `budget` asks for.
///
/// `check` is asked about what is not the article's own.
///
/// # Errors
/// [`Halt`] if the check was to give up.
pub fn settle(
    article: &Article,
    written: &[String],
    order: &[usize],
    budget: Budget,
    check: Option<&dyn EntailmentModel>,
) -> Result<Settled, Halt> {
    let mut draft = Draft::new(article, budget);
    let traces = draft.keep(written, check)?;
    for source in traces.into_iter().flatten().chain(order.iter().copied()) {
        if order.contains(&source) {
            draft.stand_in(source);
        }
    }
    Ok(draft.finish())
}

/// The same where nothing was picked: a sentence without support is replaced by the one that it came
/// from, or left out.
///
/// # Errors
/// As there.
pub fn only_traced(
    article: &Article,
    written: &[String],
    budget: Budget,
    check: Option<&dyn EntailmentModel>,
) -> Result<Settled, Halt> {
    let mut draft = Draft::new(article, budget);
    for trace in draft.keep(written, check)? {
        if let Some(source) = trace.into_iter().find(|source| !draft.used.contains(source)) {
            draft.stand_in(source);
        }
    }
    Ok(draft.finish())
}

/// An abstract that is being put together.
struct Draft<'a> {
    article: &'a Article,
    budget: Budget,
    room: Room,
    /// Each with the article's sentence by which it is put in order.
    sentences: Vec<(usize, SummarySentence)>,
    /// Sentences of the article that stand in, or that a kept sentence mainly rests on.
    used: HashSet<usize>,
    written: usize,
    unsupported: usize,
    repeated: usize,
}

impl<'a> Draft<'a> {
    fn new(article: &'a Article, budget: Budget) -> Self {
        Self {
            article,
            budget,
            room: budget.room(),
            sentences: Vec::new(),
            used: HashSet::new(),
            written: 0,
            unsupported: 0,
            repeated: 0,
        }
    }

    /// Takes up what the check supports of `written` and what is no repeat; gives the sources of each
    /// sentence that it does not support, best first.
    fn keep(
        &mut self,
        written: &[String],
        check: Option<&dyn EntailmentModel>,
    ) -> Result<Vec<Vec<usize>>, Halt> {
        let texts: Vec<&str> = written.iter().map(String::as_str).collect();
        let findings = Checker::new(self.article).ask(&texts, check)?.findings;
        let lexicon = Lexicon::of(self.article.language());
        let mut said: Vec<Vec<String>> = Vec::new();
        let mut traces = Vec::new();
        for (text, found) in written.iter().zip(findings) {
            if !self.room.has_room(text) {
                break;
            }
            self.written += 1;
            let (words, sources) = (content(lexicon, text), sources(self.article, &found));
            match sources.first() {
                Some(&source)
                    if holds(&found) && self.is_made_from(lexicon, text, &words, source) =>
                {
                    if said.iter().any(|before| repeats(&words, before)) {
                        self.repeated += 1;
                        continue;
                    }
                    said.push(words);
                    self.add(source, text.clone(), Origin::Generated);
                }
                _ => {
                    self.unsupported += 1;
                    traces.push(sources);
                }
            }
        }
        Ok(traces)
    }

    /// Whether a sentence is whole, and in other words what the article's sentence `source` says.
    fn is_made_from(&self, lexicon: &Lexicon, text: &str, words: &[String], source: usize) -> bool {
        let own = content(lexicon, &self.article.sentences()[source].text);
        let held = in_order(words, &own) as f64;
        held >= LEAST_HELD * words.len() as f64 && is_whole(text) && !loops(text)
    }

    /// Puts in the article's sentence `source`, if there is room and nothing says it yet.
    fn stand_in(&mut self, source: usize) {
        let text = &self.article.sentences()[source].text;
        if self.room.has_room(text) && !self.used.contains(&source) {
            self.add(source, text.clone(), Origin::StandIn(source));
        }
    }

    fn add(&mut self, source: usize, text: String, origin: Origin) {
        self.used.insert(source);
        self.room.add(&text);
        self.sentences.push((source, SummarySentence { text, origin }));
    }

    /// The sentences in reading order, and what a reader should know of them.
    fn finish(mut self) -> Settled {
        self.sentences.sort_by_key(|(source, _)| *source);
        let (sources, mut sentences): (Vec<_>, Vec<_>) = self.sentences.into_iter().unzip();
        mend::mend_all(self.article, &sources, self.budget, &mut sentences);
        let mut notes = Vec::new();
        let left_out = [(self.unsupported, "not supported"), (self.repeated, "said before")];
        let why: Vec<String> = left_out
            .iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, why)| format!("{count} {why}"))
            .collect();
        if !why.is_empty() {
            let written = self.written;
            notes.push(format!("of {written} sentences written left out: {}", why.join(", ")));
        }
        if let Some(asked) = self.budget.short_of(sentences.len()) {
            notes.push(format!("{} of {asked} sentences: there are no more", sentences.len()));
        }
        Settled { sentences, notes }
    }
}

/// Whether the article says so, as far as the check can tell.
fn holds(found: &Finding) -> bool {
    let supported = matches!(found.verdict, Verdict::Copied | Verdict::Supported);
    supported && found.flags.iter().all(|flag| *flag == Flag::Dangling)
}

/// Whether a sentence has come to its end.
fn is_whole(text: &str) -> bool {
    let marks = ['"', '”', '’', '\'', ')', ']'];
    text.trim_end_matches(marks).ends_with(['.', '!', '?', '…', '。'])
}

/// Whether a sentence says the same words in a row twice.
fn loops(text: &str) -> bool {
    let words: Vec<String> = words::words(text).map(str::to_lowercase).collect();
    let mut seen = HashSet::new();
    words.windows(LOOP).any(|run| !seen.insert(run))
}

/// The article's sentences that the evidence lies in, best first.
fn sources(article: &Article, found: &Finding) -> Vec<usize> {
    let at = |start: usize| {
        let next = article.sentences().partition_point(|sentence| sentence.span.end <= start);
        (next < article.sentences().len()).then_some(next)
    };
    found.evidence.iter().filter_map(|span| at(span.start)).collect()
}

/// The stems of a sentence's words that say something, in order.
fn content(lexicon: &Lexicon, text: &str) -> Vec<String> {
    words::words(text)
        .filter(|word| !lexicon.is_stop_word(word))
        .map(|word| lexicon.stem(word))
        .collect()
}

/// How many of `words` stand in `own` in the same order: the longest common subsequence. Of a sentence
/// too long to be one, the start.
fn in_order(words: &[String], own: &[String]) -> usize {
    let own = &own[..own.len().min(MAX_WORDS)];
    let mut row = vec![0; own.len() + 1];
    for word in words.iter().take(MAX_WORDS) {
        let mut corner = 0;
        for (at, other) in own.iter().enumerate() {
            let above = row[at + 1];
            row[at + 1] = if word == other { corner + 1 } else { above.max(row[at]) };
            corner = above;
        }
    }
    row[own.len()]
}

/// Whether most of `words` stand in `before`.
fn repeats(words: &[String], before: &[String]) -> bool {
    let common = words.iter().filter(|word| before.contains(word)).count() as f64;
    common > MOST_REPEATED * words.len() as f64
}

//! What becomes of the sentences that a model wrote: those that the check supports stay, others give
//! way to the article's own, which are mended where they lean on a sentence that is not there.

mod again;
mod reason;

use std::collections::HashSet;

use standfirst_core::{
    analysis::Finding,
    article::{Article, Halt},
    entailment::EntailmentModel,
    language::Language,
    plugin::{Form, Origin, Room, Style, SummarySentence},
    report::{Flag, Verdict},
};
use standfirst_text::{faithfulness::Checker, lexicon::Lexicon, quotation, words};

pub use self::again::Again;
use crate::{abstractive::answer, extractive::mend};

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

/// An abstract of what was written where nothing was picked: a sentence without support is replaced by the
/// one that it came from, or left out.
///
/// # Errors
/// [`Halt`] if the check was to give up.
pub fn only_traced(
    article: &Article,
    written: &[String],
    form: Form,
    check: Option<&dyn EntailmentModel>,
) -> Result<Settled, Halt> {
    let draft = Draft::begin(article, written, &[], (form, false), check)?;
    Ok(draft.finish_traced())
}

/// An abstract that is being put together.
pub struct Draft<'a> {
    article: &'a Article,
    form: Form,
    /// Whether what is rejected can be asked for once more.
    told_why: bool,
    /// The sentences that were picked, best first.
    order: Vec<usize>,
    room: Room,
    /// Each with the article's sentence by which it is put in order.
    sentences: Vec<(usize, SummarySentence)>,
    /// Sentences of the article that stand in, or that a kept sentence mainly rests on.
    used: HashSet<usize>,
    /// What the sentences that were kept say.
    said: Vec<Vec<String>>,
    /// What nothing has been put in the place of.
    rejected: Vec<Rejection>,
    /// What a reader should know of how it came about.
    notes: Vec<String>,
}

/// Why a sentence is not kept, as readers are told.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Why {
    Unsupported,
    /// Supported, and no sentence of the form.
    TooLong,
    Leans,
    Untold,
    Repeats,
}

impl Why {
    /// All of them, with the words for each.
    const ALL: [(Self, &str); 5] = [
        (Self::Unsupported, "not supported"),
        (Self::TooLong, "too long"),
        (Self::Leans, "not understood alone"),
        (Self::Untold, "quoting without a speaker"),
        (Self::Repeats, "said before"),
    ];
}

/// A sentence that is not kept.
struct Rejection {
    text: String,
    reason: String,
    /// The article's sentences that it came from, best first; none if it says again what stands there.
    sources: Vec<usize>,
    why: Why,
    /// The one that it is to be written anew from.
    target: Option<usize>,
}

impl<'a> Draft<'a> {
    /// What the check supports of `written`. What is put in the place of the rest comes from `order`, the
    /// sentences that were picked. `told_why` says whether what is rejected can be asked for once more. `check`
    /// is asked about what is not the article's own.
    ///
    /// # Errors
    /// [`Halt`] if the check was to give up.
    pub fn begin(
        article: &'a Article,
        written: &[String],
        order: &[usize],
        (form, told_why): (Form, bool),
        check: Option<&dyn EntailmentModel>,
    ) -> Result<Self, Halt> {
        let mut draft = Self {
            article,
            form,
            told_why,
            order: order.to_vec(),
            room: form.budget.room(),
            sentences: Vec::new(),
            used: HashSet::new(),
            said: Vec::new(),
            rejected: Vec::new(),
            notes: Vec::new(),
        };
        let rejected = draft.keep(written, check)?;
        let seen = draft.sentences.len() + rejected.len();
        draft.notes.extend(left_out(seen, &rejected));
        draft.rejected = rejected;
        Ok(draft)
    }

    /// The article that it is of.
    pub fn article(&self) -> &'a Article {
        self.article
    }

    /// The abstract, with the sentences that what was rejected came from in its place, then the first of those
    /// that were picked, until there are as many as the budget asks for.
    pub fn finish(mut self) -> Settled {
        let rejected = std::mem::take(&mut self.rejected);
        let order = std::mem::take(&mut self.order);
        let sources = rejected.into_iter().flat_map(|rejection| rejection.sources);
        let sources: Vec<usize> = sources.chain(order.iter().copied()).collect();
        let own = |source: usize| self.article.sentences()[source].text.as_str();
        // What was too long gives way to what is not, if there is such.
        let (short, long): (Vec<usize>, Vec<usize>) = if self.told_why {
            sources.into_iter().partition(|&source| self.form.budget.holds([own(source)]))
        } else {
            (sources, Vec::new())
        };
        for source in short.into_iter().chain(long) {
            if order.contains(&source) {
                self.stand_in(source);
            }
        }
        self.settled()
    }

    /// The same where nothing was picked.
    fn finish_traced(mut self) -> Settled {
        for rejection in std::mem::take(&mut self.rejected) {
            let source = rejection.sources.into_iter().find(|source| !self.used.contains(source));
            if let Some(source) = source {
                self.stand_in(source);
            }
        }
        self.settled()
    }

    /// Takes up what the check supports of `written` and what is no repeat, as long as there is room; gives
    /// the rest of what was looked at.
    fn keep(
        &mut self,
        written: &[String],
        check: Option<&dyn EntailmentModel>,
    ) -> Result<Vec<Rejection>, Halt> {
        let texts: Vec<&str> = written.iter().map(String::as_str).collect();
        let findings = self.findings(&texts, check)?;
        let lexicon = Lexicon::of(self.article.language());
        let (mut rejected, mut before) = (Vec::new(), None);
        for (text, found) in written.iter().zip(findings) {
            if !self.room.has_room(text) {
                break;
            }
            let (words, sources) = (content(lexicon, text), sources(self.article, &found));
            let made_from = sources.first().copied().filter(|&source| {
                self.holds(&found) && self.is_made_from(lexicon, text, &words, source)
            });
            let told = self.is_told(text, before);
            before = Some(text.as_str());
            let made_from = made_from.filter(|_| !self.is_too_long(text) && told);
            let repeated = self.said.iter().any(|before| repeats(&words, before));
            match made_from {
                Some(source) if !repeated => {
                    self.said.push(words);
                    self.add(source, text.clone(), Origin::Generated);
                }
                Some(_) => rejected.push(Rejection {
                    reason: reason::REPEATS.to_owned(),
                    why: Why::Repeats,
                    sources: Vec::new(),
                    text: text.clone(),
                    target: None,
                }),
                None => rejected.push(Rejection {
                    reason: self.reason(lexicon, text, &found, told),
                    why: self.why(text, &found, told),
                    sources,
                    text: text.clone(),
                    target: None,
                }),
            }
        }
        Ok(rejected)
    }

    /// What the check says of each sentence; of points of a list one by one, since each is read by itself.
    fn findings(
        &self,
        texts: &[&str],
        check: Option<&dyn EntailmentModel>,
    ) -> Result<Vec<Finding>, Halt> {
        let checker = Checker::new(self.article);
        if !self.form.style.is_list() {
            return Ok(checker.ask(texts, check)?.findings);
        }
        let mut findings = Vec::with_capacity(texts.len());
        for point in texts.chunks(1) {
            findings.extend(checker.ask(point, check)?.findings);
        }
        Ok(findings)
    }

    /// Whether the article says so, as far as the check can tell; and, of what is read by itself, whether it
    /// points at nothing outside.
    fn holds(&self, found: &Finding) -> bool {
        let alone = self.form.style.is_list() || self.form.style.is_single();
        holds(found) && !(alone && found.flags.contains(&Flag::Dangling))
    }

    /// Whether a sentence is longer than the whole abstract may be. Of a usual one the first sentence stands
    /// however long it is, unless a shorter one can be asked for.
    fn is_too_long(&self, text: &str) -> bool {
        (self.form.style.limit().is_some() || self.told_why) && !self.form.fits(&[text])
    }

    /// Whether it is told who said what a sentence quotes: by itself, or by what was kept, or written, `before` it.
    /// Of a usual abstract that is only asked where a better sentence can be had.
    fn is_told(&self, text: &str, before: Option<&str>) -> bool {
        let kept = self.sentences.last().map(|(_, kept)| kept.text.as_str());
        let told =
            || [before, kept].iter().any(|before| is_told(self.article, self.form, text, *before));
        (self.form.style.is_usual() && !self.told_why) || told()
    }

    /// What is wrong with a sentence, in words that a model is told.
    fn reason(&self, lexicon: &Lexicon, text: &str, found: &Finding, told: bool) -> String {
        if self.is_too_long(text) {
            return answer::too_long(self.form, text);
        }
        if holds(found) && !self.holds(found) {
            return reason::LEANS.to_owned();
        }
        if holds(found) && !told {
            return answer::NOBODY.to_owned();
        }
        reason::of(self.article, lexicon, text, found)
    }

    /// Why a sentence that is no repeat is not kept, as readers are told: what is not supported is called so first.
    fn why(&self, text: &str, found: &Finding, told: bool) -> Why {
        match () {
            () if !holds(found) => Why::Unsupported,
            () if self.is_too_long(text) => Why::TooLong,
            () if !self.holds(found) => Why::Leans,
            () if !told => Why::Untold,
            () => Why::Unsupported,
        }
    }

    /// Whether a sentence is whole, and in other words what the article's sentence `source` says.
    fn is_made_from(&self, lexicon: &Lexicon, text: &str, words: &[String], source: usize) -> bool {
        let own = content(lexicon, &self.article.sentences()[source].text);
        let held = in_order(words, &own) as f64;
        // A headline has no stop.
        let whole = self.form.style == Style::Headline || is_whole(text);
        held >= LEAST_HELD * words.len() as f64 && whole && !loops(text)
    }

    /// Puts in the article's sentence `source`, if there is room and nothing says it yet.
    fn stand_in(&mut self, source: usize) {
        let text = &self.article.sentences()[source].text;
        // One line, one sentence or a post is not filled up with what was not written for it.
        let done = self.form.style.limit().is_some() && !self.sentences.is_empty();
        if !done && self.room.has_room(text) && !self.used.contains(&source) {
            self.add(source, text.clone(), Origin::StandIn(source));
        }
    }

    fn add(&mut self, source: usize, text: String, origin: Origin) {
        self.used.insert(source);
        self.room.add(&text);
        self.sentences.push((source, SummarySentence { text, origin }));
    }

    /// The sentences in reading order, and what a reader should know of them.
    fn settled(mut self) -> Settled {
        self.sentences.sort_by_key(|(source, _)| *source);
        let (sources, mut sentences): (Vec<_>, Vec<_>) = self.sentences.into_iter().unzip();
        mend::mend_all(self.article, &sources, self.form.budget, &mut sentences);
        let mut notes = self.notes;
        if let Some(asked) = self.form.budget.short_of(sentences.len()) {
            notes.push(format!("{} of {asked} sentences: there are no more", sentences.len()));
        }
        Settled { sentences, notes }
    }
}

/// How many of the sentences written are not kept, and why; `None` if all are.
fn left_out(written: usize, rejected: &[Rejection]) -> Option<String> {
    let count = |why| rejected.iter().filter(|rejection| rejection.why == why).count();
    let why: Vec<String> = Why::ALL
        .iter()
        .map(|&(why, words)| (count(why), words))
        .filter(|(count, _)| *count > 0)
        .map(|(count, words)| format!("{count} {words}"))
        .collect();
    let why = why.join(", ");
    (!why.is_empty()).then(|| format!("of {written} sentences written left out: {why}"))
}

/// Whether it is told who said what a sentence of an abstract in `form` quotes, as far as the language is known. What
/// is read by itself has to name them; else who was spoken of `before` may be meant.
pub fn is_told(article: &Article, form: Form, text: &str, before: Option<&str>) -> bool {
    let alone = form.style.is_list() || form.style.is_single();
    article.language() != Some(Language::ENGLISH)
        || quotation::names_speaker(text)
        || !alone && before.is_some_and(quotation::names_somebody)
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
pub fn sources(article: &Article, found: &Finding) -> Vec<usize> {
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

/// Whether most of what a sentence says stands in one of `others`.
pub fn is_said_in<'t>(
    article: &Article,
    text: &str,
    mut others: impl Iterator<Item = &'t str>,
) -> bool {
    let lexicon = Lexicon::of(article.language());
    let words = content(lexicon, text);
    others.any(|other| repeats(&words, &content(lexicon, other)))
}

/// Whether most of `words` stand in `before`.
fn repeats(words: &[String], before: &[String]) -> bool {
    let common = words.iter().filter(|word| before.contains(word)).count() as f64;
    common > MOST_REPEATED * words.len() as f64
}

//! One reading of an article: its words, who is named, who says what. Each is found once, by whoever
//! asks first, on whichever thread, and kept with the article ([`Article::derived`]).
//!
//! A sentence is cut up twice: into atoms, of which those who look for names and those who compare
//! what is said make words of their own, and into the words of Unicode ([`words`]), which
//! everybody else counts. A text that is no article's, such as a sentence of a summary, is read by the
//! same functions, and nothing is kept of it.
//!
//! ```
//! use standfirst_text::{reading, sentence::from_sentences};
//!
//! let article = from_sentences("demo", &["Mary Holt said the bridge was safe."]).unwrap();
//! let reading = reading::of(&article);
//! assert_eq!(reading.entities()[0].name, "Mary Holt");
//! assert_eq!(reading.statements().len(), 1);
//! assert_eq!(reading.words(0).last(), Some("safe"));
//! ```

pub(crate) mod atom;
#[cfg(test)]
pub(crate) mod tests;

use std::sync::{Arc, OnceLock};

use self::atom::{Atom, Atoms};
use crate::{
    attribution::{self, Statement},
    coreference::Lean,
    entity::{
        self, Entity,
        token::{self, Token},
    },
    words,
};
use standfirst_core::article::{Article, Span};

/// An article and what has been read of it so far. Cheap to make and to copy.
#[derive(Clone)]
pub struct Reading<'a> {
    article: &'a Article,
    kept: Arc<Kept>,
}

/// What is kept with the article. It owns everything, so that it never points at the article whose
/// it is.
struct Kept {
    lines: Vec<Line>,
    entities: OnceLock<Vec<Entity>>,
    statements: OnceLock<Vec<Statement>>,
}

/// What is kept of a sentence. All spans are bytes of its text as it is shown, but for `source`.
#[derive(Default)]
struct Line {
    atoms: OnceLock<Vec<Atom>>,
    /// The atoms of the source, where that is not what is shown.
    source: OnceLock<Vec<Atom>>,
    words: OnceLock<Vec<Span>>,
    lean: OnceLock<Lean>,
}

/// The reading of `article`: the same one for everybody who asks.
pub fn of(article: &Article) -> Reading<'_> {
    Reading { article, kept: article.derived(Kept::new) }
}

impl Kept {
    fn new(article: &Article) -> Self {
        let lines = article.sentences().iter().map(|_| Line::default()).collect();
        Self { lines, entities: OnceLock::new(), statements: OnceLock::new() }
    }
}

impl<'a> Reading<'a> {
    /// The article that is read.
    pub fn article(&self) -> &'a Article {
        self.article
    }

    /// Who is named in it, most mentioned first, of equals the one mentioned first. Nobody if it is
    /// known to be in another language than English.
    pub fn entities(&self) -> &[Entity] {
        self.kept.entities.get_or_init(|| entity::find(self.article, |at| self.tokens(at)))
    }

    /// Who says what in it, in reading order; one statement inside another comes after it.
    pub fn statements(&self) -> &[Statement] {
        let find = || attribution::statements(self.article, self.entities(), |at| self.tokens(at));
        self.kept.statements.get_or_init(find)
    }

    /// Where the words of a sentence stand in its text, by Unicode's word boundaries.
    ///
    /// # Panics
    /// As all that is asked of a sentence here, if the article has no such sentence.
    pub fn spans(&self, sentence: usize) -> &[Span] {
        let text = self.text(sentence);
        self.kept.lines[sentence].words.get_or_init(|| words::spans(text, 0).collect())
    }

    /// The [`words`](words::words) of a sentence, as written.
    pub fn words(&self, sentence: usize) -> impl ExactSizeIterator<Item = &'a str> {
        let text = self.text(sentence);
        self.spans(sentence).iter().map(|span| &text[span.range()])
    }

    /// What a sentence leans on, and what one after it may lean on.
    pub fn lean(&self, sentence: usize) -> Lean {
        let lean = || Lean::view(self.text(sentence), self.spans(sentence));
        *self.kept.lines[sentence].lean.get_or_init(lean)
    }

    /// The atoms of a sentence as it is shown.
    pub(crate) fn atoms(&self, sentence: usize) -> Atoms<'a, '_> {
        let text = self.text(sentence);
        let list = self.kept.lines[sentence].atoms.get_or_init(|| atom::atoms(text));
        Atoms { text, list }
    }

    /// The words of a sentence as names are read from them, where they stand in the source.
    fn tokens(&self, sentence: usize) -> Vec<Token<'a>> {
        let span = self.article.sentences()[sentence].span;
        let text = &self.article.document().text[span.range()];
        if text == self.text(sentence) {
            return token::view(self.atoms(sentence), span.start);
        }
        let list = self.kept.lines[sentence].source.get_or_init(|| atom::atoms(text));
        token::view(Atoms { text, list }, span.start)
    }

    fn text(&self, sentence: usize) -> &'a str {
        &self.article.sentences()[sentence].text
    }
}

const _: () = {
    const fn shared_by_threads<T: Send + Sync>() {}
    shared_by_threads::<Reading<'_>>();
};

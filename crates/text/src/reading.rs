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
pub(crate) mod rows;
#[cfg(test)]
pub(crate) mod tests;

use std::sync::{Arc, OnceLock};

use self::{
    atom::{Atom, Atoms},
    rows::{Place, Rows},
};
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
/// it is. All places are bytes of a sentence's text as it is shown, but for `source`.
struct Kept {
    atoms: Rows<Atom>,
    /// The atoms of the source, where that is not what is shown.
    source: Rows<Atom>,
    words: Rows<Place>,
    leans: Rows<Lean>,
    entities: OnceLock<Vec<Entity>>,
    statements: OnceLock<Vec<Statement>>,
}

/// The reading of `article`: the same one for everybody who asks.
pub fn of(article: &Article) -> Reading<'_> {
    Reading { article, kept: article.derived(Kept::new) }
}

impl Kept {
    fn new(article: &Article) -> Self {
        let count = article.sentences().len();
        Self {
            atoms: Rows::new(count),
            source: Rows::new(count),
            words: Rows::new(count),
            leans: Rows::new(count),
            entities: OnceLock::new(),
            statements: OnceLock::new(),
        }
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
    pub fn spans(&self, sentence: usize) -> impl ExactSizeIterator<Item = Span> {
        self.places(sentence).iter().map(|&place| place.into())
    }

    /// The [`words`](words::words) of a sentence, as written.
    pub fn words(&self, sentence: usize) -> impl ExactSizeIterator<Item = &'a str> {
        let text = self.text(sentence);
        self.spans(sentence).map(|span| &text[span.range()])
    }

    fn places(&self, sentence: usize) -> &[Place] {
        self.kept.words.get(sentence, |sentence, list| {
            let spans = words::spans(self.text(sentence), 0);
            list.extend(spans.map(|span| Place::new(span.start, span.end)));
        })
    }

    /// What a sentence leans on, and what one after it may lean on.
    pub fn lean(&self, sentence: usize) -> Lean {
        let lean = |sentence| {
            let words: Vec<Span> = self.spans(sentence).collect();
            Lean::view(self.text(sentence), &words)
        };
        self.kept.leans.get(sentence, |sentence, list| list.push(lean(sentence)))[0]
    }

    /// The atoms of a sentence as it is shown.
    pub(crate) fn atoms(&self, sentence: usize) -> Atoms<'a, '_> {
        let push = |sentence, list: &mut Vec<Atom>| atom::push_atoms(self.text(sentence), list);
        Atoms { text: self.text(sentence), list: self.kept.atoms.get(sentence, push) }
    }

    /// The words of a sentence as names are read from them, where they stand in the source.
    fn tokens(&self, sentence: usize) -> Vec<Token<'a>> {
        let source = |sentence: usize| {
            let span = self.article.sentences()[sentence].span;
            (&self.article.document().text[span.range()], span.start)
        };
        let (text, start) = source(sentence);
        if text == self.text(sentence) {
            return token::view(self.atoms(sentence), start);
        }
        let list = self.kept.source.get(sentence, |sentence, list| {
            let (text, _) = source(sentence);
            if text != self.text(sentence) {
                atom::push_atoms(text, list);
            }
        });
        token::view(Atoms { text, list }, start)
    }

    fn text(&self, sentence: usize) -> &'a str {
        &self.article.sentences()[sentence].text
    }
}

const _: () = {
    const fn shared_by_threads<T: Send + Sync>() {}
    shared_by_threads::<Reading<'_>>();
};

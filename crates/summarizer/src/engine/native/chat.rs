//! The chat template that a GGUF file carries, and an article in it.
//!
//! Templates are Jinja, made for Python's `transformers`. The article is not rendered with the
//! template: a placeholder is, and the parts before and after it are turned into tokens by
//! themselves. So no template can do anything to an article, and control tokens spelt in an article
//! stay text. The price: a token that would reach over the seam is two; prompts put a line's end
//! there, which hardly any token reaches over.
//!
//! Networks that can think aloud before they answer are told not to, by the variable that their templates
//! have for it (`enable_thinking`): an answer is as long as its card allows, and is all abstract.
//!
//! A template is a stranger's program: it is given so many steps, pays for the bytes that it makes with
//! them, and for all that a value holds before anything is done to it (`guard.rs`, `weigh.rs`).

mod dialect;
#[cfg(any(test, fuzzing))]
pub mod door;
mod guard;
mod weigh;

use std::io;

use minijinja::{
    AutoEscape, Environment, Error, ErrorKind, Value, context, machinery, syntax::SyntaxConfig,
    value::Kwargs,
};
use serde::Serialize as _;
use serde_json::ser::{PrettyFormatter, Serializer};
use standfirst_core::card::{Asking, Prompt};

use super::{gguf::Gguf, tokens::Vocabulary};
use crate::engine::EngineError;

/// Stands for the article; private-use characters, which no template has.
const ARTICLE: &str = "\u{f0000}article\u{f0001}";
/// Steps that a template may take: a hundred times what the longest that are about need.
const FUEL: u64 = 200_000;
/// Longest template that is read, in bytes: three times the longest that are about.
const MAX_SOURCE: usize = 100_000;
/// What errors call it.
const NAME: &str = "chat";
/// Most that a template may make of a prompt, in bytes.
const MAX_RENDERED: usize = 1 << 20;
/// Most blanks that JSON is indented by.
const MAX_INDENT: usize = 16;

/// A template, or none.
pub struct Chat {
    environment: Environment<'static>,
    syntax: SyntaxConfig,
    /// The template; without one, a prompt stands as it is.
    source: Option<String>,
    /// How the tokens that begin and end a text are spelt.
    marks: Marks,
}

/// Spellings that templates may ask for.
#[derive(Debug, Default)]
struct Marks {
    begin: Option<String>,
    end: Option<String>,
}

impl Chat {
    /// The template in `gguf`.
    ///
    /// # Errors
    /// [`EngineError::Template`] if it is none.
    pub fn from_gguf(gguf: &Gguf) -> Result<Self, EngineError> {
        let source = match gguf.value("tokenizer.chat_template") {
            Some(_) => Some(gguf.text("tokenizer.chat_template")?.to_owned()),
            None => None,
        };
        let marks = match &source {
            Some(_) => Marks { begin: spelling(gguf, "bos"), end: spelling(gguf, "eos") },
            None => Marks::default(),
        };
        Ok(Self { marks, ..Self::new(source)? })
    }

    /// The same from the template itself.
    fn new(source: Option<String>) -> Result<Self, EngineError> {
        let source = source.map(|source| dialect::without_marks(&source).into_owned());
        let mut environment = Environment::new();
        // As `transformers` reads templates.
        let syntax = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build();
        let syntax = syntax.map_err(EngineError::Template)?;
        environment.set_fuel(Some(FUEL));
        environment
            .set_unknown_method_callback(minijinja_contrib::pycompat::unknown_method_callback);
        environment.add_function("raise_exception", |what: String| -> Result<String, Error> {
            Err(Error::new(ErrorKind::InvalidOperation, what))
        });
        environment.add_function("strftime_now", dialect::date);
        environment.add_filter("tojson", to_json);
        weigh::add_filters(&mut environment);
        if let Some(source) = &source {
            check(source, &syntax).map_err(EngineError::Template)?;
        }
        Ok(Self { environment, syntax, source, marks: Marks::default() })
    }

    /// The tokens of a prompt before and after the article or the `picked` sentences.
    ///
    /// # Errors
    /// [`EngineError::Template`] if the template fails, or drops or doubles the article.
    pub fn around(
        &self,
        vocabulary: &Vocabulary,
        prompt: &Prompt,
        asked: Asking,
    ) -> Result<(Vec<u32>, Vec<u32>), EngineError> {
        let (before, after) = self.text_around(prompt, asked).map_err(EngineError::Template)?;
        let mut tokens = vocabulary.encode_markup(&before)?;
        if let Some(first) = vocabulary.first()
            && tokens.first() != Some(&first)
        {
            // Templates that have it write it themselves.
            tokens.insert(0, first);
        }
        Ok((tokens, vocabulary.encode_markup(&after)?))
    }

    pub(super) fn text_around(
        &self,
        prompt: &Prompt,
        asked: Asking,
    ) -> Result<(String, String), Error> {
        let wrong = |what: &'static str| Error::new(ErrorKind::InvalidOperation, what);
        let (before, after) = prompt.around(asked);
        let user = format!("{before}{ARTICLE}{after}");
        let whole = if let Some(source) = &self.source {
            self.render(source, prompt.system.as_deref(), &user)?
        } else {
            let system = prompt.system.iter().map(|system| format!("{system}\n\n"));
            system.chain([user]).collect()
        };
        let (before, after) =
            whole.split_once(ARTICLE).ok_or_else(|| wrong("it leaves the article out"))?;
        if after.contains(ARTICLE) {
            return Err(wrong("it has the article twice"));
        }
        Ok((before.to_owned(), after.to_owned()))
    }

    fn render(&self, source: &str, system: Option<&str>, user: &str) -> Result<String, Error> {
        let system = system.map(|text| context! { role => "system", content => text });
        let user = context! { role => "user", content => user };
        let messages: Vec<_> = system.into_iter().chain([user]).collect();
        let root = context! {
            messages,
            add_generation_prompt => true,
            enable_thinking => false,
            bos_token => self.marks.begin.as_deref().map_or(Value::UNDEFINED, Value::from),
            eos_token => self.marks.end.as_deref().map_or(Value::UNDEFINED, Value::from),
        };
        let parsed = machinery::parse(source, NAME, self.syntax.clone())?;
        let mut code = machinery::CodeGenerator::new(NAME, source);
        code.compile_stmt(&guard::statement(&parsed));
        let (instructions, blocks) = code.finish();
        let mut whole = String::new();
        let mut output = machinery::make_string_output(&mut whole);
        let plain = AutoEscape::None;
        machinery::eval(&self.environment, &instructions, root, &blocks, &mut output, plain)?;
        if whole.len() > MAX_RENDERED {
            return Err(Error::new(ErrorKind::InvalidOperation, "it makes too much of a prompt"));
        }
        Ok(whole)
    }
}

/// How the token is spelt that `gguf` names as the `role`, if it does.
fn spelling(gguf: &Gguf, role: &str) -> Option<String> {
    let id = gguf.count(&format!("tokenizer.ggml.{role}_token_id")).ok()?;
    let tokens = gguf.texts("tokenizer.ggml.tokens").ok()?;
    tokens.get(id).map(|text| (*text).to_owned())
}

/// Whether `source` is a template.
fn check(source: &str, syntax: &SyntaxConfig) -> Result<(), Error> {
    if source.len() > MAX_SOURCE {
        return Err(Error::new(ErrorKind::SyntaxError, "it is longer than any template"));
    }
    machinery::parse(source, NAME, syntax.clone()).map(drop)
}

/// A value as JSON. The filter that the templates would have otherwise writes without end what lists make of
/// one another, and pays no fuel for it.
#[expect(clippy::needless_pass_by_value, reason = "the engine hands filters their options so")]
fn to_json(value: &Value, indent: Option<usize>, options: Kwargs) -> Result<String, Error> {
    let indent = indent.or(options.get("indent")?).map(|indent| " ".repeat(indent.min(MAX_INDENT)));
    let mut json = Bounded(Vec::new());
    let written = match indent {
        None => serde_json::to_writer(&mut json, value),
        Some(indent) => {
            let pretty = PrettyFormatter::with_indent(indent.as_bytes());
            value.serialize(&mut Serializer::with_formatter(&mut json, pretty))
        }
    };
    let refused = |_| Error::new(ErrorKind::InvalidOperation, "it makes too much of JSON");
    written.map_err(refused)?;
    Ok(String::from_utf8_lossy(&json.0).into_owned())
}

/// Takes [`MAX_RENDERED`] bytes and no more.
struct Bounded(Vec<u8>);

impl io::Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.0.len() + bytes.len() > MAX_RENDERED {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests;

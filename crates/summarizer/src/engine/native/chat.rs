//! The chat template that a GGUF file carries, and an article in it.
//!
//! Templates are Jinja, made for Python's `transformers`. The article is not rendered with the
//! template: a placeholder is, and the parts before and after it are turned into tokens by
//! themselves. So no template can do anything to an article, and control tokens spelt in an article
//! stay text. The price: a token that would reach over the seam is two; prompts put a line's end
//! there, which hardly any token reaches over.

use std::io;

use minijinja::{
    Environment, Error, ErrorKind, Value, context, syntax::SyntaxConfig, value::Kwargs,
};
use serde::Serialize as _;
use serde_json::ser::{PrettyFormatter, Serializer};
use standfirst_core::card::Prompt;

use super::{gguf::Gguf, tokens::Vocabulary};
use crate::engine::EngineError;

/// Stands for the article; private-use characters, which no template has.
const ARTICLE: &str = "\u{f0000}article\u{f0001}";
/// Steps that a template may take: a hundred times what the longest that are about need.
const FUEL: u64 = 200_000;
/// Most that a template may make of a prompt, in bytes.
const MAX_RENDERED: usize = 1 << 20;
/// Most blanks that JSON is indented by.
const MAX_INDENT: usize = 16;

/// A template, or none.
pub struct Chat {
    environment: Environment<'static>,
    /// Whether the file has a template; without, a prompt stands as it is.
    has_template: bool,
}

impl Chat {
    /// The template in `gguf`.
    ///
    /// # Errors
    /// [`EngineError::Template`] if it is none.
    pub fn from_gguf(gguf: &Gguf) -> Result<Self, EngineError> {
        let mut environment = Environment::new();
        // As `transformers` reads templates.
        let syntax = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build();
        environment.set_syntax(syntax.map_err(EngineError::Template)?);
        environment.set_fuel(Some(FUEL));
        environment
            .set_unknown_method_callback(minijinja_contrib::pycompat::unknown_method_callback);
        environment.add_function("raise_exception", |what: String| -> Result<String, Error> {
            Err(Error::new(ErrorKind::InvalidOperation, what))
        });
        environment.add_filter("tojson", to_json);
        let has_template = gguf.value("tokenizer.chat_template").is_some();
        if has_template {
            let source = gguf.text("tokenizer.chat_template")?.to_owned();
            environment.add_template_owned("chat", source).map_err(EngineError::Template)?;
        }
        Ok(Self { environment, has_template })
    }

    /// The tokens of a prompt before and after the article or the `picked` sentences.
    ///
    /// # Errors
    /// [`EngineError::Template`] if the template fails, or drops or doubles the article.
    pub fn around(
        &self,
        vocabulary: &Vocabulary,
        prompt: &Prompt,
        sentences: usize,
        picked: bool,
    ) -> Result<(Vec<u32>, Vec<u32>), EngineError> {
        let (before, after) =
            self.text_around(prompt, sentences, picked).map_err(EngineError::Template)?;
        let mut tokens: Vec<u32> = vocabulary.first().into_iter().collect();
        tokens.extend(vocabulary.encode_markup(&before)?);
        Ok((tokens, vocabulary.encode_markup(&after)?))
    }

    pub(super) fn text_around(
        &self,
        prompt: &Prompt,
        sentences: usize,
        picked: bool,
    ) -> Result<(String, String), Error> {
        let wrong = |what: &'static str| Error::new(ErrorKind::InvalidOperation, what);
        let (before, after) = prompt.around(sentences, picked);
        let user = format!("{before}{ARTICLE}{after}");
        let whole = if self.has_template {
            self.render(prompt.system.as_deref(), &user)?
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

    fn render(&self, system: Option<&str>, user: &str) -> Result<String, Error> {
        let system = system.map(|text| context! { role => "system", content => text });
        let user = context! { role => "user", content => user };
        let messages: Vec<_> = system.into_iter().chain([user]).collect();
        let template = self.environment.get_template("chat")?;
        let whole = template.render(context! { messages, add_generation_prompt => true })?;
        if whole.len() > MAX_RENDERED {
            return Err(Error::new(ErrorKind::InvalidOperation, "it makes too much of a prompt"));
        }
        Ok(whole)
    }
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
mod tests {
    use std::path::Path;

    use super::*;
    use crate::engine::native::gguf::fixture::Writer;

    fn chat(template: &str) -> Result<Chat, EngineError> {
        let bytes = Writer::new().text("tokenizer.chat_template", template).finish();
        Chat::from_gguf(&Gguf::parse(Path::new("a.gguf"), bytes).unwrap())
    }

    fn prompt(system: Option<&str>) -> Prompt {
        Prompt {
            system: system.map(str::to_owned),
            user: "In {sentences}:\n{text}\nNow.".to_owned(),
            rewrite: None,
        }
    }

    const PLAIN: &str = "{% for message in messages %}[{{ message['role'] }}] {{ message.content }}\n{% endfor %}{% if add_generation_prompt %}[assistant] {% endif %}";

    #[test]
    fn the_article_stands_between_what_the_template_says() {
        let (before, after) =
            chat(PLAIN).unwrap().text_around(&prompt(Some("Be short.")), 2, false).unwrap();
        assert_eq!(before, "[system] Be short.\n[user] In 2:\n");
        assert_eq!(after, "\nNow.\n[assistant] ");
    }

    #[test]
    fn methods_of_python_are_there() {
        let template = "{{ messages[-1].content.strip().replace('Now.', 'Go.') }}{% if messages[0].content.startswith('In') %}!{% endif %}";
        let (_, after) = chat(template).unwrap().text_around(&prompt(None), 1, false).unwrap();
        assert_eq!(after, "\nGo.!");
    }

    #[test]
    fn without_a_template_the_prompt_stands_as_it_is() {
        let gguf = Gguf::parse(Path::new("a.gguf"), Writer::new().finish()).unwrap();
        let chat = Chat::from_gguf(&gguf).unwrap();
        let (before, after) = chat.text_around(&prompt(Some("Be short.")), 3, false).unwrap();
        assert_eq!((before.as_str(), after.as_str()), ("Be short.\n\nIn 3:\n", "\nNow."));
    }

    #[test]
    fn hostile_templates_are_errors() {
        let failure = |template: &str| match chat(template) {
            Err(error) => error.to_string() + &format!("{:?}", std::error::Error::source(&error)),
            Ok(chat) => chat.text_around(&prompt(None), 1, false).unwrap_err().to_string(),
        };
        assert!(failure("{% for").contains("template"));
        assert!(failure("nothing").contains("leaves the article out"));
        assert!(failure("{{ messages[0].content }}{{ messages[0].content }}").contains("twice"));
        assert!(failure("{{ raise_exception('no system here') }}").contains("no system here"));
        let slow = "{% for a in range(1000) %}{% for b in range(1000) %}{% endfor %}{% endfor %}";
        assert!(failure(slow).contains("fuel"));
        let long = "{% for a in range(9000) %}{{ 'x' * 500 }}{% endfor %}{{ messages[0].content }}";
        assert!(failure(long).contains("too much"));
        let deep = "{% macro f(n) %}{{ f(n) }}{% endmacro %}{{ f(1) }}";
        assert!(!failure(deep).is_empty());
    }
}

//! From the text of a card to a [`ModelCard`]: form first, then every value.

use std::{
    collections::{BTreeMap, HashSet},
    num::NonZeroUsize,
    path::Path,
};

use serde::Deserialize;

use super::{
    CardFile, CardPath, CardProblem, CommandLine, Decoding, Endpoint, Engine, MAX_CARD_BYTES,
    MAX_FILE_BYTES, ModelCard, Precision, Prompt, Source, Task, UnpinnedFile,
};
use crate::{entailment::Weighing, language::Language};

/// Longest id, in bytes.
const MAX_ID: usize = 64;
/// Longest line of `about` or `license`, in bytes.
const MAX_LINE: usize = 300;
/// Most files of one model.
const MAX_FILES: usize = 32;
/// Most sources of one file.
const MAX_SOURCES: usize = 8;
/// No network reads more tokens at once.
const MAX_TOKENS: usize = 10_000_000;
/// Endings of formats that are, or wrap, a pickle.
const PICKLES: [&str; 7] = [CHECKPOINT, "pt", "pth", "pkl", "pickle", "ckpt", "ot"];
/// The one of them that the native engine reads tensors out of, running nothing.
const CHECKPOINT: &str = "bin";

/// A card as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    id: String,
    task: Task,
    engine: Engine,
    method: Option<String>,
    #[serde(default)]
    languages: Vec<String>,
    license: String,
    terms: Option<String>,
    about: String,
    origin: Option<String>,
    trained_on: Option<String>,
    scores: Option<String>,
    max_input_tokens: Option<usize>,
    precision: Option<Precision>,
    decoding: Option<Decoding>,
    prompt: Option<Prompt>,
    command: Option<CommandLine>,
    endpoint: Option<Endpoint>,
    #[serde(default)]
    polarity: BTreeMap<String, f64>,
    weighing: Option<Weighing>,
    #[serde(default)]
    files: Vec<WrittenFile>,
}

/// A `[[files]]` table as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenFile {
    role: String,
    path: String,
    bytes: Option<u64>,
    sha256: Option<String>,
    sources: Vec<String>,
}

/// A file, with or without its sum.
enum AnyFile {
    Pinned(CardFile),
    Unpinned(UnpinnedFile),
}

impl AnyFile {
    fn role(&self) -> &str {
        match self {
            Self::Pinned(file) => &file.role,
            Self::Unpinned(file) => &file.role,
        }
    }

    fn path(&self) -> &str {
        match self {
            Self::Pinned(file) => file.path.as_str(),
            Self::Unpinned(file) => file.path.as_str(),
        }
    }
}

/// Form, then values.
pub(super) fn parse(file: &str, text: &str) -> Result<ModelCard, CardProblem> {
    length(text.len())?;
    let written: Written = toml::from_str(text)?;
    let card = resolve(written)?;
    let stem = Path::new(file).file_stem().map_or_else(String::new, |s| s.to_string_lossy().into());
    if card.id == stem { Ok(card) } else { Err(CardProblem::Name { id: card.id, stem }) }
}

/// Refuses what is too long to be a card.
pub(super) fn length(bytes: usize) -> Result<(), CardProblem> {
    let fits = u64::try_from(bytes).is_ok_and(|bytes| bytes <= MAX_CARD_BYTES);
    fits.then_some(()).ok_or(CardProblem::TooLong)
}

/// Every value of the card.
fn resolve(card: Written) -> Result<ModelCard, CardProblem> {
    let word = "lower-case letters, digits, `-`, `_` and `.`, a letter or digit first, at most 64";
    require(is_word(&card.id), "id", &card.id, word)?;
    if let Some(method) = &card.method {
        require(is_word(method), "method", method, word)?;
    }
    line("about", &card.about)?;
    line("license", &card.license)?;
    card.terms.as_deref().map_or(Ok(()), |terms| line("terms", terms))?;
    for (key, note) in
        [("origin", &card.origin), ("trained_on", &card.trained_on), ("scores", &card.scores)]
    {
        note.as_deref().map_or(Ok(()), |note| prose(key, note))?;
    }
    card.decoding.as_ref().map_or(Ok(()), Decoding::check)?;
    card.prompt.as_ref().map_or(Ok(()), Prompt::check)?;
    card.command.as_ref().map_or(Ok(()), CommandLine::check)?;
    card.endpoint.as_ref().map_or(Ok(()), Endpoint::check)?;
    for (table, there, owner) in [
        ("command", card.command.is_some(), Engine::Command),
        ("endpoint", card.endpoint.is_some(), Engine::Openai),
    ] {
        let needs = card.engine == owner;
        if there != needs {
            return Err(CardProblem::Table { engine: card.engine, table, needs });
        }
    }
    if (card.task, card.engine) == (Task::Entail, Engine::Openai) {
        asked_for_one_word(&card)?;
    }
    for (class, polarity) in &card.polarity {
        let key = format!("polarity.{class}");
        prose("polarity", class)?;
        let fits = (-1.0..=1.0).contains(polarity);
        require(fits, &key, &polarity.to_string(), "a number from -1 to 1")?;
    }
    if let Some(weighing) = &card.weighing {
        weights(card.task, weighing)?;
    }
    if card.files.is_empty() && card.engine.needs_files() {
        return Err(CardProblem::NoFiles(card.engine));
    }
    let (files, unpinned) = files(card.engine, card.files)?;
    Ok(ModelCard {
        languages: languages(&card.languages)?,
        max_input_tokens: card.max_input_tokens.map(tokens).transpose()?,
        precision: card.precision,
        files,
        unpinned,
        decoding: card.decoding,
        prompt: card.prompt,
        command: card.command,
        endpoint: card.endpoint,
        polarity: card.polarity,
        weighing: card.weighing,
        folder: None,
        id: card.id,
        task: card.task,
        engine: card.engine,
        method: card.method,
        license: card.license,
        terms: card.terms,
        about: card.about,
        origin: card.origin,
        trained_on: card.trained_on,
        scores: card.scores,
    })
}

/// A server that judges claims is asked as its engine asks, so its card says nothing of that.
fn asked_for_one_word(card: &Written) -> Result<(), CardProblem> {
    let expected = "left out where a server is a model of entailment";
    require(card.prompt.is_none(), "prompt", "a table", expected)?;
    require(card.decoding.is_none(), "decoding", "a table", expected)
}

/// How words and the model of a card are weighed.
fn weights(task: Task, weighing: &Weighing) -> Result<(), CardProblem> {
    require(task == Task::Entail, "weighing", task.name(), "left out, but for task \"entail\"")?;
    for (key, weights) in
        [("weighing.copying", weighing.copying), ("weighing.rewording", weighing.rewording)]
    {
        let allowed = "`words` and `model` from 0 to 100, `bias` from -100 to 100";
        require(weights.is_sound(), key, &format!("{weights:?}"), allowed)?;
    }
    Ok(())
}

/// Codes to languages.
fn languages(codes: &[String]) -> Result<Vec<Language>, CardProblem> {
    codes
        .iter()
        .enumerate()
        .map(|(i, code)| {
            code.parse().map_err(|_| {
                value(format!("languages[{i}]"), code, "an ISO 639-1 code, such as \"en\"")
            })
        })
        .collect()
}

/// A count of tokens that some network could read.
fn tokens(count: usize) -> Result<NonZeroUsize, CardProblem> {
    NonZeroUsize::new(count).filter(|n| n.get() <= MAX_TOKENS).ok_or_else(|| {
        value("max_input_tokens".to_owned(), &count.to_string(), "from 1 to 10,000,000")
    })
}

/// Every file, and no two alike: those with a sum, and those without.
fn files(
    engine: Engine,
    written: Vec<WrittenFile>,
) -> Result<(Vec<CardFile>, Vec<UnpinnedFile>), CardProblem> {
    require(written.len() <= MAX_FILES, "files", &written.len().to_string(), "at most 32 tables")?;
    let files: Vec<AnyFile> = written
        .into_iter()
        .enumerate()
        .map(|(i, written)| file(engine, &format!("files[{i}]"), written))
        .collect::<Result<_, _>>()?;
    distinct(&files, "role", AnyFile::role)?;
    distinct(&files, "path", AnyFile::path)?;
    let (mut pinned, mut unpinned) = (Vec::new(), Vec::new());
    for file in files {
        match file {
            AnyFile::Pinned(file) => pinned.push(file),
            AnyFile::Unpinned(file) => unpinned.push(file),
        }
    }
    Ok((pinned, unpinned))
}

/// One file; `table` is how errors call it.
fn file(engine: Engine, table: &str, written: WrittenFile) -> Result<AnyFile, CardProblem> {
    let key = |name: &str| format!("{table}.{name}");
    let WrittenFile { role, path, bytes, sha256, sources: written } = written;
    require(
        is_word(&role),
        &key("role"),
        &role,
        "a word such as \"weights\", \"tokenizer\" or \"config\"",
    )?;
    let path = card_path(engine, &key("path"), &path)?;
    let count = written.len();
    require(
        (1..=MAX_SOURCES).contains(&count),
        &key("sources"),
        &count.to_string(),
        "a list of 1 to 8 sources",
    )?;
    let sources = written
        .iter()
        .enumerate()
        .map(|(i, text)| source(engine, &format!("{table}.sources[{i}]"), text))
        .collect::<Result<Vec<_>, _>>()?;
    let (bytes, sha256) = match (bytes, sha256) {
        (None, None) => return unpinned(table, role, path, sources).map(AnyFile::Unpinned),
        (bytes, sha256) => (bytes.unwrap_or(0), sha256.unwrap_or_default()),
    };
    require(
        (1..MAX_FILE_BYTES).contains(&bytes),
        &key("bytes"),
        &bytes.to_string(),
        "the file's size, above 0 and below 64 GB",
    )?;
    let sha256 = sha256.parse().map_err(|_| {
        value(key("sha256"), &sha256, "the file's SHA-256 in 64 lower-case hexadecimal digits")
    })?;
    Ok(AnyFile::Pinned(CardFile { role, path, bytes, sha256, sources }))
}

/// A file without a sum: only one whose commit says which it is.
fn unpinned(
    table: &str,
    role: String,
    path: CardPath,
    mut sources: Vec<Source>,
) -> Result<UnpinnedFile, CardProblem> {
    match (sources.pop(), sources.is_empty()) {
        (Some(source @ (Source::Hub { .. } | Source::File { .. })), true) => {
            Ok(UnpinnedFile { role, path, source })
        }
        (source, _) => Err(value(
            format!("{table}.sources"),
            &source.map(|source| source.to_string()).unwrap_or_default(),
            "a single \"hub:\" or \"file:\" source where `bytes` and `sha256` are left out",
        )),
    }
}

/// A path that stays in its folder and is no pickle that could run.
fn card_path(engine: Engine, key: &str, text: &str) -> Result<CardPath, CardProblem> {
    let path = CardPath::new(text).ok_or_else(|| {
        value(
            key.to_owned(),
            text,
            "a relative path inside the model: no `..`, no leading `/`, letters, digits and `._+=-`",
        )
    })?;
    no_pickle(engine, key, &path)?;
    Ok(path)
}

/// A source that leads to no pickle that could run.
fn source(engine: Engine, key: &str, text: &str) -> Result<Source, CardProblem> {
    let source = Source::parse(text).ok_or_else(|| {
        value(
            key.to_owned(),
            text,
            "\"hub:OWNER/NAME@COMMIT/PATH\" with a commit of 40 hexadecimal digits, \"wheel:PACKAGE==VERSION!MEMBER\", \"file:PATH\" or \"program:PATH\", paths relative and without `..`",
        )
    })?;
    source.file().map_or(Ok(()), |path| no_pickle(engine, key, path))?;
    Ok(source)
}

/// Refuses formats that can run code when loaded by `engine`.
fn no_pickle(engine: Engine, key: &str, path: &CardPath) -> Result<(), CardProblem> {
    let is = |ending: &str| path.extension().is_some_and(|e| e.eq_ignore_ascii_case(ending));
    let is_read = engine == Engine::Native && is(CHECKPOINT);
    if !is_read && PICKLES.iter().any(|pickle| is(pickle)) {
        return Err(CardProblem::Pickle { key: key.to_owned(), found: path.to_string() });
    }
    Ok(())
}

/// Refuses two files with the same `name`.
fn distinct(
    files: &[AnyFile],
    name: &str,
    of: impl Fn(&AnyFile) -> &str,
) -> Result<(), CardProblem> {
    let mut seen = HashSet::new();
    match files.iter().enumerate().find(|(_, file)| !seen.insert(of(file))) {
        Some((i, file)) => Err(CardProblem::Twice {
            key: format!("files[{i}].{name}"),
            found: of(file).to_owned(),
        }),
        None => Ok(()),
    }
}

/// One line that a terminal may be shown: not blank, no control character.
pub(super) fn line(key: &str, text: &str) -> Result<(), CardProblem> {
    let fits =
        !text.trim().is_empty() && text.len() <= MAX_LINE && !text.contains(char::is_control);
    require(fits, key, text, "one line of 1 to 300 bytes without control characters")
}

/// Lines that a terminal may be shown.
pub(super) fn prose(key: &str, text: &str) -> Result<(), CardProblem> {
    let fits = !text.chars().any(|c| c.is_control() && c != '\n');
    require(fits, key, text, "text without control characters")
}

/// Whether it is fit to name something on a command line and in a file's name.
fn is_word(word: &str) -> bool {
    word.len() <= MAX_ID
        && word.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit())
        && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-_.".contains(&b))
}

/// An error unless it `fits`.
pub(super) fn require(
    fits: bool,
    key: &str,
    found: &str,
    expected: &'static str,
) -> Result<(), CardProblem> {
    if fits { Ok(()) } else { Err(value(key.to_owned(), found, expected)) }
}

/// The error for a value that does not fit, which is shown shortened.
fn value(key: String, found: &str, expected: &'static str) -> CardProblem {
    CardProblem::Value { key, found: found.chars().take(80).collect(), expected }
}

#[cfg(test)]
mod tests {
    use std::error::Error;

    use proptest::prelude::*;

    use super::*;
    use crate::{
        card::Asking,
        entailment::Weights,
        style::{Form, Style},
    };

    const CARD: &str = r#"
id = "demo"
task = "summarize"
engine = "candle"
method = "centroid"
languages = ["en", "de"]
license = "Apache-2.0"
about = "a model that does not exist"
scores = "none"
max_input_tokens = 256

[[files]]
role = "weights"
path = "model.safetensors"
bytes = 12
sha256 = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
sources = ["hub:team/demo@0123456789abcdef0123456789abcdef01234567/model.safetensors",
           "wheel:demo==1.0!demo/model.zip!model.safetensors"]

[[files]]
role = "config"
path = "config.json"
bytes = 3
sha256 = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
sources = ["wheel:demo==1.0!demo/config.json"]
"#;

    #[test]
    fn a_whole_card_is_read() {
        let card = ModelCard::parse("some/folder/demo.toml", CARD).unwrap();
        assert_eq!((card.task, card.engine), (Task::Summarize, Engine::Native));
        assert_eq!(card.languages, ["en".parse().unwrap(), "de".parse().unwrap()]);
        assert_eq!(card.max_input_tokens.map(NonZeroUsize::get), Some(256));
        assert_eq!(card.total_bytes(), 15);
        assert_eq!(card.file("weights").map(|file| file.sources.len()), Some(2));
        assert!(card.file("tokenizer").is_none());
        assert!(card.decoding.is_none() && card.prompt.is_none() && card.precision.is_none());
    }

    #[test]
    fn a_card_may_say_what_it_is_computed_in() {
        for (written, expected) in [("f32", Precision::F32), ("int8", Precision::Int8)] {
            let says = format!("precision = \"{written}\"\n\n[[files]]");
            let card = ModelCard::parse("demo.toml", &CARD.replacen("[[files]]", &says, 1));
            assert_eq!(card.unwrap().precision, Some(expected));
        }
        let says = "precision = \"int4\"\n\n[[files]]";
        let error = ModelCard::parse("demo.toml", &CARD.replacen("[[files]]", says, 1));
        let words = crate::report::chain(&error.unwrap_err());
        assert!(words.contains("int4") && words.contains("int8"), "{words}");
    }

    /// Weights in a card, `model` of those for sentences in other words.
    fn weighing(model: &str) -> String {
        let even = "{ bias = 0.0, words = 0.5, model = 0.5 }";
        format!(
            "[weighing]\ncopying = {even}\nrewording = {{ bias = -1.5, words = 0.2, model = {model} }}\n[[files]]"
        )
    }

    #[test]
    fn a_model_of_entailment_may_say_how_it_is_weighed() {
        let entail = CARD.replacen("task = \"summarize\"", "task = \"entail\"", 1);
        let card = |model: &str| {
            ModelCard::parse("demo.toml", &entail.replacen("[[files]]", &weighing(model), 1))
        };
        let found = card("0.9").unwrap().weighing.unwrap();
        assert_eq!(found.copying, Weights::EVEN);
        assert_eq!(found.rewording, Weights { bias: -1.5, words: 0.2, model: 0.9 });
        for wrong in ["-0.1", "101.0", "nan"] {
            let words = crate::report::chain(&card(wrong).unwrap_err());
            assert!(words.contains("`weighing.rewording` is"), "{wrong}: {words}");
        }
        let found = ModelCard::parse("demo.toml", &entail).unwrap();
        assert!(found.weighing.is_none());
    }

    #[test]
    fn the_prompt_stands_round_the_article() {
        let asks = "[prompt]\nuser = \"In {sentences} sentences:\\n{text}\\nEnd.\"\n[decoding]\nmax_new_tokens = 9\n[[files]]";
        let card = ModelCard::parse("demo.toml", &CARD.replacen("[[files]]", asks, 1)).unwrap();
        let asked = |picked| Asking { sentences: 3, picked, form: Form::default() };
        let around = card.prompt.unwrap().around(asked(false));
        assert_eq!(around, ("In 3 sentences:\n".to_owned(), "\nEnd.".to_owned()));
        let decoding = card.decoding.unwrap();
        assert!(!decoding.draws() && decoding.max_new_tokens.get() == 9);
    }

    #[test]
    fn picked_sentences_have_a_question_of_their_own_where_the_card_has_one() {
        let asks =
            "[prompt]\nuser = \"A {text}\"\nrewrite = \"B {text} in {sentences}\"\n[[files]]";
        let card = ModelCard::parse("demo.toml", &CARD.replacen("[[files]]", asks, 1)).unwrap();
        let prompt = card.prompt.unwrap();
        let asked = |picked| Asking { sentences: 3, picked, form: Form::default() };
        assert_eq!(prompt.around(asked(true)), ("B ".to_owned(), " in 3".to_owned()));
        assert_eq!(prompt.around(asked(false)), ("A ".to_owned(), String::new()));
    }

    #[test]
    fn a_style_has_the_question_of_the_card_or_that_of_all() {
        let asks =
            "[prompt]\nuser = \"A {text}\"\nstyles.brief = \"C {text} in {length}\"\n[[files]]";
        let card = ModelCard::parse("demo.toml", &CARD.replacen("[[files]]", asks, 1)).unwrap();
        let prompt = card.prompt.unwrap();
        let around = |style| {
            let form = Form::new(style, None).unwrap();
            prompt.around(Asking { sentences: 1, picked: true, form })
        };
        assert_eq!(around(Style::Brief), ("C ".to_owned(), " in one sentence".to_owned()));
        let (before, after) = around(Style::Headline);
        assert!(before.contains("headline for this news text: one line of at most 12 words"));
        assert!(after.contains("Headline:"));
    }

    /// The card with `from` replaced by `to`, and the error that it gives.
    fn refused(from: &str, to: &str) -> String {
        assert!(CARD.contains(from), "{from}");
        let error = ModelCard::parse("demo.toml", &CARD.replacen(from, to, 1)).unwrap_err();
        assert!(error.to_string().contains("demo.toml"), "{error}");
        error.source().unwrap().to_string()
    }

    #[test]
    fn every_wrong_value_is_named_with_its_key_and_the_way_out() {
        let weighing = weighing("0.5");
        let cases = [
            ("id = \"demo\"", "id = \"Demo\"", "`id` is \"Demo\", and must be lower-case"),
            ("id = \"demo\"", "id = \"other\"", "the file is called \"demo\"; rename"),
            ("\"de\"]", "\"zz\"]", "`languages[1]` is \"zz\""),
            ("256", "0", "`max_input_tokens` is \"0\""),
            ("Apache-2.0", " ", "`license` is"),
            ("a model", "a\\u001b[31mmodel", "`about` is"),
            ("\"none\"", "\"a\\u0007b\"", "`scores` is"),
            ("bytes = 12", "bytes = 0", "`files[0].bytes` is \"0\""),
            ("bytes = 12", "bytes = 64000000000", "below 64 GB"),
            ("[[files]]", "[polarity]\nGOOD = 2\n[[files]]", "`polarity.GOOD` is \"2\""),
            ("[[files]]", &weighing, "`weighing` is \"summarize\", and must be left out"),
            (
                "[[files]]",
                "[decoding]\nmax_new_tokens = 9\ntop_p = 2.0\n[[files]]",
                "`decoding.top_p`",
            ),
            (
                "[[files]]",
                "[decoding]\nmax_new_tokens = 9\nmin_new_tokens = 10\n[[files]]",
                "`decoding.min_new_tokens` is \"10\"",
            ),
            ("[[files]]", "[prompt]\nuser = \"Shorten.\"\n[[files]]", "`{text}` in it once"),
            (
                "[[files]]",
                "[prompt]\nuser = \"{text}\"\nrewrite = \"Shorten.\"\n[[files]]",
                "`prompt.rewrite`",
            ),
            (
                "[[files]]",
                "[prompt]\nuser = \"{text}\"\nstyles.headline = \"Shorten.\"\n[[files]]",
                "`prompt.styles.headline`",
            ),
            (
                "[[files]]",
                "[prompt]\nuser = \"{text}\"\nstyles.standfirst = \"{text}\"\n[[files]]",
                "`prompt.user` is the question for it",
            ),
            ("\"config\"", "\"weights\"", "`files[1].role` is \"weights\", which an earlier"),
            ("\"config.json\"", "\"model.safetensors\"", "`files[1].path`"),
            ("\"config.json\"", "\"../config.json\"", "`files[1].path` is \"../config.json\""),
            ("\"config.json\"", "\"/etc/passwd\"", "a relative path inside the model"),
            ("\"config.json\"", "\"C:\\\\a\"", "`files[1].path`"),
            ("\"config.json\"", "\"a\\u0000\"", "`files[1].path`"),
            ("\"config.json\"", "\"pytorch_model.CKPT\"", "safetensors or GGUF"),
            ("zip!model.safetensors", "zip!model.pt", "`files[0].sources[1]` names the pickle"),
            ("00112233", "0011223", "`files[0].sha256`"),
            ("hub:team", "hub:", "`files[0].sources[0]`"),
            ("[\"wheel:demo==1.0!demo/config.json\"]", "[]", "`files[1].sources` is \"0\""),
        ];
        for (from, to, part) in cases {
            let message = refused(from, to);
            assert!(message.contains(part), "{to}: {message}");
        }
    }

    #[test]
    fn a_file_without_a_sum_has_one_source_whose_commit_says_which_it_is() {
        let sum = "bytes = 12\nsha256 = \"00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff\"\n";
        let hub = ",\n           \"wheel:demo==1.0!demo/model.zip!model.safetensors\"";
        let text = CARD.replacen(sum, "", 1).replacen(hub, "", 1);
        let card = parse("demo.toml", &text).unwrap();
        assert_eq!((card.files.len(), card.unpinned.len()), (1, 1));
        assert_eq!(card.unpinned[0].role, "weights");
        let two = refused(sum, "");
        assert!(two.contains("a single \"hub:\" or"), "{two}");
        let half = refused("bytes = 12\n", "");
        assert!(half.contains("`files[0].bytes` is \"0\""), "{half}");
    }

    #[test]
    fn checkpoints_are_for_the_engine_that_runs_nothing_of_them() {
        let card = CARD.replace("model.safetensors", "pytorch_model.bin");
        assert!(parse("demo.toml", &card).is_ok());
        let problem = parse("demo.toml", &card.replace("candle", "rust-bert")).unwrap_err();
        assert!(problem.to_string().contains("the pickle \"pytorch_model.bin\""), "{problem}");
    }

    #[test]
    fn what_no_card_has_is_refused() {
        for (from, to) in [
            ("license", "licence"),
            ("role = \"weights\"", "role = \"weights\"\nurl = \"a\""),
            ("\"candle\"", "\"tensorflow\""),
            ("\"summarize\"", "\"translate\""),
            ("bytes = 12", "bytes = -1"),
            ("about = ", "about "),
        ] {
            assert!(refused(from, to).contains("models/README.md"), "{to}");
        }
    }

    #[test]
    fn deep_nesting_is_an_error_and_no_stack_overflow() {
        for deep in ["[".repeat(30_000), "a.".repeat(30_000), "{a=".repeat(20_000)] {
            assert!(parse("demo.toml", &format!("x = {deep}")).is_err());
            assert!(parse("demo.toml", &deep).is_err());
        }
    }

    #[test]
    fn an_engine_that_loads_files_needs_some() {
        let without = CARD.split("[[files]]").next().unwrap();
        let problem = parse("demo.toml", without).unwrap_err();
        assert!(problem.to_string().contains("engine candle loads files"), "{problem}");
        let command = without.replace("candle", "command");
        let problem = parse("demo.toml", &command).unwrap_err();
        assert!(problem.to_string().contains("needs the table [command]"), "{problem}");
        let table = "[command]\nprogram = [\"python3\", \"./a.py\"]\nmemory_mb = 100\n";
        let card = parse("demo.toml", &(command.clone() + table)).unwrap();
        let line = card.command.unwrap();
        assert_eq!((line.program.len(), line.timeout().as_secs()), (2, 120));
        assert_eq!((line.sandbox, line.network, line.write.len()), (None, false, 0));
        let more =
            "sandbox = true\nnetwork = true\nwrite = [\"/dev/shm\", \"./kept\", \"~/.cache/a\"]\n";
        let card = parse("demo.toml", &(command.clone() + table + more)).unwrap();
        let line = card.command.unwrap();
        assert_eq!((line.sandbox, line.network, line.write.len()), (Some(true), true, 3));
        for place in ["kept", "", "../kept", "~other/a"] {
            let more = format!("{command}{table}write = [\"/dev/shm\", \"{place}\"]\n");
            let problem = parse("demo.toml", &more).unwrap_err().to_string();
            assert!(problem.contains("`command.write[1]` is"), "{place}: {problem}");
        }
        let empty = parse("demo.toml", &(command + "[command]\nprogram = []\n")).unwrap_err();
        assert!(empty.to_string().contains("`command.program` is \"0\""), "{empty}");
        let other = parse("demo.toml", &(CARD.to_owned() + table)).unwrap_err();
        assert!(other.to_string().contains("candle does not read the table"), "{other}");
    }

    #[test]
    fn an_endpoint_is_an_address_and_a_name() {
        let without = CARD.split("[[files]]").next().unwrap().replace("candle", "openai");
        let card = |table: &str| parse("demo.toml", &format!("{without}[endpoint]\n{table}"));
        let endpoint = card("url = \"http://localhost:8080/v1\"\nmodel = \"m\"").unwrap().endpoint;
        let endpoint = endpoint.unwrap();
        assert_eq!((endpoint.retries(), endpoint.concurrency().get()), (4, 4));
        for url in
            ["ftp://a", "http://", "http:///v1", "http://u:p@a/", "https://a?b", "http://a b"]
        {
            let problem = card(&format!("url = \"{url}\"\nmodel = \"m\"")).unwrap_err();
            assert!(problem.to_string().contains("`endpoint.url`"), "{problem}");
        }
        for (more, key) in [
            ("key_env = \"A B\"", "key_env"),
            ("proxy = \"socks\"", "proxy"),
            ("timeout_seconds = 100000", "timeout_seconds"),
            ("retries = 21", "retries"),
            ("concurrency = 1000", "concurrency"),
        ] {
            let problem = card(&format!("url = \"http://a\"\nmodel = \"m\"\n{more}")).unwrap_err();
            assert!(problem.to_string().contains(&format!("`endpoint.{key}`")), "{problem}");
        }
        assert!(card("url = \"http://a\"\nmodel = \"m\"\nkey = \"secret\"").is_err());
    }

    #[test]
    fn a_file_that_is_no_card_is_not_read_to_its_end() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("demo.toml");
        std::fs::write(&path, "#".repeat(70_000)).unwrap();
        let problem = |path: &Path| *ModelCard::read(path).unwrap_err().problem;
        assert!(matches!(problem(&path), CardProblem::TooLong));
        std::fs::write(&path, b"id = \"\xff\"").unwrap();
        assert!(matches!(problem(&path), CardProblem::NotText));
        assert!(matches!(problem(&folder.path().join("none.toml")), CardProblem::Read(_)));
        std::fs::write(&path, CARD).unwrap();
        assert_eq!(ModelCard::read(&path).unwrap().id, "demo");
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in any::<String>()) {
            let _ = ModelCard::parse(&text, &text);
        }

        #[test]
        fn no_damage_to_a_card_makes_it_panic(
            at in 0..CARD.len(),
            drop in 0usize..40,
            patch in r"[\x00-\x7fé]{0,8}",
        ) {
            let mut damaged = CARD.as_bytes().to_vec();
            damaged.splice(at..(at + drop).min(CARD.len()), patch.bytes());
            let damaged = String::from_utf8_lossy(&damaged);
            if let Ok(card) = ModelCard::parse("demo.toml", &damaged) {
                prop_assert!(card.files.iter().all(|f| f.bytes > 0 && !f.sources.is_empty()));
            }
        }

        #[test]
        fn a_path_that_passes_stays_inside(path in r"[a./\\:~ -]{0,12}") {
            if let Some(path) = CardPath::new(&path) {
                let plain = Path::new(path.as_str())
                    .components()
                    .all(|part| matches!(part, std::path::Component::Normal(_)));
                prop_assert!(plain);
            }
        }
    }
}

//! The way out of an error in terms of this program's flags and commands, which the libraries know nothing
//! of.

use std::{borrow::Cow, error::Error};

use standfirst_core::{article::Halt, plugin::PluginError};
use standfirst_eval::saved::SavedError;
use standfirst_ingest::{IngestError, IngestErrorKind};
#[cfg(feature = "rust-bert")]
use standfirst_summarizer::engine::rust_bert::LibtorchError;
use standfirst_summarizer::{
    engine::{EngineError, native::GgufError, openai::EndpointError},
    fetch::FetchError,
    registry::LoadError,
};

/// The rest of a sentence.
type Rest = Option<Cow<'static, str>>;

/// The rest of the sentence that `error`, not counting its causes, begins; `None` if it says all there is
/// to say.
pub fn advice(error: &(dyn Error + 'static)) -> Rest {
    let of_input = || of_input(is(error).or_else(|| Some(&is::<IngestError>(error)?.kind))?);
    of_input()
        .or_else(|| of_run(error).map(Cow::Borrowed))
        .or_else(|| of_loading(is(error)?))
        .or_else(|| of_engine(is(error)?).map(Cow::Borrowed))
}

/// `error` as a `T`, boxed or not.
fn is<'a, T: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a T> {
    error.downcast_ref().or_else(|| Some(&**error.downcast_ref::<Box<T>>()?))
}

fn of_input(error: &IngestErrorKind) -> Rest {
    let rest = match error {
        IngestErrorKind::UnknownExtension { .. } => {
            "; rename it, name it by itself, or pass --input-format"
        }
        IngestErrorKind::TooLarge { .. } => "; raise the limit with --max-bytes or split the file",
        IngestErrorKind::NoArticle => {
            "; save its text as .txt, or read the page as it is with --input-format text"
        }
        IngestErrorKind::RecordTooLarge { .. } => {
            "; close the quote or raise the limit with --max-bytes"
        }
        IngestErrorKind::ResultWithoutText => "; make it with --include-text",
        IngestErrorKind::MissingKey { .. } => "; name the one that does with --text-field",
        IngestErrorKind::NoTextColumn { .. } => ", or say which it is with --text-field",
        IngestErrorKind::Feed { .. } => "; save it again, or pass --input-format html",
        _ => return None,
    };
    Some(rest.into())
}

/// Of what models answer, of saved runs and of fetching.
fn of_run(error: &(dyn Error + 'static)) -> Option<&'static str> {
    if let Some(PluginError::Unsupported { .. }) = is(error) {
        return Some("; `--mode generate` shows it");
    }
    if let Some(Halt::TooSlow { .. }) = halt(error) {
        return Some(
            "; raise --max-seconds-per-article, or have models read less with --max-sentences",
        );
    }
    if let Some(SavedError::Empty { .. }) = is(error) {
        return Some("; `standfirst summarize --format jsonl` saves one");
    }
    let Some(FetchError::Offline { .. }) = is(error) else { return None };
    Some(
        " by --offline or STANDFIRST_OFFLINE; allow it once, or copy the files from another machine's cache",
    )
}

/// Why a model gave up, if it did.
fn halt<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a Halt> {
    match is(error) {
        Some(PluginError::Halted(halt)) => Some(halt),
        _ => is(error),
    }
}

fn of_loading(error: &LoadError) -> Rest {
    let rest = match error {
        LoadError::MissingFiles { card, .. } => {
            return Some(format!("; `standfirst models fetch {card}` gets what is missing").into());
        }
        LoadError::Checksum { card, .. } => {
            return Some(format!("; `standfirst models fetch {card}` gets it anew").into());
        }
        LoadError::EngineNotBuilt { engine, .. } => {
            let build = format!("; `STANDFIRST_FEATURES={engine} ./justw build` builds it in");
            return Some(build.into());
        }
        LoadError::Unknown { near, .. } if !near.is_empty() => {
            " `standfirst models list` shows all"
        }
        LoadError::Folder { .. } => "; check --cards and STANDFIRST_CARDS",
        LoadError::Misled { .. } => "; name it with --config, or do without it by --no-config",
        LoadError::Picker { .. } => "; `--mode generate` does without",
        _ => return None,
    };
    Some(rest.into())
}

fn of_engine(error: &EngineError) -> Option<&'static str> {
    match error {
        EngineError::Read { .. } => {
            Some("; `standfirst models fetch` brings the files of a model back")
        }
        EngineError::Weights { .. } => {
            Some("; `standfirst models verify` tells which files are damaged")
        }
        EngineError::Gguf(GgufError { .. }) => {
            Some("; `standfirst models verify` tells whether it is the file its card means")
        }
        EngineError::Endpoint(EndpointError::Offline { .. }) => {
            Some(" by --offline or STANDFIRST_OFFLINE; allow it, or take a model that runs here")
        }
        #[cfg(feature = "rust-bert")]
        EngineError::Libtorch(LibtorchError::Memory { .. }) => {
            Some("; raise --max-memory or name fewer models")
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::{io, path::PathBuf};

    use standfirst_core::card::Task;
    use standfirst_summarizer::{files::Cache, registry::Registry};

    use super::*;
    use crate::messages;

    #[test]
    fn the_way_out_stands_before_the_causes() {
        let missing = LoadError::MissingFiles { card: "m".into(), missing: 2, bytes: 7 };
        let error = LoadError::Picker { card: "w".into(), picker: "m", source: Box::new(missing) };
        assert_eq!(
            messages::words(&error),
            "w works with the sentences that m picks; `--mode generate` does without: m needs 2 \
             files that are not on this machine (1 kB); `standfirst models fetch m` gets what is \
             missing"
        );
        let source = io::Error::other("torn");
        let read = EngineError::Read { path: PathBuf::from("w.gguf"), source };
        assert_eq!(
            messages::words(&PluginError::Engine(Box::new(read))),
            "the model failed: cannot read w.gguf; `standfirst models fetch` brings the files of a \
             model back: torn"
        );
    }

    #[test]
    fn an_error_under_anyhow_is_known() {
        let error = anyhow::Error::from(PluginError::Unsupported { count: 3 });
        let words = messages::words(error.as_ref());
        assert!(words.ends_with("supported by the article; `--mode generate` shows it"), "{words}");
        let error = error.context("of story.txt");
        assert_eq!(messages::words(error.as_ref()), format!("of story.txt: {words}"));
    }

    #[test]
    fn what_says_all_is_left_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let registry = Registry::new(Cache::at(folder.path())).unwrap();
        let words = |id: &str| messages::words(&registry.summarizer(id).err().unwrap());
        assert!(words("zzz").starts_with("no model is called \"zzz\"; there are "));
        let known = registry.ids(Task::Summarize);
        assert!(words("zzz").ends_with(known.last().unwrap()));
        let near = words("lexrnk");
        assert!(near.contains("did you mean lexrank"), "{near}");
        assert!(near.ends_with("? `standfirst models list` shows all"), "{near}");
    }
}

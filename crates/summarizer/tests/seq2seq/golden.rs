//! What transformers writes with the tiny networks that `tests/golden/seq2seq.py` makes: a test for whichever engine
//! loads them.

use std::{
    fs,
    num::NonZeroUsize,
    path::{Path, PathBuf},
    sync::Arc,
};

use serde::Deserialize;
use standfirst_core::{
    card::{Decoding, Prompt},
    plugin::{PluginInfo, Threading},
};
use standfirst_summarizer::{
    abstractive::{Abstractive, Long},
    contract,
    engine::{EngineError, Generation, Generator, Request, Seq2SeqFiles},
};

#[derive(Deserialize)]
struct Golden {
    generators: Vec<Written>,
}

/// A network, and what it writes.
#[derive(Deserialize)]
pub struct Written {
    /// The folder of the network.
    pub method: String,
    pub prompt: String,
    pub cases: Vec<Case>,
}

#[derive(Deserialize)]
pub struct Case {
    pub text: String,
    beams_1: String,
    beams_2: String,
    beams_4: String,
}

impl Case {
    /// What it writes with so many beams.
    pub fn written(&self, beams: usize) -> &str {
        match beams {
            1 => self.beams_1.trim(),
            2 => self.beams_2.trim(),
            _ => self.beams_4.trim(),
        }
    }
}

impl Written {
    /// What a card for it calls its method.
    pub fn kind(&self) -> &str {
        if self.method == "flan" { "t5" } else { &self.method }
    }

    pub fn prompt(&self) -> Prompt {
        Prompt {
            system: None,
            user: self.prompt.clone(),
            rewrite: None,
            again: None,
            ..Prompt::default()
        }
    }

    /// The file of its own called `name`.
    pub fn file(&self, name: &str) -> PathBuf {
        folder().join(&self.method).join(name)
    }

    /// All its files.
    pub fn files(&self) -> Seq2SeqFiles {
        let is_bart = self.method == "bart";
        Seq2SeqFiles {
            config: self.file("config.json"),
            generation_config: Some(self.file("generation_config.json")),
            weights: self.file("model.safetensors"),
            vocabulary: if is_bart {
                self.file("vocab.json")
            } else {
                folder().join("spiece.model")
            },
            merges: is_bart.then(|| self.file("merges.txt")),
        }
    }
}

/// Where the files are.
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/golden/seq2seq")
}

/// All networks.
pub fn networks() -> Vec<Written> {
    let text = fs::read_to_string(folder().join("golden.json")).unwrap();
    serde_json::from_str::<Golden>(&text).unwrap().generators
}

/// The network in the folder `name`.
pub fn named(name: &str) -> Written {
    networks().into_iter().find(|network| network.method == name).unwrap()
}

/// What a plugin around such a network says of itself.
pub fn info(id: &str) -> PluginInfo {
    PluginInfo {
        id: id.into(),
        about: "a tiny network".into(),
        threading: Threading::Caller,
        languages: Vec::new(),
        card: None,
    }
}

/// The settings with which the script asked.
pub fn decoding(beams: usize) -> Decoding {
    Decoding {
        max_new_tokens: NonZeroUsize::new(24).unwrap(),
        min_new_tokens: Some(4),
        beams: NonZeroUsize::new(beams),
        length_penalty: Some(1.0),
        early_stopping: Some(true),
        no_repeat_ngram: Some(3),
        repetition_penalty: None,
        temperature: None,
        top_p: None,
        seed: None,
        grounded: None,
    }
}

/// The request that a whole article is.
pub fn request(text: &str) -> Request<'_> {
    Request { text, sentences: 3, picked: false, rejected: &[], ..Request::default() }
}

/// What `model` makes of `text`.
pub fn write(model: &impl Generator, text: &str) -> Result<Generation, EngineError> {
    model.generate(&[request(text)]).pop().unwrap()
}

/// Whether an engine that loads networks by `load` writes what transformers writes.
pub fn writes_what_transformers_writes<G: Generator>(load: impl Fn(&Written, &Decoding) -> G) {
    let networks = networks();
    assert_eq!(networks.len(), 5);
    for network in networks {
        for beams in [1, 2, 4] {
            let model = load(&network, &decoding(beams));
            for case in &network.cases {
                let found = write(&model, &case.text).unwrap().text;
                let name = &network.method;
                assert_eq!(found, case.written(beams), "{name}, {beams} beams: {}", case.text);
            }
        }
    }
}

/// Whether threads that share a network write what transformers writes.
pub fn is_the_same_on_every_thread<G: Generator>(load: impl Fn(&Written, &Decoding) -> G) {
    for network in networks() {
        let model = load(&network, &decoding(2));
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for case in &network.cases {
                        assert_eq!(write(&model, &case.text).unwrap().text, case.written(2));
                    }
                });
            }
        });
    }
}

/// Whether what is longer than a network reads is refused, and what just fits is read.
pub fn knows_its_window<G: Generator>(load: impl Fn(&Written, &Decoding) -> G) {
    for network in networks() {
        let (name, model) = (&network.method, load(&network, &decoding(1)));
        let long = "The ferry closed two boats on Monday. ".repeat(1_500);
        let error = write(&model, &long).unwrap_err();
        assert!(matches!(error, EngineError::TooLong { .. }), "{name}: {error}");
        for text in ["", " ", "\0", "</s><s><pad><mask>", "\u{1f468}\u{200d}\u{1f469}", "ﬁ ﷺ Ａ"]
        {
            write(&model, text).unwrap();
        }
        let words = (1..4_000).map(|count| "boats ".repeat(count));
        let fitting = words.take_while(|text| model.count_tokens(text).unwrap() <= model.window());
        write(&model, &fitting.last().unwrap()).unwrap();
        assert!(model.count_tokens("</s>").unwrap() > 1, "{name}");
    }
}

/// Whether a summariser around each network keeps the contract.
pub fn keeps_the_contract<G: Generator + 'static>(load: impl Fn(&Written, &Decoding) -> G) {
    for network in networks() {
        let all = [Long::Pick, Long::First, Long::Split];
        for &long in if network.method == "bart" { &all[..] } else { &all[..1] } {
            // Noise may end at once; the contract wants an answer to every article.
            let decoding = Decoding { min_new_tokens: Some(24), ..decoding(1) };
            let generator = Arc::new(load(&network, &decoding));
            // It has an article of 10,000 words, an empty one, and every script.
            let summarizer = Abstractive::new(info(&network.method), generator, long);
            contract::check_summarizer(&summarizer).unwrap();
        }
    }
}

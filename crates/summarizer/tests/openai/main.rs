//! Models behind a server, against a stand-in that misbehaves in every way that servers do.

mod judge;
mod server;

use flate2::{Compression, write::GzEncoder};
use peak_alloc::PeakAlloc;
use standfirst_text::sentence::from_sentences;
use std::{
    fs,
    io::Write as _,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

use standfirst_core::{
    article::{Allowance, Halt, Limits},
    plugin::{Budget, Summarizer},
    report::chain,
};
use standfirst_summarizer::{
    abstractive::Mode,
    contract,
    engine::{EngineError, Generation, Generator, Request, openai::OpenAi},
    files::Cache,
    registry::{Options, Registry},
};

use self::server::{Reply, Server, nobody};

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// A card for the server at `url`, with `more` in its `[endpoint]`.
fn card(url: &str, more: &str) -> String {
    format!(
        "id = \"far\"\ntask = \"summarize\"\nengine = \"openai\"\nlicense = \"MIT\"\nabout = \"a server\"\n\
         [prompt]\nsystem = \"Be brief.\"\nuser = \"{{sentences}} sentences: {{text}}\"\n\
         [decoding]\nmax_new_tokens = 50\n[endpoint]\nurl = \"{url}\"\nmodel = \"m\"\n{more}\n"
    )
}

fn open(url: &str, more: &str, offline: bool) -> Result<std::sync::Arc<dyn Summarizer>, String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("far.toml");
    fs::write(&path, card(url, more)).unwrap();
    let registry = Registry::new(Cache::at(folder.path().join("cache"))).unwrap();
    // On its own: what picks sentences for it to rewrite has files.
    let options = Options { mode: Mode::Generate, offline, ..Options::default() };
    let mut registry = registry.with_options(options);
    registry.add_file(&path).map_err(|error| chain(&error))?;
    registry.summarizer("far").map_err(|error| chain(&error))
}

fn generator(url: &str, more: &str) -> OpenAi {
    let path = tempfile::tempdir().unwrap().path().join("far.toml");
    let card = standfirst_core::card::ModelCard::parse(&path.to_string_lossy(), &card(url, more));
    let card = card.unwrap();
    let (endpoint, prompt) = (card.endpoint.unwrap(), card.prompt.unwrap());
    OpenAi::new(&endpoint, prompt, card.decoding.unwrap(), None, false).unwrap()
}

fn ask(generator: &OpenAi) -> Result<Generation, String> {
    let answers = generator.generate(&[Request {
        text: "A bridge fell.",
        sentences: 2,
        picked: false,
        rejected: &[],
        ..Request::default()
    }]);
    answers.into_iter().next().unwrap().map_err(|error| chain(&error))
}

const NO_WAIT: &str = "Retry-After: 0";

#[test]
fn it_keeps_the_contract_and_asks_what_the_card_says() {
    let server = Server::start(vec![Reply::Echo]);
    let model = open(&server.url, "key_env = \"CARGO_PKG_NAME\"", true).unwrap();
    contract::check_summarizer(&*model).unwrap();
    let seen = server.seen.lock().unwrap();
    assert!(seen.iter().all(|seen| seen.path == "/v1/chat/completions"));
    let key = format!("Bearer {}", env!("CARGO_PKG_NAME"));
    assert!(seen.iter().all(|seen| seen.key.as_deref() == Some(&*key)));
    assert!(seen.iter().all(|seen| seen.question["model"] == "m"));
    assert!(seen.iter().all(|seen| seen.question["messages"][0]["content"] == "Be brief."));
}

#[test]
fn what_passes_is_tried_again() {
    let later = |status| Reply::Status(status, NO_WAIT, "later");
    let server =
        Server::start(vec![later(429), later(503), later(500), later(502), Reply::Text("Rain.")]);
    assert_eq!(ask(&generator(&server.url, "")).unwrap().text, "Rain.");
    assert_eq!(server.count(), 5);
    // A connection that breaks is tried again as well.
    for failure in [Reply::Broken, Reply::Closed] {
        let server = Server::start(vec![failure, Reply::Text("Rain.")]);
        assert_eq!(ask(&generator(&server.url, "")).unwrap().text, "Rain.");
        assert_eq!(server.count(), 2);
    }
}

#[test]
fn what_does_not_pass_is_told_at_once_in_the_servers_words() {
    let cases = [
        (
            Reply::Status(400, "", "{\"error\":{\"message\":\"too long a context\"}}"),
            "400 (tried once): too long a context",
        ),
        (Reply::Status(401, "", "{\"error\":\"who are you\"}"), "401 (tried once): who are you"),
        (Reply::Status(404, "", "no model m"), "404 (tried once): no model m"),
        (Reply::Status(429, "Retry-After: 3600", ""), "asks to wait 3600 s"),
        (Reply::Status(302, "Location: /elsewhere", ""), "answered 302"),
        (Reply::Status(307, "Location: /elsewhere", ""), "answered 307"),
        (Reply::Body("<html>welcome</html>"), "is no answer of the protocol"),
        (Reply::Body("{\"choices\":[]}"), "has no choice"),
        (Reply::Endless, "with more than 4194304 bytes"),
    ];
    for (reply, part) in cases {
        let server = Server::start(vec![reply]);
        let error = ask(&generator(&server.url, "")).unwrap_err();
        assert!(error.contains(part) && error.contains("/v1/chat/completions"), "{part}: {error}");
        assert_eq!(server.count(), 1, "{part}");
    }
}

#[test]
fn patience_has_an_end() {
    let server = Server::start(vec![Reply::Status(503, NO_WAIT, "busy")]);
    let error = ask(&generator(&server.url, "retries = 2")).unwrap_err();
    assert!(error.contains("503 (tried 3 times): busy"), "{error}");
    assert_eq!(server.count(), 3);
    for reply in [Reply::Silent, Reply::Drip] {
        let server = Server::start(vec![reply]);
        let error = ask(&generator(&server.url, "retries = 0\ntimeout_seconds = 1")).unwrap_err();
        assert!(error.contains("no answer from") && error.contains("timeout"), "{error}");
    }
}

#[test]
fn a_server_that_is_not_there_is_not_waited_for_again_by_every_article() {
    let generator = generator(&nobody(), "retries = 1");
    let error = ask(&generator).unwrap_err();
    assert!(error.contains("tried 2 times"), "{error}");
    let error = ask(&generator).unwrap_err();
    assert!(
        error.contains("tried once") && error.contains("check that the server runs"),
        "{error}"
    );
}

#[test]
fn no_more_requests_are_open_than_the_card_allows() {
    let server = Server::start(vec![Reply::Slow("Rain.", 100)]);
    let generator = generator(&server.url, "concurrency = 3");
    assert_eq!(generator.batch().get(), 3);
    let requests = [Request {
        text: "A bridge fell.",
        sentences: 1,
        picked: false,
        rejected: &[],
        ..Request::default()
    }; 9];
    // Two callers, as two of our threads would be.
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| assert!(generator.generate(&requests).iter().all(Result::is_ok)));
        }
    });
    assert_eq!((server.count(), server.most.load(Ordering::SeqCst)), (18, 3));
}

#[test]
fn answers_come_in_the_order_of_their_articles() {
    let server = Server::start(vec![Reply::Echo]);
    let generator = generator(&server.url, "");
    let texts: Vec<String> = (0..20).map(|i| format!("Bridge number {i} fell.")).collect();
    let requests: Vec<_> = texts
        .iter()
        .map(|text| Request {
            text,
            sentences: 1,
            picked: false,
            rejected: &[],
            ..Request::default()
        })
        .collect();
    for (i, answer) in generator.generate(&requests).into_iter().enumerate() {
        assert!(answer.unwrap().text.contains(&format!("number {i}")));
    }
}

#[test]
fn a_key_stays_where_it_belongs() {
    let named = "key_env = \"CARGO_PKG_NAME\"";
    let key = env!("CARGO_PKG_NAME");
    let error = open("http://example.org/v1", named, false).err().unwrap();
    assert!(error.contains("without encryption") && !error.contains(key), "{error}");
    let error =
        open("https://example.org/v1", "key_env = \"NO_SUCH_KEY_HERE\"", false).err().unwrap();
    assert!(error.contains("NO_SUCH_KEY_HERE is not set"), "{error}");
    // A server that repeats it in its complaint, and one that sends us elsewhere.
    let other = Server::start(vec![Reply::Text("Rain.")]);
    let away: &'static str = format!("Location: {}", other.url).leak();
    let server = Server::start(vec![
        Reply::Status(401, "", concat!("bad key ", env!("CARGO_PKG_NAME"))),
        Reply::Status(308, away, ""),
    ]);
    let generator = generator(&server.url, named);
    let error = ask(&generator).unwrap_err();
    assert!(error.contains("bad key [key]") && !error.contains(key), "{error}");
    assert!(ask(&generator).is_err());
    assert_eq!(other.count(), 0);
}

#[test]
fn only_this_machine_is_asked_where_the_network_is_forbidden() {
    let error = open("https://example.org/v1", "", true).err().unwrap();
    assert!(error.contains("not on this machine, and the network is forbidden"), "{error}");
    assert!(open("https://example.org/v1", "", false).is_ok(), "opening asks nobody");
}

#[test]
fn requests_go_through_the_proxy_of_the_card() {
    let proxy = Server::start(vec![Reply::Text("Rain.")]);
    let address = proxy.url.trim_end_matches("/v1");
    let generator = generator("http://example.invalid/v1", &format!("proxy = \"{address}\""));
    assert_eq!(ask(&generator).unwrap().text, "Rain.");
    let seen = proxy.seen.lock().unwrap();
    assert_eq!(seen[0].path, "example.invalid:80/v1/chat/completions");
}

#[test]
fn one_article_that_fails_costs_the_others_nothing() {
    let server = Server::start(vec![
        Reply::Text("Rain."),
        Reply::Status(400, "", "no"),
        Reply::Text("Rain."),
    ]);
    let model = open(&server.url, "concurrency = 1", false).unwrap();
    let article = |text: &str| from_sentences(text, &[text]).unwrap();
    let articles = ["The bridge fell.", "The rain came.", "The mayor spoke."].map(article);
    let articles: Vec<_> = articles.iter().collect();
    let answers = model.summarize_all(&articles, Budget::DEFAULT);
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 2);
}

/// Ways of a server to keep one waiting: no answer, an answer without an end, a long pause between tries,
/// and a queue before it.
fn slow_servers() -> [(Vec<Reply>, &'static str); 4] {
    let long = "timeout_seconds = 3600\nconcurrency = 2";
    let full = "timeout_seconds = 3600\nconcurrency = 1";
    [
        (vec![Reply::Silent], long),
        (vec![Reply::Drip], long),
        (vec![Reply::Status(503, "Retry-After: 50", "busy")], long),
        (vec![Reply::Silent], full),
    ]
}

fn two() -> [Request<'static>; 2] {
    [Request { text: "A bridge fell.", sentences: 1, ..Request::default() }; 2]
}

#[test]
fn what_is_under_way_is_cut_when_the_run_is_stopped() {
    for (replies, more) in slow_servers() {
        let server = Server::start(replies);
        let generator = generator(&server.url, more);
        let halt = Arc::<AtomicBool>::default();
        let limits = Limits::new(Allowance::default(), Arc::clone(&halt));
        thread::scope(|scope| {
            let asked = scope.spawn(|| generator.generate_within(&two(), &[&limits, &limits]));
            while server.count() == 0 {
                thread::sleep(Duration::from_millis(5));
            }
            assert!(!asked.is_finished());
            halt.store(true, Ordering::Relaxed);
            // Time-outs are an hour: to be back at all is to have been cut.
            for answer in asked.join().unwrap() {
                assert!(matches!(answer, Err(EngineError::Halted(Halt::Stopped))), "{answer:?}");
            }
        });
    }
    // Another run with the same model goes on, even one whose request was cut off beside.
    let server = Server::start(vec![Reply::Silent, Reply::Silent, Reply::Text("Rain.")]);
    let generator = generator(&server.url, "timeout_seconds = 3600");
    let halt = Arc::<AtomicBool>::default();
    let limits = Limits::new(Allowance::default(), Arc::clone(&halt));
    thread::scope(|scope| {
        let stopped = scope.spawn(|| generator.generate_within(&two()[..1], &[&limits]));
        let other = scope.spawn(|| ask(&generator));
        while server.count() < 2 {
            thread::sleep(Duration::from_millis(5));
        }
        halt.store(true, Ordering::Relaxed);
        assert!(stopped.join().unwrap()[0].is_err());
        assert_eq!(other.join().unwrap().unwrap().text, "Rain.");
    });
}

#[test]
fn the_time_of_an_article_ends_a_request_before_the_card_does() {
    let limit = Duration::from_millis(150);
    for (replies, more) in slow_servers() {
        let server = Server::start(replies);
        let generator = generator(&server.url, more);
        let allowance = Allowance { time: Some(limit), ..Allowance::default() };
        let limits = Limits::new(allowance, Arc::default());
        let _at_work = limits.work(1);
        for answer in generator.generate_within(&two(), &[&limits, &limits]) {
            let too_slow = Halt::TooSlow { limit };
            assert!(
                matches!(&answer, Err(EngineError::Halted(halt)) if *halt == too_slow),
                "{answer:?}"
            );
        }
    }
}

/// What a packed body of half a gigabyte may take: the limit of an answer, some copies of it, and what
/// the other tests do meanwhile.
const ENOUGH: usize = 64 << 20;

#[test]
fn a_packed_answer_is_no_larger_than_any_other() {
    let (zeros, mut packed) =
        (vec![b' '; 1 << 20], GzEncoder::new(Vec::new(), Compression::best()));
    for _ in 0..512 {
        packed.write_all(&zeros).unwrap();
    }
    let packed = packed.finish().unwrap();
    assert!(packed.len() < 1 << 20, "{} bytes are no bomb", packed.len());
    let server = Server::start(vec![Reply::Packed(packed)]);
    let generator = generator(&server.url, "");
    MEMORY.reset_peak_usage();
    let before = MEMORY.current_usage();
    let message = ask(&generator).unwrap_err();
    let taken = MEMORY.peak_usage().saturating_sub(before);
    let refused =
        ["with more than 4194304 bytes", "is no answer of the protocol", "cannot be reached"];
    assert!(refused.iter().any(|part| message.contains(part)), "{message}");
    assert!(taken < ENOUGH, "{taken} bytes: {message}");
}

use standfirst_text::sentence::from_sentences;
use std::{fs, num::NonZeroU64, process::Command as Shell};

use standfirst_core::plugin::Threading;

use super::*;
use crate::contract;

/// A program written in shell, with awk-free means only: `sh` is on every Unix.
fn program(script: &str, seconds: u64) -> (tempfile::TempDir, Program) {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("plugin.sh"), script).unwrap();
    let card = "id = \"own\"\ntask = \"summarize\"\nengine = \"command\"\nlicense = \"MIT\"\nabout = \"own\"\n[command]\nprogram = [\"sh\", \"./plugin.sh\"]\n";
    let path = folder.path().join("own.toml");
    fs::write(&path, card).unwrap();
    let card = ModelCard::read(&path).unwrap();
    let mut line = card.command.clone().unwrap();
    line.timeout_seconds = NonZeroU64::new(seconds);
    let info = PluginInfo {
        id: "own".into(),
        about: "own".into(),
        threading: Threading::Caller,
        languages: Vec::new(),
        card: None,
    };
    (folder, Program::new(info, &card, &line))
}

/// Takes the id out of a line of JSON.
const ID: &str = "id=$(printf '%s' \"$line\" | sed 's/.*\"id\":\"\\([0-9]*\\)\".*/\\1/')\n";

fn answering(answer: &str) -> String {
    format!("while read -r line; do\n{ID}printf '{answer}\\n' \"$id\"\ndone\n")
}

fn article(text: &str) -> Article {
    from_sentences("a", &[text]).unwrap()
}

fn ask(program: &Program, text: &str) -> Result<String, String> {
    let said = |error: PluginError| match error {
        PluginError::Engine(source) => source.to_string(),
        other => other.to_string(),
    };
    let summary = program.summarize(&article(text), Budget::DEFAULT).map_err(said)?;
    Ok(summary.sentences.iter().map(|s| s.text.as_str()).collect::<Vec<_>>().join(" "))
}

#[test]
fn one_process_answers_one_question_after_the_other() {
    let script = format!(
        "n=0\nwhile read -r line; do\n{ID}n=$((n+1))\nprintf '{{\"id\":\"%s\",\"sentences\":[\"Answer %d.\",\"Rain\\\\nfell.\"]}}\\n' \"$id\" $n\ndone\n"
    );
    let (_folder, program) = program(&script, 20);
    assert_eq!(ask(&program, "A bridge fell.").unwrap(), "Answer 1. Rain fell.");
    assert_eq!(ask(&program, "A bridge fell.").unwrap(), "Answer 2. Rain fell.");
    assert_eq!(program.idle.lock().unwrap().len(), 1);
}

#[test]
fn what_is_no_answer_is_told_apart() {
    let cases = [
        (
            "{\"id\":\"%s\",\"summary\":\"Rain fell. The bridge held.\"}",
            Ok("Rain fell. The bridge held."),
        ),
        ("{\"id\":\"%s\"}", Err("has neither")),
        ("{\"id\":\"%s\",\"sentences\":[1]}", Err("has neither")),
        ("{\"id\":\"x%s\",\"summary\":\"Rain.\"}", Err("has not the id of the question")),
        ("{\"id\":\"%s\",\"error\":\"out of ink\"}", Err("says: out of ink")),
        ("{\"id\":\"%s\",\"sentences\":[]}", Err("answer is empty")),
        ("rain %s", Err("is not JSON")),
    ];
    for (answer, expected) in cases {
        let (_folder, program) = program(&answering(answer), 20);
        match (ask(&program, "A bridge fell."), expected) {
            (Ok(found), Ok(expected)) => assert_eq!(found, expected),
            (Err(found), Err(part)) => assert!(found.contains(part), "{answer}: {found}"),
            (found, _) => panic!("{answer}: {found:?}"),
        }
    }
}

#[test]
fn a_process_that_dies_is_replaced_and_tells_why() {
    // Answers once, then dies at the next question.
    let script = format!(
        "read -r line\n{ID}printf '{{\"id\":\"%s\",\"summary\":\"Rain fell.\"}}\\n' \"$id\"\nread -r line\necho no ink >&2\nexit 7\n"
    );
    let (_folder, program) = program(&script, 20);
    for _ in 0..3 {
        assert_eq!(ask(&program, "A bridge fell.").unwrap(), "Rain fell.");
    }
    let (_folder, program) = super::tests::program("echo broken pen >&2\nexit 3\n", 20);
    let error = ask(&program, "A bridge fell.").unwrap_err();
    assert!(error.contains("exit status: 3") && error.contains("broken pen"), "{error}");
}

#[test]
fn a_program_that_is_not_there_is_named() {
    let (folder, mut program) = program("", 20);
    program.launch.words = vec![folder.path().join("none").to_string_lossy().into_owned()];
    assert!(ask(&program, "A bridge fell.").unwrap_err().contains("command.program"));
}

#[test]
fn a_process_that_hangs_is_ended_with_its_children() {
    let (folder, program) =
        program("echo thinking >&2\nsleep 300 &\necho $! > \"$(dirname \"$0\")/pid\"\nwait\n", 1);
    let error = ask(&program, "A bridge fell.").unwrap_err();
    assert!(error.contains("within 1 s") && error.contains("thinking"), "{error}");
    let child = fs::read_to_string(folder.path().join("pid")).unwrap();
    let mut alive = true;
    for _ in 0..200 {
        alive = Shell::new("kill").args(["-0", child.trim()]).output().unwrap().status.success();
        if !alive {
            break;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    assert!(!alive, "the child {} goes on", child.trim());
}

#[cfg(target_os = "linux")]
#[test]
fn memory_is_limited() {
    // The limit comes an instant after the start, so the program asks for memory when it is asked.
    let script = format!(
        "read -r line\n{ID}x=$(head -c 400000000 /dev/zero | tr '\\0' a)\nprintf '{{\"id\":\"%s\",\"summary\":\"Rain fell.\"}}\\n' \"$id\"\n"
    );
    let (_folder, mut program) = program(&script, 60);
    program.launch.memory_mb = Some(200);
    assert!(ask(&program, "A bridge fell.").is_err());
}

#[test]
fn a_long_article_blocks_neither_side() {
    // Writes a lot to both outputs before it reads at all.
    let noise = "i=0; while [ $i -lt 3000 ]; do echo xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx >&2; i=$((i+1)); done\n";
    let script = noise.to_owned() + &answering("{\"id\":\"%s\",\"summary\":\"Rain fell.\"}");
    let (_folder, program) = program(&script, 60);
    assert_eq!(ask(&program, &"word ".repeat(100_000)).unwrap(), "Rain fell.");
}

#[test]
fn tones_are_read_and_checked() {
    let passages: Vec<Passage<'_>> =
        ["Good.", "Bad."].iter().map(|text| Passage { text, target: None }).collect();
    let answer = "{\"id\":\"%s\",\"passages\":[{\"score\":0.5,\"confidence\":0.9},{\"label\":\"negative\",\"score\":-1}]}";
    let (_folder, model) = program(&answering(answer), 20);
    let tones = model.score(&passages).unwrap();
    assert_eq!(tones[0].confidence, Some(0.9));
    assert!((tones[1].polarity.get() + 1.0).abs() < 1e-9);
    for wrong in [
        "{\"id\":\"%s\",\"passages\":[]}",
        "{\"id\":\"%s\",\"passages\":[{\"score\":2},{\"score\":0}]}",
    ] {
        let (_folder, model) = program(&answering(wrong), 20);
        assert!(model.score(&passages).is_err(), "{wrong}");
    }
}

#[test]
fn a_program_can_keep_the_contract() {
    let answer = "{\"id\":\"%s\",\"sentences\":[\"Rain fell.\"]}";
    let (_folder, program) = program(&answering(answer), 60);
    contract::check_summarizer(&program).unwrap();
}

/// Memory of this process, in bytes.
#[cfg(target_os = "linux")]
fn resident() -> u64 {
    let pages = fs::read_to_string("/proc/self/statm").unwrap();
    pages.split(' ').nth(1).unwrap().parse::<u64>().unwrap() * 4096
}

#[cfg(target_os = "linux")]
#[test]
fn a_process_that_floods_waits_and_is_ended_with_the_reason() {
    let flood = format!(
        "read -r line\n{ID}printf '{{\"id\":\"%s\",\"summary\":\"Rain fell.\"}}\\n' \"$id\"\nyes xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n"
    );
    let (_folder, program) = program(&flood, 20);
    assert_eq!(ask(&program, "A bridge fell.").unwrap(), "Rain fell.");
    let before = resident();
    std::thread::sleep(Duration::from_secs(2));
    let grown = resident().saturating_sub(before);
    assert!(grown < 200 << 20, "{grown} bytes of what nobody asked for");
    let error = ask(&program, "A bridge fell.").unwrap_err();
    assert!(error.contains("before it was asked"), "{error}");
    assert!(program.idle.lock().unwrap().is_empty());
    assert_eq!(ask(&program, "A bridge fell.").unwrap(), "Rain fell.", "a new process");
}

#[test]
fn a_line_without_an_end_is_ended_with_the_reason() {
    let (_folder, program) = super::tests::program("read -r line\nyes | tr -d '\\n'\n", 60);
    let error = ask(&program, "A bridge fell.").unwrap_err();
    assert!(error.contains("more than 16777216 bytes in a line"), "{error}");
}

#[test]
fn an_answer_that_nobody_wants_any_more_is_not_waited_for() {
    let (_folder, program) = program("read -r line\nsleep 300\n", 200);
    let halt = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
    let limits = Limits::new(standfirst_core::article::Allowance::default(), halt.clone());
    let article = article("A bridge fell.").limited(limits);
    let since = std::time::Instant::now();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            std::thread::sleep(Duration::from_millis(300));
            halt.store(true, std::sync::atomic::Ordering::Relaxed);
        });
        let error = program.summarize(&article, Budget::DEFAULT).unwrap_err();
        assert!(matches!(error, PluginError::Halted(Halt::Stopped)), "{error}");
    });
    assert!(since.elapsed() < Duration::from_secs(20), "{:?}", since.elapsed());
}

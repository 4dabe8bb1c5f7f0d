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
    line.write = vec!["./".to_owned()];
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

/// Whether the process whose id is in a file goes on, a few seconds at most.
fn goes_on(file: &Path) -> bool {
    let id = fs::read_to_string(file).unwrap();
    let alive = || Shell::new("kill").args(["-0", id.trim()]).output().unwrap().status.success();
    (0..200).all(|_| {
        std::thread::sleep(Duration::from_millis(20));
        alive()
    })
}

#[test]
fn a_process_that_hangs_is_ended_with_its_children() {
    let (folder, program) =
        program("echo thinking >&2\nsleep 300 &\necho $! > \"$(dirname \"$0\")/pid\"\nwait\n", 1);
    let error = ask(&program, "A bridge fell.").unwrap_err();
    assert!(error.contains("within 1 s") && error.contains("thinking"), "{error}");
    assert!(!goes_on(&folder.path().join("pid")));
}

#[cfg(target_os = "linux")]
#[test]
fn who_opens_a_session_of_its_own_ends_with_the_program() {
    let script = format!(
        "at=$(dirname \"$0\")/pid\n(setsid sh -c 'echo $$ > \"$1\"; exec sleep 300' own \"$at\" >/dev/null 2>&1 &)\n\
         while [ ! -s \"$at\" ]; do sleep 0.01; done\n{}",
        answering("{\"id\":\"%s\",\"summary\":\"Rain fell.\"}")
    );
    let (folder, program) = program(&script, 20);
    assert_eq!(ask(&program, "A bridge fell.").unwrap(), "Rain fell.");
    drop(program);
    assert!(!goes_on(&folder.path().join("pid")));
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

#[test]
fn a_program_has_no_more_time_than_any_model() {
    let (_folder, program) = program("read -r line\nsleep 300\n", 200);
    let time = Some(Duration::from_millis(200));
    let allowance = standfirst_core::article::Allowance { time, ..Default::default() };
    let limits = Limits::new(allowance, std::sync::Arc::default());
    let article = article("A bridge fell.").limited(limits.clone());
    let _at_work = limits.work(1);
    let since = std::time::Instant::now();
    let error = program.summarize(&article, Budget::DEFAULT).unwrap_err();
    assert!(matches!(error, PluginError::Halted(Halt::TooSlow { .. })), "{error}");
    assert!(since.elapsed() < Duration::from_secs(20), "{:?}", since.elapsed());
}

/// What programs are kept from, and by what it is seen that they are.
#[cfg(target_os = "linux")]
mod sandboxed {
    use std::{io::ErrorKind, net::TcpListener};

    use super::*;

    /// A program in Python that does `what` once it is asked, and answers what came of it.
    fn python(what: &str, more: &str) -> (tempfile::TempDir, Program) {
        let script = format!(
            "import json, os, socket, subprocess, sys\nfor line in sys.stdin:\n    question = json.loads(line)\n    try:\n        {what}\n        answer = {{'summary': 'It was let.'}}\n    except OSError as error:\n        answer = {{'error': str(error)}}\n    print(json.dumps({{'id': question['id'], **answer}}), flush=True)\n"
        );
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("plugin.py"), script).unwrap();
        started(folder, "python3\", \"./plugin.py", more)
    }

    fn started(folder: tempfile::TempDir, words: &str, more: &str) -> (tempfile::TempDir, Program) {
        let card = format!(
            "id = \"own\"\ntask = \"summarize\"\nengine = \"command\"\nlicense = \"MIT\"\nabout = \"own\"\n[command]\nprogram = [\"{words}\"]\ntimeout_seconds = 60\n{more}\n"
        );
        let path = folder.path().join("own.toml");
        fs::write(&path, card).unwrap();
        let card = ModelCard::read(&path).unwrap();
        let info = super::program("", 1).1.info;
        let program = Program::new(info, &card, &card.command.clone().unwrap());
        (folder, program)
    }

    fn let_to(what: &str, more: &str) -> Result<String, String> {
        let (_folder, program) = python(what, more);
        ask(&program, "A bridge fell.")
    }

    fn refused(what: &str, more: &str) {
        let error = let_to(what, more).unwrap_err();
        assert!(
            error.contains("ermission denied") && error.contains("`command."),
            "{what}: {error}"
        );
    }

    #[test]
    #[ignore = "needs a kernel with Landlock and seccomp, and python3"]
    fn nobody_is_reached_unless_the_card_says_so() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let call = format!("socket.create_connection({:?})", {
            let address = listener.local_addr().unwrap();
            (address.ip().to_string(), address.port())
        });
        refused(&call, "");
        assert_eq!(listener.accept().unwrap_err().kind(), ErrorKind::WouldBlock);
        for socket in [
            "socket.socket(socket.AF_INET6)",
            "socket.socket(socket.AF_INET, socket.SOCK_DGRAM)",
            "socket.socket(socket.AF_UNIX)",
            "socket.socket(socket.AF_NETLINK, socket.SOCK_RAW)",
        ] {
            refused(socket, "sandbox = true");
        }
        // What it starts is kept from it, too.
        let child = format!(
            "child = subprocess.run([sys.executable, '-c', \"import socket; {call}\"], capture_output=True, text=True)\n        if child.returncode: raise OSError(child.stderr[-100:])",
            call = call.replace('"', "'")
        );
        refused(&child, "");
        assert_eq!(listener.accept().unwrap_err().kind(), ErrorKind::WouldBlock);
        assert_eq!(let_to("socket.socketpair()", "").unwrap(), "It was let.");
        for more in ["network = true", "sandbox = false"] {
            assert_eq!(let_to(&call, more).unwrap(), "It was let.", "{more}");
            listener.accept().unwrap();
        }
        // We ourselves are as free as before.
        std::net::TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    }

    #[test]
    #[ignore = "needs a kernel with Landlock and seccomp, and python3"]
    fn nothing_of_others_is_written_unless_the_card_says_so() {
        let others = tempfile::tempdir().unwrap();
        let (new, old) = (others.path().join("new"), others.path().join("old"));
        fs::write(&old, "as it was").unwrap();
        let ways = [
            format!("open({new:?}, 'w')"),
            format!("open({old:?}, 'a')"),
            format!("os.truncate({old:?}, 0)"),
            format!("os.remove({old:?})"),
            format!("os.rename({old:?}, {new:?})"),
            format!("os.mkdir({new:?})"),
            format!("os.symlink('/', {new:?})"),
            format!("os.link({old:?}, os.environ['TMPDIR'] + '/linked')"),
        ];
        for way in &ways {
            // A link over the border is refused as one between disks is.
            let error = let_to(way, "").unwrap_err();
            let told = ["ermission denied", "cross-device"];
            assert!(told.iter().any(|part| error.contains(part)), "{way}: {error}");
            assert_eq!(fs::read_to_string(&old).unwrap(), "as it was", "{way}");
            assert!(!new.exists(), "{way}");
        }
        let let_write = format!("write = [{:?}]", others.path());
        assert_eq!(let_to(&ways[0], &let_write).unwrap(), "It was let.");
        assert!(new.exists());
        assert_eq!(let_to(&ways[3], "sandbox = false").unwrap(), "It was let.");
        assert!(!old.exists());
        assert_eq!(let_to("open('/dev/null', 'w').write('x')", "").unwrap(), "It was let.");
        fs::write(others.path().join("ours"), "we are as free as before").unwrap();
    }

    #[test]
    #[ignore = "needs a kernel with Landlock and seccomp, and python3"]
    fn a_folder_of_its_own_is_there_and_goes_with_it() {
        let (folder, program) = python(
            "import tempfile; open(os.path.dirname(sys.argv[0]) + '/place', 'w').write(tempfile.mkdtemp())",
            "write = [\"./\"]",
        );
        assert_eq!(ask(&program, "A bridge fell.").unwrap(), "It was let.");
        let place = fs::read_to_string(folder.path().join("place")).unwrap();
        assert!(Path::new(&place).is_dir(), "{place}");
        drop(program);
        let own = Path::new(&place).parent().unwrap();
        assert!(own.file_name().unwrap().to_string_lossy().starts_with("standfirst-"));
        assert!(!own.exists(), "{place}");
    }

    #[test]
    #[ignore = "needs a kernel with Landlock and seccomp, and python3"]
    fn nobody_outside_is_sent_signals() {
        let mut bystander = Shell::new("sleep").arg("300").spawn().unwrap();
        let error = let_to(&format!("os.kill({}, 9)", bystander.id()), "").unwrap_err();
        assert!(error.contains("not permitted"), "{error}");
        assert!(bystander.try_wait().unwrap().is_none());
        bystander.kill().unwrap();
        bystander.wait().unwrap();
    }

    #[test]
    #[ignore = "needs a kernel with Landlock and seccomp, and python3"]
    fn the_examples_keep_working() {
        let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/plugins");
        let card = ModelCard::read(&examples.join("first.toml")).unwrap();
        let mut line = card.command.clone().unwrap();
        line.sandbox = Some(true);
        let info = super::program("", 1).1.info;
        let program = Program::new(info, &card, &line);
        assert_eq!(ask(&program, "A bridge fell. Rain came.").unwrap(), "A bridge fell.");
        assert_eq!(Keeps::here(), Keeps { files: true, network: true });
    }

    #[test]
    fn a_place_that_is_not_there_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let (_folder, program) = started(folder, "cat", "write = [\"./none\"]");
        let error = ask(&program, "A bridge fell.").unwrap_err();
        assert!(error.contains("`command.write`") && error.contains("none"), "{error}");
    }
}

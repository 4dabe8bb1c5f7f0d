//! Programs of the user's end with ours, however that ends.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

/// A card of a program that starts two children, one in a session of its own where there is a way, says who they
/// are, and answers nothing.
const CARD: &str = "id = \"own\"\ntask = \"summarize\"\nengine = \"command\"\nlicense = \"MIT\"\nabout = \"own\"\n[command]\nprogram = [\"sh\", \"./own.sh\"]\ntimeout_seconds = 250\nwrite = [\"./\"]\n";
const PROGRAM: &str = "sleep 300 &\nnear=$!\n$(command -v setsid) sleep 300 &\necho \"$TMPDIR\" > \"$(dirname \"$0\")/scratch\"\ntouch \"$TMPDIR/kept\"\necho $$ $near $! > \"$(dirname \"$0\")/pids.new\"\nmv \"$(dirname \"$0\")/pids.new\" \"$(dirname \"$0\")/pids\"\nread -r line\nwait\n";
/// Far more than anything here takes.
const PATIENCE: Duration = Duration::from_secs(30);

/// A run that waits for the answer of the program, and the processes of that.
fn waiting(folder: &Path) -> (Child, Vec<String>) {
    fs::write(folder.join("own.toml"), CARD).unwrap();
    fs::write(folder.join("own.sh"), PROGRAM).unwrap();
    fs::write(folder.join("article.txt"), crate::support::many(1)).unwrap();
    let child = Command::new(env!("CARGO_BIN_EXE_standfirst"))
        .args(["summarize", "--no-sentiment", "--mode", "generate", "-m", "own", "--cards"])
        .arg(folder)
        .arg(folder.join("article.txt"))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let pids: PathBuf = folder.join("pids");
    until("the program does not start", || pids.exists());
    let pids = fs::read_to_string(pids).unwrap();
    (child, pids.split_whitespace().map(str::to_owned).collect())
}

fn until(otherwise: &str, is: impl Fn() -> bool) {
    let since = Instant::now();
    while !is() {
        assert!(since.elapsed() < PATIENCE, "{otherwise}");
        thread::sleep(Duration::from_millis(20));
    }
}

fn signal(pid: &str, name: &str) -> bool {
    Command::new("kill").args([name, pid]).stderr(Stdio::null()).status().unwrap().success()
}

/// Whether a process goes on; one that only waits for its parent to take notice does not.
fn is_alive(pid: &str) -> bool {
    let status = fs::read_to_string(format!("/proc/{pid}/stat"));
    let zombie = status.is_ok_and(|status| status.contains(") Z "));
    signal(pid, "-0") && !zombie
}

/// Sends `signals` to a run, a second apart, and sees its program end.
fn ends(signals: &[&str]) {
    let folder = tempfile::tempdir().unwrap();
    let (mut child, pids) = waiting(folder.path());
    let run = child.id().to_string();
    let since = Instant::now();
    for name in signals {
        signal(&run, name);
        thread::sleep(Duration::from_millis(300));
    }
    child.wait().unwrap();
    assert!(since.elapsed() < PATIENCE, "{signals:?}: the run waits for its program");
    until(&format!("{signals:?}: {pids:?} go on"), || !pids.iter().any(|pid| is_alive(pid)));
    let scratch = fs::read_to_string(folder.path().join("scratch")).unwrap();
    let scratch = Path::new(scratch.trim());
    assert!(
        scratch.file_name().is_some_and(|name| name.to_string_lossy().starts_with("standfirst-"))
    );
    until(&format!("{signals:?}: its folder stays"), || !scratch.exists());
}

#[test]
fn a_killed_run_takes_its_programs_with_it() {
    ends(&["-KILL"]);
}

#[test]
fn a_run_that_is_told_to_end_does_not_wait_for_its_programs() {
    ends(&["-TERM"]);
}

#[test]
fn a_second_interrupt_ends_the_programs_too() {
    ends(&["-INT", "-INT"]);
}

#[test]
fn a_program_is_not_told_what_opens_our_server() {
    let folder = tempfile::tempdir().unwrap();
    let card = CARD.replace("timeout_seconds = 250", "timeout_seconds = 20");
    let program = r#"read -r line
id=$(printf '%s' "$line" | sed 's/.*"id":"\([0-9]*\)".*/\1/')
printf '{"id":"%s","error":"token %s, other %s"}\n' "$id" "${STANDFIRST_TOKEN-withheld}" "${OTHER-withheld}"
"#;
    fs::write(folder.path().join("own.toml"), card).unwrap();
    fs::write(folder.path().join("own.sh"), program).unwrap();
    fs::write(folder.path().join("article.txt"), crate::support::many(1)).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_standfirst"))
        .args(["summarize", "--no-sentiment", "--mode", "generate", "-m", "own", "--cards"])
        .args([folder.path(), &folder.path().join("article.txt")])
        .args(["--format", "jsonl"])
        .env("STANDFIRST_TOKEN", "0123456789abcdef")
        .env("OTHER", "here")
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&output.stdout);
    assert!(told.contains("token withheld, other here"), "{told}");
}

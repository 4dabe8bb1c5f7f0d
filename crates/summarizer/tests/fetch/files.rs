//! What a fetch may do to the cache: nothing when it is forbidden, nothing twice, nothing halfway on
//! a full disk.

use std::{env, fs, process::Command, thread};

use crate::{
    Bench, hub_card, noise,
    server::{Reply, Server},
};
use standfirst_summarizer::{
    fetch::{FetchError, Silent, fetch},
    files::{Cache, FileProblem},
};

#[test]
fn offline_touches_nothing_and_names_what_is_lacking() {
    let content = noise(100);
    let server = Server::start(vec![Reply::Whole(content.clone())]);
    let (mut bench, card) = (Bench::with_hub(&server.endpoint), hub_card(&content));
    bench.options.offline = true;
    let error = bench.fetch(&card).unwrap_err();
    assert!(
        matches!(&error, FetchError::Offline { files, .. } if *files == ["weights.safetensors"]),
        "{error}"
    );
    assert!(server.paths().is_empty() && !bench.cache.dir().exists());

    bench.options.offline = false;
    bench.fetch(&card).unwrap();
    bench.options.offline = true;
    assert!(bench.fetch(&card).is_ok(), "what is there needs no network");
}

#[test]
fn a_file_that_was_damaged_is_fetched_anew() {
    let content = noise(100);
    let server = Server::start(vec![Reply::Whole(content.clone()), Reply::Whole(content.clone())]);
    let (bench, card) = (Bench::with_hub(&server.endpoint), hub_card(&content));
    let path = bench.fetch(&card).unwrap()[0].path.clone();
    fs::write(&path, &content[..50]).unwrap();
    assert!(matches!(bench.cache.check(&card.files[0]), Err(FileProblem::Size { .. })));
    assert!(bench.fetch(&card).unwrap()[0].source.is_some());
    assert!(bench.cache.verify(&card.files[0]).is_ok());
}

#[test]
fn two_that_fetch_at_once_download_once() {
    let content = noise(2_000_000);
    let server = Server::start(vec![Reply::Whole(content.clone())]);
    let (bench, card) = (Bench::with_hub(&server.endpoint), hub_card(&content));
    let (cache, options) = (&bench.cache, &bench.options);
    let fetched: Vec<_> = thread::scope(|scope| {
        let run = || fetch(cache, &card, options, &Silent).unwrap();
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(run)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(server.paths().len(), 1);
    assert_eq!(fetched.iter().filter(|files| files[0].source.is_some()).count(), 1);
}

#[cfg(unix)]
#[test]
fn a_cache_that_cannot_be_written_is_said() {
    let content = noise(100);
    let (mut bench, card) = (Bench::new(), hub_card(&content));
    let file = bench.folder.path().join("file");
    fs::write(&file, b"").unwrap();
    bench.cache = Cache::at(file.join("cache"));
    let message = bench.refused(&card);
    assert!(
        message.contains("cannot write to") && message.contains("STANDFIRST_MODELS"),
        "{message}"
    );
}

/// Set in the process that runs on a full disk, to the folder of its cache.
const SMALL_DISK: &str = "STANDFIRST_TEST_SMALL_DISK";

/// Runs [`a_full_disk_is_said`] again in a process that may write 1 MB only: on a file system of that
/// size in a mount namespace of its own, or, where such a one may not be made, under a limit for the
/// size of files. Both end the same way for the program: a write fails in the middle of a file.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_said() {
    if let Some(folder) = env::var_os(SMALL_DISK) {
        return on_the_full_disk(&Cache::at(folder));
    }
    let folder = tempfile::tempdir().unwrap();
    let again = |program: &str, args: &[&str]| {
        Command::new(program)
            .args(args)
            .arg(env::current_exe().unwrap())
            .args(["--exact", "files::a_full_disk_is_said", "--nocapture"])
            .env(SMALL_DISK, folder.path())
            .output()
    };
    let mount = "mount -t tmpfs -o size=1m none \"$STANDFIRST_TEST_SMALL_DISK\" || exit 77; exec \"$0\" \"$@\"";
    let mounted = again("unshare", &["-rm", "sh", "-c", mount]).ok();
    let mounted =
        mounted.filter(|output| String::from_utf8_lossy(&output.stdout).contains("running 1 test"));
    let limit = "trap '' XFSZ; ulimit -f 1000; exec \"$0\" \"$@\"";
    let output = mounted.map_or_else(|| again("sh", &["-c", limit]), Ok).unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && said.contains("1 passed"), "{said}");
}

/// More bytes come than the disk takes.
#[cfg(target_os = "linux")]
fn on_the_full_disk(cache: &Cache) {
    let content = noise(3_000_000);
    let card = hub_card(&content);
    let server = Server::start(vec![Reply::Whole(content)]);
    let mut bench = Bench::with_hub(&server.endpoint);
    bench.cache = cache.clone();
    let message = bench.refused(&card);
    assert!(message.contains("make room there, or set STANDFIRST_MODELS"), "{message}");
    assert!(matches!(cache.check(&card.files[0]), Err(FileProblem::Missing { .. })));
}

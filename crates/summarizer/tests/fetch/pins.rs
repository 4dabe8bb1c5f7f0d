//! Files whose cards do not know their sums: what the first fetch finds holds for every later one.

use std::fs;

use standfirst_core::card::ModelCard;

use crate::{
    Bench, holds, hub_source, noise,
    server::{
        Reply::{Broken, Claims, Endless, Status, Whole},
        Server,
    },
};

fn card() -> ModelCard {
    let text = format!(
        "id = \"demo\"\ntask = \"summarize\"\nengine = \"rust-bert\"\nlicense = \"MIT\"\nabout = \"a demo\"\n[[files]]\nrole = \"weights\"\npath = \"weights.safetensors\"\nsources = [{:?}]\n",
        hub_source("weights.safetensors")
    );
    ModelCard::parse("demo.toml", &text).unwrap()
}

#[test]
fn the_first_fetch_writes_down_what_it_found() {
    let content = noise(70_000);
    let server = Server::start(vec![Whole(content.clone())]);
    let bench = Bench::with_hub(&server.endpoint);
    let fetched = bench.fetch(&card()).unwrap();
    assert!(holds(&fetched[0].path, &content));

    let mut later = card();
    bench.cache.pin(&mut later);
    assert!(later.unpinned.is_empty());
    assert_eq!(bench.cache.check(&later.files[0]).unwrap(), fetched[0].path);
    assert!(bench.fetch(&card()).unwrap()[0].source.is_none(), "it was here");
    assert_eq!(server.paths().len(), 1);
}

#[test]
fn another_file_under_the_same_name_is_refused_ever_after() {
    let content = noise(70_000);
    let server = Server::start(vec![
        Whole(content.clone()),
        Whole(vec![7; 70_000]),
        Whole(vec![7; 60_000]),
        Whole(content.clone()),
    ]);
    let bench = Bench::with_hub(&server.endpoint);
    let path = bench.fetch(&card()).unwrap()[0].path.clone();
    for _ in 0..2 {
        fs::remove_file(&path).unwrap();
        let message = bench.refused(&card());
        assert!(message.contains("and the card says"), "{message}");
        fs::write(&path, &content).unwrap();
    }
    fs::remove_file(&path).unwrap();
    assert!(holds(&bench.fetch(&card()).unwrap()[0].path, &content));
}

#[test]
fn what_is_not_whole_is_not_written_down() {
    let content = noise(70_000);
    for (reply, part) in [
        (Broken(content.clone(), 100), "the connection broke"),
        (Endless, "does not say how long"),
        (Claims(11_000_000_000), "at most 10000000000 are taken"),
        (Status(404), "404"),
        (Whole(Vec::new()), "does not say how long"),
    ] {
        let server = Server::start(vec![reply]);
        let bench = Bench::with_hub(&server.endpoint);
        let message = bench.refused(&card());
        assert!(message.contains(part), "{message}");
        assert!(bench.cached().is_empty(), "{:?}", bench.cached());
        let mut later = card();
        bench.cache.pin(&mut later);
        assert_eq!(later.unpinned.len(), 1);
    }
}

#[test]
fn a_damaged_list_stops_the_fetch_and_is_named() {
    let server = Server::start(vec![Whole(noise(700))]);
    let bench = Bench::with_hub(&server.endpoint);
    fs::create_dir_all(bench.cache.dir()).unwrap();
    fs::write(bench.cache.dir().join("pins.json"), "{").unwrap();
    let message = bench.refused(&card());
    assert!(message.contains("pins.json"), "{message}");
    assert!(server.paths().is_empty());
}

#[test]
fn offline_names_it_too() {
    let mut bench = Bench::new();
    bench.options.offline = true;
    assert!(bench.refused(&card()).contains("weights.safetensors"));
}

#[test]
fn files_beside_a_card_are_taken_and_pinned_by_their_whole_path() {
    let content = noise(7_000);
    let bench = Bench {
        options: standfirst_summarizer::fetch::Options { offline: true, ..Bench::new().options },
        ..Bench::new()
    };
    let write = |folder: &str, content: &[u8]| {
        let folder = bench.cache.dir().parent().unwrap().join(folder);
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("w.safetensors"), content).unwrap();
        let card = folder.join("near.toml");
        fs::write(&card, "id = \"near\"\ntask = \"summarize\"\nengine = \"rust-bert\"\nlicense = \"MIT\"\nabout = \"near\"\n[[files]]\nrole = \"weights\"\npath = \"w.safetensors\"\nsources = [\"file:w.safetensors\"]\n").unwrap();
        ModelCard::read(&card).unwrap()
    };
    let (one, other) = (write("one", &content), write("other", &content[1..]));
    assert!(holds(&bench.fetch(&one).unwrap()[0].path, &content));
    assert!(holds(&bench.fetch(&other).unwrap()[0].path, &content[1..]));
    // Changed since: refused, as a file from elsewhere would be.
    let changed = write("one", &content[2..]);
    fs::remove_file(&bench.fetch(&one).unwrap()[0].path).unwrap();
    assert!(bench.refused(&changed).contains("near"));
    fs::remove_file(other.folder.clone().unwrap().join("w.safetensors")).unwrap();
    let gone = ModelCard { id: "gone".into(), ..write("third", &content) };
    fs::remove_file(gone.folder.clone().unwrap().join("w.safetensors")).unwrap();
    assert!(bench.refused(&gone).contains("w.safetensors cannot be read"));
}

#[cfg(unix)]
#[test]
fn nothing_but_a_file_in_the_folder_of_the_card_is_taken() {
    use std::{os::unix::fs::symlink, process::Command};
    let bench = Bench::new();
    let root = bench.folder.path();
    let folder = root.join("cards");
    fs::create_dir_all(folder.join("real")).unwrap();
    fs::write(root.join("secret"), noise(700)).unwrap();
    fs::write(folder.join("real/w"), noise(700)).unwrap();
    symlink(root.join("secret"), folder.join("link")).unwrap();
    symlink(root, folder.join("out")).unwrap();
    symlink(folder.join("real"), folder.join("in")).unwrap();
    fs::create_dir(folder.join("folder")).unwrap();
    assert!(Command::new("mkfifo").arg(folder.join("pipe")).status().unwrap().success());
    let near = |file: &str| {
        let card = folder.join("near.toml");
        fs::write(&card, format!("id = \"near\"\ntask = \"summarize\"\nengine = \"rust-bert\"\nlicense = \"MIT\"\nabout = \"near\"\n[[files]]\nrole = \"weights\"\npath = \"w.safetensors\"\nsources = [\"file:{file}\"]\n")).unwrap();
        ModelCard::read(&card).unwrap()
    };
    for (file, why) in [
        ("link", "there is a link on the way"),
        ("out/secret", "cannot be read"),
        ("in/w", "cannot be read"),
        ("pipe", "is no regular file"),
        ("folder", "is no regular file"),
    ] {
        let message = bench.refused(&near(file));
        assert!(message.contains(why), "{file}: {message}");
        assert!(bench.cached().iter().all(|name| name != "w.safetensors"), "{file} was taken");
    }
    assert!(bench.fetch(&near("real/w")).is_ok());
}

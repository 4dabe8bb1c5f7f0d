//! The hub: ranges, redirects, refusals, and hosts that are slow, gone or lying.

use std::{fs, path::Path};

use standfirst_summarizer::fetch::fetch;

use crate::{
    Bench, COMMIT, Steps, card, holds, hub_card, hub_source, noise,
    server::{
        Reply::{self, Broken, Endless, Ranged, Redirect, Status, Stuck, Whole, WrongRange},
        Server, nobody,
    },
};

/// Whether the name is one of a download that was broken off.
fn is_part(name: &str) -> bool {
    Path::new(name).extension().is_some_and(|extension| extension == "part")
}

#[test]
fn a_file_comes_whole_and_checked_and_is_not_asked_for_twice() {
    let content = noise(700_000);
    let server = Server::start(vec![Whole(content.clone())]);
    let (bench, card) = (Bench::with_hub(&format!("{}/", server.endpoint)), hub_card(&content));
    let steps = Steps::default();
    let fetched = fetch(&bench.cache, &card, &bench.options, &steps).unwrap();
    assert!(holds(&fetched[0].path, &content));
    assert_eq!(fetched[0].source.as_ref(), Some(&card.files[0].sources[0]));
    assert_eq!(server.paths(), [format!("/team/demo/resolve/{COMMIT}/weights.safetensors")]);
    assert_eq!(*steps.started.borrow(), [("weights.safetensors".to_owned(), 700_000)]);
    assert_eq!((*steps.bytes.borrow(), *steps.open.borrow()), (700_000, 0));
    assert_eq!(bench.cached().len(), 1, "{:?}", bench.cached());
    assert_eq!(bench.fetch(&card).unwrap()[0].source, None);
}

#[test]
fn a_redirect_is_followed_to_another_host() {
    let content = noise(5_000);
    let store = Server::start(vec![Ranged(content.clone())]);
    let hub = Server::start(vec![Redirect(format!("{}/blob/1?sign=a", store.endpoint))]);
    let bench = Bench::with_hub(&hub.endpoint);
    assert!(bench.fetch(&hub_card(&content)).is_ok());
    assert_eq!(store.paths(), ["/blob/1?sign=a"]);
}

#[test]
fn a_connection_that_breaks_is_resumed_at_once() {
    let content = noise(600_000);
    let server = Server::start(vec![Broken(content.clone(), 250_000), Ranged(content.clone())]);
    let bench = Bench::with_hub(&server.endpoint);
    let fetched = bench.fetch(&hub_card(&content)).unwrap();
    assert!(holds(&fetched[0].path, &content));
    let ranges = server.ranges();
    assert_eq!(ranges.len(), 2);
    let from = ranges[1].as_deref().and_then(|r| r.strip_prefix("bytes=")?.strip_suffix('-'));
    assert!(from.unwrap().parse::<u64>().unwrap() > 0);
}

#[test]
fn a_fetch_that_was_broken_off_is_resumed_by_the_next() {
    let content = noise(600_000);
    let card = hub_card(&content);
    let mut replies = vec![Broken(content.clone(), 300_000)];
    replies.extend((0..3).map(|_| Status(503)));
    let server = Server::start(replies);
    let mut bench = Bench::with_hub(&server.endpoint);
    assert!(bench.refused(&card).contains("the host is in trouble"));
    let part = bench.cached();
    assert!(part.len() == 1 && is_part(&part[0]), "{part:?}");
    let have = fs::metadata(bench.cache.dir().join(&part[0])).unwrap().len();

    let again = Server::start(vec![Ranged(content.clone())]);
    bench.options.endpoint = Some(again.endpoint.clone());
    assert!(holds(&bench.fetch(&card).unwrap()[0].path, &content));
    assert_eq!(again.ranges(), [Some(format!("bytes={have}-"))]);
    assert_eq!(bench.cached().len(), 1);
}

#[test]
fn a_rest_of_something_else_is_fetched_anew() {
    let content = noise(10_000);
    let card = hub_card(&content);
    for (left, replies) in [
        // Another file's beginning: the sum is wrong, and the second try takes the whole.
        (vec![0; 4_000], vec![Ranged(content.clone()), Whole(content.clone())]),
        // As long as the file: nothing is asked for before the sum is known to be wrong.
        (vec![0; 10_000], vec![Whole(content.clone())]),
        // Longer than the file.
        (vec![0; 20_000], vec![Whole(content.clone())]),
        // The host knows no ranges, and gives the whole again.
        (content[..4_000].to_vec(), vec![Whole(content.clone())]),
    ] {
        let server = Server::start(replies);
        let bench = Bench::with_hub(&server.endpoint);
        fs::create_dir_all(bench.cache.dir()).unwrap();
        let part = bench.cache.path(&card.files[0]).with_added_extension("part");
        fs::write(part, left).unwrap();
        assert!(holds(&bench.fetch(&card).unwrap()[0].path, &content));
    }
}

#[test]
fn hosts_that_refuse_or_lie_are_named_with_what_they_did() {
    let content = noise(9_000);
    let card = hub_card(&content);
    let cases: Vec<(Vec<Reply>, &str)> = vec![
        (vec![Status(404)], "status 404 (the file is not there)"),
        (vec![Status(401)], "wants a permission"),
        (vec![Status(500)], "the host is in trouble"),
        (vec![Whole(noise(8_999))], "it has 8999 bytes there, and the card says 9000"),
        (vec![Whole(vec![0; 9_000])], "and the card says"),
        (vec![Endless], "bytes there, and the card says 9000"),
        (vec![Broken(content.clone(), 0)], "the connection broke after 0 of 9000 bytes"),
        (vec![WrongRange(noise(7))], "it has 7 bytes there"),
        ((0..12).map(|_| Redirect("/again".into())).collect(), "too many redirects"),
    ];
    for (replies, part) in cases {
        let server = Server::start(replies);
        let bench = Bench::with_hub(&server.endpoint);
        let message = bench.refused(&card);
        assert!(message.contains(part), "{part}: {message}");
        assert!(message.contains("no source gave weights.safetensors of demo"), "{message}");
        assert!(message.contains(&hub_source("weights.safetensors")), "{message}");
        let kept = bench.cached();
        assert!(kept.iter().all(|name| is_part(name)), "{kept:?}");
        assert!(bench.cache.check(&card.files[0]).is_err());
    }
}

#[test]
fn a_range_that_was_not_asked_for_is_refused() {
    let content = noise(9_000);
    let card = hub_card(&content);
    let server = Server::start(vec![WrongRange(content.clone())]);
    let bench = Bench::with_hub(&server.endpoint);
    fs::create_dir_all(bench.cache.dir()).unwrap();
    let part = bench.cache.path(&card.files[0]).with_added_extension("part");
    fs::write(part, &content[..100]).unwrap();
    assert!(bench.refused(&card).contains("another part of the file"));
}

#[test]
fn a_host_that_falls_silent_is_given_up_and_its_bytes_are_kept() {
    let content = noise(400_000);
    let replies = std::iter::once(Stuck(content.clone(), 300_000));
    let server = Server::start(replies.collect());
    let bench = Bench::with_hub(&server.endpoint);
    // The server waits for us to hang up.
    let message = bench.refused(&hub_card(&content));
    assert!(message.contains("cannot be reached") || message.contains("broke after"), "{message}");
    assert!(is_part(&bench.cached()[0]));
}

#[test]
fn a_host_that_is_not_there_is_asked_once_for_all_files() {
    let bench = Bench::with_hub(&nobody());
    let (a, b) = (noise(10), noise(20));
    let card =
        card(&[("a", &a, &[&hub_source("a"), &hub_source("b")]), ("b", &b, &[&hub_source("b")])]);
    let message = bench.refused(&card);
    assert_eq!(
        message.matches("the host cannot be reached; check the network").count(),
        2,
        "{message}"
    );
    assert_eq!(bench.cached(), [""; 0]);
}

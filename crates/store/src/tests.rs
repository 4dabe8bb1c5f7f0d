use std::{fs, thread};

use super::*;

fn key(number: u32) -> Key {
    let mut key = [0; 32];
    for (at, chunk) in key.chunks_exact_mut(4).enumerate() {
        let at = u32::try_from(at).unwrap();
        chunk.copy_from_slice(&(number + at).wrapping_mul(2_654_435_761).to_le_bytes());
    }
    key
}

/// A finding that no other number has.
fn finding(number: u32) -> (String, f64) {
    ("word ".repeat(number as usize % 90) + &number.to_string(), f64::from(number) / 7.0)
}

fn keep(store: &Store, numbers: impl Iterator<Item = u32>) {
    for number in numbers {
        store.put(&key(number), &finding(number)).unwrap();
    }
}

fn known(store: &Store, numbers: impl Iterator<Item = u32>) -> usize {
    let right = |number: &u32| match store.get::<(String, f64)>(&key(*number)) {
        Some(found) => {
            assert_eq!(found, finding(*number), "another finding");
            true
        }
        None => false,
    };
    numbers.filter(right).count()
}

/// The one file of the store with this ending.
fn only(store: &Path, ending: &str) -> PathBuf {
    let mut paths: Vec<PathBuf> =
        fs::read_dir(store.join(SEGMENTS)).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|found| found == ending));
    assert_eq!(paths.len(), 1, "{paths:?}");
    paths.remove(0)
}

#[test]
fn what_is_kept_is_known_at_once_and_later_to_the_last_bit() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("a/store");
    let store = Store::open(&place).unwrap();
    keep(&store, 0..500);
    keep(&store, 0..500);
    assert_eq!(known(&store, 0..1_000), 500);
    drop(store);
    let store = Store::open(&place).unwrap();
    assert_eq!((store.len(), known(&store, 0..1_000)), (500, 500));
    // The segment of one that has ended is appended to.
    keep(&store, 500..600);
    store.sync().unwrap();
    only(&place, "data");
    assert_eq!(known(&Store::open(&place).unwrap(), 0..1_000), 600);
}

#[test]
fn several_use_one_store_at_once() {
    let folder = tempfile::tempdir().unwrap();
    thread::scope(|scope| {
        for worker in 0..4_u32 {
            let folder = folder.path();
            scope.spawn(move || {
                let store = Store::open(folder).unwrap();
                keep(&store, worker * 200..worker * 200 + 300);
            });
        }
    });
    assert_eq!(known(&Store::open(folder.path()).unwrap(), 0..1_000), 900);
}

#[test]
fn what_was_torn_or_spoiled_is_not_known_and_the_rest_is() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path();
    keep(&Store::open(place).unwrap(), 0..100);
    let (data, places) = (only(place, "data"), only(place, "places"));
    let (whole, told) = (fs::read(&data).unwrap(), fs::read(&places).unwrap());
    for cut in [1, 20, 51, 52, 53, told.len() / 2, told.len() - 1] {
        fs::write(&places, &told[..cut]).unwrap();
        let store = Store::open(place).unwrap();
        assert_eq!(known(&store, 0..100), cut / segment::PLACE);
        keep(&store, 100..101);
        drop(store);
        assert_eq!(known(&Store::open(place).unwrap(), 0..101), cut / segment::PLACE + 1);
        fs::write(&data, &whole).unwrap();
    }
    fs::write(&places, &told).unwrap();
    let mut spoiled = whole.clone();
    spoiled[whole.len() / 2] ^= 1;
    fs::write(&data, &spoiled).unwrap();
    assert_eq!(known(&Store::open(place).unwrap(), 0..100), 99);
    // Computed anew, it is known again, also to those who come later, and once where the store is cleared out.
    let store = Store::open(place).unwrap();
    assert_eq!(known(&store, 0..100), 99);
    keep(&store, 0..100);
    assert_eq!(known(&store, 0..100), 100);
    drop(store);
    assert_eq!(known(&Store::open(place).unwrap(), 0..100), 100);
    let done = collect(place, || Ok((0..100).map(key).collect())).unwrap();
    assert_eq!((done.kept, done.dropped), (100, 1));
    assert_eq!(known(&Store::open(place).unwrap(), 0..100), 100);
    let data = only(place, "data");
    let whole = fs::read(&data).unwrap();
    fs::write(&data, &whole[..whole.len() / 2]).unwrap();
    assert!(known(&Store::open(place).unwrap(), 0..100) < 100);
}

#[test]
fn what_is_not_wanted_is_taken_out_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path();
    let store = Store::open(place).unwrap();
    keep(&store, 0..400);
    let never = || panic!("asked what is wanted while others find more");
    assert!(matches!(collect(place, never), Err(StoreError::Busy(_))));
    drop(store);
    // Told twice, it is there once.
    let done = collect(place, || Ok((0..100).chain(50..70).map(key).collect())).unwrap();
    assert_eq!((done.kept, done.dropped), (100, 300));
    assert!(done.after < done.before / 2, "{done:?}");
    let store = Store::open(place).unwrap();
    assert_eq!((known(&store, 0..100), known(&store, 100..400)), (100, 0));
    only(place, "data");
}

#[test]
fn another_folder_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("mine"), "mine").unwrap();
    assert!(matches!(Store::open(folder.path()), Err(StoreError::Foreign(_))));
    assert!(matches!(collect(folder.path(), || Ok(Vec::new())), Err(StoreError::Foreign(_))));
    assert!(matches!(runs::list(folder.path()), Err(StoreError::Foreign(_))));
    let names: Vec<_> = fs::read_dir(folder.path()).unwrap().collect();
    assert_eq!(names.len(), 1);
}

#[test]
fn a_file_in_the_place_of_the_store_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    fs::write(&path, "x").unwrap();
    let error = Store::open(&path).err().unwrap().to_string();
    assert!(error.contains("cannot use the store") && error.contains("file"), "{error}");
}

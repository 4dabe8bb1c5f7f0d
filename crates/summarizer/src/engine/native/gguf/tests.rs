use std::path::Path;

use proptest::prelude::*;

use super::{fixture::Writer, *};

fn parse(bytes: &[u8]) -> Result<Gguf, Problem> {
    Gguf::parse(Path::new("a.gguf"), bytes.to_vec()).map_err(|error| error.problem)
}

fn small() -> Vec<u8> {
    Writer::new()
        .text("general.architecture", "llama")
        .count("llama.block_count", 2)
        .number("llama.epsilon", 0.5)
        .texts("tokens", &["a", "bé"])
        .counts("types", &[1, 3])
        .floats("norm", &[4], &[1.0, 2.0, 3.0, 4.0])
        .tensor("matrix", 8, &[2, 32], &[7; 68])
        .finish()
}

#[test]
fn what_was_written_is_read() {
    let gguf = parse(&small()).unwrap();
    assert_eq!(gguf.text("general.architecture").unwrap(), "llama");
    assert_eq!(gguf.count("llama.block_count").unwrap(), 2);
    assert!((gguf.number("llama.epsilon").unwrap() - 0.5).abs() < 1e-9);
    assert_eq!(gguf.texts("tokens").unwrap(), ["a", "bé"]);
    assert_eq!(gguf.counts("types").unwrap(), [1, 3]);
    let matrix = gguf.tensor("matrix").unwrap();
    assert_eq!((matrix.kind, matrix.shape, matrix.bytes), (Kind::Q8_0, vec![2, 32], &[7; 68][..]));
    let norm = gguf.tensor("norm").unwrap();
    assert_eq!(norm.bytes[4..8], 2.0_f32.to_le_bytes());
    assert!(gguf.has_tensor("norm") && !gguf.has_tensor("bias"));
}

#[test]
fn what_is_not_there_is_named() {
    let gguf = parse(&small()).unwrap();
    assert_eq!(gguf.tensor("bias").unwrap_err().problem, Problem::MissingTensor("bias".into()));
    assert_eq!(gguf.text("absent").unwrap_err().problem, Problem::MissingKey("absent".into()));
    let error = gguf.count("tokens").unwrap_err();
    assert_eq!(error.problem.to_string(), "tokens must be a whole number from 0");
    assert!(error.to_string().contains("a.gguf"), "{error}");
}

#[test]
fn no_prefix_of_a_file_is_a_file() {
    let whole = small();
    // The last tensor's padding may be missing.
    for length in 0..whole.len() - 28 {
        assert!(parse(&whole[..length]).is_err(), "{length}");
    }
}

/// The small file with the eight bytes that follow the text `after` replaced.
fn with_length(after: &str, length: u64) -> Vec<u8> {
    let mut bytes = small();
    let at = bytes.windows(after.len()).position(|w| w == after.as_bytes()).unwrap() + after.len();
    bytes[at..at + 8].copy_from_slice(&length.to_le_bytes());
    bytes
}

#[test]
fn hostile_headers_are_refused_by_what_is_wrong_with_them() {
    let mut magic = small();
    magic[3] = b'f';
    assert_eq!(parse(&magic).unwrap_err(), Problem::Magic);
    let mut version = small();
    version[4..8].copy_from_slice(&3_u32.to_be_bytes());
    assert_eq!(parse(&version).unwrap_err(), Problem::Version(3 << 24));
    for at in [8, 16] {
        let mut counts = small();
        counts[at..at + 8].copy_from_slice(&u64::MAX.to_le_bytes());
        assert!(matches!(parse(&counts), Err(Problem::Length { .. })), "{at}");
    }
    // The type of the value stands between the key and its length.
    let text = u64::from(8_u32) | (1 << 40);
    assert!(matches!(parse(&with_length("architecture", text)), Err(Problem::Length { .. })));
    assert!(matches!(parse(&with_length("block_count", 99)), Err(Problem::ValueType(99))));
    let twice = Writer::new().count("a", 1).count("a", 2).finish();
    assert_eq!(parse(&twice).unwrap_err(), Problem::Twice("a".into()));
    let twice = Writer::new().floats("t", &[1], &[0.0]).floats("t", &[1], &[0.0]).finish();
    assert_eq!(parse(&twice).unwrap_err(), Problem::Twice("t".into()));
    for alignment in [0, 3, 1 << 20] {
        let file = Writer::new().count("general.alignment", alignment).finish();
        assert!(matches!(parse(&file), Err(Problem::Alignment(_))), "{alignment}");
    }
}

#[test]
fn hostile_tensors_are_refused_by_what_is_wrong_with_them() {
    let tensor = |kind, shape: &[usize], bytes: &[u8]| {
        parse(&Writer::new().tensor("t", kind, shape, bytes).finish()).unwrap_err()
    };
    assert!(matches!(tensor(99, &[1], &[]), Problem::Kind { found: 99, .. }));
    assert!(matches!(tensor(0, &[], &[]), Problem::Dimensions { found: 0, .. }));
    assert!(matches!(tensor(0, &[1; 5], &[]), Problem::Dimensions { found: 5, .. }));
    assert!(matches!(tensor(8, &[1, 33], &[0; 34]), Problem::Size { .. }));
    assert!(matches!(tensor(0, &[0], &[]), Problem::Size { .. }));
    assert!(matches!(tensor(0, &[1 << 40, 1 << 40], &[]), Problem::Size { .. }));
    assert!(matches!(tensor(0, &[1 << 30], &[0; 64]), Problem::Outside { .. }));
    let mut file = Writer::new().floats("t", &[1], &[0.0]).finish();
    let at = file.len() - 32 - 8;
    let offset = |file: &mut Vec<u8>, offset: u64| {
        // The offset is the last of the header, before its padding.
        let end = 24 + 8 + 1 + 4 + 8 + 4;
        file[end..end + 8].copy_from_slice(&offset.to_le_bytes());
    };
    assert!(at > 24);
    offset(&mut file, 5);
    assert!(matches!(parse(&file), Err(Problem::Misaligned { offset: 5, .. })));
    offset(&mut file, u64::MAX - 31);
    assert!(matches!(parse(&file), Err(Problem::Outside { .. })));
}

#[test]
fn tensors_that_share_bytes_are_refused() {
    // Four tensors of 64 bytes each, the third's offset changed; 0, 64, 128 and 192 by themselves.
    let with_third_at = |offset: u64| {
        let mut writer = Writer::new();
        for name in ["one", "two", "xyz", "zed"] {
            writer = writer.floats(name, &[16], &[1.0; 16]);
        }
        let mut bytes = writer.finish();
        let name = bytes.windows(3).position(|w| w == b"xyz").unwrap();
        // Behind the name: number of dimensions, dimension, type.
        let at = name + 3 + 4 + 8 + 4;
        bytes[at..at + 8].copy_from_slice(&offset.to_le_bytes());
        parse(&bytes).map(|_| ())
    };
    assert_eq!(with_third_at(128), Ok(()));
    let overlap = |first: &str, second: &str| {
        Err(Problem::Overlap { first: first.to_owned(), second: second.to_owned() })
    };
    assert_eq!(with_third_at(96), overlap("two", "xyz"));
    assert_eq!(with_third_at(64), overlap("two", "xyz"));
    assert_eq!(with_third_at(160), overlap("xyz", "zed"));
    // A tensor of nothing shares nothing.
    let nothing = Writer::new().floats("a", &[0, 4], &[]).floats("b", &[4], &[1.0; 4]).finish();
    assert!(parse(&nothing).is_ok());
}

#[test]
fn lists_hold_so_many_values_together() {
    // A list of one byte, and one of the rest.
    let lists = |rest: usize| {
        let mut bytes = b"GGUF\x03\0\0\0".to_vec();
        bytes.extend(0_u64.to_le_bytes());
        bytes.extend(2_u64.to_le_bytes());
        for (key, count) in [(b'a', 1), (b'b', rest)] {
            bytes.extend(1_u64.to_le_bytes());
            bytes.push(key);
            bytes.extend(9_u32.to_le_bytes());
            bytes.extend(0_u32.to_le_bytes());
            bytes.extend((count as u64).to_le_bytes());
            bytes.resize(bytes.len() + count, 7);
        }
        bytes
    };
    let most = reader::MAX_VALUES;
    assert_eq!(parse(&lists(most)).unwrap_err(), Problem::Values(most));
    assert_eq!(parse(&lists(most - 1)).unwrap().counts("b").unwrap().len(), most - 1);
}

#[test]
fn lists_in_lists_are_no_stack_overflow() {
    let mut bytes = b"GGUF\x03\0\0\0".to_vec();
    bytes.extend(0_u64.to_le_bytes());
    bytes.extend(1_u64.to_le_bytes());
    bytes.extend(1_u64.to_le_bytes());
    bytes.push(b'k');
    bytes.extend(9_u32.to_le_bytes());
    for _ in 0..100_000 {
        bytes.extend(9_u32.to_le_bytes());
        bytes.extend(1_u64.to_le_bytes());
    }
    assert_eq!(parse(&bytes).unwrap_err(), Problem::Nesting(4));
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ = parse(&bytes);
        let mut headed = b"GGUF\x03\0\0\0".to_vec();
        headed.extend(bytes);
        let _ = parse(&headed);
    }

    #[test]
    fn no_damage_makes_it_panic(
        at in 0_usize..300,
        patch in proptest::collection::vec(any::<u8>(), 1..12),
    ) {
        let mut bytes = small();
        let at = at.min(bytes.len() - patch.len());
        bytes[at..at + patch.len()].copy_from_slice(&patch);
        if let Ok(gguf) = parse(&bytes) {
            for name in ["norm", "matrix"] {
                let _ = gguf.tensor(name);
            }
        }
    }
}

//! Checkpoints of `PyTorch`: sound ones against safetensors of the same tensors, and hostile ones.

use std::{fs, io::Write as _};

use proptest::prelude::*;

use super::{
    pickle::{Pickle, PickleError},
    torch::TorchError,
    *,
};

fn golden(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/golden/seq2seq").join(path)
}

fn numbers(checkpoint: &Checkpoint, name: &str) -> Result<Vec<f32>, TorchError> {
    let mut found = Vec::new();
    checkpoint.numbers(name, &mut found).map(|()| found)
}

#[test]
fn both_formats_hold_what_safetensors_hold() {
    for (folder, prefix, layer) in [("bart", "model.", "shared"), ("t5", "", "shared")] {
        let open = |name: &str| {
            let path = golden(&format!("{folder}/{name}"));
            Weights::open_network(&path, &[prefix], &[layer]).unwrap()
        };
        let (ours, theirs) = (open("pytorch_model.bin"), open("model.safetensors"));
        let Tensors::Safetensors(tensors) = &theirs.tensors else { panic!("no safetensors") };
        assert!(tensors.tensors().len() > 40);
        for (name, view) in tensors.tensors() {
            let expected = theirs.numbers(&name, view.shape()).unwrap();
            assert_eq!(ours.numbers(&name, view.shape()).unwrap(), expected, "{name}");
        }
    }
}

/// What comes of a file of these bytes.
fn open(bytes: &[u8]) -> Result<Checkpoint, String> {
    Checkpoint::new(bytes.to_vec()).map_err(|error| standfirst_core::report::chain(&error))
}

/// A text in a pickle.
fn text(text: &str) -> Vec<u8> {
    let length = u32::try_from(text.len()).unwrap();
    [b"X", length.to_le_bytes().as_slice(), text.as_bytes()].concat()
}

/// A number in a pickle.
fn int(number: i64) -> Vec<u8> {
    [b"\x8a\x08".as_slice(), &number.to_le_bytes()].concat()
}

/// A tensor `x` in a state dictionary: a storage of `length` numbers of `class`, from `offset` on, of these sizes.
fn state(class: &str, length: i64, offset: i64, shape: &[i64], strides: &[i64]) -> Vec<u8> {
    let tuple = |numbers: &[i64]| {
        let numbers: Vec<u8> = numbers.iter().flat_map(|number| int(*number)).collect();
        [b"(".as_slice(), &numbers, b"t"].concat()
    };
    [
        b"\x80\x02}".as_slice(),
        &text("x"),
        b"ctorch._utils\n_rebuild_tensor_v2\n((",
        &text("storage"),
        format!("ctorch\n{class}\n").as_bytes(),
        &text("0"),
        &text("cpu"),
        &int(length),
        b"tQ",
        &int(offset),
        &tuple(shape),
        &tuple(strides),
        b"\x89ccollections\nOrderedDict\n)RtRs.",
    ]
    .concat()
}

/// An archive of files, packed by `method`.
fn archive(files: &[(&str, &[u8])], method: zip::CompressionMethod) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default().compression_method(method);
    for (name, bytes) in files {
        archive.start_file(*name, options).unwrap();
        archive.write_all(bytes).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

fn stored(pickle: &[u8], storage: &[u8]) -> Vec<u8> {
    archive(&[("a/data.pkl", pickle), ("a/data/0", storage)], zip::CompressionMethod::Stored)
}

const SIX: [f32; 6] = [0.0, 1.0, 2.0, 3.0, 4.0, 5.0];

fn six() -> Vec<u8> {
    SIX.iter().flat_map(|x| x.to_le_bytes()).collect()
}

#[test]
fn views_are_followed() {
    for (offset, shape, strides, expected) in [
        (0, &[2, 3][..], &[3, 1][..], &[0.0, 1.0, 2.0, 3.0, 4.0, 5.0][..]),
        (0, &[3, 2], &[1, 3], &[0.0, 3.0, 1.0, 4.0, 2.0, 5.0]),
        (4, &[2], &[1], &[4.0, 5.0]),
        (5, &[], &[], &[5.0]),
        (6, &[0], &[1], &[]),
    ] {
        let bytes = stored(&state("FloatStorage", 6, offset, shape, strides), &six());
        let checkpoint = Checkpoint::new(bytes).unwrap();
        assert_eq!(numbers(&checkpoint, "x").unwrap(), expected);
    }
    // As Python's own library of numbers of 16 bits writes them: 1.5, -2, and what is none.
    let halves = [0x3e00_u16, 0xc000, 0x7e00].map(u16::to_le_bytes).concat();
    let bytes = stored(&state("HalfStorage", 3, 0, &[3], &[1]), &halves);
    let found = numbers(&Checkpoint::new(bytes).unwrap(), "x").unwrap();
    assert!(found[..2] == [1.5, -2.0] && found[2].is_nan());
    let brains = [0x3fc0_u16, 0xc000].map(u16::to_le_bytes).concat();
    let bytes = stored(&state("BFloat16Storage", 2, 0, &[2], &[1]), &brains);
    assert_eq!(numbers(&Checkpoint::new(bytes).unwrap(), "x").unwrap(), [1.5, -2.0]);
}

#[test]
fn a_pickle_that_calls_something_is_refused_with_its_name() {
    for (call, name) in [
        (&b"cposix\nsystem\nX\x04\x00\x00\x00true\x85R."[..], "posix.system"),
        (b"cos\nsystem\nX\x04\x00\x00\x00true\x85R.", "os.system"),
        (b"cbuiltins\neval\n(X\x01\x00\x00\x001tR.", "builtins.eval"),
        (b"c__builtin__\ngetattr\n.", "__builtin__.getattr"),
        (b"ctorch\nload\n.", "torch.load"),
        (b"ctorch._utils\n_rebuild_device_tensor_from_numpy\n.", "from_numpy"),
        (b"ca\x1b[31m\nb\n.", "a\\u{1b}[31m.b"),
    ] {
        let pickle = [b"\x80\x02", call].concat();
        let error = open(&stored(&pickle, &[])).err().unwrap();
        assert!(error.contains(name) && error.contains("nothing of it was run"), "{error}");
    }
    // Calls that name nothing: instances, objects made anew, extensions, and whatever newer protocols have.
    for code in [b'i', b'o', 0x81, 0x82, 0x83, 0x84, 0x92, 0x93, b'P', b'I', b'S', b'0', 0x95] {
        let error = open(&stored(&[0x80, 2, b'(', code, b'.'], &[])).err().unwrap();
        assert!(error.contains(&format!("operation {code:#04x}")), "{error}");
    }
}

#[test]
fn calls_of_what_is_admitted_are_held_to_their_form() {
    let calls: [&[u8]; 7] = [
        b"ctorch\nFloatStorage\n)R.",
        b"ctorch._utils\n_rebuild_tensor_v2\n)R.",
        b"ctorch._utils\n_rebuild_parameter\nN\x85R.",
        b"ccollections\nOrderedDict\nN\x85R.",
        b"NNb.",
        b"N\x85Q.",
        b"]NR.",
    ];
    for call in calls {
        let pickle = [b"\x80\x02", call].concat();
        assert!(matches!(Pickle::read(&pickle), Err(PickleError::Form { .. })), "{call:?}");
    }
}

#[test]
fn what_lies_beyond_its_storage_is_refused_before_it_is_read() {
    let huge = i64::MAX;
    for (class, length, offset, shape, strides) in [
        ("FloatStorage", 6, 5, &[2][..], &[1][..]),
        ("FloatStorage", 6, -1, &[2], &[1]),
        ("FloatStorage", 6, 0, &[2, 3], &[4, 1]),
        ("FloatStorage", 6, 0, &[-2, -3], &[3, 1]),
        ("FloatStorage", 6, 0, &[huge, huge], &[1, 1]),
        ("FloatStorage", 6, huge, &[2], &[huge]),
        // Every number the same one: a small file, and more than there is memory.
        ("FloatStorage", 6, 0, &[1 << 40], &[0]),
        ("FloatStorage", 6, 0, &[1, 1, 1, 1, 1, 1, 1, 1, 1], &[1; 9]),
        ("FloatStorage", 6, 0, &[2], &[1, 1]),
        // The archive's file is not what the pickle says.
        ("FloatStorage", 7, 0, &[2], &[1]),
        ("FloatStorage", huge, 0, &[2], &[1]),
        ("DoubleStorage", 6, 0, &[2], &[1]),
    ] {
        let bytes = stored(&state(class, length, offset, shape, strides), &six());
        assert!(open(&bytes).is_err(), "{class} {length} {offset} {shape:?} {strides:?}");
    }
    let longs = stored(&state("LongStorage", 3, 0, &[3], &[1]), &six());
    let error = numbers(&Checkpoint::new(longs).unwrap(), "x").unwrap_err();
    assert!(matches!(error, TorchError::Type { .. }), "{error}");
}

#[test]
fn nothing_is_unpacked() {
    let pickle = state("FloatStorage", 1 << 20, 0, &[1 << 20], &[1]);
    let zeros = vec![0; 4 << 20];
    let files: [(&str, &[u8]); 2] = [("a/data.pkl", &pickle), ("a/data/0", &zeros)];
    let bytes = archive(&files, zip::CompressionMethod::Deflated);
    assert!(bytes.len() < 100_000);
    assert!(open(&bytes).err().unwrap().contains("compressed"));
    let none = archive(&[("a/b", b"c")], zip::CompressionMethod::Stored);
    assert!(open(&none).err().unwrap().contains("no file data.pkl"));
    let missing = archive(&[("a/data.pkl", &pickle)], zip::CompressionMethod::Stored);
    assert!(open(&missing).err().unwrap().contains("no file a/data/0"));
    let order: [(&str, &[u8]); 3] =
        [("a/data.pkl", &pickle), ("a/data/0", &zeros), ("a/byteorder", b"big")];
    let big = archive(&order, zip::CompressionMethod::Stored);
    assert!(open(&big).err().unwrap().contains("little-endian"));
}

#[test]
fn deep_nesting_is_an_error_and_no_stack_overflow() {
    let nested = [b"\x80\x02)".to_vec(), vec![0x85; 1 << 20], b".".to_vec()].concat();
    assert!(matches!(Pickle::read(&nested), Err(PickleError::Damaged { .. })));
    // A list that holds itself.
    let circle = b"\x80\x02]q\x00h\x00a.";
    assert!(Pickle::read(circle).unwrap().texts().is_err());
    // Doubled forty times: pairs of one and the same pair.
    let doubled = [b"\x80\x02)".to_vec(), b"q\x00h\x00\x86".repeat(12), b".".to_vec()].concat();
    assert!(Pickle::read(&doubled).unwrap().tensors().is_err());
}

#[test]
fn stacks_end_at_their_marks() {
    for pickle in [
        &b"\x80\x02."[..],
        b"\x80\x02N(.",
        b"\x80\x02t.",
        b"\x80\x02}Ns.",
        b"\x80\x02h\x00.",
        b"\x80\x02",
    ] {
        assert!(matches!(Pickle::read(pickle), Err(PickleError::Damaged { .. })), "{pickle:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn no_damage_makes_it_panic(
        older in any::<bool>(),
        damages in proptest::collection::vec((any::<proptest::sample::Index>(), any::<u8>()), 1..6),
        end in any::<proptest::sample::Index>(),
        cuts in any::<bool>(),
    ) {
        let mut bytes = fs::read(golden(if older { "t5/pytorch_model.bin" } else { "bart/pytorch_model.bin" })).unwrap();
        for (at, byte) in damages {
            // Where the pickle is, and in every second file anywhere.
            let range = if byte % 2 == 0 { bytes.len() } else { 8_000 };
            let at = at.index(range);
            bytes[at] = byte;
        }
        if cuts {
            bytes.truncate(end.index(bytes.len()));
        }
        if let Ok(checkpoint) = Checkpoint::new(bytes) {
            for name in ["shared.weight", "model.shared.weight", "encoder.final_layer_norm.weight"] {
                let _ = numbers(&checkpoint, name);
            }
        }
    }

    #[test]
    fn no_pickle_makes_it_panic(pickle in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ = Pickle::read(&[b"\x80\x02(", pickle.as_slice()].concat());
    }
}

//! Damaged and hostile files at the doors of the native engine: an answer or an error, never a panic,
//! and never more memory than a sound file of that size takes. The same doors are open to cargo-fuzz
//! (`fuzz/`), which goes on for as long as one likes.

mod doors;

use std::{
    fs,
    path::Path,
    sync::{Mutex, MutexGuard, PoisonError},
};

use peak_alloc::PeakAlloc;
use proptest::{
    prelude::*,
    test_runner::{RngAlgorithm, TestRng, TestRunner},
};
use standfirst_summarizer::engine::EngineError;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// Tests here measure memory, one at a time.
fn alone() -> MutexGuard<'static, ()> {
    static LOCK: Mutex<()> = Mutex::new(());
    LOCK.lock().unwrap_or_else(PoisonError::into_inner)
}

fn golden(path: &str) -> Vec<u8> {
    fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/golden").join(path)).unwrap()
}

/// The most bytes that were taken at once while `f` ran, beside those that were taken before.
fn peak<T>(f: impl FnOnce() -> T) -> (T, usize) {
    let before = MEMORY.current_usage();
    MEMORY.reset_peak_usage();
    let value = f();
    (value, MEMORY.peak_usage().saturating_sub(before))
}

/// What may happen to a file.
#[derive(Clone, Debug)]
enum Damage {
    /// It ends early, after so many thousandths.
    Cut(usize),
    /// A bit is another.
    Bit(usize, u8),
    /// A number is absurd.
    Number(usize, u64),
    /// A stretch comes twice.
    Twice(usize, usize),
}

/// Places: anywhere, and in every second case near the start, where headers are.
fn place() -> impl Strategy<Value = usize> {
    prop_oneof![0_usize..4_096, 0_usize..1 << 20]
}

fn damage() -> impl Strategy<Value = Damage> {
    let absurd = [0, 1, 0xff, 1 << 20, 1 << 31, u64::from(u32::MAX), 1 << 40, 1 << 62, u64::MAX];
    prop_oneof![
        (0_usize..1_000).prop_map(Damage::Cut),
        (place(), 0_u8..8).prop_map(|(at, bit)| Damage::Bit(at, bit)),
        (place(), proptest::sample::select(absurd.to_vec()))
            .prop_map(|(at, number)| Damage::Number(at, number)),
        (place(), 1_usize..200).prop_map(|(at, length)| Damage::Twice(at, length)),
    ]
}

fn apply(damage: &Damage, bytes: &mut Vec<u8>) {
    let place = |at: &usize, length: usize| at % bytes.len().saturating_sub(length).max(1);
    match damage {
        Damage::Cut(thousandths) => bytes.truncate(bytes.len() * thousandths / 1_000),
        _ if bytes.len() < 8 => {}
        Damage::Bit(at, bit) => {
            let at = place(at, 0);
            bytes[at] ^= 1 << bit;
        }
        Damage::Number(at, number) => {
            let at = place(at, 8);
            bytes[at..at + 8].copy_from_slice(&number.to_le_bytes());
        }
        Damage::Twice(at, length) => {
            let at = place(at, *length);
            let stretch = bytes[at..bytes.len().min(at + length)].to_vec();
            bytes.splice(at..at, stretch);
        }
    }
}

/// Opens `door` with `sound` in many kinds of disrepair, and with bytes that are nothing.
fn withstands<T: std::fmt::Debug, E: std::fmt::Debug>(
    sound: &[u8],
    door: impl Fn(&[u8]) -> Result<T, E>,
) {
    let (answer, most) = peak(|| door(sound));
    answer.unwrap();
    let knock = |bytes: &[u8]| {
        let (answer, taken) = peak(|| door(bytes));
        assert!(taken <= 2 * most + (1 << 20), "{taken} bytes, and {most} for a sound file");
        answer
    };
    // The last bytes of a file may be padding.
    for end in (0..sound.len() - 64).step_by(sound.len() / 300) {
        assert!(knock(&sound[..end]).is_err(), "{end} of {} bytes", sound.len());
    }
    let damages = proptest::collection::vec(damage(), 1..4);
    let nothing = proptest::collection::vec(any::<u8>(), 0..600);
    TestRunner::new(ProptestConfig::with_cases(600))
        .run(&damages, |damages| {
            let mut bytes = sound.to_vec();
            for damage in &damages {
                apply(damage, &mut bytes);
            }
            let _ = knock(&bytes);
            Ok(())
        })
        .unwrap();
    TestRunner::new(ProptestConfig::with_cases(200))
        .run(&nothing, |tail| {
            prop_assert!(knock(&tail).is_err());
            let mut headed = sound[..24].to_vec();
            headed.extend(tail);
            prop_assert!(knock(&headed).is_err());
            Ok(())
        })
        .unwrap();
}

#[test]
fn a_gguf_file_in_disrepair_is_an_error_or_a_network() {
    let _alone = alone();
    let folder = tempfile::tempdir().unwrap();
    for name in ["qwen2", "qwen3", "llama3", "smollm3", "granite", "gemma3"] {
        let sound = golden(&format!("gguf/{name}.gguf"));
        withstands(&sound, |bytes| doors::gguf(folder.path(), bytes));
    }
}

#[test]
fn a_safetensors_file_in_disrepair_is_an_error_or_a_network() {
    let _alone = alone();
    let folder = tempfile::tempdir().unwrap();
    doors::write_bert(folder.path());
    let sound = golden("seq2seq/bert/model.safetensors");
    withstands(&sound, |bytes| doors::safetensors(folder.path(), bytes));
}

#[test]
fn a_checkpoint_in_disrepair_is_an_error_or_a_network() {
    let _alone = alone();
    let folder = tempfile::tempdir().unwrap();
    doors::write_t5(folder.path());
    let sound = golden("seq2seq/t5/pytorch_model.bin");
    withstands(&sound, |bytes| doors::checkpoint(folder.path(), bytes));
}

/// The header of a safetensors file with `header` in the place of its own.
fn headed(header: &str) -> Vec<u8> {
    let mut bytes = (header.len() as u64).to_le_bytes().to_vec();
    bytes.extend(header.as_bytes());
    bytes.extend([0; 64]);
    bytes
}

#[test]
fn headers_that_attack_are_refused() {
    let _alone = alone();
    let folder = tempfile::tempdir().unwrap();
    doors::write_bert(folder.path());
    let tensor = |shape: &str, offsets: &str| {
        headed(&format!(
            "{{\"bert.embeddings.LayerNorm.weight\":{{\"dtype\":\"F32\",\"shape\":{shape},\"data_offsets\":{offsets}}}}}"
        ))
    };
    let mut long = u64::MAX.to_le_bytes().to_vec();
    long.extend([b'{'; 100]);
    let mut almost = (99_999_999_u64).to_le_bytes().to_vec();
    almost.extend(b"{}");
    let cases = [
        long,
        almost,
        headed(&"[".repeat(200_000)),
        headed("{\"a\":1}"),
        tensor("[16]", "[0,9999]"),
        tensor("[16]", "[64,0]"),
        tensor("[18446744073709551615,2]", "[0,64]"),
        tensor("[4294967296,4294967296]", "[0,64]"),
        tensor("[16]", "[18446744073709551600,18446744073709551615]"),
        headed(&format!("{{\"__metadata__\":{{\"{}\":\"b\"}}}}", "a".repeat(100_000))),
    ];
    for (case, bytes) in cases.iter().enumerate() {
        let (answer, taken) = peak(|| doors::safetensors(folder.path(), bytes));
        let error = answer.unwrap_err();
        assert!(error.to_string().contains("model.safetensors"), "{case}: {error}");
        assert!(taken < 8 << 20, "{case}: {taken} bytes");
    }
}

#[test]
fn a_configuration_alone_takes_no_memory() {
    let _alone = alone();
    let folder = tempfile::tempdir().unwrap();
    doors::write_t5(folder.path());
    let weights = golden("seq2seq/t5/pytorch_model.bin");
    let (answer, most) = peak(|| doors::checkpoint(folder.path(), &weights));
    answer.unwrap();
    let path = folder.path().join("config.json");
    let config = fs::read_to_string(&path).unwrap();
    let absurd = config.replace("\"d_ff\": 24", "\"d_ff\": 131072");
    assert_ne!(config, absurd);
    fs::write(&path, absurd).unwrap();
    let (answer, taken) = peak(|| doors::checkpoint(folder.path(), &weights));
    let error = answer.unwrap_err();
    assert!(matches!(error, EngineError::Shape { .. }), "{error}");
    assert!(taken <= most + (1 << 20), "{taken} bytes, and {most} for a sound configuration");
}

/// Statements that make much of little, lists that hold one another among them.
const GROWING: [&str; 37] = [
    "{% set x = x + x %}",
    "{% set x = x ~ x %}",
    "{% set x = x * 1000 %}",
    "{% set x = 99999999 * x %}",
    "{% set x = x.replace('a', 'aaaaaaaaaaaaaaaa') %}",
    "{% set x = x.replace('', x) %}",
    "{% set x = x|replace('a', x) %}",
    "{% set x = x|string|join(x|string) %}",
    "{% set x = x|list %}",
    "{% set x = x|tojson %}",
    "{% set x = x|tojson(indent=9999) %}",
    "{% set x = x|string|indent(99999999) %}",
    "{% set x = '%99999999d'|format(1) %}",
    "{% set x = x.split('a') %}",
    "{% set x = x.join([x, x, x, x]) %}",
    "{% set x = range(100000)|list %}",
    "{% set x %}{{ x }}{{ x }}{{ x }}{{ x }}{% endset %}",
    "{% for i in range(60) %}{% set n.x = n.x ~ n.x ~ 'a' %}{% endfor %}",
    "{% macro m(y) %}{{ y }}{{ y }}{% endmacro %}{% set x = m(m(m(x))) %}",
    "{% set x = [x, x] %}",
    "{% set x = (x, x) %}",
    "{% set x = [x] * 1000 %}",
    "{% set x = [x, [x, [x, [x]]]] %}",
    "{% set x = {'a': x, 'b': x} %}",
    "{% set x = namespace(a=x, b=x) %}",
    "{% set x = dict(a=x, b=x) %}",
    "{% set n.x = [n.x, n.x, x] %}",
    "{% set n.x = n %}",
    "{% set x = x|zip(x)|list %}",
    "{% set x = x|batch(2)|list %}",
    "{% set x = x|map('list')|list %}",
    "{% set x = x|list + x|list %}",
    "{% set x = x|pprint %}",
    "{% set x = '{} {}'.format(x, x) %}",
    "{{ x }}",
    "{{ x == n.x }}{{ x < n.x }}{{ x in n.x }}{{ {x: 1}[x] }}",
    "{% set x = [x[1:], x[::-1]]|map('join')|join %}",
];
/// What a template may take, in bytes: copies of what its fuel pays for. Twenty-eight million were seen.
const TEMPLATE_BYTES: usize = 128 << 20;

#[test]
fn no_template_takes_much_memory() {
    let _alone = alone();
    let folder = tempfile::tempdir().unwrap();
    let sound = golden("gguf/qwen2.gguf");
    let render = |statements: &[&str]| {
        let template = format!(
            "{{% set n = namespace(x='a') %}}{{% set x = 'a' %}}{}{{{{ messages[-1].content }}}}",
            statements.concat()
        );
        let bytes = doors::with_template(&sound, &template);
        let (answer, taken) = peak(|| doors::gguf(folder.path(), &bytes));
        assert!(taken < TEMPLATE_BYTES, "{taken} bytes by {statements:?}");
        answer
    };
    render(&[]).unwrap();
    for statement in GROWING {
        // Each by itself, until it is refused or can do no more.
        let _ = render(&[statement; 12]);
    }
    let statements = proptest::collection::vec(proptest::sample::select(GROWING.to_vec()), 1..14);
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    TestRunner::new_with_rng(ProptestConfig::with_cases(300), rng)
        .run(&statements, |statements| {
            let _ = render(&statements);
            Ok(())
        })
        .unwrap();
}

#[test]
fn damaged_files_beside_sound_weights_are_an_answer_or_an_error() {
    let _alone = alone();
    let folder = tempfile::tempdir().unwrap();
    doors::write_bert(folder.path());
    doors::safetensors(folder.path(), &golden("seq2seq/bert/model.safetensors")).unwrap();
    for name in ["config.json", "tokenizer.json"] {
        let sound = fs::read(folder.path().join(name)).unwrap();
        for cut in (0..sound.len()).step_by(sound.len() / 40 + 1) {
            doors::beside_weights(folder.path(), name, &sound[..cut]).unwrap_err();
        }
        for at in (0..sound.len()).step_by(sound.len() / 200 + 1) {
            let mut changed = sound.clone();
            changed[at] ^= 1;
            let (_, taken) = peak(|| doors::beside_weights(folder.path(), name, &changed));
            assert!(taken < 64 << 20, "{name}, byte {at}: {taken} bytes");
        }
        doors::beside_weights(folder.path(), name, &sound).unwrap();
    }
}

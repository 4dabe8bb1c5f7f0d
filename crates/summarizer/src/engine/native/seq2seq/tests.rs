//! Products in 8 bits against those in `f32`, on the tiny networks of `tests/golden/seq2seq`.

use std::path::Path;

use super::*;

/// Logits of the first four tokens of an answer, which are given.
fn logits(folder: &str, kind: Kind, precision: Precision) -> Vec<f32> {
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/golden/seq2seq").join(folder);
    let config = Config::open(kind, &own.join("config.json"), None).unwrap();
    let network = Network::load(&own.join("model.safetensors"), &config, precision).unwrap();
    let (mut work, mut all, mut found) = (Work::default(), Vec::new(), Vec::new());
    let article: Vec<u32> = (0..90).map(|i| 5 + i * 7 % 100).collect();
    let mut state = network.read(&article, &mut work, || Ok(())).unwrap();
    for token in [config.special.start, 11, 40, 23] {
        network.decoder.step(&mut [&mut state], &[token], &mut work, &mut found);
        all.extend_from_slice(&found);
    }
    all
}

#[test]
fn eight_bits_change_logits_by_little() {
    // Those whose cards ask for 8 bits. The logits of the tiny FLAN-T5 are off by half, so its cards do not.
    let networks = [("bart", Kind::Bart), ("pegasus", Kind::Pegasus), ("t5", Kind::T5)];
    for (folder, kind) in networks {
        let full = logits(folder, kind, Precision::F32);
        let rounded = logits(folder, kind, Precision::Int8);
        let mean = full.iter().sum::<f32>() / full.len() as f32;
        let spread: f32 = full.iter().map(|x| (x - mean).powi(2)).sum();
        let error: f32 = full.iter().zip(&rounded).map(|(a, b)| (a - b).powi(2)).sum();
        let share = (error / spread).sqrt();
        // Noise of 16 dimensions, of which T5's heads have scores far apart, is harder than what was trained.
        assert!(share < 0.25, "{folder}: {share}");
        assert!(share > 0.0, "{folder}: nothing was rounded");
    }
}

#[test]
fn a_table_of_sines_is_bounded_by_its_configuration() {
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/golden/seq2seq/pegasus");
    let sound = std::fs::read_to_string(own.join("config.json")).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("config.json");
    for (width, count, is_sound) in
        [(16, 65_536, true), (1_024, 16_384, true), (16_384, 65_536, false)]
    {
        let config = sound
            .replace("\"d_model\": 16", &format!("\"d_model\": {width}"))
            .replace("_embeddings\": 256", &format!("_embeddings\": {count}"));
        std::fs::write(&path, config).unwrap();
        let opened = Config::open(Kind::Pegasus, &path, None);
        assert_eq!(opened.is_ok(), is_sound, "{width} × {count}: {:?}", opened.err());
    }
}

//! How layers know places: by which angles they turn (Su et al. 2021), and how far they see.

use super::metadata::Metadata;
use crate::engine::{
    EngineError,
    native::{gguf::Value, llama::architecture::Architecture},
};

/// Base of the wavelengths where a file does not say.
const BASE: f32 = 10_000.0;
/// Of so many layers of Gemma 3, the last sees all tokens.
const GEMMA_GROUP: usize = 6;
/// Of so many layers of `SmolLM3`, the last turns nothing.
const SMOLLM_GROUP: usize = 4;

/// The angles of rotary positions.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Angles {
    /// Base of their wavelengths.
    pub base: f32,
    /// What positions are multiplied by (Chen et al. 2023).
    pub scale: f32,
}

/// How a layer turns queries and keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// By the network's angles.
    Far,
    /// By those of layers with a window.
    Near,
    /// Not at all.
    None,
}

/// What a layer knows of places.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    pub turn: Turn,
    /// How many tokens it sees, the last ones and the own among them; `None` for all.
    pub window: Option<usize>,
}

impl Angles {
    /// Those of layers that see all tokens.
    ///
    /// # Errors
    /// [`EngineError`] if they are scaled in a way that is not known here, or by what cannot be.
    pub fn of_all(metadata: &Metadata<'_>) -> Result<Self, EngineError> {
        let factor = match metadata.text("rope.scaling.type")? {
            // A factor without a type is linear, as llama.cpp reads it.
            None | Some("linear") => metadata.positive_or("rope.scaling.factor", 1.0)?,
            Some("none") => 1.0,
            Some(kind) => {
                let allowed = "\"none\" or \"linear\", the only kinds that this engine knows; take a file without it, for which the model's usual context is enough";
                return metadata.wrong("rope.scaling.type", kind, allowed);
            }
        };
        Ok(Self { base: base(metadata, "rope.freq_base")?, scale: 1.0 / factor })
    }

    /// Those of layers with a window, where the architecture has others for them.
    ///
    /// # Errors
    /// [`EngineError`] if their base cannot be.
    pub fn of_windows(
        metadata: &Metadata<'_>,
        architecture: Architecture,
    ) -> Result<Option<Self>, EngineError> {
        if architecture != Architecture::Gemma3 {
            return Ok(None);
        }
        Ok(Some(Self { base: base(metadata, "rope.freq_base_swa")?, scale: 1.0 }))
    }
}

fn base(metadata: &Metadata<'_>, key: &str) -> Result<f32, EngineError> {
    let base = metadata.positive_or(key, BASE)?;
    if base >= 1.0 { Ok(base) } else { metadata.wrong(key, base, "a finite number from 1") }
}

/// What each of `layers` layers knows of places.
///
/// # Errors
/// [`EngineError`] if the file says what cannot be.
pub fn of_layers(
    metadata: &Metadata<'_>,
    architecture: Architecture,
    layers: usize,
) -> Result<Vec<Place>, EngineError> {
    let far = Place { turn: Turn::Far, window: None };
    let unturned = Place { turn: Turn::None, window: None };
    match architecture {
        Architecture::Gemma3 => windowed(metadata, layers),
        Architecture::SmolLm3 => {
            let last = |layer: usize| (layer + 1).is_multiple_of(SMOLLM_GROUP);
            Ok((0..layers).map(|layer| if last(layer) { unturned } else { far }).collect())
        }
        // What other files say of fine-tuning, Granite's say of turning.
        Architecture::Granite
            if metadata.value("rope.scaling.finetuned") == Some(&Value::Bool(false)) =>
        {
            Ok(vec![unturned; layers])
        }
        _ => Ok(vec![far; layers]),
    }
}

/// The key of which layers see no more than a window.
const PATTERN: &str = "attention.sliding_window_pattern";

/// Whether a layer sees no more than a window; some files write 1 and 0 for true and false.
fn is_near(metadata: &Metadata<'_>, value: &Value) -> Result<bool, EngineError> {
    match value {
        Value::Bool(near) => Ok(*near),
        Value::Unsigned(near @ (0 | 1)) => Ok(*near == 1),
        Value::Signed(near @ (0 | 1)) => Ok(*near == 1),
        other => {
            let found: String = format!("{other:?} in a list").chars().take(80).collect();
            metadata.wrong(PATTERN, found, "a list of true and false, or of 1 and 0")
        }
    }
}

/// Most layers see as many tokens as a window has.
fn windowed(metadata: &Metadata<'_>, layers: usize) -> Result<Vec<Place>, EngineError> {
    let far = Place { turn: Turn::Far, window: None };
    let window = match metadata.value("attention.sliding_window") {
        Some(_) => metadata.count("attention.sliding_window", 0)?,
        None => 0,
    };
    if window == 0 {
        return Ok(vec![far; layers]);
    }
    let window = Some(window);
    let place = |near: bool| if near { Place { turn: Turn::Near, window } } else { far };
    if let Some(Value::Array(near)) = metadata.value(PATTERN) {
        if near.len() != layers {
            return metadata.wrong(PATTERN, near.len(), "as many as there are layers");
        }
        return near.iter().map(|near| Ok(place(is_near(metadata, near)?))).collect();
    }
    let group = metadata.count_or(PATTERN, GEMMA_GROUP)?;
    Ok((0..layers).map(|layer| place(!(layer + 1).is_multiple_of(group))).collect())
}

//! The decoders that differ little enough from `LLaMA` (Touvron et al. 2023) to share its code, and what
//! they differ in.

/// A kind of decoder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Architecture {
    /// `LLaMA` 1 to 3, Mistral, `SmolLM2`.
    Llama,
    /// Qwen 2 and 2.5: biases on queries, keys and values.
    Qwen2,
    /// Qwen 3: queries and keys are normalised head by head.
    Qwen3,
    /// Gemma 3 (Gemma Team 2025): norms before and after both parts of a layer, and layers that see
    /// the last tokens only.
    Gemma3,
    /// `SmolLM3`: every fourth layer does not know places (Yang et al. 2025).
    SmolLm3,
    /// Granite 3, and those of Granite 4 that are dense: what is added up is scaled first.
    Granite,
}

/// What becomes of the gate of a feed-forward part (Shazeer 2020).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gate {
    /// x·σ(x).
    Silu,
    /// GELU by the hyperbolic tangent.
    Gelu,
}

impl Architecture {
    /// All of them, as GGUF calls them.
    pub const NAMES: [(&'static str, Self); 6] = [
        ("llama", Self::Llama),
        ("qwen2", Self::Qwen2),
        ("qwen3", Self::Qwen3),
        ("gemma3", Self::Gemma3),
        ("smollm3", Self::SmolLm3),
        ("granite", Self::Granite),
    ];

    /// Whether two numbers that are turned together stand half the turned numbers apart; else they are
    /// neighbours.
    pub fn turns_apart(self) -> bool {
        match self {
            Self::Qwen2 | Self::Qwen3 | Self::Gemma3 => true,
            Self::Llama | Self::SmolLm3 | Self::Granite => false,
        }
    }

    /// Whether queries and keys are normalised head by head.
    pub fn norms_heads(self) -> bool {
        matches!(self, Self::Qwen3 | Self::Gemma3)
    }

    /// Whether the answers of attention and of the feed-forward part are normalised before they are
    /// added.
    pub fn norms_answers(self) -> bool {
        self == Self::Gemma3
    }

    /// What becomes of the gate.
    pub fn gate(self) -> Gate {
        if self == Self::Gemma3 { Gate::Gelu } else { Gate::Silu }
    }
}

//! Model cards: what `models/*.toml` may say.

/// One model, as its card describes it.
#[derive(Clone, Debug, PartialEq)]
pub struct ModelCard {
    /// What `--model` names it by; equals the file's name.
    pub id: String,
}

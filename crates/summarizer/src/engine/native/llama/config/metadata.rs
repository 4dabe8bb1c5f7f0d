//! The keys of one architecture, and the limits of what may stand under them.

use std::fmt::Display;

use crate::engine::{
    EngineError,
    native::gguf::{Gguf, Value},
};

/// Largest of any count in a configuration: no network of a machine without a GPU comes near, and
/// products of two stay far from overflow.
const MAX: usize = 1 << 20;

/// The metadata of a file under the name of its architecture.
pub struct Metadata<'a> {
    gguf: &'a Gguf,
    name: &'a str,
}

impl<'a> Metadata<'a> {
    /// Those under `name`.
    pub fn new(gguf: &'a Gguf, name: &'a str) -> Self {
        Self { gguf, name }
    }

    fn key(&self, rest: &str) -> String {
        format!("{}.{rest}", self.name)
    }

    /// What stands under `rest`.
    pub fn value(&self, rest: &str) -> Option<&'a Value> {
        self.gguf.value(&self.key(rest))
    }

    /// The count under `rest`, which is at least `least`.
    ///
    /// # Errors
    /// [`EngineError`] if there is none, or it is out of range; so for all that follow.
    pub fn count(&self, rest: &str, least: usize) -> Result<usize, EngineError> {
        let count = self.gguf.count(&self.key(rest))?;
        if (least..=MAX).contains(&count) {
            return Ok(count);
        }
        self.wrong(rest, count, &format!("from {least} to {MAX}"))
    }

    /// The count under `rest`, from 1; `default` where there is none.
    pub fn count_or(&self, rest: &str, default: usize) -> Result<usize, EngineError> {
        match self.value(rest) {
            Some(_) => self.count(rest, 1),
            None => Ok(default),
        }
    }

    /// The number under `rest`.
    #[expect(clippy::cast_possible_truncation, reason = "f32 is what networks compute with")]
    pub fn number(&self, rest: &str) -> Result<f32, EngineError> {
        Ok(self.gguf.number(&self.key(rest))? as f32)
    }

    /// The number under `rest`, which is above 0; `default` where there is none, or 0, which stands
    /// for none. Its inverse is one, too: some are divided by, and infinity is no answer.
    pub fn positive_or(&self, rest: &str, default: f32) -> Result<f32, EngineError> {
        let number = match self.value(rest) {
            Some(_) => self.number(rest)?,
            None => 0.0,
        };
        match number {
            0.0 => Ok(default),
            number if number > 0.0 && number.is_normal() && (1.0 / number).is_normal() => {
                Ok(number)
            }
            number => self.wrong(rest, number, "a finite number above 0, from 1e-37 to 1e37"),
        }
    }

    /// The text under `rest`, if any.
    pub fn text(&self, rest: &str) -> Result<Option<&'a str>, EngineError> {
        match self.value(rest) {
            Some(_) => Ok(Some(self.gguf.text(&self.key(rest))?)),
            None => Ok(None),
        }
    }

    /// The error of a `value` under `rest` that is not `allowed`.
    pub fn wrong<T>(
        &self,
        rest: &str,
        value: impl Display,
        allowed: &str,
    ) -> Result<T, EngineError> {
        Err(EngineError::Metadata {
            path: self.gguf.path().into(),
            key: self.key(rest),
            value: value.to_string(),
            allowed: allowed.to_owned(),
        })
    }
}

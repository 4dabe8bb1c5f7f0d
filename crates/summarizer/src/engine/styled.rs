//! A generator as those see it who ask for abstracts in one style.

use std::{num::NonZeroUsize, sync::Arc};

use standfirst_core::{article::Limits, plugin::Style, usage::Usage};

use super::{EngineError, Generation, Generator, Request};

/// A generator that has as much room for an article as the question for its style leaves.
pub struct InStyle {
    generator: Arc<dyn Generator>,
    style: Style,
}

impl InStyle {
    /// `generator`, asked for `style` alone.
    pub fn new(generator: Arc<dyn Generator>, style: Style) -> Self {
        Self { generator, style }
    }
}

impl Generator for InStyle {
    fn window(&self) -> usize {
        self.generator.window_in(self.style)
    }

    fn count_tokens(&self, text: &str) -> Result<usize, EngineError> {
        self.generator.count_tokens(text)
    }

    fn batch(&self) -> NonZeroUsize {
        self.generator.batch()
    }

    fn is_told_why(&self) -> bool {
        self.generator.is_told_why()
    }

    fn spent(&self) -> Option<Usage> {
        self.generator.spent()
    }

    fn generate(&self, requests: &[Request<'_>]) -> Vec<Result<Generation, EngineError>> {
        self.generator.generate(requests)
    }

    fn generate_within(
        &self,
        requests: &[Request<'_>],
        limits: &[&Limits],
    ) -> Vec<Result<Generation, EngineError>> {
        self.generator.generate_within(requests, limits)
    }
}

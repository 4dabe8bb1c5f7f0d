//! Networks that write, in memory once although they are asked for several styles.

use std::sync::{Arc, Mutex, PoisonError, Weak};

use standfirst_core::card::ModelCard;

use super::LoadError;
use crate::engine::Generator;

/// The generators that are in use, by their cards and by whether they may use the network.
#[derive(Default)]
pub(super) struct Writers(Mutex<Vec<Used>>);

/// A card, whether the network is forbidden, and its generator.
type Used = (ModelCard, bool, Weak<dyn Generator>);

impl Writers {
    /// The generator of `card`: that of somebody who uses it, or the one that `load` gives.
    pub(super) fn get(
        &self,
        card: &ModelCard,
        offline: bool,
        load: impl FnOnce() -> Result<Arc<dyn Generator>, LoadError>,
    ) -> Result<Arc<dyn Generator>, LoadError> {
        // Held while it is loaded, so that nobody loads it beside.
        let mut used = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        used.retain(|(.., generator)| generator.strong_count() > 0);
        let same = |(other, alone, _): &&Used| *alone == offline && other == card;
        if let Some(generator) = used.iter().find(same).and_then(|(.., used)| used.upgrade()) {
            return Ok(generator);
        }
        let generator = load()?;
        used.push((card.clone(), offline, Arc::downgrade(&generator)));
        Ok(generator)
    }
}

//! What the lower layers made of the batches that were read last. Two networks that share those layers
//! are asked about an article one after the other; the second finds them computed.
//!
//! Whole batches are kept, because in `f32` the last bits of a text's numbers depend on how many texts
//! go through a product together (in 8 bits they do not): a batch that is found has the very numbers
//! that it would be computed to, so that no answer depends on what was read before.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex, PoisonError},
    thread,
};

use crate::engine::EngineError;

/// Tokens that are kept for each thread of the machine: the beginning of an article that is longer is
/// computed anew. At 384 numbers a token they take 12 MB.
const TOKENS_PER_THREAD: usize = 8_192;

/// Token numbers of the texts of a batch.
type Batch = Arc<[Vec<u32>]>;

/// Hidden states of batches; the oldest go first.
pub struct Memory {
    depth: usize,
    capacity: usize,
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    states: HashMap<Batch, Arc<[f32]>>,
    order: VecDeque<Batch>,
    tokens: usize,
}

impl Memory {
    /// For what the first `depth` layers make of texts.
    pub fn new(depth: usize) -> Self {
        let threads = thread::available_parallelism().map_or(1, usize::from);
        Self { depth, capacity: threads * TOKENS_PER_THREAD, kept: Mutex::default() }
    }

    /// How many layers.
    pub fn depth(&self) -> usize {
        self.depth
    }

    /// The states of a batch: as known, or as `compute` gives them.
    pub fn recall(
        &self,
        batch: &[Vec<u32>],
        compute: impl FnOnce() -> Result<Vec<f32>, EngineError>,
    ) -> Result<Vec<f32>, EngineError> {
        let known = self.with(|kept| kept.states.get(batch).map(Arc::clone));
        if let Some(states) = known {
            return Ok(states.to_vec());
        }
        let computed = compute()?;
        let states = Arc::<[f32]>::from(computed.as_slice());
        self.with(|kept| kept.insert(batch.into(), states, self.capacity));
        Ok(computed)
    }

    fn with<T>(&self, act: impl FnOnce(&mut Kept) -> T) -> T {
        act(&mut self.kept.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Kept {
    fn insert(&mut self, batch: Batch, states: Arc<[f32]>, capacity: usize) {
        if self.states.insert(Arc::clone(&batch), states).is_none() {
            self.tokens += tokens(&batch);
            self.order.push_back(batch);
        }
        while self.tokens > capacity {
            let Some(oldest) = self.order.pop_front() else { break };
            self.states.remove(&oldest);
            self.tokens -= tokens(&oldest);
        }
    }
}

fn tokens(batch: &[Vec<u32>]) -> usize {
    batch.iter().map(Vec::len).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Asks for each batch, and counts what had to be computed.
    fn computed(memory: &Memory, batches: &[Vec<Vec<u32>>]) -> usize {
        let mut count = 0;
        for batch in batches {
            let expected: Vec<f32> = batch.iter().flatten().map(|&id| id as f32).collect();
            let states = memory.recall(batch, || {
                count += 1;
                Ok(expected.clone())
            });
            assert_eq!(states.unwrap(), expected);
        }
        count
    }

    #[test]
    fn a_batch_is_computed_once_and_another_company_is_another_batch() {
        let memory = Memory::new(2);
        let (one, two) = (vec![vec![1, 2], vec![3]], vec![vec![1, 2, 3]]);
        assert_eq!(computed(&memory, &[one.clone(), two, one, vec![vec![3]]]), 3);
    }

    #[test]
    fn the_oldest_give_way() {
        let memory = Memory { capacity: 3, ..Memory::new(1) };
        let batch = |id| vec![vec![id, id]];
        assert_eq!(computed(&memory, &[batch(1), batch(2), batch(2), batch(1)]), 3);
        let kept = memory.kept.lock().unwrap();
        assert_eq!((kept.tokens, kept.states.len(), kept.order.len()), (2, 1, 1));
    }
}

//! Drafts by looking up (Saxena 2023): where an answer repeats the last tokens of an earlier place in
//! prompt or answer, what followed there may follow here. A pass over several tokens costs little more
//! than one over a single token, and a draft that is not what would have been chosen is dropped, so
//! answers come faster and are the same.

/// Tokens that have to agree before what followed is taken for a draft.
const LEAST: usize = 2;
/// Beyond as many, further agreement says nothing more.
const ENOUGH: usize = 8;
/// Longest draft.
const LONGEST: usize = 8;

/// Prompt and answer so far, and how well drafts have done.
pub struct Lookup {
    history: Vec<u32>,
    /// Length of the next draft: longer after a good one.
    reach: usize,
}

impl Lookup {
    /// After a prompt.
    pub fn new(prompt: &[u32]) -> Self {
        Self { history: prompt.to_vec(), reach: LONGEST / 2 }
    }

    /// Goes on by `token`.
    pub fn push(&mut self, token: u32) {
        self.history.push(token);
    }

    /// What may come next, at most `most` tokens: what followed where most tokens agree, of several
    /// such places the first.
    pub fn draft(&self, most: usize) -> &[u32] {
        let most = most.min(self.reach);
        let Some(last) = self.history.last().filter(|_| most > 0) else { return &[] };
        let (mut best, mut place) = (LEAST - 1, None);
        for at in (1..self.history.len()).filter(|&at| self.history[at - 1] == *last) {
            let agreed = self.agreement(at);
            if agreed > best {
                (best, place) = (agreed, Some(at));
            }
        }
        place.map_or(&[], |at| &self.history[at..self.history.len().min(at + most)])
    }

    /// How many tokens before `at` are those that came last.
    fn agreement(&self, at: usize) -> usize {
        let pairs = self.history[..at].iter().rev().zip(self.history.iter().rev());
        pairs.take(ENOUGH).take_while(|(a, b)| a == b).count()
    }

    /// Takes note that of `drafted` tokens `kept` were right.
    pub fn learn(&mut self, drafted: usize, kept: usize) {
        if drafted == 0 {
            return;
        }
        self.reach =
            if kept == drafted { (2 * self.reach).min(LONGEST) } else { (kept + 1).min(LONGEST) };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_agreement_is_drafted_from() {
        let mut lookup = Lookup::new(&[5, 1, 2, 3, 4, 9, 2, 3, 7, 8]);
        lookup.push(1);
        assert!(lookup.draft(4).is_empty(), "one token is not enough");
        lookup.push(2);
        assert_eq!(lookup.draft(2), [3, 4]);
        lookup.push(3);
        // 1 2 3 agrees further than the later 2 3.
        assert_eq!(lookup.draft(9), [4, 9, 2, 3]);
        assert!(lookup.draft(0).is_empty());
    }

    #[test]
    fn drafts_shrink_when_they_fail_and_grow_when_they_hold() {
        let mut lookup = Lookup::new(&[1; 40]);
        assert_eq!(lookup.draft(99).len(), LONGEST / 2);
        lookup.learn(4, 0);
        assert_eq!(lookup.draft(99).len(), 1);
        lookup.learn(1, 1);
        lookup.learn(2, 2);
        assert_eq!(lookup.draft(99).len(), 4);
        lookup.learn(0, 0);
        assert_eq!(lookup.draft(99).len(), 4);
    }
}

//! Sentences that a model is to write anew, and what was wrong with them.

use std::{borrow::Cow, fmt::Write as _};

use super::Request;

/// What stands before them.
const BEFORE: &str = "These sentences were written about it and are wrong:";
/// What stands after them.
const AFTER: &str = "Write better ones in their place, with nothing but what the text above says.";

/// A sentence that was written and is not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejected {
    /// As it was written: one line.
    pub text: String,
    /// What is wrong with it, in words.
    pub reason: String,
}

impl Request<'_> {
    /// What stands in the place of the text in a chat: it, and after it what was rejected. All of it is
    /// text of others, so control tokens in it are none.
    pub(super) fn shown(&self) -> Cow<'_, str> {
        if self.rejected.is_empty() {
            return Cow::Borrowed(self.text);
        }
        let mut shown = format!("{}\n\n{BEFORE}\n", self.text);
        for Rejected { text, reason } in self.rejected {
            let _ = writeln!(shown, "- {text} ({reason})");
        }
        shown.push_str(AFTER);
        Cow::Owned(shown)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_comes_first_and_then_what_was_wrong() {
        let rejected =
            [("It rained in 2009.", "number 2009: the article has 2007"), ("It hailed.", "no")];
        let rejected =
            rejected.map(|(text, reason)| Rejected { text: text.into(), reason: reason.into() });
        let request = Request {
            text: "It rained in 2007.",
            sentences: 2,
            picked: true,
            rejected: &rejected,
            ..Request::default()
        };
        let shown = request.shown().into_owned();
        let lines: Vec<&str> = shown.lines().collect();
        assert_eq!((lines[0], lines[2], lines[5]), ("It rained in 2007.", BEFORE, AFTER));
        assert_eq!(lines[3], "- It rained in 2009. (number 2009: the article has 2007)");
        let first = Request { rejected: &[], ..request };
        assert_eq!(first.shown(), first.text);
    }
}

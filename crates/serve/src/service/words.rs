//! Verdicts and reasons in words, for who reads them without the manual.

use standfirst_core::report::{AbstractSentence, Fault, Flag, Part, Verdict, unsaid};

/// What a verdict means.
pub fn verdict(verdict: Option<Verdict>) -> &'static str {
    match verdict {
        Some(Verdict::Copied) => "stands in the article, word for word",
        Some(Verdict::Supported) => "the article seems to say this",
        Some(Verdict::Stitched) => "its parts stand in the article, but not together",
        Some(Verdict::Unsupported) => "the article does not say this",
        Some(Verdict::Contradicted) => "the article says otherwise",
        None => "not checked",
    }
}

/// What a flag means.
pub fn flag(flag: Flag) -> &'static str {
    match flag {
        Flag::Number => "a number or date is not in the evidence, or is of something else",
        Flag::Name => "a name is not in the evidence, or stands in the place of another",
        Flag::Quote => "a quotation is not verbatim, or half of it is missing",
        Flag::Negation => "a negation or a hedge is turned round",
        Flag::Speaker => "words are given to somebody who did not say them",
        Flag::Dangling => "a pronoun or connective points at nothing",
    }
}

/// Why a sentence is in doubt: for every flag the words that are wrong and what the article has, or what the
/// flag means; and which of its statements are not said, where others are. Empty for one that is in order.
pub fn reasons(sentence: &AbstractSentence) -> Vec<String> {
    let faults = sentence.faults.iter().map(|fault| of_fault(&sentence.text, fault));
    let placed = |flag: &&Flag| sentence.faults.iter().any(|fault| fault.kind == **flag);
    let others =
        sentence.flags.iter().filter(|flag| !placed(flag)).map(|&kind| flag(kind).to_owned());
    let part = |part: &Part| {
        let ours = sentence.text.get(part.summary.range()).unwrap_or_default();
        format!("“{ours}”: {}", verdict(Some(part.verdict)))
    };
    faults.chain(others).chain(unsaid(&sentence.parts).map(part)).collect()
}

fn of_fault(text: &str, fault: &Fault) -> String {
    let ours = text.get(fault.summary.range()).unwrap_or_default();
    match &fault.expected {
        Some(theirs) => {
            format!("{}: it says “{ours}”, the article “{theirs}”", fault.kind.name())
        }
        None => format!("{}: “{ours}”: {}", fault.kind.name(), flag(fault.kind)),
    }
}

#[cfg(test)]
mod tests {
    use standfirst_core::article::Span;

    use super::*;

    #[test]
    fn every_flag_has_a_reason_and_a_placed_one_says_where() {
        let fault = |kind, start, end, expected: Option<&str>| Fault {
            kind,
            summary: Span::new(start, end),
            article: None,
            expected: expected.map(str::to_owned),
        };
        let sentence = AbstractSentence {
            text: "It cost 40 crowns.".to_owned(),
            verdict: Some(Verdict::Unsupported),
            support: Some(0.2),
            evidence: Vec::new(),
            flags: vec![Flag::Number, Flag::Dangling],
            faults: vec![fault(Flag::Number, 8, 10, Some("14"))],
            parts: Vec::new(),
            edits: Vec::new(),
            by: None,
        };
        assert_eq!(
            reasons(&sentence),
            ["number: it says “40”, the article “14”", "a pronoun or connective points at nothing"]
        );
        let unplaced = AbstractSentence { faults: Vec::new(), ..sentence };
        assert_eq!(reasons(&unplaced)[0], flag(Flag::Number));
        let part =
            |start, end, verdict| Part { summary: Span::new(start, end), verdict, support: 0.4 };
        let parts = vec![part(0, 2, Verdict::Copied), part(3, 17, Verdict::Unsupported)];
        let half = AbstractSentence { flags: Vec::new(), parts, ..unplaced };
        assert_eq!(reasons(&half), ["“cost 40 crowns”: the article does not say this"]);
    }
}

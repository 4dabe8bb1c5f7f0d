//! Whose text is it? The agency that an article credits, where such credits stand.

use standfirst_core::article::{Article, Reason};

/// What an article is marked by, and the agency that it means. The first one that fits counts.
const MARKS: &[(&str, &str)] = &[
    ("Reuters", "Reuters"),
    ("Thomson Reuters", "Reuters"),
    ("AP", "Associated Press"),
    ("Associated Press", "Associated Press"),
    ("AFP", "Agence France-Presse"),
    ("Agence France-Presse", "Agence France-Presse"),
    ("dpa", "dpa"),
    ("DPA", "dpa"),
    ("PA", "PA Media"),
    ("Press Association", "PA Media"),
    ("UPI", "UPI"),
    ("Bloomberg", "Bloomberg"),
    ("Xinhua", "Xinhua"),
    ("TASS", "TASS"),
    ("Interfax", "Interfax"),
    ("RIA Novosti", "RIA Novosti"),
    ("RFE/RL", "RFE/RL"),
    ("ANI", "ANI"),
    ("PTI", "PTI"),
    ("IANS", "IANS"),
    ("Kyodo", "Kyodo"),
    ("Yonhap", "Yonhap"),
    ("EFE", "EFE"),
    ("ANSA", "ANSA"),
    ("CNA", "Central News Agency"),
    ("AAP", "AAP"),
];
/// Bytes of the body in which a dateline may stand.
const HEAD: usize = 120;
/// Bytes at the end of the text in which a credit may stand.
const TAIL: usize = 240;

/// The agency that wrote `article`, by its byline, its dateline (*MOSCOW (Reuters) –*) or a credit at its end.
/// An agency that the article only speaks of is not meant.
pub fn agency(article: &Article) -> Option<&'static str> {
    let document = article.document();
    let bylines = article.cuts().iter().filter(|cut| cut.reason == Reason::Byline);
    let bylines = bylines.map(|cut| document.display(cut.span)).chain(document.byline.clone());
    let text = document.text.as_str();
    let head = window(text, article.sentences()[0].span.start, HEAD);
    let tail = &text[ceil(text, text.len().saturating_sub(TAIL))..];
    let of_byline: Vec<String> = bylines.collect();
    let told = |mark: &str| {
        of_byline.iter().any(|line| has_word(line, mark))
            || is_dateline(head, mark)
            || is_credit(tail, mark)
    };
    MARKS.iter().find(|(mark, _)| told(mark)).map(|(_, agency)| *agency)
}

/// `(Reuters)`, or `Reuters -` and `Reuters –` where the words before are in capitals.
fn is_dateline(head: &str, mark: &str) -> bool {
    if head.contains(&format!("({mark})")) {
        return true;
    }
    let places = head.match_indices(mark);
    places.into_iter().any(|(at, _)| {
        let rest = head[at + mark.len()..].trim_start();
        let dash = rest.starts_with(['-', '–', '—']);
        let before = head[..at].trim_end_matches([' ', ',', '/', '-', '–', '—', '.']);
        dash && before.chars().all(|c| !c.is_lowercase())
    })
}

/// *The Associated Press contributed to this report*, *© 2019 AFP*.
fn is_credit(tail: &str, mark: &str) -> bool {
    tail.lines().filter(|line| has_word(line, mark)).any(|line| {
        let small = line.to_lowercase();
        line.contains('©')
            || [
                "(c) ",
                "copyright",
                "contributed to this report",
                "source: ",
                "with files from",
                "with inputs from",
            ]
            .iter()
            .any(|credit| small.contains(credit))
    })
}

/// Whether `word` stands in `text` with no letter beside it.
fn has_word(text: &str, word: &str) -> bool {
    let mut places = text.match_indices(word);
    places.any(|(at, _)| {
        let letter = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        !letter(text[..at].chars().next_back()) && !letter(text[at + word.len()..].chars().next())
    })
}

/// At most `length` bytes from `start` on.
fn window(text: &str, start: usize, length: usize) -> &str {
    &text[start..ceil(text, (start + length).min(text.len()))]
}

/// The next boundary of a character.
fn ceil(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at += 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use standfirst_core::article::Document;
    use standfirst_text::repair::clean;

    use super::*;

    fn of(text: &str) -> Option<&'static str> {
        agency(&clean(Document::from_text("t", text)).unwrap())
    }

    #[test]
    fn an_agency_is_told_by_its_marks_and_not_by_being_spoken_of() {
        let body = "The ministers met for three hours and agreed to meet again in the spring.";
        assert_eq!(of(&format!("OSLO (Reuters) - {body}")), Some("Reuters"));
        assert_eq!(of(&format!("OSLO, May 3 (AP) — {body}")), Some("Associated Press"));
        assert_eq!(
            of(&format!("{body}\n\nThe Associated Press contributed to this report.")),
            Some("Associated Press")
        );
        assert_eq!(
            of(&format!("{body} The minister told Reuters that he was content with it.")),
            None
        );
        assert_eq!(of(&format!("The PAPER said so. {body}")), None);
    }
}

//! The article's own title, where nothing else fits.

use standfirst_core::{
    article::Article,
    plugin::{Form, Origin, Style, Summary, SummarySentence, count_words},
};

use super::line;

/// What stands between a title and the name of the site, or between two titles.
const SEPARATORS: [&str; 6] = ["|", "»", "·", " - ", " – ", " — "];
/// Ends of a title that was cut off, or announces something else.
const OPEN: [&str; 4] = ["…", "...", ":", ","];

/// The title of the article in the place of a sentence, if it has one that fits and is clean. A note says so, and
/// `why`. Of a headline and a post alone: a title is no sentence, and no point of a list.
pub(super) fn stand_in(article: &Article, form: Form, why: &str) -> Option<Summary> {
    if !matches!(form.style, Style::Headline | Style::Social) {
        return None;
    }
    let text = article.title()?.split_whitespace().collect::<Vec<_>>().join(" ");
    if !is_clean(&text) {
        return None;
    }
    let sentence = line::lined(article, form, SummarySentence { text, origin: Origin::Title });
    let notes = vec![format!("the article's own title: {why} {form}")];
    form.fits(&[&sentence.text]).then(|| Summary {
        sentences: vec![sentence],
        notes,
        ..Summary::default()
    })
}

/// Whether a title is one: words in small letters, nothing of the site, and not cut off.
fn is_clean(title: &str) -> bool {
    let shouted = !title.contains(char::is_lowercase) && title.contains(char::is_uppercase);
    count_words(title) > 1
        && title.contains(char::is_alphabetic)
        && !title.contains(char::is_control)
        && !shouted
        && !OPEN.iter().any(|open| title.ends_with(open))
        && !SEPARATORS.iter().any(|separator| title.contains(separator))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clean_title_is_told_from_what_sites_make_of_it() {
        for clean in ["Bridge reopens after the flood", "Quill: no more tolls", "Die Brücke hält"]
        {
            assert!(is_clean(clean), "{clean}");
        }
        for other in [
            "Bridge reopens | Harbour Times",
            "Bridge reopens - Harbour Times",
            "BRIDGE REOPENS",
            "Bridge reopens after the …",
            "Bridge",
            "12 34",
            "",
        ] {
            assert!(!is_clean(other), "{other}");
        }
    }
}

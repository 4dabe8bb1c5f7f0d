//! The words under or beside a picture, and who took it.

use std::sync::LazyLock;

use standfirst_core::article::Reason;

use super::{draft::Mark, page::Page, phrasebook::Phrasebook, phrases};

/// A caption has at most this many words.
const MAX_LINE: usize = 60;

/// Whole lines.
static LINES: LazyLock<Phrasebook> = LazyLock::new(|| {
    Phrasebook::new(&[
        (
            "^image|^media|^video|^picture|^photo",
            r"^(image|media|video|picture|photo)s? (caption|source|copyright|credit)\b\W",
        ),
        (
            "^photo|^image|^picture|^caption|^credit|^file |^gallery|^video|^slideshow",
            r"^(photo(graph)?s?|images?|pictures?|pictured|caption|credit|file (photo|picture)|photographers?|gallery|video|slideshow)( (by|credit|courtesy( of)?))?\s*[:|]\s",
        ),
        (
            "^photo|^image|^picture",
            r"^(photo(graph)?|image|picture)s? (by|courtesy of|credit)\s[^.!?]*$",
        ),
        (
            "photo|image|picture|credit|file",
            r"\((photos?|images?|pictures?|credit|file)\s*(by|:|credit|courtesy)\s?[^()]*\)$",
        ),
        (
            "(",
            r"\([^()]*\b(AP|AFP|Reuters|EPA|Getty|PA|Press Association|Associated Press) ?(photo|images?|pictures?|file|archive|wire)?\s*[/|][^()]*\)$",
        ),
        ("(", r"\([^()]*\b(AP|AFP|Reuters|EPA|Getty|PA) (photo|images?|pictures?|file)\b[^()]*\)$"),
        (
            "photo|picture|image",
            r"\b(photographer|photo|photograph|picture|image)s?\s*:\s[^.!?]*\b(AP|AFP|Reuters|EPA|Getty|Bloomberg)\b[^.!?]*$",
        ),
        ("via ", r"\bvia (AP|AFP|Reuters|EPA|Getty( Images)?)\)?$"),
        (
            "photo|picture|image|credit",
            r"^[^.!?]*(\.|\s)\s?(photo(graph)?|picture|image|credit)s?\s*:\s[^.!?]*$",
        ),
    ])
});

/// Sentences among others.
static SENTENCES: LazyLock<Phrasebook> = LazyLock::new(|| {
    Phrasebook::new(&[
        (
            "^photos|^pictured|^gallery|^image credit|^photo credit|^picture credit",
            r"^(photos|pictured|gallery|image credit|photo credit|picture credit)\s*:\s.*$",
        ),
        ("^ap |^afp |^reuters |^epa |^getty ", r"^(AP|AFP|Reuters|EPA|Getty) (photo|images?)(/|$)"),
    ])
});

/// The captions.
pub(super) fn find(page: &Page<'_>) -> Vec<Mark> {
    phrases::find(page, &LINES, MAX_LINE, &SENTENCES, Reason::Caption)
}

#[cfg(test)]
mod tests {
    use super::super::{phrasebook::tests::assert_sound, phrases::tests::left};
    use super::*;

    #[test]
    fn no_wording_goes_unlooked_at() {
        assert_sound(&LINES);
        assert_sound(&SENTENCES);
    }

    #[test]
    fn captions_and_credits_go() {
        for line in [
            "Image caption The swing bridge in 1911",
            "Photo: Ardmoor Courier",
            "Pictured: the old swing bridge",
            "The swing bridge in 1911. (AP Photo/Jane Doe)",
            "A ferry leaves the harbour (Picture: Jane Doe)",
            "Keepers on the pier in March. Photographer: Jane Doe/AFP via Getty Images",
            "Workers mend the bridge. Photograph: Jane Doe/Courier",
        ] {
            assert_eq!(
                left(find, &format!("It fell.\n{line}\nNobody was hurt.")),
                ["It fell.", "Nobody was hurt."],
                "{line}"
            );
        }
        assert_eq!(
            left(find, "It fell. Photos: A bridge falls. All are well."),
            ["It fell.", "All are well."]
        );
    }

    #[test]
    fn news_about_pictures_stays() {
        for text in [
            "Photo shops are closing all over the county.",
            "The picture (a small oil) was sold for four million.",
            "Pictured on the stamp is the old bridge.",
            "The AP reported that the bridge had fallen (see below).",
        ] {
            assert_eq!(left(find, text), [text]);
        }
    }
}

//! What the names of elements, classes and ids say about what stands in them: `comment-list`, `relatedCards`.

/// Groups of words in `class`, `id`, `role` and `itemprop`, each with its name among the features. A word of
/// five letters and more counts wherever it stands in a name, a shorter one only if it is the whole of a part.
pub(super) const GROUPS: [(&str, &[&str]); 19] = [
    (
        "body",
        &[
            "article",
            "articlebody",
            "body",
            "content",
            "entry",
            "post",
            "story",
            "storybody",
            "text",
            "main",
            "copy",
            "richtext",
            "prose",
            "paragraph",
            "wysiwyg",
            "bodytext",
            "single",
            "artikel",
        ],
    ),
    (
        "comments",
        &[
            "comment",
            "comments",
            "disqus",
            "discussion",
            "discuss",
            "reply",
            "replies",
            "respond",
            "livefyre",
            "forum",
            "thread",
            "kommentar",
            "commentaire",
            "comentario",
            "coral",
            "feedback",
            "reader",
            "readers",
            "review",
            "reviews",
            "testimonial",
        ],
    ),
    (
        "navigation",
        &[
            "nav",
            "navi",
            "navigation",
            "navbar",
            "menu",
            "breadcrumb",
            "pagination",
            "pager",
            "sitemap",
            "toc",
            "tabs",
            "skip",
            "dropdown",
            "navigation",
        ],
    ),
    (
        "sharing",
        &[
            "share",
            "sharing",
            "social",
            "follow",
            "facebook",
            "twitter",
            "whatsapp",
            "pinterest",
            "addthis",
            "sharedaddy",
            "like",
            "likes",
        ],
    ),
    (
        "related",
        &[
            "related",
            "recommend",
            "similar",
            "more",
            "also",
            "teaser",
            "card",
            "cards",
            "promo",
            "trending",
            "popular",
            "latest",
            "read",
            "next",
            "prev",
            "previous",
            "outbrain",
            "taboola",
            "recirc",
            "explore",
            "headlines",
            "most",
            "upnext",
            "carousel",
            "slider",
            "grid",
            "archive",
            "feed",
            "widgets",
            "zergnet",
            "revcontent",
        ],
    ),
    (
        "sidebar",
        &[
            "sidebar",
            "side",
            "aside",
            "rail",
            "widget",
            "secondary",
            "complementary",
            "tertiary",
            "ticker",
        ],
    ),
    (
        "footer",
        &[
            "footer",
            "foot",
            "colophon",
            "bottom",
            "copyright",
            "legal",
            "disclaimer",
            "contentinfo",
            "footnote",
            "footnotes",
        ],
    ),
    ("header", &["header", "masthead", "head", "top", "hero", "topbar", "logo"]),
    (
        "advert",
        &[
            "ad",
            "ads",
            "advert",
            "advertisement",
            "sponsor",
            "sponsored",
            "dfp",
            "commercial",
            "affiliate",
            "shop",
            "product",
            "products",
            "price",
            "buy",
        ],
    ),
    (
        "form",
        &[
            "newsletter",
            "subscribe",
            "subscription",
            "subscriber",
            "signup",
            "signin",
            "sign",
            "register",
            "registration",
            "form",
            "login",
            "account",
            "cta",
            "contact",
            "donate",
            "donation",
            "mailing",
            "search",
            "survey",
            "poll",
            "quiz",
        ],
    ),
    (
        "consent",
        &[
            "cookie",
            "cookies",
            "consent",
            "gdpr",
            "modal",
            "popup",
            "overlay",
            "dialog",
            "paywall",
            "onetrust",
            "privacy",
            "lightbox",
            "notice",
            "alert",
            "banner",
            "ccpa",
            "toast",
            "alertdialog",
            "interstitial",
        ],
    ),
    (
        "byline",
        &[
            "author",
            "authors",
            "byline",
            "bio",
            "meta",
            "metadata",
            "date",
            "time",
            "timestamp",
            "published",
            "publish",
            "contributor",
            "profile",
            "dateline",
            "credits",
            "credit",
            "source",
            "writer",
            "reporter",
            "datepublished",
        ],
    ),
    (
        "caption",
        &[
            "caption",
            "gallery",
            "image",
            "img",
            "photo",
            "photos",
            "picture",
            "figure",
            "media",
            "video",
            "slide",
            "slides",
            "slideshow",
            "thumbnail",
            "thumb",
            "player",
            "audio",
        ],
    ),
    (
        "tags",
        &[
            "tag",
            "tags",
            "category",
            "categories",
            "topics",
            "topic",
            "keywords",
            "label",
            "labels",
            "kicker",
            "rubric",
        ],
    ),
    (
        "summary",
        &[
            "summary",
            "lead",
            "lede",
            "standfirst",
            "dek",
            "deck",
            "excerpt",
            "intro",
            "subtitle",
            "subhead",
            "subheadline",
            "description",
            "chapo",
            "sapo",
            "abstract",
        ],
    ),
    ("title", &["title", "headline", "heading"]),
    ("quote", &["pullquote", "quote", "embed", "tweet", "instagram", "callout", "highlight"]),
    (
        "box",
        &[
            "box",
            "infobox",
            "factbox",
            "panel",
            "accordion",
            "faq",
            "list",
            "table",
            "key",
            "takeaways",
        ],
    ),
    (
        "unseen",
        &[
            "hidden",
            "sr",
            "screen",
            "visually",
            "visuallyhidden",
            "noscript",
            "offscreen",
            "print",
            "collapse",
        ],
    ),
];

/// Words in the names of elements that stand beside a story and may be longer than it.
const ASIDES: [&str; 27] = [
    "comment",
    "comments",
    "commentlist",
    "disqus",
    "discussion",
    "replies",
    "respond",
    "livefyre",
    "kommentar",
    "kommentare",
    "commentaires",
    "comentarios",
    "cookie",
    "cookies",
    "consent",
    "gdpr",
    "onetrust",
    "modal",
    "popup",
    "dialog",
    "login",
    "signin",
    "related",
    "recommended",
    "gallery",
    "slideshow",
    "newsletter",
];

/// Whether a name is that of something beside the story.
pub(super) fn is_aside(name: &str) -> bool {
    parts(name).iter().any(|part| ASIDES.contains(&part.as_str()))
}

/// Index of a group.
pub(super) const fn index_of(name: &str) -> usize {
    let mut at = 0;
    while at < GROUPS.len() {
        if same(GROUPS[at].0.as_bytes(), name.as_bytes()) {
            return at;
        }
        at += 1;
    }
    panic!("there is no such group")
}

const fn same(a: &[u8], b: &[u8]) -> bool {
    if a.len() != b.len() {
        return false;
    }
    let mut at = 0;
    while at < a.len() {
        if a[at] != b[at] {
            return false;
        }
        at += 1;
    }
    true
}

/// Letters from which on a word counts inside a longer one.
const LONG: usize = 6;

/// The groups of a name, a bit each.
pub(super) fn groups(name: &str) -> u32 {
    let mut found = 0;
    for part in parts(name) {
        for (at, (_, words)) in GROUPS.iter().enumerate() {
            let meant = |word: &&str| part == **word || word.len() >= LONG && part.contains(*word);
            if words.iter().any(meant) {
                found |= 1 << at;
            }
        }
    }
    found
}

/// The parts of a name in lower case, divided at signs, digits and capitals within.
fn parts(name: &str) -> Vec<String> {
    let mut parts = Vec::new();
    let mut part = String::new();
    let mut lower = false;
    for c in name.chars() {
        let divides = !c.is_ascii_alphabetic() || lower && c.is_ascii_uppercase();
        if divides && !part.is_empty() {
            parts.push(std::mem::take(&mut part));
        }
        if c.is_ascii_alphabetic() {
            part.push(c.to_ascii_lowercase());
        }
        lower = c.is_ascii_lowercase();
    }
    if !part.is_empty() {
        parts.push(part);
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_divided_at_signs_and_capitals() {
        assert_eq!(parts("relatedCards_2 post-body"), ["related", "cards", "post", "body"]);
        let has = |name: &str, group: &str| groups(name) >> index_of(group) & 1 == 1;
        assert!(has("js-commentList", "comments") && has("wp-caption-text", "caption"));
        assert!(
            is_aside("js-cookie_banner") && is_aside("relatedCards") && !is_aside("commentary")
        );
        assert!(has("ad", "advert") && !has("headline", "advert") && !has("shadow", "advert"));
    }
}

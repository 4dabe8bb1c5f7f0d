//! The features of a block: what it reads like, where it stands, what is around it, and who speaks for it.

use std::{collections::HashMap, sync::LazyLock};

use regex::RegexSet;

use super::{
    clues::{self, Clues},
    page::{Element, Page, TAGS, prose},
    words::{self, GROUPS},
};
use crate::html::blocks::{Block, Kind, ends_sentence};

/// How far up a name is looked for; what is not found stands this far.
const FAR: usize = 24;
/// Blocks before and after that are looked at one by one.
const NEAR: usize = 3;
/// Elements around a block that are looked at one by one: each holds more blocks than the one before.
const LEVELS: usize = 4;

/// What a line says that is not the article, in the languages of most pages that were looked at.
const CUES: [(&str, &str); 12] = [
    (
        "subscribe",
        r"(?i)\b(subscri(be|ption)|newsletter|sign(ing)? (up|in)|log ?in|register|free trial|inbox|abonn\w+|inscr\w+|suscr\w+)\b",
    ),
    (
        "legal",
        r"(?i)©|\bcopyright\b|all rights reserved|privacy (policy|notice)|terms (of|and|&)|\bcookies?\b",
    ),
    (
        "social",
        r"(?i)\b(facebook|twitter|instagram|whatsapp|linkedin|pinterest|youtube|telegram|share|tweet|follow)\b",
    ),
    (
        "more",
        r"(?i)^\W*(read|see|related|watch|listen|also|more|next|previous|recommended|trending|popular|don.t miss|you (may|might)|click|lire|lesen|mehr|leia|ler|leer|view all|load more|show|continue)\b",
    ),
    (
        "photo",
        r"(?i)\b(photos?|image|picture|getty|reuters|afp|ap|foto|shutterstock|courtesy|credit|screenshot|illustration)\b",
    ),
    (
        "byline",
        r"(?i)^\W*(by|von|par|por|di|posted by|written by|reported by|author|edited by)\s|\b(staff writer|correspondent|reporter|contributor|editor)\b",
    ),
    (
        "date",
        r"(?i)\b\d{1,2}[:.]\d{2}\b|\b(19|20)\d\d\b|\bago\b|\b(min|minutes?) read\b|\b\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}\b",
    ),
    (
        "comment",
        r"(?i)\b(comments?|repl(y|ies)|upvote|report abuse|moderat\w+|leave a|commented|says:?$)\b",
    ),
    (
        "advert",
        r"(?i)\b(advertis\w+|sponsored|promoted|affiliate|commissions?|ad)\b|\bbuy now\b|\bshop\b|[$€£]\d",
    ),
    (
        "contact",
        r"(?i)\b(contact us|e-?mail|phone|call us|tel|fax|address)\b|\S+@\S+\.\w+|https?://|www\.",
    ),
    (
        "about",
        r"(?i)^this (article|story|post|piece|report)\b|\babout the author\b|\b(is|was) (a|an|the) [\w\s-]{0,30}(writer|reporter|journalist|editor|author|correspondent|freelance)|\boriginally (published|appeared)|\bviews expressed\b|\bdisclaimer\b|\bdisclosure\b",
    ),
    ("script", r"(?i)javascript|enable|browser|\bloading\b|[{}]|\bskip to\b"),
];

/// The groups of names that seldom stand around an article.
const BAD: u32 = !(1 << words::index_of("body")
    | 1 << words::index_of("summary")
    | 1 << words::index_of("title"));

/// A row of numbers under construction.
#[derive(Default)]
pub(super) struct Row {
    /// What the numbers are called.
    pub names: Vec<String>,
    /// The numbers.
    pub values: Vec<f32>,
    /// Whether names are wanted; they are the same for every block.
    named: bool,
}

impl Row {
    fn named(named: bool) -> Self {
        Self { named, ..Self::default() }
    }

    #[allow(clippy::cast_possible_truncation, reason = "features need no more digits")]
    fn put(&mut self, name: &str, value: f64) {
        if self.named {
            self.names.push(name.to_owned());
        }
        self.values.push(value as f32);
    }

    fn put_of(&mut self, name: &str, of: impl std::fmt::Display, value: f64) {
        if self.named {
            self.names.push(format!("{name}_{of}"));
        }
        self.put_value(value);
    }

    #[allow(clippy::cast_possible_truncation, reason = "features need no more digits")]
    fn put_value(&mut self, value: f64) {
        self.values.push(value as f32);
    }
}

/// A page with what its blocks are compared with.
pub(super) struct Reader<'a> {
    page: &'a Page,
    clues: &'a Clues,
    /// Of each block.
    traits: Vec<Traits>,
    /// Bytes of text and of running text before each block.
    before: Vec<(usize, usize)>,
    /// How many blocks have the same text.
    copies: HashMap<&'a str, usize>,
    /// What blocks of the same look add up to: count, bytes, link bytes, running text.
    looks: HashMap<u64, Alike>,
    /// The elements that hold most, each by another measure.
    anchors: [Option<usize>; 4],
    /// The block that is most like the title, before the running text.
    title: Option<usize>,
    /// The first and the last block with running text that the other extractor takes.
    taken: Option<(usize, usize)>,
    /// Bytes that the other extractor takes.
    voted: f64,
}

#[derive(Clone, Copy, Default)]
struct Alike {
    blocks: usize,
    length: usize,
    linked: usize,
    prose: usize,
    voted: f64,
}

/// What is read off a block by itself.
struct Traits {
    /// Share of its runs that the other extractor takes.
    vote: f64,
    /// Share of its runs that stand in the structured data's body.
    body: f64,
    /// Share of its runs that stand in the description.
    described: f64,
    /// Of its words and the title's, the share that both have; and of its words, that the title has.
    titled: (f64, f64),
    words: usize,
    /// As [`CUES`], a bit each.
    cues: u32,
    look: u64,
}

/// What the features of a block are called, in order: the same on every page.
pub(super) fn names() -> Vec<String> {
    let page = Page::read(&dom_query::Document::from("<p>A word"));
    let clues = Clues::new("", "", "", "");
    let mut row = Row::named(true);
    Reader::new(&page, &clues).fill(0, &mut row);
    row.names
}

/// What they are called.
const ANCHORS: [&str; 4] = ["half", "most", "scored", "taken"];

impl<'a> Reader<'a> {
    pub(super) fn new(page: &'a Page, clues: &'a Clues) -> Self {
        let traits: Vec<Traits> =
            (0..page.blocks.len()).map(|at| Traits::of(page, clues, at)).collect();
        let mut before = Vec::with_capacity(page.blocks.len());
        let (mut length, mut running) = (0, 0);
        let mut copies: HashMap<&str, usize> = HashMap::new();
        let mut looks: HashMap<u64, Alike> = HashMap::new();
        let mut voted = vec![0.0; page.elements.len()];
        for (at, (block, traits)) in page.blocks.iter().zip(&traits).enumerate() {
            before.push((length, running));
            length += block.text.len();
            running += prose(block);
            *copies.entry(&block.text).or_default() += 1;
            let vote = traits.vote * block.text.len() as f64;
            let alike = looks.entry(traits.look).or_default();
            alike.blocks += 1;
            alike.length += block.text.len();
            alike.linked += block.linked;
            alike.prose += prose(block);
            alike.voted += vote;
            for element in page.around(at) {
                voted[element] += vote;
            }
        }
        let running = |at: usize| page.elements[at].sum.prose as f64;
        let anchors = [
            page.deepest(0.5, running),
            page.deepest(0.8, running),
            page.deepest(1.0, |at| page.elements[at].score),
            page.deepest(0.7, |at| voted[at]),
        ];
        let is_taken = |&at: &usize| traits[at].vote > 0.5 && prose(&page.blocks[at]) > 0;
        let first = (0..page.blocks.len()).find(is_taken);
        let last = (0..page.blocks.len()).rev().find(is_taken);
        let all = voted.iter().copied().fold(0.0, f64::max);
        let title = title(page, &traits);
        Self {
            page,
            clues,
            traits,
            before,
            copies,
            looks,
            anchors,
            title,
            taken: first.zip(last),
            voted: all,
        }
    }

    /// The features of a block.
    pub(super) fn row(&self, at: usize) -> Vec<f32> {
        let mut row = Row::named(false);
        self.fill(at, &mut row);
        row.values
    }

    fn fill(&self, at: usize, row: &mut Row) {
        self.wording(at, row);
        self.agreement(at, row);
        self.names_around(at, row);
        self.named(at, row);
        self.containers(at, row);
        self.anchors(at, row);
        self.place(at, row);
        self.neighbours(at, row);
    }

    /// What the block reads like.
    fn wording(&self, at: usize, row: &mut Row) {
        let block = &self.page.blocks[at];
        let text = block.text.as_str();
        let length = text.chars().count().max(1) as f64;
        let words: Vec<&str> = text.split_whitespace().collect();
        let count = words.len().max(1) as f64;
        let share =
            |is: &dyn Fn(char) -> bool| text.chars().filter(|&c| is(c)).count() as f64 / length;
        let words_that =
            |is: &dyn Fn(&str) -> bool| words.iter().filter(|word| is(word)).count() as f64 / count;
        row.put("length", length.ln());
        row.put("words", count.ln());
        row.put("word_length", length / count);
        row.put("linked", block.linked as f64 / text.len().max(1) as f64);
        row.put("stressed", block.stressed as f64 / text.len().max(1) as f64);
        row.put("stops", f64::from(u8::from(ends_sentence(text))));
        row.put("colon", f64::from(u8::from(text.ends_with(':'))));
        row.put(
            "ellipsis",
            f64::from(u8::from(
                text.trim_end_matches([']', ')']).ends_with(['…', '.']) && text.contains(['…'])
                    || text.contains("..."),
            )),
        );
        row.put("question", f64::from(u8::from(text.ends_with('?'))));
        row.put("sentences", text.match_indices(['.', '!', '?', '。']).count() as f64);
        row.put("commas", text.matches([',', '、', '，']).count() as f64 / count);
        row.put("quotes", text.matches(['"', '“', '”', '«', '„']).count() as f64);
        row.put("upper", share(&|c| c.is_uppercase()));
        row.put("digits", share(&|c| c.is_ascii_digit()));
        row.put("signs", share(&|c| matches!(c, '|' | '›' | '»' | '•' | '·' | '/' | '→')));
        row.put(
            "small_words",
            words_that(&|w| w.chars().count() <= 3 && w.chars().all(char::is_lowercase)),
        );
        row.put("capitalised", words_that(&|w| w.chars().next().is_some_and(char::is_uppercase)));
        row.put(
            "personal",
            words_that(&|w| {
                matches!(
                    w.to_lowercase().as_str(),
                    "i" | "my" | "me" | "i'm" | "you" | "your" | "you're"
                )
            }),
        );
        row.put("starts_lower", f64::from(u8::from(text.starts_with(char::is_lowercase))));
        row.put(
            "starts_digit",
            f64::from(u8::from(text.starts_with(|c: char| c.is_ascii_digit()))),
        );
        row.put("bullet", f64::from(u8::from(text.starts_with(['•', '-', '–', '*', '·']))));
        row.put(
            "kind",
            match block.kind {
                Kind::Paragraph => 0.0,
                Kind::Item => 1.0,
                Kind::Caption => 2.0,
                Kind::Heading => 3.0,
            },
        );
        row.put("prose", prose(block) as f64);
        let cues = self.traits[at].cues;
        for (bit, (name, _)) in CUES.iter().enumerate() {
            row.put_of("says", name, f64::from(cues >> bit & 1));
        }
        row.put("cues", f64::from(cues.count_ones()));
        row.put("copies", self.copies[text] as f64);
    }

    /// Who speaks for the block.
    fn agreement(&self, at: usize, row: &mut Row) {
        let traits = &self.traits[at];
        row.put("vote", traits.vote);
        row.put("body", if self.clues.body.is_empty() { -1.0 } else { traits.body });
        row.put("described", traits.described);
        row.put("titled", traits.titled.0);
        row.put("title_words", traits.titled.1);
        row.put("voted", (self.voted + 1.0).ln());
        row.put("voted_of_prose", self.voted / self.page.sum.prose.max(1) as f64);
    }

    /// What the names of the elements around it say.
    fn names_around(&self, at: usize, row: &mut Row) {
        let mut near = [FAR as f64; GROUPS.len()];
        let mut tags = [FAR as f64; TAGS.len()];
        let mut passed = 0_u32;
        for (steps, element) in self.page.around(at).enumerate().take(FAR) {
            let element = &self.page.elements[element];
            passed |= element.groups;
            for (group, near) in near.iter_mut().enumerate() {
                if element.groups >> group & 1 == 1 && *near > steps as f64 {
                    *near = steps as f64;
                }
            }
            if let Some(tag) = element.tag {
                tags[tag] = tags[tag].min(steps as f64);
            }
        }
        for (group, (name, _)) in GROUPS.iter().enumerate() {
            row.put_of("in", name, near[group]);
        }
        for (tag, name) in TAGS.iter().enumerate() {
            row.put_of("under", name, tags[tag]);
        }
        row.put("bad_names", f64::from((passed & BAD).count_ones()));
        row.put("depth", self.page.elements[self.page.inner[at]].depth as f64);
    }

    /// What the elements around it hold that are called the text or the article, and which other names stand
    /// between it and the element that holds half of the page's running text.
    fn named(&self, at: usize, row: &mut Row) {
        let total = self.page.sum.prose.max(1) as f64;
        let body = 1 << words::index_of("body");
        let tags = ["article", "main"].map(|tag| TAGS.iter().position(|known| *known == tag));
        let is_named = |element: &&Element| {
            element.groups & body != 0 || element.tag.is_some() && tags.contains(&element.tag)
        };
        let around = || self.page.around(at).map(|element| &self.page.elements[element]);
        let nearest = around().find(is_named);
        let fullest = around().filter(is_named).map(|element| element.sum.prose).max();
        row.put("named_share", nearest.map_or(-1.0, |element| element.sum.prose as f64 / total));
        row.put("named_linked", nearest.map_or(-1.0, |element| element.sum.link_density()));
        row.put("named_alike", nearest.map_or(-1.0, |element| (element.alike as f64).ln()));
        row.put("named_most", fullest.map_or(-1.0, |prose| prose as f64 / total));
        let inside = self.anchors[0].map_or(0, |anchor| {
            let up = self.page.apart(at, anchor).0;
            around().take(up).fold(0, |groups, element| groups | element.groups)
        });
        row.put("inside_bad", f64::from((inside & BAD).count_ones()));
        for name in
            ["comments", "related", "sharing", "form", "caption", "byline", "sidebar", "advert"]
        {
            row.put_of("inside", name, f64::from(inside >> words::index_of(name) & 1));
        }
        let (up, down) =
            self.title.map_or((FAR, FAR), |title| self.page.apart(at, self.page.inner[title]));
        row.put("up_to_title", up as f64);
        row.put("down_to_title", down as f64);
        let shared = self.page.around(at).nth(up).filter(|_| self.title.is_some());
        row.put(
            "with_title",
            shared.map_or(-1.0, |element| self.page.elements[element].sum.prose as f64 / total),
        );
    }

    /// What the elements around it hold, wrappers passed over.
    fn containers(&self, at: usize, row: &mut Row) {
        let total = self.page.sum.prose.max(1) as f64;
        let mut level = 0;
        let mut blocks = 0;
        let mut last: Option<&Element> = None;
        // The most often that an element around it, at whatever height, is repeated.
        let mut repeated = (1, 0.0, 0.0);
        for (steps, element) in self.page.around(at).enumerate() {
            let element = &self.page.elements[element];
            if element.alike > repeated.0
                && element.tag.is_some_and(|tag| !matches!(TAGS[tag], "p"))
            {
                repeated = (element.alike, steps as f64, (element.sum.length as f64).ln_1p());
            }
            if element.sum.blocks <= blocks || level == LEVELS {
                continue;
            }
            blocks = element.sum.blocks;
            if level > 0 || blocks > 1 {
                container(level, element, total, row);
                level += 1;
            }
            last = Some(element);
        }
        for level in level..LEVELS {
            match last {
                Some(element) => container(level, element, total, row),
                None => container(level, &self.page.elements[self.page.inner[at]], total, row),
            }
        }
        row.put("repeated", (repeated.0 as f64).ln());
        row.put("repeated_up", repeated.1);
        row.put("repeated_length", repeated.2);
        let look = self.looks[&self.traits[at].look];
        row.put("look_blocks", (look.blocks as f64).ln());
        row.put("look_length", (look.length as f64 / look.blocks as f64).ln_1p());
        row.put("look_linked", look.linked as f64 / look.length.max(1) as f64);
        row.put("look_prose", look.prose as f64 / total);
        row.put("look_running", look.prose as f64 / look.length.max(1) as f64);
        row.put("look_voted", look.voted / look.length.max(1) as f64);
    }

    /// How far it is from the elements that hold most.
    fn anchors(&self, at: usize, row: &mut Row) {
        for (name, anchor) in ANCHORS.iter().zip(self.anchors) {
            let (up, down) = anchor.map_or((FAR, FAR), |anchor| self.page.apart(at, anchor));
            row.put_of("up_to", name, up as f64);
            row.put_of("down_to", name, down as f64);
        }
    }

    /// Where it stands on the page.
    fn place(&self, at: usize, row: &mut Row) {
        let (length, running) = self.before[at];
        let all = self.page.sum;
        let n = self.page.blocks.len() as f64;
        row.put("place", at as f64 / n);
        row.put("blocks", n.ln());
        row.put("text_before", length as f64 / all.length.max(1) as f64);
        row.put("prose_before", running as f64 / all.prose.max(1) as f64);
        row.put(
            "prose_after",
            all.prose.saturating_sub(running + prose(&self.page.blocks[at])) as f64,
        );
        row.put("all_prose", (all.prose as f64).ln_1p());
        row.put("running", all.prose as f64 / all.length.max(1) as f64);
        let from = |other: Option<usize>| other.map_or(-1000.0, |other| at as f64 - other as f64);
        row.put("from_title", from(self.title));
        row.put(
            "prose_since_title",
            self.title
                .map_or(-1.0, |title| (running as f64 - self.before[title].1 as f64).max(-1.0)),
        );
        row.put("from_taken", from(self.taken.map(|taken| taken.0)));
        row.put("past_taken", from(self.taken.map(|taken| taken.1)));
    }

    /// What stands before and after.
    fn neighbours(&self, at: usize, row: &mut Row) {
        for step in 1..=NEAR {
            self.neighbour("before", step, at, at.checked_sub(step), row);
            self.neighbour(
                "after",
                step,
                at,
                Some(at + step).filter(|&other| other < self.page.blocks.len()),
                row,
            );
        }
        for (name, reach) in [("few", 4), ("many", 12)] {
            let range = at.saturating_sub(reach)..(at + reach + 1).min(self.page.blocks.len());
            let mut length = 0;
            let (mut running, mut linked, mut voted) = (0, 0, 0.0);
            for other in range {
                let block = &self.page.blocks[other];
                length += block.text.len();
                running += prose(block);
                linked += block.linked;
                voted += self.traits[other].vote * block.text.len() as f64;
            }
            let length = length.max(1) as f64;
            row.put_of("around_running", name, running as f64 / length);
            row.put_of("around_linked", name, linked as f64 / length);
            row.put_of("around_voted", name, voted / length);
        }
    }

    fn neighbour(&self, side: &str, step: usize, at: usize, other: Option<usize>, row: &mut Row) {
        let Some(other) = other else {
            for name in ["length", "linked", "kind", "stops", "vote", "near", "cues"] {
                row.put_of(&format!("{side}{step}"), name, -1.0);
            }
            return;
        };
        let block: &Block = &self.page.blocks[other];
        let side = format!("{side}{step}");
        row.put_of(&side, "length", (block.text.len() as f64).ln());
        row.put_of(&side, "linked", block.linked as f64 / block.text.len().max(1) as f64);
        row.put_of(&side, "kind", f64::from(u8::from(block.kind == Kind::Heading)));
        row.put_of(&side, "stops", f64::from(u8::from(ends_sentence(&block.text))));
        row.put_of(&side, "vote", self.traits[other].vote);
        row.put_of(&side, "near", self.page.apart(at, self.page.inner[other]).0 as f64);
        row.put_of(&side, "cues", f64::from(self.traits[other].cues.count_ones()));
    }
}

impl Traits {
    fn of(page: &Page, clues: &Clues, at: usize) -> Self {
        static SET: LazyLock<RegexSet> = LazyLock::new(|| {
            RegexSet::new(CUES.iter().map(|(_, pattern)| pattern)).expect("the patterns are valid")
        });
        let block = &page.blocks[at];
        let words: Vec<u64> = clues::words(&block.text).collect();
        let shared = words.iter().filter(|word| clues.title.contains(word)).count() as f64;
        let all = (clues.title.len() + words.len()) as f64 - shared;
        Self {
            vote: clues.extractor.share(&words),
            body: clues.body.share(&words),
            described: clues.description.share(&words),
            titled: (shared / all.max(1.0), shared / words.len().max(1) as f64),
            words: words.len(),
            cues: SET.matches(&block.text).iter().fold(0, |bits, cue| bits | 1 << cue),
            look: look(page, at),
        }
    }
}

/// The same for blocks that look the same: by the three elements around them.
fn look(page: &Page, at: usize) -> u64 {
    page.around(at).take(3).fold(page.blocks[at].kind as u64, |look, element| {
        (look ^ page.elements[element].look).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(17)
    })
}

/// The block that repeats the title: the last such before half of the running text.
fn title(page: &Page, traits: &[Traits]) -> Option<usize> {
    let mut running = 0;
    let mut found: Option<usize> = None;
    for (at, block) in page.blocks.iter().enumerate() {
        running += prose(block);
        if running * 2 > page.sum.prose {
            break;
        }
        let heading = block.kind == Kind::Heading;
        let alike = traits[at].titled.0 > if heading { 0.5 } else { 0.8 };
        let better = found.is_none_or(|found| traits[at].titled.0 >= traits[found].titled.0);
        if alike && traits[at].words > 1 && better {
            found = Some(at);
        }
    }
    found
}

/// What an element around a block holds.
fn container(level: usize, element: &Element, total: f64, row: &mut Row) {
    let sum = element.sum;
    row.put_of("held", level, (sum.length as f64).ln_1p());
    row.put_of("held_blocks", level, (sum.blocks as f64).ln_1p());
    row.put_of("held_linked", level, sum.link_density());
    row.put_of("held_running", level, sum.prose as f64 / sum.length.max(1) as f64);
    row.put_of("held_share", level, sum.prose as f64 / total);
    row.put_of("held_alike", level, (element.alike as f64).ln());
}

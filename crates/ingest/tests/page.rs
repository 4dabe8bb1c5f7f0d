//! Pages that are made to be hard, each of another kind: what the article's block is, and what beats it where
//! only length counts. Whatever is left out is shown as a cut with a reason.

use std::io::Cursor;

use standfirst_core::article::{Document, Reason, Whence};
use standfirst_ingest::{self as ingest, Format, Options};

/// Paragraphs of a story.
const STORY: [&str; 8] = [
    "The lighthouse on Gull Head will be lit again in June, eleven years after a storm tore the lamp from its tower.",
    "A trust that villagers set up in 2016 has raised the 410,000 crowns that the new lens and the stairs cost.",
    "Its chair, Vera Holm, said the last of the money had come from a bakery that sold bread in the shape of the tower.",
    "The coast guard had wanted to pull the ruin down, since ships have steered by satellite for two decades.",
    "Masons from three parishes worked on the walls through the winter, most of them without pay.",
    "The lens was ground in a workshop in Brest, one of two in Europe that still make them by hand.",
    "Visitors may climb the 162 steps on Sundays, twelve at a time, once the handrail has been tested.",
    "The first keeper's great-granddaughter, who is 91, has been asked to throw the switch.",
];
const TITLE: &str = "Gull Head lighthouse to shine again";

fn paragraphs(texts: &[&str]) -> String {
    let paragraphs = texts.iter().map(|text| format!("<p>{text}</p>"));
    paragraphs.collect::<Vec<_>>().concat()
}

/// A page around a body; the head has its title.
fn page(body: &str) -> String {
    format!(
        "<!doctype html><html lang=en><head><title>{TITLE}</title></head><body>\
         <header><nav><a href=/>Home</a> <a href=/coast>Coast</a></nav></header>{body}\
         <footer><p>© The Skerry Post</p></footer></body></html>"
    )
}

fn read(html: &str) -> Document {
    let options = Options { format: Some(Format::Html), ..Options::default() };
    let mut inputs = ingest::from_reader("page", Cursor::new(html.to_owned()), &options);
    inputs.next().unwrap().unwrap().read().unwrap()
}

/// The lines that are not cut, and each cut line with its reason.
fn lines(document: &Document) -> (Vec<&str>, Vec<(&str, Reason)>) {
    let (mut kept, mut cut) = (Vec::new(), Vec::new());
    let mut start = 0;
    for line in document.text.lines() {
        let reason = document
            .declared
            .iter()
            .find(|cut| cut.span.start <= start && start + line.len() <= cut.span.end);
        match reason {
            Some(found) => cut.push((line, found.reason)),
            None => kept.push(line),
        }
        start += line.len() + 1;
    }
    (kept, cut)
}

/// Asserts that the story is kept, all of it and nothing else; returns the reasons of what has `needle` in it.
fn story_is_kept(html: &str, story: &[&str], needle: &str) -> Vec<Reason> {
    let document = read(html);
    let (kept, cut) = lines(&document);
    assert_eq!(kept, story, "{cut:#?}");
    cut.iter().filter(|(line, _)| line.contains(needle)).map(|&(_, reason)| reason).collect()
}

#[test]
fn two_blocks_side_by_side_are_one_story() {
    for split in [2, 3, 5] {
        let block = |texts: &[&str]| {
            format!(
                "<div class='widget widget-text'><div class=wrap>{}</div></div>",
                paragraphs(texts)
            )
        };
        let html = page(&format!(
            "<div class=widgets><h1>{TITLE}</h1>{}{}</div>",
            block(&STORY[..split]),
            block(&STORY[split..])
        ));
        let _ = story_is_kept(&html, &STORY, "");
    }
}

#[test]
fn comments_do_not_beat_the_story() {
    let comment = |number: usize| {
        format!(
            "<div class=item><p><b>walker{number}</b> 4 May, 09:{number}0</p><p>I rowed past that rock every summer \
             of my childhood, and I am so glad that somebody has at last done something about it, number {number}.\
             </p><p>But who pays when the next storm comes, my dears? You will see that I was right, as always.</p></div>"
        )
    };
    let comments: String = (0..9).map(comment).collect();
    for (open, close) in [
        ("<section class=comments>", "</section>"),
        ("<div id=comment-list>", "</div>"),
        ("<div class=discussion>", "</div>"),
    ] {
        let inside = format!(
            "<article><h1>{TITLE}</h1><div class=text>{}</div>{open}{comments}{close}</article>",
            paragraphs(&STORY)
        );
        let after = format!(
            "<article><h1>{TITLE}</h1>{}</article>{open}{comments}{close}",
            paragraphs(&STORY)
        );
        for body in [inside, after] {
            let reasons = story_is_kept(&page(&body), &STORY, "rowed past");
            assert_eq!(reasons, [Reason::Comments; 9], "{open}");
        }
    }
}

#[test]
fn captions_of_a_gallery_do_not_beat_the_story() {
    let slide = |number: usize| {
        format!(
            "<div class=slide><img src={number}.jpg><p>Keepers and their families on the rock below the tower in the \
             summer of 19{number}0, a print from the village museum that Nils Aker lent.</p><p>Photo: Museum</p></div>"
        )
    };
    let gallery: String = (1..9).map(slide).collect();
    let html = page(&format!(
        "<div class=body><h1>{TITLE}</h1>{}</div><div class=gallery>{gallery}</div>",
        paragraphs(&STORY[..4])
    ));
    let reasons = story_is_kept(&html, &STORY[..4], "Keepers");
    assert_eq!(reasons, [Reason::Caption; 8]);
}

#[test]
fn what_lies_over_the_page_does_not_beat_the_story() {
    let consent = "<div class=cookie-consent role=dialog><h2>We value your privacy</h2><p>We and our 812 partners store and \
                   read information on a device, such as cookies, and process personal data for advertising and content that \
                   are made for you, for measuring both, and for research into audiences and the development of services.</p>\
                   <p>With your permission we and our partners may use precise location data and identification by scanning \
                   devices. You may click to consent to our processing as described above, or refuse.</p></div>";
    let login = "<div class=login-modal><h3>Log in to go on reading</h3><p>Enter the e-mail address and the password that you \
                 chose when you registered, and we will bring you back to the place where you left off.</p>\
                 <p>Subscribers read everything, on every device, and support the work of our newsroom.</p></div>";
    let form = "<form class=contact><p>Do you know more about this story? Write to our newsroom by the form below, and we \
                will call you back as soon as one of our reporters is free to do so.</p><label>Your name</label></form>";
    for layer in [consent, login, form] {
        for body in [
            format!("{layer}<article><h1>{TITLE}</h1>{}</article>", paragraphs(&STORY[..5])),
            format!("<article><h1>{TITLE}</h1>{}</article>{layer}", paragraphs(&STORY[..5])),
        ] {
            let _ = story_is_kept(&page(&body), &STORY[..5], "");
        }
    }
}

#[test]
fn cards_of_other_stories_do_not_beat_the_story() {
    let card = |number: usize| {
        format!(
            "<div class=card><a href=/{number}><h3>Harbour master number {number} resigns over the dredging bill</h3></a>\
             <p>The town's harbour master has resigned, the {number}th to do so in four years, after the council refused to \
             pay for dredging the inner basin.</p></div>"
        )
    };
    let cards: String = (2..9).map(card).collect();
    let html = page(&format!(
        "<main><article><h1>{TITLE}</h1>{}</article><section class=related><h2>More from the coast</h2>{cards}</section></main>",
        paragraphs(&STORY[..5])
    ));
    let reasons = story_is_kept(&html, &STORY[..5], "dredging the inner basin");
    assert_eq!(reasons, [Reason::Navigation; 7]);
}

#[test]
fn a_paragraph_that_is_a_link_is_a_paragraph() {
    let linked = format!("<p><a href=/lens>{}</a></p>", STORY[1]);
    let html = page(&format!(
        "<main><article><h1>{TITLE}</h1><p>{}</p>{linked}{}</article></main>",
        STORY[0],
        paragraphs(&STORY[2..5])
    ));
    let _ = story_is_kept(&html, &STORY[..5], "");
}

#[test]
fn a_first_sentence_set_as_a_heading_is_shown() {
    let html = page(&format!(
        "<article><h1>{TITLE}</h1><h2>{}</h2>{}</article>",
        STORY[0],
        paragraphs(&STORY[1..5])
    ));
    let document = read(&html);
    let (kept, cut) = lines(&document);
    assert_eq!(kept, &STORY[1..5]);
    assert!(cut.iter().any(|(line, _)| *line == STORY[0]), "{cut:#?}");
}

#[test]
fn the_whole_page_is_there_and_no_byte_twice() {
    let html = page(&format!(
        "<article><h1>{TITLE}</h1>{}<figure><img><figcaption>The tower in 1931</figcaption></figure></article>\
         <aside><ul><li><a href=/a>Ferry late again</a></li></ul></aside>",
        paragraphs(&STORY)
    ));
    let document = read(&html);
    for visible in
        ["Home", TITLE, STORY[7], "The tower in 1931", "Ferry late again", "© The Skerry Post"]
    {
        assert!(document.text.contains(visible), "{visible}");
    }
    let (_, cut) = lines(&document);
    let reason =
        |text: &str| cut.iter().find(|(line, _)| line.contains(text)).map(|(_, reason)| *reason);
    assert_eq!(reason("The tower in 1931"), Some(Reason::Caption));
    assert_eq!(reason("Ferry late again"), Some(Reason::Navigation));
    assert_eq!(reason("Home"), Some(Reason::Navigation));
    assert!(document.declared.windows(2).all(|pair| pair[0].span.end <= pair[1].span.start));
}

#[test]
fn a_page_says_where_its_facts_stand() {
    let html = format!(
        "<html><head><title>{TITLE} | The Skerry Post</title><meta property='og:site_name' content='The Skerry Post'>\
         <script type='application/ld+json'>{{\"@type\":\"NewsArticle\",\"author\":{{\"name\":\"Ada Quill\"}}}}</script>\
         <meta property='article:published_time' content='2024-05-03T10:00:00+02:00'></head>\
         <body><article><h1>{TITLE}</h1>{}</article></body></html>",
        paragraphs(&STORY)
    );
    let document = read(&html);
    let stated = |fact: &Option<standfirst_core::article::Stated>| {
        fact.as_ref().map(|fact| (fact.text.clone(), fact.by))
    };
    assert_eq!(stated(&document.facts.title), Some((TITLE.to_owned(), Whence::Text)));
    assert_eq!(stated(&document.facts.author), Some(("Ada Quill".to_owned(), Whence::Jsonld)));
    assert_eq!(
        stated(&document.facts.published),
        Some(("2024-05-03T10:00:00+02:00".to_owned(), Whence::Meta))
    );
    assert_eq!(document.published.as_deref(), Some("2024-05-03T10:00:00+02:00"));
}

/// The pages of a case that once went wrong.
fn case(number: &str) -> Vec<(String, Document)> {
    let cases = std::fs::read_dir(standfirst_testdata::path("cases")).unwrap();
    let folder = cases.map(|entry| entry.unwrap().path()).find(|path| {
        path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(number))
    });
    let mut pages: Vec<_> = std::fs::read_dir(folder.expect("the case is in the data"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "html"))
        .collect();
    pages.sort();
    let load = |path: &std::path::PathBuf| std::fs::read_to_string(path).unwrap();
    pages.iter().map(load).map(|html| (html.clone(), read(&html))).collect()
}

#[test]
#[ignore = "needs STANDFIRST_DATA"]
fn with_data_the_cases_are_read_right() {
    for (html, document) in case("01") {
        let heading = html.split("<h1>").nth(1).and_then(|rest| rest.split("</h1>").next());
        assert_eq!(document.title.as_deref(), heading);
    }
    for (number, paragraphs) in [("02", 4), ("04", 9), ("05", 9), ("07", 3), ("10", 3)] {
        for (html, document) in case(number) {
            let (kept, cut) = lines(&document);
            assert_eq!(kept.len(), paragraphs, "{number}: {kept:#?} {cut:#?}");
            assert!(kept[0].starts_with("The harbour board"), "{number}: {kept:#?}");
            let shown = html.matches("<h2>").count() == 0
                || document.text.contains("The town has long been known");
            assert!(shown, "{number}: {:?}", document.text);
        }
    }
}

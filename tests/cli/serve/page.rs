//! The page for people.

use super::{Server, source};

const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");

#[test]
fn one_article_is_answered_without_a_script() {
    let server = Server::start(&[]);
    let empty = server.get("/", &[]);
    assert!(empty.text.contains("<form method=\"post\""), "{}", empty.text);
    let body = "text=The+bridge+opened+on+Monday.+Traffic+was+light.&model=lead&model=kl&tone=on";
    let page = server.post("/", &[FORM], body);
    assert_eq!(page.status, 200);
    for words in
        ["<h2>lead</h2>", "<h2>kl</h2>", "<b>copied</b>", "Traffic was light.", "<h2>Tone</h2>"]
    {
        assert!(page.text.contains(words), "no {words} in {}", page.text);
    }
    // The first line end of an element is none of its text, as HTML has it.
    assert!(page.text.contains("<pre tabindex=\"0\">\nThe bridge"), "{}", page.text);
    let part = server.post("/", &[FORM], &format!("{body}&part=1"));
    assert!(part.text.contains("<h2>lead</h2>") && !part.text.contains("<form"), "{}", part.text);
    let none = server.post("/", &[FORM], "text=&model=lead");
    assert!(none.status == 400 && none.text.contains("class=\"error\""), "{}", none.text);
}

#[test]
fn what_is_pasted_stays_text() {
    let server = Server::start(&[]);
    let evil = "Rain+fell+%3Cscript%3Ealert(1)%3C/script%3E+on+%22Oslo%22+%3Cimg+src=x+onerror=alert(2)%3E.";
    let page = server.post("/", &[FORM], &format!("text={evil}&model=lead"));
    assert_eq!(page.status, 200, "{}", page.text);
    assert!(!page.text.contains("<script>alert") && !page.text.contains("<img"), "{}", page.text);
    let policy = page.header("content-security-policy").unwrap();
    for rule in ["default-src 'none'", "script-src 'self'", "frame-ancestors 'none'"] {
        assert!(policy.contains(rule), "{policy}");
    }
    assert_eq!(page.header("x-content-type-options"), Some("nosniff"));
    // By `no-referrer` browsers send a form without a script from the origin `null`, which is turned away.
    assert_eq!(page.header("referrer-policy"), Some("same-origin"));
}

#[test]
fn it_asks_nothing_of_others() {
    for name in ["page/page.html", "page/answer.html", "page/page.css", "page/page.js"] {
        let text = source(name);
        for sign in
            ["http:", "https:", "//cdn", "@import", "innerHTML", "eval(", " style=", "onclick"]
        {
            assert!(!text.contains(sign), "{sign} in {name}");
        }
    }
    let server = Server::start(&[]);
    for (path, media_type) in [("/page.css", "text/css"), ("/page.js", "text/javascript")] {
        assert!(server.get(path, &[]).header("content-type").unwrap().starts_with(media_type));
    }
}

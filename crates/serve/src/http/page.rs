//! The page for people: one article, the models of their choice, abstracts with what they rest on.
//!
//! It is a form, which works without a script. With one, it sends itself once for each model, and shows what
//! comes back as it comes. Either way the server writes the HTML, and the template escapes all that strangers
//! wrote: article, abstracts, names, errors.

use std::{collections::HashMap, io::Cursor, sync::Arc, sync::LazyLock};

use axum::{
    extract::{Request, State},
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use minijinja::{
    Environment, context,
    value::{Serde, Value},
};
use serde::Serialize;
use standfirst_core::{
    article::{Limits, Span},
    card::Task,
    input::Input as _,
    report::{AbstractSentence, ArticleReport, Failure, Verdict, chain},
};
use standfirst_ingest::{self as ingest, Format, Pending};

use super::{App, body, door, handlers, held::Account};
use crate::{
    Refusal, RefusalKind,
    drive::{HaltOnDrop, lost},
    service::{Asked, Operation, words},
};

/// Scripts, styles and answers of ours alone; no page may show ours in a frame.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; \
     form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
);
/// Bytes of a form.
const MAX_FORM: usize = 4 << 20;
/// Models that are chosen before anybody has.
const CHOSEN: [&str; 2] = ["salience", "lead"];
/// Names of the templates, whose ending switches escaping on.
const PAGE: &str = "page.html";
const ANSWER: &str = "answer.html";

static TEMPLATES: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut templates = Environment::new();
    let sources =
        [(PAGE, include_str!("page/page.html")), (ANSWER, include_str!("page/answer.html"))];
    for (name, source) in sources {
        templates.add_template(name, source).expect("the tests render our own templates");
    }
    templates
});

/// What the form holds.
#[derive(Default, Serialize)]
struct Form {
    text: String,
    models: Vec<String>,
    token: String,
    /// Whether the answer alone is wanted, without the page around it.
    part: bool,
    /// Whether the tone is wanted.
    tone: bool,
}

impl Form {
    fn parse(bytes: &[u8]) -> Self {
        let mut form = Self::default();
        for (name, value) in form_urlencoded::parse(bytes) {
            match &*name {
                "text" => form.text = value.into_owned(),
                "model" => form.models.push(value.into_owned()),
                "token" => form.token = value.into_owned(),
                "tone" => form.tone = true,
                "part" => form.part = true,
                _ => {}
            }
        }
        form
    }
}

/// The page with nothing on it.
pub(super) async fn empty(State(app): State<App>) -> Result<Response, Refusal> {
    let form = Form { tone: true, ..Form::default() };
    page(&app, &form, None).await
}

/// The style of the page.
pub(super) fn css() -> Response {
    handlers::text("text/css; charset=utf-8", include_str!("page/page.css"))
}

/// The script of the page.
pub(super) fn js() -> Response {
    handlers::text("text/javascript; charset=utf-8", include_str!("page/page.js"))
}

/// The page with what its form asked for, or that part alone.
pub(super) async fn answered(
    State(app): State<App>,
    request: Request,
) -> Result<Response, Refusal> {
    let (parts, body) = request.into_parts();
    let is_form = parts
        .headers
        .get(header::CONTENT_TYPE)
        .is_some_and(|given| given.as_bytes().starts_with(b"application/x-www-form-urlencoded"));
    if !is_form {
        let told = "this is the page's form; programs ask /v1/summarize and its like";
        return Err(Refusal::new(RefusalKind::Form, told));
    }
    let limit = body::limit(&app).min(MAX_FORM);
    let (bytes, _held) = body::whole(body, limit, &Account::new(&app.forms)).await?;
    let form = Form::parse(&bytes);
    drop(bytes);
    let answer = match allowed(&app, &form) {
        Ok(()) => answer(&app, &form).await,
        Err(refusal) => Err(refusal),
    };
    if form.part {
        return answer.and_then(|answer| {
            Ok(html(StatusCode::OK, render(ANSWER, Value::from(Serde(&answer)))?))
        });
    }
    page(&app, &form, Some(answer)).await
}

fn allowed(app: &App, form: &Form) -> Result<(), Refusal> {
    match &app.token {
        Some(token) if !token.is(form.token.trim()) => {
            Err(door::unauthorized(!form.token.is_empty()))
        }
        _ => Ok(()),
    }
}

/// What is known of the article in the form.
async fn answer(app: &App, form: &Form) -> Result<Answer, Refusal> {
    let article = read(form.text.clone(), app.service.settings().max_body)?;
    let asked = Asked {
        models: form.models.clone(),
        tone: form.tone.then(Vec::new),
        include_text: true,
        ..Asked::of(Operation::Summarize)
    };
    let job = handlers::job(app, asked).await?;
    let hand = app.begin(article.memory()).await?;
    let halt = HaltOnDrop::default();
    let work = move |limits: Limits| job.report(article, limits);
    let told = app.service.submit(hand, Arc::clone(&halt.0), work);
    let report = tokio::time::timeout(app.service.settings().time, told).await;
    let report = report
        .map_err(|_| Refusal::new(RefusalKind::TooLong, "it took too long; try a shorter article"))?
        .map_err(|_| lost())?;
    match &report.error {
        Some(error) => Err(Refusal::new(error.kind().into(), error.message())),
        None => Ok(Answer::of(&report)),
    }
}

/// The article that was pasted: a page, if it begins with a tag.
fn read(text: String, max_bytes: u64) -> Result<Pending, Refusal> {
    let is_page = text.trim_start().starts_with('<');
    let format = Some(if is_page { Format::Html } else { Format::Text });
    let options = ingest::Options { format, max_bytes, ..ingest::Options::default() };
    let mut found = ingest::from_reader("the text", Cursor::new(text.into_bytes()), &options);
    let none = || Refusal::new(RefusalKind::Malformed, "there is no text; paste an article");
    let first = found.next().ok_or_else(none)?;
    first.map_err(|error| Refusal::new(RefusalKind::Malformed, chain(&error)))
}

/// A model that may be chosen.
#[derive(Serialize)]
struct Choice {
    id: String,
    about: String,
    chosen: bool,
}

async fn page(
    app: &App,
    form: &Form,
    answer: Option<Result<Answer, Refusal>>,
) -> Result<Response, Refusal> {
    let service = Arc::clone(&app.service);
    let listing = tokio::task::spawn_blocking(move || service.listing()).await;
    let listing =
        listing.map_err(|error| Refusal::new(RefusalKind::Internal, error.to_string()))?;
    let fresh = form.models.is_empty();
    let choices: Vec<Choice> = listing
        .into_iter()
        .filter(|listing| listing.task == Task::Summarize)
        .map(|listing| Choice {
            chosen: if fresh {
                CHOSEN.contains(&&*listing.id)
            } else {
                form.models.contains(&listing.id)
            },
            id: listing.id,
            about: listing.about,
        })
        .collect();
    let (answer, refusal) = match answer {
        Some(Ok(answer)) => (Some(answer), None),
        Some(Err(refusal)) => (None, Some(refusal)),
        None => (None, None),
    };
    let (status, error) = match refusal {
        Some(refusal) => {
            let told = refusal.message.clone();
            (refusal.into_response().status(), Some(told))
        }
        None => (StatusCode::OK, None),
    };
    let (needs_token, version) = (app.token.is_some(), env!("CARGO_PKG_VERSION"));
    let answer = answer.map(|answer| render(ANSWER, Value::from(Serde(&answer)))).transpose()?;
    let answer = answer.map(Value::from_safe_string).unwrap_or_default();
    let (choices, form) = (Value::from(Serde(&choices)), Value::from(Serde(form)));
    let values = context! { choices, form, answer, error, needs_token, version };
    Ok(html(status, render(PAGE, values)?))
}

fn render(name: &str, values: Value) -> Result<String, Refusal> {
    let rendered = TEMPLATES.get_template(name).and_then(|template| template.render(values));
    rendered.map_err(|error| Refusal::new(RefusalKind::Internal, chain(&error)))
}

fn html(status: StatusCode, rendered: String) -> Response {
    let headers: [(HeaderName, HeaderValue); 2] = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
        (header::CONTENT_SECURITY_POLICY, POLICY),
    ];
    (status, headers, rendered).into_response()
}

/// What the template shows of a report.
#[derive(Serialize)]
struct Answer {
    title: Option<String>,
    /// The article as it was read, which the places of evidence point into.
    text: String,
    abstracts: Vec<Abstract>,
    tones: Vec<Tone>,
    /// What was left out, by reason.
    cuts: Vec<(String, usize)>,
}

#[derive(Serialize)]
struct Abstract {
    model: String,
    /// Whether the sentences are points of a list.
    list: bool,
    error: Option<String>,
    notes: Vec<String>,
    sentences: Vec<Sentence>,
}

#[derive(Serialize)]
struct Sentence {
    text: String,
    verdict: &'static str,
    means: &'static str,
    /// good, doubt or bad.
    class: &'static str,
    reasons: Vec<String>,
    evidence: Vec<String>,
    /// Places of the evidence: `0-120 240-260`, in bytes.
    places: String,
}

#[derive(Serialize)]
struct Tone {
    model: String,
    label: &'static str,
    error: Option<String>,
    targets: Vec<(String, &'static str)>,
}

impl Answer {
    fn of(report: &ArticleReport) -> Self {
        let text = report.text.clone().unwrap_or_default();
        let mut counts: HashMap<&str, usize> = HashMap::new();
        for cut in &report.cuts {
            *counts.entry(cut.reason.name()).or_default() += 1;
        }
        let mut cuts: Vec<_> =
            counts.into_iter().map(|(reason, count)| (reason.to_owned(), count)).collect();
        cuts.sort();
        let abstracts = report.abstracts.iter().map(|cell| Abstract {
            model: cell.model.clone(),
            list: cell.style.is_list(),
            error: cell.error.as_ref().map(ToString::to_string),
            notes: cell.notes.clone(),
            sentences: cell
                .sentences
                .iter()
                .map(|sentence| Sentence::of(&text, sentence))
                .collect(),
        });
        let abstracts = abstracts.collect();
        let tones = report.sentiment.iter().map(|tone| Tone {
            model: tone.model.clone(),
            label: tone.label.map_or("unknown", standfirst_core::plugin::Label::name),
            error: tone.error.as_ref().map(Failure::to_string),
            targets: tone.targets.iter().map(|t| (t.name.clone(), t.label.name())).collect(),
        });
        let tones = tones.collect();
        Self { title: report.title.clone(), text, abstracts, tones, cuts }
    }
}

impl Sentence {
    fn of(text: &str, sentence: &AbstractSentence) -> Self {
        let reasons = words::reasons(sentence);
        let class = match sentence.verdict {
            Some(verdict) if verdict.is_supported() && reasons.is_empty() => "good",
            Some(Verdict::Unsupported | Verdict::Contradicted) => "bad",
            _ => "doubt",
        };
        let quote = |span: &Span| text.get(span.range()).unwrap_or_default().to_owned();
        let place = |span: &Span| format!("{}-{}", span.start, span.end);
        let places: Vec<_> = sentence.evidence.iter().map(place).collect();
        Self {
            text: sentence.text.clone(),
            verdict: sentence.verdict.map_or("unchecked", Verdict::name),
            means: words::verdict(sentence.verdict),
            class,
            reasons,
            evidence: sentence.evidence.iter().map(quote).collect(),
            places: places.join(" "),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_strangers_wrote_is_escaped_wherever_it_stands() {
        let evil = "</pre><script>alert('x')</script>\"><img src=x onerror=alert(1)>";
        let sentence = Sentence {
            text: evil.to_owned(),
            verdict: "copied",
            means: "stands there",
            class: "good",
            reasons: vec![evil.to_owned()],
            evidence: vec![evil.to_owned()],
            places: "0-4".to_owned(),
        };
        let cell = Abstract {
            model: evil.to_owned(),
            list: false,
            error: Some(evil.to_owned()),
            notes: vec![evil.to_owned()],
            sentences: vec![sentence],
        };
        let tone = Tone {
            model: evil.to_owned(),
            label: "neutral",
            error: Some(evil.to_owned()),
            targets: vec![(evil.to_owned(), "neutral")],
        };
        let answer = Answer {
            title: Some(evil.to_owned()),
            text: evil.to_owned(),
            abstracts: vec![cell],
            tones: vec![tone],
            cuts: vec![(evil.to_owned(), 1)],
        };
        let form = Form { text: evil.to_owned(), token: evil.to_owned(), ..Form::default() };
        let choices = [Choice { id: evil.to_owned(), about: evil.to_owned(), chosen: true }];
        let answer = Value::from_safe_string(render(ANSWER, Value::from(Serde(&answer))).unwrap());
        let (choices, form) = (Value::from(Serde(&choices)), Value::from(Serde(&form)));
        let values = context! {
            choices, form, answer, error => evil, needs_token => true, version => "0"
        };
        let page = render(PAGE, values).unwrap();
        assert!(!page.contains("<script>alert") && !page.contains("<img"), "{page}");
        assert!(!page.contains("script&gt;\""), "no attribute is left: {page}");
        assert!(page.matches("&lt;script&gt;alert").count() >= 9, "{page}");
    }

    #[test]
    fn the_form_may_name_several_models() {
        let form = Form::parse(b"text=Rain+fell.&model=lead&model=kl&tone=on");
        assert_eq!((form.text.as_str(), form.models.len()), ("Rain fell.", 2));
        assert!(form.tone && !form.part);
    }
}

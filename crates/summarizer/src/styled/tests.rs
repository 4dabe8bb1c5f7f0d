//! The forms, by a summariser whose order is known.

use std::num::NonZeroUsize;

use standfirst_core::{
    article::{Article, Document},
    plugin::{PluginInfo, Threading},
};
use standfirst_text::{repair, sentence::from_sentences};

use super::*;
use crate::extractive;

/// Picks by an order of its own.
struct Ordered(PluginInfo, Vec<usize>);

impl Summarizer for Ordered {
    fn info(&self) -> &PluginInfo {
        &self.0
    }

    fn summarize(&self, article: &Article, budget: Budget) -> Result<Summary, PluginError> {
        Ok(extractive::summarize(article, &self.1, budget))
    }
}

fn ordered(order: &[usize]) -> Arc<dyn Summarizer> {
    let info = PluginInfo {
        id: "ordered".into(),
        about: String::new(),
        threading: Threading::Caller,
        languages: Vec::new(),
        card: None,
    };
    Arc::new(Ordered(info, order.to_vec()))
}

/// A model that writes these sentences, whatever it is shown.
struct Wrote(PluginInfo, Vec<&'static str>);

impl Summarizer for Wrote {
    fn info(&self) -> &PluginInfo {
        &self.0
    }

    fn summarize(&self, _: &Article, _: Budget) -> Result<Summary, PluginError> {
        let sentence =
            |text: &&str| SummarySentence { text: (*text).to_owned(), origin: Origin::Generated };
        Ok(Summary { sentences: self.1.iter().map(sentence).collect(), ..Summary::default() })
    }
}

fn wrote(sentences: &[&'static str]) -> Arc<dyn Summarizer> {
    Arc::new(Wrote(ordered(&[]).info().clone(), sentences.to_vec()))
}

const LONG: &str = "The council of the harbour town voted on Monday night, after a debate that went on for \
                    six hours, to close the old swing bridge to all lorries from next spring.";
const SHORT: &str = "Orm closed its old bridge to lorries on Monday.";
const LEANS: &str = "He said the town could not wait.";
const OTHER: &str =
    "Mayor Ada Quill welcomed the vote in a letter to the harbour workers of the town.";
const LAST: &str = "A new bridge will cost the town some nine million pounds.";

fn article() -> Article {
    from_sentences("t", &[LONG, LEANS, SHORT, OTHER, LAST]).unwrap()
}

fn titled(title: &str, sentences: &[&str]) -> Article {
    let document =
        Document { title: Some(title.to_owned()), ..Document::from_text("t", sentences.join(" ")) };
    repair::clean(document).unwrap()
}

fn form(style: Style, asked: Option<Budget>) -> Budget {
    Form::new(style, asked).unwrap().budget
}

fn pick(style: Style, asked: Option<Budget>, order: &[usize]) -> Summary {
    Styled::picks(ordered(order), style).summarize(&article(), form(style, asked)).unwrap()
}

fn count(count: usize) -> NonZeroUsize {
    NonZeroUsize::new(count).unwrap()
}

#[test]
fn a_headline_is_the_best_sentence_that_fits_and_stands_alone_without_its_stop() {
    let summary = pick(Style::Headline, None, &[0, 1, 2, 3, 4]);
    assert_eq!(texts(&summary.sentences), ["Orm closed its old bridge to lorries on Monday"]);
    assert_eq!(summary.sentences[0].origin, Origin::Extracted(2));
    assert!(summary.notes[0].starts_with("passed over: 2 better sentences"), "{:?}", summary.notes);
    let first = pick(Style::Headline, None, &[4, 0, 1, 2, 3]);
    assert_eq!(
        texts(&first.sentences),
        ["A new bridge will cost the town some nine million pounds"]
    );
    assert_eq!(first.notes, [""; 0]);
}

#[test]
fn a_headline_may_end_before_a_clause_that_adds_and_owns_up_to_it() {
    let long = "Dockers at Port Orm walked out on Tuesday, leaving nineteen ships in the bay.";
    let article = from_sentences("t", &[long, SHORT]).unwrap();
    let styled = Styled::picks(ordered(&[0, 1]), Style::Headline);
    let summary = styled.summarize(&article, form(Style::Headline, None)).unwrap();
    assert_eq!(texts(&summary.sentences), ["Dockers at Port Orm walked out on Tuesday"]);
    let Origin::Mended { index: 0, ended: Some(ended), .. } = summary.sentences[0].origin else {
        panic!("{summary:?}")
    };
    assert_eq!(&article.document().text[ended.range()], "leaving nineteen ships in the bay.");
}

#[test]
fn a_headline_is_the_title_where_none_of_the_best_fits_unless_it_is_none() {
    let all = [LONG, OTHER, LONG, SHORT];
    let sentences: Vec<String> = all
        .iter()
        .enumerate()
        .map(|(i, text)| text.replace("town", &format!("town {i}")))
        .collect();
    let sentences: Vec<&str> = sentences.iter().map(String::as_str).collect();
    let headline = |title: &str| {
        let article = titled(title, &sentences);
        let styled = Styled::picks(ordered(&[0, 1, 2, 3]), Style::Headline);
        styled.summarize(&article, form(Style::Headline, None)).unwrap()
    };
    let summary = headline("Lorries barred from old bridge");
    assert_eq!(texts(&summary.sentences), ["Lorries barred from old bridge"]);
    assert_eq!(summary.sentences[0].origin, Origin::Title);
    assert!(summary.notes[0].starts_with("the article's own title"), "{:?}", summary.notes);
    let summary = headline("Lorries barred | Harbour Times");
    assert_eq!(summary.sentences[0].origin, Origin::Extracted(3), "the next that fits");
}

#[test]
fn where_nothing_fits_nothing_is_cut() {
    let article = from_sentences("t", &[LONG, OTHER]).unwrap();
    let styled = Styled::picks(ordered(&[0, 1]), Style::Headline);
    let error = styled.summarize(&article, form(Style::Headline, None)).unwrap_err();
    assert!(error.to_string().contains("one line of at most 12 words"), "{error}");
    let brief = Styled::picks(ordered(&[0, 1]), Style::Brief);
    let asked = form(Style::Brief, Some(Budget::Words(count(5))));
    let summary = brief.summarize(&article, asked).unwrap();
    assert_eq!(texts(&summary.sentences), [OTHER], "the shortest, as ever");
    assert!(summary.notes[0].contains("no sentence picked fits"), "{:?}", summary.notes);
}

#[test]
fn a_brief_is_the_best_sentence_that_stands_alone() {
    assert_eq!(texts(&pick(Style::Brief, None, &[1, 0, 2, 3, 4]).sentences), [LONG]);
    let short = pick(Style::Brief, Some(Budget::Words(count(16))), &[0, 1, 3, 2, 4]);
    assert_eq!(texts(&short.sentences), [OTHER]);
}

#[test]
fn every_point_stands_alone_and_there_are_as_many_as_asked() {
    let summary = pick(Style::Bullets, None, &[1, 0, 2, 3, 4]);
    assert_eq!(texts(&summary.sentences), [LONG, SHORT, OTHER], "what leans gives way to the next");
    // Behind the sentence that it leans on it would do in a text, and not in a list.
    assert_eq!(
        texts(&pick(Style::Bullets, Some(Budget::Sentences(count(2))), &[0, 1, 4]).sentences),
        [LONG, LAST]
    );
    let all = pick(Style::Bullets, Some(Budget::Sentences(count(5))), &[0, 1, 2, 3, 4]);
    assert_eq!(all.sentences.len(), 5);
    assert!(all.notes[0].starts_with("1 of 5 points lean"), "{:?}", all.notes);
}

#[test]
fn a_post_is_as_many_whole_sentences_as_fit() {
    let post = |asked| pick(Style::Social, asked, &[0, 3, 4, 2, 1]);
    let summary = post(None);
    assert_eq!(texts(&summary.sentences), [LONG, OTHER]);
    let three = post(Some(Budget::Sentences(count(3))));
    assert_eq!(three.sentences.len(), 2, "three have more than 280 characters");
    assert!(three.notes[0].starts_with("2 of 3 sentences"), "{:?}", three.notes);
    let short = post(Some(Budget::Characters(count(100))));
    assert_eq!(texts(&short.sentences), [OTHER]);
}

#[test]
fn what_was_written_ends_at_a_sentence_and_gives_way_where_it_does_not_fit() {
    let article = article();
    let write = |style, sentences: &[&'static str]| {
        let styled = Styled::writes(wrote(sentences), style, Some(ordered(&[2, 0, 3, 4, 1])));
        styled.summarize(&article, form(style, None)).unwrap()
    };
    let headline = write(Style::Headline, &["Old bridge closed to lorries.", "More to come."]);
    assert_eq!(texts(&headline.sentences), ["Old bridge closed to lorries"]);
    assert_eq!(headline.sentences[0].origin, Origin::Generated);
    let long = write(Style::Headline, &[LONG]);
    assert_eq!(texts(&long.sentences), ["Orm closed its old bridge to lorries on Monday"]);
    assert_eq!(long.sentences[0].origin, Origin::StandIn(2));
    assert!(long.notes[0].contains("nothing that was written fits"), "{:?}", long.notes);
    let post = write(Style::Social, &[LONG, OTHER, LAST]);
    assert_eq!(texts(&post.sentences), [LONG, OTHER]);
    assert!(post.notes[0].starts_with("ended after sentence 2 of 3"), "{:?}", post.notes);
}

#[test]
fn a_writer_without_a_picker_has_the_title_or_an_error() {
    let styled = Styled::writes(wrote(&[LONG]), Style::Headline, None);
    let asked = form(Style::Headline, None);
    assert!(matches!(styled.summarize(&article(), asked), Err(PluginError::NoFit(_))));
    let article = titled("Lorries barred from old bridge", &[LONG, OTHER]);
    let summary = styled.summarize(&article, asked).unwrap();
    assert_eq!(summary.sentences[0].origin, Origin::Title);
}

/// A model that gives no answer.
struct Silent(PluginInfo, fn() -> PluginError);

impl Summarizer for Silent {
    fn info(&self) -> &PluginInfo {
        &self.0
    }

    fn summarize(&self, _: &Article, _: Budget) -> Result<Summary, PluginError> {
        Err((self.1)())
    }
}

#[test]
fn where_nothing_is_written_or_supported_the_articles_own_stands_in() {
    let silent = |why| Arc::new(Silent(ordered(&[]).info().clone(), why)) as Arc<dyn Summarizer>;
    let asked = form(Style::Headline, None);
    for why in [|| PluginError::Empty, || PluginError::Unsupported { count: 2 }] {
        let styled = |style, other| Styled::writes(silent(why), style, other);
        let picker = Some(ordered(&[2, 0, 1]));
        let summary = styled(Style::Headline, picker.clone()).summarize(&article(), asked).unwrap();
        assert_eq!(summary.sentences[0].origin, Origin::StandIn(2));
        assert!(summary.notes[0].starts_with("nothing"), "{:?}", summary.notes);
        let usual = styled(Style::Standfirst, picker).summarize(&article(), Budget::DEFAULT);
        assert_eq!(usual.unwrap_err().to_string(), why().to_string());
        let bare = styled(Style::Headline, None).summarize(&article(), asked);
        assert_eq!(bare.unwrap_err().to_string(), why().to_string(), "there is no title");
    }
}

#[test]
fn a_brief_is_never_the_title_and_one_in_its_place_has_no_stop() {
    let article = titled("Lorries barred from old bridge.", &[LONG, OTHER]);
    let asked = form(Style::Brief, Some(Budget::Words(count(5))));
    let summary = Styled::picks(ordered(&[0, 1]), Style::Brief).summarize(&article, asked).unwrap();
    assert_eq!(texts(&summary.sentences), [OTHER]);
    let headline = Styled::picks(ordered(&[0, 1]), Style::Headline);
    let summary = headline.summarize(&article, form(Style::Headline, None)).unwrap();
    assert_eq!(texts(&summary.sentences), ["Lorries barred from old bridge"]);
}

#[test]
fn what_is_asked_of_many_is_what_is_asked_of_one() {
    let (one, other) = (article(), from_sentences("u", &[SHORT, OTHER]).unwrap());
    for style in Style::ALL {
        let asked = form(style, None);
        for model in [
            Styled::picks(ordered(&[0, 1]), style),
            Styled::writes(wrote(&[SHORT, OTHER]), style, None),
        ] {
            let all = model.summarize_all(&[&one, &other], asked);
            assert_eq!(model.style(), style);
            for (article, answer) in [&one, &other].into_iter().zip(all) {
                assert_eq!(answer.unwrap(), model.summarize(article, asked).unwrap());
            }
        }
    }
}

//! Language detection on short news: twelve languages, and English of every length.

use standfirst_core::article::Document;
use standfirst_text::repair::clean;

/// Code and two or three sentences, written for this test.
const NEWS: &[(&str, &str)] = &[
    (
        "en",
        "The harbour was closed on Tuesday after a crane fell onto the quay. Nobody was hurt, the \
         port authority said, but ferries to the islands will not run before the weekend.",
    ),
    (
        "de",
        "Der Hafen wurde am Dienstag gesperrt, nachdem ein Kran auf den Kai gestürzt war. Verletzt \
         wurde nach Angaben der Behörde niemand. Die Fähren fahren erst am Wochenende wieder.",
    ),
    (
        "fr",
        "Le port a été fermé mardi après la chute d'une grue sur le quai. Personne n'a été blessé, \
         a indiqué la capitainerie, mais les bateaux ne partiront pas avant samedi.",
    ),
    (
        "es",
        "El puerto fue cerrado el martes después de que una grúa cayera sobre el muelle. Nadie \
         resultó herido, según las autoridades, pero los barcos no saldrán hasta el sábado.",
    ),
    (
        "it",
        "Il porto è stato chiuso martedì dopo che una gru è caduta sulla banchina. Nessuno è rimasto \
         ferito, ha detto la capitaneria, ma i traghetti non partiranno prima di sabato.",
    ),
    (
        "pt",
        "O porto foi fechado na terça-feira depois de um guindaste cair sobre o cais. Ninguém ficou \
         ferido, disse a autoridade, mas os barcos não vão sair antes do fim de semana.",
    ),
    (
        "nl",
        "De haven werd dinsdag gesloten nadat een kraan op de kade was gevallen. Er raakte niemand \
         gewond, zegt het havenbedrijf, maar de veerboten varen pas in het weekend weer.",
    ),
    (
        "sv",
        "Hamnen stängdes på tisdagen efter att en kran hade fallit ner på kajen. Ingen skadades, \
         säger myndigheten, men färjorna går inte förrän till helgen.",
    ),
    (
        "pl",
        "Port został zamknięty we wtorek po tym, jak dźwig runął na nabrzeże. Nikt nie został ranny, \
         podały władze, ale promy nie wypłyną przed weekendem.",
    ),
    (
        "ru",
        "Порт закрыли во вторник после того, как на причал упал кран. Никто не пострадал, сообщили \
         власти, но паромы не выйдут в море раньше выходных.",
    ),
    (
        "tr",
        "Rıhtıma bir vinç düşmesinin ardından liman salı günü kapatıldı. Yetkililer kimsenin \
         yaralanmadığını, ancak feribotların hafta sonundan önce kalkmayacağını söyledi.",
    ),
    (
        "ar",
        "أُغلق الميناء يوم الثلاثاء بعد سقوط رافعة على الرصيف. وقالت السلطات إن أحدا لم يصب بأذى لكن \
         العبارات لن تبحر قبل نهاية الأسبوع.",
    ),
    (
        "zh",
        "星期二，一台起重机倒在码头上，港口随即关闭。当局表示没有人受伤，但渡轮要到周末才能恢复航行。",
    ),
    (
        "ja",
        "火曜日、クレーンが岸壁に倒れ、港は閉鎖された。当局によるとけが人はいないが、フェリーは週末まで運航しない。",
    ),
    (
        "hi",
        "मंगलवार को घाट पर एक क्रेन गिरने के बाद बंदरगाह बंद कर दिया गया। अधिकारियों ने कहा कि कोई घायल नहीं \
         हुआ, लेकिन नावें सप्ताहांत से पहले नहीं चलेंगी।",
    ),
];

fn detected(text: &str) -> Option<&'static str> {
    let article = clean(Document::from_text("test", text)).ok()?;
    article.language().map(standfirst_core::language::Language::code)
}

#[test]
fn two_sentences_of_news_tell_the_language() {
    for (code, text) in NEWS {
        assert_eq!(detected(text), Some(*code), "{text}");
    }
}

#[test]
fn headlines_and_names_are_english_or_unknown() {
    let headlines = [
        "Mayor quits over harbour deal. Rain stops play at Kelso. Talbot Inc. to cut 40 jobs.",
        "Okafor beats Lindqvist in Lisbon. Sato and Duarte reach last four. Rain in Paris.",
        "Bank holds rates; shares slip. Storm nears coast. Two held over museum theft.",
    ];
    for text in headlines {
        assert!(matches!(detected(text), None | Some("en")), "{text}: {:?}", detected(text));
    }
}

/// The articles of a data set.
fn articles(set: &str) -> Vec<String> {
    let rows = standfirst_testdata::rows(&format!("data/{set}/dev.jsonl"));
    rows.iter().map(|row| row["text"].as_str().expect("a text").to_owned()).collect()
}

#[test]
#[ignore = "needs STANDFIRST_DATA"]
fn with_data_english_articles_are_detected_as_english() {
    for set in ["bbc_clean", "inshorts", "basil_clusters", "cnndm"] {
        let texts = articles(set);
        let others: Vec<_> = texts.iter().filter(|text| detected(text) != Some("en")).collect();
        assert!(
            others.is_empty(),
            "{set}: {} of {} not English: {others:#?}",
            others.len(),
            texts.len()
        );
    }
}

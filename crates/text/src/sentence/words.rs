//! The words that the rules of sentence splitting know. They are looked up as written, because case
//! tells `Gen.` from a generator's `gen`.

use std::{
    collections::{HashMap, HashSet},
    sync::LazyLock,
};

/// What kind of shortened word stands before a stop, by how it lets a sentence end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    /// Bound to what follows, such as a title to a name: never an end.
    Bound,
    /// Ends nothing if a number follows.
    Number,
    /// `a.m.`, `p.m.`: ends nothing before a day or a time zone.
    Clock,
    /// A day of the week: ends nothing before a month.
    Day,
    /// A single letter: ends a sentence only before a word that mostly opens one.
    Initial,
    /// Ends a sentence only before a word that mostly opens one, or before a quotation.
    Loose,
    /// The same in other languages than English.
    Foreign,
}

/// The class of a word as it stands before the stop; `None` for an ordinary one.
pub(super) fn class(word: &str) -> Option<Class> {
    let find = |word: &str| CLASSES.get(word).copied();
    find(word).or_else(|| find(&from_capitals(word)?))
}

/// `SEN` as `Sen`; `None` if it is not all capitals, or so short that it is an acronym of its own.
fn from_capitals(word: &str) -> Option<String> {
    let long = word.len() > 2 || matches!(word, "MR" | "DR" | "ST");
    let capitals = long && word.bytes().all(|byte| byte.is_ascii_uppercase());
    capitals.then(|| word[..1].to_owned() + &word[1..].to_ascii_lowercase())
}

/// The class of every short form.
static CLASSES: LazyLock<HashMap<&str, Class>> = LazyLock::new(|| {
    let words =
        LISTS.iter().flat_map(|(words, class)| words.split_whitespace().map(|word| (word, *class)));
    words.collect()
});

const LISTS: [(&str, Class); 7] = [
    (CLOCK, Class::Clock),
    (TITLES, Class::Bound),
    (INNER, Class::Bound),
    (NUMBERED, Class::Number),
    (DAYS, Class::Day),
    (LOOSE, Class::Loose),
    (FOREIGN, Class::Foreign),
];

/// A set of words, made when first asked for.
type Words = LazyLock<HashSet<&'static str>>;

fn set(words: &'static str) -> HashSet<&'static str> {
    words.split_whitespace().collect()
}

/// Whether the word, written with a capital, mostly opens a sentence.
pub(super) fn opens_sentences(word: &str) -> bool {
    OPENERS.contains(word)
}

/// The same in any language that we have a list for.
pub(super) fn opens_foreign_sentences(word: &str) -> bool {
    FOREIGN_OPENERS.contains(word) || opens_sentences(word)
}

/// Whether it is a courtesy title, which may open a sentence or name a speaker.
pub(super) fn is_courtesy(word: &str) -> bool {
    matches!(word, "Mr" | "Mrs" | "Ms")
}

/// Whether the word opens the clause that a verb of speech governs.
pub(super) fn opens_clause(word: &str) -> bool {
    CLAUSE.contains(word)
}

/// Whether it is a verb that reports speech.
pub(super) fn is_speech_verb(word: &str) -> bool {
    SPEECH.contains(word)
}

/// Whether the name is written with a mark of its own.
pub(super) fn has_mark_in_name(word: &str) -> bool {
    MARKED_NAMES.contains(word)
}

/// Whether the word may follow a time of day in the same sentence.
pub(super) fn follows_clock(word: &str) -> bool {
    AFTER_CLOCK.contains(word) || is_day(word) || is_month(word)
}

/// Whether it names a day of the week.
pub(super) fn is_day(word: &str) -> bool {
    matches!(
        word,
        "Monday" | "Tuesday" | "Wednesday" | "Thursday" | "Friday" | "Saturday" | "Sunday"
    )
}

/// Whether it names a month, in full or shortened.
pub(super) fn is_month(word: &str) -> bool {
    MONTHS.contains(word)
}

/// Whether it is a noun that a German ordinal stands before: `3. Oktober`, `2. Liga`.
pub(super) fn is_german_noun(word: &str) -> bool {
    GERMAN_NOUNS.contains(word)
}

/// Whether a German ordinal may follow the word.
pub(super) fn is_german_article(word: &str) -> bool {
    matches!(
        word,
        "am" | "Am"
            | "vom"
            | "Vom"
            | "zum"
            | "Zum"
            | "im"
            | "Im"
            | "den"
            | "dem"
            | "der"
            | "des"
            | "Der"
    )
}

/// Whether it is the last part of a host name with a capital by mistake.
pub(super) fn is_domain(word: &str) -> bool {
    matches!(
        word,
        "Com" | "Net" | "Org" | "Gov" | "Edu" | "Co" | "Io" | "Tv" | "Uk" | "Js" | "Info"
    )
}

/// Whether it is the ending of a file's name or of a product's, in capitals.
pub(super) fn is_file_ending(word: &str) -> bool {
    matches!(word, "NET" | "COM" | "ORG" | "PDF" | "DOC" | "EXE" | "JPG" | "PNG" | "MP3" | "MP4")
}

/// Halves of the day.
const CLOCK: &str = "
    A.M P.M a.m p.m
";

/// Titles and other words that stand before a name.
const TITLES: &str = "
    Abp Adm Ald Amb Assoc Asst Atty Avv Bp Brig Capt Cdr Chas Cllr Cmdr Col Cpl Cpt Det Dhr
    Dipl Dott Dr Dra Drs Ens Fr Fru Ft Gen Geo Gov Govs Herr Hl Hon Hptm Hr Ing Insp Ir Jos
    Lt MM Mag Maj Messrs Mevr Mlle Mme Mmes Mr Mrs Ms Msgr Mt Mx Pfc Pres Prof Profa Profs
    Pvt Rep Reps Rev Secy Sen Sens Sgt Sgts Sig Spc Sra Srta Ste Supt Supts Thos Treas Visc
    Wm dhr dott dr fru hl hon mevr prof sig ul Ул акад г-жа г-н проф ул
";

/// Short forms that stand within a sentence.
const INNER: &str = "
    Abs Bhf Ca Cf D.h E.g EE Exma Exmo Hbf I.e Nr Núm Pág Univ Vgl Vs Z.B abzgl approx bijv
    bl.a bzw c.f ca cf d.h d.w.z e.g eg einschl esp evtl exkl f.eks ggf godz i.e ibid ie
    incl inkl insb kl m.in np nr núm o.a p.ex pág resp sog t.ex tzw u.a v vgl viz vs z.B
    zzgl напр т.е
";

/// Words that a number follows: months, parts of books, the number sign. Else they are ordinary
/// words.
const NUMBERED: &str = "
    Apr Art Aug Bk Ch Circa Dec Ed Est Ex Ext Feb Fig Figs Jan Jul Jun Mar No Nos Nov Oct Op
    Par Para Pt Reg Rs Sec Sep Sept Stat Tel Vol Vols art bk ch circa ed est ex ext fig figs
    ft lb lbs no nos op oz par para pp pt reg sec tel vol vols
";

/// Days of the week.
const DAYS: &str = "
    Fri Mon Sat Sun Thu Thur Thurs Tue Tues Wed Weds
";

/// Companies, streets, states and the like: short forms that do end sentences.
const LOOSE: &str = "
    Ala Alta App Apt Ariz Ark Assn Ave Bldg Blvd Bros Calif Cir Co Colo Comm Conn Corp Cos
    Ct Del Dept Depts Dist Div Esq Fla Ga Govt Hwy Ill Inc Incs Ind Intl Jr Kan Kans Ky La
    Ln Ltd M.D Mass Md Mfg Mgmt Mich Minn Miss Mo Natl Neb Nev Okla Ont Ore Pa Ph.D PhD Pkwy
    Pl Plc Pty Que Rd Rte Sask Ser Sq Sr St Supp Tenn Tex Va Vt Wash Wis Wisc Wyo al dept
    govt г
";

/// Short forms of other languages than English that do end sentences.
const FOREIGN: &str = "
    Bd Chr Cie Gebr Jh Jhd Mio Mrd Str Tsd Ud Uds Vd Vds Verl ecc mio mld mln mrd n.Chr str
    u.s.w usw v.Chr гг млн млрд руб тыс
";

/// Words that, with a capital, mostly open an English sentence: function words first of all.
static OPENERS: Words = LazyLock::new(|| {
    set("
    A About Above According Across Activists Additionally After Afterwards Again Against
    Ahead All Almost Along Already Also Although Amid Among An Analysts And Another Any
    Anyone Anything Apart Apparently Are Around As Aside At Authorities Away Back Because
    Before Behind Being Below Besides Between Beyond Both But By Campaigners Can
    Certainly Clearly Could Critics Currently Democrats Despite Did Doctors Does During Each
    Earlier Either Elsewhere Even Eventually Every Everyone Everything Except Experts Few
    Finally Firefighters Five Following For Former Fortunately Four From Further Furthermore
    Given Had Half Has Have Having He Hence Her Here Hers Him His How However I If In Indeed
    Initially Inside Instead Into Investors Is It Its Just Last Later Lawmakers Lawyers Less
    Like Many Maybe Meanwhile Might More Moreover Most Mr Mrs Ms Much Must My Near Nearly
    Neighbors Neighbours Neither Never Nevertheless Next No Nobody None Nonetheless Nor Not
    Nothing Now Obviously Of Off Officials Often On Once One Only Opponents Or Originally
    Other Others Otherwise Our Out Outside Over Overall Perhaps Please Police Presumably
    Previously Prosecutors Protesters Rather Recently Reportedly Reports Republicans
    Researchers Residents Scientists Several Shares She Should Similarly Since Six So Some
    Someone Something Sometimes Soon Sources Still Such Suddenly Supporters Surely
    Ten Than Thanks That The Their Them Then There Therefore These They This Those Though
    Three Through Throughout Thus To Today Together Tomorrow Tonight Too Toward Towards Two
    Ultimately Under Unfortunately Unless Unlike Until Up Upon Us Was We Well Were What
    Whatever When Whenever Where Whereas Wherever Whether Which While Who Whoever Whom Whose
    Why With Within Without Witnesses Would Yes Yesterday Yet You Your
")
});

/// The same for the larger languages of Europe; many of them are parts of names in English.
static FOREIGN_OPENERS: Words = LazyLock::new(|| {
    set("
    A Aber Al Als Am Anche Après As Au Auch Auf Aux Avant Avec Bei Beim Bij C Ce Ces Cet Cette
    Com Como Con Cuando Da Dann Dans Das Dass Dat Dazu De Del Dem Den Denn Depois Depuis Der
    Des Desde Deshalb Det Deze Die Dies Diese Dieser Dieses Dit Doch Dopo Durch Een Efter
    Ein Eine Einem Einen Einer El Ela Elas Ele Eles Ella Ellas Elle Elles Ellos Em En Er Es
    Esta Estas Este Estos Et Fue Für Gli Han Hay Het Hij Hon Hun I Ich Ihr Il Ils Im In Jag
    Je Jeg Jetzt Kein Keine L La Las Le Lei Les Leur Leurs Lo Loro Los Lui Ma Maar Mais Mas
    Men Met Mit Na Naar Nach Nel Nella No Nous Nun Nur Não O Ob Och Og On Ook Op Os Par Para
    Per Pero Por Pour På Quand Quando Que Questa Questo Qui Sa Se Secondo Segundo Según Sein
    Seine Seit Selon Ses Si Sie So Som Son Su Sur Sus Também También Toen Tras Trotz Tu Um Uma Un
    Una Unas Und Une Uno Unos Unter Vi Von Voor Vor Vous Wann War Warum Was Wenn Wer Wie Wir
    Wo Y Ya Ze Zij Zu Zum Zur Zwar À È Über А В Все Вы Где Для До Его Если Её За И Из Их К
    Как Когда Кто Мы На Но О Об Он Она Они Оно От По После При С Так Там Тут У Уже Что Это Я
")
});

/// Words that open the clause after a verb of speech.
static CLAUSE: Words = LazyLock::new(|| {
    set("
    he her his if it its she that the their there they this to we whether
")
});

/// Verbs that report speech.
static SPEECH: Words = LazyLock::new(|| {
    set("
    added adds agreed argued asked asks barked began bellowed called chanted commented
    complained continued cried declared demanded exclaimed explained insisted joked laughed
    mused noted pleaded posted quipped recalled remarked replied responded said says
    screamed shouted shrieked sighed snapped thundered told tweeted urged warned whispered
    wondered wrote yelled
")
});

/// Names written with an exclamation or question mark.
static MARKED_NAMES: Words = LazyLock::new(|| {
    set("
    Aida Airplane Calcutta E Hello Hurrah Jeopardy Mamma Mia Millionaire Oklahoma Oliver
    Panic Rouge Wham Yahoo Yum
")
});

/// Time zones and such, after a time of day.
static AFTER_CLOCK: Words = LazyLock::new(|| {
    set("
    AEDT AEST AST Atlantic BST British CDT CEST CET CST CT Central EDT EET EST ET Eastern
    GMT Greenwich HST IST JST KST Local MDT MSK MST MT Mountain PDT PST PT Pacific SGT UTC
")
});

/// Months.
static MONTHS: Words = LazyLock::new(|| {
    set("
    Apr April Aug August Dec December Feb February Jan January Jul July Jun June Mar March
    May Nov November Oct October Sep Sept September
")
});

/// What a German ordinal stands before.
static GERMAN_NOUNS: Words = LazyLock::new(|| {
    set("
    April August Bundesliga Dezember Etage Februar Geburtstag Jahrhundert Januar Juli Juni
    Klasse Liga Mai Mal Minute März November Oktober Platz Runde September Spieltag Stock
    Tag Weltkrieg
")
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_short_form_has_one_class() {
        for (words, class) in LISTS {
            for word in words.split_whitespace() {
                assert_eq!(CLASSES[word], class, "{word} is in two lists");
            }
        }
    }

    #[test]
    fn case_tells_titles_from_words() {
        assert_eq!(class("Rep"), Some(Class::Bound));
        assert_eq!(class("REP"), Some(Class::Bound));
        assert_eq!(class("rep"), None);
    }
}

//! What is known of names beforehand: titles, given names, countries, the words that organisations are
//! called by, and the capitalised words that name nobody.

use std::{
    collections::{HashMap, HashSet},
    sync::LazyLock,
};

/// How a person is referred to, where it is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Gender {
    /// By *she*.
    Female,
    /// By *he*.
    Male,
}

type Words = LazyLock<HashSet<&'static str>>;

macro_rules! words {
    ($list:expr) => {
        LazyLock::new(|| $list.split_whitespace().collect())
    };
}

/// Words that stand before the name of a person, lower-cased, without a stop; the last word decides.
static TITLES: Words = words!(
    "mr mrs ms miss dr prof professor sir dame lord lady madam sen senator senators rep \
     representative congressman congresswoman gov governor mayor president president-elect \
     vice-president chancellor premier minister secretary undersecretary king queen prince princess \
     duke duchess emperor pope cardinal archbishop bishop rabbi imam ayatollah sheikh rev reverend \
     pastor father judge justice chief sheriff officer constable detective inspector sergeant sgt \
     corporal private lieutenant lt captain capt cmdr commander major maj colonel col general gen \
     admiral adm marshal ambassador envoy director chairman chairwoman chair ceo founder spokesman \
     spokeswoman spokesperson speaker leader coach manager attorney prosecutor lawyer commissioner \
     superintendent councillor councilman councilwoman councilor editor correspondent reporter author \
     actor actress singer striker midfielder defender goalkeeper quarterback candidate nominee \
     host anchor strategist adviser advisor aide analyst economist scientist researcher activist \
     pres amb hon doctor nurse teacher principal cllr lawmaker mp dictator strongman tycoon \
     billionaire businessman businesswoman whistleblower counsel"
);
/// Titles that say how a person is referred to.
const GENDERED: [(Gender, &str); 2] = [
    (
        Gender::Female,
        "mrs ms miss dame lady madam queen princess duchess congresswoman chairwoman spokeswoman \
         councilwoman actress businesswoman",
    ),
    (
        Gender::Male,
        "mr sir lord king prince duke congressman chairman spokesman councilman pope father \
         businessman",
    ),
];
/// Words that only organisations, bodies and places are called by, lower-cased.
static ORGANISATION: Words = words!(
    "administration agency airlines airways alliance army assembly associates association authority \
     bank board brigade broadcasting bureau cabinet center centre chamber church club coalition \
     college commission committee company confederation congress corp corporation council court \
     department enterprises exchange federation force forces forum foundation front fund government \
     group guard guards holdings hospital house inc industries institute institution intelligence \
     international journal laboratory league legislature limited ltd magazine media ministry mission \
     monitor motors movement museum navy network news office organisation organization panel \
     parliament partners partnership party police post press prison school senate service services \
     society staff studios team telegraph television times trust union united university watch \
     republicans democrats tories conservatives liberals airport stadium hall"
);
/// Names of bodies that hold no such word, and of groups.
static BODIES: Words = words!(
    "Kremlin Pentagon Congress Senate Parliament Google Facebook Twitter Apple Microsoft Amazon Taliban \
     Hamas Hezbollah Republicans Democrats Tories Labour Democrat Republican Fox CNN BBC NATO"
);
/// Countries and unions of countries as they are written in the news, blanks as `_`.
static COUNTRIES: Words = words!(
    "Afghanistan Albania Algeria Andorra Angola Argentina Armenia Australia Austria Azerbaijan \
     Bahamas Bahrain Bangladesh Barbados Belarus Belgium Belize Benin Bhutan Bolivia Bosnia Botswana \
     Brazil Britain Brunei Bulgaria Burkina_Faso Burma Burundi Cambodia Cameroon Canada Chad Chile \
     China Colombia Congo Costa_Rica Croatia Cuba Cyprus Czech_Republic Denmark Djibouti Dominica \
     Dominican_Republic Ecuador Egypt El_Salvador England Eritrea Estonia Ethiopia EU European_Union \
     Fiji Finland France Gabon Gambia Germany Ghana Greece Greenland Grenada Guatemala Guinea Guyana \
     Haiti Honduras Hungary Iceland India Indonesia Iran Iraq Ireland Israel Italy Ivory_Coast Jamaica \
     Japan Kazakhstan Kenya Kosovo Kuwait Kyrgyzstan Laos Latvia Lebanon Lesotho Liberia \
     Libya Liechtenstein Lithuania Luxembourg Macedonia Madagascar Malawi Malaysia Maldives Mali Malta \
     Mauritania Mauritius Mexico Moldova Monaco Mongolia Montenegro Morocco Mozambique Myanmar Namibia \
     Nepal Netherlands New_Zealand Nicaragua Niger Nigeria North_Korea Northern_Ireland Norway Oman \
     Pakistan Palestine Panama Papua_New_Guinea Paraguay Peru Philippines Poland Portugal Qatar Romania \
     Russia Rwanda Samoa Saudi_Arabia Scotland Senegal Serbia Seychelles Sierra_Leone Singapore \
     Slovakia Slovenia Somalia South_Africa South_Korea South_Sudan Soviet_Union Spain Sri_Lanka Sudan \
     Suriname Swaziland Sweden Switzerland Syria Taiwan Tajikistan Tanzania Thailand Togo Tonga \
     Tunisia Turkey Turkmenistan Uganda Ukraine United_Arab_Emirates United_Kingdom United_States \
     Uruguay US U.S USA U.S.A UK U.K UAE Uzbekistan Vanuatu Vatican Venezuela Vietnam Wales Yemen Zambia \
     Zimbabwe America"
);
/// Cities that are named as often as people are, and are none.
static CITIES: Words = words!(
    "Abuja Amsterdam Ankara Athens Baghdad Bangkok Beijing Beirut Berlin Birmingham Bonn Boston Brussels \
     Bucharest Budapest Cairo Canberra Caracas Chicago Copenhagen Damascus Delhi Detroit Doha Dubai Dublin \
     Edinburgh Geneva Glasgow Hanoi Helsinki Houston Islamabad Istanbul Jakarta Jerusalem Kabul Kiev Kyiv \
     Lahore Lima Lisbon Liverpool London Madrid Manchester Manila Melbourne Miami Minsk Moscow Mumbai \
     Nairobi Oslo Ottawa Paris Philadelphia Prague Pyongyang Riyadh Rome Seattle Seoul Shanghai Stockholm \
     Sydney Tallinn Tbilisi Tehran Tokyo Toronto Tripoli Vienna Vilnius Warsaw Washington Zurich Europe \
     Africa Asia California Florida Texas Ohio Iowa Alabama Michigan Pennsylvania Wisconsin Nevada"
);
/// Different names of one country, the usual one first.
const ALIASES: [&str; 3] = [
    "United_States US U.S USA U.S.A America",
    "Britain United_Kingdom UK U.K",
    "European_Union EU",
];
/// Adjectives of countries, peoples and beliefs: written with a capital, naming nobody.
static DEMONYMS: Words = words!(
    "Afghan African Albanian Algerian American Americans Arab Argentine Armenian Asian Australian \
     Austrian Azerbaijani Bahraini Bangladeshi Belarusian Belgian Bolivian Bosnian Brazilian British \
     Bulgarian Burmese Californian Cambodian Canadian Catalan Catholic Caucasian Chechen Chilean \
     Chinese Christian Christians Colombian Congolese Crimean Croatian Cuban Czech Danish Dutch \
     Egyptian English Estonian Ethiopian European Europeans Filipino Finnish Flemish French Georgian \
     German Ghanaian Greek Haitian Hindu Hispanic Honduran Hungarian Icelandic Indian Indonesian \
     Iranian Iraqi Irish Islamic Israeli Italian Jamaican Japanese Jewish Jews Jordanian Kazakh Kenyan \
     Korean Kurdish Kuwaiti Latin Latino Latvian Lebanese Libyan Lithuanian Malaysian Maltese Mexican \
     Moldovan Moroccan Muslim Muslims Nepalese Nigerian Nordic North Norwegian Orthodox Pakistani \
     Palestinian Palestinians Peruvian Polish Portuguese Protestant Qatari Roman Romanian Russian \
     Russians Rwandan Saudi Scottish Senegalese Serbian Shia Shiite Sikh Singaporean Slovak Slovenian \
     Somali South Soviet Spanish Sudanese Sunni Swedish Swiss Syrian Syrians Taiwanese Texan Thai \
     Tibetan Tunisian Turkish Ugandan Ukrainian Ukrainians Uzbek Venezuelan Vietnamese Welsh Western \
     Yemeni Zimbabwean East West Northern Southern Eastern Central Capitol Democratic"
);
/// Other capitalised words that name nobody.
static NOBODY: Words = words!(
    "Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March April May June \
     July August September October November December Jan Feb Mar Apr Jun Jul Aug Sept Sep Oct Nov Dec \
     Mon Tue Tues Wed Thu Thurs Fri Sat Sun Christmas Easter Ramadan Thanksgiving Halloween Passover \
     Hanukkah Internet Web TV DNA OK AM PM EST GMT EDT PDT BST ET PT GOP-led I I'm I'll I've I'd \
     I’m I’ll I’ve I’d Bible Koran Quran God Earth Moon Mars COVID-19 Covid COVID HIV AIDS \
     Twitter-like Olympics Olympic World War Act Bill Amendment Constitution Day Week Street Avenue Road"
);
/// Given names by how their bearers are mostly referred to.
const GIVEN: [(Gender, &str); 2] = [
    (
        Gender::Female,
        "Abigail Adele Agnes Aisha Alexandra Alexis Alice Alicia Alison Amal Amanda Amber Amelia Amy \
         Ana Andrea Angela Angelina Anita Ann Anna Anne Annette Annie April Ashley Audrey Barbara \
         Beatrice Benazir Bernadette Bernice Beth Betsy Betty Beverly Bonnie Brenda Bridget Brittany \
         Camilla Carla Carly Carmen Carol Carole Caroline Carolyn Catherine Cathy Celia Charlene \
         Charlotte Chelsea Cheryl Chloe Christina Christine Cindy Claire Clara Claudia Condoleezza \
         Connie Constance Cristina Cynthia Daisy Dana Daniela Deborah Debra Denise Diana Diane Dianne \
         Dolores Donna Doris Dorothy Edith Eileen Elaine Eleanor Elena Elizabeth Ella Ellen Emily Emma \
         Erica Erin Esther Eva Evelyn Faith Fatima Felicity Fiona Florence Frances Gabrielle Gail \
         Georgina Gillian Gina Ginni Gisele Glenda Gloria Grace Greta Hannah Harriet Hazel Heather Heidi \
         Helen Helena Hillary Hilary Holly Huma Ida Ilhan Indira Ines Ingrid Irene Isabel Isabella \
         Ivana Ivanka Jackie Jacqueline Jane Janet Janice Jasmine Jean Jeanne Jenna Jennifer Jenny Jessica \
         Jill Jo Joan Joanna Joanne Josephine Joy Joyce Judith Judy Julia Julie June Kamala Karen Kate \
         Katherine Kathleen Kathryn Kathy Katie Kayleigh Kellyanne Kimberly Kirsten Kirstjen Kristen \
         Kristin Laura Lauren Layla Leah Leila Lena Leslie Lily Linda Lisa Loretta Lori Louise Lucia Lucy \
         Lydia Lynn Madeleine Maggie Malala Mandy Margaret Maria Marie Marilyn Marina Marine Marion \
         Martha Mary Maureen Maxine Megan Meghan Melania Melinda Melissa Michaela Michele Michelle Mimi \
         Miriam Molly Monica Nadia Nancy Naomi Natalia Natalie Natasha Nicola Nicole Nikki Nina Nora Olga \
         Olivia Oprah Paige Pamela Patricia Paula Pauline Peggy Penelope Phyllis Priscilla Priti Rachel \
         Rebecca Regina Renee Rhonda Rihanna Rita Roberta Rosa Rose Rosemary Ruth Sabrina Sally Samantha \
         Sandra Sara Sarah Serena Sharon Sheila Sheryl Shirley Sofia Sonia Sophia Sophie Stacey \
         Stephanie Sue Susan Susana Suzanne Sylvia Tamara Tammy Tanya Tara Teresa Theresa Tiffany Tina \
         Tracy Tulsi Ursula Valerie Vanessa Vera Veronica Victoria Violet Virginia Wendy Whitney Winnie \
         Yolanda Yvonne Zoe",
    ),
    (
        Gender::Male,
        "Aaron Abdul Abdullah Abraham Adam Adrian Ahmad Ahmed Al Alan Albert Alberto Alec Alejandro \
         Alex Alexander Alexei Alfred Ali Alistair Allen Alvin Amir Anders Andre Andrei Andrew Andy Angus \
         Anthony Antonio Antony Anwar Archie Ariel Arnold Arthur Asif Atal Austin Barack Barney Barry \
         Bashar Ben Benjamin Bernard Bernie Bert Beto Bill Billy Blake Bob Bobby Boris Brad Bradley Brendan \
         Brent Brett Brian Bruce Bryan Calvin Cameron Carl Carlos Cecil Chad Charles Charlie Chris \
         Christian Christopher Chuck Clarence Claude Clayton Clint Clive Colin Conrad Cory Craig Curtis \
         Cyril Dale Damian Damien Dan Daniel Darren Darrell Dave David Dean Dennis Derek Devin Diego \
         Dick Dmitry Dominic Dominique Don Donald Doug Douglas Duncan Dustin Dwight Earl Eddie Edgar \
         Edmund Eduardo Edward Edwin Elijah Elliot Elon Emmanuel Enrique Eric Ernest Ethan Eugene Evan \
         Fernando Fidel Francis Francisco Franck Frank Franklin Fred Frederick Gareth Garry Gary Gavin \
         Gene Geoff Geoffrey George Gerald Gerard Gerry Gilbert Giorgio Glenn Gordon Graham Grant Greg Gregory \
         Guillermo Gustavo Guy Hamid Hans Harold Harry Harvey Hassan Hector Henry Herbert Herman Hosni \
         Howard Hugh Hugo Hussein Ian Ibrahim Igor Imran Isaac Ivan Jack Jacob Jake James Jamie Jared Jason \
         Javier Jay Jeb Jeff Jefferson Jeffrey Jeremy Jerome Jerry Jesse Jesus Jim Jimmy Joachim Joaquin \
         Joe Joel Johan John Johnny Jon Jonathan Jordan Jorge Jose Joseph Josh Joshua Juan Julian Justin \
         Karl Keith Ken Kenneth Kevin Khalid Kim Kirk Kofi Kurt Kyle Lance Larry Lawrence Lech Lee Leo Leon \
         Leonard Leonardo Lewis Liam Lindsey Lionel Lloyd Lou Louis Luca Lucas Luis Luke Mahmoud Malcolm \
         Manmohan Manuel Marc Marcel Marco Marcus Mario Mark Martin Marvin Mateo Matt Matthew Maurice Max \
         Mehdi Mel Michael Michel Miguel Mike Mikhail Milton Mitch Mitt Mohamed Mohammad Mohammed Moshe \
         Muhammad Murray Narendra Nathan Ned Neil Nelson Newt Nicholas Nick Nicolas Nigel Noah Noam Norman \
         Oleg Oliver Omar Orlando Oscar Osama Otto Owen Pablo Pat Patrick Paul Pedro Pete Peter Phil Philip \
         Phillip Pierre Rafael Rahul Raj Ralph Ramzi Rand Randy Raul Ray Raymond Recep Reince Reinhold Rex \
         Ricardo Richard Rick Ricky Rob Robert Roberto Robin Rod Rodney Roger Roland Roman Ron Ronald Ronnie \
         Rory Ross Roy Rudy Rudolph Rupert Russell Ryan Salman Sam Samuel Scott Sean Sebastian Sepp Serge \
         Sergei Sergey Seth Shane Shaun Shinzo Sidney Silvio Simon Stanley Stephen Steve Steven Stuart \
         Sylvester Ted Terence Terry Theodore Thomas Tim Timothy Tito Tobias Todd Tom Tommy Tony Trevor Trey \
         Tucker Tyler Vernon Victor Viktor Vince Vincent Vladimir Walter Warren Wayne Wesley Wilbur \
         Will William Willie Winston Wolfgang Xavier Xi Yasser Yuri Zachary",
    ),
];

static GIVEN_BY_NAME: LazyLock<HashMap<&str, Gender>> = LazyLock::new(|| by_word(&GIVEN));
static GENDER_BY_TITLE: LazyLock<HashMap<&str, Gender>> = LazyLock::new(|| by_word(&GENDERED));

fn by_word(lists: &[(Gender, &'static str)]) -> HashMap<&'static str, Gender> {
    let entries = lists
        .iter()
        .flat_map(|&(gender, words)| words.split_whitespace().map(move |word| (word, gender)));
    entries.collect()
}

/// Words that begin sentences and are ordinary: written small at least three times, and twice as
/// often as with a capital, inside the sentences of the training articles of CNN/DailyMail and
/// Inshorts.
static ORDINARY: LazyLock<HashSet<&'static str>> =
    LazyLock::new(|| include_str!("ordinary.txt").lines().collect());

/// Whether a word, in any case and with a stop or not, is what a person may be titled by.
pub(crate) fn is_title(word: &str) -> bool {
    TITLES.contains(folded(word).as_str())
}

/// How a person with this title is referred to, where it tells.
pub(crate) fn gender_of_title(word: &str) -> Option<Gender> {
    GENDER_BY_TITLE.get(folded(word).as_str()).copied()
}

/// How a person with this given name is mostly referred to, where it is in the list.
pub(crate) fn gender_of_given(word: &str) -> Option<Gender> {
    GIVEN_BY_NAME.get(word).copied()
}

/// Whether only an organisation is called by this word.
pub(crate) fn is_organisation_word(word: &str) -> bool {
    ORGANISATION.contains(folded(word).as_str())
}

/// Whether the name is that of a well-known body or group.
pub(crate) fn is_body(name: &str) -> bool {
    BODIES.contains(name)
}

/// The usual name of a country, if the name is one.
pub(crate) fn country(name: &str) -> Option<String> {
    let key = name.trim_end_matches('.').replace(' ', "_");
    let known = COUNTRIES.contains(key.as_str());
    let usual = ALIASES.iter().find(|names| names.split(' ').any(|name| name == key));
    let usual = usual.and_then(|names| names.split(' ').next()).unwrap_or(&key);
    known.then(|| usual.replace('_', " "))
}

/// Whether the name is that of a well-known place that is no country.
pub(crate) fn is_place(name: &str) -> bool {
    CITIES.contains(name)
}

/// Whether the word only says of which country, people or belief something is.
pub(crate) fn is_demonym(word: &str) -> bool {
    DEMONYMS.contains(word)
}

/// Whether the word names nobody although it is written with a capital.
pub(crate) fn is_nobody(word: &str) -> bool {
    NOBODY.contains(word.trim_end_matches('.'))
}

/// Whether the word is mostly written small.
pub(crate) fn is_ordinary(word: &str) -> bool {
    ORDINARY.contains(word.to_lowercase().as_str())
}

fn folded(word: &str) -> String {
    word.trim_end_matches('.').to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn countries_have_one_name() {
        for name in ["US", "U.S.", "United States", "USA"] {
            assert_eq!(country(name).as_deref(), Some("United States"), "{name}");
        }
        assert_eq!(country("New Zealand").as_deref(), Some("New Zealand"));
        assert_eq!(country("Harbour"), None);
    }

    #[test]
    fn titles_are_known_in_any_case() {
        assert!(is_title("Mr.") && is_title("Minister") && !is_title("Bridge"));
        assert_eq!(gender_of_title("Mrs."), Some(Gender::Female));
        assert_eq!(gender_of_given("Sergei"), Some(Gender::Male));
    }

    /// One name under two genders would be decided by the order of the lists.
    #[test]
    fn no_given_name_stands_in_both_lists() {
        let count: usize = GIVEN.iter().map(|(_, words)| words.split_whitespace().count()).sum();
        assert_eq!(count, GIVEN_BY_NAME.len());
    }
}

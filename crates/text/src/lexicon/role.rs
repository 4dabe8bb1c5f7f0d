//! What a word is good for.

use std::ops::BitOr;

/// How a person is referred to, where it is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gender {
    /// By *she*.
    Female,
    /// By *he*.
    Male,
}

/// Lists the roles, each with what it means and the name that the files have for it.
macro_rules! roles {
    ($($(#[$doc:meta])+ $role:ident = $name:literal,)+) => {
        /// What a word is good for. The files say which words have which.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Role {
            $($(#[$doc])+ $role,)+
        }

        impl Role {
            /// Every role, in the order of their numbers.
            pub(super) const ALL: &[Self] = &[$(Self::$role,)+];

            /// What the files call it.
            pub(super) fn name(self) -> &'static str {
                match self { $(Self::$role => $name,)+ }
            }
        }
    };
}

roles! {
    // speech.txt
    /// A verb of speech after which what is said may follow as a clause: *said (that) it was over*.
    Clausal = "clausal",
    /// A verb of speech that goes with a quotation only: *"It is over," she joked*.
    Quoting = "quoting",
    /// A verb of speech that takes as its object whom or what it speaks of: *called the plan reckless*.
    Judging = "judging",
    /// A verb of speech that says what was said after whom it was told: *told them it was over*.
    Telling = "telling",
    /// A form that goes on with what somebody said: *…, she said, adding that …*
    Participle = "participle",
    /// A verb of speech that with its subject is of the sentence of the quotation before, though that
    /// ends with a mark: *"Why?" Anna Bell asked.*
    Splitter = "splitter",
    /// A verb of speech before which a pronoun after a quotation leans on another sentence.
    Remark = "remark",
    /// Beside the clausal verbs of speech, what only persons are the subject of.
    Personal = "personal",
    /// Says who speaks where the sentence quotes, and says nothing of speech elsewhere: *agreed*.
    Voicing = "voicing",
    /// What a document or a body does when it says something: *found*, *read*.
    Stating = "stating",
    /// The plain form of a verb of speech, as after *went on to*.
    Plain = "plain",
    /// With *on to* or *as far as to* behind it, it brings in a verb of speech: *went on to add*.
    Going = "going",

    // titles.txt
    /// Stands before the name of a person, or for it.
    Title = "title",
    /// Shared with too many others for its bearer to be meant by it alone.
    Vague = "vague",
    /// Stands behind a name and says what its bearer has earned: *M.D.*
    Degree = "degree",

    // titles.txt, given.txt, pronouns.txt
    /// Means somebody who is referred to by *she*.
    Female = "female",
    /// Means somebody who is referred to by *he*.
    Male = "male",

    // given.txt, organisations.txt, places.txt, nobody.txt
    /// A given name.
    Given = "given",
    /// A given name that is a word, too, and may open a sentence as one: *mark*, *hope*.
    Wordlike = "wordlike",
    /// A small word inside names of people: *van*, *de*.
    Particle = "particle",
    /// A small word inside names of organisations: *of*.
    Link = "link",
    /// The small front of a name that counts as written with a capital: *al-*.
    Prefix = "prefix",
    /// A word that only organisations, bodies and places are called by.
    Organisation = "organisation",
    /// The name of a body or group that holds no such word.
    Body = "body",
    /// A country, or a union of countries.
    Country = "country",
    /// A place that is named as often as people are, and is no country.
    City = "city",
    /// The first word of names of places: *San*, *New*.
    Front = "front",
    /// Another name of the first word of its entry.
    Alias = "alias",
    /// The short form of the first word of its entry, or that word.
    Acronym = "acronym",
    /// Says only of which country, people or belief somebody or something is.
    Demonym = "demonym",
    /// Written with a capital, and naming nobody.
    Nobody = "nobody",
    /// The last word of the name of a thing: a street, a law, a day, a prize.
    Thing = "thing",
    /// The last word of the name of one of several that are told apart by numbers: *Radio 4*.
    Series = "series",
    /// In small letters what the check does not take for a name although it has a capital.
    Unnamed = "unnamed",
    /// Written with an exclamation or question mark: *Yahoo!*
    Marked = "marked",

    // acronyms.txt
    /// In capitals, and a common noun all the same: *DVD*.
    Generic = "generic",

    // places.txt
    /// The last word of the name of a place where people live: *City*.
    Settlement = "settlement",

    // abbreviations.txt
    /// Half of the day: ends no sentence before a day or a time zone.
    Clock = "clock",
    /// Bound to what follows, as a title is to a name: ends no sentence.
    Bound = "bound",
    /// Ends no sentence if a number follows.
    Numbered = "numbered",
    /// Ends a sentence only before a word that mostly opens one, or before a quotation.
    Loose = "loose",
    /// The same in other languages than English.
    Foreign = "foreign",
    /// Keeps its stop as a part of a name.
    InName = "in-name",
    /// A courtesy title, which may open a sentence or name a speaker.
    Courtesy = "courtesy",
    /// A time zone and such, after a time of day.
    AfterClock = "after-clock",

    // function.txt
    /// Written with a capital it mostly opens a sentence.
    Opener = "opener",
    /// Opens sentences with a capital, and names nobody.
    Function = "function",
    /// May open a sentence of an answer although its source does not have it.
    Free = "free",
    /// Points back to something said before, at the start of a paragraph.
    Anaphoric = "anaphoric",
    /// What no sentence ends with.
    Unfinished = "unfinished",
    /// Opens the clause that a verb of speech governs.
    ClauseOpener = "clause-opener",
    /// Begins the name of somebody without one: *the*, *a*, *their*.
    Determiner = "determiner",
    /// No subject, although it stands before a verb of speech.
    NoSubject = "no-subject",
    /// Says how something is, so that no subject ends with it: *conflicting reports*.
    NoHead = "no-head",
    /// May stand between a subject and its verb.
    BeforeVerb = "before-verb",
    /// Ends as adverbs do and is a noun: *family*.
    NoAdverb = "no-adverb",
    /// A preposition or a conjunction, with which the words for a speaker neither begin nor end.
    NoEdge = "no-edge",
    /// Names nobody where it stands alone: *some*, *that*.
    NoSpeaker = "no-speaker",
    /// Between somebody and what they belong to: *a spokesman for the company*.
    Of = "of",
    /// After somebody who is told or warned without being told a clause.
    About = "about",
    /// Where words that name somebody end.
    PhraseEnd = "phrase-end",
    /// A form of *be*, and what stands before one.
    Auxiliary = "auxiliary",
    /// What *it is …* runs on with.
    Cleft = "cleft",
    /// Behind a noun, it explains which one is meant: *the decision to close*.
    Explaining = "explaining",
    /// A preposition that says that a place follows.
    Placing = "placing",
    /// After a name with *the* it says whose or which it is: *the Hale administration*.
    Attached = "attached",
    /// The end of a word with a hyphen that begins with a name and is none: *Hale-led*.
    Tail = "tail",
    /// Before a month it says that the month is meant, and nobody called so: *in April*.
    Dated = "dated",
    /// What is called out at the start of a sentence: *Oh*.
    Interjection = "interjection",
    /// With which leads tell what is new.
    Lead = "lead",
    /// Opens a phrase that stands before the subject of its sentence: *despite the rally*.
    Fronting = "fronting",
    /// Between two statements, both of which are made: *while*.
    Joining = "joining",
    /// Opens what is said under a condition, or as a part of another clause: *whether*.
    Binding = "binding",
    /// Binds all that stands before and behind it: *if*.
    Conditional = "conditional",
    /// A last clause that begins with it only adds to the one before: *while*.
    Adding = "adding",
    /// Takes back what was said, or makes a condition of it: *but*.
    Reversing = "reversing",
    /// Begins what is told of a noun alone: *who*.
    Relative = "relative",
    /// Behind a form of *be*, it says that something is to come: *due*.
    Coming = "coming",

    // pronouns.txt
    /// A pronoun as a subject: *he*.
    Subject = "subject",
    /// A pronoun as an object: *him*.
    Object = "object",
    /// A pronoun before what is somebody's: *his*.
    Possessive = "possessive",
    /// A pronoun in the place of what is somebody's: *hers*.
    Owner = "owner",
    /// A pronoun that points back to the subject: *himself*.
    Reflexive = "reflexive",
    /// A pronoun that means several, or one whose gender is not told.
    Plural = "plural",
    /// A pronoun that means a thing.
    Neuter = "neuter",

    // modality.txt
    /// Turns what it stands before into its opposite.
    Negator = "negator",
    /// Leaves it open whether what it stands before is so.
    Hedge = "hedge",
    /// Says that it is, was or will be so.
    Firm = "firm",
    /// Makes the number after it a round one.
    Round = "round",

    // nouns.txt
    /// A noun for a person.
    Person = "person",
    /// A noun by which news means again whom it has named, and hardly somebody else: *the striker*.
    Epithet = "epithet",
    /// Such a noun only together with where somebody is from: *the Easton man*.
    Local = "local",
    /// A noun that even after *the* means somebody who has no name in the article: *the victim*.
    Stranger = "stranger",
    /// A noun for many people that is no plural in *s*: *children*.
    Crowd = "crowd",
    /// A noun for what is written, or for a body that writes: *report*, *committee*.
    Document = "document",
    /// A noun for several people or bodies, after *both*.
    Several = "several",
    /// A noun with which *this* points at the time of writing.
    Time = "time",
    /// A word that dates a story, beside the days of the week.
    Dating = "dating",
    /// A noun that with *the* before it and no explanation behind points back into the text.
    Pointing = "pointing",
    /// A noun with which, after *the*, everybody knows who or what is meant: *the government*.
    Known = "known",
    /// A noun that a single letter may follow as its label: *size S*, *plan B*.
    Labelled = "labelled",
    /// A currency, written before the number and read after it.
    Currency = "currency",

    // relief.txt
    /// What is bad for whoever has it: *poverty*, *charges*.
    Ill = "ill",
    /// Says of an ill that it is less, or gone: *fell*.
    Lessening = "lessening",
    /// The same in the passive: *(was) dropped*.
    Undone = "undone",
    /// Takes an ill as its object: *dropped (the charges)*.
    Undoing = "undoing",
    /// Whoever finds that somebody did it, or did not: *jury*.
    Finding = "finding",

    // verbs.txt
    /// After *it*, which then stands for nothing: *it seems that*.
    Impersonal = "impersonal",
    /// One of them that is none before a word that is [`Role::Onward`].
    Moving = "moving",
    /// After such a verb something moves, or takes part: *it took off*.
    Onward = "onward",
    /// An irregular form that a verb has of its own: after a noun it is no other noun: *the bank sold*.
    Irregular = "irregular",
    /// What a reader is called on to do: *watch*.
    Calling = "calling",
    /// After a pointing word that stands alone, beside the auxiliaries: *this means*.
    Alone = "alone",
    /// By itself the verb of a clause, or the front of it: *was*, *will*.
    Finite = "finite",
    /// Such a word with a plain form behind it: *will*.
    Modal = "modal",
    /// A past that looks like another form: *cut*, *found*.
    Invariable = "invariable",
    /// A past that takes no object, so that it is no participle behind *was*: *died*.
    Intransitive = "intransitive",

    /// A word whose front an apostrophe stands for: *'tis*.
    Clipped = "clipped",

    // mul/ordinals.txt
    /// A noun that an ordinal with a stop stands before: German *3. Oktober*.
    AfterOrdinal = "after-ordinal",
    /// A word that such an ordinal may follow: *am 3.*
    BeforeOrdinal = "before-ordinal",
}

/// A set of roles.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Roles(u128);

/// The verbs of speech, all of them.
pub const SPEECH: Roles = Roles(Roles::of(Role::Clausal).0 | Roles::of(Role::Quoting).0);

/// The pronouns of the third person, all of them.
pub const PRONOUN: Roles = Roles(
    Roles::of(Role::Subject).0
        | Roles::of(Role::Object).0
        | Roles::of(Role::Possessive).0
        | Roles::of(Role::Owner).0
        | Roles::of(Role::Reflexive).0,
);

impl Roles {
    const fn of(role: Role) -> Self {
        Self(1 << role as u32)
    }

    /// The roles without what they have in common with others by nature: a gender.
    pub(super) fn without_gender(self) -> Self {
        Self(self.0 & !(Role::Female | Role::Male).0)
    }

    /// Whether one of the `others` is among them.
    pub fn meets(self, others: impl Into<Self>) -> bool {
        self.0 & others.into().0 != 0
    }

    /// The gender, where exactly one is told.
    pub fn gender(self) -> Option<Gender> {
        match (self.meets(Role::Female), self.meets(Role::Male)) {
            (true, false) => Some(Gender::Female),
            (false, true) => Some(Gender::Male),
            _ => None,
        }
    }
}

impl Role {
    /// The role that the files call so.
    pub(super) fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|role| role.name() == name)
    }
}

impl From<Role> for Roles {
    fn from(role: Role) -> Self {
        Self::of(role)
    }
}

impl<R: Into<Self>> BitOr<R> for Roles {
    type Output = Self;

    fn bitor(self, other: R) -> Self {
        Self(self.0 | other.into().0)
    }
}

impl BitOr for Role {
    type Output = Roles;

    fn bitor(self, other: Self) -> Roles {
        Roles::of(self) | other
    }
}

impl FromIterator<Role> for Roles {
    fn from_iter<I: IntoIterator<Item = Role>>(roles: I) -> Self {
        roles.into_iter().fold(Self::default(), |all, role| all | role)
    }
}

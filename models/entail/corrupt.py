"""Sentences of the news made false, and told in other words without being made false.

Every function takes a sentence, what else its article says and a source of chance, and gives a sentence, or None where
it has nothing to change. FALSE and TRUE name them all. A true rewording is as likely to be rough as a false one: its
roughness is to tell nothing.
"""

import re
from dataclasses import dataclass, field

NAME = re.compile(r"\b[A-Z][a-z][\w’'-]*(?: (?:of |de |van |von |al-)?[A-Z][\w’'-]+)*")
NUMBER = re.compile(r"(?<![\w.,-])\d+(?:[.,]\d+)*(?!\w*-|[\w])")
# fmt: off
TITLES = {
    "Mr", "Mrs", "Ms", "Dr", "Sir", "Lord", "Lady", "President", "Prime", "Minister", "Senator", "Judge", "Professor",
    "Prof",
    "Chancellor", "Mayor", "Captain", "General", "King", "Queen", "Prince", "Princess", "Duke", "Duchess", "Pope",
    "Chief",
}
# fmt: on
MONTHS = "January February March April May June July August September October November December".split()
DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
# fmt: off
NOT_NAMES = {
    *MONTHS, *DAYS, "The", "A", "An", "In", "On", "At", "It", "He", "She", "They", "We", "But", "And", "This", "That", "These",
    "Those", "There", "Here", "When", "While", "After", "Before", "As", "If", "For", "From", "By", "With", "Some",
    "Many",
    "Most", "All", "His", "Her", "Its", "Their", "Our", "My", "Your", "Now", "Then", "What", "Who", "Why", "How",
    "Where",
    "Not", "No", "Yes", "One", "Two", "Three", "However", "Although", "Though", "Since", "Despite", "Meanwhile",
    "Last", "Next",
    "Also", "So", "To", "Of", "Both", "Each", "Every", "Other", "Another", "Scroll", "Video", "You", "Mr", "Mrs",
    "Ms", "Dr",
    "British", "American", "French", "German", "Chinese", "Russian", "English", "Irish", "Scottish", "Indian",
    "European",
}
# fmt: on
SMALL = "one two three four five six seven eight nine ten eleven twelve".split()
ORDINALS = "first second third fourth fifth sixth seventh eighth ninth tenth".split()


@dataclass
class Around:
    """What the article has besides the sentence: names of people and others, numbers, all its sentences."""

    names: list = field(default_factory=list)
    numbers: list = field(default_factory=list)
    sentences: list = field(default_factory=list)


def around(article):
    names, numbers = [], []
    for sentence in article:
        names += names_in(sentence)
        numbers += NUMBER.findall(sentence)
    return Around(sorted(set(names)), sorted(set(numbers)), article)


def names_in(sentence):
    """Names by their capitals; a single word at the opening is none, for want of knowing."""
    return [m.group() for m in spans_of_names(sentence)]


def spans_of_names(sentence):
    found = []
    for match in NAME.finditer(sentence):
        words = match.group().split()
        if words[0] in NOT_NAMES or match.group() in TITLES:
            continue
        if (match.start() == 0 and len(words) == 1) or match.group().endswith(("'s", "’s")):
            continue
        found.append(match)
    return found


def replace(sentence, start, end, new):
    return sentence[:start] + new + sentence[end:]


def word(pattern, sentence, rng, flags=0):
    """One of the places of a pattern."""
    places = list(re.finditer(pattern, sentence, flags))
    return rng.choice(places) if places else None


def cased(new, old):
    return new[:1].upper() + new[1:] if old[:1].isupper() else new


def by_table(sentence, table, rng):
    """One place of a table of words or phrases replaced; a value may be several, then one is drawn."""
    places = []
    for old in table:
        places += [(m, old) for m in re.finditer(rf"\b{re.escape(old)}\b", sentence, re.IGNORECASE)]
    places = [(m, old) for m, old in places if m.group() == old or m.group() == cased(old, "A")]
    if not places:
        return None
    match, old = rng.choice(places)
    new = table[old]
    new = rng.choice(new) if isinstance(new, (list, tuple)) else new
    return replace(sentence, match.start(), match.end(), cased(new, match.group()))


# --- made false -------------------------------------------------------------------------------------------------------


def wrong_number(sentence, near, rng):
    match = word(NUMBER, sentence, rng)
    if match is None:
        return wrong_small(sentence, rng)
    old = match.group()
    others = [
        n for n in near.numbers if n != old and len(n) in (len(old) - 1, len(old), len(old) + 1) and n not in sentence
    ]
    if others and rng.random() < 0.4:
        new = rng.choice(others)
    else:
        new = nearby(old, rng)
    return None if new == old else replace(sentence, match.start(), match.end(), new)


def nearby(number, rng):
    """Another number of the same form: a digit changed, two exchanged, or a year some years off."""
    if re.fullmatch(r"(?:19|20)\d\d", number):
        return str(int(number) + rng.choice([-12, -5, -3, -2, -1, 1, 2, 3, 10]))
    digits = [i for i, c in enumerate(number) if c.isdigit()]
    at = digits[0] if rng.random() < 0.6 else rng.choice(digits)
    low = 1 if at == 0 else 0
    new = rng.choice([d for d in range(low, 10) if str(d) != number[at]])
    return number[:at] + str(new) + number[at + 1 :]


def wrong_small(sentence, rng):
    table = {n: [m for m in SMALL[1:] if m != n] for n in SMALL[1:]}
    table.update({n: [m for m in ORDINALS if m != n] for n in ORDINALS[1:]})
    table.update(
        {
            "million": ["billion", "thousand"],
            "billion": "million",
            "dozens": ["hundreds", "thousands"],
            "hundreds": ["dozens", "thousands"],
            "thousands": ["dozens", "millions"],
            "half of": ["a third of", "all of"],
            "half the": "a quarter of the",
            "twice": ["three times", "once"],
            "double": ["treble", "half"],
            "doubled": ["halved", "trebled"],
        }
    )
    return by_table(sentence, table, rng)


def wrong_name(sentence, near, rng):
    spans = spans_of_names(sentence)
    if not spans:
        return None
    match = rng.choice(spans)
    words = set(match.group().split())
    count = len(words)
    others = [n for n in near.names if not words & set(n.split()) and n not in sentence]
    alike = [n for n in others if (len(n.split()) > 1) == (count > 1)] or others
    return replace(sentence, match.start(), match.end(), rng.choice(alike)) if alike else None


def wrong_date(sentence, near, rng):
    table = {d: [x for x in DAYS if x != d] for d in DAYS}
    table.update({m: [x for x in MONTHS if x != m] for m in MONTHS if m not in ("May", "March")})
    table.update(
        {
            "yesterday": "tomorrow",
            "tomorrow": "yesterday",
            "last year": ["next year", "two years ago"],
            "last week": ["next week", "last month"],
            "next week": ["last week", "next year"],
            "last month": ["next month", "last year"],
            "next month": "last month",
            "next year": "last year",
            "this year": ["last year", "next year"],
            "before": "after",
            "after": "before",
            "morning": ["evening", "night"],
            "evening": "morning",
            "weeks": ["days", "months", "years"],
            "months": ["days", "weeks", "years"],
            "hours": ["minutes", "days", "weeks"],
            "days": ["hours", "weeks", "months"],
            "years ago": ["months ago", "decades ago"],
            "summer": "winter",
            "winter": "summer",
            "a decade": ["a century", "a year"],
        }
    )
    return by_table(sentence, table, rng)


SPEECH = r"(?:said|says|told|added|warned|claimed|argued|announced|insisted|explained|admitted|revealed|denied|tweeted|wrote)"


def wrong_speaker(sentence, near, rng):
    places = [
        m
        for m in spans_of_names(sentence)
        if re.match(rf" {SPEECH}\b", sentence[m.end() :])
        or re.search(rf"(?:\b{SPEECH}|according to) $", sentence[: m.start()])
    ]
    if not places:
        return None
    match = rng.choice(places)
    words = set(match.group().split())
    others = [n for n in near.names if not words & set(n.split()) and len(n.split()) > 1]
    return replace(sentence, match.start(), match.end(), rng.choice(others)) if others else None


def wrong_roles(sentence, near, rng):
    """Two names of the sentence exchanged, with a verb between them that is not a mere "and"."""
    spans = spans_of_names(sentence)
    pairs = []
    for i, a in enumerate(spans):
        for b in spans[i + 1 :]:
            between = sentence[a.end() : b.start()]
            plain = not set(a.group().split()) & set(b.group().split())
            if plain and len(between) > 6 and not re.fullmatch(r"\s*(?:,|and|or|&)\s*|.*\b(?:and|or)\s*", between):
                pairs.append((a, b))
    if not pairs:
        return None
    a, b = rng.choice(pairs)
    return sentence[: a.start()] + b.group() + sentence[a.end() : b.start()] + a.group() + sentence[b.end() :]


def negated(sentence, near, rng):
    """A "not" taken away or put in."""
    taken = {
        "did not": "did",
        "does not": "does",
        "do not": "do",
        "is not": "is",
        "was not": "was",
        "are not": "are",
        "were not": "were",
        "has not": "has",
        "have not": "have",
        "had not": "had",
        "will not": "will",
        "would not": "would",
        "cannot": "can",
        "could not": "could",
        "should not": "should",
        "can't": "can",
        "won't": "will",
        "isn't": "is",
        "wasn't": "was",
        "aren't": "are",
        "weren't": "were",
        "hasn't": "has",
        "haven't": "have",
        "wouldn't": "would",
        "couldn't": "could",
        "never": ["always", "often"],
        "no longer": "still",
        "refused to": "agreed to",
        "failed to": "managed to",
        "unable to": "able to",
        "without": "with",
        "no": "some",
        "neither": "both",
        "nobody": "everybody",
        "no one": "everyone",
        "nothing": "something",
        "denied": "admitted",
        "unlikely": "likely",
        "impossible": "possible",
    }
    changed = by_table(sentence, taken, rng)
    if changed:
        return changed
    match = word(
        r"\b(is|was|are|were|has|have|had|will|would|can|could|should|must|may|might)\b(?! not|n't| to\b)",
        sentence,
        rng,
    )
    if match and not sentence[: match.start()].rstrip().endswith(","):
        return replace(sentence, match.end(), match.end(), " not")
    return None


OPPOSITES = """
rise/fall rises/falls rose/fell rising/falling risen/fallen increase/decrease increased/decreased increases/decreases
increasing/decreasing up/down higher/lower highest/lowest high/low more/fewer most/least better/worse best/worst
gain/loss gains/losses gained/lost won/lost win/lose winning/losing victory/defeat winner/loser profit/loss profits/losses
success/failure successful/unsuccessful succeeded/failed accepted/rejected accept/reject approved/rejected approve/reject
supported/opposed supports/opposes support/oppose supporters/opponents backed/opposed praised/criticised praised/criticized
welcomed/condemned confirmed/denied confirm/deny admitted/denied admits/denies agreed/refused open/closed opened/closed
opening/closing reopened/closed began/ended begins/ends begin/end started/stopped start/stop starting/stopping
arrived/left entered/left hired/sacked appointed/dismissed guilty/innocent convicted/acquitted jailed/freed arrested/released
legal/illegal lawful/unlawful allowed/banned allow/ban permitted/forbidden safe/dangerous healthy/ill alive/dead
survived/died old/young older/younger oldest/youngest large/small larger/smaller largest/smallest big/small bigger/smaller
biggest/smallest long/short longer/shorter strong/weak stronger/weaker fast/slow faster/slower early/late earlier/later
cheap/expensive cheaper/dearer rich/poor hot/cold warm/cold easy/difficult easier/harder public/private male/female
man/woman men/women boy/girl boys/girls son/daughter father/mother brother/sister husband/wife north/south east/west
northern/southern eastern/western above/below inside/outside ahead/behind future/past first/last many/few peace/war
allies/enemies buy/sell bought/sold buying/selling borrowed/lent add/remove added/removed include/exclude included/excluded
built/demolished build/demolish created/destroyed expand/shrink expanded/shrank improved/worsened improve/worsen
boosted/hampered helped/hindered remember/forget love/hate loved/hated attack/defend attacked/defended popular/unpopular
temporary/permanent voluntary/compulsory optimistic/pessimistic confident/doubtful delayed/hastened postponed/hastened
raised/cut raise/cut raising/cutting
""".split()
ANTONYMS = {}
for pair in OPPOSITES:
    left, right = pair.split("/")
    ANTONYMS.setdefault(left, []).append(right)
    ANTONYMS.setdefault(right, []).append(left)


def opposite(sentence, near, rng):
    return by_table(sentence, ANTONYMS, rng)


IRREGULAR = dict(
    pair.split("/")
    for pair in """
be/been become/become begin/begun break/broken bring/brought build/built buy/bought choose/chosen come/come cut/cut do/done
face/faced fall/fallen fight/fought find/found get/got give/given go/gone grow/grown have/had hear/heard hit/hit hold/held
keep/kept lead/led leave/left lose/lost make/made meet/met open/opened pay/paid put/put quit/quit receive/received rise/risen
run/run see/seen sell/sold send/sent set/set show/shown sign/signed spend/spent stand/stood start/started step/stepped stop/stopped
take/taken tell/told think/thought travel/travelled visit/visited win/won write/written play/played return/returned receive/received
""".split()
)


def participle(verb):
    if verb in IRREGULAR:
        return IRREGULAR[verb]
    if verb.endswith("e"):
        return verb + "d"
    if re.search(r"[^aeiou]y$", verb):
        return verb[:-1] + "ied"
    return verb + "ed"


def plan_as_done(sentence, near, rng):
    """What is planned, expected or possible told as done or certain."""
    match = word(r"\bwill be (\w+ed)\b", sentence, rng)
    if match:
        return replace(sentence, match.start(), match.end(), f"{rng.choice(['was', 'has been'])} {match.group(1)}")
    pattern = (
        r"\b(will|(?:plan|intend|hope|want|aim)s? to|(?:is|are) (?:expected|due|set|planning|hoping|likely|about|scheduled) to|may|might|could)"
        r" (?!be\b|have\b|not\b|also\b|never\b|one\b|\w+ly\b)([a-z]{2,})\b"
    )
    match = word(pattern, sentence, rng)
    if match is None:
        return None
    return replace(
        sentence,
        match.start(),
        match.end(),
        f"{auxiliary(sentence[: match.start()], match.group(1))} {participle(match.group(2))}",
    )


def auxiliary(before, verb):
    """ "has" or "have", by the verb that goes or by the word before it."""
    first = verb.split()[0]
    if first in ("is", "are"):
        return "has" if first == "is" else "have"
    if verb.endswith(" to"):
        return "has" if first.endswith("s") else "have"
    subject = before.split()[-1:] or [""]
    return "have" if re.fullmatch(r"(?i)they|we|you|i|\w+[^su’']s", subject[0]) else "has"


def certain(sentence, near, rng):
    table = {
        "may": "will",
        "might": "will",
        "could": "will",
        "would": "will",
        "allegedly": "",
        "alleged": "proven",
        "reportedly": "",
        "possibly": "",
        "suspected": "convicted",
        "accused of": "convicted of",
        "considering": ["planning", "certain of"],
        "proposed": ["approved", "introduced"],
        "expected to": "certain to",
        "likely to": "certain to",
        "believed to": "known to",
        "thought to": "known to",
        "said to": "known to",
        "suggests": "proves",
        "suggest": "prove",
        "suggested": "proved",
        "claimed": "proved",
        "claims": "proves",
        "believes": "knows",
        "hopes to": "is certain to",
        "charged with": "convicted of",
        "appears to": "is certain to",
        "seems to": "is certain to",
        "perhaps": "certainly",
        "trying to": "succeeding to",
        "tried to": "managed to",
        "attempted to": "managed to",
        "called for": "secured",
        "threatened to": "decided to",
        "asked for": "received",
        "demanded": "obtained",
        "aims to": "managed to",
        "wants to": "managed to",
        "plans to": "has decided not to",
    }
    changed = by_table(sentence, table, rng)
    return re.sub(r"  +", " ", changed).replace(" ,", ",") if changed else None


def condition_as_fact(sentence, near, rng):
    """ "If A, B" and "B if A" without the condition."""
    match = re.match(r"(?:If|Unless|Should|Provided that) [^,]{8,90}, (?:then )?(\w.*)$", sentence)
    if match:
        return cased(match.group(1), "A")
    match = re.match(
        r"(.{25,}?),? (?:if|unless|provided that|as long as) (?!the only|any|possible)[^,]{10,}\.$", sentence
    )
    return match.group(1) + "." if match else None


# fmt: off
QUANTITIES = {
    "some": ["all", "no"], "many": ["all", "few"], "most": ["all", "hardly any"], "several": ["all", "no"],
    "a few": ["all", "most"],
    "few": "most", "all": ["some", "none of"], "every": "hardly any", "both": "neither of", "at least": "at most",
    "more than": ["fewer than", "exactly"],
    "less than": "more than", "fewer than": "more than", "up to": "at least", "nearly": "well over",
    "almost": "more than", "one of": "the only one of",
    "often": ["always", "never"], "usually": "never", "sometimes": ["always", "never"], "always": "rarely",
    "rarely": "usually", "majority": "minority", "minority": "majority", "a number of": "all", "partly": "wholly",
    "mostly": "exclusively",
    "mainly": "exclusively", "part of": "the whole of", "half of": "all of",
}
# fmt: on


def wrong_quantity(sentence, near, rng):
    return by_table(sentence, QUANTITIES, rng)


def invented_cause(sentence, near, rng):
    """The sentence and another of the article joined as effect and cause."""
    others = [s for s in near.sentences if s != sentence and 5 < len(s.split()) < 25 and '"' not in s and s[-1:] == "."]
    if not others or len(sentence.split()) > 28 or '"' in sentence or sentence[-1:] != ".":
        return None
    other = rng.choice(others)
    link = rng.choice([" because ", ", because ", " as a result of the fact that ", " since ", ", which is why "])
    return sentence[:-1] + link + lowered(other)


def lowered(sentence):
    first = sentence.split()[0]
    return sentence[0].lower() + sentence[1:] if first in NOT_NAMES and first not in MONTHS + DAYS else sentence


def wrong_pronoun(sentence, near, rng):
    return by_table(sentence, {"he": "she", "she": "he", "his": "her", "him": "her"}, rng)


# fmt: off
FALSE = {
    "number": (wrong_number, "contradiction"), "name": (wrong_name, "not_entailment"), "date": (wrong_date,
    "contradiction"),
    "speaker": (wrong_speaker, "not_entailment"), "role": (wrong_roles, "not_entailment"), "negation": (negated,
    "contradiction"),
    "antonym": (opposite, "contradiction"), "plan": (plan_as_done, "not_entailment"), "certainty": (certain,
    "not_entailment"),
    "condition": (condition_as_fact, "not_entailment"), "quantity": (wrong_quantity, "not_entailment"),
    "cause": (invented_cause, "neutral"), "pronoun": (wrong_pronoun, "not_entailment"),
}
# fmt: on


# --- told otherwise, still true ---------------------------------------------------------------------------------------

# fmt: off
SYNONYMS = {
    "said": ["stated", "remarked"], "told": "informed", "bought": "purchased", "buy": "purchase", "about": ["around",
    "roughly", "some"],
    "around": ["about", "approximately"], "approximately": "about", "per cent": ["percent", "%"],
    "percent": "per cent", "more than": "over",
    "over the past": "during the last", "began": "started", "started": "began", "ended": "came to an end",
    "wants to": "would like to",
    "plans to": ["intends to", "is planning to", "has plans to"], "planned to": "intended to",
    "decided to": ["made the decision to", "chose to"],
    "agreed to": ["consented to", "reached an agreement to"], "refused to": ["declined to", "would not"],
    "failed to": "did not manage to",
    "was able to": "managed to", "unable to": "not able to", "has to": "must", "have to": "must",
    "had to": "was forced to", "must": "has to",
    "died": ["lost their life", "passed away"], "injured": "hurt", "children": "youngsters", 
    "resigned": "stepped down", "stepped down": "resigned", "showed": "demonstrated",
    "needs": "requires", "needed": "required", "tried to": ["attempted to", "made an attempt to"],
    "trying to": "seeking to",
    "however": "though", "although": "even though", "because": "as", "because of": "owing to", "due to": "because of",
    "later": "afterwards", "nearly": "almost", "almost": "nearly", "big": "large", "huge": "enormous",
    "large": "big", "quickly": "fast", "immediately": "at once", "often": "frequently", "job": "post", "jobs": "posts", 
    "called for": "demanded", "demanded": "called for", "blamed": "held responsible",
    "rose": ["climbed", "increased", "went up"], "fell": ["dropped", "declined", "went down"], "increase": "rise",
    "increased": ["rose", "went up"], "decrease": "fall", "beat": ["defeated", "got the better of"],
    "defeated": "beat", "lost to": "were beaten by", "attacked": "assaulted", "discovered": "found",
    "found": "discovered", "revealed": ["disclosed", "made known"],
    "announced": ["made public", "made it known"], "described": "characterised", "warned": "cautioned",
    "criticised": ["was critical of", "voiced criticism of"],
    "criticized": "was critical of", "praised": "had praise for", "investigating": "looking into",
    "investigate": "look into", "is set to": "is due to", "is due to": "is set to",
    "are set to": "are due to", "expected to": "likely to", "took place": "was held", "allowed to": "permitted to",
    "banned": "barred", "forced to": "made to",
    "the country's": "the nation's", "film": "movie", "movie": "film",
    "firm": "company", "company": "firm", "companies": "firms", "doctor": "physician", "doctors": "physicians",
    "lawyer": "attorney", "car": "vehicle", "last year": "the year before",
    "two weeks": "a fortnight", "a dozen": "12", "in addition": "besides", "so that": "in order that",
    "in order to": "to", "hundreds of": "several hundred",
    "thousands of": "several thousand", "the US": "the United States", "EU": "European Union", "don't": "do not",
    "didn't": "did not", "isn't": "is not", "wasn't": "was not", "can't": "cannot", "won't": "will not",
    "it's": "it is", "I'm": "I am", "they're": "they are",
    "wife": "spouse", "husband": "spouse", "former": "one-time", "currently": "at present", 
    "increasingly": "more and more", "ensure": "make sure", "huge amount": "great deal", "enough": "sufficient",
    "arrested": ["detained", "taken into custody"],
    "a third": "one in three", "a quarter": "one in four", "half of": "50 per cent of", "twice": "two times",
    "halved": "fell by half", "doubled": "rose twofold",
}
# fmt: on
MORE_WORDS = {str(i + 1): n for i, n in enumerate(SMALL) if i} | {n: str(i + 1) for i, n in enumerate(SMALL) if i}


def synonym(sentence, near, rng):
    return by_table(sentence, SYNONYMS, rng)


def number_otherwise(sentence, near, rng):
    """Digits and words, thousands with and without comma, sums spelt out."""
    ways = []
    for m in re.finditer(r"(?<![\w.,$£€-])(\d{1,2})(?= [a-z])", sentence):
        if m.group(1) in MORE_WORDS:
            ways.append((m.start(), m.end(), MORE_WORDS[m.group(1)]))
    for m in re.finditer(r"\b(" + "|".join(SMALL[1:]) + r")\b(?= [a-z])", sentence):
        ways.append((m.start(), m.end(), MORE_WORDS[m.group(1)]))
    for m in re.finditer(r"(?<![\d.,])(\d{1,3}),(\d{3})(?![\d,])", sentence):
        ways.append((m.start(), m.end(), m.group(1) + m.group(2)))
    for m in re.finditer(r"([$£€])(\d+(?:\.\d+)?)(m|bn)\b", sentence):
        ways.append((m.start(), m.end(), f"{m.group(1)}{m.group(2)} {'million' if m.group(3) == 'm' else 'billion'}"))
    for m in re.finditer(r"([$£€])(\d+(?:\.\d+)?) (million|billion)\b", sentence):
        name = {"$": "dollars", "£": "pounds", "€": "euros"}[m.group(1)]
        ways.append((m.start(), m.end(), f"{m.group(2)} {m.group(3)} {name}"))
    for m in re.finditer(r"\b(\d+(?:\.\d+)?)%", sentence):
        ways.append((m.start(), m.end(), f"{m.group(1)} per cent"))
    return replace(sentence, *rng.choice(ways)) if ways else None


def shorter_name(sentence, near, rng):
    """A full name by its last part, or without its title."""
    spans = [m for m in spans_of_names(sentence) if len(m.group().split()) in (2, 3) and " of " not in m.group()]
    if not spans:
        return None
    match = rng.choice(spans)
    words = match.group().split()
    return replace(sentence, match.start(), match.end(), " ".join(words[1:]) if words[0] in TITLES else words[-1])


def speech_otherwise(sentence, near, rng):
    """ "X said A", "A, said X", "According to X, A", "A, according to X"."""
    name = r"((?:[A-Z][\w’'.-]+ ?){1,4}|(?:The |the )?(?:police|officials|ministers|experts|researchers|scientists|company|report|study|government|court))"
    match = re.match(rf"{name} (?:said|says|stated) (?:that )?(\w[^\"“”]{{15,}})\.$", sentence)
    if match:
        who, what = match.group(1).strip(), match.group(2)
        return rng.choice(
            [
                f"According to {lowered(who)}, {what}.",
                f"{cased(what, 'A')}, {lowered(who)} said.",
                f"{cased(what, 'A')}, according to {lowered(who)}.",
            ]
        )
    match = re.match(
        rf"([^\"“”]{{15,}}), (?:according to {name}|{name} (?:said|says)|(?:said|says) {name})\.$", sentence
    )
    if match:
        who, what = next(g for g in match.groups()[1:] if g).strip(), match.group(1)
        return rng.choice([f"{cased(who, 'A')} said that {lowered(what)}.", f"According to {who}, {lowered(what)}."])
    return None


def left_out(sentence, near, rng):
    """An aside, a leading phrase or a trailing clause left out."""
    ways = []
    for m in re.finditer(r", (?:who|which|where|whose|a|an|the|aged|now) [^,\"“”]{4,70},(?= [a-z])", sentence):
        ways.append(replace(sentence, m.start(), m.end(), ""))
    for m in re.finditer(r" \([^)]{1,60}\)", sentence):
        ways.append(replace(sentence, m.start(), m.end(), ""))
    m = re.match(
        r"(?:On|In|At|During|Earlier|Last|Yesterday|Meanwhile|However|Now|Today)\b[^,\"“”]{0,30}, (\w.{20,})$", sentence
    )
    if m:
        ways.append(cased(m.group(1), "A"))
    m = re.match(
        r"(.{30,}), (?:which|where|after|as|while|although|though|when|with|including|following) [^\"“”]{8,}\.$",
        sentence,
    )
    if m:
        ways.append(m.group(1) + ".")
    m = re.search(r" on (?:" + "|".join(DAYS) + r")(?: (?:morning|evening|night|afternoon))?\b", sentence)
    if m:
        ways.append(replace(sentence, m.start(), m.end(), ""))
    return rng.choice(ways) if ways else None


# fmt: off
BY_VERBS = {
    "approved": "approved", "rejected": "rejected", "killed": "killed", "attacked": "attacked",
    "criticised": "criticised", "arrested": "arrested",
    "bought": "bought", "built": "built", "beaten": "beat", "found": "found", "taken": "took", "written": "wrote",
    "shot": "shot", "made": "made",
    "led": "led", "won": "won", "hit": "hit", "backed": "backed", "supported": "supported", "launched": "launched",
    "founded": "founded",
    "organised": "organised", "published": "published", "accused": "accused", "questioned": "questioned",
    "rescued": "rescued", "chosen": "chose",
    "owned": "owned", "designed": "designed", "signed": "signed", "sent": "sent", "seen": "saw", "told": "told",
    "given": "gave", "stopped": "stopped",
    "caused": "caused", "discovered": "discovered", "described": "described", "banned": "banned", "sold": "sold",
    "run": "ran", "created": "created",
}
# fmt: on
ACTIVE = {past: part for part, past in BY_VERBS.items()}


def voice(sentence, near, rng):
    """Passive and active exchanged, in sentences short enough to be sure of their parts."""
    subject = r"((?:The|A|An|His|Her|Their|Its|[A-Z][\w’'-]+)(?: [\w’'-]+){0,4}?)"
    match = re.match(
        rf"{subject} (?:was|were|has been|have been|had been) (\w+) by ((?:the |a |an )?[\w’' -]{{3,40}})\.$", sentence
    )
    if match and match.group(2) in BY_VERBS:
        return f"{cased(match.group(3), 'A')} {BY_VERBS[match.group(2)]} {lowered(match.group(1))}."
    match = re.match(rf"{subject} (\w+) ((?:the|a|an|his|her|their|its) [\w’' -]{{3,40}})\.$", sentence)
    if (
        match
        and match.group(2) in ACTIVE
        and not re.search(r"\b(?:and|to|who|that|in|on|at|by|for|with|after)\b", match.group(3))
    ):
        be = "were" if match.group(3).endswith("s") and not match.group(3).endswith("ss") else "was"
        return f"{cased(match.group(3), 'A')} {be} {ACTIVE[match.group(2)]} by {lowered(match.group(1))}."
    return None


def joined(sentence, near, rng):
    """The sentence and another of the article side by side."""
    others = [s for s in near.sentences if s != sentence and 5 < len(s.split()) < 20 and '"' not in s and s[-1:] == "."]
    if not others or len(sentence.split()) > 22 or '"' in sentence or sentence[-1:] != ".":
        return None
    return sentence[:-1] + rng.choice([", and ", "; ", " and "]) + lowered(rng.choice(others))


# fmt: off
TRUE = {
    "synonym": synonym, "number": number_otherwise, "name": shorter_name, "speech": speech_otherwise,
    "shorter": left_out,
    "voice": voice, "joined": joined,
}
# fmt: on


def reworded(sentence, near, rng, most=3):
    """The sentence after up to `most` true rewordings; "joined" at most once, as it makes long sentences."""
    changed, ways = sentence, [w for w in TRUE if w != "joined"]
    for _ in range(rng.randint(1, most)):
        changed = TRUE[rng.choice(ways)](changed, near, rng) or changed
    return None if changed == sentence else changed


# How readily a kind is tried first: those that fit few sentences readily, those that fit nearly all seldom.
# fmt: off
READINESS = {
    "condition": 8, "speaker": 6, "plan": 5, "certainty": 3, "role": 2, "date": 2, "number": 3, "quantity": 2,
    "name": 2, "antonym": 2,
    "negation": 1.5, "cause": 0.7, "pronoun": 0.5,
}
# fmt: on


def falsified(sentence, near, rng):
    """A false sentence, its label and the kind."""
    kinds = sorted(FALSE, key=lambda kind: rng.random() ** (1 / READINESS[kind]), reverse=True)
    for kind in kinds:
        make, label = FALSE[kind]
        changed = make(sentence, near, rng)
        if changed and changed != sentence and changed not in near.sentences:
            return changed, label, kind
    return None

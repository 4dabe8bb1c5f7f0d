"""Writes articles.json: invented news, by a seeded grammar, to compare summarisers on.

    python3 articles.py          # Python 3.9 or later, nothing to install

Every article stays with one topic and mixes in the general run of news, so that sentences share
words in varying measure. No sentence stands twice in an article.
"""

import json
import pathlib
import random

ARTICLES = 28
SHORTEST, LONGEST = 8, 40

TOPICS = [
    dict(
        place="Tarnmouth", body="harbour board", thing="fish market", person="Odile Marsh",
        nouns=["auction", "stalls", "iron roof", "quay", "trawlers", "cold store", "traders", "tide wall"],
        verbs=["close", "move", "repair", "sell", "lease", "list as a monument"],
        reasons=["the roof leaks in every storm", "the ring road hall is cheaper", "crews need a dry quay"],
    ),
    dict(
        place="Velden", body="transport committee", thing="night tram", person="Jonas Reker",
        nouns=["timetable", "drivers", "depot", "rails", "fares", "stops", "overhead wires", "passengers"],
        verbs=["extend", "cancel", "fund", "delay", "electrify", "test"],
        reasons=["ridership doubled since spring", "drivers refuse split shifts", "the depot has no room"],
    ),
    dict(
        place="Kesh Valley", body="water authority", thing="upper reservoir", person="Amina Dole",
        nouns=["dam", "drought", "farmers", "pipes", "rainfall", "pumps", "orchards", "leaks"],
        verbs=["drain", "raise", "inspect", "ration", "restore", "fence"],
        reasons=["rainfall fell by a third", "cracks appeared in the dam", "orchards were drying out"],
    ),
    dict(
        place="Port Ansel", body="regional court", thing="ferry company", person="Tomas Ivory",
        nouns=["judges", "licence", "lifeboats", "inspectors", "witnesses", "fines", "appeal", "crew"],
        verbs=["fine", "question", "clear", "suspend", "sue", "warn"],
        reasons=["lifeboats failed two drills", "witnesses changed their account", "the licence had run out"],
    ),
    dict(
        place="Halvorsen", body="school district", thing="reading programme", person="Ruth Okoro",
        nouns=["pupils", "teachers", "library", "scores", "parents", "lessons", "budget", "volunteers"],
        verbs=["expand", "review", "shorten", "defend", "replace", "praise"],
        reasons=["scores rose in eleven schools", "the budget ends in June", "parents asked for more hours"],
    ),
    dict(
        place="Mirrow Sound", body="fisheries institute", thing="kelp forest", person="Lars Petrie",
        nouns=["divers", "urchins", "otters", "seabed", "samples", "warm current", "scientists", "boats"],
        verbs=["map", "protect", "replant", "survey", "study", "harvest"],
        reasons=["urchins stripped the seabed", "the warm current came back", "otters keep the balance"],
    ),
    dict(
        place="Brackwell", body="hospital trust", thing="emergency ward", person="Dr Nadia Finch",
        nouns=["nurses", "beds", "waiting times", "ambulances", "patients", "union", "surgeons", "night staff"],
        verbs=["reopen", "staff", "merge", "modernise", "audit", "save"],
        reasons=["waiting times passed nine hours", "nurses left for other regions", "the union called a vote"],
    ),
]

OPENINGS = [
    "The {body} of {place} plans to {verb} the {thing} after months of argument over {noun}.",
    "A plan to {verb} the {thing} in {place} won the backing of the {body} on {day}.",
    "{person} said on {day} that the {body} would {verb} the {thing} before winter.",
]

PATTERNS = [
    "{person} told reporters that the {noun} and the {noun2} could not wait any longer.",
    "“We did not want to {verb} the {thing},” {person} said, “but {reason}.”",
    "Critics of the {body} say that {noun} matter more than {noun2}.",
    "About {number} people came to a meeting in {place} to talk about the {noun}.",
    "The cost of the {noun} has grown to ${number} million, according to a report on the {thing}.",
    "Officials explained that {reason}.",
    "Others fear for the {noun} if the {body} decides to {verb} the {thing}.",
    "A vote on the {noun2} is expected on {day}, and the {noun} will follow.",
    "Last year the {thing} needed {number} repairs, most of them to the {noun}.",
    "Neighbours blamed the {noun2} for the trouble with the {noun}.",
    "The {body} promised to publish its figures on the {noun} by {day}.",
    "In {place}, the {noun} have been a sore point for {number} years.",
    "Nobody from the {body} would say what happens to the {noun} after that.",
    "Because {reason}, the {noun} were the first thing to go.",
    "{person} rejected the idea that the {noun2} were to blame.",
    "The report lists {number} problems with the {noun} and only one with the {noun2}.",
    "Supporters handed over {number} signatures and asked the {body} to {verb} the {thing}.",
    "It was the {noun}, not the {noun2}, that split the {body}.",
]

ASIDES = [
    "Rain is forecast for most of the week.",
    "The mayor was abroad and did not comment.",
    "A spokeswoman declined to answer further questions.",
    "Local radio carried the debate in full.",
    "Shops along the main street closed early.",
    "The story was first told by a student newspaper.",
    "Similar quarrels have ended in court elsewhere.",
    "No date has been set.",
]

DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday"]


def sentence(rng, topic, pattern):
    noun, noun2 = rng.sample(topic["nouns"], 2)
    return pattern.format(
        place=topic["place"], body=topic["body"], thing=topic["thing"], person=topic["person"],
        noun=noun, noun2=noun2, verb=rng.choice(topic["verbs"]), reason=rng.choice(topic["reasons"]),
        day=rng.choice(DAYS), number=rng.choice([3, 7, 12, 18, 40, 65, 120, 300]),
    )


def article(rng, number):
    topic = TOPICS[number % len(TOPICS)]
    length = SHORTEST + (LONGEST - SHORTEST) * number // (ARTICLES - 1)
    sentences = [sentence(rng, topic, rng.choice(OPENINGS))]
    while len(sentences) < length:
        aside = rng.random() < 0.12
        new = rng.choice(ASIDES) if aside else sentence(rng, topic, rng.choice(PATTERNS))
        if new not in sentences:
            sentences.append(new)
    return {"id": f"{topic['place'].lower().replace(' ', '-')}-{length}", "sentences": sentences}


def main():
    rng = random.Random(1958)
    articles = [article(rng, number) for number in range(ARTICLES)]
    path = pathlib.Path(__file__).with_name("articles.json")
    path.write_text(json.dumps(articles, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

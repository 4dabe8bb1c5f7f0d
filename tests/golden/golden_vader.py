"""Writes vader.jsonl: 1,000 sentences and what vaderSentiment makes of them.

    pip install vaderSentiment==3.3.2
    python3 golden_vader.py

The sentences are ours: some written to be tricky, the rest by a seeded grammar.
"""

import json
import pathlib
import random

from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

SENTENCES = 1000

TRICKY = [
    "", " ", ".", "?!", "12:30", "—", "The tide turned at noon.",
    "The rescue was not good.", "The rescue wasn't good.", "The rescue was not very good.",
    "The rescue was never so good.", "The rescue was never this good!", "Nothing good came of it.",
    "It isn't a bad plan.", "It is hardly a good plan.", "Without doubt a great day.",
    "Without a doubt, a great day.", "Nor was the reply kind.", "No, the reply was kind.",
    "No good deed was seen.", "The crew had no fear.", "There is no joy or hope in Velden.",
    "The plan is at least honest.", "It is the least honest plan.", "Least of all the honest ones.",
    "The very least good outcome.", "At the very least it is safe.",
    "The food was good, but the service was terrible.", "BUT the service was terrible.",
    "Terrible, but honest, but cruel.", "The hall is lovely but.", "But lovely is the hall.",
    "A GREAT day for Velden.", "A GREAT DAY FOR VELDEN.", "a great day for VELDEN.",
    "The crew was VERY brave.", "THE crew was very BRAVE.", "The crew was very brave!",
    "The crew was brave!!", "The crew was brave!!!", "The crew was brave!!!!", "The crew was brave!!!!!!",
    "Was the crew brave?", "Was the crew brave??", "Was the crew brave???", "Was the crew brave????",
    "Was the crew brave?!?!", "Brave... or foolish...", "Brave—or foolish?", "(brave)", "'brave'",
    "\"Brave,\" he said.", "brave.", "brave,", "brave;", "...brave...", "so-called brave", "ill-fated",
    "The show was the bomb.", "The show was the shit.", "That act is badass.", "A bus stop.",
    "Yeah right, as if.", "The remark was the kiss of death.", "A hand to mouth living.",
    "They live hand to mouth.", "It cut the mustard.", "They broke a leg.", "A bad ass cook.",
    "Upper hand in the talks.", "It is kind of good.", "It is kinda good.", "It is sort of bad.",
    "It is sorta bad.", "It is sort-of bad.", "It is kind-of nice.", "Just enough hope.",
    "The result was extremely good.", "The result was slightly good.", "The result was barely good.",
    "The result was marginally worse.", "An incredibly, deeply sad tale.", "A really really sad tale.",
    "An uncommonly fine, remarkably calm reply.", "It was fucking great.", "Effing awful.",
    "Not only brave but kind.", "Not brave, not kind, not wise.", "Neither brave nor kind.",
    "Don't worry.", "Dont worry.", "They can't fail.", "They cant fail.", "Ain't bad.", "Aint bad.",
    "Nope, sad.", "Uh-uh, sad.", "Rarely happy.", "Seldom happy.", "Despite the win, sad.",
    "Happy :)", "Sad :(", "Happy :-)", "Sad :-(", "Fine ;)", "Fine :D", "Ugh :/", "<3 the new hall",
    "</3", "XD", "xD that was silly", ":'(", "D:", "8)", "=)", ":P", ":-/ hm",
    "😀", "😡", "The crew is home 😀!", "The crew is home😀", "😀😀😀", "💔 over the loss", "👍 for the plan",
    "🚑 on the way", "🇪🇺 flags", "❤️ the harbour", "❤ the harbour", "👩‍👩‍👧‍👦 safe", "🤷 whatever",
    "lol", "LOL", "rofl that bill", "meh", "wtf", "omg great", "The G.O.P. is pleased.", "U.S. gains",
    "It's great.", "It’s great.", "It’s not great.", "It isn’t great.", "They’re not happy.",
    "Größe und Freude", "naïve hope", "İstanbul is lovely", "STRASSE straße HATE", "ﬁne ﬁre",
    "great\tnews\nfor all", "great  news", "great\u00a0news", "zero\u200bwidth love", "love\u2028hate",
    "GOOD bad", "good BAD", "Good Bad", "A", "I", "I love", "LOVE", "love", "no", "not", "never", "but",
    "least", "very", "very very", "not not good", "never ever good", "so not good", "not so good",
    "without hope", "doubt", "without", "hope without", "kind", "no kind", "kind of", "sort of",
    "An attack, a murder, a war, a crime, a riot, a disaster, and grief and terror and hate.",
    "Love, joy, hope, peace, a win, a gift, thanks, praise, and a happy, lovely, brilliant day!!!",
]

SUBJECTS = ["The council", "A judge", "The young crew", "Nobody", "Her lawyer", "The ferry company",
            "Critics", "The old harbour", "ITS OWNERS", "The Velden Post", "He", "We"]
VERBS = ["praised", "attacked", "ruined", "saved", "thanked", "ignored", "threatened", "won over",
         "betrayed", "opened", "HELPED", "failed", "loved", "feared"]
OBJECTS = ["the plan", "the workers", "a peaceful march", "the deadly storm", "the victims",
           "a generous offer", "the corrupt board", "the new tram", "their best hope", "a cruel joke"]
STATES = ["good", "great", "awful", "sad", "happy", "calm", "brave", "worse", "excellent", "HORRIBLE",
          "safe", "angry", "lovely", "useless", "grim", "brilliant", "fair", "weak", "AMAZING", "dull"]
DEGREES = ["", "", "very ", "extremely ", "slightly ", "barely ", "so ", "REALLY ", "kind of ", "hardly ",
           "almost ", "totally ", "less ", "most ", "particularly ", "somewhat "]
DENIALS = ["", "", "", "not ", "never ", "not at all ", "by no means ", "no longer ", "at least ",
           "never so ", "without doubt "]
LINKS = ["was", "is", "wasn't", "seems", "can't be", "isn't", "has been", "will be"]
JOINTS = [", but ", " but ", ", and ", " although ", "; ", ", while ", " BUT ", " — "]
ENDS = [".", ".", ".", "!", "!!", "!!!", "?", "??", "????", "...", "?!", " :)", " :(", " 😀", " 😢", ""]


def clause(rng):
    if rng.random() < 0.4:
        return f"{rng.choice(SUBJECTS)} {rng.choice(VERBS)} {rng.choice(OBJECTS)}"
    denial, degree = rng.choice(DENIALS), rng.choice(DEGREES)
    return f"{rng.choice(SUBJECTS)} {rng.choice(LINKS)} {denial}{degree}{rng.choice(STATES)}"


def sentence(rng):
    text = clause(rng)
    while rng.random() < 0.45:
        text += rng.choice(JOINTS) + clause(rng)
    text += rng.choice(ENDS)
    return text.upper() if rng.random() < 0.04 else text


def sentences():
    rng = random.Random(2014)
    known = dict.fromkeys(TRICKY)
    while len(known) < SENTENCES:
        known[sentence(rng)] = None
    return list(known)


def main():
    analyzer = SentimentIntensityAnalyzer()
    path = pathlib.Path(__file__).with_name("vader.jsonl")
    with path.open("w", encoding="utf-8") as out:
        for text in sentences():
            row = {"text": text, **analyzer.polarity_scores(text)}
            out.write(json.dumps(row, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()

"""Pairs from the news: judged summaries, people's summaries, compressions, sentences made false or told otherwise."""

import functools
import itertools
import re

import corrupt
import frames
from data import LABELS, NOT_ENTAILED, Pair, chance, rows
from windows import chosen, evidence, sentences, terms, weights

GRAM = 10  # words that two articles must share in a row, SHARED times, to be taken for one
SHARED = 3
EACH = 9  # sentences of an article that errors are made of, at most
HELD_OUT = 5  # of fact_bump, one article in so many is kept for measuring
DEV_TEXTS = (
    "qags_cnndm",
    "qags_xsum",
    "summedits_other",
    "fact_bump",
    "fact_cg2c_synthetic",
    "fact_cliff",
    "fact_goyal21",
    "fact_polytope",
    "fact_wice_claim",
    "fact_xsumfaith",
    "cnndm",
    "inshorts",
    "sum_xsum",
    "sum_cnndm_extra",
    "bbc_clean",
    "sum_bbc_extractive",
)
ARTICLES = ("cnndm", "sum_cnndm_extra", "sum_bbc_extractive", "news_wikinews", "sum_xsum", "inshorts")
DAMAGED = re.compile(r"[a-z]\. [a-z]|\||PUBLISHED|UPDATED|Scroll down|\bvideo\b.$|^By\b|\(CNN\)")


def grams(text):
    words = re.findall(r"\w+", text.lower())
    return {hash(tuple(words[i : i + GRAM])) for i in range(len(words) - GRAM + 1)}


@functools.cache
def seen(data):
    """Runs of words of all development texts."""
    return set().union(*(grams(r["text"]) for name in DEV_TEXTS for r in rows(f"{data}/{name}/dev.jsonl")))


def trainable(data, name):
    """Rows of a train part whose article is in no development part."""
    known, clean = {}, []
    for row in rows(f"{data}/{name}/train.jsonl"):
        text = row["text"]
        if text not in known:
            known[text] = len(grams(text) & seen(data)) < SHARED
        if known[text]:
            clean.append(row)
    return clean


def whole(sentence):
    """Whether it looks like a sentence of prose, neither debris nor too long."""
    return (
        8 <= len(sentence.split()) <= 40
        and sentence[0].isupper()
        and sentence[-1] in ".!?"
        and not DAMAGED.search(sentence)
    )


def covered(article, hypothesis):
    """Share of the hypothesis, by the weights of its terms, that the article has; unknown terms weigh as the rarest."""
    split = [terms(s) for s in article]
    weight = weights(split)
    rarest = max(weight.values(), default=1.0)
    own = set(terms(hypothesis))
    return sum(weight.get(t, 0.0) for t in own) / max(1e-9, sum(weight.get(t, rarest) for t in own))


def made_of(article, near, sentence, rng):
    """A pair of one sentence of an article."""
    way = rng.choices(["copied", "reworded", "false", "absent"], [1, 8, 9, 3])[0]
    at = article.index(sentence)
    own = corrupt.reworded(sentence, near, rng) or sentence
    if way == "copied":
        own = sentence
    if way in ("copied", "reworded"):
        if own == sentence and way == "reworded":
            return None
        if rng.random() < 0.12:
            own = corrupt.joined(own, near, rng) or own
        taken = widened(chosen(article, own), article, rng)
        inside = at in taken
        if len(own.split()) > 1.5 * len(sentence.split()):
            inside = inside and covered([article[i] for i in taken], own) > 0.8
        return Pair(" ".join(article[i] for i in taken), own, LABELS["entailment"]) if inside else None
    if way == "absent":
        rest = article[:at] + article[at + 1 :]
        own = own if rng.random() < 0.6 else sentence
        if not rest or covered(rest, sentence) > 0.7:
            return None
        return Pair(evidence(rest, own), own, LABELS["neutral"])
    made = corrupt.falsified(own if rng.random() < 0.6 else sentence, near, rng)
    if not made:
        return None
    taken = widened(chosen(article, made[0]), article, rng)
    return Pair(" ".join(article[i] for i in taken), made[0], LABELS[made[1]])


def widened(taken, article, rng):
    """Now and then with a neighbour, since the evidence for a free summary is seldom a single sentence."""
    if len(taken) > 2 or rng.random() < 0.5:
        return taken
    near = [i for i in (taken[0] - 1, taken[-1] + 1) if 0 <= i < len(article) and len(article[i].split()) < 40]
    return sorted({*taken, rng.choice(near)}) if near else taken


def mixed(things, *key):
    """The same in an order that depends on `key` alone."""
    things = list(things)
    chance(*key).shuffle(things)
    return things


def made(data, seed):
    """Sentences of articles, made false, told otherwise, or taken out of their article."""
    for row in mixed((r for name in ARTICLES for r in trainable(data, name)), "made", seed):
        rng = chance("made", seed, row["id"])
        article = sentences(row["text"])
        near = corrupt.around(article)
        usable = [s for s in article if whole(s)]
        for sentence in rng.sample(usable, min(EACH, len(usable))):
            yield made_of(article, near, sentence, rng)


def single(data, seed):
    """The same with political sentences that stand alone, or between two others."""
    texts = sorted({r["text"] for r in rows(f"{data}/newsmtsc/train.jsonl") if whole(r["text"])})
    names = sorted({n for t in texts for n in corrupt.names_in(t)})
    for text in mixed(texts, "single", seed):
        rng = chance("single", seed, text)
        others = rng.sample(texts, 2) if rng.random() < 0.5 else []
        article = [*others[:1], text, *others[1:]]
        near = corrupt.Around(rng.sample(names, 12), [], article)
        if rng.random() < 0.45:
            own = corrupt.reworded(text, near, rng)
            yield own and Pair(" ".join(article), own, LABELS["entailment"])
        else:
            own = corrupt.reworded(text, near, rng) if rng.random() < 0.5 else None
            made = corrupt.falsified(own or text, near, rng)
            yield made and Pair(" ".join(article), made[0], LABELS[made[1]])


def foreign(text, sentence):
    """Names and numbers of the sentence that the text lacks."""
    low = text.lower()
    numbers = [n for n in corrupt.NUMBER.findall(sentence) if n not in text]
    names = [n for n in corrupt.names_in(sentence) if not any(w.lower().strip("’'s") in low for w in n.split())]
    return numbers, names


# Summaries by people, and how much of a true sentence's words the evidence has at least: the first are complete by design.
SUMMARIES = {
    "sum_element_aware_cnndm": 0.0,
    "sum_element_aware_xsum": 0.0,
    "cnndm": 0.35,
    "inshorts": 0.35,
    "sum_cnndm_extra": 0.35,
    "sum_inshorts_extra": 0.35,
    "sum_xsum": 0.5,
}


def references(data, seed):
    """Sentences of people's summaries, mostly true: those with names or numbers of their own are not; others are made false."""
    todo = [(row, least, name) for name, least in SUMMARIES.items() for row in trainable(data, name)]
    for row, least, name in mixed(todo, "references", seed):
        rng = chance("references", seed, row["id"])
        article = sentences(row["text"])
        near = corrupt.around(article)
        for sentence in sentences(row["reference"]):
            if len(sentence.split()) < 5:
                continue
            numbers, names = foreign(row["text"], sentence)
            if (numbers or names) and least > 0:
                if (numbers and names) or name == "sum_xsum":
                    yield Pair(evidence(article, sentence), sentence, NOT_ENTAILED)
                continue
            if covered(article, sentence) < least:
                continue
            yield Pair(evidence(article, sentence), sentence, LABELS["entailment"])
            false = corrupt.falsified(sentence, near, rng) if rng.random() < 0.7 else None
            if false:
                yield Pair(evidence(article, false[0]), false[0], LABELS[false[1]])
            again = corrupt.reworded(sentence, near, rng) if least == 0.0 else None
            if again:
                yield Pair(evidence(article, again), again, LABELS["entailment"])


def compressed(data, seed):
    """Compressions and simplifications of single sentences, and what is false made of them."""
    names = []
    both = [r for name in ("comp_google10k", "simp_onestop_aligned") for r in rows(f"{data}/{name}/train.jsonl")]
    for row in mixed(both, "compressed", seed):
        text, short = row["text"], row["compressed"]
        rng = chance("compressed", seed, row["id"])
        names = (names + corrupt.names_in(text))[-40:]
        numbers, strangers = foreign(text, short)
        if len(short.split()) < 5 or numbers or strangers or len(text.split()) > 70 or covered([text], short) < 0.4:
            continue
        near = corrupt.Around(sorted(set(names)), [], [text])
        if rng.random() < 0.5:
            own = corrupt.reworded(short, near, rng, 2) if rng.random() < 0.4 else None
            yield Pair(text, own or short, LABELS["entailment"])
        else:
            false = corrupt.falsified(short, near, rng)
            yield false and Pair(text, false[0], LABELS[false[1]])


def told(data, seed):
    """Facts in several wordings, alone or within the news."""
    others = sorted({r["text"] for r in rows(f"{data}/newsmtsc/train.jsonl") if whole(r["text"])})
    for number in itertools.count():
        rng = chance("told", seed, number)
        premise, hypothesis, label = frames.told(rng.choice(frames.FRAMES), rng)
        around = rng.sample(others, rng.choice([0, 0, 1, 2]))
        article = [premise, *around]
        rng.shuffle(article)
        yield Pair(" ".join(article), hypothesis, LABELS[label])


def held_out(text):
    """Whether an article of fact_bump is kept for measuring."""
    return chance("held out", re.sub(r"\W+", "", text)[:200]).randrange(HELD_OUT) == 0


JUDGED = ("fact_xsumfaith", "fact_cg2c_synthetic", "fact_entfa", "fact_cliff", "fact_goyal21", "fact_polytope")


def judged(data, seed):
    """Summaries that people judged; of an unsupported one of several sentences it is not known which is at fault."""
    for row in mixed((r for name in JUDGED for r in trainable(data, name)), "judged", seed):
        article, parts = sentences(row["text"]), sentences(row["summary"].replace("\\'", "'"))
        if row["supported"] or len(parts) == 1:
            label = LABELS["entailment"] if row["supported"] else NOT_ENTAILED
            yield from (Pair(evidence(article, s), s, label) for s in parts if len(s.split()) > 3)


def edited(data, seed):
    """fact_bump: the sentences of a right summary, and the one of its edited fellow that differs."""
    groups = {}
    for row in trainable(data, "fact_bump"):
        if not held_out(row["text"]):
            groups.setdefault(row["text"], []).append(row)
    for text, group in mixed(groups.items(), "edited", seed):
        article = sentences(text)
        right = {s for r in group if r["supported"] for s in sentences(r["summary"])}
        if not right:
            continue
        yield from [Pair(evidence(article, s), s, LABELS["entailment"]) for s in sorted(right)] * 2
        for row in group:
            if not row["supported"]:
                changed = [s for s in sentences(row["summary"]) if s not in right]
                if len(changed) == 1:
                    yield Pair(evidence(article, changed[0]), changed[0], NOT_ENTAILED)


# Each gives its pairs in random order, and None where a sentence did not lend itself to it.
SOURCES = {
    "made": made,
    "single": single,
    "references": references,
    "compressed": compressed,
    "told": told,
    "judged": judged,
    "edited": edited,
}

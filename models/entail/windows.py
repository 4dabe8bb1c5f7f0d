"""The part of an article that a sentence is held against: the same choice, word for word, that the program makes.

README.md describes it in prose ("The evidence").
"""

import functools
import math
import re

LIMIT = 70  # most words of all evidence together
RUN = 3  # most sentences of one window
LENGTH_PRICE = 0.002  # what a word of a window costs, in shares of the hypothesis
LEAST_GAIN = 0.03  # of a further window, after its price
STEM = 5  # letters of a word that are compared

WORD = re.compile(r"\d(?:[\d.,]*\d)?|[^\W\d_]+")
STOP = frozenset(
    """
    a about after all also an and any are as at be been but by can could did do does for from had has have he her him
    his how i if in into is it its just me more most my no not of on one or our out over own said says she so some such
    than that the their them then there they this those to up us was we were what when where which who will with would
    you your s t
    """.split()
)
END = re.compile(r"(?<=[.!?])[\"'”’)]*\s+(?=[\"'“‘(]*[A-Z0-9])|\n+")
ABBREVIATION = re.compile(
    r"(?:\b(?:Mr|Mrs|Ms|Dr|Prof|Sen|Rep|Gov|Gen|Lt|Col|Sgt|Capt|St|Jr|Sr|vs|No|Inc|Ltd|Co|Corp"
    r"|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|U\.S|U\.K|a\.m|p\.m|[A-Z]))\.$"
)


def sentences(text):
    """Sentences of a text, by a few rules; the program has its own splitter."""
    found, start = [], 0
    for gap in END.finditer(text):
        part = text[start : gap.start()]
        if "\n" not in gap.group() and ABBREVIATION.search(part):
            continue
        cut = gap.start() + len(gap.group()) - len(gap.group().lstrip("\"'”’)"))
        found.append(text[start:cut].strip())
        start = gap.end()
    found.append(text[start:].strip())
    return [s for s in found if s]


def terms(text):
    """What texts are compared by: numbers whole without commas, words by their first letters in lower case, no STOP."""
    words = [w.replace(",", "") if w[0].isdigit() else w.lower() for w in WORD.findall(text)]
    return [w if w[0].isdigit() else w[:STEM] for w in words if w not in STOP]


def weights(split):
    """Weight of a term: ln(1 + n / m), n sentences, m of them with the term."""
    counts = {}
    for own in split:
        for term in set(own):
            counts[term] = counts.get(term, 0) + 1
    return {term: math.log(1 + len(split) / count) for term, count in counts.items()}


def windows(lengths, limit):
    """Runs of one to RUN sentences of at most `limit` words, as (first, end); a long sentence stands alone."""
    found = []
    for first in range(len(lengths)):
        for end in range(first + 1, min(first + RUN, len(lengths)) + 1):
            if end == first + 1 or sum(lengths[first:end]) <= limit:
                found.append((first, end))
    return found


@functools.lru_cache(maxsize=256)
def prepared(article):
    """Terms of each sentence, its number of words, and the weights, of a tuple of sentences."""
    split = [terms(s) for s in article]
    return [set(own) for own in split], [len(WORD.findall(s)) for s in article], weights(split)


def chosen(article, hypothesis, limit=LIMIT):
    """Numbers of the sentences of the evidence, rising: the best window, then what adds most, while room is left."""
    split, lengths, weight = prepared(tuple(article))
    left_terms = {t for t in terms(hypothesis) if t in weight}
    total = sum(weight[t] for t in sorted(left_terms)) or 1.0
    taken, room = set(), limit
    while True:
        shared = [own & left_terms for own in split]
        best, best_score = None, 0.0
        for first, end in windows(lengths, limit):
            words = sum(lengths[first:end])
            if taken and (words > room or any(i in taken for i in range(first, end))):
                continue
            covered = set().union(*shared[first:end])
            score = sum(weight[t] for t in sorted(covered)) / total - LENGTH_PRICE * words
            if best is None or score > best_score:
                best, best_score = (first, end), score
        if best is None or (taken and best_score < LEAST_GAIN):
            return sorted(taken)
        taken.update(range(*best))
        room -= sum(lengths[slice(*best)])
        left_terms = left_terms.difference(*split[slice(*best)])
        if room <= 0 or not left_terms:
            return sorted(taken)


def evidence(article, hypothesis, limit=LIMIT):
    """The evidence for `hypothesis` in a list of sentences: those chosen in their order, a space between."""
    return " ".join(article[i] for i in chosen(article, hypothesis, limit))

"""The pages that the models are trained on: their blocks, with features and labels, and the measures."""

import json
import re
from bisect import bisect
from collections import Counter, defaultdict
from pathlib import Path
from urllib.parse import urlparse

import numpy as np

SETS = ("html_extraction", "wcxb")
WORD = re.compile(r"\w+")
RUN = 4
# Kinds of blocks as the program numbers them; a caption is never the article's.
CAPTION = 2


def words(text):
    return WORD.findall(text.lower())


class Page:
    """A page of one of the sets: its gold, and its blocks as the program reads them."""

    def __init__(self, name, gold, rows):
        self.set, self.gold = name, gold
        self.name = f"{name}-{gold['id']}"
        self.domain = urlparse(gold["url"] or "").netloc.removeprefix("www.") or gold["id"]
        lines = (rows / f"{self.name}.tsv").read_text().split("\n")
        self.features = lines[0].split("\t")
        fields = [line.split("\t") for line in lines[1:] if line]
        count = len(self.features)
        self.x = np.array([f[:count] for f in fields], dtype=np.float32).reshape(-1, count)
        self.kinds = np.array([int(f[count]) for f in fields], dtype=int)
        self.texts = [f[count + 1] for f in fields]

    def least(self, likely):
        """The likelihood from which on blocks are kept, as the program chooses it (`least` in `extract.rs`)."""
        length = np.array([len(text.encode()) for text in self.texts], float) * (self.kinds != CAPTION)
        order = np.argsort(-likely, kind="stable")
        right, kept = np.cumsum((length * likely)[order]), np.cumsum(length[order])
        return max(2 * right / np.maximum(1, kept + (length * likely).sum()), default=0.0) / 2

    def text(self, likely, least=None):
        least = self.least(likely) if least is None else least
        kept = (likely >= least) & (self.kinds != CAPTION)
        return "\n".join(text for text, keep in zip(self.texts, kept) if keep)

    def weights(self):
        """A page counts the same whatever its length, and a block by how much of it it is."""
        length = len(words(self.gold["text"])) + 100
        return np.array([(len(words(text)) + 3) / length for text in self.texts]) * 100


def read(data, rows):
    pages = []
    for name in SETS:
        for line in (Path(data) / "data" / name / "dev.jsonl").read_text().rstrip("\n").split("\n"):
            pages.append(Page(name, json.loads(line), Path(rows)))
    return pages


def places(tokens):
    found = defaultdict(list)
    for at in range(len(tokens)):
        for size in range(1, RUN + 1):
            if at + size <= len(tokens):
                found[tuple(tokens[at : at + size])].append(at)
    return found


def labels(page):
    """Which blocks are in the gold text: those whose runs of words stand there, in its order; short ones only
    between two others that do."""
    gold = words(page.gold["text"])
    found = places(gold)
    blocks = [words(text) for text in page.texts]
    share = np.zeros(len(blocks))
    anchors = []
    for at, block in enumerate(blocks):
        if len(block) < 6:
            continue
        runs = [tuple(block[i : i + RUN]) for i in range(len(block) - RUN + 1)]
        hits = [(i, found[run]) for i, run in enumerate(runs) if run in found]
        share[at] = len(hits) / len(runs)
        if share[at] >= 0.5:
            offsets = Counter(place - i for i, where in hits for place in where)
            anchors += [(at, offset, count, len(block)) for offset, count in offsets.most_common(3)]
    chain = in_order(anchors)
    labels = np.zeros(len(blocks))
    covered = np.zeros(len(gold), bool)
    for at, offset, _, length in chain:
        labels[at] = 1
        covered[max(0, offset) : offset + length] = True
    for at in np.flatnonzero((share >= 0.5) & (labels == 0)):
        for _, offset, _, length in (a for a in anchors if a[0] == at):
            part = covered[max(0, offset) : max(0, offset + length)]
            if part.size and part.mean() < 0.5:
                labels[at] = 1
                covered[max(0, offset) : offset + length] = True
                break
    short(blocks, gold, found, chain, covered, labels)
    return labels


def in_order(anchors):
    """The heaviest chain of blocks whose places in the gold text do not run backwards."""
    anchors.sort(key=lambda a: (a[0], -a[1]))
    best, before = [a[2] for a in anchors], [-1] * len(anchors)
    for i, (at, offset, count, _) in enumerate(anchors):
        for j in range(i):
            other = anchors[j]
            follows = other[0] < at and other[1] + other[3] * 0.7 <= offset + 2
            if follows and best[j] + count > best[i]:
                best[i], before[i] = best[j] + count, j
    chain, i = [], int(np.argmax(best)) if anchors else -1
    while i >= 0:
        chain.append(anchors[i])
        i = before[i]
    return chain[::-1]


def short(blocks, gold, found, chain, covered, labels):
    starts, last = [a[0] for a in chain], 0
    ends = {at: offset + length for at, offset, _, length in chain}
    for at, block in enumerate(blocks):
        if at in ends:
            last = ends[at]
            continue
        if len(block) >= 6 or not block:
            continue
        k = bisect(starts, at)
        high = chain[k][1] if k < len(chain) else len(gold)
        low = last - 3 if k else (max(0, high - 60) if chain else 0)
        high = high if k < len(chain) else min(len(gold), low + 60)
        for place in found.get(tuple(block[:RUN]), []):
            end = place + len(block)
            if low <= place <= high + 2 and gold[place:end] == block and not covered[place:end].all():
                labels[at], last = 1, end
                covered[place:end] = True
                break


def runs(text, size):
    tokens = WORD.findall(text)
    return Counter(tuple(tokens[i : i + size]) for i in range(max(0, len(tokens) - size) + 1))


def overlap(wanted, found):
    common = sum((wanted & found).values())
    return common / max(1, found.total()), common / max(1, wanted.total())


def f1(precision, recall):
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def score(page, text):
    """Precision and recall: of runs of four words on html_extraction, of words on wcxb."""
    gold = page.gold["text"]
    if page.set == "html_extraction":
        return overlap(runs(gold, RUN), runs(text, RUN))
    return overlap(runs(gold.lower(), 1), runs(text.lower(), 1))


def measures(pages, texts):
    """F1 of the mean precision and recall on html_extraction; on wcxb the mean F1 and the shares of the snippets
    that must be there and that must not. Many snippets were cut off after so many letters, so the last word may be
    the beginning of one."""
    pairs, words_f1, must, must_not = [], [], [], []
    for page, text in zip(pages, texts):
        precision, recall = score(page, text)
        if page.set == "html_extraction":
            pairs.append((precision, recall))
            continue
        words_f1.append(f1(precision, recall))
        folded = f" {' '.join(words(text))} "
        has = lambda snippet: f" {' '.join(words(snippet))}" in folded  # noqa: E731
        must += map(has, page.gold["with"])
        must_not += map(has, page.gold["without"])
    precision, recall = np.mean(pairs, axis=0)
    return {
        "html_extraction P": precision,
        "R": recall,
        "F1": f1(precision, recall),
        "wcxb F1": np.mean(words_f1),
        "with": np.mean(must),
        "without": np.mean(must_not),
    }

"""Pairs of a premise and a hypothesis to learn from, by source, and the development sets."""

import hashlib
import json
import random
from dataclasses import dataclass

import torch

from network import CLASSES, PAD
from windows import evidence, sentences

NOT_ENTAILED = len(CLASSES)  # the label of a pair of which only that is known
LABELS = {**{name: i for i, name in enumerate(CLASSES)}, "not_entailment": NOT_ENTAILED}
LONG_PREMISE = 80  # words; of a longer premise only the evidence is shown
SUMMEDITS = 800  # of its rows, the same always


@dataclass
class Pair:
    """A premise, a hypothesis and a label of LABELS."""

    premise: str
    hypothesis: str
    label: int
    ids: object = None


def rows(path):
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def chance(*key):
    """A source of chance that depends on `key` alone."""
    return random.Random(hashlib.sha256(repr(key).encode()).hexdigest())


def nli(data, name, part="train"):
    """The pairs of an entailment set; of a long premise the evidence."""
    found = []
    for row in rows(f"{data}/nli_{name}/{part}.jsonl"):
        premise, hypothesis = row["premise"], row["hypothesis"]
        if not premise.strip() or not hypothesis.strip():
            continue
        if len(premise.split()) > LONG_PREMISE:
            premise = evidence(sentences(premise), hypothesis)
        found.append(Pair(premise, hypothesis, LABELS[row["label"]]))
    return found


def encode(tokenizer, pairs):
    """Gives every pair its token numbers."""
    for start in range(0, len(pairs), 4096):
        part = pairs[start : start + 4096]
        made = tokenizer.encode_batch([(p.premise, p.hypothesis) for p in part])
        for pair, encoding in zip(part, made):
            pair.ids = encoding.ids
    return pairs


def tensors(pairs):
    """Token numbers and which are no padding, of a batch."""
    length = max(len(p.ids) for p in pairs)
    ids = torch.full((len(pairs), length), PAD)
    keep = torch.zeros(len(pairs), length, dtype=torch.bool)
    for i, pair in enumerate(pairs):
        size = len(pair.ids)
        ids[i, :size] = torch.tensor(pair.ids)
        keep[i, :size] = True
    return ids, keep


def batches(pairs, tokens, rng=None):
    """Pairs of like length together, about `tokens` tokens a batch; in random order if there is a source of chance."""
    pairs = list(pairs)
    if rng:
        rng.shuffle(pairs)
    pool = 8192 if rng else max(1, len(pairs))
    found = []
    for start in range(0, len(pairs), pool):
        batch = []
        for pair in sorted(pairs[start : start + pool], key=lambda p: len(p.ids)):
            if batch and (len(batch) + 1) * len(pair.ids) > tokens:
                found.append(batch)
                batch = []
            batch.append(pair)
        found.append(batch)
    if rng:
        rng.shuffle(found)
    return found


@dataclass
class Case:
    """A summary to be judged: its sentences with their evidence, whether it is supported, and its article."""

    pairs: list
    supported: bool
    group: str
    id: str = ""


def case(text, summary, supported, group, id=""):
    article = sentences(text)
    return Case([Pair(evidence(article, s), s, 0) for s in sentences(summary)], supported, group, id)


def faithfulness(data, name, part="dev", most=None):
    """A set of summaries with people's judgement; of `most` rows, the same always."""
    found = rows(f"{data}/{name}/{part}.jsonl")
    if most:
        found = chance(name).sample(found, most)
    key = "summary" if "summary" in found[0] else "summary_sentence"
    return [case(r["text"], r[key], bool(r["supported"]), r["text"][:300], r["id"]) for r in found]

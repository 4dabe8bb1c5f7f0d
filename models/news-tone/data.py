"""Texts with targets and labels, and unlabelled ones, from JSON Lines."""

import json
import random
import re
from dataclasses import dataclass, field

import torch

from network import CLASSES, WIDTH

# Two or three capitalised words: a person or a body, more often than not.
NAME = re.compile(r"\b[A-Z][\w’'-]+(?: [A-Z][\w’'-]+){1,2}\b")
SENTENCE = re.compile(r"(?<=[a-z0-9][.!?]) +(?=[A-Z“\"])")


@dataclass
class Target:
    """Tokens of a target in its text, and what people, or teachers, say of it."""

    at: list
    label: int = -100
    soft: object = None


@dataclass
class Text:
    """A text as token numbers, with whoever is asked about."""

    ids: list
    targets: list = field(default_factory=list)
    label: int = -100
    soft: object = None
    states: object = None


def rows(path):
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def read(tokenizer, path):
    """One Text per distinct text of a labelled file; offsets are code points, as the tokenizer's are."""
    texts = {}
    for row in rows(path):
        encoding = tokenizer.encode(row["text"])
        text = texts.setdefault(row["text"], Text(encoding.ids))
        label = CLASSES.index(row["label"])
        if "target" not in row:
            text.label = label
            continue
        at = tokens(encoding, row["target"]["start"], row["target"]["end"])
        if any(at):
            text.targets.append(Target(at, label))
    return list(texts.values())


def tokens(encoding, start, end):
    return [float(b > a and a < end and b > start) for a, b in encoding.offsets]


def unlabelled(tokenizer, path, count, seed):
    """`count` sentences of articles in which somebody is named."""
    found = []
    for row in rows(path):
        for sentence in SENTENCE.split(row["text"]):
            names = list(NAME.finditer(sentence, 1))
            if names and 40 < len(sentence) < 400:
                found.append((sentence, names[:3]))
    random.Random(seed).shuffle(found)
    texts = []
    for sentence, names in found[:count]:
        encoding = tokenizer.encode(sentence)
        at = [tokens(encoding, *name.span()) for name in names]
        texts.append(Text(encoding.ids, [Target(a) for a in at if any(a)]))
    return texts


def hold_out(texts, share, seed):
    """Splits texts in two, the second with `share` of them."""
    texts = list(texts)
    random.Random(seed).shuffle(texts)
    cut = int(len(texts) * share)
    return texts[cut:], texts[:cut]


def lower_states(lower, texts):
    """Computes what the lower layers make of every text, once."""
    texts = sorted((t for t in texts if t.states is None), key=lambda t: len(t.ids))
    for first in range(0, len(texts), 64):
        batch = texts[first : first + 64]
        length = max(len(t.ids) for t in batch)
        ids, bias = torch.zeros(len(batch), length, dtype=torch.long), torch.zeros(len(batch), 1, 1, length)
        for i, text in enumerate(batch):
            ids[i, : len(text.ids)] = torch.tensor(text.ids)
            bias[i, ..., len(text.ids) :] = -1e9
        states = lower.states(ids, bias)
        for i, text in enumerate(batch):
            text.states = states[i, : len(text.ids)].clone()


@dataclass
class Batch:
    """Several texts side by side, padded."""

    texts: list

    def __post_init__(self):
        size, length = len(self.texts), max(len(t.ids) for t in self.texts)
        self.states, self.keep = torch.zeros(size, length, WIDTH), torch.zeros(size, length)
        self.targets = [target for text in self.texts for target in text.targets]
        self.of_text = torch.tensor(
            [i for i, text in enumerate(self.texts) for _ in text.targets], dtype=torch.long
        )
        self.at = torch.zeros(len(self.targets), length)
        for i, text in enumerate(self.texts):
            self.states[i, : len(text.ids)] = text.states
            self.keep[i, : len(text.ids)] = 1
        for i, target in enumerate(self.targets):
            self.at[i, : len(target.at)] = torch.tensor(target.at)
        self.bias = torch.zeros(size, 1, 1, length).masked_fill(self.keep[:, None, None] == 0, -1e9)

    def inputs(self):
        return self.states, self.bias, self.keep, self.of_text, self.at


def batches(texts, size, rng=None):
    """Texts of like length together; in random order if there is a source of chance."""
    texts = list(texts)
    if rng is None:
        texts.sort(key=lambda t: len(t.ids))
        return [texts[i : i + size] for i in range(0, len(texts), size)]
    rng.shuffle(texts)
    pools = [texts[i : i + 20 * size] for i in range(0, len(texts), 20 * size)]
    found = []
    for pool in pools:
        pool.sort(key=lambda t: len(t.ids))
        found += [pool[i : i + size] for i in range(0, len(pool), size)]
    rng.shuffle(found)
    return found

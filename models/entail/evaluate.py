#!/usr/bin/env python3
"""Measures `entail` on development sets: area under the curve, and balanced accuracy with the cut chosen on other articles."""

import argparse
import functools

import numpy as np
import torch
import torch.nn.functional as F

from data import LABELS, SUMMEDITS, batches, chance, encode, faithfulness, nli, tensors
from network import Entail, tokenizer

FOLDS = 5
NLI_SETS = ("new_protocols", "mnli_part", "fever_symmetric", "rte", "conj", "factcheck_gpt")
NLI_MOST = 250


@torch.no_grad()
def probabilities(net, pairs, temperature=1.0):
    """Of CLASSES, a row for each of the encoded pairs."""
    net.eval()
    found = {}
    for batch in batches(pairs, 6144):
        rows = F.softmax(net(*tensors(batch)) / temperature, 1)
        found.update((id(pair), row) for pair, row in zip(batch, rows))
    return torch.stack([found[id(pair)] for pair in pairs]).numpy()


def support(net, cases, temperature=1.0):
    """Of each case, the least probability of its sentences to be entailed."""
    flat = probabilities(net, [p for c in cases for p in c.pairs], temperature)[:, 0]
    ends = np.cumsum([len(c.pairs) for c in cases])
    return np.array([part.min() for part in np.split(flat, ends[:-1])])


def area(scores, truth):
    """Area under the ROC curve; ties count half."""
    scores, truth = np.asarray(scores), np.asarray(truth, bool)
    order = np.argsort(scores, kind="stable")
    ranks = np.empty(len(scores))
    ranks[order] = np.arange(1, len(scores) + 1)
    for value in np.unique(scores):
        same = scores == value
        ranks[same] = ranks[same].mean()
    yes, no = truth.sum(), (~truth).sum()
    return float((ranks[truth].sum() - yes * (yes + 1) / 2) / (yes * no))


def balanced(found, truth):
    return float((found[truth].mean() + (~found[~truth]).mean()) / 2)


def best_cut(scores, truth):
    """The cut of the highest balanced accuracy, halfway between two scores."""
    values = np.unique(scores)
    cuts = np.concatenate([[-1.0], (values[1:] + values[:-1]) / 2])
    return cuts[int(np.argmax([balanced(scores > cut, truth) for cut in cuts]))]


def by_folds(scores, truth, groups):
    """Balanced accuracy where each article's cut was chosen on the other folds."""
    scores, truth = np.asarray(scores), np.asarray(truth, bool)
    names = sorted(set(groups))
    chance("folds").shuffle(names)
    fold = {name: i % FOLDS for i, name in enumerate(names)}
    fold = np.array([fold[g] for g in groups])
    found = np.zeros(len(scores), bool)
    for number in range(FOLDS):
        inside = fold == number
        if inside.any():
            found[inside] = scores[inside] > best_cut(scores[~inside], truth[~inside])
    return balanced(found, truth)


@functools.cache
def judged(data, name, most=None):
    return faithfulness(data, name, most=most)


@functools.cache
def labelled(data, name):
    pairs = nli(data, name, "dev")
    return chance(name).sample(pairs, NLI_MOST) if len(pairs) > NLI_MOST else pairs


def encoded(words, pairs):
    return pairs if all(p.ids for p in pairs) else encode(words, pairs)


def report(net, words, data, large=False):
    """One line of figures: area / balanced accuracy by folds; of entailment sets the accuracy."""
    sets = [("qags_cnndm", None), ("qags_xsum", None)]
    if large:
        sets += [("summedits_other", SUMMEDITS), ("fact_wice_claim", None), ("fact_xsumfaith", None)]
    shown = []
    for name, most in sets:
        cases = judged(data, name, most)
        encoded(words, [p for c in cases for p in c.pairs])
        scores, truth = support(net, cases), np.array([c.supported for c in cases])
        groups = [c.group for c in cases]
        shown.append(f"{name} {area(scores, truth):.3f}/{by_folds(scores, truth, groups):.3f}")
    for name in NLI_SETS:
        pairs = encoded(words, labelled(data, name))
        rows, labels = probabilities(net, pairs), np.array([p.label for p in pairs])
        if (labels == LABELS["not_entailment"]).any():
            right = (rows[:, 0] > 0.5) == (labels == 0)
        else:
            right = rows.argmax(1) == labels
        shown.append(f"{name} {right.mean():.3f}")
    return "DEV " + ", ".join(shown)

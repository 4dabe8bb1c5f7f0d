#!/usr/bin/env python3
"""Measures `entail` on development sets: area under the curve, balanced accuracy with cuts chosen on other articles."""

import argparse
import functools
import html
import json
import re
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import torch
import torch.nn.functional as F

from data import LABELS, SUMMEDITS, batches, case, chance, encode, faithfulness, nli, rows, tensors
from network import Entail, tokenizer
from news import held_out

FOLDS = 5
NLI_SETS = ("new_protocols", "mnli_part", "fever_symmetric", "rte", "conj", "factcheck_gpt")
NLI_MOST = 250


@torch.no_grad()
def logits(net, batch):
    return net(*tensors(batch)).float().cpu()


def probabilities(net, pairs, temperature=1.0):
    """Of CLASSES, a row for each of the encoded pairs."""
    net.eval()
    todo, found = batches(pairs, 4096), {}
    with ThreadPoolExecutor(2) as pool:
        for batch, rows in zip(todo, pool.map(lambda batch: logits(net, batch), todo)):
            found.update((id(pair), row) for pair, row in zip(batch, F.softmax(rows / temperature, 1)))
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


@functools.cache
def edits(data):
    """Right summaries and their edited fellows, of the articles of fact_bump that nothing was trained on."""
    groups = {}
    for row in rows(f"{data}/fact_bump/train.jsonl"):
        if held_out(row["text"]):
            groups.setdefault(row["text"], []).append(row)
    found = []
    for text, group in groups.items():
        right = [r for r in group if r["supported"]][:1]
        found += [
            (case(text, r["summary"], True, text), case(text, e["summary"], False, text))
            for r in right
            for e in group
            if not e["supported"]
        ]
    return found


def article_of(samples, name):
    """Plain text of a sample: a text, a page, a Markdown file or one row of a JSON Lines file."""
    file, _, row = name.partition("#")
    with open(f"{samples}/{file}", encoding="utf-8") as opened:
        text = opened.read()
    if row:
        return next(r["text"] for r in map(json.loads, text.splitlines()) if r["id"] == row)
    if file.endswith(".html"):
        text = re.sub(r"(?s)<(script|style|head).*?</\1>", " ", text)
        return html.unescape(
            "\n".join(re.findall(r"(?s)<p[ >].*?</p>", text))
            .replace("\n", " ")
            .replace("</p>", "\n")
            .replace("<p>", "")
        )
    if not text.startswith("---") and "\n\n" in text:
        text = re.sub(r"(?<!\n)\n(?!\n)", " ", text)
    return text


@functools.cache
def own_sentences(samples, path):
    """The sentences written about the samples, with their kinds."""
    found = rows(path)
    return [
        (r["kind"], case(article_of(samples, r["article"]), r["sentence"], r["supported"], r["article"])) for r in found
    ]


def encoded(words, cases):
    pairs = [p for c in cases for p in c.pairs]
    if not all(p.ids for p in pairs):
        encode(words, pairs)
    return cases


def judge(net, words, cases):
    """Area under the curve and balanced accuracy by folds, as text, and the scores."""
    scores, truth = support(net, encoded(words, cases)), np.array([c.supported for c in cases])
    return f"{area(scores, truth):.3f}/{by_folds(scores, truth, [c.group for c in cases]):.3f}", scores


def report(net, words, data, large=False):
    """One line of figures: area / balanced accuracy by folds; of entailment sets the accuracy."""
    sets = [("qags_cnndm", None), ("qags_xsum", None)]
    if large:
        sets += [("summedits_other", SUMMEDITS), ("fact_wice_claim", None), ("fact_xsumfaith", None)]
    shown = [f"{name} {judge(net, words, judged(data, name, most))[0]}" for name, most in sets]
    if large:
        right, wrong = (support(net, encoded(words, list(side))) for side in zip(*edits(data)))
        shown.append(f"fact_bump pairs {np.mean((right > wrong) + 0.5 * (right == wrong)):.3f} of {len(right)}")
    for name in NLI_SETS:
        pairs = labelled(data, name)
        if not all(p.ids for p in pairs):
            encode(words, pairs)
        found, labels = probabilities(net, pairs), np.array([p.label for p in pairs])
        if (labels == LABELS["not_entailment"]).any():
            right = (found[:, 0] > 0.5) == (labels == 0)
        else:
            right = found.argmax(1) == labels
        shown.append(f"{name} {right.mean():.3f}")
    return "DEV " + ", ".join(shown)


def main():
    args = argparse.ArgumentParser(description=__doc__)
    for name in ("data", "encoder", "weights", "samples", "sentences"):
        args.add_argument(f"--{name}", required=name in ("data", "encoder", "weights"))
    args = args.parse_args()
    torch.set_num_threads(1)
    net, words = Entail(args.encoder).load(args.weights), tokenizer(args.encoder)
    print(report(net, words, args.data, large=True))
    if args.samples:
        kinds, cases = zip(*own_sentences(args.samples, args.sentences))
        text, scores = judge(net, words, list(cases))
        print(f"sentences about the samples {text}")
        for kind in sorted(set(kinds)):
            own = [(s, c) for k, s, c in zip(kinds, scores, cases) if k == kind]
            print(
                f"  {kind:12} {np.mean([s for s, _ in own]):.3f} mean support of {len(own)}, {'true' if own[0][1].supported else 'false'}"
            )


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Trains `news-tone`: tone towards a named target, and of a text as a whole.

Several teachers learn from NewsMTSC (towards targets), SEntFiN (an auxiliary task, first) and sentences of
editorials (whole texts). The student, a network like them, learns from the same labels and from what the
teachers say together, of the training texts and of unlabelled news (Hinton, Vinyals & Dean 2015). A tenth
of the labelled texts is kept back from all of them to find the temperatures (Guo et al. 2017).

    python3 -m venv .venv && .venv/bin/pip install -r requirements.txt
    .venv/bin/python train.py --data DATA --encoder MINILM --out tone.safetensors

DATA holds newsmtsc, sentfin, vader_nyt and cnndm, each with train.jsonl (and dev.jsonl but the last);
MINILM holds model.safetensors and tokenizer.json of all-MiniLM-L6-v2.
"""

import argparse
import copy
import random
import time

import numpy as np
import torch
import torch.nn.functional as F

from data import Batch, batches, hold_out, lower_states, read, unlabelled
from network import CLASSES, LAYERS, Lower, Upper

# One place for every choice. They were made on the dev parts.
DEPTH = 2                  # lower layers that are shared with the encoder
TEACHERS = 3
EPOCHS, AUXILIARY_EPOCHS = 3, 1
BATCH = 32
LEARNING_RATE, HEAD_FACTOR, LAYER_DECAY = 1e-4, 5.0, 0.85
WARM_UP, WEIGHT_DECAY = 0.06, 0.01
DROPOUT, SMOOTHING = 0.15, 0.1
AUXILIARY_WEIGHT, TEXT_WEIGHT = 0.5, 0.5
CLASS_POWER = 0.5          # a class weighs as its rarity to this power
AVERAGE = 0.995            # of the running mean of the weights
UNLABELLED = 12_000
TEACHING = 0.7             # share of the loss that is the teachers', where there are labels
HELD_OUT = 0.1


def logits(net, texts):
    """Logits of all texts and of all targets, in the order of the texts given."""
    net.eval()
    found = {}
    with torch.no_grad():
        for batch in batches(texts, 64):
            text, target = net(*(made := Batch(batch)).inputs())
            for own, row in zip(batch, text):
                found[id(own)] = row
            for own, row in zip(made.targets, target):
                found[id(own)] = row
    targets = [t for text in texts for t in text.targets]
    empty = torch.zeros(0, len(CLASSES))
    stack = lambda things: torch.stack([found[id(x)] for x in things]) if things else empty
    return stack(texts), stack(targets)


def loss_of(rows, things, weights=None):
    """Cross-entropy with people's labels, with the teachers' answers, or with both."""
    labels = torch.tensor([x.label for x in things])
    hard = F.cross_entropy(
        rows, labels, weight=weights, label_smoothing=SMOOTHING, reduction="none", ignore_index=-100
    )
    if all(x.soft is None for x in things):
        return hard[labels >= 0].mean() if (labels >= 0).any() else rows.sum() * 0
    known = torch.tensor([x.soft is not None for x in things])
    taught = torch.stack([x.soft if x.soft is not None else rows.new_zeros(rows.shape[1]) for x in things])
    soft = -(taught * F.log_softmax(rows, 1)).sum(1)
    share = torch.where(labels >= 0, TEACHING, 1.0) * known
    return ((1 - share) * torch.where(labels >= 0, hard, 0.0) + share * soft).mean()


def step_loss(net, made, kind, weights):
    with torch.autocast("cpu", dtype=torch.bfloat16):
        text, target = net(*made.inputs())
    loss = text.sum() * 0.0
    if made.targets:
        scale = AUXILIARY_WEIGHT if kind == "auxiliary" else 1.0
        loss = loss + scale * loss_of(target.float(), made.targets, weights)
    if kind != "auxiliary":
        loss = loss + TEXT_WEIGHT * loss_of(text.float(), made.texts)
    return loss


def train(net, main, auxiliary, seed, report):
    """Tunes `net` and gives the running mean of its weights."""
    torch.manual_seed(seed)
    rng = random.Random(seed)
    labels = [t.label for text in main for t in text.targets if t.label >= 0]
    counts = np.bincount(labels, minlength=len(CLASSES))
    weights = torch.tensor((counts.mean() / counts) ** CLASS_POWER, dtype=torch.float)
    top = len(net.layers) - 1
    groups = [
        {"params": layer.parameters(), "lr": LEARNING_RATE * LAYER_DECAY ** (top - i)}
        for i, layer in enumerate(net.layers)
    ]
    heads = [*net.target.parameters(), *net.text.parameters()]
    groups.append({"params": heads, "lr": LEARNING_RATE * HEAD_FACTOR})
    optimizer = torch.optim.AdamW(groups, weight_decay=WEIGHT_DECAY)
    plan = [("auxiliary", auxiliary)] * (AUXILIARY_EPOCHS if auxiliary else 0) + [("main", main)] * EPOCHS
    total = sum(-(-len(texts) // BATCH) for _, texts in plan)
    rate = lambda step: min(1.0, (step + 1) / (WARM_UP * total)) * max(0.0, 1 - step / total)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, rate)
    mean, step = None, 0
    for kind, texts in plan:
        net.train()
        for batch in batches(texts, BATCH, rng):
            loss = step_loss(net, Batch(batch), kind, weights)
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            step += 1
            mean = averaged(mean, net) if step > 0.3 * total else mean
        report(kind, mean or net)
    return mean


@torch.no_grad()
def averaged(mean, net):
    if mean is None:
        return copy.deepcopy(net)
    for old, new in zip(mean.parameters(), net.parameters()):
        old.mul_(AVERAGE).add_(new, alpha=1 - AVERAGE)
    return mean


def f1(labels, found):
    """F1 of each class."""
    hits = lambda c: ((found == c) & (labels == c)).sum()
    named = lambda c: max(1, (found == c).sum() + (labels == c).sum())
    return [float(2 * hits(c) / named(c)) for c in range(len(CLASSES))]


def temperature(rows, labels):
    """The one that makes the held-out labels likeliest."""
    candidates = torch.arange(0.5, 3.0, 0.01)
    losses = [F.cross_entropy(rows / t, labels).item() for t in candidates]
    return float(candidates[int(np.argmin(losses))])


def error_of_calibration(rows, labels):
    """Expected calibration error over tenths (Naeini, Cooper & Hauskrecht 2015)."""
    sure, found = F.softmax(rows, 1).max(1)
    bins = (sure * 10).long().clamp(max=9)
    right = (found == labels).float()
    return float(sum((right[bins == b] - sure[bins == b]).sum().abs() for b in range(10)) / len(labels))


def labelled(things):
    return torch.tensor([x.label for x in things])


def main():
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    for name in ("data", "encoder", "out"):
        args.add_argument(f"--{name}", required=True)
    args.add_argument("--seed", type=int, default=1)
    args = args.parse_args()
    start = time.time()
    lower = Lower(args.encoder, DEPTH)
    file = lambda name, part: read(lower.tokenizer, f"{args.data}/{name}/{part}.jsonl")
    targets, held_targets = hold_out(file("newsmtsc", "train"), HELD_OUT, args.seed)
    texts, held_texts = hold_out(file("vader_nyt", "train"), HELD_OUT, args.seed)
    auxiliary, dev, dev_texts = file("sentfin", "train"), file("newsmtsc", "dev"), file("vader_nyt", "dev")
    more = unlabelled(lower.tokenizer, f"{args.data}/cnndm/train.jsonl", UNLABELLED, args.seed)
    every = targets + held_targets + texts + held_texts + auxiliary + dev + dev_texts + more

    def report(kind, net):
        net.eval()
        shown = []
        for name, things in (("targets", dev), ("texts", dev_texts)):
            rows = logits(net, things)
            one = name == "targets"
            labels = labelled([t for x in things for t in x.targets] if one else things)
            scores = f1(labels.numpy(), rows[1 if one else 0].argmax(1).numpy())
            shown.append(f"{name} {np.mean(scores):.4f} {[round(s, 3) for s in scores]}")
        print(f"{time.time() - start:5.0f} s  {kind}: {'; '.join(shown)}", flush=True)

    lower_states(lower, every)
    taught = targets + texts + more
    sums = {}
    for number in range(TEACHERS):
        torch.manual_seed(args.seed + 10 + number)
        teacher = train(Upper(lower, DROPOUT), targets + texts, auxiliary, args.seed + 10 + number, report)
        for things, rows in zip((taught, [t for x in taught for t in x.targets]), logits(teacher, taught)):
            for thing, row in zip(things, F.softmax(rows, 1)):
                sums[id(thing)] = sums.get(id(thing), 0) + row / TEACHERS
    for thing in taught + [t for x in taught for t in x.targets]:
        thing.soft = sums[id(thing)]
    torch.manual_seed(args.seed)
    student = train(Upper(lower, DROPOUT), taught, auxiliary, args.seed, report)

    held = [t for x in held_targets for t in x.targets]
    temperatures = {
        "target": temperature(logits(student, held_targets)[1], labelled(held)),
        "text": temperature(logits(student, held_texts)[0], labelled(held_texts)),
    }
    student.save(args.out, temperatures)
    own = labelled([t for x in dev for t in x.targets])
    error = error_of_calibration(logits(student, dev)[1] / temperatures["target"], own)
    print(f"temperatures {temperatures}, calibration error on dev {error:.3f}, {LAYERS - DEPTH} layers saved")


if __name__ == "__main__":
    main()

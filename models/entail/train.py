#!/usr/bin/env python3
"""Trains `entail`: is a sentence supported, contradicted, or not said by a piece of an article?

First on pairs of entailment sets, then on news: judged summaries, true rewordings and made errors (recipe.py).

    python3 -m venv .venv && .venv/bin/pip install -r requirements.txt
    .venv/bin/python train.py --data DATA --encoder MPNET --work WORK

DATA holds the sets that README.md names; MPNET holds model.safetensors and tokenizer.json of all-mpnet-base-v2. In WORK
lie the checkpoint, from which the same command goes on after a stop (SIGTERM loses nothing), log.txt, and the weights
after every stage.
"""

import argparse
import copy
import json
import os
import random
import signal
import time
from concurrent.futures import ThreadPoolExecutor

import torch
import torch.nn.functional as F

from data import NOT_ENTAILED, Pair, batches, encode, rows, tensors
from evaluate import report
from network import Entail, tokenizer
from recipe import STAGES, stage_pairs

# One place for every choice of the optimisation; those of the data are in recipe.py.
BATCH_TOKENS = 2048
LEARNING_RATE, POOLER_RATE, HEAD_RATE = 3e-4, 1e-4, 3e-4
WARM_UP = 150  # steps
WEIGHT_DECAY, SMOOTHING = 0.01, 0.05
AVERAGE = 0.996  # of the running mean of the weights
SAVE_EVERY = 600  # seconds


def loss_of(logits, pairs):
    """Cross-entropy; where only "not entailed" is known, of the two other classes together."""
    labels = torch.tensor([p.label for p in pairs], device=logits.device)
    logs = F.log_softmax(logits, 1)
    known = labels != NOT_ENTAILED
    hard = F.cross_entropy(logits, labels.masked_fill(~known, 0), label_smoothing=SMOOTHING, reduction="none")
    either = -torch.logsumexp(logs[:, 1:], 1)
    return torch.where(known, hard, either).sum()


class Workers:
    """A network that is read by several threads at once, each with its share of a batch and gradients of its own.

    On a busy machine that is up to twice as fast as several threads within every operation, which wait for one another
    thousands of times a step. The gradients are added in one order, so that the outcome does not depend on the clock.
    """

    def __init__(self, net, count):
        self.net, self.twins = net, [copy.deepcopy(net) for _ in range(count - 1)]
        for twin in self.twins:
            for own, shared in zip(twin.parameters(), net.parameters()):
                own.data = shared.data
        self.pool = ThreadPoolExecutor(count)

    def gradients(self, batch):
        """Leaves the gradients of the mean loss in the network; gives that loss."""
        nets = [self.net, *self.twins]
        parts = [part for part in (batch[i :: len(nets)] for i in range(len(nets))) if part]

        def work(net, part):
            net.train()
            net.zero_grad()
            logits = net(*tensors(part))
            loss = loss_of(logits.float(), part) / len(batch)
            loss.backward()
            return float(loss.detach())

        losses = list(self.pool.map(work, nets, parts))
        for twin in self.twins[: len(parts) - 1]:
            for own, shared in zip(twin.parameters(), self.net.parameters()):
                if own.grad is not None:
                    shared.grad += own.grad
        return sum(losses)


def optimizer_of(net):
    groups = [
        {"params": list(net.layers.parameters()), "lr": LEARNING_RATE},
        {"params": list(net.pooler.parameters()), "lr": POOLER_RATE},
        {"params": list(net.classifier.parameters()), "lr": HEAD_RATE},
    ]
    for group in groups:
        group["peak"] = group["lr"]
    return torch.optim.AdamW(groups, weight_decay=WEIGHT_DECAY)


@torch.no_grad()
def average(mean, net, rate):
    for old, new in zip(mean.parameters(), net.parameters()):
        if new.requires_grad:
            old.lerp_(new, 1 - rate)


def kept_pairs(args, number):
    """The pairs of a stage, made once and kept in WORK, since to make them takes minutes."""
    path = f"{args.work}/{STAGES[number].name}.pairs.jsonl"
    if not os.path.exists(path):
        made = [(p.premise, p.hypothesis, p.label) for p in stage_pairs(args.data, number, args.seed)]
        with open(path + ".new", "w", encoding="utf-8") as file:
            file.writelines(json.dumps(row) + "\n" for row in made)
        os.replace(path + ".new", path)
    return [Pair(*row) for row in rows(path)]


class Run:
    """All that a checkpoint keeps."""

    def __init__(self, args):
        self.args = args
        torch.manual_seed(args.seed)
        self.net = Entail(args.encoder).halve().to(args.device)
        self.mean = copy.deepcopy(self.net)
        self.optimizer = optimizer_of(self.net)
        self.workers = Workers(self.net, args.threads if args.device == "cpu" else 1)
        self.stage, self.batch, self.step, self.pairs, self.tokens, self.seconds = 0, 0, 0, 0, 0, 0.0
        self.path = f"{args.work}/checkpoint.pt"
        self.stopping = False
        signal.signal(signal.SIGTERM, self.stop)
        if os.path.exists(self.path):
            self.restore()

    def stop(self, *_):
        """Asks to end after the batch at hand, with all of it kept."""
        self.stopping = True

    COUNTS = ("stage", "batch", "step", "pairs", "tokens", "seconds")

    def save(self):
        state = {name: getattr(self, name) for name in self.COUNTS}
        state["net"], state["mean"] = self.net.state_dict(), self.mean.state_dict()
        state["optimizer"] = self.optimizer.state_dict()
        torch.save(state, self.path + ".new")
        os.replace(self.path + ".new", self.path)

    def restore(self):
        state = torch.load(self.path, weights_only=True, map_location=self.args.device)
        for name in self.COUNTS:
            setattr(self, name, state[name])
        self.net.load_state_dict(state["net"])
        self.mean.load_state_dict(state["mean"])
        self.optimizer.load_state_dict(state["optimizer"])

    def log(self, text):
        line = f"{self.seconds:7.0f} s  {self.pairs:8d} pairs  {text}"
        print(line, flush=True)
        with open(f"{self.args.work}/log.txt", "a", encoding="utf-8") as file:
            file.write(line + "\n")

    def rate(self, share):
        """Of the peak: rises over the first steps; `share` of the stage is done."""
        stage = STAGES[self.stage]
        return min(1.0, (self.step + 1) / WARM_UP) * (stage.high + (stage.low - stage.high) * share)

    def learn(self, batch, share):
        loss = self.workers.gradients(batch)
        torch.nn.utils.clip_grad_norm_(self.net.parameters(), 1.0)
        for group in self.optimizer.param_groups:
            group["lr"] = group["peak"] * self.rate(share)
        self.optimizer.step()
        average(self.mean, self.net, min(AVERAGE, (self.step + 1) / (self.step + 20)))
        self.step += 1
        self.pairs += len(batch)
        self.tokens += sum(len(p.ids) for p in batch)
        return loss

    def run_stage(self, words):
        stage, seed = STAGES[self.stage], self.args.seed + self.stage
        pairs = encode(words, kept_pairs(self.args, self.stage))
        todo = batches(pairs, BATCH_TOKENS, random.Random(seed))
        todo = todo[: round(len(todo) * stage.part)]
        self.log(f"stage {stage.name}: {len(pairs)} pairs, {len(todo)} batches, from {self.batch}")
        begun = clock = saved = time.time()
        limit = self.args.minutes * 60 * stage.time
        running = None
        while self.batch < len(todo):
            share = max(self.batch / len(todo), (time.time() - begun) / limit if limit else 0.0)
            if share >= 1.0:
                break
            loss = self.learn(todo[self.batch], share)
            running = loss if running is None else 0.98 * running + 0.02 * loss
            self.batch += 1
            now = time.time()
            self.seconds, clock = self.seconds + now - clock, now
            if self.batch % 50 == 0:
                self.log(f"{stage.name} {self.batch}/{len(todo)} loss {running:.4f}, {self.tokens} tokens")
            if self.batch % self.args.small == 0:
                self.log(report(self.mean, words, self.args.data, large=self.batch % self.args.large == 0))
                clock = time.time()
            if self.stopping or now - saved > SAVE_EVERY:
                self.save()
                saved = time.time()
            if self.stopping:
                raise SystemExit("stopped; the same command goes on from here")
        last = self.stage + 1 == len(STAGES)
        self.log(f"end of {stage.name} after {self.batch} of {len(todo)} batches: {report(self.mean, words, self.args.data, large=last)}")
        self.mean.save(f"{self.args.work}/{stage.name}.safetensors")
        self.stage, self.batch = self.stage + 1, 0
        self.save()


def main():
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    for name in ("data", "encoder", "work"):
        args.add_argument(f"--{name}", required=True)
    args.add_argument("--seed", type=int, default=1)
    args.add_argument("--threads", type=int, default=2, help="on a processor")
    args.add_argument("--device", default="cpu", help="cpu or cuda")
    args.add_argument("--small", type=int, default=250, help="batches between short reports")
    args.add_argument("--large", type=int, default=750, help="batches between full reports")
    args.add_argument("--minutes", type=float, default=0.0, help="of all stages; the learning rate falls by the clock")
    args.add_argument("--prepare", action="store_true", help="only make the pairs of all stages")
    args.add_argument("--stages", type=int, default=len(STAGES), help="stop after so many")
    args = args.parse_args()
    torch.set_num_threads(1)  # of one operation; the workers are threads of their own
    os.makedirs(args.work, exist_ok=True)
    if args.prepare:
        print([len(kept_pairs(args, number)) for number in range(len(STAGES))])
        return
    run, words = Run(args), tokenizer(args.encoder)
    while run.stage < min(args.stages, len(STAGES)):
        run.run_stage(words)


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Makes of trained weights what ships: calibration as numbers beside them, and goldens for the program's own inference.

    .venv/bin/python finish.py --data DATA --encoder MINILM --weights WORK/settle.safetensors --out entail.safetensors \\
        --calibration calibration.json --goldens goldens.json
"""

import argparse
import json
import shutil

import numpy as np
import torch
import torch.nn.functional as F

from data import LABELS, Pair, chance, encode, tensors
from evaluate import FOLDS, NLI_SETS, encoded, judged, labelled, probabilities, support
from network import CLASSES, Entail, tokenizer

JUDGED = ("qags_cnndm", "qags_xsum", "fact_cliff", "fact_goyal21", "fact_wice_claim")
EDGE = 1e-4  # probabilities are kept so far from 0 and 1 before their log-odds are taken

# Of our own wording: premise, hypothesis.
GOLDENS = [
    ("The council voted on Tuesday to close the swimming pool.", "The swimming pool is to be shut."),
    ("The council voted on Tuesday to close the swimming pool.", "The council decided to keep the swimming pool."),
    ("The council voted on Tuesday to close the swimming pool.", "The swimming pool was built in 1974."),
    (
        "Anna Keller bought the vineyard from her uncle for 2.5 million euros.",
        "The uncle sold the vineyard to Anna Keller.",
    ),
    (
        "Anna Keller bought the vineyard from her uncle for 2.5 million euros.",
        "Anna Keller sold the vineyard to her uncle.",
    ),
    ("Rain is expected over the hills tomorrow, but the valley should stay dry.", "It rained in the valley."),
    (
        "The airline lost 40 million dollars in the first quarter.",
        "The airline made a loss at the beginning of the year.",
    ),
    ("The airline lost 40 million dollars in the first quarter.", "The airline made a profit of 40 million dollars."),
    ("Some of the passengers complained about the delay.", "All passengers complained about the delay."),
    ("If the dam breaks, the village will be flooded within the hour.", "The village has been flooded."),
    ("“We have nothing to hide,” said the minister, Olof Brandt.", "Brandt said that there was nothing to hide."),
    ("The orchestra cancelled its tour. Its conductor is ill.", "The tour was cancelled because the conductor is ill."),
    ("Prices rose by 3.1 per cent in May, after 2.8 per cent in April.", "Inflation was higher in May than in April."),
    ("Prices rose by 3.1 per cent in May, after 2.8 per cent in April.", "Prices rose by 2.8 per cent in May."),
    ("The café on Rue d'Arles reopened — without its terrace.", "The cafe has opened its doors again."),
    ("Nobody was hurt in the fire.", "The fire injured three people."),
    ("", "The sun rose."),
    ("Police arrested two men.", "Two men."),
    (
        "The trial of the former mayor begins on Monday. He denies taking bribes from a builder. " * 12,
        "The former mayor admits bribery.",
    ),
    ("東京 is the capital of Japan.", "Japan's capital is 東京."),
]


def odds(probability):
    clipped = np.clip(probability, EDGE, 1 - EDGE)
    return np.log(clipped / (1 - clipped))


def logistic(inputs, truth, steps=200):
    """Scale and offset of a logistic curve by Newton's method; a faint prior keeps the scale finite."""
    design = np.stack([inputs, np.ones_like(inputs)], 1)
    weight = np.array([1.0, 0.0])
    for _ in range(steps):
        made = 1 / (1 + np.exp(-design @ weight))
        slope = design.T @ (made - truth) + 0.01 * (weight - [1.0, 0.0])
        curve = (design * (made * (1 - made))[:, None]).T @ design + 0.01 * np.eye(2)
        weight = weight - np.linalg.solve(curve, slope)
    return weight


def error_of_calibration(made, truth):
    """Expected calibration error over tenths (Naeini, Cooper & Hauskrecht 2015)."""
    bins = np.minimum((made * 10).astype(int), 9)
    return float(sum(abs((truth[bins == b] - made[bins == b]).sum()) for b in range(10)) / len(truth))


def temperature(net, words, data):
    """The one that makes the labels of the entailment sets' development parts likeliest."""
    pairs = [p for name in NLI_SETS for p in labelled(data, name) if p.label < LABELS["not_entailment"]]
    encode(words, pairs)
    logs = torch.log(torch.tensor(probabilities(net, pairs)))
    labels = torch.tensor([p.label for p in pairs])
    candidates = np.arange(0.5, 4.0, 0.02)
    return float(candidates[int(np.argmin([F.cross_entropy(logs / t, labels).item() for t in candidates]))])


def calibrated(net, words, data):
    """Temperature, the curve from the log-odds of entailment to support, and its error on folds of articles."""
    warmth = temperature(net, words, data)
    cases = [c for name in JUDGED for c in judged(data, name)]
    inputs = odds(support(net, encoded(words, cases), warmth))
    truth = np.array([c.supported for c in cases], float)
    groups = sorted({c.group for c in cases})
    chance("calibration").shuffle(groups)
    fold = {g: i % FOLDS for i, g in enumerate(groups)}
    fold = np.array([fold[c.group] for c in cases])
    made = np.zeros(len(cases))
    for number in range(FOLDS):
        scale, offset = logistic(inputs[fold != number], truth[fold != number])
        made[fold == number] = 1 / (1 + np.exp(-(scale * inputs[fold == number] + offset)))
    scale, offset = logistic(inputs, truth)
    return {
        "temperature": round(warmth, 4),
        "scale": round(float(scale), 4),
        "offset": round(float(offset), 4),
        "edge": EDGE,
        "rows": len(cases),
        "calibration_error_by_folds": round(error_of_calibration(made, truth), 4),
    }


@torch.no_grad()
def goldens(net, words):
    pairs = encode(words, [Pair(p, h, 0) for p, h in GOLDENS])
    net.eval()
    found = []
    for pair in pairs:
        ids, types, keep = tensors([pair])
        found.append(
            {
                "premise": pair.premise,
                "hypothesis": pair.hypothesis,
                "ids": ids[0].tolist(),
                "types": types[0].tolist(),
                "logits": [round(float(x), 6) for x in net(ids, types, keep)[0]],
            }
        )
    return {"classes": CLASSES, "pairs": found}


def main():
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    for name in ("data", "encoder", "weights", "out", "calibration", "goldens"):
        args.add_argument(f"--{name}", required=True)
    args = args.parse_args()
    torch.set_num_threads(2)
    shutil.copyfile(args.weights, args.out)
    net, words = Entail(args.encoder).load(args.out), tokenizer(args.encoder)
    for path, made in ((args.calibration, calibrated(net, words, args.data)), (args.goldens, goldens(net, words))):
        with open(path, "w", encoding="utf-8") as file:
            json.dump(made, file, ensure_ascii=False, indent=1)
            file.write("\n")
        print(path, {k: v for k, v in made.items() if k != "pairs"})


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Makes of trained weights what ships, with goldens for the program's own inference.

    .venv/bin/python finish.py --encoder MPNET --weights WORK/longer.safetensors --out adapter.safetensors \\
        --goldens ../../tests/golden/entail.json
"""

import argparse
import json
import shutil

import torch

from data import Pair, encode, tensors
from network import CLASSES, MAX_TOKENS, Entail, tokenizer

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


@torch.no_grad()
def goldens(net, words):
    pairs = encode(words, [Pair(p, h, 0) for p, h in GOLDENS])
    net.eval()
    found = []
    for pair in pairs:
        ids, keep = tensors([pair])
        found.append(
            {
                "premise": pair.premise,
                "hypothesis": pair.hypothesis,
                "ids": ids[0].tolist(),
                "logits": [round(float(x), 6) for x in net(ids, keep)[0]],
            }
        )
    return {"classes": CLASSES, "max_tokens": MAX_TOKENS, "pairs": found}


def main():
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    for name in ("encoder", "weights", "out", "goldens"):
        args.add_argument(f"--{name}", required=True)
    args = args.parse_args()
    torch.set_num_threads(2)
    shutil.copyfile(args.weights, args.out)
    net, words = Entail(args.encoder).load(args.out), tokenizer(args.encoder)
    with open(args.goldens, "w", encoding="utf-8") as file:
        json.dump(goldens(net, words), file, ensure_ascii=False, indent=1)
        file.write("\n")


if __name__ == "__main__":
    main()

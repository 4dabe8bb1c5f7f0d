"""Writes kendall.json: pairs of lists with what SciPy says of them, Kendall's tau-b and, where the second list is of
0 and 1, the area under the ROC curve (the Mann-Whitney statistic over all pairs).

    python3 -m venv /tmp/kendall && /tmp/kendall/bin/pip install scipy==1.17.1
    /tmp/kendall/bin/python tests/golden/kendall.py > tests/golden/kendall.json

The lists are made from a fixed seed: few values and many ties, many values and few, and lists that depend on each
other a little, a lot, or in the other direction. null stands for what cannot be told.
"""

import json
import math
import random

from scipy.stats import kendalltau, mannwhitneyu


def lists(rng):
    size = rng.choice([2, 3, 5, 16, 40, 90])
    levels = [rng.choice([1, 2, 3, 5, 13, 1000]) for _ in range(2)]
    pull = rng.choice([-0.9, -0.3, 0, 0.3, 0.9])
    ours, theirs = [], []
    for _ in range(size):
        a = rng.random()
        b = rng.random() if rng.random() > abs(pull) else (a if pull > 0 else 1 - a)
        ours.append(math.floor(a * levels[0]) / 4)
        theirs.append(math.floor(b * levels[1]))
    return ours, theirs


def auc(ours, theirs):
    if sorted(set(theirs)) != [0, 1]:
        return None
    yes = [x for x, y in zip(ours, theirs) if y == 1]
    no = [x for x, y in zip(ours, theirs) if y == 0]
    return mannwhitneyu(yes, no).statistic / (len(yes) * len(no))


def main():
    rng = random.Random(1945)
    rows = []
    for _ in range(120):
        ours, theirs = lists(rng)
        tau = kendalltau(ours, theirs, variant="b").statistic
        row = {"ours": ours, "theirs": theirs, "tau_b": None if math.isnan(tau) else round(float(tau), 14), "auc": auc(ours, theirs)}
        rows.append(row)
    print("[\n" + ",\n".join(json.dumps(row, separators=(",", ":")) for row in rows) + "\n]")


main()

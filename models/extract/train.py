"""Trains the model that chooses the article's blocks on a page, and says how well they do on pages of sites
that they were not trained on.

    python3 -m venv .venv && .venv/bin/pip install -r requirements.txt
    .venv/bin/python train.py --data DATA --work WORK

DATA holds `data/html_extraction` and `data/wcxb`. The features come from the program itself (the ignored test
`extract::fit`, which this script runs), so that there is one implementation of them. The figures are of five
folds by site, their texts in WORK/out_of_fold.jsonl; what ships is trained on all pages.
"""

import argparse
import json
import os
import subprocess
import zlib
from pathlib import Path

import lightgbm
import numpy as np

import pages as data

HERE = Path(__file__).resolve().parent
FOLDS = 5
# Many small trees that see few features each: larger ones learn the sites.
TREES = 160
PARAMETERS = {
    "objective": "binary",
    "learning_rate": 0.1,
    "num_leaves": 8,
    "min_data_in_leaf": 150,
    "feature_fraction": 0.25,
    "bagging_fraction": 0.7,
    "bagging_freq": 1,
    "lambda_l2": 5.0,
    "max_bin": 63,
    "seed": 1,
    "deterministic": True,
    "force_row_wise": True,
    "num_threads": 1,
    "verbose": -1,
}
# A page of which a model that has not seen its site gets less than this right is weighed down: most of
# those have a gold text that is not their article.
MIN_SCORE, DOUBTED = 0.6, 0.02


def fold(page):
    return zlib.crc32(page.domain.encode()) % FOLDS


def fit(pages):
    rows = [np.concatenate([getattr(page, key) for page in pages]) for key in ("x", "y", "w")]
    return lightgbm.train(PARAMETERS, lightgbm.Dataset(rows[0], rows[1], weight=rows[2]), TREES)


def unseen(pages):
    """What models that have not seen a page's site say of its blocks."""
    for number in range(FOLDS):
        model = fit([page for page in pages if fold(page) != number])
        for page in pages:
            if fold(page) == number:
                page.likely = model.predict(page.x)


def doubt(pages):
    for page in pages:
        if data.f1(*data.score(page, page.text(page.likely))) < MIN_SCORE:
            page.w = page.w * DOUBTED


def write(model, features, path):
    """The text form that `extract/trees.rs` reads."""

    def tree(node):
        if "leaf_value" in node:
            return [f"{node['leaf_value']:.5g}"]
        split = f"{node['split_feature']}<{np.float32(node['threshold']):.9g}"
        return [split, *tree(node["left_child"]), *tree(node["right_child"])]

    lines = [" ".join(tree(one["tree_structure"])) for one in model.dump_model()["tree_info"]]
    path.write_text("\n".join(["# Trained by train.py; do not edit.", "features " + " ".join(features), *lines]) + "\n")


def rows(arguments):
    """The pages with the program's features."""
    out = arguments.work / "rows"
    environment = {**os.environ, "STANDFIRST_DATA": str(arguments.data), "STANDFIRST_FEATURES_OUT": str(out)}
    command = arguments.rows or "cargo test --quiet -p standfirst-ingest --lib --"
    subprocess.run([*command.split(), "extract::fit", "--include-ignored"], check=True, env=environment, cwd=HERE)
    pages = data.read(arguments.data, out)
    for page in pages:
        page.y, page.w = data.labels(page), page.weights()
    return pages


def report(pages):
    for least in (None, 0.35, 0.45, 0.55):
        found = data.measures(pages, [page.text(page.likely, least) for page in pages])
        print(f"kept from {least or 'what each page asks for'}:", ", ".join(f"{key} {value:.4f}" for key, value in found.items()), flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--rows", help="the built test program, instead of cargo")
    arguments = parser.parse_args()

    pages = rows(arguments)
    unseen(pages)
    doubt(pages)
    unseen(pages)
    report(pages)
    write(fit(pages), pages[0].features, HERE / "blocks.trees")
    with open(arguments.work / "out_of_fold.jsonl", "w") as out:
        for page in pages:
            line = {"set": page.set, "id": page.gold["id"], "text": page.text(page.likely)}
            out.write(json.dumps(line, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()

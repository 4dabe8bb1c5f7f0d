"""Writes rouge.json: 500 pairs of texts and what rouge-score says of them.

    python3 -m venv /tmp/rouge && /tmp/rouge/bin/pip install rouge-score==0.1.2
    /tmp/rouge/bin/python tests/golden/rouge.py > tests/golden/rouge.json

The texts are made from a fixed seed: words with every ending that the Porter stemmer treats, numbers,
punctuation, capitals, accents and other scripts, on one to four lines.
"""

import json
import random

from rouge_score import rouge_scorer

STEMS = """relat condition ration valenc hesit digit conform radic differ vil analog vietnam predic operat feudal
decis hopeful callous formal sensit triplic format electr adjust depend irrit replac council vote harbour storm
bridge talk sky happi fli di ski agree""".split()
ENDINGS = " s ed ing ly er est ation ational izer ness ful able ment ement ion ies y ity ous ive ize".split(" ")
EXTRAS = ["U.S.", "2,500", "3.5%", "Café", "naïve", "Zürich", "Москва", "東京", "don't", "–", "co-operate", "A", "'", "", "news@wire"]
VARIANTS = ["rouge1", "rouge2", "rougeL", "rougeLsum"]


def text(rng):
    def word():
        if rng.random() < 0.12:
            return rng.choice(EXTRAS)
        w = rng.choice(STEMS) + rng.choice(ENDINGS)
        return w.capitalize() if rng.random() < 0.1 else w

    lines = [" ".join(word() for _ in range(rng.randint(0, 9))) + rng.choice([".", "!", "", " ;"]) for _ in range(rng.randint(1, 4))]
    return "\n".join(lines)


def main():
    rng = random.Random(20041)
    scorers = [rouge_scorer.RougeScorer(VARIANTS, use_stemmer=stem) for stem in (False, True)]
    rows = []
    for _ in range(500):
        reference = text(rng)
        summary = text(rng) if rng.random() < 0.6 else " ".join(rng.sample(reference.split(" "), len(reference.split(" "))))
        scores = [[[round(x, 12) for x in scorer.score(reference, summary)[v]] for v in VARIANTS] for scorer in scorers]
        rows.append({"reference": reference, "summary": summary, "plain": scores[0], "stemmed": scores[1]})
    print("[\n" + ",\n".join(json.dumps(row, ensure_ascii=False, separators=(",", ":")) for row in rows) + "\n]")


main()

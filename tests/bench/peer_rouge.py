"""ROUGE by rouge-score: peer_rouge.py ARTICLES.jsonl, prints the seconds that it takes to score the first three sentences of
every article against its reference, as `evaluate` does with `lead`."""

import json
import re
import sys
import time

from rouge_score import rouge_scorer

scorer = rouge_scorer.RougeScorer(["rouge1", "rouge2", "rougeLsum"], use_stemmer=True)
started = time.perf_counter()
for line in open(sys.argv[1], encoding="utf-8"):
    article = json.loads(line)
    lead = "\n".join(re.split(r"(?<=[.!?]) +", article["text"])[:3])
    scorer.score(article["reference"], lead)
print(time.perf_counter() - started)

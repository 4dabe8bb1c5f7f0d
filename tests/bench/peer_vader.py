"""Tone by vaderSentiment: peer_vader.py ARTICLES.jsonl, prints the seconds that it takes for every sentence of all of it,
reading and splitting included."""

import json
import re
import sys
import time

from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

model = SentimentIntensityAnalyzer()
started = time.perf_counter()
for line in open(sys.argv[1], encoding="utf-8"):
    for sentence in re.split(r"(?<=[.!?]) +", json.loads(line)["text"]):
        model.polarity_scores(sentence)
print(time.perf_counter() - started)

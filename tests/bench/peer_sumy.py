"""LexRank by sumy: peer_sumy.py ARTICLES.jsonl WHAT, prints the seconds that WHAT takes of all of it: `all`, or `rank`,
which leaves out reading and splitting.

Sentences and words by regular expression: the tokenizer that sumy would take needs a download.
"""

import json
import re
import sys
import time

from sumy.nlp.stemmers import Stemmer
from sumy.parsers.plaintext import PlaintextParser
from sumy.summarizers.lex_rank import LexRankSummarizer


class Tokenizer:
    language = "english"

    def to_sentences(self, text):
        return tuple(re.split(r"(?<=[.!?]) +", text))

    def to_words(self, text):
        return tuple(re.findall(r"\w+", text))


model = LexRankSummarizer(Stemmer("english"))
started, ranking = time.perf_counter(), 0.0
for line in open(sys.argv[1], encoding="utf-8"):
    document = PlaintextParser.from_string(json.loads(line)["text"], Tokenizer()).document
    document.sentences  # noqa: B018 (it is computed when it is first asked for)
    ranked = time.perf_counter()
    " ".join(map(str, model(document, 3)))
    ranking += time.perf_counter() - ranked
print(ranking if sys.argv[2] == "rank" else time.perf_counter() - started)

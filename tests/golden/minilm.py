"""Writes minilm.json: embeddings of sentences of our own by sentence-transformers, for
crates/summarizer/tests/minilm.rs to compare with.

    pip install sentence-transformers
    python tests/golden/minilm.py FOLDER > tests/golden/minilm.json

FOLDER holds all-MiniLM-L6-v2 as sentence-transformers keeps it (modules.json, config.json, ...).
Numbers are rounded to six digits, which moves a cosine by less than 1e-9.
"""

import json
import sys

import sentence_transformers
import torch

SENTENCES = [
    "The harbour council voted on Tuesday to close the old swing bridge for the winter.",
    "Bridge.",
    "",
    "   \t ",
    "!?",
    "The council of the harbour decided that the old swing bridge stays shut until spring.",
    "Le maire de Besançon a promis une réponse « avant l'été », sans préciser l'année.",
    "Der Hafenmeister sagte, die Straße bleibe gesperrt.",
    "港湾評議会は冬の間、古い橋を閉鎖することを決めた。",
    "Совет порта решил закрыть старый мост на зиму.",
    "قرر مجلس الميناء إغلاق الجسر القديم.",
    "The ferry ⛴️ runs again 🎉 from 6:30 a.m., at £4.20 (up from £3.95) a trip.",
    "naïve café Ångström ﬁnal e\u0301clair \u200bzero\u00a0width",
    "\u201cWe were told nothing,\u201d said Ms. O\u2019Leary \u2014 \u201cnothing at all\u201d.",
    "[CLS] the words in brackets are not tokens of ours [SEP] [MASK] [PAD]",
    "x" * 150 + " is not a word, and neither is supercalifragilisticexpialidocious.",
    "1,234.56 7,890 3.14159 2026-11-22 +44 20 7946 0000",
    "NOT A SINGLE BOAT LEFT THE HARBOUR. not a single boat left the harbour.",
    "Not one boat left; " * 30 + "the wind had seen to that.",
    " ".join(f"On day {day} the engineers measured pier {day % 7} and found it sound."
             for day in range(1, 60)),
]

torch.set_num_threads(1)
model = sentence_transformers.SentenceTransformer(sys.argv[1], device="cpu")
model.max_seq_length = 256
rows = model.encode(SENTENCES, batch_size=1, normalize_embeddings=True)
versions = {"sentence-transformers": sentence_transformers.__version__, "torch": torch.__version__}
print(json.dumps({"versions": versions}, ensure_ascii=False)[:-1] + ',"rows":[')
print(",\n".join(
    json.dumps(
        {"text": text, "embedding": [round(float(x), 6) for x in row]},
        ensure_ascii=False, separators=(",", ":"))
    for text, row in zip(SENTENCES, rows)))
print("]}")

"""Writes news_tone.json: logits of `news-tone` for sentences of our own by the BERT of transformers, for
crates/summarizer/tests/news_tone.rs to compare with. Not the code that trained it: the encoder's model with
the upper layers of models/news-tone/tone.safetensors put in, and its heads by numpy.

    pip install torch==2.4.1 transformers==4.46.3 safetensors==0.8.0
    python tests/golden/news_tone.py FOLDER

FOLDER holds all-MiniLM-L6-v2: config.json, model.safetensors, tokenizer.json.
"""

import json
import pathlib
import sys

import numpy as np
import torch
import transformers
from safetensors.torch import load_file

ROOT = pathlib.Path(__file__).resolve().parents[2]
MAX_TOKENS = 256
# A text and who is asked about in it.
CASES = [
    ("Critics called Harbour Minister Ilse Brandt a liar, while Tom Okafor praised the engineers.",
     ["Ilse Brandt", "Tom Okafor", "the engineers", "Critics"]),
    ("Okafor, who rescued eleven sailors, was awarded the city's medal on Friday.", ["Okafor", "the city"]),
    ("The Northern Ferry Company declined to comment.", ["Northern Ferry Company"]),
    ("“You betrayed every family on this quay,” Renaud told the mayor of Besançon.",
     ["Renaud", "mayor", "Besançon"]),
    ("Ferry.", ["Ferry"]),
    ("On Tuesday the council votes on the swing bridge.", []),
    ("Naïve café owners in Ångström 🎉 cheered Zoë O’Leary’s brilliant plan.", ["Zoë O’Leary’s", "café owners"]),
    ("Dr. Lin was corrupt; Lin was not corrupt; nobody said that Lin was corrupt.", ["Lin"]),
    ("The strike, which cost the port some 4.2 million pounds, was blamed on Captain Reyes. " * 12,
     ["Captain Reyes"]),
]

torch.set_num_threads(1)
folder = pathlib.Path(sys.argv[1])
tokenizer = transformers.PreTrainedTokenizerFast(tokenizer_file=str(folder / "tokenizer.json"))
model = transformers.BertModel(transformers.BertConfig.from_json_file(folder / "config.json"), add_pooling_layer=False)
weights = load_file(folder / "model.safetensors")
tone = {name: tensor.float() for name, tensor in load_file(ROOT / "models/news-tone/tone.safetensors").items()}
weights.update({name: tensor for name, tensor in tone.items() if name.startswith("encoder.")})
missing, _ = model.load_state_dict(weights, strict=False)
assert not missing, missing
model.eval()
heads = {name: tone[name].numpy().astype(np.float64) for name in tone if not name.startswith("encoder.")}


def logits(head, *parts):
    return (heads[f"{head}.weight"] @ np.concatenate(parts) + heads[f"{head}.bias"]).round(5).tolist()


rows = []
for text, names in CASES:
    encoding = tokenizer(text, return_tensors="pt", return_offsets_mapping=True, truncation=True, max_length=MAX_TOKENS)
    places = encoding.pop("offset_mapping")[0].tolist()
    encoding["token_type_ids"] = torch.zeros_like(encoding["input_ids"])
    with torch.no_grad():
        states = model(**encoding).last_hidden_state[0].numpy().astype(np.float64)
    mean = states.mean(0)
    targets = []
    for name in names:
        start = text.index(name)
        own = [a < start + len(name) and b > start and b > a for a, b in places]
        at = len(text[:start].encode())
        span = {"start": at, "end": at + len(name.encode())}
        targets.append({**span, "logits": logits("target", states[0], states[own].mean(0), mean)})
    rows.append({"text": text, "logits": logits("text", states[0], mean), "targets": targets})
lines = ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
(ROOT / "tests/golden/news_tone.json").write_text('{"rows":[\n' + lines + "\n]}\n")

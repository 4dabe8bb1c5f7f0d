"""Makes the tiny checkpoint in tests/golden/entailment/, and the logits that transformers has for pairs of texts.

The network is seeded noise: its logits mean nothing, but every layer, both segments, the cut of the premise, the pooler and
the head have to be right for another implementation to have the same. Its upper layer, pooler and head lie in a file of
their own, as those of a network that shares an encoder do.

    python3 -m venv v && v/bin/pip install torch==2.4.1 transformers==4.46.3 safetensors==0.8.0 numpy==1.26.4
    v/bin/python tests/golden/entailment.py
"""

import json
import pathlib

import torch
from safetensors.torch import save_file
from tokenizers import BertWordPieceTokenizer
from transformers import BertConfig, BertForSequenceClassification

OUT = pathlib.Path(__file__).parent / "entailment"
MAX_TOKENS, SHARED_LAYERS = 64, 1
SENTENCES = [
    "The ferry to the islands was cancelled on Friday.",
    "No boat sailed for the islands at the end of the week.",
    "The council kept the swing bridge by 17 votes to 16.",
    "“Naïve façade”, said Zürich’s mayor. 東京 🎉",
    "Bridge.",
]
PAIRS = [
    (SENTENCES[0], SENTENCES[1]),
    (SENTENCES[1], SENTENCES[0]),
    (SENTENCES[2], SENTENCES[2]),
    (SENTENCES[3], SENTENCES[4]),
    (SENTENCES[4], SENTENCES[3]),
    ("", SENTENCES[0]),
    # Longer than the network reads: the premise is cut.
    (" ".join(SENTENCES[:3] * 2), SENTENCES[1]),
    # A hypothesis that leaves no room: the longer one is cut.
    (SENTENCES[4], " ".join(SENTENCES[:3] * 2)),
]


def main():
    torch.manual_seed(20261127)
    OUT.mkdir(exist_ok=True)
    tokenizer = BertWordPieceTokenizer(lowercase=True)
    tokenizer.train_from_iterator(SENTENCES, vocab_size=160, show_progress=False)
    tokenizer.enable_truncation(MAX_TOKENS, strategy="only_first")
    config = BertConfig(
        vocab_size=tokenizer.get_vocab_size(), hidden_size=32, num_hidden_layers=2, num_attention_heads=4,
        intermediate_size=48, max_position_embeddings=64, num_labels=3, initializer_range=0.5)
    model = BertForSequenceClassification(config).eval()
    tokenizer.save(str(OUT / "tokenizer.json"))
    (OUT / "config.json").write_text(json.dumps({
        **{key: getattr(config, key) for key in (
            "hidden_act", "hidden_size", "intermediate_size", "layer_norm_eps", "max_position_embeddings",
            "num_attention_heads", "num_hidden_layers", "type_vocab_size", "vocab_size")},
        "architectures": ["BertModel"], "model_type": "bert", "position_embedding_type": "absolute"}, indent=1) + "\n")
    state = {name.removeprefix("bert."): tensor.contiguous() for name, tensor in model.state_dict().items()}
    upper = lambda name: name.startswith(("pooler.", "classifier.", f"encoder.layer.{SHARED_LAYERS}."))
    # Of the encoder's own upper layer other numbers, so that whoever takes those is found out.
    own = {name: tensor if not upper(name) else torch.zeros_like(tensor) for name, tensor in state.items()
           if not name.startswith(("pooler.", "classifier."))}
    save_file(own, OUT / "model.safetensors")
    save_file({name: tensor for name, tensor in state.items() if upper(name)}, OUT / "entailment.safetensors")
    rows = []
    for premise, hypothesis in PAIRS:
        try:
            encoding = tokenizer.encode(premise, hypothesis)
        except Exception:
            tokenizer.enable_truncation(MAX_TOKENS, strategy="longest_first")
            encoding = tokenizer.encode(premise, hypothesis)
            tokenizer.enable_truncation(MAX_TOKENS, strategy="only_first")
        with torch.no_grad():
            logits = model(torch.tensor([encoding.ids]), token_type_ids=torch.tensor([encoding.type_ids])).logits[0]
        rows.append({"premise": premise, "hypothesis": hypothesis, "ids": encoding.ids, "logits": logits.tolist()})
    golden = {"max_tokens": MAX_TOKENS, "pairs": rows}
    (OUT / "golden.json").write_text(json.dumps(golden, ensure_ascii=False, indent=1) + "\n")


if __name__ == "__main__":
    main()

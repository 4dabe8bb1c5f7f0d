"""Makes the tiny MPNet in tests/golden/mpnet/ with a low-rank adapter, and the logits that transformers and PEFT have.

Seeded noise, as entailment.py beside this. Long enough for every class of distances, an adapter beside every matrix of the
upper layer alone, and the pooler and head in the adapter's file. PEFT scales the product of the two matrices; here
the scale is part of the second.

    python3 -m venv v && v/bin/pip install torch==2.4.1 transformers==4.46.3 peft==0.13.2 tokenizers==0.20.3 numpy==1.26.4
    v/bin/python tests/golden/mpnet.py
"""

import json
import pathlib

import torch
from entailment import PAIRS, SENTENCES
from peft import LoraConfig, get_peft_model
from safetensors.torch import save_file
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors, trainers
from transformers import MPNetConfig, MPNetModel

OUT = pathlib.Path(__file__).parent / "mpnet"
MAX_TOKENS, RANK = 160, 3
CLASSES = 3
MARKS = ["<s>", "<pad>", "</s>", "<unk>"]


def words():
    """A tokenizer in MPNet's manner, learnt from the sentences."""
    made = Tokenizer(models.WordPiece(unk_token="<unk>"))
    made.normalizer = normalizers.BertNormalizer(lowercase=True)
    made.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    made.train_from_iterator(SENTENCES, trainers.WordPieceTrainer(vocab_size=160, special_tokens=MARKS))
    ends = [(mark, made.token_to_id(mark)) for mark in ("<s>", "</s>")]
    made.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> </s> $B </s>", special_tokens=ends)
    made.enable_truncation(MAX_TOKENS, strategy="only_first")
    return made


def main():
    torch.manual_seed(20261128)
    OUT.mkdir(exist_ok=True)
    tokenizer = words()
    config = MPNetConfig(
        vocab_size=tokenizer.get_vocab_size(), hidden_size=32, num_hidden_layers=2, num_attention_heads=4,
        intermediate_size=48, max_position_embeddings=MAX_TOKENS + 2, initializer_range=0.5)
    base = MPNetModel(config)
    own = {name: tensor.contiguous() for name, tensor in base.state_dict().items() if "position_ids" not in name}
    matrices = [name for name, part in base.encoder.layer[1].named_modules() if isinstance(part, torch.nn.Linear)]
    adapted = get_peft_model(base, LoraConfig(
        r=RANK, lora_alpha=2 * RANK, target_modules=[f"layer.1.{name}" for name in matrices], init_lora_weights=False))
    head = torch.nn.Linear(32, CLASSES)
    tokenizer.save(str(OUT / "tokenizer.json"))
    (OUT / "config.json").write_text(json.dumps({
        **{key: getattr(config, key) for key in (
            "hidden_act", "hidden_size", "intermediate_size", "layer_norm_eps", "max_position_embeddings",
            "num_attention_heads", "num_hidden_layers", "relative_attention_num_buckets", "vocab_size")},
        "architectures": ["MPNetModel"], "model_type": "mpnet"}, indent=1) + "\n")
    learnt = {}
    for name, tensor in adapted.state_dict().items():
        if "lora_" in name:
            name = name.removeprefix("base_model.model.").replace(".default", "")
            learnt[name] = (tensor * 2 if "lora_B" in name else tensor).contiguous()
    assert len(learnt) == 2 * len(matrices) == 12
    learnt |= {name: tensor for name, tensor in own.items() if name.startswith("pooler.")}
    learnt |= {f"classifier.{name}": tensor.contiguous() for name, tensor in head.state_dict().items()}
    save_file({name: t for name, t in own.items() if not name.startswith("pooler.")}, OUT / "model.safetensors")
    save_file(learnt, OUT / "adapter.safetensors")
    adapted.eval()
    rows = []
    for premise, hypothesis in [*PAIRS, (" ".join(SENTENCES * 4), SENTENCES[2])]:
        encoding = tokenizer.encode(premise, hypothesis)
        with torch.no_grad():
            logits = head(adapted(torch.tensor([encoding.ids])).pooler_output)[0]
        rows.append({"premise": premise, "hypothesis": hypothesis, "ids": encoding.ids, "logits": logits.tolist()})
    assert max(len(row["ids"]) for row in rows) == MAX_TOKENS
    golden = {"max_tokens": MAX_TOKENS, "pairs": rows}
    (OUT / "golden.json").write_text(json.dumps(golden, ensure_ascii=False, indent=1) + "\n")


if __name__ == "__main__":
    main()

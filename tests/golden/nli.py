"""Makes the tiny checkpoints in tests/golden/nli/, and the logits that transformers has for the pairs of entailment.py.

Seeded noise, as there. `roberta` has positions behind that of padding, a byte-level BPE and a head of its own; `xlm-roberta` a
unigram vocabulary with rules of normalisation; `minilm` is a BERT over that vocabulary, as small multilingual networks are;
`deberta` keeps distances apart, in few classes, so that texts cross their borders. classes.json has these classes.

    as for entailment.py, and: v/bin/pip install sentencepiece==0.2.0 protobuf==5.29.5
    v/bin/python tests/golden/nli.py
"""

import json
import pathlib
import tempfile

import sentencepiece
import torch
from safetensors.torch import save_file
from tokenizers import ByteLevelBPETokenizer
from transformers import (
    BertConfig, BertForSequenceClassification, DebertaV2Config, DebertaV2ForSequenceClassification, DebertaV2TokenizerFast,
    RobertaConfig, RobertaForSequenceClassification, RobertaTokenizerFast,
    XLMRobertaConfig, XLMRobertaForSequenceClassification, XLMRobertaTokenizer, XLMRobertaTokenizerFast)

from transformers.models.deberta_v2.modeling_deberta_v2 import make_log_bucket_position

from entailment import PAIRS, SENTENCES

OUT = pathlib.Path(__file__).parent / "nli"
MAX_TOKENS = 64
# As checkpoints have them, in another order than the program.
LABELS = {0: "contradiction", 1: "entailment", 2: "neutral"}
ORDER = [1, 2, 0]
SIZES = dict(hidden_size=16, num_hidden_layers=2, num_attention_heads=2, intermediate_size=24, initializer_range=0.5)
KEPT = (
    "model_type", "hidden_act", "hidden_size", "intermediate_size", "layer_norm_eps", "max_position_embeddings",
    "num_attention_heads", "num_hidden_layers", "type_vocab_size", "vocab_size", "pad_token_id", "position_embedding_type",
    "relative_attention", "pos_att_type", "position_buckets", "max_relative_positions", "share_att_key", "norm_rel_ebd",
    "position_biased_input", "pooler_hidden_act", "pooler_hidden_size")
# Of rules of normalisation a few, since all of them are a quarter of a megabyte.
RULES = {"\uff21": "A", "\ufb01": "fi", "\u2026": "...", "\t": " ", "\u00a0": " "}


def byte_level():
    model = ByteLevelBPETokenizer()
    special = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
    model.train_from_iterator(SENTENCES, vocab_size=290, special_tokens=special, show_progress=False)
    with tempfile.TemporaryDirectory() as place:
        model.save_model(place)
        tokenizer = RobertaTokenizerFast(vocab_file=f"{place}/vocab.json", merges_file=f"{place}/merges.txt")
    return tokenizer


def unigram(tokenizer, **special):
    with tempfile.TemporaryDirectory() as place:
        place = pathlib.Path(place)
        (place / "lines.txt").write_text("\n".join(SENTENCES * 4))
        code = lambda text: " ".join(f"{ord(c):X}" for c in text)
        (place / "rules.tsv").write_text("".join(f"{code(a)}\t{code(b)}\n" for a, b in RULES.items()))
        sentencepiece.SentencePieceTrainer.train(
            input=str(place / "lines.txt"), model_prefix=str(place / "spm"), vocab_size=110, character_coverage=1.0,
            model_type="unigram", num_threads=1, normalization_rule_tsv=str(place / "rules.tsv"), hard_vocab_limit=False, **special)
        return tokenizer(place)


def of_xlm_roberta(place):
    XLMRobertaTokenizer(str(place / "spm.model")).save_pretrained(place / "slow")
    return XLMRobertaTokenizerFast.from_pretrained(str(place / "slow"))


def of_deberta(place):
    return DebertaV2TokenizerFast(str(place / "spm.model"))


def classes():
    """Classes of distances to one side, as [buckets, positions, class of 0, of 1, and so on]."""
    rows = []
    for buckets, positions in ((256, 512), (8, 64), (48, 300)):
        found = make_log_bucket_position(torch.arange(positions), buckets, positions).long()
        rows.append([buckets, positions, found.clamp(max=2 * buckets - 1 - buckets).tolist()])
    (OUT / "classes.json").write_text(json.dumps(rows) + "\n")


def write(name, tokenizer, model):
    folder = OUT / name
    folder.mkdir(parents=True, exist_ok=True)
    config, model = model.config, model.eval()
    tokenizer.backend_tokenizer.no_truncation()
    tokenizer.backend_tokenizer.no_padding()
    tokenizer.backend_tokenizer.save(str(folder / "tokenizer.json"))
    kept = {key: getattr(config, key) for key in KEPT if getattr(config, key, None) is not None}
    kept["id2label"] = {str(number): label for number, label in LABELS.items()}
    (folder / "config.json").write_text(json.dumps(kept, indent=1) + "\n")
    save_file({name: tensor.contiguous() for name, tensor in model.state_dict().items()}, folder / "model.safetensors")
    more = [("A \ufb01ne  \uff21\u2026 of\u00a0ferries", SENTENCES[0])]
    pairs = PAIRS + more
    encoded = [encode(tokenizer, *pair) for pair in pairs]
    with torch.no_grad():
        alone = [model(**tokenizer.pad([one], return_tensors="pt")).logits[0] for one in encoded]
        beside = model(**tokenizer.pad(encoded, return_tensors="pt")).logits
    assert torch.allclose(torch.stack(alone), beside, atol=1e-4), "padding counts"
    rows = [{"premise": premise, "hypothesis": hypothesis, "ids": one["input_ids"], "logits": logits[ORDER].tolist()}
            for (premise, hypothesis), one, logits in zip(pairs, encoded, alone)]
    golden = {"max_tokens": MAX_TOKENS, "pairs": rows}
    (folder / "golden.json").write_text(json.dumps(golden, ensure_ascii=False, indent=1) + "\n")


def encode(tokenizer, premise, hypothesis):
    """Cuts the premise, or the longer one if the hypothesis leaves no room."""
    try:
        return tokenizer(premise, hypothesis, truncation="only_first", max_length=MAX_TOKENS)
    except Exception:
        return tokenizer(premise, hypothesis, truncation="longest_first", max_length=MAX_TOKENS)


def main():
    torch.manual_seed(20261129)
    tokenizer = byte_level()
    config = RobertaConfig(
        vocab_size=len(tokenizer), max_position_embeddings=MAX_TOKENS + 2, type_vocab_size=1, num_labels=3,
        layer_norm_eps=1e-5, **SIZES)
    write("roberta", tokenizer, RobertaForSequenceClassification(config))
    tokenizer = unigram(of_xlm_roberta)
    config = XLMRobertaConfig(
        vocab_size=len(tokenizer), max_position_embeddings=MAX_TOKENS + 2, type_vocab_size=1, num_labels=3,
        layer_norm_eps=1e-5, **SIZES)
    write("xlm-roberta", tokenizer, XLMRobertaForSequenceClassification(config))
    config = BertConfig(
        vocab_size=len(tokenizer), max_position_embeddings=MAX_TOKENS, type_vocab_size=2, num_labels=3, **SIZES)
    write("minilm", tokenizer, BertForSequenceClassification(config))
    tokenizer = unigram(
        of_deberta, pad_id=0, bos_id=1, eos_id=2, unk_id=3, pad_piece="[PAD]", bos_piece="[CLS]", eos_piece="[SEP]",
        unk_piece="[UNK]")
    config = DebertaV2Config(
        vocab_size=len(tokenizer), max_position_embeddings=MAX_TOKENS, type_vocab_size=0, num_labels=3,
        relative_attention=True, pos_att_type="p2c|c2p", position_buckets=8, max_relative_positions=-1, share_att_key=True,
        norm_rel_ebd="layer_norm", position_biased_input=False, **SIZES)
    write("deberta", tokenizer, DebertaV2ForSequenceClassification(config))
    classes()


if __name__ == "__main__":
    main()

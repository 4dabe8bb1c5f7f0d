"""Vocabularies for the tiny networks, and what llama.cpp makes of texts by them."""

import io
import json
import pathlib
import random
import tempfile

import gguf
import sentencepiece
from llama_cpp import Llama
from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, trainers

import smollm2

NORMAL, UNKNOWN, CONTROL, USER, BYTE = 1, 2, 3, 4, 6
# As the tokenizers of Qwen and of Llama 3 have it.
WORDS = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
# Words that are tokens, but that no merges lead to.
UNMERGED = ["Ġglacier", "glacier", "Ġmidnight", "midnight"]
# By how they split words, the names that have to agree.
PRE = {
    "gpt2": ["gpt-2"],
    "digits": ["smollm", "refact"],
    "qwen2": ["qwen2"],
    "llama3": ["llama-bpe", "llama3", "llama-v3", "falcon3"],
    "triples": ["dbrx", "smaug-bpe"],
}


def byte_level(lines, count, split=None):
    """A byte-level BPE of `count` tokens trained on `lines`: tokens and merges."""
    tokenizer = Tokenizer(models.BPE())
    steps = [pre_tokenizers.Split(Regex(split), "isolated")] if split else []
    bytes_ = pre_tokenizers.ByteLevel(False, use_regex=split is None)
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([*steps, bytes_])
    tokenizer.decoder = decoders.ByteLevel()
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    trainer = trainers.BpeTrainer(vocab_size=count, initial_alphabet=alphabet, show_progress=False)
    tokenizer.train_from_iterator(lines, trainer)
    model = json.loads(tokenizer.to_str())["model"]
    tokens = sorted(model["vocab"], key=model["vocab"].get)
    return tokens, [" ".join(merge) for merge in model["merges"]]


def numbers(rng):
    """Lines that teach tokens of several digits and of several marks."""
    return [f"In {rng.randint(0, 29)}{rng.randint(0, 99)} ... {rng.randint(0, 999)}!\n\n" for _ in range(150)]


def pieces(rng, count, control, user):
    """A BPE of sentencepiece with single bytes for what is rare: tokens, scores and types."""
    made = io.BytesIO()
    lines = [smollm2.article(rng) for _ in range(200)] + numbers(rng)
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(lines), model_writer=made, vocab_size=count, model_type="bpe",
        byte_fallback=True, split_digits=True, normalization_rule_name="identity",
        add_dummy_prefix=False, remove_extra_whitespaces=False, num_threads=1, minloglevel=2,
    )  # fmt: skip
    model = sentencepiece.SentencePieceProcessor(model_proto=made.getvalue())
    listed = [(text, 0.0, UNKNOWN if text == "<unk>" else CONTROL) for text in control]
    listed += [(text, -1000.0, USER) for text in user]
    for id in range(model.vocab_size()):
        if not model.is_unknown(id) and not model.is_control(id):
            kind = BYTE if model.is_byte(id) else NORMAL
            listed.append((model.id_to_piece(id), model.get_score(id), kind))
    return [list(column) for column in zip(*listed)]


def spelt(texts, **keys):
    """The tokens of each of `texts` by a file that has a vocabulary only."""
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "words.gguf"
        writer = gguf.GGUFWriter(str(path), "llama")
        for add, value in keys.items():
            getattr(writer, f"add_{add}")(value)
        writer.write_header_to_file()
        writer.write_kv_data_to_file()
        writer.close()
        model = Llama(str(path), vocab_only=True, verbose=False)
        return [model.tokenize(text.encode(), add_bos=False, special=False) for text in texts]


def by_words(path):
    """Writes to `path` how texts are split by each way of telling words apart."""
    rng = random.Random("words")
    lines = [smollm2.article(rng) for _ in range(60)] + numbers(rng) * 20
    tokens, merges = byte_level(lines, 512)
    tokens += [word for word in UNMERGED if word not in tokens]
    some = smollm2.texts(rng)
    texts = some[: len(smollm2.WORDS) * 2] + [text for text in some[200::5] if len(text) < 60][:160]
    found = {}
    for way, names in PRE.items():
        ids = [
            spelt(texts, tokenizer_model="gpt2", tokenizer_pre=name, token_list=tokens,
                  token_types=[NORMAL] * len(tokens), token_merges=merges)
            for name in names
        ]  # fmt: skip
        assert all(other == ids[0] for other in ids), way
        found[way] = {"names": names, "ids": ids[0]}
    assert len({json.dumps(way["ids"]) for way in found.values()}) == len(found), "ways that do not differ"
    golden = {"tokens": tokens, "merges": merges, "texts": texts, "ways": found}
    path.write_text(json.dumps(golden, ensure_ascii=False, separators=(",", ":")) + "\n")
    print(path, path.stat().st_size, "bytes;", len(texts), "texts")

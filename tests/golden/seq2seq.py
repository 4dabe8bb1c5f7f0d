"""Makes the tiny checkpoints in tests/golden/seq2seq/, and what transformers writes with them.

The networks are seeded noise: what they write means nothing, but every layer, the tokenizer, the
greedy and the beam search have to be right for another implementation to write the same.

    python3 -m venv v && v/bin/pip install torch==2.4.1 transformers==4.46.3 sentencepiece==0.2.0 \
        numpy==1.26.4 protobuf
    v/bin/python tests/golden/seq2seq.py
"""

import copy
import json
import random
import shutil
from itertools import product
from pathlib import Path

import sentencepiece
import torch
from tokenizers import ByteLevelBPETokenizer, BertWordPieceTokenizer
from transformers import (
    BartConfig,
    BartForConditionalGeneration,
    BartTokenizer,
    BertConfig,
    BertForSequenceClassification,
    BertTokenizer,
    DistilBertConfig,
    DistilBertForSequenceClassification,
    LongT5Config,
    LongT5ForConditionalGeneration,
    PegasusConfig,
    PegasusForConditionalGeneration,
    PegasusTokenizer,
    RobertaConfig,
    RobertaForSequenceClassification,
    RobertaTokenizer,
    T5Config,
    T5ForConditionalGeneration,
    T5Tokenizer,
)
from transformers.modeling_outputs import Seq2SeqLMOutput

OUT = Path(__file__).parent / "seq2seq"
SUBJECTS = "The ferry|The council|A new bridge|The old market|Her team|The harbour board|Rain|The mine".split("|")
VERBS = "closed|opened|will move|has sold|could lose|kept|was told of|paid for".split("|")
OBJECTS = "two boats|the northern quay|its café|12 houses|a loan of $3 million|the vote|all tickets|the river wall".split("|")
ENDS = "on Monday|after the storm|in spite of protests|for the third time|, officials said|before dawn|at last|by 2031".split("|")
TEXTS = [
    "The ferry closed two boats on Monday.",
    "Rain was told of the vote, officials said. The mine kept 12 houses at last. Her team paid for its café.",
    "“Naïve façade” – Zürich’s mayor, aged 47, said: ¿qué? 東京 and Łódź too… 😀",
    "The council could lose a loan of $3 million by 2031; the old market will move, in spite of protests, before dawn. " * 3,
    "x",
]
MORE = [
    "Her team will move the northern quay. Rain closed two boats, officials said; the harbour board paid for all tickets by 2031.",
    "The mine has sold the river wall for the third time. The ferry opened on Monday after the storm. A new bridge kept the vote.",
    "12 houses, 12 boats, 12 tickets!",
]
NEW_TOKENS = 24
PIECES = 120


def corpus():
    """Sentences of our own to train vocabularies on."""
    draw = random.Random(7)
    pick = lambda: " ".join(draw.choice(part) for part in (SUBJECTS, VERBS, OBJECTS, ENDS)) + "."
    return [pick().replace(" ,", ",") for _ in range(2000)] + TEXTS


def bpe(folder, lines):
    model = ByteLevelBPETokenizer()
    model.train_from_iterator(lines, vocab_size=420, special_tokens=["<s>", "<pad>", "</s>", "<unk>", "<mask>"])
    model.save_model(str(folder))


def pieces():
    """One vocabulary for all networks that use sentencepiece: most of its file is a normalisation map."""
    text = OUT / "lines.txt"
    text.write_text("\n".join(corpus()))
    sentencepiece.SentencePieceTrainer.train(
        input=str(text), model_prefix=str(OUT / "spiece"), vocab_size=PIECES, character_coverage=1.0,
        model_type="unigram", num_threads=1, pad_id=0, eos_id=1, unk_id=2, bos_id=-1)
    text.unlink()
    (OUT / "spiece.vocab").unlink()


def words(folder, lines):
    model = BertWordPieceTokenizer(lowercase=True)
    model.train_from_iterator(lines, vocab_size=300)
    model.save_model(str(folder))


def bart(folder, lines):
    bpe(folder, lines)
    tokenizer = BartTokenizer(folder / "vocab.json", folder / "merges.txt")
    config = BartConfig(
        vocab_size=len(tokenizer), d_model=16, encoder_layers=2, decoder_layers=2, encoder_attention_heads=2,
        decoder_attention_heads=2, encoder_ffn_dim=24, decoder_ffn_dim=24, max_position_embeddings=256,
        bos_token_id=0, pad_token_id=1, eos_token_id=2, decoder_start_token_id=2, forced_bos_token_id=0,
        forced_eos_token_id=2, init_std=0.4, num_hidden_layers=2)
    return tokenizer, BartForConditionalGeneration(config), "{text}"


def t5_sizes(tokenizer):
    return dict(
        vocab_size=len(tokenizer), d_model=16, d_kv=8, d_ff=24, num_layers=2, num_decoder_layers=2, num_heads=2,
        decoder_start_token_id=0, pad_token_id=0, eos_token_id=1, initializer_factor=3.0, dropout_rate=0.1)


def t5(folder, lines):
    tokenizer = T5Tokenizer(str(OUT / "spiece.model"), extra_ids=0, legacy=True)
    return tokenizer, T5ForConditionalGeneration(T5Config(**t5_sizes(tokenizer))), "summarize: {text}"


def longt5(folder, lines):
    tokenizer = T5Tokenizer(str(OUT / "spiece.model"), extra_ids=0, legacy=True)
    config = LongT5Config(
        **t5_sizes(tokenizer), local_radius=7, global_block_size=4, encoder_attention_type="transient-global",
        feed_forward_proj="gated-gelu", tie_word_embeddings=False)
    return tokenizer, LongT5ForConditionalGeneration(config), "{text}"


def flan(folder, lines):
    """T5 as it was from version 1.1 on."""
    tokenizer = T5Tokenizer(str(OUT / "spiece.model"), extra_ids=0, legacy=True)
    config = T5Config(**t5_sizes(tokenizer), feed_forward_proj="gated-gelu", tie_word_embeddings=False)
    return tokenizer, T5ForConditionalGeneration(config), "summarize: {text}"


def pegasus(folder, lines):
    tokenizer = PegasusTokenizer(str(OUT / "spiece.model"))
    config = PegasusConfig(
        vocab_size=PIECES + tokenizer.offset, d_model=16, encoder_layers=2, decoder_layers=2, encoder_attention_heads=2,
        decoder_attention_heads=2, encoder_ffn_dim=24, decoder_ffn_dim=24, max_position_embeddings=256,
        decoder_start_token_id=0, pad_token_id=0, eos_token_id=1, forced_eos_token_id=1, init_std=0.4,
        scale_embedding=True, num_hidden_layers=2, bos_token_id=0)
    return tokenizer, PegasusForConditionalGeneration(config), "{text}"


SIZES = dict(num_hidden_layers=2, num_attention_heads=2, hidden_size=16, intermediate_size=24)
LABELS = dict(id2label={0: "NEGATIVE", 1: "NEUTRAL", 2: "POSITIVE"}, label2id={"NEGATIVE": 0, "NEUTRAL": 1, "POSITIVE": 2})


def bert(folder, lines):
    words(folder, lines)
    tokenizer = BertTokenizer(folder / "vocab.txt")
    config = BertConfig(vocab_size=len(tokenizer), max_position_embeddings=64, initializer_range=0.4, **SIZES, **LABELS)
    return tokenizer, BertForSequenceClassification(config)


def distilbert(folder, lines):
    words(folder, lines)
    tokenizer = BertTokenizer(folder / "vocab.txt")
    config = DistilBertConfig(
        vocab_size=len(tokenizer), max_position_embeddings=64, initializer_range=0.4, n_layers=2, n_heads=2, dim=16,
        hidden_dim=24, **LABELS)
    return tokenizer, DistilBertForSequenceClassification(config)


def roberta(folder, lines):
    bpe(folder, lines)
    tokenizer = RobertaTokenizer(folder / "vocab.json", folder / "merges.txt")
    config = RobertaConfig(
        vocab_size=len(tokenizer), max_position_embeddings=66, initializer_range=0.4, type_vocab_size=1,
        bos_token_id=0, pad_token_id=1, eos_token_id=2, **SIZES, **LABELS)
    return tokenizer, RobertaForSequenceClassification(config)


def fresh(name):
    folder = OUT / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    torch.manual_seed(11)
    return folder


def save(network, folder):
    network.eval()
    network.save_pretrained(folder, safe_serialization=True)
    # PyTorch's own formats, of which many repositories have nothing else.
    if folder.name in ("bart", "t5"):
        torch.save(
            network.state_dict(), folder / "pytorch_model.bin", _use_new_zipfile_serialization=folder.name == "bart")


def write(network, tokenizer, ids, beams):
    out = network.generate(
        ids, num_beams=beams, do_sample=False, max_new_tokens=NEW_TOKENS, min_length=5, length_penalty=1.0,
        early_stopping=True, no_repeat_ngram_size=3)
    return tokenizer.decode(out[0], skip_special_tokens=True, clean_up_tokenization_spaces=True)


def written(name, make):
    folder = fresh(name)
    tokenizer, network, prompt = make(folder, corpus())
    save(network, folder)
    exact = copy.deepcopy(network).double()
    cases = []
    for text in TEXTS + MORE:
        ids = tokenizer(prompt.replace("{text}", text), return_tensors="pt").input_ids
        case = {"text": text, "tokens": ids.shape[1]}
        case |= {f"beams_{beams}": write(network, tokenizer, ids, beams) for beams in (1, 2, 4)}
        # What the last bits of f32 decide, no other implementation has to come to.
        if all(case[f"beams_{beams}"] == write(exact, tokenizer, ids, beams) for beams in (1, 2, 4)):
            cases.append(case)
    return {"method": name, "prompt": prompt, "cases": cases}


def classified(name, make):
    folder = fresh(name)
    tokenizer, network = make(folder, corpus())
    save(network, folder)
    cases = []
    for text in TEXTS:
        ids = tokenizer(text, return_tensors="pt").input_ids
        if ids.shape[1] > 64:
            continue
        with torch.no_grad():
            cases.append({"text": text, "probabilities": network(ids).logits.softmax(-1)[0].tolist()})
    return {"method": name, "cases": cases}


def mixed(x):
    """A number of 32 bits that looks as if drawn by lot (the finaliser of MurmurHash3)."""
    for shift, factor in ((16, 0x85EBCA6B), (13, 0xC2B2AE35), (16, 1)):
        x = ((x ^ x >> shift) * factor) & 0xFFFFFFFF
    return x


class Formula(BartForConditionalGeneration):
    """A network without weights: the logits are a formula of the last two tokens and the length."""

    seed = 0

    def forward(self, input_ids=None, decoder_input_ids=None, **_):
        rows = []
        for tokens in decoder_input_ids.tolist():
            last, before = tokens[-1], tokens[-2] if len(tokens) > 1 else 0
            state = (self.seed * 40503 + last * 1009 + before * 9176 + len(tokens) * 31) & 0xFFFFFFFF
            row = [mixed(mixed(state) ^ v * 2654435761 & 0xFFFFFFFF) / 2**32 * 6 for v in range(self.config.vocab_size)]
            row[2] += 1.5
            rows.append(row)
        return Seq2SeqLMOutput(logits=torch.tensor(rows)[:, None])


def searches():
    """What transformers' search finds in networks that are formulas, by settings of every kind."""
    words = 24
    config = BartConfig(
        vocab_size=words, d_model=4, encoder_layers=1, decoder_layers=1, encoder_attention_heads=1,
        decoder_attention_heads=1, encoder_ffn_dim=4, decoder_ffn_dim=4, max_position_embeddings=64, bos_token_id=0,
        pad_token_id=1, eos_token_id=2, decoder_start_token_id=2, forced_bos_token_id=None, forced_eos_token_id=None)
    network, draw, cases = Formula(config), random.Random(3), []
    for beams, early, penalty in product((1, 2, 3, 4, 6), (True, False), (-1.0, 0.0, 0.5, 1.0, 2.0)):
        for _ in range(4):
            case = dict(
                seed=draw.randrange(1 << 16), beams=beams, early_stopping=early, length_penalty=penalty,
                max_new_tokens=draw.choice((1, 2, 5, 12)), min_new_tokens=draw.choice((0, 0, 1, 4)),
                no_repeat_ngram=draw.choice((0, 0, 1, 2, 3)), repetition_penalty=draw.choice((1.0, 1.0, 1.3)),
                forced_bos=draw.choice((None, 0)), forced_eos=draw.choice((None, 2)))
            case["min_new_tokens"] = min(case["min_new_tokens"], case["max_new_tokens"])
            network.seed = case["seed"]
            network.generation_config.forced_bos_token_id = case["forced_bos"]
            network.generation_config.forced_eos_token_id = case["forced_eos"]
            out = network.generate(
                torch.tensor([[0, 2]]), num_beams=beams, do_sample=False, max_new_tokens=case["max_new_tokens"],
                min_length=case["min_new_tokens"] + 1 if case["min_new_tokens"] else 0, length_penalty=penalty,
                early_stopping=early, no_repeat_ngram_size=case["no_repeat_ngram"],
                repetition_penalty=case["repetition_penalty"], use_cache=False)
            cases.append(case | {"tokens": out[0].tolist()[1:]})
    return {"words": words, "end": 2, "start": 2, "cases": cases}


STRINGS = [
    "", " ", "a", "  two  blanks \t tab\nline\r\nend  ", "The ferry closed two boats on Monday.",
    "ﬁ ﬂ Ａ １２ ½ ℃ ™ … “quoted” ‘single’ – — ﷺ", "e\u0301 caf\u0065\u0301 ñ Å ǆ", "東京 と ｶﾞ 가 각",
    "\u200bzero\u200d width\ufeff soft\u00adhyphen\u00a0nbsp\u3000ideographic", "😀 👨‍👩‍👧 🇩🇪", "\x01\x7f\x85 controls",
    "don't we'll I'M it's 's 've", "$3 million, 12% (a) [b] {c} <d> & e", "…" * 7, "1,000,000.50 2031-12-31",
    "▁already ▁ there", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "Ünïcödé ÀÉÎÕÜ ß ĳ ŉ", "\u0e33\u0e4d \u0958 \u0344",
]


def tokens():
    """What both kinds of tokenizers make of strings of many kinds, special tokens left out."""
    spiece = sentencepiece.SentencePieceProcessor(model_file=str(OUT / "spiece.model"))
    bpe = BartTokenizer(OUT / "bart/vocab.json", OUT / "bart/merges.txt")
    read = lambda text: {
        "text": text, "spiece": spiece.encode(text), "bpe": bpe(text, add_special_tokens=False).input_ids,
        "pieces": spiece.decode(spiece.encode(text)),
    }
    return [read(text) for text in STRINGS + TEXTS + MORE]


def main():
    pieces()
    golden = {
        "generators": [
            written("bart", bart), written("t5", t5), written("flan", flan), written("longt5", longt5),
            written("pegasus", pegasus)],
        "classifiers": [classified("bert", bert), classified("distilbert", distilbert), classified("roberta", roberta)],
    }
    (OUT / "search.json").write_text(json.dumps(searches()) + "\n")
    (OUT / "tokens.json").write_text(json.dumps(tokens(), indent=1, ensure_ascii=False) + "\n")
    (OUT / "golden.json").write_text(json.dumps(golden, indent=1, ensure_ascii=False) + "\n")


main()

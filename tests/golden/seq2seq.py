"""Makes the tiny checkpoints in tests/golden/seq2seq/, and what transformers writes with them.

The networks are seeded noise: what they write means nothing, but every layer, the tokenizer, the
greedy and the beam search have to be right for another implementation to write the same.

    python3 -m venv v && v/bin/pip install torch==2.4.1 transformers==4.46.3 sentencepiece==0.2.0 \
        numpy==1.26.4 protobuf
    v/bin/python tests/golden/seq2seq.py
"""

import json
import random
import shutil
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


def written(name, make):
    folder = fresh(name)
    tokenizer, network, prompt = make(folder, corpus())
    save(network, folder)
    cases = []
    for text in TEXTS:
        ids = tokenizer(prompt.replace("{text}", text), return_tensors="pt").input_ids
        case = {"text": text, "tokens": ids.shape[1]}
        for beams in (1, 2):
            out = network.generate(
                ids, num_beams=beams, do_sample=False, max_new_tokens=NEW_TOKENS, min_length=5, length_penalty=1.0,
                early_stopping=True, no_repeat_ngram_size=3)
            case[f"beams_{beams}"] = tokenizer.decode(out[0], skip_special_tokens=True, clean_up_tokenization_spaces=True)
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


def main():
    pieces()
    golden = {
        "generators": [written("bart", bart), written("t5", t5), written("longt5", longt5), written("pegasus", pegasus)],
        "classifiers": [classified("bert", bert), classified("distilbert", distilbert), classified("roberta", roberta)],
    }
    (OUT / "golden.json").write_text(json.dumps(golden, indent=1, ensure_ascii=False) + "\n")


main()

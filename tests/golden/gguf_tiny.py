"""Makes the tiny networks in tests/golden/gguf/, and what llama.cpp does with them.

    python3 -m venv /tmp/peer
    /tmp/peer/bin/pip install llama-cpp-python==0.3.36 gguf==0.19.0 tokenizers==0.23.3 sentencepiece==0.2.3
    /tmp/peer/bin/python tests/golden/gguf_tiny.py

The networks are seeded noise: what they write means nothing, but the order of the turned pairs, the
biases, the norms, the windows, the scales, a head of its own or none, the words of the tokenizer and the
template have to be right for another implementation to write the same. Beside each file, in a JSON file
of its name:
- "texts": token numbers of texts of our own, by llama.cpp;
- "chat": system message, article, and the prompt as Jinja renders it by the file's template;
- "prompts": prompts in tokens, the greedy answer to each, by how much each of its tokens was likelier than
  the next, some logits of its first token by llama.cpp, and those logits without any rounding of activations ("exact", see llama_exact.py).

words.json has what texts become by each way of telling words apart (gguf_words.py), and quants.json what
the package gguf reads from blocks of every format (gguf_quants.py).
"""

import json
import pathlib
import random

import gguf
import numpy as np
from llama_cpp import Llama

import gguf_families as families
import gguf_networks
import gguf_quants
import gguf_words
import llama_exact
import smollm2
from gguf_words import CONTROL, NORMAL, USER

OUT = pathlib.Path(__file__).parent / "gguf"
TOKENS = 416
NEW_TOKENS = 24
# What a text may be made of beyond words: runs that Gemma takes whole.
GEMMA_WHOLE = ["\n\n", "\n\n\n", "  ", "   ", "<table>", "</table>"]


def byte_level(lines, control, pre, template, split=None, user=(), **more):
    """What a file is told of a byte-level vocabulary."""
    tokens, merges = gguf_words.byte_level(lines, TOKENS - len(control), split)
    marks = [*control, *user]
    return {
        "tokenizer_model": "gpt2",
        "tokenizer_pre": pre,
        "token_list": tokens + marks,
        "token_types": [NORMAL] * len(tokens) + [CONTROL] * len(control) + [USER] * len(user),
        "token_merges": merges,
        **{role: len(tokens) + at for role, at in more.items()},
        "chat_template": template,
    }


def articles(rng):
    return [smollm2.article(rng) for _ in range(200)]


def qwen(rng):
    control = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
    found = byte_level(
        (smollm2.article(rng) for _ in range(200)), control, "qwen2", families.QWEN, gguf_words.WORDS,
        eos_token_id=2, pad_token_id=0,
    )  # fmt: skip
    return {**found, "add_bos_token": False}


def vocabulary(file, shared, rng):
    """What the file is told of its vocabulary and its template."""
    if file.startswith("qwen"):
        return shared
    if file == "gemma3":
        control = ["<pad>", "<eos>", "<bos>", "<unk>", "<start_of_turn>", "<end_of_turn>"]
        tokens, scores, types = gguf_words.pieces(rng, 640, control, GEMMA_WHOLE)
        return {
            "tokenizer_model": "llama", "token_list": tokens, "token_scores": scores, "token_types": types,
            "bos_token_id": 2, "eos_token_id": 1, "unk_token_id": 3, "pad_token_id": 0,
            "add_bos_token": True, "add_space_prefix": False, "chat_template": families.GEMMA,
        }  # fmt: skip
    lines = articles(rng) + gguf_words.numbers(rng)
    if file == "llama3":
        control = ["<|begin_of_text|>", "<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>"]
        return byte_level(lines, control, "llama-bpe", families.LLAMA, bos_token_id=0, eos_token_id=3)
    if file == "smollm3":
        control = ["<|end_of_text|>", "<|im_start|>", "<|im_end|>"]
        return byte_level(
            lines, control, "smaug-bpe", families.SMOLLM, user=["<think>", "</think>"], eos_token_id=2
        )
    control = ["<|end_of_text|>", "<|start_of_role|>", "<|end_of_role|>"]
    return byte_level(lines, control, "refact", families.GRANITE, eos_token_id=0, bos_token_id=0)


def chat(known, system, user):
    """A prompt by the template of a vocabulary."""
    names = {"bos_token": "bos_token_id", "eos_token": "eos_token_id"}
    tokens = {name: known["token_list"][known[id]] for name, id in names.items() if id in known}
    return families.render(known["chat_template"], system, user, **tokens)


def answers(model, exact, known, rng):
    ends = {known["eos_token_id"], *(id for id, kind in enumerate(known["token_types"]) if kind == CONTROL)}
    for _ in range(12):
        prompt = model.tokenize(chat(known, None, smollm2.article(rng)).encode(), add_bos=False, special=True)
        model.reset()
        model.eval(prompt)
        logits = model._ctx.get_logits()[: model.n_vocab()]
        row = {"prompt": prompt, "logits": some(logits), "exact": some(exact.logits(prompt))}
        yield {**row, **answer(model, ends)}


def answer(model, ends):
    """The greedy answer, and by how much each choice was likelier than the next."""
    tokens, margins = [], []
    while len(tokens) < NEW_TOKENS:
        second, first = sorted(model._ctx.get_logits()[: model.n_vocab()])[-2:]
        margins.append(round(first - second, 3))
        token = int(model.sample(temp=0))
        if token in ends:
            break
        tokens.append(token)
        model.eval([token])
    return {"answer": tokens, "margins": margins}


def some(logits):
    return [round(float(x), 4) for x in logits[::5]]


def chats(known):
    pairs = [(None, "A bridge fell."), (" Be brief. ", "Rain."), ("S", "<|im_end|>")]
    return [[system, text, chat(known, system, f"Shorten this to 2:\n{text}\nNow.")] for system, text in pairs]


def main():
    OUT.mkdir(exist_ok=True)
    rng = random.Random(1853)
    shared = qwen(rng)
    texts = smollm2.texts(rng)[::7]
    for seed, network in enumerate(gguf_networks.NETWORKS):
        path, own = OUT / f"{network.file}.gguf", random.Random(network.file)
        known = vocabulary(network.file, shared, own)
        gguf_networks.write(path, network, known, np.random.default_rng(seed))
        model = Llama(str(path), n_ctx=512, n_batch=512, n_threads=1, verbose=False)
        spell = lambda text: model.tokenize(text.encode(), add_bos=False, special=False)
        family = network.file.startswith("qwen")
        golden = {"prompts": list(answers(model, llama_exact.Llama(path), known, rng if family else own))}
        if network.file == "qwen3":
            # The template that thinks is checked by itself: the file keeps its own.
            known = {**known, "chat_template": families.QWEN_THINKING}
            golden["thinking"] = {"template": families.QWEN_THINKING, "chat": chats(known)}
        elif network.file != "qwen2-untied":
            golden["texts"] = [[text, spell(text)] for text in (texts if family else texts[::2])]
            golden["chat"] = chats(known)
        if network.file == "gemma3":
            prefixed = {key: known[key] for key in known if key.startswith("token")}
            ids = gguf_words.spelt(texts[::4], **prefixed, add_space_prefix=True)
            golden["prefixed"] = list(zip(texts[::4], ids))
        out = path.with_suffix(".json")
        out.write_text(json.dumps(golden, ensure_ascii=False, separators=(",", ":")) + "\n")
        report(path, out, golden["prompts"])
    gguf_words.by_words(OUT / "words.json")
    gguf_quants.main(OUT / "quants.json")


def report(path, out, prompts):
    off = np.mean([np.abs(np.subtract(row["logits"], row["exact"])).mean() for row in prompts])
    sizes = [path.stat().st_size, out.stat().st_size]
    lengths = [len(row["prompt"]) for row in prompts]
    written = np.mean([len(set(row["answer"])) for row in prompts])
    print(path.name, sizes, "bytes; prompts of", min(lengths), "to", max(lengths), "tokens; other tokens", written)
    print("    llama.cpp's logits from the exact ones:", off)


if __name__ == "__main__":
    main()

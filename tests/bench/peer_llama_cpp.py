"""Answers prompts with llama.cpp and prints the seconds that took, without loading.

    python peer_llama_cpp.py MODEL.gguf PROMPTS.json TOKENS BATCH

PROMPTS.json is a list of texts; each is answered with exactly TOKENS greedy tokens, BATCH prompts at a
time by two threads. BATCH 1 is llama.cpp's ordinary way; more is its continuous batching: all
prompts of a batch are read together, then a token of each per step.
"""

import ctypes
import json
import sys
import time

import llama_cpp
from llama_cpp import Llama

THREADS = 2


def one_by_one(path, prompts, tokens):
    model = Llama(path, n_ctx=1024, n_threads=THREADS, n_threads_batch=THREADS, verbose=False)
    prompts = [model.tokenize(text.encode(), add_bos=False, special=True) for text in prompts]
    started = time.perf_counter()
    for prompt in prompts:
        model.reset()
        model.eval(prompt)
        for _ in range(tokens - 1):
            model.eval([model.sample(temp=0)])
    return time.perf_counter() - started


def together(path, prompts, tokens, size):
    llama_cpp.llama_backend_init()
    parameters = llama_cpp.llama_model_default_params()
    model = llama_cpp.llama_model_load_from_file(path.encode(), parameters)
    vocabulary = llama_cpp.llama_model_get_vocab(model)
    length = llama_cpp.llama_vocab_n_tokens(vocabulary)
    prompts = [tokenize(vocabulary, text) for text in prompts]
    context = llama_cpp.llama_context_default_params()
    context.n_ctx = size * (max(map(len, prompts)) + tokens)
    context.n_batch = context.n_ubatch = 512
    context.n_seq_max = size
    context.n_threads = context.n_threads_batch = THREADS
    context = llama_cpp.llama_init_from_model(model, context)
    started = time.perf_counter()
    for first in range(0, len(prompts), size):
        llama_cpp.llama_memory_clear(llama_cpp.llama_get_memory(context), True)
        answer_batch(context, prompts[first : first + size], tokens, length)
    return time.perf_counter() - started


def tokenize(vocabulary, text):
    text, room = text.encode(), (llama_cpp.llama_token * 4096)()
    count = llama_cpp.llama_tokenize(vocabulary, text, len(text), room, 4096, False, True)
    return list(room[:count])


def answer_batch(context, prompts, tokens, length):
    last, positions = {}, [len(prompt) for prompt in prompts]
    rows = [(token, i, sequence, i == len(prompt) - 1)
            for sequence, prompt in enumerate(prompts) for i, token in enumerate(prompt)]
    for start in range(0, len(rows), 512):
        last.update(decode(context, rows[start : start + 512], length))
    for step in range(tokens - 1):
        rows = [(last[s], positions[s] + step, s, True) for s in range(len(prompts))]
        last = decode(context, rows, length)


def decode(context, rows, length):
    """The likeliest token after each row that asks for it, by sequence."""
    batch = llama_cpp.llama_batch_init(len(rows), 0, 1)
    batch.n_tokens = len(rows)
    for i, (token, position, sequence, wanted) in enumerate(rows):
        batch.token[i], batch.pos[i] = token, position
        batch.n_seq_id[i], batch.logits[i] = 1, wanted
        batch.seq_id[i][0] = sequence
    if llama_cpp.llama_decode(context, batch) != 0:
        sys.exit("llama_decode failed")
    found = {}
    for i, (_, _, sequence, wanted) in enumerate(rows):
        if wanted:
            logits = llama_cpp.llama_get_logits_ith(context, i)
            found[sequence] = likeliest(logits, length)
    llama_cpp.llama_batch_free(batch)
    return found


def likeliest(logits, length):
    import numpy as np

    return int(np.ctypeslib.as_array(ctypes.cast(logits, ctypes.POINTER(ctypes.c_float)), (length,)).argmax())


def main():
    path, prompts, tokens, size = sys.argv[1], json.load(open(sys.argv[2])), int(sys.argv[3]), int(sys.argv[4])
    took = one_by_one(path, prompts, tokens) if size == 1 else together(path, prompts, tokens, size)
    print(took)


if __name__ == "__main__":
    main()

"""Makes the tiny networks in tests/golden/gguf/, and what llama.cpp does with them.

    python3 -m venv /tmp/peer
    /tmp/peer/bin/pip install llama-cpp-python==0.3.36 gguf==0.19.0 tokenizers==0.23.3
    /tmp/peer/bin/python tests/golden/gguf_tiny.py

The networks are seeded noise: what they write means nothing, but the order of the turned pairs, the
biases, the norms of single heads, a head of its own or none, the words of the tokenizer and the
template have to be right for another implementation to write the same. In golden.json, by file:
- "texts": token numbers of texts of our own, by llama.cpp;
- "chat": a prompt as Jinja renders it by the file's template;
- "prompts": prompts in tokens, the greedy answer to each, some logits of its first token by llama.cpp,
  and those logits without any rounding of activations ("exact", see llama_exact.py).
"""

import json
import pathlib
import random

import gguf
import numpy as np
from jinja2.sandbox import ImmutableSandboxedEnvironment
from llama_cpp import Llama
from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, trainers

import llama_exact
import smollm2

OUT = pathlib.Path(__file__).parent / "gguf"
CONTROL = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
TOKENS, WIDTH, INNER, LAYERS, HEADS, SHARED, SIZE = 416, 64, 96, 2, 4, 2, 32
NEW_TOKENS = 24
# As Qwen's tokenizer has it.
WORDS = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
# Ours, with what the templates of that family are made of.
TEMPLATE = """
{%- if tools %}
    {{- raise_exception('no tools here') }}
{%- elif messages[0]['role'] == 'system' %}
    {{- '<|im_start|>system\\n' + messages[0].content.strip() + '<|im_end|>\\n' }}
{%- else %}
    {{- '<|im_start|>system\\nYou report.<|im_end|>\\n' }}
{%- endif %}
{%- set ns = namespace(turns=0) %}
{%- for message in messages %}
    {%- if message.role == 'user' or (message.role == 'system' and not loop.first) %}
        {%- set ns.turns = ns.turns + 1 %}
        {{- '<|im_start|>' + message.role + '\\n' + message.content + '<|im_end|>' + '\\n' }}
    {%- endif %}
{%- endfor %}
{%- if add_generation_prompt and ns.turns > 0 %}
    {{- '<|im_start|>assistant\\n' }}
{%- endif %}
"""


def vocabulary(rng):
    """A byte-level BPE trained on articles of our own: tokens and merges."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Split(Regex(WORDS), "isolated"), pre_tokenizers.ByteLevel(False, use_regex=False)]
    )
    tokenizer.decoder = decoders.ByteLevel()
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    trainer = trainers.BpeTrainer(
        vocab_size=TOKENS - len(CONTROL), initial_alphabet=alphabet, show_progress=False
    )
    tokenizer.train_from_iterator((smollm2.article(rng) for _ in range(200)), trainer)
    model = json.loads(tokenizer.to_str())["model"]
    tokens = sorted(model["vocab"], key=model["vocab"].get)
    return tokens, [" ".join(merge) for merge in model["merges"]]


def write(path, name, untied, tokens, merges, noise):
    """The file of one network."""
    writer = gguf.GGUFWriter(str(path), name)
    writer.add_block_count(LAYERS)
    writer.add_context_length(512)
    writer.add_embedding_length(WIDTH)
    writer.add_feed_forward_length(INNER)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(SHARED)
    if name == "qwen3":
        writer.add_key_length(SIZE)
        writer.add_value_length(SIZE)
    writer.add_layer_norm_rms_eps(1e-6)
    writer.add_rope_freq_base(1_000_000.0)
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("qwen2")
    writer.add_token_list(tokens + CONTROL)
    writer.add_token_types([gguf.TokenType.NORMAL] * len(tokens) + [gguf.TokenType.CONTROL] * 3)
    writer.add_token_merges(merges)
    writer.add_eos_token_id(len(tokens) + 2)
    writer.add_pad_token_id(len(tokens))
    writer.add_add_bos_token(False)
    writer.add_chat_template(TEMPLATE)
    for tensor, (shape, values) in tensors(name, untied, len(tokens) + 3, noise).items():
        kind = gguf.GGMLQuantizationType.Q8_0 if len(shape) == 2 else gguf.GGMLQuantizationType.F32
        writer.add_tensor(tensor, gguf.quantize(values, kind), raw_dtype=kind)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def tensors(name, untied, count, noise):
    """Noise of a size that keeps the rows of a layer near their length."""
    size = SIZE if name == "qwen3" else WIDTH // HEADS
    found = {}

    def add(tensor, *shape, by=1.0, around=0.0):
        values = around + noise.standard_normal(shape) * by / np.sqrt(shape[-1] if len(shape) == 2 else 1)
        found[tensor] = (shape, values.astype(np.float32))

    add("token_embd.weight", count, WIDTH, by=4.0)
    add("output_norm.weight", WIDTH, by=0.2, around=1.0)
    if untied:
        add("output.weight", count, WIDTH, by=3.0)
    for layer in range(LAYERS):
        at = lambda rest, layer=layer: f"blk.{layer}.{rest}"
        for norm in ["attn_norm.weight", "ffn_norm.weight"]:
            add(at(norm), WIDTH, by=0.2, around=1.0)
        for part, heads in [("q", HEADS), ("k", SHARED), ("v", SHARED)]:
            add(at(f"attn_{part}.weight"), heads * size, WIDTH)
            if name == "qwen2":
                add(at(f"attn_{part}.bias"), heads * size, by=0.5)
            elif part != "v":
                add(at(f"attn_{part}_norm.weight"), size, by=0.2, around=1.0)
        add(at("attn_output.weight"), WIDTH, HEADS * size)
        add(at("ffn_gate.weight"), INNER, WIDTH)
        add(at("ffn_up.weight"), INNER, WIDTH)
        add(at("ffn_down.weight"), WIDTH, INNER)
    return found


def chat(system, user):
    """A prompt by the template, rendered as transformers does it."""
    environment = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True)
    messages = [{"role": "system", "content": system}] if system else []
    messages.append({"role": "user", "content": user})
    return environment.from_string(TEMPLATE).render(messages=messages, add_generation_prompt=True)


def answers(model, exact, rng, ends):
    for _ in range(12):
        prompt = model.tokenize(chat(None, smollm2.article(rng)).encode(), add_bos=False, special=True)
        model.reset()
        model.eval(prompt)
        logits = model._ctx.get_logits()[: model.n_vocab()]
        row = {"prompt": prompt, "logits": some(logits), "exact": some(exact.logits(prompt)), "answer": []}
        while len(row["answer"]) < NEW_TOKENS and (token := int(model.sample(temp=0))) not in ends:
            row["answer"].append(token)
            model.eval([token])
        yield row


def some(logits):
    return [round(float(x), 4) for x in logits[::5]]


def main():
    OUT.mkdir(exist_ok=True)
    rng = random.Random(1853)
    tokens, merges = vocabulary(rng)
    texts = smollm2.texts(rng)[:: 7]
    golden = {}
    for seed, (file, name, untied) in enumerate(
        [("qwen2", "qwen2", False), ("qwen2-untied", "qwen2", True), ("qwen3", "qwen3", False)]
    ):
        path = OUT / f"{file}.gguf"
        write(path, name, untied, tokens, merges, np.random.default_rng(seed))
        model = Llama(str(path), n_ctx=512, n_batch=512, n_threads=1, verbose=False)
        spell = lambda text: model.tokenize(text.encode(), add_bos=False, special=False)
        prompts = list(answers(model, llama_exact.Llama(path), rng, range(len(tokens), len(tokens) + 3)))
        golden[file] = {"prompts": prompts}
        off = np.mean([np.abs(np.subtract(row["logits"], row["exact"])).mean() for row in prompts])
        print(file, path.stat().st_size, "bytes; llama.cpp's logits from the exact ones:", off)
        if file == "qwen2":
            golden[file]["texts"] = [[text, spell(text)] for text in texts]
            golden[file]["chat"] = [
                [system, text, chat(system, f"Shorten this to 2:\n{text}\nNow.")]
                for system, text in [(None, "A bridge fell."), (" Be brief. ", "Rain."), ("S", "<|im_end|>")]
            ]
    out = OUT / "golden.json"
    out.write_text(json.dumps(golden, ensure_ascii=False, separators=(",", ":")) + "\n")
    print(out, out.stat().st_size, "bytes")


if __name__ == "__main__":
    main()

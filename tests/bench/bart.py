"""A BART of DistilBART-12-6's shape with random weights, and articles for it: what `seq2seq.py` measures speed with.

Weights and articles come of one seed. A token of an article is a letter, since the vocabulary knows no merges; the rest of
the vocabulary are numbers, so that what two programs wrote can be compared.
"""

import json

import numpy as np
from safetensors.numpy import save_file

WIDTH, INNER, HEADS, ENCODER, DECODER = 1024, 4096, 16, 12, 6
VOCABULARY, POSITIONS, OFFSET = 50_264, 1024, 2
CONTROL = ["<s>", "<pad>", "</s>", "<unk>"]
SEED = 15
# Heads of 64 numbers look at something, and the likeliest of the words stands out.
SPREAD, EMBEDDED = 0.03, 0.06


def vocabulary():
    """The tokens by number: control tokens, the 256 bytes as byte-level BPE spells them, numbers."""
    plain = [*range(33, 127), *range(161, 173), *range(174, 256)]
    other = [byte for byte in range(256) if byte not in plain]
    letters = [chr(byte) for byte in plain] + [chr(256 + at) for at in range(len(other))]
    words = CONTROL + letters
    return words + [f"\u0120{at:05}" for at in range(VOCABULARY - len(words))]


def tensors(rng):
    """The network's tensors by name."""
    found = {}

    def noise(name, *shape, spread=SPREAD):
        found[name] = rng.standard_normal(shape, dtype=np.float32) * np.float32(spread)

    def linear(name, rows, columns):
        noise(f"{name}.weight", rows, columns)
        noise(f"{name}.bias", rows)

    def norm(name):
        found[f"{name}.weight"] = np.ones(WIDTH, dtype=np.float32)
        noise(f"{name}.bias", WIDTH)

    noise("model.shared.weight", VOCABULARY, WIDTH, spread=EMBEDDED)
    for stack, layers in (("encoder", ENCODER), ("decoder", DECODER)):
        noise(f"model.{stack}.embed_positions.weight", POSITIONS + OFFSET, WIDTH, spread=EMBEDDED)
        norm(f"model.{stack}.layernorm_embedding")
        for index in range(layers):
            layer = f"model.{stack}.layers.{index}"
            for block in ("self_attn", "encoder_attn")[: 1 if stack == "encoder" else 2]:
                for part in "qkv":
                    linear(f"{layer}.{block}.{part}_proj", WIDTH, WIDTH)
                linear(f"{layer}.{block}.out_proj", WIDTH, WIDTH)
                norm(f"{layer}.{block}_layer_norm")
            linear(f"{layer}.fc1", INNER, WIDTH)
            linear(f"{layer}.fc2", WIDTH, INNER)
            norm(f"{layer}.final_layer_norm")
    return found


def config():
    """`config.json`, as transformers writes it."""
    sizes = {f"{stack}_{part}": number for stack, layers in (("encoder", ENCODER), ("decoder", DECODER))
             for part, number in (("layers", layers), ("attention_heads", HEADS), ("ffn_dim", INNER))}
    special = {"bos_token_id": 0, "pad_token_id": 1, "eos_token_id": 2, "decoder_start_token_id": 2, "forced_eos_token_id": None}
    return {"model_type": "bart", "activation_function": "gelu", "d_model": WIDTH, "vocab_size": VOCABULARY,
            "max_position_embeddings": POSITIONS, "scale_embedding": False, **sizes, **special}


def articles(count, tokens):
    """Texts of so many tokens, the two around them counted."""
    rng = np.random.default_rng(SEED + 1)
    letters = rng.integers(ord("a"), ord("z") + 1, (count, tokens - len("<>")), dtype=np.uint8)
    return [bytes(row).decode("ascii") for row in letters]


def write(folder):
    """All the files of the network, unless they are there."""
    if (folder / "model.safetensors").is_file():
        return
    folder.mkdir(parents=True, exist_ok=True)
    numbered = {word: at for at, word in enumerate(vocabulary())}
    (folder / "vocab.json").write_text(json.dumps(numbered))
    (folder / "merges.txt").write_text("#version: 0.2\n")
    (folder / "config.json").write_text(json.dumps(config(), indent=1) + "\n")
    half = folder / "model.partial"
    save_file(tensors(np.random.default_rng(SEED)), half)
    half.rename(folder / "model.safetensors")

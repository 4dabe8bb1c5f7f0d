"""How long CTranslate2 takes to summarise articles by a BART: a peer of `cargo bench --bench seq2seq`.

    python3 peer_ctranslate2.py FOLDER ARTICLES.json PRECISION BEAMS TOKENS INTER INTRA BATCH

FOLDER is what bart.py writes, ARTICLES.json a list of texts whose letters are tokens, PRECISION int8 or f32, TOKENS how many
are written of each. INTER translations run at once on INTRA threads each, BATCH articles in each. Needs numpy, safetensors
and ctranslate2; the network is handed over as arrays, since its own converters would want PyTorch. Prints a line of JSON.
"""

import json
import sys
import time
from pathlib import Path

import ctranslate2
import numpy as np
from ctranslate2.specs import common_spec, transformer_spec
from safetensors.numpy import load_file

OFFSET = 2
TYPES = {"int8": "int8", "f32": "float32"}


def spec(weights, config, words):
    """The network as CTranslate2 describes it."""
    layers = (config["encoder_layers"], config["decoder_layers"])
    found = transformer_spec.TransformerSpec.from_config(
        layers, config["encoder_attention_heads"], pre_norm=False, activation=common_spec.Activation.GELU,
        layernorm_embedding=True,
    )

    def linear(place, *names):
        place.weight = join([weights[f"{name}.weight"] for name in names])
        place.bias = join([weights[f"{name}.bias"] for name in names])

    def norm(place, name):
        place.gamma, place.beta = weights[f"{name}.weight"], weights[f"{name}.bias"]

    for stack, place in (("encoder", found.encoder), ("decoder", found.decoder)):
        base = f"model.{stack}"
        place.scale_embeddings = 1.0
        embeddings = place.embeddings[0] if isinstance(place.embeddings, list) else place.embeddings
        embeddings.weight = weights["model.shared.weight"]
        place.position_encodings.encodings = weights[f"{base}.embed_positions.weight"][OFFSET:]
        norm(place.layernorm_embedding, f"{base}.layernorm_embedding")
        for index, layer in enumerate(place.layer):
            own = f"{base}.layers.{index}"
            query, key, value = (f"{own}.self_attn.{part}_proj" for part in "qkv")
            linear(layer.self_attention.linear[0], query, key, value)
            linear(layer.self_attention.linear[1], f"{own}.self_attn.out_proj")
            norm(layer.self_attention.layer_norm, f"{own}.self_attn_layer_norm")
            if stack == "decoder":
                query, key, value = (f"{own}.encoder_attn.{part}_proj" for part in "qkv")
                linear(layer.attention.linear[0], query)
                linear(layer.attention.linear[1], key, value)
                linear(layer.attention.linear[2], f"{own}.encoder_attn.out_proj")
                norm(layer.attention.layer_norm, f"{own}.encoder_attn_layer_norm")
            linear(layer.ffn.linear_0, f"{own}.fc1")
            linear(layer.ffn.linear_1, f"{own}.fc2")
            norm(layer.ffn.layer_norm, f"{own}.final_layer_norm")
    found.decoder.projection.weight = weights["model.shared.weight"]
    found.register_source_vocabulary(words)
    found.register_target_vocabulary(words)
    found.config.bos_token, found.config.eos_token, found.config.unk_token = "<s>", "</s>", "<unk>"
    found.config.decoder_start_token = "</s>"
    return found


def join(parts):
    return np.concatenate(parts)


def convert(folder, precision):
    """The folder of the network in CTranslate2's own form, which is made once."""
    made = folder / f"ctranslate2-{precision}"
    if not (made / "model.bin").is_file():
        made.mkdir(exist_ok=True)
        words = json.loads((folder / "vocab.json").read_text())
        config = json.loads((folder / "config.json").read_text())
        found = spec(load_file(folder / "model.safetensors"), config, sorted(words, key=words.get))
        found.validate()
        found.optimize(quantization="int8" if precision == "int8" else None)
        found.save(str(made))
    return made


def main():
    folder, articles, precision, beams, tokens, inter, intra, batch = sys.argv[1:]
    beams, tokens, inter, intra, batch = map(int, (beams, tokens, inter, intra, batch))
    made = convert(Path(folder), precision)
    translator = ctranslate2.Translator(str(made), compute_type=TYPES[precision], inter_threads=inter, intra_threads=intra)
    inputs = [["<s>", *text, "</s>"] for text in json.loads(Path(articles).read_text())]
    settings = {"beam_size": beams, "length_penalty": 2.0, "no_repeat_ngram_size": 3, "max_batch_size": batch}
    # A few tokens of a short text, so that nothing is left to be set up.
    translator.translate_batch([row[:20] for row in inputs[:inter]], max_decoding_length=3, **settings)
    started, worked = time.perf_counter(), time.process_time()
    found = translator.translate_batch(inputs, min_decoding_length=tokens, max_decoding_length=tokens, **settings)
    took, worked = time.perf_counter() - started, time.process_time() - worked
    written = [row.hypotheses[0] for row in found]
    texts = ["".join(row).replace("\u0120", " ").strip() for row in written]
    print(json.dumps({"seconds": took, "processor_seconds": worked, "tokens": sum(map(len, written)), "texts": texts,
                      "ctranslate2": ctranslate2.__version__}))


if __name__ == "__main__":
    main()

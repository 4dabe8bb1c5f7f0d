"""Tokens a second that ONNX Runtime reads, in f32 and in dynamic int8: a peer of `cargo bench --bench encoder`.

    python3 peer_onnx.py MODEL.safetensors CONFIG.json TOKENIZER.json SENTENCES.txt [THREADS]

Needs numpy, onnx, onnxruntime, safetensors and tokenizers. The network is written as ONNX with the operations
that ONNX Runtime's own optimiser would fuse it to (EmbedLayerNormalization aside, which is left in numpy for its
advantage: looking words up is not counted). Sentences are sorted by length, so that a batch is hardly padded, and
only real tokens count. Prints a line of JSON.
"""

import json
import statistics
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic
from safetensors.numpy import load_file
from tokenizers import Tokenizer

MAX_TOKENS = 256
BATCH = 32
RUNS = 5
FUSED = "com.microsoft"


def network(weights, config):
    """The encoder from what was embedded (batch × tokens × width) to the last layer's states."""
    width, heads = config["hidden_size"], config["num_attention_heads"]
    nodes, constants = [], []

    def constant(name, value):
        constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def tensor(name):
        return weights[name]

    def op(kind, inputs, output, domain="", **attributes):
        nodes.append(helper.make_node(kind, inputs, [output], name=output, domain=domain, **attributes))
        return output

    hidden = "embedded"
    for layer in range(config["num_hidden_layers"]):
        base = f"encoder.layer.{layer}."
        parts = [base + f"attention.self.{part}." for part in ("query", "key", "value")]
        joined = np.concatenate([tensor(part + "weight").T for part in parts], axis=1)
        bias = np.concatenate([tensor(part + "bias") for part in parts])
        name = f"l{layer}"
        inputs = [hidden, constant(name + ".qkv", joined), constant(name + ".qkv.bias", bias), "lengths"]
        context = op("Attention", inputs, name + ".context", FUSED, num_heads=heads)

        def dense(x, block, output):
            return op("MatMul", [x, constant(output + ".weight", tensor(base + block + ".dense.weight").T)], output)

        def norm(x, residual, block, output):
            names = (("LayerNorm.weight", ".scale"), ("LayerNorm.bias", ".shift"), ("dense.bias", ".bias"))
            rows = [constant(output + end, tensor(f"{base}{block}.{part}")) for part, end in names]
            return op("SkipLayerNormalization", [x, residual, *rows], output, FUSED, epsilon=config["layer_norm_eps"])

        attended = norm(dense(context, "attention.output", name + ".o"), hidden, "attention.output", name + ".attended")
        wide = dense(attended, "intermediate", name + ".wide")
        bias = constant(name + ".wide.bias", tensor(base + "intermediate.dense.bias"))
        wide = op("BiasGelu", [wide, bias], name + ".gelu", FUSED)
        hidden = norm(dense(wide, "output", name + ".narrow"), attended, "output", name + ".hidden")
    graph = helper.make_graph(
        nodes, "encoder",
        [helper.make_tensor_value_info("embedded", TensorProto.FLOAT, ["batch", "tokens", width]),
         helper.make_tensor_value_info("lengths", TensorProto.INT32, ["batch"])],
        [helper.make_tensor_value_info(hidden, TensorProto.FLOAT, ["batch", "tokens", width])],
        constants,
    )
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid(FUSED, 1)]
    return helper.make_model(graph, opset_imports=opsets, ir_version=9)


def embed(weights, ids, epsilon):
    """What BERT embeds a padded batch of token numbers as."""
    x = weights["embeddings.word_embeddings.weight"][ids]
    x = x + weights["embeddings.position_embeddings.weight"][: ids.shape[1]]
    x = x + weights["embeddings.token_type_embeddings.weight"][0]
    x = x - x.mean(-1, keepdims=True)
    x = x / np.sqrt((x * x).mean(-1, keepdims=True) + epsilon)
    return (x * weights["embeddings.LayerNorm.weight"] + weights["embeddings.LayerNorm.bias"]).astype(np.float32)


def main():
    model, config, tokenizer, sentences, *rest = sys.argv[1:]
    threads = int(rest[0]) if rest else 2
    weights, config = load_file(model), json.loads(Path(config).read_text())
    reader = Tokenizer.from_file(tokenizer)
    reader.enable_truncation(MAX_TOKENS)
    reader.no_padding()
    texts = [line for line in Path(sentences).read_text(encoding="utf-8").split("\n") if line]
    ids = sorted((encoding.ids for encoding in reader.encode_batch(texts)), key=len)
    batches = []
    for start in range(0, len(ids), BATCH):
        rows = ids[start : start + BATCH]
        padded = np.zeros((len(rows), max(map(len, rows))), dtype=np.int64)
        for row, own in zip(padded, rows):
            row[: len(own)] = own
        lengths = np.array([len(own) for own in rows], dtype=np.int32)
        batches.append({"embedded": embed(weights, padded, config["layer_norm_eps"]), "lengths": lengths})
    folder = Path(tempfile.mkdtemp(prefix="standfirst-onnx-"))
    full, int8 = folder / "full.onnx", folder / "int8.onnx"
    onnx.save(network(weights, config), full)
    # As ONNX Runtime advises for processors without VNNI: weights in 7 bits, a scale a column.
    extra = {"DefaultTensorType": TensorProto.FLOAT}
    quantize_dynamic(full, int8, weight_type=QuantType.QInt8, per_channel=True, reduce_range=True, extra_options=extra)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL
    providers = ["CPUExecutionProvider"]
    sessions = [onnxruntime.InferenceSession(str(path), options, providers=providers) for path in (full, int8)]
    tokens = sum(map(len, ids))
    found = {"sentences": len(ids), "tokens": tokens, "threads": threads, "onnxruntime": onnxruntime.__version__}

    def vectors(session):
        rows = []
        for batch in batches:
            states = session.run(None, batch)[0]
            rows += [own[:length].mean(0) for own, length in zip(states, batch["lengths"])]
        rows = np.stack(rows)
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)

    cosines = (vectors(sessions[0]) * vectors(sessions[1])).sum(1)
    found["cosine_mean"], found["cosine_worst"] = float(cosines.mean()), float(cosines.min())
    seconds = [[], []]
    for _ in range(RUNS):
        for session, own in zip(sessions, seconds):
            started = time.perf_counter()
            for batch in batches:
                session.run(None, batch)
            own.append(time.perf_counter() - started)
    for name, own in zip(("f32", "int8"), seconds):
        found[f"{name}_tokens_per_second"] = tokens / statistics.median(own)
    print(json.dumps(found))


if __name__ == "__main__":
    main()

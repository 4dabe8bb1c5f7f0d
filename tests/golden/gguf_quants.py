"""Makes tests/golden/gguf/quants.json: what the package gguf reads from two blocks of every format.

    /tmp/peer/bin/python tests/golden/gguf_quants.py
"""

import json
import pathlib

import gguf
import numpy as np

NAMES = "F16 BF16 Q4_0 Q4_1 Q5_0 Q5_1 Q8_0 Q2_K Q3_K Q4_K Q5_K Q6_K".split()
# Where in a block the numbers of 16 bits stand that others are multiplied by.
SCALES = {
    "Q4_0": [0], "Q4_1": [0, 2], "Q5_0": [0], "Q5_1": [0, 2], "Q8_0": [0],
    "Q2_K": [80, 82], "Q3_K": [108], "Q4_K": [0, 2], "Q5_K": [0, 2], "Q6_K": [208],
}  # fmt: skip


def blocks(name, noise):
    """512 numbers without pattern."""
    kind = gguf.GGMLQuantizationType[name]
    if name in ("F16", "BF16"):
        return gguf.quantize(noise.standard_normal(512).astype(np.float32), kind).view(np.uint8)
    per_block, size = gguf.GGML_QUANT_SIZES[kind]
    found = noise.integers(0, 256, (512 // per_block, size), dtype=np.uint8)
    for block in found:
        for at in SCALES[name]:
            block[at : at + 2] = np.array([noise.uniform(0.01, 0.2)], np.float16).view(np.uint8)
    return found.reshape(-1)


def main(path):
    noise, golden = np.random.default_rng(42), {}
    for name in NAMES:
        bytes_ = blocks(name, noise)
        numbers = gguf.dequantize(bytes_, gguf.GGMLQuantizationType[name]).reshape(-1)
        golden[name] = {"bytes": bytes_.tobytes().hex(), "numbers": [float(f"{x:.9g}") for x in numbers]}
    path.write_text(json.dumps(golden, separators=(",", ":")) + "\n")
    print(path, path.stat().st_size, "bytes")


if __name__ == "__main__":
    main(pathlib.Path(__file__).parent / "gguf" / "quants.json")

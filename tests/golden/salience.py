"""Makes salience.json: what the shipped head answers to made-up features, by numpy.

    pip install numpy safetensors && python3 tests/golden/salience.py
"""

import json
import pathlib

import numpy as np
from safetensors.numpy import load_file

ROOT = pathlib.Path(__file__).resolve().parents[2]
LIMIT = 4.0

head = {k: v.astype(np.float64) for k, v in load_file(ROOT / "models/salience/head.safetensors").items()}
features = np.random.default_rng(7).normal(head["mean"], 2 * head["scale"], (12, len(head["mean"])))
features = features.astype(np.float32)
x = np.clip((features - head["mean"]) / head["scale"], -LIMIT, LIMIT)
scores = np.tanh(x @ head["hidden"].T + head["bias"]) @ head["output"] + x @ head["linear"]
golden = {"features": features.tolist(), "scores": scores.tolist()}
(ROOT / "tests/golden/salience.json").write_text(json.dumps(golden) + "\n")

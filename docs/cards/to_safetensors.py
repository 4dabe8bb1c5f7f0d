"""Turns the pickle of a model hub's checkpoint into safetensors, which no code hides in.

    python3 -m venv v && v/bin/pip install torch safetensors numpy
    v/bin/python docs/cards/to_safetensors.py pytorch_model.bin docs/cards/distilbart-cnn-12-6/model.safetensors

PyTorch unpickles tensors only (weights_only), so the pickle runs nothing. Of tensors that are one and
the same, such as an embedding that serves as the last layer too, one is kept: the network ties them.
"""

import sys
from pathlib import Path

import torch
from safetensors.torch import save_file


def main(pickle, target):
    state = torch.load(pickle, map_location="cpu", weights_only=True)
    kept, seen = {}, set()
    # A name for all uses of an embedding comes first.
    for name in sorted(state, key=lambda name: (not name.endswith("shared.weight"), name)):
        tensor = state[name]
        place = (tensor.data_ptr(), tensor.shape, tensor.stride())
        if tensor.numel() and place in seen:
            continue
        seen.add(place)
        kept[name] = tensor.clone().contiguous()
    target = Path(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    save_file(kept, target, metadata={"format": "pt"})
    print(f"{len(kept)} of {len(state)} tensors, {target.stat().st_size} bytes: {target}")


if __name__ == "__main__":
    main(*sys.argv[1:])

"""MiniLM with its upper layers and two heads to train: BERT (Devlin et al. 2019) as its weights define it.

The lower layers are those of the sentence encoder, untouched, so that the program computes them once for
this model and for the summariser. A text is read once; every target in it is judged at its own tokens.
"""

import torch
import torch.nn as nn
import torch.nn.functional as F
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer

CLASSES = ["negative", "neutral", "positive"]
WIDTH, HEADS, LAYERS = 384, 12, 6
MAX_TOKENS = 256
PARTS = {
    "query": "attention.self.query",
    "key": "attention.self.key",
    "value": "attention.self.value",
    "output": "attention.output.dense",
    "output_norm": "attention.output.LayerNorm",
    "widen": "intermediate.dense",
    "narrow": "output.dense",
    "narrow_norm": "output.LayerNorm",
}


class Layer(nn.Module):
    """One block of attention and feed-forward, with the weights of the encoder's layer `index`."""

    def __init__(self, weights, index, dropout):
        super().__init__()
        self.dropout = dropout
        for name, path in PARTS.items():
            weight = weights[f"encoder.layer.{index}.{path}.weight"]
            if name.endswith("norm"):
                part = nn.LayerNorm(WIDTH, eps=1e-12)
            else:
                part = nn.Linear(weight.shape[1], weight.shape[0])
            part.weight.data.copy_(weight)
            part.bias.data.copy_(weights[f"encoder.layer.{index}.{path}.bias"])
            setattr(self, name, part)

    def forward(self, states, bias):
        batch, length, _ = states.shape
        split = lambda x: x.view(batch, length, HEADS, WIDTH // HEADS).transpose(1, 2)
        drop = self.dropout if self.training else 0.0
        context = F.scaled_dot_product_attention(
            split(self.query(states)), split(self.key(states)), split(self.value(states)),
            attn_mask=bias, dropout_p=drop,
        ).transpose(1, 2).reshape(batch, length, WIDTH)
        states = self.output_norm(states + F.dropout(self.output(context), drop))
        inner = self.narrow(F.gelu(self.widen(states)))
        return self.narrow_norm(states + F.dropout(inner, drop))


class Lower:
    """The encoder's embeddings and its first `depth` layers, as they are."""

    def __init__(self, folder, depth):
        self.weights = load_file(f"{folder}/model.safetensors")
        self.tokenizer = Tokenizer.from_file(f"{folder}/tokenizer.json")
        self.tokenizer.enable_truncation(MAX_TOKENS)
        self.tokenizer.no_padding()
        self.depth = depth
        self.layers = [Layer(self.weights, i, 0.0).eval() for i in range(depth)]

    @torch.no_grad()
    def states(self, ids, bias):
        """What the lower layers make of token numbers: batch × length × WIDTH."""
        get = lambda name: self.weights[f"embeddings.{name}"]
        positions = get("position_embeddings.weight") + get("token_type_embeddings.weight")[0]
        states = get("word_embeddings.weight")[ids] + positions[: ids.shape[1]]
        norm = get("LayerNorm.weight"), get("LayerNorm.bias")
        states = F.layer_norm(states, (WIDTH,), *norm, 1e-12)
        for layer in self.layers:
            states = layer(states, bias)
        return states


class Upper(nn.Module):
    """The layers above, and the heads over [CLS], the mean of the target and the mean of the text."""

    def __init__(self, lower, dropout):
        super().__init__()
        self.depth, self.dropout = lower.depth, dropout
        self.layers = nn.ModuleList(
            Layer(lower.weights, i, dropout) for i in range(lower.depth, LAYERS)
        )
        self.target = nn.Linear(3 * WIDTH, len(CLASSES))
        self.text = nn.Linear(2 * WIDTH, len(CLASSES))

    def forward(self, states, bias, keep, of_text, at):
        """Logits of the texts, and of the targets: target i stands in text of_text[i] at the tokens at[i]."""
        for layer in self.layers:
            states = layer(states, bias)
        drop = lambda x: F.dropout(x, self.dropout, self.training)
        mean = (states * keep.unsqueeze(-1)).sum(1) / keep.sum(1, keepdim=True)
        text = self.text(drop(torch.cat([states[:, 0], mean], 1)))
        own = states[of_text]
        target = (own * at.unsqueeze(-1)).sum(1) / at.sum(1, keepdim=True).clamp(min=1)
        target = self.target(drop(torch.cat([own[:, 0], target, mean[of_text]], 1)))
        return text, target

    def save(self, path, temperatures):
        """Writes what was trained; the heads divided by their temperature, so that a softmax is calibrated."""
        tensors = {}
        for index, layer in enumerate(self.layers, self.depth):
            for name, place in PARTS.items():
                for part in ("weight", "bias"):
                    tensor = getattr(getattr(layer, name), part)
                    tensors[f"encoder.layer.{index}.{place}.{part}"] = tensor.detach().half()
        for name, head in (("target", self.target), ("text", self.text)):
            for part in ("weight", "bias"):
                tensor = getattr(head, part).detach() / temperatures[name]
                tensors[f"{name}.{part}"] = tensor.float()
        save_file({name: tensor.contiguous() for name, tensor in tensors.items()}, path)

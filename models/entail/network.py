"""MiniLM as a cross-encoder of a premise and a hypothesis: BERT (Devlin et al. 2019) as its weights define it.

The embeddings and the lower layers are those of all-MiniLM-L6-v2, untouched; the upper layers, the pooler and a head of
three classes are trained.
"""

import torch
import torch.nn as nn
import torch.nn.functional as F
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer

CLASSES = ["entailment", "neutral", "contradiction"]
WIDTH, HEADS, LAYERS = 384, 12, 6
FROZEN = 2  # lower layers that stay as they are in the encoder
MAX_TOKENS = 192
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


def tokenizer(folder):
    """The encoder's tokenizer: a pair becomes [CLS] premise [SEP] hypothesis [SEP], only the premise is cut."""
    found = Tokenizer.from_file(f"{folder}/tokenizer.json")
    found.enable_truncation(MAX_TOKENS, strategy="only_first")
    found.no_padding()
    return found


class Layer(nn.Module):
    """One block of attention and feed-forward, with the weights of the encoder's layer `index`."""

    def __init__(self, weights, index):
        super().__init__()
        for name, path in PARTS.items():
            weight = weights[f"encoder.layer.{index}.{path}.weight"]
            if name.endswith("norm"):
                part = nn.LayerNorm(WIDTH, eps=1e-12)
            else:
                part = nn.Linear(weight.shape[1], weight.shape[0])
            part.weight.data.copy_(weight)
            part.bias.data.copy_(weights[f"encoder.layer.{index}.{path}.bias"])
            setattr(self, name, part)

    def forward(self, states, mask, first_only=False):
        """The states of the next layer: of all tokens, or of the first alone, which costs a sixth."""
        batch = len(states)
        own = states[:, :1] if first_only else states
        split = lambda x: x.view(batch, -1, HEADS, WIDTH // HEADS).transpose(1, 2)
        context = (
            F.scaled_dot_product_attention(
                split(self.query(own)), split(self.key(states)), split(self.value(states)), attn_mask=mask
            )
            .transpose(1, 2)
            .reshape(own.shape)
        )
        states = self.output_norm(own + self.output(context))
        return self.narrow_norm(states + self.narrow(F.gelu(self.widen(states))))


class Entail(nn.Module):
    """Logits of CLASSES for pairs of texts."""

    def __init__(self, folder):
        super().__init__()
        weights = load_file(f"{folder}/model.safetensors")
        get = lambda name: weights[f"embeddings.{name}"].float()
        for name in ("word", "position", "token_type"):
            self.register_buffer(name, get(f"{name}_embeddings.weight"), persistent=False)
        self.register_buffer("norm_weight", get("LayerNorm.weight"), persistent=False)
        self.register_buffer("norm_bias", get("LayerNorm.bias"), persistent=False)
        self.layers = nn.ModuleList(Layer(weights, i) for i in range(LAYERS))
        self.layers[:FROZEN].requires_grad_(False)
        self.pooler = nn.Linear(WIDTH, WIDTH)
        self.pooler.weight.data.copy_(weights["pooler.dense.weight"])
        self.pooler.bias.data.copy_(weights["pooler.dense.bias"])
        self.classifier = nn.Linear(WIDTH, len(CLASSES))
        nn.init.normal_(self.classifier.weight, std=0.02)
        nn.init.zeros_(self.classifier.bias)

    def forward(self, ids, types, keep):
        """`ids`, `types` (0 premise, 1 hypothesis) and `keep` (False: padding), batch × length each."""
        ids, types, keep = (x.to(self.word.device) for x in (ids, types, keep))
        states = self.word[ids] + self.position[: ids.shape[1]] + self.token_type[types]
        states = F.layer_norm(states, (WIDTH,), self.norm_weight, self.norm_bias, 1e-12)
        mask = None if keep.all() else keep[:, None, None, :]
        for index, layer in enumerate(self.layers):
            with torch.set_grad_enabled(torch.is_grad_enabled() and index >= FROZEN):
                states = layer(states, mask, first_only=index == LAYERS - 1)
        return self.classifier(torch.tanh(self.pooler(states[:, 0])))

    def tensors(self):
        """What was trained, under BERT's names."""
        found = {}
        for index, layer in enumerate(self.layers[FROZEN:], FROZEN):
            for name, place in PARTS.items():
                for part in ("weight", "bias"):
                    found[f"encoder.layer.{index}.{place}.{part}"] = getattr(getattr(layer, name), part)
        for part in ("weight", "bias"):
            found[f"pooler.dense.{part}"] = getattr(self.pooler, part)
            found[f"classifier.{part}"] = getattr(self.classifier, part)
        return found

    def save(self, path):
        """Writes what was trained as fp16."""
        save_file({name: t.detach().half().contiguous() for name, t in self.tensors().items()}, path)

    @torch.no_grad()
    def load(self, path):
        """Reads what `save` wrote."""
        stored = load_file(path)
        for name, tensor in self.tensors().items():
            tensor.copy_(stored[name])
        return self

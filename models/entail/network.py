"""MPNet as a cross-encoder of a premise and a hypothesis (Song et al. 2020), as its weights define it.

The weights are those of all-mpnet-base-v2, untouched; beside the products of the upper layers stand low-rank ones (Hu et
al. 2021, "LoRA"), which are trained together with a pooler and a head of three classes.
"""

import math

import torch
import torch.nn as nn
import torch.nn.functional as F
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer

CLASSES = ["entailment", "neutral", "contradiction"]
WIDTH, HEADS, LAYERS = 768, 12, 12
FROZEN = 2  # lower layers that stay as they are
RANK, ALPHA = 16, 32  # of the low-rank products, which are scaled by ALPHA / RANK
MAX_TOKENS = 192
BUCKETS, FARTHEST = 32, 128  # of the relative positions
EPSILON = 1e-5
PAD, FIRST_POSITION = 1, 2
PARTS = {
    "query": "attention.attn.q",
    "key": "attention.attn.k",
    "value": "attention.attn.v",
    "output": "attention.attn.o",
    "output_norm": "attention.LayerNorm",
    "widen": "intermediate.dense",
    "narrow": "output.dense",
    "narrow_norm": "output.LayerNorm",
}


def tokenizer(folder):
    """The encoder's tokenizer: a pair becomes <s> premise </s></s> hypothesis </s>, only the premise is cut."""
    found = Tokenizer.from_file(f"{folder}/tokenizer.json")
    found.enable_truncation(MAX_TOKENS, strategy="only_first")
    found.no_padding()
    return found


def buckets(length):
    """The bucket of every distance between two of `length` tokens: exact when near, logarithmic when far (Raffel et al. 2020)."""
    distance = torch.arange(length)[:, None] - torch.arange(length)[None, :]  # query minus key
    half, away = BUCKETS // 2, distance.abs()
    exact = half // 2
    far = exact + (torch.log(away.clamp(min=1).float() / exact) / math.log(FARTHEST / exact) * (half - exact)).long()
    return (distance < 0).long() * half + torch.where(away < exact, away, far.clamp(max=half - 1))


class LowRank(nn.Module):
    """A linear map that stays as it is, and a low-rank one beside it, if that is `learnt`."""

    def __init__(self, weight, bias, learnt):
        super().__init__()
        self.register_buffer("weight", weight.float(), persistent=False)
        self.register_buffer("bias", bias.float(), persistent=False)
        self.learnt = learnt
        if learnt:
            self.a = nn.Parameter(torch.randn(RANK, weight.shape[1]) / math.sqrt(weight.shape[1]))
            self.b = nn.Parameter(torch.zeros(weight.shape[0], RANK))

    def forward(self, x):
        found = F.linear(x, self.weight, self.bias)
        if not self.learnt:
            return found
        beside = F.linear(F.linear(x, self.a.to(x.dtype)), self.b.to(x.dtype))
        return found + beside * (ALPHA / RANK)


class Norm(nn.Module):
    """Layer normalisation that stays as it is."""

    def __init__(self, weight, bias):
        super().__init__()
        self.register_buffer("weight", weight.float(), persistent=False)
        self.register_buffer("bias", bias.float(), persistent=False)

    def forward(self, x):
        return F.layer_norm(x, (WIDTH,), self.weight, self.bias, EPSILON)


class Layer(nn.Module):
    """One block of attention and feed-forward, with the weights of the encoder's layer `index`."""

    def __init__(self, weights, index):
        super().__init__()
        for name, path in PARTS.items():
            weight, bias = (weights[f"encoder.layer.{index}.{path}.{part}"] for part in ("weight", "bias"))
            setattr(self, name, Norm(weight, bias) if name.endswith("norm") else LowRank(weight, bias, index >= FROZEN))

    def forward(self, states, mask, first_only=False):
        """The states of the next layer: of all tokens, or of the first alone."""
        batch = len(states)
        own = states[:, :1] if first_only else states
        mask = mask[:, :, :1] if first_only else mask
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
        weights = {name.removeprefix("mpnet."): weight for name, weight in weights.items()}
        keep = lambda name, weight: self.register_buffer(name, weight.float(), persistent=False)
        for name in ("word", "position"):
            keep(name, weights[f"embeddings.{name}_embeddings.weight"])
        self.norm = Norm(weights["embeddings.LayerNorm.weight"], weights["embeddings.LayerNorm.bias"])
        keep("relative", weights["encoder.relative_attention_bias.weight"])
        self.layers = nn.ModuleList(Layer(weights, i) for i in range(LAYERS))
        self.pooler = nn.Linear(WIDTH, WIDTH)
        self.pooler.weight.data.copy_(weights["pooler.dense.weight"])
        self.pooler.bias.data.copy_(weights["pooler.dense.bias"])
        self.classifier = nn.Linear(WIDTH, len(CLASSES))
        nn.init.normal_(self.classifier.weight, std=0.02)
        nn.init.zeros_(self.classifier.bias)

    def halve(self):
        """Keeps what is not learnt in bfloat16, for training alone."""
        for module in self.modules():
            if isinstance(module, (LowRank, Norm)):
                module.weight, module.bias = module.weight.bfloat16(), module.bias.bfloat16()
        return self

    def forward(self, ids, keep):
        """`ids` and `keep` (False: padding), batch × length each."""
        ids, keep = ids.to(self.word.device), keep.to(self.word.device)
        length, dtype = ids.shape[1], self.layers[0].query.weight.dtype
        states = self.norm((self.word[ids] + self.position[FIRST_POSITION : FIRST_POSITION + length]).to(dtype))
        bias = self.relative[buckets(length).to(ids.device)].permute(2, 0, 1)[None]
        mask = bias.masked_fill(~keep[:, None, None, :], -1e9).to(dtype)
        for index, layer in enumerate(self.layers):
            with torch.set_grad_enabled(torch.is_grad_enabled() and index >= FROZEN):
                states = layer(states, mask, first_only=index == LAYERS - 1)
        return self.classifier(torch.tanh(self.pooler(states[:, 0].float())))

    def tensors(self):
        """What was trained, by names like the encoder's, as PEFT calls them."""
        found = {}
        for index, layer in enumerate(self.layers[FROZEN:], FROZEN):
            for name, place in PARTS.items():
                if not name.endswith("norm"):
                    found[f"encoder.layer.{index}.{place}.lora_A.weight"] = getattr(layer, name).a
                    found[f"encoder.layer.{index}.{place}.lora_B.weight"] = getattr(layer, name).b
        for part in ("weight", "bias"):
            found[f"pooler.dense.{part}"] = getattr(self.pooler, part)
            found[f"classifier.{part}"] = getattr(self.classifier, part)
        return found

    def save(self, path):
        """Writes what was trained as fp16, the scale of the low-rank products within their second matrices."""
        scale = lambda name: ALPHA / RANK if ".lora_B." in name else 1.0
        save_file({name: (t.detach() * scale(name)).half().contiguous() for name, t in self.tensors().items()}, path)

    @torch.no_grad()
    def load(self, path):
        """Reads what `save` wrote."""
        stored = load_file(path)
        for name, tensor in self.tensors().items():
            tensor.copy_(stored[name])
            if ".lora_B." in name:
                tensor.mul_(RANK / ALPHA)
        return self

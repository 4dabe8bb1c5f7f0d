"""The forward pass of LLaMA, Qwen 2 and Qwen 3 in numpy, straight from the definition: the weights of a
GGUF file (F32, Q4_1, Q8_0) as they are, activations in f32 and never rounded. What llama.cpp and we
approximate."""

import struct

import numpy as np

FORMATS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}
TEXT, LIST = 8, 9
ALIGNMENT = 32


class Gguf:
    """Metadata and tensors of a file."""

    def __init__(self, path):
        self.bytes = path.read_bytes()
        self.at = 8
        tensors, values = self.read("Q"), self.read("Q")
        self.metadata = {self.text(): self.value(self.read("I")) for _ in range(values)}
        self.tensors = {}
        for _ in range(tensors):
            name = self.text()
            shape = [self.read("Q") for _ in range(self.read("I"))][::-1]
            self.tensors[name] = (shape, self.read("I"), self.read("Q"))
        self.data = -(-self.at // ALIGNMENT) * ALIGNMENT

    def read(self, form):
        (value,) = struct.unpack_from("<" + form, self.bytes, self.at)
        self.at += struct.calcsize("<" + form)
        return value

    def text(self):
        length = self.read("Q")
        self.at += length
        return self.bytes[self.at - length : self.at].decode("utf-8", "replace")

    def value(self, kind):
        if kind == TEXT:
            return self.text()
        if kind == LIST:
            inner, count = self.read("I"), self.read("Q")
            return [self.value(inner) for _ in range(count)]
        return self.read(FORMATS[kind])

    def tensor(self, name):
        shape, kind, offset = self.tensors[name]
        count, start = int(np.prod(shape)), self.data + offset
        if kind == 0:
            return np.frombuffer(self.bytes, np.float32, count, start).reshape(shape)
        size = {3: 20, 8: 34}[kind]
        blocks = np.frombuffer(self.bytes, np.uint8, count // 32 * size, start).reshape(-1, size)
        half = lambda first: blocks[:, first : first + 2].copy().view(np.float16).astype(np.float32)
        if kind == 8:
            return (blocks[:, 2:].copy().view(np.int8) * half(0)).reshape(shape)
        codes = np.concatenate([blocks[:, 4:] & 15, blocks[:, 4:] >> 4], axis=1)
        return (codes * half(0) + half(2)).astype(np.float32).reshape(shape)


class Llama:
    """The network of the file at `path`."""

    def __init__(self, path):
        gguf = Gguf(path)
        self.name = gguf.metadata["general.architecture"]
        value = lambda key, default=None: gguf.metadata.get(f"{self.name}.{key}", default)
        self.heads, self.shared = value("attention.head_count"), value("attention.head_count_kv")
        self.epsilon = value("attention.layer_norm_rms_epsilon")
        self.base = value("rope.freq_base", 10_000.0)
        tensor = lambda name: gguf.tensor(name) if name in gguf.tensors else None
        self.embedding, self.norm = tensor("token_embd.weight"), tensor("output_norm.weight")
        self.size = value("attention.key_length", self.embedding.shape[1] // self.heads)
        head = tensor("output.weight")
        self.head = self.embedding if head is None else head
        prefixes = [f"blk.{i}." for i in range(value("block_count"))]
        parts = lambda prefix: [name for name in gguf.tensors if name.startswith(prefix)]
        self.layers = [{name.removeprefix(p): tensor(name) for name in parts(p)} for p in prefixes]

    def logits(self, tokens):
        """The logits of what follows the last of `tokens`."""
        x = self.embedding[tokens].copy()
        angle = np.outer(np.arange(len(tokens)), self.base ** (-np.arange(0, self.size, 2) / self.size))
        turn = np.exp(1j * angle)[:, None, :]
        unseen = np.triu(np.full((len(tokens), len(tokens)), -np.inf), 1)
        for layer in self.layers:
            normed = self.normed(x, layer["attn_norm.weight"])
            queries, keys = self.split(normed, layer, "q", turn), self.split(normed, layer, "k", turn)
            values, group = self.split(normed, layer, "v"), self.heads // self.shared
            keys, values = np.repeat(keys, group, axis=1), np.repeat(values, group, axis=1)
            scores = np.einsum("qhs,khs->hqk", queries, keys) / np.sqrt(self.size) + unseen
            weights = np.exp(scores - scores.max(-1, keepdims=True))
            weights /= weights.sum(-1, keepdims=True)
            attended = np.einsum("hqk,khs->qhs", weights, values).reshape(len(tokens), -1)
            x = x + attended @ layer["attn_output.weight"].T
            normed = self.normed(x, layer["ffn_norm.weight"])
            gate = normed @ layer["ffn_gate.weight"].T
            inner = gate / (1 + np.exp(-gate)) * (normed @ layer["ffn_up.weight"].T)
            x = x + inner @ layer["ffn_down.weight"].T
        return (self.normed(x[-1:], self.norm) @ self.head.T)[0]

    def split(self, normed, layer, part, turn=None):
        """Queries, keys or values, head by head, at their positions if `turn` says where they are."""
        rows = normed @ layer[f"attn_{part}.weight"].T + layer.get(f"attn_{part}.bias", 0)
        rows = rows.reshape(len(normed), -1, self.size)
        if f"attn_{part}_norm.weight" in layer:
            rows = self.normed(rows, layer[f"attn_{part}_norm.weight"])
        return rows if turn is None else rotated(rows, turn, self.name == "llama")

    def normed(self, x, scale):
        return x / np.sqrt((x * x).mean(-1, keepdims=True) + self.epsilon) * scale


def rotated(x, turn, neighbours):
    """Pairs of numbers, neighbours or half a head apart, as one complex number each, turned."""
    if neighbours:
        pairs = (x[..., 0::2] + 1j * x[..., 1::2]) * turn
        return np.stack([pairs.real, pairs.imag], axis=-1).reshape(x.shape).astype(np.float32)
    first, second = np.split(x, 2, axis=-1)
    pairs = (first + 1j * second) * turn
    return np.concatenate([pairs.real, pairs.imag], axis=-1).astype(np.float32)

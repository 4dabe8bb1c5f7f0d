"""A LLaMA forward pass in numpy, straight from the definition: the weights of a GGUF file (F32, Q4_1,
Q8_0) as they are, activations in f32 and never rounded. What llama.cpp and we approximate."""

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

    PARTS = ["attn_norm", "attn_q", "attn_k", "attn_v", "attn_output"]
    PARTS += ["ffn_norm", "ffn_gate", "ffn_up", "ffn_down"]

    def __init__(self, path):
        gguf = Gguf(path)
        count = lambda key: gguf.metadata["llama." + key]
        self.heads, self.shared = count("attention.head_count"), count("attention.head_count_kv")
        self.epsilon = count("attention.layer_norm_rms_epsilon")
        self.base = count("rope.freq_base")
        self.embedding = gguf.tensor("token_embd.weight")
        self.norm = gguf.tensor("output_norm.weight")
        part = lambda layer, name: gguf.tensor(f"blk.{layer}.{name}.weight")
        self.layers = [{name: part(i, name) for name in self.PARTS} for i in range(count("block_count"))]

    def logits(self, tokens):
        """The logits of what follows the last of `tokens`."""
        x, size = self.embedding[tokens].copy(), self.embedding.shape[1] // self.heads
        angle = np.outer(np.arange(len(tokens)), self.base ** (-np.arange(0, size, 2) / size))
        turn = np.exp(1j * angle)[:, None, :]
        unseen = np.triu(np.full((len(tokens), len(tokens)), -np.inf), 1)
        for layer in self.layers:
            normed = self.normed(x, layer["attn_norm"])
            split = lambda name, heads: (normed @ layer[name].T).reshape(len(tokens), heads, size)
            queries = rotated(split("attn_q", self.heads), turn)
            keys, values = rotated(split("attn_k", self.shared), turn), split("attn_v", self.shared)
            group = self.heads // self.shared
            keys, values = np.repeat(keys, group, axis=1), np.repeat(values, group, axis=1)
            scores = np.einsum("qhs,khs->hqk", queries, keys) / np.sqrt(size) + unseen
            weights = np.exp(scores - scores.max(-1, keepdims=True))
            weights /= weights.sum(-1, keepdims=True)
            attended = np.einsum("hqk,khs->qhs", weights, values).reshape(x.shape)
            x = x + attended @ layer["attn_output"].T
            normed = self.normed(x, layer["ffn_norm"])
            gate = normed @ layer["ffn_gate"].T
            inner = gate / (1 + np.exp(-gate)) * (normed @ layer["ffn_up"].T)
            x = x + inner @ layer["ffn_down"].T
        return (self.normed(x[-1:], self.norm) @ self.embedding.T)[0]

    def normed(self, x, scale):
        return x / np.sqrt((x * x).mean(-1, keepdims=True) + self.epsilon) * scale


def rotated(x, turn):
    """Neighbouring numbers as one complex number, turned."""
    pairs = (x[..., 0::2] + 1j * x[..., 1::2]) * turn
    return np.stack([pairs.real, pairs.imag], axis=-1).reshape(x.shape).astype(np.float32)

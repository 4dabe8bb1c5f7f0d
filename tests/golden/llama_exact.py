"""The forward pass of LLaMA, Qwen 2 and 3, Gemma 3, SmolLM3 and Granite in numpy, straight from the
definition: the weights of a GGUF file as they are, activations in f32 and never rounded. What llama.cpp
and we approximate."""

import struct

import numpy as np

FORMATS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}
TEXT, LIST = 8, 9
# Numbers as they are, by the number of their type.
PLAIN = {0: np.float32, 1: np.float16}
# Formats of blocks of 32: bytes, numbers of 16 bits at the start, whether fifth bits follow, the code of 0.
BLOCKS = {2: (18, 1, 0, 8), 3: (20, 2, 0, 0), 6: (22, 1, 1, 16), 7: (24, 2, 1, 0), 8: (34, 1, 0, 0)}
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
        if kind in PLAIN:
            return np.frombuffer(self.bytes, PLAIN[kind], count, start).reshape(shape).astype(np.float32)
        if kind not in BLOCKS:
            # Formats of longer blocks, by the package that defines them.
            import gguf

            per_block, size = gguf.GGML_QUANT_SIZES[gguf.GGMLQuantizationType(kind)]
            data = np.frombuffer(self.bytes, np.uint8, count // per_block * size, start)
            return gguf.dequantize(data, gguf.GGMLQuantizationType(kind)).reshape(shape)
        size, scales, fifth, zero = BLOCKS[kind]
        blocks = np.frombuffer(self.bytes, np.uint8, count // 32 * size, start).reshape(-1, size)
        half = lambda first: blocks[:, first : first + 2].copy().view(np.float16).astype(np.float32)
        if kind == 8:
            return (blocks[:, 2:].copy().view(np.int8) * half(0)).reshape(shape)
        low = blocks[:, 2 * scales + 4 * fifth :]
        codes = np.concatenate([low & 15, low >> 4], axis=1).astype(np.float32)
        if fifth:
            codes += 16 * np.unpackbits(blocks[:, 2 * scales : 2 * scales + 4], axis=1, bitorder="little")
        minimum = half(2) if scales == 2 else 0
        return ((codes - zero) * half(0) + minimum).astype(np.float32).reshape(shape)


class Llama:
    """The network of the file at `path`."""

    def __init__(self, path):
        gguf = Gguf(path)
        self.name = gguf.metadata["general.architecture"]
        value = lambda key, default=None: gguf.metadata.get(f"{self.name}.{key}", default)
        self.heads, self.shared = value("attention.head_count"), value("attention.head_count_kv")
        self.epsilon = value("attention.layer_norm_rms_epsilon")
        tensor = lambda name: gguf.tensor(name) if name in gguf.tensors else None
        self.embedding, self.norm = tensor("token_embd.weight"), tensor("output_norm.weight")
        width = self.embedding.shape[1]
        self.size = value("attention.key_length", width // self.heads)
        head = tensor("output.weight")
        self.head = self.embedding if head is None else head
        count = value("block_count")
        prefixes = [f"blk.{i}." for i in range(count)]
        parts = lambda prefix: [name for name in gguf.tensors if name.startswith(prefix)]
        self.layers = [{name.removeprefix(p): tensor(name) for name in parts(p)} for p in prefixes]
        self.places(value, tensor("rope_freqs.weight"), count)
        self.scales = {
            "embedding": np.sqrt(width) if self.name == "gemma3" else value("embedding_scale", 1.0),
            "attention": value("attention.scale", 1 / np.sqrt(self.size)),
            "residual": value("residual_scale", 1.0),
            "logits": 1 / value("logit_scale", 1.0),
        }

    def places(self, value, divisors, count):
        """For each layer the angles per position, if any, and how many tokens it sees."""
        by = np.arange(0, self.size, 2) / self.size
        factor = value("rope.scaling.factor", 1.0)
        angles = value("rope.freq_base", 10_000.0) ** -by / factor / (1 if divisors is None else divisors)
        self.seen = [(angles, None)] * count
        if self.name == "gemma3":
            near = (10_000.0**-by, value("attention.sliding_window"))
            self.seen = [(angles, None) if i % 6 == 5 else near for i in range(count)]
        elif self.name == "smollm3":
            self.seen = [(None if i % 4 == 3 else angles, None) for i in range(count)]

    def logits(self, tokens):
        """The logits of what follows the last of `tokens`."""
        x = self.embedding[tokens] * np.float32(self.scales["embedding"])
        places = np.arange(len(tokens))
        for layer, (angles, window) in zip(self.layers, self.seen):
            turn = None if angles is None else np.exp(1j * np.outer(places, angles))[:, None, :]
            distance = places[:, None] - places[None, :]
            hidden = (distance < 0) | (distance >= (window or len(tokens)))
            answer = self.attend(self.normed(x, layer["attn_norm.weight"]), layer, turn, hidden)
            x = x + self.answer(answer, layer, "post_attention_norm.weight")
            answer = self.feed_forward(self.normed(x, layer["ffn_norm.weight"]), layer)
            x = x + self.answer(answer, layer, "post_ffw_norm.weight")
        return (self.normed(x[-1:], self.norm) @ self.head.T)[0] * np.float32(self.scales["logits"])

    def attend(self, normed, layer, turn, hidden):
        queries, keys = self.split(normed, layer, "q", turn), self.split(normed, layer, "k", turn)
        values, group = self.split(normed, layer, "v"), self.heads // self.shared
        keys, values = np.repeat(keys, group, axis=1), np.repeat(values, group, axis=1)
        scores = np.einsum("qhs,khs->hqk", queries, keys) * self.scales["attention"]
        scores = np.where(hidden, -np.inf, scores)
        weights = np.exp(scores - scores.max(-1, keepdims=True))
        weights /= weights.sum(-1, keepdims=True)
        attended = np.einsum("hqk,khs->qhs", weights, values).reshape(len(normed), -1)
        return attended @ layer["attn_output.weight"].T

    def feed_forward(self, normed, layer):
        gate = normed @ layer["ffn_gate.weight"].T
        if self.name == "gemma3":
            gate = gate / 2 * (1 + np.tanh(np.sqrt(2 / np.pi) * (gate + 0.044715 * gate**3)))
        else:
            gate = gate / (1 + np.exp(-gate))
        return (gate * (normed @ layer["ffn_up.weight"].T)) @ layer["ffn_down.weight"].T

    def answer(self, answer, layer, norm):
        """What a part of a layer adds."""
        if norm in layer:
            answer = self.normed(answer, layer[norm])
        return answer * np.float32(self.scales["residual"])

    def split(self, normed, layer, part, turn=None):
        """Queries, keys or values, head by head, at their positions if `turn` says where they are."""
        rows = normed @ layer[f"attn_{part}.weight"].T + layer.get(f"attn_{part}.bias", 0)
        rows = rows.reshape(len(normed), -1, self.size)
        if f"attn_{part}_norm.weight" in layer:
            rows = self.normed(rows, layer[f"attn_{part}_norm.weight"])
        neighbours = self.name in ("llama", "smollm3", "granite")
        return rows if turn is None else rotated(rows, turn, neighbours)

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

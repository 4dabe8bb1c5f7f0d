"""Networks of seeded noise as GGUF files, one of each architecture."""

import dataclasses

import gguf
import numpy as np

WIDTH, HEADS, SHARED = 64, 4, 2
# As of Llama 3: the slowest pairs of numbers are slowed down further.
SLOWED = [1.0, 1.0, 1.25, 1.5, 2.0, 4.0, 8.0, 32.0]
QUANTS = gguf.GGMLQuantizationType


@dataclasses.dataclass(frozen=True)
class Network:
    """What differs from one to the next."""

    file: str
    name: str
    layers: int = 2
    inner: int = 96
    # Numbers a head; width divided by heads where it is not said.
    size: int | None = None
    untied: bool = False
    # Of the products' weights.
    kind: QUANTS = QUANTS.Q8_0
    # How large embeddings are, and the last layer.
    embedding: float = 4.0
    head: float = 3.0
    base: float = 1_000_000.0
    # What more the metadata say, by the names of the writer's methods.
    more: dict = dataclasses.field(default_factory=dict)


NETWORKS = [
    Network("qwen2", "qwen2"),
    Network("qwen2-untied", "qwen2", untied=True),
    Network("qwen3", "qwen3", size=32),
    Network("llama3", "llama", base=500_000.0, kind=QUANTS.Q5_0),
    Network("smollm3", "smollm3", layers=4, kind=QUANTS.Q4_0, base=5_000_000.0),
    Network(
        "granite", "granite", untied=True, base=10_000.0, embedding=1.0, head=8.0, kind=QUANTS.Q5_1,
        more={"embedding_scale": 4.0, "residual_scale": 0.6, "attention_scale": 0.09, "logit_scale": 2.0},
    ),
    Network(
        "gemma3", "gemma3", layers=6, inner=64, size=16,
        more={"sliding_window": 24, "rope_scaling_type": gguf.RopeScalingType.LINEAR, "rope_scaling_factor": 8.0},
    ),
]  # fmt: skip


def write(path, network, vocabulary, noise):
    """The file of `network`; `vocabulary` is what the writer's methods are to be given."""
    writer = gguf.GGUFWriter(str(path), network.name)
    writer.add_block_count(network.layers)
    writer.add_context_length(512)
    writer.add_embedding_length(WIDTH)
    writer.add_feed_forward_length(network.inner)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(SHARED)
    if network.size:
        writer.add_key_length(network.size)
        writer.add_value_length(network.size)
    writer.add_layer_norm_rms_eps(1e-6)
    writer.add_rope_freq_base(network.base)
    for add, value in {**network.more, **vocabulary}.items():
        getattr(writer, f"add_{add}")(value)
    for tensor, (shape, values) in tensors(network, len(vocabulary["token_list"]), noise).items():
        kind = QUANTS.F32
        if len(shape) == 2:
            kind = network.kind if tensor.startswith("blk.") else QUANTS.Q8_0
        writer.add_tensor(tensor, gguf.quantize(values, kind), raw_dtype=kind)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def tensors(network, count, noise):
    """Noise of a size that keeps the rows of a layer near their length."""
    name, size = network.name, network.size or WIDTH // HEADS
    found = {}

    def add(tensor, *shape, by=1.0, around=0.0):
        values = around + noise.standard_normal(shape) * by / np.sqrt(shape[-1] if len(shape) == 2 else 1)
        found[tensor] = (shape, values.astype(np.float32))

    add("token_embd.weight", count, WIDTH, by=network.embedding)
    # Turned round where the embeddings are the last layer, or what was read last would be written on and on.
    own = network.untied or network.name.startswith("qwen")
    add("output_norm.weight", WIDTH, by=0.2, around=1.0 if own else -1.0)
    if network.untied:
        add("output.weight", count, WIDTH, by=network.head)
    if network.file == "llama3":
        found["rope_freqs.weight"] = ((size // 2,), np.array(SLOWED, np.float32))
    for layer in range(network.layers):
        at = lambda rest, layer=layer: f"blk.{layer}.{rest}"
        for norm in ["attn_norm.weight", "ffn_norm.weight"]:
            add(at(norm), WIDTH, by=0.2, around=1.0)
        if name == "gemma3":
            for norm in ["post_attention_norm.weight", "post_ffw_norm.weight"]:
                add(at(norm), WIDTH, by=0.2, around=1.5)
        for part, heads in [("q", HEADS), ("k", SHARED), ("v", SHARED)]:
            add(at(f"attn_{part}.weight"), heads * size, WIDTH)
            if name == "qwen2":
                add(at(f"attn_{part}.bias"), heads * size, by=0.5)
            elif name in ("qwen3", "gemma3") and part != "v":
                add(at(f"attn_{part}_norm.weight"), size, by=0.2, around=1.0)
        add(at("attn_output.weight"), WIDTH, HEADS * size)
        add(at("ffn_gate.weight"), network.inner, WIDTH)
        add(at("ffn_up.weight"), network.inner, WIDTH)
        add(at("ffn_down.weight"), WIDTH, network.inner)
    return found

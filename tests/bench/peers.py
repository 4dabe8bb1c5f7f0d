"""How fast abstracts are written, beside llama.cpp in the same run: the same model file, the same
prompts, the same number of greedy tokens, two threads.

    just bench-peers

Ours are whole processes, loading included; of llama.cpp only the time after loading counts. The runs
go in turn, and the ratios are of medians.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import harness

HERE = Path(__file__).parent
TOKENS = 80
BATCH = 16
FRAME = (
    "<|im_start|>system\nYou are a helpful AI assistant named SmolLM, trained by Hugging Face<|im_end|>\n"
    "<|im_start|>user\nShorten this:\n{text}\nNow.<|im_end|>\n<|im_start|>assistant\n"
)
CARD = """id = "bench"
task = "summarize"
engine = "candle"
method = "generate"
license = "Apache-2.0"
about = "as many tokens as asked for"
[prompt]
user = "Shorten this:\\n{{text}}\\nNow."
[decoding]
max_new_tokens = {tokens}
min_new_tokens = {tokens}
"""


def card(folder, models):
    """A card that always writes TOKENS tokens, with the files of the one that ships."""
    folder.mkdir()
    shipped = (models / "smollm2-135m.toml").read_text()
    files = shipped[shipped.index("[[files]]") :]
    (folder / "bench.toml").write_text(CARD.format(tokens=TOKENS) + files)


def model_path(binary):
    shown = subprocess.run([binary, "models", "show", "smollm2-135m"], check=True, capture_output=True, text=True)
    paths = [word for word in shown.stdout.split() if word.endswith(".gguf") and Path(word).is_file()]
    return paths[0] if paths else sys.exit("bench: `standfirst models fetch smollm2-135m` first")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary")
    parser.add_argument("--model", help="the GGUF file; by default that of the card")
    parser.add_argument("--articles", type=int, default=64)
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="standfirst-peers-"))
    articles = harness.write_articles(folder / "articles.jsonl", options.articles, sentences=6)
    card(folder / "cards", HERE.parent.parent / "models")
    texts = [json.loads(line)["text"] for line in open(articles, encoding="utf-8")]
    prompts = folder / "prompts.json"
    prompts.write_text(json.dumps([FRAME.format(text=text) for text in texts]))
    ours = [options.binary, "summarize", str(articles), "--cards", str(folder / "cards"), "--model", "bench", "--mode", "generate",
            "--no-sentiment", "--format", "jsonl", "--jobs", "2", "--quiet"]
    model = options.model or model_path(options.binary)

    def peer(batch):
        script = [sys.executable, str(HERE / "peer_llama_cpp.py"), model, str(prompts), str(TOKENS), str(batch)]
        return float(subprocess.run(script, check=True, capture_output=True, text=True).stdout)

    times = {"standfirst": [], "llama.cpp, one at a time": [], f"llama.cpp, {BATCH} at a time": []}
    for _ in range(options.runs):
        for name, run in zip(times, (lambda: harness.seconds(ours), lambda: peer(1), lambda: peer(BATCH))):
            times[name].append(run())
    medians = {name: statistics.median(found) for name, found in times.items()}
    for name, median in medians.items():
        speed, ratio = options.articles / median * 60, median / medians["standfirst"]
        runs = ", ".join(f"{found:.1f}" for found in times[name])
        print(f"{name}: {speed:.0f} articles a minute ({runs} s); standfirst is {ratio:.2f} times as fast")
    print(f"peak memory of standfirst: {harness.peak_megabytes(ours):.0f} MB")


if __name__ == "__main__":
    main()

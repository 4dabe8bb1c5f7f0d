"""How many tokens a second the sentence encoder reads, in f32 and in int8, beside ONNX Runtime on the same weights and
sentences, two threads each, in one run.

    just bench-encoder SENTENCES.txt [--json FILE]

A sentence a line. The two programs run in turn; ratios are of medians over the rounds. Prints a table in Markdown, and
writes the figures as JSON if asked to.
"""

import argparse
import json
import statistics
import subprocess
import sys
from pathlib import Path

from harness import figures, machine

HERE = Path(__file__).parent
ROOT = HERE.parent.parent


def paths(binary):
    """The files of `centroid`: weights, configuration, tokenizer."""
    shown = subprocess.run([binary, "models", "show", "centroid"], check=True, capture_output=True, text=True).stdout
    there = [word for word in shown.split() if word.endswith((".safetensors", ".json")) and Path(word).is_file()]
    weights = [word for word in there if word.endswith(".safetensors")]
    tables = sorted((word for word in there if word.endswith(".json")), key=lambda word: Path(word).stat().st_size)
    if len(weights) != 1 or len(tables) != 2:
        sys.exit("bench: `standfirst models fetch centroid` first")
    return [weights[0], *tables]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary")
    parser.add_argument("sentences", type=Path)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    sentences, threads = str(options.sentences.resolve()), str(options.threads)
    ours = ["cargo", "bench", "--quiet", "--package", "standfirst-summarizer", "--bench", "encoder", "--", sentences, threads]
    theirs = [sys.executable, str(HERE / "peer_onnx.py"), *paths(options.binary), sentences, threads]
    rounds = [(figures(ours, ROOT), figures(theirs)) for _ in range(options.rounds)]

    def median(of, key):
        return statistics.median(found[of][key] for found in rounds)

    speeds = {
        "standfirst, int8": median(0, "int8_tokens_per_second"),
        "standfirst, f32": median(0, "f32_tokens_per_second"),
        "ONNX Runtime, dynamic int8": median(1, "int8_tokens_per_second"),
        "ONNX Runtime, f32": median(1, "f32_tokens_per_second"),
    }
    first, peer = rounds[0]
    best = speeds["standfirst, int8"]
    print(f"{first['sentences']} sentences, {first['tokens']} tokens, {threads} threads; {machine()}\n")
    print("| | tokens a second | standfirst, int8, is so many times as fast |\n| --- | --- | --- |")
    for name, speed in speeds.items():
        print(f"| {name} | {speed:.0f} | {best / speed:.2f} |")
    at_best = [found["int8_products_per_second_at_best"] for found, _ in rounds]
    for columns in ("384", "1536", "768", "3072"):
        products = [found["int8_products_per_second"][columns] for found, _ in rounds]
        product = statistics.median(products)
        share = ""
        if None not in at_best:
            # Of one run each, because a busy machine slows down both.
            share = statistics.median(own / best for own, best in zip(products, at_best))
            share = f", {share:.0%} of what registers alone allow"
        print(f"\nThe product alone, {columns} columns, a thread: {product / 1e9:.0f} billion multiplications a second{share}")
    print(f"\nCosine of ONNX Runtime's int8 to its f32: {peer['cosine_mean']:.4f} in the mean, {peer['cosine_worst']:.4f} at worst")
    if options.json:
        options.json.write_text(json.dumps({"machine": machine(), "median": speeds, "rounds": rounds}, indent=1) + "\n")


if __name__ == "__main__":
    main()

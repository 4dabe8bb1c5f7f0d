"""How many instructions five hot paths take, by the samples, against what was accepted: counts, unlike times, do not depend on
how busy a machine is.

    just instructions               fails where a path takes 3 % more than what was accepted
    just instructions --accept      accepts what it takes now

Each path is the whole program under valgrind's cachegrind, once over few articles and once over many; what starting costs
is in both, so the difference is what the articles cost. Counts hang on the compiler and its target: where they are others than those
of the accepted figures, they are told and nothing fails.

The harnesses for this in Rust (iai-callgrind) count the same way, but want a build of their own, which would cost more
than all the rest of this.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
ACCEPTED = HERE / "instructions.json"
LIMIT = 1.03
FEW, MANY = 2, 8
PATHS = {
    "clean": ["clean", "ARTICLES", "--format", "jsonl"],
    "lexrank": ["summarize", "ARTICLES", "--model", "lexrank", "--no-sentiment", "--format", "jsonl"],
    "vader": ["sentiment", "ARTICLES", "--model", "vader", "--format", "jsonl"],
    "check": ["check", "SUMMARIES", "--articles", "ARTICLES", "--format", "jsonl"],
    "evaluate": ["evaluate", "ARTICLES", "--model", "lead", "--format", "json"],
}


def write(folder, copies):
    """The samples in plain text, so many times, and a summary of each in words that are not all its own."""
    articles, summaries = folder / f"{copies}.jsonl", folder / f"{copies}-summaries.jsonl"
    texts = [path.read_text(encoding="utf-8") for path in sorted((HERE.parent.parent / "samples").glob("*.txt"))]
    with open(articles, "w", encoding="utf-8") as file, open(summaries, "w", encoding="utf-8") as beside:
        for at, text in enumerate(texts * copies):
            words = text.split()
            summary = " ".join(words[20:32][::-1]).rstrip(".") + ". " + " ".join(words[40:60]).rstrip(".") + "."
            file.write(json.dumps({"id": str(at), "text": text, "reference": summary}) + "\n")
            beside.write(json.dumps({"id": str(at), "summary": summary}) + "\n")
    return articles, summaries


def count(command):
    """Instructions of a command, children left out."""
    valgrind = ["valgrind", "--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null"]
    done = subprocess.run([*valgrind, *command], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False)
    refs = [line for line in done.stderr.splitlines() if "I   refs" in line or "I refs" in line]
    if done.returncode != 0 or not refs:
        sys.exit(f"instructions: {' '.join(command)} failed\n{done.stderr[-2000:]}")
    return int(refs[-1].split(":")[-1].strip().replace(",", ""))


def measure(binary):
    """Instructions an article of each path, in thousands."""
    folder = Path(tempfile.mkdtemp(prefix="standfirst-instructions-"))
    files = {copies: write(folder, copies) for copies in (FEW, MANY)}
    samples = sum(1 for _ in open(files[FEW][0], encoding="utf-8")) // FEW
    found = {}
    for name, words in PATHS.items():
        total = {}
        for copies, (articles, summaries) in files.items():
            named = {"ARTICLES": str(articles), "SUMMARIES": str(summaries)}
            command = [binary, *(named.get(word, word) for word in words), "--jobs", "1", "--quiet"]
            total[copies] = count(command)
        found[name] = round((total[MANY] - total[FEW]) / (MANY - FEW) / samples / 1000)
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary")
    parser.add_argument("--accept", action="store_true")
    options = parser.parse_args()
    told = subprocess.run(["rustc", "-vV"], check=True, capture_output=True, text=True).stdout.splitlines()
    compiler = ", ".join([told[0], *(line for line in told if line.startswith("host: "))])
    found = measure(options.binary)
    accepted = json.loads(ACCEPTED.read_text()) if ACCEPTED.exists() else {"compiler": None, "thousands": {}}
    print("| thousands of instructions an article | accepted | now | ratio |\n| --- | --- | --- | --- |")
    worse = []
    for name, now in found.items():
        before = accepted["thousands"].get(name)
        ratio = now / before if before else float("inf")
        worse += [name] if ratio > LIMIT else []
        print(f"| {name} | {before or '–'} | {now} | {ratio:.3f} |")
    if options.accept:
        ACCEPTED.write_text(json.dumps({"compiler": compiler, "thousands": found}, indent=1) + "\n")
    elif accepted["compiler"] != compiler:
        print(f"instructions: accepted with {accepted['compiler']}, counted with {compiler}: not held to it", file=sys.stderr)
    elif worse:
        sys.exit(f"instructions: more than before: {', '.join(worse)}; see why, or `./justw instructions --accept`")


if __name__ == "__main__":
    main()

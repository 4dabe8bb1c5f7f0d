"""Speed and memory of the whole program, each figure beside a peer in the same run.

    just bench                      everything, on generated articles
    just bench --articles FILE      on the articles of a JSON Lines file
    just bench --sumy PYTHON        with the interpreter of a virtual environment that has
                                    sumy 0.11.0 and numpy

Times are wall-clock seconds of whole processes. Two commands that are compared run in turn, A B A B,
and the median of the ratios is given: machines drift, ratios less so.
"""

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

# Sentences and words by regular expression: the tokenizer that sumy would take needs a download.
SUMY = """
import json, re, sys
from sumy.parsers.plaintext import PlaintextParser
from sumy.summarizers.lex_rank import LexRankSummarizer
from sumy.nlp.stemmers import Stemmer

class Tokenizer:
    language = "english"
    def to_sentences(self, text):
        return tuple(re.split(r"(?<=[.!?]) +", text))
    def to_words(self, text):
        return tuple(re.findall(r"\\w+", text))

model = LexRankSummarizer(Stemmer("english"))
for line in open(sys.argv[1], encoding="utf-8"):
    parser = PlaintextParser.from_string(json.loads(line)["text"], Tokenizer())
    print(" ".join(map(str, model(parser.document, 3))))
"""

WORDS = """harbour council minister report budget vote strike union storm river bridge school court judge trial
company profit market share price energy power plant station hospital doctor patient study team coach match season
player league border talks treaty security police officer witness driver road train airline flight airport museum
festival artist film music city village farmer harvest drought rain flood engineer machine software data network""".split()
VERBS = "said warned announced reported agreed denied promised rejected confirmed expected".split()


def invented(rng, sentences):
    """An article of random news words: no meaning, but the shape and vocabulary size of news."""
    topic = rng.sample(WORDS, 12)
    lines = []
    for _ in range(sentences):
        words = [rng.choice(topic if rng.random() < 0.6 else WORDS) for _ in range(rng.randint(10, 28))]
        words.insert(rng.randint(2, 6), rng.choice(VERBS))
        lines.append("The " + " ".join(words) + " on " + rng.choice(["Monday", "Tuesday", "Friday"]) + ".")
    return " ".join(lines)


def write_articles(path, count, sentences=28, seed=1):
    rng = random.Random(seed)
    with open(path, "w", encoding="utf-8") as file:
        for i in range(count):
            file.write(json.dumps({"id": str(i), "text": invented(rng, sentences)}) + "\n")
    return path


def seconds(command):
    started = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - started


def in_turn(first, second, runs):
    """Medians of both commands and of the ratio second/first, run in turn after one warm-up each."""
    seconds(first), seconds(second)
    pairs = [(seconds(first), seconds(second)) for _ in range(runs)]
    return (
        statistics.median(a for a, _ in pairs),
        statistics.median(b for _, b in pairs),
        statistics.median(b / a for a, b in pairs),
    )


def peak_megabytes(command):
    """Peak resident memory of the command alone, from the system's own accounting."""
    pid = os.posix_spawnp(
        command[0], command, os.environ,
        file_actions=[(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)],
    )
    _, status, usage = os.wait4(pid, 0)
    if os.waitstatus_to_exitcode(status) != 0:
        sys.exit(f"bench: {' '.join(command)} failed")
    return usage.ru_maxrss / 1024


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary")
    parser.add_argument("--articles", type=Path)
    parser.add_argument("--sumy", metavar="PYTHON")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--lines", type=int, default=100_000, help="lines of the memory measurement")
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="standfirst-bench-"))
    articles = options.articles or write_articles(folder / "articles.jsonl", 400)
    count = sum(1 for line in open(articles, encoding="utf-8") if line.strip())

    def summarize(model, jobs, path=articles, tone=None):
        judge = ["--sentiment-model", tone] if tone else ["--no-sentiment"]
        return [options.binary, "summarize", str(path), "--model", model, *judge,
                "--format", "jsonl", "--jobs", str(jobs), "--quiet"]

    for model in ("lexrank", "centroid"):
        one, two, ratio = in_turn(summarize(model, 1), summarize(model, 2), options.runs)
        print(f"{model}: {count / one:.1f} articles/s at 1 job, {count / two:.1f} at 2 jobs (time ratio {ratio:.2f})")

    few = folder / "few.jsonl"
    few.write_text("".join(line for line, _ in zip(open(articles, encoding="utf-8"), range(60))))
    alone, beside, ratio = in_turn(
        summarize("salience", 1, few), summarize("salience", 1, few, "news-tone"), options.runs
    )
    print(f"salience: {alone:.1f} s for 60 articles, {beside:.1f} s with the tone by news-tone (time ratio {ratio:.2f})")

    if options.sumy:
        script = folder / "sumy_lexrank.py"
        script.write_text(SUMY)
        ours, theirs, ratio = in_turn(summarize("lexrank", 1), [options.sumy, str(script), str(articles)], 3)
        print(f"lexrank against sumy, one thread each: {count / ours:.1f} and {count / theirs:.1f} articles/s, {ratio:.1f} times as fast")

    single = folder / "one.txt"
    single.write_text(invented(random.Random(2), 28))
    for model in ("lexrank", "centroid"):
        runs = [seconds(summarize(model, 1, single)) for _ in range(options.runs * 2)]
        print(f"{model}: start to first abstract {statistics.median(runs) * 1000:.0f} ms (median of {len(runs)})")

    for lines in (options.lines // 10, options.lines):
        path = write_articles(folder / f"{lines}.jsonl", lines, sentences=12)
        started = time.perf_counter()
        peak = peak_megabytes(summarize("lexrank", 2, path))
        took = time.perf_counter() - started
        print(f"lexrank: {lines} lines ({path.stat().st_size / 1e6:.0f} MB): peak {peak:.0f} MB, {lines / took:.0f} articles/s")
        path.unlink()


if __name__ == "__main__":
    main()

"""Speed of what needs no network, beside Python's usual packages on the same articles, and how soon it answers."""

import random
import statistics
import sys
from pathlib import Path

from harness import Row, in_turn, invented, said, seconds

HERE = Path(__file__).parent


def summarize(binary, path, model, jobs, *more):
    return [binary, "summarize", str(path), "--model", model, *(more or ["--no-sentiment"]),
            "--format", "jsonl", "--jobs", str(jobs), "--quiet"]


def rows(binary, articles, folder, runs):
    """Articles a second of both: ours at two jobs, Python's on the one processor that it can use."""
    count = sum(1 for line in open(articles, encoding="utf-8") if line.strip())

    def peer(name, *more):
        return lambda: said([sys.executable, str(HERE / f"peer_{name}.py"), str(articles), *more])

    def beside(what, ours, name, *more):
        ours, theirs, ratio = in_turn(ours, peer(name, *more), runs)
        return Row(what, f"{count / ours:.0f} articles/s", f"{count / theirs:.0f} articles/s ({name})", ratio)

    lexrank = summarize(binary, articles, "lexrank", 2)
    tone = [binary, "sentiment", str(articles), "--model", "vader", "--format", "jsonl", "--jobs", "2", "--quiet"]
    rouge = [binary, "evaluate", str(articles), "--model", "lead", "--format", "json", "--jobs", "2", "--quiet"]
    yield beside("lexrank", lexrank, "sumy", "all")
    yield beside("lexrank, sumy's splitting not counted", lexrank, "sumy", "rank")
    yield beside("vader, names and voices found", tone, "vader")
    yield beside("vader, articles and sentences alone", [*tone, "--no-targets"], "vader")
    yield beside("evaluate, lead, repair included", rouge, "rouge")
    one, two, ratio = in_turn(
        *([binary, "clean", str(articles), "--format", "jsonl", "--quiet", "--jobs", jobs] for jobs in "21"), runs
    )
    yield Row("clean", f"{count / one:.0f} articles/s", f"{count / two:.0f} articles/s (at one job)", ratio)
    yield from start(binary, folder, runs)


def start(binary, folder, runs):
    """How soon the program answers."""
    single = folder / "one.txt"
    single.write_text(invented(random.Random(2), 28))

    def milliseconds(command):
        return f"{statistics.median(seconds(command) for _ in range(runs * 4)) * 1000:.1f} ms"

    yield Row("--version", milliseconds([binary, "--version"]))
    for model in ("lexrank", "salience"):
        yield Row(f"start to first abstract, {model}", milliseconds(summarize(binary, single, model, 1)))

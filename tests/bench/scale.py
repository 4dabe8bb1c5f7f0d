"""How speed and memory grow: with jobs, with articles, with the length of one."""

import random
import time

from harness import Row, in_turn, invented, peak_megabytes, write_articles
from plain import summarize


def rows(binary, articles, folder, runs, lines):
    """Ratios of times by jobs, peaks by articles, seconds by length."""
    yield from jobs(binary, articles, folder, runs)
    yield from many(binary, folder, lines)
    yield from long(binary, folder)


def jobs(binary, articles, folder, runs):
    """What a second processor brings, and that more jobs than processors cost nothing."""
    few = folder / "few.jsonl"
    few.write_text("".join(line for line, _ in zip(open(articles, encoding="utf-8"), range(60))))
    for model, path in (("lead", articles), ("lexrank", articles), ("textrank", articles), ("centroid", few), ("salience", few)):
        two, one, ratio = in_turn(summarize(binary, path, model, 2), summarize(binary, path, model, 1), runs)
        yield Row(f"{model}, two jobs", f"{two:.2f} s", f"{one:.2f} s (one job)", ratio)
    many, two, ratio = in_turn(summarize(binary, articles, "lexrank", 64), summarize(binary, articles, "lexrank", 2), runs)
    yield Row("lexrank, 64 jobs", f"{many:.2f} s", f"{two:.2f} s (two jobs)", ratio)
    tone = ("--sentiment-model", "news-tone")
    beside, alone, ratio = in_turn(
        summarize(binary, few, "salience", 1, *tone), summarize(binary, few, "salience", 1), runs
    )
    yield Row("salience with news-tone", f"{beside:.2f} s", f"{alone:.2f} s (salience alone)", ratio)


def many(binary, folder, lines):
    """The peak does not follow the number of articles."""
    for count in (lines // 10, lines):
        path = write_articles(folder / f"{count}.jsonl", count, sentences=12)
        command = summarize(binary, path, "lead", 2, "--sentiment-model", "vader")
        started = time.perf_counter()
        peak = peak_megabytes(command)
        took = time.perf_counter() - started
        size = path.stat().st_size / 1e6
        yield Row(f"lead with vader, {count:,} articles ({size:.0f} MB)", f"{peak:.0f} MB, {count / took:.0f} articles/s")
        path.unlink()


def long(binary, folder):
    """Seconds for one article as it grows; a square would be four times as long at every step."""
    sizes = (500, 2_000, 8_000)
    for model in ("lead", "lexrank", "textrank", "lsa", "kl", "sumbasic", "luhn"):
        found = []
        for sentences in sizes:
            path = folder / "long.txt"
            path.write_text(invented(random.Random(3), sentences))
            started = time.perf_counter()
            peak = peak_megabytes(summarize(binary, path, model, 1))
            found.append(f"{time.perf_counter() - started:.2f} s, {peak:.0f} MB")
        yield Row(f"{model}, one article of {', '.join(map(str, sizes))} sentences", "; ".join(found))

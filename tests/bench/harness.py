"""What every measurement here needs: articles, commands in turn, peaks, the machine, and a table."""

import json
import os
import platform
import random
import statistics
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

# What of the processor's instructions decides which kernel runs.
SETS = ("avx2", "fma", "avx512f", "avx512_vnni", "avx_vnni", "asimddp")

WORDS = """harbour council minister report budget vote strike union storm river bridge school court judge trial
company profit market share price energy power plant station hospital doctor patient study team coach match season
player league border talks treaty security police officer witness driver road train airline flight airport museum
festival artist film music city village farmer harvest drought rain flood engineer machine software data network""".split()
LINKS = ["of the", "and the", "for a", "to the", "in its"]
VERBS = "said warned announced reported agreed denied promised rejected confirmed expected".split()


@dataclass
class Row:
    """One line of the table."""

    what: str
    ours: str
    theirs: str = "–"
    # Ours to theirs; over 1 is better for us.
    ratio: float | None = None


def table(title, rows):
    """A table in Markdown."""
    lines = [f"### {title}", "", "| | standfirst | beside it | ratio |", "| --- | --- | --- | --- |"]
    for row in rows:
        ratio = "–" if row.ratio is None else f"{row.ratio:.2f}"
        lines.append(f"| {row.what} | {row.ours} | {row.theirs} | {ratio} |")
    return "\n".join(lines) + "\n"


def as_json(sections):
    """The same figures for programs."""
    rows = {title: [asdict(row) for row in found] for title, found in sections.items()}
    return json.dumps({"machine": machine(), "sections": rows}, indent=1) + "\n"


def machine():
    """The processor's name, those of its instruction sets that matter, and how many of it there are."""
    try:
        lines = Path("/proc/cpuinfo").read_text().split("\n")
    except OSError:
        return platform.processor() or platform.machine()
    named = {key.strip(): value.strip() for key, _, value in (line.partition(":") for line in lines)}
    found = set(named.get("flags", named.get("Features", "")).split())
    sets = ", ".join(name for name in SETS if name in found)
    return f"{named.get('model name', platform.machine())} ({sets}), {os.cpu_count()} processors"


def invented(rng, sentences):
    """An article of random news words: no meaning, but the shape and vocabulary size of news."""
    topic = rng.sample(WORDS, 12)
    lines = []
    for _ in range(sentences):
        words = [rng.choice(topic if rng.random() < 0.6 else WORDS) for _ in range(rng.randint(10, 28))]
        # Without small words it would be in no language.
        for at in range(len(words) - 3, 3, -4):
            words.insert(at, rng.choice(LINKS))
        words.insert(rng.randint(2, 6), rng.choice(VERBS))
        lines.append("The " + " ".join(words) + " on " + rng.choice(["Monday", "Tuesday", "Friday"]) + ".")
    return " ".join(lines)


def write_articles(path, count, sentences=28, seed=1):
    """As many articles, with a reference each, as JSON Lines."""
    rng = random.Random(seed)
    with open(path, "w", encoding="utf-8") as file:
        for i in range(count):
            article = {"id": str(i), "text": invented(rng, sentences), "reference": invented(rng, 3)}
            file.write(json.dumps(article) + "\n")
    return path


def seconds(command):
    """How long a command takes, what it prints thrown away."""
    started = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - started


def in_turn(first, second, runs):
    """Medians of both commands and of the ratio second/first, run in turn after one warm-up each. Either may be a
    function that gives its own seconds."""
    first, second = (one if callable(one) else lambda one=one: seconds(one) for one in (first, second))
    first(), second()
    pairs = [(first(), second()) for _ in range(runs)]
    return (
        statistics.median(a for a, _ in pairs),
        statistics.median(b for _, b in pairs),
        statistics.median(b / a for a, b in pairs),
    )


def said(command):
    """The number that a command prints."""
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()[-1])


def figures(command, cwd=None):
    """The line of JSON that ends what a command says."""
    command = [str(word) for word in command]
    said = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, cwd=cwd).stdout
    return json.loads(said.strip().split("\n")[-1])


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

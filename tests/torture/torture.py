#!/usr/bin/env python3
"""Kills, starves and blinds the built program, and looks after every round whether the user's results are whole.

    torture.py PROGRAM [SECONDS [SEED [ROUND]]]

What is done in a round follows from the seed and the round's number alone, so that a fault can be had again by
naming both; only the moment of a kill hangs on the machine, as a share of what the same run took before.

After each round:
- the result's place holds what stood there before, or the whole new result, and nothing else;
- beside it there is at most the temporary file that the manual tells of, with its journal, and none after a run that
  succeeded; an empty one is gone after the next run that is left in peace;
- no line of JSON Lines is torn but the last of a temporary file, and a temporary array can be read;
- the program has not panicked, crashed or hung, and where it failed it has named the place;
- the next run, left in peace, gives the same bytes as one that nobody ever troubled, and so does one that resumes;
- a store that several runs used, and were killed on, opens, and gives the same bytes.
"""

import itertools
import json
import os
import random
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

LIMIT = 60
OLD = "an older result, which is complete\n"
PARTIAL = re.compile(r"\.[0-9A-Za-z]{6}\.(partial|journal)$")

COMMANDS = [
    (["summarize", "-m", "lead", "--no-timings"], ["jsonl", "json", "csv", "markdown", "text"]),
    (["summarize", "-m", "lexrank", "-m", "kl", "--no-timings", "--include-text"], ["jsonl", "json"]),
    (["sentiment", "-m", "vader", "--no-timings"], ["jsonl", "json", "csv"]),
    (["clean"], ["jsonl", "text"]),
    (["compare", "-m", "lead", "-m", "kl", "--no-timings"], ["json", "html"]),
    (["evaluate", "-m", "lead", "-m", "kl", "--no-timings"], ["json", "text"]),
    (["check"], ["jsonl", "text"]),
]


# What can be taken up: results in lines.
LINES = [
    (["summarize", "-m", "lead", "--no-timings"], ["jsonl", "json", "csv"]),
    (["summarize", "-m", "lexrank", "-m", "kl", "--no-timings", "--include-text"], ["jsonl", "json"]),
    (["sentiment", "-m", "vader", "--no-timings"], ["jsonl", "json", "csv"]),
    (["check"], ["jsonl", "csv", "json"]),
]


class Fault(Exception):
    """Something that must not be."""


def require(condition, what):
    if not condition:
        raise Fault(what)


def articles(rng, count):
    """JSON Lines of articles with references and summaries, now and then a broken one."""
    words = "ferry harbour crate council winter bridge nurse orchard signal engine river".split()
    lines = []
    for number in range(count):
        if rng.random() < 0.02:
            lines.append('{"text": "cut off')
            continue
        sentences = [
            f"The {rng.choice(words)} of {rng.choice(words)} {number} "
            f"{rng.choice(['lost', 'found', 'sold'])} {rng.randrange(2, 99)} {rng.choice(words)}s "
            f"on {rng.choice(['Monday', 'Friday'])}, officials said."
            for _ in range(rng.randrange(3, 20))
        ]
        text = " ".join(sentences)
        line = {"id": str(number), "text": text, "reference": sentences[0], "summary": sentences[1]}
        lines.append(json.dumps(line))
    return "\n".join(lines) + "\n"


class World:
    """The folders of a torture, and what undisturbed runs give."""

    def __init__(self, program, folder, seed):
        self.program = str(Path(program).resolve())
        self.folder = folder
        self.environment = {
            "PATH": os.environ.get("PATH", ""),
            "HOME": str(folder / "home"),
            "STANDFIRST_MODELS": str(folder / "models"),
            "STANDFIRST_OFFLINE": "1",
            "RUST_BACKTRACE": "0",
        }
        (folder / "home").mkdir()
        (folder / "models").mkdir()
        rng = random.Random(f"{seed} articles")
        self.piles = []
        for count in (3, 60, 400):
            path = folder / f"pile-{count}.jsonl"
            path.write_text(articles(rng, count))
            self.piles.append(path)
        self.known = {}
        self.mounts = self.may_mount()

    def may_mount(self):
        place = self.folder / "mount"
        place.mkdir()
        tried = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(place)], capture_output=True
        )
        if tried.returncode == 0:
            subprocess.run(["umount", str(place)], check=True)
        return tried.returncode == 0

    def start(self, arguments, before=None, **streams):
        return subprocess.Popen(
            [self.program, *map(str, arguments)],
            env=self.environment,
            cwd=self.folder,
            preexec_fn=before,
            start_new_session=True,
            **streams,
        )

    def whole(self, command, form, pile):
        """The bytes that an undisturbed run to a file writes, and the seconds that it takes."""
        key = (*command, form, pile.name)
        if key not in self.known:
            place = self.folder / "undisturbed"
            place.mkdir(exist_ok=True)
            out = place / "out"
            since = time.monotonic()
            run = self.start(
                [*command, pile, "--format", form, "--out", out],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
            )
            _, told = run.communicate(timeout=LIMIT)
            require(run.returncode in (0, 1), f"an undisturbed run ended with {run.returncode}: {told.decode()}")
            self.known[key] = (out.read_bytes(), time.monotonic() - since)
            shutil.rmtree(place)
        return self.known[key]


class Round:
    """One run, one fault, and a look around."""

    def __init__(self, world, rng, number):
        self.world = world
        self.rng = rng
        self.number = number
        self.command, forms = rng.choice(COMMANDS)
        self.form = rng.choice(forms)
        self.pile = rng.choice(world.piles)
        self.had = rng.random() < 0.8
        self.fault = rng.choice(FAULTS)
        self.place = world.folder / f"round-{number}"

    def __str__(self):
        old = "over an older result" if self.had else "to a new place"
        words = " ".join(self.command)
        return f"round {self.number}: {words} {self.pile.name} --format {self.form} {old}: {self.fault.__name__}"

    @property
    def out(self):
        return self.place / "out.result"

    def arguments(self):
        return [*self.command, self.pile, "--format", self.form, "--out", self.out]

    def go(self):
        self.place.mkdir()
        try:
            whole, took = self.world.whole(self.command, self.form, self.pile)
            if self.had:
                self.out.write_text(OLD)
            if self.rng.random() < 0.2:
                # A clock that was set back since.
                ahead = time.time() + self.rng.choice([3600, 10**9])
                os.utime(self.out if self.had else self.pile, (ahead, ahead))
            self.fault(self, whole, took)
            self.after_peace()
        finally:
            shutil.rmtree(self.place, ignore_errors=True)

    def run(self, before=None, arguments=None, stderr=subprocess.PIPE, **streams):
        """A run to its end."""
        streams = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, **streams}
        run = self.world.start(arguments or self.arguments(), before, stderr=stderr, **streams)
        return self.ended(run)

    def ended(self, run):
        try:
            _, told = run.communicate(timeout=LIMIT)
        except subprocess.TimeoutExpired:
            os.killpg(run.pid, signal.SIGKILL)
            run.communicate()
            raise Fault(f"it hung for {LIMIT} s") from None
        told = (told or b"").decode(errors="replace")
        require(run.returncode != 101 and "panicked" not in told, f"it panicked: {told}")
        crash = (signal.SIGSEGV, signal.SIGABRT, signal.SIGBUS, signal.SIGILL, signal.SIGFPE)
        require(-run.returncode not in crash, f"it crashed with signal {-run.returncode}: {told}")
        return run.returncode, told

    def look(self, whole, code, told=None, was_whole=False):
        """What must hold however the run ended: what is unfinished never has the name of the result. If that was_whole
        before, a run that is cut short leaves its own beside it."""
        found = self.out.read_bytes() if self.out.exists() else None
        old = OLD.encode() if self.had else None
        if code == 0:
            require(found == whole, "it succeeded, and the result is not whole")
        else:
            require(found in (old, whole), f"exit {code}, and the result is neither the old nor the new: {found!r:.300}")
        beside = [path for path in self.place.iterdir() if path != self.out]
        for path in beside:
            require(path.name.startswith("out.result.") and PARTIAL.search(path.name), f"it left {path.name}")
            if path.suffix == ".partial":
                self.torn(path.read_bytes())
        if code in (0, 1) and found == whole:
            require(not beside or was_whole, f"it finished and left {[path.name for path in beside]}")
        if told is not None and code not in (0, 1):
            names = [self.out.name, self.pile.name, "standard output", "thread", str(self.place)]
            require(any(name in told for name in names), f"exit {code}, and the message names nothing: {told!r}")

    def torn(self, text):
        if self.form == "jsonl":
            for line in text.split(b"\n")[:-1]:
                json.loads(line)

    def after_peace(self):
        """The next run sees nothing of the trouble, and says what it has left."""
        whole, _ = self.world.whole(self.command, self.form, self.pile)
        left = [path for path in self.place.iterdir() if path.suffix == ".partial" and path.stat().st_size]
        code, told = self.run()
        require(code in (0, 1), f"the next run ended with {code}: {told}")
        require(self.out.read_bytes() == whole, "the next run's result is another")
        for path in left:
            require(path.exists() and path.name in told, f"the next run does not tell of {path.name}: {told}")
        beside = {path.with_suffix("") for path in self.place.iterdir() if path != self.out}
        known = {path.with_suffix("") for path in left}
        require(beside <= known, f"the next run leaves {sorted(path.name for path in beside - known)}")


def moment(rng, took):
    """How long to wait before a blow: any time of a run that takes so long, and often while it only just begins."""
    return rng.uniform(0, 0.015) if rng.random() < 0.3 else took * rng.uniform(0, 1.1)


# The faults: each runs the program once or twice and looks.


def killed(round, whole, took):
    run = round.world.start(
        round.arguments(), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    time.sleep(moment(round.rng, took))
    run.send_signal(signal.SIGKILL)
    code, _ = round.ended(run)
    round.look(whole, code)
    for path in round.place.glob("*.partial"):
        text = path.read_bytes()
        if round.form == "json" and text and round.command[0] in ("summarize", "sentiment"):
            json.loads(text)


def asked_to_stop(round, whole, took):
    run = round.world.start(
        round.arguments(), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    time.sleep(moment(round.rng, took))
    for _ in range(round.rng.choice([1, 1, 2])):
        run.send_signal(round.rng.choice([signal.SIGTERM, signal.SIGINT]))
    code, _ = round.ended(run)
    round.look(whole, code)


def named(round, told):
    """Whether a message names the result, or the folder in which the articles of a page wait."""
    return round.out.name in told or f"a temporary file in {tempfile.gettempdir()}" in told


def full(round, whole, took):
    """The disk is full after so many bytes; now and then the signal that tells of it kills."""
    size = round.rng.randrange(0, max(len(whole), 1))
    ignored = round.rng.random() < 0.8

    def before():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN if ignored else signal.SIG_DFL)
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    code, told = round.run(before)
    require(code != 0, f"it succeeded in writing {len(whole)} bytes where {size} may be written")
    round.look(whole, code, told if code > 0 else None)
    if ignored:
        require(named(round, told), f"the message does not name the place: {told!r}")


def small_disk(round, whole, took):
    """A file system of 64 KiB, where one may be mounted."""
    if not round.world.mounts:
        return full(round, whole, took)
    subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(round.place)], check=True
    )
    try:
        if round.had:
            round.out.write_text(OLD)
        code, told = round.run()
        round.look(whole, code, told)
        if not (round.out.exists() and round.out.read_bytes() == whole):
            require(named(round, told), f"the message does not name the place: {told!r}")
    finally:
        subprocess.run(["umount", str(round.place)], check=True)


def read_only(round, whole, took):
    """A folder that may not be written to."""
    mounted = round.world.mounts
    if mounted:
        subprocess.run(["mount", "--bind", str(round.place), str(round.place)], check=True)
        subprocess.run(["mount", "-o", "remount,ro,bind", str(round.place)], check=True)
    elif os.geteuid() != 0:
        round.place.chmod(0o555)
    else:
        return full(round, whole, took)
    try:
        code, told = round.run()
        require(code == 2, f"exit {code} where nothing can be written: {told}")
        require(str(round.out) in told, f"the message does not name the place: {told!r}")
        round.look(whole, code, told)
    finally:
        if mounted:
            subprocess.run(["umount", str(round.place)], check=True)
        else:
            round.place.chmod(0o755)


def few_files(round, whole, took):
    """So many descriptors and no more."""
    count = round.rng.randrange(5, 24)

    def before():
        resource.setrlimit(resource.RLIMIT_NOFILE, (count, count))

    code, told = round.run(before)
    if code == 1 and round.out.exists() and round.out.read_bytes() not in (OLD.encode(), whole):
        raise Fault(f"with {count} descriptors the result is another: {told}")
    round.look(whole, code, told)


def closed(round, whole, took):
    """Some of the three streams are closed."""
    which = round.rng.choice([s for n in (1, 2, 3) for s in itertools.combinations((0, 1, 2), n)])

    def before():
        for descriptor in which:
            os.close(descriptor)

    code, told = round.run(before)
    require(code in (0, 1), f"exit {code} with {which} closed: {told}")
    require(round.out.read_bytes() == whole, f"with {which} closed the result is another")
    round.look(whole, code)


def deaf(round, whole, took):
    """Standard error is full, and so is standard output, which the results go to."""
    with open("/dev/full", "wb") as nowhere:
        code, _ = round.run(stderr=nowhere)
        require(round.out.read_bytes() == whole, "with standard error full the result is another")
        round.look(whole, code)
        round.out.unlink()
        arguments = round.arguments()[:-2]
        code, told = round.run(arguments=arguments, stdout=nowhere)
        require(code == 1, f"exit {code} with standard output full: {told}")
        require("standard output" in told, f"the message does not name the place: {told!r}")
        round.had = False
        round.look(whole, code)


def hung_up(round, whole, took):
    """Whoever reads the results goes away."""
    arguments = round.arguments()[:-2]
    run = round.world.start(
        arguments, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    run.stdout.read(round.rng.randrange(1, 2000))
    run.stdout.close()
    run.stdout = None
    code, told = round.ended(run)
    require(code in (0, 1), f"exit {code} when the reader went away: {told}")
    if round.had:
        require(round.out.read_text() == OLD, "a run to standard output wrote to a file")


def twice(round, whole, took):
    """Two runs to one place."""
    streams = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    runs = [round.world.start(round.arguments(), **streams) for _ in range(2)]
    ended = [round.ended(run) for run in runs]
    codes = sorted(code for code, _ in ended)
    require(codes[0] in (0, 1) and codes[1] in (0, 1, 2), f"two runs ended with {codes}")
    for code, told in ended:
        if code == 2:
            require("another run is writing" in told, f"refused without a word: {told!r}")
    require(round.out.read_bytes() == whole, "two runs to one place spoiled the result")
    round.look(whole, codes[0])


def resumed(round, whole, took):
    """An evaluation is killed and taken up again."""
    scores = round.world.folder / f"scores-{round.number}"
    base = ["evaluate", "-m", "lead", "-m", "kl", "--no-timings", round.pile, "--format", "json"]
    round.command, round.form = base[:6], "json"
    whole, took = round.world.whole(round.command, "json", round.pile)
    arguments = [*base, "--resume", scores, "--out", round.out]
    try:
        for _ in range(round.rng.randrange(1, 4)):
            run = round.world.start(
                arguments, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE
            )
            time.sleep(took * round.rng.uniform(0, 1))
            run.send_signal(signal.SIGKILL)
            code, _ = round.ended(run)
            round.look(whole, code)
            for path in round.place.glob("*.partial"):
                path.unlink()
        code, told = round.run(arguments=arguments)
        require(code in (0, 1), f"the resumed run ended with {code}: {told}")
        require(round.out.read_bytes() == whole, "a resumed run gives other figures")
    finally:
        scores.unlink(missing_ok=True)


def taken_up(round, whole, took):
    """A run to a file is killed or stopped, again and again, and taken up: no row is lost or doubled."""
    round.command, forms = round.rng.choice(LINES)
    round.form = round.rng.choice(forms)
    whole, took = round.world.whole(round.command, round.form, round.pile)
    arguments = [*round.arguments(), "--resume"]
    for _ in range(round.rng.randrange(1, 5)):
        was_whole = round.out.exists() and round.out.read_bytes() == whole
        code = disturbed(round, arguments, took)
        round.look(whole, code, was_whole=was_whole and code != 0)
    code, told = round.run(arguments=arguments)
    require(code in (0, 1), f"the resumed run ended with {code}: {told}")
    require(round.out.read_bytes() == whole, "a resumed run gives other bytes")
    round.look(whole, code)


def disturbed(round, arguments, took):
    """A run that is killed, stopped, or finds the disk full."""
    size = round.rng.randrange(0, 1 << 20)
    is_full = round.rng.random() < 0.3

    def before():
        if is_full:
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    streams = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    run = round.world.start(arguments, before, **streams)
    time.sleep(moment(round.rng, took))
    run.send_signal(round.rng.choice([signal.SIGKILL, signal.SIGKILL, signal.SIGINT]))
    code, _ = round.ended(run)
    return code


def stored(round, whole, took):
    """Two runs use one store and are killed on it, and a third finds the disk full: it opens, and nothing in it is
    other than what was computed."""
    round.command, forms = round.rng.choice(LINES)
    round.form = round.rng.choice(forms)
    whole, took = round.world.whole(round.command, round.form, round.pile)
    store = round.place / "store"
    places = [round.place / name / "out.result" for name in ("one", "other")]
    for place in places:
        place.parent.mkdir()

    def arguments(place):
        return [*round.command, round.pile, "--format", round.form, "--out", place, "--store", store]

    streams = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    for _ in range(round.rng.randrange(1, 4)):
        runs = [round.world.start(arguments(place), **streams) for place in places]
        for run in runs:
            time.sleep(took * round.rng.uniform(0, 0.6))
            run.send_signal(signal.SIGKILL)
            round.ended(run)
        disturbed(round, arguments(places[0]), took)
    for place in places:
        code, told = round.run(arguments=arguments(place))
        require(code in (0, 1), f"a run on the store ended with {code}: {told}")
        require(place.read_bytes() == whole, "a store gives other bytes")
    for place in [*(place.parent for place in places), store]:
        shutil.rmtree(place)
    round.run()
    round.look(whole, 0)


FAULTS = [
    taken_up,
    taken_up,
    taken_up,
    stored,
    stored,
    killed,
    killed,
    killed,
    asked_to_stop,
    full,
    full,
    small_disk,
    read_only,
    few_files,
    closed,
    deaf,
    hung_up,
    twice,
    resumed,
]


def main(program, seconds=300.0, seed=1, only=None):
    until = time.monotonic() + float(seconds)
    counts = {}
    with tempfile.TemporaryDirectory(prefix="torture-") as folder:
        world = World(program, Path(folder), seed)
        if not world.mounts:
            print("torture: nothing may be mounted here; full and read-only disks are played by limits", file=sys.stderr)
        numbers = [int(only)] if only else itertools.count(1)
        for number in numbers:
            if not only and time.monotonic() > until:
                break
            round = Round(world, random.Random(f"{seed} {number}"), number)
            try:
                round.go()
            except Fault as fault:
                print(f"torture: {round}\n{fault}\nhad again by: torture.py PROGRAM 0 {seed} {number}", file=sys.stderr)
                return 1
            counts[round.fault.__name__] = counts.get(round.fault.__name__, 0) + 1
    told = ", ".join(f"{name} {count}" for name, count in sorted(counts.items()))
    print(f"torture: {sum(counts.values())} rounds of seed {seed}, no result lost ({told})")
    return 0


if __name__ == "__main__":
    if not 2 <= len(sys.argv) <= 5:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))

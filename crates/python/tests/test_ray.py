"""A pile over a cluster of two nodes on this machine: the rows of a run on one, whatever is killed."""

import json
import os
import signal
import subprocess
import sys
import threading
import time

import pytest

import standfirst

ray = pytest.importorskip("ray")
pyarrow = pytest.importorskip("pyarrow")

from ray.cluster_utils import Cluster  # noqa: E402

from standfirst.ray import Summarize, run  # noqa: E402
from standfirst.ray import _parts, _units  # noqa: E402

SETTINGS = {"models": "lead,lexrank", "tone": "vader", "sentences": 2}


@pytest.fixture(scope="module")
def cluster():
    os.environ.setdefault("RAY_DATA_DISABLE_PROGRESS_BARS", "1")
    made = Cluster(initialize_head=True, head_node_args={"num_cpus": 1})
    made.add_node(num_cpus=1)
    ray.init(address=made.address, log_to_driver=False)
    yield made
    ray.shutdown()
    made.shutdown()


def article(at, sentences=4):
    said = " ".join(f"In town {at + other} the council voted on item {other}." for other in range(sentences))
    return {"id": f"a{at:05}", "title": f"Vote {at}", "text": said}


@pytest.fixture
def pile(tmp_path):
    """Six files of articles, some of which are none."""
    folder = tmp_path / "pile"
    folder.mkdir()
    for file in range(6):
        lines = [json.dumps(article(file * 100 + at)) for at in range(40)]
        lines[7] = "{broken"
        lines[9] = ""
        lines[11] = json.dumps({"id": f"blank{file}", "text": " "})
        (folder / f"{file}.jsonl").write_text("\n".join(lines) + "\n")
    return folder


def rows(out):
    return sorted(line for part in out.glob("part-*.jsonl") for line in part.read_text().splitlines())


def alone(pile):
    """The same by the library on one machine."""
    return sorted(report.line for report in standfirst.Pipeline(**SETTINGS).read(pile))


def test_the_rows_are_those_of_one_machine(cluster, pile, tmp_path):
    outcome = run([str(pile)], str(tmp_path / "out"), concurrency=2, fetches=False, **SETTINGS)
    assert (outcome.parts, outcome.articles, outcome.failed, outcome.errors) == (6, 234, 12, ())
    assert rows(tmp_path / "out") == alone(pile)


def test_pieces_of_a_large_file_count_its_lines(cluster, pile, tmp_path):
    large = tmp_path / "large.jsonl"
    large.write_text("".join(path.read_text() for path in sorted(pile.glob("*.jsonl"))))
    outcome = run([str(large)], str(tmp_path / "out"), concurrency=2, fetches=False, part_bytes=5_000, **SETTINGS)
    assert outcome.parts > 4
    assert rows(tmp_path / "out") == alone(large)


def test_a_second_run_does_what_is_missing(cluster, pile, tmp_path):
    out = tmp_path / "out"
    run([str(pile)], str(out), fetches=False, **SETTINGS)
    before = rows(out)
    parts = sorted(out.glob("part-*.jsonl"))
    kept = {part: part.stat().st_mtime_ns for part in parts[2:]}
    for part in parts[:2]:
        part.unlink()
    (out / (_parts.UNFINISHED + "left")).write_text("half a li")
    with (pile / "3.jsonl").open("a") as file:
        file.write(json.dumps(article(9_000)) + "\n")
    outcome = run([str(pile)], str(out), fetches=False, **SETTINGS)
    # Two were taken away, and one may be that of the file that has changed.
    assert outcome.known == 6 - outcome.parts and outcome.parts in (2, 3)
    assert all(part.stat().st_mtime_ns == at for part, at in kept.items())
    assert not list(out.glob(_parts.UNFINISHED + "*"))
    assert set(before) < set(rows(out))


def test_other_settings_are_refused(cluster, pile, tmp_path):
    out = str(tmp_path / "out")
    run([str(pile / "0.jsonl")], out, fetches=False, **SETTINGS)
    with pytest.raises(ValueError, match="another folder"):
        run([str(pile)], out, fetches=False, **{**SETTINGS, "sentences": 3})
    with pytest.raises(FileNotFoundError, match="nowhere"):
        run([str(tmp_path / "nowhere")], out, fetches=False, **SETTINGS)
    with pytest.raises(ValueError, match="no form"):
        run([__file__], out, fetches=False, **SETTINGS)


def test_parquet_and_csv_are_read_and_parquet_is_written(cluster, tmp_path):
    import pyarrow.parquet as pq
    from pyarrow import csv

    table = pyarrow.Table.from_pylist([article(at) for at in range(50)])
    pq.write_table(table, tmp_path / "in.parquet", row_group_size=10)
    csv.write_csv(table, tmp_path / "in.csv")
    inputs = [str(tmp_path / name) for name in ("in.parquet", "in.csv")]
    out = tmp_path / "out"
    outcome = run(inputs, str(out), form="parquet", part_bytes=1_000, fetches=False, **SETTINGS)
    assert (outcome.articles, outcome.failed) == (100, 0)
    found = pq.ParquetDataset(str(out)).read().to_pylist()
    assert sorted(row["id"] for row in found) == sorted([f"a{at:05}" for at in range(50)] * 2)
    by_id = {}
    for row in found:
        by_id.setdefault(row["id"], []).append(row["abstracts"])
    assert all(one == other for one, other in by_id.values())


def test_batches_of_a_dataset_of_ones_own(cluster):
    articles = [article(at) for at in range(30)] + [{"id": "none", "title": None, "text": ""}]
    dataset = ray.data.from_items(articles).map_batches(
        Summarize,
        fn_constructor_kwargs={"fetches": False, **SETTINGS},
        batch_format="pyarrow",
        batch_size=8,
        concurrency=2,
    )
    found = {row["id"]: row for row in dataset.iter_rows()}
    assert len(found) == 31 and found["none"]["error"] and not found["none"]["abstracts"]
    expected = standfirst.Pipeline(**SETTINGS)(article(3)).abstract("lead").text
    assert found["a00003"]["abstracts"][0]["abstract"] == expected


@pytest.fixture
def long_pile(tmp_path):
    """Files that take long enough for something to be killed in the middle."""
    folder = tmp_path / "pile"
    folder.mkdir()
    for file in range(12):
        lines = (json.dumps(article(file * 1_000 + at, sentences=60)) for at in range(120))
        (folder / f"{file:02}.jsonl").write_text("\n".join(lines) + "\n")
    return folder


def workers():
    """Processes of actors that write parts."""
    found = subprocess.run(["pgrep", "-f", "ray::.*PartWriter"], capture_output=True, text=True, check=False)
    return [int(line) for line in found.stdout.split()]


def test_a_killed_worker_costs_nothing(cluster, long_pile, tmp_path):
    killed = []

    def kill():
        while not (found := workers()):
            time.sleep(0.05)
        time.sleep(0.3)
        os.kill(found[0], signal.SIGKILL)
        killed.append(found[0])

    thread = threading.Thread(target=kill, daemon=True)
    thread.start()
    outcome = run([str(long_pile)], str(tmp_path / "out"), concurrency=2, fetches=False, **SETTINGS)
    thread.join(5)
    assert killed and outcome.errors == ()
    assert rows(tmp_path / "out") == alone(long_pile)


def test_a_node_that_goes_away_costs_nothing(cluster, long_pile, tmp_path):
    node = cluster.add_node(num_cpus=1)
    gone = []

    def tell(_row):
        if not gone:
            gone.append(True)
            cluster.remove_node(node)

    outcome = run([str(long_pile)], str(tmp_path / "out"), concurrency=3, fetches=False, tell=tell, **SETTINGS)
    assert gone and outcome.errors == ()
    assert rows(tmp_path / "out") == alone(long_pile)


def test_units_are_the_same_whenever_they_are_looked_at(pile, tmp_path):
    found = _units.find([str(pile)], 1_000)
    assert found == _units.find([str(pile)], 1_000) and len(found) > 12
    assert len({unit.name for unit in found}) == len(found)
    for unit in found:
        assert _units.Unit.from_row(unit.to_row()) == unit
    lines = [line for unit in found if unit.path.endswith("0.jsonl") for line in unit.lines()]
    assert lines == (pile / "0.jsonl").read_text().splitlines()


def test_the_command_tells_what_it_did(pile, tmp_path):
    command = [sys.executable, "-m", "standfirst.ray", "summarize", str(pile), "--out", str(tmp_path / "out")]
    command += ["--model", "lead", "--no-fetch"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 1, done.stderr
    assert "6 parts of 234 articles, 12 of them not readable" in done.stderr
    again = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert again.returncode == 0 and "0 parts of 0 articles" in again.stderr and "6 were there" in again.stderr

"""How well the article is found on real pages, beside trafilatura in the same run, and how fast.

    just bench-extraction DATA [--texts out_of_fold.jsonl]

DATA holds `data/html_extraction` and `data/wcxb`. The program's own models are trained on these very pages, so what it
reaches here says little; `--texts` takes what models that had not seen a page's site chose (`models/extract/train.py`
writes it), which is the column to compare by. rs-trafilatura is beside them where the folder of rows that
`train.py` leaves is named (`--rows`).
"""

import argparse
import gzip
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "models" / "extract"))
import pages as data  # noqa: E402


class Gold:
    """A page of a set, for the measures."""

    def __init__(self, folder, name, gold):
        self.set, self.gold = name, gold
        self.html = gzip.decompress((folder / "html" / f"{gold['id']}.html.gz").read_bytes())


def read(root):
    for name in data.SETS:
        folder = root / "data" / name
        for line in (folder / "dev.jsonl").read_text().rstrip("\n").split("\n"):
            yield Gold(folder, name, json.loads(line))


def ours(binary, pages):
    """What the program keeps: the repaired text, one run over a folder of pages."""
    with tempfile.TemporaryDirectory() as folder:
        for number, page in enumerate(pages):
            (Path(folder) / f"{number:05}.html").write_bytes(page.html)
        start = time.perf_counter()
        command = [binary, "clean", "--format", "jsonl", folder]
        out = subprocess.run(command, check=False, capture_output=True, text=True).stdout
        seconds = time.perf_counter() - start
    found = [json.loads(line) for line in out.rstrip("\n").split("\n")]
    return [line["repaired"] or "" for line in found], seconds


def trafilatura_texts(pages):
    import trafilatura

    start = time.perf_counter()
    texts = [trafilatura.extract(page.html, include_comments=False) or "" for page in pages]
    return texts, time.perf_counter() - start


def chosen(path, pages):
    lines = map(json.loads, path.read_text().rstrip("\n").split("\n"))
    texts = {(line["set"], line["id"]): line["text"] for line in lines}
    return [texts.get((page.set, page.gold["id"]), "") for page in pages]


def peer(rows, pages):
    return [(rows / f"{page.set}-{page.gold['id']}.peer.txt").read_text() for page in pages]


def show(name, pages, texts, seconds=None):
    found = data.measures(pages, texts)
    speed = "" if seconds is None else f", {1000 * seconds / len(pages):.1f} ms a page"
    print(f"{name:28}" + ", ".join(f"{key} {value:.4f}" for key, value in found.items()) + speed, flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary")
    parser.add_argument("data", type=Path)
    parser.add_argument("--texts", type=Path, help="what unseen models chose")
    parser.add_argument("--rows", type=Path, help="the rows that train.py leaves")
    arguments = parser.parse_args()
    pages = list(read(arguments.data))
    show("trafilatura", pages, *trafilatura_texts(pages))
    if arguments.rows:
        show("rs-trafilatura", pages, peer(arguments.rows, pages))
    if arguments.texts:
        show("ours, sites not seen", pages, chosen(arguments.texts, pages))
    show("ours, as shipped (seen)", pages, *ours(arguments.binary, pages))


if __name__ == "__main__":
    main()

"""Parts of the output: each is written once, whole, under a name that says of what it is."""

from __future__ import annotations

import contextlib
import itertools
import os
import uuid
from typing import TYPE_CHECKING, Any, Iterable, Iterator

from .._reports import Report
from ._units import Unit, resolve

if TYPE_CHECKING:
    import pyarrow as pa

FORMS = ("jsonl", "parquet")
# Rows of Parquet that are held before they are written.
ROWS = 1_000
# How names of parts begin that are not whole yet; readers of folders leave them out.
UNFINISHED = "_unfinished-"


def schema() -> pa.Schema:
    """The columns: a row for every article."""
    import pyarrow as pa

    cell = pa.struct(
        [
            ("model", pa.string()),
            ("abstract", pa.string()),
            ("support", pa.float64()),
            ("verdicts", pa.list_(pa.string())),
            ("error", pa.string()),
        ]
    )
    tone = pa.struct(
        [("model", pa.string()), ("label", pa.string()), ("score", pa.float64()), ("error", pa.string())]
    )
    return pa.schema(
        [
            ("id", pa.string()),
            ("title", pa.string()),
            ("language", pa.string()),
            ("error", pa.string()),
            ("abstracts", pa.list_(cell)),
            ("tone", pa.list_(tone)),
            ("report", pa.string()),
        ]
    )


def table(reports: Iterable[Report]) -> pa.Table:
    """A row for each report."""
    import pyarrow as pa

    return pa.Table.from_pylist([_row(report) for report in reports], schema=schema())


def _row(report: Report) -> dict[str, Any]:
    abstracts = [
        {
            "model": one.model,
            "abstract": one.text,
            "support": one.support,
            "verdicts": [sentence.verdict for sentence in one.sentences],
            "error": one.error,
        }
        for one in report.abstracts
    ]
    tone = [
        {"model": one.model, "label": one.label, "score": one.score, "error": one.error} for one in report.tone
    ]
    return {
        "id": report.id,
        "title": report.title,
        "language": report.language,
        "error": report.error,
        "abstracts": abstracts,
        "tone": tone,
        "report": report.line,
    }


def done(out: str, form: str) -> set[str]:
    """The names of the parts that are there."""
    import pyarrow.fs as pafs

    filesystem, folder = resolve(out)
    found = filesystem.get_file_info(pafs.FileSelector(folder, allow_not_found=True))
    names = (os.path.basename(one.path) for one in found)
    return {name[: -len(form) - 1] for name in names if name.startswith("part-") and name.endswith(f".{form}")}


def clear(out: str) -> None:
    """Takes away what killed runs have left unfinished."""
    import pyarrow.fs as pafs

    filesystem, folder = resolve(out)
    for one in filesystem.get_file_info(pafs.FileSelector(folder, allow_not_found=True)):
        if os.path.basename(one.path).startswith(UNFINISHED):
            with contextlib.suppress(OSError):
                filesystem.delete_file(one.path)


def write(out: str, form: str, unit: Unit, reports: Iterator[Report]) -> tuple[int, int]:
    """Writes the part of `unit`, and gives the number of its articles and of those that failed.

    It is written under a name of its own and renamed when it is whole. Two that write one part at a time, as when a
    machine was thought lost, both write the same bytes.
    """
    filesystem, folder = resolve(out)
    own = f"{folder}/{UNFINISHED}{uuid.uuid4().hex}"
    counts = [0, 0]
    try:
        with filesystem.open_output_stream(own, compression=None) as stream:
            sink = _jsonl if form == "jsonl" else _parquet
            sink(stream, _counted(reports, counts))
        filesystem.move(own, f"{folder}/{unit.name}.{form}")
    except BaseException:
        with contextlib.suppress(OSError):
            filesystem.delete_file(own)
        raise
    return counts[0], counts[1]


def _counted(reports: Iterator[Report], counts: list[int]) -> Iterator[Report]:
    for report in reports:
        counts[0] += 1
        counts[1] += report.error is not None
        yield report


def _jsonl(stream: Any, reports: Iterator[Report]) -> None:
    for report in reports:
        stream.write(report.line.encode() + b"\n")


def _parquet(stream: Any, reports: Iterator[Report]) -> None:
    import pyarrow.parquet as pq

    with pq.ParquetWriter(stream, schema(), compression="zstd") as writer:
        while rows := list(itertools.islice(reports, ROWS)):
            writer.write_table(table(rows))

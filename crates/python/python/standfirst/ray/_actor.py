"""What runs on the machines of a cluster."""

from __future__ import annotations

import hashlib
import os
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Optional

from .. import Pipeline, fetch
from .._pipeline import _names, iterate
from . import _parts, _units

if TYPE_CHECKING:
    import pyarrow as pa


def _threads() -> int:
    """The processors that this actor was given, at least one."""
    import ray

    given = ray.get_runtime_context().get_assigned_resources().get("CPU", 1)
    return max(1, int(given))


def _pipeline(settings: dict[str, Any], fetches: bool) -> Pipeline:
    """Models loaded once for an actor. Whoever of a node is first fetches their files, checked by their sums; the
    others wait for it."""
    if fetches:
        wanted = _names(settings.get("models", "salience")) + _names(settings.get("tone", ()))
        fetch(*wanted, cards=settings.get("cards", ()))
    return Pipeline(**{"jobs": _threads(), **settings})


class Summarize:
    """A callable class for `Dataset.map_batches` with `batch_format="pyarrow"`.

    Takes the rows of a batch as articles (a column `text`, and `id`, `title` and whatever else is known) and gives a
    row for each, in their order: `id`, `title`, `language`, `error`, `abstracts`, `tone`, and `report`, a line of JSON
    of the contract `standfirst/1`. A row without an `id` gets one of its text. `settings` are those of `Pipeline`;
    threads are as many as the actor has processors.
    """

    def __init__(self, fetches: bool = True, **settings: Any) -> None:
        self._pipeline = _pipeline(settings, fetches)

    def __call__(self, batch: pa.Table) -> pa.Table:
        """The reports on the articles of `batch`."""
        rows = [_named(row) for row in batch.to_pylist()]
        reports = self._pipeline.summarize(rows)
        # What cannot be read is called by its place, which says nothing outside of this batch.
        return _parts.table(replace(report, id=str(row["id"])) for row, report in zip(rows, reports))


def _named(row: dict[str, Any]) -> dict[str, Any]:
    known = {key: value for key, value in row.items() if value is not None}
    text = str(known.get("text", ""))
    return {"id": hashlib.sha256(text.encode(errors="replace")).hexdigest()[:16], **known}


class PartWriter:
    """Makes one part of the output of a unit of the input, and tells how it went."""

    def __init__(self, out: str, form: str, settings: dict[str, Any], fetches: bool) -> None:
        self._out, self._form = out, form
        self._pipeline = _pipeline(settings, fetches)

    def __call__(self, row: dict[str, Any]) -> dict[str, Any]:
        """Reads, works and writes as a stream; a part has its name only when it is whole."""
        unit = _units.Unit.from_row(row)
        since = time.monotonic()
        articles, failed, error = 0, 0, None  # type: int, int, Optional[str]
        try:
            articles, failed = _parts.write(self._out, self._form, unit, self._reports(unit))
        except (OSError, ValueError) as told:
            error = f"{type(told).__name__}: {told}"
        return {
            "part": unit.name,
            "input": str(unit),
            "articles": articles,
            "failed": failed,
            "seconds": time.monotonic() - since,
            "error": error,
            "process": os.getpid(),
        }

    def _reports(self, unit: _units.Unit) -> Any:
        found = self._pipeline._native.lines(unit.lines(), unit.path, unit.first)
        return iterate(found, "keep", found)

"""A run over a cluster: what is not done yet, spread over actors."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Callable, Optional, Sequence

from .. import __version__
from . import _parts, _units
from ._actor import PartWriter

# What a part is of at most, unless said: a minute or two of work of one actor.
PART_BYTES = 64 << 20
# The file that says what the parts of a folder were made with; readers of folders leave out what begins so.
MADE_WITH = "_standfirst.json"


@dataclass(frozen=True)
class Outcome:
    """How a run went."""

    parts: int
    """Parts that were made now."""
    known: int
    """Parts that were there already."""
    articles: int
    failed: int
    """Articles that could not be read; their rows have an `error`."""
    errors: tuple[str, ...]
    """Units of the input that could not be worked on, and why; the next run tries them again."""


def run(
    paths: Sequence[str],
    out: str,
    *,
    form: str = "jsonl",
    concurrency: int = 1,
    cpus: float = 1,
    part_bytes: int = PART_BYTES,
    fetches: bool = True,
    tell: Optional[Callable[[dict[str, Any]], None]] = None,
    **settings: Any,
) -> Outcome:
    """Summarises the articles in `paths` (JSON Lines, CSV, Parquet, on any file system that Arrow knows) into parts in
    the folder `out`: `concurrency` actors with `cpus` processors each, on the cluster that Ray is connected to.

    Only what is missing is done: parts whose input is as it was are left alone. `settings` are those of `Pipeline`,
    and have to be those that the folder's parts were made with. `tell` is given what became of each part.

    Raises `ValueError` for settings that do not fit, `FileNotFoundError` for an input that is not there.
    """
    import ray

    if form not in _parts.FORMS:
        raise ValueError(f"form is {' or '.join(_parts.FORMS)}, not {form!r}")
    units = _units.find(list(paths), part_bytes)
    _made_with(out, {"version": __version__, "form": form, "settings": settings})
    _parts.clear(out)
    there = _parts.done(out, form)
    missing = [unit for unit in units if unit.name not in there]
    results: list[dict[str, Any]] = []
    if missing:
        # A block for every unit: an actor is given one at a time, and nothing but its name is sent. What an actor that
        # dies was given, Ray Data gives to another, however often.
        dataset = ray.data.from_items([unit.to_row() for unit in missing], override_num_blocks=len(missing))
        made = dataset.map(
            PartWriter,
            fn_constructor_args=(out, form, settings, fetches),
            concurrency=min(concurrency, len(missing)),
            num_cpus=cpus,
        )
        for row in made.iter_rows():
            results.append(row)
            if tell is not None:
                tell(row)
    errors = tuple(f"{row['input']}: {row['error']}" for row in results if row["error"] is not None)
    return Outcome(
        parts=len(results) - len(errors),
        known=len(units) - len(missing),
        articles=sum(row["articles"] for row in results),
        failed=sum(row["failed"] for row in results),
        errors=errors,
    )


def _made_with(out: str, made: dict[str, Any]) -> None:
    """Writes down what the parts are made with, or sees to it that it is what those that are there were made with."""
    filesystem, folder = _units.resolve(out)
    filesystem.create_dir(folder, recursive=True)
    path = f"{folder}/{MADE_WITH}"
    told = json.dumps(made, indent=1, sort_keys=True, default=str)
    try:
        with filesystem.open_input_stream(path) as stream:
            before = json.loads(stream.read())
    except FileNotFoundError:
        with filesystem.open_output_stream(path) as stream:
            stream.write(told.encode())
        return
    if before != json.loads(told):
        raise ValueError(
            f"{path} says that the parts there were made with {json.dumps(before, sort_keys=True)}, "
            f"not with {json.dumps(made, sort_keys=True, default=str)}; name another folder, or remove this one"
        )

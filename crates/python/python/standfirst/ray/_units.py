"""What of the input becomes one part of the output: a file, or a piece of a large one.

A unit says the same whenever the same input is looked at, so that what is done already can be told by its name.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Iterator

if TYPE_CHECKING:
    import pyarrow.fs as pafs

# Endings of files that are read, by form.
FORMS = {".jsonl": "jsonl", ".ndjson": "jsonl", ".parquet": "parquet", ".csv": "csv"}
PACKED = {".gz": "gzip", ".bz2": "bz2", ".zst": "zstd"}
# Longest line of JSON, in bytes, which is what the library reads of an article.
MAX_LINE = 10_000_000
CHUNK = 1 << 20


@dataclass(frozen=True)
class Unit:
    """A piece of a file."""

    path: str
    """As it was given, or found in a folder."""
    form: str
    start: int
    """First byte of JSON Lines, or first row group of Parquet."""
    end: int
    """Behind the last one; -1 for the end of the file."""
    first: int
    """Lines or rows before it."""
    size: int
    """Of the file, in bytes: one that has changed is another unit."""

    @property
    def name(self) -> str:
        """The name of its part, without an ending."""
        told = json.dumps([self.path, self.form, self.start, self.end, self.size])
        return "part-" + hashlib.sha256(told.encode()).hexdigest()[:20]

    def __str__(self) -> str:
        whole = self.start == 0 and self.end == -1
        return self.path if whole else f"{self.path} [{self.start}, {'end' if self.end == -1 else self.end})"

    def to_row(self) -> dict[str, Any]:
        """As Ray carries it."""
        return asdict(self)

    @staticmethod
    def from_row(row: dict[str, Any]) -> Unit:
        """What `to_row` gave."""
        return Unit(**{key: row[key] for key in Unit.__dataclass_fields__})

    def lines(self) -> Iterator[str]:
        """Its articles as lines of JSON, as a stream. A line that is none is for the library to tell."""
        filesystem, path = resolve(self.path)
        if self.form == "parquet":
            return _parquet(filesystem, path, self.start, self.end)
        if self.form == "csv":
            return _csv(filesystem, path)
        return _jsonl(filesystem, path, self.start, self.end)


def resolve(path: str) -> tuple[pafs.FileSystem, str]:
    """The file system of a path or URI, and the path in it."""
    import pyarrow.fs as pafs

    if "://" in path:
        return pafs.FileSystem.from_uri(path)
    return pafs.LocalFileSystem(), path


def packing(path: str) -> str | None:
    """How a file is packed, by its ending; `None` if it is not."""
    return next((name for ending, name in PACKED.items() if path.lower().endswith(ending)), None)


def form_of(path: str) -> str | None:
    """The form that the ending of a path says; `None` for what is not read."""
    name = path.lower()
    stem = next((name.removesuffix(ending) for ending in PACKED if name.endswith(ending)), name)
    return next((form for ending, form in FORMS.items() if stem.endswith(ending)), None)


def find(paths: list[str], part_bytes: int) -> list[Unit]:
    """The units of files and folders, in an order that is always the same.

    Raises `FileNotFoundError` for a path that is not there, `ValueError` for a file that is not read.
    """
    units: list[Unit] = []
    for path in paths:
        filesystem, _ = resolve(path)
        for name, size in _files(path):
            units.extend(_split(filesystem, name, size, part_bytes))
    return units


def _files(path: str) -> list[tuple[str, int]]:
    import pyarrow.fs as pafs

    filesystem, inner = resolve(path)
    prefix = path[: len(path) - len(inner)] if path.endswith(inner) else ""
    info = filesystem.get_file_info(inner)
    if info.type == pafs.FileType.File:
        if form_of(inner) is None:
            known = ", ".join(FORMS)
            raise ValueError(f"{path}: no form is known by this ending; known are {known}, packed or not")
        return [(path, info.size)]
    if info.type != pafs.FileType.Directory:
        raise FileNotFoundError(f"{path} is not there")
    found = filesystem.get_file_info(pafs.FileSelector(inner, recursive=True))
    files = [(prefix + one.path, one.size) for one in found if one.type == pafs.FileType.File and form_of(one.path)]
    return sorted(files)


def _split(filesystem: pafs.FileSystem, path: str, size: int, part_bytes: int) -> Iterator[Unit]:
    form = form_of(path)
    assert form is not None
    inner = resolve(path)[1]
    if size <= part_bytes or packing(path) or form == "csv":
        cuts = [(0, 0)]
    elif form == "parquet":
        cuts = _row_groups(filesystem, inner, part_bytes)
    else:
        cuts = _line_starts(filesystem, inner, part_bytes)
    ends = [start for start, _ in cuts[1:]] + [-1]
    for (start, first), end in zip(cuts, ends):
        yield Unit(path, form, start, end, first, size)


def _line_starts(filesystem: pafs.FileSystem, path: str, part_bytes: int) -> list[tuple[int, int]]:
    """Where lines begin, about every `part_bytes`, and how many lines are before."""
    cuts, line, offset, wanted = [(0, 0)], 0, 0, part_bytes
    with filesystem.open_input_stream(path) as stream:
        while chunk := stream.read(CHUNK):
            while wanted < offset + len(chunk):
                at = chunk.find(b"\n", max(0, wanted - offset))
                if at < 0:
                    break
                cuts.append((offset + at + 1, line + chunk.count(b"\n", 0, at + 1)))
                wanted = offset + at + 1 + part_bytes
            offset += len(chunk)
            line += chunk.count(b"\n")
    return [cut for cut in cuts if cut[0] == 0 or cut[0] < offset]


def _row_groups(filesystem: pafs.FileSystem, path: str, part_bytes: int) -> list[tuple[int, int]]:
    import pyarrow.parquet as pq

    cuts, rows, held = [(0, 0)], 0, 0
    with filesystem.open_input_file(path) as file:
        metadata = pq.ParquetFile(file).metadata
        for group in range(metadata.num_row_groups):
            told = metadata.row_group(group)
            if held and held + told.total_byte_size > part_bytes:
                cuts.append((group, rows))
                held = 0
            held += told.total_byte_size
            rows += told.num_rows
    return cuts


def _jsonl(filesystem: pafs.FileSystem, path: str, start: int, end: int) -> Iterator[str]:
    if packing(path) or (start, end) == (0, -1):
        stream = filesystem.open_input_stream(path, compression=packing(path))
        yield from _lines(stream, None)
        return
    with filesystem.open_input_file(path) as file:
        file.seek(start)
        yield from _lines(file, None if end == -1 else end - start)


def _lines(stream: Any, left: int | None) -> Iterator[str]:
    """The lines of a stream as far as `left` bytes. One that is too long to be an article is cut, and is none."""
    begun, skips = b"", False
    while left is None or left > 0:
        chunk = stream.read(CHUNK if left is None else min(CHUNK, left))
        if not chunk:
            break
        left = None if left is None else left - len(chunk)
        *lines, rest = (begun + chunk).split(b"\n")
        for line in lines:
            if not skips:
                yield line.decode(errors="replace")
            skips = False
        begun = b"" if skips else rest
        if len(begun) > MAX_LINE:
            yield begun[: MAX_LINE + 1].decode(errors="replace")
            begun, skips = b"", True
    if begun:
        yield begun.decode(errors="replace")


def _parquet(filesystem: pafs.FileSystem, path: str, start: int, end: int) -> Iterator[str]:
    import pyarrow.parquet as pq

    with filesystem.open_input_file(path) as file:
        table = pq.ParquetFile(file)
        groups = range(start, table.num_row_groups if end == -1 else end)
        for batch in table.iter_batches(batch_size=256, row_groups=list(groups)):
            yield from map(_line, batch.to_pylist())


def _csv(filesystem: pafs.FileSystem, path: str) -> Iterator[str]:
    from pyarrow import csv

    with filesystem.open_input_stream(path, compression=packing(path)) as stream:
        parse = csv.ParseOptions(newlines_in_values=True)
        for batch in csv.open_csv(stream, parse_options=parse, convert_options=_texts()):
            yield from map(_line, batch.to_pylist())


def _texts() -> Any:
    import pyarrow as pa
    from pyarrow import csv

    return csv.ConvertOptions(column_types={"text": pa.string(), "id": pa.string()}, strings_can_be_null=True)


def _line(row: dict[str, Any]) -> str:
    return json.dumps({key: value for key, value in row.items() if value is not None}, default=str)

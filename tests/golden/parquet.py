"""Tables of Parquet by Arrow's own writer, and what is in them by its reader, for crates/ingest/src/parquet/tests.rs.

    pip install pyarrow==26.0.1
    python tests/golden/parquet.py tests/golden/parquet
"""

import base64
import datetime as dt
import decimal
import json
import pathlib
import sys
import uuid

import pyarrow as pa
import pyarrow.parquet as pq

out = pathlib.Path(sys.argv[1])
UTC = dt.timezone.utc


def told(value):
    """A value as JSON has it: times as ISO 8601, bytes that are no text in base 64."""
    match value:
        case dt.datetime():
            return value.isoformat().replace("+00:00", "Z")
        case dt.date() | dt.time():
            return value.isoformat()
        case decimal.Decimal():
            return float(value)
        case uuid.UUID():
            return str(value)
        case bytes():
            try:
                return value.decode()
            except UnicodeDecodeError:
                return base64.b64encode(value).decode()
        case dict():
            return {key: told(inner) for key, inner in value.items()}
        case list() if value and all(isinstance(pair, tuple) for pair in value):
            return {str(key): told(inner) for key, inner in value}
        case list():
            return [told(inner) for inner in value]
        case _:
            return value


def write(name, table, rows=None, **options):
    """The table NAME.parquet, and what is in it as ROWS.jsonl."""
    path = out / f"{name}.parquet"
    pq.write_table(table, path, **options)
    found = [told(row) for row in pq.read_table(path).to_pylist()]
    lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in found)
    expected = out / f"{rows or name}.jsonl"
    assert not rows or not expected.exists() or expected.read_text() == lines
    expected.write_text(lines)


def column(kind, *values):
    return pa.array(values, kind)


def types():
    """Every kind of value that people have beside their articles, with a null of each."""
    texts = ["The bridge opened.", "Zoë said: \"No.\"\nShe left.", "Ferries stop in May.", "It rained."]
    moment = dt.datetime(2024, 5, 3, 8, 0, 0, 123456)
    person = pa.struct([("name", pa.string()), ("age", pa.int8()), ("tags", pa.list_(pa.string()))])
    columns = {
        "text": column(pa.string(), *texts),
        "large": column(pa.large_string(), "a", None, "", "d"),
        "desk": pa.array(["city", None, "city", "world"]).dictionary_encode(),
        "int": column(pa.int64(), -(2**63), None, 0, 2**63 - 1),
        "small": column(pa.int8(), -128, None, 0, 127),
        "unsigned": column(pa.uint64(), 2**64 - 1, None, 0, 1),
        "narrow": column(pa.uint32(), 2**32 - 1, None, 0, 1),
        "float": column(pa.float32(), 0.5, None, -2.25, 1024.0),
        "double": column(pa.float64(), 0.1, None, -1e300, 3.0),
        "half": column(pa.float16(), 1.5, None, -2.0, 65504.0),
        "bool": column(pa.bool_(), True, None, False, True),
        "day": column(pa.date32(), dt.date(2024, 5, 3), None, dt.date(1969, 12, 31), dt.date(2024, 2, 29)),
        "hour": column(pa.time64("us"), dt.time(1, 1, 1), None, dt.time(0, 0), dt.time(23, 59, 59, 999999)),
        "utc": column(pa.timestamp("us", "UTC"), moment.replace(tzinfo=UTC), None, moment.replace(tzinfo=UTC), None),
        "local": column(pa.timestamp("ms"), moment.replace(microsecond=0), None, dt.datetime(1969, 12, 31, 23, 59), None),
        "nanos": column(pa.timestamp("ns", "UTC"), dt.datetime(2024, 5, 3, tzinfo=UTC), None, None, None),
        "price": column(pa.decimal128(9, 2), decimal.Decimal("-0.05"), None, decimal.Decimal("1234567.25"), decimal.Decimal("0.00")),
        "key": column(pa.uuid(), uuid.UUID(int=1).bytes, None, uuid.UUID(int=2**128 - 1).bytes, None),
        "image": column(pa.binary(), b"\xff\xd8\xff", None, b"", b"text"),
        "tags": column(pa.list_(pa.string()), ["a", "b"], None, [], [None, "c"]),
        "deep": column(pa.list_(pa.list_(pa.int32())), [[1, 2], [], None, [3]], None, [], [[None]]),
        "person": column(
            person,
            {"name": "Ada", "age": 36, "tags": ["x"]},
            None,
            {"name": None, "age": None, "tags": None},
            {"name": "Ben", "age": 1, "tags": []},
        ),
        "people": column(
            pa.list_(person),
            [{"name": "Ada", "age": 36, "tags": ["x", "y"]}, None],
            None,
            [],
            [{"name": None, "age": None, "tags": []}, {"name": "Ben", "age": 2, "tags": [None, "z"]}],
        ),
        "counts": column(pa.map_(pa.string(), pa.int32()), [("a", 1), ("b", None)], None, [("x", 7)], [("c", 3)]),
    }
    return pa.table(columns)


def articles(count):
    """So many short articles."""
    names = ["bridge", "ferry", "market", "school", "station"]
    return pa.table(
        {
            "id": pa.array([f"a{at}" for at in range(count)]),
            "text": pa.array([f"The {names[at % 5]} opened on day {at}. Nobody came. It rained." for at in range(count)]),
            "words": pa.array([at % 3 if at % 4 else None for at in range(count)], pa.int32()),
            "tags": pa.array([[names[at % 5]] * (at % 3) if at % 7 else None for at in range(count)], pa.list_(pa.string())),
        }
    )


def main():
    out.mkdir(exist_ok=True)
    write("types", types())
    for codec in ["none", "snappy", "gzip", "zstd", "lz4", "brotli"]:
        write(f"codec-{codec}", articles(20), "codecs", compression=codec)
    write("groups", articles(50), "articles", row_group_size=7, data_page_size=100, write_batch_size=3)
    write("second-form", articles(50), "articles", data_page_version="2.0", compression="zstd", data_page_size=200, write_batch_size=5)
    lengths = {"id": "DELTA_BYTE_ARRAY", "text": "DELTA_LENGTH_BYTE_ARRAY", "words": "DELTA_BINARY_PACKED"}
    lists = {"tags.list.element": "DELTA_BYTE_ARRAY"}
    write("deltas", articles(50), "articles", use_dictionary=False, column_encoding=lengths | lists)
    write("old-times", types().select(["text", "utc", "nanos"]), use_deprecated_int96_timestamps=True)
    # What takes a few kilobytes here and much more in memory.
    text = pa.array(["The bridge opened.", "It rained."])
    bomb = pa.array([[7] * 5_000_000, [1]], pa.list_(pa.int64()))
    pq.write_table(pa.table({"text": text, "bomb": bomb}), out / "elements.parquet", compression="zstd")
    long = pa.array(["One.", "a" * 12_000_000, "Three."])
    pq.write_table(pa.table({"text": long}), out / "long.parquet", compression="zstd", use_dictionary=False)


main()

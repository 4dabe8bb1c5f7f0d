"""`python -m standfirst.ray summarize INPUT… --out DIR`."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from ._parts import FORMS
from ._run import PART_BYTES, run


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m standfirst.ray", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    one = commands.add_parser("summarize", help="an abstract and a tone for every article of a large pile")
    one.add_argument("input", nargs="+", help="files or folders of JSON Lines, CSV or Parquet, packed or not; URIs too")
    one.add_argument("--out", required=True, help="folder or URI for the parts")
    one.add_argument("--model", "-m", default="salience", help="models, with commas between")
    one.add_argument("--tone", default="", help="models of sentiment, with commas between")
    one.add_argument("--sentences", "-n", type=int)
    one.add_argument("--precision", choices=("f32", "int8"))
    one.add_argument("--format", "-f", choices=FORMS, default="jsonl")
    one.add_argument("--concurrency", type=int, default=1, help="actors")
    one.add_argument("--cpus", type=int, default=1, help="processors of each actor")
    one.add_argument("--part-bytes", type=int, default=PART_BYTES, help="larger files become several parts")
    one.add_argument("--address", help="of a cluster; without it one is begun on this machine")
    one.add_argument("--no-fetch", action="store_true", help="the files of the models are on every machine")
    return parser


def _tell(row: dict[str, Any]) -> None:
    if row["error"] is not None:
        print(f"standfirst: {row['input']}: {row['error']}", file=sys.stderr)
        return
    rate = row["articles"] / max(row["seconds"], 1e-9)
    print(f"standfirst: {row['input']}: {row['articles']} articles, {rate:.1f} a second", file=sys.stderr)


def main() -> int:
    """0 if all went well, 1 if something was left out, 2 if nothing could begin."""
    asked = _arguments().parse_args()
    try:
        import ray
    except ImportError:
        print("standfirst: Ray is not installed; pip install 'standfirst[ray]'", file=sys.stderr)
        return 2
    ray.init(address=asked.address, log_to_driver=False)
    settings = {"models": asked.model, "tone": asked.tone}
    chosen = {"sentences": asked.sentences, "precision": asked.precision}
    settings.update({key: value for key, value in chosen.items() if value is not None})
    try:
        outcome = run(
            asked.input,
            asked.out,
            form=asked.format,
            concurrency=asked.concurrency,
            cpus=asked.cpus,
            part_bytes=asked.part_bytes,
            fetches=not asked.no_fetch,
            tell=_tell,
            **settings,
        )
    except (ValueError, OSError) as error:
        print(f"standfirst: {error}", file=sys.stderr)
        return 2
    known = f"; {outcome.known} were there" if outcome.known else ""
    print(
        f"standfirst: {outcome.parts} parts of {outcome.articles} articles, {outcome.failed} of them not readable{known}",
        file=sys.stderr,
    )
    return 1 if outcome.errors or outcome.failed else 0


if __name__ == "__main__":
    sys.exit(main())

"""Speed and memory of the whole program, each figure beside a peer in the same run, as one table.

    just bench                          all of it, on generated articles
    just bench --articles FILE          on the articles of a JSON Lines file, with references in `reference`
    just bench --only plain,scale       some of it
    just bench --json FILE              the figures for programs, too

Times are wall-clock seconds of whole processes; of peers in Python only the work is counted, without starting. Two commands
that are compared run in turn, A B A B, and the median of the ratios is given: machines drift, ratios less so. The encoder
and the writer have benches of their own, `just bench-encoder` and `just bench-peers`.
"""

import argparse
import tempfile
from pathlib import Path

import plain
import scale
from harness import as_json, machine, table, write_articles


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary")
    parser.add_argument("--articles", type=Path)
    parser.add_argument("--only", default="plain,scale")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--lines", type=int, default=100_000, help="articles of the measurement of memory")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="standfirst-bench-"))
    articles = options.articles or write_articles(folder / "articles.jsonl", 500)
    parts = {
        "plain": ("Without a network", lambda: plain.rows(options.binary, articles, folder, options.runs)),
        "scale": ("Growth", lambda: scale.rows(options.binary, articles, folder, options.runs, options.lines)),
    }
    print(f"{machine()}\n")
    sections = {}
    for part in options.only.split(","):
        if part not in parts:
            parser.error(f"--only knows {', '.join(parts)}, not {part}")
        title, rows = parts[part]
        sections[title] = list(rows())
        print(table(title, sections[title]), flush=True)
    if options.json:
        options.json.write_text(as_json(sections))


if __name__ == "__main__":
    main()

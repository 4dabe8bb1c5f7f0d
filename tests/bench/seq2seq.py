"""How long an encoder-decoder takes, beside CTranslate2 on the same weights and articles, in one run.

    just bench-seq2seq [--articles N] [--rounds N] [--json FILE]

The network has DistilBART-12-6's shape and random weights (`bart.py`), since no real one may be had here; both write as
many tokens of each article, whatever they are. The two programs run in turn, each of CTranslate2's ways to use the threads
among them, of which the fastest counts; ratios are of medians over the rounds. First both write a few tokens in f32, which
have to be the same: else they would not compute the same network. Prints a table in Markdown, and writes the figures as JSON if asked to.
"""

import argparse
import json
import statistics
import sys
from pathlib import Path

import bart
from harness import figures, machine

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
# Of the comparison in f32: articles of so many tokens, and how many are written.
SHORT, WRITTEN = 100, 20


def ours(folder, articles, precision, beams, tokens, threads):
    """What our bench says."""
    bench = ["cargo", "bench", "--quiet", "--package", "standfirst-summarizer", "--bench", "seq2seq", "--"]
    return figures([*bench, folder, articles, precision, beams, tokens, threads], ROOT)


def theirs(folder, articles, precision, beams, tokens, way):
    """What CTranslate2 says."""
    return figures([sys.executable, HERE / "peer_ctranslate2.py", folder, articles, precision, beams, tokens, *way])


def written(folder, name, count, tokens):
    """The file of articles called `name`."""
    path = folder / f"{name}.json"
    path.write_text(json.dumps(bart.articles(count, tokens)))
    return path


def compare(folder):
    """Ends the run unless both programs write the same in f32."""
    short = written(folder, "short", 2, SHORT)
    for beams in (1, 4):
        asked = (folder, short, "f32", beams, WRITTEN)
        own, other = ours(*asked, 1)["texts"], theirs(*asked, (1, 1, 1))["texts"]
        if own != other:
            sys.exit(f"bench: not the same network, {beams} beams:\n{own}\n{other}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, default=ROOT / "target" / "bench-bart")
    parser.add_argument("--articles", type=int, default=16)
    parser.add_argument("--length", type=int, default=800, help="tokens of an article")
    parser.add_argument("--tokens", type=int, default=141, help="tokens that are written of each")
    parser.add_argument("--beams", type=int, default=4)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    folder, threads = options.folder.resolve(), options.threads
    bart.write(folder)
    compare(folder)
    articles = written(folder, "articles", options.articles, options.length)
    asked = (folder, articles, "int8", options.beams, options.tokens)
    share = -(-options.articles // threads)
    # Translations at once, threads of each, articles of each.
    ways = {(threads, 1, share), (1, threads, options.articles)}
    rounds = [(ours(*asked, threads), {way: theirs(*asked, way) for way in ways}) for _ in range(options.rounds)]

    def medians(key):
        own = statistics.median(found[key] for found, _ in rounds)
        return own, {way: statistics.median(found[way][key] for _, found in rounds) for way in ways}

    print(f"{options.articles} articles of {options.length} tokens, {options.tokens} written of each, {options.beams} beams, "
          f"int8, {threads} threads; {machine()}\n")
    print("| | seconds | standfirst is so many times as fast | seconds of processor | ratio |\n| --- | --- | --- | --- | --- |")
    (seconds, other), (worked, others) = medians("seconds"), medians("processor_seconds")
    print(f"| standfirst | {seconds:.1f} | 1.00 | {worked:.1f} | 1.00 |")
    for way in sorted(ways, key=other.get):
        print(f"| CTranslate2, {way[0]} × {way[1]} threads | {other[way]:.1f} | {other[way] / seconds:.2f} "
              f"| {others[way]:.1f} | {others[way] / worked:.2f} |")
    if options.json:
        found = [{"standfirst": own, "ctranslate2": list(them.values())} for own, them in rounds]
        options.json.write_text(json.dumps({"machine": machine(), "rounds": found}, indent=1) + "\n")


if __name__ == "__main__":
    main()

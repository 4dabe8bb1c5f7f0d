"""What models/entail/windows.py chooses as evidence from articles of our own: goldens for the program's own choice.

    python3 tests/golden/evidence.py
"""

import json
import pathlib
import sys

ROOT = pathlib.Path(__file__).parent.parent.parent
sys.path.insert(0, str(ROOT / "models" / "entail"))

from evaluate import article_of  # noqa: E402
from windows import chosen, sentences  # noqa: E402


def main():
    rows = map(json.loads, (ROOT / "crates/text/tests/fixtures/entail-samples.jsonl").read_text("utf-8").splitlines())
    articles = {}
    for row in rows:
        name = row["article"]
        split = articles.setdefault(name, {"sentences": sentences(article_of(str(ROOT / "samples"), name)), "chosen": []})
        split["chosen"].append([row["sentence"], chosen(split["sentences"], row["sentence"])])
    long = {"sentences": ["word " * 90 + "end.", "Short, 1,200 men.", "Nothing."], "chosen": []}
    for hypothesis in ("1200 men at the end", "the of and", "", "Entirely elsewhere"):
        long["chosen"].append([hypothesis, chosen(long["sentences"], hypothesis)])
    out = ROOT / "crates/text/tests/fixtures/evidence.json"
    out.write_text(json.dumps([*articles.values(), long], ensure_ascii=False, indent=0) + "\n", "utf-8")


main()

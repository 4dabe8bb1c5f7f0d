"""Makes tests/golden/smollm2.json: what llama.cpp makes of SmolLM2-135M-Instruct (Q4_1).

    python3 -m venv /tmp/peer && /tmp/peer/bin/pip install llama-cpp-python==0.3.36
    /tmp/peer/bin/python tests/golden/smollm2.py MODEL.gguf

MODEL.gguf is the file that models/smollm2-135m.toml describes. In the answer:
- "texts": token numbers of texts of our own, control tokens read as plain text;
- "markup": the same with control tokens;
- "prompts": 30 chat prompts round sentences of our own, in tokens, with the first 64 tokens of the
  greedy answer (fewer where it ends) and every 211th logit of the first of them, by llama.cpp that
  reads a prompt token by token ("single") and by llama.cpp that reads it at once ("whole"); and those
  logits as they are without any rounding of activations ("exact", see llama_exact.py).

llama.cpp's two ways round differently, and its answers differ from each other: what is printed at the
end says how much. That is the yardstick for the test.
"""

import hashlib
import json
import pathlib
import random
import sys

import numpy as np
from llama_cpp import Llama

import llama_exact

SHA256 = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"
HERE = pathlib.Path(__file__).parent

WORDS = """harbour council ferry glacier election committee midnight Zürich naïve coöperate São Łódź
Ελλάδα Москва 東京 서울 मुंबई القاهرة résumé ﬁnance Straße œuvre Dvořák İstanbul O'Neill don't
they're WE'LL I'd it's 1853 $3bn 10,000 3.14 ½ 42nd 007 ١٢٣ Ⅷ e=mc² http://example.org/a?b=c&d
user@example.com #storm @mayor foo_bar fooBar() <p> &amp; [1] {x} "quoted" “curly” ‘single’ —
– … • 🙂 👩‍👩‍👧 🇳🇴 é ñ ä ﷺ ​ \\n C:\\temp a/b ... !!! ?! -- *bold* `code` ~~ ^ | \\
antidisestablishmentarianism Donaudampfschifffahrtsgesellschaft aaaaaaaaaaaaaaaaaaaaaaaa
<|im_start|> <|im_end|> <|endoftext|> <|im_ end|> <repo_name> system user assistant""".split()
BLANKS = [" ", " ", " ", " ", " ", "  ", "   ", "\n", "\n\n", "\t", " \n ", "\r\n", "\u00a0", "\u3000", ""]
CONTROL = ["<|im_start|>", "<|im_end|>", "<|endoftext|>", "<|im_start|>user\n", "<|im_end|>\n"]

PLACES = ["the old harbour", "a village in the hills", "the northern capital", "the river delta",
          "the island's only school", "a market town"]
ACTORS = ["the council", "fire crews", "two scientists", "the ferry company", "a group of parents",
          "the national museum"]
DEEDS = ["voted to rebuild the bridge that fell last winter", "found traces of lead in the water",
         "agreed to raise wages by 4 percent", "closed the road after a landslide",
         "returned a painting stolen in 1974", "opened a clinic that works at night"]
SAID = ["We waited three years for this", "Nobody was hurt, and that is what counts",
        "It will cost about $2.5 million", "The figures speak for themselves"]


def texts(rng):
    """2,000 texts: words, one by one and in company."""
    found = list(WORDS) + [" " + word for word in WORDS]
    while len(found) < 2000:
        parts = []
        for _ in range(rng.randint(1, 14)):
            parts += [rng.choice(WORDS), rng.choice(BLANKS)]
        found.append("".join(parts))
    return found


def article(rng):
    """Some sentences that read like news."""
    lines = []
    for _ in range(rng.randint(3, 7)):
        place, actor, deed = rng.choice(PLACES), rng.choice(ACTORS), rng.choice(DEEDS)
        lines.append(f"In {place}, {actor} {deed} on {rng.choice(['Monday', 'Friday', 'Jan. 10'])}.")
        if rng.random() < 0.4:
            lines.append(f'"{rng.choice(SAID)}," a spokeswoman said.')
    return " ".join(lines)


def prompt(text):
    return (
        "<|im_start|>system\nYou shorten news articles.<|im_end|>\n<|im_start|>user\n"
        f"Say in two sentences what this article reports:\n\n{text}<|im_end|>\n"
        "<|im_start|>assistant\n"
    )


def answer(model, tokens):
    """The greedy answer, and some logits of its first token."""
    model.reset()
    model.eval(tokens)
    logits = some(model._ctx.get_logits()[: model.n_vocab()])
    found = []
    for _ in range(64):
        token = model.sample(temp=0)
        if token in (0, 2):
            break
        found.append(int(token))
        model.eval([token])
    return {"answer": found, "logits": logits}


def some(logits):
    return [round(float(x), 3) for x in logits[::211]]


def main():
    path = pathlib.Path(sys.argv[1])
    assert hashlib.sha256(path.read_bytes()).hexdigest() == SHA256, "another model"
    load = lambda n: Llama(str(path), n_ctx=1024, n_batch=n, n_ubatch=n, n_threads=2, verbose=False)
    single, whole, exact = load(1), load(1024), llama_exact.Llama(path)
    rng = random.Random(1853)
    spell = lambda text, special: single.tokenize(text.encode(), add_bos=False, special=special)
    plain = [[text, spell(text, False)] for text in texts(rng)]
    marked = ["".join(rng.choice(CONTROL + WORDS) for _ in range(9)) for _ in range(100)]
    marked = [[text, spell(text, True)] for text in marked]
    prompts = []
    for _ in range(30):
        tokens = spell(prompt(article(rng)), True)
        by = {"single": answer(single, tokens), "whole": answer(whole, tokens)}
        prompts.append({"prompt": tokens, "exact": some(exact.logits(tokens)), **by})
    golden = {"texts": plain, "markup": marked, "prompts": prompts}
    out = HERE / "smollm2.json"
    out.write_text(json.dumps(golden, ensure_ascii=False, separators=(",", ":")) + "\n")
    print(out, out.stat().st_size, "bytes")
    report(prompts)


def report(prompts):
    """How far llama.cpp's two ways are from each other, and each from the exact logits."""
    same = sum(row["single"]["answer"] == row["whole"]["answer"] for row in prompts)
    print(f"{same} of {len(prompts)} answers equal")
    off = lambda a, b: np.mean([np.abs(np.subtract(a(row), b(row))).mean() for row in prompts])
    logits = {name: lambda row, name=name: row[name]["logits"] for name in ["single", "whole"]}
    print("logits apart", off(logits["single"], logits["whole"]))
    for name in logits:
        print(name, "from exact", off(logits[name], lambda row: row["exact"]))


if __name__ == "__main__":
    main()

"""A summariser in twelve lines: the first sentence of each paragraph, as many as asked for."""

import json
import re
import sys

for line in sys.stdin:
    question = json.loads(line)
    firsts = [re.split(r"(?<=[.!?])\s", paragraph)[0] for paragraph in question["text"].splitlines()]
    wanted = question.get("sentences") or max(1, question["words"] // 25)
    answer = {"id": question["id"], "sentences": firsts[:wanted]}
    print(json.dumps(answer), flush=True)

// Word by word: what one abstract has and another lacks.

// Longer texts than this are compared sentence by sentence only as far as it reaches.
const MAX_WORDS = 1500;

function wordsOf(text) {
  return text.split(/\s+/).filter(Boolean).slice(0, MAX_WORDS);
}

/** Goes through two lists of words by the longest list that both have in the same order: `step` is told "same", "del" or "ins" and the places. */
function walkWords(a, b, step) {
  const width = b.length + 1;
  const longest = new Uint16Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) {
      longest[i * width + j] = a[i] === b[j]
        ? longest[(i + 1) * width + j + 1] + 1
        : Math.max(longest[(i + 1) * width + j], longest[i * width + j + 1]);
    }
  }
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) { step("same", i, j); i += 1; j += 1; }
    else if (j >= b.length || (i < a.length && longest[(i + 1) * width + j] >= longest[i * width + j + 1])) { step("del", i, j); i += 1; }
    else { step("ins", i, j); j += 1; }
  }
}

/** The shortest list of `[kind, words]` that turns one into the other; kinds are same, del, ins. */
function wordDiff(before, after) {
  const a = wordsOf(before);
  const b = wordsOf(after);
  const parts = [];
  walkWords(a, b, (kind, i, j) => {
    const word = kind === "ins" ? b[j] : a[i];
    const last = parts[parts.length - 1];
    if (last && last[0] === kind) last[1].push(word);
    else parts.push([kind, [word]]);
  });
  return parts;
}

/** The difference as a paragraph. */
function drawDiff(before, after) {
  const parts = wordDiff(before, after).flatMap(([kind, words]) => {
    const text = words.join(" ");
    return [kind === "same" ? text : make(kind, {}, text), " "];
  });
  return make("p", {}, parts);
}

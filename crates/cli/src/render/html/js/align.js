// What of a sentence stands in its evidence, elsewhere in the article, or nowhere.

const MAX_ALIGNED = 600;
// Shorter words stand everywhere and say little.
const TELLING = 4;

/** Words and numbers with their places. */
function tokensOf(text, start) {
  const words = text.matchAll(/[\p{L}\p{M}]+(?:[’'-][\p{L}\p{M}]+)*|\p{N}+(?:[.,:]\p{N}+)*/gu);
  return [...words].slice(0, MAX_ALIGNED).map((found) => ({
    word: found[0].toLowerCase(), from: start + found.index, to: start + found.index + found[0].length,
  }));
}

/** Pairs of places of the longest list of words that both have in the same order. */
function commonWords(a, b) {
  const pairs = [];
  const words = (tokens) => tokens.map((token) => token.word);
  walkWords(words(a), words(b), (kind, i, j) => { if (kind === "same") pairs.push([i, j]); });
  return pairs;
}

/** The words of the article, by article, made once. */
const vocabularies = new WeakMap();
function vocabularyOf(article) {
  if (!vocabularies.has(article)) {
    vocabularies.set(article, new Set((article.text.toLowerCase().match(/[\p{L}\p{M}\p{N}]+/gu)) || []));
  }
  return vocabularies.get(article);
}

/** `words`: runs of the sentence that the evidence has not, `[from, to, class]`; `same`: ranges of the article that it has. */
function alignment(sentence, article) {
  if (article.text === null || !sentence.evidence.length) return { words: [], same: [] };
  const own = tokensOf(sentence.text, 0);
  const there = sentence.evidence.flatMap(([from, to]) => tokensOf(article.text.slice(from, to), from)).slice(0, MAX_ALIGNED);
  const pairs = commonWords(own, there);
  const copied = new Set(pairs.map(([place]) => place));
  const vocabulary = vocabularyOf(article);
  const known = (token) => token.word.split(/[^\p{L}\p{M}\p{N}]+/u).filter(Boolean).every((part) => vocabulary.has(part));
  const words = own.filter((token, place) => !copied.has(place) && token.word.length >= TELLING)
    .map((token) => [token.from, token.to, known(token) ? "else" : "nowhere"]);
  const same = [];
  for (const [, place] of pairs) {
    const { from, to } = there[place];
    const last = same[same.length - 1];
    if (last && article.text.slice(last[1], from).trim() === "") last[1] = to;
    else same.push([from, to]);
  }
  return { words, same };
}

/** Underlines ranges of the article in the pieces that are lit; browsers without highlights leave it at the light. */
function underline(source, ranges) {
  if (typeof Highlight === "undefined" || !window.CSS || !CSS.highlights) return;
  CSS.highlights.delete("same");
  const found = [];
  for (const { range, piece } of source ? source.pieces : []) {
    for (const [from, to] of ranges) {
      const start = Math.max(from, range[0]);
      const end = Math.min(to, range[1]);
      if (start >= end || !piece.firstChild) continue;
      const place = document.createRange();
      place.setStart(piece.firstChild, start - range[0]);
      place.setEnd(piece.firstChild, end - range[0]);
      found.push(place);
    }
  }
  if (found.length) CSS.highlights.set("same", new Highlight(...found));
}

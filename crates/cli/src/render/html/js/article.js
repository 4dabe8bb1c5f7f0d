// One article: the source on the left, every abstract on the right, and what rests on what.

const COLORS = 8;
const FLAGS = {
  number: "a number or date that the evidence does not hold",
  name: "a name that the evidence does not hold",
  quote: "a quotation that is not verbatim",
  negation: "a negation or a hedge that flipped",
  speaker: "a quotation given to another speaker",
  dangling: "a pronoun or connective that points at nothing",
};
const VERDICTS = {
  copied: ["good", "stands in the article, word for word"],
  supported: ["good", "supported by the spans shown"],
  stitched: ["warn", "its parts stand in the article, but not together"],
  unsupported: ["bad", "no span of the article was found to support it"],
  contradicted: ["bad", "the article says otherwise"],
};

/** Shows the article of this number in `section`. */
function showArticle(section, number) {
  const article = articleOf(number);
  const entry = index.articles[number];
  if (!article) {
    section.replaceChildren(make("h1", {}, "There is no such article"), make("p", {}, make("a", { href: "#/articles" }, "All articles")));
    return;
  }
  const parts = [drawAround(number), make("h1", {}, nameOf(entry)), drawFacts(entry, article)];
  if (article.error) parts.push(make("p", { class: "notice" }, "It could not be read: " + article.error));
  else parts.push(...drawBody(article));
  section.replaceChildren(...parts);
}

/** The way to the neighbours in the list as it is sorted now. */
function neighbour(number, step) {
  const place = shown.indexOf(number);
  return place < 0 ? undefined : shown[place + step];
}

function drawAround(number) {
  const link = (step, text) => {
    const to = neighbour(number, step);
    return to === undefined ? null : make("a", { href: "#/article/" + to }, text);
  };
  return make("p", { class: "around" }, make("a", { href: "#/articles" }, "All articles"),
    link(-1, "← previous"), link(1, "next →"),
    make("span", { class: "quiet" }, "keys: ", make("kbd", {}, "j"), " next, ", make("kbd", {}, "k"), " previous"));
}

function drawFacts(entry, article) {
  const tones = article.tones.map((tone) => tone.told
    ? "tone " + tone.told + " (" + tone.model + ")"
    : "no tone: " + tone.error);
  const facts = [entry.source, article.language, ...tones, ...article.notes].filter(Boolean);
  return make("p", { class: "facts-line" }, facts.join(" · "));
}

function drawBody(article) {
  const sentences = article.abstracts.flatMap((abstract) => abstract.sentences);
  const evidence = sentences.flatMap((sentence) => sentence.evidence);
  const corrections = sentences.flatMap((sentence) => sentence.faults.map((fault) => fault.there).filter(Boolean));
  const hasText = article.text !== null;
  const source = hasText ? drawSource(article, evidence, corrections) : null;
  const map = hasText ? drawMap(article, evidence, source.box) : null;
  const light = lighter(source, map);
  const left = hasText
    ? make("div", { class: "source" }, source.box, map.map)
    : make("p", { class: "notice" }, "The run was saved without its texts; summarize --include-text keeps them.");
  const cards = article.abstracts.map((abstract, model) => drawCard(abstract, model, light, article));
  if (article.reference) {
    cards.unshift(make("article", { class: "card reference" }, make("h2", {}, "Reference, by a person"), make("p", {}, article.reference)));
  }
  return [
    drawLegend(article),
    make("div", { class: "columns" }, left, make("div", { class: "cards" }, cards)),
    drawTargets(article), drawMatrix(article, source), drawDiffPanel(article),
  ].filter(Boolean);
}

/** Lights the evidence of a sentence in the text and on the map; returns what puts it out. */
function lighter(source, map) {
  let lit = [];
  const out = () => {
    underline(null, []);
    lit.forEach(([element, names]) => element.classList.remove(...names));
    lit = [];
  };
  const on = (element, ...names) => { element.classList.add(...names); lit.push([element, names]); };
  return function (item, sentence, color, scroll) {
    out();
    if (!item) return;
    on(item, "lit", "k" + color);
    if (!source) return;
    let first = null;
    for (const { range, piece } of source.pieces) {
      if (!sentence.evidence.some((other) => overlap(other, range))) continue;
      on(piece, "lit", "k" + color);
      first = first || piece;
      if (sentence.faults.some((fault) => fault.there && overlap(fault.there, range))) on(piece, "correct");
    }
    underline(source, sentence.same);
    sentence.evidence.forEach((range) => on(map.marks.get(range.join()), "on"));
    if (first && scroll) bringIntoView(source.box, first);
  };
}

/** What the lines under words mean, where there are any. */
function drawLegend(article) {
  const reworded = article.text !== null && article.abstracts.some((abstract) => abstract.sentences.some((sentence) => sentence.verdict !== "copied"));
  if (!reworded) return null;
  return make("p", { class: "legend" }, "Of a sentence in other words: ", make("span", { class: "card-word" }, "plain"), " words stand in its evidence, ",
    make("span", { class: "else" }, "dotted"), " ones elsewhere in the article, ", make("span", { class: "nowhere" }, "dashed"), " ones nowhere; ",
    make("mark", { class: "fault" }, "wavy"), " is what the check takes to be wrong.");
}

function drawCard(abstract, model, light, article) {
  const head = make("h2", { class: series(model) }, make("span", { class: "dot " + series(model) }), models[model]);
  if (abstract.error) {
    return make("article", { class: "card " + series(model) }, head, make("p", { class: "bad" }, "No abstract: " + abstract.error));
  }
  const sentences = abstract.sentences.map((sentence, place) => drawSentence(sentence, place, light, article));
  const facts = [
    abstract.millis === null ? null : abstract.millis.toFixed(1) + " ms",
    abstract.unread.length ? abstract.unread.length + " part(s) of the article not read" : null,
    ...abstract.notes,
  ].filter(Boolean);
  return make("article", { class: "card " + series(model) }, head, make(abstract.list ? "ul" : "ol", {}, sentences),
    facts.length ? make("p", { class: "facts-line" }, facts.join(" · ")) : null);
}

function drawSentence(sentence, place, light, article) {
  const { words, same } = sentence.verdict === "copied" ? { words: [], same: [] } : alignment(sentence, article);
  sentence.same = same;
  const color = place % COLORS;
  const [kind, meaning] = VERDICTS[sentence.verdict] || ["", "nothing has checked it"];
  const support = sentence.support === null || sentence.verdict === "copied" ? "" : " " + sentence.support.toFixed(2);
  const chips = [chip((sentence.verdict || "not checked") + support, kind, meaning),
    ...(sentence.by === "article" ? [chip("the article's words", "", "stands in for what the model wrote or did not write")] : []),
    ...sentence.flags.map((flag) => chip(flag, "bad", FLAGS[flag])),
    ...sentence.edits.map((edit) => chip(edit, "warn", "changed in a copied sentence, so that it can stand alone"))];
  const item = make("li", { tabindex: "0" },
    make("span", { class: "no", "aria-hidden": "true" }, place + 1 + "."), " ", ...drawWords(sentence, words), " ",
    chips.flatMap((one) => [one, " "]), ...drawReasons(sentence));
  item.addEventListener("mouseenter", () => light(item, sentence, color, false));
  item.addEventListener("mouseleave", () => light(null));
  item.addEventListener("focus", () => light(item, sentence, color, true));
  item.addEventListener("blur", () => light(null));
  item.addEventListener("click", () => light(item, sentence, color, true));
  return item;
}

/** What is wrong with a word, in words. */
function reasonOf(fault) {
  return FLAGS[fault.kind] + (fault.expected ? "; the article has “" + fault.expected + "”" : "");
}

/** The words of a sentence: those that are wrong, with what the article has in their place, and those that its evidence has not. */
function drawWords(sentence, words) {
  const faults = sentence.faults.map((fault) => [...fault.at, "fault", reasonOf(fault)]);
  const free = words.filter(([from, to]) => !faults.some((fault) => overlap(fault, [from, to])));
  const titles = { else: "elsewhere in the article", nowhere: "nowhere in the article" };
  const marks = [...faults, ...free].sort((a, b) => a[0] - b[0]);
  const parts = [];
  let at = 0;
  for (const [from, to, kind, title] of marks) {
    if (from < at) continue;
    parts.push(sentence.text.slice(at, from),
      make(kind === "fault" ? "mark" : "span", { class: kind, title: title || titles[kind] }, sentence.text.slice(from, to)));
    at = to;
  }
  parts.push(sentence.text.slice(at));
  return parts;
}

/** Why a sentence is not supported, in words that need no pointer to be read. */
function drawReasons(sentence) {
  const [kind, meaning] = VERDICTS[sentence.verdict] || [];
  const words = sentence.faults.map((fault) => "“" + sentence.text.slice(fault.at[0], fault.at[1]) + "”: " + reasonOf(fault));
  for (const part of sentence.unsaid)
    words.push("“" + sentence.text.slice(part.at[0], part.at[1]) + "”: " + VERDICTS[part.verdict][1]);
  if (kind !== "bad" && !words.length) return [];
  const told = kind === "bad" ? [meaning, ...words] : words;
  return [make("p", { class: "why" }, told.join(". ") + ".")];
}

function drawTargets(article) {
  const targets = article.tones.flatMap((tone) => tone.targets.map((target) => [tone.model, target]));
  if (!targets.length) return null;
  const row = ([model, target]) => make("tr", {}, make("th", { scope: "row" }, target.name),
    make("td", {}, target.told),
    make("td", {}, target.by.map(([voice, score]) => make("span", { class: "voice" }, voice + " " + signed(score)))),
    make("td", {}, String(target.mentions.length)), make("td", {}, model));
  const heads = ["Who", "Tone towards them", "By voice", "Mentions", "Model"].map((text) => make("th", { scope: "col" }, text));
  return make("section", { class: "panel" }, make("h2", {}, "Tone towards people and organisations"),
    make("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Tone towards people and organisations" },
      make("table", {}, make("thead", {}, make("tr", {}, heads)), make("tbody", {}, targets.map(row)))));
}

// Which model took which sentence of the article, and any two abstracts word by word.

/** The sentences of the body: as a tone model found them, or else those that somebody rests on. */
function rowsOf(article) {
  if (article.sentences.length) return article.sentences;
  const ranges = new Map();
  article.abstracts.forEach((abstract) => abstract.sentences.forEach((sentence) =>
    sentence.evidence.forEach((range) => ranges.set(range.join(), range))));
  return [...ranges.values()].sort((a, b) => a[0] - b[0]);
}

function drawMatrix(article, source) {
  if (!source) return null;
  const rows = rowsOf(article).map((range, number) => ({
    range, number,
    takers: article.abstracts.map((abstract) => abstract.sentences.findIndex(
      (sentence) => sentence.evidence.some((other) => overlap(other, range)))),
  }));
  const taken = (row) => row.takers.filter((place) => place >= 0).length;
  const body = make("tbody");
  const draw = (all) => body.replaceChildren(...rows.filter((row) => all || taken(row)).map((row) => matrixRow(article, source, row, taken(row))));
  draw(false);
  const heads = ["Sentence", ...models, "Models"].map((text) => make("th", { scope: "col" }, text));
  const left = rows.filter((row) => !taken(row)).length;
  const toggle = left ? make("label", {}, make("input", { type: "checkbox", onchange: (event) => draw(event.target.checked) }),
    " show the " + left + " sentences that no model took") : null;
  return make("section", { class: "panel" }, make("h2", {}, "Who took which sentence"),
    make("p", { class: "quiet" }, "The number is the place in the abstract. Sentences that several models took are where they agree."),
    make("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Who took which sentence" },
      make("table", { class: "matrix" }, make("thead", {}, make("tr", {}, heads)), body)), toggle);
}

function matrixRow(article, source, row, taken) {
  const text = article.text.slice(row.range[0], row.range[1]).replace(/\s+/g, " ");
  const short = text.length > 140 ? text.slice(0, 139).trimEnd() + "…" : text;
  const jump = () => {
    const first = source.pieces.find(({ range }) => overlap(range, row.range));
    if (first) bringIntoView(source.box, first.piece);
  };
  const cells = row.takers.map((place, model) => make("td", {}, place < 0 ? "" : [make("span", { class: "dot " + series(model) }), String(place + 1)]));
  return make("tr", {}, make("th", { scope: "row" }, make("button", { type: "button", onclick: jump, title: "show it in the article" }, row.number + 1 + ". " + short)),
    cells, make("td", {}, String(taken)));
}

function drawDiffPanel(article) {
  const answered = article.abstracts.map((abstract, model) => ({ name: models[model], text: textOf(abstract) })).filter((one) => one.text !== null);
  if (article.reference) answered.push({ name: "reference", text: article.reference });
  if (answered.length < 2) return null;
  const options = () => answered.map((one, place) => make("option", { value: place }, one.name));
  const before = make("select", {}, options());
  const after = make("select", {}, options());
  after.value = "1";
  const result = make("div", { class: "diff", "aria-live": "polite" });
  const draw = () => result.replaceChildren(drawDiff(answered[before.value].text, answered[after.value].text));
  before.addEventListener("change", draw);
  after.addEventListener("change", draw);
  draw();
  return make("section", { class: "panel" }, make("h2", {}, "Word by word"),
    make("p", {}, make("label", {}, "From ", before), " ", make("label", {}, "to ", after)), result);
}

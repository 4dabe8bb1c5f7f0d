// Articles down, models across: the worst verdict, flags and length of every abstract.

function drawGrid(numbers) {
  const heads = ["Article", "Tone", ...models].map((text, place) => make("th", { scope: "col" },
    place < 2 ? null : make("span", { class: "dot " + series(place - 2) }), text));
  return make("table", { class: "grid" }, make("thead", {}, make("tr", {}, heads)),
    make("tbody", {}, numbers.map(gridRow)));
}

function gridRow(number) {
  const entry = index.articles[number];
  const name = make("th", { scope: "row" }, make("a", { href: "#/article/" + number }, nameOf(entry)));
  const answers = models.map((_, model) => gridCell(entry.answers[model]));
  return make("tr", {}, name, make("td", {}, entry.tone || "–"), answers);
}

function gridCell(answer) {
  if (!answer) return make("td", {}, "–");
  if (answer.failed) return make("td", {}, chip("failed", "bad"));
  const [kind, meaning] = VERDICTS[answer.worst] || ["", "nothing has checked it"];
  return make("td", {}, chip(answer.worst || "not checked", kind, "its worst sentence: " + meaning), " ",
    answer.flags ? [chip(answer.flags + (answer.flags === 1 ? " flag" : " flags"), "warn"), " "] : null,
    make("span", { class: "voice" }, answer.words + " words"));
}

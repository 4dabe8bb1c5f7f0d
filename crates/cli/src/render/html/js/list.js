// The list of articles: searched, filtered, sorted, and grown as far as somebody scrolls.

const PAGE = 100;
const FILTERS = {
  all: () => true,
  flags: (entry) => entry.flags > 0,
  failed: (entry) => entry.failed > 0,
  differ: (entry) => entry.distinct > 1,
  error: (entry) => entry.error,
};
const SORTS = {
  order: null,
  title: (a, b) => nameOf(a).localeCompare(nameOf(b)),
  long: (a, b) => b.words - a.words,
  cut: (a, b) => b.cut - a.cut,
  support: (a, b) => (a.support ?? 2) - (b.support ?? 2),
  flags: (a, b) => b.flags - a.flags,
};
let shown = index.articles.map((_, number) => number);
let listed = 0;
// The measure and the model that a figure of the overview led from.
let behind = null;

function elements() {
  const get = (id) => document.getElementById(id);
  return { search: get("search"), filter: get("filter"), sort: get("sort"), grid: get("grid"), list: get("list"), table: get("table"), more: get("more"), found: get("found") };
}

/** All that an article and its abstracts say, made when it is first searched for. */
const fullTexts = new Map();
function fullText(number) {
  if (!fullTexts.has(number)) {
    const entry = index.articles[number];
    const island = document.getElementById("a" + number);
    const article = island ? JSON.parse(island.textContent) : { text: null, abstracts: [] };
    const written = article.abstracts.map((abstract) => textOf(abstract) || "");
    fullTexts.set(number, [entry.title, entry.source, entry.id, article.text || "", ...written].join("\n").toLowerCase());
  }
  return fullTexts.get(number);
}

/** A measure of an abstract; null where there is none. */
function scoreOf(number, { measure, model }) {
  const answer = index.articles[number].answers[model];
  return answer ? answer.scores[measure] : null;
}

/** Worst first, and what was not measured last. */
function worstFirst(by) {
  const sign = index.measures[by.measure].better === "higher" ? 1 : -1;
  return (a, b) => {
    const [one, other] = [scoreOf(a, by), scoreOf(b, by)];
    if (one === null || other === null) return (one === null) - (other === null);
    return sign * (one - other);
  };
}

/** Sets the tools as the address says. */
function readTools() {
  const { search, filter, sort, grid } = elements();
  const said = asked();
  search.value = said.get("q") || "";
  filter.value = said.get("show") in FILTERS ? said.get("show") : "all";
  sort.value = said.get("sort") in SORTS ? said.get("sort") : "order";
  grid.checked = said.has("grid");
  const measure = index.measures.findIndex(({ name }) => name === said.get("by"));
  const model = Number(said.get("model") || 0);
  behind = measure >= 0 && model in models ? { measure, model } : null;
  applyTools();
}

/** Writes what the tools say into the address, so that a list has a link. */
function writeTools() {
  const { search, filter, sort, grid } = elements();
  const said = new URLSearchParams();
  if (search.value) said.set("q", search.value);
  if (filter.value !== "all") said.set("show", filter.value);
  if (sort.value !== "order") said.set("sort", sort.value);
  if (grid.checked) said.set("grid", "1");
  if (behind) { said.set("by", index.measures[behind.measure].name); said.set("model", String(behind.model)); }
  const text = said.toString();
  const to = "#/articles" + (text ? "?" + text : "");
  if (to === window.location.hash) return;
  try { window.history.replaceState(null, "", to); } catch { /* A browser that lets files keep no history. */ }
}

/** Applies what the tools say, and shows the first page of it. */
function applyTools() {
  const { search, filter, sort, list, found } = elements();
  const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
  const matches = (number) => FILTERS[filter.value](index.articles[number])
    && (!words.length || words.every((word) => fullText(number).includes(word)));
  shown = index.articles.map((_, number) => number).filter(matches);
  const order = behind ? worstFirst(behind) : SORTS[sort.value] && ((a, b) => SORTS[sort.value](index.articles[a], index.articles[b]));
  if (order) shown.sort((a, b) => order(a, b) || a - b);
  list.replaceChildren();
  listed = 0;
  grow();
  const all = index.articles.length;
  const count = shown.length === all ? all + (all === 1 ? " article" : " articles") : shown.length + " of " + all + " articles";
  found.replaceChildren(count);
  if (behind) {
    const clear = () => { behind = null; writeTools(); applyTools(); };
    found.append(", by " + index.measures[behind.measure].title + " of " + models[behind.model] + ", worst first ",
      make("button", { type: "button", onclick: clear }, "sort otherwise"));
  }
}

/** Lists the next page. */
function grow() {
  const { list, table, grid, more } = elements();
  const next = shown.slice(listed, listed + PAGE);
  list.hidden = grid.checked;
  table.hidden = !grid.checked;
  if (!grid.checked) list.append(...next.map(listItem));
  else if (listed) table.querySelector("tbody").append(...next.map(gridRow));
  else table.replaceChildren(drawGrid(next));
  listed += next.length;
  more.hidden = listed >= shown.length;
}

function listItem(number) {
  const entry = index.articles[number];
  const score = behind && scoreOf(number, behind);
  const marks = [
    behind ? chip(score === null ? "not measured" : index.measures[behind.measure].title + " " + score.toFixed(index.measures[behind.measure].decimals)) : null,
    entry.error ? chip("not read", "bad") : null,
    entry.failed ? chip(entry.failed + " failed", "bad") : null,
    entry.flags ? chip(entry.flags + (entry.flags === 1 ? " flag" : " flags"), "warn") : null,
    entry.cut >= 0.01 ? chip("cut " + percent(entry.cut), "", "share of the text that the repair left out") : null,
    entry.words ? chip(entry.words.toLocaleString("en") + " words") : null,
  ];
  const gaps = marks.filter(Boolean).flatMap((mark) => [mark, " "]);
  return make("li", {}, make("a", { href: "#/article/" + number },
    make("span", { class: "name" }, nameOf(entry)),
    make("span", { class: "from" }, entry.source === nameOf(entry) ? "" : entry.source),
    make("span", { class: "marks" }, gaps)));
}

function startList() {
  const { search, filter, sort, grid, more } = elements();
  const change = () => { writeTools(); applyTools(); };
  search.addEventListener("input", change);
  filter.addEventListener("change", change);
  sort.addEventListener("change", () => { behind = null; change(); });
  grid.addEventListener("change", change);
  more.addEventListener("click", grow);
  search.form.addEventListener("submit", (event) => event.preventDefault());
  readTools();
}

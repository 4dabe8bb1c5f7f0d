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

function elements() {
  const get = (id) => document.getElementById(id);
  return { search: get("search"), filter: get("filter"), sort: get("sort"), list: get("list"), more: get("more"), found: get("found") };
}

/** Applies what the tools say, and shows the first page of it. */
function applyTools() {
  const { search, filter, sort, list, found } = elements();
  const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
  const matches = (entry) => {
    const text = (entry.title + " " + entry.source + " " + entry.id).toLowerCase();
    return FILTERS[filter.value](entry) && words.every((word) => text.includes(word));
  };
  shown = index.articles.map((_, number) => number).filter((number) => matches(index.articles[number]));
  const order = SORTS[sort.value];
  if (order) shown.sort((a, b) => order(index.articles[a], index.articles[b]) || a - b);
  list.replaceChildren();
  listed = 0;
  grow();
  const all = index.articles.length;
  found.textContent = shown.length === all ? all + " articles" : shown.length + " of " + all + " articles";
}

/** Lists the next page. */
function grow() {
  const { list, more } = elements();
  const next = shown.slice(listed, listed + PAGE);
  list.append(...next.map(listItem));
  listed += next.length;
  more.hidden = listed >= shown.length;
}

function listItem(number) {
  const entry = index.articles[number];
  const marks = [
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
  const { search, filter, sort, more } = elements();
  search.addEventListener("input", applyTools);
  filter.addEventListener("change", applyTools);
  sort.addEventListener("change", applyTools);
  more.addEventListener("click", grow);
  search.form.addEventListener("submit", (event) => event.preventDefault());
  applyTools();
}

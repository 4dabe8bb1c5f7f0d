// Which view is shown: the part of the address behind the #, so that every view has a link.

const views = ["overview", "articles", "article", "vote"];
let current = null;

function route() {
  const [, view, number] = /^#\/([a-z]*)(?:\/(\d+))?(?:\?.*)?$/.exec(window.location.hash) || [];
  const wanted = views.includes(view) ? view : "overview";
  const changed = current !== null && window.location.hash !== current;
  current = window.location.hash;
  for (const name of views) document.getElementById(name).hidden = name !== wanted;
  if (wanted === "articles") readTools();
  if (wanted === "article") showArticle(document.getElementById("article"), Number(number));
  if (wanted === "vote") showVote(document.getElementById("vote"));
  const nav = wanted === "article" ? "articles" : wanted;
  document.querySelectorAll("nav a").forEach((link) => {
    if (link.dataset.view === nav) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  });
  const heading = document.querySelector("#" + wanted + " h1");
  document.title = (heading ? heading.textContent + " · " : "") + "standfirst";
  if (changed) {
    window.scrollTo(0, 0);
    document.getElementById("main").focus({ preventScroll: true });
  }
}

/** Keys mean something only while nothing is being typed, and without modifiers. */
function key(event) {
  const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName);
  if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
  const [, view, number] = /^#\/([a-z]+)(?:\/(\d+))?(?:\?.*)?$/.exec(window.location.hash) || [];
  if (view === "vote") {
    const choice = CHOICES[event.key];
    if (choice) vote(choice);
    else if (event.key === "u" && votes.length) undoVote();
    else return;
    event.preventDefault();
  } else if (view === "article" && (event.key === "j" || event.key === "k")) {
    const to = neighbour(Number(number), event.key === "j" ? 1 : -1);
    if (to !== undefined) window.location.hash = "#/article/" + to;
  } else if (event.key === "/" && view === "articles") {
    document.getElementById("search").focus();
    event.preventDefault();
  }
}

function startTheme() {
  const root = document.documentElement;
  const kept = storage.get("standfirst-theme");
  if (kept === "light" || kept === "dark") root.dataset.theme = kept;
  document.getElementById("theme").addEventListener("click", () => {
    const dark = root.dataset.theme ? root.dataset.theme === "dark" : window.matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = dark ? "light" : "dark";
    storage.set("standfirst-theme", root.dataset.theme);
  });
}

startTheme();
startList();
window.addEventListener("hashchange", route);
document.addEventListener("keydown", key);
route();

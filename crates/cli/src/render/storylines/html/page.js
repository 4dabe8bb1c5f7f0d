(function () {
"use strict";

const all = (root, wanted) => Array.from(root.querySelectorAll(wanted));

// One storyline at a time; without this script all are shown.
const which = document.getElementById("which");
const lines = all(document, ".storyline");
function show(id) {
  const known = lines.some((line) => line.id === id) ? id : lines.length > 0 ? lines[0].id : "";
  for (const line of lines) line.hidden = line.id !== known;
  which.value = known;
}
which.addEventListener("change", () => { location.hash = which.value; });
window.addEventListener("hashchange", () => show(location.hash.slice(1)));
show(location.hash.slice(1));

// A sentence lights its sources, by mouse, finger and keyboard.
for (const line of lines) {
  const sources = all(line, ".sources li");
  const light = (at) => {
    const own = at === null ? [] : at.dataset.sources.split(" ");
    for (const source of sources) source.classList.toggle("lit", own.includes(source.dataset.article));
    for (const other of all(line, "[data-sources].lit")) other.classList.remove("lit");
    if (at !== null) at.classList.add("lit");
  };
  const nearest = (event) => event.target.closest("li[data-sources], tr[data-sources]");
  for (const name of ["mouseover", "focusin", "click"]) line.addEventListener(name, (event) => light(nearest(event)));
}

// The table of quotations by speaker, by words, by kind.
for (const table of all(document, ".quotes")) {
  const [speaker, words, direct] = [".speaker", ".words", ".direct"].map((one) => table.querySelector(one));
  const rows = all(table, "tbody tr");
  const filter = () => {
    let count = 0;
    for (const row of rows) {
      const fits = (speaker.value === "" || row.dataset.speaker === speaker.value)
        && (!direct.checked || row.dataset.direct === "true")
        && row.textContent.toLowerCase().includes(words.value.toLowerCase());
      row.hidden = !fits;
      if (fits) count += 1;
    }
    table.querySelector(".shown").textContent = count + " of " + rows.length;
  };
  for (const control of [speaker, words, direct]) control.addEventListener("input", filter);
  filter();
}

const root = document.documentElement;
document.getElementById("theme").addEventListener("click", () => {
  const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = dark ? "light" : "dark";
});
})();

// What the page holds: an index that is read at once, and an island per article, read when opened.

const index = JSON.parse(document.getElementById("index").textContent);
const models = index.models;
const opened = new Map();

/** The article of this number, or null. */
function articleOf(number) {
  if (!opened.has(number)) {
    const island = document.getElementById("a" + number);
    if (!island) return null;
    if (opened.size > 50) opened.delete(opened.keys().next().value);
    opened.set(number, JSON.parse(island.textContent));
  }
  return opened.get(number);
}

/** What to call an article: an id says little, so its first words come before it. */
function nameOf(entry) {
  return entry.title || entry.opening || entry.id || entry.source;
}

/** What a view's address says behind its name. */
function asked() {
  return new URLSearchParams(window.location.hash.split("?")[1] || "");
}

/** The text of an abstract; null where the model failed. */
function textOf(abstract) {
  return abstract.error ? null : abstract.sentences.map((sentence) => sentence.text).join(" ");
}

/** Storage that may be forbidden, as it is for files in some browsers: then a memory does. */
const storage = (function () {
  const memory = new Map();
  return {
    get(key) {
      try { return window.localStorage.getItem(key); } catch { return memory.get(key) ?? null; }
    },
    /** Says whether it will last. */
    set(key, value) {
      memory.set(key, value);
      try { window.localStorage.setItem(key, value); return true; } catch { return false; }
    },
  };
})();

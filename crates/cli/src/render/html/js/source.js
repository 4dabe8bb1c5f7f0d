// The article's text with its cuts folded, and the ranges that can be lit in it.

// Less of the text than this, in pixels, shows nothing.
const MIN_SEEN = 120;

/** `[a, b]` and `[c, d]` share a unit. */
function overlap(one, other) {
  return one[0] < other[1] && other[0] < one[1];
}

/** Where the text is taken apart: at every edge of a cut, of evidence, and of what stands in it instead of a wrong word. */
function edges(article, evidence, corrections) {
  const at = new Set([0, article.text.length]);
  for (const cut of article.cuts) cut.at.forEach((edge) => at.add(edge));
  for (const range of [...evidence, ...corrections]) range.forEach((edge) => at.add(edge));
  return [...at].filter((edge) => edge <= article.text.length).sort((a, b) => a - b);
}

/** The text, and the pieces of it with their ranges. */
function drawSource(article, evidence, corrections) {
  const box = make("div", { class: "text", tabindex: "0", role: "region", "aria-label": "The article" });
  const pieces = [];
  const points = edges(article, evidence, corrections);
  const cuts = article.cuts.slice().sort((a, b) => a.at[0] - b.at[0]);
  let cut = 0;
  let folded = -1;
  for (let i = 0; i + 1 < points.length; i += 1) {
    const range = [points[i], points[i + 1]];
    while (cut < cuts.length && cuts[cut].at[1] <= range[0]) cut += 1;
    const inside = cut < cuts.length && cuts[cut].at[0] <= range[0];
    if (inside) {
      if (folded !== cut) box.append(drawCut(article, cuts[cut]));
      folded = cut;
      continue;
    }
    const used = evidence.some((other) => overlap(other, range));
    const piece = make("span", { class: used ? "used" : null }, article.text.slice(range[0], range[1]));
    pieces.push({ range, piece });
    box.append(piece);
  }
  return { box, pieces };
}

/** Scrolls the text, and the page only if there is no room, so that a piece stands in the upper part of what is seen of the text. */
function bringIntoView(box, piece) {
  const bar = document.querySelector(".bar").getBoundingClientRect();
  const seen = () => {
    const { top, bottom } = box.getBoundingClientRect();
    const from = Math.max(top, bar.bottom, 0);
    return { from: from - top, height: Math.min(bottom, window.innerHeight) - from };
  };
  if (seen().height < MIN_SEEN) box.scrollIntoView({ block: "center" });
  const { from, height } = seen();
  box.scrollTop = piece.offsetTop - from - Math.max(height, 0) / 3;
}

/** A heading stands as it is; everything else that was cut is folded, with its reason. */
function drawCut(article, cut) {
  const text = article.text.slice(cut.at[0], cut.at[1]);
  if (cut.reason === "heading") {
    return make("span", { class: "heading", title: "heading: kept, but never part of a sentence" }, text);
  }
  const sure = Math.round(cut.confidence * 100) + " % sure";
  const length = (cut.at[1] - cut.at[0]).toLocaleString("en");
  return make("details", { class: "cut" },
    make("summary", {}, "cut: " + cut.reason + ", " + length + " characters, " + sure), text.trim());
}

/** How much of the text before an offset is on the screen while the cuts are folded. */
function unfolded(article) {
  const cuts = article.cuts.filter((cut) => cut.reason !== "heading").map((cut) => cut.at);
  return (offset) => cuts.reduce((left, [start, end]) => left - Math.max(Math.min(offset, end) - start, 0), offset);
}

/** A bar along the text that shows where evidence stands; a click goes there. */
function drawMap(article, evidence, box) {
  const before = unfolded(article);
  const length = Math.max(before(article.text.length), 1);
  const place = (range) => makeSvg("rect", {
    x: 0, width: 10,
    y: (before(range[0]) / length * 1000).toFixed(1),
    height: Math.max((before(range[1]) - before(range[0])) / length * 1000, 4).toFixed(1),
  });
  const marks = new Map();
  const map = makeSvg("svg", { class: "map", viewBox: "0 0 10 1000", preserveAspectRatio: "none", "aria-hidden": "true" });
  for (const range of evidence) {
    const key = range.join();
    if (!marks.has(key)) {
      marks.set(key, place(range));
      map.append(marks.get(key));
    }
  }
  map.addEventListener("click", (event) => {
    const frame = map.getBoundingClientRect();
    box.scrollTop = (event.clientY - frame.top) / frame.height * box.scrollHeight - box.clientHeight / 2;
  });
  return { map, marks };
}

// Blind votes: two abstracts without names; which is better?

const votesKey = "standfirst-votes-" + index.fingerprint;
const CHOICES = { 1: "left", 2: "right", 0: "tie", b: "bad" };
let votes = readVotes();
// What the last vote was about, told when it is given.
let revealed = null;
let question = null;
let lasting = true;

function readVotes() {
  try {
    const kept = JSON.parse(storage.get(votesKey) || "[]");
    return Array.isArray(kept) ? kept.filter(isVote) : [];
  } catch { return []; }
}

function isVote(vote) {
  return vote !== null && typeof vote === "object" && Object.values(CHOICES).includes(vote.choice)
    && ["article", "left", "right"].every((key) => typeof vote[key] === "string");
}

/** Adds the votes of somebody else's file; those about pairs that were voted on here are left out. */
async function importVotes(file) {
  let told;
  try {
    const { schema, votes: others } = JSON.parse(await file.text());
    if (schema !== "standfirst-votes/1" || !Array.isArray(others)) throw new Error("another form");
    const key = (vote) => [vote.article, ...[vote.left, vote.right].sort()].join("\n");
    const here = new Set(votes.map(key));
    const fresh = others.filter((vote) => isVote(vote) && models.includes(vote.left) && models.includes(vote.right) && !here.has(key(vote)));
    votes.push(...fresh);
    lasting = storage.set(votesKey, JSON.stringify(votes));
    told = fresh.length + " of " + others.length + " votes taken; the others are of other models, or of pairs that have one here.";
  } catch { told = "That is no file of votes; one is exported here, as votes.json."; }
  question = null;
  showVote(document.getElementById("vote"), told);
}

function exported() {
  return JSON.stringify({ schema: "standfirst-votes/1", votes }, null, 1);
}

/** A pair of different abstracts that was not asked about yet, or null. */
function nextQuestion() {
  const asked = new Set(votes.map((vote) => vote.article + "\n" + [vote.left, vote.right].sort().join("\n")));
  const numbers = index.articles.map((_, number) => number).filter((number) => index.articles[number].distinct > 1);
  while (numbers.length) {
    const number = numbers.splice(Math.floor(Math.random() * numbers.length), 1)[0];
    const pairs = pairsOf(number).filter(([a, b]) => !asked.has(index.articles[number].id + "\n" + [models[a], models[b]].sort().join("\n")));
    if (pairs.length) {
      const [a, b] = pairs[Math.floor(Math.random() * pairs.length)];
      return Math.random() < 0.5 ? { number, left: a, right: b } : { number, left: b, right: a };
    }
  }
  return null;
}

function pairsOf(number) {
  const texts = articleOf(number).abstracts.map(textOf);
  const pairs = [];
  for (let i = 0; i < texts.length; i += 1) {
    for (let j = i + 1; j < texts.length; j += 1) {
      if (texts[i] !== null && texts[j] !== null && texts[i] !== texts[j]) pairs.push([i, j]);
    }
  }
  return pairs;
}

/** Keeps an answer and asks again. */
function vote(choice) {
  if (!question) return;
  votes.push({ article: index.articles[question.number].id, left: models[question.left], right: models[question.right], choice });
  lasting = storage.set(votesKey, JSON.stringify(votes));
  revealed = votes[votes.length - 1];
  question = null;
  showVote(document.getElementById("vote"));
}

function undoVote() {
  votes.pop();
  revealed = null;
  storage.set(votesKey, JSON.stringify(votes));
  question = null;
  showVote(document.getElementById("vote"));
}

function showVote(section, told) {
  question = question || nextQuestion();
  const parts = [make("h1", { id: "vote-title" }, "Which abstract is better?")];
  if (told) parts.push(make("p", { class: "notice", role: "status" }, told));
  if (revealed) {
    const { left, right, choice } = revealed;
    const said = { left: "left is better", right: "right is better", tie: "no difference", bad: "both bad" }[choice];
    parts.push(make("p", { class: "quiet", role: "status", id: "revealed" }, "The last: left was " + left + ", right was " + right + "; you said: " + said + "."));
  }
  if (question) parts.push(...drawQuestion());
  else parts.push(make("p", { class: "notice" }, models.length < 2 ? "There is only one model." : "There is no further pair of different abstracts to ask about."));
  parts.push(drawVotes());
  section.replaceChildren(...parts);
}

function drawQuestion() {
  const article = articleOf(question.number);
  const side = (name, model) => make("div", { class: "side" }, make("h3", {}, name), make("p", {}, textOf(article.abstracts[model])));
  const button = (key, text, choice) => make("button", { type: "button", onclick: () => vote(choice) }, make("kbd", {}, key), " " + text);
  return [
    make("p", { class: "lede" }, "Two models, without names until you have voted. Read the article if you need to; then press a key or a button."),
    make("h2", {}, nameOf(index.articles[question.number])),
    article.text === null ? null : make("details", {}, make("summary", {}, "The article"),
      make("div", { class: "reading", tabindex: "0", role: "region", "aria-label": "The article" }, bodyOf(article))),
    make("div", { class: "pair" }, side("Left", question.left), side("Right", question.right)),
    make("div", { class: "choices" }, button("1", "left is better", "left"), button("2", "right is better", "right"), button("0", "no difference", "tie"), button("b", "both bad", "bad")),
  ].filter(Boolean);
}

/** The text without what was cut. */
function bodyOf(article) {
  let at = 0;
  let text = "";
  for (const cut of article.cuts.slice().sort((a, b) => a.at[0] - b.at[0])) {
    if (cut.reason === "heading") continue;
    text += article.text.slice(at, Math.max(at, cut.at[0]));
    at = Math.max(at, cut.at[1]);
  }
  return (text + article.text.slice(at)).trim();
}

function drawVotes() {
  const area = make("textarea", { readonly: true, "aria-label": "The votes as JSON", id: "export" });
  area.value = exported();
  const save = () => {
    const link = make("a", { href: URL.createObjectURL(new Blob([exported()], { type: "application/json" })), download: "votes.json" });
    link.click();
    URL.revokeObjectURL(link.href);
  };
  const clear = () => { if (window.confirm("Forget all votes?")) { votes = []; storage.set(votesKey, "[]"); showVote(document.getElementById("vote")); } };
  const pick = make("input", { type: "file", accept: ".json,application/json", id: "import", class: "hidden", tabindex: "-1", "aria-hidden": "true",
    onchange: (event) => { if (event.target.files[0]) importVotes(event.target.files[0]); } });
  return make("section", { class: "panel" },
    make("h2", {}, votes.length + (votes.length === 1 ? " vote" : " votes")),
    lasting ? null : make("p", { class: "notice" }, "This browser keeps nothing for files on disk: export the votes before you close the page."),
    make("div", { class: "choices" },
      make("button", { type: "button", id: "save", onclick: save }, "Export votes.json"),
      make("button", { type: "button", onclick: () => pick.click() }, "Import others’ votes"), pick,
      votes.length ? make("button", { type: "button", onclick: undoVote }, make("kbd", {}, "u"), " undo the last") : null,
      votes.length ? make("button", { type: "button", onclick: clear }, "Forget all") : null),
    make("p", { class: "quiet" }, "standfirst compare --votes votes.json says how strong each model is, with intervals."),
    votes.length ? drawStandings(votes) : null,
    make("details", {}, make("summary", {}, "As text, to copy"), area));
}

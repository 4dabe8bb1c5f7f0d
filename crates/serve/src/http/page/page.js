// The page works without this. With it, models are asked one by one and shown as they answer, and a sentence
// that is picked lights up what it rests on. All HTML comes from our server, which escapes what strangers wrote;
// scripts in it would not run, by the page's policy.
"use strict";

const form = document.getElementById("form");
const textarea = document.getElementById("text");
const status = document.getElementById("status");
const answer = document.getElementById("answer");
let asking = null;

function tell(words, isError) {
  const line = document.createElement("p");
  line.textContent = words;
  if (isError) line.className = "error";
  status.replaceChildren(line);
}

async function ask(fields, signal) {
  const response = await fetch("/", { method: "POST", body: fields, signal });
  const text = await response.text();
  if (response.ok) return new DOMParser().parseFromString(text, "text/html").body;
  throw new Error(JSON.parse(text).error);
}

function show(part) {
  const shown = answer.querySelector(".answer");
  if (!shown) return answer.replaceChildren(...part.childNodes);
  const before = shown.querySelector(".tone");
  for (const each of part.querySelectorAll(".abstract")) shown.querySelector(".abstracts").insertBefore(each, before);
  for (const each of part.querySelectorAll(".tone")) shown.querySelector(".abstracts").append(each);
}

// Offsets count the bytes of UTF-8.
function light(sentence) {
  for (const other of answer.querySelectorAll("[aria-pressed=true]")) other.setAttribute("aria-pressed", "false");
  sentence.setAttribute("aria-pressed", "true");
  const source = answer.querySelector(".source pre");
  const bytes = new TextEncoder().encode(source.textContent);
  const decode = (start, end) => new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes.subarray(start, end));
  const places = sentence.dataset.places.split(" ").map((place) => place.split("-").map(Number));
  places.sort((a, b) => a[0] - b[0]);
  const nodes = [];
  let at = 0;
  for (const [start, end] of places) {
    if (start < at) continue;
    const mark = document.createElement("mark");
    mark.textContent = decode(start, end);
    nodes.push(decode(at, start), mark);
    at = end;
  }
  source.replaceChildren(...nodes, decode(at, bytes.length));
  const first = source.querySelector("mark");
  if (first) first.scrollIntoView({ block: "nearest" });
}

function enliven() {
  for (const sentence of answer.querySelectorAll(".sentence:not([role])")) {
    if (!sentence.dataset.places) continue;
    sentence.setAttribute("role", "button");
    sentence.setAttribute("aria-pressed", "false");
    sentence.tabIndex = 0;
  }
}

answer.addEventListener("click", (event) => {
  const sentence = event.target.closest(".sentence[role]");
  if (sentence) light(sentence);
});
answer.addEventListener("keydown", (event) => {
  const sentence = event.target.closest(".sentence[role]");
  if (!sentence || (event.key !== "Enter" && event.key !== " ")) return;
  event.preventDefault();
  light(sentence);
});

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (asking) asking.abort();
  const mine = (asking = new AbortController());
  const all = new FormData(form);
  const models = all.getAll("model");
  answer.replaceChildren();
  let left = Math.max(models.length, 1);
  const failed = [];
  tell(`${left} to come …`);
  const one = async (model, index) => {
    const fields = new URLSearchParams([["text", all.get("text")], ["part", "1"]]);
    if (model) fields.append("model", model);
    if (all.has("token")) fields.append("token", all.get("token"));
    if (all.has("tone") && index === 0) fields.append("tone", "on");
    try {
      const part = await ask(fields, mine.signal);
      if (mine.signal.aborted) return;
      show(part);
      enliven();
    } catch (error) {
      if (mine.signal.aborted) return;
      failed.push(model ? `${model}: ${error.message}` : error.message);
    }
    left -= 1;
    tell([left ? `${left} to come …` : "", ...failed].join(" "), failed.length > 0);
  };
  await Promise.all((models.length ? models : [""]).map(one));
});

textarea.addEventListener("dragover", (event) => {
  event.preventDefault();
  textarea.classList.add("over");
});
textarea.addEventListener("dragleave", () => textarea.classList.remove("over"));
textarea.addEventListener("drop", async (event) => {
  event.preventDefault();
  textarea.classList.remove("over");
  const file = event.dataTransfer.files[0];
  textarea.value = file ? await file.text() : event.dataTransfer.getData("text");
});

enliven();

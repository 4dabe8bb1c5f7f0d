// The page of `compare` in a real browser, opened from disk with the network off.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { DESKTOP, PHONE, done, fits, folder, open, prefer, root, violations } from "./browser.mjs";
import * as hostile from "./hostile.mjs";

/** Runs `standfirst compare` and gives the page; status 1 is a run with failures in it, 2 one that could read nothing. */
function compare(name, ...args) {
  const file = path.join(folder, name);
  try {
    execFileSync(process.env.STANDFIRST, ["compare", "--quiet", ...args, "--page", file], { cwd: root, stdio: "pipe" });
  } catch (error) {
    if (![1, 2].includes(error.status) || !fs.existsSync(file)) throw error;
  }
  return file;
}

const MODELS = ["--model", "lead,lexrank,kl"];
const samples = compare("samples.html", "samples", ...MODELS);

test("the overview has a column a model, plots and no fault", async () => {
  const page = await open(samples);
  assert.equal(await page.$$eval(".measures thead th", (cells) => cells.length), 2 * 4);
  assert.ok(await page.$$eval(".plot svg", (plots) => plots.length) >= 2);
  assert.match(await page.title(), /3 models/);
  assert.equal(await page.$$eval("table.heat tbody tr", (rows) => rows.length), 3);
  await done(page);
});

test("hover and focus light the evidence, word for word, and leaving puts it out", async () => {
  const page = await open(samples, "#/article/0");
  const lit = () => page.$$eval(".text .lit", (pieces) => pieces.map((piece) => piece.textContent).join(""));
  const sentences = await page.$$(".card li");
  assert.ok(sentences.length >= 6);
  for (const sentence of sentences.slice(0, 4)) {
    await sentence.hover();
    const text = await sentence.evaluate((item) => item.childNodes[2].textContent);
    assert.equal((await lit()).replace(/\s+/g, " ").trim(), text.trim());
    assert.ok(await page.$(".map rect.on"));
  }
  await page.mouse.move(2, 2);
  assert.equal(await lit(), "");
  await sentences[1].focus();
  assert.notEqual(await lit(), "");
  await done(page);
});

test("a wrong word is marked, and what the article has instead is lit with its evidence", async () => {
  const articles = path.join(folder, "ferry.jsonl");
  const text = "The boats carry 120 passengers each across the lake. In 2019 a ferry sank near Velden and 14 people were rescued.";
  fs.writeFileSync(articles, JSON.stringify({ id: "ferry", text }) + "\n");
  const summaries = path.join(folder, "other.jsonl");
  fs.writeFileSync(summaries, JSON.stringify({ id: "ferry", summary: "In 2018 a ferry sank near Velden and 14 people were rescued." }) + "\n");
  const file = compare("wrong.html", articles, "--model", "lead", "--predictions", `other=${summaries}`);
  const page = await open(file, "#/article/0");
  const wrong = await page.$$eval(".card mark.fault", (marks) => marks.map((mark) => [mark.textContent, mark.title]));
  assert.equal(wrong.length, 1);
  assert.equal(wrong[0][0], "2018");
  assert.match(wrong[0][1], /the article has “2019”/);
  assert.deepEqual(await page.$$eval(".text .correct", (pieces) => pieces.length), 0);
  await page.hover(".card mark.fault");
  assert.deepEqual(await page.$$eval(".text .correct", (pieces) => pieces.map((piece) => piece.textContent)), ["2019"]);
  assert.deepEqual(await violations(page), []);
  await done(page);
});

for (const size of [{ width: 1280, height: 900 }, { width: 390, height: 844 }]) {
  test(`evidence is in view whichever sentence is clicked, ${size.width} wide`, async () => {
    const text = "The slip at Velden was shut on Monday. " + Array.from({ length: 120 }, (_, i) => `Crew ${i + 1} of the harbour board mended pile ${i + 1} of the long pier.`).join(" ") + " The slip opens again in May, the board said.";
    const articles = path.join(folder, "long.jsonl");
    fs.writeFileSync(articles, JSON.stringify({ id: "long", text }) + "\n");
    const page = await open(compare("long.html", articles, "--sentences", "8", "--model", "lead,lexrank,kl,luhn,textrank,sumbasic"), "#/article/0", size);
    assert.equal((await page.$$(".card")).length, 6);
    const last = (await page.$$(".card li")).at(-1);
    await last.click();
    // It scrolls smoothly.
    await page.waitForFunction(() => {
      const { top } = document.querySelector(".text .lit").getBoundingClientRect();
      const settled = window.before === top;
      window.before = top;
      return settled;
    }, { polling: 200 });
    const [seen, within] = await page.evaluate(() => {
      const lit = document.querySelector(".text .lit").getBoundingClientRect();
      const box = document.querySelector(".text").getBoundingClientRect();
      return [lit.top >= 0 && lit.top < window.innerHeight, lit.top >= box.top && lit.top < box.bottom];
    });
    assert.deepEqual([seen, within], [true, true]);
    await done(page);
  });
}

test("a figure leads to the articles behind it, worst first", async () => {
  const page = await open(samples);
  await page.click('.measures a[href*="by=support"], .measures a[href*="by=redundancy"]');
  await page.waitForSelector("#articles:not([hidden])");
  const name = await page.evaluate(() => new URLSearchParams(location.hash.split("?")[1]).get("by"));
  const scores = (await page.$$eval("#list .marks", (all) => all.map((marks) => marks.querySelector(".chip").textContent)))
    .map((chip) => Number(chip.split(" ").at(-1)));
  assert.ok(scores.length >= 10 && scores.every(Number.isFinite), `${name}: ${scores}`);
  assert.deepEqual(scores, [...scores].sort((a, b) => (name === "support" ? a - b : b - a)));
  assert.match(await page.$eval("#found", (line) => line.textContent), /worst first/);
  await page.click("#found button");
  assert.doesNotMatch(await page.$eval("#found", (line) => line.textContent), /worst first/);
  await done(page);
});

test("search finds what articles say, and the address keeps the tools", async () => {
  const articles = path.join(folder, "found.jsonl");
  const row = (id, text) => JSON.stringify({ id, text });
  fs.writeFileSync(articles, [
    row("9f86d081884c7d659a2feaa0c55ad015", "The slip at Velden was shut on Monday after a pile gave way below the deck. Nobody was hurt."),
    row("b", "The tower clock was mended. It strikes again. The sexton was pleased."),
  ].join("\n"));
  const page = await open(compare("found.html", articles, ...MODELS), "#/articles?q=sexton&show=all");
  const names = () => page.$$eval("#list .name", (list) => list.map((name) => name.textContent));
  assert.deepEqual(await names(), ["The tower clock was mended. It strikes again. The …"]);
  assert.equal(await page.$eval("#search", (input) => input.value), "sexton");
  await page.$eval("#search", (input) => { input.value = "velden deck"; input.dispatchEvent(new Event("input")); });
  assert.deepEqual(await names(), ["The slip at Velden was shut on Monday after …"]);
  assert.match(await page.evaluate(() => location.hash), /q=velden\+deck/);
  await page.click("#grid");
  assert.equal(await page.$$eval("#table tbody tr", (rows) => rows.length), 1);
  assert.equal(await page.$$eval("#table thead th", (cells) => cells.length), 2 + 3);
  assert.deepEqual(await violations(page), []);
  await page.click("#table a");
  await page.waitForSelector("#article .card");
  assert.match(await page.$eval("#article h1", (head) => head.textContent), /^The slip at Velden/);
  await done(page);
});

test("words that the evidence has not are told from those that the article has nowhere", async () => {
  const articles = path.join(folder, "slip.jsonl");
  fs.writeFileSync(articles, JSON.stringify({ id: "slip", text: "The harbour board shut the slip at Velden on Monday after a pile gave way. Engineers praised the cautious mayor." }) + "\n");
  const summaries = path.join(folder, "reworded.jsonl");
  fs.writeFileSync(summaries, JSON.stringify({ id: "slip", summary: "The cautious harbour board shut the slip at Velden on Monday after a collapse." }) + "\n");
  const page = await open(compare("words.html", articles, "--model", "lead", "--predictions", `other=${summaries}`), "#/article/0");
  const words = (kind) => page.$$eval(`.card li .${kind}`, (all) => all.map((word) => word.textContent));
  assert.deepEqual(await words("nowhere"), ["collapse"]);
  assert.deepEqual(await words("else"), ["cautious"]);
  assert.ok(await page.$(".legend"));
  await done(page);
});

test("the foot says how the page was made", async () => {
  const page = await open(samples);
  const made = await page.$eval(".made", (list) => list.textContent);
  assert.match(made, /3 sentences/);
  assert.match(made, /compare --quiet samples --model lead,lexrank,kl --page/);
  assert.match(made, /\d{4}-\d\d-\d\dT/);
  await done(page);
});

test("cuts are folded with their reason and open on demand", async () => {
  const page = await open(samples, "#/articles");
  await page.select("#sort", "cut");
  await page.click("#list a");
  await page.waitForSelector(".text details.cut");
  const cut = await page.$(".text details.cut");
  assert.match(await cut.evaluate((details) => details.querySelector("summary").textContent), /^cut: (duplicate|teaser|boilerplate|byline|caption|fragment), [\d,]+ characters, \d+ % sure$/);
  assert.equal(await cut.evaluate((details) => details.open), false);
  await (await cut.$("summary")).click();
  assert.equal(await cut.evaluate((details) => details.open), true);
  await done(page);
});

test("search, filter and sort change the list, and links lead to articles", async () => {
  const page = await open(samples, "#/articles");
  const names = () => page.$$eval("#list .name", (list) => list.map((name) => name.textContent));
  const all = await names();
  assert.ok(all.length >= 10);
  await page.type("#search", "ferry");
  const found = await names();
  assert.ok(found.length >= 1 && found.length < all.length);
  await page.click("#list a");
  await page.waitForSelector("#article h1");
  assert.equal(await page.$eval("#article h1", (title) => title.textContent), found[0]);
  await page.goBack();
  await page.$eval("#search", (input) => { input.value = ""; input.dispatchEvent(new Event("input")); });
  await page.select("#sort", "title");
  const sorted = await names();
  assert.deepEqual(sorted, [...sorted].sort((a, b) => a.localeCompare(b)));
  await done(page);
});

test("the difference of two abstracts holds both, word for word", async () => {
  const page = await open(samples, "#/article/0");
  await page.waitForSelector(".diff p");
  const [before, after, old, neu] = await page.evaluate(() => {
    const words = (text) => text.split(/\s+/).filter(Boolean).join(" ");
    const diff = document.querySelector(".diff p");
    const without = (name) => { const copy = diff.cloneNode(true); copy.querySelectorAll(name).forEach((part) => part.remove()); return words(copy.textContent); };
    const card = (place) => words([...document.querySelectorAll(".card")[place].querySelectorAll("li")].map((item) => item.childNodes[2].textContent).join(" "));
    return [card(0), card(1), without("ins"), without("del")];
  });
  assert.equal(old, before);
  assert.equal(neu, after);
  await done(page);
});

test("a vote by keyboard alone is kept and exported, without names on the page", async () => {
  const page = await open(samples, "#/vote");
  for (const key of ["1", "2", "0", "b"]) {
    assert.deepEqual(await page.$$eval(".pair h3", (heads) => heads.map((head) => head.textContent)), ["Left", "Right"]);
    await page.keyboard.press(key);
  }
  const json = await page.$eval("#export", (area) => area.value);
  const file = JSON.parse(json);
  assert.equal(file.schema, "standfirst-votes/1");
  assert.deepEqual(file.votes.map((vote) => vote.choice), ["left", "right", "tie", "bad"]);
  const { left, right } = file.votes[3];
  assert.match(await page.$eval("#revealed", (line) => line.textContent), new RegExp(`left was ${left}, right was ${right}; you said: both bad`));
  await page.keyboard.press("u");
  assert.equal(JSON.parse(await page.$eval("#export", (area) => area.value)).votes.length, 3);
  assert.equal(await page.$("#revealed"), null);
  // What the page exports, the program reads.
  const path_ = path.join(folder, "votes.json");
  fs.writeFileSync(path_, json);
  const standings = JSON.parse(execFileSync(process.env.STANDFIRST, ["compare", "--votes", path_, "--format", "json"]));
  assert.equal(standings.votes, 4);
  // Of the file's four votes three are here still.
  await (await page.$("#import")).uploadFile(path_);
  await page.waitForFunction(() => document.querySelector("#vote .notice"));
  assert.match(await page.$eval("#vote .notice", (line) => line.textContent), /^1 of 4 votes taken/);
  const rows = await page.$$eval("#vote table.plain tbody tr", (list) => list.map((row) => [...row.children].slice(3).map((cell) => Number(cell.textContent))));
  assert.equal(rows.flat().reduce((sum, count) => sum + count, 0), 2 * 4, "every vote counts for both of its models");
  await done(page);
  const again = await open(samples, "#/vote");
  assert.match(await again.$eval("#vote", (section) => section.textContent), /4 votes/);
  await again.evaluate(() => localStorage.clear());
  await done(again);
});

test("everything is reached by keyboard alone", async () => {
  const page = await open(samples);
  const focused = () => page.evaluate(() => document.activeElement.textContent.trim());
  await page.keyboard.press("Tab");
  assert.equal(await focused(), "Skip to content");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Tab");
  assert.match(await focused(), /^Articles/);
  await page.keyboard.press("Enter");
  await page.waitForSelector("#articles:not([hidden])");
  await page.focus("#list a");
  await page.keyboard.press("Enter");
  await page.waitForSelector("#article .card");
  const title = await page.$eval("#article h1", (head) => head.textContent);
  await page.keyboard.press("j");
  await page.waitForFunction((old) => document.querySelector("#article h1").textContent !== old, {}, title);
  await page.keyboard.press("k");
  await page.waitForFunction((old) => document.querySelector("#article h1").textContent === old, {}, title);
  await done(page);
});

for (const theme of ["light", "dark"]) {
  for (const size of [DESKTOP, PHONE]) {
    test(`no violation by axe-core: ${theme}, ${size.width} wide`, async () => {
      const page = await open(samples, "", size);
      await prefer(page, theme);
      for (const hash of ["#/", "#/articles", "#/article/0", "#/vote"]) {
        await page.evaluate((to) => { window.location.hash = to; }, hash);
        await page.waitForFunction((id) => !document.getElementById(id).hidden, {}, hash.split("/")[1] || "overview");
        await page.$$eval("details", (all) => all.forEach((details) => { details.open = true; }));
        assert.deepEqual(await violations(page), [], hash);
        await fits(page);
      }
      await done(page);
    });
  }
}

test("a hostile article executes nothing and makes no element", async () => {
  assert.ok(hostile.payloads.length >= 40);
  const articles = path.join(folder, "hostile.jsonl");
  fs.writeFileSync(articles, JSON.stringify(hostile.article) + "\n" + JSON.stringify({ ...hostile.article, id: "plain", title: "Plain" }));
  const run = path.join(folder, "run.jsonl");
  fs.writeFileSync(run, hostile.saved);
  for (const file of [compare("hostile.html", articles, "--sentences", "50", ...MODELS), compare("saved.html", run)]) {
    const page = await open(file);
    for (const hash of ["#/", "#/articles", "#/article/0", "#/vote"]) {
      await page.evaluate((to) => { window.location.hash = to; }, hash);
      await page.waitForFunction((id) => !document.getElementById(id).hidden, {}, hash.split("/")[1] || "overview");
      await new Promise((resolve) => setTimeout(resolve, 100));
      const found = await page.evaluate(() => ({
        owned: typeof window.owned,
        strange: [...document.querySelectorAll("iframe, object, embed, img, video, audio, base, link, form[action], [formaction], xss, math, [onload], [onerror], [onfocus], [ontoggle], [onbegin], [onanimationstart]")].map((element) => element.outerHTML),
        links: [...document.querySelectorAll("a")].map((link) => link.href).filter((href) => !href.startsWith("file:")),
        scripts: [...document.scripts].filter((script) => script.type !== "application/json").length,
        styles: document.querySelectorAll("style").length,
        shown: getComputedStyle(document.body).display,
      }));
      assert.deepEqual(found, { owned: "undefined", strange: [], links: [], scripts: 1, styles: 1, shown: "block" }, hash);
    }
    assert.ok(await page.evaluate((payload) => document.getElementById("article").textContent.includes(payload) || document.body.textContent.includes(payload), hostile.payloads[5]));
    await done(page);
  }
});

test("no article and a model that fails are shown, not hidden", async () => {
  const empty = path.join(folder, "empty.jsonl");
  fs.writeFileSync(empty, "");
  const page = await open(compare("empty.html", empty, ...MODELS));
  assert.match(await page.$eval("#overview", (section) => section.textContent), /no article to compare/);
  await done(page);
});

test("votes work where the browser keeps nothing", async () => {
  const first = () => Object.defineProperty(window, "localStorage", { get() { throw new Error("denied"); } });
  const page = await open(samples, "#/vote", DESKTOP, { first });
  await page.keyboard.press("1");
  assert.equal(JSON.parse(await page.$eval("#export", (area) => area.value)).votes.length, 1);
  assert.match(await page.$eval("#vote", (section) => section.textContent), /keeps nothing/);
  await done(page);
});

// The page of `storylines` in a real browser, opened from disk with the network off.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { DESKTOP, PHONE, SCRIPTED, done, fits, folder, open, prefer, tap, violations } from "./browser.mjs";
import * as hostile from "./hostile.mjs";

/** Runs `standfirst storylines` on articles, and gives the page. */
function storylines(name, rows) {
  const [input, file] = [path.join(folder, `${name}.jsonl`), path.join(folder, `${name}.html`)];
  fs.writeFileSync(input, rows.map((row) => JSON.stringify(row) + "\n").join(""));
  const args = ["storylines", "--quiet", "--encoder", "none", "--sentiment-model", "vader", input, "--out", file];
  execFileSync(process.env.STANDFIRST, args, { stdio: "pipe" });
  return file;
}

const ROWS = [
  { id: "a", outlet: "Harwick Post", published: "2019-03-12", title: "Fire destroys the old mill of Harwick", text: "A fire destroyed the old mill in Harwick on Monday night, and 31 people left their homes, the fire brigade said. Chief Anna Bell did an excellent job and saved the church. \"We could not save the roof,\" Bell told reporters. It was built in 1871. The council of Harwick will talk about its future on Friday." },
  { id: "b", outlet: "Valley News", published: "2019-03-12", title: "Old mill of Harwick burns down", text: "On Monday night the old mill of Harwick burned down, and 45 people left their homes in Mill Street. Anna Bell made terrible mistakes, said Karl Voss, whose garden lies next to the mill. Firefighters worked until dawn without finding out how it began. Nobody had lived in the building since the turn of the century." },
  { id: "c", outlet: "Daily Echo", published: "2019-03-13", title: "Harwick mourns its mill", text: "Harwick mourns the old mill that was destroyed by a fire on Monday night. Children laid flowers before the ruin. The town thanked Anna Bell for her brave work. \"Everybody knew that this would happen one day,\" Karl Voss told reporters. Voss said that the council had left the mill without guards. A fund for the families has collected 9,000 pounds." },
  { id: "e", outlet: "Daily Echo", published: "2019-03-19", title: "Harwick rebuilds its mill", text: "Harwick will rebuild the old mill that was destroyed by a fire on a Monday night in March. Karl Voss said that no guards could have saved the mill from the council. Nobody knows what it will cost." },
  { id: "d", outlet: "Valley News", published: "2019-03-14", title: "Selby closes its pool", text: "The council of Selby voted on Tuesday to close its swimming pool. Mayor Ruth Cole said that repairs would cost 4 million pounds." },
];
const pile = storylines("pile", ROWS);

test("a storyline at a time is shown, and the address says which", async () => {
  const page = await open(pile);
  const shown = () => page.$$eval(".storyline:not([hidden]) h1", (heads) => heads.map((head) => head.textContent));
  assert.equal((await shown()).length, 1);
  assert.ok((await shown())[0].includes("mill"), "what begins first stands first");
  await page.select("#which", await page.$eval("#which option:last-child", (option) => option.value));
  await page.waitForFunction(() => document.querySelector(".storyline:not([hidden]) h1").textContent.includes("pool"));
  const again = await open(pile, new URL(page.url()).hash);
  assert.ok((await again.$eval(".storyline:not([hidden]) h1", (head) => head.textContent)).includes("pool"));
  await done(again);
  await done(page);
});

test("a sentence lights its sources by mouse, finger and keyboard", async () => {
  for (const size of [DESKTOP, PHONE]) {
    const page = await open(pile, "", size);
    const lit = () => page.$$eval(".sources li.lit", (items) => items.map((item) => item.dataset.article));
    const sentences = await page.$$(".storyline:not([hidden]) .digest li");
    for (const sentence of sentences) {
      const own = await sentence.evaluate((item) => [...new Set(item.dataset.sources.split(" "))].sort());
      if (size === PHONE) await tap(sentence);
      else await sentence.hover();
      assert.deepEqual((await lit()).sort(), own);
    }
    await sentences[0].focus();
    assert.deepEqual((await lit()).sort(), await sentences[0].evaluate((item) => [...new Set(item.dataset.sources.split(" "))].sort()));
    await done(page);
  }
});

test("sources that differ stand side by side, and a claim of one outlet says so", async () => {
  const page = await open(pile);
  const timeline = await page.$$eval(".storyline:not([hidden]) td .bad", (all) => all.map((one) => one.textContent).join());
  assert.match(timeline, /31 \(Harwick Post\)/);
  assert.match(timeline, /45 \(Valley News\)/);
  assert.ok(await page.$$eval(".storyline:not([hidden]) .chip.bad", (chips) => chips.length) >= 1);
  await done(page);
});

test("statements are filtered by speaker, words and kind", async () => {
  const page = await open(pile);
  const rows = () => page.$$eval(".storyline:not([hidden]) .quotes tbody tr:not([hidden]) th", (heads) => heads.map((head) => head.textContent));
  const all = await rows();
  assert.ok(all.length >= 3);
  await page.select(".storyline:not([hidden]) .speaker", "Anna Bell");
  assert.ok((await rows()).length < all.length && (await rows()).every((who) => who === "Anna Bell"));
  await page.select(".storyline:not([hidden]) .speaker", "");
  await page.type(".storyline:not([hidden]) .words", "EVERYBODY KNEW");
  assert.deepEqual(await rows(), ["Karl Voss"]);
  assert.match(await page.$eval(".storyline:not([hidden]) .shown", (count) => count.textContent), new RegExp(`^1 of ${all.length}$`));
  await done(page);
});

test("what somebody said of one matter stands in the order of the days and lights its article", async () => {
  const page = await open(pile);
  const said = await page.$$(".storyline:not([hidden]) .positions li");
  const texts = await Promise.all(said.map((item) => item.evaluate((own) => own.textContent)));
  assert.equal(texts.length, 2, texts.join());
  assert.match(texts[0], /^2019-03-13.*left the mill/);
  assert.match(texts[1], /^2019-03-19.*saved the mill/);
  await said[1].hover();
  const lit = await page.$$eval(".sources li.lit", (items) => items.map((item) => item.textContent).join());
  assert.match(lit, /rebuilds/);
  await done(page);
});

test("the tone towards somebody is a row with outlets, voices and months", async () => {
  const page = await open(pile);
  const row = await page.$$eval(".storyline:not([hidden]) .tones tbody tr", (rows) => rows.map((row) => row.textContent).find((text) => text.startsWith("Anna Bell")));
  for (const part of ["3 articles", "Harwick Post +", "Valley News −", "Karl Voss", "2019-03 "]) assert.ok(row.includes(part), `${part} in ${row}`);
  await done(page);
});

for (const theme of ["light", "dark"]) {
  for (const size of [DESKTOP, PHONE]) {
    test(`no violation by axe-core: ${theme}, ${size.width} wide`, async () => {
      const page = await open(pile, "", size);
      await prefer(page, theme);
      assert.deepEqual(await violations(page), []);
      await fits(page);
      await done(page);
    });
  }
}

test("without its script the page has everything", { skip: SCRIPTED }, async () => {
  const page = await open(pile, "", DESKTOP, { javascript: false });
  const text = await page.$eval("body", (body) => body.innerText);
  for (const row of ROWS) assert.ok(text.includes(row.title), row.title);
  await done(page);
});

test("what strangers wrote stays text", async () => {
  const rows = hostile.payloads.map((payload, at) => ({ id: payload, outlet: payload, title: payload, published: "2019-03-12", text: `Anna Bell said ${payload} in Harwick on Monday number ${at}. "It is ${payload} again," said Karl Voss ${payload}.` }));
  const page = await open(storylines("hostile", rows));
  await page.waitForSelector(".storyline");
  assert.equal(await page.$$eval("script", (scripts) => scripts.length), 1);
  assert.equal(await page.evaluate(() => document.images.length + document.querySelectorAll("iframe, object, embed").length), 0);
  await done(page);
});

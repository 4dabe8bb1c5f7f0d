// The page of `standfirst serve` in a real browser.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import readline from "node:readline";
import { after, before, test } from "node:test";
import { DESKTOP, PHONE, SCRIPTED, done, fits, open, prefer, tap, violations } from "./browser.mjs";
import * as hostile from "./hostile.mjs";

const ARTICLE = "The harbour bridge opened on Monday. Traffic was light on the first day. Nobody was hurt, said Ada Quill, the brave mayor of Velden.";
let server, address;

before(async () => {
  // Models that need no files, so that it is ready at once.
  server = spawn(process.env.STANDFIRST, ["serve", "--listen", "127.0.0.1:0", "--model", "lead,lexrank,vader"], { stdio: ["ignore", "ignore", "pipe"] });
  for await (const line of readline.createInterface({ input: server.stderr })) {
    address = line.match(/listening on (http:\S+)/)?.[1];
    if (address) break;
  }
  server.stderr.resume();
});
after(() => server.kill());

/** Types an article in, and asks for it. */
async function ask(page, text = ARTICLE) {
  await page.$eval("#text", (area, text) => { area.value = text; }, text);
  await page.click("form button");
  await page.waitForSelector(".abstract li");
}

test("models answer one by one, and a sentence lights up what it rests on", async () => {
  for (const size of [DESKTOP, PHONE]) {
    const page = await open(address, "/", size);
    await page.$$eval("input[name=model], input[name=tone]", (boxes) => boxes.forEach((box) => { box.checked = true; }));
    await ask(page);
    await page.waitForFunction(() => document.getElementById("status").textContent.trim() === "" && document.querySelector(".tone"));
    const models = await page.$$eval(".abstract h2", (heads) => heads.map((head) => head.textContent));
    assert.deepEqual(models.sort(), ["lead", "lexrank"]);
    assert.match(await page.$eval(".tone", (tone) => tone.textContent), /Ada Quill/);
    const sentence = await page.$(".sentence[role=button]");
    if (size === PHONE) await tap(sentence); else await sentence.click();
    const [said, mark] = await page.evaluate(() => [document.querySelector(".sentence[aria-pressed=true]").textContent, document.querySelector(".source mark").textContent]);
    assert.equal(mark, said, "a copied sentence rests on itself");
    await fits(page);
    await done(page);
  }
});

test("a sentence is reached and picked by keyboard", async () => {
  const page = await open(address, "/");
  await ask(page);
  await page.focus(".sentence[role=button]");
  await page.keyboard.press("Enter");
  assert.equal(await page.$$eval(".source mark", (marks) => marks.length), 1);
  await done(page);
});

test("without JavaScript an article is answered all the same", { skip: SCRIPTED }, async () => {
  const page = await open(address, "/", DESKTOP, { javascript: false });
  await page.type("#text", ARTICLE);
  await Promise.all([page.waitForNavigation(), page.click("form button")]);
  assert.ok(await page.$(".abstract li"));
  assert.match(await page.$eval(".verdict", (verdict) => verdict.textContent), /copied/);
  await done(page);
});

test("what strangers wrote stays text", async () => {
  const page = await open(address, "/");
  await ask(page, hostile.article.text);
  await page.waitForFunction(() => document.getElementById("status").textContent.trim() === "");
  assert.equal(await page.evaluate(() => document.querySelectorAll("#answer script, #answer img, #answer svg, #answer iframe").length), 0);
  await done(page);
});

for (const theme of ["light", "dark"]) {
  for (const size of [DESKTOP, PHONE]) {
    test(`no violation by axe-core: ${theme}, ${size.width} wide`, async () => {
      const page = await open(address, "/", size);
      await prefer(page, theme);
      assert.deepEqual(await violations(page), [], "before");
      await ask(page);
      await page.waitForFunction(() => document.getElementById("status").textContent.trim() === "");
      assert.deepEqual(await violations(page), [], "after");
      await done(page);
    });
  }
}

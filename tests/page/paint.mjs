// How large pages are and how soon they paint: node tests/page/paint.mjs PAGE.html…
// CHROMIUM names the browser, as for the tests.

import fs from "node:fs";
import { pathToFileURL } from "node:url";
import puppeteer from "puppeteer-core";

const args = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
const browser = await puppeteer.launch({ executablePath: process.env.CHROMIUM, args });
for (const file of process.argv.slice(2)) {
  const rounds = [];
  for (let round = 0; round < 3; round += 1) {
    const page = await browser.newPage();
    await page.goto(pathToFileURL(file).href, { waitUntil: "load", timeout: 120_000 });
    await page.waitForFunction(() => performance.getEntriesByName("first-contentful-paint").length > 0);
    const times = await page.evaluate(() => ({
      paint: performance.getEntriesByName("first-contentful-paint")[0].startTime,
      ready: performance.getEntriesByType("navigation")[0].domContentLoadedEventEnd,
    }));
    times.open = await page.evaluate(() => new Promise((resolve) => {
      const start = performance.now();
      window.location.hash = "#/article/0";
      requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - start), 0));
    }));
    rounds.push(times);
    await page.close();
  }
  const median = (key) => Math.round(rounds.map((times) => times[key]).sort((a, b) => a - b)[1]);
  const size = (fs.statSync(file).size / 1e6).toFixed(1);
  console.log(`${file}: ${size} MB, first paint ${median("paint")} ms, ready ${median("ready")} ms, article opened in ${median("open")} ms (medians of 3)`);
}
await browser.close();

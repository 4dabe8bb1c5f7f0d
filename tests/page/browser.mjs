// A browser for the tests of pages, with what must not happen there written down.
//   STANDFIRST=target/release/standfirst CHROMIUM=$(command -v chromium) node --test tests/page
// With FIREFOX instead of CHROMIUM it is tested there.

import assert from "node:assert/strict";
import fs from "node:fs";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";
import { after, before } from "node:test";
import { pathToFileURL } from "node:url";
import puppeteer from "puppeteer-core";

export const root = path.resolve(import.meta.dirname, "../..");
/** Goes with the tests. */
export const folder = fs.mkdtempSync(path.join(os.tmpdir(), "standfirst-page-"));
export const DESKTOP = { width: 1280, height: 900 };
export const PHONE = { width: 390, height: 844, hasTouch: true };

const axe = fs.readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
/** Why there are no tests without JavaScript, where there are none. */
export const SCRIPTED = process.env.FIREFOX ? "Firefox cannot be told to do without" : false;

let browser;

before(async () => {
  const args = ["--disable-background-networking", "--no-first-run"];
  // Chromium refuses its sandbox to root, which is who runs containers.
  if (process.getuid?.() === 0) args.push("--no-sandbox");
  browser = await (process.env.FIREFOX
    ? puppeteer.launch({ browser: "firefox", executablePath: process.env.FIREFOX })
    : puppeteer.launch({ executablePath: process.env.CHROMIUM, args }));
});
after(async () => {
  await browser?.close();
  fs.rmSync(folder, { recursive: true });
});

/**
 * Opens a page of our own server's, or a file with the network off; `page.faults` collects what must not happen.
 * `first` is done before the page's own scripts.
 */
export async function open(place, hash = "", size = DESKTOP, { javascript = true, first = null } = {}) {
  const served = place.startsWith("http://");
  const page = await browser.newPage();
  await page.setViewport(size);
  if (!javascript) await page.setJavaScriptEnabled(false);
  if (first) await page.evaluateOnNewDocument(first);
  // Firefox cannot be told so here; what it asks for is looked at all the same.
  if (!process.env.FIREFOX && !served) await page.setOfflineMode(true);
  page.faults = [];
  page.on("console", (message) => ["error", "warn"].includes(message.type()) && page.faults.push(message.text()));
  page.on("pageerror", (error) => page.faults.push(String(error)));
  page.on("dialog", (dialog) => { page.faults.push("dialog " + dialog.message()); dialog.dismiss(); });
  const ours = (url) => /^(blob|data):/.test(url) || (served ? url.startsWith(place) : url.startsWith("file:"));
  page.on("request", (request) => ours(request.url()) || page.faults.push("request " + request.url()));
  await page.goto((served ? place : pathToFileURL(place).href) + hash);
  return page;
}

/** A finger, where the browser can be given one. */
export const tap = (element) => process.env.FIREFOX ? element.click() : element.tap();

/** Ends a page on which nothing happened that must not. */
export async function done(page) {
  assert.deepEqual(page.faults, []);
  await page.close();
}

/** What axe finds against the page. */
export async function violations(page) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => window.axe.run(document));
  return violations.map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map((node) => node.html).join(" | ")}`);
}

/** Shows a page as somebody sees it who prefers `theme`. */
export async function prefer(page, theme) {
  // Firefox cannot be told here which the system prefers; the page's own switch does the same.
  if (process.env.FIREFOX) await page.evaluate((to) => { document.documentElement.dataset.theme = to; }, theme);
  else await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: theme }]);
}

/** Whether nothing stands out over the edge. */
export async function fits(page) {
  const [wide, room] = await page.evaluate(() => [document.documentElement.scrollWidth, window.innerWidth]);
  assert.ok(wide <= room, `${wide} wide on ${room}`);
}

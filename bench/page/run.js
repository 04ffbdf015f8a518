/**
 * How fast the demo's page is in Chromium, and what it takes: a returning visitor's list on a slow
 * phone, dragging the slider against popularity, and memory after all sections.
 */
import { PredefinedNetworkConditions } from "puppeteer-core";

import { launch } from "../../tests/lib/browsers.js";
import { serveDemo } from "../../tests/lib/demo.js";
import { settled } from "../../tests/lib/page.js";
import { readCommandLine, wholeNumber } from "../lib/command-line.js";
import { median } from "../lib/statistics.js";
import { longestTasks } from "./tasks.js";

const HELP = `
Usage: node bench/page/run.js [--visits N]

Measures the demo's page in Chromium and prints a table.

  --visits N   visits of the returning visitor (default 5)`;

const PHONE = { width: 360, height: 740, deviceScaleFactor: 2, isMobile: true, hasTouch: true };
const CPU = 4; // times slower: Chromium's preset "mid-tier mobile"
const NETWORK = "Slow 4G"; // 1.44 Mbit/s down, 0.675 up, 562.5 ms of latency
const MINE = "#/for-you?r=541:4,1240:4,1196:5,260:5,2571:5";
const STEPS = 60; // of a drag

const { options } = readCommandLine(HELP, { visits: { type: "string", default: "5" } });
const visits = wholeNumber(options.visits, "visits");
const demo = await serveDemo();
const browser = await launch();
try {
  const [returning, dragging, memory] = [
    await returningVisitor(),
    await drag(),
    await memoryOfAllSections(),
  ];
  const list = (values) => values.map((value) => value.toFixed(0)).join(", ");
  console.log(`${await browser.version()}, ${visits} visits`);
  console.log(`Returning visitor, CPU ${CPU} times slower, network "${NETWORK}":`);
  console.log(`  ms to the list: median ${median(returning).toFixed(0)} of ${list(returning)}`);
  console.log(`Novelty dragged over ${STEPS} steps:`);
  for (const [name, { longest, frames }] of Object.entries(dragging))
    console.log(
      `  ${name}: longest task ${longest.toFixed(1)} ms, ` +
        `frames: median ${median(frames).toFixed(1)} ms, longest ${Math.max(...frames).toFixed(1)}`,
    );
  console.log("Memory, MB (objects, buffers and WebAssembly: of the page + of its workers):");
  for (const { section, page, workers } of memory) {
    const parts = [page, workers].map((held) => held.toFixed(0)).join(" + ");
    console.log(`  ${section.padEnd(14)} ${(page + workers).toFixed(0)} = ${parts}`);
  }
} finally {
  await browser.close();
  await demo.stop();
}

/** ms from the start of a visit to the first film of the list, of a browser that kept the page. */
async function returningVisitor() {
  const context = await browser.createBrowserContext();
  const first = await context.newPage();
  await first.setViewport(PHONE);
  await first.goto(demo.address + MINE);
  await settled(first);
  await first.evaluate(async () => {
    while (!navigator.serviceWorker.controller)
      await new Promise((resolve) => setTimeout(resolve, 50));
  });
  await first.close();
  const times = [];
  for (let visit = 0; visit < visits; visit += 1) {
    const page = await context.newPage();
    await page.setViewport(PHONE);
    await page.emulateCPUThrottling(CPU);
    await page.emulateNetworkConditions(PredefinedNetworkConditions[NETWORK]);
    await page.evaluateOnNewDocument(watchForList);
    await page.goto(demo.address + MINE);
    await page.waitForFunction(() => globalThis.listAt !== undefined);
    times.push(await page.evaluate(() => globalThis.listAt));
    await page.close();
  }
  await context.close();
  return times;
}

/** Runs in the page: the time of the first frame after the list is there. */
function watchForList() {
  const observer = new MutationObserver(() => {
    if (!document.querySelector("#list [data-film]")) return;
    observer.disconnect();
    requestAnimationFrame(() => (globalThis.listAt = performance.now()));
  });
  observer.observe(document, { childList: true, subtree: true });
}

/** The longest task of the page's thread and all frames while the slider is dragged. */
async function drag() {
  const results = {};
  for (const [name, slower] of Object.entries({ "this machine": 1, "CPU 4 times slower": CPU })) {
    const page = await browser.newPage();
    await page.setViewport({ width: 1440, height: 900 });
    await page.goto(demo.address + MINE);
    await settled(page);
    await page.emulateCPUThrottling(slower);
    const slider = await page.$("main input[type=range]");
    await slider.scrollIntoView();
    const { x, y, width, height } = await slider.boundingBox();
    await page.evaluate(recordFrames);
    const longest = await longestTasks(page, async () => {
      await page.mouse.move(x + 8, y + height / 2);
      await page.mouse.down();
      for (let step = 1; step <= STEPS; step += 1) {
        await page.mouse.move(x + 8 + ((width - 16) * step) / STEPS, y + height / 2);
        await new Promise((resolve) => setTimeout(resolve, 16));
      }
      await page.mouse.up();
    });
    results[name] = { longest, frames: await page.evaluate(() => globalThis.frames_) };
    await page.close();
  }
  return results;
}

/** Runs in the page: ms between frames, in `frames_`. */
function recordFrames() {
  globalThis.frames_ = [];
  let last = performance.now();
  const next = (now) => {
    globalThis.frames_.push(now - last);
    last = now;
    requestAnimationFrame(next);
  };
  requestAnimationFrame(next);
}

/** What the page and its workers hold after each section, in the order of the navigation. */
async function memoryOfAllSections() {
  const page = await browser.newPage();
  await page.setViewport({ width: 1440, height: 900 });
  await page.goto(demo.address + MINE);
  await settled(page);
  const links = await page.$$eval("nav a", (all) => all.map(({ hash }) => hash));
  const results = [];
  for (const hash of links) {
    const section = hash.match(/^#\/([\w-]+)/)[1];
    await page.$eval(`nav a[href*="#/${section}"]`, (link) => link.click());
    await page.waitForFunction((name) => location.hash.includes(name), {}, section);
    await settled(page);
    const session = await page.createCDPSession();
    const workers = await Promise.all(page.workers().map(({ client }) => heldBy(client)));
    results.push({
      section,
      page: await heldBy(session),
      workers: workers.reduce((sum, held) => sum + held, 0),
    });
    await session.detach();
  }
  await page.close();
  return results;
}

/** MB of a thread: its objects, and the buffers and WebAssembly memory that they hold. */
async function heldBy(session) {
  const heap = await session.send("Runtime.getHeapUsage");
  return (heap.usedSize + heap.embedderHeapUsedSize + heap.backingStorageSize) / 1e6;
}

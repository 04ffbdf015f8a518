// The built page on a host of static files below a path, and without a network after one visit.
import assert from "node:assert/strict";
import {
  cpSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, before, beforeEach, test } from "node:test";

import { films, inBrowsers, inSection, notInFirefox, press, settled, text } from "./lib/page.js";
import { serveFiles } from "./lib/static-host.js";

const PAGE = "web-demo/dist";
const PATH = "/some/path/";
const RATED = "r=541:4,1240:4,1196:5,260:5,2571:5";

inBrowsers("the page on a static host", (at) => {
  let host;
  before(async () => (host = await serveFiles(PAGE, { path: PATH })));
  after(() => host?.stop());

  test("below a path, without an API, it lists what is found on the device", async () => {
    const page = await at.open(`#/for-you?${RATED}`, { address: host.address });
    const list = await films(page, "main");
    assert.ok(list.length >= 10, await text(page, "main"));
    await at.close(page);
    const other = await at.open(`#/for-you?${RATED}&from=device`); // with the demo's server
    assert.deepEqual(list, await films(other, "main"));
    await at.close(other);
  });
});

inBrowsers("the page without a network", (at) => {
  let folder;
  let host;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "pocketrec-page-"));
    cpSync(PAGE, folder, { recursive: true });
    host = await serveFiles(folder, { path: PATH });
  });
  afterEach(async () => {
    await host.stop();
    rmSync(folder, { recursive: true });
  });

  const skip = at.browser === "firefox" && notInFirefox;
  const visit = () => at.open(`#/for-you?${RATED}`, { address: host.address });

  test("after one visit it works, with the sections whose models are here", async () => {
    const page = await visit();
    const list = await films(page, "main");
    await go(page, "two-stages");
    await isKept(page);
    await host.stop();
    for (const section of ["for-you", "two-stages"]) {
      await go(page, section);
      await page.reload();
      await settled(page);
      assert.equal(await page.$(".alert"), null, section);
    }
    await go(page, "for-you");
    assert.deepEqual(await films(page, "main"), list);
    await page.browserContext().close();
  });

  test(
    "a second visit fetches nothing again, and has the ratings of the first",
    { skip },
    async () => {
      const page = await at.open("#/for-you", { address: host.address });
      await press(page, "#list .star:nth-child(5)");
      const rated = await films(page, "#ratings");
      assert.equal(rated.length, 1);
      await isKept(page);
      host.received.length = 0;
      const tab = await page.browserContext().newPage();
      await tab.goto(host.address);
      await settled(tab);
      assert.deepEqual(await films(tab, "#ratings"), rated);
      assert.deepEqual(await films(tab, "#list"), await films(page, "#list"));
      const fetched = host.received.map(({ url }) => url.slice(PATH.length));
      assert.deepEqual(
        fetched.filter((path) => path !== "sw.js"), // whether there is a new build
        [],
      );
      await at.close(page);
    },
  );

  test("after everything is forgotten the page is still there", { skip }, async () => {
    const page = await at.open("#/for-you", { address: host.address });
    await press(page, "#list .star:nth-child(5)");
    await isKept(page);
    await press(page, "#forget");
    await press(page, ".ask .yes");
    await host.stop();
    await page.reload();
    await settled(page);
    assert.ok(await page.$("#section-title"));
    assert.deepEqual(await films(page, "#ratings"), []);
    await page.browserContext().close();
  });

  test(
    "a new build is there at the next visit; a tab of the old one still works",
    { skip },
    async () => {
      const page = await visit();
      await isKept(page);
      publishAnother(folder);
      await page.evaluate(async () => {
        const before = navigator.serviceWorker.controller;
        await (await navigator.serviceWorker.ready).update();
        const isReplaced = ({ controller }) =>
          controller !== before && controller.state === "activated";
        while (!isReplaced(navigator.serviceWorker))
          await new Promise((resolve) => setTimeout(resolve, 50));
      });
      await go(page, "two-stages"); // a part that the tab had not loaded
      assert.equal(await page.$(".alert"), null);
      for (const isOnline of [true, false]) {
        if (!isOnline) await host.stop();
        await page.reload();
        await settled(page);
        const [script] = await page.$$eval("script[src]", (scripts) =>
          scripts.map(({ src }) => src),
        );
        assert.match(script, /\/assets\/next-/);
        assert.equal(await page.$(".alert"), null);
      }
      await page.browserContext().close();
    },
  );
});

inSection("the page without a file of weights", (at) => {
  test("sections say what is missing, and are at rest", async () => {
    const folder = mkdtempSync(join(tmpdir(), "pocketrec-page-"));
    cpSync(PAGE, folder, { recursive: true });
    for (const name of ["gmf", "sasrec"]) rmSync(`${folder}/models/${name}.safetensors`);
    const host = await serveFiles(folder, { path: PATH });
    for (const [section, missing] of Object.entries({ ncf: /^GMF/, why: /^(GMF|SASRec)/ })) {
      const page = await at.open(`#/${section}?${RATED}`, { address: host.address });
      const said = await page.$$eval(".alert", (all) => all.map(({ innerText }) => innerText));
      assert.ok(said.length > 0, section);
      for (const text of said) assert.match(text, missing);
      await page.browserContext().close();
    }
    await host.stop();
    rmSync(folder, { recursive: true });
  });
});

inSection("the page of a build that is gone", (at) => {
  test("trying again opens the new build at the same section", async () => {
    const folder = mkdtempSync(join(tmpdir(), "pocketrec-page-"));
    cpSync(PAGE, folder, { recursive: true });
    const host = await serveFiles(folder, { path: PATH });
    const withoutWorker = () =>
      Object.defineProperty(Navigator.prototype, "serviceWorker", { get: () => undefined });
    const visit = { address: host.address, prepare: withoutWorker };
    const page = await at.open(`#/for-you?${RATED}`, visit);
    publishAnother(folder);
    await go(page, "two-stages");
    assert.ok(await page.$(".alert"));
    await page.click(".alert button");
    await page.waitForFunction(() => document.querySelector("script[src*='/assets/next-']"));
    await settled(page);
    assert.equal(await page.$(".alert"), null);
    assert.match(page.url(), /#\/two-stages\?r=541/);
    await page.browserContext().close();
    await host.stop();
    rmSync(folder, { recursive: true });
  });
});

/** Opens a section as its link does. */
async function go(page, section) {
  await page.$eval(`nav a[href*="#/${section}"]`, (link) => link.click());
  await page.waitForFunction((name) => location.hash.includes(name), {}, section);
  await settled(page);
}

/** Waits until the browser keeps the page: its worker has stored every file, and answers. */
async function isKept(page) {
  await page.evaluate(async () => {
    await navigator.serviceWorker.ready;
    while (!navigator.serviceWorker.controller)
      await new Promise((resolve) => setTimeout(resolve, 50));
  });
}

/** Puts the next build into a folder: other names of all parts, and so another worker. */
function publishAnother(folder) {
  const names = readdirSync(`${folder}/assets`).filter((name) => !/\.(br|gz)$/.test(name));
  const next = (content) =>
    names.reduce((changed, name) => changed.replaceAll(name, `next-${name}`), content);
  for (const file of ["index.html", "sw.js", ...names.map((name) => `assets/${name}`)])
    writeFileSync(join(folder, file), next(readFileSync(join(folder, file), "utf8")));
  writeFileSync(
    join(folder, "sw.js"),
    readFileSync(join(folder, "sw.js"), "utf8").replace(/VERSION = "/, "$&next"),
  );
  for (const name of names)
    renameSync(join(folder, "assets", name), join(folder, "assets", `next-${name}`));
}

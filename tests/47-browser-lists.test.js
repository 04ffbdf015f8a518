// Lists and scores of the baseline module are the same bits in Chromium, in Firefox, in WebKit and
// in Node: of the demo's models, for users who are fitted there; in a worker too.
import assert from "node:assert/strict";
import { test } from "node:test";

import * as pocketrec from "../dist/index.node.js";
import { inEachBrowser } from "./lib/package-site.js";
import { MODELS, allLists } from "./targets/shared/lists.js";

const SIMD = { simd: "simd128" };

/** Of Node, for all suites. @type {Promise<string[]> | undefined} */
let expected;

inEachBrowser("lists and scores", (at) => {
  for (const [where, names] of [
    ["a page", MODELS],
    ["a worker", ["neumf", "mult-dae"]],
  ]) {
    test(`of ${where} are the bits that Node has`, async () => {
      expected ??= allLists(pocketrec, (name) =>
        pocketrec.loadModel(`web-demo/models/${name}.safetensors`, SIMD),
      );
      const context = await at.browser.createBrowserContext();
      const page = await context.newPage();
      await page.goto(at.site.address);
      const found = await page.evaluate(listsIn, where, names, SIMD);
      const wanted = (await expected).filter((line) => names.includes(line.split(", ")[0]));
      assert.deepEqual(found, wanted);
      assert.ok(found.length >= 14 * names.length, `${found.length} lists`);
      await context.close();
    });
  }
});

/** Runs in the page. */
async function listsIn(where, names, options) {
  const [package_, { createWorker }, { allLists }] = await Promise.all(
    ["dist/index.js", "dist/worker.js", "tests/targets/shared/lists.js"].map(
      (file) => import(`/${file}`),
    ),
  );
  const loader = where === "a worker" ? createWorker() : package_;
  const load = (name) => loader.loadModel(`/models/${name}.safetensors`, options);
  return allLists(package_, load, names);
}

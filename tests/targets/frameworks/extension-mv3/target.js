import assert from "node:assert/strict";

import { checkInExtension } from "../../extension.js";
import { giveBooks } from "../check-framework.js";
import { checkScope } from "../check-scope.js";

export default {
  title: "an extension of Chromium (MV3) with Vite 8.4.0: popup, worker, background script",
  isQuick: true,
  async check(app) {
    giveBooks(app, "public");
    await app.run("npm", ["run", "build"]);
    await checkInExtension(app, "dist", "popup.html", async (page, visit) => {
      assert.deepEqual(await visit.lists(), app.expected);
      // Chromium does not list what is read at an extension's address, so the worker says itself.
      assert.equal(page.workers().length, 1);
      assert.ok(await page.workers()[0].evaluate(() => globalThis.isOwnWorker));
      const shown = await page.waitForFunction(
        () => document.querySelector("#background").textContent,
      );
      checkScope(app, JSON.parse(String(await shown.jsonValue())));
    });
  },
};

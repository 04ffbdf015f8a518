// The demo's page loads, ranks and survives reloads, in a private window of WebKit too, whose
// storage takes the weights and has none of them after a reload.
import assert from "node:assert/strict";
import { test } from "node:test";

import { films, inBrowsers, notInFirefox, settled } from "./lib/page.js";
import { ADDRESSED } from "./lib/visitor.js";

const define = (at) => {
  test("ranks, and is the same after each of two reloads", async () => {
    const page = await at.open(`#/for-you?r=${ADDRESSED}&from=device`);
    const list = await films(page, "main");
    assert.ok(list.length >= 10, `${list.length} films`);
    for (let reload = 1; reload <= 2; reload += 1) {
      await page.reload();
      await settled(page);
      assert.equal(await page.$(".alert"), null, `reload ${reload}`);
      assert.deepEqual(await films(page, "main"), list);
    }
    await at.close(page);
  });
};
inBrowsers("the page", define, { skipFirefox: notInFirefox, alsoWebKit: true });

import assert from "node:assert/strict";

import { newerNode } from "../../node-program.js";
import { expectedLines, giveWeights } from "../check-runtime.js";

export default {
  title: "workerd, by Wrangler 4.164.0",
  async check(app) {
    const [, weights] = await giveWeights(app);
    const server = await app.serve((port) => ["npm", "run", "start", "--", "--port", port], {
      env: await newerNode(),
    });
    const response = await fetch(`${server.address}/?${new URLSearchParams({ weights })}`);
    const text = await response.text();
    assert.equal(response.status, 200, text);
    const found = JSON.parse(text);
    assert.deepEqual(found.thread, await expectedLines());
    assert.deepEqual(found.cached, await expectedLines(["gmf"]));
    const history = { storage: "memory", items: ["The Ninth Moon", "Cold Ink"] };
    assert.deepEqual(found.history, { ...history, warning: "storage" });
    assert.equal(found.worker.code, "unsupported");
    assert.match(found.worker.message, /Use loadModel here/);
  },
};

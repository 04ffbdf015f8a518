import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { join } from "node:path";

import { newerNode } from "../../node-program.js";
import { checkServerLists, giveBooks } from "../check-framework.js";

export default {
  title: "SvelteKit 3.2.0, node adapter that bundles the package: page, worker, endpoint; build",
  async check(app) {
    giveBooks(app, "static");
    const env = await newerNode();
    await app.run("npm", ["run", "build"], { env });
    // Nothing but the bundle is left of the package.
    rmSync(join(app.folder, "node_modules/pocketrec"), { recursive: true });
    const server = await app.serve((port) => ["env", `PORT=${port}`, "node", "build"], { env });
    await app.checkLists(server.address);
    await checkServerLists(app, `${server.address}/api/lists`);
    assert.doesNotMatch(server.output(), /error/i);
  },
};

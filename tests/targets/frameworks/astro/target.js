import assert from "node:assert/strict";

import { newerNode } from "../../node-program.js";
import { giveBooks } from "../check-framework.js";

export default {
  title: "Astro 7.3.5: ranked in the build, page, worker; build",
  async check(app) {
    giveBooks(app, "public");
    const env = { ...(await newerNode()), ASTRO_TELEMETRY_DISABLED: "1" };
    await app.run("npm", ["run", "build"], { env });
    const { address } = await app.serveFiles("dist");
    await app.checkLists(address);
    const built = await app.inChromium(address, (page) =>
      page.$eval("#built", ({ textContent }) => textContent),
    );
    assert.deepEqual(JSON.parse(built), app.expected.recommended);
  },
};

// An app whose tests, in Node and in jsdom, compare the package's lists with expected.json.
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { newerNode } from "../node-program.js";

/** @param {import("../../../scripts/fixtures/app.js").App} app */
export async function checkRunner(app) {
  writeFileSync(join(app.folder, "expected.json"), JSON.stringify(app.expected));
  await app.run("npm", ["test"], { env: { ...(await newerNode()), CI: "true" } });
}

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { BLOB_REFUSED, policyHeader } from "../policy.js";

/** @param {import("../../../../scripts/fixtures/app.js").App} app */
async function check(app) {
  const page = readFileSync(join(app.folder, "index.html"), "utf8");
  const [, map] = page.match(/<script type="importmap">([^]*?)<\/script>/);
  const hash = `'sha256-${createHash("sha256").update(map).digest("base64")}'`;
  const site = await app.serveFiles(".", { headers: policyHeader([hash]) });
  await app.checkLists(site.address, { script: "file", allow: BLOB_REFUSED });
  await app.checkLists(`${site.address}?own`, { script: "own" });
}

export default {
  title: "no bundler, Content-Security-Policy without blob:",
  base: "bundlers/no-bundler",
  check,
};

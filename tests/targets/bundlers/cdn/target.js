import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const CDN = "https://cdn.example/npm/pocketrec@0/";

/**
 * The package is on another origin, as on a CDN: a page may import its modules, but not start a
 * worker with their addresses.
 *
 * @param {import("../../../../scripts/fixtures/app.js").App} app
 */
async function check(app) {
  const cdn = await app.serveFiles("node_modules/pocketrec", {
    path: new URL(CDN).pathname,
    headers: { "Access-Control-Allow-Origin": "*" },
  });
  for (const name of ["index.html", "main.js", "my-worker.js"]) {
    const file = join(app.folder, name);
    writeFileSync(file, readFileSync(file, "utf8").replaceAll(CDN, cdn.address));
  }
  const site = await app.serveFiles(".");
  await app.checkLists(site.address);
  await app.checkLists(`${site.address}?own`, { script: "own" });
}

export default { title: "no bundler, from a CDN", check };

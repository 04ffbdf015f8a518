// examples/engine with Milvus Lite: the page's list is the package's own, and it outlives the
// engine.
import assert from "node:assert/strict";
import { cpSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { loadModel } from "../../../../dist/index.node.js";
import { installMilvus, startMilvus } from "../../../lib/milvus-lite.js";

const MODELS = ["candidates.safetensors", "ranker.safetensors", "catalogue.json"];
const SHELVES = 16;
/** What the console says of the answer without candidates. */
const NOT_YET = /503|Failed to load resource/;

export default {
  title: "an engine (Milvus Lite 3.2, its Node client 3.0), packs and a page that ranks",
  source: "examples/engine",
  minutes: 10,
  check,
};

/** @param {import("../../../../scripts/fixtures/app.js").App} app */
async function check(app) {
  const missing = installMilvus();
  if (missing) return `skipped: no Milvus Lite: ${missing}`;
  mkdirSync(join(app.folder, "models"));
  for (const name of MODELS) cpSync(`web-demo/models/${name}`, join(app.folder, "models", name));
  const milvus = await startMilvus();
  try {
    const env = { MILVUS: milvus.address };
    const output = await app.run("npm", ["run", "fill"], { env });
    assert.match(output, /3650 films in the collection/);
    const start = () => app.serve((port) => ["env", `PORT=${port}`, "node", "server.mjs"], { env });
    const server = await start();
    const packs = await allPacks(server.address);
    await app.inChromium(server.address, (page) => checkPage(page, app, packs));
    await milvus.end();
    assert.equal((await allPacks(server.address)).length, SHELVES);
    await server.stop();
    await checkWithoutEngine(app, await start());
  } finally {
    await milvus.stop();
  }
}

/** The packs of all shelves, once the server has them. */
async function allPacks(address) {
  const packs = [];
  for (const start = Date.now(); packs.length < SHELVES;) {
    const response = await fetch(`${address}/candidates/${packs.length}`);
    if (response.ok) packs.push(await response.arrayBuffer());
    else if (Date.now() - start > 60_000) throw new Error(`no candidates: ${response.status}`);
    else await new Promise((resolve) => setTimeout(resolve, 200));
  }
  return packs;
}

async function checkPage(page, app, packs) {
  const asked = [];
  page.on("request", (request) => asked.push(`${request.url()} ${request.postData() ?? ""}`));
  const shelves = JSON.parse(readFileSync(join(app.folder, "public/shelves.json"), "utf8"));
  await shows(page, await expected(packs[0], []), "candidates: retrieved; shelf: none");
  const liked = [];
  for (const at of [0, 3, 5]) {
    const { id, title } = shelves[at].examples[0];
    liked.push(id);
    await page.evaluate((text) => {
      const button = [...document.querySelectorAll("button")].find(
        ({ textContent }) => textContent === text,
      );
      button.click();
    }, title);
    if (liked.length < 3)
      await shows(page, await expected(packs[0], liked), "candidates: retrieved; shelf: none");
  }
  await page.waitForFunction(() => /shelf: \d/.test(document.querySelector("#note").textContent));
  const shelf = await page.evaluate(() => Number(localStorage.getItem("shelf")));
  await shows(page, await expected(packs[shelf], liked), `candidates: retrieved; shelf: ${shelf}`);
  const sent = asked.filter((line) => /candidates\/\d/.test(line)).map((line) => line.trim());
  assert.ok(sent.at(-1).endsWith(`/candidates/${shelf}`), sent.at(-1));
}

/** The best five of a pack for a history, by the package in this process. */
async function expected(pack, history) {
  const ranker = await loadModel("web-demo/models/ranker.safetensors");
  return titlesOf(ranker, await ranker.openCandidates(pack), history);
}

function titlesOf(ranker, candidates, history) {
  const catalogue = JSON.parse(readFileSync("web-demo/models/catalogue.json", "utf8"));
  const titles = new Map(catalogue.map(({ id, title }) => [id, title]));
  const user = ranker.user({ history, features: {} });
  const ranked = ranker.rank(user, candidates, { topK: 5, exclude: history });
  return ranked.map(({ item }) => titles.get(item));
}

async function shows(page, titles, note) {
  const read = () => ({
    titles: [...document.querySelectorAll("#list li")].map(({ textContent }) => textContent),
    note: document.querySelector("#note").textContent,
  });
  const wanted = JSON.stringify({ titles, note });
  for (const start = Date.now(); ; await new Promise((resolve) => setTimeout(resolve, 50))) {
    const seen = await page.evaluate(read);
    if (JSON.stringify(seen) === wanted) return;
    if (Date.now() - start > 20_000) assert.deepEqual(seen, { titles, note });
  }
}

/** A server that has no candidates: the page ranks the items of its own weights file. */
async function checkWithoutEngine(app, server) {
  const ranker = await loadModel("web-demo/models/ranker.safetensors");
  const titles = titlesOf(ranker, ranker.ids(), []);
  const look = (page) => shows(page, titles, "candidates: catalogue (http); shelf: none");
  await app.inChromium(server.address, look, { allow: NOT_YET });
}

// Sends the page, the models, and a candidate pack for each of 16 tastes ("shelves"). The engine
// is searched for a shelf, never for a user: every answer is the same for every visitor, so a CDN
// may keep it.
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

import compression from "compression";
import express from "express";
import { packMaker } from "pocketrec/packs";

import { openIndex } from "./lib/open-index.mjs";

const PORT = process.env.PORT ?? 8080;
const CANDIDATES = 300;
const FIRST_YEAR = 1930;
const REFRESH_MS = 5 * 60_000;
const RETRY_MS = 5_000;
const PACKAGE = fileURLToPath(new URL("node_modules/pocketrec/dist", import.meta.url));

const shelves = JSON.parse(await readFile("public/shelves.json", "utf8"));
const maker = packMaker(await readFile("models/ranker.safetensors"));

/** One pack a shelf, of the last time when the engine answered. */
let packs = [];
let index;

const app = express();
app.use(compression());
app.use(express.static("public"));
app.use("/models", express.static("models", { maxAge: "1h" }));
app.use("/pocketrec", express.static(PACKAGE, { maxAge: "1h" }));
app.get("/candidates/:shelf", (request, response) => {
  const pack = packs[request.params.shelf];
  if (!pack) return response.status(503).set("Retry-After", "5").send("not yet");
  response.set("Cache-Control", "public, max-age=300").type("application/octet-stream");
  response.send(pack); // Express adds an ETag
});
app.listen(PORT, () => console.log(`http://localhost:${PORT}`));
refresh();

/** Searches the engine for every shelf. While it is down, the packs of before are sent. */
async function refresh() {
  let next = REFRESH_MS;
  try {
    if (index) await index.refresh();
    else index = await openIndex();
    const recent = index.where(`year >= ${FIRST_YEAR}`);
    const found = await Promise.all(
      shelves.map(({ vector }) => recent.search(vector, { topK: CANDIDATES })),
    );
    packs = found.map((list) => Buffer.from(maker.pack(list.map(({ item }) => item))));
    console.log(`packs of ${index.itemCount} films`);
  } catch (error) {
    console.error(error.message);
    next = RETRY_MS;
  }
  setTimeout(refresh, next);
}

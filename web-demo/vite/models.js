/**
 * The weights, the catalogue and their manifest, beside the page: copied by the build, served by
 * `vite dev`. The page finds them by relative addresses, so that it works below any path.
 */
import { readFile, readdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { packMaker } from "../../dist/packs.js";
import { manifestOf } from "./manifest.js";

const FOLDER = fileURLToPath(new URL("../models", import.meta.url));

/** The ranker without item features, for a page that gets candidate packs. */
const RANKER_ALONE = "ranker-without-films.safetensors";

/** @returns {import("vite").Plugin} */
export function models() {
  return {
    name: "models",
    configureServer(server) {
      server.middlewares.use(async (request, response, next) => {
        const { pathname } = new URL(request.url, "http://localhost");
        const name = pathname.match(/^\/models\/(.+)$/)?.[1];
        const found = name && (await readModels()).get(name);
        if (found) response.end(found);
        else next();
      });
    },
    async generateBundle() {
      for (const [name, source] of await readModels())
        this.emitFile({ type: "asset", fileName: `models/${name}`, source });
    },
  };
}

/** @returns {Promise<Map<string, Uint8Array | string>>} by name */
async function readModels() {
  const names = await readdir(FOLDER);
  const files = new Map(
    await Promise.all(names.map(async (name) => [name, await readFile(`${FOLDER}/${name}`)])),
  );
  files.set(RANKER_ALONE, packMaker(files.get("ranker.safetensors")).withoutItems());
  return files.set("manifest.json", JSON.stringify(manifestOf(files)));
}

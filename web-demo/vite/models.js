/**
 * The weights, the catalogue and their manifest, beside the page: copied by the build, served by
 * `vite dev`. The page finds them by relative addresses, so that it works below any path.
 */
import { readFile, readdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { packMaker } from "../../dist/packs.js";
import { Manifest } from "../manifest.js";

const FOLDER = fileURLToPath(new URL("../models", import.meta.url));

/** The ranker without item features, for a page that gets candidate packs. */
const RANKER_ALONE = "ranker-without-films.safetensors";

/** @returns {import("vite").Plugin} */
export function models() {
  return {
    name: "models",
    configureServer(server) {
      server.middlewares.use(async (request, response, next) => {
        const name = new URL(request.url, "http://localhost").pathname.match(
          /^\/models\/(.+)$/,
        )?.[1];
        const files = name && (await served());
        if (files?.has(name)) response.end(await files.get(name)());
        else next();
      });
    },
    async generateBundle() {
      for (const [name, read] of await served())
        this.emitFile({ type: "asset", fileName: `models/${name}`, source: await read() });
    },
  };
}

/** @returns {Promise<Map<string, () => Promise<Uint8Array | string>>>} by name */
async function served() {
  const names = await readdir(FOLDER);
  const ranker = packMaker(await readFile(`${FOLDER}/ranker.safetensors`)).withoutItems();
  const manifest = new Manifest(FOLDER, { [RANKER_ALONE]: ranker });
  return new Map([
    ...names.map((name) => [name, () => readFile(`${FOLDER}/${name}`)]),
    [RANKER_ALONE, async () => ranker],
    ["manifest.json", async () => JSON.stringify(await manifest.read())],
  ]);
}

// A publication to measure: the demo's ranker, with lists of its films.
import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const APP = fileURLToPath(new URL("build", import.meta.url)); // ignored by git

/**
 * Copies examples/server to where its libraries are installed, and publishes.
 *
 * @returns {Promise<{ folder: string, version: string, weights: string }>} weights: their path
 */
export async function prepareFolder() {
  rmSync(APP, { recursive: true, force: true });
  mkdirSync(`${APP}/node_modules`, { recursive: true });
  cpSync(`${ROOT}/examples/server/server`, `${APP}/server`, { recursive: true });
  cpSync(`${ROOT}/examples/server/publish.mjs`, `${APP}/publish.mjs`);
  symlinkSync(ROOT, `${APP}/node_modules/pocketrec`);
  const { publish } = await import(`${APP}/publish.mjs`);
  const folder = `${APP}/published`;
  const films = JSON.parse(readFileSync(`${ROOT}/web-demo/models/catalogue.json`, "utf8"));
  const catalogue = films.map(({ id, genres, year, popularity }) => ({
    ...{ id, category: genres[0] ?? "none", added: String(year), sold: popularity },
  }));
  const weights = `${ROOT}/web-demo/models/ranker.safetensors`;
  const { version } = await publish({ name: "films", weights, catalogue, to: folder });
  return { folder, version, weights: `/models/films.${version}.safetensors` };
}

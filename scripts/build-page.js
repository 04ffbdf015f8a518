/**
 * Builds the demo's page where it is missing or older than what it is made of. Used by `npm start`,
 * `npm test` and the tests of the page. Imports nothing of npm: npm start reads it before installing.
 */
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const PAGE = "web-demo/dist/index.html";
const DEMO = ["page", "vite", "models", "vite.config.js", "package-lock.json"];
const SOURCES = [...DEMO.map((name) => `web-demo/${name}`), "js", "dist"];

/** Why the page has to be built, or undefined. */
export function reasonToBuildPage() {
  if (!existsSync(ROOT + PAGE)) return `${PAGE} is missing`;
  if (newest(SOURCES) > newest([PAGE])) return "its sources are newer than web-demo/dist/";
  return undefined;
}

/** @throws {Error} with what Vite printed */
export function buildPage() {
  const vite = `${ROOT}web-demo/node_modules/vite/bin/vite.js`;
  const { status, stdout, stderr } = spawnSync(process.execPath, [vite, "build"], {
    cwd: `${ROOT}web-demo`,
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`the demo's page cannot be built:\n${stdout}${stderr}`);
}

/**
 * The latest modification time of files, and of the files in folders.
 *
 * @param {string[]} paths relative to the repository
 */
export function newest(paths) {
  const timeOf = (path) => {
    const stats = statSync(ROOT + path);
    if (!stats.isDirectory()) return stats.mtimeMs;
    return newest(readdirSync(ROOT + path).map((name) => `${path}/${name}`));
  };
  return Math.max(...paths.map(timeOf));
}

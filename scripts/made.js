/**
 * What is made of other files (installed packages, the demo's page), and whether it has to be made
 * anew. Imports nothing of npm: `npm start` runs before packages are installed.
 */
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const PAGE = "web-demo/dist/index.html";
const DEMO = ["page", "vite", "models", "server/policy.js", "vite.config.js", "package-lock.json"];
const SOURCES = [...DEMO.map((name) => `web-demo/${name}`), "js", "dist"];

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

/** Whether a folder has the packages of its package-lock.json. */
export function areInstalled(folder) {
  const installed = `${folder}/node_modules/.package-lock.json`;
  return (
    existsSync(ROOT + installed) && newest([installed]) >= newest([`${folder}/package-lock.json`])
  );
}

/** Why the demo's page has to be built, or undefined. */
export function reasonToBuildPage() {
  if (!existsSync(ROOT + PAGE)) return `${PAGE} is missing`;
  if (newest(SOURCES) > newest([PAGE])) return "its sources are newer than web-demo/dist/";
  return undefined;
}

/** @throws {Error} with what the build printed */
export function buildPage() {
  const build = `${ROOT}web-demo/build.js`;
  const { status, stdout, stderr } = spawnSync(process.execPath, [build], { encoding: "utf8" });
  if (status !== 0) throw new Error(`the demo's page cannot be built:\n${stdout}${stderr}`);
}

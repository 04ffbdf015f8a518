// Other versions of Node than the one that runs the fixtures: the npm packages
// node-PLATFORM-ARCHITECTURE hold the program.
import { existsSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { arch, env, platform, versions } from "node:process";

const SYSTEM = platform === "win32" ? "win" : platform;
const PACKAGE = `node-${SYSTEM}-${arch}`;

/** @import { App } from "../../scripts/fixtures/app.js" */

/**
 * Installs a version of Node into the app.
 *
 * @param {App} app
 * @param {string} version exact
 * @returns {Promise<string>} the path of the program
 */
export async function installNode(app, version) {
  await app.install(["--no-save", `${PACKAGE}@${version}`]);
  return programOf(app, `${PACKAGE}/bin/node`);
}

/**
 * The environment for tools that need Node 22 or later: where this process is older, with Node 24.
 *
 * @param {App} app
 * @returns {Promise<Record<string, string>>}
 */
export async function newerNode(app) {
  if (Number.parseInt(versions.node) >= 24) return {};
  return { PATH: dirname(await installNode(app, "24.21.0")) + delimiter + env.PATH };
}

/**
 * The program of a package that holds one for this machine.
 *
 * @param {App} app
 * @param {string} path below node_modules, without the .exe of Windows
 */
export function programOf(app, path) {
  const file = join(app.folder, "node_modules", path) + (platform === "win32" ? ".exe" : "");
  if (!existsSync(file)) throw new Error(`no ${file}`);
  return file;
}

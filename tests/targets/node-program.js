// Other versions of Node than the one that runs the fixtures: the npm packages
// node-PLATFORM-ARCHITECTURE hold the program.
import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { arch, env, platform, versions } from "node:process";
import { promisify } from "node:util";

import { npmInstall } from "../../scripts/fixtures/install.js";

const run = promisify(execFile);

const SYSTEM = platform === "win32" ? "win" : platform;
const PACKAGE = `node-${SYSTEM}-${arch}`;

/** The programs, by version: targets share them. @type {Map<string, Promise<string>>} */
const installed = new Map();

/**
 * Installs a version of Node, until this process ends.
 *
 * @param {string} version exact
 * @returns {Promise<string>} the path of the program
 */
export function installNode(version) {
  const found = installed.get(version) ?? download(version);
  installed.set(version, found);
  return found;
}

async function download(version) {
  const folder = mkdtempSync(join(tmpdir(), `pocketrec-node-${version}-`));
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  const runIn = async (command, words) => (await run(command, words, { cwd: folder })).stdout;
  await npmInstall(runIn, [`${PACKAGE}@${version}`]);
  return programOf({ folder }, `${PACKAGE}/bin/node`);
}

/**
 * The environment for tools that need Node 22 or later: where this process is older, with Node 24.
 *
 * @returns {Promise<Record<string, string>>}
 */
export async function newerNode() {
  if (Number.parseInt(versions.node) >= 24) return {};
  return { PATH: dirname(await installNode("24.21.0")) + delimiter + env.PATH };
}

/**
 * The program of a package that holds one for this machine.
 *
 * @param {{ folder: string }} app
 * @param {string} path below node_modules, without the .exe of Windows
 */
export function programOf(app, path) {
  const file = join(app.folder, "node_modules", path) + (platform === "win32" ? ".exe" : "");
  if (!existsSync(file)) throw new Error(`no ${file}`);
  return file;
}

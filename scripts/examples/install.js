// A copy of an example in an empty folder, with the packed package installed.
import { execFile, execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Packs the built package: the path of the tarball. It is removed when the process ends. */
export function packPackage() {
  const folder = mkdtempSync(join(tmpdir(), "pocketrec-pack-"));
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  const words = ["pack", "--json", "--ignore-scripts", "--pack-destination", folder];
  const [{ filename }] = JSON.parse(execFileSync("npm", words, { encoding: "utf8" }));
  return join(folder, filename);
}

/**
 * @param {string} name of a folder of examples/; without one the folder stays empty
 * @param {string} tarball
 * @returns {Promise<{ folder: string, tarball: string, run: Function, remove: () => void }>} run:
 *   gives the standard output of a command, `run(command, words)`
 */
export async function prepareExample(name, tarball) {
  const folder = mkdtempSync(join(tmpdir(), `pocketrec-example-${name}-`));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  const runIn = async (command, words) => (await run(command, words, { cwd: folder })).stdout;
  try {
    if (existsSync(`examples/${name}`)) {
      cpSync(`examples/${name}`, folder, { recursive: true });
      await install(folder, tarball, runIn);
    }
  } catch (error) {
    remove();
    throw error;
  }
  return { folder, tarball, run: runIn, remove };
}

async function install(folder, tarball, runIn) {
  const file = join(folder, "package.json");
  const manifest = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : { type: "module" };
  manifest.dependencies = { ...manifest.dependencies, pocketrec: `file:${tarball}` };
  writeFileSync(file, JSON.stringify(manifest));
  await runIn("npm", ["install", "--ignore-scripts", "--no-audit", "--no-fund"]);
  if (manifest.scripts?.build) await runIn("npm", ["run", "build"]);
}

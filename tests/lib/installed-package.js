// The npm package, packed and installed in an empty folder.
import { execFile } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

export const folder = mkdtempSync(join(tmpdir(), "pocketrec-install-"));

/** Packs the package and installs it in `folder`. */
export async function installPackage() {
  // --ignore-scripts: the package is built already.
  const pack = ["pack", "--json", "--ignore-scripts", "--pack-destination", folder];
  const { stdout } = await run("npm", pack);
  const app = { name: "app", private: true, type: "module" };
  writeFileSync(join(folder, "package.json"), JSON.stringify(app));
  const file = join(folder, JSON.parse(stdout)[0].filename);
  await run("npm", ["install", "--offline", "--no-audit", "--no-fund", file], { cwd: folder });
}

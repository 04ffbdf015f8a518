// The npm packages, packed and installed in an empty folder: pocketrec and its command line.
import { execFile } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

import { packPackages } from "../../scripts/fixtures/install.js";

const run = promisify(execFile);

export const folder = mkdtempSync(join(tmpdir(), "pocketrec-install-"));

/**
 * Packs both packages and installs them in `folder`.
 * @returns {Promise<Record<string, string>>} the path of the tarball by the package's name
 */
export async function installPackages() {
  const app = { name: "app", private: true, type: "module" };
  writeFileSync(join(folder, "package.json"), JSON.stringify(app));
  const packages = packPackages();
  await installIn(folder, Object.values(packages));
  return packages;
}

/** Installs tarballs in a folder, without a network. */
export const installIn = (cwd, tarballs) =>
  run("npm", ["install", "--offline", "--no-audit", "--no-fund", ...tarballs], { cwd });

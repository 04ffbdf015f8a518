// The npm packages, packed and installed in an empty folder: pocketrec and its command line.
import { execFile } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

export const folder = mkdtempSync(join(tmpdir(), "pocketrec-install-"));

/** Packs both packages and installs them in `folder`. */
export async function installPackages() {
  const app = { name: "app", private: true, type: "module" };
  writeFileSync(join(folder, "package.json"), JSON.stringify(app));
  await installIn(folder, [await pack("."), await pack("cli")]);
}

/** Packs the package of a folder of the repository: the path of the tarball, in `folder`. */
export async function pack(source) {
  // --ignore-scripts: the packages are built already.
  const words = ["pack", `./${source}`, "--json", "--ignore-scripts", "--pack-destination", folder];
  const { stdout } = await run("npm", words);
  return join(folder, JSON.parse(stdout)[0].filename);
}

/** Installs tarballs in a folder, without a network. */
export const installIn = (cwd, tarballs) =>
  run("npm", ["install", "--offline", "--no-audit", "--no-fund", ...tarballs], { cwd });

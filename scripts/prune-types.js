// Removes the declarations that no entry of the package leads to: an app's compiler never reads
// them.
import { existsSync, readFileSync, readdirSync, rmSync, rmdirSync } from "node:fs";
import { dirname, join } from "node:path";

const TYPES = "dist/types";

const { exports } = JSON.parse(readFileSync("package.json", "utf8"));
const reached = new Set();
for (const { types } of Object.values(exports)) if (types) visit(join(types));
for (const path of readdirSync(TYPES, { recursive: true }).map((name) => join(TYPES, name)))
  if (path.endsWith(".d.ts") && !reached.has(path)) rmSync(path);
removeEmpty(TYPES);

/** @param {string} file */
function visit(file) {
  if (reached.has(file) || !existsSync(file)) return;
  reached.add(file);
  const found = readFileSync(file, "utf8").matchAll(/(?:import\(|from |import )"(\.[^"]+)\.js"/g);
  for (const [, path] of found) visit(join(dirname(file), `${path}.d.ts`));
}

/** @param {string} folder */
function removeEmpty(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true }))
    if (entry.isDirectory()) removeEmpty(join(folder, entry.name));
  if (readdirSync(folder).length === 0) rmdirSync(folder);
}

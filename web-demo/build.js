/** Builds the page to dist/, as vite.config.js says, or says what has to be there first. */
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const NEEDED = {
  "../dist/index.js": "the package: npm ci && ./build.sh",
  "node_modules/vite": "the page's packages: npm ci --prefix web-demo --ignore-scripts",
};

process.chdir(fileURLToPath(new URL(".", import.meta.url)));
const missing = Object.keys(NEEDED).filter((path) => !existsSync(path));
if (missing.length > 0) {
  console.error("The page cannot be built yet. In the folder of the repository, first make");
  for (const path of missing) console.error(`  ${NEEDED[path]}`);
  process.exit(1);
}
const { build } = await import("vite");
await build({ configFile: "vite.config.js" });

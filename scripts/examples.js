// `npm run examples`: packs the package, installs it in a copy of each folder of examples/, runs
// the example as its reader would, and compares its list with the package's own.
//
//     npm run examples                     all of them
//     npm run examples -- page vite-vue    these two
import { fileURLToPath } from "node:url";

import { EXAMPLES } from "./examples/list.js";
import { packPackage, prepareExample } from "./examples/install.js";

process.chdir(fileURLToPath(new URL("..", import.meta.url)));

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !EXAMPLES.some((example) => example.name === name));
if (unknown.length) {
  console.error(`npm run examples: unknown: ${unknown.join(", ")}`);
  process.exit(2);
}

const tarball = packPackage();
let failed = 0;
for (const { name, check } of EXAMPLES) {
  if (wanted.length && !wanted.includes(name)) continue;
  const start = performance.now();
  const result = await runExample(name, check);
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.log(`${result.padEnd(8)} ${name} (${seconds} s)`);
  if (result === "FAILED") failed++;
}
process.exit(failed ? 1 : 0);

/** @returns {Promise<string>} "ok", "FAILED", or "skipped: why" */
async function runExample(name, check) {
  let example;
  try {
    example = await prepareExample(name, tarball);
    return (await check(example)) ?? "ok";
  } catch (error) {
    console.error(error);
    return "FAILED";
  } finally {
    await example?.remove();
  }
}

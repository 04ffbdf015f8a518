// The examples that need nothing but the package. `npm run examples` runs all of them.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { promisify } from "node:util";

const run = promisify(execFile);

for (const name of ["first", "node-script"]) {
  test(`examples/${name} gives the package's own list`, async () => {
    const { stdout } = await run(process.execPath, ["scripts/examples.js", name]);
    assert.match(stdout, new RegExp(`^(ok|skipped: .+) +${name} `));
  });
}

// docs/getting-started.md installs Vite, for which npm needs its registry.
test("docs/getting-started.md leads to a page that ranks", async (context) => {
  const words = ["scripts/examples.js", "getting-started"];
  const { stdout, stderr } = await run(process.execPath, words).catch((error) => error);
  const isOffline = /\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ENETUNREACH|ETIMEDOUT)\b/.test(stderr);
  if (isOffline) context.skip("npm does not reach its registry");
  else assert.match(stdout, /^ok +getting-started /, stderr);
});

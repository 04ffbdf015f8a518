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

// docs/errors.md is the list of codes, and the list is what the package throws.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";

import { ERROR_CODES } from "../js/common/error-codes.js";
import { errorsPage } from "../scripts/error-codes.js";

test("docs/errors.md has every code: npm run error-codes writes it", async () => {
  assert.equal(readFileSync("docs/errors.md", "utf8"), await errorsPage());
});

test("every code is used", () => {
  const sources = ["js", "cli"]
    .flatMap((folder) =>
      readdirSync(folder, { recursive: true }).map((name) => `${folder}/${name}`),
    )
    .filter((name) => /^(js|cli)\/(?!dist|node_modules).*\.js$/.test(name))
    .filter((name) => name !== "js/common/error-codes.js")
    .map((name) => readFileSync(name, "utf8"))
    .join("\n");
  const unused = Object.keys(ERROR_CODES).filter(
    (code) => !new RegExp(`"${code}"`).test(sources.replaceAll(/^ *(\*|\/\/).*$/gm, "")),
  );
  assert.deepEqual(unused, []);
});

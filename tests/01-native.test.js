// The C core: each file of tests/native runs natively under AddressSanitizer and
// UndefinedBehaviorSanitizer, and in WebAssembly with both instruction sets (built by
// ./build.sh tests).
import assert from "node:assert/strict";
import { execFile, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, readdirSync } from "node:fs";
import { basename } from "node:path";
import { before, describe, test } from "node:test";
import { promisify } from "node:util";

import { enableRelaxedSimd } from "./lib/relaxed-simd.js";

const run = promisify(execFile);
/** In the order of the layers: a failure shows first where it arises. */
const TESTS = [
  "simd_test",
  "dense_test",
  "dense16_test",
  "dense8_test",
  "topk_test",
  "two_pass_test",
  "convert_test",
  "table_test",
  "query_test",
  "solve_test",
  "inverse_test",
  "output_test",
  "diversity_test",
  "features_test",
  "table_estimate_test",
  "ncf_test",
  "ncf_estimate_test",
  "fit_batch_test",
  "fold_in_test",
  "influence_test",
  "autoencoder_test",
  "autoencoder_estimate_test",
  "node_test",
  "ridge_test",
  "item_item_test",
  "dot_test",
  "candidates_test",
  "sequence_test",
  "ranker_test",
  "examples_test",
];
const OUTPUT = "build/native";
const FLAGS = [
  "-std=c11",
  "-O2",
  "-g1",
  "-Wall",
  "-Wextra",
  "-Werror",
  "-ffp-contract=off",
  "-fsanitize=address,undefined,float-cast-overflow",
  "-fno-sanitize-recover=all",
];

const compiler = [process.env.CC, "gcc", "cc", "clang"].find(
  (name) => name && spawnSync(name, ["--version"]).status === 0,
);

/** @param {string} source */
const objectOf = (source) => `${OUTPUT}/${basename(source, ".c")}.o`;

/** @param {string} source */
const compile = (source) => run(String(compiler), [...FLAGS, "-c", source, "-o", objectOf(source)]);

test("TESTS lists every file of tests/native", () => {
  const files = readdirSync("tests/native").filter((name) => name.endsWith("_test.c"));
  assert.deepEqual(files.map((name) => basename(name, ".c")).sort(), [...TESTS].sort());
});

test("the examples of the headers are compiled, word for word", () => {
  const words = (/** @type {string} */ text) => text.replace(/\s+/g, " ");
  const compiled = words(readFileSync("tests/native/examples_test.c", "utf8"));
  for (const name of readdirSync("src").filter((name) => name.endsWith(".h"))) {
    const [comment] = readFileSync(`src/${name}`, "utf8").split("#ifndef");
    for (const [, statement] of comment.matchAll(/^\/\/ {3}(.*;)( +\/\/.*)?$/gm))
      assert.ok(compiled.includes(words(statement)), `src/${name}: ${statement}`);
  }
});

describe(
  "natively, under sanitizers",
  { skip: compiler ? false : "no C compiler (gcc or clang) is installed" },
  () => {
    const sources = ["src", "src/train"].flatMap((folder) =>
      readdirSync(folder)
        .filter((name) => name.endsWith(".c"))
        .map((name) => `${folder}/${name}`),
    );

    before(async () => {
      mkdirSync(OUTPUT, { recursive: true });
      await Promise.all([...sources, "tests/native/main.c"].map(compile));
    });

    for (const name of TESTS) {
      test(name, async () => {
        const source = `tests/native/${name}.c`;
        const program = `${OUTPUT}/${name}`;
        await compile(source);
        await run(String(compiler), [
          ...FLAGS,
          ...[...sources, source, "tests/native/main.c"].map(objectOf),
          "-o",
          program,
          "-lm",
        ]);
        await run(program).catch(({ stdout, stderr }) =>
          assert.fail(`${source}: ${stdout}${stderr}`),
        );
      });
    }

    test("the sanitizers are on: an overflow stops a program", async () => {
      const program = `${OUTPUT}/overflow`;
      await run(String(compiler), [...FLAGS, "-x", "c", "tests/native/overflow.c", "-o", program]);
      await assert.rejects(run(program), /overflow/);
    });
  },
);

for (const [simd, suffix] of [
  ["baseline SIMD", ""],
  ["relaxed SIMD", ".relaxed"],
]) {
  describe(`in WebAssembly, ${simd}`, () => {
    for (const name of TESTS) {
      const file = `build/${name}${suffix}.wasm`;
      const skip =
        suffix && !existsSync("dist/pocketrec.relaxed.wasm")
          ? "it was built without clang 17 or later"
          : suffix && !enableRelaxedSimd()
            ? "this engine does not support relaxed SIMD"
            : false;
      test(name, { skip }, async () => {
        const { instance } = await WebAssembly.instantiate(readFileSync(file), {});
        const exports = /** @type {any} */ (instance.exports);
        exports._initialize?.();
        assert.equal(exports.run(), 0, `tests/native/${name}.c: the check at this line failed`);
      });
    }
  });
}

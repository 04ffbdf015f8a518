// What is shipped: modules that can touch nothing but their own memory, small, with the one list of
// functions.
import assert from "node:assert/strict";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { describe, test } from "node:test";
import { brotliCompressSync } from "node:zlib";
import { build } from "esbuild";

import * as abi from "../js/runtime/abi.js";
import { VARIANTS } from "./lib/variants.js";

const FILES = { simd128: "dist/pocketrec.wasm", relaxed: "dist/pocketrec.relaxed.wasm" };

for (const { simd, skip } of VARIANTS) {
  describe(simd, { skip }, () => {
    const bytes = existsSync(FILES[simd]) ? readFileSync(FILES[simd]) : Buffer.alloc(0);
    const module = skip ? undefined : new WebAssembly.Module(bytes);

    test("imports nothing", () => assert.deepEqual(WebAssembly.Module.imports(module), []));

    test("exports what js/runtime/abi.js lists, and its memory", () => {
      const names = WebAssembly.Module.exports(module)
        .filter(({ kind }) => kind === "function")
        .map(({ name }) => name);
      assert.deepEqual(
        names.filter((name) => name.startsWith("pr_")).sort(),
        [...abi.FUNCTIONS].sort(),
      );
      assert.ok(
        WebAssembly.Module.exports(module).some(
          ({ name, kind }) => name === "memory" && kind === "memory",
        ),
      );
    });

    test("says which instruction set it is", () => {
      const { exports } = new WebAssembly.Instance(module, {});
      assert.equal(exports.pr_dense_is_fused(), simd === "relaxed" ? 1 : 0);
    });

    test("has memory that grows to gigabytes", () => {
      const { exports } = new WebAssembly.Instance(module, {});
      assert.ok(exports.memory.grow(16384) > 0, "a gigabyte more");
    });

    test("is under 57 kB", () => assert.ok(bytes.length < 57_000, `${bytes.length} bytes`));
  });
}

test("wasm/exports.c exports the same list, in the same order", () => {
  const names = [...readFileSync("wasm/exports.c", "utf8").matchAll(/^PR_EXPORT\((\w+)\)/gm)].map(
    ([, name]) => name,
  );
  assert.deepEqual(names, [...abi.FUNCTIONS]);
});

test("the numbers of js/runtime/abi.js are those of the headers", () => {
  const headers = readdirSync("src")
    .filter((name) => name.endsWith(".h"))
    .map((name) => readFileSync(`src/${name}`, "utf8"))
    .join("\n");
  const numbers = enumerators(headers);
  const expected = {
    ...named("PR_", abi.ACTIVATIONS),
    ...named(
      "PR_",
      Object.fromEntries(Object.entries(abi.DTYPES).map(([name, { code }]) => [name, code])),
    ),
    ...named(
      "PR_",
      Object.fromEntries(
        Object.entries(abi.NCF_TENSORS).map(([name, code]) => [
          name.replace("user_covariance", "covariance"),
          code,
        ]),
      ),
    ),
    PR_LAYER_WEIGHT: abi.NCF_LAYER_WEIGHT,
    PR_LAYER_BIAS: abi.NCF_LAYER_BIAS,
    PR_LAYERS_MAX: abi.NCF_LAYERS_MAX,
    PR_EXP: abi.EXP,
    PR_NORM_WEIGHT: abi.AUTOENCODER_NORM_WEIGHT,
    PR_NORM_BIAS: abi.AUTOENCODER_NORM_BIAS,
    PR_ROWS: abi.ROWS,
  };
  for (const [name, value] of Object.entries(expected))
    assert.equal(numbers.get(name), value, name);
});

test('all that `import "pocketrec"` pulls in is one file under 50 kB brotli', () => {
  const text = readFileSync("dist/index.js");
  assert.doesNotMatch(text.toString(), /\bimport\s*[("{*]|\bfrom\s*"/, "it imports nothing more");
  assert.doesNotMatch(text.toString(), /["'`]node:/, "nothing of Node's");
  const size = brotliCompressSync(text).length;
  assert.ok(size < 50_000, `${size} bytes`);
});

test("a bundler leaves out what is not used: loadModel alone is under 44.5 kB brotli", async () => {
  const stdin = { contents: 'export { loadModel } from "./dist/index.js"', resolveDir: "." };
  const {
    outputFiles: [file],
  } = await build({ stdin, bundle: true, minify: true, format: "esm", write: false });
  const size = brotliCompressSync(file.contents).length;
  assert.ok(size < 44_500, `${size} bytes`);
  assert.doesNotMatch(file.text, /diversify/);
});

/** Every enumerator of C's headers with its value. */
function enumerators(text) {
  const values = new Map();
  for (const [, body] of text.replace(/\/\/.*$/gm, "").matchAll(/enum\s*\{([^}]*)\}/g)) {
    let next = 0;
    for (const entry of body
      .split(",")
      .map((part) => part.trim())
      .filter(Boolean)) {
      const [name, value] = entry.split("=").map((part) => part.trim());
      next = value === undefined ? next : Number(value);
      values.set(name, next++);
    }
  }
  return values;
}

/** "mlp.item_hidden" as C writes it: PR_MLP_ITEM_HIDDEN. */
function named(prefix, numbers) {
  return Object.fromEntries(
    Object.entries(numbers).map(([name, value]) => [
      prefix + name.toUpperCase().replaceAll(".", "_"),
      value,
    ]),
  );
}

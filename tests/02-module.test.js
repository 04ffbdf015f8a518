// The WebAssembly modules: no imports, small, and with the interface that js/runtime/abi.js and
// js/runtime/configs.js describe.
import assert from "node:assert/strict";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { before, describe, test } from "node:test";
import { brotliCompressSync } from "node:zlib";
import { build } from "esbuild";

import * as abi from "../js/runtime/abi.js";
import * as configs from "../js/runtime/configs.js";
import { instantiate } from "../js/runtime/module.js";
import { bytesOf, patched } from "../js/runtime/module-text.js";
import { modules } from "../dist/modules.js";
import { assertRefused } from "./lib/assert-refused.js";
import { VARIANTS } from "./lib/variants.js";

const FILES = { simd128: "dist/pocketrec.wasm", relaxed: "dist/pocketrec.relaxed.wasm" };

/** How the headers name the constants of js/runtime/abi.js. */
const C_NAMES = {
  STATUS: (name) => `PR_${name}`,
  DTYPES: (name) => `PR_${name}`,
  ACTIVATIONS: (name) => `PR_${name}`,
  EXP: () => "PR_EXP",
  NCF_TENSORS: (name) => `PR_${name.replace("USER_COVARIANCE", "COVARIANCE")}`,
  NCF_LAYER_WEIGHT: () => "PR_LAYER_WEIGHT",
  NCF_LAYER_BIAS: () => "PR_LAYER_BIAS",
  NCF_LAYERS_MAX: () => "PR_LAYERS_MAX",
  AUTOENCODER_TENSORS: (name) => `PR_${name}`,
  AUTOENCODER_BIAS: () => "PR_BIAS",
  AUTOENCODER_NORM_WEIGHT: () => "PR_NORM_WEIGHT",
  AUTOENCODER_NORM_BIAS: () => "PR_NORM_BIAS",
  AUTOENCODER_LAYERS_MAX: () => "PR_AUTOENCODER_LAYERS_MAX",
  SIDES: (name) => `PR_${name}_SIDE`,
  INPUTS: (name) => `PR_${name}`,
  TABLES_MAX: () => "PR_TABLES_MAX",
  FEATURES_MAX: () => "PR_FEATURES_MAX",
  DOT_TENSORS: (name) => `PR_DOT_${name}`,
  ITEM_LAYOUTS: (name) => `PR_${name}`,
  ITEM_USER_HEADER: () => "PR_ITEM_USER_HEADER",
  ITEM_PARTS: (name) => `PR_ITEM_${name}`,
  CANDIDATES_LAYERS_MAX: () => "PR_CANDIDATES_LAYERS_MAX",
  SEQUENCE_LAYERS_MAX: () => "PR_SEQ_LAYERS_MAX",
  SEQUENCE_STEP: () => "PR_SEQ_STEP",
  SEQUENCE_OUTPUT: () => "PR_SEQ_OUTPUT",
  SEQUENCE_POSITION: () => "PR_SEQ_POSITION",
  SEQUENCE_BIAS: () => "PR_SEQ_BIAS",
  NORM_ORDERS: (name) => `PR_NORM_${name}`,
  PADDINGS: (name) => `PR_PADDING_${name}`,
  ROWS: () => "PR_ROWS",
  TOPK_HEADER: () => "sizeof pr_topk",
  TOPK_ENTRY: () => "sizeof pr_topk_entry",
};

for (const { simd, skip } of VARIANTS) {
  describe(simd, { skip }, () => {
    const bytes = existsSync(FILES[simd]) ? readFileSync(FILES[simd]) : Buffer.alloc(0);
    const module = skip ? undefined : new WebAssembly.Module(bytes);

    test("comes out of modules.js as it is, and not with another checksum", () => {
      const { unpacker, simd128, relaxed, sums } = modules;
      const text = simd === "simd128" ? simd128 : patched(simd128, relaxed);
      assert.equal(Buffer.compare(bytesOf(unpacker, text, sums[simd]), bytes), 0);
      for (const sum of [sums[simd] + 1, 0, undefined])
        assert.equal(bytesOf(unpacker, text, sum).length, 0, String(sum));
    });

    test("imports nothing", () => assert.deepEqual(WebAssembly.Module.imports(module), []));

    test("exports the functions of js/runtime/abi.js and its memory, and nothing else", () => {
      const exported = WebAssembly.Module.exports(module);
      const names = (wanted) =>
        exported.filter(({ kind }) => kind === wanted).map(({ name }) => name);
      const functions = names("function");
      assert.deepEqual(names("memory"), ["memory"]);
      // Emscripten, where clang is missing, adds some of its own.
      const isEmscripten = functions.includes("_initialize");
      if (!isEmscripten) assert.equal(exported.length, functions.length + 1);
      const ours = functions.filter((name) => !isEmscripten || name.startsWith("pr_"));
      assert.deepEqual(ours.sort(), [...abi.FUNCTIONS].sort());
    });

    test("says which instruction set it is", () => {
      const { exports } = new WebAssembly.Instance(module, {});
      assert.equal(exports.pr_dense_is_fused(), simd === "relaxed" ? 1 : 0);
    });

    test("has memory that grows to gigabytes", () => {
      const { exports } = new WebAssembly.Instance(module, {});
      assert.ok(exports.memory.grow(16384) > 0, "a gigabyte more");
    });

    test("is under 82 kB", () => assert.ok(bytes.length < 82_000, `${bytes.length} bytes`));
  });
}

describe("js/runtime/abi.js and js/runtime/configs.js are what the C headers declare", () => {
  const headers = readdirSync("src")
    .filter((name) => name.endsWith(".h"))
    .map((name) => readFileSync(`src/${name}`, "utf8").replace(/\/\/.*$/gm, ""))
    .join("\n");
  const structs = structsOf(headers);
  const constants = constantsOf(headers);
  for (const name of ["pr_topk", "pr_topk_entry"]) constants.set(`sizeof ${name}`, sizeOf(name));
  const adapters = [
    ...readFileSync("wasm/exports.c", "utf8").matchAll(/^PR_EXPORT\((\w+)\)/gm),
  ].map(([, name]) => name);

  test("each function is declared in a header or adapted in wasm/exports.c", () => {
    assert.equal(new Set(abi.FUNCTIONS).size, abi.FUNCTIONS.length, "no name twice");
    for (const name of abi.FUNCTIONS.filter((name) => !adapters.includes(name))) {
      const [, type] = headers.match(new RegExp(`^([a-z].*?)\\*?\\b${name}\\(`, "m")) ?? [];
      assert.ok(type, `${name} is declared`);
      assert.doesNotMatch(type, /inline|64_t|size_t/, `${name} needs an adapter`);
    }
    assert.deepEqual(
      adapters.filter((name) => !abi.FUNCTIONS.includes(name)),
      [],
      "no adapter that the list does not name",
    );
  });

  test("each constant is an enumerator of a header with the same value", () => {
    for (const [name, value] of Object.entries(abi).filter(([name]) => name !== "FUNCTIONS")) {
      const toC = C_NAMES[name] ?? assert.fail(`tests/02-module.test.js: C_NAMES has no ${name}`);
      const entries = typeof value === "number" ? [["", value]] : Object.entries(value);
      for (const [key, number] of entries) {
        const cName = toC(key.toUpperCase().replaceAll(".", "_"));
        assert.ok(constants.has(cName), `${cName}, for ${name} ${key}, is in a header`);
        assert.equal(number.code ?? number, constants.get(cName), cName);
      }
    }
  });

  test("dtypes have their sizes in bytes", () => {
    const bytes = Object.entries(abi.DTYPES).map(([name, { bytes }]) => [name, 8 * bytes]);
    for (const [name, bits] of bytes) assert.ok(name.endsWith(`${bits}`), name);
  });

  for (const [name, struct] of Object.entries(configs).filter(([, value]) => isStruct(value))) {
    const cName = `pr_${name.toLowerCase()}`;
    test(`${name} has the fields of ${cName}, in its order`, () => {
      assert.ok(structs.has(cName), `${cName} is in a header`);
      assert.equal(JSON.stringify(struct), JSON.stringify(describeStruct(cName)));
    });
  }

  /** Bytes of a struct whose fields have 32 bits each, without its open array at the end. */
  function sizeOf(name) {
    const fields = structs.get(name).filter(({ length }) => length !== "");
    assert.ok(
      fields.every(({ type, length }) => /^(u?int32_t|float)$/.test(type) && !length),
      name,
    );
    return 4 * fields.length;
  }

  /** A struct of the headers, as js/runtime/configs.js describes it. */
  function describeStruct(name) {
    return Object.fromEntries(
      structs.get(name).map(({ type, name, length }) => {
        const field = { int32_t: "int", float: "float" }[type] ?? describeStruct(type);
        return [name, length ? [field, constants.get(length) ?? Number(length)] : field];
      }),
    );
  }
});

describe("writeConfig", () => {
  const { FEATURES_TABLE, NCF_CONFIG, AUTOENCODER_CONFIG, FEATURES_CONFIG, writeConfig } = configs;
  const table = { rows: 10, width: 4, dtype: 1 };
  const ncf = {
    ...{ items: 9, gmf: 2, mlp_user: 3, mlp_item: 4, has_item_bias: true, output: 2 },
    ...{ is_fixed: false, layers: 2, width: [8, 5], activation: [1, 3] },
  };

  test("writes fields in order and fills arrays up with zeros", () => {
    assert.deepEqual([...writeConfig(FEATURES_TABLE, table)], [10, 4, 1]);
    assert.deepEqual(
      [...writeConfig(NCF_CONFIG, ncf)],
      [9, 2, 3, 4, 1, 2, 0, 2, 8, 5, ...Array(14).fill(0), 1, 3, ...Array(14).fill(0)],
    );
  });

  test("writes structs within structs, and floats", () => {
    const feature = { side: 1, table: -1, padding: -1, inputs: 57, quantiles: 3 };
    const words = writeConfig(FEATURES_CONFIG, {
      ...{ tables: 2, features: 1, table: [table, { ...table, rows: 11 }], feature: [feature] },
    });
    assert.equal(words.length, 2 + 3 * abi.TABLES_MAX + 5 * abi.FEATURES_MAX);
    assert.deepEqual([...words.slice(0, 9)], [2, 1, 10, 4, 1, 11, 4, 1, 0]);
    const first = 2 + 3 * abi.TABLES_MAX;
    assert.deepEqual([...words.slice(first, first + 6)], [1, -1, -1, 57, 3, 0]);

    const numbers = { items: 5, code: 4, layers: 2, dense_layers: 0, epsilon: 1e-5 };
    const flags = { has_encoder: 1, is_tied: 0, has_item_bias: 0 };
    const more = { is_normalized: 1, is_binarized: 0 };
    const lists = { width: [4], activation: [3], dtype: [0, 0], has_norm: [1] };
    const values = { ...numbers, ...flags, ...more, ...lists };
    const floats = new Float32Array(writeConfig(AUTOENCODER_CONFIG, values).buffer);
    assert.equal(floats[9], Math.fround(1e-5));
  });

  for (const [what, values, message] of [
    ["a missing field", { rows: 10, width: 4 }, /config\.dtype/],
    ["an unknown field", { ...table, scale: 1 }, /config\.scale/],
    ["a fraction", { ...table, rows: 1.5 }, /config\.rows/],
    ["more than 32 bits", { ...table, rows: 2 ** 31 }, /config\.rows/],
    ["null", { ...table, rows: null }, /config\.rows/],
    ["text", { ...table, rows: "ten" }, /config\.rows/],
    ["a list in place of a number", { ...table, rows: [1, 2] }, /config\.rows/],
    ["nothing", undefined, /config/],
  ]) {
    test(`refuses ${what}`, () =>
      assert.throws(() => writeConfig(FEATURES_TABLE, values), { name: "TypeError", message }));
  }

  for (const [what, values, message] of [
    ["a list that is too long", { width: Array(17).fill(1) }, /config\.width/],
    ["a number in place of a list", { width: 8 }, /config\.width/],
    ["a hole in a list", { width: [8, undefined] }, /config\.width\[1\]/],
  ]) {
    test(`refuses ${what}`, () =>
      assert.throws(() => writeConfig(NCF_CONFIG, { ...ncf, ...values }), {
        ...{ name: "TypeError", message },
      }));
  }
});

test("a module of another version is refused", async () => {
  // (module (func (export "pr_version") (result i32) (i32.const 1)))
  const header = [0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 127, 3, 2, 1, 0, 7, 14, 1, 10];
  const name = [...Buffer.from("pr_version"), 0, 0];
  const code = [10, 6, 1, 4, 0, 65, 1, 11];
  const module = new WebAssembly.Module(Uint8Array.from([...header, ...name, ...code]));
  await assertRefused(instantiate(module), "bad-module", /expected pocketrec.wasm of this version/);
});

describe("a changed modules.js is refused, and never gives wrong scores", () => {
  /** A copy of the module that has compiled nothing yet. */
  let compile;
  before(async () => ({ compile } = await import("../js/runtime/module.js?changed")));

  /** Another character at a place of a text. */
  const changed = (text, place) => {
    const at = Math.floor(place * text.length);
    return text.slice(0, at) + (text[at] === "A" ? "B" : "A") + text.slice(at + 1);
  };

  test("a character of the first module", async () => {
    for (let turn = 0; turn < 40; turn++) {
      const wrong = { ...modules, simd128: changed(modules.simd128, turn / 40) };
      await assertRefused(compile("simd128", wrong), "bad-module", "modules.js");
    }
  });

  test("a character of what unpacks it", async () => {
    for (let turn = 0; turn < 20; turn++) {
      const wrong = { ...modules, unpacker: changed(modules.unpacker, turn / 20) };
      await assertRefused(compile("simd128", wrong), "bad-module", "modules.js");
    }
  });

  test("the patch of the second", { skip: !modules.relaxed && "this build has none" }, async () => {
    const { relaxed } = modules;
    for (let turn = 0; turn < 20; turn++) {
      const patch = relaxed.toSpliced(3 * Math.floor((turn * relaxed.length) / 63), 3);
      await assertRefused(compile("relaxed", { ...modules, relaxed: patch }), "bad-module");
    }
  });
});

describe("an engine that does not start what unpacks the module", () => {
  for (const [what, error, code, message] of [
    [
      "a policy blocks it",
      new WebAssembly.CompileError("Refused"),
      "no-wasm",
      /'wasm-unsafe-eval'/,
    ],
    [
      "a policy blocks it, as in older WebKit",
      new EvalError("Refused"),
      "no-wasm",
      /'wasm-unsafe-eval'/,
    ],
    ["no memory is left", new RangeError("could not allocate"), "out-of-memory", /allocate/],
  ]) {
    for (const name of ["Module", "Instance"]) {
      test(`${what}: WebAssembly.${name}`, async (t) => {
        const { compile } = await import(`../js/runtime/module.js?${name}=${error}`);
        const refuse = function () {
          throw error;
        };
        t.mock.method(WebAssembly, name, refuse);
        await assertRefused(compile("simd128", modules), code, message);
      });
    }
  }
});

test("a policy that blocks WebAssembly only as it is instantiated, as in WebKit", async (t) => {
  const module = new WebAssembly.Module(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0));
  for (const WebKitError of [WebAssembly.CompileError, EvalError]) {
    const blocked = async () => {
      throw new WebKitError("Refused to create a WebAssembly object");
    };
    t.mock.method(WebAssembly, "instantiate", blocked);
    await assertRefused(instantiate(module), "no-wasm", /Refused.*'wasm-unsafe-eval'/);
  }
});

test('all that `import "pocketrec"` pulls in is under 68.8 kB brotli, in five files', () => {
  const files = filesOf("dist/index.js");
  assert.ok(files.size <= 5, [...files].join());
  const texts = [...files].map((file) => readFileSync(file));
  for (const text of texts) assert.doesNotMatch(text.toString(), /["'`]node:/, "nothing of Node's");
  const size = texts.reduce((sum, text) => sum + brotliCompressSync(text).length, 0);
  assert.ok(size < 68_800, `${size} bytes`);
});

/** A file and what it imports at once, and nothing else: each must lie beside it. */
function filesOf(file, found = new Set()) {
  if (found.has(file)) return found;
  found.add(file);
  const text = readFileSync(file, "utf8");
  for (const [, path] of text.matchAll(/\b(?:from|import)\s*"([^"]+)"/g)) {
    assert.match(path, /^\.\/[\w.-]+\.js$/, file);
    filesOf(`dist/${path.slice(2)}`, found);
  }
  return found;
}

test("an app's bundle of all of it is under 67.2 kB brotli", async () => {
  const { contents } = await bundled('export * from "./dist/index.js"');
  const size = brotliCompressSync(contents).length;
  assert.ok(size < 67_200, `${size} bytes`);
});

test("a bundler leaves out what is not used: loadModel alone is under 60.8 kB brotli", async () => {
  const { contents, text } = await bundled('export { loadModel } from "./dist/index.js"');
  const size = brotliCompressSync(contents).length;
  assert.ok(size < 60_800, `${size} bytes`);
  assert.doesNotMatch(text, /diversify/);
});

test("diversify brings the modules at its first call, in a chunk of its own", async () => {
  const options = { splitting: true, outdir: "out" };
  const files = await bundle('export { diversify } from "./dist/index.js"', options);
  const [first, ...later] = files.map(({ text }) => text);
  assert.doesNotMatch(first, /simd128:["'`]/);
  assert.ok(later.some((text) => /simd128:["'`]/.test(text)));
});

const bundled = async (contents) => (await bundle(contents))[0];

/** What an app's bundler makes of a module: the files, the first is the entry. */
async function bundle(contents, options) {
  const stdin = { contents, resolveDir: "." };
  const common = { stdin, bundle: true, minify: true, format: "esm", write: false };
  return (await build({ ...common, ...options })).outputFiles;
}

/** Whether an export of js/runtime/configs.js describes a struct. */
function isStruct(value) {
  return typeof value === "object";
}

/** The enumerators of headers: name to value. */
function constantsOf(headers) {
  const values = new Map();
  for (const [, body] of headers.matchAll(/enum[\w\s]*\{([^}]*)\}/g)) {
    let next = 0;
    for (const [, name, value] of body.matchAll(/(\w+)\s*(?:=\s*(-?\w+))?/g)) {
      next = value === undefined ? next : Number(value);
      values.set(name, next++);
    }
  }
  return values;
}

/** The structs of headers: name to fields. */
function structsOf(headers) {
  const structs = new Map();
  for (const [, name, body] of headers.matchAll(/typedef struct (\w+) \{([^}]*)\}/g)) {
    const fields = [...body.matchAll(/(\w+)\s([^;]*);/g)].flatMap(([, type, names]) =>
      names.split(",").map((entry) => {
        const [, name, length] = entry.match(/(\w+)(?:\[(\w*)\])?/);
        return { type, name, length };
      }),
    );
    structs.set(name, fields);
  }
  return structs;
}

// A weights file is data from a stranger: whatever is wrong with it has a code and a name, and the
// process goes on.
import assert from "node:assert/strict";
import { after, describe, test } from "node:test";

import { PocketrecError, loadModel } from "pocketrec";

import { uniform } from "./lib/random.js";
import { safetensorsOf, writeSafetensors } from "./lib/safetensors.js";
import { fileOf, fold, randomVector, randomWeights } from "./lib/weights.js";

const weights = randomWeights({ items: 20, users: 3, aggregates: true });
const good = fileOf(weights);

/** A file whose header was changed after the fact. */
const withHeader = (edit) => fileOf(weights, edit);

/** A file with other tensors: `changes` by name, undefined to leave one out. */
function withTensors(changes, info = weights.info) {
  const tensors = Object.fromEntries(
    Object.entries({ ...weights.tensors, ...changes }).filter(([, tensor]) => tensor),
  );
  return fileOf({ tensors, info });
}

/** A file that describes itself otherwise. */
const withInfo = (changes) =>
  fileOf({ tensors: weights.tensors, info: { ...weights.info, ...changes } });

function withValue(name, at, value) {
  const data = weights.tensors[name].data.slice();
  data[at] = value;
  return withTensors({ [name]: { ...weights.tensors[name], data } });
}

const shaped = (...shape) => ({ shape, data: new Float32Array(shape.reduce((a, b) => a * b, 1)) });

function patched(at, value) {
  const copy = good.slice(0);
  new DataView(copy).setBigUint64(at, value, true);
  return copy;
}

const text = (string) => new TextEncoder().encode(string);
const ids = (...lines) => ({
  dtype: "U8",
  shape: [text(lines.join("\n")).length],
  data: text(lines.join("\n")),
});
const twentyIds = Array.from({ length: 20 }, (_, i) => JSON.stringify(`film ${i}`));

/** [what is wrong, file, code, the name that the error carries] */
const LIES = [
  ["an empty file", new ArrayBuffer(0), "not-safetensors", "file"],
  ["a few bytes", text("hello"), "not-safetensors", "file"],
  [
    "an HTML page",
    text("<!doctype html><title>404</title>".padEnd(200)),
    "not-safetensors",
    "file",
  ],
  ["JSON alone", text('{"weights": []}'.padEnd(200)), "not-safetensors", "file"],
  ["a file cut off in its header", good.slice(0, 100), "truncated", "header"],
  ["a file cut off in its data", good.slice(0, good.byteLength - 100), "truncated", /\./],
  ["a header longer than the file", patched(0, BigInt(good.byteLength)), "truncated", "header"],
  ["a header of 2^53 bytes", patched(0, 2n ** 53n), "too-large", "header"],
  ["a header of 2^64 - 1 bytes", patched(0, 2n ** 64n - 1n), "too-large", "header"],
  ["a header that is no JSON", safetensorsOf("{nonsense", 0), "bad-header", "header"],
  [
    "a header that is not UTF-8",
    (() => {
      const file = good.slice(0);
      new Uint8Array(file)[20] = 0xff;
      return file;
    })(),
    "bad-header",
    "header",
  ],
  [
    "metadata that is no object of strings",
    withHeader((h) => ({ ...h, __metadata__: { pocketrec: 5 } })),
    "bad-header",
    "__metadata__",
  ],
  [
    "an entry that is null",
    withHeader((h) => ({ ...h, "gmf.item": null })),
    "bad-dtype",
    "gmf.item",
  ],
  [
    "an unknown dtype",
    withHeader((h) => ({ ...h, "gmf.item": { ...h["gmf.item"], dtype: "F128" } })),
    "bad-dtype",
    "gmf.item",
  ],
  [
    "the dtype __proto__",
    withHeader((h) => ({ ...h, "gmf.item": { ...h["gmf.item"], dtype: "__proto__" } })),
    "bad-dtype",
    "gmf.item",
  ],
  [
    "a dtype that is an object",
    withHeader((h) => ({ ...h, "gmf.item": { ...h["gmf.item"], dtype: { toString: 0 } } })),
    "bad-dtype",
    "gmf.item",
  ],
  [
    "a dtype in a list",
    withHeader((h) => ({ ...h, "gmf.item": { ...h["gmf.item"], dtype: ["F32"] } })),
    "bad-dtype",
    "gmf.item",
  ],
  [
    "a dtype that holds no weights",
    withTensors({ "gmf.item": { dtype: "I32", shape: [20, 6], data: new Int32Array(120) } }),
    "bad-dtype",
    "gmf.item",
  ],
  [
    "a shape that is no array",
    withHeader((h) => ({ ...h, "gmf.item": { ...h["gmf.item"], shape: "20x6" } })),
    "bad-shape",
    "gmf.item",
  ],
  [
    "a negative size",
    withHeader((h) => ({ ...h, "gmf.item": { ...h["gmf.item"], shape: [-20, -6] } })),
    "bad-shape",
    "gmf.item",
  ],
  [
    "a fractional size",
    withHeader((h) => ({ ...h, "gmf.item": { ...h["gmf.item"], shape: [0.5, 240] } })),
    "bad-shape",
    "gmf.item",
  ],
  [
    "sizes whose product is 2^53",
    withHeader((h) => ({ ...h, "gmf.item": { ...h["gmf.item"], shape: [2 ** 27, 2 ** 26] } })),
    "too-large",
    "gmf.item",
  ],
  [
    "sizes near 2^53",
    withHeader((h) => ({
      ...h,
      "gmf.item": { ...h["gmf.item"], shape: [Number.MAX_SAFE_INTEGER, 6] },
    })),
    "too-large",
    "gmf.item",
  ],
  [
    "a shape that is not its bytes",
    withHeader((h) => ({ ...h, "gmf.item": { ...h["gmf.item"], shape: [20, 5] } })),
    "bad-offsets",
    "gmf.item",
  ],
  [
    "offsets that are missing",
    withHeader((h) => ({ ...h, "gmf.item": { dtype: "F32", shape: [20, 6] } })),
    "bad-offsets",
    "gmf.item",
  ],
  [
    "offsets turned round",
    withHeader((h) => ({
      ...h,
      "gmf.item": { ...h["gmf.item"], data_offsets: [...h["gmf.item"].data_offsets].reverse() },
    })),
    "bad-offsets",
    "gmf.item",
  ],
  [
    "offsets past the end",
    withHeader((h) => ({ ...h, "gmf.item": { ...h["gmf.item"], data_offsets: [1e9, 1e9 + 480] } })),
    "truncated",
    "gmf.item",
  ],
  [
    "two tensors in one place",
    withHeader((h) => ({ ...h, "gmf.user": { ...h["gmf.user"], data_offsets: [0, 72] } })),
    "bad-offsets",
    /./,
  ],
  [
    "bytes after the last tensor",
    (() => {
      const file = new Uint8Array(good.byteLength + 16);
      file.set(new Uint8Array(good));
      return file;
    })(),
    "bad-offsets",
    "file",
  ],
  ["a hole between tensors", withHeader(({ "gmf.item": hidden, ...h }) => h), "bad-offsets", /./],
  [
    "a tensor twice",
    withHeader((h) =>
      JSON.stringify(h).replace("{", `{"gmf.item":${JSON.stringify(h["gmf.item"])},`),
    ),
    "duplicate-tensor",
    "gmf.item",
  ],
  [
    "a tensor twice, once written with an escape",
    withHeader((h) =>
      JSON.stringify(h).replace("{", `{"gmf.\\u0069tem":${JSON.stringify(h["gmf.item"])},`),
    ),
    "duplicate-tensor",
    "gmf.item",
  ],

  ["no description", writeSafetensors(weights.tensors), "bad-metadata", "__metadata__.pocketrec"],
  [
    "a description that is no JSON",
    writeSafetensors(weights.tensors, { pocketrec: "{" }),
    "bad-metadata",
    "__metadata__.pocketrec",
  ],
  [
    "a description that is null",
    writeSafetensors(weights.tensors, { pocketrec: "null" }),
    "unsupported",
    "format",
  ],
  ["a format from the future", withInfo({ format: 2 }), "unsupported", "format"],
  ["an unknown kind", withInfo({ kind: "transformer" }), "unsupported", "kind"],
  ["an unknown activation", withInfo({ activation: "constructor" }), "bad-metadata", "activation"],
  [
    "an activation that is an object",
    withInfo({ activation: { toString: 0 } }),
    "bad-metadata",
    "activation",
  ],
  ["an unknown output", withInfo({ output: "softmax" }), "bad-metadata", "output"],
  ["a rating scale of words", withInfo({ rating: { minimum: "one" } }), "bad-metadata", "rating"],
  ["a million steps", withInfo({ fold_in: { steps: 1e6 } }), "bad-metadata", "fold_in.steps"],
  [
    "negatives below zero",
    withInfo({ fold_in: { negatives: -1 } }),
    "bad-metadata",
    "fold_in.negatives",
  ],
  [
    "a step size that is a text",
    withInfo({ fold_in: { learning_rate: "0.1" } }),
    "bad-metadata",
    "fold_in.learning_rate",
  ],
  ["check vectors that are none", withInfo({ check: [{ vector: [1] }] }), "bad-metadata", "check"],

  [
    "check vectors of half a row",
    withInfo({ check: [{ vector: [1], items: [0.5], scores: [1] }] }),
    "bad-metadata",
    "check",
  ],
  [
    "user vectors too wide to be fitted",
    fileOf(randomWeights({ kind: "gmf", gmf: 1025, items: 2 })),
    "too-large",
    "user vector",
  ],

  ["no item table", withTensors({ "mlp.item": undefined }), "missing-tensor", "mlp.item"],
  ["no GMF table", withTensors({ "gmf.item": undefined }), "missing-tensor", "gmf.item"],
  [
    "no output layer",
    withTensors({ "output.weight": undefined }),
    "missing-tensor",
    "output.weight",
  ],
  [
    "a layer without its bias",
    withTensors({ "mlp.layers.1.bias": undefined }),
    "missing-tensor",
    "mlp.layers.1.bias",
  ],
  [
    "a layer of the wrong width",
    withTensors({ "mlp.layers.1.weight": shaped(5, 12) }),
    "bad-shape",
    "mlp.layers.1.weight",
  ],
  [
    "a tower without its first layer",
    withTensors({ "mlp.layers.0.weight": undefined }),
    "missing-tensor",
    "mlp.layers.0.weight",
  ],
  [
    "seventeen layers",
    fileOf(randomWeights({ widths: Array(17).fill(3) })),
    "unsupported",
    "mlp.layers.16.weight",
  ],
  [
    "a first layer without columns for the user",
    withTensors({ "mlp.layers.0.weight": shaped(13, 9) }),
    "bad-shape",
    "mlp.layers.0.weight",
  ],
  [
    "tables of different items",
    withTensors({ "gmf.item": shaped(19, 6) }),
    "bad-shape",
    "gmf.item",
  ],
  [
    "an output layer of another width",
    withTensors({ "output.weight": shaped(1, 12) }),
    "bad-shape",
    "output.weight",
  ],
  [
    "a matrix where a vector belongs",
    withTensors({ "output.bias": shaped(1, 1) }),
    "bad-shape",
    "output.bias",
  ],
  ["a table without rows", withTensors({ "mlp.item": shaped(0, 9) }), "bad-shape", "mlp.item"],
  ["a table without columns", withTensors({ "gmf.item": shaped(20, 0) }), "bad-shape", "gmf.item"],
  [
    "user tables of different people",
    withTensors({ "mlp.user": shaped(4, 7) }),
    "bad-shape",
    "mlp.user",
  ],
  [
    "a mean of another width",
    withTensors({ "gmf.user_mean": shaped(5) }),
    "bad-shape",
    "gmf.user_mean",
  ],
  [
    "a covariance that is none",
    withTensors({ "gmf.user_covariance": { shape: [6, 6], data: new Float32Array(36).fill(-1) } }),
    "bad-shape",
    "gmf.user_covariance",
  ],
  [
    "I8 without its scale",
    withTensors({ "gmf.item": { dtype: "I8", shape: [20, 6], data: new Int8Array(120) } }),
    "missing-tensor",
    "gmf.item.scale",
  ],
  [
    "I8 with half its scale",
    withTensors({
      "gmf.item": { dtype: "I8", shape: [20, 6], data: new Int8Array(120) },
      "gmf.item.scale": shaped(10),
    }),
    "bad-shape",
    "gmf.item.scale",
  ],
  [
    "I8 with a scale of halves",
    withTensors({
      "gmf.item": { dtype: "I8", shape: [20, 6], data: new Int8Array(120) },
      "gmf.item.scale": { dtype: "F16", shape: [20], data: new Uint16Array(20) },
    }),
    "bad-dtype",
    "gmf.item.scale",
  ],
  [
    "I8 with a scale that is NaN",
    withTensors({
      "gmf.item": { dtype: "I8", shape: [20, 6], data: new Int8Array(120).fill(1) },
      "gmf.item.scale": { shape: [20], data: new Float32Array(20).fill(NaN) },
    }),
    "not-finite",
    "gmf.item",
  ],
  ["NaN in a table", withValue("gmf.item", 119, NaN), "not-finite", "gmf.item"],
  [
    "infinity in a layer",
    withValue("mlp.layers.0.weight", 3, -Infinity),
    "not-finite",
    "mlp.layers.0.weight",
  ],
  ["NaN in a bias", withValue("output.bias", 0, NaN), "not-finite", "output.bias"],
  ["NaN in the mean user", withValue("gmf.user_mean", 5, NaN), "not-finite", "gmf.user_mean"],
  [
    "NaN in the first layer's folded half",
    fileOf({
      ...weights,
      tensors: {
        ...fold(weights.tensors),
        "mlp.item_hidden": { shape: [20, 13], data: new Float32Array(260).fill(NaN) },
      },
    }),
    "not-finite",
    "mlp.item_hidden",
  ],

  ["too few ids", withTensors({ item_ids: ids(...twentyIds.slice(1)) }), "bad-shape", "item_ids"],
  [
    "an id twice",
    withTensors({ item_ids: ids(...twentyIds.slice(1), twentyIds[1]) }),
    "bad-shape",
    "item_ids",
  ],
  [
    "ids that are no JSON",
    withTensors({ item_ids: ids(...twentyIds.slice(1), "film") }),
    "bad-metadata",
    "item_ids",
  ],
  [
    "an id that is an object",
    withTensors({ item_ids: ids(...twentyIds.slice(1), "{}") }),
    "bad-metadata",
    "item_ids",
  ],
  ["ids of floats", withTensors({ item_ids: shaped(20) }), "bad-dtype", "item_ids"],
  [
    "an id of 2^53",
    withTensors({
      item_ids: {
        dtype: "I64",
        shape: [20],
        data: BigInt64Array.from({ length: 20 }, (_, i) => 2n ** 53n + BigInt(i)),
      },
    }),
    "too-large",
    "item_ids",
  ],
];

describe("a file that lies", () => {
  for (const [what, file, code, subject] of LIES) {
    test(what, async () => {
      const error = await loadModel(file).then(
        () => assert.fail("it was loaded"),
        (error) => error,
      );
      assert.ok(error instanceof PocketrecError, String(error.stack));
      assert.equal(error.code, code, error.message);
      if (subject instanceof RegExp) assert.match(error.subject, subject);
      else assert.equal(error.subject, subject);
      assert.ok(
        error.expected && error.found && error.message.includes(error.subject),
        error.message,
      );
      assert.ok(error.message.length < 500, "short enough to be read");
    });
  }

  test("NaN in a trained user's row is said when somebody asks for the row", async () => {
    const model = await loadModel(withValue("gmf.user", 7, NaN));
    assert.throws(() => model.user({ id: 1 }), { code: "not-finite", subject: "gmf.user" });
    assert.equal(model.user({ id: 0 }).vector.length, 13);
  });

  after(async () => {
    const model = await loadModel(good);
    assert.equal(model.itemCount, 20, "the process is as usable as before");
  });
});

describe("a file that is odd, but fine", () => {
  test("tensors in any order, unknown ones among them", async () => {
    const tensors = Object.fromEntries(Object.entries(withMore()).reverse());
    const model = await loadModel(fileOf({ tensors, info: weights.info }));
    assert.equal(model.itemCount, 20);

    function withMore() {
      return {
        ...weights.tensors,
        "optimizer.step": { dtype: "I64", shape: [], data: new BigInt64Array(1) },
      };
    }
  });

  test("a view into a larger buffer, at an odd address", async () => {
    const large = new Uint8Array(good.byteLength + 7);
    large.set(new Uint8Array(good), 3);
    const model = await loadModel(large.subarray(3, 3 + good.byteLength));
    const plain = await loadModel(good);
    const vector = randomVector(13, 1);
    assert.deepEqual(
      model.score(model.user({ vector }), [1, 2, 3]),
      plain.score(plain.user({ vector }), [1, 2, 3]),
    );
  });

  test("a long and a deep description", async () => {
    let deep = 1;
    for (let level = 0; level < 3000; level++) deep = [deep];
    const model = await loadModel(withInfo({ name: '\\"x'.repeat(3 << 20), provenance: { deep } }));
    assert.ok(Object.isFrozen(model.info.provenance.deep[0][0]));
  });

  test("keys of an object's prototype as tensor names", async () => {
    const model = await loadModel(
      fileOf({
        ...weights,
        tensors: { ...weights.tensors, constructor: shaped(1), toString: shaped(2) },
      }),
    );
    assert.equal(model.kind, "neumf");
  });
});

test("a thousand files with random damage: each loads, or says what is wrong", async () => {
  const next = uniform(11);
  const codes = new Set();
  for (let round = 0; round < 1000; round++) {
    const file = new Uint8Array(good.slice(0));
    // Mostly in the header, where damage means something.
    for (let hit = 0; hit <= round % 4; hit++) {
      const at = Math.floor(next() * (round % 3 ? 1600 : file.length));
      file[at] = next() < 0.5 ? Math.floor(next() * 256) : file[at] ^ (1 << Math.floor(next() * 8));
    }
    const model = await loadModel(file).catch((error) => {
      assert.ok(error instanceof PocketrecError, `round ${round}: ${error.stack}`);
      codes.add(error.code);
    });
    if (!model) continue;
    assert.equal(
      model.recommend(model.user({ history: [] }), { topK: 5 }).length,
      5,
      `round ${round}`,
    );
    model.dispose();
  }
  assert.ok(codes.size > 4, [...codes].join(" "));
});

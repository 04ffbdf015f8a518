// Weights files are not trusted: whatever is wrong with one has a code and a name, and the process
// stays usable.
import assert from "node:assert/strict";
import { after, describe, test } from "node:test";

import { PocketrecError, loadModel } from "pocketrec";

import { ItemIndex } from "../js/file/item-ids.js";
import { assertRefused } from "./lib/assert-refused.js";
import { changedFile, filled, ids, int8, int32Table } from "./lib/changed-files.js";
import { lines, withValue, zeros } from "./lib/changed-files.js";
import { uniform } from "./lib/random.js";
import { safetensorsOf, writeSafetensors } from "./lib/safetensors.js";
import { fileOf, fold, randomVector, randomWeights } from "./lib/weights.js";

const ITEMS = 20;
const weights = randomWeights({ items: ITEMS, users: 3, aggregates: true });
const good = fileOf(weights);

/** A file whose header is changed after it was written. */
const withHeader = (edit) => fileOf(weights, edit);

/** A file with a tensor's number changed. */
const withNumber = (name, at, value) =>
  changedFile(weights, { [name]: withValue(weights.tensors[name], at, value) });

const text = (string) => new TextEncoder().encode(string);

/** The good file with 8 bytes overwritten. */
function patched(at, value) {
  const copy = good.slice(0);
  new DataView(copy).setBigUint64(at, value, true);
  return copy;
}

function withByte(at, value) {
  const copy = good.slice(0);
  new Uint8Array(copy)[at] = value;
  return copy;
}

function longer(bytes) {
  const file = new Uint8Array(good.byteLength + bytes);
  file.set(new Uint8Array(good));
  return file;
}

/** The refusal names its subject, says what was expected and found, and is short. */
async function assertNamed(file, code, subject) {
  const error = await assertRefused(loadModel(file), code, subject);
  assert.ok(error.expected && error.found, error.message);
  assert.ok(error.message.includes(error.subject), error.message);
  assert.ok(error.message.length < 500, "short enough to be read");
}

describe("the container", () => {
  const html = text("<!doctype html><title>404</title>".padEnd(200));
  const twice = (name) => (header) =>
    JSON.stringify(header).replace("{", `{"${name}":${JSON.stringify(header["gmf.item"])},`);
  const escaped = twice("gmf.\\u0069tem");
  const spaced = (header) => twice("gmf.item")(header).replace(/":/g, `"${" ".repeat(200)}:`);
  const overlap = (h) => ({ ...h, "gmf.user": { ...h["gmf.user"], data_offsets: [0, 72] } });
  const metadata = (h) => ({ ...h, __metadata__: { pocketrec: 5 } });
  const FILES = [
    ["an empty file", new ArrayBuffer(0), "not-safetensors", "file"],
    ["a few bytes", text("hello"), "not-safetensors", "file"],
    ["an HTML page", html, "not-safetensors", "file"],
    ["JSON alone", text('{"weights": []}'.padEnd(200)), "not-safetensors", "file"],
    ["a file cut off in its header", good.slice(0, 100), "truncated", "header"],
    ["a file cut off in its data", good.slice(0, good.byteLength - 100), "truncated", /\./],
    ["a header longer than the file", patched(0, BigInt(good.byteLength)), "truncated", "header"],
    ["a header of 2^53 bytes", patched(0, 2n ** 53n), "too-large", "header"],
    ["a header of 2^64 - 1 bytes", patched(0, 2n ** 64n - 1n), "too-large", "header"],
    ["a header without JSON", safetensorsOf("{nonsense", 0), "bad-header", "header"],
    ["a header not in UTF-8", withByte(20, 0xff), "bad-header", "header"],
    ["metadata with a number", withHeader(metadata), "bad-header", "__metadata__"],
    ["two tensors at one offset", withHeader(overlap), "bad-offsets", /./],
    ["bytes after the last tensor", longer(16), "bad-offsets", "file"],
    ["a gap between tensors", withHeader(({ "gmf.item": _, ...h }) => h), "bad-offsets", /./],
    ["a tensor twice", withHeader(twice("gmf.item")), "duplicate-tensor", "gmf.item"],
    ["a tensor twice, once escaped", withHeader(escaped), "duplicate-tensor", "gmf.item"],
    ["a tensor twice, far from its colon", withHeader(spaced), "duplicate-tensor", "gmf.item"],
  ];
  for (const [what, file, code, subject] of FILES)
    test(what, () => assertNamed(file, code, subject));

  const reversed = ({ data_offsets: offsets }) => ({ data_offsets: [...offsets].reverse() });

  // Changes to the header's entry of gmf.item, F32 [20, 6].
  const ENTRIES = [
    ["an unknown dtype", { dtype: "F128" }, "bad-dtype"],
    ["the dtype __proto__", { dtype: "__proto__" }, "bad-dtype"],
    ["a dtype that is an object", { dtype: { toString: 0 } }, "bad-dtype"],
    ["a dtype in a list", { dtype: ["F32"] }, "bad-dtype"],
    ["a shape that is a text", { shape: "20x6" }, "bad-shape"],
    ["a negative size", { shape: [-20, -6] }, "bad-shape"],
    ["a fractional size", { shape: [0.5, 240] }, "bad-shape"],
    ["sizes whose product is 2^53", { shape: [2 ** 27, 2 ** 26] }, "too-large"],
    ["sizes near 2^53", { shape: [Number.MAX_SAFE_INTEGER, 6] }, "too-large"],
    ["a shape of other bytes", { shape: [20, 5] }, "bad-offsets"],
    ["no offsets", { data_offsets: undefined }, "bad-offsets"],
    ["reversed offsets", reversed, "bad-offsets"],
    ["offsets past the end", { data_offsets: [1e9, 1e9 + 480] }, "truncated"],
  ];
  for (const [what, change, code] of [["an entry that is null", null, "bad-dtype"], ...ENTRIES])
    test(what, () => {
      const edit = ({ "gmf.item": entry, ...header }) => {
        const more = typeof change === "function" ? change(entry) : change;
        return { ...header, "gmf.item": more && { ...entry, ...more } };
      };
      return assertNamed(withHeader(edit), code, "gmf.item");
    });
});

// Each of these headers was read for a second or more.
describe("a header that is work", () => {
  const entry = '{"dtype":"F32","shape":[0],"data_offsets":[0,0]}';
  const many = (count, text) => Array.from({ length: count }, (_, i) => text(i.toString(36)));
  const described = (text) =>
    safetensorsOf(JSON.stringify({ __metadata__: { pocketrec: text } }), 0);
  const FILES = [
    ["10,001 tensors", `{${many(10_001, (i) => `"${i}":${entry}`)}}`],
    ["400,000 empty tensors", `{${many(400_000, (i) => `"${i}":${entry}`)}}`],
    ["more than 4 MB", `{${" ".repeat(2 ** 22)}}`],
    ["a million empty objects", `{"a":[${"{},".repeat(1e6)}1]}`],
    ["a million empty lists", `{"a":[${"[],".repeat(1e6)}1]}`],
    ["200,000 properties", `{"a":{${many(2e5, (i) => `"${i}":1`)}}}`],
    ["objects a million deep", `{"a":${"[".repeat(1e6)}${"]".repeat(1e6)}}`],
  ];
  for (const [what, text] of FILES)
    test(what, () => assertNamed(safetensorsOf(text, 0), "too-large", "header"));
  test("a description of a million objects", () =>
    assertNamed(described(`[${"{},".repeat(1e6)}1]`), "too-large", "header"));

  test("9,999 tensors are read", async () => {
    const text = `{${many(9_999, (i) => `"${i}":${entry}`)}}`;
    await assertNamed(safetensorsOf(text, 0), "bad-metadata", "__metadata__.pocketrec");
  });

  test("a description may be 100 levels deep, and no more", async () => {
    const deep = (levels) => {
      let value = 0;
      for (let i = 0; i < levels; i++) value = [value];
      return changedFile(weights, {}, { provenance: { value } });
    };
    assert.ok(await loadModel(deep(97)));
    await assertNamed(deep(98), "bad-metadata", "__metadata__.pocketrec");
  });
});

describe("the description", () => {
  const described = (pocketrec) => writeSafetensors(weights.tensors, pocketrec && { pocketrec });
  const MISSING = [
    ["none", described(), "bad-metadata", "__metadata__.pocketrec"],
    ["no JSON", described("{"), "bad-metadata", "__metadata__.pocketrec"],
    ["null", described("null"), "unsupported", "format"],
    ["a later format", changedFile(weights, {}, { format: 2 }), "unsupported", "format"],
    ["an unknown kind", changedFile(weights, {}, { kind: "transformer" }), "unsupported", "kind"],
  ];
  for (const [what, file, code, subject] of MISSING)
    test(what, () => assertNamed(file, code, subject));

  const check = (...entries) => ({ check: entries });
  const INFO = [
    ["an unknown activation", { activation: "constructor" }],
    ["an activation that is an object", { activation: { toString: 0 } }],
    ["activations for more layers", { activation: ["relu", "relu", "relu"] }],
    ["an unknown activation of a layer", { activation: ["relu", "softsign"] }],
    ["assumptions that are a text", { assumed: "relu" }],
    ["an assumption without a subject", { assumed: [{ value: "relu" }] }],
    ["an unknown output", { output: "softmax" }],
    ["a rating scale of words", { rating: { minimum: "one" } }],
    ["a million steps", { fold_in: { steps: 1e6 } }, "fold_in.steps"],
    ["negatives below zero", { fold_in: { negatives: -1 } }, "fold_in.negatives"],
    ["a step size that is a text", { fold_in: { learning_rate: "0.1" } }, "fold_in.learning_rate"],
    ["check vectors without scores", check({ vector: [1] })],
    ["check vectors of half a row", check({ vector: [1], items: [0.5], scores: [1] })],
  ];
  for (const [what, info, subject = Object.keys(info)[0]] of INFO)
    test(what, () => assertNamed(changedFile(weights, {}, info), "bad-metadata", subject));
});

describe("the tensors", () => {
  const withScale = (scale) => ({ "gmf.item": int8(20, 6), "gmf.item.scale": scale });
  const halves = { dtype: "F16", shape: [20], data: new Uint16Array(20) };
  const films = Array.from({ length: ITEMS }, (_, i) => JSON.stringify(`film ${i}`));
  const itemIds = (...last) => ({ item_ids: lines([...films.slice(1), ...last].join("\n")) });
  const largeIds = ids(...Array.from({ length: ITEMS }, (_, i) => 2n ** 53n + BigInt(i)));
  const SCALE = "gmf.item.scale";

  // The changed tensors (null: removed), and the subject if it is not the first of them.
  const TENSORS = [
    ["a dtype that holds no weights", { "gmf.item": int32Table(20, 6) }, "bad-dtype"],
    ["no item table", { "mlp.item": null }, "missing-tensor"],
    ["no GMF table", { "gmf.item": null }, "missing-tensor"],
    ["no output layer", { "output.weight": null }, "missing-tensor"],
    ["a layer without its bias", { "mlp.layers.1.bias": null }, "missing-tensor"],
    ["a layer of the wrong width", { "mlp.layers.1.weight": zeros(5, 12) }, "bad-shape"],
    ["a tower without its first layer", { "mlp.layers.0.weight": null }, "missing-tensor"],
    ["a first layer without user columns", { "mlp.layers.0.weight": zeros(13, 9) }, "bad-shape"],
    ["tables of different items", { "gmf.item": zeros(19, 6) }, "bad-shape"],
    ["an output layer of another width", { "output.weight": zeros(1, 12) }, "bad-shape"],
    ["a matrix instead of a vector", { "output.bias": zeros(1, 1) }, "bad-shape"],
    ["a table without rows", { "mlp.item": zeros(0, 9) }, "bad-shape"],
    ["a table without columns", { "gmf.item": zeros(20, 0) }, "bad-shape"],
    ["tables of different users", { "mlp.user": zeros(4, 7) }, "bad-shape"],
    ["a mean of another width", { "gmf.user_mean": zeros(5) }, "bad-shape"],
    ["an indefinite covariance", { "gmf.user_covariance": filled(-1, 6, 6) }, "bad-shape"],
    ["I8 without its scale", { "gmf.item": int8(20, 6) }, "missing-tensor", SCALE],
    ["I8 with half its scale", withScale(zeros(10)), "bad-shape", SCALE],
    ["I8 with a scale of halves", withScale(halves), "bad-dtype", SCALE],
    ["I8 with a scale of NaN", withScale(filled(NaN, 20)), "not-finite"],
    ["too few ids", itemIds(), "bad-shape"],
    ["an id twice", itemIds(films[1]), "bad-shape"],
    ["ids without JSON", itemIds("film"), "bad-metadata"],
    ["an id that is an object", itemIds("{}"), "bad-metadata"],
    ["ids of floats", { item_ids: zeros(20) }, "bad-dtype"],
    ["an id of 2^53", { item_ids: largeIds }, "too-large"],
  ];
  for (const [what, tensors, code, subject = Object.keys(tensors)[0]] of TENSORS)
    test(what, () => assertNamed(changedFile(weights, tensors), code, subject));

  const hidden = { ...fold(weights.tensors), "mlp.item_hidden": filled(NaN, 20, 13) };
  const foldedNaN = { ...weights, tensors: hidden };
  const FIRST = "mlp.layers.0.weight";
  const wide = randomWeights({ kind: "gmf", gmf: 1025, items: 2 });
  const deep = randomWeights({ widths: Array(17).fill(3) });
  const FILES = [
    ["user vectors too wide to be fitted", fileOf(wide), "too-large", "user vector"],
    ["seventeen layers", fileOf(deep), "unsupported", "mlp.layers.16.weight"],
    ["NaN in a table", withNumber("gmf.item", 119, NaN), "not-finite", "gmf.item"],
    ["infinity in a layer", withNumber(FIRST, 3, -Infinity), "not-finite", FIRST],
    ["NaN in a bias", withNumber("output.bias", 0, NaN), "not-finite", "output.bias"],
    ["NaN in the mean user", withNumber("gmf.user_mean", 5, NaN), "not-finite", "gmf.user_mean"],
    ["NaN in folded items", fileOf(foldedNaN), "not-finite", "mlp.item_hidden"],
  ];
  for (const [what, file, code, subject] of FILES)
    test(what, () => assertNamed(file, code, subject));

  test("NaN in a training user's row is refused when the row is read", async () => {
    const model = await loadModel(withNumber("gmf.user", 7, NaN));
    assert.throws(() => model.user({ id: 1 }), { code: "not-finite", subject: "gmf.user" });
    assert.equal(model.user({ id: 0 }).vector.length, 13);
  });

  after(async () => {
    const model = await loadModel(good);
    assert.equal(model.itemCount, 20, "the process stays usable");
  });
});

describe("unusual files that are valid", () => {
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
    for (let level = 0; level < 90; level++) deep = [deep];
    const model = await loadModel(
      changedFile(weights, {}, { name: '\\"x'.repeat(1 << 17), provenance: { deep } }),
    );
    assert.ok(Object.isFrozen(model.info.provenance.deep[0][0]));
  });

  test("keys of an object's prototype as tensor names", async () => {
    const model = await loadModel(
      fileOf({
        ...weights,
        tensors: { ...weights.tensors, constructor: zeros(1), toString: zeros(2) },
      }),
    );
    assert.equal(model.kind, "neumf");
  });
});

test("a thousand files with random damage either load or are refused", async () => {
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

test("ids are salted: numbers that a stranger chose do not share a bucket of the Map", () => {
  const ids = [7, -3, 2 ** 31 - 1, 2 ** 40, 1.5, "7", "\u00007", "a"];
  const items = new ItemIndex(ids.length, ids);
  assert.deepEqual(
    ids.map((id) => items.find(id)),
    [...ids.keys()],
  );
  assert.deepEqual(
    [8, "\u00001.5", "x", undefined, 7n].map((id) => items.find(id)),
    Array(5).fill(undefined),
  );
  const numbers = [...items.rows.keys()].filter((key) => typeof key === "number");
  assert.deepEqual(
    numbers.filter((key) => ids.includes(key)),
    [],
  );
});

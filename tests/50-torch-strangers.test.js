// Files of PyTorch and numpy from strangers: small ones that want minutes or gigabytes, the old format, and damage.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { readNpy, readNpz } from "../js/convert/numpy.js";
import { readPickle } from "../js/convert/pickle.js";
import { readTorch } from "../js/convert/torch.js";
import { PocketrecError } from "../js/errors.js";
import { legacyTorch, npy } from "./lib/torch-writer.js";
import { dict, op, pickle, tensor } from "./lib/pickle-writer.js";
import { uniform } from "./lib/random.js";
import { torchZip, zip } from "./lib/zip-writer.js";

const one = (more) => tensor({ count: 1, shape: [1], strides: [1], ...more });
const object = (path, ...state) => [op.global(...path), op.empty, op.newObject, ...state, op.build];
const module = (name, parts) => object(["model", name], ...dict({ _parameters: [op.dict], _modules: [op.dict], ...parts }));
const times = (count, part) => Array.from({ length: count }, (_, i) => part(i)).flat();
const names = (checkpoint) => [...checkpoint.tensors.keys()];
const fails = (code, about = /./) => (error) => {
  assert.ok(error instanceof PocketrecError, error.stack);
  assert.equal(error.code, code, error.message);
  assert.match(error.message, about);
  return true;
};

describe("small pickles that want much", () => {
  test("a call in a call, a hundred thousand deep", () => {
    const parts = [op.global("torch._tensor", "_rebuild_from_type_v2"), op.put(0), op.empty, op.put(1)];
    const deeper = [op.get(0), op.none, op.get(1), op.tuple3, op.put(1), op.pop];
    const file = pickle(...parts, Buffer.concat(times(100_000, () => deeper).map((part) => Buffer.from(part, "latin1"))),
      op.get(0), op.get(1), op.reduce);
    assert.throws(() => readPickle(file), fails("unsafe", /_rebuild_from_type_v2/));
  });

  test("an object whose attributes are the same large dict three thousand times over", async () => {
    const large = [op.dict, op.put(0), op.mark, ...times(50_000, (i) => [op.int(i), op.none]), op.setItems];
    const state = [op.mark, ...times(3000, () => op.get(0)), op.tuple];
    const file = pickle(...object(["model", "A"], ...large, op.pop, ...state));
    await assert.rejects(readTorch(file), fails("missing-tensor", /an object of "model.A"/));
  });

  test("a module with parts that have no names, met two thousand times", async () => {
    const nameless = times(50_000, () => [op.empty, op.none]);
    for (const part of ["_buffers", "_modules", "more"]) {
      const state = dict({ _parameters: [op.dict], _modules: [op.dict], [part]: [op.dict, op.mark, ...nameless, op.setItems] });
      const file = pickle(op.list, op.mark, ...object(["model", "A"], ...state), op.put(0), ...times(2000, () => op.get(0)), "e");
      await assert.rejects(readTorch(file), PocketrecError, part);
    }
    const own = [...dict({ _parameters: [op.dict], _modules: [op.dict] }), op.mark, ...nameless, op.setItems];
    const file = pickle(op.list, op.mark, ...object(["model", "A"], ...own), op.put(0), ...times(2000, () => op.get(0)), "e");
    await assert.rejects(readTorch(file), fails("too-large"));
  });

  test("a module whose buffers are itself", async () => {
    const start = [op.global("model", "A"), op.empty, op.newObject, op.put(0)];
    const state = dict({ _parameters: [op.dict], _modules: [op.dict], _buffers: [op.get(0)], w: one() });
    const checkpoint = await readTorch(torchZip(pickle(...start, ...state, op.build), { 0: [7] }));
    assert.deepEqual(names(checkpoint), ["w"]);
  });

  test("three thousand dicts in each other, by a long name", async () => {
    const parts = [op.text("k".repeat(200)), op.put(0), op.dict];
    const deeper = [op.put(1), op.dict, op.get(0), op.get(1), op.setItem, op.text("v"), op.int(1), op.setItem];
    const state = dict({ w: one(), deep: [op.get(1)] });
    const file = pickle(...parts, ...times(3000, () => deeper), op.put(1), ...state);
    const { tensors, settings } = await readTorch(torchZip(file, { 0: [7] }));
    assert.deepEqual([...tensors.keys()], ["w"]);
    assert.deepEqual(Object.keys(settings).map((name) => name.length), [6, 207, 408, 609, 810]);
  });

  test("a thousand tensors in a storage that inflates to a thousand times its size", async () => {
    const count = 10_000_000;
    const parts = [op.list, op.mark, ...times(1000, (i) => one({ count, offset: i })), "e"];
    const file = zip([{ name: "a/data.pkl", data: pickle(...parts) }, { name: "a/data/0", data: new Uint8Array(4 * count), deflate: true }]);
    const { tensors } = await readTorch(file);
    assert.deepEqual([tensors.size, tensors.get("999").values], [1000, Float32Array.of(0)]);
  });

  test("a name with line breaks is told in one line", () => {
    const parts = [op.text("model"), op.text("run\n\x1b[2J"), op.stackGlobal, op.empty, op.reduce];
    assert.throws(() => readPickle(pickle(...parts)), fails("unsafe", /^[ -~]+$/));
  });
});

// Memory that is used again holds nothing of its first use, and a model that is refused lets its
// memory go.
import assert from "node:assert/strict";
import { test } from "node:test";

import { loadModel } from "pocketrec";

import { Memory } from "../js/runtime/memory.js";
import { ids } from "./lib/changed-files.js";
import { writeSafetensors } from "./lib/safetensors.js";
import { randomTwoStage } from "./lib/two-stage.js";
import { fileOf, randomWeights } from "./lib/weights.js";

test("an allocated buffer is zero, also where scratch buffers have been", () => {
  const memory = new Memory({
    memory: new WebAssembly.Memory({ initial: 1 }),
    pr_heap_base: () => 1024,
  });
  const [first, second] = memory.scratch(100, 70_000);
  memory.u8(first, 100).fill(1);
  memory.u8(second, 70_000).fill(2);
  const bytes = memory.u8(memory.allocate(50_000), 50_000);
  assert.ok(bytes.every((byte) => byte === 0));
});

test("a pack in the buffer of another has zeros for padding", async () => {
  const [small, large, width] = [5, 100, 9];
  const weights = randomTwoStage({ kind: "candidates" });
  const vectors = { shape: [small, width], data: new Float32Array(small * width).fill(0.5) };
  const pack = (count, tensors) =>
    writeSafetensors({ item_ids: ids(...Array.from({ length: count }, (_, i) => i)), ...tensors });
  // As floats, these bytes are NaN: padding of the second pack that keeps them is seen.
  const bytes = pack(large, {
    "item.embedding": {
      dtype: "I8",
      shape: [large, width],
      data: new Int8Array(large * width).fill(127),
    },
    "item.embedding.scale": { shape: [large], data: new Float32Array(large).fill(1) },
  });
  const model = await loadModel(fileOf(weights));
  const user = model.user({ vector: new Float32Array(width).fill(1) });
  assert.equal(model.rank(user, await model.openCandidates(bytes)).length, large);
  const next = await model.openCandidates(pack(small, { "item.embedding": vectors }));
  assert.deepEqual([...model.score(user, next, { raw: true })], Array(small).fill(width / 2));
});

test("a model whose check vectors fail is disposed of", async (t) => {
  const check = [{ vector: Array(6).fill(0), items: [1], scores: [0.123] }];
  const file = fileOf(randomWeights({ kind: "gmf", info: { check } }));
  const { constructor } = await loadModel(file);
  const dispose = t.mock.method(constructor.prototype, "dispose");
  await assert.rejects(loadModel(file, { verify: true }), { code: "verify-failed" });
  assert.equal(dispose.mock.callCount(), 1);
});

// The popularity of items: read from files of any kind and from packs, kept by what rewrites files.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";

import { loadModel } from "pocketrec";
import { packMaker } from "pocketrec/packs";
import { createWorker } from "pocketrec/worker";

import { readSafetensors } from "../js/file/safetensors.js";
import { writeSafetensors } from "../js/file/write-safetensors.js";
import { assertRefused } from "./lib/assert-refused.js";
import { randomTwoStage } from "./lib/two-stage.js";
import { fileOf, randomWeights } from "./lib/weights.js";

const ITEMS = 12;
const COUNTS = Array.from({ length: ITEMS }, (_, row) => (row * row * 7919) % 400);
const I32 = { dtype: "I32", shape: [ITEMS], data: Int32Array.from(COUNTS) };
const F32 = { dtype: "F32", shape: [ITEMS], data: Float32Array.from(COUNTS) };
const IDS = {
  dtype: "I64",
  shape: [ITEMS],
  data: BigInt64Array.from({ length: ITEMS }, (_, row) => BigInt(100 + row)),
};

/** A file with these tensors beside its own. */
function fileWith(more, parts = randomWeights({ kind: "gmf", items: ITEMS, gmf: 4 })) {
  return fileOf({ ...parts, tensors: { ...parts.tensors, ...more } });
}

describe("model.popularity", () => {
  for (const [dtype, item_popularity] of Object.entries({ I32, F32 }))
    test(`${dtype}: of ids, rows and unknown items`, async () => {
      const model = await loadModel(fileWith({ item_popularity, item_ids: IDS }));
      assert.deepEqual([...model.popularity(model.ids())], COUNTS);
      assert.deepEqual([...model.popularity(["103", 7, 100])], [COUNTS[3], NaN, COUNTS[0]]);
      assert.deepEqual([...model.popularity(Uint32Array.of(2, 11))], [COUNTS[2], COUNTS[11]]);
      assert.throws(() => model.popularity(Uint32Array.of(12)), { code: "unknown-item" });
      assert.throws(() => model.popularity(7), { code: "bad-argument" });
    });

  test("a file without it gives undefined", async () => {
    const model = await loadModel(fileWith({}));
    assert.equal(model.popularity([1, 2]), undefined);
  });

  for (const path of ["autoencoder", "autorec-item", "cdae", "mult-dae", "ranker", "sasrec-after"])
    test(`golden/${path}`, async () => {
      const bytes = readFileSync(`tests/golden/${path}.safetensors`);
      const { itemCount } = await loadModel(bytes);
      const { tensors, metadata } = readSafetensors(bytes);
      const counts = Int32Array.from({ length: itemCount }, (_, row) => row);
      const tensor = { name: "item_popularity", dtype: "I32", shape: [itemCount] };
      const more = { ...tensor, bytes: new Uint8Array(counts.buffer) };
      const file = writeSafetensors([...tensors.values(), more], JSON.parse(metadata.pocketrec));
      const model = await loadModel(file, { verify: true });
      assert.deepEqual([...model.popularity(Uint32Array.of(itemCount - 1, 0))], [itemCount - 1, 0]);
    });

  test("the same in a worker", async (t) => {
    const worker = createWorker();
    t.after(() => worker.terminate());
    const model = await worker.loadModel(fileWith({ item_popularity: I32 }));
    assert.deepEqual([...(await model.popularity([3, 4]))], [COUNTS[3], COUNTS[4]]);
    const pack = await model.openCandidates(
      packMaker(fileWith({ item_popularity: F32 })).pack([5]),
    );
    assert.deepEqual([...(await model.popularity(pack))], [COUNTS[5]]);
  });
});

describe("what is refused by name", () => {
  const wrong = (at, value) => ({ ...F32, data: F32.data.with(at, value) });
  const REFUSED = {
    "another dtype": [{ ...I32, dtype: "U32" }, "bad-dtype"],
    "another length": [{ ...I32, shape: [ITEMS - 1], data: I32.data.slice(1) }, "bad-shape"],
    "two axes": [{ ...I32, shape: [ITEMS, 1] }, "bad-shape"],
    "a negative count": [{ ...I32, data: I32.data.with(4, -1) }, "not-finite"],
    "a negative number": [wrong(4, -0.5), "not-finite"],
    NaN: [wrong(0, NaN), "not-finite"],
    infinity: [wrong(11, Infinity), "not-finite"],
  };
  for (const [title, [item_popularity, code]] of Object.entries(REFUSED))
    test(title, async () => {
      await assertRefused(loadModel(fileWith({ item_popularity })), code, "item_popularity");
      const model = await loadModel(fileWith({}));
      const { tensors, info } = randomWeights({ kind: "gmf", items: ITEMS, gmf: 4 });
      const file = fileOf({ info, tensors: { ...tensors, item_ids: IDS, item_popularity } });
      await assertRefused(model.openCandidates(file), code, "item_popularity");
    });
});

describe("packs", () => {
  const parts = randomTwoStage({ kind: "candidates", items: ITEMS });
  const file = fileWith({ item_popularity: I32 }, parts);

  test("a pack brings the numbers of its items, also to a file without items", async () => {
    const maker = packMaker(file);
    for (const bytes of [file, maker.withoutItems()]) {
      const model = await loadModel(bytes);
      const pack = await model.openCandidates(maker.pack([9, 2]));
      assert.deepEqual([...model.popularity(pack)], [COUNTS[9], COUNTS[2]]);
    }
    assert.ok(!readSafetensors(maker.withoutItems()).tensors.has("item_popularity"));
  });

  test("of a pack without them, the model's own", async () => {
    const model = await loadModel(file);
    const pack = await model.openCandidates(packMaker(fileOf(parts)).pack([9, 2]));
    assert.deepEqual([...model.popularity(pack)], [COUNTS[9], COUNTS[2]]);
  });
});

test("a fused model has that of its files", async () => {
  const item_popularity = I32;
  const gmf = fileWith({ item_popularity });
  const mlp = fileWith({ item_popularity }, randomWeights({ kind: "mlp", items: ITEMS }));
  assert.deepEqual([...(await loadModel({ gmf, mlp })).popularity([3])], [COUNTS[3]]);
});

describe("the command line", () => {
  const folder = mkdtempSync(join(tmpdir(), "pocketrec-popularity-"));
  const path = (name) => join(folder, name);
  const run = (...words) =>
    execFileSync(process.execPath, ["cli/dist/main.js", ...words], { encoding: "utf8" });
  const countsOf = async (name) => [...(await loadModel(path(name))).popularity(rows)];
  const rows = Uint32Array.from(COUNTS.keys());
  test.after(() => rmSync(folder, { recursive: true }));

  for (const [dtype, item_popularity] of Object.entries({ I32, F32 }))
    test(`${dtype}: kept by quantize and convert, shown by inspect`, async () => {
      const parts = randomWeights({ items: ITEMS, users: 5 });
      writeFileSync(path("whole"), new Uint8Array(fileWith({ item_popularity }, parts)));
      for (const precision of ["f16", "i8"]) {
        run("quantize", path("whole"), "--dtype", precision, "-o", path(precision));
        assert.deepEqual(await countsOf(precision), COUNTS);
      }
      run("convert", path("whole"), "-o", path("converted"));
      assert.deepEqual(await countsOf("converted"), COUNTS);
      const sorted = [...COUNTS].sort((a, b) => a - b);
      const line = `popularity least ${sorted[0]}; median ${sorted[6]}; most ${sorted[11]}`;
      assert.ok(run("inspect", path("converted")).includes(`\n${line}\n`));
    });

  test("written by train", async () => {
    const lines = ["a,1", "a,2", "b,1", "b,3", "c,1", "c,2", "c,1"];
    writeFileSync(path("ratings.csv"), ["user,item", ...lines].join("\n"));
    const data = [path("ratings.csv"), "--min-ratings", "1", "-o", path("trained")];
    run("train", "itemknn", ...data, "--held-out", "0");
    const model = await loadModel(path("trained"));
    assert.deepEqual([...model.popularity([1, 2, 3])], [3, 2, 1]);
  });
});

// Packs that pocketrec/packs makes: a model ranks them as it ranks the same items of its own file.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import { promisify } from "node:util";

import { loadModel } from "pocketrec";
import { packMaker } from "pocketrec/packs";

import { stored } from "./lib/autoencoder.js";
import { folded, randomTwoStage } from "./lib/two-stage.js";
import { fileOf, randomWeights } from "./lib/weights.js";

const run = promisify(execFile);
const ITEMS = 90;
const HISTORY = [3, 88, 41];
const PACKED = [17, 3, 55, 89, 0, 42];

const two = (kind, more) => randomTwoStage({ kind, items: ITEMS, ...more });
const inI8 = ({ tensors, info }, names) => ({ tensors: stored(tensors, "I8", names).file, info });
const FILES = {
  candidates: two("candidates"),
  "candidates in I8": inI8(two("candidates", { tower: [8, 33] }), ["item.embedding"]),
  ranker: two("ranker"),
  "a folded ranker": folded(two("ranker"), ITEMS),
  gmf: randomWeights({ items: ITEMS, gmf: 7, itemBias: true }),
  neumf: randomWeights({ items: ITEMS, gmf: 7, tower: [16, 8] }),
};

for (const [title, parts] of Object.entries(FILES)) {
  describe(title, () => {
    const bytes = fileOf(parts);
    const user = (model) =>
      model.user({ history: HISTORY, ...(model.info.features?.length ? { features: {} } : {}) });

    test("a pack's items score as in the file itself", async () => {
      const model = await loadModel(bytes, { simd: "simd128" });
      const pack = await model.openCandidates(packMaker(bytes).pack(PACKED));
      assert.deepEqual(pack.items, PACKED);
      const rows = Uint32Array.from(PACKED);
      assert.deepEqual(model.score(user(model), pack), model.score(user(model), rows));
    });

    test("a Buffer is as good as a Uint8Array, wherever its memory begins", async () => {
      const buffer = Buffer.concat([Buffer.alloc(3), new Uint8Array(bytes)]).subarray(3);
      const [maker, plain] = [buffer, bytes].map((file) => packMaker(file));
      assert.deepEqual(maker.pack(PACKED), plain.pack(PACKED));
      if (parts.info.features?.length) assert.deepEqual(maker.withoutItems(), plain.withoutItems());
      const [one, other] = await Promise.all([loadModel(buffer), loadModel(bytes)]);
      assert.deepEqual(one.score(user(one), PACKED), other.score(user(other), PACKED));
    });

    test("the file without its items ranks the pack alike, or is refused", async () => {
      const maker = packMaker(bytes);
      if (!parts.info.features?.length) {
        assert.throws(() => maker.withoutItems(), { code: "unsupported" });
        return;
      }
      const [whole, rest] = await Promise.all(
        [bytes, maker.withoutItems()].map((file) => loadModel(file, { simd: "simd128" })),
      );
      const scores = [];
      for (const model of [whole, rest]) {
        const pack = await model.openCandidates(maker.pack(PACKED));
        scores.push(model.score(user(model), pack));
      }
      assert.deepEqual(scores[1], scores[0]);
    });
  });
}

test("a pack names its items as the file does, whatever the type of the ids given", async () => {
  const { tensors, info } = FILES.gmf;
  const data = BigInt64Array.from({ length: ITEMS }, (_, row) => BigInt(100 + row));
  const bytes = fileOf({
    info,
    tensors: { ...tensors, item_ids: { dtype: "I64", shape: [ITEMS], data } },
  });
  const maker = packMaker(bytes);
  const model = await loadModel(bytes);
  assert.deepEqual((await model.openCandidates(maker.pack(["103", 101]))).items, [103, 101]);
  assert.throws(() => maker.pack(["103", 103]), { code: "bad-argument" });
});

describe("what cannot be packed", () => {
  const maker = packMaker(fileOf(FILES.gmf));
  const REFUSED = {
    "an item that the file lacks": [() => maker.pack([3, 5000]), "unknown-item"],
    "an item given twice": [() => maker.pack([3, 3]), "bad-argument"],
    "no item": [() => maker.pack([]), "bad-argument"],
    "no list": [() => maker.pack(7), "bad-argument"],
    "no file": [() => packMaker("gmf.safetensors"), "bad-argument"],
    "other bytes": [() => packMaker(new Uint8Array(100)), "not-safetensors"],
    "an autoencoder": [
      () => packMaker(readFileSync("tests/golden/autoencoder.safetensors")),
      "unsupported",
    ],
  };
  for (const [title, [make, code]] of Object.entries(REFUSED)) {
    test(title, () => assert.throws(make, { name: "PocketrecError", code }));
  }
});

test("pocketrec pack writes a pack, and the rest of the file", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "pocketrec-pack-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const [file, out, rest, ids] = ["ranker.safetensors", "pack", "rest", "ids.txt"].map((n) =>
    join(folder, n),
  );
  writeFileSync(file, new Uint8Array(fileOf(FILES.ranker)));
  writeFileSync(ids, PACKED.join("\n"));
  const words = ["cli/dist/main.js", "pack", file, "--items", ids, "-o", out, "--rest", rest];
  assert.match((await run(process.execPath, words)).stdout, /^6 of 90 items, /);
  assert.deepEqual(new Uint8Array(readFileSync(out)), packMaker(fileOf(FILES.ranker)).pack(PACKED));
  const model = await loadModel(rest);
  assert.equal((await model.openCandidates(out)).itemCount, PACKED.length);
});

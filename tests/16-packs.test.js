// Candidate packs: items that bring their own rows, for a file that has them too and for one that
// has none.
import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { loadModel } from "pocketrec";

import { assertClose } from "./lib/assert-close.js";
import { stored } from "./lib/autoencoder.js";
import { writeSafetensors } from "./lib/safetensors.js";
import { folded, randomTwoStage } from "./lib/two-stage.js";
import { VARIANTS } from "./lib/variants.js";
import { fileOf, randomWeights } from "./lib/weights.js";

const ITEMS = 90;
const HISTORY = [3, 88, 41];

const idsTensor = (ids) => {
  const data = new TextEncoder().encode(ids.map((id) => JSON.stringify(id)).join("\n"));
  return { dtype: "U8", shape: [data.length], data };
};

/** Rows of a table. */
const gathered = ({ shape: [, width = 1], data, dtype }, rows, isVector = false) => ({
  dtype,
  shape: isVector ? [rows.length] : [rows.length, width],
  data: data.constructor.from(
    rows.flatMap((row) => [...data.slice(row * width, (row + 1) * width)]),
  ),
});

/** The pack of some rows of a file, under the ids of `nameOf`. */
function packOf({ tensors, info }, rows, nameOf = (row) => row) {
  const side = { item_ids: idsTensor(rows.map(nameOf)) };
  for (const name of ["item.embedding", "item.hidden", "gmf.item", "mlp.item", "mlp.item_hidden"]) {
    if (tensors[name]) side[name] = gathered(tensors[name], rows);
    if (tensors[`${name}.scale`])
      side[`${name}.scale`] = gathered(tensors[`${name}.scale`], rows, true);
  }
  if (tensors["item.bias"]) side["item.bias"] = gathered(tensors["item.bias"], rows, true);
  for (const { name, several } of info.features ?? []) {
    const values = tensors[`${name}.values`];
    const offsets = tensors[`${name}.offsets`]?.data;
    if (values && !several) side[`${name}.values`] = gathered(values, rows, true);
    if (!values || !several) continue;
    const lists = rows.map((row) => [...values.data.slice(offsets[row], offsets[row + 1])]);
    const data = Int32Array.from(lists.flat());
    const ends = lists.reduce((all, list) => [...all, all.at(-1) + list.length], [0]);
    side[`${name}.values`] = { dtype: "I32", shape: [data.length], data };
    side[`${name}.offsets`] = { dtype: "I32", shape: [ends.length], data: Int32Array.from(ends) };
  }
  return writeSafetensors(side);
}

/** A file without its items. */
function without({ tensors, info }) {
  const isItems = /^(item\.|genres\.(values|offsets)|language\.values|released\.values)/;
  const left = Object.entries(tensors).filter(([name]) => !isItems.test(name));
  return {
    tensors: {
      ...Object.fromEntries(left),
      item_ids: idsTensor(Array.from({ length: ITEMS }, (_, row) => row)),
    },
    info,
  };
}

const two = (kind, more) => randomTwoStage({ kind, items: ITEMS, ...more });
const FILES = {
  candidates: two("candidates"),
  "candidates in I8": (({ tensors, info }) => ({
    tensors: stored(tensors, "I8", ["item.embedding"]).file,
    info,
  }))(two("candidates", { tower: [8, 33] })),
  "candidates with a softmax": two("candidates", { info: { output: "softmax" } }),
  "candidates of length 1": two("candidates", { info: { normalize: "l2" } }),
  ranker: two("ranker"),
  "a folded ranker": folded(two("ranker"), ITEMS),
  gmf: randomWeights({ items: ITEMS, gmf: 7, itemBias: true }),
  neumf: randomWeights({ items: ITEMS, gmf: 7, tower: [16, 8] }),
};

for (const { simd, skip } of VARIANTS) {
  describe(`packs, ${simd}`, { skip }, () => {
    for (const [name, weights] of Object.entries(FILES)) {
      const isTwoStage = "features" in weights.info;
      const rows = [17, 3, 60, 0, 89, 41, 5, 6, 7];
      test(`${name}: the same scores as in the whole file, to the bit`, async () => {
        const model = await loadModel(fileOf(weights), { simd });
        const user = model.user({ history: HISTORY });
        const pack = await model.openCandidates(packOf(weights, rows));
        const scores = model.score(user, Uint32Array.from(rows));
        assert.deepEqual(pack.items, rows);
        assert.equal(pack.itemCount, rows.length);
        assert.deepEqual(model.score(user, pack), scores);
        assert.deepEqual(
          model.rank(user, pack, { topK: 4, exclude: HISTORY }),
          model.rank(user, Uint32Array.from(rows), { topK: 4, exclude: HISTORY }),
        );
        assert.deepEqual(model.vectors(pack), model.vectors(Uint32Array.from(rows)));
        // The model's own are in use again.
        assert.deepEqual(model.score(user, Uint32Array.from(rows)), scores);
        assert.deepEqual(model.user({ history: HISTORY }).vector, user.vector);
      });

      if (!isTwoStage || weights.info.output === "softmax") continue;
      test(`${name}: a file without items ranks what it is sent`, async () => {
        const whole = await loadModel(fileOf(weights), { simd });
        const bare = await loadModel(fileOf(without(weights)), { simd });
        const user = bare.user({ history: HISTORY });
        const pack = await bare.openCandidates(packOf(weights, rows));
        const expected = whole.rank(whole.user({ history: HISTORY }), Uint32Array.from(rows));
        assert.deepEqual(bare.rank(user, pack), expected);
        assert.deepEqual(
          bare.explain(user, 60, { pack }),
          whole.explain(whole.user({ history: HISTORY }), 60),
        );
        assert.throws(() => bare.explain(user, 61, { pack }), { code: "unknown-item" });
        for (const call of [
          () => bare.recommend(user),
          () => bare.score(user, [1]),
          () => bare.rank(user, [1]),
          () => bare.vectors([1]),
          () => bare.explain(user, 1),
        ]) {
          assert.throws(call, { code: "bad-argument", subject: "items", hint: /openCandidates/ });
        }
      });
    }

    test("packs in turns, a bigger after a smaller, keep to the room they took", async () => {
      const weights = FILES.ranker;
      const model = await loadModel(fileOf(weights), { simd });
      const user = model.user({ history: HISTORY });
      const lists = [[1, 2, 3], Array.from({ length: 80 }, (_, i) => i), [9], [4, 5, 6, 7]];
      const packs = await Promise.all(
        lists.map((rows) => model.openCandidates(packOf(weights, rows))),
      );
      const expected = lists.map((rows) => model.score(user, Uint32Array.from(rows)));
      for (const i of [0, 1, 2, 3, 1, 0, 3, 2])
        assert.deepEqual(model.score(user, packs[i]), expected[i]);
      const { bytes } = model;
      for (let turn = 0; turn < 60; turn++) {
        const pack = await model.openCandidates(packOf(weights, lists[turn % 4]));
        assert.deepEqual(model.score(user, pack), expected[turn % 4]);
      }
      assert.equal(model.bytes, bytes);
    });
  });
}

describe("what a server may send", () => {
  test("a softmax is over the file's items: without them only raw scores are given", async () => {
    const weights = FILES["candidates with a softmax"];
    const bare = await loadModel(fileOf(without(weights)));
    const user = bare.user({ history: HISTORY });
    const pack = await bare.openCandidates(packOf(weights, [1, 2]));
    assert.throws(() => bare.score(user, pack), { code: "bad-argument", subject: "raw" });
    assert.equal(bare.rank(user, pack, { raw: true }).length, 2);
  });

  test("unknown ids have no embedding, and rank by their other features", async () => {
    const { tensors, info } = FILES.ranker;
    const nameOf = (row) => (row < 2 ? `new ${row}` : row);
    const named = {
      tensors: { ...tensors, item_ids: idsTensor(Array.from({ length: ITEMS }, (_, row) => row)) },
      info,
    };
    const model = await loadModel(fileOf(named));
    const user = model.user({ history: HISTORY });
    const pack = await model.openCandidates(packOf(named, [0, 1, 2], nameOf));
    const scores = model.score(user, pack);
    assert.deepEqual(
      model
        .rank(user, pack, { exclude: ["new 1"] })
        .map(({ item }) => item)
        .sort(),
      [2, "new 0"].sort(),
    );
    assert.equal(scores[2], model.score(user, [2])[0]);
    const zeroed = {
      ...tensors,
      "film.embedding": {
        ...tensors["film.embedding"],
        data: tensors["film.embedding"].data.map((x, i) => (i < 10 ? 0 : x)),
      },
    };
    const other = await loadModel(fileOf({ tensors: zeroed, info }));
    assertClose(scores.slice(0, 2), other.score(other.user({ history: HISTORY }), [0, 1]));
  });

  test("no ids, but values for thousands of items", async () => {
    const model = await loadModel(fileOf(FILES.ranker));
    const user = model.user({ history: HISTORY });
    const before = model.score(user, [1, 2]);
    const values = (data) => ({ dtype: "I32", shape: [data.length], data });
    const other = {
      item_ids: { dtype: "I64", shape: [0], data: new BigInt64Array(0) },
      "genres.values": values(new Int32Array(0)),
      "genres.offsets": values(new Int32Array(3001)),
      "language.values": values(new Int32Array(3000)),
      "released.values": { shape: [3000], data: new Float32Array(3000) },
    };
    await assert.rejects(model.openCandidates(writeSafetensors(other)), {
      code: "bad-shape",
      subject: "item_ids",
    });
    assert.deepEqual(model.score(user, [1, 2]), before);
  });

  test("a pack comes as a Response, with progress, and can be aborted", async () => {
    const model = await loadModel(fileOf(FILES.ranker));
    const body = packOf(FILES.ranker, [1, 2]);
    let loaded = 0;
    const pack = await model.openCandidates(new Response(body), {
      onProgress: (progress) => (loaded = progress.loaded),
    });
    assert.deepEqual([pack.itemCount, loaded], [2, body.byteLength]);
    await assert.rejects(
      model.openCandidates(new Response(body), { signal: AbortSignal.abort() }),
      { code: "aborted" },
    );
  });

  test("a pack stays what it was when its buffer changes or goes", async () => {
    for (const kind of ["candidates", "ranker", "gmf"]) {
      const model = await loadModel(fileOf(FILES[kind]));
      const user = model.user({ history: HISTORY });
      const rows = [5, 17, 60];
      for (const spoil of [
        (body) => new Uint8Array(body).fill(0, body.byteLength / 2),
        (body) => structuredClone(body, { transfer: [body] }),
      ]) {
        for (const view of [
          (body) => body,
          (body) => new Uint8Array(body),
          (body) => Buffer.from(body),
        ]) {
          const body = packOf(FILES[kind], rows);
          const pack = await model.openCandidates(view(body));
          spoil(body);
          assert.deepEqual(model.score(user, pack), model.score(user, rows));
        }
      }
    }
  });

  test("a pack belongs to the model that opened it, and ends with it", async () => {
    const [model, other] = await Promise.all([1, 2].map(() => loadModel(fileOf(FILES.ranker))));
    const user = other.user({ history: HISTORY });
    const pack = await model.openCandidates(packOf(FILES.ranker, [1, 2]));
    assert.throws(() => other.rank(user, pack), { code: "bad-argument", subject: "candidates" });
    const own = model.user({ history: HISTORY });
    model.dispose();
    assert.throws(() => model.rank(own, pack), { code: "disposed" });
  });

  test("an autoencoder has no use for one", async () => {
    const model = await loadModel("web-demo/models/dae.safetensors");
    await assert.rejects(model.openCandidates(packOf(FILES.gmf, [1])), {
      code: "unsupported",
      subject: "candidate pack",
    });
  });
});

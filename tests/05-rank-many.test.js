// Lists for many users at once: those of one call of `rank` for each, to the bit.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";

import { loadModel } from "pocketrec";
import { packMaker } from "pocketrec/packs";

import { assertRefused } from "./lib/assert-refused.js";
import { stored } from "./lib/autoencoder.js";
import { randomDot } from "./lib/dot.js";
import { VARIANTS } from "./lib/variants.js";
import { fileOf, randomVector, randomWeights } from "./lib/weights.js";

const DEMO = "web-demo/models";
const KINDS = "ae autorec-item autorec candidates cdae dae ease gmf ials mlp mult-dae neumf ranker";
const RATINGS = [5, 1, 4, 3, 2];

/** Users of different histories, more than are scored together. */
function usersOf(model, count = 11) {
  const ids = model.ids();
  const features = model.info.features && model.info.check[0].user;
  return Array.from({ length: count }, (_, user) => {
    const history = RATINGS.slice(0, 1 + (user % 5)).map((rating, i) => ({
      item: ids[(97 * user + 13 * i) % ids.length],
      rating,
    }));
    return model.user({ history, ...(features && { features }) });
  });
}

function assertSameLists(model, users, candidates, { exclude, ...options } = {}) {
  const excludeOf = typeof exclude === "function" ? exclude : () => exclude;
  const expected = users.map((user) =>
    model.rank(user, candidates, { ...options, exclude: excludeOf(user) }),
  );
  const lists = model.rankMany(users, candidates, { exclude, ...options });
  assert.deepEqual(lists, expected);
  return lists;
}

describe("the lists of one call for each user", () => {
  for (const kind of [...KINDS.split(" "), "sasrec"])
    test(kind, async () => {
      for (const simd of ["simd128", "auto"]) {
        const model = await loadModel(`${DEMO}/${kind}.safetensors`, { simd });
        const users = usersOf(model);
        const ids = model.ids().slice(0, 300);
        const rows = Uint32Array.from({ length: model.itemCount }, (_, row) => row);
        const exclude = (user) => user.items;
        assertSameLists(model, users, rows, { topK: 20, exclude });
        assertSameLists(model, users, [...ids, "new", ids[3], "newer"], { exclude, raw: true });
        assertSameLists(model, users, ids, { topK: 5, exclude: ids.slice(2, 30) });
        assertSameLists(model, users.slice(0, 1), ids, { exclude });
        assertSameLists(model, users.slice(0, 3), ids, {
          topK: 7,
          filter: (id) => ids.indexOf(id) % 2 === 0,
          precision: "fast",
        });
        model.dispose();
      }
    });

  for (const kind of ["ranker", "candidates", "sasrec", "neumf", "ials"])
    test(`a pack of ${kind}`, async () => {
      const file = new Uint8Array(readFileSync(`${DEMO}/${kind}.safetensors`));
      const model = await loadModel(file);
      const ids = model.ids().slice(40, 140);
      const pack = await model.openCandidates(packMaker(file).pack(ids));
      const users = usersOf(model);
      const exclude = (user) => [...user.items, ids[4], ids[90]];
      const [first] = assertSameLists(model, users, pack, { exclude, topK: 50 });
      assert.equal(first.length, 50);
      assertSameLists(model, users, pack, { exclude: [ids[7]], filter: ids.slice(5, 60) });
    });

  for (const dtype of ["F32", "F16", "BF16", "I8"])
    test(`more candidates than are scored at once, in ${dtype}`, async () => {
      for (const { simd } of VARIANTS.filter(({ skip }) => !skip)) {
        const weights = randomDot({ items: 9001, width: 13 });
        const tensors =
          dtype === "F32" ? weights.tensors : stored(weights.tensors, dtype, ["item.vector"]).file;
        const model = await loadModel(fileOf({ ...weights, tensors }), { simd });
        const users = Array.from({ length: 9 }, (_, seed) =>
          model.user({ vector: randomVector(13, seed + 1) }),
        );
        const rows = Uint32Array.from({ length: 9001 }, (_, i) => (7 * i) % 9001);
        assertSameLists(model, users, rows, { topK: 100, exclude: rows.subarray(0, 3) });
        assertSameLists(model, users, rows);
      }
    });
});

describe("arguments", () => {
  const weights = randomWeights({ kind: "gmf", gmf: 4, items: 50 });
  const load = async () => {
    const model = await loadModel(fileOf(weights));
    return { model, user: model.user({ vector: randomVector(4, 5) }) };
  };

  test("a function gets each user once, in order; its lists may be of any form", async () => {
    const { model, user } = await load();
    const other = model.user({ vector: randomVector(4, 6) });
    const asked = [];
    const forms = [new Set([3]), Uint32Array.of(4), [{ item: 5, rating: 2 }], undefined];
    const lists = model.rankMany([user, other, user, other], [3, 4, 5], {
      exclude: (one) => forms[asked.push(one) - 1],
    });
    assert.deepEqual(asked, [user, other, user, other]);
    assert.deepEqual(
      lists.map((list) => list.map(({ item }) => item).sort()),
      [
        [4, 5],
        [3, 5],
        [3, 4],
        [3, 4, 5],
      ],
    );
  });

  test("users and lists that can be read only once", async () => {
    const { model, user } = await load();
    const once = function* (values) {
      yield* values;
    };
    const lists = model.rankMany(once([user, user]), once([1, 2, 3]), { exclude: once([2]) });
    assert.deepEqual(
      lists,
      [1, 2].map(() => model.rank(user, [1, 3])),
    );
  });

  test("no users: no lists", async () => {
    const { model } = await load();
    assert.deepEqual(model.rankMany([], [1, 2]), []);
    await assertRefused(() => model.rankMany([], [-1]), "bad-argument");
  });

  test("a softmax over a catalogue of which several users ask", async () => {
    const model = await loadModel(`${DEMO}/mult-dae.safetensors`);
    const lists = model.rankMany(usersOf(model, 3), model.ids());
    for (const list of lists)
      assert.ok(Math.abs(list.reduce((sum, { score }) => sum + score, 0) - 1) < 1e-4);
  });

  test("what is refused", async () => {
    const { model, user } = await load();
    const { user: stranger } = await load();
    for (const users of [undefined, null, user, "user", 3])
      await assertRefused(() => model.rankMany(users, [1]), "bad-argument", "users");
    await assertRefused(() => model.rankMany([user, stranger], [1]), "bad-argument", "user 1 of 2");
    for (const [candidates, options, subject] of [
      [undefined, {}, "candidates"],
      [[1], { topK: -1 }, "topK"],
      [[1], { topk: 1 }, "topk"],
      [[1], { exclude: () => 5 }, "exclude"],
      [[1], { exclude: async () => [1] }, "exclude"],
      [[1], { precision: "exactly" }, "precision"],
    ])
      await assertRefused(
        () => model.rankMany([user], candidates, options),
        "bad-argument",
        subject,
      );
    await assertRefused(() => model.rank(user, [1], { exclude: () => [1] }), "bad-argument");
    const own = new Error("of the app");
    const fail = () => {
      throw own;
    };
    assert.throws(() => model.rankMany([user], [1], { exclude: fail }), own);
    assert.equal(model.rankMany([user], [1])[0].length, 1, "the model stays usable");
    model.dispose();
    await assertRefused(() => model.rankMany([user], [1]), "disposed");
  });
});

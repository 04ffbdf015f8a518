// Ids of items that PyTorch and numpy files carry (tests/frameworks/carried_ids.py) name the items.
import assert from "node:assert/strict";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import { readItemIndex } from "../js/file/item-ids.js";
import { convert } from "../cli/convert/convert.js";
import { readSafetensors } from "../js/file/safetensors.js";
import { writeSafetensors } from "./lib/safetensors.js";
import { assertRefused } from "./lib/assert-refused.js";
import { framework } from "./lib/frameworks.js";

const { skip, train } = framework("carried_ids.py", "PyTorch", "import torch, numpy");

test("ids in PyTorch and numpy files", { skip }, async (t) => {
  const { folder, models } = train();
  t.after(() => rmSync(folder, { recursive: true }));
  const [{ names, numbers }] = models;
  const converted = (name, options) => {
    const path = join(folder, name);
    const bytes = new Uint8Array(readFileSync(existsSync(path) ? path : `${path}.npz`));
    return convert([{ name, bytes }], options ?? {});
  };
  const idsOf = ({ bytes, finished: { itemCount } }) => {
    const { tensors } = readSafetensors(bytes);
    return readItemIndex(tensors.get("item_ids"), itemCount).ids;
  };
  for (const [name, ids, from = name] of [
    ["item2id", names],
    ["idx2item", names],
    ["items", names],
    ["maps.item.raw2inner", names],
    ["item_ids", numbers],
    ["npz texts", names, "item_ids"],
    ["npz bytes", names, "item_ids"],
    ["npz numbers", numbers, "item_ids"],
  ])
    await t.test(name, async () => {
      const made = await converted(name);
      assert.deepEqual(idsOf(made), ids);
      const { notes } = made.blueprint;
      assert.ok(notes.some((text) => text.startsWith(`items are named by ${from} of the file`)));
    });
  await t.test("--items wins", async () => {
    const ids = Array.from({ length: 10 }, (_, row) => `own ${row}`);
    assert.deepEqual(idsOf(await converted("item2id", { ids })), ids);
  });
  await t.test("a map that leaves row 0 out: padding, which takes the row away", async () => {
    await assertRefused(
      converted("iid_map"),
      "bad-shape",
      /row 0\. Where it is padding, use --padding 1\.$/,
    );
    assert.deepEqual(idsOf(await converted("iid_map", { padding: 1, userPadding: 0 })), numbers);
  });
  await t.test("a map of other rows is not used, and that is said", async () => {
    const made = await converted("item_index");
    assert.equal(idsOf(made), undefined);
  });
});

test("ids in safetensors: whole numbers, and JSON in the metadata", async () => {
  const table = (rows) => ({
    shape: [rows, 2],
    data: Float32Array.from({ length: 2 * rows }, (_, k) => Math.sin(k + 1)),
  });
  const weights = { "user_factors.weight": table(4), "item_factors.weight": table(3) };
  const numbers = [2 ** 40 + 1, 7, 2 ** 33];
  const listed = {
    ...weights,
    item_ids: {
      dtype: "I64",
      shape: [3],
      data: new Uint8Array(BigInt64Array.from(numbers, BigInt).buffer),
    },
  };
  for (const [tensors, metadata, ids] of [
    [listed, {}, numbers],
    [weights, { item2id: '{"a":2,"b":0,"c":1}' }, ["b", "c", "a"]],
  ]) {
    const bytes = new Uint8Array(writeSafetensors(tensors, metadata));
    const { bytes: made } = await convert([{ name: "model", bytes }], {});
    assert.deepEqual(readItemIndex(readSafetensors(made).tensors.get("item_ids"), 3).ids, ids);
  }
});

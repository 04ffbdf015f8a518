// Models that the frameworks themselves trained and saved (tests/frameworks), converted by the
// command line: pocketrec says of the same people what the framework said, and a file for
// publishing holds nobody.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";

import { loadModel } from "pocketrec";

import { readSafetensors } from "../web-demo/safetensors.js";
import { assertClose, TOLERANCE } from "./lib/assert-close.js";
import { framework } from "./lib/frameworks.js";

const run = promisify(execFile);

/**
 * RecBole 1.2 is older than numpy 2 and PyTorch 2.6; later PyTorch exports ONNX by packages of its
 * own.
 */
const OLDER = 'import torch, numpy; assert torch.__version__ < "2" and numpy.__version__ < "2"';

const FRAMEWORKS = {
  "RecBole on its own ml-100k": framework(
    "recbole_models.py",
    "PyTorch 1 and RecBole",
    `${OLDER}; import recbole.config, recbole.data, recbole.trainer`,
  ),
  "plain PyTorch": framework("torch_models.py", "PyTorch", "import torch, numpy"),
  "torch.onnx": framework("onnx_models.py", "PyTorch 1", OLDER),
  "the layouts of Keras by h5py": framework(
    "keras_layout.py",
    "PyTorch and h5py",
    "import torch, numpy, h5py",
  ),
};

for (const [name, { skip, train }] of Object.entries(FRAMEWORKS)) {
  test(name, { skip }, async (t) => {
    const { folder, models } = train();
    t.after(() => rmSync(folder, { recursive: true }));
    assert.notEqual(models.length, 0);
    for (const record of models) {
      await t.test(`${record.model}, for publishing`, () => isPublishable(folder, record));
      if (record.stored.length)
        await t.test(`${record.model}, with the trained users`, () => keepsUsers(folder, record));
    }
  });
}

/** What is published holds no user, and scores new people as the framework would. */
async function isPublishable(folder, record) {
  const { bytes, model } = await converted(
    folder,
    record,
    "published",
    itemsOption(folder, record),
  );
  for (const [name, { shape }] of Object.entries(readSafetensors(bytes).tensors)) {
    assert.ok(
      !shape.includes(record.users) && !shape.includes(record.users - record.padding),
      `${name} is [${shape}], of ${record.users} users`,
    );
  }
  const idOf = appIdOf(record);
  const all = model
    .recommend(model.user({ history: [] }), { topK: Infinity })
    .map(({ item }) => item);
  const expected = Array.from({ length: record.items }, (_, i) => idOf(i + record.padding));
  assert.deepEqual(
    all.sort(byNumber),
    expected.sort(byNumber),
    "every item once, and nothing that is none",
  );
  for (const person of record.new)
    agrees(model, person, model.user({ history: pastOf(person, idOf) }), idOf);
}

/**
 * With --keep-users the trained users are who they were. Items have no ids of the app's here: they
 * are rows.
 */
async function keepsUsers(folder, record) {
  const { model } = await converted(folder, record, "with-users", ["--keep-users"]);
  const idOf = (row) => row - record.padding;
  for (const person of record.stored) {
    const id = person.user - record.padding;
    const history = record.kind === "cdae" ? pastOf(person, idOf) : undefined;
    agrees(model, person, model.user({ id, history }), idOf);
  }
}

const byNumber = (a, b) => a - b;

async function converted(folder, { files, kind, convert }, name, options) {
  const out = join(folder, `${files.join("+")}.${name}.safetensors`);
  const inputs = files.map((file) => join(folder, file));
  await run(process.execPath, [
    "dist/cli/main.js",
    "convert",
    ...inputs,
    "--out",
    out,
    ...convert,
    ...options,
  ]);
  const bytes = readFileSync(out);
  const model = await loadModel(bytes, { verify: true });
  assert.equal(model.kind, kind);
  return { bytes, model };
}

/** What the framework's data set calls the items, for --items. */
function itemsOption(folder, { files: [file], tokens }) {
  if (!tokens) return [];
  const path = join(folder, `${file}.items.txt`);
  writeFileSync(path, `${tokens.join("\n")}\n`);
  return ["--items", path];
}

/** Ids that are all whole numbers are numbers. */
const appIdOf =
  ({ tokens, padding }) =>
  (row) =>
    tokens ? Number(tokens[row - padding]) : row - padding;

const pastOf = ({ history, ratings }, idOf) =>
  history.map((row, i) => ({ item: idOf(row), rating: ratings?.[i] }));

/**
 * Scores, raw ones, and the best of the whole catalogue.
 *
 * @param {any} model
 * @param {any} said by the framework: tests/frameworks/records.py
 * @param {any} user
 * @param {(row: number) => number} idOf from the framework's rows to what the model's items are
 *   called
 */
function agrees(model, { items, raw, scores, history = [], top }, user, idOf) {
  const asked = items.map(idOf);
  assertClose(model.score(user, asked, { raw: true }), raw, "raw");
  if (scores) assertClose(model.score(user, asked), scores, "scores");
  const best = model.recommend(user, {
    topK: top.raw.length,
    exclude: history.map(idOf),
    raw: true,
  });
  assertClose(
    best.map(({ score }) => score),
    top.raw,
    "the best",
  );
  top.items.forEach((row, place) => {
    if (!isTied(top.raw, place)) assert.equal(best[place].item, idOf(row), `place ${place}`);
  });
}

/**
 * Whether a neighbour is as good: the order is then anybody's. The last place's next neighbour is
 * not known.
 */
function isTied(raw, place) {
  const enough = 2 * TOLERANCE * Math.max(1, Math.abs(raw[place]));
  return (
    place === raw.length - 1 ||
    [place - 1, place + 1].some((other) => Math.abs(raw[other] - raw[place]) <= enough)
  );
}

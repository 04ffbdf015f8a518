// Models that the frameworks trained and saved (tests/frameworks), converted by the command line:
// pocketrec computes the framework's scores for the same users, and a file for publishing holds no
// trained users. POCKETREC_LONG=1 trains variants and larger models too.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";

import { loadModel } from "pocketrec";

import { readSafetensors } from "./lib/safetensors-file.js";
import { assertClose, TOLERANCE } from "./lib/assert-close.js";
import { framework, trainedBefore } from "./lib/frameworks.js";
import { isLong } from "./lib/long.js";

const run = promisify(execFile);

/** RecBole 1.2 needs numpy 1 and PyTorch before 2.6; PyTorch 1 exports ONNX without packages. */
const OLDER = 'import torch, numpy; assert torch.__version__ < "2" and numpy.__version__ < "2"';

/** Words for the scripts. */
const WORDS = isLong ? ["more"] : [];

const FRAMEWORKS = {
  "RecBole on its own ml-100k": framework(
    "recbole_models.py",
    "PyTorch 1 and RecBole",
    `${OLDER}; import recbole.config, recbole.data, recbole.trainer`,
  ),
  implicit: framework("implicit_models.py", "implicit", "import torch, numpy, implicit"),
  "plain PyTorch": framework("torch_models.py", "PyTorch", "import torch, numpy"),
  "sequences in plain PyTorch": framework("torch_sequences.py", "PyTorch", "import torch, numpy"),
  "dot products of other libraries": framework(
    "dot_layouts.py",
    "PyTorch and h5py",
    "import torch, numpy, h5py",
  ),
  "scikit-surprise": trainedBefore("surprise"),
  "torch.onnx": framework("onnx_models.py", "PyTorch 1", OLDER),
  "Keras' layouts, written by h5py": framework(
    "keras_layout.py",
    "PyTorch and h5py",
    "import torch, numpy, h5py",
  ),
};

for (const [name, { skip, train }] of Object.entries(FRAMEWORKS)) {
  test(name, { skip }, async (t) => {
    const { folder, models } = train(...WORDS);
    t.after(() => rmSync(folder, { recursive: true }));
    assert.notEqual(models.length, 0);
    for (const record of models) {
      await t.test(`${record.model}, for publishing`, () => assertPublishable(folder, record));
      if (record.stored.length)
        await t.test(`${record.model}, with the trained users`, () =>
          assertKeepsUsers(folder, record),
        );
    }
  });
}

const SEQUENCES = new Set(["sasrec", "gru4rec"]);

/** A file for publishing holds no trained users, and scores new users as the framework does. */
async function assertPublishable(folder, record) {
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
  // A sequence has an event.
  const history = SEQUENCES.has(record.kind) ? historyOf(record.new[0], idOf) : [];
  const all = model.recommend(model.user({ history }), { topK: Infinity }).map(({ item }) => item);
  const expected = Array.from({ length: record.items }, (_, i) => idOf(i + record.padding));
  assert.deepEqual(all.sort(byNumber), expected.sort(byNumber), "every item once, without padding");
  for (const one of record.new)
    assertAgrees(model, one, model.user({ history: historyOf(one, idOf) }), idOf);
  if (record.kind === "dot" && model.info.fold_in && !record.new.length)
    assertFits(model, record.stored, idOf);
}

/**
 * A history lifts its items from where a user without any has them: above the others, or, by high
 * ratings, as numbers.
 */
function assertFits(model, stored, idOf) {
  const isRating = model.info.fold_in.loss === "squared";
  for (const { top } of stored) {
    const liked = top.items.slice(0, 3).map(idOf);
    const lead = (history) => {
      const user = model.user({ history });
      const scores = new Map(model.recommend(user, { topK: Infinity, raw: true }).map(pairOf));
      const mean = meanOf(liked.map((item) => scores.get(item)));
      return isRating ? mean : mean - meanOf([...scores.values()]);
    };
    const rating = isRating ? 5 : undefined;
    const [before, after] = [[], liked.map((item) => ({ item, rating }))].map(lead);
    assert.ok(after > before + 1e-3 * Math.abs(before), `${before}, with a history ${after}`);
  }
}

const pairOf = ({ item, score }) => [item, score];
const meanOf = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

/**
 * With --keep-users the trained users get the framework's scores. Items are named by row, unless
 * the file holds ids.
 */
async function assertKeepsUsers(folder, record) {
  const { model } = await converted(folder, record, "with-users", ["--keep-users"]);
  const idOf = record.holds_ids ? appIdOf(record) : (row) => row - record.padding;
  for (const one of record.stored) {
    const id = one.user - record.padding;
    const history = record.kind === "cdae" ? historyOf(one, idOf) : undefined;
    assertAgrees(model, one, model.user({ id, history }), idOf);
  }
}

const byNumber = (a, b) => Number(a) - Number(b);

async function converted(folder, { files, kind, convert }, name, options) {
  const out = join(folder, `${files.join("+")}.${name}.safetensors`);
  const inputs = files.map((file) => join(folder, file));
  await run(process.execPath, [
    "cli/dist/main.js",
    "convert",
    ...inputs,
    "--out",
    out,
    ...convert.map((word) => (existsSync(join(folder, word)) ? join(folder, word) : word)),
    ...options,
  ]);
  const bytes = readFileSync(out);
  const model = await loadModel(bytes, { verify: true });
  assert.equal(model.kind, kind);
  return { bytes, model };
}

/** Writes the data set's ids of the items, for --items. */
function itemsOption(folder, { files: [file], tokens, holds_ids: holdsIds }) {
  if (!tokens || holdsIds) return [];
  const path = join(folder, `${file}.items.txt`);
  writeFileSync(path, `${tokens.join("\n")}\n`);
  return ["--items", path];
}

/** The app's id of a row: numbers, but for texts that the file itself holds. */
const appIdOf =
  ({ tokens, holds_ids: holdsIds, padding }) =>
  (row) => {
    if (!tokens) return row - padding;
    return holdsIds ? tokens[row - padding] : Number(tokens[row - padding]);
  };

const historyOf = ({ history, ratings }, idOf) =>
  history.map((row, i) => ({ item: idOf(row), rating: ratings?.[i] }));

/**
 * Asserts that scores, raw scores and the best of the catalogue match the framework's.
 *
 * @param {any} model
 * @param {any} record the framework's: tests/frameworks/records.py
 * @param {any} user
 * @param {(row: number) => number} idOf the model's item of a framework's row
 */
function assertAgrees(model, { items, raw, scores, history = [], top }, user, idOf) {
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
 * Whether a neighbour's score is equal, so that the order is undefined. The item after the last
 * place is unknown.
 */
function isTied(raw, place) {
  const tolerance = 2 * TOLERANCE * Math.max(1, Math.abs(raw[place]));
  return (
    place === raw.length - 1 ||
    [place - 1, place + 1].some((other) => Math.abs(raw[other] - raw[place]) <= tolerance)
  );
}

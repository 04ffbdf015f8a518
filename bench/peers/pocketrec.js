// pocketrec ranks: the list of the best, in each precision. Two more rows score all candidates.
import { importPocketrec } from "../lib/package.js";
import { MODULES, RANKINGS } from "./pocketrec-rows.js";

const file = "pocketrec.js";

export const peers = [
  ...RANKINGS.map((row) => ({ ...row, file, pack, load: (parts) => loadRank(parts, row) })),
  ...MODULES.map((row) => ({
    ...row,
    name: `${row.name}, score`,
    file,
    pack,
    load: (parts) => loadScore(parts, row),
  })),
];

async function pack(tensors) {
  const { pocketrecFile } = await import("../models/neumf.js");
  return { weights: pocketrecFile(tensors) };
}

async function loadRank(parts, { simd, options }) {
  const { model, userOf } = await load(parts, simd);
  return {
    score: (userRow, itemRows) => model.rank(userOf(userRow), itemRows, options),
    dispose: () => model.dispose(),
  };
}

async function loadScore(parts, { simd }) {
  const { model, userOf } = await load(parts, simd);
  return {
    score: (userRow, itemRows) => model.score(userOf(userRow), itemRows),
    dispose: () => model.dispose(),
  };
}

/** The user is kept until another is asked for. */
async function load({ weights }, simd) {
  const { loadModel } = await importPocketrec();
  const model = await loadModel(weights, { simd });
  let user;
  let lastUserRow = -1;
  const userOf = (userRow) => {
    if (userRow !== lastUserRow) user = model.user({ id: userRow });
    lastUserRow = userRow;
    return user;
  };
  return { model, userOf };
}

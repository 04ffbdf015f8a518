import { importPocketrec } from "../lib/package.js";

const file = "pocketrec.js";

export const peers = [
  { name: "pocketrec", file, pack, load: (parts) => load(parts, "simd128") },
  {
    name: "pocketrec, relaxed SIMD",
    file,
    pack,
    load: (parts) => load(parts, "relaxed"),
    needsRelaxedSimd: true,
  },
];

async function pack(tensors) {
  const { pocketrecFile } = await import("../models/neumf.js");
  return { weights: pocketrecFile(tensors) };
}

async function load({ weights }, simd) {
  const { loadModel } = await importPocketrec();
  const model = await loadModel(weights, { simd });
  let user;
  let lastUserRow = -1;
  return {
    score(userRow, itemRows) {
      if (userRow !== lastUserRow) {
        user = model.user({ id: userRow });
        lastUserRow = userRow;
      }
      return model.score(user, itemRows);
    },
    dispose: () => model.dispose(),
  };
}

// Weights files of every kind: what loads gives finite scores, sorted lists and the same twice.
import { loadModel } from "pocketrec";

import { randomAutoencoder, stored } from "../../lib/autoencoder.js";
import { randomTwoStage } from "../../lib/two-stage.js";
import { fileOf, fold, randomVector, randomWeights } from "../../lib/weights.js";
import { mutateSafetensors } from "../mutate/safetensors.js";
import { mustHold } from "./reader.js";

const ITEMS = 20;
const small = { items: ITEMS, gmf: 3, user: 4, item: 3, widths: [5, 3] };
const ids = (/** @type {unknown[]} */ list) => {
  const data = new TextEncoder().encode(list.map((id) => JSON.stringify(id)).join("\n"));
  return { dtype: "U8", shape: [data.length], data };
};

/** Small models of all kinds. @returns {{ tensors: any, info: any }[]} */
export function models() {
  const gmf = randomWeights({ ...small, kind: "gmf", aggregates: true, itemBias: true });
  const neumf = randomWeights({ ...small, aggregates: true, users: 3 });
  const mlp = randomWeights({ ...small, kind: "mlp" });
  const encoder = randomAutoencoder({ items: ITEMS, encoder: [5, 4], decoder: [5], norm: true });
  const halves = ["encoder.0.weight", "encoder.1.weight", "decoder.1.weight"];
  return [
    gmf,
    neumf,
    mlp,
    { tensors: fold(mlp.tensors), info: mlp.info },
    {
      ...gmf,
      tensors: { ...gmf.tensors, item_ids: ids(Array.from({ length: ITEMS }, (_, i) => `f${i}`)) },
    },
    encoder,
    { ...encoder, tensors: stored(encoder.tensors, "F16", halves).file },
    { ...encoder, tensors: stored(encoder.tensors, "I8", halves).file },
    randomAutoencoder({ kind: "mult-dae", items: ITEMS, encoder: [5], decoder: [] }),
    randomAutoencoder({ kind: "cdae", items: ITEMS, encoder: [5], users: 3 }),
    randomAutoencoder({ kind: "autorec-user", items: ITEMS, encoder: [4] }),
    randomAutoencoder({ kind: "autorec-item", items: ITEMS, encoder: [4] }),
    randomTwoStage({ kind: "candidates", items: ITEMS, tower: [5, 4] }),
    randomTwoStage({ kind: "ranker", items: ITEMS, tower: [5, 4] }),
  ];
}

/** A user in each way that the model takes. @param {import("pocketrec").Model} model */
export function usersOf(model) {
  const history = [{ item: 0, rating: 4 }, { item: 7, rating: 2 }, { item: 3 }];
  const features = model.info.features ? { age: 0.5, search: ["noir"] } : undefined;
  const ways = [{ history, features }, { history: [], features }, { id: 1 }, { features }];
  return ways.flatMap((way) => {
    try {
      return [model.user(way)];
    } catch (error) {
      if (/** @type {any} */ (error).name === "PocketrecError") return [];
      throw error;
    }
  });
}

/** What every model that loads must do. @param {import("pocketrec").Model} model */
function assertSound(model) {
  mustHold(model.itemCount >= 0, "a number of items");
  for (const user of usersOf(model)) {
    const best = model.recommend(user, { topK: 5 });
    const again = model.recommend(user, { topK: 5 });
    mustHold(JSON.stringify(best) === JSON.stringify(again), "the same list twice");
    mustHold(
      best.every(({ score }) => Number.isFinite(score)),
      "finite scores",
    );
    const raw = model.recommend(user, { topK: 5, raw: true }).map(({ score }) => score);
    mustHold(
      raw.every((score, i) => Number.isFinite(score) && !(score > raw[i - 1])),
      "a sorted list",
    );
    if (best.length) model.score(user, [best[0].item]);
    if (user.items.length && best.length) model.explain(user, best[0].item);
  }
}

/** Two items' scores as check vectors, where a vector or a history is enough. */
async function withChecks({ tensors, info }, at) {
  const file = fileOf({ tensors, info });
  const model = await loadModel(file);
  try {
    const isNcf = tensors["output.weight"] && !info.features;
    const history = [0, 3];
    const width = info.kind === "gmf" ? 3 : info.kind === "mlp" ? 4 : 7;
    const vector = isNcf ? [...randomVector(width, at + 1)] : undefined;
    const user = vector
      ? model.user({ vector })
      : model.user({ history, ...(info.features ? { features: { age: 0.5 } } : {}) });
    const items = [1, 2];
    const scores = [...model.score(user, Uint32Array.from(items))];
    const raw = [...model.score(user, Uint32Array.from(items), { raw: true })];
    const given = vector ? { vector } : { history: [...user.items] };
    const check = [
      { ...given, items, scores, raw, ...(info.features ? { user: { age: 0.5 } } : {}) },
    ];
    return fileOf({ tensors, info: { ...info, check } });
  } catch {
    return file;
  } finally {
    model.dispose();
  }
}

/** @type {import("./reader.js").Reader} */
export const weights = {
  seeds: async () =>
    Promise.all(models().map(async (model, at) => new Uint8Array(await withChecks(model, at)))),
  mutate: mutateSafetensors,
  async read(bytes, draws) {
    const model = await loadModel(bytes, { simd: "simd128", verify: draws.once(3) });
    try {
      assertSound(model);
    } finally {
      model.dispose();
    }
  },
};

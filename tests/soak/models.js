// One model of each family for a soak, small enough that the calls are the work.
import { randomAutoencoder } from "../lib/autoencoder.js";
import { randomTwoStage } from "../lib/two-stage.js";
import { fileOf, randomWeights } from "../lib/weights.js";

export const ITEMS = 90;

const shape = { items: ITEMS, gmf: 8, user: 8, item: 8, widths: [8, 4], aggregates: true };
/** Of towers: a fit takes this many steps, and ends near its minimum, not in it. */
const fit = { fold_in: { steps: 15 } };

/**
 * @typedef {{ name: string, file: ArrayBuffer, tolerance: number, features?: Record<string,
 *   unknown> }} SoakModel tolerance: by how much a user who was updated and a new one may differ,
 *   relative to the larger of 1 and the score
 */

/** @returns {SoakModel[]} */
export function soakModels() {
  const plain = {
    gmf: randomWeights({ ...shape, kind: "gmf" }),
    autoencoder: randomAutoencoder({ items: ITEMS, encoder: [12] }),
    "mult-dae": randomAutoencoder({ kind: "mult-dae", items: ITEMS, encoder: [12] }),
    cdae: randomAutoencoder({ kind: "cdae", items: ITEMS, encoder: [12] }),
    "autorec-user": randomAutoencoder({ kind: "autorec-user", items: ITEMS, encoder: [12] }),
    "autorec-item": randomAutoencoder({ kind: "autorec-item", items: ITEMS, encoder: [8] }),
    candidates: randomTwoStage({ kind: "candidates", items: ITEMS }),
    ranker: randomTwoStage({ kind: "ranker", items: ITEMS }),
  };
  const towers = {
    mlp: randomWeights({ ...shape, kind: "mlp", info: fit }),
    neumf: randomWeights({ ...shape, info: fit }),
  };
  const listed = (models, tolerance) =>
    Object.entries(models).map(([name, weights]) => ({
      name,
      file: fileOf(weights),
      tolerance,
      features: weights.info.features && { age: 0.5 },
    }));
  return [...listed(plain, 1e-5), ...listed(towers, Infinity)];
}

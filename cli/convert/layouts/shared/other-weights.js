import { PocketrecError } from "../../../../js/common/errors.js";
import { copiesIn, layersOf } from "./layers.js";

/**
 * Weights that are not those that the model computes with: parts that it makes them of, and a
 * second model in the file.
 *
 * @typedef {import("../../checkpoint.js").Checkpoint} Checkpoint
 */

/**
 * What weights are made of, by the ends of their names, and the call that makes them plain.
 * @type {[RegExp, string, (path: string, part: string) => string][]}
 */
const MADE_OF = [
  [/^(.+)\.(\w+)_g$/, "_v", (path, part) => `torch.nn.utils.remove_weight_norm(${path}, ${part})`],
  [/^(.+)\.(\w+)_mask$/, "_orig", (path, part) => `torch.nn.utils.prune.remove(${path}, ${part})`],
  [
    /^(.+)\.(\w+)_orig$/,
    "_u",
    (path, part) => `torch.nn.utils.remove_spectral_norm(${path}, ${part})`,
  ],
];

const PARAMETRIZED = /^(.+)\.parametrizations\.(\w+)\./;

/**
 * Refuses weights that are made of others (weight_norm, spectral_norm, pruning), and a second model
 * under a prefix, such as an average of the first one.
 *
 * @param {Checkpoint} checkpoint
 * @throws {PocketrecError} "unsupported"
 */
export function assertOwnWeights(checkpoint) {
  const { tensors } = checkpoint;
  for (const name of tensors.keys()) {
    for (const [pattern, other, call] of MADE_OF) {
      const [, path, part] = pattern.exec(name) ?? [];
      if (part && tensors.has(`${path}.${part}${other}`))
        throw madeOfOthers(name, call(`model.${path}`, `"${part}"`));
    }
    const [, path, part] = PARAMETRIZED.exec(name) ?? [];
    if (part) {
      const utilities = "torch.nn.utils.parametrize";
      const call = `${utilities}.remove_parametrizations(model.${path}, "${part}")`;
      throw madeOfOthers(name, call);
    }
  }
  const second = copiesIn(layersOf(checkpoint)).find(
    ({ isSame, isOrigin }) => !isSame && !isOrigin,
  );
  if (!second) return;
  const found = "another model, with the same names and other values";
  const hint = `If it is not the one to convert: --ignore ${second.prefix}*.`;
  throw new PocketrecError("unsupported", `${second.prefix}*`, "one model", found, { hint });
}

/**
 * @param {string} name
 * @param {string} call
 */
const madeOfOthers = (name, call) =>
  new PocketrecError(
    "unsupported",
    name,
    "the weights that the model computes with",
    "a part that they are made of",
    { hint: `Before saving, call ${call}.` },
  );

import { PocketrecError } from "../../js/common/errors.js";
import { familyOf } from "../../js/families/index.js";

/**
 * Models that read a history as a sequence: the order decides, and each event counts.
 *
 * @typedef {import("./interactions.js").Interactions} Interactions
 */

/**
 * Whether a model reads the order of a history.
 * @param {{ kind: import("../../js/families/index.js").Kind }} info
 */
export const readsOrder = ({ kind }) => familyOf(kind).isOrdered === true;

/**
 * A sequence in the order of item numbers would give figures of another question.
 *
 * @param {Record<string, Interactions>} files
 * @param {{ inOrder?: boolean }} options
 * @throws {PocketrecError} "bad-argument": the data do not say what was first
 */
export function assertOrder(files, { inOrder }) {
  const without = Object.values(files).find(({ time }) => !time);
  if (!without || inOrder) return;
  throw new PocketrecError(
    "bad-argument",
    without.path,
    "a column of times, since the model reads histories in their order",
    "none",
    { hint: "--in-order takes the order of the lines, if they are oldest first." },
  );
}

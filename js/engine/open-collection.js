import { argumentError } from "../common/arguments.js";
import { PocketrecError } from "../common/errors.js";
import { assertSameVectors, otherModel, sampleOf } from "./agreement.js";
import { idOfKey, keyOf, kindOfKeys } from "./keys.js";
import { longest, modelWidth } from "./lengths.js";
import { split } from "./records.js";

/**
 * The opening of a collection: it is found or made, and must be one for the model.
 *
 * @import { ItemId } from "../common/ids.js"
 * @import { Caller } from "./caller.js"
 * @import { Engine, Stored } from "./engine.js"
 * @import { EngineModel, readIndexOptions } from "./options.js"
 *
 * @typedef {object} Indexed what an index is made of
 * @property {Engine} engine
 * @property {EngineModel} model
 * @property {Caller} caller of the engine
 * @property {ItemId[]} ids of the model, by row
 * @property {boolean} hasVectors whether the model has vectors of its items
 * @property {ReturnType<typeof readIndexOptions>} options
 */

/**
 * Finds the collection, or makes it.
 *
 * @param {Indexed} indexed
 * @param {boolean} isAgain whether it was found before: then it is not made again
 * @param {AbortSignal | undefined} signal
 * @returns {Promise<Stored>}
 * @throws {PocketrecError} "not-found", "bad-shape", and the errors of the engine
 */
export async function openCollection(indexed, isAgain, signal) {
  const { engine, caller, options } = indexed;
  const call = { signal, isRepeatable: true };
  let stored = await caller.call((one) => engine.describe(one), call);
  if (!stored) {
    if (!options.create || isAgain)
      throw new PocketrecError("not-found", engine.name, "the collection", "none", {
        hint: "engineIndex(model, engine, { create: true }) makes it, and upsert() fills it.",
      });
    stored = await createCollection(indexed, signal);
  }
  assertFits(indexed, stored);
  return stored;
}

/**
 * @param {Indexed} indexed
 * @param {AbortSignal | undefined} signal
 */
async function createCollection(indexed, signal) {
  const { engine, model, caller, ids, hasVectors } = indexed;
  const { version, graph, width: given } = indexed.options;
  const width = widthOf(indexed) ?? given;
  if (width === undefined) throw argumentError("width", "the width of the vectors", width);
  const keys = kindOfKeys(ids);
  /** @type {Stored} */
  const stored = { width, metric: "inner", keys, ...(version !== undefined && { version }) };
  if (graph === "cosine" && hasVectors) {
    stored.width++;
    stored.length = longest(model, ids.length);
  }
  try {
    await caller.call((one) => engine.create(stored, one), { signal });
    return stored;
  } catch (error) {
    // Another program may have made it in the meantime.
    const other = await caller.call((one) => engine.describe(one), { signal });
    if (!other) throw error;
    return other;
  }
}

/**
 * The width of the model's vectors, where it has any.
 * @param {Indexed} indexed
 */
const widthOf = ({ model, ids, hasVectors }) =>
  hasVectors && ids.length ? model.vectors([ids[0]]).length : undefined;

/**
 * @param {Indexed} indexed
 * @param {Stored} stored
 * @throws {PocketrecError} "bad-shape"
 */
function assertFits(indexed, stored) {
  const { engine, ids, options } = indexed;
  const { metric, keys, version } = stored;
  const width = modelWidth(stored);
  const own = widthOf(indexed) ?? options.width;
  const isOfOther = (/** @type {string} */ expected, /** @type {string} */ found) =>
    new PocketrecError("bad-shape", engine.name, expected, found, {
      hint: "Make a new collection for this model.",
    });
  if (metric !== "inner") throw isOfOther("inner products as metric", metric);
  if (own !== undefined && width !== own) throw isOfOther(`vectors of ${own} numbers`, `${width}`);
  const needed = kindOfKeys(ids);
  if (ids.length && keys !== needed) throw isOfOther(`keys of kind ${needed}`, keys);
  const { version: expected } = options;
  if (expected !== undefined && version !== expected)
    throw isOfOther(`version ${expected}`, version ?? "none");
}

/**
 * Compares a sample of the stored vectors with the model's.
 *
 * @param {Indexed} indexed
 * @param {Stored} stored
 * @param {AbortSignal | undefined} signal
 * @throws {PocketrecError} "bad-shape"
 */
export async function compareSample({ engine, model, caller, ids }, { keys }, signal) {
  const { name } = engine;
  const sample = sampleOf(ids);
  const wanted = sample.map((id) => keyOf(id, keys));
  const call = { signal, isRepeatable: true };
  const found = await caller.call((one) => engine.read(wanted, one), call);
  if (!found.length) throw otherModel(name, `none of ${sample.length} of its items`);
  const vectors = split(model.vectors(sample), sample.length);
  const stored = found.map(({ key, vector }) => ({ id: idOfKey(key, keys, name), vector }));
  assertSameVectors(name, stored, new Map(sample.map((id, at) => [id, vectors[at]])));
}

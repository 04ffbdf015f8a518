import { argumentError, assertNumber } from "../common/arguments.js";
import { PocketrecError, show } from "../common/errors.js";
import { readFilter } from "../common/filter.js";
import { hasId, itemOf } from "../common/ids.js";
import { rowsOrList } from "../common/interaction-rows.js";
import { checkOptions } from "../common/options.js";
import { iterate } from "../file/item-ids.js";
import { assertSameScores } from "./agreement.js";
import { modelWidth } from "./lengths.js";
import { idOfKey } from "./keys.js";

/**
 * @import { ItemId } from "../common/ids.js"
 * @import { Found, SearchOptions } from "../pipeline/exact-index.js"
 * @import { Caller } from "./caller.js"
 * @import { Engine, KeyedScore, Stored } from "./engine.js"
 * @import { EngineModel } from "./options.js"
 *
 * @typedef {object} Searched what is searched
 * @property {Engine} engine
 * @property {EngineModel} model
 * @property {Caller} caller
 * @property {Stored} stored
 * @property {number} itemCount
 * @property {boolean} hasVectors whether the model can score items
 * @property {(rows: Uint32Array) => ItemId[]} rowsToIds
 */

/** By how much more is asked for where too few of what was found are left. */
const GROWTH = 4;

/**
 * @param {Searched} searched
 * @param {ArrayLike<number>} vector
 * @param {{ options?: SearchOptions, where?: string }} request
 * @returns {Promise<Found[]>}
 */
export async function search(searched, vector, { options, where }) {
  const checked = checkOptions(options, "search", "topK exclude filter signal");
  const { topK = 10, exclude = [], filter, signal } = checked;
  assertNumber(topK, "topK", { integer: true });
  const given = iterate(rowsOrList(exclude, "exclude"), "exclude");
  const list = given instanceof Uint32Array ? searched.rowsToIds(given) : given;
  const excluded = new Set(Array.from(list, itemOf));
  const isAllowed = readFilter(filter, (ids) => ids);
  const user = searched.model.user({ vector });
  if (topK === 0) return [];
  const { engine, caller, stored, itemCount } = searched;
  const width = modelWidth(stored);
  if (vector.length !== width)
    throw argumentError("vector", `${width} numbers`, `${vector.length}`);
  const query = { vector: new Float32Array(stored.width), where };
  query.vector.set(vector);
  const isWanted = (/** @type {Found} */ { item }) =>
    !hasId(excluded, item) && (isAllowed?.(item) ?? true);
  let before = -1;
  for (let wanted = topK + excluded.size; ; wanted *= GROWTH) {
    const most = Math.min(wanted, engine.mostPerSearch);
    const hits = await caller.call((one) => engine.search({ ...query, topK: most }, one), {
      signal,
    });
    const found = readHits(hits, stored.keys, engine.name);
    const kept = found.filter(isWanted);
    // An approximate index may give fewer than there are: it ends where more are asked in vain.
    const isLast = most === engine.mostPerSearch;
    const isAll =
      hits.length < most && (hits.length >= itemCount || hits.length === before || isLast);
    if (kept.length >= topK || isAll) return scored(searched, user, kept).slice(0, topK);
    if (isLast) throw tooFew(engine, topK, kept.length);
    before = hits.length;
  }
}

/**
 * What an engine found: each item once, with the first of its scores.
 *
 * @param {KeyedScore[]} hits
 * @param {Stored["keys"]} kind
 * @param {string} name of the engine
 * @returns {Found[]}
 * @throws {PocketrecError} "engine"
 */
function readHits(hits, kind, name) {
  if (!Array.isArray(hits)) throw new PocketrecError("engine", name, "a list", show(hits));
  /** @type {Map<ItemId, Found>} */
  const found = new Map();
  for (const hit of hits) {
    const item = idOfKey(hit?.key, kind, name);
    const { score } = hit;
    if (!Number.isFinite(score))
      throw new PocketrecError("engine", name, "scores that are finite numbers", show(score));
    if (!found.has(item)) found.set(item, { item, score });
  }
  return [...found.values()];
}

/** @param {Found[]} found */
const bestFirst = (found) => found.sort((a, b) => b.score - a.score);

/**
 * The raw scores of the model in place of the engine's, for the items that the model knows.
 *
 * @param {Searched} searched
 * @param {unknown} user
 * @param {Found[]} found
 */
function scored({ engine, model, hasVectors }, user, found) {
  if (!hasVectors || !found.length) return bestFirst(found);
  const given = new Map(found.map(({ item, score }) => [item, score]));
  const ranked = model.rank(user, [...given.keys()], { raw: true });
  const known = ranked.flatMap(({ item, score: own }) =>
    own === null ? [] : [{ given: Number(given.get(item)), own }],
  );
  assertSameScores(engine, known);
  return bestFirst(
    ranked.map(({ item, score }) => ({ item, score: score ?? Number(given.get(item)) })),
  );
}

/**
 * @param {Engine} engine
 * @param {number} topK
 * @param {number} kept
 */
function tooFew({ name, mostPerSearch }, topK, kept) {
  const expected = `${topK} items that are wanted among the engine's best ${mostPerSearch}`;
  return new PocketrecError("too-large", name, expected, `${kept}`, {
    hint: "Ask for fewer, or store what the filter reads as an attribute and use where().",
  });
}

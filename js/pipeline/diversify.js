import { argumentError, assertNumber } from "../common/arguments.js";
import { checkOptions } from "../common/options.js";
import { readUnitVectors, vectorReader } from "./item-vectors.js";
import { readRanked, toUnit } from "./ranked-list.js";
import { Memory } from "../runtime/memory.js";
import { compile, instantiate } from "../runtime/module.js";

/**
 * @import { ItemId } from "../common/ids.js"
 * @import { Vector } from "./item-vectors.js"
 *
 * @typedef {object} DiversifyOptions how `diversify` weighs relevance against similarity
 * @property {import("./item-vectors.js").HasVectors} [model] whose item vectors define similarity
 * @property {import("./ranked-list.js").Pack} [pack] the candidate pack that the list comes from;
 *   its vectors are used then. A recommender knows it
 * @property {((item: ItemId) => Vector) | ReadonlyMap<ItemId, Vector>} [vectors] the app's own
 *   vectors instead of a model's, all of one length
 * @property {number} [balance] from 1, relevance only, to 0, dissimilarity only (default 0.7)
 * @property {"rank" | "score"} [by] relevance: the rank (default), which works for scores on any
 *   scale, or the score, where its differences are meaningful
 * @property {number} [topK] how many positions are filled; default: as many as will be shown, or
 *   100
 * @property {number} [poolSize] how many items, from the head of the list, may fill them; default:
 *   ten times topK
 * @property {"auto" | "relaxed" | "simd128"} [simd] as in loadModel
 * @property {WebAssembly.Module} [module] as in loadModel
 */

/**
 * A step that makes a list more diverse by maximal marginal relevance (Carbonell and Goldstein,
 * SIGIR 1998). It fills `topK` positions one by one with the item that has the largest
 *
 *     balance * relevance - (1 - balance) * similarity
 *
 * where similarity is the largest cosine with an item chosen before, and relevance is the rank or
 * the score, scaled to 0..1 over the pool. The other items follow in the given order. (Ranks are
 * the default because some scores, such as an expected watch time, fall so steeply that all but the
 * first few would count as irrelevant.)
 *
 * An item without a vector or without a score keeps its position. A zero vector is similar to
 * nothing. WebAssembly takes some tenths of a millisecond to choose 100 of 1,000.
 *
 * @param {DiversifyOptions} options
 * @returns {import("./ranked-list.js").AsyncStep}
 * @throws {import("../common/errors.js").PocketrecError} "bad-argument"
 *
 * @example
 * const step = diversify({ model, balance: 0.5 });
 * const list = await step(model.recommend(user, { topK: 100 }), { topK: 10 });
 * list.length; // => 100
 */
export function diversify(options) {
  const names = "model pack vectors balance by topK poolSize simd module";
  const checked = checkOptions(options, "diversify", names, { among: "poolSize" });
  const { model, pack, vectors, balance = 0.7, by = "rank", topK, poolSize } = checked;
  const { simd = "auto", module } = checked;
  const readerOf = vectorReader(model, vectors);
  assertNumber(balance, "diversify balance", { max: 1 });
  if (by !== "rank" && by !== "score") throw argumentError("diversify by", '"rank" or "score"', by);
  if (topK !== undefined) assertNumber(topK, "diversify topK", { integer: true });
  if (poolSize !== undefined) assertNumber(poolSize, "diversify poolSize", { integer: true });
  const memory = lazyMemory(simd, module);
  return async (list, context) => {
    const ranked = readRanked(list, "diversify");
    const positions = topK ?? context?.topK ?? 100;
    const pool = ranked.slice(0, poolSize ?? 10 * positions);
    const found = await readUnitVectors(pool, readerOf(pack ?? context?.packOf?.(model)));
    const { slots } = found;
    const count = slots.filter((slot) => slot < positions).length;
    if (!count) return ranked;
    const relevance = toUnit(
      slots.map((slot, i) => (by === "rank" ? -i : /** @type {number} */ (pool[slot].score))),
    );
    const chosen = choose(await memory(), found, relevance, balance, count);
    const order = [...new Set([...chosen, ...slots.keys()])];
    slots.forEach((slot, i) => (ranked[slot] = pool[slots[order[i]]]));
    return ranked;
  };
}

/**
 * A module instance for the step alone, made at the first call. A failure is not kept.
 *
 * @param {NonNullable<DiversifyOptions["simd"]>} simd
 * @param {WebAssembly.Module} [module]
 * @returns {() => Promise<Memory>}
 */
function lazyMemory(simd, module) {
  /** @type {Promise<Memory> | undefined} */
  let memory;
  const open = async () => new Memory(await instantiate(module ?? (await compile(simd))));
  return () => {
    memory ??= open().catch((error) => {
      memory = undefined;
      throw error;
    });
    return memory;
  };
}

/**
 * @param {Memory} memory
 * @param {import("./item-vectors.js").UnitVectors} candidates
 * @param {number[]} relevance
 * @param {number} balance
 * @param {number} count
 * @returns {number[]} rows of the chosen vectors, in the order chosen
 */
function choose(memory, { units, width, slots }, relevance, balance, count) {
  const padded = units.length / width || slots.length;
  const floats = 4 * Math.ceil(padded / 4) * 4;
  const [vectors, relevances, nearest, chosen] = memory.scratch(
    units.byteLength,
    floats,
    floats,
    4 * count,
  );
  memory.f32(vectors, units.length).set(units);
  memory.f32(relevances, slots.length).set(relevance);
  memory.exports.pr_diversity_choose(
    vectors,
    slots.length,
    width,
    balance,
    count,
    relevances,
    nearest,
    chosen,
  );
  return [...memory.u32(chosen, count)];
}

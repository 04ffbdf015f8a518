import { argumentError, assertNoRenamedOption, assertNumber } from "../common/arguments.js";
import { PocketrecError } from "../common/errors.js";
import { readRanked, toUnit } from "./ranked-list.js";
import { Memory } from "../runtime/memory.js";
import { compile, instantiate } from "../runtime/module.js";

/**
 * @typedef {import("./ranked-list.js").ItemId} ItemId
 * @typedef {ArrayLike<number> | null | undefined} Vector none where there is none
 * @typedef {import("./ranked-list.js").Pack} Pack
 * @typedef {{ vectors: (items: any) => Float32Array | Promise<Float32Array> }} HasVectors a model:
 *   of a list of ids or of a pack, row-major, as many numbers for each item
 *
 * @typedef {object} DiversifyOptions
 * @property {HasVectors} [model] whose vectors say what is similar
 * @property {Pack} [pack] candidates that brought the model their own rows: then these are the
 *   vectors. In a recommender it is known
 * @property {((item: ItemId) => Vector) | ReadonlyMap<ItemId, Vector>} [vectors] the app's own
 *   instead, all of one length
 * @property {number} [balance] from 1, relevance alone, to 0, difference alone (default 0.7)
 * @property {"rank" | "score"} [by] what relevance is: the place in the list (default), which does
 *   for scores of any shape, or the score, for those whose differences mean something
 * @property {number} [topK] how many places are chosen anew; default: as many as will be shown, or
 *   100
 * @property {number} [poolSize] how many of the list, from the beginning, may be chosen; default ten
 *   times topK
 * @property {"auto" | "relaxed" | "simd128"} [simd] as loadModel has it
 * @property {WebAssembly.Module} [module] as loadModel has it
 */

/**
 * @typedef {{ units: Float32Array, width: number, slots: number[] }} Candidates vectors of length
 *   1, and where they stand
 */

/**
 * A step that keeps a list from repeating itself: maximal marginal relevance (Carbonell and
 * Goldstein, SIGIR 1998). One after the other the item with the largest `balance * relevance - (1 -
 * balance) * similarity` is chosen, similarity being the largest cosine with any chosen before,
 * relevance the place in the list or the score, brought to 0 to 1 over the first `poolSize` items. (An
 * expected watch time falls so steeply that by the score all but the first few would be as good as
 * irrelevant.) Behind the topK chosen the others follow as they stood.
 *
 * An item that has no vector, or no score, keeps its place, and the others are arranged around it.
 * A vector of zeros is similar to nothing. Computed in WebAssembly: some tenths of a millisecond
 * for 100 of 1,000.
 *
 * @param {DiversifyOptions} options
 * @returns {import("./ranked-list.js").AsyncStep}
 * @throws {PocketrecError} "bad-argument"
 */
export function diversify(options) {
  assertNoRenamedOption(options, { among: "poolSize" });
  const { model, pack, vectors, balance = 0.7, by = "rank", topK, poolSize } = options;
  const { simd = "auto", module } = options;
  const readerOf = vectorReader(model, vectors);
  assertNumber(balance, "diversify balance", { max: 1 });
  if (by !== "rank" && by !== "score") throw argumentError("diversify by", '"rank" or "score"', by);
  if (topK !== undefined) assertNumber(topK, "diversify topK", { integer: true });
  if (poolSize !== undefined) assertNumber(poolSize, "diversify poolSize", { integer: true });
  /** @type {Promise<Memory> | undefined} an instance of its own, once it is needed */
  let room;
  return async (list, context) => {
    const ranked = readRanked(list, "diversify");
    const most = topK ?? context?.topK ?? 100;
    const head = ranked.slice(0, poolSize ?? 10 * most);
    const found = await gather(head, readerOf(pack ?? context?.packOf?.(model)));
    const places = found.slots.filter((slot) => slot < most).length;
    if (!places) return ranked;
    room ??= open(simd, module).catch((error) => {
      room = undefined;
      throw error;
    });
    const relevance = toUnit(
      found.slots.map((slot, i) => (by === "rank" ? -i : /** @type {number} */ (head[slot].score))),
    );
    const chosen = choose(await room, found, relevance, balance, places);
    const isChosen = new Set(chosen);
    const order = [...chosen, ...found.slots.keys()].filter(
      (at, i) => i < chosen.length || !isChosen.has(at),
    );
    found.slots.forEach((slot, i) => (ranked[slot] = head[found.slots[order[i]]]));
    return ranked;
  };
}

/**
 * @param {DiversifyOptions["simd"]} simd
 * @param {WebAssembly.Module} [module]
 */
const open = async (simd = "auto", module) =>
  new Memory(await instantiate(module ?? (await compile(simd))));

/**
 * @param {DiversifyOptions["model"]} model
 * @param {DiversifyOptions["vectors"]} vectors
 * @returns {(pack: Pack | undefined) => (items: ItemId[]) => Vector[] | Promise<Vector[]>}
 */
function vectorReader(model, vectors) {
  if ((model === undefined) === (vectors === undefined))
    throw argumentError("diversify", "a model or vectors", model ? "both" : "neither");
  if (typeof vectors === "function") return () => (items) => items.map(vectors);
  if (vectors) {
    if (typeof vectors.get !== "function")
      throw argumentError("diversify vectors", "a function or a Map", vectors);
    return () => (items) => items.map((item) => vectors.get(item));
  }
  if (typeof model?.vectors !== "function")
    throw argumentError("diversify model", "a model", model);
  return (pack) => (items) => (pack ? packVectorsOf(model, pack, items) : vectorsOf(model, items));
}

/**
 * @param {HasVectors} model
 * @param {Pack} pack
 * @param {ItemId[]} items
 * @returns {Promise<Vector[]>}
 */
async function packVectorsOf(model, pack, items) {
  const all = await model.vectors(pack);
  const width = all.length / pack.itemCount;
  const places = new Map(Array.from(pack.items, (item, at) => [item, at * width]));
  return items.map((item) => {
    const place = places.get(item);
    return place === undefined ? undefined : all.subarray(place, place + width);
  });
}

/**
 * A model's vectors of those items that it knows.
 *
 * @param {HasVectors} model
 * @param {ItemId[]} items
 * @returns {Promise<Vector[]>}
 */
async function vectorsOf(model, items) {
  try {
    const all = await model.vectors(items);
    const width = all.length / items.length;
    return items.map((_, i) => all.subarray(i * width, (i + 1) * width));
  } catch (error) {
    if (!(error instanceof PocketrecError) || error.code !== "unknown-item") throw error;
    // One of them is unknown: halves of the list tell which.
    const half = items.length >> 1;
    return half
      ? [
          ...(await vectorsOf(model, items.slice(0, half))),
          ...(await vectorsOf(model, items.slice(half))),
        ]
      : [undefined];
  }
}

/**
 * @param {import("./ranked-list.js").Ranked[]} head
 * @param {(items: ItemId[]) => Vector[] | Promise<Vector[]>} read
 * @returns {Promise<Candidates>}
 */
async function gather(head, read) {
  const scored = [...head.keys()].filter((at) => head[at].score !== null);
  const vectors = scored.length ? await read(scored.map((at) => head[at].item)) : [];
  const has = vectors.map((vector) => vector !== undefined && vector !== null);
  const slots = scored.filter((_, i) => has[i]);
  const present = /** @type {ArrayLike<number>[]} */ (vectors.filter((_, i) => has[i]));
  const length = present[0]?.length ?? 0;
  const width = Math.ceil(length / 4) * 4;
  const units = new Float32Array(Math.ceil(slots.length / 4) * 4 * width);
  present.forEach((vector, i) =>
    putUnit(vector, units.subarray(i * width, i * width + length), head[slots[i]].item),
  );
  return { units, width, slots };
}

/**
 * @param {ArrayLike<number>} vector
 * @param {Float32Array} unit
 * @param {ItemId} item
 */
function putUnit(vector, unit, item) {
  const subject = `the vector of item ${item}`;
  if (typeof vector !== "object" || vector.length !== unit.length)
    throw argumentError(subject, `${unit.length} numbers`, vector);
  let most = 0;
  for (let k = 0; k < unit.length; k++) {
    if (typeof vector[k] !== "number" || !Number.isFinite(vector[k]))
      throw argumentError(subject, "finite numbers", vector[k]);
    most = Math.max(most, Math.abs(vector[k]));
  }
  if (!most) return;
  let square = 0;
  for (let k = 0; k < unit.length; k++) square += (vector[k] / most) ** 2;
  const root = Math.sqrt(square);
  for (let k = 0; k < unit.length; k++) unit[k] = vector[k] / most / root;
}

/**
 * @param {Memory} memory
 * @param {Candidates} candidates
 * @param {number[]} relevance
 * @param {number} balance
 * @param {number} most
 * @returns {number[]} which, the first chosen first
 */
function choose(memory, { units, width, slots }, relevance, balance, most) {
  const padded = units.length / width || slots.length;
  const room = 4 * Math.ceil(padded / 4) * 4;
  const [vectors, relevances, nearest, chosen] = memory.scratch(
    units.byteLength,
    room,
    room,
    4 * most,
  );
  memory.f32(vectors, units.length).set(units);
  memory.f32(relevances, slots.length).set(relevance);
  memory.exports.pr_diversity_choose(
    vectors,
    slots.length,
    width,
    balance,
    most,
    relevances,
    nearest,
    chosen,
  );
  return [...memory.u32(chosen, most)];
}

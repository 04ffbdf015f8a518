import { argumentError, assertNumber } from "../common/arguments.js";
import { PocketrecError, throwIfAborted } from "../common/errors.js";
import { rowsOrList } from "../common/interaction-rows.js";
import { listOf } from "../file/item-ids.js";
import { rowsFrom, withEqualLengths } from "./equal-lengths.js";
import { fingerprint, loadIndex, saveIndex } from "./index-file.js";

/**
 * @import { ItemId } from "../common/ids.js"
 * @import { ItemList } from "../file/item-ids.js"
 * @import { ItemIndex } from "../pipeline/exact-index.js"
 *
 * @typedef {object} IndexedModel what an index needs of a model
 * @property {string} kind the architecture
 * @property {boolean} scoresAreInnerProducts must be true
 * @property {number} itemCount how many items it has
 * @property {(rows: Uint32Array) => Float32Array} vectors (rows, width) row-major
 * @property {(input: { vector: ArrayLike<number> }) => any} user as `Model.user`
 * @property {(user: any, rows: Uint32Array, options: RankOptions) =>
 *   import("../model/model-types.js").Ranked[]} rank as `Model.rank`
 * @typedef {{ topK: number, exclude: ItemList, filter?: (item: ItemId) => boolean, raw: true }}
 *   RankOptions
 *
 * @typedef {object} HnswOptions how an index is built and searched
 * @property {number} [connectivity] neighbours per item in the graph (default 32): more find more
 *   and take more memory
 * @property {number} [expansionAdd] how many candidates are examined for an item's neighbours
 *   (default 200): more build more slowly
 * @property {number} [expansionSearch] how many candidates a search examines (default 200, and at
 *   least twice topK): more find more and take longer
 * @property {number} [threads] for building: 1 (default) builds the same index each time, 0 uses
 *   all cores
 * @property {"cosine" | "inner"} [graph] the metric of the neighbours: the angle between items that
 *   are brought to one length (default), or the inner product. Which finds more depends on the
 *   model: measure it
 * @property {string} [file] an index of this model that `save` wrote, to load instead of building
 * @property {(progress: { added: number, total: number }) => void} [onProgress] in items
 * @property {AbortSignal} [signal] ends the building, with "aborted"
 *
 * @typedef {object} Saving what an HnswIndex has beside an ItemIndex
 * @property {(file: string) => Promise<void>} save writes the index to a file, for option `file`
 *
 * @typedef {ItemIndex & Saving} HnswIndex an index that can be saved
 */

/** Items that a thread adds at a time: progress and aborts are checked every few tens of ms. */
const CHUNK = 256;

const INT32_MAX = 2 ** 31 - 1;

/**
 * An approximate index: it examines a few hundred items instead of all. Hierarchical navigable
 * small worlds (Malkov and Yashunin 2018), by default over items brought to one length (Bachrach et
 * al., RecSys 2014), where the largest inner product has the smallest angle. It finds most of the
 * best items, not all. The model scores what it finds, so scores equal those of exactIndex. For
 * models whose raw score is the inner product of user vector and item vector: kind "candidates".
 *
 * @param {IndexedModel} model
 * @param {HnswOptions} [options]
 * @returns {Promise<HnswIndex>} its search leaves out `exclude` and continues until topK items are
 *   found
 * @throws {PocketrecError} "missing-package", "unsupported", "bad-argument", "bad-shape",
 *   "network", "failed", "aborted"
 *
 * @example
 * const model = await loadModel("candidates.safetensors");
 * const index = await hnswIndex(model);
 * await index.save("items.usearch");
 * const same = await hnswIndex(model, { file: "items.usearch" });
 *
 * const user = model.user({ history: [260, 1196], features: {} });
 * const found = await same.search(user.vector, { topK: 100 });
 * found.length; // => 100
 */
export async function hnswIndex(model, options = {}) {
  const settings = readOptions(options);
  const { graph, file, signal } = settings;
  assertIndexable(model);
  const isCosine = graph === "cosine";
  const width = model.vectors(Uint32Array.of(0)).length;
  const dimensions = isCosine ? width + 1 : width;
  const index = await emptyIndex(settings, dimensions);
  if (file !== undefined) await loadIndex(index, file, fingerprint(model, graph), signal);
  else await build(index, isCosine ? withEqualLengths(model, width, CHUNK) : model, settings);
  return {
    itemCount: model.itemCount,
    search: searchOf(index, model, dimensions, settings.expansionSearch),
    save: (path) => saveIndex(index, path, fingerprint(model, graph)),
  };
}

/** @param {HnswOptions} options */
function readOptions(options) {
  const { connectivity = 32, expansionAdd = 200, expansionSearch = 200 } = options;
  const { threads = 1, graph = "cosine", file, onProgress, signal } = options;
  for (const [name, value] of Object.entries({ connectivity, expansionAdd, expansionSearch }))
    assertNumber(value, name, { min: 2, max: INT32_MAX, integer: true });
  assertNumber(threads, "threads", { max: INT32_MAX, integer: true });
  if (graph !== "cosine" && graph !== "inner")
    throw argumentError("graph", '"cosine" or "inner"', graph);
  const numbers = { connectivity, expansionAdd, expansionSearch, threads };
  return { ...numbers, graph, file, onProgress, signal };
}

/** @typedef {ReturnType<typeof readOptions>} Settings */

/** @param {IndexedModel} model */
function assertIndexable(model) {
  if (typeof model?.vectors !== "function") throw argumentError("model", "a model", model);
  if (model.scoresAreInnerProducts) return;
  const expected = "one whose scores are inner products, as of kind candidates";
  throw new PocketrecError("unsupported", "model", expected, `"${model.kind}"`, {
    hint: "exactIndex takes every kind.",
  });
}

/**
 * @param {Settings} settings
 * @param {number} dimensions
 * @returns {Promise<any>}
 */
async function emptyIndex({ graph, connectivity, expansionAdd, expansionSearch }, dimensions) {
  const { Index } = await importUsearch();
  // Every option is given: usearch has defaults of its own for missing ones.
  return new Index({
    dimensions,
    metric: graph === "cosine" ? "cos" : "ip",
    quantization: "f32",
    connectivity,
    expansion_add: expansionAdd,
    expansion_search: expansionSearch,
    multi: false,
  });
}

/** @returns {Promise<any>} */
async function importUsearch() {
  try {
    // @ts-ignore: an optional package, without types here
    return (await import("usearch")).default;
  } catch (cause) {
    throw new PocketrecError("missing-package", "usearch", "the package installed", String(cause), {
      hint: "npm install usearch",
      cause,
    });
  }
}

/**
 * @param {any} index
 * @param {Pick<IndexedModel, "itemCount" | "vectors">} model
 * @param {Settings} settings
 */
async function build(index, model, { threads, onProgress, signal }) {
  const total = model.itemCount;
  const step = threads === 1 ? CHUNK : 16 * CHUNK;
  for (let added = 0; added < total;) {
    throwIfAborted(signal, "hnswIndex");
    const rows = rowsFrom(added, Math.min(step, total - added));
    index.add(BigUint64Array.from(rows, BigInt), model.vectors(rows), threads);
    added += rows.length;
    onProgress?.({ added, total });
    await new Promise((resolve) => setTimeout(resolve));
  }
  throwIfAborted(signal, "hnswIndex");
}

/**
 * @param {any} index
 * @param {IndexedModel} model
 * @param {number} dimensions
 * @param {number} expansion
 * @returns {ItemIndex["search"]}
 */
function searchOf(index, model, dimensions, expansion) {
  return async (vector, { topK = 10, exclude = [], filter, signal } = {}) => {
    assertNumber(topK, "topK", { integer: true });
    throwIfAborted(signal, "hnswIndex");
    const user = model.user({ vector });
    const excluded = listOf(rowsOrList(exclude, "exclude"), "exclude");
    const options = /** @type {const} */ ({ topK, exclude: excluded, filter, raw: true });
    const query = new Float32Array(dimensions);
    query.set(vector);
    let wanted = Math.max(expansion, 2 * topK) + excluded.length;
    for (;;) {
      const { keys } = index.search(query, Math.min(wanted, model.itemCount), 1);
      const found = model.rank(user, Uint32Array.from(keys, Number), options);
      if (found.length >= topK || wanted >= model.itemCount)
        return /** @type {import("../pipeline/exact-index.js").Found[]} */ (found);
      wanted *= 4;
    }
  };
}

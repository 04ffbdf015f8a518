import { argumentError } from "../common/arguments.js";
import { PocketrecError } from "../common/errors.js";
import { indexOfNonFinite } from "../common/numbers.js";
import { assertSameVectors, otherModel, sampleOf } from "./agreement.js";
import { Caller } from "./caller.js";
import { asStored, longest, modelWidth } from "./lengths.js";
import { idOfKey, keyOf, kindOfKeys } from "./keys.js";
import {
  assertEngine,
  assertEngineModel,
  readAttributes,
  readIndexOptions,
  readUpsertOptions,
} from "./options.js";
import { search } from "./search.js";

/**
 * @import { ItemId } from "../common/ids.js"
 * @import { Found, ItemIndex, SearchOptions } from "../pipeline/exact-index.js"
 * @import { Engine, EngineRecord, Stored } from "./engine.js"
 * @import { EngineIndexOptions, EngineModel, UpsertOptions } from "./options.js"
 */

/** Keys that one call removes or reads. */
const KEYS_PER_CALL = 1000;

/** What waits for the whole collection may take this many times the timeout of a call. */
const WHOLE = 60;

/**
 * An index in a vector engine: for `fromModel({ index })`, with what keeps its collection up to
 * date. Made by `engineIndex`.
 *
 * @hideconstructor
 */
export class EngineIndex {
  #engine;
  #model;
  #options;
  #caller;
  /** The model's ids by row, and whether it has their vectors. */
  #ids;
  #hasVectors;
  /** @type {Stored} */
  #stored = /** @type {any} */ (undefined);
  #itemCount = 0;

  /**
   * @param {EngineModel} model
   * @param {Engine} engine
   * @param {ReturnType<typeof readIndexOptions>} options
   */
  constructor(model, engine, options) {
    this.#model = model;
    this.#engine = engine;
    this.#options = options;
    this.#caller = new Caller(engine, options.timeout);
    this.#hasVectors = hasVectors(model);
    this.#ids = model.ids();
    if (this.#hasVectors || options.version !== undefined) return;
    throw new PocketrecError("bad-argument", "version", "a name of the vectors", "none", {
      hint: "The weights file has no item vectors that could be compared with the collection's.",
    });
  }

  /** How many items the collection had when it was last opened, refreshed, filled or emptied. */
  get itemCount() {
    return this.#itemCount;
  }

  /**
   * Opens the collection again: finds it, has the engine load it, compares it with the model and
   * counts its items. After an outage, or when another program has changed it.
   *
   * @param {{ signal?: AbortSignal }} [options]
   * @returns {Promise<void>}
   * @throws {PocketrecError} as `engineIndex`
   *
   * @example
   * const index = await engineIndex(model, engine);
   * await index.refresh();
   * index.itemCount; // => 3650
   */
  async refresh({ signal } = {}) {
    const call = { signal, isRepeatable: true };
    const found = await this.#caller.call((one) => this.#engine.describe(one), call);
    const stored = found ?? (await this.#create(signal));
    this.#assertFits(stored);
    this.#stored = stored;
    await this.#caller.call((one) => this.#engine.load(one), { ...call, times: WHOLE });
    await this.#count(signal);
    await this.#compare(signal);
  }

  /**
   * The best items of the collection for a user vector, with the model's raw scores. What is
   * excluded or filtered is left out here, so the engine does not learn of it: more items are asked
   * for until topK are left or the collection ends.
   *
   * @param {ArrayLike<number>} vector `user.vector`
   * @param {SearchOptions} [options]
   * @returns {Promise<Found[]>} the best first
   * @throws {PocketrecError} "bad-argument", "aborted", "too-large" where topK items are not among
   *   the most that the engine gives, "bad-shape" where the collection has another model's vectors,
   *   and the errors of `engineIndex`
   *
   * @example
   * const index = await engineIndex(model, engine);
   * const user = model.user({ history: [260, 1196], features: {} });
   * const found = await index.search(user.vector, { topK: 100, exclude: user.items });
   * found.length; // => 100
   */
  search(vector, options) {
    return this.#search(vector, options);
  }

  /**
   * The same index, but for items that an expression is true for. The engine evaluates it, before
   * topK, over the attributes that `upsert` stored; it is not checked here, so write no text of a
   * user into it.
   *
   * @param {string} expression in the engine's language, as `year > 1990`
   * @returns {ItemIndex}
   * @throws {PocketrecError} "bad-argument"; `search` throws it for an expression that the engine
   *   does not understand
   *
   * @example
   * const index = await engineIndex(model, engine);
   * const films = fromModel(model, { index: index.where("year >= 1990"), topK: 300 });
   * films.topK; // => 300
   */
  where(expression) {
    if (typeof expression !== "string" || !expression.trim())
      throw argumentError("where", "an expression", expression);
    const search = this.#search.bind(this);
    const count = () => this.#itemCount;
    return {
      get itemCount() {
        return count();
      },
      search: (vector, options) => search(vector, options, expression),
    };
  }

  /**
   * Stores items: adds those that are new and replaces the others. A call that failed may be
   * repeated; those that may pass later (the engine is away or busy) are tried four times.
   *
   * @param {UpsertOptions} [options]
   * @returns {Promise<void>}
   * @throws {PocketrecError} "bad-argument", "unknown-item", "not-finite", "aborted", and the
   *   errors of `engineIndex`
   *
   * @example
   * const index = await engineIndex(model, engine, { create: true });
   * await index.upsert({
   *   attributes: (item) => ({ isNew: item > 100000 }),
   *   onProgress: ({ added, total }) => console.log(`${added} of ${total}`),
   * });
   */
  async upsert(options) {
    const { items, vectors, attributes, batchSize, onProgress, signal } =
      readUpsertOptions(options);
    const ids = items ? [...items] : this.#ids;
    const keys = this.#keysOf(ids);
    const vectorsOf = this.#vectorsOf(ids, vectors);
    for (let added = 0; added < ids.length;) {
      const end = Math.min(added + batchSize, ids.length);
      const batch = vectorsOf(added, end);
      const records = keys.slice(added, end).map((key, at) => ({
        key,
        vector: batch[at],
        ...(attributes && { attributes: readAttributes(attributes(ids[added + at])) }),
      }));
      await this.#caller.call((one) => this.#engine.upsert(records, one), {
        signal,
        isRepeatable: true,
      });
      added = end;
      onProgress?.({ added, total: ids.length });
    }
    if (ids.length > batchSize)
      await this.#caller.call((one) => this.#engine.settle(one), {
        ...{ signal, times: WHOLE, isRepeatable: true },
      });
    await this.#count(signal);
  }

  /**
   * Removes items from the collection. Those that it does not have are ignored.
   *
   * @param {Iterable<ItemId>} items ids
   * @param {{ signal?: AbortSignal }} [options]
   * @returns {Promise<void>}
   * @throws {PocketrecError} "bad-argument", and the errors of `engineIndex`
   *
   * @example
   * const index = await engineIndex(model, engine);
   * await index.remove([260, 1196]);
   */
  async remove(items, { signal } = {}) {
    const keys = this.#keysOf([...items]);
    for (let first = 0; first < keys.length; first += KEYS_PER_CALL) {
      const part = keys.slice(first, first + KEYS_PER_CALL);
      await this.#caller.call((one) => this.#engine.remove(part, one), {
        signal,
        isRepeatable: true,
      });
    }
    await this.#count(signal);
  }

  /**
   * Removes the collection with all of its items. A search throws "not-found" then.
   *
   * @param {{ signal?: AbortSignal }} [options]
   * @returns {Promise<void>}
   * @throws {PocketrecError} the errors of `engineIndex`
   *
   * @example
   * const index = await engineIndex(model, engine);
   * await index.drop();
   */
  async drop({ signal } = {}) {
    await this.#caller.call((one) => this.#engine.drop(one), { signal });
    this.#itemCount = 0;
  }

  /**
   * @param {ArrayLike<number>} vector
   * @param {SearchOptions | undefined} options
   * @param {string} [where]
   */
  #search(vector, options, where) {
    const rowsToIds = (/** @type {Uint32Array} */ rows) =>
      Array.from(rows, (row) => this.#ids[row]);
    return search(
      {
        ...{ engine: this.#engine, model: this.#model, caller: this.#caller },
        ...{ stored: this.#stored, itemCount: this.#itemCount },
        ...{ hasVectors: this.#hasVectors, rowsToIds },
      },
      vector,
      { options, where },
    );
  }

  /** @param {AbortSignal | undefined} signal */
  async #create(signal) {
    const { create, version, graph, width: given } = this.#options;
    const { name } = this.#engine;
    if (!create || this.#stored)
      throw new PocketrecError("not-found", name, "the collection", "none", {
        hint: "engineIndex(model, engine, { create: true }) makes it, and upsert() fills it.",
      });
    const width = this.#width() ?? given;
    if (width === undefined) throw argumentError("width", "the width of the vectors", width);
    const keys = kindOfKeys(this.#ids);
    /** @type {Stored} */
    const stored = { width, metric: "inner", keys, ...(version !== undefined && { version }) };
    if (graph === "cosine" && this.#hasVectors) {
      stored.width++;
      stored.length = longest(this.#model, this.#ids.length);
    }
    try {
      await this.#caller.call((one) => this.#engine.create(stored, one), { signal });
      return stored;
    } catch (error) {
      // Another program may have made it in the meantime.
      const other = await this.#caller.call((one) => this.#engine.describe(one), { signal });
      if (!other) throw error;
      return other;
    }
  }

  /** The width of the model's vectors, where it has any. */
  #width() {
    return this.#hasVectors && this.#ids.length
      ? this.#model.vectors([this.#ids[0]]).length
      : undefined;
  }

  /**
   * @param {Stored} stored
   * @throws {PocketrecError} "bad-shape"
   */
  #assertFits(stored) {
    const { metric, keys, version } = stored;
    const { name } = this.#engine;
    const width = modelWidth(stored);
    const own = this.#width() ?? this.#options.width;
    const isOfOther = (/** @type {string} */ expected, /** @type {string} */ found) =>
      new PocketrecError("bad-shape", name, expected, found, {
        hint: "Make a new collection for this model.",
      });
    if (metric !== "inner") throw isOfOther("inner products as metric", metric);
    if (own !== undefined && width !== own)
      throw isOfOther(`vectors of ${own} numbers`, `${width}`);
    const needed = kindOfKeys(this.#ids);
    if (this.#ids.length && keys !== needed) throw isOfOther(`keys of kind ${needed}`, keys);
    const { version: expected } = this.#options;
    if (expected !== undefined && version !== expected)
      throw isOfOther(`version ${expected}`, version ?? "none");
  }

  /** @param {AbortSignal | undefined} signal */
  async #count(signal) {
    this.#itemCount = await this.#caller.call((one) => this.#engine.count(one), {
      ...{ signal, isRepeatable: true },
    });
  }

  /**
   * Compares a sample of the stored vectors with the model's.
   *
   * @param {AbortSignal | undefined} signal
   */
  async #compare(signal) {
    if (!this.#hasVectors || !this.#itemCount) return;
    const { name } = this.#engine;
    const { keys } = this.#stored;
    const ids = sampleOf(this.#ids);
    const wanted = ids.map((id) => keyOf(id, keys));
    const call = { signal, isRepeatable: true };
    const found = await this.#caller.call((one) => this.#engine.read(wanted, one), call);
    if (!found.length) throw otherModel(name, `none of ${ids.length} of its items`);
    const vectors = split(this.#model.vectors(ids), ids.length);
    const stored = found.map(({ key, vector }) => ({ id: idOfKey(key, keys, name), vector }));
    assertSameVectors(name, stored, new Map(ids.map((id, at) => [id, vectors[at]])));
  }

  /**
   * @param {ItemId[]} ids
   * @throws {PocketrecError} "bad-argument" for an id twice, or one that is no key
   */
  #keysOf(ids) {
    const keys = ids.map((id) => keyOf(id, this.#stored.keys));
    if (new Set(keys).size === keys.length) return keys;
    const seen = new Set();
    const twice = keys.findIndex((key) => seen.size === seen.add(key).size);
    throw argumentError("items", "each item once", ids[twice]);
  }

  /**
   * A function that gives the vectors of a part of the items.
   *
   * @param {ItemId[]} ids
   * @param {Float32Array | undefined} vectors
   * @returns {(first: number, end: number) => Float32Array[]}
   */
  #vectorsOf(ids, vectors) {
    const width = modelWidth(this.#stored);
    if (vectors && vectors.length !== ids.length * width) {
      const expected = `${ids.length} vectors of ${width} numbers`;
      throw argumentError("vectors", expected, `${vectors.length} numbers`);
    }
    return (first, end) => {
      const part =
        vectors?.subarray(first * width, end * width) ?? this.#model.vectors(ids.slice(first, end));
      const wrong = indexOfNonFinite(part);
      if (wrong < 0)
        return split(part, end - first).map((vector) => asStored(vector, this.#stored));
      const item = ids[first + Math.floor(wrong / width)];
      throw new PocketrecError("not-finite", "vectors", "finite numbers", `${part[wrong]}`, {
        hint: `It is in the vector of item ${JSON.stringify(item)}.`,
      });
    };
  }
}

/**
 * @param {Float32Array} vectors (count, width) row-major
 * @param {number} count
 */
const split = (vectors, count) => {
  const width = vectors.length / count;
  return Array.from({ length: count }, (_, at) => vectors.subarray(at * width, (at + 1) * width));
};

/**
 * Whether the weights file has item vectors: one for packs has none.
 *
 * @param {EngineModel} model
 */
function hasVectors(model) {
  try {
    model.vectors(new Uint32Array(0));
    return true;
  } catch (error) {
    if (error instanceof PocketrecError && error.code === "bad-argument") return false;
    throw error;
  }
}

/**
 * Opens an index in a vector engine, for catalogues beyond one machine, and for those that change
 * while they are searched. The collection must hold this model's item vectors: 256 of them are
 * compared when it is opened, and the scores of every search. For models whose raw scores are inner
 * products (`model.scoresAreInnerProducts`).
 *
 * @param {EngineModel} model on the server, as of `loadModel`
 * @param {Engine} engine `milvusEngine(...)`, or one of the app's own
 * @param {EngineIndexOptions} [options]
 * @returns {Promise<EngineIndex>}
 * @throws {PocketrecError} "not-found" without the collection, "bad-shape" for one of another
 *   model, "unsupported" for other models, "bad-argument", "aborted"; of the engine "network" where
 *   it is down, "timeout", "not-allowed" and "engine"
 *
 * @example
 * const model = await loadModel("candidates.safetensors");
 * const index = await engineIndex(model, engine, { create: true, version: "2026-12-01" });
 * await index.upsert();
 * const recommender = createRecommender({
 *   retrieve: fromModel(model, { index, topK: 500 }),
 *   rank: model,
 *   history: [260, 1196],
 * });
 * (await recommender.recommend({ topK: 10 })).source; // => "retrieved"
 */
async function engineIndex(model, engine, options) {
  const checked = readIndexOptions(options);
  assertEngineModel(model);
  assertEngine(engine);
  const index = new EngineIndex(model, engine, checked);
  await index.refresh({ signal: checked.signal });
  return index;
}

// Here, so that TypeDoc finds the comment.
export { engineIndex };

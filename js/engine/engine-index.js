import { argumentError } from "../common/arguments.js";
import { PocketrecError } from "../common/errors.js";
import { Caller } from "./caller.js";
import { compareSample, openCollection } from "./open-collection.js";
import {
  assertEngine,
  assertEngineModel,
  readAttributes,
  readIndexOptions,
  readUpsertOptions,
} from "./options.js";
import { keysOf, vectorsOf } from "./records.js";
import { search } from "./search.js";

/**
 * @import { ItemId } from "../common/ids.js"
 * @import { Found, ItemIndex, SearchOptions } from "../pipeline/exact-index.js"
 * @import { Engine, Stored } from "./engine.js"
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
  #caller;
  #indexed;
  /** @type {Stored} */
  #stored = /** @type {any} */ (undefined);
  #itemCount = 0;

  /**
   * @param {EngineModel} model
   * @param {Engine} engine
   * @param {ReturnType<typeof readIndexOptions>} options
   */
  constructor(model, engine, options) {
    this.#engine = engine;
    this.#caller = new Caller(engine, options.timeout);
    this.#indexed = {
      ...{ engine, model, options, caller: this.#caller },
      ...{ ids: model.ids(), hasVectors: hasVectors(model) },
    };
    if (this.#indexed.hasVectors || options.version !== undefined) return;
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
    const isAgain = this.#stored !== undefined;
    this.#stored = await openCollection(this.#indexed, isAgain, signal);
    await this.#caller.call((one) => this.#engine.load(one), {
      ...{ signal, times: WHOLE, isRepeatable: true },
    });
    await this.#count(signal);
    if (this.#indexed.hasVectors && this.#itemCount)
      await compareSample(this.#indexed, this.#stored, signal);
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
    const ids = items ? [...items] : this.#indexed.ids;
    const keys = keysOf(ids, this.#stored);
    const readVectors = vectorsOf(this.#indexed.model, this.#stored, ids, vectors);
    for (let added = 0; added < ids.length;) {
      const end = Math.min(added + batchSize, ids.length);
      const batch = readVectors(added, end);
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
    const keys = keysOf([...items], this.#stored);
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
    const { ids } = this.#indexed;
    const rowsToIds = (/** @type {Uint32Array} */ rows) => Array.from(rows, (row) => ids[row]);
    return search(
      { ...this.#indexed, stored: this.#stored, itemCount: this.#itemCount, rowsToIds },
      vector,
      { options, where },
    );
  }

  /** @param {AbortSignal | undefined} signal */
  async #count(signal) {
    this.#itemCount = await this.#caller.call((one) => this.#engine.count(one), {
      ...{ signal, isRepeatable: true },
    });
  }
}

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

import { argumentError, assertNumber } from "../../common/arguments.js";
import { checkOptions } from "../../common/options.js";
import { StatusError, explain, given, isMissing } from "./answers.js";
import { keysIn, newCollection, rowOf, storedOf } from "./collection.js";

/**
 * @import { Call, Engine, EngineQuery } from "../engine.js"
 *
 * @typedef {object} MilvusOptions where the items are
 * @property {any} client a `MilvusClient` of `@zilliz/milvus2-sdk-node`, which the app installs
 * @property {string} collection its name, or an alias of it
 * @property {string} [indexType] of Milvus (default "HNSW"), such as "FLAT", "IVF_FLAT", "DISKANN"
 * @property {Record<string, number>} [build] parameters of the index type, for a new collection
 *   (default for HNSW: M 32, efConstruction 200; for IVF_FLAT: nlist 1024)
 * @property {Record<string, number>} [search] parameters of a search (default for HNSW: ef 200, and
 *   at least twice topK; for IVF_FLAT: nprobe 32): larger ones find more
 * @property {number} [shards] of a new collection (default: Milvus's)
 */

/** What Milvus gives at most for one search. */
const MOST = 16_384;

/** Index types whose scores are those of the vectors as they are stored. */
const EXACT = ["FLAT", "HNSW", "IVF_FLAT"];

/** @type {Record<string, { build: Record<string, number>, search: Record<string, number> }>} */
const PARAMETERS = {
  HNSW: { build: { M: 32, efConstruction: 200 }, search: { ef: 200 } },
  IVF_FLAT: { build: { nlist: 1024 }, search: { nprobe: 32 } },
};

/** Reads what was written a moment ago. */
const STRONG = { consistency_level: "Strong" };

/**
 * A collection of Milvus or of Zilliz Cloud, for `engineIndex`. Items are in the fields `id` and
 * `vector`, their attributes in dynamic fields.
 *
 * @param {MilvusOptions} options
 * @returns {Engine}
 * @throws {import("../../common/errors.js").PocketrecError} "bad-argument"
 *
 * @example
 * // client = new MilvusClient({ address: "localhost:19530" })
 * const milvus = milvusEngine({ client, collection: "films" });
 * milvus.name; // => 'Milvus collection "films"'
 */
export function milvusEngine(options) {
  const choice = readOptions(options);
  const { client, collection, indexType } = choice;
  // Where the engine is down the client rejects this promise, and Node would end the process.
  client.connectPromise?.catch?.(() => {});
  /** @type {Ask} */
  const ask = (method, request, { timeout }) =>
    client[method]({ collection_name: collection, ...request, timeout });
  return {
    name: `Milvus collection ${JSON.stringify(collection)}`,
    mostPerSearch: MOST,
    tolerance: EXACT.includes(indexType) ? 0.001 : 0.25,
    describe: (call) => describe(ask, call),
    create: async (stored, call) =>
      void given(await ask("createCollection", newCollection(stored, choice), call)),
    load: async (call) => void given(await ask("loadCollectionSync", {}, call)),
    count: (call) => count(ask, call),
    read: async (keys, call) => {
      const those = { filter: keysIn(keys), output_fields: ["id", "vector"], ...STRONG };
      const { data } = given(await ask("query", those, call));
      return data.map((/** @type {any} */ { id: key, vector }) => ({ key, vector }));
    },
    upsert: async (records, call) => {
      const answer = given(await ask("upsert", { data: records.map(rowOf) }, call));
      const { length } = answer.err_index ?? [];
      if (length) throw new StatusError({ reason: `${length} of ${records.length} are refused` });
    },
    settle: async (call) =>
      void given(await ask("flushSync", { collection_names: [collection] }, call)),
    remove: async (keys, call) => void given(await ask("delete", { filter: keysIn(keys) }, call)),
    search: (query, call) => search(ask, choice, query, call),
    drop: async (call) => void given(await ask("dropCollection", {}, call)),
    explain,
  };
}

/**
 * @typedef {(method: string, request: object, call: Call) => Promise<any>} Ask
 * @param {Ask} ask
 * @param {Call} call
 */
async function describe(ask, call) {
  const about = await ask("describeCollection", {}, call);
  if (isMissing(about.status)) return undefined;
  given(about);
  return storedOf(about, await ask("describeIndex", { field_name: "vector" }, call));
}

/**
 * @param {Ask} ask
 * @param {Call} call
 */
async function count(ask, call) {
  const all = { filter: "", output_fields: ["count(*)"], ...STRONG };
  const { data } = given(await ask("query", all, call));
  return Number(data[0]["count(*)"]);
}

/**
 * @param {Ask} ask
 * @param {Choice} choice
 * @param {EngineQuery} query
 * @param {Call} call
 */
async function search(ask, { search: parameters }, { vector, topK, where }, call) {
  const { ef } = parameters;
  const request = {
    ...{ data: Array.from(vector), limit: topK, metric_type: "IP", output_fields: ["id"] },
    params: ef === undefined ? parameters : { ...parameters, ef: Math.max(ef, 2 * topK) },
    ...(where !== undefined && { filter: where }),
  };
  try {
    const { results } = given(await ask("search", request, call));
    return results.map((/** @type {any} */ { id: key, score }) => ({ key, score }));
  } catch (error) {
    // The client throws it where it cannot read the failure that it got.
    if (error instanceof TypeError) given(await ask("describeCollection", {}, call));
    throw error;
  }
}

/** @param {MilvusOptions} options */
function readOptions(options) {
  const names = "client collection indexType build search shards";
  const {
    client,
    collection,
    indexType = "HNSW",
    ...more
  } = checkOptions(options, "milvusEngine", names);
  if (typeof client?.describeCollection !== "function")
    throw argumentError("client", "a MilvusClient of @zilliz/milvus2-sdk-node", client);
  for (const [name, value] of Object.entries({ collection, indexType }))
    if (typeof value !== "string" || !value) throw argumentError(name, "a name", value);
  const { build = {}, search = {}, shards } = more;
  if (shards !== undefined) assertNumber(shards, "shards", { min: 1, integer: true });
  const usual = PARAMETERS[indexType];
  return {
    ...{ client, collection, indexType, shards },
    build: { ...usual?.build, ...build },
    search: { ...usual?.search, ...search },
  };
}

/** @typedef {ReturnType<typeof readOptions>} Choice */

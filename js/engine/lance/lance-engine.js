import { argumentError, assertNumber } from "../../common/arguments.js";
import { checkOptions } from "../../common/options.js";
import { explain, isMissing } from "./answers.js";
import { COMPRESSED, METRIC, addAttributes, isIn, rowsOf, schemaOf, storedOf } from "./table.js";

/**
 * @import { Call, Engine, EngineQuery, EngineRecord, Stored } from "../engine.js"
 *
 * @typedef {object} LanceOptions where the items are
 * @property {any} connection of `connect()` of `@lancedb/lancedb`, which the app installs: to a
 *   folder, to object storage (`s3://`, `gs://`, `az://`), or to LanceDB Cloud
 * @property {string} table its name
 * @property {any} [index] of the client, such as `Index.ivfFlat({ distanceType: "dot" })`: built
 *   after the first upsert of many items. Default: none, every search scans all items
 * @property {LanceSearch} [search] parameters of a search: larger ones find more
 *
 * @typedef {object} LanceSearch parameters of a search
 * @property {number} [nprobes] partitions that are looked into (default: LanceDB's, 20)
 * @property {number} [refineFactor] how many times topK are compared by their own vectors where the
 *   index compresses them
 * @property {number} [ef] of an index with a graph
 */

/** LanceDB has no limit; an answer of that many is some dozens of megabytes. */
const MOST = 1_000_000;

/**
 * A table of LanceDB, for `engineIndex`: files in a folder or on object storage, without a server
 * of its own. Items are in the columns `id` and `vector`, their attributes in columns of their own.
 *
 * @param {LanceOptions} options
 * @returns {Engine}
 * @throws {import("../../common/errors.js").PocketrecError} "bad-argument"
 *
 * @example
 * // connection = await connect("s3://my-bucket/recommender")
 * const lance = lanceEngine({ connection, table: "films" });
 * lance.name; // => 'LanceDB table "films"'
 */
export function lanceEngine(options) {
  const choice = readOptions(options);
  const lance = new LanceTable(choice);
  return {
    name: `LanceDB table ${JSON.stringify(choice.table)}`,
    mostPerSearch: MOST,
    get tolerance() {
      return lance.isCompressed ? 0.25 : 0.001;
    },
    describe: () => lance.describe(),
    create: (stored) => lance.create(stored),
    load: async () => void (await lance.open()),
    count: async () => (await lance.open()).countRows(),
    read: async (keys, call) => {
      const query = (await lance.open()).query().where(isIn(keys)).select(["id", "vector"]);
      const rows = await query.toArray({ timeoutMs: call.timeout });
      return rows.map((/** @type {any} */ row) => ({
        ...{ key: keyOf(row.id), vector: Array.from(row.vector) },
      }));
    },
    upsert: (records) => lance.upsert(records),
    settle: () => lance.settle(),
    remove: async (keys) => void (await (await lance.open()).delete(isIn(keys))),
    search: (query, call) => lance.search(query, call),
    drop: () => lance.drop(),
    explain,
  };
}

/** A table that is opened when it is first used, and again by `describe`. */
class LanceTable {
  #choice;
  /** @type {Promise<any> | undefined} */
  #table;
  /** Whether the index of the vectors compresses them. */
  isCompressed = false;

  /** @param {Choice} choice */
  constructor(choice) {
    this.#choice = choice;
  }

  /** The open table. A failure is not kept. */
  open() {
    const { connection, table } = this.#choice;
    this.#table ??= connection.openTable(table).catch((/** @type {unknown} */ error) => {
      this.#table = undefined;
      throw error;
    });
    return /** @type {Promise<any>} */ (this.#table);
  }

  /** Opens the latest version of the table, also that which another program wrote. */
  async describe() {
    this.#table = undefined;
    try {
      const table = await this.open();
      return storedOf(await table.schema(), await this.#indexOf(table, "vector"));
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  /** @param {Stored} stored */
  async create(stored) {
    const { connection, table: name } = this.#choice;
    const table = await connection.createEmptyTable(name, schemaOf(stored), { mode: "create" });
    this.#table = Promise.resolve(table);
  }

  /** The table with what other programs wrote meanwhile: upon an older one a write is refused. */
  async #latest() {
    const table = await this.open();
    await table.checkoutLatest();
    return table;
  }

  /** @param {EngineRecord[]} records */
  async upsert(records) {
    const table = await this.#latest();
    const { set, cleared } = await addAttributes(table, records);
    const merge = table.mergeInsert("id").whenMatchedUpdateAll().whenNotMatchedInsertAll();
    const { numUpdatedRows: replaced } = await merge.execute(rowsOf(records, set));
    if (!replaced || !cleared.length) return;
    const valuesSql = Object.fromEntries(cleared.map((name) => [name, "null"]));
    await table.update({ where: isIn(records.map(({ key }) => key)), valuesSql });
  }

  /** Joins the files of the upserts, and builds the indexes or adds the new items to them. */
  async settle() {
    const table = await this.#latest();
    const { index } = this.#choice;
    if (!(await this.#indexOf(table, "id"))) await table.createIndex("id");
    if (index && !(await this.#indexOf(table, "vector")))
      await table.createIndex("vector", { config: index });
    await table.optimize();
    await this.#indexOf(table, "vector");
  }

  /**
   * @param {EngineQuery} query
   * @param {Call} call
   */
  async search({ vector, topK, where }, { timeout }) {
    const table = await this.open();
    const { nprobes, refineFactor, ef } = this.#choice.search;
    let query = table.query().nearestTo(vector).column("vector").distanceType(METRIC);
    query = query.select(["id", "_distance"]).limit(topK);
    if (where !== undefined) query = query.where(where);
    if (nprobes !== undefined) query = query.nprobes(nprobes);
    if (refineFactor !== undefined) query = query.refineFactor(refineFactor);
    if (ef !== undefined) query = query.ef(Math.max(ef, topK));
    const rows = await query.toArray({ timeoutMs: timeout });
    return rows.map((/** @type {any} */ { id, _distance: distance }) => ({
      key: keyOf(id),
      score: 1 - distance,
    }));
  }

  async drop() {
    const { connection, table } = this.#choice;
    this.#table = undefined;
    await connection.dropTable(table);
  }

  /**
   * What LanceDB says of the index of a column.
   *
   * @param {any} table
   * @param {string} column
   */
  async #indexOf(table, column) {
    const indexes = await table.listIndices();
    const isOf = (/** @type {any} */ { columns }) => columns.length === 1 && columns[0] === column;
    const found = indexes.find(isOf);
    const about = found && (await table.indexStats(found.name));
    if (column === "vector") {
      const isRefined = this.#choice.search.refineFactor !== undefined;
      this.isCompressed = !isRefined && COMPRESSED.test(about?.indexType ?? "");
    }
    return about;
  }
}

/** LanceDB gives 64-bit numbers as bigint. @param {string | bigint} id */
const keyOf = (id) => (typeof id === "bigint" ? Number(id) : id);

/** @param {LanceOptions} options */
function readOptions(options) {
  const checked = checkOptions(options, "lanceEngine", "connection table index search");
  const { connection, table, index, search: given } = checked;
  if (typeof connection?.openTable !== "function")
    throw argumentError("connection", "one of connect() of @lancedb/lancedb", connection);
  if (typeof table !== "string" || !table) throw argumentError("table", "a name", table);
  if (index !== undefined && (typeof index !== "object" || index === null))
    throw argumentError("index", "one of Index of @lancedb/lancedb", index);
  const search = checkOptions(given, "search", "nprobes refineFactor ef");
  for (const [name, value] of Object.entries(search))
    assertNumber(value, `search.${name}`, { min: 1, integer: true });
  return { connection, table, index, search };
}

/** @typedef {ReturnType<typeof readOptions>} Choice */

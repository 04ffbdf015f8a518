/**
 * How a collection of Milvus holds items.
 *
 * @import { EngineRecord, Key, Stored } from "../engine.js"
 */

/** Types of fields, by the numbers of Milvus's protocol. */
const INT64 = 5;
const VARCHAR = 21;
const FLOAT_VECTOR = 101;

/** What a text key holds at most, in bytes. */
const KEY_BYTES = 1024;

/** The property of a collection that holds what Milvus has no place for. */
const PROPERTY = "pocketrec";

/**
 * What createCollection takes.
 *
 * @param {Stored} stored
 * @param {{ indexType: string, build: Record<string, number>, shards?: number }} choice
 */
export function newCollection({ width, keys, version, length }, { indexType, build, shards }) {
  const type = keys === "integer" ? { data_type: INT64 } : { data_type: VARCHAR };
  const id = { name: "id", ...type, is_primary_key: true, autoID: false };
  return {
    fields: [
      keys === "integer" ? id : { ...id, max_length: KEY_BYTES },
      { name: "vector", data_type: FLOAT_VECTOR, dim: width },
    ],
    index_params: [
      { field_name: "vector", index_type: indexType, metric_type: "IP", params: build },
    ],
    enable_dynamic_field: true,
    properties: { [PROPERTY]: JSON.stringify({ keys, version, length }) },
    ...(shards !== undefined && { shards_num: shards }),
  };
}

/**
 * What a collection was made for. One that another program made has no property of ours: its keys
 * say what they are, and its vectors are compared.
 *
 * @param {any} about an answer of describeCollection
 * @param {any} indexes an answer of describeIndex
 * @returns {Stored}
 */
export function storedOf({ schema, properties }, { index_descriptions: indexes }) {
  const [id, vector] = ["id", "vector"].map((name) =>
    schema.fields.find((/** @type {any} */ field) => field.name === name),
  );
  const own = valueOf(properties, PROPERTY);
  const { keys, version, length } = own === undefined ? {} : JSON.parse(own);
  const metric = valueOf(indexes?.[0]?.params, "metric_type") ?? "none";
  return {
    width: vector?.data_type === "FloatVector" ? Number(vector.dim) : 0,
    metric: metric === "IP" ? "inner" : metric,
    keys: keys ?? (id?.data_type === "Int64" ? "integer" : "string"),
    ...(version !== undefined && { version }),
    ...(length !== undefined && { length }),
  };
}

/**
 * @param {{ key: string, value: string }[] | undefined} pairs
 * @param {string} name
 */
const valueOf = (pairs, name) => pairs?.find(({ key }) => key === name)?.value;

/** @param {EngineRecord} record */
export const rowOf = ({ key, vector, attributes }) => ({
  ...attributes,
  id: key,
  vector: Array.from(vector),
});

/**
 * An expression that is true for these items. The client's own for ids breaks at a quote.
 *
 * @param {Key[]} keys
 */
export const keysIn = (keys) => `id in [${keys.map(literal).join(",")}]`;

/** What a text in an expression cannot hold as it is. */
const ESCAPES = /** @type {Record<string, string>} */ ({
  '"': '\\"',
  "\\": "\\\\",
  "\n": "\\n",
  "\r": "\\r",
});

/** @param {Key} key */
const literal = (key) =>
  typeof key === "number" ? `${key}` : `"${key.replace(/["\\\n\r]/g, (found) => ESCAPES[found])}"`;

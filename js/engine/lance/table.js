import { argumentError } from "../../common/arguments.js";

/**
 * How a table of LanceDB holds items: a column each for keys, vectors and attributes.
 *
 * @import { EngineRecord, Key, Stored } from "../engine.js"
 */

/** The property of the column `vector` that holds what LanceDB has no place for. */
const PROPERTY = "pocketrec";

/** The metric whose distance is 1 - the inner product. */
export const METRIC = "dot";

/** Indexes whose distances are those of compressed vectors: IVF_PQ, IVF_HNSW_SQ, IVF_RQ. */
export const COMPRESSED = /PQ|SQ|RQ/i;

/** The columns of an item that are not attributes, and what a search adds. */
const OWN_COLUMNS = ["id", "vector", "_distance", "_rowid", "_score"];

/** The SQL type of an attribute's column. @type {Record<string, string>} */
const TYPES = { string: "string", number: "double", boolean: "boolean" };

/** Those types, as Arrow calls them. @type {Record<string, RegExp>} */
const ARROW_TYPES = { string: /Utf8/, number: /Int|Float|Decimal/, boolean: /Bool/ };

/** Says that `id` is the key: what two writers add at the same time is stored once then. */
const PRIMARY_KEY = "lance-schema:unenforced-primary-key";

/** Types of columns, by the numbers of Arrow. */
const INT = 2;
const FLOAT = 3;
const UTF8 = 5;
const FIXED_SIZE_LIST = 16;

/**
 * The schema of an empty table, as its client takes it without a library of Arrow.
 *
 * @param {Stored} stored
 */
export function schemaOf({ width, keys, version, length }) {
  const field = (
    /** @type {string} */ name,
    /** @type {object} */ type,
    /** @type {[string, string][]} */ ...metadata
  ) => ({
    ...{ name, type, nullable: false, metadata: new Map(metadata) },
  });
  const key = keys === "integer" ? { typeId: INT, bitWidth: 64, isSigned: true } : { typeId: UTF8 };
  const number = { ...field("item", { typeId: FLOAT, precision: 1 }), nullable: true };
  const numbers = { typeId: FIXED_SIZE_LIST, listSize: width, children: [number] };
  const about = JSON.stringify({ keys, version, length });
  const fields = [
    field("id", key, [PRIMARY_KEY, "true"]),
    field("vector", numbers, [PROPERTY, about]),
  ];
  return { fields, metadata: new Map(), names: fields.map(({ name }) => name) };
}

/**
 * What a table was made for. One that another program made has no property of ours: its keys say
 * what they are, and its vectors are compared.
 *
 * @param {any} schema
 * @param {any} index of the vectors, as indexStats describes it; without one the metric is that of
 *   the search
 * @returns {Stored}
 */
export function storedOf(schema, index) {
  const [id, vector] = ["id", "vector"].map((name) => fieldOf(schema, name));
  const own = vector?.metadata?.get(PROPERTY);
  const { keys, version, length } = own ? JSON.parse(own) : {};
  const isOfFloats = /^FixedSizeList.*<Float32>$/.test(String(vector?.type));
  const metric = index?.distanceType ?? METRIC;
  return {
    width: isOfFloats ? vector.type.listSize : 0,
    metric: metric === METRIC ? "inner" : metric,
    keys: keys ?? (/^Int/.test(String(id?.type)) ? "integer" : "string"),
    ...(version !== undefined && { version }),
    ...(length !== undefined && { length }),
  };
}

/**
 * @param {any} schema
 * @param {string} name
 */
const fieldOf = (schema, name) =>
  schema.fields.find((/** @type {any} */ field) => field.name === name);

/**
 * Adds the columns that attributes of these records need.
 *
 * @param {any} table
 * @param {EngineRecord[]} records
 * @returns {Promise<{ set: string[], cleared: string[] }>} the attributes of the table that one of
 *   the records has at least, and the others
 */
export async function addAttributes(table, records) {
  const schema = await table.schema();
  /** @type {Map<string, string>} the SQL type by name */
  const types = new Map();
  for (const { attributes = {} } of records)
    for (const [name, value] of Object.entries(attributes))
      if (value !== null && value !== undefined)
        types.set(name, assertAttribute(schema, name, value));
  const added = [...types].filter(([name]) => !fieldOf(schema, name));
  if (added.length)
    await table.addColumns(
      added.map(([name, type]) => ({ name, valueSql: `cast(null as ${type})` })),
    );
  const stored = schema.fields.map((/** @type {any} */ { name }) => name);
  const cleared = stored.filter(
    (/** @type {string} */ name) => !OWN_COLUMNS.includes(name) && !types.has(name),
  );
  return { set: [...types.keys()], cleared };
}

/**
 * @param {any} schema
 * @param {string} name
 * @param {unknown} value
 */
function assertAttribute(schema, name, value) {
  const type = TYPES[typeof value];
  const subject = `attributes, ${name}`;
  if (!type) throw argumentError(subject, "a text, a number or a boolean", value);
  if (OWN_COLUMNS.includes(name)) throw argumentError(subject, "another name", name);
  const field = fieldOf(schema, name);
  if (field && !ARROW_TYPES[typeof value].test(String(field.type)))
    throw argumentError(subject, `a value of the column's type, ${field.type}`, value);
  return type;
}

/**
 * Rows for the client. It cannot write a column of booleans that has none, so it gets those columns
 * alone of which a record has a value.
 *
 * @param {EngineRecord[]} records
 * @param {string[]} columns of attributes
 */
export const rowsOf = (records, columns) =>
  records.map(({ key, vector, attributes }) => ({
    id: typeof key === "number" ? BigInt(key) : key,
    vector,
    ...Object.fromEntries(columns.map((name) => [name, attributes?.[name] ?? null])),
  }));

/**
 * An expression that is true for these items.
 *
 * @param {Key[]} keys
 */
export const isIn = (keys) => `id IN (${keys.map(literal).join(",")})`;

/** @param {Key} key */
const literal = (key) => (typeof key === "number" ? `${key}` : `'${key.replaceAll("'", "''")}'`);

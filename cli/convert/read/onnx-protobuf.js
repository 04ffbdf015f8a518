import { PbfReader } from "pbf";
import { PocketrecError } from "../../../js/common/errors.js";

/**
 * Decodes untrusted protobuf by a table of fields. Lengths must fit their message, messages nest
 * only as deep as the tables, and the number of fields is bounded.
 *
 * @typedef {"integer" | "float" | "string" | "bytes"} Scalar
 * @typedef {{ name: string, type: Scalar | Schema, many?: boolean }} Field
 * @typedef {{ [number: number]: Field }} Schema
 * @typedef {Record<string, any>} Message fields by name; repeated fields are lists, others may be
 *   absent
 *
 * @typedef {object} Source
 * @property {PbfReader} reader
 * @property {{ fields: number }} budget of fields to keep
 */

/** Fields of all messages together: ten for each of 40,000 nodes. */
const FIELDS_MAX = 400_000;
/** Values of one repeated field: nodes, inputs, sizes. */
const MANY_MAX = 20_000;
/** Bytes of a name. */
const STRING_MAX = 10_000;

/** Wire types. */
const VARINT = 0;
const FIXED64 = 1;
const BYTES = 2;
const FIXED32 = 5;

const utf8 = new TextDecoder();

/**
 * @param {Uint8Array} bytes
 * @param {Schema} schema
 * @param {string} subject for errors
 * @returns {Message}
 */
export function decode(bytes, schema, subject) {
  return message(
    { reader: new PbfReader(bytes), budget: { fields: FIELDS_MAX } },
    bytes.length,
    schema,
    subject,
  );
}

/**
 * @param {Source} source
 * @param {number} end
 * @param {Schema} schema
 * @param {string} subject
 */
function message(source, end, schema, subject) {
  const { reader, budget } = source;
  /** @type {Message} */
  const result = {};
  for (const { name, many } of Object.values(schema)) if (many) result[name] = [];
  while (reader.pos < end) {
    const key = varint(reader, end, subject);
    const wire = key % 8;
    const field = schema[Math.floor(key / 8)];
    if (key < 8)
      throw new PocketrecError("bad-header", subject, "fields numbered from 1", `${key}`);
    const to = endOf(reader, wire, end, subject);
    if (!field) {
      reader.pos = to;
      continue;
    }
    if (--budget.fields < 0)
      throw new PocketrecError("too-large", subject, `at most ${FIELDS_MAX} fields`, "more");
    const path = `${subject}.${field.name}`;
    if (field.many) append(source, result[field.name], field, wire, to, path);
    else if (field.name in result)
      throw new PocketrecError("bad-header", path, "a single value", "a duplicate");
    else result[field.name] = value(source, field, wire, to, path);
    if (reader.pos !== to) throw truncated(path);
  }
  return result;
}

/**
 * @param {Source} source
 * @param {any[]} list
 * @param {Field} field
 * @param {number} wire
 * @param {number} to
 * @param {string} path
 */
function append(source, list, field, wire, to, path) {
  const isPacked = wire === BYTES && (field.type === "integer" || field.type === "float");
  const each = field.type === "integer" ? VARINT : FIXED32;
  do {
    if (list.length === MANY_MAX)
      throw new PocketrecError("too-large", path, `at most ${MANY_MAX}`, "more");
    if (!isPacked) list.push(value(source, field, wire, to, path));
    else if (source.reader.pos < to)
      list.push(value(source, field, each, endOf(source.reader, each, to, path), path));
  } while (isPacked && source.reader.pos < to);
}

/**
 * @param {Source} source
 * @param {Field} field
 * @param {number} wire
 * @param {number} to the end of the value
 * @param {string} path
 */
function value(source, { type }, wire, to, path) {
  const { reader } = source;
  const from = reader.pos;
  if (type === "integer" && wire === VARINT) return signed(reader, path);
  if (type === "float" && wire === FIXED32) return reader.readFloat();
  if (wire !== BYTES || type === "integer" || type === "float") {
    throw new PocketrecError(
      "bad-header",
      path,
      `a field of ${typeof type === "string" ? type : "message"}`,
      `wire type ${wire}`,
    );
  }
  if (typeof type === "object") return message(source, to, type, path);
  reader.pos = to;
  if (type === "bytes") return reader.buf.subarray(from, to);
  if (to - from > STRING_MAX)
    throw new PocketrecError("too-large", path, `at most ${STRING_MAX} bytes`, `${to - from}`);
  return utf8.decode(reader.buf.subarray(from, to));
}

/**
 * Where the value at the reader's position ends; inside its message.
 *
 * @param {PbfReader} reader
 * @param {number} wire
 * @param {number} end of the message
 * @param {string} subject
 */
function endOf(reader, wire, end, subject) {
  let to = reader.pos;
  if (wire === VARINT) while (to < end && reader.buf[to++] > 127);
  else if (wire === FIXED64) to += 8;
  else if (wire === FIXED32) to += 4;
  else if (wire === BYTES) {
    const length = varint(reader, end, subject);
    to = reader.pos + length;
  } else throw new PocketrecError("bad-header", subject, "wire types 0, 1, 2 and 5", `${wire}`);
  if (to > end || (wire === VARINT && !(reader.buf[to - 1] < 128))) throw truncated(subject);
  return to;
}

/**
 * @param {PbfReader} reader
 * @param {number} end
 * @param {string} subject
 */
function varint(reader, end, subject) {
  endOf(reader, VARINT, end, subject);
  return signed(reader, subject);
}

/**
 * @param {PbfReader} reader at a varint that ends inside its message
 * @param {string} subject
 */
function signed(reader, subject) {
  try {
    return reader.readVarint(true);
  } catch (cause) {
    throw new PocketrecError("bad-header", subject, "varints of at most 10 bytes", "a longer one", {
      cause,
    });
  }
}

/** @param {string} subject */
const truncated = (subject) =>
  new PocketrecError("truncated", subject, "as many bytes as its lengths claim", "fewer");

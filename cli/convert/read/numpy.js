import { PocketrecError, show } from "../../../js/common/errors.js";
import { NUMBER_TYPES } from "../number-types.js";
import { assertShape, countOf, gather, packedStrides } from "./strided.js";
import { carriedIds, isItemIdsName, isUserIdsName } from "./carried-ids.js";
import { sparseRows } from "./sparse.js";
import { openZip } from "./zip.js";

/**
 * @typedef {import("../checkpoint.js").Checkpoint} Checkpoint
 * @typedef {import("../checkpoint.js").ForeignTensor} ForeignTensor
 * @typedef {{ shape: number[], values: Float32Array | Float64Array, texts?: string[] }} NumpyValues
 *   float64 where float32 would round: for float64 and integers (exact up to 2^53); texts: of an
 *   array of texts, which has no values
 */

const MAGIC = "\x93NUMPY";
const HEADER_MAX = 65_536;

/** Number types by numpy's codes. */
const TYPES = /** @type {Record<string, string>} */ ({
  f2: "float16",
  f4: "float32",
  f8: "float64",
  b1: "bool",
  "?": "bool",
  i1: "int8",
  i2: "int16",
  i4: "int32",
  i8: "int64",
  u1: "uint8",
  u2: "uint16",
  u4: "uint32",
  u8: "uint64",
});

/**
 * The number type of a dtype; undefined for other dtypes.
 *
 * @param {string} code "<f4", "f4", "float32"
 * @param {string} [order] "<", ">", "=" or "|", used if the code has none
 */
export function numpyType(code, order = "=") {
  const parts = code.length > 16 ? null : /^([<>=|]?)(.+)$/.exec(code);
  if (!parts) return undefined;
  const name = Object.hasOwn(TYPES, parts[2]) ? TYPES[parts[2]] : parts[2];
  if (name === "bfloat16" || !Object.hasOwn(NUMBER_TYPES, name)) return undefined;
  return { type: NUMBER_TYPES[name], little: (parts[1] || order) !== ">" };
}

/** @param {Uint8Array} bytes */
const isNpy = (bytes) => latin1(bytes.subarray(0, 6)) === MAGIC;

/**
 * Reads an array of numpy.save.
 *
 * @param {Uint8Array} bytes
 * @param {string} [name] for errors
 * @param {{ takesTexts?: boolean }} [options]
 * @returns {NumpyValues}
 */
export function readNpy(bytes, name = "file", { takesTexts = false } = {}) {
  const { code, fortran, shape, data } = readHeader(bytes, name);
  const texts = takesTexts ? textsOf(code, shape, data, name) : undefined;
  if (texts) return { shape, values: new Float64Array(0), texts };
  const kind = numpyType(code);
  if (!kind && /O/.test(code)) {
    throw new PocketrecError(
      "unsafe",
      name,
      "an array of numbers",
      "an array of Python objects (a pickle)",
      {
        hint: 'Save it as numbers: array.astype("float32").',
      },
    );
  }
  if (!kind)
    throw new PocketrecError(
      "bad-dtype",
      name,
      `one of ${Object.keys(TYPES).join(", ")}`,
      show(code),
    );
  assertShape(shape, name);
  const count = countOf(shape);
  if (count * kind.type.size > data.length) {
    throw new PocketrecError(
      "truncated",
      name,
      `${count * kind.type.size} bytes for ${show(shape)}`,
      `${data.length} bytes`,
    );
  }
  const strided = {
    name,
    bytes: data,
    ...kind,
    shape,
    strides: packedStrides(shape, fortran),
    offset: 0,
  };
  return {
    shape,
    values: kind.type.isExact ? gather(strided, Float64Array) : gather(strided, Float32Array),
  };
}

/**
 * The texts of an array of at most one axis, in UTF-32 ("<U12") or bytes ("|S12"), padded with
 * zeros.
 *
 * @param {string} code
 * @param {number[]} shape
 * @param {Uint8Array} data
 * @param {string} name for errors
 * @returns {string[] | undefined} undefined: it holds no texts
 */
function textsOf(code, shape, data, name) {
  const [, order, kind, digits] = /^([<>|=]?)([US])(\d{1,5})$/.exec(code) ?? [];
  if (!kind || shape.length > 1) return undefined;
  assertShape(shape, name);
  const size = Number(digits) * (kind === "U" ? 4 : 1);
  const count = countOf(shape);
  if (count * size > data.length)
    throw new PocketrecError("truncated", name, `${count * size} bytes`, `${data.length} bytes`);
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  return Array.from({ length: count }, (_, k) => {
    const bytes = data.subarray(k * size, (k + 1) * size);
    if (kind === "S") return new TextDecoder().decode(bytes).replace(/\0+$/, "");
    const codes = Array.from({ length: Number(digits) }, (_, i) =>
      view.getUint32(k * size + 4 * i, order !== ">"),
    );
    return String.fromCodePoint(...codes.filter((point) => point > 0 && point < 0x110000));
  });
}

/**
 * Reads the arrays of numpy.savez by name, without rounding where possible.
 *
 * @param {Uint8Array} bytes
 * @param {{ takesTexts?: boolean }} [options] whether arrays of texts are read too
 * @returns {Promise<Map<string, NumpyValues>>}
 */
export async function readNpzArrays(bytes, options) {
  const archive = await openZip(bytes);
  /** @type {Map<string, NumpyValues>} */
  const arrays = new Map();
  for (const entry of archive.names) {
    if (!entry.endsWith(".npy")) continue;
    const name = entry.slice(0, -4);
    arrays.set(name, readNpy(await archive.read(entry), name, options));
  }
  if (arrays.size) return arrays;
  throw new PocketrecError(
    "missing-tensor",
    "file",
    "arrays of numpy.savez",
    `entries ${show(archive.names.slice(0, 5))}`,
  );
}

/** The name of the only matrix of a file. */
const MATRIX = "matrix";

/**
 * A file of numpy.save, if it holds a square matrix: of items by items.
 *
 * @param {Uint8Array} bytes
 * @returns {Checkpoint | undefined} undefined: other arrays, which need a name
 */
export function readSingle(bytes) {
  const { shape, values } = readNpy(bytes);
  if (shape.length !== 2 || shape[0] !== shape[1] || shape[0] < 2) return undefined;
  return {
    format: "numpy",
    tensors: new Map([[MATRIX, { shape, values: Float32Array.from(values) }]]),
    classes: new Map(),
    settings: {},
  };
}

/**
 * The matrix of a file of scipy.sparse.save_npz, or of implicit's neighbours, without a format.
 *
 * @param {Map<string, NumpyValues>} arrays
 * @returns {import("./sparse.js").SparseMatrix | undefined} undefined: another file
 */
function savedMatrix(arrays) {
  const isNeighbours = ["K", "indices", "indptr"].every((name) => arrays.has(name));
  const [format = isNeighbours ? "csr" : ""] = arrays.get("format")?.texts ?? [];
  const shape = [...(arrays.get("shape")?.values ?? [])];
  if (!/^\w{3}$/.test(format) || shape.length !== 2 || !arrays.has("data")) return undefined;
  const valuesOf = (/** @type {string} */ name) => arrays.get(name)?.values ?? [];
  const [indices, pointers] = format === "coo" ? ["row", "col"] : ["indices", "indptr"];
  const parts = {
    values: valuesOf("data"),
    indices: valuesOf(indices),
    pointers: valuesOf(pointers),
  };
  return { shape, read: () => sparseRows({ name: "file", format, shape, ...parts }) };
}

/**
 * @param {Uint8Array} bytes
 * @returns {Promise<Checkpoint>}
 */
export async function readNpz(bytes) {
  /** @type {Map<string, ForeignTensor>} */
  const tensors = new Map();
  /** @type {[string, unknown][]} */
  const named = [];
  const arrays = await readNpzArrays(bytes, { takesTexts: true });
  const matrix = savedMatrix(arrays);
  if (matrix) {
    const sparse = new Map([[MATRIX, matrix]]);
    const [neighbours] = arrays.get("K")?.values ?? [];
    const settings = neighbours === undefined ? {} : { K: neighbours };
    return { format: "numpy", tensors, sparse, classes: new Map(), settings };
  }
  /** @type {Record<string, unknown>} */
  const settings = {};
  for (const [name, { shape, values, texts }] of arrays) {
    if (!shape.length) settings[name] = texts ? texts[0] : values[0];
    const isList = texts !== undefined || (shape.length === 1 && values.every(Number.isInteger));
    if (isList && isItemIdsName(name)) named.push([name, texts ?? [...values]]);
    if (texts || (isList && (isItemIdsName(name) || isUserIdsName(name)))) continue;
    tensors.set(name, {
      shape,
      values: values instanceof Float32Array ? values : Float32Array.from(values),
    });
  }
  const itemIds = carriedIds(named);
  return {
    format: "numpy",
    tensors,
    classes: new Map(),
    settings,
    ...(itemIds && { itemIds }),
  };
}

/** @param {Uint8Array} bytes */
const latin1 = (bytes) =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");

/**
 * @param {Uint8Array} bytes
 * @param {string} name
 */
function readHeader(bytes, name) {
  if (!isNpy(bytes))
    throw new PocketrecError("unknown-format", name, "an array of numpy.save", "something else");
  const wide = bytes[6] > 1;
  const start = wide ? 12 : 10;
  if (bytes.length < start)
    throw new PocketrecError("truncated", name, `${start} bytes`, `${bytes.length} bytes`);
  if (bytes[6] < 1 || bytes[6] > 3)
    throw new PocketrecError("unsupported", name, "version 1 to 3", `version ${bytes[6]}`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = wide ? view.getUint32(8, true) : view.getUint16(8, true);
  if (length > HEADER_MAX)
    throw new PocketrecError(
      "too-large",
      name,
      `a header of ${HEADER_MAX} bytes`,
      `${length} bytes`,
    );
  if (start + length > bytes.length) {
    throw new PocketrecError(
      "truncated",
      name,
      `a header of ${length} bytes`,
      `${bytes.length - start} bytes`,
    );
  }
  return {
    ...parseHeader(latin1(bytes.subarray(start, start + length)), name),
    data: bytes.subarray(start + length),
  };
}

/**
 * Parses a dict as Python writes it: {'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }
 * @param {string} text
 * @param {string} name
 */
function parseHeader(text, name) {
  const descr = /'descr':\s*(?:'([^']*)'|(\[))/.exec(text);
  const order = /'fortran_order':\s*(True|False)/.exec(text);
  const shape = /'shape':\s*\(([\d,\sL]*)\)/.exec(text);
  if (!descr || !order || !shape) {
    throw new PocketrecError(
      "bad-header",
      name,
      "descr, fortran_order and shape",
      show(text.trim()),
    );
  }
  if (descr[2])
    throw new PocketrecError("bad-dtype", name, "an array of plain numbers", "an array of records");
  const sizes = shape[1]
    .split(",")
    .map((size) => size.trim().replace(/L$/, ""))
    .filter(Boolean);
  return { code: descr[1], fortran: order[1] === "True", shape: sizes.map(Number) };
}

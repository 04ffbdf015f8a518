import { PocketrecError } from "../../js/common/errors.js";
import { readInfo } from "../../js/families/index.js";
import { readSafetensors } from "../../js/file/safetensors.js";
import { decode, encode, readIntegers } from "./dtypes.js";
import { writeSafetensors } from "../../js/file/write-safetensors.js";

/**
 * The contents of a weights file (docs/format.md), with its float tensors decoded to float32.
 *
 * @typedef {import("../../js/file/safetensors.js").Tensor} Tensor
 * @typedef {import("./checkpoint.js").ForeignTensor} ForeignTensor
 *
 * @typedef {object} ModelFile
 * @property {Record<string, any>} description the metadata, without defaults
 * @property {Map<string, ForeignTensor>} tensors
 * @property {Map<string, Tensor>} kept undecoded: ids, vocabularies, feature
 *   values of items
 */

const FLOATS = ["F32", "F16", "BF16", "F64"];

/**
 * @param {Uint8Array} bytes
 * @returns {ModelFile}
 */
export function readModelFile(bytes) {
  const { tensors: found, metadata } = readSafetensors(bytes);
  readInfo(metadata);
  /** @type {ModelFile} */
  const file = { description: JSON.parse(metadata.pocketrec), tensors: new Map(), kept: new Map() };
  for (const [name, tensor] of found) {
    const scale = tensor.dtype === "I8" ? found.get(`${name}.scale`) : undefined;
    if (scale) {
      const scales = scalesOf(name, decode(scale), found);
      file.tensors.set(name, { shape: tensor.shape, values: decode(tensor, scales) });
    } else if (FLOATS.includes(tensor.dtype))
      file.tensors.set(name, { shape: tensor.shape, values: decode(tensor) });
    else file.kept.set(name, tensor);
  }
  for (const name of found.keys())
    if (name.endsWith(".scale") && found.get(name.slice(0, -6))?.dtype === "I8")
      file.tensors.delete(name);
  return file;
}

/**
 * The scale of each row of a tensor. Those of a sparse matrix's values are of the matrix's rows.
 *
 * @param {string} name
 * @param {Float32Array} scale
 * @param {Map<string, Tensor>} tensors
 */
function scalesOf(name, scale, tensors) {
  const offsets = name === "weight.values" && tensors.get("weight.offsets");
  if (!offsets) return scale;
  const ends = readIntegers(offsets);
  const scales = new Float32Array(tensors.get(name)?.shape[0] ?? 0);
  for (let row = 0; row < scale.length; row++) scales.fill(scale[row], ends[row], ends[row + 1]);
  return scales;
}

/** Tensors that stay in float32: what a new user starts from, and counts. */
const EXACT =
  /(^mean|_(mean|covariance|popularity)|user_bias|\.quantiles|^diagonal|(?<!^weight)\.values)$/;

/**
 * Tables with a row or a column per item, word or user: nearly all of a file. Only these become
 * int8. The layers between are small and affect every score, so they become float16.
 */
const TABLES =
  /^(gmf|mlp)\.(item|item_hidden|user)$|^item\.|\.embedding$|^user$|^weight$|^encoder\.0\.weight$/;

/**
 * The precision of one tensor in a file of the given precision.
 *
 * @param {ModelFile} file
 * @param {string} name
 * @param {import("./dtypes.js").Precision} precision
 * @returns {import("./dtypes.js").Precision}
 */
function precisionOf(file, name, precision) {
  const { shape } = /** @type {ForeignTensor} */ (file.tensors.get(name));
  if (EXACT.test(name)) return "f32";
  if (precision !== "i8" || name === "weight.values") return precision;
  const isTable = TABLES.test(name) || (/^decoder\./.test(name) && shape[0] === countItems(file));
  return isTable && shape.length === 2 ? "i8" : "f16";
}

/**
 * @param {ModelFile} file
 * @param {import("./dtypes.js").Precision} precision
 */
export function writeModelFile(file, precision) {
  const offsets = file.kept.get("weight.offsets");
  const encoded = [...file.tensors].flatMap(([name, tensor]) =>
    encode(
      name,
      tensor,
      precisionOf(file, name, precision),
      offsets && name === "weight.values" ? readIntegers(offsets) : undefined,
    ),
  );
  return writeSafetensors([...encoded, ...file.kept.values()], file.description);
}

/** Tensors with a row per item. */
const ITEM_ROWS = [
  ...["gmf.item", "mlp.item", "mlp.item_hidden"],
  ...["item.code", "item.embedding", "item.hidden", "item.input", "item.vector", "weight"],
];

/**
 * The number of items, from the tensors that hold one per row or column, or from the feature values
 * of the items.
 *
 * @param {ModelFile} file
 * @throws {PocketrecError} "missing-tensor"
 */
export function countItems({ description, tensors, kept }) {
  const sizeOf = (/** @type {string} */ name, axis = 0) =>
    (tensors.get(name) ?? kept.get(name))?.shape[axis];
  const ofFeature = (/** @type {any} */ { name, table = name, ids, side, several }) => {
    const offsets = sizeOf(`${name}.offsets`);
    if (offsets) return offsets - 1;
    const values = several ? undefined : sizeOf(`${name}.values`);
    const isItemId = ids === "items" && side === "item";
    return values ?? (isItemId ? sizeOf(`${table}.embedding`) : undefined);
  };
  const offsets = sizeOf("weight.offsets");
  if (offsets) return offsets - 1;
  const items =
    ITEM_ROWS.map((name) => sizeOf(name)).find(Boolean) ??
    sizeOf("encoder.0.weight", 1) ??
    (description.features ?? []).map(ofFeature).find(Boolean);
  if (items) return items;
  throw new PocketrecError("missing-tensor", "items", "a tensor with a row per item", "none");
}

/**
 * A file as `loadModel` reads it.
 * @param {ModelFile} file
 */
export function reopen(file) {
  const { tensors, metadata } = readSafetensors(writeModelFile(file, "f32"));
  return { tensors, info: readInfo(metadata) };
}

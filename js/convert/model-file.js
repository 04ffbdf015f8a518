import { PocketrecError } from "../common/errors.js";
import { readInfo } from "../families/index.js";
import { readSafetensors } from "../file/safetensors.js";
import { decode, encode } from "./dtypes.js";
import { writeSafetensors } from "./write-safetensors.js";

/**
 * A weights file (docs/format.md) opened up: its numbers as float32 whatever it holds them in, the
 * rest as it is.
 *
 * @typedef {import("../file/safetensors.js").Tensor} Tensor
 * @typedef {object} ModelFile
 * @property {Record<string, any>} description what the metadata says, without defaults
 * @property {Map<string, import("./checkpoint.js").ForeignTensor>} tensors
 * @property {Map<string, Tensor>} kept ids, vocabularies, items' values of features
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
    if (scale)
      file.tensors.set(name, { shape: tensor.shape, values: decode(tensor, decode(scale)) });
    else if (FLOATS.includes(tensor.dtype))
      file.tensors.set(name, { shape: tensor.shape, values: decode(tensor) });
    else file.kept.set(name, tensor);
  }
  for (const name of found.keys())
    if (name.endsWith(".scale") && found.get(name.slice(0, -6))?.dtype === "I8")
      file.tensors.delete(name);
  return file;
}

/** Means, covariances and quantiles are where a person starts from, and small. */
const EXACT = /(_mean|_covariance|user_bias|\.quantiles|\.values)$/;

/**
 * What has a row or a column an item, a word or a user: nearly all of a file. Only these become
 * bytes; the layers between are small, everything goes through them, and they become halves.
 */
const TABLES =
  /^(gmf|mlp)\.(item|item_hidden|user)$|^item\.|\.embedding$|^user$|^encoder\.0\.weight$/;

/**
 * The precision in which a tensor is stored, of a file that asks for one.
 *
 * @param {ModelFile} file
 * @param {string} name
 * @param {import("./dtypes.js").Precision} wanted
 * @returns {import("./dtypes.js").Precision}
 */
function precisionOf(file, name, wanted) {
  const { shape } = /** @type {import("./checkpoint.js").ForeignTensor} */ (file.tensors.get(name));
  if (EXACT.test(name)) return "f32";
  if (wanted !== "i8") return wanted;
  const isTable = TABLES.test(name) || (/^decoder\./.test(name) && shape[0] === countItems(file));
  return isTable && shape.length === 2 ? "i8" : "f16";
}

/**
 * @param {ModelFile} file
 * @param {import("./dtypes.js").Precision} precision
 */
export function writeModelFile(file, precision) {
  const encoded = [...file.tensors].flatMap(([name, tensor]) =>
    encode(name, tensor, precisionOf(file, name, precision)),
  );
  return writeSafetensors([...encoded, ...file.kept.values()], file.description);
}

/**
 * The items that a file knows, by the tensors that hold one a row (or a column), or the values of
 * items' features.
 * @param {ModelFile} file
 */
export function countItems({ description, tensors, kept }) {
  const rows = (/** @type {string} */ name, axis = 0) =>
    (tensors.get(name) ?? kept.get(name))?.shape[axis];
  const found =
    ["gmf.item", "mlp.item", "mlp.item_hidden", "item.code", "item.embedding", "item.hidden"]
      .map((name) => rows(name))
      .find(Boolean) ?? rows("encoder.0.weight", 1);
  const valued = (description.features ?? []).map(
    (/** @type {any} */ { name, table = name, ids, side, several }) => {
      const offsets = rows(`${name}.offsets`);
      if (offsets) return offsets - 1;
      return (
        (several ? undefined : rows(`${name}.values`)) ??
        (ids === "items" && side === "item" ? rows(`${table}.embedding`) : undefined)
      );
    },
  );
  const items = found ?? valued.find(Boolean);
  if (items) return items;
  throw new PocketrecError("missing-tensor", "items", "a tensor with a row an item", "none");
}

/**
 * A file as whoever loads it will see it.
 * @param {ModelFile} file
 */
export function reopen(file) {
  const { tensors, metadata } = readSafetensors(writeModelFile(file, "f32"));
  return { tensors, info: readInfo(metadata) };
}

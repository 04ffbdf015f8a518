import { PocketrecError, show } from "../../js/common/errors.js";
import { readSafetensors } from "../../js/file/safetensors.js";
import { decode } from "./dtypes.js";
import { carriedIds, isItemIdsName, isUserIdsName } from "./read/carried-ids.js";
import { NUMBER_TYPES } from "./number-types.js";
import { readModelFile } from "./model-file.js";

/** @typedef {import("./checkpoint.js").Checkpoint} Checkpoint */

/**
 * Reads a model file of any supported framework, recognised by its first bytes. Each reader is
 * loaded when its format is met.
 *
 * @param {Uint8Array} bytes
 * @returns {Promise<Checkpoint>}
 * @throws {PocketrecError} "unknown-format", or what the format's reader throws
 */
export async function readCheckpoint(bytes) {
  const starts = (/** @type {number[]} */ ...magic) => magic.every((byte, i) => bytes[i] === byte);
  if (starts(0x89, 0x48, 0x44, 0x46)) return (await import("./read/keras.js")).readKeras(bytes);
  if (starts(0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59)) return readArray(bytes);
  if (starts(0x50, 0x4b, 0x03, 0x04)) return readArchive(bytes);
  if (isSafetensors(bytes)) return readSafetensorsCheckpoint(bytes);
  if (isTensorFlowLite(bytes)) throw unknownFormat(bytes);
  if (starts(0x80) || starts(0x28)) return (await import("./read/torch.js")).readTorch(bytes);
  if (isSavedModel(bytes)) throw savedModel();
  if (bytes[0] === 0x08 && bytes.length > 16)
    return (await import("./read/onnx.js")).readOnnx(bytes);
  throw unknownFormat(bytes);
}

/** @param {Uint8Array} bytes */
async function readArray(bytes) {
  const checkpoint = (await import("./read/numpy.js")).readSingle(bytes);
  if (!checkpoint) throw singleArray();
  return checkpoint;
}

/** @param {Uint8Array} bytes */
async function readArchive(bytes) {
  const { openZip } = await import("./read/zip.js");
  const { names } = await openZip(bytes);
  const has = (/** @type {RegExp} */ pattern) => names.some((name) => pattern.test(name));
  if (has(/^model\.weights\.h5$/) || has(/^config\.json$/))
    return (await import("./read/keras.js")).readKeras(bytes);
  if (has(/\.npy$/)) return (await import("./read/numpy.js")).readNpz(bytes);
  return (await import("./read/torch.js")).readTorch(bytes);
}

/** @param {Uint8Array} bytes */
const isTensorFlowLite = (bytes) => Buffer.from(bytes.subarray(4, 8)).toString("latin1") === "TFL3";

/**
 * A SavedModel starts with its version, 1, which no ONNX file has.
 * @param {Uint8Array} bytes
 */
const isSavedModel = (bytes) => bytes[0] === 0x08 && bytes[1] === 0x01 && bytes[2] === 0x12;

const savedModel = () =>
  new PocketrecError("unknown-format", "file", "a model with its weights", "a SavedModel", {
    hint:
      'Load it in TensorFlow and save it in one file: model.save("model.keras"), or by name: ' +
      'numpy.savez("model.npz", user_factors=P, item_factors=Q).',
  });

/** @param {Uint8Array} bytes */
const isSafetensors = (bytes) =>
  bytes.length > 8 && bytes[8] === 0x7b && bytes[6] === 0 && bytes[7] === 0;

/**
 * A state dict that was saved as safetensors, or a weights file of pocketrec.
 *
 * @param {Uint8Array} bytes
 * @returns {Checkpoint}
 */
function readSafetensorsCheckpoint(bytes) {
  const { tensors, metadata } = readSafetensors(bytes);
  /** @type {Checkpoint} */
  const checkpoint = {
    format: "safetensors",
    tensors: new Map(),
    classes: new Map(),
    settings: { ...metadata },
  };
  if (metadata.pocketrec !== undefined) return { ...checkpoint, modelFile: readModelFile(bytes) };
  /** @type {[string, unknown][]} */
  const named = Object.entries(metadata).map(([name, text]) => [name, jsonOf(text)]);
  for (const [name, tensor] of tensors) {
    const isList = /^I(32|64)$/.test(tensor.dtype) && tensor.shape.length === 1;
    if (isList && isItemIdsName(name)) named.push([name, integersOf(tensor)]);
    else if (!isList || !isUserIdsName(name))
      checkpoint.tensors.set(name, { shape: tensor.shape, values: decode(tensor) });
  }
  const itemIds = carriedIds(named);
  return itemIds ? { ...checkpoint, itemIds } : checkpoint;
}

/**
 * A JSON object as a Map, other JSON as it is; undefined: no JSON.
 * @param {string} text
 */
function jsonOf(text) {
  if (!/^\s*[[{]/.test(text)) return undefined;
  try {
    const value = JSON.parse(text);
    return Array.isArray(value) ? value : new Map(Object.entries(value));
  } catch {
    return undefined;
  }
}

/**
 * The numbers of a tensor of whole numbers, exactly.
 * @param {import("../../js/file/safetensors.js").Tensor} tensor
 */
const integersOf = ({ dtype, bytes }) =>
  Array.from(
    NUMBER_TYPES[dtype === "I64" ? "int64" : "int32"].readAll(new Uint8Array(bytes).buffer),
  );

const singleArray = () =>
  new PocketrecError("unknown-format", "file", "a model", "a single array that is not square", {
    hint: 'Save all arrays of the model by name: numpy.savez("model.npz", **arrays).',
  });

/**
 * Files of other kinds, by how they start: what they are, and the way out.
 * @type {[RegExp, string, string][]}
 */
const OTHERS = [
  [
    /^version https:\/\/git-lfs\.github\.com\/spec\/v1/,
    "a pointer of Git LFS, not the model itself",
    "Fetch the model: git lfs pull, or the download link of its page.",
  ],
  [
    /^[^]{4}TFL3/,
    "a TensorFlow Lite model",
    "Save the Keras model that it was made from (model.save), or export that to ONNX.",
  ],
  [
    /^\s*<(!doctype html|html|\?xml)/i,
    "a web page, not the model itself",
    "Use the download link of the file, not the link of its page.",
  ],
  [/^[^]\u008b/, "a gzip archive", "Unpack it first: gunzip, or tar xzf."],
  [/^\s*[{[]/, "JSON", "Save the weights themselves: as safetensors, or with numpy.savez by name."],
];

/** @param {Uint8Array} bytes */
function unknownFormat(bytes) {
  const text = Buffer.from(bytes.subarray(0, 512)).toString("latin1");
  const expected = "safetensors, PyTorch, Keras (.h5, .keras), ONNX or .npz";
  for (const [pattern, found, hint] of OTHERS)
    if (pattern.test(text))
      return new PocketrecError("unknown-format", "file", expected, found, { hint });
  const start = show(text.slice(0, 8));
  const found = bytes.length === 0 ? "an empty file" : `a file that starts with ${start}`;
  return new PocketrecError("unknown-format", "file", expected, found);
}

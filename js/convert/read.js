import { PocketrecError, show } from "../common/errors.js";
import { readSafetensors } from "../file/safetensors.js";
import { decode } from "./dtypes.js";
import { readModelFile } from "./model-file.js";

/**
 * A file of whatever framework, by its first bytes.
 *
 * @typedef {import("./checkpoint.js").Checkpoint} Checkpoint
 *
 * @param {Uint8Array} bytes
 * @returns {Promise<Checkpoint>}
 */
export async function readCheckpoint(bytes) {
  const starts = (/** @type {number[]} */ ...magic) => magic.every((byte, i) => bytes[i] === byte);
  // Readers of one format are loaded when somebody has such a file.
  if (starts(0x89, 0x48, 0x44, 0x46)) return (await import("./read/keras.js")).readKeras(bytes);
  if (starts(0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59)) throw lonelyArray();
  if (starts(0x50, 0x4b, 0x03, 0x04)) return readArchive(bytes);
  if (isSafetensors(bytes)) return readForeignSafetensors(bytes);
  if (starts(0x80) || starts(0x28)) return (await import("./read/torch.js")).readTorch(bytes);
  if (bytes[0] === 0x08 && bytes.length > 16)
    return (await import("./read/onnx.js")).readOnnx(bytes);
  throw unknown(bytes);
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
const isSafetensors = (bytes) =>
  bytes.length > 8 && bytes[8] === 0x7b && bytes[6] === 0 && bytes[7] === 0;

/**
 * A state dict that was saved as safetensors, or a weights file of pocketrec's own.
 * @param {Uint8Array} bytes
 * @returns {Checkpoint}
 */
function readForeignSafetensors(bytes) {
  const { tensors, metadata } = readSafetensors(bytes);
  /** @type {Checkpoint} */
  const checkpoint = {
    format: "safetensors",
    tensors: new Map(),
    classes: new Map(),
    settings: { ...metadata },
  };
  if (metadata.pocketrec !== undefined) return { ...checkpoint, modelFile: readModelFile(bytes) };
  for (const [name, tensor] of tensors)
    checkpoint.tensors.set(name, { shape: tensor.shape, values: decode(tensor) });
  return checkpoint;
}

const lonelyArray = () =>
  new PocketrecError("unknown-format", "file", "a model", "one array of numpy", {
    hint: 'Save all arrays of the model by name: numpy.savez("model.npz", **arrays).',
  });

/** @param {Uint8Array} bytes */
function unknown(bytes) {
  const found =
    bytes.length === 0
      ? "an empty file"
      : `one that begins with ${show(Buffer.from(bytes.subarray(0, 8)).toString("latin1"))}`;
  return new PocketrecError(
    "unknown-format",
    "file",
    "safetensors, PyTorch, Keras (.h5, .keras), ONNX or .npz",
    found,
  );
}

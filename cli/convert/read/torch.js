import { PocketrecError, show } from "../../../js/common/errors.js";
import { NUMBER_TYPES } from "../number-types.js";
import { countOf, gather, packedStrides } from "./strided.js";
import { carriedIds, isItemIdsName, isUserIdsName } from "./carried-ids.js";
import { namedValues } from "./pickle-ids.js";
import { numpyType } from "./numpy.js";
import { ofLibrary } from "./pickle-globals.js";
import { sparseOf } from "./pickle-sparse.js";
import { describe, Inert, TensorView } from "./pickle-values.js";
import { openTorch } from "./torch-file.js";
import { readSettings } from "./torch-settings.js";
import { findModel, Walk } from "./torch-walk.js";

/**
 * @typedef {import("../checkpoint.js").Checkpoint} Checkpoint
 * @typedef {import("../checkpoint.js").ForeignTensor} ForeignTensor
 * @typedef {import("./torch-walk.js").Leaf} Leaf
 * @typedef {import("./torch-file.js").TorchFile} TorchFile
 * @typedef {import("./strided.js").Strided} Strided
 */

/**
 * Reads a file of torch.save: a state dict, a checkpoint that contains one, or a whole module.
 * Nothing in the file is executed.
 *
 * @param {Uint8Array} bytes
 * @returns {Promise<Checkpoint>}
 */
export async function readTorch(bytes) {
  const file = await openTorch(bytes);
  const library = file.value instanceof Inert ? ofLibrary(file.value.class) : undefined;
  if (library) throw library;
  const model = findModel(file.value);
  const walk = new Walk();
  walk.visit(model, "");
  walk.dropModulePrefix();
  walk.done = model;
  if (model !== file.value) walk.visit(file.value, "");
  const itemIds = carriedIds([...(await idLeaves(walk.leaves, file)), ...namedValues(file.value)]);
  if (!walk.leaves.size && !walk.sparse.size) throw withoutTensors(file.value);
  const matrices = [...walk.sparse].map(
    ([name, object]) => /** @type {const} */ ([name, sparseOf(object, name)]),
  );
  return {
    ...(itemIds && { itemIds }),
    ...(matrices.length ? { sparse: new Map(matrices) } : {}),
    format: "torch",
    tensors: await readLeaves(walk.leaves, file, bytes.length),
    classes: walk.classes,
    hooks: walk.hooks,
    objects: walk.objects,
    settings: readSettings(
      model === file.value
        ? [["", model]]
        : [
            ["", model],
            ["", file.value],
          ],
    ),
  };
}

/**
 * Takes the tensors of whole numbers out that hold ids of items or users: they are no weights.
 *
 * @param {Map<string, Leaf>} leaves changed
 * @param {TorchFile} file
 * @returns {Promise<[string, number[]][]>} those of items, exactly
 */
async function idLeaves(leaves, file) {
  /** @type {[string, number[]][]} */
  const found = [];
  for (const [name, leaf] of leaves) {
    const isItems = isItemIdsName(name);
    if (leaf.shape.length !== 1 || !(isItems || isUserIdsName(name))) continue;
    const strided = await stridedOf(name, leaf, file);
    if (!strided.type.isExact || countOf(leaf.shape) > IDS_MAX) continue;
    const values = [...gather(strided, Float64Array)];
    if (!values.every(Number.isSafeInteger)) continue;
    leaves.delete(name);
    if (isItems) found.push([name, values]);
  }
  return found;
}

/** A list of more ids is none. */
const IDS_MAX = 2 ** 24;

/** @param {unknown} value */
function withoutTensors(value) {
  const names =
    value instanceof Map
      ? [...value.keys()].filter((key) => typeof key === "string").slice(0, 8)
      : [];
  const found = names.length ? `${describe(value)} with ${show(names)}` : describe(value);
  return new PocketrecError("missing-tensor", "file", "tensors", found, {
    hint: 'Save the weights: torch.save(model.state_dict(), "model.pt").',
  });
}

/**
 * Reads the tensors; one with several names is read once.
 *
 * @param {Map<string, Leaf>} leaves
 * @param {TorchFile} file
 * @param {number} size of the file
 */
async function readLeaves(leaves, file, size) {
  /** @type {Map<Leaf, ForeignTensor>} */
  const read = new Map();
  /** @type {Map<string, ForeignTensor>} */
  const tensors = new Map();
  // Many views that each repeat some numbers could fill the memory.
  let budget = 8 * size + 1_000_000;
  for (const [name, leaf] of leaves) {
    let tensor = read.get(leaf);
    if (!tensor) {
      budget -= countOf(leaf.shape);
      if (budget < 0)
        throw new PocketrecError(
          "too-large",
          name,
          `tensors that ${size} bytes of file can hold`,
          "far more",
        );
      tensor = {
        shape: leaf.shape,
        values: gather(await stridedOf(name, leaf, file), Float32Array),
      };
      read.set(leaf, tensor);
    }
    tensors.set(name, tensor);
  }
  return tensors;
}

/**
 * @param {string} name
 * @param {Leaf} leaf
 * @param {TorchFile} file
 * @returns {Promise<Strided>}
 */
async function stridedOf(name, leaf, file) {
  if (leaf instanceof TensorView) {
    const { storage, shape, strides, offset } = leaf;
    return {
      name,
      bytes: await file.bytesOf(storage),
      type: NUMBER_TYPES[storage.type],
      shape,
      strides,
      offset,
    };
  }
  const kind = leaf.type && numpyType(leaf.type.code, leaf.type.order);
  if (!kind) throw new PocketrecError("bad-dtype", name, "an array of numbers", "something else");
  return {
    name,
    bytes: leaf.bytes,
    ...kind,
    shape: leaf.shape,
    strides: packedStrides(leaf.shape, leaf.fortran),
    offset: 0,
  };
}

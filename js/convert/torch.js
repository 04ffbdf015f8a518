import { PocketrecError, show } from "../errors.js";
import { readPickle } from "./pickle.js";
import { NumpyPending } from "./pickle-globals.js";
import { BYTES, storageOf, Storages } from "./torch-storage.js";
import { walk } from "./torch-walk.js";
import { openZip } from "./zip.js";

/**
 * PyTorch's files: the zip archives of torch.save since 1.6, and the older ones. State dicts, whole pickled modules and
 * checkpoints that hold one of them; nothing in them is run.
 *
 * @typedef {import("./checkpoint.js").Checkpoint} Checkpoint
 * @typedef {import("./torch-storage.js").Storage} Storage
 */

/** What the older format begins with. */
const MAGIC = 0x1950a86a20f9469cfc6cn, LEGACY_PROTOCOL = 1001;

/** Where checkpoints keep the model's own tensors. */
const WRAPPERS = ["state_dict", "model_state_dict", "model_state", "model", "net", "network", "weights", "params"];

/** What wraps a module, and its names. */
const PREFIXES = ["_orig_mod.", "module."];

/**
 * @param {Uint8Array} bytes
 * @returns {Promise<Checkpoint>}
 */
export async function readTorch(bytes) {
  const isZip = bytes[0] === 0x50 && bytes[1] === 0x4b;
  return isZip ? readArchive(bytes) : readLegacy(bytes);
}

/** @param {Uint8Array} bytes */
async function readArchive(bytes) {
  const archive = await openZip(bytes), pickle = archive.names.find((name) => /^([^/]+\/)?data\.pkl$/.test(name));
  if (!pickle) throw new PocketrecError("unknown-format", "file", "an archive of torch.save", `one of ${archive.names.slice(0, 5).join(", ") || "nothing"}`);
  const prefix = pickle.slice(0, -"data.pkl".length);
  if (archive.has(`${prefix}byteorder`)) {
    const order = new TextDecoder().decode(await archive.read(`${prefix}byteorder`, { most: 16 }));
    if (order !== "little") throw new PocketrecError("unsupported", "file", "little-endian numbers", show(order));
  }
  if (archive.has(`${prefix}constants.pkl`)) {
    throw new PocketrecError("unsupported", "file", "a state dict", "a TorchScript archive, which holds a program", { hint: "Save the tensors alone: torch.save(model.state_dict(), path)." });
  }
  const { value } = readPickle(await archive.read(pickle), { persistent: storageOf });
  return checkpointOf(value, async (storage) => {
    const size = storage.count * BYTES[storage.dtype], data = await archive.read(`${prefix}data/${storage.key}`, { most: size });
    return demandSize(storage, size, data);
  });
}

/**
 * @param {Storage} storage
 * @param {number} size
 * @param {Uint8Array} data
 */
function demandSize({ key, count, dtype }, size, data) {
  if (data.length === size) return data;
  throw new PocketrecError("truncated", `storage ${key}`, `${size} bytes for ${count} numbers of ${dtype}`, `${data.length}`);
}

/**
 * Pickles one behind the other: a magic number, a version, the writer's machine, the object, the storages' keys; then the
 * storages, each after its count.
 *
 * @param {Uint8Array} bytes
 */
async function readLegacy(bytes) {
  const first = readPickle(bytes);
  if (first.value !== MAGIC) return checkpointOf(first.value, noStorage);
  const version = readPickle(bytes, { at: first.end });
  if (version.value !== LEGACY_PROTOCOL) throw new PocketrecError("unsupported", "file", `version ${LEGACY_PROTOCOL} of torch.save`, show(version.value));
  const system = readPickle(bytes, { at: version.end });
  if (system.value instanceof Map && system.value.get("little_endian") === false) throw new PocketrecError("unsupported", "file", "little-endian numbers", "big-endian ones");
  /** @type {Map<string, Storage>} the roots: views have the same key */
  const known = new Map();
  const object = readPickle(bytes, { at: system.end, persistent: (id) => {
    const storage = storageOf(id);
    if ("key" in storage) known.set(storage.key, storage);
    return storage;
  } });
  const keys = readPickle(bytes, { at: object.end }), places = placesOf(bytes, keys, known);
  return checkpointOf(object.value, async (storage) => places.get(storage.key) ?? noStorage(storage));
}

/**
 * @param {Uint8Array} bytes
 * @param {{ value: any, end: number }} keys
 * @param {Map<string, Storage>} known
 */
function placesOf(bytes, { value: keys, end }, known) {
  if (!Array.isArray(keys)) throw new PocketrecError("bad-header", "file", "a list of storages", show(keys));
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), places = new Map();
  let at = end;
  for (const key of keys.map(String)) {
    const storage = known.get(key);
    if (!storage) throw new PocketrecError("bad-header", `storage ${key}`, "a storage that a tensor has", "another");
    if (at + 8 > bytes.length) throw new PocketrecError("truncated", `storage ${key}`, "its count", "the end of the file");
    const count = Number(view.getBigInt64(at, true)), size = count * BYTES[storage.dtype];
    if (!(count >= 0) || at + 8 + size > bytes.length) throw new PocketrecError("truncated", `storage ${key}`, `${size} bytes`, `${bytes.length - at - 8}`);
    places.set(key, bytes.subarray(at + 8, at + 8 + size));
    at += 8 + size;
  }
  return places;
}

/** @param {Storage} storage @returns {never} */
function noStorage({ key }) {
  throw new PocketrecError("missing-tensor", `storage ${key}`, "its numbers in the file", "none");
}

/**
 * @param {unknown} root
 * @param {(storage: Storage) => Promise<Uint8Array>} bytesOf
 * @returns {Promise<Checkpoint>}
 */
async function checkpointOf(root, bytesOf) {
  const { tensors: pending, classes, settings } = walk(root);
  if (!pending.size) {
    throw new PocketrecError("missing-tensor", "file", "tensors", Object.keys(settings).length ? `values of ${Object.keys(settings).slice(0, 5).join(", ")} alone` : "none");
  }
  const storages = new Storages(bytesOf), strip = prefixesOf(root, [...pending.keys()]), tensors = new Map();
  for (const [path, tensor] of pending) {
    const name = strip(path);
    if (tensor instanceof NumpyPending) {
      const { shape, values } = /** @type {import("./numpy.js").NumpyArray} */ (tensor.array);
      tensors.set(name, { shape, values: Float32Array.from(values) });
    } else tensors.set(name, await storages.tensor(name, tensor));
  }
  return { format: "torch", tensors, classes: new Map([...classes].map(([path, name]) => [strip(path), name])), settings };
}

/**
 * Names without what the model's tensors are wrapped in.
 *
 * @param {unknown} root
 * @param {string[]} paths
 * @returns {(path: string) => string}
 */
function prefixesOf(root, paths) {
  const wrapper = root instanceof Map ? WRAPPERS.find((key) => paths.some((path) => path.startsWith(`${key}.`))) : undefined;
  const inside = wrapper ? paths.filter((path) => path.startsWith(`${wrapper}.`)).map((path) => path.slice(wrapper.length + 1)) : paths;
  const around = PREFIXES.filter((prefix) => inside.every((path) => path.startsWith(prefix) || PREFIXES.some((other) => path.startsWith(other + prefix))));
  return (path) => {
    const isInside = wrapper !== undefined && (path === wrapper || path.startsWith(`${wrapper}.`));
    let name = isInside ? path.slice(wrapper.length + 1) : path;
    if (wrapper === undefined || isInside) for (const prefix of [...around, ...around]) if (name.startsWith(prefix) || `${name}.` === prefix) name = name.slice(prefix.length);
    return name;
  };
}

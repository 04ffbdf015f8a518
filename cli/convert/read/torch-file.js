import { PocketrecError, show } from "../../../js/common/errors.js";
import { NUMBER_TYPES } from "../number-types.js";
import { STORAGE_TYPES } from "./pickle-globals.js";
import { describe, Named, Storage } from "./pickle-values.js";
import { readPickle } from "./pickle.js";
import { isZip, openZip } from "./zip.js";

/**
 * @typedef {object} TorchFile
 * @property {unknown} value the saved object
 * @property {(storage: Storage) => Promise<Uint8Array>} bytesOf reads the bytes of a storage
 */

const MAGIC = 0x1950a86a20f9469cfc6cn;
const PROTOCOL = 1001;
const STATE_DICT = 'Save the weights alone: torch.save(model.state_dict(), "model.pt").';

/**
 * Opens a file of torch.save: a zip archive (since PyTorch 1.6) or a sequence of pickles (before);
 * or a pickle of numpy arrays.
 *
 * @param {Uint8Array} bytes
 * @returns {Promise<TorchFile>}
 */
export async function openTorch(bytes) {
  if (isZip(bytes)) return openArchive(bytes);
  if (Buffer.from(bytes.subarray(257, 262)).toString("latin1") === "ustar") {
    throw new PocketrecError(
      "unsupported",
      "file",
      "a file of torch.save",
      "a tar archive, of PyTorch before 0.2",
      {
        hint: "Load it in PyTorch and save it again.",
      },
    );
  }
  return openLegacy(bytes);
}

/**
 * @param {Uint8Array} bytes
 * @returns {Promise<TorchFile>}
 */
async function openArchive(bytes) {
  const archive = await openZip(bytes);
  const pickles = archive.names.filter((name) => /^([^/]+\/)?data\.pkl$/.test(name));
  if (pickles.length !== 1) {
    const found = `entries ${show(archive.names.slice(0, 5))}`;
    throw new PocketrecError("unknown-format", "file", "a zip archive of torch.save", found);
  }
  const folder = pickles[0].slice(0, -"data.pkl".length);
  if (archive.has(`${folder}byteorder`)) {
    const order = Buffer.from(await archive.read(`${folder}byteorder`, { bytesMax: 16 }))
      .toString("latin1")
      .trim();
    if (order !== "little") throw bigEndian(show(order));
  }
  const script = archive.has(`${folder}constants.pkl`);
  const value = readState(await archive.read(pickles[0]), script);
  // Tensors may share a storage, which is inflated once.
  /** @type {Map<string, Uint8Array>} */
  const read = new Map();
  return {
    value,
    bytesOf: async (storage) => {
      const length = storage.count * NUMBER_TYPES[storage.type].size;
      const name = `${folder}data/${storage.key}`;
      if (archive.has(name) && archive.size(name) < length) {
        throw new PocketrecError(
          "truncated",
          name,
          `${length} bytes`,
          `${archive.size(name)} bytes`,
        );
      }
      const bytes = read.get(name) ?? (await archive.read(name, { bytesMax: length + 64 }));
      read.set(name, bytes);
      return bytes.subarray(0, length);
    },
  };
}

/**
 * @param {Uint8Array} pickle
 * @param {boolean} script whether TorchScript wrote it, whose pickles call its own functions
 */
function readState(pickle, script) {
  try {
    return readPickle(pickle, { persistent: (pid) => readStorageId(pid) }).value;
  } catch (cause) {
    if (!script || !(cause instanceof PocketrecError) || cause.code !== "unsafe") throw cause;
    throw new PocketrecError(
      "unsupported",
      "file",
      "weights",
      `a program of TorchScript, with ${cause.found}`,
      {
        hint: STATE_DICT,
        cause,
      },
    );
  }
}

/**
 * @param {Uint8Array} bytes
 * @returns {Promise<TorchFile>}
 */
async function openLegacy(bytes) {
  /** @type {Map<string, Storage>} */
  const storages = new Map();
  /** @param {unknown} pid */
  const persistent = (pid) => {
    const value = readPersistent(pid);
    if (value instanceof Storage) {
      const known = storages.get(value.key);
      if (known && known.type !== value.type) throw badId(pid);
      storages.set(value.key, value);
    }
    return value;
  };
  const first = readPickle(bytes, { persistent });
  if (first.value !== MAGIC)
    return {
      value: first.value,
      bytesOf: async (storage) => {
        throw noBytes(storage);
      },
    };

  const protocol = readPickle(bytes, { at: first.end });
  if (protocol.value !== PROTOCOL) {
    throw new PocketrecError(
      "unsupported",
      "file",
      `protocol ${PROTOCOL}`,
      describe(protocol.value),
    );
  }
  const system = readPickle(bytes, { at: protocol.end });
  if (!(system.value instanceof Map) || system.value.get("little_endian") !== true)
    throw bigEndian("another");
  const object = readPickle(bytes, { at: system.end, persistent });
  const keys = readPickle(bytes, { at: object.end });
  const found = findStorages(bytes, keys.end, keys.value, storages);
  return {
    value: object.value,
    bytesOf: async (storage) => {
      const data = found.get(storage.key);
      if (!data || data.length < storage.count * NUMBER_TYPES[storage.type].size)
        throw noBytes(storage);
      return data;
    },
  };
}

/**
 * Finds the storages that follow the pickles in the order of their keys: a count, then numbers.
 *
 * @param {Uint8Array} bytes
 * @param {number} at
 * @param {unknown} keys
 * @param {Map<string, Storage>} storages
 */
function findStorages(bytes, at, keys, storages) {
  if (!Array.isArray(keys))
    throw new PocketrecError("bad-header", "file", "a list of its storages", describe(keys));
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  /** @type {Map<string, Uint8Array>} */
  const found = new Map();
  for (const key of keys) {
    const storage = storages.get(key);
    if (!storage)
      throw new PocketrecError(
        "bad-header",
        "file",
        "keys of storages that tensors use",
        `the key ${describe(key)}`,
      );
    if (at + 8 > bytes.length) throw noBytes(storage);
    const count = Number(view.getBigInt64(at, true));
    const end = at + 8 + count * NUMBER_TYPES[storage.type].size;
    if (count < 0 || end > bytes.length) throw noBytes(storage);
    found.set(key, bytes.subarray(at + 8, end));
    at = end;
  }
  return found;
}

/** @param {unknown} pid @returns {unknown} */
function readPersistent(pid) {
  // A class with its source code, which is not needed.
  if (Array.isArray(pid) && pid[0] === "module" && pid[1] instanceof Named) return pid[1];
  return readStorageId(pid);
}

/**
 * Reads ("storage", class, key, device, count), and perhaps a view, which must be None.
 *
 * @param {unknown} pid
 */
function readStorageId(pid) {
  const [tag, type, key, , count, view = null] = Array.isArray(pid) ? pid : [];
  if (tag !== "storage" || !(type instanceof Named) || typeof key !== "string") throw badId(pid);
  if (!Number.isSafeInteger(count) || count < 0) throw badId(pid);
  if (view !== null) {
    throw new PocketrecError("unsupported", "file", "whole storages", "a view of a storage", {
      hint: STATE_DICT,
    });
  }
  const path = type.path.replace("torch.cuda.", "torch.");
  if (!Object.hasOwn(STORAGE_TYPES, path)) {
    throw new PocketrecError(
      "bad-dtype",
      "file",
      "tensors of floats, integers or booleans",
      `a storage of ${type.path}`,
    );
  }
  return new Storage(STORAGE_TYPES[path], key, count);
}

/** @param {unknown} pid */
const badId = (pid) =>
  new PocketrecError("bad-header", "file", "a persistent id of a storage", describe(pid));

/** @param {Storage} storage */
const noBytes = ({ key, count }) =>
  new PocketrecError("truncated", "file", `${count} numbers of the storage ${show(key)}`, "fewer", {
    hint: "The download may have stopped early.",
  });

/** @param {string} found */
const bigEndian = (found) =>
  new PocketrecError("unsupported", "file", "little endian numbers", `the byte order ${found}`, {
    hint: "Load it in PyTorch on a little endian machine and save it again.",
  });

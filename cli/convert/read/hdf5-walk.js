import { PocketrecError, show } from "../../../js/common/errors.js";
import { decoder } from "./hdf5-values.js";

/**
 * @typedef {import("../checkpoint.js").ForeignTensor} ForeignTensor
 * @typedef {string | number | string[] | number[]} Attribute
 *
 * @typedef {object} Hdf5
 * @property {Map<string, ForeignTensor>} datasets of numbers, by path:
 *   "dense_1/dense_1/kernel:0"
 * @property {Map<string, Record<string, Attribute>>} attributes of groups and datasets, by path; ""
 *   is the root
 *
 * @typedef {object} Type of a dataset or an attribute, as the library describes it
 * @property {number} type the class: 0 integer, 1 float, 3 string, 5 opaque, 8 enumeration
 * @property {number} size bytes of one value
 * @property {number} total_size
 * @property {number[] | null} shape null: no values
 * @property {boolean} signed
 * @property {boolean} vlen a string of any length
 * @property {unknown[]} [virtual_sources]
 *
 * @typedef {object} Library the functions of libhdf5 that are used
 * @property {any} FS
 * @property {Uint8Array} HEAPU8
 * @property {(path: string, mode: number, track: boolean, low: number, high: number) => bigint}
 *   open
 * @property {(file: bigint) => number} close_file
 * @property {(file: bigint, path: string, recursive: boolean) => string[]} get_names
 * @property {(file: bigint, path: string) => number} get_type 0 a group, 1 a dataset
 * @property {(file: bigint, path: string) => string | null} get_symbolic_link
 * @property {(file: bigint, path: string) => { filename?: string }} get_external_link
 * @property {(file: bigint, path: string) => Uint8Array} create_object_reference identifies
 *   an object of the file
 * @property {(file: bigint, path: string) => string[]} get_attribute_names
 * @property {(file: bigint, path: string, name: string) => Type} get_attribute_metadata
 * @property {(file: bigint, path: string, name: string, to: bigint) => number} get_attribute_data
 * @property {(file: bigint, path: string, name: string, to: bigint) => number} reclaim_vlen_memory
 * @property {(file: bigint, path: string) => Type} get_dataset_metadata
 * @property {(file: bigint, path: string) => { id: number, name: string }[]} get_dataset_filters
 * @property {(file: bigint, path: string, count: null, offset: null, strides: null, to: bigint) =>
 *   number} get_dataset_data
 * @property {(bytes: number) => number} _malloc
 * @property {(at: number) => void} _free
 * @property {(at: number, bytesMax: number) => string} UTF8ToString
 */

/** The class of strings, as the library numbers them. */
const STRING = 3;

/** Deflate, shuffle, checksum, n-bit and scale-offset: built into libhdf5. */
const FILTERS = new Set([1, 2, 3, 5, 6]);

const DEPTH_MAX = 32;
const OBJECTS_MAX = 20_000;
const ATTRIBUTES_MAX = 100_000;
const ATTRIBUTE_VALUES_MAX = 10_000;
const ATTRIBUTE_BYTES_MAX = 2 ** 26;
const BYTES_MAX = 2 ** 31;

let files = 0;

/**
 * The limit of the datasets' bytes, by the size of the file: compression has a limited ratio.
 *
 * @param {number} size of the file
 */
export const datasetBytesMax = (size) => Math.min(100 * size + 2 ** 20, BYTES_MAX);

/**
 * Reads the datasets and the attributes of an HDF5 file. The library has no access to the disk: the
 * file is in its memory. Soft links are not followed, since their targets are read anyway.
 *
 * @param {Library} library
 * @param {Uint8Array} bytes
 * @returns {Hdf5}
 */
export function walkHdf5(library, bytes) {
  const path = `/file${files++}.h5`;
  library.FS.writeFile(path, bytes, { canOwn: true });
  let file = -1n;
  try {
    file = library.open(path, 0, false, -1, -1);
    if (file < 0n) throw broken("file");
    return new Reader(library, file, bytes.length).read();
  } finally {
    if (file >= 0n) library.close_file(file);
    library.FS.unlink(path);
  }
}

/** @param {string} subject */
export function broken(subject) {
  return new PocketrecError(
    "bad-header",
    subject || "file",
    "an HDF5 file that libhdf5 can read",
    "a damaged one",
    {
      hint: "The download may have stopped early, or the file may be of another format.",
    },
  );
}

/** Reads one file within its budgets. */
class Reader {
  /**
   * @param {Library} library
   * @param {bigint} file
   * @param {number} size of the file in bytes
   */
  constructor(library, file, size) {
    this.library = library;
    this.file = file;
    this.size = size;
    this.byteBudget = datasetBytesMax(size);
    this.objectBudget = OBJECTS_MAX;
    this.attributeBudget = ATTRIBUTES_MAX;
    /** @type {Set<string>} */
    this.seen = new Set();
    /** @type {Hdf5} */
    this.found = { datasets: new Map(), attributes: new Map() };
  }

  read() {
    this.readGroup("", 0);
    return this.found;
  }

  /**
   * @param {string} path
   * @param {number} depth
   */
  readGroup(path, depth) {
    if (depth > DEPTH_MAX) throw tooLarge(path, `at most ${DEPTH_MAX} nested groups`, "more");
    // Groups may link to themselves, or have several names.
    if (!this.isNew(path)) return;
    this.readAttributes(path);
    for (const name of this.library.get_names(this.file, path || "/", false)) {
      this.readChild(path ? `${path}/${name}` : name, depth);
    }
  }

  /**
   * @param {string} path
   * @param {number} depth of the group around it
   */
  readChild(path, depth) {
    if (--this.objectBudget < 0)
      throw tooLarge("file", `at most ${OBJECTS_MAX} groups and datasets`, "more");
    const { filename } = this.library.get_external_link(this.file, path);
    if (filename !== undefined) {
      throw new PocketrecError(
        "unsafe",
        path,
        "a dataset in this file",
        `a link to the file ${show(filename)}`,
      );
    }
    if (this.library.get_symbolic_link(this.file, path) !== null) return;
    const kind = this.library.get_type(this.file, path);
    if (kind === 0) this.readGroup(path, depth + 1);
    else if (kind === 1) this.readDataset(path);
    else if (kind !== 2) throw broken(path);
  }

  /** @param {string} path */
  isNew(path) {
    const id = this.library.create_object_reference(this.file, path || "/").join();
    if (this.seen.has(id)) return false;
    this.seen.add(id);
    return true;
  }

  /** @param {string} path */
  readDataset(path) {
    const type = this.library.get_dataset_metadata(this.file, path);
    const attributes = this.readAttributes(path);
    const decode = decoder(type, attributes);
    if (!decode || !type.shape) return;
    const bytes = this.assertSize(path, type);
    this.assertStorage(path, type);
    const read = (/** @type {bigint} */ to) =>
      this.library.get_dataset_data(this.file, path, null, null, null, to);
    const values = this.copy(path, bytes, read, decode);
    this.found.datasets.set(path, { shape: type.shape, values });
  }

  /**
   * The number of bytes of a dataset, within the budget.
   *
   * @param {string} path
   * @param {Type} type
   */
  assertSize(path, type) {
    const values = /** @type {number[]} */ (type.shape).reduce((product, n) => product * n, 1);
    const bytes = values * type.size;
    if (!Number.isSafeInteger(bytes) || bytes > this.byteBudget) {
      throw tooLarge(
        path,
        `datasets of at most ${datasetBytesMax(this.size)} bytes in a file of ${this.size}`,
        `a shape of ${show(type.shape)}`,
      );
    }
    this.byteBudget -= bytes;
    return bytes;
  }

  /**
   * @param {string} path
   * @param {Type} type
   */
  assertStorage(path, type) {
    if (type.virtual_sources) {
      throw new PocketrecError(
        "unsafe",
        path,
        "values in this file",
        "a virtual dataset, whose values are in other files",
      );
    }
    const filter = this.library
      .get_dataset_filters(this.file, path)
      .find(({ id }) => !FILTERS.has(id));
    if (!filter) return;
    throw new PocketrecError(
      "unsupported",
      path,
      "gzip or no compression",
      `filter ${filter.id} ${show(filter.name)}`,
      {
        hint: "Save the file without it.",
      },
    );
  }

  /** @param {string} path */
  readAttributes(path) {
    /** @type {Record<string, Attribute>} */
    const attributes = Object.create(null);
    for (const name of this.library.get_attribute_names(this.file, path || "/")) {
      if (--this.attributeBudget < 0)
        throw tooLarge("file", `at most ${ATTRIBUTES_MAX} attributes`, "more");
      const value = this.readAttribute(path || "/", name);
      if (value !== undefined) attributes[name] = value;
    }
    this.found.attributes.set(path, attributes);
    return attributes;
  }

  /**
   * @param {string} path
   * @param {string} name
   * @returns {Attribute | undefined} undefined: neither strings nor numbers
   */
  readAttribute(path, name) {
    const type = this.library.get_attribute_metadata(this.file, path, name);
    /** @type {((bytes: Uint8Array<ArrayBuffer>) => Iterable<string | number>) | undefined} */
    const decode = type.type === STRING ? (bytes) => this.strings(bytes, type) : decoder(type, {});
    if (!decode || !type.shape) return undefined;
    const count = type.shape.reduce((product, n) => product * n, 1);
    if (count > ATTRIBUTE_VALUES_MAX || count * type.size > ATTRIBUTE_BYTES_MAX) {
      throw tooLarge(
        `${path}@${name}`,
        `at most ${ATTRIBUTE_VALUES_MAX} values`,
        `${count} of ${type.size} bytes`,
      );
    }
    const read = (/** @type {bigint} */ to) =>
      this.library.get_attribute_data(this.file, path, name, to);
    const free = (/** @type {bigint} */ to) =>
      type.vlen && this.library.reclaim_vlen_memory(this.file, path, name, to);
    const values = [...this.copy(`${path}@${name}`, count * type.size, read, decode, free)];
    return /** @type {Attribute} */ (type.shape.length ? values : values[0]);
  }

  /**
   * The strings of an attribute: in the bytes themselves, or by pointers.
   *
   * @param {Uint8Array<ArrayBuffer>} bytes
   * @param {Type} type
   */
  strings(bytes, { size, vlen }) {
    const utf8 = new TextDecoder();
    const texts = [];
    for (let at = 0; at + size <= bytes.length; at += size) {
      const text = bytes.subarray(at, at + size);
      if (vlen)
        texts.push(
          this.library.UTF8ToString(
            new DataView(bytes.buffer).getUint32(at, true),
            ATTRIBUTE_BYTES_MAX,
          ),
        );
      else texts.push(utf8.decode(text.subarray(0, text.includes(0) ? text.indexOf(0) : size)));
    }
    return texts;
  }

  /**
   * Reads into the library's memory, and decodes the bytes.
   *
   * @template T
   * @param {string} subject
   * @param {number} bytes
   * @param {(to: bigint) => number} read returns a negative number on failure
   * @param {(bytes: Uint8Array<ArrayBuffer>) => T} decode
   * @param {(to: bigint) => unknown} [free] releases what the read allocated
   * @returns {T}
   */
  copy(subject, bytes, read, decode, free) {
    const at = this.library._malloc(Math.max(bytes, 8));
    if (!at) throw new PocketrecError("out-of-memory", subject, `${bytes} bytes`, "no memory");
    try {
      if (read(BigInt(at)) < 0) throw broken(subject);
      const values = decode(new Uint8Array(this.library.HEAPU8.subarray(at, at + bytes)));
      free?.(BigInt(at));
      return values;
    } finally {
      this.library._free(at);
    }
  }
}

/**
 * @param {string} subject
 * @param {string} expected
 * @param {string} found
 */
const tooLarge = (subject, expected, found) =>
  new PocketrecError("too-large", subject || "file", expected, found);

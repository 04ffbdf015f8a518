import { show } from "../../../js/common/errors.js";

// Records for the values of a pickle that are not plain.

/** The name of a class or a function. */
export class Named {
  /**
   * @param {string} module
   * @param {string} name
   */
  constructor(module, name) {
    this.module = module;
    this.path = `${module}.${name}`;
  }
}

/** An object whose constructor was not executed. */
export class Inert {
  /**
   * @param {string} path "module.Name"
   * @param {unknown} args
   */
  constructor(path, args) {
    this.class = path;
    this.args = args;
    /** @type {unknown} */
    this.state = null;
    /** Its entries, if its class extends dict. @type {Map<unknown, unknown>} */
    this.items = new Map();
    /** Its items, if its class extends list. @type {unknown[]} */
    this.list = [];
    /** @type {Map<unknown, unknown> | undefined} */
    this.cached = undefined;
  }

  /**
   * Its attributes: __dict__ and __slots__. Joined once, since they are read often.
   *
   * @returns {Map<unknown, unknown>}
   */
  get attributes() {
    this.cached ??= joined(Array.isArray(this.state) ? this.state : [this.state]);
    return this.cached;
  }
}

/**
 * @param {unknown[]} state of an object: its __dict__, its __slots__
 * @returns {Map<unknown, unknown>}
 */
function joined([attributes, slots]) {
  const maps = [attributes, slots].filter((part) => part instanceof Map);
  return maps.length === 1 ? maps[0] : new Map(maps.flatMap((map) => [...map]));
}

/** The bytes of tensors, from a persistent id. */
export class Storage {
  /**
   * @param {string} type as NUMBER_TYPES names it
   * @param {string} key
   * @param {number} count
   */
  constructor(type, key, count) {
    this.type = type;
    this.key = key;
    this.count = count;
  }
}

/** A tensor of PyTorch: a view of a storage. */
export class TensorView {
  /**
   * @param {Storage} storage
   * @param {number} offset
   * @param {number[]} shape
   * @param {number[]} strides
   */
  constructor(storage, offset, shape, strides) {
    this.storage = storage;
    this.offset = offset;
    this.shape = shape;
    this.strides = strides;
  }
}

/** A numpy.dtype: "f4", "<i8". */
export class NumpyType {
  /** @param {string} code */
  constructor(code) {
    this.code = code;
    this.order = "=";
  }
}

/** A numpy array; its numbers are set after its creation. */
export class NumpyArray {
  constructor() {
    /** @type {number[]} */
    this.shape = [0];
    /** @type {NumpyType | null} */
    this.type = null;
    this.fortran = false;
    /** @type {Uint8Array} */
    this.bytes = new Uint8Array(0);
  }
}

/**
 * Describes a value for a message. Contents of containers are omitted: they may be cyclic or huge.
 *
 * @param {unknown} value
 */
export function describe(value) {
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (value instanceof Map) return `a dict of ${value.size}`;
  if (value instanceof Set) return `a set of ${value.size}`;
  if (value instanceof Uint8Array) return `${value.length} bytes`;
  if (value instanceof Named) return show(value.path);
  if (value instanceof Inert) return `an object of ${show(value.class)}`;
  if (value instanceof TensorView || value instanceof NumpyArray) return "a tensor";
  if (value instanceof Storage) return "a storage";
  if (value instanceof NumpyType) return "a dtype";
  return typeof value === "bigint" ? "a large integer" : show(value);
}

import { PocketrecError } from "../errors.js";
import { numbersOf } from "./numpy.js";

/**
 * Who a pickle may name and call. Nothing is ever run: what is on the list is made by a few lines of our own, and what is not
 * ends the reading.
 *
 * @typedef {{ dtype: string, little: boolean }} NumpyType
 */

/** A name in a pickle: not what it names. */
export class Global {
  /** @param {string} module @param {string} name */
  constructor(module, name) {
    this.module = module;
    this.name = name;
  }

  get path() {
    return `${this.module}.${this.name}`;
  }
}

/** An object that is kept as what it holds. */
export class Instance {
  /** @param {string} name of its class @param {unknown} args */
  constructor(name, args) {
    this.class = name;
    this.args = args;
    /** @type {unknown} */
    this.state = undefined;
    /** @type {Map<unknown, unknown> | undefined} of one that is a dictionary, too */
    this.entries = undefined;
  }
}

/**
 * Modules of Python's own through which a program is run, a file touched or a name looked up. No model needs them, however
 * it means to use them.
 */
const FORBIDDEN = new Set(`os posix nt subprocess sys socket shutil runpy importlib imp ctypes cffi pty platform pickle _pickle marshal types code
codeop inspect ast asyncio multiprocessing threading _thread signal tempfile glob io _io webbrowser urllib http ftplib smtplib
telnetlib ssl select selectors pdb bdb cProfile profile timeit trace doctest unittest site sysconfig pip pkgutil zipimport zipfile tarfile
operator _operator functools itertools weakref gc atexit builtins __builtin__ __builtins__ commands popen2 nturl2path linecache dis
venv ensurepip idlelib lib2to3 distutils setuptools shelve dbm sqlite3 mmap resource fcntl termios tty readline rlcompleter`.split(/\s+/));

/** Of those modules what tensors and plain values are written with. */
const PLAIN = new Set("set frozenset dict list tuple int float bool str bytes bytearray complex slice object range getattr".split(" ").flatMap((name) => [`builtins.${name}`, `__builtin__.${name}`]));

/**
 * A name that a pickle asks for.
 *
 * @param {string} module
 * @param {string} name
 */
export function nameGlobal(module, name) {
  const root = module.split(".")[0];
  // A dotted name looks attributes up, and so reaches beyond its module.
  if ((FORBIDDEN.has(root) && !PLAIN.has(`${module}.${name}`)) || name.includes(".") && root !== "torch") throw unsafe(`${module}.${name}`, "names");
  return new Global(module, name);
}

/**
 * @param {string} path
 * @param {"names" | "a call of"} how
 */
function unsafe(path, how) {
  return new PocketrecError("unsafe", "file", "tensors, containers and numbers", how === "names" ? `a pickle that names ${path}` : `a call of ${path}`, {
    hint: "A pickle can run programs when Python loads it; here nothing was run. Save the state dict: torch.save(model.state_dict(), path).",
  });
}

/** @type {Record<string, (args: any[]) => unknown>} */
const CALLS = {
  "collections.OrderedDict": ([pairs = []]) => new Map(pairs),
  "collections.defaultdict": () => new Map(),
  "collections.Counter": ([counts]) => (counts instanceof Map ? counts : new Map()),
  "collections.deque": ([list = []]) => list,
  "builtins.set": ([list = []]) => new Set(list),
  "builtins.frozenset": ([list = []]) => new Set(list),
  "builtins.list": ([list = []]) => list,
  "builtins.tuple": ([list = []]) => list,
  "builtins.dict": ([pairs = []]) => new Map(pairs),
  "builtins.int": ([value = 0]) => Number(value),
  "builtins.float": ([value = 0]) => Number(value),
  "builtins.bool": ([value = false]) => Boolean(value),
  "builtins.str": ([value = ""]) => (typeof value === "object" ? "" : String(value)),
  "builtins.bytes": ([value]) => bytesOf(value),
  "builtins.bytearray": ([value]) => bytesOf(value),
  "builtins.complex": () => null,
  "builtins.slice": () => null,
  "builtins.range": () => null,
  "builtins.object": () => new Instance("builtins.object", []),
  "builtins.getattr": ([owner, name]) => memberOf(owner, name),
  "_codecs.encode": ([text = "", encoding = "latin1"]) => encoded(text, encoding),
  "copyreg._reconstructor": ([type]) => new Instance(type instanceof Global ? type.path : "object", []),
  "copy_reg._reconstructor": ([type]) => new Instance(type instanceof Global ? type.path : "object", []),
  "torch.Size": ([sizes = []]) => sizes,
  "torch.device": ([name]) => String(name),
  "torch.serialization._get_layout": ([name]) => String(name),
  "torch._utils._rebuild_parameter": ([data]) => data,
  "torch._utils._rebuild_parameter_with_state": ([data]) => data,
  "torch._tensor._rebuild_from_type_v2": ([, , args]) => (args?.[0] instanceof PendingTensor ? args[0] : rebuild(args ?? [])),
  "torch._utils._rebuild_tensor": ([storage, offset, size, stride]) => rebuild([storage, offset, size, stride]),
  "torch._utils._rebuild_tensor_v2": (args) => rebuild(args),
  "torch._utils._rebuild_tensor_v3": (args) => rebuild(args),
  "torch._utils._rebuild_device_tensor_from_numpy": ([array]) => array,
  "numpy.dtype": ([name]) => ({ dtype: String(name), little: true }),
  ...Object.fromEntries(["numpy.core.multiarray", "numpy._core.multiarray"].flatMap((module) => [
    [`${module}._reconstruct`, () => new NumpyPending()],
    [`${module}.scalar`, (/** @type {any[]} */ [type, raw]) => (raw instanceof Uint8Array ? numbersOf("scalar", type?.dtype, type?.little, [], false, raw).values[0] : null)],
  ])),
  "numpy.core.numeric._frombuffer": ([raw, type, shape, order]) => frombuffer(raw, type, shape, order),
  "numpy._core.numeric._frombuffer": ([raw, type, shape, order]) => frombuffer(raw, type, shape, order),
};
for (const name of PLAIN) if (name.startsWith("__builtin__.") && CALLS[name.replace("__builtin__", "builtins")]) CALLS[name] = CALLS[name.replace("__builtin__", "builtins")];

/** Classes whose objects some pickles make by calling them: what they are is only kept. */
const INERT = /^(torch\.(nn|optim|distributions)\.|recbole\.|numpy\.random\.|argparse\.Namespace$|easydict\.EasyDict$|omegaconf\.|datetime\.|uuid\.UUID$|decimal\.Decimal$|fractions\.Fraction$|pathlib\.|pandas\.|scipy\.sparse\.|torch\.(float|int|uint|bfloat|complex|bool)\w*$)/;

/**
 * What a call gives.
 *
 * @param {unknown} callee
 * @param {any[]} args
 * @returns {unknown}
 */
export function callGlobal(callee, args) {
  if (!(callee instanceof Global)) throw unsafe("something that was made in the file", "a call of");
  if (Object.hasOwn(CALLS, callee.path)) return CALLS[callee.path](args);
  if (INERT.test(callee.path)) return new Instance(callee.path, args);
  throw unsafe(callee.path, "a call of");
}

/**
 * A member of an enumeration, as Python 3.11 writes it: kept as its name. Looking anything else up is a way to get hold of
 * what the list does not have.
 *
 * @param {unknown} owner
 * @param {unknown} name
 */
function memberOf(owner, name) {
  if (owner instanceof Global && INERT.test(owner.path) && typeof name === "string") return new Instance(owner.path, [name]);
  throw unsafe("builtins.getattr", "a call of");
}

/** A tensor of which the storage is not read yet. */
export class PendingTensor {
  /** @param {any} storage @param {unknown} offset @param {unknown} shape @param {unknown} strides */
  constructor(storage, offset, shape, strides) {
    this.storage = storage;
    this.offset = offset;
    this.shape = shape;
    this.strides = strides;
  }
}

/** @param {any[]} args storage, offset, size, stride, and what does not matter here */
const rebuild = ([storage, offset, shape, strides]) => new PendingTensor(storage, offset, shape, strides);

/** An array of numpy that its state fills. */
export class NumpyPending {
  /** @type {import("./numpy.js").NumpyArray | undefined} */
  array;

  /** @param {unknown} state (version, shape, dtype, is Fortran's, bytes) */
  fill(state) {
    const [, shape, type, isFortran, raw] = Array.isArray(state) ? state : [];
    // An array of objects holds a list: it is no tensor.
    if (raw instanceof Uint8Array) this.array = arrayOf(raw, type, shape, Boolean(isFortran));
  }
}

/**
 * @param {unknown} raw
 * @param {unknown} type
 * @param {unknown} shape
 * @param {unknown} order
 */
function frombuffer(raw, type, shape, order) {
  const pending = new NumpyPending();
  if (raw instanceof Uint8Array) pending.array = arrayOf(raw, type, shape, order === "F");
  return pending;
}

/**
 * @param {Uint8Array} raw
 * @param {any} type
 * @param {unknown} shape
 * @param {boolean} isFortran
 */
function arrayOf(raw, type, shape, isFortran) {
  if (!Array.isArray(shape) || !shape.every((size) => Number.isSafeInteger(size) && size >= 0)) throw new PocketrecError("bad-shape", "array", "a tuple of sizes", String(shape));
  const dtype = String(type?.dtype);
  if (!/^[fiub]\d$/.test(dtype)) return undefined;
  return numbersOf("array", dtype, type.little, shape, isFortran, raw);
}

/**
 * What an object is told of its state: kept, or for an array of numpy its numbers.
 *
 * @param {unknown} object
 * @param {unknown} state
 */
export function buildObject(object, state) {
  if (object instanceof Instance) object.state = state;
  else if (object instanceof NumpyPending) object.fill(state);
  else if (isType(object) && Array.isArray(state)) object.little = state[1] !== ">";
  // What else there is (an OrderedDict's _metadata) says nothing of a model.
}

/** @param {any} object @returns {object is NumpyType} */
const isType = (object) => typeof object?.dtype === "string" && typeof object?.little === "boolean";

/** @param {unknown} value */
const bytesOf = (value) => (value instanceof Uint8Array ? value : Array.isArray(value) ? Uint8Array.from(value) : new Uint8Array());

/**
 * @param {unknown} text
 * @param {unknown} encoding
 */
function encoded(text, encoding) {
  if (typeof text !== "string") throw new PocketrecError("bad-header", "file", "text to encode", typeof text);
  return encoding === "latin1" ? Uint8Array.from(text, (character) => character.charCodeAt(0)) : new TextEncoder().encode(text);
}

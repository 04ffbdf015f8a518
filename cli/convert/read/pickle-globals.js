import { PocketrecError, show } from "../../../js/common/errors.js";
import {
  describe,
  Inert,
  Named,
  NumpyArray,
  NumpyType,
  Storage,
  TensorView,
} from "./pickle-values.js";
import { STANDARD_MODULES } from "./python-modules.js";

/**
 * The names that a pickle may use, and the effect of its calls. CALLS lists all calls, each with a
 * function of this package; other allowed names are only recorded.
 */

/** Classes whose calls are recorded with their arguments. */
const RECORDS = new Set([
  "argparse.Namespace",
  "builtins.complex",
  "builtins.object",
  "builtins.range",
  "builtins.slice",
  "builtins.xrange",
  "datetime.date",
  "datetime.datetime",
  "datetime.timedelta",
  "decimal.Decimal",
  // What PyTorch Geometric notes of the arguments of its layers.
  "inspect.Parameter",
  "inspect._ParameterKind",
  "inspect._empty",
  "logging.getLogger",
  "pathlib.Path",
  "pathlib.PosixPath",
  "pathlib.PurePath",
  "pathlib.PurePosixPath",
  "pathlib.PureWindowsPath",
  "pathlib.WindowsPath",
  "types.SimpleNamespace",
  "uuid.UUID",
  // State of random generators; these names would count as hidden.
  "numpy.random._pickle.__bit_generator_ctor",
  "numpy.random._pickle.__generator_ctor",
  "numpy.random._pickle.__randomstate_ctor",
]);
const RECORD_MODULES = /^(torch\.nn|torch\.optim|recbole)(\.|$)/;

/** Owners of the functions of torch that are written in C. */
export const FUNCTIONS = new Set(
  ["_VariableFunctionsClass", "_VariableFunctions", "_TensorBase", "TensorBase"].map(
    (name) => `torch._C.${name}`,
  ),
);

/** The hint of errors about calls. */
export const SAVE_WEIGHTS =
  'Nothing was executed. Save the weights alone: torch.save(model.state_dict(), "model.pt").';

const NAME_MAX = 1000;
const AXES_MAX = 64;

/** Names of Python 2 and numpy 2 for the same things. */
const RENAMED = new Map([
  ["__builtin__", "builtins"],
  ["copy_reg", "copyreg"],
  ["numpy._core.multiarray", "numpy.core.multiarray"],
  ["numpy._core.numeric", "numpy.core.numeric"],
]);

/** Storages of torch by the type of their numbers, as NUMBER_TYPES names them. */
export const STORAGE_TYPES = /** @type {Record<string, string>} */ ({
  "torch.FloatStorage": "float32",
  "torch.DoubleStorage": "float64",
  "torch.HalfStorage": "float16",
  "torch.BFloat16Storage": "bfloat16",
  "torch.CharStorage": "int8",
  "torch.ByteStorage": "uint8",
  "torch.ShortStorage": "int16",
  "torch.IntStorage": "int32",
  "torch.LongStorage": "int64",
  "torch.BoolStorage": "bool",
  "torch.UntypedStorage": "uint8",
  "torch.storage.UntypedStorage": "uint8",
  "torch.storage.TypedStorage": "uint8",
});

/**
 * @typedef {object} Costs the budget of calls: a few bytes of a file could copy much
 * @property {(amount: number) => void} spend
 *
 * @typedef {(args: any[], costs: Costs) => unknown} Call
 */

/** @type {Call} */
const makeMap = ([entries], { spend }) => {
  if (entries === undefined) return new Map();
  const pairs = entries instanceof Map ? [...entries] : listOf(entries, "pairs");
  spend(pairs.length);
  if (!pairs.every((pair) => Array.isArray(pair) && pair.length === 2))
    throw wrong("a dict", "pairs", "something else");
  return new Map(pairs);
};

/** @type {Call} */
const makeList = ([items = []], { spend }) => {
  const list = listOf(items, "a list");
  spend(list.length);
  return [...list];
};

/** @type {Call} */
const makeTensor = ([storage, offset, shape, strides]) => {
  if (!(storage instanceof Storage)) throw wrong("a tensor", "a storage", describe(storage));
  const fine = Number.isSafeInteger(offset) && isSizes(shape) && isSizes(strides);
  if (!fine)
    throw wrong("a tensor", "an offset, a shape and strides", describe([offset, shape, strides]));
  return new TensorView(storage, offset, shape, strides);
};

/** @type {Call} */
const makeOfType = ([make, , args], costs) => {
  const call = make instanceof Named ? CALLS.get(make.path) : undefined;
  // Calling itself would recurse as deep as the file is long.
  if (!call || call === makeOfType || !Array.isArray(args))
    throw unsafeCall(make instanceof Named ? make.path : describe(make));
  return call(args, costs);
};

/** @type {Call} */
const makeObject = ([type, , state]) => {
  if (!(type instanceof Named)) throw wrong("an object", "a class", describe(type));
  return instance(type, state);
};

/** @type {Call} */
const makeBytes = ([text = "", encoding = "utf-8"], { spend }) => {
  if (typeof text !== "string") throw wrong("bytes", "text", describe(text));
  spend(text.length);
  return Uint8Array.from(
    Buffer.from(text, encoding === "latin1" || encoding === "latin-1" ? "latin1" : "utf8"),
  );
};

/** @type {Call} */
const makeBytearray = ([content = new Uint8Array(0), encoding], costs) => {
  if (content instanceof Uint8Array) return content;
  if (typeof content === "string") return makeBytes([content, encoding], costs);
  const list = listOf(content, "bytes");
  costs.spend(list.length);
  return Uint8Array.from(list, plainNumber);
};

/** @type {Call} */
const makeDtype = ([code]) => {
  if (code instanceof Named) return new NumpyType(code.path.split(".")[1]);
  if (typeof code !== "string") throw wrong("a numpy dtype", "its code", describe(code));
  return new NumpyType(code);
};

/** @type {Call} */
const makeScalar = ([type, bytes], costs) => {
  const array = new NumpyArray();
  Object.assign(array, { shape: [], type: assertDtype(type), bytes: bytesOf(bytes, costs) });
  return array;
};

/** @type {Call} */
const makeFromBuffer = ([bytes, type, shape, order], costs) => {
  if (!isSizes(shape)) throw wrong("a numpy array", "a shape", describe(shape));
  const array = new NumpyArray();
  Object.assign(array, {
    shape,
    type: assertDtype(type),
    bytes: bytesOf(bytes, costs),
    fortran: order === "F",
  });
  return array;
};

/**
 * A member of an enumeration (Python 3.11; in RecBole's configuration), or a function such as
 * torch.relu (a module's activation): recorded by name, not called. Other look-ups are refused,
 * since they could reach names outside the list.
 *
 * @type {Call}
 */
const makeMember = ([owner, name]) => {
  const known =
    owner instanceof Named && (RECORD_MODULES.test(owner.module) || FUNCTIONS.has(owner.path));
  if (known && typeof name === "string" && /^[A-Za-z]\w{0,99}$/.test(name))
    return new Inert(owner.path, [name]);
  throw unsafeCall("builtins.getattr");
};

const DENSE =
  "Save the model's state_dict with dense float tensors: " +
  "tensor.dequantize(), tensor.to_dense(), tensor.cpu().";

/** @type {(what: string, hint?: string) => Call} */
const refuse =
  (what, hint = DENSE) =>
  () => {
    throw new PocketrecError("unsupported", "file", "dense tensors", what, { hint });
  };

/** @type {Map<string, Call>} */
const CALLS = new Map(
  /** @type {[string, Call][]} */ ([
    ["collections.OrderedDict", makeMap],
    ["collections.Counter", makeMap],
    ["collections.defaultdict", () => new Map()],
    ["collections.deque", makeList],
    ["builtins.dict", makeMap],
    ["builtins.list", makeList],
    ["builtins.tuple", makeList],
    ["builtins.set", (args, costs) => new Set(/** @type {unknown[]} */ (makeList(args, costs)))],
    [
      "builtins.frozenset",
      (args, costs) => new Set(/** @type {unknown[]} */ (makeList(args, costs))),
    ],
    ["builtins.int", ([value = 0]) => Math.trunc(plainNumber(value))],
    ["builtins.float", ([value = 0]) => plainNumber(value)],
    ["builtins.bool", ([value = false]) => Boolean(value)],
    ["builtins.str", ([value = ""]) => (typeof value === "string" ? value : describe(value))],
    ["builtins.bytes", makeBytearray],
    ["builtins.bytearray", makeBytearray],
    ["builtins.getattr", makeMember],
    ["_codecs.encode", makeBytes],
    ["copyreg._reconstructor", makeObject],
    ["torch._utils._rebuild_tensor", makeTensor],
    ["torch._utils._rebuild_tensor_v2", makeTensor],
    ["torch._utils._rebuild_tensor_v3", refuse("a tensor of a type without a storage class")],
    ["torch._utils._rebuild_parameter", ([data]) => data],
    ["torch._utils._rebuild_parameter_with_state", ([data]) => data],
    ["torch._utils._rebuild_device_tensor_from_numpy", ([data]) => data],
    ["torch._tensor._rebuild_from_type_v2", makeOfType],
    ["torch._utils._rebuild_qtensor", refuse("a quantized tensor")],
    ["torch._utils._rebuild_sparse_tensor", refuse("a sparse tensor")],
    ["torch._utils._rebuild_sparse_csr_tensor", refuse("a sparse tensor")],
    ["torch._utils._rebuild_nested_tensor", refuse("a nested tensor")],
    [
      "torch._utils._rebuild_meta_tensor_no_storage",
      refuse('a tensor without values (of the device "meta")'),
    ],
    ["torch._utils._rebuild_wrapper_subclass", refuse("a tensor that wraps others")],
    ["torch.storage._load_from_bytes", refuse("one that pickle wrote", "Save it with torch.save.")],
    ["torch.serialization._get_layout", ([name]) => plainText(name)],
    ["torch.Size", makeList],
    ["torch.device", (args) => args.map(plainText).join(":")],
    ["numpy.core.multiarray._reconstruct", () => new NumpyArray()],
    ["numpy.core.multiarray.scalar", makeScalar],
    ["numpy.core.numeric._frombuffer", makeFromBuffer],
    ["numpy.dtype", makeDtype],
    ["numpy.ndarray", () => new NumpyArray()],
    ["numpy.matrix", () => new NumpyArray()],
  ]),
);

/** Names that occur as types or arguments and are never called. */
const MENTIONED = new Set(["builtins.NoneType", "typing.Any"]);

/**
 * Checks a name in a pickle.
 *
 * @param {unknown} module
 * @param {unknown} name
 */
export function nameGlobal(module, name) {
  const fine = [module, name].every((part) => typeof part === "string" && part.length <= NAME_MAX);
  if (!fine || typeof module !== "string" || typeof name !== "string") {
    throw new PocketrecError("unsafe", "file", "a class by name", describe([module, name]));
  }
  const named = new Named(RENAMED.get(module) ?? module, name);
  if (CALLS.has(named.path) || RECORDS.has(named.path) || MENTIONED.has(named.path)) return named;
  // A path may lead through a module that another imported: torch.nn.os.
  const parts = name.split(".");
  const through = parts.length > 1 && parts.some((part) => STANDARD_MODULES.has(part));
  const hidden = parts.some((part) => part.startsWith("__"));
  if (STANDARD_MODULES.has(named.module.split(".")[0]) || through || hidden)
    throw unsafe(named.path);
  return named;
}

/**
 * The error of a file that is an object of a library whose models are none of embeddings.
 *
 * @param {string} path of a class or a function
 * @returns {PocketrecError | undefined}
 */
export function ofLibrary(path) {
  const [, library] = /^(pandas|sklearn|joblib|xgboost|lightgbm)\./.exec(path) ?? [];
  if (!library) return undefined;
  const titles = /** @type {Record<string, string>} */ ({ sklearn: "scikit-learn" });
  const found = `a pickle of ${titles[library] ?? library}, with ${describe(path)}`;
  const hint =
    "Nothing was executed. Save the arrays of the model by name: " +
    'numpy.savez("model.npz", user_factors=P, item_factors=Q).';
  return new PocketrecError("unsupported", "file", "the weights of a model", found, { hint });
}

/** @param {string} path */
const unsafe = (path) =>
  new PocketrecError(
    "unsafe",
    "file",
    "tensors, containers and numbers",
    `the name ${describe(path)}`,
    {
      hint:
        "Nothing was executed. Weights do not need that name: " +
        "do not load this file in Python, and check its origin.",
    },
  );

/** @param {string} path */
function unsafeCall(path) {
  const known = ofLibrary(path);
  if (known) return known;
  // The name is untrusted: only printable ASCII in one line.
  const call = `a call of ${/^[ -~]{1,200}$/.test(path) ? path : show(path)}`;
  return new PocketrecError("unsafe", "file", "tensors, containers and numbers", call, {
    hint: SAVE_WEIGHTS,
  });
}

/**
 * A call (REDUCE).
 *
 * @param {unknown} callee
 * @param {unknown} args
 * @param {Costs} costs
 */
export function callGlobal(callee, args, costs) {
  if (!(callee instanceof Named)) throw unsafeCall(describe(callee));
  if (!Array.isArray(args)) throw wrong(callee.path, "a tuple of arguments", describe(args));
  const call = CALLS.get(callee.path);
  if (call) return call(args, costs);
  if (RECORDS.has(callee.path) || RECORD_MODULES.test(callee.module))
    return new Inert(callee.path, args);
  throw unsafeCall(callee.path);
}

/**
 * A new object of a class (NEWOBJ, INST, OBJ).
 *
 * @param {unknown} type
 * @param {unknown} args
 * @param {Costs} [costs] if args are the arguments of a constructor
 */
export function instance(type, args, costs) {
  if (!(type instanceof Named)) throw unsafeCall(describe(type));
  const call = CALLS.get(type.path);
  if (call && costs && Array.isArray(args)) return call(args, costs);
  return new Inert(type.path, args);
}

/**
 * Sets the state of an object (BUILD).
 *
 * @param {unknown} object
 * @param {any} state
 * @param {Costs} costs
 */
export function build(object, state, costs) {
  if (object instanceof Inert) object.state = state;
  else if (object instanceof NumpyArray) buildArray(object, state, costs);
  else if (object instanceof NumpyType)
    object.order = plainText(Array.isArray(state) ? state[1] : "=");
  else if (object instanceof Named) throw unsafeCall(`${object.path}.__setstate__`);
}

/**
 * @param {NumpyArray} array
 * @param {any} state (version, shape, dtype, fortran, data); older files have no version
 * @param {Costs} costs
 */
function buildArray(array, state, costs) {
  if (!Array.isArray(state)) throw wrong("a numpy array", "its state", describe(state));
  const [shape, type, fortran, data] = state.length === 4 ? state : state.slice(1);
  if (!isSizes(shape)) throw wrong("a numpy array", "a shape", describe(shape));
  array.type = assertDtype(type);
  array.shape = shape;
  array.fortran = Boolean(fortran);
  array.bytes = Array.isArray(data) ? new Uint8Array(0) : bytesOf(data, costs);
}

/** @param {any} list */
const isSizes = (list) =>
  Array.isArray(list) &&
  list.length <= AXES_MAX &&
  list.every((n) => Number.isSafeInteger(n) && n >= 0);

/**
 * @param {unknown} type
 * @returns {NumpyType}
 */
function assertDtype(type) {
  if (type instanceof NumpyType) return type;
  throw wrong("a numpy array", "a dtype", describe(type));
}

/**
 * Python 2 wrote bytes as strings.
 * @param {any} value
 * @param {Costs} costs
 * @returns {Uint8Array}
 */
function bytesOf(value, { spend }) {
  if (value instanceof Uint8Array) return value;
  if (typeof value !== "string") throw wrong("a numpy array", "bytes", describe(value));
  spend(value.length);
  return Uint8Array.from(Buffer.from(value, "latin1"));
}

/** @param {unknown} value */
function plainText(value) {
  if (typeof value === "number" || (typeof value === "string" && value.length <= NAME_MAX))
    return String(value);
  throw wrong("a device, a layout or a byte order", "its name", describe(value));
}

/** @param {unknown} value */
function plainNumber(value) {
  if (typeof value === "string" && value.length <= NAME_MAX) return Number(value);
  if (["number", "boolean", "bigint"].includes(typeof value)) return Number(value);
  throw wrong("a number", "a number or a string", describe(value));
}

/**
 * @param {unknown} value
 * @param {string} what
 * @returns {any[]}
 */
function listOf(value, what) {
  if (Array.isArray(value)) return value;
  if (value instanceof Set || value instanceof Map) return [...value.keys()];
  throw wrong("a container", what, describe(value));
}

/**
 * @param {string} subject
 * @param {string} expected
 * @param {string} found
 */
function wrong(subject, expected, found) {
  return new PocketrecError("bad-header", subject, expected, found);
}

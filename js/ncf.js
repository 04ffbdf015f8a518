import { ACTIVATIONS, NCF_LAYERS_MAX, NCF_LAYER_BIAS, NCF_LAYER_WEIGHT, NCF_TENSORS } from "./abi.js";
import { PocketrecError, show } from "./errors.js";

/**
 * @typedef {import("./safetensors.js").Tensor} Tensor
 * @typedef {{ tensor: Tensor, code: number, rows: number, width: number }} Part a tensor and its place in the C model
 * @typedef {object} Plan
 * @property {number} items
 * @property {number} users how many users' rows the file has
 * @property {number} gmf width of the GMF half of a user vector
 * @property {number} mlp width of the MLP half
 * @property {Int32Array} config pr_ncf_config
 * @property {Part[]} parts what the C model holds, in the order of loading
 * @property {Part[]} userTables the halves of the users' vectors, which are read row by row when somebody asks
 */

/** Wider than any model in use; it keeps every product of two widths exact. */
const WIDTH_MAX = 2 ** 20;

/** A wider user vector would be fitted for minutes: a covariance and a Hessian are squares of it. */
const USER_WIDTH_MAX = 1024;

/**
 * Checks a file's tensors against its kind, and plans the C model (pr_ncf_config) and the order of loading.
 *
 * @param {Map<string, Tensor>} tensors
 * @param {Readonly<import("./metadata.js").Info>} info
 * @returns {Plan}
 */
export function planNcf(tensors, info) {
  /** @type {Part[]} */
  const parts = [];

  /**
   * A tensor that must have this shape (null: any size) if it is there.
   * @param {string} name
   * @param {(number | null)[]} shape
   * @param {number} [code]
   * @returns {number[] | undefined} its shape
   */
  function take(name, shape, code = NCF_TENSORS[name]) {
    const tensor = tensors.get(name);
    if (!tensor) return undefined;
    checkShape(tensor, shape);
    const [rows, width] = tensor.shape.length === 2 ? tensor.shape : name === "item.bias" ? [tensor.shape[0], 1] : [1, tensor.shape[0]];
    parts.push({ tensor, code, rows, width });
    return tensor.shape;
  }

  /**
   * The same for one that must be there.
   * @param {string} name
   * @param {(number | null)[]} shape
   * @param {number} [code]
   */
  function need(name, shape, code) {
    const found = take(name, shape, code);
    if (found) return found;
    throw new PocketrecError("missing-tensor", name, `a tensor ${showShape(shape)} in a file of kind "${info.kind}"`, "none");
  }

  const hasGmf = info.kind !== "mlp", hasTower = info.kind !== "gmf";
  // Not taken yet: the C side folds mlp.item as it arrives, so the first layer must be there before.
  const folded = hasTower && tensors.has("mlp.item_hidden");
  const table = hasTower ? shapeOf(tensors, folded ? "mlp.item_hidden" : "mlp.item") : shapeOf(tensors, "gmf.item");
  const items = table[0], item = hasTower && !folded ? table[1] : 0;

  const widths = hasTower ? takeTower(need, tensors, folded ? table[1] : null) : [];
  const mlp = hasTower ? parts[0].width - item : 0;
  if (hasTower && mlp < 1) {
    throw new PocketrecError("bad-shape", "mlp.layers.0.weight", `more than the item's ${item} columns`, `${parts[0].width}`);
  }
  const gmf = hasGmf ? need("gmf.item", [items, null])[1] : 0;
  if (gmf > USER_WIDTH_MAX || mlp > USER_WIDTH_MAX) {
    throw new PocketrecError("too-large", "user vector", `at most ${USER_WIDTH_MAX} numbers in each half`, `${gmf} and ${mlp}`);
  }
  if (hasTower) need(folded ? "mlp.item_hidden" : "mlp.item", [items, table[1]]);
  need("output.weight", [1, gmf + (widths.at(-1) ?? 0)]);
  take("output.bias", [1]);
  const itemBias = take("item.bias", [items]) ? 1 : 0;

  takeAggregates(take, { gmf, mlp });
  const userTables = takeUsers(tensors, { gmf, mlp });
  const config = Int32Array.of(items, gmf, mlp, item, itemBias, ACTIVATIONS[info.activation],
    ACTIVATIONS[info.output], widths.length, ...widths, ...Array(NCF_LAYERS_MAX - widths.length).fill(0));
  return { items, users: userTables[0]?.rows ?? 0, gmf, mlp, config, parts, userTables };
}

/**
 * The tower's layers, each as wide as the one before it says.
 *
 * @param {(name: string, shape: (number | null)[], code: number) => number[]} need
 * @param {Map<string, Tensor>} tensors
 * @param {number | null} first d1 where the folded table tells it
 * @returns {number[]} widths
 */
function takeTower(need, tensors, first) {
  const widths = [];
  for (let k = 0; k === 0 || tensors.has(`mlp.layers.${k}.weight`); k++) {
    if (k === NCF_LAYERS_MAX) {
      throw new PocketrecError("unsupported", `mlp.layers.${k}.weight`, `at most ${NCF_LAYERS_MAX} layers`, "more");
    }
    const [width] = need(`mlp.layers.${k}.weight`, [k ? null : first, k ? widths[k - 1] : null], NCF_LAYER_WEIGHT + k);
    need(`mlp.layers.${k}.bias`, [width], NCF_LAYER_BIAS + k);
    widths.push(width);
  }
  return widths;
}

/**
 * Where a new person starts, and how far they may go.
 *
 * @param {(name: string, shape: (number | null)[]) => number[] | undefined} take
 * @param {{ gmf: number, mlp: number }} widths of the two halves of a user vector
 */
function takeAggregates(take, widths) {
  for (const [half, width] of Object.entries(widths)) {
    if (!width) continue;
    take(`${half}.user_mean`, [width]);
    take(`${half}.user_covariance`, [width, width]);
  }
}

/**
 * The trained users' tables, where the file has them. They stay as they are stored; the copy lets the rest of the file
 * go, and nobody changes it.
 *
 * @param {Map<string, Tensor>} tensors
 * @param {{ gmf: number, mlp: number }} widths
 * @returns {Part[]}
 */
function takeUsers(tensors, widths) {
  const halves = Object.entries(widths).filter(([, width]) => width)
    .map(([half, width]) => ({ tensor: tensors.get(`${half}.user`), width }));
  let users = null;
  const tables = [];
  for (const { tensor, width } of halves) {
    // Half a user is none.
    if (!tensor) return [];
    checkShape(tensor, [users, width]);
    users = tensor.shape[0];
    tables.push({ tensor: { ...tensor, bytes: tensor.bytes.slice() }, code: -1, rows: users, width });
  }
  return tables;
}

/**
 * @param {Map<string, Tensor>} tensors
 * @param {string} name
 */
function shapeOf(tensors, name) {
  const tensor = tensors.get(name);
  if (!tensor) throw new PocketrecError("missing-tensor", name, "a tensor [items, width]", "none");
  checkShape(tensor, [null, null]);
  return tensor.shape;
}

/**
 * @param {Tensor} tensor
 * @param {(number | null)[]} shape
 */
function checkShape({ name, shape: found }, shape) {
  const fits = found.length === shape.length && shape.every((size, i) => size === null || size === found[i]);
  if (!fits) throw new PocketrecError("bad-shape", name, showShape(shape), show(found));
  const [rows, width = 1] = found;
  if (rows < 1 || width < 1 || width > WIDTH_MAX || rows >= 2 ** 31) {
    throw new PocketrecError("bad-shape", name, `1 to ${WIDTH_MAX} columns, 1 to 2^31 rows`, show(found));
  }
}

/** @param {(number | null)[]} shape */
const showShape = (shape) => `[${shape.map((size) => size ?? "any").join(", ")}]`;

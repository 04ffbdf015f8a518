import { ITEM_LAYOUTS, ITEM_PARTS } from "../../runtime/abi.js";
import { ITEM_ITEM_CONFIG, writeConfig } from "../../runtime/configs.js";
import { dtypeOf } from "../../runtime/place-tensors.js";
import { PocketrecError, show } from "../../common/errors.js";
import { ExpectedTensors } from "../../file/expected-tensors.js";

/**
 * @import { Tensors, Info } from "../family.js"
 * @typedef {import("../family.js").Plan & { layout: number, count: number }} ItemItemPlan
 *   layout: of ITEM_LAYOUTS; count: of a sparse matrix, how many numbers it has
 */

/** The tensor that tells each layout. */
const TELLING = { weight: "dense", "weight.offsets": "sparse", "item.input": "low_rank" };

/**
 * Checks a file's tensors against its kind, and plans the C model and the order of loading.
 *
 * @param {Tensors} tensors
 * @param {Info} info
 * @returns {ItemItemPlan}
 */
export function planItemItem(tensors, info) {
  const expected = new ExpectedTensors(tensors, info.kind);
  const found = Object.keys(TELLING).filter((name) => tensors.has(name));
  if (found.length !== 1)
    throw new PocketrecError(
      "missing-tensor",
      Object.keys(TELLING).join(" or "),
      `one of them in a file of kind "${info.kind}"`,
      found.join(", ") || "none",
    );
  if (info.input.normalize !== "none")
    throw new PocketrecError("bad-metadata", "input.normalize", '"none"', info.input.normalize);
  const [name] = /** @type {(keyof typeof TELLING)[]} */ (found);
  const layout = /** @type {keyof typeof ITEM_LAYOUTS} */ (TELLING[name]);
  if (layout !== "low_rank" && tensors.has("diagonal"))
    throw new PocketrecError(
      "unsupported",
      "diagonal",
      "it beside item.input",
      `it beside ${name}`,
    );
  const config = TAKE[layout](expected);
  return {
    items: config.items,
    rows: config.items,
    vectorWidth: config.width,
    layout: ITEM_LAYOUTS[layout],
    count: config.count,
    parts: expected.list,
    config: writeConfig(ITEM_ITEM_CONFIG, { ...config, layout: ITEM_LAYOUTS[layout] }),
  };
}

/** What the layouts do not have. */
const NONE = { count: 0, width: 0, output_dtype: -1 };

/** Takes the tensors of a layout, and gives what the C model must know of them. */
const TAKE = {
  /** @param {ExpectedTensors} expected */
  dense(expected) {
    const [items] = expected.shapeOf("weight");
    expected.need("weight", [items, items], ITEM_PARTS.values);
    return { ...NONE, items, dtype: codeOf(expected, "weight") };
  },

  /** @param {ExpectedTensors} expected */
  sparse(expected) {
    const [ends] = takeIntegers(expected, "weight.offsets", ITEM_PARTS.offsets);
    if (ends < 2) throw new PocketrecError("bad-shape", "weight.offsets", "2 or more", show(ends));
    const [count] = takeIntegers(expected, "weight.columns", ITEM_PARTS.columns);
    expected.need("weight.values", [count], ITEM_PARTS.values);
    return { ...NONE, items: ends - 1, count, dtype: codeOf(expected, "weight.values") };
  },

  /** @param {ExpectedTensors} expected */
  low_rank(expected) {
    const [items, width] = expected.shapeOf("item.input");
    expected.need("item.input", [items, width], ITEM_PARTS.input, { isTable: true });
    const how = { isTable: true };
    const output = expected.take("item.output", [items, width], ITEM_PARTS.output, how);
    expected.take("diagonal", [items], ITEM_PARTS.diagonal);
    return {
      ...NONE,
      items,
      width,
      dtype: codeOf(expected, "item.input"),
      output_dtype: output ? codeOf(expected, "item.output") : -1,
    };
  },
};

/**
 * The number of a tensor's dtype in the C model.
 *
 * @param {ExpectedTensors} expected
 * @param {string} name
 */
const codeOf = ({ tensors }, name) =>
  dtypeOf(/** @type {import("../../file/safetensors.js").Tensor} */ (tensors.get(name))).code;

/**
 * @param {ExpectedTensors} expected
 * @param {string} name
 * @param {number} part
 */
function takeIntegers(expected, name, part) {
  const shape = expected.need(name, [null], part);
  const dtype = expected.tensors.get(name)?.dtype;
  if (dtype !== "I32") throw new PocketrecError("bad-dtype", name, "I32", show(dtype));
  return shape;
}

import { DOT_TENSORS } from "../../runtime/abi.js";
import { DOT_CONFIG, writeConfig } from "../../runtime/configs.js";
import { dtypeOf, placeParts } from "../../runtime/place-tensors.js";
import { PocketrecError } from "../../common/errors.js";
import { ExpectedTensors } from "../../file/expected-tensors.js";

/**
 * @typedef {import("../../file/expected-tensors.js").Part} Part
 * @typedef {import("../family.js").Plan & DotWidths} DotPlan
 * @typedef {object} DotWidths
 * @property {number} width of an item's vector
 * @property {number} userWidth of a user vector: the same, and one more with a user bias
 * @property {boolean} hasItemBias
 * @property {boolean} hasGram
 * @property {boolean} hasPrior whether fits start from the mean user
 * @property {Part[]} userTables the training users' vectors and biases, read row by row on demand
 */

/** A wider user vector would take minutes to fit: its system of equations is a square of it. */
const WIDTH_MAX = 1024;

/** Multiply-adds of the items' Gram matrix between two pauses of loading. */
const GRAM_WORK = 1e7;

/** The items' vectors, which keep the precision of the file. */
const ITEM_TABLE = -1;

/** @type {import("../../runtime/place-tensors.js").Store} */
const STORE = {
  set: ({ wasm, address }, { code, width }, first, count, values) =>
    wasm.pr_dot_set(address, code, first * width, count * width, values),
  table: ({ wasm, address }) => wasm.pr_dot_table(address),
};

/**
 * Checks a file's tensors, and plans the C model (pr_dot_config) and the order of loading.
 *
 * @param {import("../family.js").Tensors} tensors
 * @param {import("../family.js").Info} info
 * @returns {DotPlan}
 */
export function planDot(tensors, info) {
  const expected = new ExpectedTensors(tensors, info.kind);
  const [items, width] = expected.shapeOf("item.vector");
  if (width > WIDTH_MAX)
    throw new PocketrecError(
      "too-large",
      "item.vector",
      `at most ${WIDTH_MAX} columns`,
      `${width}`,
    );
  const { loss } = info.fold_in;
  const hasGram = loss === "confidence";
  const userWidth = width + Number(info.user_bias);
  const dtype = takeItems(expected, items, width);
  const hasItemBias = takeBiases(expected, items);
  const hasPrior = loss === "bpr" || loss === "log";
  if (hasPrior) {
    expected.take("user_mean", [width], DOT_TENSORS.user_mean);
    expected.take("user_covariance", [width, width], DOT_TENSORS.user_covariance);
  }
  const hasMean = expected.take("mean", [1], DOT_TENSORS.mean) !== undefined;
  const hasBias = hasItemBias || hasMean || info.user_bias;
  if (hasGram && hasBias)
    throw new PocketrecError(
      "unsupported",
      "fold_in.loss",
      "another loss where users, items or all have a bias",
      '"confidence"',
    );
  return {
    items,
    rows: items,
    vectorWidth: width,
    width,
    userWidth,
    hasItemBias,
    hasGram,
    hasPrior,
    scoresAreInnerProducts: !hasBias,
    userTables: takeUsers(expected, width, info.user_bias),
    parts: expected.list,
    config: writeConfig(DOT_CONFIG, {
      items,
      width,
      dtype,
      is_normalized: false,
      has_item_bias: hasItemBias,
      has_user_bias: info.user_bias,
      has_gram: hasGram,
      has_prior: hasPrior,
    }),
  };
}

/**
 * @param {ExpectedTensors} expected
 * @param {number} items
 * @param {number} width
 * @returns {number} the dtype of the items' vectors, as the C model counts them
 */
export function takeItems(expected, items, width) {
  expected.need("item.vector", [items, width], ITEM_TABLE, { isTable: true });
  return dtypeOf(expected.list[0].tensor).code;
}

/**
 * @param {ExpectedTensors} expected
 * @param {number} items
 * @returns {boolean} whether there are any
 */
export const takeBiases = (expected, items) =>
  expected.take("item.bias", [items], DOT_TENSORS.item_bias, { isColumn: true }) !== undefined;

/**
 * @param {ExpectedTensors} expected
 * @param {number} width
 * @param {boolean} hasBias
 * @returns {Part[]} empty unless the file has all of a user vector
 */
function takeUsers(expected, width, hasBias) {
  const users = expected.users("user", null, width);
  if (!users || !hasBias) return users ? [users] : [];
  const biases = expected.users("user.bias", users.rows, null);
  return biases ? [users, biases] : [];
}

/**
 * Puts a file's tensors in their places, and yields after each piece of work.
 *
 * @param {import("../../model/engine.js").Engine} engine
 * @param {DotPlan} plan
 * @param {import("../family.js").Tensors} tensors
 */
export function* placeDot(engine, plan, tensors) {
  yield* placeItems(engine, plan.parts, tensors);
  const { items, width, hasGram } = plan;
  const step = Math.ceil(GRAM_WORK / width ** 2);
  for (let first = 0; hasGram && first < items; first += step) {
    engine.wasm.pr_dot_add_gram(engine.address, first, Math.min(step, items - first));
    yield;
  }
}

/**
 * @param {import("../../model/engine.js").Engine} engine
 * @param {Part[]} parts
 * @param {import("../family.js").Tensors} tensors
 */
export function* placeItems(engine, parts, tensors) {
  yield* placeParts(engine, STORE, parts, tensors);
  engine.wasm.pr_dot_items_ready(engine.address);
}

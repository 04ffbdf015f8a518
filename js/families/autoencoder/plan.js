import {
  AUTOENCODER_BIAS,
  AUTOENCODER_LAYERS_MAX,
  AUTOENCODER_NORM_BIAS,
  AUTOENCODER_NORM_WEIGHT,
  AUTOENCODER_TENSORS,
} from "../../runtime/abi.js";
import { AUTOENCODER_CONFIG, writeConfig } from "../../runtime/configs.js";
import { dtypeOf } from "../../runtime/place-tensors.js";
import { activationsOf } from "../activations.js";
import { PocketrecError } from "../../common/errors.js";
import { ExpectedTensors } from "../../file/expected-tensors.js";

/**
 * @typedef {import("../family.js").Plan & AutoencoderWidths} AutoencoderPlan
 * @typedef {object} AutoencoderWidths
 * @property {number} code width of the item table
 * @property {number} layers of encoder and decoder together
 * @property {import("../../file/expected-tensors.js").Part} [userTable] CDAE's nodes of the
 *   training users
 */

/** Of I-AutoRec: a user's system of equations is a square of it. */
const CODE_MAX = 1024;

/** @type {import("../../runtime/place-tensors.js").Store} */
export const AUTOENCODER_STORE = {
  set: ({ wasm, address }, { code, width }, _first, _count, values) =>
    wasm.pr_autoencoder_set(address, code, width, values),
  table: ({ wasm, address }, code) => wasm.pr_autoencoder_layer(address, code),
};

/**
 * Checks a file's tensors against its kind, and plans the C model and the order of loading.
 *
 * @param {Map<string, import("../../file/safetensors.js").Tensor>} tensors
 * @param {Readonly<import("../../file/metadata.js").Info>} info
 * @returns {AutoencoderPlan}
 */
export function planLayers(tensors, info) {
  const expected = new ExpectedTensors(tensors, info.kind);
  const items = expected.shapeOf("encoder.0.weight")[1];
  const encoder = count(tensors, "encoder");
  const decoder = Math.max(count(tensors, "decoder") + (info.tied ? 1 : 0), 1);
  const names = [...named("encoder", encoder), ...named("decoder", decoder)];
  if (names.length > AUTOENCODER_LAYERS_MAX) {
    throw new PocketrecError(
      "unsupported",
      names[AUTOENCODER_LAYERS_MAX],
      `at most ${AUTOENCODER_LAYERS_MAX} layers`,
      `${names.length}`,
    );
  }
  const widths = takeLayers(expected, names, items, info.tied);
  const dense = info.skip === "dense" ? denseLayers(names, widths, encoder) : 0;
  if (info.kind === "cdae") expected.take("user_mean", [widths[0]], AUTOENCODER_TENSORS.user_mean);
  const userTable = info.kind === "cdae" ? expected.users("user", null, widths[0]) : undefined;
  const code = /** @type {number} */ (widths.at(-1));
  return {
    items,
    rows: items,
    vectorWidth: code,
    code,
    layers: names.length,
    parts: expected.list,
    userTable,
    config: configOf(expected, info, items, code, widths, dense),
  };
}

/**
 * Takes the layers of encoder and decoder, each with as many columns as the layer before it has
 * rows.
 *
 * @param {ExpectedTensors} expected
 * @param {string[]} names
 * @param {number} items
 * @param {boolean} isTied whether the last layer has the weights of the first
 * @returns {number[]} widths of the hidden layers
 */
function takeLayers(expected, names, items, isTied) {
  const last = names.length - 1;
  /** @type {number[]} */
  const widths = [];
  for (const [k, name] of names.entries()) {
    const inputs = k ? widths[k - 1] : items;
    const isStored = k < last || !isTied;
    const shape =
      isStored &&
      expected.need(`${name}.weight`, [k < last ? null : items, inputs], k, {
        isTable: true,
        isTransposed: k === 0,
      });
    if (!shape && inputs !== widths[0]) {
      throw new PocketrecError(
        "bad-shape",
        names[k - 1],
        `${widths[0]} outputs, as tied weights need`,
        `${inputs}`,
      );
    }
    const width = shape ? shape[0] : items;
    expected.take(`${name}.bias`, [width], AUTOENCODER_BIAS + k);
    takeNorm(expected, name, k, k < last ? width : 0);
    if (k < last) widths.push(width);
  }
  return widths;
}

/**
 * Takes the normalisation after a layer, where the file has one. In a CDAE it is refused: the fit
 * of a node does not account for it.
 *
 * @param {ExpectedTensors} expected
 * @param {string} layer
 * @param {number} k
 * @param {number} width 0: of the last layer, which has none
 */
function takeNorm(expected, layer, k, width) {
  const { tensors, kind } = expected;
  const weight = `${layer}.norm.weight`;
  const bias = `${layer}.norm.bias`;
  if (!tensors.has(weight) && !tensors.has(bias)) return;
  if (!width || kind === "cdae")
    throw new PocketrecError(
      "unsupported",
      weight,
      "no normalisation of scores, or in a cdae",
      "one",
    );
  expected.need(weight, [width], AUTOENCODER_NORM_WEIGHT + k);
  expected.take(bias, [width], AUTOENCODER_NORM_BIAS + k);
}

/**
 * How many layers have dense skips: all of the encoder but the last, all of one width.
 *
 * @param {string[]} names
 * @param {number[]} widths
 * @param {number} encoder how many layers it has
 */
function denseLayers(names, widths, encoder) {
  const layers = encoder - 1;
  const odd = widths.findIndex((width, k) => k < layers && width !== widths[0]);
  if (layers < 2)
    throw new PocketrecError("bad-metadata", "skip", "3 layers or more", `${encoder}`);
  if (odd < 0) return layers;
  throw new PocketrecError(
    "bad-shape",
    `${names[odd]}.weight`,
    `${widths[0]} rows, as dense skips need`,
    `${widths[odd]}`,
  );
}

/**
 * The same for I-AutoRec, whose items come encoded: `item.code` (items, code).
 *
 * @param {Map<string, import("../../file/safetensors.js").Tensor>} tensors
 * @param {Readonly<import("../../file/metadata.js").Info>} info
 * @returns {AutoencoderPlan}
 */
export function planCodes(tensors, info) {
  const expected = new ExpectedTensors(tensors, info.kind);
  const [items, code] = expected.shapeOf("item.code");
  if (code > CODE_MAX)
    throw new PocketrecError("too-large", "item.code", `at most ${CODE_MAX} columns`, `${code}`);
  expected.need("item.code", [items, code], 0, { isTable: true });
  for (const [name, size] of /** @type {const} */ ([
    ["user_mean", code],
    ["user_bias", 1],
  ])) {
    expected.take(name, [size], AUTOENCODER_TENSORS[name]);
  }
  return {
    items,
    rows: items,
    vectorWidth: code,
    code,
    layers: 1,
    parts: expected.list,
    config: configOf(expected, info, items, code, [], 0),
  };
}

/**
 * @param {ExpectedTensors} expected
 * @param {Readonly<import("../../file/metadata.js").Info>} info
 * @param {number} items
 * @param {number} code
 * @param {number[]} widths of the hidden layers
 * @param {number} dense how many layers dense skips hold
 */
function configOf({ list }, info, items, code, widths, dense) {
  const has = (/** @type {number} */ tensor) => list.some((part) => part.code === tensor);
  const layers = widths.length + 1;
  const tables = list.filter(({ isTable }) => isTable);
  return writeConfig(AUTOENCODER_CONFIG, {
    items,
    code,
    layers,
    has_encoder: widths.length > 0,
    is_tied: info.tied,
    has_item_bias: has(AUTOENCODER_BIAS + layers - 1),
    is_normalized: info.input.normalize === "l2",
    is_binarized: info.binarize_hidden,
    dense_layers: dense,
    epsilon: info.norm.epsilon,
    width: widths,
    activation: activationsOf(info, widths.length),
    dtype: tables.map(({ tensor }) => dtypeOf(tensor).code),
    has_norm: widths.map((_, k) => has(AUTOENCODER_NORM_WEIGHT + k)),
  });
}

/**
 * How many layers of a name the file has, numbered from 0 without a gap.
 * @param {Map<string, unknown>} tensors
 * @param {string} name
 */
function count(tensors, name) {
  let layers = 0;
  while (tensors.has(`${name}.${layers}.weight`)) layers++;
  return layers;
}

/**
 * @param {string} name
 * @param {number} layers
 */
const named = (name, layers) => Array.from({ length: layers }, (_, k) => `${name}.${k}`);

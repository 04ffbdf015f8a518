import {
  ACTIVATIONS,
  DOT_TENSORS,
  NORM_ORDERS,
  PADDINGS,
  SEQUENCE_BIAS,
  SEQUENCE_LAYERS_MAX,
  SEQUENCE_OUTPUT,
  SEQUENCE_POSITION,
  SEQUENCE_STEP,
} from "../../runtime/abi.js";
import { SEQUENCE_CONFIG, writeConfig } from "../../runtime/configs.js";
import { dtypeOf, placeParts } from "../../runtime/place-tensors.js";
import { PocketrecError } from "../../common/errors.js";
import { dotPackItems } from "../dot/pack-items.js";
import { ExpectedTensors } from "../../file/expected-tensors.js";

/** The codes of tensors with a row per item. */
const EMBEDDING = -1;
const ITEMS = -2;
const BIAS = -3;

/** Limits of widths and of the window: a product of them fits into 32 bits. */
const SIZE_MAX = 4096;

/**
 * @typedef {import("../../file/safetensors.js").Tensor} Tensor
 * @typedef {Readonly<import("../../file/metadata.js").Info>} Info
 * @typedef {import("../family.js").Plan & Widths} SequencePlan
 * @typedef {object} Widths
 * @property {number} width of a user's vector
 * @property {number} window how many events count; Infinity: all
 * @property {boolean} keepsState whether the state of a user stays as it is when an event follows
 * @property {number} stateRow numbers of a state: of GRU4Rec all, of SASRec an event's
 * @property {number} work multiplications of an event
 * @property {boolean} isTied whether the items' vectors are the embedding
 * @property {boolean} hasBias whether items have biases
 */

/** @type {import("../../runtime/place-tensors.js").Store} */
const STORE = {
  set({ wasm, address, scorer }, { code, width }, first, count, values) {
    if (code === BIAS) wasm.pr_dot_set(scorer, DOT_TENSORS.item_bias, first, count, values);
    else wasm.pr_sequence_set(address, code, first, count, width, values);
  },
  table: ({ wasm, address, scorer }, code) =>
    code === EMBEDDING ? wasm.pr_sequence_embedding(address) : wasm.pr_dot_table(scorer),
};

/** The tensors of layers, by the numbers of src/sequence.h. */
class Layers extends ExpectedTensors {
  /**
   * Takes a layer, or of one dimension a normalisation: weight and bias.
   *
   * @param {string} name
   * @param {number} code
   * @param {number[]} shape of the weight
   */
  layer(name, code, shape) {
    this.need(`${name}.weight`, shape, code);
    this.take(`${name}.bias`, [shape[0]], code + (shape[1] ? SEQUENCE_BIAS : 1));
  }

  /**
   * The same, where the file has one of them.
   *
   * @param {string} name
   * @param {number} code
   * @param {number[]} shape
   */
  maybe(name, code, shape) {
    const isThere = this.tensors.has(`${name}.weight`) || this.tensors.has(`${name}.bias`);
    if (isThere) this.layer(name, code, shape);
    return isThere;
  }

  /**
   * Takes numbered layers. Those that no number reaches are refused: they would be left out
   * without a word.
   *
   * @param {string} stem
   * @param {(name: string, k: number) => void} take
   */
  all(stem, take) {
    let count = 0;
    const isOne = (/** @type {string} */ name) => name.startsWith(`${stem}.`);
    const names = [...this.tensors.keys()].filter(isOne);
    while (!count || names.some((name) => name.startsWith(`${stem}.${count}.`))) {
      if (count === SEQUENCE_LAYERS_MAX) throw this.#refused(`${stem}.${count}`);
      take(`${stem}.${count}.`, count++);
    }
    const taken = this.list.map(({ tensor }) => tensor.name);
    const left = names.find((name) => !taken.includes(name.replace(/\.scale$/, "")));
    if (left) throw this.#refused(left);
    return count;
  }

  /** @param {string} name */
  #refused(name) {
    return new PocketrecError(
      "unsupported",
      name,
      `at most ${SEQUENCE_LAYERS_MAX} layers, numbered from 0, of the kind "${this.kind}"`,
      "another tensor",
    );
  }
}

/**
 * Checks a SASRec's tensors, and plans the C model and the order of loading.
 *
 * @param {Map<string, Tensor>} tensors
 * @param {Info} info
 * @returns {SequencePlan}
 */
export function planSasrec(tensors, info) {
  const expected = new Layers(tensors, info.kind);
  const width = expected.shapeOf("item.embedding")[1];
  const [window] = expected.shapeOf("position.embedding");
  const [hidden] = expected.shapeOf("blocks.0.feed.0.weight");
  const { heads = 1, positions, padding = "masked", norm } = info;
  if (width % heads)
    throw new PocketrecError("bad-metadata", "heads", `a divisor of ${width}`, `${heads}`);
  expected.need("position.embedding", [window, width], SEQUENCE_POSITION);
  if (padding === "attended") expected.take("padding.embedding", [width], SEQUENCE_POSITION + 1);
  const isFirst = expected.maybe("embedding.norm", SEQUENCE_POSITION + 2, [width]);
  const isLast = expected.maybe("norm", SEQUENCE_POSITION + 4, [width]);
  const has_output = tensors.has("blocks.0.attention.weight");
  const square = [width, width];
  const layers = expected.all("blocks", (name, k) => {
    const code = k * SEQUENCE_STEP;
    const norms = SEQUENCE_POSITION + 6 + 4 * k;
    expected.layer(`${name}query`, code, square);
    expected.layer(`${name}key`, code + 1, square);
    expected.layer(`${name}value`, code + 2, square);
    if (has_output) expected.layer(`${name}attention`, code + 3, square);
    expected.layer(`${name}feed.0`, code + 4, [hidden, width]);
    expected.layer(`${name}feed.1`, code + 5, [width, hidden]);
    expected.layer(`${name}attention.norm`, norms, [width]);
    expected.layer(`${name}feed.norm`, norms + 2, [width]);
  });
  const plan = planItems(expected, width, {
    ...{ layers, hidden, has_output, window, heads },
    activation: ACTIVATIONS[/** @type {string} */ (info.activation)],
    order: NORM_ORDERS[norm.order ?? "after"],
    norms: Number(isFirst) + 2 * Number(isLast),
    padding: PADDINGS[padding],
    is_from_last: positions === "last",
    epsilon: norm.epsilon,
    scale: info.embedding_scale ?? 1,
  });
  const keepsState = positions === "first" && padding === "masked";
  return { ...plan, window, keepsState, stateRow: 2 * layers * Math.ceil(width / 4) * 4 };
}

/**
 * The same of a GRU4Rec.
 *
 * @param {Map<string, Tensor>} tensors
 * @param {Info} info
 * @returns {SequencePlan}
 */
export function planGru(tensors, { kind, window = Infinity, reset }) {
  const expected = new Layers(tensors, kind);
  const width = expected.shapeOf("item.embedding")[1];
  const hidden = expected.shapeOf("gru.0.hidden.weight")[1];
  const layers = expected.all("gru", (name, k) => {
    expected.layer(`${name}input`, k * SEQUENCE_STEP, [3 * hidden, k ? hidden : width]);
    expected.layer(`${name}hidden`, k * SEQUENCE_STEP + 1, [3 * hidden, hidden]);
  });
  const output = tensors.has("output.weight") ? expected.shapeOf("output.weight")[0] : hidden;
  const has_output = expected.maybe("output", SEQUENCE_OUTPUT, [output, hidden]);
  const plan = planItems(expected, output, {
    ...{ layers, hidden, has_output, window: 0, heads: 1, activation: 0, order: 0, norms: 0 },
    ...{ padding: 0, is_from_last: 0, epsilon: 0, scale: 0, is_reset_before: reset === "before" },
  });
  return { ...plan, window, keepsState: true, stateRow: layers * Math.ceil(hidden / 4) * 4 };
}

/**
 * Takes the tensors with a row per item.
 *
 * @param {Layers} expected
 * @param {number} width of a user's vector
 * @param {any} encoder the rest of the config
 */
function planItems(expected, width, encoder) {
  const [items, embedding] = expected.shapeOf("item.embedding");
  const { layers, hidden, window } = encoder;
  const largest = Math.max(embedding, width, hidden, window);
  if (largest > SIZE_MAX)
    throw new PocketrecError("too-large", "widths", `at most ${SIZE_MAX}`, `${largest}`);
  const isTied = !expected.tensors.has("item.output");
  const hasBias = expected.tensors.has("item.bias");
  const config = writeConfig(SEQUENCE_CONFIG, {
    is_recurrent: !window,
    is_reset_before: false,
    is_tied: isTied,
    embedding,
    dtype: isTied ? 0 : takeTable(expected, "item.embedding", items, embedding, EMBEDDING),
    ...encoder,
    items: {
      ...{ items, width, has_item_bias: hasBias, is_normalized: false, has_user_bias: false },
      ...{ has_gram: false, has_prior: false },
      dtype: takeItems(expected, isTied, items, width, hasBias),
    },
  });
  const work = 4 * layers * (embedding + hidden + window) * (embedding + hidden);
  return {
    ...{ items, rows: items, vectorWidth: width, width, work, isTied, hasBias, config },
    ...{ scoresAreInnerProducts: !hasBias, parts: expected.list },
  };
}

/**
 * @param {ExpectedTensors} expected
 * @param {string} name
 * @param {number} rows
 * @param {number} width
 * @param {number} code
 */
function takeTable(expected, name, rows, width, code) {
  expected.need(name, [rows, width], code, { isTable: true });
  return dtypeOf(/** @type {Tensor} */ (expected.tensors.get(name))).code;
}

/**
 * Takes what scores items, of the file or of a pack.
 *
 * @param {ExpectedTensors} expected
 * @param {boolean} isTied
 * @param {number} items
 * @param {number} width
 * @param {boolean} hasBias
 * @returns {number} the code of the dtype
 */
function takeItems(expected, isTied, items, width, hasBias) {
  if (hasBias) expected.need("item.bias", [items], BIAS, { isColumn: true });
  return takeTable(expected, isTied ? "item.embedding" : "item.output", items, width, ITEMS);
}

/**
 * Puts a file's tensors in their places, and yields after each piece of work.
 *
 * @param {import("../../model/engine.js").Engine} engine
 * @param {SequencePlan} plan
 * @param {import("../family.js").Tensors} tensors
 */
export function* placeSequence(engine, { parts }, tensors) {
  yield* placeParts(engine, STORE, parts, tensors);
  engine.wasm.pr_sequence_ready(engine.address);
}

/**
 * The item side of a candidate pack: what the file names `item.output`, or `item.embedding` where
 * it has no other vectors, and `item.bias`.
 *
 * @param {import("../../model/engine.js").Engine} engine
 * @param {import("../family.js").Tensors} tensors
 * @param {import("../../file/item-ids.js").ItemIndex} ids
 * @returns {import("../family.js").PackItems}
 */
export function openSequencePack(engine, tensors, { count }) {
  const { width, isTied, hasBias } = /** @type {SequencePlan} */ (engine.plan);
  const expected = new ExpectedTensors(tensors, engine.info.kind);
  const dtype = takeItems(expected, isTied, count, width, hasBias);
  return dotPackItems(engine, count, dtype, function* () {
    yield* placeParts(engine, STORE, expected.list, tensors);
    engine.wasm.pr_dot_items_ready(engine.scorer);
  });
}

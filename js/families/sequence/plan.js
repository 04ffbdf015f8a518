import {
  ACTIVATIONS,
  DOT_TENSORS,
  DTYPES,
  NORM_ORDERS,
  PADDINGS,
  SEQUENCE_BIAS,
  SEQUENCE_LAYERS_MAX,
  SEQUENCE_NORMS,
  SEQUENCE_OUTPUT,
  SEQUENCE_STEP,
} from "../../runtime/abi.js";
import { SEQUENCE_CONFIG, writeConfig } from "../../runtime/configs.js";
import { dtypeOf, placeParts } from "../../runtime/place-tensors.js";
import { PocketrecError } from "../../common/errors.js";
import { dotPackItems } from "../dot/pack-items.js";
import { ExpectedTensors } from "../../file/expected-tensors.js";

/** The codes of tensors with a row per item. */
const EMBEDDING = 1024;
const ITEMS = 1025;
const BIAS = 1026;

/** Vectors of src/sequence.h; a bias of a normalisation is the next. */
const [POSITION, PADDING, EMBEDDING_NORM, LAST_NORM] = [0, 1, 2, 4];

/** Limits of widths and of the window: a product of them fits into 32 bits. */
const WIDTH_MAX = 4096;

/**
 * @typedef {import("../../file/safetensors.js").Tensor} Tensor
 * @typedef {Readonly<import("../../file/metadata.js").Info>} Info
 * @typedef {import("../family.js").Plan & Widths} SequencePlan
 * @typedef {object} Widths
 * @property {number} width of a user's vector
 * @property {number} window how many events count; Infinity: all
 * @property {boolean} keepsState whether the state of a user stays as it is when an event follows
 * @property {number} work multiplications of an event
 * @property {boolean} isRecurrent whether all events share one state
 * @property {boolean} hasBias whether items have biases
 * @property {boolean} isTied whether the items' vectors are the embedding
 * @property {number} stateRow numbers of a state, or of each event's
 * @property {Target[]} targets where tensors go, by code
 * @property {(Target & { width: number })[]} units layers that the file leaves out: x stays as it is
 * @typedef {import("../../model/engine.js").Engine} Engine
 *
 * @typedef {object} Target a layer or a vector of the C core
 * @property {number} slot its number
 * @property {number} offset where its rows begin
 * @property {number} part rows come in parts of so many
 * @property {number} columns and columns; 0: a vector
 */

/**
 * Where a number is in a list that consists of parts, each padded to a multiple of four.
 *
 * @param {number} at
 * @param {number} part
 */
const padded = (at, part) => Math.floor(at / part) * Math.ceil(part / 4) * 4 + (at % part);

/** @type {import("../../runtime/place-tensors.js").Store} */
const STORE = {
  set(engine, { code, width }, first, count, values) {
    if (code === BIAS)
      engine.wasm.pr_dot_set(engine.scorer, DOT_TENSORS.item_bias, first, count, values);
    else {
      const target = /** @type {SequencePlan} */ (engine.plan).targets[code];
      const numbers = engine.memory.f32(values, count * width).slice();
      if (target.columns) setRows(engine, target, first, width, numbers);
      else setVector(engine, target, first * width, numbers);
    }
  },
  table: ({ wasm, address, scorer }, code) =>
    code === EMBEDDING ? wasm.pr_sequence_embedding(address) : wasm.pr_dot_table(scorer),
};

/**
 * @param {Engine} engine
 * @param {Target} target
 * @param {number} first
 * @param {Float32Array} numbers
 */
function setVector({ wasm, memory, address }, { slot, offset, part }, first, numbers) {
  const end = offset + padded(first + numbers.length, part);
  const vector = memory.f32(wasm.pr_sequence_vector(address, slot) >>> 0, end);
  for (const [k, value] of numbers.entries()) vector[offset + padded(first + k, part)] = value;
}

/**
 * @param {Engine} engine
 * @param {Target} target
 * @param {number} first
 * @param {number} width
 * @param {Float32Array} numbers (rows, width)
 */
function setRows({ wasm, memory, address }, target, first, width, numbers) {
  const { slot, offset, part, columns } = target;
  const [at] = memory.scratch(4 * padded(width + 3, columns));
  for (let row = 0; row * width < numbers.length; row++) {
    const line = memory.f32(at, padded(width + 3, columns)).fill(0);
    for (let k = 0; k < width; k++) line[padded(k, columns)] = numbers[row * width + k];
    wasm.pr_sequence_set(address, slot, offset + padded(first + row, part), at);
  }
}

/** Takes the tensors of a file, layer by layer. */
class Layers {
  /** How many numbers of weights an event is multiplied with. */
  work = 0;
  /** @type {Target[]} */
  targets = [];
  /** @type {SequencePlan["units"]} */
  units = [];

  /**
   * @param {Map<string, Tensor>} tensors
   * @param {string} kind
   */
  constructor(tensors, kind) {
    this.expected = new ExpectedTensors(tensors, kind);
    this.tensors = tensors;
  }

  /**
   * Takes a layer, or of one dimension a normalisation: weight and bias.
   *
   * @param {string} name
   * @param {number} slot
   * @param {number[]} shape of the weight
   * @param {{ offset?: number, part?: number, columns?: number }} [parts]
   */
  need(name, slot, [rows, width = 0], { offset = 0, part = rows, columns = width } = {}) {
    const { expected, targets } = this;
    const weight = { slot, offset, part, columns };
    const bias = { ...weight, slot: width ? slot + SEQUENCE_BIAS : slot + 1, columns: 0 };
    const shape = width ? [rows, width] : [rows];
    expected.need(`${name}.weight`, shape, targets.push(weight) - 1);
    expected.take(`${name}.bias`, [rows], targets.push(bias) - 1);
    this.work += rows * width;
  }

  /**
   * The same, where the file has it.
   *
   * @param {string} name
   * @param {number} slot
   * @param {number[]} shape
   * @param {{ part?: number, columns?: number }} [parts]
   */
  take(name, slot, shape, parts) {
    const isThere = ["weight", "bias"].some((end) => this.tensors.has(`${name}.${end}`));
    if (isThere) this.need(name, slot, shape, parts);
    return isThere;
  }

  /**
   * The same of a layer (width, width) that leaves x as it is where the file lacks it.
   *
   * @param {string} name
   * @param {number} slot
   * @param {number} rows
   * @param {number} width
   * @param {number} [columns]
   */
  project(name, slot, rows, width, columns = width) {
    if (!this.take(name, slot, [rows, width], { columns }))
      this.units.push({ slot, offset: 0, part: width, columns, width });
  }

  /**
   * Takes a tensor as it is.
   *
   * @param {string} name
   * @param {number} slot
   * @param {number[]} shape
   */
  vector(name, slot, shape) {
    const part = /** @type {number} */ (shape.at(-1));
    this.expected.need(name, shape, this.targets.push({ slot, offset: 0, part, columns: 0 }) - 1);
  }

  /**
   * How many numbered layers there are.
   *
   * @param {string} stem
   * @param {string} name of a tensor of each
   */
  count(stem, name) {
    let layers = 0;
    while (this.tensors.has(`${stem}.${layers}.${name}`)) layers++;
    if (layers >= 1 && layers <= SEQUENCE_LAYERS_MAX) return layers;
    const found = `${layers}`;
    throw new PocketrecError(
      "unsupported",
      `${stem}.K`,
      `1 to ${SEQUENCE_LAYERS_MAX} of them`,
      found,
    );
  }

  /**
   * A size that the C core can hold.
   *
   * @param {string} name of the tensor that has it
   * @param {0 | 1} axis
   */
  size(name, axis) {
    const size = this.expected.shapeOf(name)[axis];
    if (size <= WIDTH_MAX) return size;
    throw new PocketrecError("too-large", name, `at most ${WIDTH_MAX}`, `${size}`);
  }

  /**
   * Refuses layers that no count has reached: they would be left out without a word.
   * @param {string} stem
   */
  assertAll(stem) {
    const taken = new Set(this.expected.list.map(({ tensor }) => tensor.name));
    for (const name of this.tensors.keys())
      if (name.startsWith(`${stem}.`) && !taken.has(name.replace(/\.scale$/, "")))
        throw new PocketrecError(
          "unsupported",
          name,
          `a tensor of ${stem}.K, from 0 on`,
          "another",
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
  const layers = new Layers(tensors, info.kind);
  const width = layers.size("item.embedding", 1);
  const window = layers.size("position.embedding", 0);
  const blocks = layers.count("blocks", "query.weight");
  const hidden = layers.size("blocks.0.feed.0.weight", 0);
  const { heads = 1, positions, padding = "masked" } = info;
  if (width % heads)
    throw new PocketrecError("bad-metadata", "heads", `a divisor of ${width}`, `${heads}`);
  const head = { part: width / heads };
  const inHeads = padded(width, head.part);
  layers.vector("position.embedding", POSITION, [window, width]);
  if (padding === "attended" && tensors.has("padding.embedding"))
    layers.vector("padding.embedding", PADDING, [width]);
  const isFirstNormal = layers.take("embedding.norm", EMBEDDING_NORM, [width]);
  const isLastNormal = layers.take("norm", LAST_NORM, [width]);
  for (let k = 0; k < blocks; k++) {
    const name = `blocks.${k}.`;
    const slot = k * SEQUENCE_STEP;
    const norm = SEQUENCE_NORMS + 4 * k;
    layers.need(`${name}query`, slot, [width, width], head);
    layers.need(`${name}key`, slot + 1, [width, width], head);
    layers.need(`${name}value`, slot + 1, [width, width], { ...head, offset: inHeads });
    layers.project(`${name}attention`, slot + 2, width, width, head.part);
    layers.need(`${name}attention.norm`, norm, [width]);
    layers.need(`${name}feed.0`, slot + 3, [hidden, width]);
    layers.need(`${name}feed.1`, slot + 4, [width, hidden]);
    layers.need(`${name}feed.norm`, norm + 2, [width]);
  }
  layers.work += 2 * blocks * width * window;
  layers.assertAll("blocks");
  const plan = planItems(layers, width, {
    ...{ layers: blocks, hidden, window, heads },
    activation: ACTIVATIONS[/** @type {string} */ (info.activation)],
    order: NORM_ORDERS[info.norm.order ?? "after"],
    norms: Number(isFirstNormal) + 2 * Number(isLastNormal),
    padding: PADDINGS[padding],
    is_from_last: positions === "last",
    epsilon: info.norm.epsilon,
    scale: info.embedding_scale ?? 1,
  });
  const stateRow = 2 * inHeads * blocks;
  const keepsState = positions === "first" && padding === "masked";
  return { ...plan, window, stateRow, keepsState };
}

/**
 * The same of a GRU4Rec.
 *
 * @param {Map<string, Tensor>} tensors
 * @param {Info} info
 * @returns {SequencePlan}
 */
export function planGru(tensors, { kind, window, reset }) {
  const layers = new Layers(tensors, kind);
  const width = layers.size("item.embedding", 1);
  const hidden = layers.size("gru.0.hidden.weight", 1);
  const count = layers.count("gru", "input.weight");
  const gates = { part: hidden };
  for (let k = 0; k < count; k++) {
    const slot = k * SEQUENCE_STEP;
    layers.need(`gru.${k}.input`, slot, [3 * hidden, k ? hidden : width], gates);
    layers.need(`gru.${k}.hidden`, slot + 1, [3 * hidden, hidden], gates);
  }
  const output = tensors.has("output.weight") ? layers.size("output.weight", 0) : hidden;
  layers.project("output", SEQUENCE_OUTPUT, output, hidden);
  layers.assertAll("gru");
  const plan = planItems(layers, output, {
    ...{ layers: count, hidden, window: 0, heads: 1, activation: 0, order: 0, norms: 0 },
    ...{ padding: 0, is_from_last: 0, epsilon: 0, scale: 0 },
    is_reset_before: reset === "before",
  });
  const stateRow = count * padded(hidden, hidden);
  return { ...plan, window: window ?? Infinity, stateRow, keepsState: true };
}

/**
 * Takes the tensors with a row per item.
 *
 * @param {Layers} layers
 * @param {number} width of a user's vector
 * @param {any} encoder the rest of the config
 */
function planItems({ expected, work, targets, units }, width, encoder) {
  const [items, embedding] = expected.shapeOf("item.embedding");
  const isTied = !expected.tensors.has("item.output");
  const dtype = isTied
    ? DTYPES.F32.code
    : takeTable(expected, "item.embedding", items, embedding, EMBEDDING);
  const hasBias = expected.tensors.has("item.bias");
  const config = writeConfig(SEQUENCE_CONFIG, {
    is_recurrent: !encoder.window,
    is_reset_before: false,
    is_tied: isTied,
    ...{ embedding, dtype, ...encoder },
    items: {
      ...{ items, width, has_item_bias: hasBias, is_normalized: false, has_user_bias: false },
      ...{ has_gram: false, has_prior: false },
      dtype: takeItems(expected, isTied, items, width, hasBias),
    },
  });
  return {
    ...{ items, rows: items, vectorWidth: width, width, work, isTied, hasBias, config },
    scoresAreInnerProducts: !hasBias,
    ...{ targets, units, parts: expected.list, isRecurrent: !encoder.window },
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
 * @param {number} at
 * @param {number} length
 */
function oneAt(at, length) {
  const numbers = new Float32Array(length);
  numbers[at] = 1;
  return numbers;
}

/**
 * Puts a file's tensors in their places, and yields after each piece of work.
 *
 * @param {import("../../model/engine.js").Engine} engine
 * @param {SequencePlan} plan
 * @param {import("../family.js").Tensors} tensors
 */
export function* placeSequence(engine, { parts, units }, tensors) {
  yield* placeParts(engine, STORE, parts, tensors);
  for (const unit of units)
    for (let row = 0; row < unit.width; row++)
      setRows(engine, unit, row, unit.width, oneAt(row, unit.width));
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

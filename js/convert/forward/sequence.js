import { activationNamed, denseLayer, dot, requireTensor, rowOf } from "./dense.js";

/**
 * SASRec and GRU4Rec in double precision: the whole window, with its padding, event by event.
 *
 * @typedef {import("../../file/metadata.js").Info} Info
 * @typedef {import("./dense.js").Tensors} Tensors
 * @typedef {import("./forward.js").UserInput} UserInput
 */

/**
 * @param {Tensors} tensors
 * @param {Readonly<Info>} info
 * @param {UserInput} user
 * @param {number[]} items rows
 */
export function sequenceScores(tensors, info, { history = [], ratings }, items) {
  const { positive = -Infinity } = info.rating;
  const events = history.filter((_, i) => (ratings?.[i] ?? positive) >= positive);
  const encode = info.kind === "sasrec" ? encodeAttention : encodeUnits;
  const vector = encode(tensors, info, events);
  const table = tensors.get("item.output") ?? requireTensor(tensors, "item.embedding");
  const bias = tensors.get("item.bias");
  return items.map((item) => dot(table, item, vector) + (bias?.values[item] ?? 0));
}

/**
 * The last event's x after all blocks; zeros without events.
 *
 * @param {Tensors} tensors
 * @param {Readonly<Info>} info
 * @param {number[]} events rows
 */
function encodeAttention(tensors, info, events) {
  const table = requireTensor(tensors, "item.embedding");
  const places = requireTensor(tensors, "position.embedding");
  const { embedding_scale = 1, padding = "masked" } = info;
  const [length, width] = places.shape;
  const window = events.slice(-length);
  if (!window.length) return Array(width).fill(0);
  const shift = info.positions === "last" ? length - window.length : 0;
  const pads = padding === "masked" ? 0 : length - window.length;
  const pad = [...(tensors.get("padding.embedding")?.values ?? Array(width).fill(0))];
  let x = [
    ...Array(pads).fill(padding === "zero" ? Array(width).fill(0) : pad),
    ...window.map((item, i) =>
      sum(
        rowOf(table, item).map((value) => value * embedding_scale),
        rowOf(places, i + shift),
      ),
    ),
  ].map((row) => normalised(tensors, info, "embedding.norm", row));
  const clear = () => {
    if (padding === "zero") x = x.map((row, i) => (i < pads ? row.map(() => 0) : row));
  };
  clear();
  for (let k = 0; tensors.has(`blocks.${k}.query.weight`); k++) {
    x = block(tensors, info, `blocks.${k}`, x);
    clear();
  }
  return normalised(tensors, info, "norm", x[x.length - 1]);
}

/**
 * @param {Tensors} tensors
 * @param {Readonly<Info>} info
 * @param {string} name
 * @param {number[][]} x
 */
function block(tensors, info, name, x) {
  const { order } = info.norm;
  const norm = (/** @type {string} */ part) => (/** @type {number[]} */ row) =>
    normalised(tensors, info, `${name}.${part}.norm`, row);
  const join = (/** @type {string} */ part, /** @type {number[]} */ row, /** @type {any} */ y) =>
    order === "after" ? norm(part)(sum(row, y)) : sum(row, y);
  const first = order === "after" ? x : x.map(norm("attention"));
  const attended = attention(tensors, info, name, first, order === "before" ? first : x);
  const between = (order === "query" ? first : x).map((row, i) =>
    join("attention", row, attended[i]),
  );
  return between.map((row) => {
    const input = order === "after" ? row : norm("feed")(row);
    const hidden = denseLayer(
      tensors,
      `${name}.feed.0`,
      input,
      /** @type {string} */ (info.activation),
    );
    const result = denseLayer(tensors, `${name}.feed.1`, hidden, "identity");
    return join("feed", order === "query" ? input : row, result);
  });
}

/**
 * Each row attends to itself and to those before it.
 *
 * @param {Tensors} tensors
 * @param {Readonly<Info>} info
 * @param {string} name
 * @param {number[][]} from what queries are made of
 * @param {number[][]} x what keys and values are made of
 */
function attention(tensors, { heads = 1 }, name, from, x) {
  const layer = (/** @type {string} */ part, /** @type {number[]} */ row) =>
    denseLayer(tensors, `${name}.${part}`, row, "identity");
  const keys = x.map((row) => layer("key", row));
  const values = x.map((row) => layer("value", row));
  const width = x[0].length / heads;
  return from.map((row, t) => {
    const query = layer("query", row);
    const result = Array(row.length).fill(0);
    for (let start = 0; start < row.length; start += width) {
      const columns = Array.from({ length: width }, (_, k) => start + k);
      const logits = keys
        .slice(0, t + 1)
        .map(
          (key) => columns.reduce((total, k) => total + query[k] * key[k], 0) / Math.sqrt(width),
        );
      const largest = Math.max(...logits);
      const weights = logits.map((logit) => Math.exp(logit - largest));
      const total = weights.reduce((a, b) => a + b, 0);
      for (const k of columns)
        result[k] = weights.reduce((mean, weight, s) => mean + (weight / total) * values[s][k], 0);
    }
    return tensors.has(`${name}.attention.weight`) ? layer("attention", result) : result;
  });
}

/**
 * The last layer's h after the last event.
 *
 * @param {Tensors} tensors
 * @param {Readonly<Info>} info
 * @param {number[]} events rows
 */
function encodeUnits(tensors, { window = Infinity, reset }, events) {
  const table = requireTensor(tensors, "item.embedding");
  let x = events.slice(-window).map((item) => rowOf(table, item));
  let h = /** @type {number[]} */ ([]);
  for (let k = 0; tensors.has(`gru.${k}.input.weight`); k++) {
    const width = requireTensor(tensors, `gru.${k}.hidden.weight`).shape[1];
    h = Array(width).fill(0);
    x = x.map((row) => (h = unit(tensors, `gru.${k}`, row, h, reset === "before")));
  }
  return tensors.has("output.weight") ? denseLayer(tensors, "output", h, "identity") : h;
}

/**
 * @param {Tensors} tensors
 * @param {string} name
 * @param {number[]} x
 * @param {number[]} h before the event
 * @param {boolean} isBefore whether the reset gate comes before the product
 */
function unit(tensors, name, x, h, isBefore) {
  const sigmoid = activationNamed("sigmoid");
  const input = denseLayer(tensors, `${name}.input`, x, "identity");
  const hidden = denseLayer(tensors, `${name}.hidden`, h, "identity");
  const gate = (/** @type {number} */ g, /** @type {number} */ k) =>
    sigmoid(input[g * h.length + k] + hidden[g * h.length + k]);
  const held = h.map((value, k) => value * gate(0, k));
  const late = isBefore ? denseLayer(tensors, `${name}.hidden`, held, "identity") : hidden;
  return h.map((value, k) => {
    const at = 2 * h.length + k;
    const fresh = Math.tanh(input[at] + late[at] * (isBefore ? 1 : gate(0, k)));
    return (1 - gate(1, k)) * fresh + gate(1, k) * value;
  });
}

/**
 * @param {number[]} a
 * @param {number[]} b
 */
const sum = (a, b) => a.map((value, k) => value + b[k]);

/**
 * Layer normalisation, if the model has this one.
 *
 * @param {Tensors} tensors
 * @param {Readonly<Info>} info
 * @param {string} name
 * @param {number[]} x
 */
function normalised(tensors, info, name, x) {
  const gain = tensors.get(`${name}.weight`);
  const bias = tensors.get(`${name}.bias`);
  if (!gain) return x;
  const mean = x.reduce((a, b) => a + b, 0) / x.length;
  const variance = x.reduce((total, value) => total + (value - mean) ** 2, 0) / x.length;
  const deviation = Math.sqrt(variance + info.norm.epsilon);
  return x.map(
    (value, k) => ((value - mean) / deviation) * gain.values[k] + (bias?.values[k] ?? 0),
  );
}

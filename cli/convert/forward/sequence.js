import { activationNamed, dot, requireTensor, rowOf } from "./dense.js";

/**
 * Sequences: SASRec (Kang and McAuley, ICDM 2018) and GRU4Rec (Hidasi et al., ICLR 2016) over a
 * history in order, the oldest first.
 *
 * @typedef {import("../../../js/file/metadata.js").Info} Info
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
  const vector =
    info.kind === "gru4rec"
      ? recurrentVector(tensors, info, events)
      : attentionVector(tensors, info, events);
  const table = tensors.get("item.output") ?? requireTensor(tensors, "item.embedding");
  const bias = tensors.get("item.bias")?.values;
  return items.map((item) => dot(table, item, vector) + (bias?.[item] ?? 0));
}

/**
 * The hidden state behind the last event, through the output layer where there is one.
 *
 * @param {Tensors} tensors
 * @param {Readonly<any>} info
 * @param {number[]} history
 */
function recurrentVector(tensors, { window = Infinity, reset }, history) {
  const table = requireTensor(tensors, "item.embedding");
  let inputs = history.slice(-window).map((row) => rowOf(table, row));
  let state = Array(requireTensor(tensors, "gru.0.hidden.weight").shape[1]).fill(0);
  for (let k = 0; tensors.has(`gru.${k}.hidden.weight`); k++) {
    state = Array(requireTensor(tensors, `gru.${k}.hidden.weight`).shape[1]).fill(0);
    inputs = inputs.map((x) => (state = cell(tensors, `gru.${k}`, x, state, reset)));
  }
  return tensors.has("output.weight") ? linear(tensors, "output", state) : state;
}

/**
 * A step of a GRU: gates r, z and n, as PyTorch orders them.
 *
 * @param {Tensors} tensors
 * @param {string} name
 * @param {number[]} x
 * @param {number[]} h
 * @param {string} [reset] "after": n takes r times its part of h; "before": r h
 */
function cell(tensors, name, x, h, reset = "after") {
  const width = h.length;
  const input = linear(tensors, `${name}.input`, x);
  const hidden = linear(tensors, `${name}.hidden`, h);
  const sigmoid = activationNamed("sigmoid");
  const gate = (/** @type {number} */ first) =>
    h.map((_, k) => sigmoid(input[first + k] + hidden[first + k]));
  const [r, z] = [gate(0), gate(width)];
  const own =
    reset === "before"
      ? linear(
          tensors,
          `${name}.hidden`,
          h.map((value, k) => r[k] * value),
        ).slice(2 * width)
      : hidden.slice(2 * width).map((value, k) => r[k] * value);
  return h.map((value, k) => (1 - z[k]) * Math.tanh(input[2 * width + k] + own[k]) + z[k] * value);
}

/**
 * W x + b, without a bias where there is none.
 *
 * @param {Tensors} tensors
 * @param {string} name
 * @param {ArrayLike<number>} x
 */
function linear(tensors, name, x) {
  const weight = requireTensor(tensors, `${name}.weight`);
  const bias = tensors.get(`${name}.bias`)?.values;
  return Array.from(
    { length: weight.shape[0] },
    (_, row) => dot(weight, row, x) + (bias?.[row] ?? 0),
  );
}

/**
 * Called with each softmax of a block: the shares of the values that position t of the window takes
 * from the positions up to it, without those that hold no event.
 *
 * @callback Watch
 * @param {{ block: number, head: number, t: number, shares: number[] }} softmax
 * @returns {void}
 */

/**
 * The vector of the newest position.
 *
 * @param {Tensors} tensors
 * @param {Readonly<any>} info
 * @param {number[]} history rows
 * @param {Watch} [watch]
 */
export function attentionVector(tensors, info, history, watch) {
  const positions = requireTensor(tensors, "position.embedding");
  const table = requireTensor(tensors, "item.embedding");
  const [length, width] = positions.shape;
  const { epsilon } = info.norm;
  const scale = info.embedding_scale ?? 1;
  const rows = history.slice(-length);
  const first = info.positions === "last" ? length - rows.length : 0;
  const normed = (/** @type {number[]} */ x) =>
    tensors.has("embedding.norm.weight") ? layerNorm(tensors, "embedding.norm", x, epsilon) : x;
  let states = rows.map((row, t) => {
    const position = rowOf(positions, first + t);
    return normed(rowOf(table, row).map((value, k) => scale * value + position[k]));
  });
  if (!states.length) return Array(width).fill(0);
  // What stands at each of the positions before the history.
  const isMasked = (info.padding ?? "masked") === "masked";
  const zero = Array(width).fill(0);
  const start = [...(tensors.get("padding.embedding")?.values ?? zero)];
  let before = {
    state: info.padding === "attended" ? normed(start) : zero,
    count: isMasked ? 0 : length - rows.length,
  };
  for (let k = 0; tensors.has(`blocks.${k}.query.weight`); k++) {
    const seen = watch && ((/** @type {any} */ softmax) => watch({ block: k, ...softmax }));
    const next = block(tensors, info, `blocks.${k}`, states, before, seen);
    states = next.states;
    before = { state: info.padding === "attended" ? next.state : zero, count: before.count };
  }
  const last = /** @type {number[]} */ (states.at(-1));
  return tensors.has("norm.weight") ? layerNorm(tensors, "norm", last, epsilon) : last;
}

/**
 * Attention to what lies before, then the feed-forward layers, both beside their input.
 *
 * @param {Tensors} tensors
 * @param {Readonly<any>} info
 * @param {string} name
 * @param {number[][]} states by position
 * @param {{ state: number[], count: number }} before positions that hold no event
 * @param {(softmax: any) => void} [watch]
 * @returns {{ states: number[][], state: number[] }} state: of a position before
 */
function block(tensors, info, name, states, before, watch) {
  const { order, epsilon } = info.norm;
  const norm = (/** @type {string} */ part, /** @type {number[]} */ x) =>
    layerNorm(tensors, `${name}.${part}.norm`, x, epsilon);
  const add = (/** @type {number[]} */ a, /** @type {number[]} */ b) => a.map((x, k) => x + b[k]);
  const sources = [before.state, ...states];
  const normed = order === "after" ? sources : sources.map((x) => norm("attention", x));
  const [queries, keys] = [normed, order === "before" ? normed : sources];
  const attended = attention(tensors, info, name, queries, keys, before.count, watch);
  const behind = sources.map((x, t) => {
    const beside = order === "query" ? normed[t] : x;
    const y = add(beside, attended[t]);
    const z = order === "after" ? norm("attention", y) : y;
    if (order === "after") return norm("feed", add(z, feed(tensors, info, name, z)));
    const fed = norm("feed", z);
    return add(order === "query" ? fed : z, feed(tensors, info, name, fed));
  });
  return { state: behind[0], states: behind.slice(1) };
}

/**
 * @param {Tensors} tensors
 * @param {Readonly<any>} info
 * @param {string} name
 * @param {number[]} x
 */
function feed(tensors, info, name, x) {
  const activation = activationNamed(info.activation);
  return linear(tensors, `${name}.feed.1`, linear(tensors, `${name}.feed.0`, x).map(activation));
}

/**
 * Causal attention. Source 0 stands for `count` positions that are all the same.
 *
 * @param {Tensors} tensors
 * @param {Readonly<any>} info
 * @param {string} name
 * @param {number[][]} querySources
 * @param {number[][]} keySources
 * @param {number} count
 * @param {(softmax: any) => void} [watch]
 */
function attention(tensors, { heads = 1 }, name, querySources, keySources, count, watch) {
  const of = (/** @type {string} */ part, /** @type {number[][]} */ list) =>
    list.map((x) => linear(tensors, `${name}.${part}`, x));
  const [queries, keys, values] = [
    of("query", querySources),
    of("key", keySources),
    of("value", keySources),
  ];
  const width = queries[0].length / heads;
  return queries.map((query, t) => {
    const mixed = new Float64Array(query.length);
    for (let first = 0; first < query.length; first += width) {
      const weights = keys.slice(0, t + 1).map((key) => {
        let sum = 0;
        for (let k = first; k < first + width; k++) sum += query[k] * key[k];
        return sum / Math.sqrt(width);
      });
      const result = mixed.subarray(first, first + width);
      const shares = addAverage(result, weights, values, first, t === 0 ? 1 : count);
      if (t > 0) watch?.({ head: first / width, t: t - 1, shares: shares.slice(1) });
    }
    return tensors.has(`${name}.attention.weight`)
      ? linear(tensors, `${name}.attention`, mixed)
      : [...mixed];
  });
}

/**
 * Adds the mean of the values by the softmax of their weights.
 *
 * @param {Float64Array} result changed
 * @param {number[]} weights
 * @param {number[][]} values
 * @param {number} first column
 * @param {number} count how often the first value counts
 * @returns {number[]} the shares of the values
 */
function addAverage(result, weights, values, first, count) {
  const counted = weights.map((weight, t) => (t || count ? weight : -Infinity));
  const largest = counted.reduce((a, b) => Math.max(a, b), -Infinity);
  const parts = counted.map((weight, t) => (t ? 1 : count) * Math.exp(weight - largest));
  const sum = parts.reduce((a, b) => a + b, 0);
  const width = result.length;
  const shares = parts.map((part) => part / sum);
  shares.forEach((share, t) => {
    for (let k = 0; k < width; k++) result[k] += share * values[t][first + k];
  });
  return shares;
}

/**
 * @param {Tensors} tensors
 * @param {string} name
 * @param {number[]} x
 * @param {number} epsilon
 */
function layerNorm(tensors, name, x, epsilon) {
  const gain = requireTensor(tensors, `${name}.weight`).values;
  const bias = tensors.get(`${name}.bias`)?.values;
  const mean = x.reduce((a, b) => a + b, 0) / x.length;
  const variance = x.reduce((sum, value) => sum + (value - mean) ** 2, 0) / x.length;
  const deviation = Math.sqrt(variance + epsilon);
  return x.map((value, k) => ((value - mean) / deviation) * gain[k] + (bias?.[k] ?? 0));
}

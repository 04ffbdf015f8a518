// Random dot products, and what they say in float64: the sums of docs/format.md over every item,
// solved by Gaussian elimination. Written to be read, and what every other implementation is held
// against.
import { normal } from "./random.js";

/**
 * @param {{ items?: number, width?: number, users?: number, itemBias?: boolean, mean?: number,
 *   userBias?: boolean, prior?: boolean, seed?: number, info?: object }} shape prior: with mean and
 *   covariance of the users
 */
export function randomDot({
  items = 60,
  width = 7,
  users = 0,
  itemBias = false,
  mean,
  userBias = false,
  prior = false,
  seed = 1,
  info = {},
} = {}) {
  const next = normal(seed);
  const tensor = (deviation, ...shape) => ({
    shape,
    data: Float32Array.from({ length: shape.reduce((a, b) => a * b) }, () => deviation * next()),
  });
  const tensors = { "item.vector": tensor(0.6, items, width) };
  if (itemBias) tensors["item.bias"] = tensor(0.4, items);
  if (mean !== undefined) tensors.mean = { shape: [1], data: Float32Array.of(mean) };
  if (users) tensors.user = tensor(0.6, users, width);
  if (users && userBias) tensors["user.bias"] = tensor(0.3, users);
  if (prior) Object.assign(tensors, randomPrior(width, tensor));
  const described = userBias ? { user_bias: true } : {};
  return { tensors, info: { format: 1, kind: "dot", ...described, ...info } };
}

function randomPrior(width, tensor) {
  const factor = tensor(0.5, width, width).data;
  const covariance = Float32Array.from({ length: width * width }, (_, at) => {
    const [i, j] = [Math.floor(at / width), at % width];
    let sum = i === j ? 0.3 : 0;
    for (let k = 0; k < width; k++) sum += factor[i * width + k] * factor[j * width + k];
    return sum;
  });
  return {
    user_mean: tensor(0.3, width),
    user_covariance: { shape: [width, width], data: covariance },
  };
}

/**
 * The items as a fit sees them: vectors with a 1 for the user's bias, and what their raw scores
 * have without a user.
 */
function itemsOf({ tensors, info }) {
  const { shape, data } = tensors["item.vector"];
  const [items, width] = shape;
  const mean = tensors.mean?.data[0] ?? 0;
  return Array.from({ length: items }, (_, row) => ({
    x: [...data.slice(row * width, (row + 1) * width), ...(info.user_bias ? [1] : [])],
    offset: mean + (tensors["item.bias"]?.data[row] ?? 0),
  }));
}

const dot = (a, b) => a.reduce((sum, value, k) => sum + value * b[k], 0);

/** Raw scores of all items for a user vector [p | bias]. */
export const rawOf = (weights, vector) =>
  itemsOf(weights).map(({ x, offset }) => offset + dot(x, [...vector]));

/**
 * The solution of a x = b, by Gaussian elimination with pivots.
 *
 * @param {number[][]} a
 * @param {number[]} b
 */
export function eliminate(a, b) {
  const rows = a.map((row, i) => [...row, b[i]]);
  const n = rows.length;
  for (let k = 0; k < n; k++) {
    const pivot = rows
      .slice(k)
      .reduce((best, row) => (Math.abs(row[k]) > Math.abs(best[k]) ? row : best));
    rows.splice(rows.indexOf(pivot), 1);
    rows.splice(k, 0, pivot);
    for (let i = k + 1; i < n; i++) {
      const factor = rows[i][k] / pivot[k];
      for (let j = k; j <= n; j++) rows[i][j] -= factor * pivot[j];
    }
  }
  const x = Array(n).fill(0);
  for (let k = n - 1; k >= 0; k--)
    x[k] =
      (rows[k][n] - rows[k].slice(k + 1, n).reduce((sum, v, i) => sum + v * x[k + 1 + i], 0)) /
      rows[k][k];
  return x;
}

/** The minimum of sum_t weight_t (target_t - x_t . v)^2 + sum_k penalty_k v_k^2. */
function leastSquares(terms, penalties) {
  const n = penalties.length;
  const a = penalties.map((penalty, i) =>
    Array.from({ length: n }, (_, j) => (i === j ? penalty : 0)),
  );
  const b = Array(n).fill(0);
  for (const { x, weight, target } of terms)
    for (let i = 0; i < n; i++) {
      b[i] += weight * target * x[i];
      for (let j = 0; j < n; j++) a[i][j] += weight * x[i] * x[j];
    }
  return eliminate(a, b);
}

/** xorshift32, as the core draws: rows outside the history, `negatives` for each interaction. */
function drawn(history, negatives, items, seed) {
  let state = seed;
  const seen = new Set(history.map(({ item }) => item));
  const draw = () => {
    for (;;) {
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      const row = Number((BigInt(state >>> 0) * BigInt(items)) >> 32n);
      if (!seen.has(row)) return row;
    }
  };
  return history.map(() => Array.from({ length: negatives }, draw));
}

const sigmoid = (s) => 1 / (1 + Math.exp(-s));

/**
 * The minimum of sum_t weight_t -log sigmoid(sign_t (offset_t + x_t . v)) + prior/2 (v - mean)'
 * covariance^-1 (v - mean), by undamped Newton steps from the mean, halved where they overshoot.
 */
function logistic(terms, { prior, mean, precision }) {
  const n = mean.length;
  const loss = (v) => {
    const moved = v.map((value, k) => value - mean[k]);
    const far = dot(
      moved,
      precision.map((row) => dot(row, moved)),
    );
    return terms.reduce(
      (sum, { x, offset, sign, weight }) => {
        const s = sign * (offset + dot(x, v));
        return sum + weight * (s > 0 ? Math.log1p(Math.exp(-s)) : Math.log1p(Math.exp(s)) - s);
      },
      (prior / 2) * far,
    );
  };
  let v = mean;
  for (let step = 0; step < 60; step++) {
    const gradient = precision.map(
      (row) =>
        prior *
        dot(
          row,
          v.map((value, k) => value - mean[k]),
        ),
    );
    const hessian = precision.map((row) => row.map((value) => prior * value));
    for (const { x, offset, sign, weight } of terms) {
      const share = sigmoid(-sign * (offset + dot(x, v)));
      for (let i = 0; i < n; i++) {
        gradient[i] -= weight * sign * share * x[i];
        for (let j = 0; j < n; j++) hessian[i][j] += weight * share * (1 - share) * x[i] * x[j];
      }
    }
    const move = eliminate(hessian, gradient);
    let length = 1;
    const moved = () => v.map((value, k) => value - length * move[k]);
    while (length > 1e-6 && loss(moved()) > loss(v)) length /= 2;
    v = moved();
  }
  return v;
}

/** The inverse of the covariance of a user vector, as docs/format.md has it. */
function priorOf({ tensors, info }, width) {
  const own = width - Number(Boolean(info.user_bias));
  const covariance = tensors.user_covariance?.data;
  const a = Array.from({ length: width }, (_, i) =>
    Array.from({ length: width }, (_, j) =>
      covariance && i < own && j < own ? covariance[i * own + j] : Number(i === j),
    ),
  );
  const columns = a.map((_, j) =>
    eliminate(
      a,
      a.map((_, i) => Number(i === j)),
    ),
  );
  const mean = Array.from({ length: width }, (_, k) => tensors.user_mean?.data[k] ?? 0);
  return { prior: info.fold_in.prior ?? 1, mean, precision: columns };
}

/**
 * @param {number} seed
 * @param {number} [leftOut] place of an interaction that is left out; the others keep their draws
 */
function referenceByNewton(weights, history, seed, leftOut) {
  const { fold_in } = weights.info;
  const { loss, negatives = 4 } = fold_in;
  const items = itemsOf(weights);
  const prior = priorOf(weights, items[0].x.length);
  const rest = history.filter((_, i) => i !== leftOut);
  if (!rest.length) return prior.mean;
  if (fold_in.per === "interaction") prior.prior *= rest.length;
  if (loss === "bpr") {
    const others = drawn(history, negatives, items.length, seed);
    const terms = history.flatMap(({ item }, i) =>
      (i === leftOut ? [] : others[i]).map((other) => ({
        x: items[item].x.map((value, k) => value - items[other].x[k]),
        offset: items[item].offset - items[other].offset,
        sign: 1,
        weight: 1 / negatives,
      })),
    );
    return logistic(terms, prior);
  }
  const seen = new Set(rest.map(({ item }) => item));
  const weight = (negatives * seen.size) / (items.length - seen.size);
  const terms = items.map((item, row) =>
    seen.has(row) ? { ...item, sign: 1, weight: 1 } : { ...item, sign: -1, weight },
  );
  return logistic(terms, prior);
}

/**
 * The vector of a new user.
 *
 * @param {{ tensors: Record<string, { shape: number[], data: ArrayLike<number> }>, info: any }}
 *   weights
 * @param {{ item: number, rating?: number }[]} history by row
 * @param {number} [seed] of the draws
 * @returns {number[]}
 */
export function referenceVector(weights, history, seed = 1) {
  const { fold_in, user_bias, input = {} } = weights.info;
  if (["bpr", "log"].includes(fold_in.loss)) return referenceByNewton(weights, history, seed);
  const items = itemsOf(weights);
  const width = items[0].x.length;
  if (!history.length) return Array(width).fill(0);
  if (fold_in.loss === "confidence") {
    const { regularization, target = 1, unobserved = 1, exponent = 0 } = fold_in;
    const { scale = 1, offset = 0 } = fold_in.confidence ?? {};
    const seen = new Map(history.map((one) => [one.item, one]));
    const terms = items.map(({ x }, row) => {
      const rating = input.values === "rating" ? (seen.get(row)?.rating ?? 1) : 1;
      return seen.has(row)
        ? { x, weight: offset + scale * rating, target }
        : { x, weight: unobserved, target: 0 };
    });
    const lambda = regularization * (history.length + unobserved * items.length) ** exponent;
    return leastSquares(terms, Array(width).fill(lambda));
  }
  const { regularization, bias_regularization = regularization, per } = fold_in;
  const times = per === "interaction" ? history.length : 1;
  const terms = history.map(({ item, rating }) => {
    const value = input.values === "binary" ? 1 : rating;
    return { x: items[item].x, weight: 1, target: value - items[item].offset };
  });
  const penalties = Array.from(
    { length: width },
    (_, k) => times * (user_bias && k === width - 1 ? bias_regularization : regularization),
  );
  return leastSquares(terms, penalties);
}

/**
 * By how much the raw score of an item falls without an interaction, fitted without it.
 *
 * @param {any} weights of a loss without a closed form
 * @param {{ item: number }[]} history
 * @param {number} leftOut its place
 * @param {number} item row
 * @param {number} [seed]
 */
export const referenceEffect = (weights, history, leftOut, item, seed = 1) =>
  rawOf(weights, referenceByNewton(weights, history, seed))[item] -
  rawOf(weights, referenceByNewton(weights, history, seed, leftOut))[item];

/** The raw scores of all items for a new user. */
export const referenceRaw = (weights, history) => rawOf(weights, referenceVector(weights, history));

// Random autoencoders of every kind, and what they say in float64 over dense input: written to be
// read, and what every other implementation is held against.
import { assertClose } from "./assert-close.js";
import { normal } from "./random.js";

export const ACTIVATIONS = {
  identity: (x) => x,
  relu: (x) => Math.max(0, x),
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  tanh: Math.tanh,
  elu: (x) => (x > 0 ? x : Math.expm1(x)),
  selu: (x) =>
    1.0507009873554804934193349852946 *
    (x > 0 ? x : 1.6732632423543772848170429916717 * Math.expm1(x)),
  swish: (x) => x / (1 + Math.exp(-x)),
};

const DEFAULTS = {
  autoencoder: { activation: "sigmoid", output: "sigmoid", values: "binary" },
  "autorec-user": { activation: "sigmoid", output: "identity", values: "rating" },
  "autorec-item": { output: "identity", values: "rating" },
  cdae: { activation: "sigmoid", output: "sigmoid", values: "binary" },
  "mult-dae": { activation: "tanh", output: "softmax", values: "binary", normalize: "l2" },
};

/**
 * @param {{ kind?: string, items?: number, encoder?: number[], decoder?: number[], users?: number,
 *   bias?: boolean, seed?: number, norm?: boolean, info?: object }} shape encoder: widths of its
 *   layers; decoder: of its layers but the last; norm: behind every hidden layer that is not the
 *   last of the encoder
 */
export function randomAutoencoder({
  kind = "autoencoder",
  items = 60,
  encoder = [13],
  decoder = [],
  users = 0,
  bias = true,
  norm = false,
  seed = 1,
  info = {},
} = {}) {
  const next = normal(seed);
  const tensors = {};
  const tensor = (deviation, ...shape) => ({
    shape,
    data: Float32Array.from({ length: shape.reduce((a, b) => a * b) }, () => deviation * next()),
  });
  if (kind === "autorec-item") {
    tensors["item.code"] = tensor(0.5, items, encoder[0]);
    tensors.user_mean = tensor(0.3, encoder[0]);
    tensors.user_bias = { shape: [1], data: Float32Array.of(3) };
    return { tensors, info: { format: 1, kind, ...info } };
  }
  const widths = [...encoder, ...decoder, items];
  widths.forEach((outputs, k) => {
    const name = k < encoder.length ? `encoder.${k}` : `decoder.${k - encoder.length}`;
    const inputs = k ? widths[k - 1] : items;
    if (!(info.tied && k === widths.length - 1))
      tensors[`${name}.weight`] = tensor(k ? 1 / Math.sqrt(inputs) : 0.4, outputs, inputs);
    if (bias) tensors[`${name}.bias`] = tensor(0.3, outputs);
    if (norm && k < widths.length - 1 && k !== encoder.length - 1) {
      tensors[`${name}.norm.weight`] = tensor(1, outputs);
      tensors[`${name}.norm.bias`] = tensor(0.5, outputs);
    }
  });
  if (kind === "cdae") {
    tensors.user_mean = tensor(0.5, encoder[0]);
    if (users) tensors.user = tensor(0.5, users, encoder[0]);
  }
  return { tensors, info: { format: 1, kind, ...info } };
}

/** The description with the defaults of its kind (docs/format.md). */
export function described({ kind, input = {}, ...info }) {
  const { values, normalize = "none", ...defaults } = DEFAULTS[kind];
  return {
    ...defaults,
    kind,
    clip: kind.startsWith("autorec"),
    rating: {},
    ridge: { weight: 1, bias: 1 },
    ...info,
    input: { values, normalize, scale: 1, shift: 0, ...input },
  };
}

/**
 * The raw score of every item for some interactions.
 *
 * @param {{ tensors: Record<string, { shape: number[], data: ArrayLike<number> }>, info: any }}
 *   weights
 * @param {{ item: number, rating?: number }[]} history by row
 * @param {ArrayLike<number>} [node] CDAE's
 * @returns {number[]}
 */
export function referenceRaw({ tensors, info }, history, node = tensors.user_mean?.data) {
  const about = described(info);
  return about.kind === "autorec-item"
    ? ridge(tensors, about, history)
    : network(tensors, about, history, node);
}

function network(
  tensors,
  { activation, input, rating: range, binarize_hidden, tied, kind, skip, norm = { epsilon: 1e-5 } },
  history,
  node,
) {
  const items = tensors["encoder.0.weight"].shape[1];
  let z = Array(items).fill(0);
  for (const { item, rating } of history) z[item] = inputOf(input, rating, range);
  const length = Math.hypot(...z);
  if (input.normalize === "l2" && length > 0) z = z.map((x) => x / length);
  const names = ["encoder", "decoder"]
    .flatMap((part) =>
      Object.keys(tensors)
        .map((name) => name.match(new RegExp(`^${part}\\.(\\d+)\\.weight$`))?.[0])
        .filter(Boolean),
    )
    .sort(byPlace);
  const last = tied
    ? { shape: [items, z.length], data: transposed(tensors["encoder.0.weight"]) }
    : tensors[names.at(-1)];
  const hidden = tied ? names : names.slice(0, -1);
  const encoder = names.filter((name) => name.startsWith("encoder")).length;
  const outputs = [];
  hidden.forEach((name, k) => {
    const bias = tensors[name.replace("weight", "bias")]?.data;
    const act = ACTIVATIONS[typeof activation === "string" ? activation : activation[k]];
    z = multiply(tensors[name], z).map((sum, o) =>
      act(
        sum +
          (bias?.[o] ?? 0) +
          (k === 0 && kind === "cdae" ? (node?.[o] ?? 0) : 0) +
          (skip === "dense" && k < encoder - 1
            ? outputs.reduce((total, output) => total + output[o], 0)
            : 0),
      ),
    );
    const weight = tensors[name.replace("weight", "norm.weight")]?.data;
    const shift = tensors[name.replace("weight", "norm.bias")]?.data;
    if (weight)
      z = normalised(z, norm.epsilon).map((value, i) => value * weight[i] + (shift?.[i] ?? 0));
    outputs.push(z);
  });
  if (binarize_hidden) z = z.map((x) => (x > 0.5 ? 1 : 0));
  const decoders = names.filter((name) => name.startsWith("decoder")).length + (tied ? 1 : 0);
  const bias = tensors[`decoder.${decoders - 1}.bias`]?.data;
  return multiply({ shape: [items, z.length], data: last.data }, z).map(
    (sum, i) => sum + (bias?.[i] ?? 0),
  );
}

function normalised(z, epsilon) {
  const mean = z.reduce((sum, value) => sum + value, 0) / z.length;
  const variance = z.reduce((sum, value) => sum + (value - mean) ** 2, 0) / z.length;
  return z.map((value) => (value - mean) / Math.sqrt(variance + epsilon));
}

const byPlace = (a, b) =>
  (a.startsWith("e") ? 0 : 100) +
  parseInt(a.match(/\d+/)[0], 10) -
  (b.startsWith("e") ? 0 : 100) -
  parseInt(b.match(/\d+/)[0], 10);

function inputOf({ values, scale, shift }, rating, { positive = -Infinity }) {
  if (values === "rating") return Math.fround(scale * (rating - shift));
  return rating === undefined || rating >= positive ? Math.fround(scale) : 0;
}

/** w . code + b, with w and b the minimum: the normal equations, solved by elimination. */
function ridge(tensors, { input, ridge: { weight, bias } }, history) {
  const {
    shape: [items, width],
    data,
  } = tensors["item.code"];
  const n = width + 1;
  const mean = [
    ...(tensors.user_mean?.data ?? Array(width).fill(0)),
    tensors.user_bias?.data[0] ?? 0,
  ];
  const codeOf = (item) => [...Array.from({ length: width }, (_, k) => data[item * width + k]), 1];
  const matrix = Array.from({ length: n }, (_, i) =>
    Array.from({ length: n + 1 }, (_, j) => (i === j ? (i < width ? weight : bias) : 0)),
  );
  for (const { item, rating } of history) {
    const code = codeOf(item);
    const left =
      inputOf(input, rating, {}) - code.reduce((sum, value, k) => sum + value * mean[k], 0);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) matrix[i][j] += code[i] * code[j];
      matrix[i][n] += code[i] * left;
    }
  }
  const solution = eliminate(matrix).map((value, k) => value + mean[k]);
  return Array.from({ length: items }, (_, item) =>
    codeOf(item).reduce((sum, value, k) => sum + value * solution[k], 0),
  );
}

function eliminate(matrix) {
  const n = matrix.length;
  for (let k = 0; k < n; k++) {
    for (let i = 0; i < n; i++) {
      if (i === k) continue;
      const factor = matrix[i][k] / matrix[k][k];
      for (let j = k; j <= n; j++) matrix[i][j] -= factor * matrix[k][j];
    }
  }
  return matrix.map((row, k) => row[n] / row[k]);
}

function multiply({ shape: [outputs, inputs], data }, z) {
  return Array.from({ length: outputs }, (_, o) =>
    z.reduce((sum, value, i) => sum + data[o * inputs + i] * value, 0),
  );
}

function transposed({ shape: [outputs, inputs], data }) {
  return Float64Array.from(
    { length: data.length },
    (_, at) => data[(at % outputs) * inputs + Math.floor(at / outputs)],
  );
}

/** The model's scores: the output function, on the scale of ratings where there is one. */
export function referenceScores(info, raw) {
  const { output, input, clip, rating } = described(info);
  if (output === "softmax") {
    const most = Math.max(...raw);
    const sum = raw.reduce((total, value) => total + Math.exp(value - most), 0);
    return raw.map((value) => Math.exp(value - most) / sum);
  }
  return raw.map((value) => {
    const score = ACTIVATIONS[output](value);
    const scaled = input.values === "rating" ? score / input.scale + input.shift : score;
    return clip
      ? Math.min(Math.max(scaled, rating.minimum ?? -Infinity), rating.maximum ?? Infinity)
      : scaled;
  });
}

/** The scores of a model are the reference's for each history, raw or not. */
export function assertReference(model, weights, histories) {
  const rows = Uint32Array.from({ length: model.itemCount }, (_, row) => row);
  for (const history of histories) {
    const user = model.user({ history });
    const raw = referenceRaw(weights, history);
    assertClose(model.score(user, rows, { raw: true }), raw, "raw");
    assertClose(model.score(user, rows), referenceScores(weights.info, raw), "scores");
  }
}

/**
 * The same weights in another dtype, and what they stand for there: { file, exact }, tensors of
 * each.
 */
export function stored(tensors, dtype, names) {
  const file = { ...tensors };
  const exact = { ...tensors };
  for (const name of names.filter((name) => tensors[name])) {
    const { shape, data } = tensors[name];
    const [rows, width] = shape.length === 2 ? shape : [1, shape[0]];
    if (dtype === "I8") {
      const scale = Float32Array.from(
        { length: rows },
        (_, r) => Math.max(...data.slice(r * width, (r + 1) * width).map(Math.abs)) / 127,
      );
      const steps = Int8Array.from(data, (value, i) =>
        Math.round(value / scale[Math.floor(i / width)]),
      );
      file[name] = { shape, dtype, data: steps };
      file[`${name}.scale`] = { shape: [rows], data: scale };
      exact[name] = {
        shape,
        data: Float64Array.from(steps, (step, i) => step * scale[Math.floor(i / width)]),
      };
    } else {
      // Rounded towards zero: as good as any other for a test, and a shift in both formats.
      const [drop, code] = dtype === "BF16" ? [16, (bits) => bits >>> 16] : [13, halfOf];
      const kept = new Float32Array(
        new Uint32Array(new Float32Array(data).buffer).map((bits) => (bits >>> drop) << drop)
          .buffer,
      );
      file[name] = { shape, dtype, data: Uint16Array.from(new Uint32Array(kept.buffer), code) };
      exact[name] = { shape, data: kept };
    }
  }
  return { file, exact };
}

/** The half of a float that is one, of ordinary size; below that 0. */
function halfOf(bits) {
  const sign = (bits >>> 16) & 0x8000;
  const exponent = ((bits >>> 23) & 0xff) - 112;
  return exponent < 1 ? sign : sign | (exponent << 10) | ((bits >>> 13) & 0x3ff);
}

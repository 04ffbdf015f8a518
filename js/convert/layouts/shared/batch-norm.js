import { PocketrecError } from "../../../common/errors.js";
import { isNorm } from "./layers.js";

/**
 * Batch normalisation, which after training is one number to multiply and one to add for each
 * output, and so goes into the layer before it, or behind an activation into the layer after it.
 *
 * @typedef {import("../../checkpoint.js").ForeignTensor} ForeignTensor
 * @typedef {import("./layers.js").Unit} Unit
 * @typedef {{ weight: ForeignTensor, bias?: ForeignTensor }} Dense weight [out, in], bias [out]
 * @typedef {{ scale: Float32Array | Float64Array, shift: Float32Array | Float64Array }} Affine y =
 *   scale x + shift
 */

/**
 * @param {Unit} unit
 * @param {number} epsilon
 * @returns {{ scale: Float64Array, shift: Float64Array }} y = scale x + shift
 */
export function affineOf({ path, weight, bias, norm }, epsilon) {
  const mean = /** @type {ForeignTensor} */ (norm?.mean).values;
  const variance = /** @type {ForeignTensor} */ (norm?.variance).values;
  if (
    [variance, weight?.values, bias?.values].some(
      (values) => values && values.length !== mean.length,
    )
  ) {
    throw new PocketrecError(
      "bad-shape",
      path,
      `a batch normalisation of ${mean.length} numbers`,
      "tensors of other lengths",
    );
  }
  const scale = Float64Array.from(
    mean,
    (_, k) => (weight?.values[k] ?? 1) / Math.sqrt(variance[k] + epsilon),
  );
  return {
    scale,
    shift: Float64Array.from(mean, (value, k) => (bias?.values[k] ?? 0) - value * scale[k]),
  };
}

/**
 * A layer whose outputs are normalised: scale (W x + b) + shift.
 *
 * @param {Dense} dense
 * @param {Affine} affine
 * @returns {Dense}
 */
export function normalizedAfter({ weight, bias }, { scale, shift }) {
  const [rows, width] = weight.shape;
  return {
    weight: {
      shape: weight.shape,
      values: weight.values.map((value, at) => value * scale[Math.floor(at / width)]),
    },
    bias: {
      shape: [rows],
      values: Float32Array.from(
        /** @type {ArrayLike<number>} */ (scale),
        (factor, row) => (bias?.values[row] ?? 0) * factor + shift[row],
      ),
    },
  };
}

/**
 * A layer whose inputs are normalised from some column on: W (scale x + shift) + b.
 *
 * @param {Dense} dense
 * @param {Affine} affine
 * @param {number} [first] column
 * @returns {Dense}
 */
export function normalizedBefore({ weight, bias }, { scale, shift }, first = 0) {
  const [rows, width] = weight.shape;
  const inside = (/** @type {number} */ column) => column >= first && column < first + scale.length;
  const added = Float64Array.from({ length: rows }, (_, row) =>
    [...shift].reduce((sum, value, k) => sum + weight.values[row * width + first + k] * value, 0),
  );
  return {
    weight: {
      shape: weight.shape,
      values: weight.values.map((value, at) =>
        inside(at % width) ? value * scale[(at % width) - first] : value,
      ),
    },
    bias: {
      shape: [rows],
      values: Float32Array.from(added, (value, row) => value + (bias?.values[row] ?? 0)),
    },
  };
}

/**
 * Whether an activation lies between a dense layer and a batch normalisation: by the classes of a
 * pickled module, else by the numbers of a Sequential, where one may stand between them.
 *
 * @param {Unit} dense
 * @param {Unit} norm
 * @param {Map<string, string>} classes
 */
function isBehindActivation(dense, norm, classes) {
  const place = (/** @type {string} */ path) => path.match(/^(.*?)(\d+)$/);
  const a = place(dense.path);
  const b = place(norm.path);
  if (!a || !b || a[1] !== b[1]) return false;
  const between = Array.from(
    { length: Number(b[2]) - Number(a[2]) - 1 },
    (_, i) => `${a[1]}${Number(a[2]) + 1 + i}`,
  );
  const known = between.map((path) => classes.get(path)).filter((name) => name !== undefined);
  return known.length
    ? known.some((name) => activationOf(String(name)) !== undefined)
    : between.length > 0;
}

/** @type {Record<string, string>} */
const ACTIVATIONS = {
  relu: "relu",
  tanh: "tanh",
  sigmoid: "sigmoid",
  elu: "elu",
  selu: "selu",
  silu: "swish",
  swish: "swish",
  identity: "identity",
};

/** What is an activation, and none that the kernels have. */
const OTHERS =
  /^(leakyrelu|prelu|gelu|softplus|mish|hardtanh|hardswish|hardsigmoid|relu6|celu|rrelu|glu|softsign|logsigmoid)$/;

/**
 * What a class of PyTorch computes: "torch.nn.modules.activation.ReLU" is "relu".
 * @param {string} name
 */
function activationOf(name) {
  const word = name.split(".").at(-1)?.toLowerCase() ?? "";
  if (OTHERS.test(word))
    throw new PocketrecError(
      "unsupported",
      "activation",
      [...new Set(Object.values(ACTIVATIONS))].join(", "),
      name,
    );
  return ACTIVATIONS[word];
}

/**
 * The activation that a Sequential of a pickled module has behind a layer.
 *
 * @param {string} path
 * @param {Map<string, string>} classes
 */
export function activationBehind(path, classes) {
  const place = path.match(/^(.*?)(\d+)$/);
  for (let k = Number(place?.[2]) + 1; place && classes.has(`${place[1]}${k}`); k++) {
    const name = String(classes.get(`${place[1]}${k}`));
    if (name.endsWith(".Linear")) return undefined;
    const activation = activationOf(name);
    if (activation) return activation;
  }
  return undefined;
}

/**
 * A chain of dense layers with the batch normalisations between them folded in. One behind the last
 * layer's activation is left over, for the layer that follows the chain.
 *
 * @param {Unit[]} units dense layers and batch normalisations, in order
 * @param {import("../../checkpoint.js").Checkpoint} checkpoint
 * @param {number} [epsilon] of the normalisations; default: PyTorch's
 * @returns {{ layers: (Dense & { path: string })[], left?: Affine, notes: string[] }}
 */
export function foldedChain(units, { classes, format }, epsilon = 1e-5) {
  const norm = units.find(isNorm);
  if (norm && format === "keras") {
    throw new PocketrecError(
      "unknown-layout",
      norm.path,
      "a whole model, which tells where its batch normalisation stands",
      "weights alone",
      {
        hint: "Save it with model.save.",
      },
    );
  }
  /** @type {(Dense & { path: string })[]} */
  const layers = [];
  /** @type {Affine | undefined} */
  let pending;
  /** @type {string[]} */
  const notes = [];
  let before = /** @type {Unit | undefined} */ (undefined);
  for (const unit of units) {
    if (!isNorm(unit)) {
      const dense = /** @type {Dense} */ (unit);
      layers.push({
        path: unit.path,
        ...(pending
          ? normalizedBefore(dense, pending)
          : { weight: dense.weight, bias: dense.bias }),
      });
      [pending, before] = [undefined, unit];
      continue;
    }
    const affine = affineOf(unit, epsilon);
    const last = layers.at(-1);
    const isBehind = !before || isBehindActivation(before, unit, classes);
    if (isBehind || !last) pending = affine;
    else layers.splice(-1, 1, { path: last.path, ...normalizedAfter(last, affine) });
    notes.push(
      `${unit.path} is folded in ${isBehind ? "behind the activation" : "before the activation"}`,
    );
  }
  return { layers, left: pending, notes };
}

import { PocketrecError } from "../../../../js/common/errors.js";
import { assumed } from "../shared/assume.js";

/**
 * What layouts of sequence models share.
 *
 * @typedef {import("../../checkpoint.js").Checkpoint} Checkpoint
 * @typedef {import("../../checkpoint.js").ForeignTensor} ForeignTensor
 * @typedef {import("../../blueprint.js").Blueprint} Blueprint
 * @typedef {import("../../blueprint.js").LayoutOptions} LayoutOptions
 */

/**
 * Adds a tensor to a blueprint under another name, if it exists.
 *
 * @param {Blueprint} blueprint changed
 * @param {Checkpoint} checkpoint
 * @param {string} from
 * @param {string} to
 * @param {(tensor: ForeignTensor) => ForeignTensor} [change]
 */
export function take({ tensors, used }, checkpoint, from, to, change = (tensor) => tensor) {
  const tensor = checkpoint.tensors.get(from);
  if (!tensor) return;
  tensors.set(to, change(tensor));
  used.add(from);
}

/**
 * The same for a tensor that the code of a model always has.
 *
 * @param {Blueprint} blueprint changed
 * @param {Checkpoint} checkpoint
 * @param {string} from
 * @param {string} to
 * @param {(tensor: ForeignTensor) => ForeignTensor} [change]
 * @throws {PocketrecError} "missing-tensor"
 */
export function need(blueprint, checkpoint, from, to, change) {
  if (!checkpoint.tensors.has(from)) {
    const hint = "Where the model has none, --map names the others.";
    const expected = `a tensor of a ${blueprint.layout}`;
    throw new PocketrecError("missing-tensor", from, expected, "none", { hint });
  }
  take(blueprint, checkpoint, from, to, change);
}

/**
 * The weight of a layer, and its bias where there is one.
 *
 * @param {Blueprint} blueprint changed
 * @param {Checkpoint} checkpoint
 * @param {string} from
 * @param {string} to
 */
export function takeLayer(blueprint, checkpoint, from, to) {
  for (const part of ["weight", "bias"])
    take(blueprint, checkpoint, `${from}.${part}`, `${to}.${part}`);
}

/**
 * The weight and the bias of a layer that has both.
 *
 * @param {Blueprint} blueprint changed
 * @param {Checkpoint} checkpoint
 * @param {string} from
 * @param {string} to
 */
export function needLayer(blueprint, checkpoint, from, to) {
  for (const part of ["weight", "bias"])
    need(blueprint, checkpoint, `${from}.${part}`, `${to}.${part}`);
}

/** What settles an open question: the option of a layout, and the command line's. */
const OPTIONS = /** @type {const} */ ({
  heads: ["heads", "--heads"],
  "norm order": ["normOrder", "--norm-order"],
  "empty positions": ["emptyPositions", "--empty-positions"],
  "embedding scale": ["embeddingScale", "--embedding-scale"],
  activation: ["activation", "--activation"],
});

/**
 * What is stated, else what is usual, as an assumption where something else is possible.
 *
 * @template {string | number} Value
 * @param {Blueprint} blueprint changed
 * @param {LayoutOptions} options
 * @param {keyof typeof OPTIONS} subject
 * @param {Value} usual
 * @param {Value[]} [others]
 * @returns {Value}
 */
export function settled({ assumptions }, options, subject, usual, others = []) {
  const [key, flag] = OPTIONS[subject];
  const stated = /** @type {Value | undefined} */ (options[key]);
  if (stated !== undefined) return stated;
  const alternatives = [usual, ...others.filter((other) => other !== usual)];
  if (alternatives.length > 1) assumptions.push(assumed(subject, usual, alternatives, flag));
  return usual;
}

/**
 * How many events of a history count: weights of gated units do not tell.
 *
 * @param {Blueprint} blueprint changed
 * @param {number | undefined} window undefined: nothing states it
 */
export function putWindow({ description, notes }, window) {
  if (window === undefined)
    notes.push("all events of a history count; if it was trained on the last N: --window N");
  else description.window = window;
}

/** More heads are not asked about: the scores of each are compared with --expect. */
const HEADS_MAX = 16;

/**
 * The heads that a width can be divided into.
 * @param {number} width
 */
export const headsOf = (width) =>
  Array.from({ length: HEADS_MAX }, (_, k) => k + 1).filter((heads) => width % heads === 0);

/**
 * @param {ForeignTensor} tensor [rows, ...]
 * @param {number} first
 * @param {number} count
 * @returns {ForeignTensor}
 */
export function rowsFrom({ shape: [rows, ...rest], values }, first, count) {
  const width = values.length / rows;
  return { shape: [count, ...rest], values: values.slice(first * width, (first + count) * width) };
}

/**
 * The kernel of a convolution over one position as a matrix.
 * @param {ForeignTensor} tensor [rows, columns, 1] or [1, rows, columns]
 * @returns {ForeignTensor}
 */
export const withoutOnes = ({ shape, values }) => ({
  shape: shape.length === 3 ? shape.filter((_, axis) => axis !== shape.indexOf(1)) : shape,
  values,
});

/** Whether a row is zero. @param {ForeignTensor} table @param {number} row */
export const isZeroRow = ({ shape: [rows], values }, row) => {
  const width = values.length / rows;
  return values.subarray(row * width, (row + 1) * width).every((value) => value === 0);
};

/** @param {number} size @returns {ForeignTensor} */
export const identity = (size) => ({
  shape: [size, size],
  values: Float32Array.from({ length: size * size }, (_, at) => Number(at % (size + 1) === 0)),
});

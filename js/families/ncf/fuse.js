import { PocketrecError, show } from "../../common/errors.js";
import { halfToNumber } from "../../file/dtypes.js";

/**
 * @typedef {import("../../file/safetensors.js").Tensor} Tensor
 * @typedef {Readonly<import("../../file/metadata.js").Info>} Info
 * @typedef {{ tensors: Map<string, Tensor>, info: Info }} WeightsFile
 */

/**
 * One NeuMF from a trained GMF and a trained MLP (He et al. 2017, section 3.4.1): the output layer
 * is [ alpha h_GMF | (1 - alpha) h_MLP ], biases likewise, so that logits mix as alpha and 1 -
 * alpha.
 *
 * @param {WeightsFile} gmf
 * @param {WeightsFile} mlp
 * @param {number} alpha weight of the GMF, 0 to 1
 * @returns {WeightsFile}
 */
export function fuse(gmf, mlp, alpha) {
  if (typeof alpha !== "number" || !(alpha >= 0 && alpha <= 1))
    throw new PocketrecError("bad-argument", "alpha", "0 to 1", show(alpha));
  expectKind(gmf, "gmf");
  expectKind(mlp, "mlp");
  if (gmf.info.output !== mlp.info.output) {
    throw new PocketrecError(
      "bad-metadata",
      "output",
      `"${gmf.info.output}", as in the GMF file`,
      `"${mlp.info.output}"`,
    );
  }
  checkSameItems(gmf.tensors.get("item_ids"), mlp.tensors.get("item_ids"));
  const own = (/** @type {WeightsFile} */ file, /** @type {string} */ prefix) =>
    [...file.tensors].filter(([name]) => name.startsWith(prefix));
  const mix = (/** @type {string} */ name) =>
    mixed(name, gmf.tensors.get(name), mlp.tensors.get(name), alpha);
  const tensors = new Map([
    ...own(gmf, "gmf."),
    ...own(mlp, "mlp."),
    ...own(gmf.tensors.has("item_ids") ? gmf : mlp, "item_"),
  ]);
  for (const tensor of [concatenated(gmf, mlp, alpha), mix("output.bias"), mix("item.bias")]) {
    if (tensor) tensors.set(tensor.name, tensor);
  }
  const { name, check, metrics, provenance, ...info } = mlp.info;
  return {
    tensors,
    info: Object.freeze({
      ...info,
      kind: "neumf",
      rating: gmf.info.rating,
      provenance: { alpha, gmf: gmf.info.provenance, mlp: provenance },
      check: [],
    }),
  };
}

/**
 * @param {WeightsFile} file
 * @param {"gmf" | "mlp"} kind
 */
function expectKind({ info }, kind) {
  if (info.kind !== kind)
    throw new PocketrecError(
      "bad-argument",
      `source.${kind}`,
      `a file of kind "${kind}"`,
      `"${info.kind}"`,
    );
}

/**
 * @param {Tensor} [a]
 * @param {Tensor} [b]
 */
function checkSameItems(a, b) {
  const same =
    !a ||
    !b ||
    (a.bytes.length === b.bytes.length && a.bytes.every((byte, i) => byte === b.bytes[i]));
  if (!same)
    throw new PocketrecError("bad-argument", "item_ids", "the same in both files", "others");
}

/**
 * The values of a small tensor.
 * @param {Tensor} tensor
 */
function floats({ name, dtype, bytes }) {
  const copy = bytes.slice().buffer;
  if (dtype === "F32") return new Float32Array(copy);
  if (dtype === "F16") return Float32Array.from(new Uint16Array(copy), halfToNumber);
  throw new PocketrecError("bad-dtype", name, "F32 or F16, to be fused", dtype);
}

/**
 * @param {string} name
 * @param {number[]} shape
 * @param {number[]} values
 * @returns {Tensor}
 */
function tensorOf(name, shape, values) {
  return { name, dtype: "F32", shape, bytes: new Uint8Array(Float32Array.from(values).buffer) };
}

/**
 * @param {WeightsFile} gmf
 * @param {WeightsFile} mlp
 * @param {number} alpha
 */
function concatenated(gmf, mlp, alpha) {
  const [a, b] = [gmf, mlp].map(({ tensors }) => {
    const tensor = tensors.get("output.weight");
    if (!tensor)
      throw new PocketrecError(
        "missing-tensor",
        "output.weight",
        "a tensor [1, any] in both files",
        "none",
      );
    return [...floats(tensor)];
  });
  const width = gmf.tensors.get("gmf.item")?.shape[1];
  if (width !== a.length)
    throw new PocketrecError(
      "bad-shape",
      "output.weight",
      `[1, ${width}] in the GMF file`,
      `[1, ${a.length}]`,
    );
  return tensorOf(
    "output.weight",
    [1, a.length + b.length],
    [...a.map((h) => alpha * h), ...b.map((h) => (1 - alpha) * h)],
  );
}

/**
 * alpha a + (1 - alpha) b, one that is absent being zero.
 *
 * @param {string} name
 * @param {Tensor | undefined} a
 * @param {Tensor | undefined} b
 * @param {number} alpha
 */
function mixed(name, a, b, alpha) {
  if (!a && !b) return undefined;
  const [left, right] = [a, b].map((tensor) => tensor && floats(tensor));
  const length = left?.length ?? right?.length ?? 0;
  if (right && right.length !== length)
    throw new PocketrecError("bad-shape", name, `[${length}] in both files`, `[${right.length}]`);
  const values = Array.from(
    { length },
    (_, i) => alpha * (left ? left[i] : 0) + (1 - alpha) * (right ? right[i] : 0),
  );
  return tensorOf(name, [length], values);
}

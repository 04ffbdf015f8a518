import { PocketrecError, show } from "../../../js/common/errors.js";
import { emptyBlueprint } from "../blueprint.js";
import { MONOTONIC } from "../../../js/families/activations.js";
import { besideEachOther, columnOf, transposed } from "../matrix.js";

/**
 * The object of --map: { "kind", "tensors": { OURS: THEIRS or { "name": THEIRS, "transpose": true }
 * }, "description": {}, "padding": 0, "userPadding": 0 }. OURS is any name of docs/format.md, or
 * "user.bias": a bias per user of a GMF, MLP or NeuMF. Without "output.weight" a GMF is a dot
 * product.
 *
 * @type {import("../blueprint.js").Layout}
 */
export function mappedLayout(checkpoint, { map, activation, output }) {
  if (map === undefined) return undefined;
  const { kind, tensors, description = {}, padding = 0, userPadding = 0 } = map ?? {};
  assertMap(map);
  const layout = emptyBlueprint("as --map says", kind, {
    ...(activation === undefined ? {} : { activation }),
    ...(output === undefined ? {} : { output }),
    ...description,
  });
  const blueprint = { ...layout, padding, userPadding };
  for (const [ours, value] of Object.entries(tensors)) {
    assertOwnName(kind, ours);
    const { name, transpose = false } =
      typeof value === "string" ? { name: value } : /** @type {any} */ (value ?? {});
    const tensor = checkpoint.tensors.get(name);
    if (!tensor) {
      const expected = "the name of a tensor in the file";
      throw new PocketrecError("missing-tensor", `--map, ${ours}`, expected, show(name));
    }
    if (transpose && tensor.shape.length !== 2) {
      const found = show(tensor.shape);
      throw new PocketrecError("bad-shape", name, "a matrix, to be transposed", found);
    }
    blueprint.tensors.set(ours, transpose ? transposed(tensor) : tensor);
    blueprint.used.add(name);
  }
  completeNcf(blueprint);
  completeDot(blueprint);
  assumeFunctions(blueprint);
  return blueprint;
}

const NCF_NAMES = new RegExp(
  [
    "^((gmf|mlp)\\.(item|user|user_mean|user_covariance)",
    "mlp\\.item_hidden",
    "(mlp\\.layers\\.\\d+|output)\\.(weight|bias)",
    "(item|user)\\.bias)$",
  ].join("|"),
);
const AUTOENCODER_NAMES = /^((encoder|decoder)\.\d+\.(norm\.)?(weight|bias)|user|user_mean)$/;

const SASREC_NAMES = new RegExp(
  [
    "^(item\\.(embedding|output|bias)|(position|padding)\\.embedding",
    "((embedding\\.)?norm",
    "blocks\\.\\d+\\.(query|key|value|attention(\\.norm)?|feed\\.(0|1|norm)))\\.(weight|bias))$",
  ].join("|"),
);

/** The names of docs/format.md, by kind; those of other kinds depend on the features. */
const OWN_NAMES = /** @type {Record<string, RegExp>} */ ({
  ...Object.fromEntries(["gmf", "mlp", "neumf"].map((kind) => [kind, NCF_NAMES])),
  ...Object.fromEntries(
    ["autoencoder", "autorec-user", "cdae", "mult-dae"].map((kind) => [kind, AUTOENCODER_NAMES]),
  ),
  dot: /^(item\.(vector|bias)|mean|user|user\.bias|user_mean|user_covariance)$/,
  "autorec-item": /^(item\.code|user_mean|user_bias|(encoder|decoder)\.\d+\.(weight|bias))$/,
  "item-item": /^(weight|item\.(input|output)|diagonal)$/,
  sasrec: SASREC_NAMES,
  gru4rec: /^(item\.(embedding|output|bias)|(gru\.\d+\.(input|hidden)|output)\.(weight|bias))$/,
});

/**
 * A name that no model of the kind has would be left out without a word.
 *
 * @param {string} kind
 * @param {string} name
 * @throws {PocketrecError} "bad-argument"
 */
function assertOwnName(kind, name) {
  if (OWN_NAMES[kind]?.test(name) ?? true) return;
  const expected = `a tensor of kind ${kind}, as docs/format.md names it`;
  throw new PocketrecError("bad-argument", "--map, tensors", expected, show(name));
}

/**
 * What docs/format.md asks of a GMF, MLP or NeuMF beyond the tensors of other frameworks.
 *
 * @param {import("../blueprint.js").Blueprint} blueprint changed
 */
function completeNcf(blueprint) {
  const { kind, tensors } = blueprint;
  if (!["gmf", "mlp", "neumf"].includes(kind)) return;
  const product = tensors.get("gmf.item");
  if (kind === "gmf" && product && !tensors.has("output.weight"))
    tensors.set("output.weight", ones([1, product.shape[1]]));
  const bias = tensors.get("output.bias");
  if (bias?.values.length === 1) tensors.set("output.bias", { shape: [1], values: bias.values });
  const itemBias = tensors.get("item.bias");
  if (itemBias)
    tensors.set("item.bias", { shape: [itemBias.values.length], values: itemBias.values });
  const userBias = tensors.get("user.bias");
  if (!userBias) return;
  tensors.delete("user.bias");
  const users = columnOf(userBias.values.length, (row) => userBias.values[row]);
  const items = ones([(product ?? tensors.get("mlp.item"))?.shape[0] ?? 0, 1]);
  const own = tensors.get("gmf.user");
  tensors.set("gmf.user", own ? besideEachOther([own, users]) : users);
  tensors.set("gmf.item", product ? besideEachOther([product, items]) : items);
  const weight = [...(tensors.get("output.weight")?.values ?? [])];
  weight.splice(product?.shape[1] ?? 0, 0, 1);
  tensors.set("output.weight", { shape: [1, weight.length], values: Float32Array.from(weight) });
  if (kind === "mlp") blueprint.kind = "neumf";
}

/**
 * Biases of a dot product as lists of numbers.
 * @param {import("../blueprint.js").Blueprint} blueprint changed
 */
function completeDot({ kind, tensors, description }) {
  if (kind !== "dot") return;
  for (const name of ["mean", "item.bias", "user.bias"]) {
    const tensor = tensors.get(name);
    if (tensor) tensors.set(name, { shape: [tensor.values.length], values: tensor.values });
  }
  if (tensors.has("user.bias")) description.user_bias ??= true;
}

/** @param {number[]} shape */
const ones = (shape) => ({
  shape,
  values: new Float32Array(shape.reduce((a, b) => a * b)).fill(1),
});

/**
 * The functions that the map does not say.
 * @param {import("../blueprint.js").Blueprint} blueprint changed
 */
function assumeFunctions({ kind, description, assumptions }) {
  const isNcf = ["gmf", "mlp", "neumf", "dot"].includes(kind);
  if (kind === "mlp" || kind === "neumf") {
    if (description.activation === undefined)
      assumptions.push({
        subject: "activation",
        value: "relu",
        alternatives: MONOTONIC,
        option: "--activation",
      });
  }
  if (isNcf && description.output === undefined)
    assumptions.push({
      subject: "output",
      value: "sigmoid",
      alternatives: ["sigmoid", "identity"],
      option: "--output-function",
    });
}

/**
 * @param {unknown} map
 * @throws {PocketrecError} "bad-argument"
 */
function assertMap(map) {
  assert(isObject(map), "file", "an object", map);
  const { kind, tensors, description = {}, padding = 0, userPadding = 0, ...others } = map;
  assert(typeof kind === "string", "kind", "an architecture, as docs/format.md names it", kind);
  assert(isObject(tensors), "tensors", "an object: our name, then the file's", tensors);
  const metadata = "an object: metadata as docs/format.md has it";
  assert(isObject(description), "description", metadata, description);
  for (const [name, count] of Object.entries({ padding, userPadding }))
    assert(Number.isInteger(count) && count >= 0, name, "the number of padding rows", count);
  const [key] = Object.keys(others);
  const keys = "kind, tensors, description, padding, userPadding";
  assert(key === undefined, key, keys, "another key");
}

/** @param {unknown} value @returns {value is Record<string, any>} */
const isObject = (value) => value !== null && typeof value === "object" && !Array.isArray(value);

/**
 * @param {boolean} isValid
 * @param {string} subject
 * @param {string} expected
 * @param {unknown} found
 * @returns {asserts isValid}
 */
function assert(isValid, subject, expected, found) {
  if (!isValid)
    throw new PocketrecError("bad-argument", `--map, ${subject}`, expected, show(found));
}

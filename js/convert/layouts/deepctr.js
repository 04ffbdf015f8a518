import { PocketrecError, show } from "../../common/errors.js";
import { emptyBlueprint, unusedTensors } from "../blueprint.js";
import { foldedChain } from "./shared/batch-norm.js";
import { widened } from "../matrix.js";
import { unitsOf } from "./shared/layers.js";
import { isUserIdName } from "../name-hints.js";

/**
 * Towers over features as DeepCTR-Torch saves them: embedding_dict.FEATURE.weight, dnn.linears.N,
 * dnn.bn.N, dnn_linear, out.bias, and Wide & Deep's linear_model. Which features are the person's
 * and which the item's, and the items' values, --features tells, in the order of the feature
 * columns of the training script.
 *
 * @typedef {import("../checkpoint.js").Checkpoint} Checkpoint
 * @typedef {import("../checkpoint.js").ForeignTensor} ForeignTensor
 * @typedef {import("../blueprint.js").Blueprint} Blueprint
 * @typedef {Record<string, any>} Feature
 * @typedef {{ feature: Feature, width: number, linear?: number, mean?: number[] }} Block columns of
 *   the tower's input; linear: of a number its weight in the linear part; mean: of a table of
 *   people the row that stands for everybody, its linear weight last
 */

/** @type {import("../blueprint.js").Layout} */
export function deepctrLayout(checkpoint, options) {
  if (
    !checkpoint.tensors.has("dnn_linear.weight") ||
    ![...checkpoint.tensors.keys()].some((name) => name.startsWith("embedding_dict."))
  )
    return undefined;
  refuseInteractions(checkpoint);
  const features = demandFeatures(options.features, checkpoint);
  const description = { output: options.output ?? "sigmoid", activation: "relu", features: [] };
  /** @type {Blueprint} */
  const blueprint = { ...emptyBlueprint("DeepCTR-Torch", "ranker", description), kept: new Map() };
  const linear = linearOf(checkpoint, features);
  const blocks = features.map((feature) => putFeature(blueprint, checkpoint, feature, linear));
  putTower(blueprint, checkpoint, blocks, linear.isThere);
  blueprint.description.features = sided(features)
    .filter((feature) => !isPeople(feature))
    .map(({ values, people, ...feature }) => feature);
  blueprint.unused = unusedTensors(checkpoint, blueprint.used, "the model does not use it");
  return blueprint;
}

/** Models whose features meet in products, which a tower has not. @param {Checkpoint} checkpoint */
function refuseInteractions({ classes, settings }) {
  const name = classes.get("")?.split(".").at(-1) ?? "";
  if (!name || name === "WDL" || name === "DNN" || (name === "DeepFM" && settings.use_fm === false))
    return;
  throw new PocketrecError(
    "unsupported",
    "model",
    "a DeepCTR model that is a tower: WDL, or DeepFM without its FM part",
    name,
  );
}

/**
 * @param {Feature[] | undefined} features
 * @param {Checkpoint} checkpoint
 * @returns {Feature[]} in the order of the tower's columns: one value, several, numbers
 */
function demandFeatures(features, { tensors }) {
  const names = [...tensors.keys()]
    .filter((name) => name.startsWith("embedding_dict."))
    .map((name) => name.split(".")[1]);
  if (!Array.isArray(features)) {
    throw new PocketrecError(
      "unknown-layout",
      "features",
      "--features FILE.json, which says whose they are",
      "none",
      {
        hint: `A DeepCTR file does not tell the person's features from the item's, nor the items' values. Its tables are ${names.join(", ")}; docs/from-pytorch.md shows such a file.`,
      },
    );
  }
  const rank = (/** @type {Feature} */ { kind, several }) =>
    kind === "continuous" ? 2 : several ? 1 : 0;
  features.forEach((feature, place) => {
    if (feature?.kind === "continuous" || names.includes(feature?.table ?? feature?.name)) return;
    throw new PocketrecError(
      "bad-argument",
      `--features, ${place}`,
      `a feature whose table is one of ${names.join(", ")}, or a continuous one`,
      show(feature),
    );
  });
  return [...features].sort((a, b) => rank(a) - rank(b));
}

/**
 * A table whose rows are people: of their ids, or of what is said to be.
 * @param {Feature} feature
 */
const isPeople = ({ name, kind, people }) =>
  people ?? (kind !== "continuous" && isUserIdName(name));

/**
 * The person's before the item's, as docs/format.md has the columns.
 * @param {Feature[]} features
 */
const sided = (features) => [
  ...features.filter(({ side }) => side !== "item"),
  ...features.filter(({ side }) => side === "item"),
];

/**
 * The linear part of Wide & Deep: a number for each value of a feature.
 *
 * @param {Checkpoint} checkpoint
 * @param {Feature[]} features
 */
function linearOf({ tensors }, features) {
  const dense = tensors.get("linear_model.weight");
  const numbers = features.filter(({ kind }) => kind === "continuous");
  if (dense && dense.shape[0] !== numbers.length) {
    throw new PocketrecError(
      "bad-argument",
      "--features",
      `${dense.shape[0]} continuous ones, as linear_model.weight has rows`,
      `${numbers.length}`,
    );
  }
  const isThere = [...tensors].some(
    ([name, { values }]) => name.startsWith("linear_model.") && values.some((value) => value !== 0),
  );
  return {
    isThere,
    table: (/** @type {string} */ name) =>
      tensors.get(`linear_model.embedding_dict.${name}.weight`),
    number: (/** @type {Feature} */ feature) => dense?.values[numbers.indexOf(feature)] ?? 0,
  };
}

/**
 * A feature's table, its linear weights as one more column, and its items' values.
 *
 * @param {Blueprint} blueprint
 * @param {Checkpoint} checkpoint
 * @param {Feature} feature
 * @param {ReturnType<typeof linearOf>} linear
 * @returns {Block}
 */
function putFeature(blueprint, checkpoint, feature, linear) {
  const { name, kind, side, values, ids, several } = feature;
  const table = feature.table ?? name;
  const source = `embedding_dict.${table}.weight`;
  if (side === "item" && values !== undefined) putValues(blueprint, feature);
  else if (side === "item" && !(ids === "items" && !several)) {
    throw new PocketrecError(
      "bad-argument",
      `--features, ${name}`,
      '"values", one an item, or "ids": "items"',
      "neither",
    );
  }
  if (kind === "continuous") return { feature, width: 1, linear: linear.number(feature) };
  const embedding = /** @type {ForeignTensor} */ (checkpoint.tensors.get(source));
  const [, width] = embedding.shape;
  const extra = linear.table(table);
  blueprint.used.add(source);
  if (isPeople(feature)) {
    blueprint.notes.push(
      `${source}: its rows are people, so their mean stands for everybody; "people": false in --features says that they are none`,
    );
    if (extra) blueprint.used.add(`linear_model.embedding_dict.${table}.weight`);
    return { feature, width, mean: [...meanRow(embedding), extra ? meanRow(extra)[0] : 0] };
  }
  if (!linear.isThere) blueprint.tensors.set(`${table}.embedding`, embedding);
  else {
    blueprint.tensors.set(
      `${table}.embedding`,
      widened(embedding, (row) => extra?.values[row] ?? 0),
    );
    if (extra) blueprint.used.add(`linear_model.embedding_dict.${table}.weight`);
  }
  return { feature, width };
}

/** @param {ForeignTensor} table */
function meanRow({ shape: [rows, width], values }) {
  const sums = new Float64Array(width);
  values.forEach((value, at) => (sums[at % width] += value));
  return Array.from(sums, (sum) => sum / rows);
}

/**
 * @param {Blueprint} blueprint
 * @param {Feature} feature
 */
function putValues({ tensors, kept }, { name, kind, several, values }) {
  const isFine =
    Array.isArray(values) &&
    values.length > 0 &&
    values.every((value) =>
      several
        ? Array.isArray(value) && value.every(Number.isInteger)
        : kind === "continuous"
          ? Number.isFinite(value)
          : Number.isInteger(value),
    );
  if (!isFine)
    throw new PocketrecError(
      "bad-argument",
      `--features, ${name}.values`,
      several
        ? "a list of rows an item"
        : kind === "continuous"
          ? "a number an item"
          : "a row an item",
      show(values),
    );
  if (kind === "continuous")
    return void tensors.set(`${name}.values`, {
      shape: [values.length],
      values: Float32Array.from(values),
    });
  const put = (/** @type {string} */ part, /** @type {number[]} */ list) =>
    /** @type {any} */ (kept).set(`${name}.${part}`, {
      name: `${name}.${part}`,
      dtype: "I32",
      shape: [list.length],
      bytes: new Uint8Array(Int32Array.from(list).buffer),
    });
  put("values", several ? values.flat() : values);
  if (several)
    put(
      "offsets",
      values.reduce(
        (/** @type {number[]} */ offsets, /** @type {number[]} */ list) => [
          ...offsets,
          Number(offsets.at(-1)) + list.length,
        ],
        [0],
      ),
    );
}

/**
 * The tower, its columns in the order of docs/format.md. The linear part goes through it as two
 * more units a layer, its positive and its negative part, which relu lets pass.
 *
 * @param {Blueprint} blueprint
 * @param {Checkpoint} checkpoint
 * @param {Block[]} blocks in the order of the file's columns
 * @param {boolean} isWide
 */
function putTower(blueprint, checkpoint, blocks, isWide) {
  const units = unitsOf(checkpoint);
  const at = (/** @type {string} */ path) => Number(path.match(/\d+$/));
  const chain = units
    .filter(({ path }) => /^dnn\.(linears|bn)\.\d+$/.test(path))
    .sort((a, b) => at(a.path) - at(b.path) || (a.path < b.path ? 1 : -1));
  const { layers } = foldedChain(chain, { ...checkpoint, classes: new Map() });
  const inputs = blocks.reduce((sum, { width }) => sum + width, 0);
  if (layers[0]?.weight.shape[1] !== inputs)
    throw new PocketrecError(
      "bad-argument",
      "--features",
      `features of ${layers[0]?.weight.shape[1]} columns, as dnn.linears.0 has`,
      `${inputs}`,
    );
  layers.forEach(({ weight, bias }, k) => {
    const [rows, columns] = weight.shape;
    const take = k ? passing(columns, isWide) : firstColumns(blocks, isWide);
    const added = isWide ? 2 : 0;
    const values = new Float32Array((rows + added) * take.length);
    for (let row = 0; row < rows + added; row++) {
      take.forEach(({ from, pass }, column) => {
        values[row * take.length + column] =
          row < rows
            ? from === undefined
              ? 0
              : weight.values[row * columns + from]
            : pass[row - rows];
      });
    }
    blueprint.tensors.set(`tower.${k}.weight`, { shape: [rows + added, take.length], values });
    const everybody = k ? new Float64Array(rows + 2) : sharedBias(blocks, weight);
    blueprint.tensors.set(`tower.${k}.bias`, {
      shape: [rows + added],
      values: Float32Array.from(
        { length: rows + added },
        (_, row) => (bias?.values[row] ?? 0) + everybody[row],
      ),
    });
  });
  const last = /** @type {ForeignTensor} */ (checkpoint.tensors.get("dnn_linear.weight"));
  const bias = checkpoint.tensors.get("out.bias");
  blueprint.tensors.set("output.weight", {
    shape: [1, last.shape[1] + (isWide ? 2 : 0)],
    values: Float32Array.of(...last.values, ...(isWide ? [1, -1] : [])),
  });
  if (bias) blueprint.tensors.set("output.bias", bias);
  for (const name of [
    "dnn_linear.weight",
    "out.bias",
    "linear_model.weight",
    ...chain.flatMap(({ names }) => names),
  ])
    if (checkpoint.tensors.has(name)) blueprint.used.add(name);
}

/**
 * What the mean rows of tables of people add to every person: to the layer's outputs, then to both
 * parts of the linear one.
 *
 * @param {Block[]} blocks
 * @param {ForeignTensor} weight
 */
function sharedBias(blocks, { shape: [rows, columns], values }) {
  const sums = new Float64Array(rows + 2);
  let at = 0;
  for (const { width, mean } of blocks) {
    if (mean) {
      for (let row = 0; row < rows; row++)
        for (let k = 0; k < width; k++) sums[row] += values[row * columns + at + k] * mean[k];
      sums[rows] += mean[width];
      sums[rows + 1] -= mean[width];
    }
    at += width;
  }
  return sums;
}

/**
 * @typedef {{ from: number | undefined, pass: [number, number] }} Column of the file, and what the
 *   two more units take of it
 */

/**
 * @param {Block[]} blocks
 * @param {boolean} isWide
 * @returns {Column[]}
 */
function firstColumns(blocks, isWide) {
  let at = 0;
  const columns = new Map(
    blocks.map(({ feature, width, linear, mean }) => {
      /** @type {Column[]} */
      const own = Array.from({ length: mean ? 0 : width }, (_, k) => ({
        from: at + k,
        pass: linear ? [linear, -linear] : [0, 0],
      }));
      at += width;
      return [
        feature,
        isWide && feature.kind !== "continuous" && !mean
          ? [...own, { from: undefined, pass: /** @type {[number, number]} */ ([1, -1]) }]
          : own,
      ];
    }),
  );
  return sided(blocks.map(({ feature }) => feature)).flatMap(
    (feature) => columns.get(feature) ?? [],
  );
}

/**
 * @param {number} columns
 * @param {boolean} isWide
 * @returns {Column[]}
 */
function passing(columns, isWide) {
  const own = Array.from({ length: columns }, (_, from) => ({
    from,
    pass: /** @type {[number, number]} */ ([0, 0]),
  }));
  return isWide
    ? [...own, { from: undefined, pass: [1, 0] }, { from: undefined, pass: [0, 1] }]
    : own;
}

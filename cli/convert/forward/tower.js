import { activationAt, denseLayer, dot, requireTensor, rowOf } from "./dense.js";

/**
 * Candidate generation and rankers: a tower over the embeddings of features. Feature values are
 * numbers here, those of items too.
 *
 * @typedef {import("../../../js/file/metadata.js").Info} Info
 * @typedef {import("./dense.js").Tensors} Tensors
 * @typedef {import("./forward.js").UserInput} UserInput
 * @typedef {Record<string, any>} Feature
 */

/**
 * @param {Tensors} tensors
 * @param {Readonly<Info>} info
 * @param {UserInput} user
 * @param {number[]} items rows
 */
export function towerScores(tensors, info, user, items) {
  const featuresOf = (/** @type {string} */ wanted) =>
    /** @type {Feature[]} */ (info.features).filter(({ side = "user" }) => side === wanted);
  const userColumns = featuresOf("user").flatMap((feature) =>
    featureColumns(tensors, feature, userValues(feature, user)),
  );
  if (info.kind === "candidates") return candidateScores(tensors, info, userColumns, items);
  const weight = requireTensor(tensors, "output.weight");
  const bias = tensors.get("output.bias")?.values[0] ?? 0;
  return items.map((item) => {
    const itemColumns = featuresOf("item").flatMap((feature) =>
      featureColumns(tensors, feature, itemValues(tensors, feature, item)),
    );
    return dot(weight, 0, towerOutput(tensors, info, [...userColumns, ...itemColumns])) + bias;
  });
}

/**
 * Inner products of the user vector and the item embeddings, of length 1 if the file says so.
 *
 * @param {Tensors} tensors
 * @param {Readonly<Info>} info
 * @param {number[]} x the tower's input
 * @param {number[]} items rows
 */
function candidateScores(tensors, info, x, items) {
  const normalised = (/** @type {number[]} */ vector) => {
    const length = info.normalize === "l2" ? Math.hypot(...vector) || 1 : 1;
    return vector.map((value) => value / length);
  };
  const user = normalised(towerOutput(tensors, info, x));
  const table = requireTensor(tensors, "item.embedding");
  return items.map((item) =>
    normalised(rowOf(table, item)).reduce((sum, value, k) => sum + value * user[k], 0),
  );
}

/**
 * @param {Tensors} tensors
 * @param {Readonly<Info>} info
 * @param {number[]} x
 */
function towerOutput(tensors, info, x) {
  for (let k = 0; tensors.has(`tower.${k}.weight`); k++)
    x = denseLayer(tensors, `tower.${k}`, x, activationAt(info, k));
  return x;
}

/**
 * A user's values of a feature: rows of its table, or numbers.
 *
 * @param {Feature} feature
 * @param {UserInput} input
 * @returns {number[]}
 */
function userValues({ name, from, default: fallback }, { history = [], user = {} }) {
  return from === "history" ? history : [user[name] ?? fallback ?? []].flat();
}

/**
 * @param {Tensors} tensors
 * @param {Feature} feature
 * @param {number} item
 */
function itemValues(tensors, { name, ids, several }, item) {
  const values = tensors.get(`${name}.values`)?.values;
  const offsets = tensors.get(`${name}.offsets`)?.values;
  if (!values) return ids === "items" ? [item] : [];
  return several && offsets ? [...values.slice(offsets[item], offsets[item + 1])] : [values[item]];
}

/**
 * A feature's columns of the tower's input: a number, or the mean of embeddings.
 *
 * @param {Tensors} tensors
 * @param {Feature} feature
 * @param {number[]} values
 */
function featureColumns(tensors, feature, values) {
  const { name, table = name, kind, several, most: maxValues = 50, padding } = feature;
  if (kind === "continuous") return [values[0]];
  const embedding = requireTensor(tensors, `${table}.embedding`);
  const rows = (several ? values.slice(-maxValues) : values).filter((row) => row !== padding);
  const vectors = rows.filter((row) => row >= 0).map((row) => rowOf(embedding, row));
  return Array.from(
    { length: embedding.shape[1] },
    (_, k) => vectors.reduce((sum, vector) => sum + vector[k], 0) / (rows.length || 1),
  );
}

import { dot, layer, need, rowOf } from "../matrix.js";

/**
 * Candidates and rankers, as forward.js has the others. Items' values of features are numbers here,
 * too.
 *
 * @typedef {import("./forward.js").Tensors} Tensors
 * @typedef {import("./forward.js").Person} Person
 * @typedef {import("../../file/metadata.js").Info} Info
 * @typedef {Record<string, any>} Feature
 *
 * @param {Tensors} tensors
 * @param {Readonly<Info>} info
 * @param {Person} person
 * @param {number[]} items
 * @returns {number[]}
 */
export function towerScores(tensors, info, person, items) {
  const of = (/** @type {string} */ wanted) =>
    /** @type {Feature[]} */ (info.features).filter(({ side = "user" }) => side === wanted);
  const seen = of("user").flatMap((feature) => inputOf(tensors, feature, toldOf(feature, person)));
  if (info.kind === "ranker") {
    const bias = tensors.get("output.bias")?.values[0] ?? 0;
    return items.map((item) => {
      const x = [
        ...seen,
        ...of("item").flatMap((feature) =>
          inputOf(tensors, feature, valuesOf(tensors, feature, item)),
        ),
      ];
      return dot(need(tensors, "output.weight"), 0, towerOf(tensors, info, x)) + bias;
    });
  }
  const unit = (/** @type {number[]} */ vector) => {
    const length = info.normalize === "l2" ? Math.hypot(...vector) || 1 : 1;
    return vector.map((value) => value / length);
  };
  const u = unit(towerOf(tensors, info, seen));
  const table = need(tensors, "item.embedding");
  return items.map((item) =>
    unit(rowOf(table, item)).reduce((sum, value, k) => sum + value * u[k], 0),
  );
}

/**
 * @param {Tensors} tensors
 * @param {Readonly<Info>} info
 * @param {number[]} x
 */
function towerOf(tensors, { activation }, x) {
  for (let k = 0; tensors.has(`tower.${k}.weight`); k++)
    x = layer(
      tensors,
      `tower.${k}`,
      x,
      typeof activation === "string" ? activation : activation[k],
    );
  return x;
}

/**
 * The values of a person's feature: rows of its table, or numbers.
 *
 * @param {Feature} feature
 * @param {Person} person
 * @returns {number[]}
 */
function toldOf({ name, from, default: usual }, { history = [], user = {} }) {
  return from === "history" ? history : [user[name] ?? usual ?? []].flat();
}

/**
 * @param {Tensors} tensors
 * @param {Feature} feature
 * @param {number} item
 */
function valuesOf(tensors, { name, ids, several }, item) {
  const values = tensors.get(`${name}.values`)?.values;
  const offsets = tensors.get(`${name}.offsets`)?.values;
  if (!values) return ids === "items" ? [item] : [];
  return several && offsets ? [...values.slice(offsets[item], offsets[item + 1])] : [values[item]];
}

/**
 * @param {Tensors} tensors
 * @param {Feature} feature
 * @param {number[]} values
 */
function inputOf(tensors, { name, table = name, kind, several, most = 50, padding }, values) {
  if (kind === "continuous") return [values[0]];
  const embedding = need(tensors, `${table}.embedding`);
  const rows = (several ? values.slice(-most) : values).filter((row) => row !== padding);
  const vectors = rows.filter((row) => row >= 0).map((row) => rowOf(embedding, row));
  return Array.from(
    { length: embedding.shape[1] },
    (_, k) => vectors.reduce((sum, vector) => sum + vector[k], 0) / (rows.length || 1),
  );
}

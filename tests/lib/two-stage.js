// Random candidates and rankers, and what they say in float64: written to be read, as
// docs/format.md has it.
import { ACTIVATIONS } from "./autoencoder.js";
import { normal, uniform } from "./random.js";

const WORDS = ["space", "wizard", "dog", "pixar", "noir", "dark comedy"];

/** Quantiles that repeat, and a value for each of them, between them and beside them. */
export const YEARS = [1920, 1980, 1980, 1999, 2010, 2010];

const USER_FEATURES = [
  {
    name: "watched",
    kind: "categorical",
    several: true,
    table: "film",
    ids: "items",
    from: "history",
    most: 4,
  },
  { name: "search", kind: "categorical", several: true, default: [], most: 3, padding: 2 },
  { name: "device", kind: "categorical", default: null },
  { name: "year", kind: "continuous", inputs: ["root", "value", "square"], default: 1990 },
  { name: "age", kind: "continuous", default: -0.5 },
];
const ITEM_FEATURES = [
  { name: "film", side: "item", kind: "categorical", ids: "items" },
  { name: "genres", side: "item", kind: "categorical", several: true, most: 2 },
  { name: "language", side: "item", kind: "categorical", table: "device" },
  { name: "released", side: "item", kind: "continuous", inputs: ["value", "root"] },
];

/**
 * @param {{ kind: "candidates" | "ranker", items?: number, tower?: number[], seed?: number, info?:
 *   object }} shape tower: the widths of its layers
 */
export function randomTwoStage({ kind, items = 90, tower = [13, 9], seed = 1, info = {} }) {
  const next = normal(seed);
  const draw = uniform(seed + 1);
  const pick = (limit) => Math.floor(draw() * limit);
  const tensor = (deviation, ...shape) => ({
    shape,
    data: Float32Array.from({ length: shape.reduce((a, b) => a * b) }, () => deviation * next()),
  });
  const integers = (data) => ({ dtype: "I32", shape: [data.length], data: Int32Array.from(data) });
  const tensors = {
    "film.embedding": tensor(1, items, 5),
    "search.embedding": tensor(1, WORDS.length, 3),
    "search.vocabulary": {
      dtype: "U8",
      shape: [0],
      data: new TextEncoder().encode(WORDS.map((word) => JSON.stringify(word)).join("\n")),
    },
    "device.embedding": tensor(1, 4, 2),
    "year.quantiles": { shape: [YEARS.length], data: Float32Array.from(YEARS) },
  };
  tensors["search.vocabulary"].shape = [tensors["search.vocabulary"].data.length];
  const features = kind === "ranker" ? [...USER_FEATURES, ...ITEM_FEATURES] : USER_FEATURES;
  let inputs = 5 + 3 + 2 + 3 + 1;
  if (kind === "ranker") {
    const genres = Array.from({ length: items }, () =>
      Array.from({ length: pick(4) }, () => pick(7) - 1),
    );
    tensors["genres.embedding"] = tensor(1, 6, 3);
    tensors["genres.values"] = integers(genres.flat());
    tensors["genres.offsets"] = integers(
      genres.reduce((offsets, list) => [...offsets, offsets.at(-1) + list.length], [0]),
    );
    tensors["language.values"] = integers(Array.from({ length: items }, () => pick(5) - 1));
    tensors["released.values"] = tensor(1, items);
    inputs += 5 + 3 + 2 + 2;
  }
  tower.forEach((width, k) => {
    tensors[`tower.${k}.weight`] = tensor(1.2 / Math.sqrt(inputs), width, inputs);
    tensors[`tower.${k}.bias`] = tensor(0.3, width);
    inputs = width;
  });
  if (kind === "ranker") {
    tensors["output.weight"] = tensor(0.5, 1, inputs);
    tensors["output.bias"] = tensor(0.5, 1);
  } else {
    tensors["item.embedding"] = tensor(1, items, inputs);
  }
  return { tensors, info: { format: 1, kind, features, ...info } };
}

/** @typedef {ReturnType<typeof randomTwoStage>} TwoStage */

const rowOf = ({ shape: [rows, width], data }, row) =>
  row >= 0 && row < rows
    ? Array.from({ length: width }, (_, k) => data[row * width + k])
    : Array(width).fill(0);

function meanOf(table, rows, padding) {
  const counted = rows.filter((row) => row !== padding);
  const vectors = counted.map((row) => rowOf(table, row));
  return rowOf(table, -1).map(
    (_, k) => vectors.reduce((sum, vector) => sum + vector[k], 0) / (counted.length || 1),
  );
}

/** The share of values below. */
export function quantileOf(quantiles, value) {
  const upper = quantiles.findIndex((quantile) => quantile >= value);
  const last = quantiles.length - 1;
  if (upper === 0) return 0;
  if (upper < 0) return 1;
  return (
    (upper - 1 + (value - quantiles[upper - 1]) / (quantiles[upper] - quantiles[upper - 1])) / last
  );
}

function numbersOf(tensors, { name, inputs = ["value"] }, value) {
  const quantiles = tensors[`${name}.quantiles`];
  const v = quantiles ? quantileOf([...quantiles.data], value) : value;
  return inputs.map(
    (input) => ({ value: v, square: v * v, root: Math.sqrt(Math.max(v, 0)) })[input],
  );
}

/** The input of the tower for a user. history: rows, oldest first. */
export function userInput({ tensors, info }, history, given = {}) {
  return info.features
    .filter(({ side = "user" }) => side === "user")
    .flatMap((feature) => {
      const { name, kind, table = name, several, from, most = 50, padding } = feature;
      const value = given[name] ?? feature.default;
      if (kind === "continuous") return numbersOf(tensors, feature, value);
      const rows = from
        ? history
        : several
          ? value.map((word) => WORDS.indexOf(word))
          : [value ?? -1];
      return meanOf(tensors[`${table}.embedding`], rows.slice(-(several ? most : 1)), padding);
    });
}

/** What the tower sees of an item, a row of the file. */
export function itemInput({ tensors, info }, item) {
  return info.features
    .filter(({ side }) => side === "item")
    .flatMap((feature) => {
      const { name, kind, table = name, several, most = 50 } = feature;
      const values = tensors[`${name}.values`]?.data;
      if (kind === "continuous") return numbersOf(tensors, feature, values[item]);
      const { data: offsets } = tensors[`${name}.offsets`] ?? {};
      const rows = several
        ? [...values.slice(offsets[item], offsets[item + 1])].slice(-most)
        : [values ? values[item] : item];
      return meanOf(tensors[`${table}.embedding`], rows, undefined);
    });
}

function towerOf({ tensors, info: { activation = "relu" } }, x) {
  for (let k = 0; tensors[`tower.${k}.weight`]; k++) {
    const {
      shape: [outputs, inputs],
      data,
    } = tensors[`tower.${k}.weight`];
    const act = ACTIVATIONS[typeof activation === "string" ? activation : activation[k]];
    const input = x;
    x = Array.from({ length: outputs }, (_, o) =>
      act(
        input.reduce(
          (sum, value, i) => sum + value * data[o * inputs + i],
          tensors[`tower.${k}.bias`]?.data[o] ?? 0,
        ),
      ),
    );
  }
  return x;
}

const unit = (x) => (Math.hypot(...x) ? x.map((value) => value / Math.hypot(...x)) : x);

/** A user vector in a file of candidates. */
export function referenceVector(weights, history, given) {
  const u = towerOf(weights, userInput(weights, history, given));
  return weights.info.normalize === "l2" ? unit(u) : u;
}

/** The raw score of every item. */
export function referenceRaw(weights, history, given) {
  const { tensors, info } = weights;
  const dot = (a, b) => a.reduce((sum, value, k) => sum + value * b[k], 0);
  if (info.kind === "candidates") {
    const u = referenceVector(weights, history, given);
    const table = tensors["item.embedding"];
    return Array.from({ length: table.shape[0] }, (_, item) =>
      dot(info.normalize === "l2" ? unit(rowOf(table, item)) : rowOf(table, item), u),
    );
  }
  const x = userInput(weights, history, given);
  return Array.from(
    { length: tensors["film.embedding"].shape[0] },
    (_, item) =>
      dot(towerOf(weights, [...x, ...itemInput(weights, item)]), [
        ...tensors["output.weight"].data,
      ]) + (tensors["output.bias"]?.data[0] ?? 0),
  );
}

/** A ranker's file with its items folded: their half of the first layer, computed beforehand. */
export function folded({ tensors, info }, items) {
  const {
    shape: [d1, inputs],
    data,
  } = tensors["tower.0.weight"];
  const user = userInput({ tensors, info }, [], {}).length;
  const hidden = Array.from({ length: items }, (_, item) => {
    const x = itemInput({ tensors, info }, item);
    return Array.from({ length: d1 }, (_, o) =>
      x.reduce((sum, value, k) => sum + value * data[o * inputs + user + k], 0),
    );
  });
  const half = Float32Array.from(
    { length: d1 * user },
    (_, i) => data[Math.floor(i / user) * inputs + (i % user)],
  );
  const left = Object.entries(tensors).filter(
    ([name]) => !/^(genres|language|released)\./.test(name),
  );
  return {
    tensors: {
      ...Object.fromEntries(left),
      "tower.0.weight": { shape: [d1, user], data: half },
      "item.hidden": { shape: [items, d1], data: Float32Array.from(hidden.flat()) },
    },
    info,
  };
}

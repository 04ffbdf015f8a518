import { FOREIGN_ACTIVATIONS } from "../forward/dense.js";

/**
 * What a layout left open, as options of the layout to try.
 *
 * @typedef {import("../assumptions.js").Assumption} Assumption
 * @typedef {import("../blueprint.js").LayoutOptions} LayoutOptions
 * @typedef {Partial<LayoutOptions>} Choice
 */

/** The layout option that settles an assumption. @type {Record<string, keyof LayoutOptions>} */
const OPTIONS = /** @type {any} */ ({
  ...{ activation: "activation", join: "join", concat: "concat", output: "output" },
  ...{ epsilon: "epsilon", norm: "norm", normalize: "normalize", head: "head" },
  ...{ kind: "kind", mean: "globalMean", users: "userTable", order: "layerOrder" },
  ...{ direction: "historyAxis", input: "inputValues", vectors: "normalize", diagonal: "diagonal" },
  ...{ heads: "heads", "norm order": "normOrder", "empty positions": "emptyPositions" },
  "embedding scale": "embeddingScale",
  layers: "layers",
});

/** The same the other way round. @type {Record<string, string>} */
const SUBJECTS = Object.fromEntries(
  Object.entries(OPTIONS).map(([subject, option]) => [option, subject]),
);

/**
 * The subject of the assumption that a layout option settles.
 * @param {string} option
 */
export const subjectOf = (option) => SUBJECTS[option] ?? option;

/**
 * Every combination of the alternatives, what was assumed first.
 *
 * @param {Assumption[]} assumptions
 * @returns {Choice[]} `{}` alone where nothing is open
 */
export function combinations(assumptions) {
  return assumptions.reduce((choices, { subject, value, alternatives }) => {
    const option = OPTIONS[subject];
    if (!option || alternatives.length < 2) return choices;
    const values = [value, ...alternatives.filter((other) => text(other) !== text(value))];
    return values.flatMap((each) =>
      choices.map((choice) => ({ ...choice, [option]: optionValue(each) })),
    );
  }, /** @type {Choice[]} */ ([{}]));
}

/** Of so many open layers all lists are tried. */
const ALL_MAX = 3;

/**
 * Lists of activations that differ by layer: all of up to three open layers; of more those in which
 * the first or the last differs from the others.
 *
 * @param {Assumption[]} assumptions
 * @param {number} layers
 * @returns {string[][]} one name a layer
 */
export function mixedActivations(assumptions, layers) {
  const { lists, open } = openLayers(assumptions, layers);
  if (open.length < 2) return [];
  const names = [...new Set(lists.map((list) => list[open[0]]))];
  const withName = (/** @type {string[]} */ list, /** @type {number} */ at) =>
    names.map((name) => list.map((own, k) => (k === at ? name : own)));
  const uniform = names.map((name) => filled(lists[0], open, name));
  const mixed =
    open.length <= ALL_MAX
      ? open.reduce((all, at) => all.flatMap((list) => withName(list, at)), [lists[0]])
      : uniform.flatMap((list) =>
          [open[0], open[open.length - 1]].flatMap((at) => withName(list, at)),
        );
  const known = new Set(uniform.map(String));
  return mixed.filter((list) => !known.has(String(list)));
}

/**
 * Lists with an activation that the kernels lack in all open layers.
 *
 * @param {Assumption[]} assumptions
 * @param {number} layers
 * @returns {string[][]}
 */
export function foreignActivations(assumptions, layers) {
  const { lists, open } = openLayers(assumptions, layers);
  if (!open.length) return [];
  const known = new Set(lists.map((list) => list[open[0]]));
  return Object.keys(FOREIGN_ACTIVATIONS)
    .filter((name) => !known.has(name))
    .map((name) => filled(lists[0], open, name));
}

/**
 * @param {string[]} list
 * @param {number[]} open
 * @param {string} name
 */
const filled = (list, open, name) => list.map((own, k) => (open.includes(k) ? name : own));

/**
 * The alternatives of the activation as lists, and the layers in which they differ.
 *
 * @param {Assumption[]} assumptions
 * @param {number} layers
 */
function openLayers(assumptions, layers) {
  const activation = assumptions.find(({ subject }) => subject === "activation");
  const lists = (activation?.alternatives ?? []).map((names) =>
    Array.isArray(names) ? names : Array(layers).fill(String(names)),
  );
  const open = Array.from({ length: layers }, (_, k) => k).filter((k) =>
    lists.some((list) => list[k] !== lists[0][k]),
  );
  return { lists, open };
}

/** @param {unknown} value */
const text = (value) => JSON.stringify(value);

/** @param {Assumption["value"]} value */
const optionValue = (value) => (Array.isArray(value) ? value.join(",") : value);

/**
 * The assumptions with the values of a choice.
 *
 * @param {Assumption[]} assumptions
 * @param {Choice} choice
 * @returns {Assumption[]}
 */
export const chosen = (assumptions, choice) =>
  assumptions.map((one) => {
    const value = /** @type {any} */ (choice[OPTIONS[one.subject]]);
    if (value === undefined) return one;
    const isList = one.subject === "activation" && String(value).includes(",");
    return { ...one, value: isList ? String(value).split(",") : value };
  });

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
  ...{ kind: "kind", mean: "globalMean", users: "userTable" },
});

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

/**
 * Combinations whose first or last hidden layer differs from the others.
 *
 * @param {Assumption[]} assumptions
 * @param {number} layers
 * @returns {Choice[]}
 */
export function mixedCombinations(assumptions, layers) {
  const activation = assumptions.find(({ subject }) => subject === "activation");
  if (!activation || Array.isArray(activation.value) || layers < 2) return [];
  const names = [...new Set(activation.alternatives.map(String))];
  const lists = names.flatMap((name) =>
    names
      .filter((other) => other !== name)
      .flatMap((other) => [
        [...Array(layers - 1).fill(name), other],
        ...(layers > 2 ? [[other, ...Array(layers - 1).fill(name)]] : []),
      ]),
  );
  const [value] = lists;
  return combinations(
    assumptions.map((one) => (one === activation ? { ...one, value, alternatives: lists } : one)),
  );
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

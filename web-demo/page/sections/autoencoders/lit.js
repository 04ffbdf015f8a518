/**
 * What the overview shows while something is pointed at, and the links between its columns.
 *
 * @typedef {{ part: "input" | "code" | "output", index: number } | null} Lit index of the history,
 *   of the code, or of the list
 * @typedef {import("./run.js").Run} Run
 * @typedef {{ from: number, to: number, value: number }} Link rows of two columns
 */
import { strongest, termsOf } from "./network.js";

const LINKS = 24;

/**
 * The numbers of the three columns: the values, or what belongs to the part pointed at.
 * @param {Run} run
 * @param {Lit} lit
 */
export function shownNumbers({ insides, encoding, list, raw, effects }, lit) {
  const { inputs, code, terms } = encoding;
  const weights = (item) => termsOf(insides, code, insides.rowOf(item)).terms;
  const effectOf = (index, item) => effects[index].get(item) ?? 0;
  const shown = { inputs: inputs.map(({ x }) => x), code, outputs: Array.from(raw) };
  if (lit?.part === "input") {
    const { item } = inputs[lit.index];
    return {
      ...shown,
      code: terms[lit.index],
      outputs: list.map((_, index) => effectOf(index, item)),
    };
  }
  if (lit?.part === "code")
    return {
      ...shown,
      inputs: terms.map((term) => term[lit.index]),
      outputs: list.map(({ item }) => weights(item)[lit.index]),
    };
  if (lit?.part === "output")
    return {
      ...shown,
      inputs: inputs.map(({ item }) => effectOf(lit.index, item)),
      code: weights(list[lit.index].item),
    };
  return shown;
}

/**
 * The strongest links from the history into the code, or all of what is pointed at.
 *
 * @param {Run} run
 * @param {Lit} lit
 * @param {{ first: number, columns: number }} shown the first film that is drawn, and the columns
 *   of the code's picture
 * @returns {Link[]}
 */
export function inward({ encoding }, lit, { first, columns }) {
  const { terms } = encoding;
  if (lit?.part === "output") return [];
  const links = terms
    .slice(first)
    .flatMap((term, from) =>
      Array.from(term, (value, k) => ({ from, k, value })).filter(
        ({ k }) =>
          (lit?.part !== "input" || lit.index === first + from) &&
          (lit?.part !== "code" || lit.index === k),
      ),
    );
  return best(links).map(({ from, k, value }) => ({ from, to: Math.floor(k / columns), value }));
}

/**
 * The same from the code to the list.
 *
 * @param {Run} run
 * @param {Lit} lit
 * @param {{ columns: number }} shown
 * @returns {Link[]}
 */
export function outward({ insides, encoding, list }, lit, { columns }) {
  if (lit?.part === "input") return [];
  const links = list.flatMap(({ item }, to) =>
    termsOf(insides, encoding.code, insides.rowOf(item)).terms.map((value, k) => ({
      k,
      to,
      value,
    })),
  );
  const chosen = links.filter(
    ({ k, to }) =>
      (lit?.part !== "code" || lit.index === k) && (lit?.part !== "output" || lit.index === to),
  );
  return best(chosen).map(({ k, to, value }) => ({ from: Math.floor(k / columns), to, value }));
}

function best(links) {
  const values = links.map(({ value }) => value);
  return strongest(values, LINKS).map((index) => links[index]);
}

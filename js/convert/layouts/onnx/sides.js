import { PocketrecError } from "../../../common/errors.js";
import { unsupported } from "./values.js";

/**
 * Which ids a part of a graph depends on, and which of two is the user's.
 *
 * @typedef {import("./values.js").Atom} Atom
 * @typedef {import("./values.js").Wires} Wires
 * @typedef {import("../../blueprint.js").LayoutOptions} LayoutOptions
 *
 * @typedef {{ index: string, names: string[], rows: number }} Side an id: its input, the names of
 *   its tables, how many ids
 */

const USER =
  /user|uid|member|customer|person|people|visitor|account|viewer|reader|player|listener/i;
const ITEM =
  /item|iid|movie|film|product|book|song|track|artist|article|news|game|anime|recipe|video|business|restaurant|title/i;

/** @param {Atom} atom @returns {Wires[]} */
function inputsOf(atom) {
  if (atom.type === "product") return [atom.left, atom.right];
  return atom.type === "rows" || atom.type === "bag" || atom.type === "input" ? [] : [atom.input];
}

/** Finds the ids that atoms depend on, each atom once. */
export class Sides {
  constructor() {
    /** @type {Map<Atom, Set<string>>} */
    this.known = new Map();
    /** @type {Map<string, Side>} by the input */
    this.sides = new Map();
  }

  /** @param {Atom} atom @returns {Set<string>} */
  of(atom) {
    const known = this.known.get(atom);
    if (known) return known;
    const found = new Set(inputsOf(atom).flatMap((wires) => [...this.ofWires(wires)]));
    if (atom.type === "rows" || atom.type === "bag")
      this.note(found, atom.index, atom.name, atom.table.shape[0]);
    if (atom.type === "input") this.note(found, atom.name, "", 0);
    if (atom.type === "layer")
      for (const { atom: input } of atom.input.terms) {
        if (input.type === "input")
          this.note(found, input.name, atom.name, atom.weight.length / atom.out);
      }
    this.known.set(atom, found);
    return found;
  }

  /** @param {Wires} wires */
  ofWires(wires) {
    return new Set(wires.terms.flatMap(({ atom }) => [...this.of(atom)]));
  }

  /**
   * @param {Set<string>} found
   * @param {string} index
   * @param {string} name of its table
   * @param {number} rows
   */
  note(found, index, name, rows) {
    const side = this.sides.get(index) ?? { index, names: [], rows: 0 };
    this.sides.set(index, { index, names: [...side.names, name], rows: Math.max(side.rows, rows) });
    found.add(index);
  }
}

/**
 * Which of two ids is the user's: as the names of inputs and tables say, as the number of items
 * says, or the first.
 * @param {[Side, Side]} sides in the order of the graph's inputs
 * @param {LayoutOptions} options
 * @param {string[]} notes
 */
export function userFirst([a, b], { items }, notes) {
  for (const told of [inputSays, tablesSay]) {
    const difference = told(a) - told(b);
    if (difference) return difference > 0 ? { user: a, item: b } : { user: b, item: a };
  }
  const matching =
    items === undefined || a.rows === b.rows ? [] : [a, b].filter(({ rows }) => rows === items);
  if (matching.length === 1) return matching[0] === a ? { user: b, item: a } : { user: a, item: b };
  if (items !== undefined && a.rows !== b.rows) {
    throw new PocketrecError(
      "bad-argument",
      "items",
      `${a.rows} or ${b.rows}, as the tables have rows`,
      `${items}`,
    );
  }
  notes.push(
    `The first input, "${a.index}", is taken for the user: neither inputs nor tables have a name that tells.`,
  );
  return { user: a, item: b };
}

/** 1: a user, -1: an item, 0: the name does not tell. @param {string} name */
function says(name) {
  const isUser = USER.test(name);
  const isItem = ITEM.test(name);
  return isUser === isItem ? 0 : isUser ? 1 : -1;
}

/** @param {Side} side */
const inputSays = ({ index }) => says(index);

/** @param {Side} side */
const tablesSay = ({ names }) => Math.sign(names.reduce((sum, name) => sum + says(name), 0));

/** @param {Sides} sides */
export function demandTwo({ sides }) {
  if (sides.size !== 2) {
    throw unsupported(
      "graph",
      "a model of two ids, a user's and an item's",
      `${sides.size} inputs: ${[...sides.keys()].join(", ") || "none"}`,
      "A model of more features can be written by hand: docs/format.md, candidates and ranker.",
    );
  }
}

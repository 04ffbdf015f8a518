import { PocketrecError } from "../../../../js/common/errors.js";
import { onnxSideOf } from "../../name-hints.js";
import { assumed } from "../shared/assume.js";
import { unsupported } from "./values.js";

/**
 * The ids that a part of a graph depends on, and which of two ids is the user's.
 *
 * @typedef {import("./values.js").Atom} Atom
 * @typedef {import("./values.js").Wires} Wires
 * @typedef {import("../../blueprint.js").LayoutOptions} LayoutOptions
 *
 * @typedef {object} Side an id
 * @property {string} index its input
 * @property {string[]} names of its tables
 * @property {number} rows how many ids there are
 */

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

  /**
   * The inputs that an atom depends on.
   *
   * @param {Atom} atom
   * @returns {Set<string>}
   */
  of(atom) {
    const known = this.known.get(atom);
    if (known) return known;
    const found = new Set(inputsOf(atom).flatMap((wires) => [...this.ofWires(wires)]));
    for (const { index, name, rows } of tablesOf(atom)) {
      const side = this.sides.get(index) ?? { index, names: [], rows: 0 };
      const names = [...side.names, name];
      this.sides.set(index, { index, names, rows: Math.max(side.rows, rows) });
      found.add(index);
    }
    this.known.set(atom, found);
    return found;
  }

  /** @param {Wires} wires */
  ofWires(wires) {
    return new Set(wires.terms.flatMap(({ atom }) => [...this.of(atom)]));
  }
}

/**
 * The tables that an atom looks up by an input; a layer of a one-hot input is a table, too.
 *
 * @param {Atom} atom
 * @returns {{ index: string, name: string, rows: number }[]}
 */
function tablesOf(atom) {
  if (atom.type === "rows" || atom.type === "bag")
    return [{ index: atom.index, name: atom.name, rows: atom.table.shape[0] }];
  if (atom.type === "input") return [{ index: atom.name, name: "", rows: 0 }];
  if (atom.type !== "layer") return [];
  const rows = atom.weight.length / atom.out;
  return atom.input.terms.flatMap(({ atom: input }) =>
    input.type === "input" ? [{ index: input.name, name: atom.name, rows }] : [],
  );
}

/**
 * Decides which of two ids is the user's: by the names of the inputs, by those of the tables, by
 * the number of items, else the first.
 *
 * @param {[Side, Side]} sides in the order of the graph's inputs
 * @param {LayoutOptions} options
 * @param {string[]} notes changed
 * @param {import("../../assumptions.js").Assumption[]} assumptions changed
 */
export function splitSides([a, b], { items, userTable }, notes, assumptions) {
  for (const [side, other] of [
    [a, b],
    [b, a],
  ])
    if (userTable !== undefined && [side.index, ...side.names].includes(userTable))
      return { user: side, item: other };
  for (const score of [inputScore, tablesScore]) {
    const difference = score(a) - score(b);
    if (difference) return difference > 0 ? { user: a, item: b } : { user: b, item: a };
  }
  if (items !== undefined && a.rows !== b.rows) {
    if (a.rows === items) return { user: b, item: a };
    if (b.rows === items) return { user: a, item: b };
    const expected = `${a.rows} or ${b.rows}, as the tables have rows`;
    throw new PocketrecError("bad-argument", "items", expected, `${items}`);
  }
  notes.push(
    `The first input, "${a.index}", is taken as the user: ` +
      "no name of an input or a table tells users from items.",
  );
  assumptions.push(assumed("users", a.index, [a.index, b.index], "--user-table"));
  return { user: a, item: b };
}

/** 1: a user, -1: an item, 0: unknown. @param {string} name */
const nameScore = (name) => {
  const side = onnxSideOf(name);
  return side === undefined ? 0 : side === "user" ? 1 : -1;
};

/** @param {Side} side */
const inputScore = ({ index }) => nameScore(index);

/** @param {Side} side */
const tablesScore = ({ names }) => Math.sign(names.reduce((sum, name) => sum + nameScore(name), 0));

/**
 * @param {Sides} sides
 * @throws {PocketrecError} "unsupported"
 */
export function assertTwoSides({ sides }) {
  if (sides.size === 2) return;
  throw unsupported(
    "graph",
    "a model of two ids, a user's and an item's",
    `${sides.size} inputs: ${[...sides.keys()].join(", ") || "none"}`,
    "A model of more features can be written by hand: docs/format.md, candidates and ranker.",
  );
}

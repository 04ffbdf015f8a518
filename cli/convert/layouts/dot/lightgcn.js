import { PocketrecError } from "../../../../js/common/errors.js";
import { assumed } from "../shared/assume.js";
import { assumeGraph } from "./assume-graph.js";
import { dotBlueprint, needTensor } from "./blueprint.js";
import { graphOf, lightgcn } from "./graph.js";

/**
 * LightGCN outside of RecBole: PyTorch Geometric's (all nodes in one table, users first, and alpha,
 * a weight a layer), and the authors' (embedding_user, embedding_item). Both hold the embeddings of
 * layer 0, so that --data is needed.
 *
 * @typedef {import("../../checkpoint.js").Checkpoint} Checkpoint
 * @typedef {import("../../checkpoint.js").ForeignTensor} ForeignTensor
 * @typedef {import("../../blueprint.js").LayoutOptions} LayoutOptions
 * @typedef {{ tables: ForeignTensor[], weights: ArrayLike<number>, users: number, items: number,
 *   used: string[] }} Parts
 */

/** @type {import("../../blueprint.js").Layout} */
export function lightgcnLayout(checkpoint, options) {
  // Who states a kind says that the products of the embeddings are the scores.
  if (options.kind !== undefined) return undefined;
  const geometric = geometricNames(checkpoint);
  const authors = authorsNames(checkpoint);
  const name = geometric ? "PyTorch Geometric LightGCN" : "LightGCN";
  if (!geometric && !authors) return undefined;
  // Without the interactions the refusal names what stands in the way.
  if (!options.ratings) return undefined;
  const parts = geometric
    ? geometricParts(checkpoint, geometric, options)
    : authorsParts(checkpoint, /** @type {string[]} */ (authors), options);
  const { tables, weights, users, items } = parts;
  const graph = graphOf(options.ratings, { users, items });
  const blueprint = dotBlueprint(name, lightgcn(graph, tables, weights));
  blueprint.used = new Set(parts.used);
  if (authors && options.layers === undefined)
    blueprint.assumptions.push(assumed("layers", LAYERS, [1, 2, 3, 4], "--layers"));
  assumeGraph(blueprint, graph);
  blueprint.usualLoss = "bpr";
  return blueprint;
}

/** Layers of the authors' LightGCN where nothing else is said. */
const LAYERS = 3;

/**
 * @param {Checkpoint} checkpoint
 * @returns {[table: string, alpha: string] | undefined}
 */
function geometricNames({ tensors }) {
  const table = [...tensors.keys()].find((name) => /^(.*\.)?embedding\.weight$/.test(name));
  const alpha = table?.replace(/embedding\.weight$/, "alpha");
  const isAlone = [...tensors.keys()].every((name) => name === table || name === alpha);
  if (!table || !alpha || !isAlone || tensors.get(alpha)?.shape.length !== 1) return undefined;
  return [table, alpha];
}

/**
 * @param {Checkpoint} checkpoint
 * @returns {string[] | undefined}
 */
function authorsNames({ tensors }) {
  const names = [...tensors.keys()];
  const found = ["user", "item"].map((side) =>
    names.find((name) => new RegExp(`^(.*\\.)?embedding_${side}\\.weight$`).test(name)),
  );
  const isAlone = names.length === 2 && found.every(Boolean);
  return isAlone ? /** @type {string[]} */ (found) : undefined;
}

/**
 * @param {Checkpoint} checkpoint
 * @param {[string, string]} names
 * @param {LayoutOptions} options
 * @returns {Parts}
 */
function geometricParts(checkpoint, names, { users, ratings }) {
  const [table, alpha] = names.map((name) => needTensor(checkpoint, name));
  const nodes = table.shape[0];
  if (users === undefined || users < 1 || users >= nodes) {
    const expected = `the number of users, the first of the ${nodes} nodes, or a file of their ids`;
    throw new PocketrecError("bad-argument", "--users", expected, users ? `${users}` : "none", {
      hint: "PyTorch Geometric has users and items in one table.",
    });
  }
  const items = nodes - users;
  const own = /** @type {NonNullable<typeof ratings>} */ (ratings);
  const largest = own.user.reduce((most, row) => Math.max(most, row), 0);
  // One user too many would shift all items by a row, and nothing else would show it.
  if (largest >= users || (own.named?.users === undefined && largest !== users - 1)) {
    const expected = `${largest + 1} users, as --data has`;
    throw new PocketrecError("bad-argument", "--users", expected, `${users}`, {
      hint: "--users FILE names all users in the order of the rows, with those of no interactions.",
    });
  }
  return { tables: [table], weights: alpha.values, users, items, used: names };
}

/**
 * @param {Checkpoint} checkpoint
 * @param {string[]} names
 * @param {LayoutOptions} options
 * @returns {Parts}
 */
function authorsParts(checkpoint, names, { layers = LAYERS }) {
  const tables = names.map((name) => needTensor(checkpoint, name));
  const weights = Array(layers + 1).fill(1 / (layers + 1));
  const [users, items] = tables.map(({ shape }) => shape[0]);
  return { tables, weights, users, items, used: names };
}
